import Net

extension Decoder {
    /// Chunks of a packet are looked through this far for user data.
    static let chunkLimit = 32

    /// RFC 9260 section 3: ports (2 each), verification tag (4), checksum (4); then chunks of type (1), flags (1),
    /// length with this header (2) and value, padded to four bytes.
    ///
    /// The payload is the user data of the first DATA chunk (section 3.3.1) or I-DATA chunk (RFC 8260 section
    /// 2.1); without one it is empty.
    @inline(never)
    mutating func sctp(_ bytes: RawSpan, _ range: TransportRange, _ packet: inout Packet) -> Decoded {
        guard range.end - range.start >= 12 else { return drop(.sctpShort) }
        let ports = bytes.u32(range.start)
        var (payload, payloadWireEnd) = (range.end, range.end)
        var chunk = range.start + 12
        for _ in 0..<Self.chunkLimit where range.end - chunk >= 4 {
            let length = Int(bytes.u16(chunk + 2))
            let header =
                switch bytes.u8(chunk) {
                case 0: 16
                case 64: 20
                default: 4
                }
            guard length >= header else { return drop(.sctpChunk) }
            if header > 4 {
                (payload, payloadWireEnd) = (chunk + header, min(chunk + length, range.wireEnd))
                break
            }
            chunk += (length + 3) & ~3
        }
        packet.transport = .sctp
        packet.sourcePort = UInt16(truncatingIfNeeded: ports >> 16)
        packet.destinationPort = UInt16(truncatingIfNeeded: ports)
        packet.setTCP(flags: 0, sequence: 0, acknowledgement: 0)
        packet.setPayload(payload, min(range.end, payloadWireEnd), wireEnd: max(payload, payloadWireEnd))
        return .packet
    }
}
