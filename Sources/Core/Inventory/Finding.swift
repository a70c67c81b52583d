public import Net

/// Something an analyst should know, once per service and rule.
public struct Finding: Sendable {
    /// What was found.
    public var rule: Rule
    /// How grave it is.
    public var severity: Severity
    /// When the deciding packet was captured; of silence, when it was noticed.
    public var time: Timestamp
    /// The flow that gave rise to it; silence has none, and it and the client are 0.
    public var flow: UInt64
    /// The service's place in the inventory; nil when the inventory does not know it any more.
    public var service: Int?
    /// The server.
    public var host: IPAddress
    /// The server's port.
    public var port: ServicePort
    /// The client of that flow.
    public var client: Endpoint
    /// The VLAN of that flow, 0 without.
    public var vlan: UInt16
    /// The way that flow crossed the site's border, when the site is known.
    public var direction: Direction?
    /// How sure the recognition is.
    public var confidence: Confidence
    /// The protocol that was recognised.
    public var protocolName: String
    /// The plugin that declares it.
    public var plugin: String
    /// The protocol's place in the judge's list.
    public var protocolIndex: Int
    /// The protocol that the port belongs to, for an impersonation.
    public var owner: String?
    /// Where the protocol is expected.
    public var expected: [PortRange]
    /// Why the protocol is forbidden, where the rule says so.
    public var reason: String?
    /// What it was before: a protocol, ports or a product, as the rule has it.
    public var before: String?
    /// What it is now, for a changed product.
    public var now: String?
    /// The last sign of a service that has gone quiet.
    public var lastSeen: Timestamp?
    /// The bytes that decided.
    public var evidence: Evidence
    /// The capture that holds them.
    public var capture: String?
    /// How grave it was when it was found before, the service reached from inside only or told of by another tool
    /// without a session; nil when it is found for the first time.
    public var lesserSeverity: Severity?
    /// When it was found first, less grave; nil when ``time`` is the first.
    public var first: Timestamp?
    /// The titles of the plugins of its protocol, the port's owner and the protocol before: they tell how these are spelt.
    public var titles: (own: String?, owner: String?, before: String?)
    /// Its title as it was told, where no plugin's title is at hand any more.
    public var titleAsTold: String?

    /// A finding from its parts.
    public init(
        rule: Rule, severity: Severity, time: Timestamp, flow: UInt64, service: Int?, host: IPAddress,
        port: ServicePort, client: Endpoint, vlan: UInt16, direction: Direction?, confidence: Confidence,
        protocolName: String, plugin: String, protocolIndex: Int, owner: String?, expected: [PortRange],
        reason: String?, before: String?, now: String?, lastSeen: Timestamp?, evidence: Evidence,
        capture: String?
    ) {
        (self.rule, self.severity, self.time, self.flow) = (rule, severity, time, flow)
        (self.service, self.host, self.port, self.client) = (service, host, port, client)
        (self.vlan, self.direction, self.confidence) = (vlan, direction, confidence)
        (self.protocolName, self.plugin, self.protocolIndex) = (protocolName, plugin, protocolIndex)
        (self.owner, self.expected, self.reason) = (owner, expected, reason)
        (self.before, self.now, self.lastSeen) = (before, now, lastSeen)
        (self.evidence, self.capture) = (evidence, capture)
    }

    /// Whether it was found before, less grave.
    public var isGraver: Bool { lesserSeverity != nil }

    /// Whether a flow gave rise to it: silence has none, and another tool's word, and no client.
    public var hasFlow: Bool { rule != .goneQuiet && !client.address.isUnspecified }

    /// The same without the flow and its client: those of a probe are the probe itself.
    public var withoutFlow: Finding {
        var finding = self
        (finding.flow, finding.client) = (0, Endpoint(IPAddress(high: 0, low: 0), 0))
        return finding
    }

    /// What was found.
    public enum Rule: Sendable, Equatable {
        /// A service runs where its protocol is not expected and nothing allows it.
        case offPort(OffPortClass)
        /// The protocol may run nowhere.
        case forbidden
        /// The first service of a host.
        case newHost
        /// Another service of a known host.
        case newService
        /// A service of a known host, which had its protocol on other ports.
        case newPort
        /// A server program took the place of another, or another version.
        case changedProduct
        /// A known port speaks another protocol.
        case protocolChanged
        /// A known service was not seen for a long time.
        case goneQuiet
        /// A detection holds.
        case detected(Detected)

        /// The word that records use.
        public var name: String {
            switch self {
            case .offPort: "off-port"
            case .forbidden: "forbidden"
            case .newHost: "new-host"
            case .newService: "new-service"
            case .newPort: "new-port"
            case .changedProduct: "changed-product"
            case .protocolChanged: "protocol-changed"
            case .goneQuiet: "gone-quiet"
            case .detected(let detected): detected.name
            }
        }

        /// The words that records use, in the order of a summary, but for detections.
        public static let names = ["off-port", "forbidden"] + baselineNames

        /// Of these, what only a baseline finds.
        public static let baselineNames = [
            "protocol-changed", "changed-product", "new-host", "new-service", "new-port", "gone-quiet",
        ]

        /// Why it is off-port, nil for other rules.
        public var offPortClass: OffPortClass? {
            if case .offPort(let offPortClass) = self { offPortClass } else { nil }
        }

        /// What a detection found, nil for other rules.
        public var detected: Detected? { if case .detected(let detected) = self { detected } else { nil } }
    }
}

/// A finding as it is kept: a plain value; names are looked up when a record is made.
///
/// It keeps the service's key and not its place, which another service may have by then.
struct FindingEntry: SlabEntry {
    var key: ServiceKey
    var time: Timestamp
    var flow: UInt64
    var client: Endpoint
    var vlan: UInt16
    var evidence: KeptEvidence
    var capture: UInt32
    /// The protocol that the port belongs to; -1 for none.
    var owner: Int32
    var rule: Finding.Rule
    var severity: Severity
    var direction: Direction?
    var confidence: Confidence
    var words: FindingWords?
    /// The time of an earlier session that made it a finding, less grave.
    var first: Timestamp?

    // Findings are replaced, never removed.
    var isVacant: Bool { false }
    mutating func vacate() {}
    var lastSeen: Timestamp { time }
}

/// What some findings say beyond their service, at the time they were made.
final class FindingWords: Sendable {
    let reason, before, now: String?
    let lastSeen: Timestamp?

    init(reason: String? = nil, before: String? = nil, now: String? = nil, lastSeen: Timestamp? = nil) {
        self.reason = reason
        self.before = before
        self.now = now
        self.lastSeen = lastSeen
    }
}

/// The latest findings: when there are too many, the oldest goes.
struct FindingRing: Sendable {
    private(set) var entries = Slab<FindingEntry>()
    private let maximum: Int
    private var oldest = 0

    init(maximum: Int) { self.maximum = max(1, maximum) }

    var count: Int { entries.count }

    subscript(place: Int) -> FindingEntry { entries[place] }

    /// Adds a finding and returns its place, and what had to make room for it.
    mutating func append(_ entry: FindingEntry) -> (place: Int, forgotten: FindingEntry?) {
        guard entries.count >= maximum else { return (entries.insert(entry), nil) }
        let place = oldest
        oldest = (oldest + 1) % maximum
        let forgotten = entries[place]
        entries.update(place) { $0 = entry }
        return (place, forgotten)
    }

    mutating func update(_ place: Int, _ change: (inout FindingEntry) -> Void) {
        entries.update(place, change)
    }
}
