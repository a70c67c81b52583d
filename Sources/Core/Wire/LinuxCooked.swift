import Net

extension Decoder {
    /// LINKTYPE_LINUX_SLL: packet type (2), hardware type (2), address length (2), address (8), protocol (2).
    mutating func linuxCooked(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(16) else { return fail(.linkShort) }
        layer.isBroadcast = bytes.u16(layer.offset) == Self.toAll
        let hardware = bytes.u16(layer.offset + 2)
        let type = bytes.u16(layer.offset + 14)
        layer.offset += 16
        return cooked(bytes, hardware, type, layer)
    }

    /// LINKTYPE_LINUX_SLL2: protocol (2), reserved (2), interface (4), hardware type (2), packet type (1), address
    /// length (1), address (8).
    mutating func linuxCooked2(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(20) else { return fail(.linkShort) }
        layer.isBroadcast = bytes.u8(layer.offset + 10) == Self.toAll
        let type = bytes.u16(layer.offset)
        let hardware = bytes.u16(layer.offset + 8)
        layer.offset += 20
        return cooked(bytes, hardware, type, layer)
    }

    /// The packet type of broadcasts (linux/if_packet.h).
    private static var toAll: Int { 1 }

    private mutating func cooked(
        _ bytes: RawSpan, _ hardware: UInt16, _ type: UInt16, _ layer: Layer
    ) -> LinkHeader? {
        switch (hardware, type) {
        // Netlink's protocols and those of raw 802.11 are numbered apart from the EtherTypes.
        case (824, _), (801...803, _): return pass(.etherType)
        // linux/if_ether.h: 1 is raw 802.3 (Novell), 4 is LLC; no lengths here, in contrast to Ethernet.
        case (_, 4): return llc(bytes, layer)
        case (_, ...EtherType.maximumLength): return pass(.llc)
        default: return etherType(bytes, type, layer)
        }
    }
}
