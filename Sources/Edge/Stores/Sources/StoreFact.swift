public import Net

/// What somebody else than the packet lane knows: a probe, a scanner, another sensor.
///
/// Handed over in a ``StoreBatch``, after the capture that it comes from has begun: that names the source. The same
/// fact told again changes nothing.
public enum StoreFact: Sendable, Equatable {
    /// A port that accepts.
    case port(OpenPort)
    /// A host that is there.
    case host(KnownHost)
    /// What was tried.
    case scan(StoredScan)
    /// What an intrusion detection system reported.
    case alert(StoredAlert)
}

/// A port that was found open, whatever serves there.
public struct OpenPort: Sendable, Equatable {
    /// The address and port.
    public var endpoint: Endpoint
    /// What carries it.
    public var transport: TransportProtocol
    /// The protocol, by Offport's name; nil where nobody knows it.
    public var protocolName: String?
    /// What the source calls it.
    public var claim: String?
    /// Whether the claim is no more than what that port is known for, or no protocol's name.
    public var isGuess = false
    /// When it was found first and last.
    public var first, last: Timestamp

    /// An open port.
    public init(_ endpoint: Endpoint, _ transport: TransportProtocol, first: Timestamp, last: Timestamp) {
        (self.endpoint, self.transport, self.first, self.last) = (endpoint, transport, first, last)
    }
}

/// A host that answered.
public struct KnownHost: Sendable, Equatable {
    /// Its address.
    public var address: IPAddress
    /// When it answered first and last.
    public var first, last: Timestamp
    /// Its names.
    public var names: [String] = []
    /// Its hardware address and its operating system, as the source writes them.
    public var hardware, system: String?
    /// The scan that looked at it.
    public var scan: UInt64?
    /// How many of the ports that were tried accept, refuse, and say nothing; nil where that is not known.
    public var open, closed, silent: Int?

    /// A host.
    public init(_ address: IPAddress, first: Timestamp, last: Timestamp) {
        (self.address, self.first, self.last) = (address, first, last)
    }
}

/// A scan: what was tried, and when.
public struct StoredScan: Sendable, Equatable {
    /// The same scan has the same number, whenever it is told.
    public var number: UInt64
    /// The scanner.
    public var tool: String
    /// What it was asked.
    public var request: String
    /// When it began and ended.
    public var start, end: Timestamp?
    /// The ports that were tried on every host; empty where that is not known.
    public var ports: [PortRange] = []
    /// How the source names the ports where it does not list them.
    public var portsClaim: String?
    /// How many hosts answered.
    public var hosts = 0

    /// A scan.
    public init(number: UInt64, tool: String, request: String) {
        (self.number, self.tool, self.request) = (number, tool, request)
    }
}

/// What an intrusion detection system reported.
public struct StoredAlert: Sendable, Equatable {
    /// When.
    public var time: Timestamp
    /// Who asked and who serves; nil where the alert names no such end.
    public var client, server: Endpoint?
    /// What carries it.
    public var transport: TransportProtocol?
    /// The rule, by its number or name.
    public var signature: String
    /// What the rule says.
    public var text: String
    /// The rule's group, how grave it is, and what was done.
    public var category, severity, action: String?

    /// An alert.
    public init(time: Timestamp, signature: String, text: String) {
        (self.time, self.signature, self.text) = (time, signature, text)
    }
}
