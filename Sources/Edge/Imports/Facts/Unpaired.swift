/// What waits for its other half, by what the two have in common.
///
/// The table is bounded, and who waits longest goes alone.
struct Unpaired<Key: Hashable, Value> {
    private var waiting: [Key: (value: Value, turn: UInt64)] = [:]
    /// Those that wait, in their order, each with its turn; some have gone already.
    private var order: [(key: Key, turn: UInt64)] = []
    private var first = 0
    private var turn: UInt64 = 0

    private static var maximum: Int { 65_536 }

    /// Takes what waits under a key.
    mutating func take(_ key: Key) -> Value? { waiting.removeValue(forKey: key)?.value }

    /// Lets a value wait; gives those that go alone: who waited under its key, and the oldest of too many.
    mutating func wait(_ value: Value, under key: Key, _ give: (Value) -> Void) {
        turn += 1
        if let former = waiting.updateValue((value, turn), forKey: key) { give(former.value) }
        order.append((key, turn))
        while waiting.count > Self.maximum { giveFirst(give) }
        if order.count > 4 * Self.maximum {
            order = order[first...].filter { waiting[$0.key]?.turn == $0.turn }
            first = 0
        }
    }

    /// No more come: gives those that are left, in their order.
    mutating func finish(_ give: (Value) -> Void) {
        while first < order.count { giveFirst(give) }
        self = Self()
    }

    private mutating func giveFirst(_ give: (Value) -> Void) {
        let (key, turn) = order[first]
        first += 1
        guard waiting[key]?.turn == turn, let value = take(key) else { return }
        give(value)
    }
}
