/// Which of a stream's first bytes have arrived: `0..<contiguous`, and a few islands beyond a gap.
///
/// A plain value; the bytes themselves lie beside it in a `HeadSlab`. Bytes that came first win, so a segment
/// only fills what is still missing.
public struct StreamHead: BitwiseCopyable, Sendable {
    /// How many islands a head keeps; a piece that would make one more is not taken.
    public static var maximumIslands: Int { 4 }

    /// The bytes without a gap from the stream's start.
    public private(set) var contiguous: UInt16 = 0
    private var islandCount: UInt16 = 0
    /// Where the bytes lie that came first, when others were put before them.
    private var first: UInt16 = 0
    private var islands: InlineArray<4, Island> = InlineArray(repeating: Island(start: 0, end: 0))

    /// Bytes `start..<end`, with bytes missing before.
    public struct Island: BitwiseCopyable, Sendable, Equatable {
        /// The first byte's offset.
        public var start: UInt16
        /// The offset after the last byte.
        public var end: UInt16
    }

    /// A stream of which nothing arrived.
    public init() {}

    /// The first island, when there is a gap.
    public var firstIsland: Island? { islandCount == 0 ? nil : islands[0] }

    /// Whether bytes are missing between what was put before the bytes that came first, and those.
    public var hasGapBeforeFirst: Bool { contiguous < first }

    /// Forgets what was put before the bytes that came first, as far as it does not reach them.
    mutating func forgetBeforeGap() {
        guard hasGapBeforeFirst else { return }
        let old = self
        self = StreamHead()
        for index in 0..<Int(old.islandCount) where old.islands[index].end > old.first {
            append(old.islands[index], movedBy: 0, within: Int(UInt16.max))
        }
    }

    /// The missing stretches within `range`, at most five, in ascending order; `body` is called for each.
    @inline(__always)
    func missing(in range: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = max(range.lowerBound, Int(contiguous))
        for index in 0..<Int(islandCount) {
            if start >= range.upperBound { return }
            let island = islands[index]
            if Int(island.start) > start { body(start..<min(Int(island.start), range.upperBound)) }
            start = max(start, Int(island.end))
        }
        if start < range.upperBound { body(start..<range.upperBound) }
    }

    /// Notes that `range` has arrived.
    ///
    /// False, and nothing is changed, when it would be one island too many.
    mutating func fill(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return true }
        var new = Island(start: UInt16(clamping: range.lowerBound), end: UInt16(clamping: range.upperBound))
        if new.start <= contiguous {
            contiguous = max(contiguous, new.end)
            absorb()
            return true
        }
        var kept = InlineArray<5, Island>(repeating: Island(start: 0, end: 0))
        var count = 0
        var isPlaced = false
        for index in 0..<Int(islandCount) {
            let island = islands[index]
            if island.end < new.start {
                kept[count] = island
                count += 1
            } else if island.start > new.end {
                if !isPlaced {
                    kept[count] = new
                    count += 1
                    isPlaced = true
                }
                kept[count] = island
                count += 1
            } else {
                new = Island(start: min(new.start, island.start), end: max(new.end, island.end))
            }
        }
        if !isPlaced {
            kept[count] = new
            count += 1
        }
        guard count <= Self.maximumIslands else { return false }
        islandCount = UInt16(count)
        for index in 0..<count { islands[index] = kept[index] }
        return true
    }

    /// Moves everything on by `count` bytes, which are missing then, and forgets what would lie beyond `capacity`,
    /// or would be one island too many.
    ///
    /// - Returns: the offset after the last byte.
    mutating func shift(by count: Int, within capacity: Int) -> Int {
        let old = self
        self = StreamHead()
        first = Int(old.first) + count < capacity ? old.first + UInt16(count) : 0
        if old.contiguous > 0 {
            append(Island(start: 0, end: old.contiguous), movedBy: count, within: capacity)
        }
        for index in 0..<Int(old.islandCount) { append(old.islands[index], movedBy: count, within: capacity) }
        return islandCount == 0 ? 0 : Int(islands[Int(islandCount) - 1].end)
    }

    private mutating func append(_ island: Island, movedBy count: Int, within capacity: Int) {
        guard islandCount < Self.maximumIslands, Int(island.start) + count < capacity else { return }
        islands[Int(islandCount)] = Island(
            start: UInt16(clamping: Int(island.start) + count),
            end: UInt16(clamping: min(Int(island.end) + count, capacity)))
        islandCount += 1
    }

    /// Islands that the contiguous bytes have reached become part of them.
    private mutating func absorb() {
        while islandCount > 0, islands[0].start <= contiguous {
            contiguous = max(contiguous, islands[0].end)
            for index in 1..<Int(max(1, islandCount)) { islands[index - 1] = islands[index] }
            islandCount -= 1
        }
    }
}
