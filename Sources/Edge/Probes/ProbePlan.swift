public import Matching
public import Net
internal import Regexes

/// What is said to a port, and in which order: the hellos of the protocols at home there first.
public struct ProbePlan: Sendable {
    /// A hello with whom it is of.
    struct Step: Sendable {
        /// The protocol's place in the library.
        var protocolIndex: Int
        var hello: ProbeHello
        var answer: Regex?
    }

    private var steps: [Step] = []
    private var homes: [[PortRange]] = []
    private var leftAlone: [PortRange] = []
    /// Where protocols are at home that are asked or speak first: what is probed when no ports are named.
    public private(set) var usualPorts: [ServicePort] = []

    /// The hellos of a library; patterns are compiled again, they are few.
    public init(_ definitions: [ProtocolDefinition]) {
        homes = definitions.map { $0.ports + $0.alternates }
        var usual: Set<ServicePort> = []
        for (place, definition) in definitions.enumerated() {
            if definition.isLeftAlone { leftAlone += definition.ports }
            for hello in definition.hellos {
                let answer = hello.answer.flatMap { try? Regex($0) }
                steps.append(Step(protocolIndex: place, hello: hello, answer: answer))
            }
            guard !definition.hellos.isEmpty || definition.signatures.contains(where: \.greets) else {
                continue
            }
            for range in definition.ports where range.transport == .tcp || !definition.hellos.isEmpty {
                guard range.numbers.count <= 16, range.transport != .sctp else { continue }
                for number in range.numbers { usual.insert(ServicePort(number, range.transport)) }
            }
        }
        usualPorts = usual.sorted()
        // On a port that is nobody's home, those with many homes are the likelier ones.
        let many = homes.map { $0.reduce(0) { $0 + min($1.numbers.count, 16) } }
        steps = steps.enumerated().sorted {
            let (left, right) = (many[$0.element.protocolIndex], many[$1.element.protocolIndex])
            return left != right ? left > right : $0.offset < $1.offset
        }.map(\.element)
    }

    /// Whether nothing is said on the port: one only listens.
    func isLeftAlone(_ port: ServicePort) -> Bool { leftAlone.contains { $0.contains(port) } }

    private func isHome(_ step: Step, _ port: ServicePort) -> Bool {
        homes[step.protocolIndex].contains { $0.contains(port) }
    }

    private func ordered(_ wanted: (Step) -> Bool, on port: ServicePort) -> [Step] {
        guard !isLeftAlone(port) else { return [] }
        let fitting = steps.filter {
            $0.hello.transport == port.transport && wanted($0)
                && (!$0.hello.isForHomeOnly || isHome($0, port))
        }
        return fitting.filter { isHome($0, port) } + fitting.filter { !isHome($0, port) }
    }

    /// What a client says first, to a server that waits.
    func opening(on port: ServicePort) -> [Step] { ordered({ $0.hello.moment == .first }, on: port) }

    /// What may be said to a server that has greeted.
    func replies(on port: ServicePort) -> [Step] { ordered({ $0.hello.moment == .greeted }, on: port) }

    /// What tells more of a server of this protocol.
    func refinements(of name: String, on port: ServicePort) -> [Step] {
        ordered({ $0.hello.moment == .recognised(name) }, on: port)
    }

    /// Whether a client speaks first to who is at home on the port.
    func speaksFirst(on port: ServicePort) -> Bool {
        opening(on: port).first.map { isHome($0, port) } ?? false
    }
}

extension SignatureDefinition {
    /// Whether a server alone can be recognised by it.
    fileprivate var greets: Bool {
        transport == .tcp && server != nil && (alone.contains(.server) || client == nil)
    }
}
