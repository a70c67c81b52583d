/// The bytes of evidence, end to end in chunks; what was kept lately is kept once.
///
/// Servers of one make say the same words, so a small cache that forgets saves most of the room and costs no
/// more when they do not.
struct BytePool: Sendable {
    /// Words of eight bytes, as in ``EvidenceSample``.
    private var chunks: [[UInt64]] = []
    private var recent: [(place: UInt32, length: UInt8)] = Array(repeating: (0, 0), count: Self.recentCount)

    private static var chunkBits: UInt32 { 13 }
    private static var chunkWords: Int { 1 << chunkBits }
    private static var recentCount: Int { 1024 }

    /// Keeps the evidence's bytes and the plain facts about them.
    mutating func keep(_ evidence: EvidenceSample) -> KeptEvidence {
        KeptEvidence(
            place: place(of: evidence), signature: evidence.signature,
            offset: UInt16(clamping: evidence.offset), length: evidence.count, isServer: evidence.isServer)
    }

    /// The evidence as it was given.
    func evidence(_ kept: KeptEvidence) -> Evidence {
        let (chunk, start) = Self.split(kept.place)
        let bytes = (0..<Int(kept.length)).map { index in
            UInt8(truncatingIfNeeded: chunks[chunk][start + index / 8] >> UInt64(56 - 8 * (index % 8)))
        }
        return Evidence(
            isServer: kept.isServer, offset: Int(kept.offset), signature: kept.signatureIndex, bytes: bytes)
    }

    private static func split(_ place: UInt32) -> (chunk: Int, start: Int) {
        (Int(place >> chunkBits), Int(place) & (chunkWords - 1))
    }

    private mutating func place(of sample: EvidenceSample) -> UInt32 {
        guard sample.count > 0 else { return 0 }
        var hash = UInt64(sample.count)
        for index in 0..<sample.wordCount {
            hash = (hash ^ sample[word: index]) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 32
        }
        let slot = Int(truncatingIfNeeded: hash) & (Self.recentCount - 1)
        let known = recent[slot]
        if known.length == sample.count, holds(sample, at: known.place) { return known.place }

        if chunks.last.map({ $0.count + sample.wordCount > Self.chunkWords }) ?? true {
            var chunk: [UInt64] = []
            if !chunks.isEmpty { chunk.reserveCapacity(Self.chunkWords) }
            chunks.append(chunk)
        }
        let last = chunks.count - 1
        let place = UInt32(truncatingIfNeeded: last << Int(Self.chunkBits) | chunks[last].count)
        for index in 0..<sample.wordCount { chunks[last].append(sample[word: index]) }
        recent[slot] = (place, sample.count)
        return place
    }

    private func holds(_ sample: EvidenceSample, at place: UInt32) -> Bool {
        let (chunk, start) = Self.split(place)
        for index in 0..<sample.wordCount where chunks[chunk][start + index] != sample[word: index] {
            return false
        }
        return true
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
}
