import Net

extension Decoder {
    /// draft-foschiano-erspan section 4.2, type II: version (4 bits), VLAN (12 bits), class, flags and session (2),
    /// index (4); then the mirrored Ethernet frame.
    mutating func erspan2(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(8) else { return fail(.erspanShort) }
        layer.vlan = bytes.u16(layer.offset) & 0xfff
        layer.offset += 8
        return ethernet(bytes, layer)
    }

    /// Section 4.3, type III: version and VLAN (2), class, flags and session (2), time (4), security group (2),
    /// frame type and flags (2), of which the last announces a platform header (8).
    mutating func erspan3(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(12) else { return fail(.erspanShort) }
        layer.vlan = bytes.u16(layer.offset) & 0xfff
        let flags = bytes.u16(layer.offset + 10)
        layer.offset += flags & 1 != 0 ? 20 : 12
        guard layer.has(0) else { return fail(.erspanShort) }
        switch flags >> 10 & 0x1f {
        case 0: return ethernet(bytes, layer)
        case 2: return rawIP(bytes, layer)
        default: return pass(.tunnelPayload)
        }
    }
}
