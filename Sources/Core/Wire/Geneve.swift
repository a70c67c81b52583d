import Net

extension Decoder {
    /// RFC 8926 section 3.4: version (2 bits), length of the options in words (6 bits), flags (1), EtherType (2),
    /// network identifier (3), reserved (1), options.
    mutating func geneve(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(8), bytes.u8(layer.offset) >> 6 == 0 else { return fail(.geneveHeader) }
        let length = 8 + Int(bytes.u8(layer.offset) & 0x3f) * 4
        guard layer.has(length) else { return fail(.geneveHeader) }
        let type = bytes.u16(layer.offset + 2)
        layer.virtualNetwork = bytes.u24(layer.offset + 4)
        layer.offset += length
        guard type > EtherType.maximumLength else { return pass(.tunnelPayload) }
        return etherType(bytes, type, layer)
    }
}
