internal import Matching
internal import Net
internal import Regexes

/// Says what a talk with a port shows, and what may be asked next.
struct TalkJudge: ~Copyable {
    private let index: SignatureIndex
    private let plan: ProbePlan
    private var recogniser: Recogniser
    private let regex = RegexMatcher()

    init(index: SignatureIndex, scripts: any ScriptRunner, plan: ProbePlan) {
        (self.index, self.plan) = (index, plan)
        recogniser = Recogniser(index: index, scripts: scripts)
    }

    /// Takes what a talk shows, when it is what the hello was meant for, or when the server names itself.
    mutating func take(_ conversation: ProbeConversation, _ probe: PortProbe) {
        let (client, server) = (conversation.said(byServer: false), conversation.said(byServer: true))
        guard !server.isEmpty, let verdict = verdict(client: client, server: server, conversation.transport)
        else { return }
        let place = Int(verdict.protocolIndex)
        guard verdict.firstIsClient else { return }
        if let step = probe.step {
            if place == step.protocolIndex {
                if let answer = step.answer {
                    guard probe.answer.withBytes({ regex.matches(answer, $0) }) else { return }
                } else if !index.asksServer(Int(verdict.signature)) {
                    // What was asked is known from the question alone: any answer would do.
                    return
                }
            } else if !verdict.evidenceIsServer || probe.isRefining {
                return
            }
        }
        // A reply to a greeting makes certain what the greeting says, and never something else of it.
        if probe.greets, let found = probe.found, found.protocolIndex != place { return }
        probe.found = (place, conversation)
    }

    /// Takes what a greeting shows by itself; gives what a client of each protocol would say to it, where both together
    /// are that protocol.
    mutating func replies(toGreetingOf probe: PortProbe) -> [ProbePlan.Step] {
        let heard = probe.heard
        let alone = decision(client: [], server: heard)
        if let alone, let conversation = probe.conversation { probe.found = (alone, conversation) }
        var fitting: [ProbePlan.Step] = []
        for step in plan.replies(on: probe.target.port)
        where (alone ?? decision(client: step.hello.bytes, server: heard)) == step.protocolIndex {
            fitting.append(step)
        }
        // Who has said who he is and left is not called back.
        return probe.hasEnded && alone != nil ? [] : fitting
    }

    /// What tells more of what was found at a port.
    func refinements(of place: Int, _ probe: PortProbe) -> [ProbePlan.Step] {
        plan.refinements(of: index.protocols[place].name, on: probe.target.port)
    }

    private mutating func decision(client: [UInt8], server: [UInt8]) -> Int? {
        verdict(client: client, server: server, .tcp).map { Int($0.protocolIndex) }
    }

    private mutating func verdict(
        client: [UInt8], server: [UInt8], _ transport: TransportProtocol
    ) -> Verdict? {
        client.withBytes { client in
            server.withBytes { server in
                let decision = recogniser.decide(
                    transport, first: client, second: server, roles: .firstIsClient, isFinal: true)
                if case .verdict(let verdict) = decision { return verdict }
                return nil
            }
        }
    }
}
