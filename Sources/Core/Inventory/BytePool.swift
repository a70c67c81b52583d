/// The bytes of evidence, end to end in chunks; what was kept lately is kept once.
///
/// Servers of one make say the same words, so a small cache that forgets saves most of the room and costs no
/// more when they do not.
struct BytePool: Sendable {
    private var chunks: [[UInt8]] = []
    private var recent: [(place: UInt32, length: UInt8)] = Array(repeating: (0, 0), count: Self.recentCount)

    private static var chunkBytes: Int { 1 << 16 }
    private static var recentCount: Int { 1024 }

    /// Keeps the evidence's bytes and the plain facts about them.
    mutating func keep(_ evidence: Evidence) -> KeptEvidence {
        let length = min(evidence.bytes.count, KeptEvidence.maximumBytes)
        return KeptEvidence(
            place: place(of: evidence.bytes, length: length),
            signature: evidence.signature.map { Int32(clamping: $0) } ?? -1,
            offset: UInt16(clamping: evidence.offset), length: UInt8(length), isServer: evidence.isServer)
    }

    /// The evidence as it was given.
    func evidence(_ kept: KeptEvidence) -> Evidence {
        guard kept.length > 0 else {
            return Evidence(
                isServer: kept.isServer, offset: Int(kept.offset), signature: kept.signatureIndex, bytes: [])
        }
        let start = Int(kept.place) & (Self.chunkBytes - 1)
        let bytes = chunks[Int(kept.place) >> 16][start..<start + Int(kept.length)]
        return Evidence(
            isServer: kept.isServer, offset: Int(kept.offset), signature: kept.signatureIndex,
            bytes: Array(bytes))
    }

    private mutating func place(of bytes: [UInt8], length: Int) -> UInt32 {
        guard length > 0 else { return 0 }
        var hash = UInt64(length)
        for place in 0..<length { hash = (hash ^ UInt64(bytes[place])) &* 0x0000_0100_0000_01b3 }
        let slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & (Self.recentCount - 1)
        let known = recent[slot]
        if Int(known.length) == length, holds(bytes, at: known.place, length: length) { return known.place }

        if chunks.last.map({ $0.count + length > Self.chunkBytes }) ?? true {
            var chunk: [UInt8] = []
            if !chunks.isEmpty { chunk.reserveCapacity(Self.chunkBytes) }
            chunks.append(chunk)
        }
        let last = chunks.count - 1
        let place = UInt32(truncatingIfNeeded: last << 16 | chunks[last].count)
        chunks[last].append(contentsOf: bytes[..<length])
        recent[slot] = (place, UInt8(length))
        return place
    }

    private func holds(_ bytes: [UInt8], at place: UInt32, length: Int) -> Bool {
        let start = Int(place) & (Self.chunkBytes - 1)
        let chunk = chunks[Int(place) >> 16]
        for offset in 0..<length where chunk[start + offset] != bytes[offset] { return false }
        return true
    }
}

/// Where the bytes of an evidence lie in the pool, and the plain facts about them.
struct KeptEvidence: BitwiseCopyable, Sendable {
    static var maximumBytes: Int { 64 }

    var place: UInt32
    /// -1 for none.
    var signature: Int32
    /// Signatures look at the first few kilobytes only.
    var offset: UInt16
    var length: UInt8
    var isServer: Bool

    var signatureIndex: Int? { signature < 0 ? nil : Int(signature) }
}
