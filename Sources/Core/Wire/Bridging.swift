import Net

// Tags of bridges that carry a frame of somebody else's, or a type behind a tag longer than a VLAN's.
extension Decoder {
    /// IEEE 802.1ah: flags (1) and service identifier (3), then the customer's frame.
    mutating func backboneBridge(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        layer.offset += 4
        return ethernet(bytes, layer)
    }

    /// Cisco FabricPath: forwarding tag and time to live (2), then the frame it carries.
    mutating func fabricPath(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        layer.offset += 2
        return ethernet(bytes, layer)
    }

    /// IEEE 802.1BR: control information (6), type of what follows (2).
    mutating func extenderTag(_ bytes: RawSpan, _ layer: Layer) -> LinkHeader? {
        var layer = layer
        guard layer.has(8) else { return fail(.vlanShort) }
        let type = bytes.u16(layer.offset + 6)
        layer.offset += 8
        return etherType(bytes, type, layer)
    }
}
