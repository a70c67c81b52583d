/// How often each of many windows is among them.
///
/// A table of its own: a library has tens of thousands, and the general one would take a tenth of its loading.
struct WindowCounts {
    /// By window: the place of the first that is equal.
    private var firsts: [UInt32]
    /// By that place.
    private var counts: [UInt32]

    init(_ windows: [Anchor.Window]) {
        firsts = Array(repeating: 0, count: windows.count)
        counts = Array(repeating: 0, count: windows.count)
        var bits = 4
        while 1 << bits < windows.count * 2 { bits += 1 }
        // The number of a window plus one; 0 is empty.
        var slots: [UInt32] = Array(repeating: 0, count: 1 << bits)
        // Another one in every process, so that no pack can be made whose windows all meet in one slot.
        let seed = UInt64(truncatingIfNeeded: Hasher().finalize())
        for (number, window) in windows.enumerated() {
            var slot = Self.slot(of: window, seed, bits)
            while slots[slot] != 0, windows[Int(slots[slot]) - 1] != window {
                slot = (slot + 1) & (slots.count - 1)
            }
            if slots[slot] == 0 { slots[slot] = UInt32(number + 1) }
            firsts[number] = slots[slot] - 1
            counts[Int(firsts[number])] += 1
        }
    }

    /// How many windows are equal to window `number`, itself among them.
    func count(of number: Int) -> Int { Int(counts[Int(firsts[number])]) }

    private static func slot(of window: Anchor.Window, _ seed: UInt64, _ bits: Int) -> Int {
        let offset = UInt64(truncatingIfNeeded: window.offset)
        let word = UInt64(window.mask) << 32 ^ UInt64(window.key) ^ offset << 48
        let product = (word ^ seed).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return Int((product.high ^ product.low) >> UInt64(64 - bits))
    }
}
