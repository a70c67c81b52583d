/// The bytes of evidence, in cells of as many words as they need; what was kept lately is kept once.
///
/// Servers of one make say the same words, so a small cache that forgets saves most of the room and costs no
/// more when they do not. A cell is used again when the last that keeps it has let it go.
struct BytePool: Sendable {
    /// Cells of one word, of two, and so on.
    private var sizes = (1...8).map { CellTable(words: $0) }
    /// Places where lately kept bytes may still be.
    private var recent: [UInt32] = Array(repeating: Self.nowhere, count: Self.recentCount)

    private static var recentCount: Int { 1024 }
    /// A place is the size in the upper bits and the cell in the lower ones.
    private static var cellBits: UInt32 { 29 }
    private static var nowhere: UInt32 { .max }

    /// How many cells are in use.
    var cellCount: Int { sizes.reduce(0) { $0 + $1.used } }

    /// Keeps the evidence's bytes, until they are released, and the plain facts about them.
    mutating func keep(_ evidence: EvidenceSample) -> KeptEvidence {
        KeptEvidence(
            place: place(of: evidence), signature: evidence.signature,
            offset: UInt16(clamping: evidence.offset), length: evidence.count, isServer: evidence.isServer)
    }

    /// Keeps what is kept already once more.
    mutating func retain(_ kept: KeptEvidence) {
        guard kept.place != Self.nowhere else { return }
        let (size, cell) = Self.split(kept.place)
        sizes[size].retain(cell)
    }

    /// Lets go of what was kept.
    mutating func release(_ kept: KeptEvidence) {
        guard kept.place != Self.nowhere else { return }
        let (size, cell) = Self.split(kept.place)
        sizes[size].release(cell)
    }

    /// The evidence as it was given.
    func evidence(_ kept: KeptEvidence) -> Evidence {
        guard kept.place != Self.nowhere else { return Evidence(EvidenceSample(kept) { _ in 0 }) }
        let (size, cell) = Self.split(kept.place)
        return Evidence(EvidenceSample(kept) { sizes[size][cell, $0] })
    }

    private static func split(_ place: UInt32) -> (size: Int, cell: Int) {
        (Int(place >> cellBits), Int(place & (1 << cellBits - 1)))
    }

    private mutating func place(of sample: EvidenceSample) -> UInt32 {
        guard sample.count > 0 else { return Self.nowhere }
        var hash = UInt64(sample.count)
        for index in 0..<sample.wordCount {
            hash = (hash ^ sample[word: index]) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 32
        }
        let slot = Int(truncatingIfNeeded: hash) & (Self.recentCount - 1)
        let size = sample.wordCount - 1
        if recent[slot] != Self.nowhere {
            let known = Self.split(recent[slot])
            if known.size == size, sizes[size].holds(sample, at: known.cell) {
                sizes[size].retain(known.cell)
                return recent[slot]
            }
        }
        let place = UInt32(size) << Self.cellBits | UInt32(truncatingIfNeeded: sizes[size].insert(sample))
        recent[slot] = place
        return place
    }
}

/// Cells of one size, with how often each is kept.
private struct CellTable: Sendable {
    let words: Int
    private var chunks: [ContiguousArray<UInt64>] = []
    private var references: [UInt32] = []
    private var free: [UInt32] = []

    private static var chunkCells: Int { 1024 }

    init(words: Int) { self.words = words }

    var used: Int { references.count - free.count }

    subscript(cell: Int, word: Int) -> UInt64 {
        chunks[cell / Self.chunkCells][cell % Self.chunkCells * words + word]
    }

    mutating func retain(_ cell: Int) { references[cell] &+= 1 }

    mutating func release(_ cell: Int) {
        references[cell] &-= 1
        if references[cell] == 0 { free.append(UInt32(cell)) }
    }

    /// Whether the cell is in use and has these bytes.
    func holds(_ sample: EvidenceSample, at cell: Int) -> Bool {
        guard references[cell] > 0 else { return false }
        for word in 0..<words where self[cell, word] != sample[word: word] { return false }
        return true
    }

    mutating func insert(_ sample: EvidenceSample) -> Int {
        if let cell = free.popLast().map(Int.init) {
            references[cell] = 1
            for word in 0..<words {
                chunks[cell / Self.chunkCells][cell % Self.chunkCells * words + word] = sample[word: word]
            }
            return cell
        }
        let cell = references.count
        references.append(1)
        if cell % Self.chunkCells == 0 {
            var chunk = ContiguousArray<UInt64>()
            // A small run should not pay for a whole chunk.
            if cell > 0 { chunk.reserveCapacity(Self.chunkCells * words) }
            chunks.append(chunk)
        }
        for word in 0..<words { chunks[chunks.count - 1].append(sample[word: word]) }
        return cell
    }
}

/// Where the bytes of an evidence lie in the pool, and the plain facts about them.
struct KeptEvidence: BitwiseCopyable, Sendable {
    var place: UInt32
    /// -1 for none.
    var signature: Int32
    /// Signatures look at the first few kilobytes only.
    var offset: UInt16
    var length: UInt8
    var isServer: Bool

    var signatureIndex: Int? { signature < 0 ? nil : Int(signature) }

    /// Nothing.
    static var none: KeptEvidence {
        KeptEvidence(place: .max, signature: -1, offset: 0, length: 0, isServer: true)
    }
}
