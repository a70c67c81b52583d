import Net
import Testing

@Suite("First offset of a byte")
struct FirstOffsetTests {
    @Test("every place, start and end against looking at each byte", arguments: 0..<20)
    func places(_ place: Int) {
        var bytes = [UInt8](repeating: 0x8b, count: 20)
        // Its neighbours differ in one bit, which a careless trick takes for a hit.
        bytes[place] = 0x0a
        if place + 1 < bytes.count { bytes[place + 1] = 0x0b }
        if place > 0 { bytes[place - 1] = 0x0b }
        for start in 0...bytes.count {
            for end in start...bytes.count {
                let expected = bytes[start..<end].firstIndex(of: 0x0a)
                #expect(bytes.withBytes { $0.firstOffset(of: 0x0a, from: start, before: end) } == expected)
            }
        }
    }
}
