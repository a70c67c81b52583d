import Net
import Testing

@testable import Inventory

@Suite("Slab")
struct SlabTests {
    private struct Mark: SlabEntry {
        var lastSeen: Timestamp
        var isVacant = false
        mutating func vacate() { isVacant = true }
    }

    /// A full slab of so many, and the time that it takes to replace what was silent longest, again and again.
    private func timeOfReplacing(in count: Int, times: Int) -> Duration {
        var slab = Slab<Mark>()
        for second in 0..<count { slab.insert(Mark(lastSeen: Timestamp(seconds: Int64(second)))) }
        return ContinuousClock().measure {
            for second in count..<count + times {
                if let place = slab.silentLongest() { slab.remove(place) }
                slab.insert(Mark(lastSeen: Timestamp(seconds: Int64(second))))
            }
        }
    }

    @Test("what was silent longest of sixteen goes, and each is looked at in turn")
    func takesTurns() {
        var slab = Slab<Mark>()
        for second in 0..<64 { slab.insert(Mark(lastSeen: Timestamp(seconds: Int64(second ^ 5)))) }
        #expect((0..<4).map { _ in slab.silentLongest() } == [5, 21, 37, 53])
        slab.remove(5)
        #expect(slab.silentLongest() == 4)
    }

    @Test("to make room takes no longer in a larger slab")
    func costsTheSame() {
        // What else the machine does makes a measurement longer: the shortest of a few counts.
        func shortest(in count: Int) -> Duration {
            (0..<5).map { _ in timeOfReplacing(in: count, times: 2000) }.min() ?? .zero
        }
        let (few, many) = (shortest(in: 200), shortest(in: 200_000))
        // To look at all of them would take a thousand times as long.
        #expect(many < few * 50, "\(many) after \(few)")
    }
}
