import Net
import Testing

@testable import Handshakes

@Suite struct QUICTests {
    private static let hello = Hello(extensions: [
        Hello.serverName("example.org"), Hello.protocols("h3"), Hello.versions(0x0304),
        (0x39, [UInt8](repeating: 0x11, count: 40)),
    ]).client

    private static func words(_ datagram: Datagram) -> Words { Words(.quic, client: datagram.bytes) }

    @Test func theSamplesOfTheSpecifications() {
        for (sample, version) in [(Samples.version1, "1"), (Samples.version2, "2")] {
            let words = Words(.quic, client: sample)
            #expect(words.server == ["alpn": "alpn", "protocol_version": version, "sni": "example.com"])
            #expect(words.client["protocol_version"] == version)
            #expect(words.client["ja4"] == "q13d0211an_62ed6f6ca7ad_4d634acda6c0")
        }
    }

    @Test func blocksAreEncryptedAsTheSpecificationPrints() {
        // FIPS 197 appendix C.1.
        let block = AES128(key: .init(0..<16)).encrypt(.init(hex("00112233445566778899aabbccddeeff")))
        #expect(block == .init(hex("69c4e0d86a7b0430d8cdb78070b4c55a")))
        // RFC 9001 appendix A.2.
        let headerKey = AES128(key: .init(hex("9f50449e04a0e810283a1e9933adedd2")))
        let mask = headerKey.encrypt(.init(hex("d1b1c98dd7689fb8ec11d242b123dc9b")))
        #expect((0..<5).map { mask[$0] } == hex("437b9aec36"))
    }

    @Test(
        arguments: [
            (1, "1"), (0x6B33_43CF, "2"), (0xFF00_0017, "draft-23"), (0xFF00_001D, "draft-29"),
            (0xFF00_0022, "draft-34"),
        ] as [(UInt32, String)])
    func everyVersionHasItsKeys(_ version: UInt32, _ name: String) throws {
        var datagram = Datagram(version: version)
        try datagram.addInitial(Datagram.crypto(Self.hello, 0..<Self.hello.count))
        let words = Self.words(datagram)
        #expect(words.server == ["alpn": "h3", "protocol_version": name, "sni": "example.org"])
        #expect(words.client["ja4"]?.prefix(10) == "q13d0204h3")
    }

    @Test(arguments: 1...4)
    func packetNumbersOfEveryLength(_ length: Int) throws {
        var datagram = Datagram(destination: [])
        try datagram.addInitial(
            Datagram.crypto(Self.hello, 0..<Self.hello.count), number: 0x51, numberLength: length,
            token: [1, 2, 3])
        #expect(Self.words(datagram).server["sni"] == "example.org")
    }

    @Test func framesMayComeInAnyOrder() throws {
        let end = Self.hello.count
        let acknowledgements: [UInt8] = [2, 5, 0, 1, 0, 1, 1, 3, 5, 0, 0, 0, 1, 2, 3]
        var datagram = Datagram()
        try datagram.addInitial(
            Datagram.crypto(Self.hello, 60..<end) + [0, 0, 1] + Datagram.crypto(Self.hello, 20..<70)
                + acknowledgements + Datagram.crypto(Self.hello, 0..<20) + [UInt8](repeating: 0, count: 500))
        var ordered = Datagram()
        try ordered.addInitial(Datagram.crypto(Self.hello, 0..<end))
        #expect(Self.words(datagram) == Self.words(ordered))
        #expect(Self.words(datagram).client["ja4"] != nil)
    }

    @Test func framesMayLieInSeveralPackets() throws {
        let end = Self.hello.count
        var datagram = Datagram()
        try datagram.addInitial(Datagram.crypto(Self.hello, 30..<end))
        // 0-RTT.
        datagram.addOther(type: 1, [1, 2, 3, 4])
        try datagram.addInitial(Datagram.crypto(Self.hello, 0..<30), number: 1)
        #expect(Self.words(datagram).server["sni"] == "example.org")
        #expect(Self.words(datagram).client["ja4"] != nil)
    }

    @Test func aHelloMayGoOnInAnotherDatagram() throws {
        let end = Self.hello.count
        var (first, second, early) = (Datagram(), Datagram(), Datagram())
        try first.addInitial(Datagram.crypto(Self.hello, 0..<50) + [UInt8](repeating: 0, count: 300))
        try second.addInitial(Datagram.crypto(Self.hello, 50..<end), number: 1)
        early.addOther(type: 1, [1, 2, 3, 4])
        func isContinued(_ first: [UInt8], _ second: [UInt8]) -> Bool {
            first.withBytes { first in second.withBytes { HandshakeKind.isContinued(first, by: $0) } }
        }
        #expect(Words(.quic, client: first.bytes).server["sni"] == nil)
        #expect(Words(.quic, client: first.bytes + [0] + second.bytes).server["sni"] == "example.org")
        #expect(Words(.quic, client: early.bytes + [0] + second.bytes + first.bytes).client["ja4"] != nil)
        #expect(isContinued(first.bytes, second.bytes) && isContinued(early.bytes, first.bytes))
        // 0-RTT holds no hello; others are of other connections.
        #expect(!isContinued(first.bytes, early.bytes))
        #expect(!isContinued(first.bytes, Samples.version1) && !isContinued([], second.bytes))
        #expect(!isContinued(first.bytes, [0x51] + second.bytes.dropFirst()))
        var other = Datagram(version: 0x6B33_43CF)
        try other.addInitial(Datagram.crypto(Self.hello, 50..<end))
        #expect(!isContinued(first.bytes, other.bytes))
    }

    @Test func whatComesBeforeAGapIsRead() throws {
        let end = Self.hello.count
        var datagram = Datagram()
        try datagram.addInitial(
            Datagram.crypto(Self.hello, 0..<end - 40) + Datagram.crypto(Self.hello, end - 20..<end))
        #expect(Self.words(datagram).server == ["alpn": "h3", "protocol_version": "1", "sni": "example.org"])
        #expect(Self.words(datagram).client == ["protocol_version": "1"])
    }

    @Test func aPacketThatWasChangedIsNotRead() throws {
        for place in [0, 7, 30, 700, 1199] {
            var sample = Samples.version1
            sample[place] ^= 0x01
            #expect(Words(.quic, client: sample).server["sni"] == nil)
        }
        #expect(Words(.quic, client: Array(Samples.version1.dropLast())).server == ["protocol_version": "1"])
    }

    @Test func theServerMayChooseAnotherVersion() {
        let server: [UInt8] = [0xD1, 0x6B, 0x33, 0x43, 0xCF, 0, 0]
        let words = Words(.quic, client: Samples.version1, server: server)
        #expect(words.server["protocol_version"] == "2")
        #expect(words.client["protocol_version"] == "1")
        // Short headers and the list of versions name none.
        for other: [UInt8] in [[0x51, 0x6B, 0x33, 0x43, 0xCF, 0, 0], [0x80, 0, 0, 0, 0, 0, 0]] {
            #expect(Words(.quic, client: Samples.version1, server: other).server["protocol_version"] == "1")
        }
    }

    @Test(arguments: [
        ("0d 01 02 03 04 05 06 07 08 51 30 34 33 01", "Q043"), ("c3 51 30 34 36 50", "Q046"),
        ("c3 54 30 35 31 08", "T051"), ("c3 ff 00 00 1d 08", "draft-29"), ("c3 fa ce b0 02 08", nil),
        ("c3", nil),
        ("0d 01 02 03 04 05 06 07 08 51 30", nil),
    ])
    func theVersionNeedsNoDecryption(_ bytes: String, _ expected: String?) {
        let words = Words(.quic, client: hex(bytes))
        #expect(words.server["protocol_version"] == expected)
        #expect(words.client["protocol_version"] == expected)
    }

    @Test func theNameThatGooglesClientAsksFor() {
        let values: [(String, [UInt8])] = [
            ("PAD\0", [0x2D, 0x2D]), ("SNI\0", Array("www.example.org".utf8)), ("VER\0", Array("Q043".utf8)),
        ]
        var table: [UInt8] = []
        var end = 0
        for (tag, value) in values {
            end += value.count
            table += Array(tag.utf8) + [UInt8(end), 0, 0, 0]
        }
        let hello = Array("CHLO".utf8) + [UInt8(values.count), 0, 0, 0] + table + values.flatMap(\.1)
        let start =
            hex("0d 01 02 03 04 05 06 07 08 51 30 34 33 01") + hex("c0ffee434c00434800000001 a001 00 04")
        let words = Words(.quic, client: start + hello)
        #expect(words.server == ["protocol_version": "Q043", "sni": "www.example.org"])
        for end in 0..<hello.count {
            let sni = Words(.quic, client: start + hello.prefix(end)).server["sni"]
            #expect(sni == nil || sni == "www.example.org")
        }
    }
}
