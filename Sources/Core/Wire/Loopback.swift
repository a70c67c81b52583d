import Net

extension Decoder {
    /// NULL and LOOP: an address family (4), in the byte order of the capturing host and of the network.
    mutating func loopback(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(4) else { return fail(.linkShort) }
        let word = bytes.u32(layer.offset)
        // Families are small numbers: the half that is not 0 tells the order.
        let family = word > 0xffff ? word.byteSwapped : word
        layer.offset += 4
        switch family {
        case 2: return layer.header(.ipv4)
        // Linux, Windows, NetBSD and OpenBSD, FreeBSD, Darwin: each numbers IPv6 differently.
        case 10, 23, 24, 28, 30: return layer.header(.ipv6)
        default: return pass(.addressFamily)
        }
    }

    /// An IP header whose first bits tell the version.
    mutating func rawIP(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        guard layer.has(1) else { return fail(.linkShort) }
        switch bytes.u8(layer.offset) >> 4 {
        case 4: return layer.header(.ipv4)
        case 6: return layer.header(.ipv6)
        default: return fail(.ipVersion)
        }
    }
}
