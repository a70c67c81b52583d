import Net

extension Decoder {
    /// RFC 791 section 3.1: version and header length (4 bits each), service (1), total length (2), identification
    /// (2), flags and fragment offset (2), time to live (1), protocol (1), checksum (2), source (4), destination
    /// (4), options.
    @inline(__always)
    mutating func ipv4(_ bytes: RawSpan, _ start: Int, _ end: Int, _ packet: inout Packet) -> Decoded {
        guard end - start >= 20 else { return drop(.ipv4Short) }
        // Words instead of fields: each load is one look at the bounds.
        let (first, second, third) = bytes.pairAndHalf(start)
        guard first >> 60 == 4 else { return drop(.ipv4Version) }
        let headerLength = Int(first >> 56 & 15) &* 4
        guard headerLength >= 20 else { return drop(.ipv4HeaderLength) }
        var totalLength = Int(first >> 32 & 0xffff)
        // Segmentation offload: the card fills in the length of each segment it makes of what was captured.
        if totalLength == 0 { totalLength = end - start }
        guard totalLength >= headerLength else { return drop(.ipv4TotalLength) }
        guard end - start >= headerLength else { return drop(.ipv4Options) }
        packet.source = IPAddress(v4: UInt32(truncatingIfNeeded: second))
        packet.destination = IPAddress(v4: third)
        packet.wireLength = totalLength
        let wireEnd = start &+ totalLength
        let range = TransportRange(start: start &+ headerLength, end: min(end, wireEnd), wireEnd: wireEnd)
        let payloadProtocol = UInt8(truncatingIfNeeded: second >> 48)
        let fragment = UInt16(truncatingIfNeeded: first)
        if fragment & 0x3fff != 0 {
            let place = Fragment(
                identification: UInt32(truncatingIfNeeded: first >> 16 & 0xffff),
                offset: (fragment & 0x1fff) << 3, payloadProtocol: payloadProtocol,
                more: fragment & 0x2000 != 0)
            return self.fragment(place, range, &packet)
        }
        return transport(bytes, payloadProtocol, range, &packet)
    }

    /// A part of a datagram of either version.
    @inline(never)
    mutating func fragment(_ place: Fragment, _ range: TransportRange, _ packet: inout Packet) -> Decoded {
        let length = range.wireEnd - range.start
        // RFC 791 section 3.2, RFC 8200 section 4.5: all fragments but the last are multiples of eight bytes, and
        // no datagram exceeds the length field.
        guard length > 0, Int(place.offset) + length <= 65_535, !place.more || length & 7 == 0 else {
            return drop(.fragmentLength)
        }
        clearTransport(place.payloadProtocol, range, &packet)
        return .fragment(place)
    }
}
