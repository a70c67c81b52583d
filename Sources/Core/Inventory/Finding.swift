public import Net

/// Something an analyst should know, once per service and rule.
public struct Finding: Sendable {
    /// What was found.
    public var rule: Rule
    /// How grave it is.
    public var severity: Severity
    /// When the deciding packet was captured.
    public var time: Timestamp
    /// The flow that gave rise to it.
    public var flow: UInt64
    /// The service's place in the inventory.
    public var service: Int
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
    /// The bytes that decided.
    public var evidence: Evidence
    /// The capture that holds them.
    public var capture: String?

    /// What was found.
    public enum Rule: Sendable, Equatable {
        /// A service runs where its protocol is not expected and nothing allows it.
        case offPort(OffPortClass)
        /// The protocol may run nowhere.
        case forbidden

        /// The word that records use.
        public var name: String {
            switch self {
            case .offPort: "off-port"
            case .forbidden: "forbidden"
            }
        }

        /// Why it is off-port, nil for other rules.
        public var offPortClass: OffPortClass? {
            if case .offPort(let offPortClass) = self { offPortClass } else { nil }
        }
    }
}

/// A finding as it is kept: a plain value; names are looked up when a record is made.
struct FindingEntry: Sendable {
    var time: Timestamp
    var flow: UInt64
    var client: Endpoint
    var vlan: UInt16
    var evidence: KeptEvidence
    var service: UInt32
    var capture: UInt32
    var rule: Finding.Rule
    var severity: Severity
    var direction: Direction?
    var confidence: Confidence

    init(
        rule: Finding.Rule, severity: Severity, service: Int, recognition: Recognition, direction: Direction?,
        capture: UInt32, evidence: KeptEvidence
    ) {
        time = recognition.time
        flow = recognition.flow
        client = recognition.client
        self.evidence = evidence
        self.service = UInt32(service)
        self.capture = capture
        vlan = recognition.vlan
        self.rule = rule
        self.severity = severity
        self.direction = direction
        confidence = recognition.confidence
    }
}
