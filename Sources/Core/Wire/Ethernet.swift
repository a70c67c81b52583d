import Net

/// The type field of Ethernet II (IEEE 802 Numbers, "IEEE 802 EtherTypes"), also used by cooked captures, GRE,
/// Geneve and SNAP.
enum EtherType {
    static let ipv4: UInt16 = 0x0800
    static let arp: UInt16 = 0x0806
    static let reverseARP: UInt16 = 0x8035
    static let vlan: UInt16 = 0x8100
    static let serviceVLAN: UInt16 = 0x88a8
    static let stackedVLAN: UInt16 = 0x9100
    static let ipv6: UInt16 = 0x86dd
    static let mpls: UInt16 = 0x8847
    static let mplsUpstream: UInt16 = 0x8848
    static let pppoeSession: UInt16 = 0x8864
    static let ppp: UInt16 = 0x880b
    static let bridged: UInt16 = 0x6558
    static let backboneBridge: UInt16 = 0x88e7
    static let fabricPath: UInt16 = 0x8903
    static let extenderTag: UInt16 = 0x893f
    /// At most this, the field is the length of an LLC frame (IEEE 802.3 section 3.2.6).
    static let maximumLength: UInt16 = 1500
}

extension Decoder {
    /// Destination (6), source (6), type or length (2).
    mutating func ethernet(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(14) else { return fail(.linkShort) }
        let type = bytes.u16(layer.offset + 12)
        layer.isBroadcast = Self.isBroadcast(bytes.u32(layer.offset))
        layer.offset += 14
        return etherType(bytes, type, layer)
    }

    /// What an EtherType announces at `layer`.
    mutating func etherType(_ bytes: RawSpan, _ type: UInt16, _ layer: Layer) -> LinkHeader? {
        var (type, layer) = (type, layer)
        if Self.isVLAN(type), !vlanTags(bytes, &type, &layer) { return nil }
        layer.nesting += 1
        guard layer.nesting <= Self.nestingLimit else { return fail(.linkNesting) }
        switch type {
        case EtherType.ipv4: return layer.header(.ipv4)
        case EtherType.ipv6: return layer.header(.ipv6)
        case EtherType.arp, EtherType.reverseARP: return pass(.arp)
        case EtherType.mpls, EtherType.mplsUpstream: return mpls(bytes, layer)
        case EtherType.pppoeSession: return pppoe(bytes, layer)
        case EtherType.ppp: return ppp(bytes, layer)
        case EtherType.bridged: return ethernet(bytes, layer)
        case EtherType.backboneBridge: return backboneBridge(bytes, layer)
        case EtherType.fabricPath: return fabricPath(bytes, layer)
        case EtherType.extenderTag: return extenderTag(bytes, layer)
        case ...EtherType.maximumLength:
            layer.limit(to: Int(type))
            return llc(bytes, layer)
        default: return pass(.etherType)
        }
    }

    /// 802.3br: a preamble and start delimiter of eight bytes together, an Ethernet frame or its first part, and
    /// a check sequence (LINKTYPE_ETHERNET_MPACKET).
    mutating func mpacket(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(12) else { return fail(.linkShort) }
        // IEEE 802.3 table 99-1. A continuation's delimiter stands one byte earlier, before a count whose values
        // are those of other delimiters.
        switch (bytes.u8(layer.offset + 6), bytes.u8(layer.offset + 7)) {
        case (0x61, _), (0x52, _), (0x9e, _), (0x2a, _), (_, 0x07), (_, 0x19):
            return pass(.mpacketContinuation)
        case (_, 0xd5), (_, 0xe6), (_, 0x4c), (_, 0x7f), (_, 0xb3): break
        default: return fail(.mpacketPreamble)
        }
        layer.offset += 8
        layer.end -= 4
        return ethernet(bytes, layer)
    }
}
