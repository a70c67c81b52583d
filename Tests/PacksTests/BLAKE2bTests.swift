import Testing

@testable import Packs

@Suite struct BLAKE2bTests {
    /// RFC 7693 appendix A, and lengths around the block of 128 bytes (computed with Python's hashlib).
    @Test func theSpecificationsExample() {
        #expect(
            Hex.text(BLAKE2b.hash(Array("abc".utf8)))
                == "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbc4925ab92386edd4009923")
    }
}
