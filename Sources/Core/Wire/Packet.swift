public import Net

/// A decoded packet: the headers that decide its flow, and where its payload lies in the bytes decoded.
///
/// A plain value without references; offsets count from the start of the bytes given to the decoder.
public struct Packet: BitwiseCopyable, Sendable {
    /// The sender's address.
    public var source = IPAddress(high: 0, low: 0)
    /// The receiver's address.
    public var destination = IPAddress(high: 0, low: 0)
    /// The sender's port; 0 where the transport has none.
    public var sourcePort: UInt16 = 0
    /// The receiver's port; 0 where the transport has none.
    public var destinationPort: UInt16 = 0
    /// What carries the payload.
    public var transport = TransportProtocol(number: 0)
    /// TCP flags; 0 for other transports.
    public var flags = TCPFlags(rawValue: 0)
    /// Whether its frame was sent to all hosts of the link, where that tells.
    public var isBroadcast = false
    /// The innermost 802.1Q VLAN identifier, 1 to 4094; 0 without a tag.
    public var vlan: UInt16 = 0
    /// TCP sequence number of the first payload byte (of the SYN itself when that flag is set).
    public var sequence: UInt32 = 0
    /// TCP acknowledgement number.
    public var acknowledgement: UInt32 = 0
    /// Offset of the first payload byte: what the transport carries; for a tunnel, what it encloses.
    public var payloadOffset: Int = 0
    /// Payload bytes captured.
    public var payloadLength: Int = 0
    /// Payload bytes on the wire, as the IP header says; larger than `payloadLength` in cut-off frames.
    public var wirePayloadLength: Int = 0
    /// Bytes of the IP packet on the wire, header included.
    public var wireLength: Int = 0
    /// Offset of the IP header.
    public var networkOffset: Int = 0

    /// An empty packet.
    @inlinable
    public init() {}
}

/// The control bits of a TCP header (RFC 9293 section 3.1).
public struct TCPFlags: OptionSet, BitwiseCopyable, Sendable {
    /// The flag byte as on the wire.
    public let rawValue: UInt8
    /// The flags of one byte.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// No more data from the sender.
    public static var fin: Self { Self(rawValue: 0x01) }
    /// Synchronise sequence numbers.
    public static var syn: Self { Self(rawValue: 0x02) }
    /// Reset the connection.
    public static var rst: Self { Self(rawValue: 0x04) }
    /// Push function.
    public static var psh: Self { Self(rawValue: 0x08) }
    /// The acknowledgement field is significant.
    public static var ack: Self { Self(rawValue: 0x10) }
}
