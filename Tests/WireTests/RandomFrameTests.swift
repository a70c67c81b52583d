import Net
import Testing
import Wire

/// Numbers that are the same in every run.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

@Suite struct RandomFrameTests {
    /// Looks into everything in every way, as a caller might that takes all UDP for tunnels.
    private static func decode(_ frame: borrowing RawSpan, _ type: LinkType, _ decoder: inout Decoder) -> Bool
    {
        let before = decoder.counters.malformed + decoder.counters.undecoded
        var misses: UInt64 = 0
        var headers = [decoder.link(frame, type: type)]
        var depth = 0
        while let header = headers.popLast() {
            guard let header else {
                misses += 1
                continue
            }
            _ = Decoder.addressPair(frame, header)
            var packet = Packet()
            let decoded = decoder.packet(frame, header, into: &packet)
            if decoded == .dropped {
                misses += 1
                continue
            }
            guard packet.payloadOffset >= 0, packet.payloadLength >= 0,
                packet.payloadOffset + packet.payloadLength <= frame.byteCount,
                packet.wirePayloadLength >= packet.payloadLength
            else { return false }
            depth += 1
            guard depth <= 4 else { continue }
            if case .tunnel(let kind) = decoded {
                headers.append(decoder.enclosed(frame, packet, kind: kind))
            } else if packet.transport == .udp {
                for kind in Enclosure.allCases { headers.append(decoder.enclosed(frame, packet, kind: kind)) }
            }
        }
        return decoder.counters.malformed + decoder.counters.undecoded == before + misses
    }

    @Test(arguments: LinkType.supported + [LinkType(number: 147)])
    func survivesRandomBytes(_ type: LinkType) {
        var generator = Generator(seed: UInt64(type.number))
        var decoder = Decoder()
        var frame = [UInt8](repeating: 0, count: 128)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...128, using: &generator)
            for index in stride(from: 0, to: length, by: 8) {
                let word = generator.next()
                for byte in 0..<8 {
                    frame[index + byte] = UInt8(truncatingIfNeeded: word >> UInt64(8 * byte))
                }
            }
            let holds = frame.withBytes { Self.decode($0.extracting(0..<length), type, &decoder) }
            #expect(holds)
        }
    }

    /// Frames with a few bytes changed get deeper than random ones.
    @Test(arguments: Situation.all)
    func survivesChangedBytes(_ situation: Situation) {
        guard !situation.frame.isEmpty else { return }
        var generator = Generator(seed: UInt64(situation.frame.count))
        var decoder = Decoder()
        let type = LinkType(number: situation.linkType)
        for _ in 0..<2000 {
            var frame = situation.frame
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let offset = Int.random(in: 0..<frame.count, using: &generator)
                frame[offset] = UInt8.random(in: 0...255, using: &generator)
            }
            let length = Int.random(in: frame.count / 2...frame.count, using: &generator)
            let holds = frame.withBytes { Self.decode($0.extracting(0..<length), type, &decoder) }
            #expect(holds)
        }
    }
}
