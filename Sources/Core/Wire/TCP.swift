import Net

extension Decoder {
    /// RFC 9293 section 3.1: ports (2 each), sequence number (4), acknowledgement number (4), data offset (4 bits,
    /// in words), reserved (4 bits), flags (1), window (2), checksum (2), urgent pointer (2), options.
    @inline(__always)
    mutating func tcp(_ bytes: RawSpan, _ range: TransportRange, _ packet: inout Packet) -> Decoded {
        let start = range.start
        guard range.end - start >= 20 else { return drop(.tcpShort) }
        let ports = bytes.u32(start)
        let payload = start + Int(bytes.u8(start + 12) >> 4) * 4
        guard payload >= start + 20, payload <= range.wireEnd else { return drop(.tcpDataOffset) }
        packet.transport = .tcp
        packet.sourcePort = UInt16(truncatingIfNeeded: ports >> 16)
        packet.destinationPort = UInt16(truncatingIfNeeded: ports)
        let (sequence, acknowledgement) = (bytes.u32(start + 4), bytes.u32(start + 8))
        packet.setTCP(flags: bytes.u8(start + 13), sequence: sequence, acknowledgement: acknowledgement)
        packet.setPayload(payload, range.end, wireEnd: range.wireEnd)
        return .packet
    }
}
