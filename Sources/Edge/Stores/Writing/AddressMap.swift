internal import Net

/// Numbers by address: a table of open addressing, for one look at each end of each session.
struct AddressMap {
    private struct Slot: BitwiseCopyable {
        var address: IPAddress
        /// 0 in a free slot.
        var number: UInt32
    }

    private var slots: [Slot]
    private var mask: Int
    private(set) var count = 0
    /// Nobody can aim at one place of the table.
    private let seed = UInt64.random(in: .min ... .max)

    init() {
        slots = Array(repeating: Self.free, count: 1024)
        mask = 1023
    }

    private static var free: Slot { Slot(address: IPAddress(high: 0, low: 0), number: 0) }

    private func place(of address: IPAddress) -> Int {
        let mixed = (address.high ^ seed).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        let word = (mixed.high ^ mixed.low ^ address.low).multipliedFullWidth(
            by: 0xd1b5_4a32_d192_ed03 ^ seed | 1)
        return Int(truncatingIfNeeded: word.high ^ word.low) & mask
    }

    /// The number of an address, which is not 0; nil when it has none.
    subscript(address: IPAddress) -> UInt32? {
        var place = place(of: address)
        while slots[place].number != 0 {
            if slots[place].address == address { return slots[place].number }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Gives a number, which is not 0, to an address that has none.
    mutating func insert(_ address: IPAddress, _ number: UInt32) {
        if 2 * count >= slots.count { grow() }
        put(Slot(address: address, number: number))
        count += 1
    }

    mutating func removeAll() {
        slots = Array(repeating: Self.free, count: 1024)
        mask = 1023
        count = 0
    }

    private mutating func put(_ slot: Slot) {
        var place = place(of: slot.address)
        while slots[place].number != 0 { place = (place + 1) & mask }
        slots[place] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Self.free, count: 4 * old.count)
        mask = slots.count - 1
        for slot in old where slot.number != 0 { put(slot) }
    }
}
