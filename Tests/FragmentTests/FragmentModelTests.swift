import Net
import Reassembly
import Testing

/// Numbers that are the same in every run.
private struct Generator: RandomNumberGenerator {
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

/// A datagram as a dictionary from offset to byte: the first byte that came for an offset stays.
private struct Model {
    private var bytes: [Int: UInt8] = [:]
    private var length: Int?

    mutating func insert(_ new: [UInt8], at offset: Int, more: Bool) -> [UInt8]? {
        let end = offset + new.count
        let reached = bytes.keys.max().map { $0 + 1 } ?? 0
        if let length, end > length || (!more && end != length) { return nil }
        if !more, reached > end { return nil }
        if !more { length = end }
        for (index, byte) in new.enumerated() where bytes[offset + index] == nil {
            bytes[offset + index] = byte
        }
        guard let length, bytes.count == length else { return nil }
        return (0..<length).compactMap { bytes[$0] }
    }
}

@Suite struct FragmentModelTests {
    /// Random places, overlaps, repetitions and contradictions.
    @Test(arguments: 0..<200)
    func agreesWithAPlainModel(_ seed: UInt64) {
        var generator = Generator(seed: seed)
        for _ in 0..<20 {
            var table = Table()
            var model = Model()
            for _ in 0..<40 {
                let more = Int.random(in: 0..<8, using: &generator) != 0
                let offset = 8 * Int.random(in: 0..<12, using: &generator)
                let count =
                    more
                    ? 8 * Int.random(in: 1...4, using: &generator) : Int.random(in: 1...20, using: &generator)
                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                let expected = model.insert(bytes, at: offset, more: more)
                #expect(table.insert(v4, bytes, at: offset, more: more) == expected)
                if expected != nil { break }
            }
        }
    }

    /// Several datagrams of both versions at once, cut anywhere, in any order, some fragments twice.
    @Test(arguments: 0..<200)
    func anyOrderGivesTheDatagram(_ seed: UInt64) {
        var generator = Generator(seed: seed)
        var fragments: [(key: FragmentKey, offset: Int, more: Bool, bytes: [UInt8])] = []
        var datagrams: [FragmentKey: [UInt8]] = [:]
        for identification in 0..<UInt32(8) {
            let base = identification % 2 == 0 ? v4 : v6
            let key = FragmentKey(
                source: base.source, destination: base.destination, identification: identification,
                payloadProtocol: 17)
            let datagram = (0..<Int.random(in: 9...4000, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            datagrams[key] = datagram
            var offset = 0
            while offset < datagram.count {
                let end = min(datagram.count, offset + 8 * Int.random(in: 20...90, using: &generator))
                fragments.append((key, offset, end < datagram.count, Array(datagram[offset..<end])))
                offset = end
            }
        }
        fragments += fragments.filter { _ in Bool.random(using: &generator) }
        fragments.shuffle(using: &generator)
        var table = Table()
        var whole: Set<FragmentKey> = []
        for fragment in fragments {
            if let datagram = table.insert(
                fragment.key, fragment.bytes, at: fragment.offset, more: fragment.more)
            {
                #expect(datagram == datagrams[fragment.key])
                whole.insert(fragment.key)
            }
        }
        #expect(whole == Set(datagrams.keys))
    }

    /// A table that gives the bytes of what became whole.
    private struct Table: ~Copyable {
        private var table = FragmentTable()

        mutating func insert(_ key: FragmentKey, _ bytes: [UInt8], at offset: Int, more: Bool) -> [UInt8]? {
            let outcome = bytes.withBytes {
                table.insert(key: key, offset: offset, more: more, bytes: $0, at: Timestamp(seconds: 0))
            }
            return outcome == .waiting ? nil : table.datagram
        }
    }
}
