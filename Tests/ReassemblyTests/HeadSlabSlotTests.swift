import Net
import Reassembly
import TestSupport
import Testing

/// Who holds a buffer, for the model.
private struct Claim: Equatable {
    var slot: HeadSlab.Slot
    var flow: UInt32
    var direction: Int
}

@Suite struct HeadSlabSlotTests {
    /// Random claims and releases against a list in the order of the claims.
    @Test(arguments: [1, 2, 7, 64, 65, 200])
    func theOneThatClaimedFirstGoesFirst(_ maximum: Int) {
        var generator = Generator(seed: UInt64(maximum))
        var slab = HeadSlab(maximumSlots: maximum)
        var claims: [Claim] = []
        for flow in 1...UInt32(20 * maximum + 100) {
            if !claims.isEmpty, Int.random(in: 0..<3, using: &generator) == 0 {
                let gone = claims.remove(at: Int.random(in: 0..<claims.count, using: &generator))
                slab.release(gone.slot)
            }
            let direction = Int.random(in: 0...1, using: &generator)
            let (slot, evicted) = slab.claim(flow: flow, direction: direction)
            if claims.count == maximum {
                let first = claims.removeFirst()
                #expect(Claim(slot: slot, flow: evicted.flow, direction: evicted.direction) == first)
            } else {
                #expect(evicted.flow == 0)
            }
            #expect((1...UInt32(maximum)).contains(slot))
            #expect(!claims.contains { $0.slot == slot })
            #expect(held(slab, slot, skippingGap: true).isEmpty, "a buffer used before begins empty")
            #expect(insert(&slab, [UInt8(truncatingIfNeeded: flow)], at: 0, into: slot))
            #expect(insert(&slab, [1], at: 9, into: slot))
            claims.append(Claim(slot: slot, flow: flow, direction: direction))
        }
        for claim in claims { #expect(held(slab, claim.slot) == [UInt8(truncatingIfNeeded: claim.flow)]) }
    }

    @Test func buffersDoNotReachIntoEachOther() {
        var slab = HeadSlab(maximumSlots: 130)
        let slots = (1...130).map { slab.claim(flow: UInt32($0), direction: 0).slot }
        for (number, slot) in slots.enumerated() {
            let filling = [UInt8](repeating: UInt8(number), count: HeadSlab.capacity + 100)
            #expect(insert(&slab, filling, at: -50, into: slot))
        }
        for (number, slot) in slots.enumerated() {
            #expect(held(slab, slot) == [UInt8](repeating: UInt8(number), count: HeadSlab.capacity))
        }
    }
}
