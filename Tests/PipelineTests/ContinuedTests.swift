import Inventory
import Net
import Pipeline
import Testing

/// A client of QUIC whose hello is longer than a datagram goes on in the next ones before anybody answers.
@Suite struct ContinuedTests {
    private static let server = endpoint("10.0.0.2:443")

    /// A hello that asks for example.org, in two Initial packets of version 1 (RFC 9001 section 5).
    private static let begin = hex(
        """
        c8000000010801020304050607080000403e3a3fb51aeb2c779aeb2656b8fe3bb913a53e137fd64b1aee90ede886b3b5
        291c44d9a7fa8c80fae457518db6d58c02cd2963fa8a89bf97f5652b5cb78b1f
        """)
    private static let rest = hex(
        """
        cd0000000108010203040506070800004038b51d88df1cf9079268ee380f7fac4c52cff4ddae46297cd765aea307a2ee
        612a5c5c82c071a2380d5e3862f96a18d7d9ee12ae88f5313770
        """)
    private static let early = hex(
        "d0000000010801020304050607080014a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5")
    private static let answer = hex("c1000000010008a1a2a3a4a5a6a7a80004 01020304")
    /// One that belongs to another connection.
    private static let other = [UInt8](rest[..<6]) + [9] + rest[7...]

    private static func hex(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The names that clients asked for, a flow each, whose datagrams are answered at last.
    private func names(_ flows: [[[UInt8]]]) -> [String?] {
        let frames = flows.enumerated().flatMap { number, said in
            let client = endpoint("10.0.0.1:\(4000 + number)")
            return (said + [Self.answer]).map { words in
                let isAnswer = words == Self.answer
                return Captured(
                    1, datagram(isAnswer ? Self.server : client, isAnswer ? client : Self.server, words))
            }
        }
        return run(frames).observations.compactMap { observation -> String?? in
            guard case .recognised(let recognition) = observation.event else { return nil }
            return .some(recognition.serverFields?["sni"])
        }
    }

    @Test func aHelloInTwoDatagrams() {
        #expect(names([[Self.begin, Self.rest]]) == ["example.org"])
        #expect(names([[Self.rest, Self.begin]]) == ["example.org"])
        #expect(names([[Self.begin]]) == [nil])
    }

    @Test func earlyDataMayComeFirst() {
        #expect(names([[Self.early, Self.early, Self.begin, Self.early, Self.rest]]) == ["example.org"])
        #expect(names([[Self.early, Self.begin + Self.rest]]) == ["example.org"])
    }

    @Test func onlyTheSameConnectionGoesOn() {
        #expect(names([[Self.begin, Self.other]]) == [nil])
        #expect(names([[Self.begin, Self.other, dnsQuery, [], [0xC0], Self.rest]]) == ["example.org"])
    }

    /// What follows the first datagram belongs to its own flow alone.
    @Test func flowsThatBeginAlikeMayGoOnOtherwise() {
        #expect(
            names([[Self.begin, Self.rest], [Self.begin], [Self.begin, Self.rest]])
                == ["example.org", nil, "example.org"])
        #expect(names([[Self.begin], [Self.begin, Self.rest]]) == [nil, "example.org"])
    }

    @Test func whatFollowsIsBounded() {
        let long = Self.rest + [UInt8](repeating: 0, count: 1100)
        #expect(names([[Self.begin] + Array(repeating: long, count: 20)]) == ["example.org"])
        let far = Self.begin + [UInt8](repeating: 0, count: 1900)
        #expect(names([[far] + Array(repeating: far, count: 3) + [Self.rest]]).count == 1)
    }

    @Test(arguments: [1, 2, 3])
    func theResultDoesNotDependOnTheWorkers(_ workers: Int) throws {
        let frames = (0..<40).flatMap { number -> [Captured] in
            let client = endpoint("10.0.0.\(number + 1):4000")
            let said = number.isMultiple(of: 2) ? [Self.begin, Self.rest] : [Self.begin]
            return said.map { Captured(1, datagram(client, Self.server, $0)) }
                + [Captured(2, datagram(Self.server, client, Self.answer))]
        }
        #expect(try run(frames, workers: workers).lines.sorted() == run(frames).lines.sorted())
    }
}
