import Net

extension Decoder {
    /// Extension headers are followed this far; RFC 8200 section 4.1 recommends seven at most.
    static let extensionLimit = 12

    /// RFC 8200 section 3: version, class and flow label (4), payload length (2), next header (1), hop limit (1),
    /// source (16), destination (16).
    @inline(__always)
    mutating func ipv6(_ bytes: RawSpan, _ start: Int, _ end: Int, _ packet: inout Packet) -> Decoded {
        guard end - start >= 40 else { return drop(.ipv6Short) }
        guard bytes.u8(start) >> 4 == 6 else { return drop(.ipv6Version) }
        var payloadLength = Int(bytes.u16(start + 4))
        // A jumbogram (RFC 2675) or segmentation offload: as much as was captured.
        if payloadLength == 0 { payloadLength = end - start - 40 }
        packet.source = IPAddress(high: bytes.u64(start + 8), low: bytes.u64(start + 16))
        packet.destination = IPAddress(high: bytes.u64(start + 24), low: bytes.u64(start + 32))
        packet.wireLength = 40 + payloadLength
        let wireEnd = start + 40 + payloadLength
        let range = TransportRange(start: start + 40, end: min(end, wireEnd), wireEnd: wireEnd)
        return transport(bytes, bytes.u8(start + 6), range, &packet)
    }

    /// Extension headers, and what they lead to: next header (1), length (1), value.
    ///
    /// They are followed in IPv4 as well, where only the authentication header occurs.
    @inline(never)
    mutating func extensions(
        _ bytes: RawSpan, _ number: UInt8, _ range: TransportRange, _ packet: inout Packet
    ) -> Decoded {
        var (number, range) = (number, range)
        for _ in 0..<Self.extensionLimit {
            guard let length = extensionLength(bytes, number, range) else {
                guard !Self.isExtension(number) else { return drop(.ipv6Extension) }
                return plainTransport(bytes, number, range, &packet)
            }
            if number == IPProtocol.fragment {
                let field = bytes.u16(range.start + 2)
                let place = Fragment(
                    identification: bytes.u32(range.start + 4), offset: field & 0xfff8,
                    payloadProtocol: bytes.u8(range.start), more: field & 1 != 0)
                // RFC 6946: a fragment that is the whole datagram is not reassembled.
                if place.offset != 0 || place.more {
                    range.start += 8
                    return fragment(place, range, &packet)
                }
            }
            number = bytes.u8(range.start)
            range.start += length
        }
        return drop(.ipv6ExtensionChain)
    }

    private static func isExtension(_ number: UInt8) -> Bool {
        switch number {
        case IPProtocol.hopByHop, IPProtocol.routing, IPProtocol.fragment, IPProtocol.authentication,
            IPProtocol.destinationOptions, IPProtocol.mobility, IPProtocol.hostIdentity, IPProtocol.shim6:
            true
        default: false
        }
    }

    /// The length of an extension header that was captured whole.
    private func extensionLength(_ bytes: RawSpan, _ number: UInt8, _ range: TransportRange) -> Int? {
        guard Self.isExtension(number), range.end - range.start >= 8 else { return nil }
        let field = Int(bytes.u8(range.start + 1))
        let length =
            switch number {
            case IPProtocol.fragment: 8
            // RFC 4302 section 2.2: in words of four bytes, minus two.
            case IPProtocol.authentication: (field + 2) * 4
            default: (field + 1) * 8
            }
        return range.end - range.start >= length ? length : nil
    }
}
