import Net

extension Decoder {
    /// RFC 2784 section 2 and RFC 2890: flags and version (2), protocol (2), then as the flags say: checksum and
    /// reserved (4), key (4), sequence number (4).
    ///
    /// Source routes (RFC 1701) are not followed: RFC 2784 has a receiver discard them.
    mutating func gre(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(4) else { return fail(.greShort) }
        let flags = bytes.u16(layer.offset)
        let type = bytes.u16(layer.offset + 2)
        if flags & 7 == 1 { return pptp(bytes, flags, layer) }
        guard flags & 0x4007 == 0 else { return fail(.greVersion) }
        layer.offset += flags & 0x8000 != 0 ? 8 : 4
        if flags & 0x2000 != 0 {
            guard layer.has(4) else { return fail(.greShort) }
            layer.virtualNetwork = bytes.u32(layer.offset)
            layer.offset += 4
        }
        let hasSequence = flags & 0x1000 != 0
        if hasSequence { layer.offset += 4 }
        guard layer.has(0) else { return fail(.greShort) }
        switch type {
        // Type I has neither a sequence number nor a header of its own.
        case 0x88be: return hasSequence ? erspan2(bytes, layer) : ethernet(bytes, layer)
        case 0x22eb: return erspan3(bytes, layer)
        case 0x883e: return wccp(bytes, layer)
        // Aruba's access points send the 802.11 frames of each radio under a number of its own.
        case 0x8200...0x83ff: return wifi(bytes, layer)
        case ...EtherType.maximumLength: return pass(.tunnelPayload)
        default: return etherType(bytes, type, layer)
        }
    }

    /// RFC 2637 section 4.1: the key is the payload's length (2) and the call (2), which differs by direction;
    /// then a sequence number and an acknowledgement number (4 each) as the flags say, and PPP.
    private mutating func pptp(_ bytes: RawSpan, _ flags: UInt16, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(8) else { return fail(.greShort) }
        let length = Int(bytes.u16(layer.offset + 4))
        layer.offset += 8
        guard flags & 0x1000 != 0, length > 0 else { return pass(.greAcknowledgement) }
        layer.offset += flags & 0x0080 != 0 ? 8 : 4
        guard layer.has(0) else { return fail(.greShort) }
        layer.limit(to: length)
        return ppp(bytes, layer)
    }

    /// draft-ietf-wrec-web-pro section 4.12: version 2 puts four bytes before the IP header, version 1 none.
    private mutating func wccp(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(4) else { return fail(.greShort) }
        if bytes.u8(layer.offset) >> 4 != 4 { layer.offset += 4 }
        return rawIP(bytes, layer)
    }
}
