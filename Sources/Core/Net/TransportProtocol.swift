/// What carries a flow: an IP protocol number (IANA "Assigned Internet Protocol Numbers").
public struct TransportProtocol: Hashable, Sendable, BitwiseCopyable {
    /// The protocol number of the IP header.
    public let number: UInt8

    /// The transport with the given IP protocol number.
    @inlinable @inline(__always)
    public init(number: UInt8) { self.number = number }

    /// TCP, RFC 9293.
    public static var tcp: Self { Self(number: 6) }
    /// UDP, RFC 768.
    public static var udp: Self { Self(number: 17) }
    /// SCTP, RFC 9260.
    public static var sctp: Self { Self(number: 132) }
    /// Generic Routing Encapsulation, RFC 2784.
    public static var gre: Self { Self(number: 47) }
    /// IPv4 in IP, RFC 2003.
    public static var ipip: Self { Self(number: 4) }
    /// IPv6 in IP, RFC 4213.
    public static var ipv6: Self { Self(number: 41) }

    /// Whether its packets have ports.
    @inlinable
    public var hasPorts: Bool { self == .tcp || self == .udp || self == .sctp }

    /// The transports that have ports and carry services.
    public static let withPorts: [TransportProtocol] = [.tcp, .udp, .sctp]
}

extension TransportProtocol: LosslessStringConvertible, Comparable {
    /// The lower-case name that records use.
    public var description: String {
        switch number {
        case 6: "tcp"
        case 17: "udp"
        case 132: "sctp"
        case 47: "gre"
        case 4: "ipip"
        case 41: "6in4"
        default: "ip-\(number)"
        }
    }

    /// Parses `tcp`, `udp` or `sctp`, the names a port can be written with.
    public init?(_ text: String) {
        guard let match = Self.withPorts.first(where: { $0.description == text }) else { return nil }
        self = match
    }

    /// By protocol number.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
