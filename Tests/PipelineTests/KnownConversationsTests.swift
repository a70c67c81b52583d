import Inventory
import Matching
import Net
import Pipeline
import Testing
import Wire

/// What is held again and again is decided once, and its fields are taken once; never those of another conversation.
@Suite struct KnownConversationsTests {
    private func servers(_ talks: [Talk]) -> [FieldSet?] {
        run(talks.flatMap { $0.frames() }).observations.compactMap { observation in
            if case .recognised(let recognition) = observation.event { recognition.serverFields } else { nil }
        }
    }

    private func talk(_ client: Int, software: String, client words: String = "libssh2") -> Talk {
        Talk.whole(
            "10.0.0.1:\(client)", "10.0.0.2:22",
            [(.server, "SSH-2.0-\(software)\r\n"), (.client, "SSH-2.0-\(words)\r\n")])
    }

    @Test func flowsThatSayTheSameShareTheirFields() {
        let sets = servers((4000..<4010).map { talk($0, software: "OpenSSH_9.6") })
        #expect(sets.count == 10)
        #expect(sets.allSatisfy { $0 != nil && $0 === sets[0] })
        #expect(sets[0]?["software"] == "OpenSSH_9.6")
    }

    @Test func whatIsKnownIsNotEvaluatedAgain() throws {
        let ssh = try #require(Library.index.protocols.firstIndex { $0.name == "ssh" })
        func candidates(_ softwares: [String]) -> Int {
            let talks = softwares.enumerated().map { talk(4000 + $0.offset, software: $0.element) }
            return run(talks.flatMap { $0.frames() }).candidates[ssh]
        }
        let one = candidates(["a"])
        #expect(one > 0)
        #expect(candidates(["a", "a", "a"]) == one)
        #expect(candidates(["a", "b", "c"]) == 3 * one)
    }

    @Test func oneByteMakesAnotherConversation() {
        let sets = servers([
            talk(4000, software: "OpenSSH_9.6"), talk(4001, software: "OpenSSH_9.7"),
            talk(4002, software: "OpenSSH_9.6", client: "libssh3"),
        ])
        #expect(sets.map { $0?["software"] } == ["OpenSSH_9.6", "OpenSSH_9.7", "OpenSSH_9.6"])
        #expect(sets[0] !== sets[2])
    }

    /// No byte is left out, wherever it stands and however long what was said is.
    @Test func everyByteCounts() {
        var softwares: [String] = []
        for length in 1...40 {
            let plain = Array(repeating: "a", count: length)
            softwares.append(plain.joined())
            for place in 0..<length {
                var changed = plain
                changed[place] = "b"
                softwares.append(changed.joined())
            }
        }
        // The second time they are known, but for those who had no place.
        let said = softwares + softwares
        let sets = servers(said.enumerated().map { talk(1024 + $0.offset, software: $0.element) })
        #expect(sets.map { $0?["software"] } == said)
        let shared = softwares.indices.count { sets[$0] === sets[$0 + softwares.count] }
        #expect(shared > softwares.count * 9 / 10)
    }

    /// Where the client's bytes end and the server's begin counts too.
    @Test func theSpeakersAreToldApart() {
        let sets = servers([
            Talk.whole(
                "10.0.0.1:4000", "10.0.0.2:22", [(.client, "SSH-2.0-a\r\n"), (.server, "SSH-2.0-bb\r\n")]),
            Talk.whole(
                "10.0.0.1:4001", "10.0.0.2:22", [(.client, "SSH-2.0-bb\r\n"), (.server, "SSH-2.0-a\r\n")]),
        ])
        #expect(sets.map { $0?["software"] } == ["bb", "a"])
    }

    @Test func manyConversationsMakeRoomForEachOther() {
        let numbers = (0..<24_000).map { $0 % 18_000 }
        let sets = servers(numbers.enumerated().map { talk(1024 + $0.offset, software: "v\($0.element)") })
        #expect(sets.map { $0?["software"] } == numbers.map { "v\($0)" })
    }

    /// The same words by a server at the other end, and by speakers whose handshake was not seen.
    @Test func whoServesIsFoundOutEachTime() {
        let words: [(Talk.Side, String)] = [(.server, "SSH-2.0-a\r\n"), (.client, "SSH-2.0-b\r\n")]
        let ends = [("10.0.0.1", "10.0.0.2:22"), ("10.0.0.2", "10.0.0.1:22")]
        let talks = (0..<3).flatMap { round in
            ends.map { client, server in
                Talk.whole("\(client):\(4000 + round)", server, words).rearranged { segments in
                    round < 2 ? segments : segments.filter { !$0.flags.contains(.syn) }
                }
            }
        }
        let found = run(talks.flatMap { $0.frames() }).observations.compactMap { observation in
            if case .recognised(let recognition) = observation.event { recognition } else { nil }
        }
        #expect(found.map { "\($0.server.address)" } == (0..<6).map { $0 % 2 == 0 ? "10.0.0.2" : "10.0.0.1" })
        #expect(found.allSatisfy { $0.serverFields?["software"] == "a" })
    }
}
