public import Net

/// One flow, as the packet lane hands it over: a plain value.
public struct SessionRow: BitwiseCopyable, Sendable {
    /// The flow's number, and that of the flow that announced it, 0 for none.
    public var flow, parent: UInt64
    /// The first and the last packet.
    public var start, end: Timestamp
    /// The addresses of the two ends.
    public var clientAddress, serverAddress: IPAddress
    /// Bytes of IP packets that each end sent.
    public var clientBytes, serverBytes: UInt64
    /// Packets that each end sent.
    public var clientPackets, serverPackets: UInt32
    /// The place of the service that it belongs to; -1 when it belongs to none.
    public var service: Int32
    /// The ports of the two ends.
    public var clientPort, serverPort: UInt16
    /// The protocol's place in the library plus one; 0 when it was not recognised.
    public var protocolNumber: UInt16
    /// The VLAN, 0 for none.
    public var vlan: UInt16
    /// What carries it.
    public var transport: TransportProtocol
    /// How far it got.
    public var state: SessionState
    /// Whether the verdict rests on both speakers.
    public var isCertain: Bool

    /// A session from its parts.
    @inlinable
    public init(
        flow: UInt64, parent: UInt64 = 0, start: Timestamp, end: Timestamp, client: Endpoint,
        server: Endpoint, clientBytes: UInt64, serverBytes: UInt64, clientPackets: UInt32,
        serverPackets: UInt32, protocolNumber: UInt16, vlan: UInt16 = 0,
        transport: TransportProtocol = .tcp, state: SessionState, isCertain: Bool = true, service: Int32 = -1
    ) {
        (self.flow, self.parent, self.start, self.end) = (flow, parent, start, end)
        (clientAddress, serverAddress) = (client.address, server.address)
        (clientPort, serverPort) = (client.port, server.port)
        (self.clientBytes, self.serverBytes) = (clientBytes, serverBytes)
        (self.clientPackets, self.serverPackets) = (clientPackets, serverPackets)
        (self.protocolNumber, self.vlan, self.transport) = (protocolNumber, vlan, transport)
        (self.state, self.isCertain, self.service) = (state, isCertain, service)
    }
}

/// How far a conversation got, as the store numbers it.
public enum SessionState: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// Both ends spoke.
    case established
    /// The server never answered.
    case attempted
    /// The server refused.
    case rejected
    /// Its beginning is not in the capture.
    case midstream
    /// Only one direction is in the capture.
    case oneWay

    /// The word that records use.
    public var name: String { self == .oneWay ? "one-way" : "\(self)" }
    /// Whether anything came of it: an attempt, and what the server refused, is apart.
    public var isEstablished: Bool { self != .attempted && self != .rejected }
}
