/// Entries that are only ever added, in chunks: growing copies nothing and leaves nothing half empty.
struct Slab<Entry: Sendable>: Sendable {
    private(set) var count = 0
    private var chunks: [ContiguousArray<Entry>] = []

    private static var chunkShift: Int { 10 }
    private static var chunkMask: Int { 1 << chunkShift - 1 }

    @inline(__always)
    subscript(index: Int) -> Entry { chunks[index >> Self.chunkShift][index & Self.chunkMask] }

    @inline(__always)
    mutating func update<Result>(_ index: Int, _ change: (inout Entry) -> Result) -> Result {
        change(&chunks[index >> Self.chunkShift][index & Self.chunkMask])
    }

    /// Adds an entry and returns its place.
    @discardableResult
    mutating func append(_ entry: Entry) -> Int {
        if count & Self.chunkMask == 0 {
            var chunk = ContiguousArray<Entry>()
            // A small run should not pay for a whole chunk.
            if count > 0 { chunk.reserveCapacity(Self.chunkMask + 1) }
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(entry)
        count += 1
        return count - 1
    }
}

/// The bytes of evidence, end to end in chunks.
struct BytePool: Sendable {
    private var chunks: [[UInt8]] = []
    private static var chunkBytes: Int { 1 << 16 }

    /// Keeps the evidence's bytes and the plain facts about them.
    mutating func keep(_ evidence: Evidence) -> KeptEvidence {
        let bytes = evidence.bytes.prefix(KeptEvidence.maximumBytes)
        if chunks.last.map({ $0.count + bytes.count > Self.chunkBytes }) ?? true {
            var chunk: [UInt8] = []
            if !chunks.isEmpty { chunk.reserveCapacity(Self.chunkBytes) }
            chunks.append(chunk)
        }
        let place = (chunks.count - 1) << 16 | chunks[chunks.count - 1].count
        chunks[chunks.count - 1].append(contentsOf: bytes)
        return KeptEvidence(
            place: UInt32(truncatingIfNeeded: place), offset: UInt32(clamping: evidence.offset),
            signature: evidence.signature.map { Int32(clamping: $0) } ?? -1, length: UInt8(bytes.count),
            isServer: evidence.isServer)
    }

    /// The evidence as it was given.
    func evidence(_ kept: KeptEvidence) -> Evidence {
        let start = Int(kept.place) & (Self.chunkBytes - 1)
        let bytes = chunks[Int(kept.place) >> 16][start..<start + Int(kept.length)]
        return Evidence(
            isServer: kept.isServer, offset: Int(kept.offset),
            signature: kept.signature < 0 ? nil : Int(kept.signature), bytes: Array(bytes))
    }
}

/// Where the bytes of an evidence lie in the pool, and the plain facts about them.
struct KeptEvidence: BitwiseCopyable, Sendable {
    static var maximumBytes: Int { 64 }

    var place: UInt32
    var offset: UInt32
    var signature: Int32
    var length: UInt8
    var isServer: Bool
}
