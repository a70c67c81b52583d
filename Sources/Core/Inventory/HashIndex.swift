internal import Net

/// A seeded hash of up to three words, by folded multiplication: a few nanoseconds, and not to be steered by
/// who does not know the seed.
@inline(__always)
func mix(_ first: UInt64, _ second: UInt64, _ third: UInt64, seed: UInt64) -> UInt32 {
    // Odd constants of wyhash; any with about as many ones as zeros would do.
    let inner = Mixing.mix(first ^ seed ^ 0xa076_1d64_78bd_642f, second ^ seed &+ 0xe703_7ed1_a0b4_28db)
    let outer = Mixing.mix(inner ^ third ^ 0x8ebc_6af0_9c88_c6e3, seed ^ 0x5899_65cc_7537_4cc3)
    return UInt32(truncatingIfNeeded: outer ^ outer >> 32)
}

/// An open-addressing index from hashes to places in a slab.
///
/// A slot holds the hash in its upper half and the place in its lower one, so that a probe seldom touches
/// the slab in vain and growing needs no keys.
struct HashIndex: Sendable {
    private var slots: ContiguousArray<UInt64>
    private var count = 0

    private static var empty: UInt64 { .max }

    /// An empty index that need not grow for `places`.
    init(room places: Int = 0) {
        var count = 64
        while places * 4 > count * 3 { count *= 2 }
        slots = ContiguousArray(repeating: Self.empty, count: count)
    }

    @inline(__always)
    func find(_ hash: UInt32, _ isEqual: (Int) -> Bool) -> Int? {
        let mask = slots.count - 1
        var position = Int(hash) & mask
        while true {
            let slot = slots[position]
            if slot == Self.empty { return nil }
            if slot >> 32 == UInt64(hash) {
                let place = Int(UInt32(truncatingIfNeeded: slot))
                if isEqual(place) { return place }
            }
            position = (position + 1) & mask
        }
    }

    /// Asks for the slot where the search for a hash begins, so that it is in the cache when `find` needs it.
    @inline(__always)
    func fetch(_ hash: UInt32) { slots.fetch(at: Int(hash) & (slots.count - 1)) }

    /// The place in the slot where the search for a hash begins, whatever it is the place of; nil in an empty one.
    @inline(__always)
    func firstPlace(_ hash: UInt32) -> Int? {
        let slot = slots[Int(hash) & (slots.count - 1)]
        return slot == Self.empty ? nil : Int(UInt32(truncatingIfNeeded: slot))
    }

    /// Adds a place that is not there yet.
    mutating func insert(_ hash: UInt32, _ place: Int) {
        if (count + 1) * 4 > slots.count * 3 { grow() }
        put(UInt64(hash) << 32 | UInt64(UInt32(truncatingIfNeeded: place)))
        count += 1
    }

    /// Adds a place unless one that is equal is there; whether it was added.
    @inline(__always)
    mutating func insert(_ hash: UInt32, _ place: Int, unless isEqual: (Int) -> Bool) -> Bool {
        if find(hash, isEqual) != nil { return false }
        insert(hash, place)
        return true
    }

    /// Takes out a place that is there; nothing happens when it is not.
    ///
    /// What follows moves up (Knuth 6.4, algorithm R), so that no marks of removed slots slow the search down.
    mutating func remove(_ hash: UInt32, _ place: Int) {
        let mask = slots.count - 1
        let wanted = UInt64(hash) << 32 | UInt64(UInt32(truncatingIfNeeded: place))
        var hole = Int(hash) & mask
        while slots[hole] != wanted {
            if slots[hole] == Self.empty { return }
            hole = (hole + 1) & mask
        }
        var position = hole
        while true {
            position = (position + 1) & mask
            let slot = slots[position]
            if slot == Self.empty { break }
            let home = Int(slot >> 32) & mask
            // It may move up unless its home lies behind the hole.
            if (position - home) & mask >= (position - hole) & mask {
                slots[hole] = slot
                hole = position
            }
        }
        slots[hole] = Self.empty
        count -= 1
    }

    private mutating func put(_ slot: UInt64) {
        let mask = slots.count - 1
        var position = Int(slot >> 32) & mask
        while slots[position] != Self.empty { position = (position + 1) & mask }
        slots[position] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = ContiguousArray(repeating: Self.empty, count: old.count * 2)
        for slot in old where slot != Self.empty { put(slot) }
    }
}
