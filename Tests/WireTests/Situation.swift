import Net
import Testing
import Wire

/// A frame, and what the decoder is expected to make of it, as one readable line.
struct Situation: Sendable, CustomTestStringConvertible {
    let name: String
    let linkType: UInt16
    let frame: [UInt8]
    let expected: String

    init(_ name: String, link linkType: UInt16 = 1, _ frame: [UInt8], _ expected: String) {
        self.name = name
        self.linkType = linkType
        self.frame = frame
        self.expected = expected
    }

    var testDescription: String { name }

    static let all =
        links + wifiLinks + tags + networks + fragments + transports + greTunnels + udpTunnels + otherTunnels
}

/// A decoder that describes what it finds, layer by layer, and holds every call to its word: a result, or one more
/// in exactly one counter.
struct Describer: ~Copyable {
    var decoder = Decoder()

    private var total: UInt64 { decoder.counters.malformed + decoder.counters.undecoded }

    mutating func describe(_ frame: [UInt8], _ type: UInt16) -> String {
        frame.withBytes { describe($0, LinkType(number: type)) }
    }

    /// One part per packet, outermost first, joined by ` | `; the last may be the reason why there is no more.
    mutating func describe(_ frame: borrowing RawSpan, _ type: LinkType) -> String {
        let before = decoder.counters
        var parts: [String] = []
        guard let header = counted({ $0.link(frame, type: type) }) else { return reason(since: before) }
        var next: LinkHeader? = header
        var depth = 0
        while let header = next, depth < 4 {
            var packet = Packet()
            let decoded = countedDrop { $0.packet(frame, header, into: &packet) }
            next = nil
            if decoded == .dropped { return (parts + [reason(since: before)]).joined(separator: " | ") }
            checkRange(packet, in: frame)
            parts.append(text(packet, decoded, header, frame))
            guard let kind = enclosure(packet, decoded) else { break }
            next = counted { $0.enclosed(frame, packet, kind: kind) }
            if next == nil { parts.append(reason(since: before)) }
            depth += 1
        }
        return parts.joined(separator: " | ")
    }

    private mutating func counted(_ body: (inout Decoder) -> LinkHeader?) -> LinkHeader? {
        let before = total
        let header = body(&decoder)
        #expect(total == before + (header == nil ? 1 : 0))
        return header
    }

    private mutating func countedDrop(_ body: (inout Decoder) -> Decoded) -> Decoded {
        let before = total
        let decoded = body(&decoder)
        #expect(total == before + (decoded == .dropped ? 1 : 0))
        return decoded
    }

    private func checkRange(_ packet: Packet, in frame: RawSpan) {
        #expect(packet.payloadLength >= 0 && packet.payloadOffset >= 0)
        #expect(packet.payloadOffset + packet.payloadLength <= frame.byteCount)
        #expect(packet.wirePayloadLength >= packet.payloadLength)
    }

    /// Tests recognise tunnels over UDP by their ports.
    private func enclosure(_ packet: Packet, _ decoded: Decoded) -> Enclosure? {
        if case .tunnel(let kind) = decoded { return kind }
        guard decoded == .packet, packet.transport == .udp else { return nil }
        switch packet.destinationPort {
        case 4789, 4790: return .vxlan
        case 6081: return .geneve
        case 2152: return .gtp
        case 3544: return .teredo
        default: return nil
        }
    }

    private func text(_ packet: Packet, _ decoded: Decoded, _ header: LinkHeader, _ frame: RawSpan) -> String
    {
        var words = ["\(packet.transport)"]
        if decoded == .packet {
            words += ["\(Endpoint(packet.source, packet.sourcePort))", ">"]
            words += ["\(Endpoint(packet.destination, packet.destinationPort))"]
        } else {
            words += ["\(packet.source)", ">", "\(packet.destination)"]
        }
        if packet.isBroadcast { words.append("to all") }
        if packet.vlan != 0 { words.append("vlan \(packet.vlan)") }
        if header.virtualNetwork != 0 { words.append("network \(header.virtualNetwork)") }
        if case .fragment(let place) = decoded {
            words.append("fragment \(place.identification) at \(place.offset)\(place.more ? " more" : "")")
        }
        let cut = packet.wirePayloadLength - packet.payloadLength
        if cut > 0 { words.append("cut \(cut)") }
        if decoded == .packet, enclosure(packet, decoded) == nil {
            let payload = (0..<packet.payloadLength).map { frame.u8(packet.payloadOffset + $0) }
            words.append("[\(String(decoding: payload, as: UTF8.self))]")
        }
        return words.joined(separator: " ")
    }

    /// The name of the counter that grew.
    private func reason(since before: DecodeCounters) -> String {
        let after = decoder.counters
        if let reason = Malformed.allCases.first(where: { after[$0] > before[$0] }) {
            return "malformed: \(reason.name)"
        }
        if let reason = Undecoded.allCases.first(where: { after[$0] > before[$0] }) {
            return "passed: \(reason.name)"
        }
        return "not counted"
    }
}
