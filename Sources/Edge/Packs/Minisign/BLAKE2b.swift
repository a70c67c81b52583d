/// BLAKE2b without a key (RFC 7693), which minisign hashes with.
struct BLAKE2b {
    private var state: [UInt64]
    private var block = [UInt8](repeating: 0, count: 128)
    private var filled = 0
    private var counter: UInt64 = 0
    private let outputLength: Int

    // RFC 7693 section 2.6.
    private static let initial: [UInt64] = [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
    ]

    // RFC 7693 section 2.7; rounds 10 and 11 begin again.
    private static let schedule: [[Int]] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ]

    /// - Parameter outputLength: bytes of the hash, 1 to 64.
    init(outputLength: Int) {
        self.outputLength = outputLength
        state = Self.initial
        // The parameter block: no key, fan-out and depth 1.
        state[0] ^= 0x0101_0000 ^ UInt64(outputLength)
    }

    /// The hash of all the bytes.
    static func hash(_ bytes: some Sequence<UInt8>, outputLength: Int = 64) -> [UInt8] {
        var hash = BLAKE2b(outputLength: outputLength)
        hash.update(bytes)
        return hash.finished()
    }

    mutating func update(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            // The last block is compressed differently, so a full one waits until more comes.
            if filled == 128 {
                counter += 128
                compress(isLast: false)
                filled = 0
            }
            block[filled] = byte
            filled += 1
        }
    }

    mutating func finished() -> [UInt8] {
        counter += UInt64(filled)
        for place in filled..<128 { block[place] = 0 }
        compress(isLast: true)
        let bytes = state.flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
        }
        return Array(bytes.prefix(outputLength))
    }

    // RFC 7693 section 3.2. Messages here are shorter than 2^64 bytes, so the counter's high word stays 0.
    private mutating func compress(isLast: Bool) {
        var v = state + Self.initial
        v[12] ^= counter
        if isLast { v[14] = ~v[14] }
        var words = [UInt64](repeating: 0, count: 16)
        for place in 0..<128 { words[place / 8] |= UInt64(block[place]) << UInt64(place % 8 * 8) }
        func mix(_ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt64, _ y: UInt64) {
            v[a] = v[a] &+ v[b] &+ x
            v[d] = Self.rotated(v[d] ^ v[a], 32)
            v[c] = v[c] &+ v[d]
            v[b] = Self.rotated(v[b] ^ v[c], 24)
            v[a] = v[a] &+ v[b] &+ y
            v[d] = Self.rotated(v[d] ^ v[a], 16)
            v[c] = v[c] &+ v[d]
            v[b] = Self.rotated(v[b] ^ v[c], 63)
        }
        for round in 0..<12 {
            let s = Self.schedule[round % 10]
            mix(0, 4, 8, 12, words[s[0]], words[s[1]])
            mix(1, 5, 9, 13, words[s[2]], words[s[3]])
            mix(2, 6, 10, 14, words[s[4]], words[s[5]])
            mix(3, 7, 11, 15, words[s[6]], words[s[7]])
            mix(0, 5, 10, 15, words[s[8]], words[s[9]])
            mix(1, 6, 11, 12, words[s[10]], words[s[11]])
            mix(2, 7, 8, 13, words[s[12]], words[s[13]])
            mix(3, 4, 9, 14, words[s[14]], words[s[15]])
        }
        for place in 0..<8 { state[place] ^= v[place] ^ v[place + 8] }
    }

    private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
        word >> count | word << (64 - count)
    }
}
