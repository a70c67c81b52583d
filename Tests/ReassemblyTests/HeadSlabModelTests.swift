import Net
import Reassembly
import TestSupport
import Testing

/// A stream's first bytes as a dictionary from offset to byte: the byte that came first stays.
private struct Model {
    private var bytes: [Int: UInt8] = [:]

    /// False, and nothing changes, when the stretches beyond the first gap would be too many.
    mutating func insert(_ new: [UInt8], at offset: Int) -> Bool {
        var after = bytes
        for (index, byte) in new.enumerated() {
            let place = offset + index
            if (0..<HeadSlab.capacity).contains(place), after[place] == nil { after[place] = byte }
        }
        guard Self.runs(after).filter({ $0.lowerBound > 0 }).count <= StreamHead.maximumIslands else {
            return false
        }
        bytes = after
        return true
    }

    /// What would lie beyond the capacity, or be one stretch too many, is forgotten.
    mutating func shift(by count: Int) {
        guard count > 0 else { return }
        let moved = bytes.map { ($0.key + count, $0.value) }.filter { $0.0 < HeadSlab.capacity }
        bytes = Dictionary(uniqueKeysWithValues: moved)
        let runs = Self.runs(bytes).prefix(StreamHead.maximumIslands)
        bytes = bytes.filter { byte in runs.contains { $0.contains(byte.key) } }
    }

    var contiguous: [UInt8] { stretch { $0.lowerBound == 0 } }

    /// What there is before the first gap; without that, what there is behind it.
    var contiguousOrIsland: [UInt8] { stretch { _ in true } }

    private func stretch(where fits: (Range<Int>) -> Bool) -> [UInt8] {
        Self.runs(bytes).first(where: fits).map { $0.compactMap { bytes[$0] } } ?? []
    }

    /// The stretches without a gap, in ascending order.
    private static func runs(_ bytes: [Int: UInt8]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for place in 0...HeadSlab.capacity {
            if bytes[place] != nil {
                start = start ?? place
            } else if let first = start {
                runs.append(first..<place)
                start = nil
            }
        }
        return runs
    }
}

/// What a buffer holds.
func held(
    _ slab: inout HeadSlab, _ slot: HeadSlab.Slot, _ extent: HeadSlab.Extent = .contiguous
) -> [UInt8] {
    slab.withBytes(of: slot, extent) { bytes in
        (0..<bytes.byteCount).map { bytes.u8($0) }
    }
}

/// Inserts into a buffer.
func insert(_ slab: inout HeadSlab, _ bytes: [UInt8], at offset: Int, into slot: HeadSlab.Slot) -> Bool {
    bytes.withBytes { slab.insert($0, at: offset, into: slot) }
}

/// Lets a buffer's stream begin earlier.
private func shift(_ slab: inout HeadSlab, _ slot: HeadSlab.Slot, by count: Int) -> Bool {
    slab.shift(slot, by: count)
}

@Suite struct HeadSlabModelTests {
    /// Random pieces: overlapping with other bytes, repeated, before the start, beyond the end, many gaps.
    @Test(arguments: [12, 60, 300, 2048, 4000])
    func agreesWithADictionaryOfBytes(_ reach: Int) {
        var generator = Generator(seed: UInt64(reach))
        var slab = HeadSlab(maximumSlots: 4)
        for _ in 0..<max(1, 1000 / reach) {
            let (slot, _) = slab.claim(flow: 1, direction: 0)
            var model = Model()
            for _ in 0..<25 {
                let offset = Int.random(in: -reach / 8...reach, using: &generator)
                let count = Int.random(in: 0...max(4, reach / 6), using: &generator)
                let piece = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                #expect(insert(&slab, piece, at: offset, into: slot) == model.insert(piece, at: offset))
                #expect(held(&slab, slot) == model.contiguous)
                #expect(held(&slab, slot, .orFirstIsland) == model.contiguousOrIsland)
                #expect(Int(slab.head(slot).contiguous) == model.contiguous.count)
            }
            slab.release(slot)
        }
    }

    /// The beginning moves to an earlier byte again and again, while pieces come.
    @Test(arguments: [12, 60, 300, 2048])
    func agreesWithADictionaryThatBeginsEarlier(_ reach: Int) {
        var generator = Generator(seed: UInt64(reach))
        var slab = HeadSlab(maximumSlots: 4)
        for _ in 0..<50 {
            let (slot, _) = slab.claim(flow: 1, direction: 0)
            var model = Model()
            for _ in 0..<25 {
                let offset = Int.random(in: 0...reach, using: &generator)
                let piece = (0..<reach / 6).map { _ in UInt8.random(in: 0...255, using: &generator) }
                #expect(insert(&slab, piece, at: offset, into: slot) == model.insert(piece, at: offset))
                if offset % 3 == 0 {
                    #expect(shift(&slab, slot, by: offset / 3))
                    model.shift(by: offset / 3)
                }
                #expect(held(&slab, slot) == model.contiguous)
                #expect(held(&slab, slot, .orFirstIsland) == model.contiguousOrIsland)
            }
            slab.release(slot)
        }
    }

    @Test func whatCameFirstIsKeptWhenTheGapBeforeItStays() {
        var slab = HeadSlab(maximumSlots: 1)
        for (early, kept) in [
            (0..<3, [7, 7]), (0..<10, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 7]), (5..<10, [1, 1, 1, 1, 1, 7, 7]),
        ] {
            let (slot, _) = slab.claim(flow: 1, direction: 0)
            #expect(insert(&slab, [7, 7], at: 0, into: slot))
            #expect(shift(&slab, slot, by: 10))
            #expect(insert(&slab, early.map { _ in 1 }, at: early.lowerBound, into: slot))
            #expect(slab.head(slot).hasGapBeforeFirst == (early != 0..<10))
            slab.forgetBeforeGap(slot)
            #expect(held(&slab, slot, .orFirstIsland) == kept.map { UInt8($0) })
            slab.release(slot)
        }
    }

    @Test func aShiftThatWouldLeaveNothingIsRefused() {
        var slab = HeadSlab(maximumSlots: 1)
        #expect(shift(&slab, 0, by: 1))
        let (slot, _) = slab.claim(flow: 1, direction: 0)
        #expect(insert(&slab, [1, 2, 3], at: 0, into: slot))
        #expect(!shift(&slab, slot, by: HeadSlab.capacity))
        #expect(held(&slab, slot) == [1, 2, 3])
        #expect(shift(&slab, slot, by: HeadSlab.capacity - 1))
        #expect(held(&slab, slot, .orFirstIsland) == [1])
    }

    /// A stream in pieces, shuffled no farther than the islands reach, and with some pieces twice.
    @Test(arguments: 0..<30)
    func putsAShuffledStreamTogether(_ seed: UInt64) {
        var generator = Generator(seed: seed)
        let stream = (0..<3000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        var pieces: [Range<Int>] = []
        var start = 0
        while start < stream.count {
            let end = min(stream.count, start + Int.random(in: 1...200, using: &generator))
            pieces.append(start..<end)
            if Bool.random(using: &generator) { pieces.append(start..<end) }
            start = end
        }
        for group in stride(from: 0, to: pieces.count, by: 5) {
            pieces[group..<min(group + 5, pieces.count)].shuffle(using: &generator)
        }
        var slab = HeadSlab(maximumSlots: 1)
        let (slot, _) = slab.claim(flow: 1, direction: 1)
        for piece in pieces {
            #expect(insert(&slab, Array(stream[piece]), at: piece.lowerBound, into: slot))
        }
        #expect(held(&slab, slot) == Array(stream.prefix(HeadSlab.capacity)))
    }

    @Test func aPieceBeyondTheMostIslandsIsRefusedUntilAGapCloses() {
        var slab = HeadSlab(maximumSlots: 1)
        let (slot, _) = slab.claim(flow: 1, direction: 0)
        for island in 1...StreamHead.maximumIslands {
            #expect(insert(&slab, [UInt8(island)], at: 10 * island, into: slot))
        }
        #expect(!insert(&slab, [9], at: 99, into: slot))
        #expect(!insert(&slab, [9], at: 5, into: slot))
        #expect(insert(&slab, Array(repeating: 7, count: 11), at: 0, into: slot))
        #expect(held(&slab, slot) == Array(repeating: 7, count: 10) + [1])
        #expect(insert(&slab, [9], at: 99, into: slot))
    }

    @Test(arguments: [
        (-5, 5, 0), (-5, 6, 1), (-5, 3000, 2048), (2047, 9, 0), (2048, 9, 0), (Int(Int32.max), 9, 0),
        (Int(Int32.min), 9, 0), (0, 0, 0), (0, 2048, 2048), (0, 2049, 2048),
    ])
    func onlyWhatLiesInTheBufferIsKept(_ offset: Int, _ count: Int, _ contiguous: Int) {
        var slab = HeadSlab(maximumSlots: 1)
        let (slot, _) = slab.claim(flow: 1, direction: 0)
        let piece = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        #expect(insert(&slab, piece, at: offset, into: slot))
        let kept = held(&slab, slot)
        #expect(kept.count == contiguous)
        #expect(kept == Array(piece.dropFirst(max(0, -offset)).prefix(contiguous)))
    }

    @Test func aDatagramTakesThePlaceOfTheOneBefore() {
        var slab = HeadSlab(maximumSlots: 1)
        let (slot, _) = slab.claim(flow: 1, direction: 0)
        for datagram in [
            Array("first, and long".utf8), Array("second".utf8), Array(repeating: 3, count: 4000),
        ] {
            datagram.withBytes { slab.replace(with: $0, in: slot) }
            #expect(held(&slab, slot) == Array(datagram.prefix(HeadSlab.capacity)))
        }
    }

    @Test func noBufferHasNoBytes() {
        var slab = HeadSlab(maximumSlots: 1)
        #expect(held(&slab, 0).isEmpty)
        slab.release(0)
        let (slot, _) = slab.claim(flow: 1, direction: 0)
        slab.release(slot)
        // Twice is once: the buffer must not be given to two.
        slab.release(slot)
        #expect(slab.claim(flow: 2, direction: 0).evicted.flow == 0)
        #expect(slab.claim(flow: 3, direction: 0).evicted.flow == 2)
    }
}
