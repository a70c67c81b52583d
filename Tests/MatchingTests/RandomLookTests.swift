import Matching
import Net
import TestSupport
import Testing

@Suite("Bytes that look random")
struct RandomLookTests {
    private func looksRandom(_ bytes: [UInt8]) -> Bool { bytes.withBytes { RandomLook.holds($0) } }

    @Test("random bytes of any length do", arguments: [64, 100, 500, 1400, 2048])
    func random(length: Int) {
        var generator = Generator(seed: 7)
        let looks = (0..<1000).count { _ in
            looksRandom((0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        }
        #expect(looks >= 995)
    }

    @Test("what has a meaning does not")
    func structured() {
        #expect(
            !looksRandom(
                Array("GET /index.html HTTP/1.1\r\nHost: www.example.org\r\nAccept: */*\r\n\r\n".utf8)))
        #expect(!looksRandom(Array(repeating: 0, count: 500)))
        #expect(!looksRandom((0..<256).map { UInt8($0) }.map { $0 & 0x3f }))
        #expect(
            !looksRandom(
                Array("dGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZyBhbmQgc28gb24gYW5kIG9u".utf8)
            ))
    }

    @Test("a few bytes tell nothing")
    func short() { #expect(!looksRandom([0x91, 0x04, 0xe7, 0x5c])) }
}
