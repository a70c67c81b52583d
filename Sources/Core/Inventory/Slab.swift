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
