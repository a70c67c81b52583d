public import Net

/// How the services of an inventory are spread over protocols and ports, counted without a record for each.
public struct ServiceSummary: Sendable {
    /// The services of one protocol.
    public struct OfProtocol: Sendable {
        /// The protocol.
        public let name: String
        /// How many hosts serve it.
        public fileprivate(set) var hostCount = 0
        /// The ports it is served on: the expected ones first, then those that an allowance covers, then the others.
        public fileprivate(set) var ports: [OnPort] = []
    }

    /// The services of one protocol on one port that stand alike.
    public struct OnPort: Sendable {
        /// The port.
        public let port: ServicePort
        /// Whether they may be there.
        public let standing: Standing
        /// The allowance that covers them.
        public let allowance: String?
        /// How many there are.
        public fileprivate(set) var serverCount = 0
        /// The smallest address among them.
        fileprivate var firstHost: IPAddress
    }

    /// By name, each protocol that anybody serves.
    public fileprivate(set) var protocols: [OfProtocol] = []
    /// How many services there are.
    public fileprivate(set) var serviceCount = 0
    /// How many hosts serve anything.
    public fileprivate(set) var hostCount = 0

    /// How many services stand so; see `Standing.rank`.
    public func count(rank: Int) -> Int {
        protocols.reduce(0) { sum, used in
            used.ports.reduce(sum) { $1.standing.rank == rank ? $0 + $1.serverCount : $0 }
        }
    }
}

extension Inventory {
    /// How the services are spread.
    public func summary() -> ServiceSummary {
        let entries = services.entries
        // Of each host, and of each host with a protocol, the place of the first service.
        var (hosts, uses) = (HashIndex(room: entries.count), HashIndex(room: entries.count))
        var ports = Distinct()
        var hostsOf = Array(repeating: 0, count: judge.protocols.count)
        var portsOf: [[ServiceSummary.OnPort]] = Array(repeating: [], count: judge.protocols.count)
        /// By number of a distinct port, its place in `portsOf`.
        var places: [Int] = []
        var summary = ServiceSummary()
        for place in entries.keptPlaces {
            let entry = entries[place]
            let (key, host, index) = (entry.key, entry.key.host, entry.key.protocolIndex)
            summary.serviceCount += 1
            if hosts.insert(
                Distinct.hash(host.high, host.low, 0), place, unless: { entries[$0].key.host == host })
            {
                summary.hostCount += 1
            }
            let isFirstUse = uses.insert(Distinct.hash(host.high, host.low, UInt64(index)), place) {
                entries[$0].key.host == host && entries[$0].key.protocolIndex == index
            }
            if isFirstUse { hostsOf[index] += 1 }
            let (number, isNew) = ports.insert(
                UInt64(key.port.number) << 8 | UInt64(key.port.transport.number), UInt64(index),
                UInt64(bitPattern: Int64(entry.decidingAllowance ?? -1)))
            if isNew {
                let standing = standing(of: entry)
                var allowance: String?
                if case .allowed(let place) = standing { allowance = judge.policy.allowances[place].name }
                places.append(portsOf[index].count)
                portsOf[index].append(
                    ServiceSummary.OnPort(
                        port: key.port, standing: standing, allowance: allowance, firstHost: host))
            }
            portsOf[index][places[number]].serverCount += 1
            if host < portsOf[index][places[number]].firstHost {
                portsOf[index][places[number]].firstHost = host
            }
        }
        for index in judge.protocols.indices where !portsOf[index].isEmpty {
            var used = ServiceSummary.OfProtocol(name: judge.protocols[index].name)
            used.hostCount = hostsOf[index]
            used.ports = portsOf[index].sorted {
                ($0.standing.rank, $0.port, $0.firstHost) < ($1.standing.rank, $1.port, $1.firstHost)
            }
            summary.protocols.append(used)
        }
        summary.protocols.sort { $0.name < $1.name }
        return summary
    }

    /// The rule and the severity of the finding at a place.
    public func rule(ofFinding place: Int) -> (rule: Finding.Rule, severity: Severity) {
        (findings[place].rule, findings[place].severity)
    }
}

/// Numbers triples of words in the order they come, each once.
private struct Distinct {
    private var index = HashIndex()
    private var known: [InlineArray<3, UInt64>] = []

    /// The number of a triple, and whether it is new.
    mutating func insert(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> (number: Int, isNew: Bool) {
        let hash = Self.hash(first, second, third)
        let place = index.find(hash) {
            known[$0][0] == first && known[$0][1] == second && known[$0][2] == third
        }
        if let place { return (place, false) }
        index.insert(hash, known.count)
        known.append([first, second, third])
        return (known.count - 1, true)
    }

    /// Nobody can aim at one slot: the seed is this process's.
    static func hash(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt32 {
        mix(first, second, third, seed: seed)
    }

    private static let seed = UInt64.random(in: .min ... .max)
}
