/// What `Decoder.packet` made of a packet.
public enum Decoded: Equatable, BitwiseCopyable, Sendable {
    /// A whole packet of a transport with ports.
    case packet
    /// A part of a datagram: the packet has addresses and the range of the part's bytes, no ports.
    case fragment(Fragment)
    /// A packet that encloses another: the packet is the outer one, its transport the number of the tunnel's
    /// protocol, its ports 0, its payload what the IP header carries. `Decoder.enclosed` looks inside.
    case tunnel(Enclosure)
    /// Nothing that can belong to a flow; counted under one name.
    case dropped
}

/// What an IP header says of a fragment.
public struct Fragment: Equatable, BitwiseCopyable, Sendable {
    /// Names the datagram: 16 bits in IPv4, 32 in IPv6.
    public var identification: UInt32
    /// Where the bytes belong in the datagram's payload.
    public var offset: UInt16
    /// The protocol of the datagram's payload; in IPv6 only the first fragment's counts.
    public var payloadProtocol: UInt8
    /// Whether bytes follow behind this fragment's.
    public var more: Bool

    /// A fragment's place in its datagram.
    @inlinable
    public init(identification: UInt32, offset: UInt16, payloadProtocol: UInt8, more: Bool) {
        self.identification = identification
        self.offset = offset
        self.payloadProtocol = payloadProtocol
        self.more = more
    }
}

/// A protocol whose payload is another packet.
public enum Enclosure: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// Generic Routing Encapsulation, RFC 2784, with PPTP's (RFC 2637) and ERSPAN's use of it.
    case gre
    /// IPv4 in IP, RFC 2003.
    case ipInIP
    /// IPv6 in IP, RFC 4213.
    case ipv6InIP
    /// VXLAN over UDP, RFC 7348, and its Generic Protocol Extension.
    case vxlan
    /// Geneve over UDP, RFC 8926.
    case geneve
    /// GTP-U over UDP, 3GPP TS 29.281.
    case gtp
    /// Teredo over UDP, RFC 4380.
    case teredo
}
