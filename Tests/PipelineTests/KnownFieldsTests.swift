import Inventory
import Net
import Pipeline
import Testing

/// Fields are taken once from a conversation that is held again and again, and never from another one.
@Suite struct KnownFieldsTests {
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

    @Test func oneByteMakesAnotherConversation() {
        let sets = servers([
            talk(4000, software: "OpenSSH_9.6"), talk(4001, software: "OpenSSH_9.7"),
            talk(4002, software: "OpenSSH_9.6", client: "libssh3"),
        ])
        #expect(sets.map { $0?["software"] } == ["OpenSSH_9.6", "OpenSSH_9.7", "OpenSSH_9.6"])
        #expect(sets[0] !== sets[2])
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
        let numbers = (0..<9000).map { $0 % 6000 }
        let sets = servers(numbers.enumerated().map { talk(1024 + $0.offset, software: "v\($0.element)") })
        #expect(sets.map { $0?["software"] } == numbers.map { "v\($0)" })
    }
}
