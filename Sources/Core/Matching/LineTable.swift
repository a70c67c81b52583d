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
    /// The first bytes of the header's lines, by their low five bits: letters of either case are alike.
    private(set) var headerStarts: UInt32 = 0
    private var base = -1
    private var starts = InlineArray<64, UInt16>(repeating: 0)

    /// Whether it holds the lines from `base` on.
    func isOf(_ base: Int) -> Bool { self.base == base }

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
                    headerStarts |= 1 << UInt32(bytes.u8(start) & 31)
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
