import Testing

@testable import Records

@Suite("SHA-1 and base64")
struct SHA1Tests {
    @Test(
        "digests of FIPS 180 and of every padding",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            (String(repeating: "a", count: 1000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
        ])
    func digests(text: String, expected: String) {
        let digest = SHA1.digest(of: Array(text.utf8))
        let digits = digest.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }
        #expect(String(decoding: digits, as: UTF8.self) == expected)
    }

    @Test(
        "RFC 4648 section 10",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func base64(text: String, expected: String) {
        #expect(CommunityID.base64(Array(text.utf8)) == expected)
    }
}
