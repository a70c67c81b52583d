import Net

/// Where the parts of an Ethernet frame are that mutations look at or change.
///
/// VLAN tags, MPLS, PPPoE, GRE and IP in IP are followed to the innermost packet. Tunnels over UDP are not: to a
/// mutation they are conversations of their two ends, and what they enclose goes with them.
public struct FrameLayout: Sendable {
    /// What tells, before the outermost IP header, which version follows.
    enum Announcement: Sendable {
        case etherType(at: Int)
        case ppp(at: Int, lengthAt: Int)
        /// MPLS: nothing but the version in the header itself.
        case none
    }

    /// One IP header.
    struct Network: Sendable {
        var offset: Int
        var isV4: Bool
        /// Where what it carries begins.
        var payload: Int
        /// What that is; of a fragment, what the whole is.
        var carries: TransportProtocol
        var source: IPAddress
        var destination: IPAddress
        /// Which datagram it is a part of, and where in it; nil when it is whole.
        var fragment: (identification: UInt32, offset: Int, more: Bool)?
        /// Where the packet ends on the wire, as its header has it.
        var end: Int
    }

    private(set) var announcement: Announcement
    /// The outermost IP header.
    private(set) var outer: Network
    /// The innermost one.
    private(set) var network: Network

    /// Whether the innermost packet is inside another one.
    public var isEnclosed: Bool { network.offset != outer.offset }
    /// Where the length of the outermost packet stands; nil where another header before it has one, too.
    var lengthAt: Int? {
        if case .ppp = announcement { return nil }
        return outer.offset + (outer.isV4 ? 2 : 4)
    }
    /// The ports, where the frame holds them.
    private(set) var ports: (source: UInt16, destination: UInt16)?
    /// The TCP flags, 0 for others.
    private(set) var flags: UInt8 = 0
    /// Whether it says something: bytes follow the transport's header, on the wire.
    private(set) var hasPayload = false

    /// The layout of a frame; nil when it carries no IP packet.
    public init?(_ frame: CapturedFrame) {
        let found = frame.bytes.withBytes { bytes -> (Announcement, Network, Network)? in
            guard let (announcement, offset) = Self.link(bytes), let outer = Self.network(bytes, offset)
            else {
                return nil
            }
            var inner = outer
            for _ in 0..<8 {
                guard let next = Self.enclosed(bytes, in: inner), let found = Self.network(bytes, next) else {
                    break
                }
                inner = found
            }
            return (announcement, outer, inner)
        }
        guard let found else { return nil }
        (announcement, outer, network) = found
        frame.bytes.withBytes { readTransport($0) }
    }

    private mutating func readTransport(_ bytes: borrowing RawSpan) {
        let start = network.payload
        guard network.carries.hasPorts else { return }
        guard (network.fragment?.offset ?? 0) == 0 else {
            hasPayload = true
            return
        }
        guard start + 4 <= bytes.byteCount else { return }
        ports = (bytes.u16(start), bytes.u16(start + 2))
        guard network.carries == .tcp else {
            hasPayload = network.end > start + (network.carries == .udp ? 8 : 12)
            return
        }
        guard start + 14 <= bytes.byteCount else { return }
        flags = bytes.u8(start + 13)
        hasPayload = network.end > start + Int(bytes.u8(start + 12) >> 4) * 4
    }

    // MARK: Steps

    /// IEEE 802.1Q tags, MPLS labels (RFC 3032) and PPPoE sessions (RFC 2516).
    private static func link(_ bytes: borrowing RawSpan) -> (Announcement, Int)? {
        var at = 12
        while at + 2 <= bytes.byteCount {
            switch bytes.u16(at) {
            case 0x8100, 0x88a8, 0x9100: at += 4
            case 0x0800, 0x86dd: return (.etherType(at: at), at + 2)
            case 0x8847, 0x8848:
                at += 2
                // The bottom of the stack is marked in the third byte of its label.
                while at + 4 <= bytes.byteCount {
                    at += 4
                    if bytes.u8(at - 2) & 1 != 0 { return (.none, at) }
                }
                return nil
            case 0x8864:
                guard at + 10 <= bytes.byteCount, [0x21, 0x57].contains(bytes.u16(at + 8)) else { return nil }
                return (.ppp(at: at + 8, lengthAt: at + 6), at + 10)
            default: return nil
            }
        }
        return nil
    }

    private static func network(_ bytes: borrowing RawSpan, _ at: Int) -> Network? {
        guard at + 20 <= bytes.byteCount else { return nil }
        return bytes.u8(at) >> 4 == 4 ? v4(bytes, at) : bytes.u8(at) >> 4 == 6 ? v6(bytes, at) : nil
    }

    /// RFC 791 section 3.1.
    private static func v4(_ bytes: borrowing RawSpan, _ at: Int) -> Network? {
        let headerLength = Int(bytes.u8(at) & 15) * 4
        guard headerLength >= 20 else { return nil }
        let (total, part) = (Int(bytes.u16(at + 2)), bytes.u16(at + 6))
        return Network(
            offset: at, isV4: true, payload: at + headerLength,
            carries: TransportProtocol(number: bytes.u8(at + 9)),
            source: IPAddress(v4: bytes.u32(at + 12)), destination: IPAddress(v4: bytes.u32(at + 16)),
            fragment: part & 0x3fff == 0
                ? nil : (UInt32(bytes.u16(at + 4)), Int(part & 0x1fff) * 8, part & 0x2000 != 0),
            // A card that cuts packets itself is given them with length 0.
            end: total == 0 ? bytes.byteCount : at + total)
    }

    /// RFC 8200 section 4: the extension headers that a transport may follow.
    private static func v6(_ bytes: borrowing RawSpan, _ at: Int) -> Network? {
        guard at + 40 <= bytes.byteCount else { return nil }
        var network = Network(
            offset: at, isV4: false, payload: at + 40, carries: TransportProtocol(number: bytes.u8(at + 6)),
            source: IPAddress(high: bytes.u64(at + 8), low: bytes.u64(at + 16)),
            destination: IPAddress(high: bytes.u64(at + 24), low: bytes.u64(at + 32)),
            end: at + 40 + Int(bytes.u16(at + 4)))
        while [0, 43, 44, 60].contains(network.carries.number), network.payload + 8 <= bytes.byteCount {
            let header = network.payload
            if network.carries.number == 44 {
                let part = bytes.u16(header + 2)
                network.fragment = (bytes.u32(header + 4), Int(part & 0xfff8), part & 1 != 0)
                network.payload += 8
            } else {
                network.payload += 8 + Int(bytes.u8(header + 1)) * 8
            }
            network.carries = TransportProtocol(number: bytes.u8(header))
            if let fragment = network.fragment, fragment.offset > 0 { break }
        }
        return network
    }

    /// Where the IP header is that another packet encloses.
    private static func enclosed(_ bytes: borrowing RawSpan, in network: Network) -> Int? {
        guard network.fragment == nil else { return nil }
        switch network.carries {
        case .ipip, .ipv6: return network.payload
        case .gre: return gre(bytes, network.payload)
        default: return nil
        }
    }

    /// RFC 2784 and RFC 2890, with IP, Ethernet or a mirrored frame (ERSPAN) inside.
    private static func gre(_ bytes: borrowing RawSpan, _ start: Int) -> Int? {
        guard start + 4 <= bytes.byteCount else { return nil }
        let (flags, type) = (bytes.u16(start), bytes.u16(start + 2))
        guard flags & 7 == 0 else { return nil }
        var at = start + 4
        for flag: UInt16 in [0x8000, 0x2000, 0x1000] where flags & flag != 0 { at += 4 }
        switch type {
        case 0x0800, 0x86dd: return at
        case 0x6558: break
        case 0x88be: at += flags & 0x1000 != 0 ? 8 : 0
        case 0x22eb: at += 12
        default: return nil
        }
        guard at < bytes.byteCount else { return nil }
        return link(bytes.extracting(at...)).map { at + $0.1 }
    }
}
