/// Values by their places in the inventory, with those among them that have changed.
struct Roll<Value> {
    private struct Slot {
        var value: Value
        var isDirty = false
    }

    /// By place, the slot; -1 for none.
    private var places: [Int32] = []
    private var slots: [Slot] = []
    private var dirty: [Int] = []
    /// Values that have changed and whose places others have now.
    private var displaced: [Value] = []

    /// A value takes a place, and with it that of another one, if there was any.
    mutating func put(_ value: Value, at place: Int) {
        if places.count <= place {
            places += Array(repeating: -1, count: max(place + 1, 2 * places.count) - places.count)
        }
        let slot = Int(places[place])
        guard slot >= 0 else {
            places[place] = Int32(slots.count)
            slots.append(Slot(value: value))
            return
        }
        if slots[slot].isDirty { displaced.append(slots[slot].value) }
        // It stays among those that have changed: there it is written as one without sessions, or with its own.
        slots[slot].value = value
    }

    /// Changes the value at a place.
    @inline(__always)
    mutating func update(_ place: Int, _ change: (inout Value) -> Void) {
        guard place < places.count, places[place] >= 0 else { return }
        let slot = Int(places[place])
        if !slots[slot].isDirty {
            slots[slot].isDirty = true
            dirty.append(slot)
        }
        change(&slots[slot].value)
    }

    /// The values that have changed.
    var changed: [Value] { displaced + dirty.map { slots[$0].value } }

    /// What has changed was written for good.
    mutating func commit(_ clear: (inout Value) -> Void) {
        for slot in dirty {
            slots[slot].isDirty = false
            clear(&slots[slot].value)
        }
        dirty.removeAll(keepingCapacity: true)
        displaced.removeAll()
    }
}
