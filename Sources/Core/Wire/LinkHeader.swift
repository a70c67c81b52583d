/// The version of the Internet Protocol that a link header announces.
public enum NetworkProtocol: UInt8, BitwiseCopyable, Sendable {
    /// IPv4, RFC 791.
    case ipv4
    /// IPv6, RFC 8200.
    case ipv6
}

/// What the headers before the IP header say: where that one lies, and what it was tagged with.
public struct LinkHeader: Equatable, BitwiseCopyable, Sendable {
    /// Offset of the IP header.
    public var networkOffset: Int
    /// Offset after the last byte that can belong to the packet.
    ///
    /// A check sequence, or what exceeds the length field of a link header, lies behind it. Padding may still
    /// lie before it; the IP header knows.
    public var networkEnd: Int
    /// The VXLAN or Geneve network identifier (24 bits) or the GRE key of the tunnel; 0 without one.
    ///
    /// The same in both directions, so that it may tell apart networks with equal addresses.
    public var virtualNetwork: UInt32
    /// The innermost 802.1Q VLAN identifier, 1 to 4094; 0 without a tag.
    ///
    /// Tags outside of a tunnel are not those of the packet inside.
    public var vlan: UInt16
    /// The IP version.
    public var network: NetworkProtocol
    /// Whether the frame was sent to all hosts of its link, where that tells.
    public var isBroadcast: Bool

    /// A link header that ends at `networkOffset`.
    @inlinable @inline(__always)
    public init(
        networkOffset: Int, networkEnd: Int, network: NetworkProtocol, vlan: UInt16 = 0,
        virtualNetwork: UInt32 = 0, isBroadcast: Bool = false
    ) {
        self.networkOffset = networkOffset
        self.networkEnd = networkEnd
        self.network = network
        self.vlan = vlan
        self.virtualNetwork = virtualNetwork
        self.isBroadcast = isBroadcast
    }
}

/// Where the next header starts, where the bytes end, and what has been learnt on the way there.
struct Layer: BitwiseCopyable {
    /// Offset of the next header; may be moved past `end` by a length field, and `has` is false then.
    var offset: Int
    /// Offset after the last byte of this layer, within the bytes decoded.
    var end: Int
    var vlan: UInt16 = 0
    var virtualNetwork: UInt32 = 0
    var isBroadcast = false
    /// Headers passed that can enclose themselves without end.
    var nesting = 0

    init(_ offset: Int, _ end: Int) {
        self.offset = offset
        self.end = end
    }

    func has(_ count: Int) -> Bool { end - offset >= count }

    /// Bytes behind `length` bytes from here are not part of this layer.
    mutating func limit(to length: Int) { end = min(end, offset + length) }

    func header(_ network: NetworkProtocol) -> LinkHeader {
        LinkHeader(
            networkOffset: offset, networkEnd: end, network: network, vlan: vlan,
            virtualNetwork: virtualNetwork, isBroadcast: isBroadcast)
    }
}
