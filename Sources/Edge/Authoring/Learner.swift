public import Matching
internal import Net
internal import Plugins

/// A flow to learn from, or to try what was learned on.
public struct LearnedFlow: Sendable {
    /// What both said first.
    public var said: Conversation
    /// The server's port.
    public var port: UInt16
    /// The name that it has without what is learned.
    public var known: String?

    /// A flow.
    public init(_ said: Conversation, port: UInt16, known: String?) {
        self.said = said
        self.port = port
        self.known = known
    }
}

/// Finds out how the flows of an unknown protocol can be told from everything else.
public struct Learner {
    private let workshop: Workshop
    let flows: [LearnedFlow]
    private let others: [LearnedFlow]
    let name: String
    let transport: TransportProtocol

    /// A learner for one protocol.
    ///
    /// - Parameters:
    ///   - flows: at least one, all of the transport of the first.
    ///   - others: everything else that was captured.
    public init?(_ workshop: Workshop, name: String, flows: [LearnedFlow], others: [LearnedFlow]) {
        guard let transport = flows.first?.said.transport else { return nil }
        self.workshop = workshop
        self.name = name
        self.transport = transport
        self.flows = flows.filter { $0.said.transport == transport }
        self.others = others
    }

    /// The best of several proposals; nil when the flows have nothing in common.
    ///
    /// They differ in how much they ask for and of whom, and in how the flows are sorted. What most flows fit that were
    /// left out while it was learned is tried first beside everything else.
    public func proposal() throws(IndexError) -> Proposal? {
        let lessons = Lessons(flows.map(\.said), over: transport)
        let all = Array(flows.indices)
        var sketches: [(proposal: Proposal, strategy: Strategy, score: Double)] = []
        for strategy in Strategy.all {
            guard let sketch = sketch(strategy, all, lessons),
                !sketches.contains(where: { $0.proposal.asksTheSame(as: sketch) }),
                let tried = try alone(sketch)
            else { continue }
            sketches.append((tried, strategy, score(tried, strategy)))
        }
        sketches.sort { $0.score > $1.score }
        sketches = Array(sketches.prefix(Self.examined))
        for place in sketches.indices {
            let unseen = try foreseen(by: sketches[place].strategy, lessons)
            sketches[place].proposal.unseen = unseen
            sketches[place].score += 200 * Double(unseen.fitting) / Double(max(1, unseen.all))
        }
        sketches.sort { $0.score > $1.score }
        var best: Proposal?
        for (sketch, _, _) in sketches.prefix(Self.judged) {
            let judged = try judge(sketch)
            if best.map({ judged.isBetter(than: $0) }) ?? true { best = judged }
            // What asks for less may lose its own flows to others.
            if judged.collisions.isEmpty, judged.flows.fitting * 5 >= sketch.flows.fitting * 4 { break }
        }
        guard var best else { return nil }
        try illustrate(&best)
        return best
    }

    /// So many proposals are learned again from parts of the flows.
    private static let examined = 24
    /// So many are tried beside everything else, until one takes nothing from others.
    private static let judged = 10

    /// The flows that fit come first, then that chance does not.
    private func score(_ proposal: Proposal, _ strategy: Strategy) -> Double {
        let fitting = Double(proposal.flows.fitting) / Double(max(1, proposal.flows.all))
        // Of what is known more is better, up to a point; with very little, a number that says the length for instance,
        // other protocols have it too.
        let isLittle = proposal.perMillion >= 1 || proposal.known < 20
        let chance = (isLittle ? 60 : 0) + max(0, 40 - proposal.known) / 2
        let onlyOne = proposal.server == nil ? 5.0 : proposal.client == nil ? 3 : 0
        return 100 * fitting - chance - onlyOne + 4 * Double(proposal.alone.count) - strategy.cost
    }

    // MARK: Sketching

    /// What a strategy makes of some of the flows.
    func sketch(_ strategy: Strategy, _ members: [Int], _ lessons: Lessons) -> Proposal? {
        var asked = lessons.finding(.client, strategy, members)
        var answered = lessons.finding(.server, strategy, members)
        // What says next to nothing only stands in the way when the other speaker says enough.
        if let weak = answered, weak.bits < 8, (asked?.bits ?? 0) >= 32 { answered = nil }
        if let weak = asked, weak.bits < 8, (answered?.bits ?? 0) >= 32 { asked = nil }
        // Of one speaker alone more must be known.
        let known = (asked?.bits ?? 0) + (answered?.bits ?? 0)
        guard asked != nil || answered != nil, strategy.asksBoth || known >= 20 else { return nil }
        var proposal = Proposal(
            name: name, transport: transport, client: asked?.matcher, server: answered?.matcher, alone: [],
            ports: ports.own, shares: ports.shared)
        let said = members.map { flows[$0].said }
        for (speaker, finding) in [(Speaker.client, asked), (.server, answered)] {
            guard let finding else { continue }
            proposal.reasons += finding.reasons.map { (speaker, $0) }
            let isOnly = said.contains { speaker == .client ? $0.server.isEmpty : $0.client.isEmpty }
            if finding.bits >= 28 || isOnly && finding.bits >= 20 { proposal.alone.insert(speaker) }
        }
        if strategy.asksBoth, known < 32, let echo = echo(said) {
            proposal.echo = echo
            proposal.reasons.append(
                (.server, "repeats the client's \(echo.count) bytes at offset \(echo.offset)"))
        }
        proposal.known = known
        proposal.hasBanner = lessons.samples(.server, strategy, members).areText
        return proposal
    }

    /// The ports of the servers, those of other protocols apart; many different ones are nobody's home.
    private var ports: (own: [PortRange], shared: [PortRange]) {
        let all = Set(flows.map(\.port)).sorted()
        guard all.count <= 3 else { return ([], []) }
        let ranges = all.compactMap { PortRange("\($0)/\(transport)") }
        func isTaken(_ port: PortRange) -> Bool {
            workshop.library.definitions.contains { $0.ports.contains { $0.overlaps(port) } }
        }
        return (ranges.filter { !isTaken($0) }, ranges.filter(isTaken))
    }

    /// Bytes that change from flow to flow, and that the server repeats.
    private func echo(_ said: [Conversation]) -> Proposal.Echo? {
        let both = said.filter { !$0.client.isEmpty && !$0.server.isEmpty }
        let reach = both.map { min($0.client.count, $0.server.count) }.min() ?? 0
        guard both.count >= 3 else { return nil }
        for count in [4, 2] {
            for offset in 0..<max(0, min(reach, 24) - count + 1) {
                let range = offset..<offset + count
                guard both.allSatisfy({ $0.client[range] == $0.server[range] }) else { continue }
                let values = Set(both.map { Array($0.client[range]) }).count
                if values * 2 > both.count || values >= 4 {
                    return Proposal.Echo(offset: offset, count: count)
                }
            }
        }
        return nil
    }

    // MARK: Trying

    /// Tries it on its own: which of the flows it fits, and how often chance does.
    ///
    /// Nil when it fits none.
    private func alone(_ sketch: Proposal) throws(IndexError) -> Proposal? {
        var proposal = sketch
        proposal.examples = flows.prefix(1).map(\.said)
        // The example need not hold: it only makes the text complete.
        let library = Library(sources: [source(proposal)])
        let index = try SignatureIndex(library.definitions, regexes: library.regexes)
        guard let signature = library.definitions.first?.signatures.first else { return nil }
        let recogniser = Recogniser(index: index, scripts: ScriptHost(sources: library.sources))
        let fitting = flows.map(\.said).filter { said in
            let outcome = said.client.withBytes { client in
                said.server.withBytes { server in
                    recogniser.attempt(0, client: client, server: server, assumesAnswer: true)
                }
            }
            if case .holds = outcome { return true }
            return false
        }
        guard let first = fitting.first else { return nil }
        proposal.examples = [first]
        proposal.flows = (fitting.count, flows.count)
        let hasPattern = [proposal.client, proposal.server].contains { $0?.hasPattern == true }
        proposal.perMillion =
            (signature.kinds.map { kind in
                var odds = signature.odds(kind)
                // What a pattern asks behind its beginning shows only when it is tried.
                if hasPattern {
                    odds = min(odds, Forgery.odds(of: 0, kind, count: 20_000, recogniser))
                }
                return odds * (kind == .both && proposal.echo != nil ? 1.0 / 65_536 : 1)
            }.max() ?? 0) * 1_000_000
        return proposal
    }

    /// Loads it beside everything else, and looks whose flows get its name.
    private func judge(_ sketch: Proposal) throws(IndexError) -> Proposal {
        var proposal = sketch
        let loaded = try load(proposal)
        guard let place = loaded.library.definitions.firstIndex(where: { $0.name == name }) else {
            proposal.collisions = ["nothing: it does not hold for its own first flow"]
            return proposal
        }
        let own = loaded.index.signatureRanges[place]
        var before = workshop.recogniser()
        var after = loaded.recogniser()
        func takes(_ said: Conversation, _ recogniser: inout Recogniser) -> Bool {
            loaded.signature(of: said, &recogniser).map(own.contains) ?? false
        }
        let fitting = flows.map(\.said).filter { takes($0, &after) }
        (proposal.flows, proposal.fitting) = ((fitting.count, flows.count), Set(fitting))
        var collisions: Set<String> = []
        for other in workshop.library.definitions.indices {
            for (_, said) in workshop.conversations(of: other) {
                guard workshop.signature(of: said, &before) != nil else { continue }
                proposal.tried.examples += 1
                if takes(said, &after) { collisions.insert(workshop.library.definitions[other].name) }
            }
        }
        for flow in others where takes(flow.said, &after) {
            if let known = flow.known { collisions.insert(known) } else { proposal.alsoFits += 1 }
        }
        proposal.tried.flows = others.count { $0.known != nil }
        proposal.collisions = collisions.sorted()
        return proposal
    }

    private func source(_ proposal: Proposal) -> PluginSource {
        let text = PluginWriter(proposal).text()
        return PluginSource(path: name + ".lua", text: Array(text.utf8), kind: .plugin, id: "local/\(name)")
    }

    private func load(_ proposal: Proposal) throws(IndexError) -> Workshop {
        try Workshop(sources: workshop.library.sources.filter { $0.kind == .plugin } + [source(proposal)])
    }

    // MARK: Examples

    /// A few flows that differ, cut to what is needed, and one that is something else.
    private func illustrate(_ proposal: inout Proposal) throws(IndexError) {
        let loaded = try load(proposal)
        guard let place = loaded.library.definitions.firstIndex(where: { $0.name == name }) else { return }
        let own = loaded.index.signatureRanges[place]
        var recogniser = loaded.recogniser()
        func isOwn(_ said: Conversation) -> Bool {
            own.contains { loaded.holds($0, said, recogniser) }
                && loaded.signature(of: said, &recogniser).map(own.contains) ?? false
        }
        var seen: Set<Conversation> = []
        var examples: [Conversation] = []
        for flow in flows.map(\.said) where examples.count < 3 {
            let start = Conversation(
                transport, client: Array(flow.client.prefix(8)), server: Array(flow.server.prefix(8)))
            guard isOwn(flow), seen.insert(start).inserted else { continue }
            examples.append(Self.trimmed(flow, where: isOwn))
        }
        if !examples.isEmpty { proposal.examples = examples }
        let web = Conversation(
            transport, client: Array("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n".utf8),
            server: Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
        var spoilt = examples.first ?? web
        if !spoilt.client.isEmpty { spoilt.client[0] ^= 0x15 }
        if !spoilt.server.isEmpty { spoilt.server[0] ^= 0x15 }
        proposal.counterexample = [spoilt, web].first { said in
            !own.contains { loaded.holds($0, said, recogniser) }
        }
    }

    /// The shortest of some beginnings that is still recognised.
    private static func trimmed(_ said: Conversation, where isOwn: (Conversation) -> Bool) -> Conversation {
        func cut(_ text: [UInt8], _ count: Int) -> [UInt8] {
            guard text.count > count else { return text }
            // A line is better read whole.
            let end = text[..<count].lastIndex(of: 10).map { $0 + 1 } ?? count
            return Array(text[..<max(end, min(count, 16))])
        }
        for count in [32, 64, 128, 256, 512] {
            let short = Conversation(
                said.transport, client: cut(said.client, count), server: cut(said.server, count))
            if isOwn(short) { return short }
        }
        return said
    }
}
