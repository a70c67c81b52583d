import Net
import TestSupport
import Testing

@testable import Matching

/// Few values, so that random inputs come close to random patterns.
let alphabet: [UInt8] = Array("abAB:".utf8) + [0, 0x16, 0x8a, 10]

extension Generator {
    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

    mutating func text(_ lengths: ClosedRange<Int>) -> [UInt8] {
        (0..<Int.random(in: lengths, using: &self)).map { _ in alphabet[below(alphabet.count)] }
    }

    /// A value, a letter in both cases, a nibble, any value, or a few values.
    mutating func byteClass() -> ByteClass {
        let byte = alphabet[below(alphabet.count)]
        switch below(10) {
        case 0...4: return ByteClass(byte)
        case 5...6: return ByteClass(ignoringCase: byte)
        case 7: return ByteClass(where: { $0 & 0xf0 == byte & 0xf0 })
        case 8: return .all
        default:
            let others = text(1...3)
            return ByteClass(where: { $0 == byte || others.contains($0) })
        }
    }
}

extension Anchor {
    /// Whether bytes fit, cannot fit, or are too few to tell.
    func fit(_ bytes: ArraySlice<UInt8>) -> Fit {
        var answer = Fit.yes
        for (index, byteClass) in classes.enumerated() {
            let place = bytes.startIndex + offset + index
            if place >= bytes.endIndex {
                answer = .more
            } else if !byteClass.contains(bytes[place]) {
                return .no
            }
        }
        return answer
    }
}

@Suite struct WindowIndexTests {
    /// Random patterns and inputs against looking at each pattern: none that fits is missed, and where one could
    /// still come to fit, it is either found already or more bytes are asked for.
    @Test(arguments: [(1, 3), (8, 3), (40, 6), (300, 12), (300, 40)])
    func missesNoPattern(_ count: Int, _ reach: Int) {
        var generator = Generator(seed: UInt64(count * reach))
        for _ in 0..<3 {
            var entries: [WindowIndex.Entry] = []
            for member in 0..<UInt32(count) {
                let anchors = (0...generator.below(3)).map { _ in
                    Anchor(
                        offset: generator.below(reach),
                        classes: (0...generator.below(7)).map { _ in generator.byteClass() })
                }.filter { $0.strength > 0 }
                if !anchors.isEmpty { entries.append(WindowIndex.Entry(member: member, anchors: anchors)) }
            }
            let index = WindowIndex(entries)
            for _ in 0..<150 {
                let bytes = generator.text(1...reach + 10)
                let start = generator.below(bytes.count)
                let (found, needsMore) = bytes.withBytes { index.found(in: $0, from: start) }
                let candidates = Set(found)
                for entry in entries where !candidates.contains(entry.member) {
                    for anchor in entry.anchors {
                        let fit = anchor.fit(bytes[start...])
                        #expect(
                            fit == .no || fit == .more && needsMore, "\(anchor) in \(bytes) from \(start)")
                    }
                }
            }
        }
    }

    @Test func findsOnlyWhatSharesItsWindow() {
        let entries = (0..<2000).map { number in
            let text = "SIG" + String(number) + " "
            let anchor = Anchor(offset: 0, classes: text.utf8.map { ByteClass($0) })
            return WindowIndex.Entry(member: UInt32(number), anchors: [anchor])
        }
        let index = WindowIndex(entries)
        for number in stride(from: 0, to: 2000, by: 7) {
            let found = Array("SIG\(number) and more".utf8).withBytes { index.found(in: $0).members }
            #expect(found.contains(UInt32(number)))
            #expect(found.count <= 120, "a scan must not look at a large part of the patterns")
        }
        let (found, needsMore) = Array("xyz: and more".utf8).withBytes { index.found(in: $0) }
        #expect(found.isEmpty && !needsMore)
    }

    @Test func leavesOutWhatCannotHold() {
        let matcher = Matcher.all([
            .classes([ByteClass(0x16)], offset: 0),
            .at(4, .classes([ByteClass(1), .all, ByteClass(2)], offset: 0)),
        ])
        let entry = WindowIndex.Entry(
            member: 7, anchors: [Anchor(offset: 0, classes: [ByteClass(0x16)])],
            required: RequiredBits(of: matcher))
        let index = WindowIndex([entry])
        func found(_ bytes: [UInt8]) -> [UInt32] { bytes.withBytes { index.found(in: $0).members } }
        #expect(found([0x16, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0]) == [7])
        #expect(found([0x16, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0]) == [])
        #expect(found([0x16, 0, 0, 0, 1, 0, 3]) == [7], "with too few bytes for a word nothing is left out")
    }

    @Test func anEmptyIndexFindsNothing() {
        let (found, needsMore) = alphabet.withBytes { WindowIndex([]).found(in: $0) }
        #expect(found.isEmpty && !needsMore)
        #expect(WindowIndex([]).isEmpty)
    }

    @Test func aByteClassIsASet() {
        var generator = Generator(seed: 3)
        for _ in 0..<200 {
            let values = Set(
                (0..<generator.below(20)).map { _ in UInt8.random(in: 0...255, using: &generator) })
            var byteClass = ByteClass()
            for value in values { byteClass.insert(value) }
            #expect(byteClass.values == values.sorted())
            #expect(byteClass.count == values.count)
            #expect(byteClass == ByteClass(where: values.contains))
            let common = byteClass.commonBits
            #expect(values.allSatisfy { $0 & common.mask == common.value })
        }
        #expect(ByteClass(ignoringCase: 0x61).values == [0x41, 0x61])
        #expect(ByteClass(ignoringCase: 0x5b).values == [0x5b])
        #expect(ByteClass.all.count == 256)
    }
}

extension WindowIndex {
    /// What a scan finds, as an array.
    fileprivate func found(
        in bytes: borrowing RawSpan, from start: Int = 0
    ) -> (members: [UInt32], needsMore: Bool) {
        var list = CandidateList()
        let needsMore = scan(bytes, from: start, into: &list)
        return ((0..<list.count).map { list[$0] }, needsMore)
    }
}
