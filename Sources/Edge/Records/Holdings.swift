public import Inventory
public import Net

/// What questions are answered from: the services, client programs and findings that a selection left.
public struct Holdings: Sendable {
    /// The services, by protocol, port and host.
    public var services: [Service]
    /// The client programs, by protocol, software and host.
    public var clients: [Client]
    /// The findings, the gravest first.
    public var findings: [KeptFinding]
    /// The first and last sign of each host, in whatever it serves or uses.
    public var spans: [IPAddress: Span]
    /// Who knows of each service, by its `id`; empty where there is only one eye.
    public var witnesses: [Int: ServiceWitness] = [:]
    /// What other tools know of hosts.
    public var hostFacts: [IPAddress: HostWitness] = [:]
    /// What records name signatures and packs by.
    public var naming: Naming

    /// When something was seen.
    public struct Span: Sendable, Equatable {
        /// The first sign.
        public var first: Timestamp
        /// The last sign.
        public var last: Timestamp

        /// A span of time.
        public init(first: Timestamp, last: Timestamp) { (self.first, self.last) = (first, last) }
    }

    /// Holdings in any order.
    public init(
        services: [Service] = [], clients: [Client] = [], findings: [KeptFinding] = [],
        spans: [IPAddress: Span] = [:], naming: Naming
    ) {
        self.services = services.sorted {
            if $0.protocolName != $1.protocolName { return $0.protocolName < $1.protocolName }
            return $0.port != $1.port ? $0.port < $1.port : $0.host < $1.host
        }
        self.clients = clients.sorted {
            ($0.protocolName, $0.software, $0.host) < ($1.protocolName, $1.software, $1.host)
        }
        self.findings = findings.sorted { $0.comesBefore($1) }
        self.spans = spans
        self.naming = naming
    }
}

/// What other tools know of a host.
public struct HostWitness: Sendable, Equatable {
    /// Its names.
    public var names: [String] = []
    /// Its hardware address and operating system, as a tool writes them.
    public var hardware, system: String?
    /// Who says so.
    public var sources: [String] = []

    /// Nothing yet.
    public init() {}
}

/// A finding with what became of it.
public struct KeptFinding: Sendable {
    /// The finding.
    public var finding: Finding
    /// Its number in the store.
    public var number: Int
    /// The standing that its service has now; nil when the service is gone.
    public var standing: String?
    /// What became of it.
    public var state: FindingState
    /// Who said so, and when.
    public var stateBy: String?
    /// When somebody said so.
    public var stateTime: Timestamp?
    /// What they noted.
    public var note: String?
    /// The last sign of what it says: of a service that is off-port or forbidden, of the service; of others, when it was
    /// found last.
    public var lastTime: Timestamp
    /// How many captures, and runs of sensors, found it.
    public var times: Int

    /// An open finding.
    public init(_ finding: Finding, number: Int, standing: String?) {
        self.finding = finding
        self.number = number
        self.standing = standing
        state = .open
        lastTime = finding.time
        times = 1
    }

    fileprivate func comesBefore(_ other: KeptFinding) -> Bool {
        let (left, right) = (finding, other.finding)
        if left.severity != right.severity { return left.severity > right.severity }
        if left.time != right.time { return left.time < right.time }
        if left.host != right.host { return left.host < right.host }
        if left.port != right.port { return left.port < right.port }
        if left.protocolName != right.protocolName { return left.protocolName < right.protocolName }
        return left.rule.name != right.rule.name ? left.rule.name < right.rule.name : number < other.number
    }
}

/// What became of a finding.
public enum FindingState: String, Sendable, CaseIterable {
    /// Nobody has looked at it.
    case open
    /// Somebody knows of it.
    case acknowledged
    /// Somebody has settled it; when it comes again, it is open again.
    case closed
}
