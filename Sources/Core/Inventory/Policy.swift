public import Net

/// What a site expects, allows and forbids: data from policy files and packs, used by the judge; and whom to alert.
public struct Policy: Sendable {
    /// Exceptions, in the order they were read.
    public var allowances: [Allowance] = []
    /// Protocols that may not run anywhere.
    public var prohibitions: [Prohibition] = []
    /// The site's own idea of a protocol's home; replaces the plugin's ports.
    public var expectations: [Expectation] = []
    /// The site's own servers of some protocols.
    public var serverLists: [ServerList] = []
    /// The site's name and networks; nil when unknown, and then no record has a direction.
    public var site: Site?
    /// Where alerts may go.
    public var receivers: [Receiver] = []
    /// Which records become alerts.
    public var alerts: [AlertRoute] = []
    /// What is to be learnt and reported as new; nil when nothing is.
    public var baseline: BaselineSettings?
    /// How long the store keeps what; nil when nothing is said of that.
    public var keeping: KeepingSettings?
    /// How grave findings are here, by the word of their rule or of their class of off-port.
    public var severities: [String: SiteSeverity] = [:]

    /// A policy that says nothing.
    public init() {}

    /// How grave findings of a rule are here, a class before all of off-port; nil when the policy does not say.
    public func severity(of rule: Finding.Rule) -> Severity? { said(of: rule)?.severity }

    /// What the policy says of how grave findings of a rule are; nil when it does not.
    public func said(of rule: Finding.Rule) -> SiteSeverity? {
        guard !severities.isEmpty else { return nil }
        return rule.offPortClass.flatMap { severities[$0.rawValue] } ?? severities[rule.name]
    }
}

/// A named exception: this protocol may run there.
public struct Allowance: Sendable {
    /// The protocol's name.
    public var protocolName: String
    /// The ports it may run on.
    public var ports: [PortRange]
    /// Shown wherever the allowance decides.
    public var name: String
    /// The servers it holds for; empty for any.
    public var servers: [Subnet] = []
    /// The clients it holds for; empty for any.
    public var clients: [Subnet] = []
    /// The VLANs it holds for; empty for any.
    public var vlans: [ClosedRange<UInt16>] = []
    /// The direction it holds for; nil for any.
    public var direction: Direction?
    /// Why.
    public var reason: String?
    /// Who answers for it.
    public var owner: String?
    /// Where it was agreed.
    public var ticket: String?
    /// The first moment it no longer holds; compared with a session's first packet, never with a clock.
    public var expires: Timestamp?
    /// The last moment at which it holds; its day is the one that the policy names.
    public var lastMoment: Timestamp? { expires.map { Timestamp(nanoseconds: $0.nanoseconds &- 1) } }
    /// Where it stands.
    public var origin: SourceLocation

    /// An allowance for a protocol on ports.
    public init(protocolName: String, ports: [PortRange], name: String, origin: SourceLocation) {
        self.protocolName = protocolName
        self.ports = ports
        self.name = name
        self.origin = origin
    }
}

/// A protocol that is a finding wherever it runs.
public struct Prohibition: Sendable {
    /// The protocol's name.
    public var protocolName: String
    /// Why.
    public var reason: String?
    /// How grave a finding is.
    public var severity: Severity
    /// Where it stands.
    public var origin: SourceLocation

    /// A prohibition of a protocol.
    public init(protocolName: String, reason: String?, severity: Severity, origin: SourceLocation) {
        self.protocolName = protocolName
        self.reason = reason
        self.severity = severity
        self.origin = origin
    }
}

/// The site's own home of a protocol.
public struct Expectation: Sendable {
    /// The protocol's name.
    public var protocolName: String
    /// Where it is expected, instead of the plugin's ports.
    public var ports: [PortRange]
    /// Where it stands.
    public var origin: SourceLocation

    /// Ports that replace the plugin's.
    public init(protocolName: String, ports: [PortRange], origin: SourceLocation) {
        self.protocolName = protocolName
        self.ports = ports
        self.origin = origin
    }
}

/// The site's own idea of how grave a finding is.
public struct SiteSeverity: Sendable {
    /// The rule or class.
    public var name: String
    /// How grave.
    public var severity: Severity
    /// Where it stands.
    public var origin: SourceLocation

    /// A severity of a rule or class.
    public init(name: String, severity: Severity, origin: SourceLocation) {
        self.name = name
        self.severity = severity
        self.origin = origin
    }
}

/// The site's name and its own networks.
public struct Site: Sendable {
    /// The name.
    public var name: String
    /// The networks that are inside.
    public var networks: [Subnet]
    /// Where it stands.
    public var origin: SourceLocation

    /// A site with its networks.
    public init(name: String, networks: [Subnet], origin: SourceLocation) {
        self.name = name
        self.networks = networks
        self.origin = origin
    }

    /// `site 'campus'`, or `site` alone when it has no name.
    public var words: String { name.isEmpty ? "site" : "site '\(name)'" }

    /// The way a conversation crosses the site's border; nil when both ends are outside.
    public func direction(client: IPAddress, server: IPAddress) -> Direction? {
        switch (contains(client), contains(server)) {
        case (true, true): .internal
        case (true, false): .outbound
        case (false, true): .inbound
        case (false, false): nil
        }
    }

    /// Whether the address is inside.
    public func contains(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }
}

/// The way a conversation crosses the site's border, from client to server.
public enum Direction: String, Sendable, CaseIterable {
    /// From outside to a server inside.
    case inbound
    /// From a client inside to a server outside.
    case outbound
    /// Both inside.
    case `internal`
}

/// How grave a finding is.
public enum Severity: String, BitwiseCopyable, Sendable, CaseIterable, Comparable {
    /// Worth knowing.
    case info
    /// Worth a look some day.
    case low
    /// Worth a look this week.
    case medium
    /// Worth a look today.
    case high
    /// Worth a look now.
    case critical

    /// 0 for info.
    var rank: Int {
        switch self {
        case .info: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }
    /// From info to critical.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    /// One grade graver, `critical` at most.
    public var graver: Severity { Self.allCases[min(rank + 1, Self.allCases.count - 1)] }
}
