import Net

extension Decoder {
    /// Extension headers are followed this far.
    static let gtpExtensionLimit = 8

    /// TS 29.281 section 5.1: version (3 bits) and flags (1), message type (1), length behind the first eight bytes
    /// (2), tunnel (4); if a flag says so sequence number (2), N-PDU (1), next extension (1).
    ///
    /// The tunnel identifier is the receiver's choice and so differs by direction: it names no network.
    mutating func gtp(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        // Version 1 and protocol type 1: GTP, not the charging protocol GTP'.
        guard layer.has(8), bytes.u8(layer.offset) >> 4 == 3 else { return fail(.gtpHeader) }
        let flags = bytes.u8(layer.offset)
        guard bytes.u8(layer.offset + 1) == 255 else { return pass(.gtpSignalling) }
        layer.limit(to: 8 + Int(bytes.u16(layer.offset + 2)))
        layer.offset += 8
        if flags & 0x07 != 0 {
            guard layer.has(4) else { return fail(.gtpHeader) }
            var next = flags & 0x04 != 0 ? bytes.u8(layer.offset + 3) : 0
            layer.offset += 4
            // Section 5.2.1: length in words (1), content, next extension (1).
            for _ in 0..<Self.gtpExtensionLimit where next != 0 {
                guard layer.has(4) else { return fail(.gtpHeader) }
                let length = Int(bytes.u8(layer.offset)) * 4
                guard length > 0, layer.has(length) else { return fail(.gtpHeader) }
                next = bytes.u8(layer.offset + length - 1)
                layer.offset += length
            }
            guard next == 0 else { return fail(.gtpHeader) }
        }
        guard layer.has(1) else { return fail(.gtpHeader) }
        switch bytes.u8(layer.offset) >> 4 {
        case 4: return layer.header(.ipv4)
        case 6: return layer.header(.ipv6)
        default: return pass(.tunnelPayload)
        }
    }
}
