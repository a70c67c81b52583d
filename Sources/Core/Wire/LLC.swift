import Net

extension Decoder {
    /// IEEE 802.2: destination and source service (1 each), control (1); services 0xaa are followed by SNAP's
    /// organisation (3) and type (2), RFC 1042.
    mutating func llc(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(3) else { return fail(.llcShort) }
        let services = bytes.u16(layer.offset)
        let control = bytes.u8(layer.offset + 2)
        // RFC 948: service 6 is IP itself. Only unnumbered information (control 3) has a payload of IP.
        if services == 0x0606, control == 3 {
            layer.offset += 3
            return rawIP(bytes, layer)
        }
        guard services == 0xaaaa, control == 3 else { return pass(.llc) }
        guard layer.has(8) else { return fail(.llcShort) }
        let organisation = bytes.u24(layer.offset + 3)
        let type = bytes.u16(layer.offset + 6)
        layer.offset += 8
        // 0x0000f8: IEEE 802.1H bridge tunnels. Other organisations number their own protocols.
        guard organisation == 0 || organisation == 0x0000f8, type > EtherType.maximumLength else {
            return pass(.llc)
        }
        return etherType(bytes, type, layer)
    }

    /// Frame control (1), destination (6), source (6), LLC.
    mutating func fddi(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(13) else { return fail(.linkShort) }
        // Frame control 01LLLLLL without the class bits is an LLC frame (ANSI X3.139 section 7.3.3).
        guard bytes.u8(layer.offset) & 0x70 == 0x50 else { return pass(.llc) }
        layer.offset += 13
        return llc(bytes, layer)
    }

    /// Access control (1), frame control (1), destination (6), source (6), routing if the source says so, LLC.
    mutating func tokenRing(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(14) else { return fail(.linkShort) }
        guard bytes.u8(layer.offset + 1) & 0xc0 == 0x40 else { return pass(.llc) }
        let routed = bytes.u8(layer.offset + 8) & 0x80 != 0
        layer.offset += 14
        if routed {
            guard layer.has(2) else { return fail(.linkShort) }
            let length = Int(bytes.u8(layer.offset) & 0x1f)
            guard length >= 2 else { return fail(.linkShort) }
            layer.offset += length
        }
        return llc(bytes, layer)
    }
}
