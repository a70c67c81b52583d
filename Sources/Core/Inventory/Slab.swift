import Net

/// What a slab holds: a value that can be told from an empty place.
protocol SlabEntry: Sendable {
    /// Whether the place is free.
    var isVacant: Bool { get }
    /// Lets go of what it holds and marks the place as free.
    mutating func vacate()
    /// The last sign of it: what is silent longest is forgotten first.
    var lastSeen: Timestamp { get }
}

/// Entries in chunks: growing copies nothing and leaves nothing half empty.
///
/// Places of entries that were removed
/// are used again, the latest first.
struct Slab<Entry: SlabEntry>: Sendable {
    /// Places that were ever used; the entries are among them.
    private(set) var places = 0
    private var chunks: [ContiguousArray<Entry>] = []
    private var free: [UInt32] = []
    /// Where the next search for what is silent longest begins.
    private var hand = 0

    private static var chunkShift: Int { 10 }
    private static var chunkMask: Int { 1 << chunkShift - 1 }
    /// How many entries are compared when one has to go.
    private static var swept: Int { 16 }

    /// How many entries there are.
    var count: Int { places - free.count }

    /// The places that hold an entry, in ascending order.
    var keptPlaces: some Sequence<Int> { (0..<places).lazy.filter { !self.isVacant($0) } }

    @inline(__always)
    subscript(index: Int) -> Entry { chunks[index >> Self.chunkShift][index & Self.chunkMask] }

    /// Asks for the memory of a place that was used before.
    @inline(__always)
    func fetch(_ index: Int) { chunks[index >> Self.chunkShift].fetch(at: index & Self.chunkMask) }

    func isVacant(_ index: Int) -> Bool { chunks[index >> Self.chunkShift][index & Self.chunkMask].isVacant }

    @inline(__always)
    mutating func update<Result>(_ index: Int, _ change: (inout Entry) -> Result) -> Result {
        change(&chunks[index >> Self.chunkShift][index & Self.chunkMask])
    }

    /// Adds an entry and returns its place.
    @discardableResult
    mutating func insert(_ entry: Entry) -> Int {
        if let place = free.popLast() {
            update(Int(place)) { $0 = entry }
            return Int(place)
        }
        if places & Self.chunkMask == 0 {
            var chunk = ContiguousArray<Entry>()
            // A small run should not pay for a whole chunk.
            if places > 0 { chunk.reserveCapacity(Self.chunkMask + 1) }
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(entry)
        places += 1
        return places - 1
    }

    /// Removes the entry at a place, which must hold one.
    mutating func remove(_ index: Int) {
        update(index) { $0.vacate() }
        free.append(UInt32(index))
    }

    /// The place of the entry that was silent longest among the next few; nil when there is none.
    ///
    /// Each call goes on where the last one stopped, so that all entries are looked at in turn. No result
    /// depends on anything but what was seen.
    mutating func silentLongest() -> Int? {
        var oldest: (place: Int, time: Timestamp)?
        var looked = 0
        for _ in 0..<places {
            // Not `where`, which would go on through all places.
            if looked == Self.swept { break }
            let place = hand
            hand = hand + 1 < places ? hand + 1 : 0
            guard !isVacant(place) else { continue }
            looked += 1
            let time = chunks[place >> Self.chunkShift][place & Self.chunkMask].lastSeen
            if oldest.map({ time < $0.time }) ?? true { oldest = (place, time) }
        }
        return oldest?.place
    }
}
