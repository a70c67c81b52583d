public import Net
public import Wire

/// What makes two packets one flow: the tunnel they came through, their transport and both endpoints, in an order
/// that does not depend on the direction.
public struct FlowKey: BitwiseCopyable, Sendable, Equatable {
    /// The smaller endpoint's address.
    public var low: IPAddress
    /// The larger endpoint's address.
    public var high: IPAddress
    /// The smaller endpoint's port, the larger's, the transport and the VLAN in one word, from the highest bits down: it is
    /// compared and hashed for every packet.
    @usableFromInline var rest: UInt64
    /// Which tunnel the packets were unwrapped from; 0 for none.
    public var tunnel: UInt32

    /// The key of a packet, and whether its sender is the larger endpoint (direction 1) or the smaller (0).
    @inlinable @inline(__always)
    public static func of(_ packet: borrowing Packet, tunnel: UInt32, vlan: UInt16) -> (
        key: FlowKey, direction: Int
    ) {
        let (source, destination) = (packet.source, packet.destination)
        let isReversed =
            source.low != destination.low
            ? source.low > destination.low
            : source.high != destination.high
                ? source.high > destination.high : packet.sourcePort > packet.destinationPort
        let (lowPort, highPort) =
            isReversed
            ? (packet.destinationPort, packet.sourcePort) : (packet.sourcePort, packet.destinationPort)
        let key = FlowKey(
            low: isReversed ? destination : source, high: isReversed ? source : destination, lowPort: lowPort,
            highPort: highPort, transport: packet.transport, vlan: vlan, tunnel: tunnel)
        return (key, isReversed ? 1 : 0)
    }

    @inlinable @inline(__always)
    init(
        low: IPAddress, high: IPAddress, lowPort: UInt16, highPort: UInt16, transport: TransportProtocol,
        vlan: UInt16, tunnel: UInt32
    ) {
        self.low = low
        self.high = high
        rest =
            UInt64(lowPort) << 48 | UInt64(highPort) << 32 | UInt64(transport.number) << 24 | UInt64(vlan)
        self.tunnel = tunnel
    }

    /// The smaller endpoint's port.
    public var lowPort: UInt16 { UInt16(truncatingIfNeeded: rest >> 48) }
    /// The larger endpoint's port.
    public var highPort: UInt16 { UInt16(truncatingIfNeeded: rest >> 32) }
    /// What carries it.
    @inlinable
    public var transport: TransportProtocol {
        TransportProtocol(number: UInt8(truncatingIfNeeded: rest >> 24))
    }
    /// The VLAN when the site asked for it to count, else 0.
    public var vlan: UInt16 { UInt16(truncatingIfNeeded: rest) }

    /// A 64-bit hash; with a secret seed nobody can aim at one slot.
    @inlinable @inline(__always)
    public func hash(seed: UInt64) -> UInt64 {
        var hash = Mixing.mix(low.low ^ seed ^ 0xa076_1d64_78bd_642f, high.low ^ 0xe703_7ed1_a0b4_28db)
        hash ^= Mixing.mix(low.high ^ 0x8ebc_6af0_9c88_c6e3, high.high ^ seed ^ 0x5899_65cc_7537_4cc3)
        return Mixing.mix(hash ^ rest, 0x1d8e_4e27_c47d_124f ^ UInt64(tunnel))
    }

    /// The endpoint that sends in `direction`.
    @inlinable
    public func sender(_ direction: Int) -> Endpoint {
        direction == 0 ? Endpoint(low, lowPort) : Endpoint(high, highPort)
    }

    /// Whether both are of one transport, VLAN and tunnel, whatever their endpoints.
    @inlinable
    public func hasPath(of other: FlowKey) -> Bool {
        UInt32(truncatingIfNeeded: rest) == UInt32(truncatingIfNeeded: other.rest) && tunnel == other.tunnel
    }

    /// Equal in every part.
    @inlinable @inline(__always)
    public static func == (left: FlowKey, right: FlowKey) -> Bool {
        (left.low.low ^ right.low.low) | (left.high.low ^ right.high.low) | (left.low.high ^ right.low.high)
            | (left.high.high ^ right.high.high) | (left.rest ^ right.rest) == 0
            && left.tunnel == right.tunnel
    }
}
