import Net

extension Decoder {
    /// RFC 9293 section 3.1: ports (2 each), sequence number (4), acknowledgement number (4), data offset (4 bits,
    /// in words), reserved (4 bits), flags (1), window (2), checksum (2), urgent pointer (2), options.
    @inline(__always)
    mutating func tcp(_ bytes: RawSpan, _ range: TransportRange, _ packet: inout Packet) -> Decoded {
        let start = range.start
        guard range.end - start >= 20 else { return drop(.tcpShort) }
        let (first, second) = bytes.pair(start)
        let payload = start &+ Int(second >> 28 & 15) &* 4
        guard payload >= start &+ 20, payload <= range.wireEnd else { return drop(.tcpDataOffset) }
        packet.transport = .tcp
        packet.sourcePort = UInt16(truncatingIfNeeded: first >> 48)
        packet.destinationPort = UInt16(truncatingIfNeeded: first >> 32)
        packet.setTCP(
            flags: UInt8(truncatingIfNeeded: second >> 16), sequence: UInt32(truncatingIfNeeded: first),
            acknowledgement: UInt32(truncatingIfNeeded: second >> 32))
        packet.setPayload(payload, range.end, wireEnd: range.wireEnd)
        return .packet
    }
}
