import Net

/// Makes IPv6 packets of the outermost IPv4 packets, fragments too (RFC 7915 section 4.1).
///
/// Addresses get the well-known prefix of translators (RFC 6052); groups become groups.
public struct IPv6Mapping: Mutation {
    /// The mapping has no choices.
    public init() {}

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        frames.map { frame in
            guard let layout = FrameLayout(frame), layout.outer.isV4,
                layout.outer.payload <= frame.bytes.count
            else { return frame }
            return Self.mapped(frame, layout)
        }
    }

    /// Where an end of a conversation is afterwards.
    public func place(of end: TransportEnd, isEnclosed: Bool) -> TransportEnd {
        let address = isEnclosed ? end.endpoint.address : Self.mapped(end.endpoint.address)
        return TransportEnd(end.transport, Endpoint(address, end.endpoint.port))
    }

    private static func mapped(_ address: IPAddress) -> IPAddress {
        guard let bits = address.v4 else { return address }
        if address.isUnspecified { return IPAddress(high: 0, low: 0) }
        let prefix: UInt64 = address.isMulticastOrBroadcast ? 0xff0e_0000_0000_0000 : 0x0064_ff9b_0000_0000
        return IPAddress(high: prefix, low: UInt64(bits))
    }

    private static func mapped(_ frame: CapturedFrame, _ layout: FrameLayout) -> CapturedFrame {
        let old = layout.outer
        let extra = fragmentHeader(old)
        let length = UInt16(clamping: max(0, old.end - old.payload) + extra.count)
        let next = extra.isEmpty ? old.carries.number : 44
        let (source, destination) = (mapped(old.source), mapped(old.destination))
        let header: [UInt8] =
            [0x60, 0, 0, 0] + length.networkBytes + [next, frame.bytes[old.offset + 8]]
            + source.high.networkBytes + source.low.networkBytes
            + destination.high.networkBytes + destination.low.networkBytes + extra
        var result = frame
        result.replace(old.offset..<old.payload, with: header)
        switch layout.announcement {
        case .etherType(let at): result.put(0x86dd, at: at)
        case .ppp(let at, let lengthAt):
            result.put(0x0057, at: at)
            result.put(UInt16(clamping: Int(length) + 40 + 2), at: lengthAt)
        case .none: break
        }
        return result
    }

    /// RFC 8200 section 4.5: next header, reserved, offset and more-bit, identification.
    private static func fragmentHeader(_ network: FrameLayout.Network) -> [UInt8] {
        guard let fragment = network.fragment else { return [] }
        let part = UInt16(fragment.offset & 0xfff8) | (fragment.more ? 1 : 0)
        return [network.carries.number, 0] + part.networkBytes
            + UInt64(fragment.identification).networkBytes.suffix(4)
    }
}
