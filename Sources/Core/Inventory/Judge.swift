public import Net

/// Decides the standing of a service from what plugins declare and what the site's policy says.
///
/// Everything that depends on protocols and policy alone is worked out once, into tables by port; a judgement
/// is a few lookups. What depends on the service alone (its home, the allowances that could cover it) is asked
/// once per service, what depends on the session (client, VLAN, direction, time) per session.
public struct Judge: Sendable {
    /// The protocols, in the order that `protocolIndex` counts.
    public let protocols: [ProtocolFacts]
    /// The policy that is applied.
    public let policy: Policy

    /// Where each protocol is expected: the site's ports where it names some, else the plugin's.
    private let expected: [[PortRange]]
    /// Whether no port is off-port for the protocol.
    private let isHomeless: [Bool]
    /// To whom each port belongs, by transport and number: the protocols whose ports include it, by name; then
    /// those that have it as an alternate.
    private let owners: [TransportProtocol: [Owners]]
    /// The allowances of a protocol by port, and those whose ranges are too wide to be listed by port.
    private let allowancesByPort: [AllowanceKey: [Int]]
    private let wideAllowances: [Int: [Int]]
    private let prohibitions: [Int?]

    private struct AllowanceKey: Hashable {
        var protocolIndex: Int
        var port: UInt32
    }

    /// The ranges of allowances for more ports are searched one by one instead of being listed port by port.
    private static let mostListedPorts = 1024

    /// Compiles protocols and policy into tables.
    public init(protocols: [ProtocolFacts], policy: Policy) {
        self.protocols = protocols
        self.policy = policy
        let indexByName = Dictionary(
            protocols.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        var expected = protocols.map { $0.ports + $0.shares }
        var isHomeless = protocols.map { $0.isDynamic || $0.ports.isEmpty && $0.shares.isEmpty }
        // The homes that the site has chosen.
        var chosen: [[PortRange]] = Array(repeating: [], count: protocols.count)
        for expectation in policy.expectations {
            guard let index = indexByName[expectation.protocolName] else { continue }
            chosen[index] += expectation.ports
            expected[index] = chosen[index]
            isHomeless[index] = false
        }
        self.expected = expected
        self.isHomeless = isHomeless
        owners = Self.owners(of: protocols, chosen: chosen)
        (allowancesByPort, wideAllowances) = Self.index(policy.allowances, by: indexByName)

        var prohibitions = [Int?](repeating: nil, count: protocols.count)
        for (place, prohibition) in policy.prohibitions.enumerated() {
            guard let index = indexByName[prohibition.protocolName] else { continue }
            // Of several, the gravest speaks.
            if let other = prohibitions[index], policy.prohibitions[other].severity >= prohibition.severity {
                continue
            }
            prohibitions[index] = place
        }
        self.prohibitions = prohibitions
    }

    private static func key(_ port: ServicePort) -> UInt32 {
        UInt32(port.transport.number) << 16 | UInt32(port.number)
    }

    private static func keys(_ range: PortRange) -> ClosedRange<UInt32> {
        let transport = UInt32(range.transport.number) << 16
        return transport | UInt32(range.numbers.lowerBound)...transport | UInt32(range.numbers.upperBound)
    }

    /// To whom a port belongs: who comes first, and who does for the first one itself; -1 for nobody.
    private struct Owners {
        var first: Int32 = -1
        var next: Int32 = -1

        mutating func add(_ index: Int32) {
            if first < 0 { first = index } else if next < 0, first != index { next = index }
        }
    }

    private static func owners(
        of protocols: [ProtocolFacts], chosen: [[PortRange]]
    ) -> [TransportProtocol: [Owners]] {
        var owners: [TransportProtocol: [Owners]] = [:]
        let nobodys = [Owners](repeating: Owners(), count: Int(UInt16.max) + 1)
        let byName = protocols.indices.sorted { protocols[$0].name < protocols[$1].name }
        // A port that the site took from a protocol's home still belongs to that protocol in the world.
        let homes: [(Int) -> [PortRange]] = [
            { chosen[$0] + protocols[$0].ports }, { protocols[$0].alternates },
        ]
        for ports in homes {
            for index in byName {
                for range in ports(index) {
                    let owner = Int32(clamping: index)
                    Self.add(owner, to: range.numbers, of: &owners[range.transport, default: nobodys])
                }
            }
        }
        return owners
    }

    private static func add(_ index: Int32, to numbers: ClosedRange<UInt16>, of owners: inout [Owners]) {
        for number in Int(numbers.lowerBound)...Int(numbers.upperBound) { owners[number].add(index) }
    }

    private static func index(
        _ allowances: [Allowance], by indexByName: [String: Int]
    ) -> ([AllowanceKey: [Int]], [Int: [Int]]) {
        var byPort: [AllowanceKey: [Int]] = [:]
        var wide: [Int: [Int]] = [:]
        for (place, allowance) in allowances.enumerated() {
            guard let index = indexByName[allowance.protocolName] else { continue }
            guard allowance.ports.reduce(0, { $0 + $1.numbers.count }) <= mostListedPorts else {
                wide[index, default: []].append(place)
                continue
            }
            for port in Set(allowance.ports.flatMap { keys($0) }) {
                byPort[AllowanceKey(protocolIndex: index, port: port), default: []].append(place)
            }
        }
        return (byPort, wide)
    }
}

extension Judge {
    /// The standing of one session of a service that began at `time`.
    public func standing(
        of protocolIndex: Int, on port: ServicePort, server: IPAddress, client: IPAddress, vlan: UInt16,
        at time: Timestamp
    ) -> Standing {
        let home = home(of: protocolIndex, on: port)
        guard home != .expected else { return home }
        let direction = direction(client: client, server: server)
        let allowance = allowances(for: protocolIndex, on: port, server: server).first {
            let allowance = policy.allowances[$0]
            return allowance.covers(client: client, vlan: vlan, direction: direction)
                && allowance.holds(at: time)
        }
        return allowance.map { .allowed(allowance: $0) } ?? home
    }

    /// The standing of a service before allowances: expected or off-port.
    public func home(of protocolIndex: Int, on port: ServicePort) -> Standing {
        guard !isHomeless[protocolIndex], !expected[protocolIndex].contains(where: { $0.contains(port) })
        else {
            return .expected
        }
        if protocols[protocolIndex].alternates.contains(where: { $0.contains(port) }) {
            return .offPort(.alternate, owner: nil)
        }
        // Where the site has chosen another home, a protocol is no stranger on its plugin's port.
        let homes = protocols[protocolIndex].ports + protocols[protocolIndex].shares
        if homes.contains(where: { $0.contains(port) }) {
            return .offPort(.unassigned, owner: nil)
        }
        let known = owners[port.transport]?[Int(port.number)] ?? Owners()
        let owner = known.first == protocolIndex ? known.next : known.first
        return owner < 0 ? .offPort(.unassigned, owner: nil) : .offPort(.impersonation, owner: Int(owner))
    }

    /// Where a protocol is expected.
    public func expectedPorts(of protocolIndex: Int) -> [PortRange] { expected[protocolIndex] }

    /// How grave an off-port service is: one grade more when outsiders reach it.
    public static func severity(of offPortClass: OffPortClass, direction: Direction?) -> Severity {
        direction == .inbound ? offPortClass.severity.graver : offPortClass.severity
    }

    /// The way a conversation crosses the site's border; nil when the policy names no site, or nobody knows the client.
    public func direction(client: IPAddress, server: IPAddress) -> Direction? {
        client.isUnspecified ? nil : policy.site?.direction(client: client, server: server)
    }

    /// The gravest prohibition of a protocol, as its place in the policy.
    public func prohibition(of protocolIndex: Int) -> Int? { prohibitions[protocolIndex] }

    /// The allowances whose port and servers fit a service, in the order of the policy; whether one of them
    /// acts depends on the session.
    public func allowances(for protocolIndex: Int, on port: ServicePort, server: IPAddress) -> [Int] {
        let listed = allowancesByPort[AllowanceKey(protocolIndex: protocolIndex, port: Self.key(port))] ?? []
        let wide = wideAllowances[protocolIndex, default: []].filter { place in
            policy.allowances[place].ports.contains { $0.contains(port) }
        }
        let fitting = (wide.isEmpty ? listed : (listed + wide).sorted()).filter { place in
            let servers = policy.allowances[place].servers
            return servers.isEmpty || servers.contains { $0.contains(server) }
        }
        return fitting
    }

    /// The first of the candidates that covers a session; counts what each of them did or would have done.
    func decide(
        among candidates: [Int], _ recognition: Recognition, direction: Direction?,
        usage: inout [AllowanceUsage]
    ) -> Int? {
        var decided: Int?
        for place in candidates {
            let allowance = policy.allowances[place]
            guard
                allowance.covers(
                    client: recognition.client.address, vlan: recognition.vlan, direction: direction)
            else { continue }
            if !allowance.holds(at: recognition.start) {
                usage[place].expiredSessions += 1
            } else if decided == nil {
                decided = place
                usage[place].hit(at: recognition.time)
            } else {
                usage[place].shadowedSessions += 1
            }
        }
        return decided
    }
}

extension Allowance {
    /// Whether what it asks of a session holds: client, VLAN and direction.
    func covers(client: IPAddress, vlan: UInt16, direction: Direction?) -> Bool {
        (clients.isEmpty || clients.contains { $0.contains(client) })
            && (vlans.isEmpty || vlans.contains { $0.contains(vlan) })
            && (self.direction == nil || self.direction == direction)
    }

    /// Whether it has not yet expired when a session begins: what is stored knows no other moment of it.
    func holds(at time: Timestamp) -> Bool {
        guard let expires else { return true }
        return time < expires
    }
}
