internal import Net

/// A key made of whatever tells two things apart: 128 bits of a hash that nobody can aim at.
///
/// Two things have the same key with a chance that need not be thought of, so a table keeps no more than this.
public struct DetectionKey: Hashable, Sendable {
    private var high: UInt64
    private var low: UInt64

    /// The beginning of a key.
    public init(seed: UInt64) {
        high = seed ^ 0xa076_1d64_78bd_642f
        low = seed ^ 0xe703_7ed1_a0b4_28db
    }

    /// Makes a word part of the key.
    public mutating func add(_ word: UInt64) {
        high = Mixing.mix(high ^ word, 0x8ebc_6af0_9c88_c6e3) &+ low
        low = Mixing.mix(low ^ word, 0x5899_65cc_7537_4cc3) ^ (high << 1 | high >> 63)
    }

    /// The key as one word.
    public var word: UInt64 { high ^ low }
}

/// Values by key, as many as there is room for: when it is full, what was longest not asked for goes.
public struct BoundedTable<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var key: DetectionKey
        var value: Value
        var newer: Int32
        var older: Int32
    }

    /// How many values had to go.
    public private(set) var forgotten = 0
    private let maximum: Int
    private var places: [DetectionKey: Int32] = [:]
    private var entries: [Entry] = []
    private var newest: Int32 = -1
    private var oldest: Int32 = -1

    /// An empty table with room for `maximum` values.
    public init(maximum: Int) { self.maximum = min(max(1, maximum), 1 << 30) }

    /// How many values there are.
    public var count: Int { entries.count }

    /// The value of a key, which is then the newest; nil when it is not there.
    public mutating func find(_ key: DetectionKey) -> Value? {
        guard let place = places[key] else { return nil }
        touch(place)
        return entries[Int(place)].value
    }

    /// Whether the key is there; it is then the newest.
    public mutating func contains(_ key: DetectionKey) -> Bool {
        guard let place = places[key] else { return false }
        touch(place)
        return true
    }

    /// Changes the value of a key, which is made first when it is not there, and is then the newest.
    @discardableResult
    public mutating func update<Result>(
        _ key: DetectionKey, default made: @autoclosure () -> Value, _ change: (inout Value) -> Result
    ) -> Result {
        let place = places[key] ?? insert(key, made())
        touch(place)
        return change(&entries[Int(place)].value)
    }

    private mutating func insert(_ key: DetectionKey, _ value: Value) -> Int32 {
        let entry = Entry(key: key, value: value, newer: -1, older: -1)
        let place: Int32
        if entries.count < maximum {
            place = Int32(entries.count)
            entries.append(entry)
        } else {
            place = oldest
            unlink(place)
            places[entries[Int(place)].key] = nil
            entries[Int(place)] = entry
            forgotten += 1
        }
        places[key] = place
        link(place)
        return place
    }

    private mutating func touch(_ place: Int32) {
        guard place != newest else { return }
        unlink(place)
        link(place)
    }

    private mutating func unlink(_ place: Int32) {
        let (newer, older) = (entries[Int(place)].newer, entries[Int(place)].older)
        if newer >= 0 { entries[Int(newer)].older = older } else { newest = older }
        if older >= 0 { entries[Int(older)].newer = newer } else { oldest = newer }
    }

    private mutating func link(_ place: Int32) {
        entries[Int(place)].newer = -1
        entries[Int(place)].older = newest
        if newest >= 0 { entries[Int(newest)].newer = place } else { oldest = place }
        newest = place
    }
}
