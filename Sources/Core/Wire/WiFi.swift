import Net

extension Decoder {
    /// IEEE 802.11 section 9.3.2.1, little-endian: frame control (2), duration (2), three addresses (6 each),
    /// sequence control (2); a fourth address between distribution systems (6), QoS control (2), HT control (4).
    mutating func wifi(_ bytes: RawSpan, _ layer: Layer, padded: Bool = false) -> LinkHeader? {
        var layer = layer
        guard layer.has(2) else { return fail(.wifiHeader) }
        let control = bytes.u8(layer.offset)
        let flags = bytes.u8(layer.offset + 1)
        guard control & 0x03 == 0 else { return fail(.wifiHeader) }
        // Type 2 is data; in its subtypes bit 2 stands for "no data" and bit 3 for QoS.
        guard control & 0x4c == 0x08 else { return pass(.wifiNoData) }
        let hasQoS = control & 0x80 != 0
        var length = 24
        if flags & 0x03 == 0x03 { length += 6 }
        let qosOffset = layer.offset + length
        if hasQoS { length += flags & 0x80 != 0 ? 6 : 2 }
        guard layer.has(length) else { return fail(.wifiHeader) }
        guard flags & 0x40 == 0 else { return pass(.wifiProtected) }
        // A first fragment is a packet that is cut off; the later ones have no header to go by.
        guard bytes.u16le(layer.offset + 22) & 0x0f == 0 else { return pass(.wifiFragment) }
        let aggregated = hasQoS && bytes.u8(qosOffset) & 0x80 != 0
        layer.offset += padded ? (length + 3) & ~3 : length
        if aggregated {
            // Section 9.3.2.2.2: destination (6), source (6), length (2). The first of the aggregate is taken.
            guard layer.has(14) else { return fail(.wifiHeader) }
            let subframe = Int(bytes.u16(layer.offset + 12))
            layer.offset += 14
            layer.limit(to: subframe)
        }
        return llc(bytes, layer)
    }

    /// radiotap.org, little-endian: version (1), padding (1), length (2), present bits (4, repeated while bit 31
    /// is set), then the fields, each aligned to its size.
    mutating func radiotap(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(8), bytes.u8(layer.offset) == 0 else { return fail(.radioLength) }
        let length = Int(bytes.u16le(layer.offset + 2))
        guard length >= 8, layer.has(length) else { return fail(.radioLength) }
        let start = layer.offset
        let present = bytes.u32le(start + 4)
        var field = 8
        if present & 0x8000_0000 != 0 {
            repeat {
                guard field + 4 <= length else { return fail(.radioLength) }
                field += 4
            } while bytes.u32le(start + field - 4) & 0x8000_0000 != 0
        }
        // Only the flags matter (bit 1), and only the time stamp (bit 0) can stand before them.
        if present & 1 != 0 { field = ((field + 7) & ~7) + 8 }
        var flags: UInt8 = 0
        if present & 2 != 0 {
            guard field < length else { return fail(.radioLength) }
            flags = bytes.u8(start + field)
        }
        guard flags & 0x40 == 0 else { return pass(.wifiDamaged) }
        layer.offset += length
        if flags & 0x10 != 0 { layer.end -= 4 }
        return wifi(bytes, layer, padded: flags & 0x20 != 0)
    }

    /// Per-Packet Information, little-endian: version (1), flags (1), length (2), link type of the frame (4).
    mutating func ppi(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(8) else { return fail(.radioLength) }
        let length = Int(bytes.u16le(layer.offset + 2))
        let type = bytes.u32le(layer.offset + 4)
        guard length >= 8, layer.has(length) else { return fail(.radioLength) }
        layer.offset += length
        // PPI in PPI would not end.
        guard let number = UInt16(exactly: type), number != LinkType.ppi.number else {
            return pass(.linkType)
        }
        return link(bytes, LinkType(number: number), layer)
    }
}
