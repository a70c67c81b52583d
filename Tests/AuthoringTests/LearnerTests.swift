import Authoring
import Net
import Plugins
import Testing

/// What is learned from flows of a protocol that nobody knows.
@Suite struct LearnerTests {
    private static func proposal(
        _ transport: TransportProtocol, _ said: [(client: [UInt8], server: [UInt8])]
    ) throws -> Proposal {
        let flows = said.map { client, server in
            LearnedFlow(Conversation(transport, client: client, server: server), port: 7117, known: nil)
        }
        let workshop = try Workshop(sources: [])
        let learner = try #require(Learner(workshop, name: "zorp", flows: flows, others: []))
        return try #require(try learner.proposal())
    }

    /// A mark with a number in front says little: the words behind it, which all say, are asked for too.
    @Test func constantWordsBehindANumberAreAskedFor() throws {
        let proposal = try Self.proposal(
            .tcp,
            [4, 17, 230, 3, 9911, 82].enumerated().map { place, number in
                (
                    Array("ask \(number)\r\n".utf8),
                    Array("<\(number)> GREETINGS from zorp v\(place).1\r\n".utf8)
                )
            })
        let server = try #require(proposal.server?.pluginText)
        #expect(server.contains("GREETINGS"), "\(server)")
    }

    /// With zeros behind it, a short number in network order is a long little-endian one too.
    @Test func aLengthInNetworkOrderComesFirst() throws {
        let proposal = try Self.proposal(
            .udp,
            [9, 12, 31, 20, 17, 44].map { count in
                let rest = [0, 0, 0] + (0..<count).map { UInt8(truncatingIfNeeded: ($0 + 1) * 37 * count) }
                return ([0xa5, 0x5a, 0, UInt8(rest.count)] + rest, [])
            })
        let client = try #require(proposal.client?.pluginText)
        #expect(client.contains("sized(2, 2, 4)"), "\(client)")
    }

    @Test func aByteOrderMarkIsNoRecord() throws {
        let expectation = try RecordExpectation("\u{feff}{\"type\":\"service\"}\n")
        #expect(expectation.count == 1)
    }

    @Test func oneFlowIsOne() throws {
        let proposal = try Self.proposal(
            .tcp, [(Array("HELLO zorp\r\n".utf8), Array("WELCOME to zorp\r\n".utf8))])
        let words = proposal.reasons.map(\.text) + [proposal.sureness.why, PluginWriter(proposal).text()]
        #expect(!words.contains { $0.contains("1 flows") }, "\(words)")
    }
}
