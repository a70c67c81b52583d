import Testing

@testable import Packs

@Suite struct BLAKE2bTests {
    /// RFC 7693 appendix A; the others, around the block of 128 bytes, were computed with Python's hashlib.
    @Test func theSpecificationsExample() {
        #expect(
            Hex.text(BLAKE2b.hash(Array("abc".utf8)))
                == "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")
    }

    @Test(arguments: [
        (0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"),
        (1, "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"),
        (127, "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72"),
        (128, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1"),
        (129, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9"),
        (255, "d9ef0fc521b4266d16df662bec231bc2ec3989e7adeaf63169c295dc239dbbea"),
        (256, "582f782226018ec33076bd8d1c42413530ac7e1126260ffc0f306ba3befc3f24"),
        (257, "227e15ed64ee8e93eb7bc53828f76eed974f2c4ab1408c3d08f212b7f8d69904"),
        (1000, "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331"),
    ])
    func lengthsAroundTheBlock(length: Int, hash: String) {
        let bytes = (0..<length).map { UInt8($0 % 251) }
        #expect(Hex.text(BLAKE2b.hash(bytes, outputLength: 32)) == hash)
        var inParts = BLAKE2b(outputLength: 32)
        for byte in bytes { inParts.update([byte]) }
        #expect(Hex.text(inParts.finished()) == hash)
    }
}
