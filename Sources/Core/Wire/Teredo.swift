import Net

extension Decoder {
    /// RFC 4380 section 5.1.1: an authentication (0x0001) and an origin (0x0000) indication may stand before the
    /// IPv6 header, each once and in this order.
    mutating func teredo(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(4) else { return fail(.teredoHeader) }
        // Indicator (2), lengths of identifier and value (1 each), both of them, nonce (8), confirmation (1).
        if bytes.u16(layer.offset) == 1 {
            layer.offset += 13 + Int(bytes.u8(layer.offset + 2)) + Int(bytes.u8(layer.offset + 3))
            guard layer.has(2) else { return fail(.teredoHeader) }
        }
        // Indicator (2), port (2), address (4).
        if bytes.u16(layer.offset) == 0 { layer.offset += 8 }
        guard layer.has(1), bytes.u8(layer.offset) >> 4 == 6 else { return fail(.teredoHeader) }
        return layer.header(.ipv6)
    }
}
