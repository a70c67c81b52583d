import Net

extension Decoder {
    /// RFC 2516 section 4: version and type (4 bits each), code (1), session (2), length (2).
    mutating func pppoe(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(6), bytes.u16(layer.offset) == 0x1100 else { return fail(.pppoeHeader) }
        let length = Int(bytes.u16(layer.offset + 4))
        layer.offset += 6
        layer.limit(to: length)
        return ppp(bytes, layer)
    }

    /// RFC 1662 section 3.1: address 0xff, control 3, both of which may be left out; then the protocol.
    ///
    /// Cisco's framing is told by its address.
    mutating func pppSerial(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        guard layer.has(2) else { return fail(.pppShort) }
        switch bytes.u16(layer.offset) {
        case 0x0f00, 0x8f00: return ciscoHDLC(bytes, layer)
        default: return ppp(bytes, layer)
        }
    }

    /// Cisco HDLC (RFC 1547 section 4.3.1): address (1), control (1), EtherType (2).
    mutating func ciscoHDLC(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(4) else { return fail(.linkShort) }
        let type = bytes.u16(layer.offset + 2)
        layer.offset += 4
        // 0x8035 is keep-alive (SLARP) here, not RARP; types in the range of lengths are discovery and the like.
        guard type > EtherType.maximumLength, type != EtherType.reverseARP else { return pass(.etherType) }
        return etherType(bytes, type, layer)
    }

    /// RFC 1661 section 2: a protocol (2, or 1 when compressed: the last byte of the field is odd).
    mutating func ppp(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        if layer.has(2), bytes.u16(layer.offset) == 0xff03 { layer.offset += 2 }
        guard layer.has(1) else { return fail(.pppShort) }
        var number = UInt16(bytes.u8(layer.offset))
        if number & 1 != 0 {
            layer.offset += 1
        } else {
            guard layer.has(2) else { return fail(.pppShort) }
            number = bytes.u16(layer.offset)
            layer.offset += 2
        }
        switch number {
        case 0x0021: return layer.header(.ipv4)
        case 0x0057: return layer.header(.ipv6)
        case 0x0281, 0x0283: return mpls(bytes, layer)
        // Van Jacobson, IP header compression and robust header compression (RFC 1144, 2509, 3241), multilink
        // (RFC 1990), compression and encryption (RFC 1962, 3078).
        case 0x0003, 0x0005, 0x002d, 0x002f, 0x0061...0x006f, 0x003d, 0x00fb, 0x00fd:
            return pass(.pppCompressed)
        default: return pass(.pppProtocol)
        }
    }
}
