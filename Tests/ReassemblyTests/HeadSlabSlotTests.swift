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
            #expect(held(&slab, slot, .orFirstIsland).isEmpty, "a buffer used before begins empty")
            #expect(insert(&slab, [UInt8(truncatingIfNeeded: flow)], at: 0, into: slot))
            #expect(insert(&slab, [1], at: 9, into: slot))
            claims.append(Claim(slot: slot, flow: flow, direction: direction))
        }
        for claim in claims { #expect(held(&slab, claim.slot) == [UInt8(truncatingIfNeeded: claim.flow)]) }
    }

    @Test func buffersDoNotReachIntoEachOther() {
        var slab = HeadSlab(maximumSlots: 130)
        let slots = (1...130).map { slab.claim(flow: UInt32($0), direction: 0).slot }
        for (number, slot) in slots.enumerated() {
            let filling = [UInt8](repeating: UInt8(number), count: HeadSlab.capacity + 100)
            #expect(insert(&slab, filling, at: -50, into: slot))
        }
        for (number, slot) in slots.enumerated() {
            #expect(held(&slab, slot) == [UInt8](repeating: UInt8(number), count: HeadSlab.capacity))
        }
    }

    /// All that was said in datagrams, as fields are taken from it.
    private func continued(_ slab: inout HeadSlab, _ slot: HeadSlab.Slot) -> [UInt8] {
        slab.withBytes(of: slot, .withContinued) { bytes in (0..<bytes.byteCount).map { bytes.u8($0) } }
    }

    private func extend(_ slab: inout HeadSlab, _ slot: HeadSlab.Slot, _ bytes: [UInt8]) {
        bytes.withBytes { slab.extend(slot, by: $0) }
    }

    @Test func datagramsThatGoOnLieBehindTheFirst() {
        var slab = HeadSlab(maximumSlots: 2)
        let (slot, _) = slab.claim(flow: 1, direction: 0)
        let (first, second) = ([UInt8](repeating: 1, count: 200), [UInt8](repeating: 2, count: 1200))
        #expect(insert(&slab, first, at: 0, into: slot))
        #expect(!slab.isContinued(slot) && continued(&slab, slot) == first)
        extend(&slab, slot, second)
        extend(&slab, slot, [3])
        #expect(slab.isContinued(slot) && held(&slab, slot) == first)
        #expect(continued(&slab, slot) == first + [0] + second + [0, 3])
        // One that does not fit is left out.
        extend(&slab, slot, [UInt8](repeating: 4, count: 3000))
        extend(&slab, slot, [5])
        #expect(continued(&slab, slot) == first + [0] + second + [0, 3, 0, 5])
        let third: [UInt8] = [7]
        third.withBytes { slab.replace(with: $0, in: slot) }
        #expect(!slab.isContinued(slot) && continued(&slab, slot) == [7])
    }

    @Test func fewBuffersAreLongerThanTheCapacity() {
        var slab = HeadSlab(maximumSlots: 32)
        let long = [UInt8](repeating: 1, count: 1500)
        let slots = (1...32).map { slab.claim(flow: UInt32($0), direction: 0).slot }
        for slot in slots {
            #expect(insert(&slab, long, at: 0, into: slot))
            extend(&slab, slot, long)
        }
        #expect(slots.map { slab.isContinued($0) } == (0..<32).map { $0 < 4 })
        slab.release(slots[0])
        extend(&slab, slots[9], long)
        extend(&slab, slots[10], long)
        #expect(slab.isContinued(slots[9]) && !slab.isContinued(slots[10]))
        for slot in slots[1...] { #expect(held(&slab, slot) == long) }
    }
}
