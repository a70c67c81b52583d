public import Net

/// What tells the fragments of one datagram from those of others (RFC 791 section 3.2, RFC 8200 section 4.5).
public struct FragmentKey: Hashable, BitwiseCopyable, Sendable {
    /// The sender's address.
    public let source: IPAddress
    /// The receiver's address.
    public let destination: IPAddress
    /// The identification field: 16 bits in IPv4, 32 in IPv6.
    public let identification: UInt32
    /// The tunnel the fragment came through; 0 without one.
    public let tunnel: UInt32
    /// The protocol of the payload.
    public let payloadProtocol: UInt8

    /// The key of a fragment, from its IP header.
    public init(
        source: IPAddress, destination: IPAddress, identification: UInt32, payloadProtocol: UInt8,
        tunnel: UInt32 = 0
    ) {
        self.source = source
        self.destination = destination
        self.identification = identification
        self.payloadProtocol = payloadProtocol
        self.tunnel = tunnel
    }

    /// Equal in all fields; in IPv6 the protocol is not one of them, as only the first fragment's counts.
    public static func == (left: Self, right: Self) -> Bool {
        left.identification == right.identification && left.source == right.source
            && left.destination == right.destination && left.tunnel == right.tunnel
            && (left.payloadProtocol == right.payloadProtocol || !left.source.isV4)
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(source)
        hasher.combine(destination)
        hasher.combine(identification)
        hasher.combine(tunnel)
    }
}
