import Net

/// Protocol numbers that are followed or counted by name (IANA "Assigned Internet Protocol Numbers").
enum IPProtocol {
    static let hopByHop: UInt8 = 0
    static let icmp: UInt8 = 1
    static let igmp: UInt8 = 2
    static let ipv4: UInt8 = 4
    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17
    static let ipv6: UInt8 = 41
    static let routing: UInt8 = 43
    static let fragment: UInt8 = 44
    static let gre: UInt8 = 47
    static let esp: UInt8 = 50
    static let authentication: UInt8 = 51
    static let icmpv6: UInt8 = 58
    static let noNextHeader: UInt8 = 59
    static let destinationOptions: UInt8 = 60
    static let eigrp: UInt8 = 88
    static let ospf: UInt8 = 89
    static let pim: UInt8 = 103
    static let vrrp: UInt8 = 112
    static let l2tp: UInt8 = 115
    static let sctp: UInt8 = 132
    static let mobility: UInt8 = 135
    static let udpLite: UInt8 = 136
    static let hostIdentity: UInt8 = 139
    static let shim6: UInt8 = 140
}

/// Where what an IP header carries starts, ends in the capture, and ended on the wire.
struct TransportRange: BitwiseCopyable {
    /// Offset of the first byte.
    var start: Int
    /// Offset after the last byte captured; not below `start`.
    var end: Int
    /// Offset after the last byte of the packet; not below `end`.
    var wireEnd: Int
}

extension Decoder {
    /// The transport header, or the extension headers before it.
    @inline(__always)
    mutating func transport(
        _ bytes: RawSpan, _ number: UInt8, _ range: TransportRange, _ packet: inout Packet
    ) -> Decoded {
        if number == IPProtocol.tcp { return tcp(bytes, range, &packet) }
        if number == IPProtocol.udp { return udp(bytes, range, &packet) }
        return extensions(bytes, number, range, &packet)
    }

    @inline(never)
    mutating func plainTransport(
        _ bytes: RawSpan, _ number: UInt8, _ range: TransportRange, _ packet: inout Packet
    ) -> Decoded {
        switch number {
        case IPProtocol.tcp: return tcp(bytes, range, &packet)
        case IPProtocol.udp: return udp(bytes, range, &packet)
        case IPProtocol.sctp: return sctp(bytes, range, &packet)
        case IPProtocol.gre: return tunnel(.gre, number, range, &packet)
        case IPProtocol.ipv4: return tunnel(.ipInIP, number, range, &packet)
        case IPProtocol.ipv6: return tunnel(.ipv6InIP, number, range, &packet)
        case IPProtocol.icmp: return drop(.icmp)
        case IPProtocol.icmpv6: return drop(.icmpv6)
        case IPProtocol.igmp: return drop(.igmp)
        case IPProtocol.esp: return drop(.esp)
        case IPProtocol.ospf: return drop(.ospf)
        case IPProtocol.pim: return drop(.pim)
        case IPProtocol.vrrp: return drop(.vrrp)
        case IPProtocol.eigrp: return drop(.eigrp)
        case IPProtocol.l2tp: return drop(.l2tp)
        case IPProtocol.udpLite: return drop(.udpLite)
        case IPProtocol.noNextHeader: return drop(.noNextHeader)
        default: return drop(.transport)
        }
    }

    private mutating func tunnel(
        _ kind: Enclosure, _ number: UInt8, _ range: TransportRange, _ packet: inout Packet
    ) -> Decoded {
        clearTransport(number, range, &packet)
        return .tunnel(kind)
    }

    /// A packet without ports whose payload is all that the IP header carries.
    func clearTransport(_ number: UInt8, _ range: TransportRange, _ packet: inout Packet) {
        packet.transport = TransportProtocol(number: number)
        packet.sourcePort = 0
        packet.destinationPort = 0
        packet.setTCP(flags: 0, sequence: 0, acknowledgement: 0)
        packet.setPayload(range.start, range.end, wireEnd: range.wireEnd)
    }
}

extension Packet {
    @inline(__always)
    mutating func setTCP(flags: UInt8, sequence: UInt32, acknowledgement: UInt32) {
        self.flags = TCPFlags(rawValue: flags)
        self.sequence = sequence
        self.acknowledgement = acknowledgement
    }

    /// The payload from `start` to `wireEnd`, of which the bytes before `end` were captured.
    @inline(__always)
    mutating func setPayload(_ start: Int, _ end: Int, wireEnd: Int) {
        payloadOffset = min(start, end)
        payloadLength = max(0, end - start)
        wirePayloadLength = wireEnd - start
    }
}
