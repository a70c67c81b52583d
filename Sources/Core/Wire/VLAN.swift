import Net

extension Decoder {
    /// VLAN tags in each other are followed this deep.
    static let vlanLimit = 8

    static func isVLAN(_ type: UInt16) -> Bool {
        type == EtherType.vlan || type == EtherType.serviceVLAN || type == EtherType.stackedVLAN
    }

    /// 802.1Q tags, also stacked (802.1ad): priority and identifier (2), type of what follows (2).
    ///
    /// False, and counted, if they do not end.
    mutating func vlanTags(_ bytes: RawSpan, _ type: inout UInt16, _ layer: inout Layer) -> Bool {
        var count = 0
        while Self.isVLAN(type) {
            count += 1
            guard count <= Self.vlanLimit else {
                counters[.vlanStack] += 1
                return false
            }
            guard layer.has(4) else {
                counters[.vlanShort] += 1
                return false
            }
            // Identifier 0 is a priority tag: it names no VLAN (IEEE 802.1Q section 9.6).
            let identifier = bytes.u16(layer.offset) & 0xfff
            if identifier != 0 { layer.vlan = identifier }
            type = bytes.u16(layer.offset + 2)
            layer.offset += 4
        }
        return true
    }
}
