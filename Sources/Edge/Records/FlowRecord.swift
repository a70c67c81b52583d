public import Inventory
public import Net

/// One flow, recognised or not, as its record says it.
public struct FlowRecord: Sendable {
    /// The flow's number.
    public var flow: UInt64
    /// Its first packet.
    public var start: Timestamp
    /// Its last packet.
    public var end: Timestamp
    /// The capture it was in, as named on the command line.
    public var capture: String?
    /// What carries it.
    public var transport: TransportProtocol
    /// The VLAN, 0 without.
    public var vlan: UInt16 = 0
    /// The one that asks.
    public var client: Side
    /// The one that serves.
    public var server: Side
    /// How far it got.
    public var state: State
    /// The protocol it was recognised as, nil when it was not.
    public var protocolName: String?
    /// The protocols that followed in the same flow.
    public var then: [String] = []
    /// How sure the verdict is, nil when there is none.
    public var confidence: Confidence?
    /// The flow that announced it.
    public var parent: UInt64?
    /// The way it crossed the site's border, when the site is known.
    public var direction: Direction?
    /// What it was carried in, such as `vxlan 42`; nil when in nothing.
    public var tunnel: String?

    /// One end of a flow and what it sent.
    public struct Side: Sendable {
        /// Address and port.
        public var endpoint: Endpoint
        /// Packets that it sent.
        public var packets: UInt64
        /// Bytes of IP packets that it sent.
        public var bytes: UInt64

        /// An end of a flow.
        public init(_ endpoint: Endpoint, packets: UInt64, bytes: UInt64) {
            self.endpoint = endpoint
            self.packets = packets
            self.bytes = bytes
        }
    }

    /// How far a conversation got.
    public enum State: String, Sendable, CaseIterable {
        /// Both ends spoke.
        case established
        /// The server never answered.
        case attempted
        /// The server refused.
        case rejected
        /// Its beginning is not in the capture.
        case midstream
        /// Only one direction is in the capture.
        case oneWay = "one-way"
    }

    /// A flow without a verdict.
    public init(
        flow: UInt64, start: Timestamp, end: Timestamp, capture: String?, transport: TransportProtocol,
        client: Side, server: Side, state: State
    ) {
        self.flow = flow
        self.start = start
        self.end = end
        self.capture = capture
        self.transport = transport
        self.client = client
        self.server = server
        self.state = state
    }
}

/// A value of a summary record.
public indirect enum SummaryValue: Sendable {
    /// A count.
    case count(Int)
    /// A measure, such as seconds.
    case decimal(Double)
    /// Words.
    case text(String)
    /// A moment.
    case time(Timestamp)
    /// True or false.
    case flag(Bool)
    /// Named values, in order.
    case object([(String, SummaryValue)])
    /// Words, in order.
    case list([String])
}
