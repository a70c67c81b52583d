public import Net

/// What a running sensor has counted, at one moment: plain values, the same in Swift and as JSON.
///
/// Counters begin with the sensor and only grow; the newest findings and services come first.
public struct SensorSnapshot: Sendable, Codable, Equatable {
    /// Whether the sensor looks at packets.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Plugins are loaded, interfaces opened.
        case starting
        /// It looks at packets.
        case running
        /// It was told to end.
        case stopping
    }

    /// How many of the newest findings and services are kept.
    public static let newestLimit = 50

    /// Offport's version.
    public var version = ""
    /// The process.
    public var pid = 0
    /// When the sensor was started.
    public var started: Timestamp
    /// When these numbers were taken.
    public var now: Timestamp
    /// Whether it looks at packets.
    public var state = State.starting
    /// Where packets come from.
    public var interfaces: [Interface] = []
    /// Packets looked at.
    public var packets = 0
    /// Their bytes on the wire.
    public var bytes = 0
    /// How fast they come.
    public var rates = Rates()
    /// The flow table.
    public var flows = Flows()
    /// Services by protocol, the most first.
    public var services: [ProtocolServices] = []
    /// Clients known.
    public var clients = 0
    /// Findings by rule and severity.
    public var findings: [FindingCount] = []
    /// The last findings, at most `newestLimit`.
    public var newestFindings: [NewFinding] = []
    /// The last services, at most `newestLimit`.
    public var newestServices: [NewService] = []
    /// Who is alerted.
    public var receivers: [Receiver] = []
    /// From a packet's time to the moment a receiver had the alert.
    public var alertLatency = Latency()
    /// The plugins.
    public var plugins = Plugins()
    /// Plugins and policy read again.
    public var reloads = Reloads()
    /// Packets that could not be decoded, by reason.
    public var malformed: [String: Int] = [:]
    /// IP fragments that were given up, by reason.
    public var fragments: [String: Int] = [:]
    /// The memory that the process has in use, in bytes.
    public var residentBytes = 0

    /// A snapshot of a sensor that has counted nothing.
    public init(version: String = "", pid: Int = 0, started: Timestamp, now: Timestamp) {
        self.version = version
        self.pid = pid
        self.started = started
        self.now = now
    }

    /// All services.
    public var serviceCount: Int { services.reduce(0) { $0 + $1.total } }
    /// All findings.
    public var findingCount: Int { findings.reduce(0) { $0 + $1.count } }
    /// Packets that the kernel or an interface lost.
    public var lostPackets: Int { interfaces.reduce(0) { $0 + $1.dropped + $1.lost } }
}
