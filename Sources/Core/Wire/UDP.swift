import Net

extension Decoder {
    /// RFC 768: ports (2 each), length with the header (2), checksum (2).
    @inline(__always)
    mutating func udp(_ bytes: RawSpan, _ range: TransportRange, _ packet: inout Packet) -> Decoded {
        let start = range.start
        guard range.end - start >= 8 else { return drop(.udpShort) }
        let header = bytes.u64(start)
        let length = Int(header >> 16 & 0xffff)
        // 0 stands for a length beyond the field (RFC 2675 section 4) or for offload; one beyond the IP packet is
        // a lie of the sender's, and the bytes up to the packet's end are what a receiver could get.
        guard length == 0 || length >= 8 else { return drop(.udpLength) }
        let wireEnd = length == 0 ? range.wireEnd : min(range.wireEnd, start + length)
        packet.transport = .udp
        packet.sourcePort = UInt16(truncatingIfNeeded: header >> 48)
        packet.destinationPort = UInt16(truncatingIfNeeded: header >> 32)
        packet.setTCP(flags: 0, sequence: 0, acknowledgement: 0)
        packet.setPayload(start + 8, min(range.end, wireEnd), wireEnd: wireEnd)
        return .packet
    }
}
