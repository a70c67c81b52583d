public import Net
public import Records

/// A flow that somebody else recorded.
public struct SessionFact: Sendable, Equatable {
    /// What carries it.
    public var transport: TransportProtocol
    /// The one that asked.
    public var client: Endpoint
    /// The one that serves.
    public var server: Endpoint
    /// When it began.
    public var start: Timestamp
    /// When it was last heard of.
    public var end: Timestamp
    /// How far it got.
    public var state: FlowRecord.State
    /// Packets and bytes of IP packets that the client sent.
    public var sent = Volume()
    /// Packets and bytes of IP packets that the server sent.
    public var received = Volume()
    /// The protocol, by Offport's name.
    public var protocolName: String?
    /// The protocols that followed in the same flow.
    public var then: [String] = []
    /// The VLAN, 0 without.
    public var vlan: UInt16 = 0
    /// What a firewall did with it.
    public var action: Action?
    /// Whether the record does not say who asked, so that it was told from times and ports.
    public var isDirectionGuessed = false

    /// Packets and bytes of one direction.
    public struct Volume: Sendable, Equatable, BitwiseCopyable {
        /// Packets.
        public let packets: UInt64
        /// Bytes of IP packets.
        public let bytes: UInt64

        /// What was sent; nothing unless told, and 2^53 of what is said to be more: nobody sends 9 PB in a session.
        public init(packets: UInt64 = 0, bytes: UInt64 = 0) {
            (self.packets, self.bytes) = (min(packets, 1 << 53), min(bytes, 1 << 53))
        }
    }

    /// What a firewall decided.
    public enum Action: String, Sendable, CaseIterable {
        /// It passed.
        case allowed
        /// It did not.
        case denied
    }

    /// A session of which nothing more is known.
    public init(
        transport: TransportProtocol, client: Endpoint, server: Endpoint, start: Timestamp, end: Timestamp,
        state: FlowRecord.State
    ) {
        self.transport = transport
        self.client = client
        self.server = server
        self.start = start
        self.end = end
        self.state = state
    }
}

/// A port that somebody else found open, and what serves there.
public struct ServiceFact: Sendable, Equatable {
    /// Where it serves.
    public var endpoint: Endpoint
    /// What carries it.
    public var transport: TransportProtocol
    /// The protocol, by Offport's name; nil where nothing but the open port is known.
    public var protocolName: String?
    /// The protocols inside it: `http` in `tls`.
    public var then: [String] = []
    /// What the file calls it.
    public var claim: String?
    /// Whether the file knows no more than what usually runs on that port; then there is no `protocolName`.
    public var isGuess = false
    /// The product that serves.
    public var product: String?
    /// Its version.
    public var version: String?
    /// What else was found out about it.
    public var info: String?
    /// What it said of itself.
    public var banner: String?
    /// When that was found first.
    public var first: Timestamp?
    /// When that was found last.
    public var last: Timestamp?
    /// The scan that found it.
    public var scan: UInt64?

    /// An open port.
    public init(endpoint: Endpoint, transport: TransportProtocol) {
        self.endpoint = endpoint
        self.transport = transport
    }
}

/// A host that somebody else found to be there.
public struct HostFact: Sendable, Equatable {
    /// Its address.
    public var address: IPAddress
    /// When it was looked at first.
    public var first: Timestamp?
    /// When it was looked at last.
    public var last: Timestamp?
    /// Its names.
    public var names: [String] = []
    /// Its hardware address, as written.
    public var hardware: String?
    /// The operating system that was guessed.
    public var system: String?
    /// The scan that found it.
    public var scan: UInt64?

    /// A host.
    public init(address: IPAddress) { self.address = address }
}

/// A scan: which ports were tried, and when.
///
/// Told when it begins in a file and again at its end, by the same `id`.
public struct ScanFact: Sendable, Equatable {
    /// Made of what the file says of it: the same file gives the same number.
    public var id: UInt64
    /// The scanner.
    public var tool: String
    /// What it was asked, as written.
    public var request: String
    /// When it began.
    public var start: Timestamp?
    /// When it ended.
    public var end: Timestamp?
    /// The ports that it tried on every host; empty where the file does not say.
    public var ports: [PortRange] = []
    /// How the file names the ports where it does not list them.
    public var portsClaim: String?
    /// Hosts that answered.
    public var hosts = 0

    /// A scan.
    public init(id: UInt64, tool: String, request: String) {
        self.id = id
        self.tool = tool
        self.request = request
    }
}

/// What an intrusion detection system reported.
public struct AlertFact: Sendable, Equatable {
    /// When.
    public var time: Timestamp
    /// Who asked, on port 0 where none is known; nil where the alert names no such end.
    public var client: Endpoint?
    /// Who serves, on port 0 where none is known; nil where the alert names no such end.
    public var server: Endpoint?
    /// What carries it.
    public var transport: TransportProtocol?
    /// The rule: `1:2010935:3` or `Scan::Port_Scan`.
    public var signature: String
    /// The rule's text.
    public var text: String
    /// The rule's group.
    public var category: String?
    /// How grave, in Offport's words; nil where the file does not grade.
    public var severity: String?
    /// What was done, as written.
    public var action: String?

    /// An alert.
    public init(time: Timestamp, signature: String, text: String) {
        self.time = time
        self.signature = signature
        self.text = text
    }
}

/// One fact of any kind.
public enum Fact: Sendable, Equatable {
    /// A flow.
    case session(SessionFact)
    /// An open port.
    case service(ServiceFact)
    /// A host.
    case host(HostFact)
    /// A scan.
    case scan(ScanFact)
    /// An alert.
    case alert(AlertFact)
}

/// Takes facts in the order of the file.
public protocol FactSink {
    /// A fact.
    mutating func take(_ fact: Fact)
    /// A session; there may be very many.
    mutating func take(_ session: SessionFact)
}

extension FactSink {
    /// A session, as a fact of any kind.
    public mutating func take(_ session: SessionFact) { take(.session(session)) }
}
