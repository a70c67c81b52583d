internal import Net

/// Where the first lines of a speaker's bytes begin: found once, however many signatures ask for lines.
struct LineTable: BitwiseCopyable {
    /// Lines that are looked at.
    static let capacity = 64

    /// How many lines begin within the first bytes.
    private(set) var count = 0
    /// How many of them stand before the first empty one.
    private(set) var headerCount = 0
    /// Whether there is an empty line: the end of a header (RFC 9112 section 2.1).
    private(set) var hasEmptyLine = false
    /// Whether no later bytes can add a line.
    private(set) var isComplete = false
    /// How the header's lines begin: the bits that `startBit` gives for them.
    private var headerStarts: UInt64 = 0
    private var base = -1
    private var starts = InlineArray<64, UInt16>(repeating: 0)

    /// Whether it holds the lines from `base` on.
    func isOf(_ base: Int) -> Bool { self.base == base }

    /// The one of 64 bits that stands for lines that begin with these four bytes, a little-endian word; letters of either
    /// case are alike.
    static func startBit(_ word: UInt32) -> Int { Int(((word & 0x1f1f_1f1f) &* 0x9e37_79b1) >> 26) }

    /// Whether a line of the header may begin with the four bytes that a bit stands for.
    func mayHaveHeader(_ startBit: Int) -> Bool { headerStarts >> UInt64(startBit) & 1 != 0 }

    /// The bytes are others now.
    mutating func clear() { base = -1 }

    /// Where line `number` begins, from 0.
    @inline(__always)
    subscript(number: Int) -> Int { base &+ Int(starts[number]) }

    /// Finds the lines from `base` on, within the limit for lines.
    mutating func fill(_ bytes: borrowing RawSpan, from base: Int) {
        self.base = base
        count = 0
        headerCount = 0
        headerStarts = 0
        hasEmptyLine = false
        let end = min(bytes.byteCount, base &+ Programs.lineLimit)
        isComplete = end &- base >= Programs.lineLimit
        var start = base
        while start < end {
            starts[count] = UInt16(truncatingIfNeeded: start &- base)
            count &+= 1
            guard count < Self.capacity else {
                isComplete = true
                break
            }
            if !hasEmptyLine {
                if Self.isEmpty(bytes, at: start, end) {
                    hasEmptyLine = true
                } else {
                    headerCount = count
                    // Of a line that is cut off everything may yet come.
                    headerStarts |=
                        start &+ 4 <= bytes.byteCount ? 1 << Self.startBit(bytes.u32le(start)) : .max
                }
            }
            guard let newline = bytes.firstOffset(of: 0x0a, from: start, before: end) else { break }
            start = newline &+ 1
        }
    }

    private static func isEmpty(_ bytes: borrowing RawSpan, at start: Int, _ end: Int) -> Bool {
        let first = bytes.u8(start)
        return first == 0x0a || first == 0x0d && start &+ 1 < end && bytes.u8(start &+ 1) == 0x0a
    }
}
