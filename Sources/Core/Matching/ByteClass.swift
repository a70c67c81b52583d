/// A set of byte values.
public struct ByteClass: Hashable, Sendable, BitwiseCopyable {
    private var word0: UInt64 = 0
    private var word1: UInt64 = 0
    private var word2: UInt64 = 0
    private var word3: UInt64 = 0

    /// The empty set.
    public init() {}

    /// One value.
    public init(_ byte: UInt8) { insert(byte) }

    /// The values that `belongs` accepts.
    public init(where belongs: (UInt8) -> Bool) {
        for byte in UInt8.min...UInt8.max where belongs(byte) { insert(byte) }
    }

    /// A letter in both cases; any other byte alone.
    public init(ignoringCase byte: UInt8) {
        insert(byte)
        if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) {
            insert(byte | 0x20)
            insert(byte & ~0x20)
        }
    }

    /// Every value.
    public static let all = ByteClass(where: { _ in true })

    /// Adds a value.
    public mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: word0 |= bit
        case 1: word1 |= bit
        case 2: word2 |= bit
        default: word3 |= bit
        }
    }

    /// Adds the values of another set.
    public mutating func formUnion(_ other: ByteClass) {
        word0 |= other.word0
        word1 |= other.word1
        word2 |= other.word2
        word3 |= other.word3
    }

    /// Whether the set has `byte`.
    public func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? word0 : byte < 128 ? word1 : byte < 192 ? word2 : word3
        return word >> UInt64(byte & 63) & 1 == 1
    }

    /// How many values it has.
    public var count: Int {
        word0.nonzeroBitCount + word1.nonzeroBitCount + word2.nonzeroBitCount + word3.nonzeroBitCount
    }

    /// Its values in ascending order.
    public var values: [UInt8] {
        var result: [UInt8] = []
        for (number, word) in [word0, word1, word2, word3].enumerated() {
            var rest = word
            while rest != 0 {
                result.append(UInt8(64 * number + rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        return result
    }

    /// The value of a set that has just one.
    public var onlyValue: UInt8? { count == 1 ? lowest : nil }

    /// The lowest value of a set that has any.
    private var lowest: UInt8 {
        if word0 != 0 { return UInt8(word0.trailingZeroBitCount) }
        if word1 != 0 { return UInt8(64 + word1.trailingZeroBitCount) }
        if word2 != 0 { return UInt8(128 + word2.trailingZeroBitCount) }
        return UInt8(192 + (word3.trailingZeroBitCount & 63))
    }

    /// The bits on which all values agree, and their state there: a byte outside this pattern is not in the set.
    var commonBits: (mask: UInt8, value: UInt8) {
        // Most are of one value, or of all.
        if word0 & word1 & word2 & word3 == .max { return (0, 0) }
        var (ones, zeros): (UInt8, UInt8) = (0xff, 0xff)
        narrow(word0, 0, &ones, &zeros)
        narrow(word1, 64, &ones, &zeros)
        narrow(word2, 128, &ones, &zeros)
        narrow(word3, 192, &ones, &zeros)
        return (ones | zeros, ones & ~zeros)
    }

    /// Takes what is not set in all of a word's values from `ones`, and what is set in one of them from `zeros`.
    @inline(__always)
    private func narrow(_ word: UInt64, _ base: UInt8, _ ones: inout UInt8, _ zeros: inout UInt8) {
        if word == .max {
            ones &= base
            zeros &= ~(base | 63)
            return
        }
        var rest = word
        while rest != 0 {
            let value = base | UInt8(truncatingIfNeeded: rest.trailingZeroBitCount)
            ones &= value
            zeros &= ~value
            rest &= rest &- 1
        }
    }
}
