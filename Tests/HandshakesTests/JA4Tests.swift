import Net
import Testing

@testable import Handshakes

/// The examples are those of the specification (FoxIO, JA4: TLS Client Fingerprinting).
@Suite struct JA4Tests {
    private static let suites = [
        0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C,
        0x009D,
        0x002F, 0x0035,
    ]
    private static let extensions = [
        0x001B, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002D, 0x000D, 0x0005, 0x0023, 0x0012, 0x002B,
        0xFF01,
        0x000B, 0x000A, 0x0015,
    ]
    private static let algorithms = Hello.algorithms(
        0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)

    private static func example(_ algorithms: (Int, [UInt8])) -> Hello {
        Hello(
            suites: suites,
            extensions: extensions.map { number in
                switch number {
                case 0: Hello.serverName("example.org")
                case 13: algorithms
                case 16: Hello.protocols("h2", "http/1.1")
                case 43: Hello.versions(0x0304, 0x0303)
                default: (number, [])
                }
            })
    }

    private static func ja4(_ hello: Hello) -> String? {
        Words(.tls, client: records(hello.client)).client["ja4"]
    }

    @Test func theExampleOfTheSpecification() {
        #expect(Self.ja4(Self.example(Self.algorithms)) == "t13d1516h2_8daaf6152771_e5627efa2ab1")
    }

    @Test func withoutSignatureAlgorithms() {
        #expect(Self.ja4(Self.example((13, []))) == "t13d1516h2_8daaf6152771_6d807ffa2a79")
    }

    @Test func valuesForToleranceDoNotCount() {
        var hello = Self.example(
            Hello.algorithms(
                0x3A3A, 0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601))
        hello.suites.insert(0x0A0A, at: 0)
        hello.extensions.insert((0xFAFA, []), at: 0)
        hello.extensions.append((0x1A1A, [0]))
        for place in hello.extensions.indices where hello.extensions[place].number == 43 {
            hello.extensions[place] = Hello.versions(0x8A8A, 0x0304, 0x0303)
        }
        #expect(Self.ja4(hello) == "t13d1516h2_8daaf6152771_e5627efa2ab1")
    }

    @Test func nothingIsZeros() {
        #expect(Self.ja4(Hello(suites: [])) == "t12i000000_000000000000_000000000000")
        #expect(
            Self.ja4(Hello(suites: [], extensions: [(0x5A5A, [])])) == "t12i000000_000000000000_000000000000")
        // What is sorted is empty, though two were counted.
        let hello = Hello(suites: [], extensions: [Hello.serverName("a"), Hello.protocols("h2")])
        #expect(Self.ja4(hello) == "t12d0002h2_000000000000_000000000000")
    }

    @Test func moreThanTwoDigitsAreNinetyNine() {
        let hello = Hello(suites: Array(1...120), extensions: (100...220).map { ($0, []) })
        #expect(Self.ja4(hello)?.prefix(10) == "t12i999900")
    }

    @Test(
        arguments: [
            ([0x68, 0x32], "h2"), (Array("http/1.1".utf8), "h1"), ([0x78], "xx"), ([0xAB], "ab"),
            ([0xAB, 0xCD], "ad"),
            ([0x30, 0xAB], "3b"), ([0x30, 0x31, 0xAB, 0xCD], "3d"), ([0x30, 0xAB, 0xCD, 0x31], "01"),
            ([], "00"),
        ] as [([UInt8], String)])
    func theEndsOfTheFirstProtocol(_ name: [UInt8], _ expected: String) {
        #expect(
            Self.ja4(Hello(extensions: [Hello.protocols([name])]))?.dropFirst(8).prefix(2) == expected[...])
    }

    @Test(
        arguments: [
            (0x0300, [], "s3"), (0x0301, [], "10"), (0x0302, [], "11"), (0x0303, [], "12"),
            (0x0305, [], "00"),
            (0x0303, [0x0301, 0x0304, 0x0302], "13"), (0x0303, [0x2A2A], "12"), (0xFEFF, [], "d1"),
            (0xFEFD, [], "d2"), (0xFEFD, [0xFEFD, 0xFEFC], "d3"), (0xFEFD, [0xFEFC, 0xFEFF], "d3"),
        ] as [(Int, [Int], String)])
    func theVersionIsTheLatestOffered(_ version: Int, _ offered: [Int], _ expected: String) {
        let extensions = offered.isEmpty ? [] : [(43, counted(pairs(offered), by: 1))]
        let hello = Hello(version: version, extensions: extensions)
        #expect(Self.ja4(hello)?.dropFirst().prefix(2) == expected[...])
    }

    @Test func onlyAWholeHelloHasOne() {
        let client = records(Self.example(Self.algorithms).client)
        for end in 0..<client.count { #expect(Words(.tls, client: Array(client.prefix(end))).client.isEmpty) }
        var broken = Self.example(Self.algorithms)
        broken.extensions[15] = (0x0015, [])
        var body = broken.clientBody
        // The last extension says that it is longer than the hello.
        body[body.count - 1] = 9
        #expect(Words(.tls, client: records(message(1, body))).client.isEmpty)
    }

    @Test func aHelloMayHaveNoExtensions() {
        var body = Hello(version: 0x0301).clientBody
        body.removeLast(2)
        #expect(Words(.tls, client: records(message(1, body))).client["ja4"]?.prefix(11) == "t10i020000_")
    }
}
