import Net

extension Decoder {
    /// RFC 7348 section 5: flags (1), reserved (3), network identifier (3), reserved (1); then Ethernet.
    ///
    /// The Generic Protocol Extension (draft-ietf-nvo3-vxlan-gpe section 3) marks with 0x04 that the byte before
    /// the identifier names what follows.
    mutating func vxlan(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(8) else { return fail(.vxlanHeader) }
        let flags = bytes.u8(layer.offset)
        let next = flags & 0x04 != 0 ? bytes.u8(layer.offset + 3) : 3
        guard flags & 0x08 != 0 else { return fail(.vxlanHeader) }
        layer.virtualNetwork = bytes.u24(layer.offset + 4)
        layer.offset += 8
        switch next {
        case 1: return layer.header(.ipv4)
        case 2: return layer.header(.ipv6)
        case 3: return ethernet(bytes, layer)
        case 5: return mpls(bytes, layer)
        default: return pass(.tunnelPayload)
        }
    }
}
