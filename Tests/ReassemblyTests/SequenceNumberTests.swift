import Reassembly
import TestSupport
import Testing

@Suite struct SequenceNumberTests {
    @Test(arguments: [
        (0, 0, 0), (1, 0, 1), (0, 1, -1), (0, 0xffff_ffff, 1), (0xffff_ffff, 0, -1),
        (1400, 0xffff_fff0, 1416), (0xffff_fff0, 1400, -1416),
        (0x7fff_ffff, 0, 0x7fff_ffff), (0x8000_0000, 0, -0x8000_0000),
    ])
    func distanceIsTheShorterWayAroundTheCircle(_ number: UInt32, _ base: UInt32, _ distance: Int) {
        #expect(SequenceNumber(number).distance(after: SequenceNumber(base)) == distance)
    }

    @Test func advancingAndMeasuringAreInverse() {
        var generator = Generator(seed: 1)
        for _ in 0..<10_000 {
            let base = SequenceNumber(UInt32.random(in: .min ... .max, using: &generator))
            let count = Int(Int32.random(in: .min ... .max, using: &generator))
            #expect(base.advanced(by: count).distance(after: base) == count)
            #expect(base.advanced(by: count).advanced(by: -count) == base)
            // Whole turns lead back.
            #expect(base.advanced(by: count + 3 << 32) == base.advanced(by: count + 7 << 32))
        }
    }
}
