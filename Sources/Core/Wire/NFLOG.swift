import Net

extension Decoder {
    /// LINKTYPE_NFLOG: family (1), version (1), resource (2), then attributes of length (2), type (2) and value,
    /// padded to four bytes and in the byte order of the capturing host.
    mutating func nflog(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(8) else { return fail(.linkShort) }
        layer.offset += 4
        // Types are small numbers; the first one tells the order.
        let littleEndian = bytes.u16le(layer.offset + 2) & 0x7fff < 0x100
        while layer.has(4) {
            let (at, type) = (layer.offset, layer.offset + 2)
            let length = Int(littleEndian ? bytes.u16le(at) : bytes.u16(at))
            guard length >= 4 else { return fail(.nflogAttributes) }
            // NFULA_PAYLOAD. In a cut-off frame it is the last attribute and longer than what there is.
            if (littleEndian ? bytes.u16le(type) : bytes.u16(type)) & 0x7fff == 9 {
                layer.limit(to: length)
                layer.offset += 4
                return rawIP(bytes, layer)
            }
            layer.offset += (length + 3) & ~3
        }
        return fail(.nflogAttributes)
    }
}
