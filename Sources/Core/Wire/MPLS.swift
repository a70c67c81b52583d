import Net

extension Decoder {
    /// Labels in a stack are followed this deep.
    static let labelLimit = 16

    /// RFC 3032: label (20 bits), class (3), bottom of stack (1), time to live (8), until the bottom.
    mutating func mpls(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        var bottom = false
        for _ in 0..<Self.labelLimit where !bottom {
            guard layer.has(4) else { return fail(.mplsStack) }
            bottom = bytes.u32(layer.offset) & 0x100 != 0
            layer.offset += 4
        }
        guard bottom, layer.has(4) else { return fail(.mplsStack) }
        // The labels do not say what they carry. RFC 4928 section 3: what is not IP avoids the first nibbles 4
        // and 6; RFC 4385: a control word begins with 0, an associated channel with 1.
        let word = bytes.u32(layer.offset)
        switch word >> 28 {
        case 4: return layer.header(.ipv4)
        case 6: return layer.header(.ipv6)
        case 1: return pass(.mplsPayload)
        default:
            // RFC 4448 section 4.6: the upper half of the control word of an Ethernet pseudowire is 0. Without
            // that word the first bytes are a hardware address.
            if word >> 16 == 0 { layer.offset += 4 }
            return layer.has(14) ? ethernet(bytes, layer) : pass(.mplsPayload)
        }
    }
}
