import Matching
import Net
import Testing

/// Who says what, who is known to be the client, and what becomes of it.
struct Conversation: Sendable, CustomTestStringConvertible {
    var first: String
    var second: String
    var roles = Roles.firstIsClient
    var isFinal = false
    var expected: String

    init(
        _ first: String, _ second: String, _ roles: Roles = .firstIsClient, final: Bool = false,
        is expected: String
    ) {
        (self.first, self.second, self.roles, isFinal, self.expected) = (
            first, second, roles, final, expected
        )
    }

    var testDescription: String { "\(first)|\(second) \(roles) \(isFinal)" }
}

@Suite struct RecogniserTests {
    /// p0: HTTP, the server enough alone; p1: SSH, both say the same; p2: one that asks nothing of its client;
    /// p3: one that asks nothing of its server; p4: lines.
    private static func services(_ transport: TransportProtocol = .tcp) throws -> SignatureIndex {
        try library([
            signature(transport, client: starts("GET "), server: starts("HTTP/1."), alone: [.server]),
            signature(transport, either: starts("SSH-"), alone: [.client, .server]),
            signature(transport, server: starts("RFB 00")),
            signature(transport, client: starts("BitTorrent")),
            signature(transport, client: command("LATE"), server: .reply([220])),
        ])
    }

    static let conversations = [
        Conversation("GET / HTTP/1.1", "HTTP/1.1 200 OK", is: "p0 first certain"),
        Conversation("HTTP/1.1 200 OK", "GET / HTTP/1.1", .secondIsClient, is: "p0 second certain"),
        Conversation("HTTP/1.1 200 OK", "GET / HTTP/1.1", .firstIsClient, is: "undecided"),
        Conversation("HTTP/1.1 200 OK", "GET / HTTP/1.1", .firstIsClient, final: true, is: "none"),
        Conversation("HTTP/1.1 200 OK", "GET / HTTP/1.1", .firstSpokeFirst, is: "p0 second certain"),
        Conversation("GET / HTTP/1.1", "HTTP/1.1 200 OK", .secondSpokeFirst, is: "p0 first certain"),
        // One side alone: only at the end, only where the signature says so, and only likely.
        Conversation("", "HTTP/1.1 200 OK", is: "undecided"),
        Conversation("", "HTTP/1.1 200 OK", final: true, is: "p0 first likely"),
        Conversation("HTTP/1.1 200 OK", "", final: true, is: "none"),
        Conversation("HTTP/1.1 200 OK", "", .firstSpokeFirst, final: true, is: "p0 second likely"),
        Conversation("GET / HTTP/1.1", "", final: true, is: "none"),
        Conversation("", "", final: true, is: "none"),
        // What both say tells nothing of their roles.
        Conversation("SSH-2.0-a", "SSH-2.0-b", .secondIsClient, is: "p1 second certain"),
        Conversation("SSH-2.0-a", "SSH-2.0-b", .firstSpokeFirst, is: "p1 first certain"),
        Conversation("SSH-2.0-a", "SSH-2.0-b", .secondSpokeFirst, is: "p1 second certain"),
        Conversation("SSH-2.0-a", "", .secondIsClient, final: true, is: "p1 second likely"),
        // A speaker of whom nothing is asked must be heard nevertheless.
        Conversation("anything", "RFB 003.008\n", is: "p2 first certain"),
        Conversation("", "RFB 003.008\n", final: true, is: "none"),
        Conversation("BitTorrent protocol", "anything", is: "p3 first certain"),
        Conversation("BitTorrent protocol", "", final: true, is: "none"),
        // Whose client is who both claim to be? The one that spoke first, whatever view it is.
        Conversation("RFB 003.008\n", "RFB 003.008\n", .firstSpokeFirst, is: "p2 first certain"),
        Conversation("RFB 003.008\n", "RFB 003.008\n", .secondSpokeFirst, is: "p2 second certain"),
        // More bytes are asked for while they could help.
        Conversation("SSH", "SSH-2.0-b", is: "undecided"), Conversation("SS", "S", is: "undecided"),
        Conversation("GET / HTTP/1.1", "HT", is: "undecided"),
        Conversation("GET / HTTP/1.1", "HT", final: true, is: "none"),
        Conversation("B", "x", is: "undecided"), Conversation("B", "x", final: true, is: "none"),
        // Lines may come later.
        Conversation("hello\r\nlate x\r\n", "220 y\r\n", is: "p4 first certain"),
        Conversation("hello\r\n", "220 y\r\n", is: "undecided"),
    ]

    @Test(arguments: conversations)
    func bothSpeakersDecide(_ conversation: Conversation) throws {
        var recogniser = Recogniser(index: try Self.services(), scripts: Scripts())
        let (first, second, roles) = (conversation.first, conversation.second, conversation.roles)
        let words = recogniser.words(first, second, roles, isFinal: conversation.isFinal)
        #expect(words == conversation.expected)
        let mirrored = recogniser.words(second, first, roles.mirrored, isFinal: conversation.isFinal)
        let exchanged = conversation.expected.split(separator: " ").map {
            $0 == "first" ? "second" : $0 == "second" ? "first" : String($0)
        }
        #expect(mirrored == exchanged.joined(separator: " "), "the order of the views must not matter")
    }

    @Test(arguments: [
        ("GET / HTTP/1.1", "HTTP/1.1 200", "p0 first certain"), ("GET / HTTP/1.1", "HT", "none"),
        ("x", "y", "none"),
        ("hello\r\nlate x", "220 y", "p4 first certain"),
    ])
    func aDatagramIsWhole(_ first: String, _ second: String, _ expected: String) throws {
        for transport in [TransportProtocol.udp, .sctp] {
            var recogniser = Recogniser(index: try Self.services(transport), scripts: Scripts())
            #expect(recogniser.words(first, second, .firstIsClient, transport) == expected)
            #expect(recogniser.words(first, second, .firstIsClient, isFinal: true, .tcp) == "none")
        }
    }

    @Test func whereNothingCanFitAnyMoreTheAnswerIsNone() throws {
        let index = try library([
            signature(client: starts("GET "), server: starts("HTTP/1.")), signature(either: starts("SSH-")),
        ])
        var recogniser = Recogniser(index: index, scripts: Scripts())
        #expect(recogniser.words("xyz", "xyz") == "none")
        #expect(recogniser.words("GET ", "xyz") == "none")
        #expect(recogniser.words("SSH-", "x") == "none")
        #expect(recogniser.words("S", "x") == "undecided")
    }

    @Test func theMoreSpecificSignatureWinsThenTheFirst() throws {
        let short = signature(client: starts("AB"))
        let long = signature(client: starts("ABCD"))
        for (signatures, winner) in [
            ([short, long], 1), ([long, short], 0), ([long, long], 0), ([short, long, long], 1),
            // What the server says outranks what asks nothing of it.
            ([signature(server: starts("ZZ")), long], 0), ([long, signature(server: starts("ZZ"))], 1),
            ([signature(server: line("ZZ")), signature(client: line("ABCD"))], 0),
            ([signature(client: line("ABCD")), signature(server: line("ZZ"))], 1),
            ([signature(server: contains("ZZ")), signature(client: contains("ABCD"))], 0),
        ] {
            var recogniser = Recogniser(index: try library(signatures), scripts: Scripts())
            for prefix in ["", "x\n"] where prefix.isEmpty || signatures.contains(where: { $0.isLineBased }) {
                let (first, second) = (prefix + "ABCDEF", prefix + "ZZZZ")
                #expect(recogniser.words(first, second) == "p\(winner) first certain")
                #expect(recogniser.words(second, first, .secondIsClient) == "p\(winner) second certain")
            }
        }
    }

    @Test func anAnswerThatHasOnlyBegunMayTellWhatTheClientDoesNot() throws {
        let answer = Matcher.all([starts("HTTP/1."), contains("\n\n")])
        let index = try library([signature(client: starts("PROXY ")), signature(server: answer)])
        var recogniser = Recogniser(index: index, scripts: Scripts())
        #expect(recogniser.words("PROXY x", "HTTP/1.1 200\n") == "undecided")
        #expect(recogniser.words("PROXY x", "HTTP/1.1 200\n\n") == "p1 first certain")
        #expect(recogniser.words("PROXY x", "HTTP/1.1 200\n", isFinal: true) == "p0 first certain")
        #expect(recogniser.words("PROXY x", "220 y") == "p0 first certain")
    }

    @Test(arguments: [
        (CheckOutcome.holds, "p0 first certain", "p0 first certain"), (.fails, "none", "none"),
        (.more, "undecided", "none"), (.broken, "none", "none"),
    ])
    func aCheckHasTheLastWord(_ answer: CheckOutcome, _ open: String, _ final: String) throws {
        let scripts = Scripts()
        scripts.answer = answer
        let index = try library([signature(client: starts("ABCD"), check: true)])
        var recogniser = Recogniser(index: index, scripts: scripts)
        #expect(recogniser.words("ABX", "y") == "none")
        #expect(recogniser.words("ABC", "y") == "undecided")
        #expect(scripts.asked == 0, "only candidates are worth a call")
        #expect(recogniser.words("ABCDE", "y") == open)
        #expect(recogniser.words("ABCDE", "y", isFinal: true) == final)
        #expect(scripts.asked == 2)
    }

    @Test func theEvidenceIsTheServersWhereItWasAskedFor() throws {
        var recogniser = Recogniser(index: try Self.services(), scripts: Scripts())
        func verdict(_ decision: Decision) -> Verdict? {
            if case .verdict(let verdict) = decision { verdict } else { nil }
        }
        let late = verdict(
            Array("hello\r\nlate x\r\n".utf8).withBytes { client in
                Array("x\n220 y\r\n".utf8).withBytes { server in
                    recogniser.decide(
                        .tcp, first: client, second: server, roles: .firstIsClient, isFinal: false)
                }
            })
        #expect(late?.evidenceIsServer == true)
        #expect(late?.evidenceOffset == 2)
        let torrent = verdict(
            Array("BitTorrent".utf8).withBytes { client in
                Array("y".utf8).withBytes { server in
                    recogniser.decide(
                        .tcp, first: client, second: server, roles: .firstIsClient, isFinal: false)
                }
            })
        #expect(torrent?.evidenceIsServer == false)
        #expect(torrent?.evidenceOffset == 0)
    }

    @Test func thousandsOfSignaturesAreToldApart() throws {
        let signatures = (0..<3000).map { number in
            signature(client: starts("HELLO-\(number)\r"), server: starts("WELCOME-\(number)\r"))
        }
        var recogniser = Recogniser(index: try library(signatures), scripts: Scripts())
        for number in stride(from: 0, to: 3000, by: 11) {
            let (client, server) = ("HELLO-\(number)\r\n", "WELCOME-\(number)\r\n")
            #expect(recogniser.words(client, server) == "p\(number) first certain")
            #expect(recogniser.words(client, "WELCOME-\(number + 1)\r\n", isFinal: true) == "none")
            #expect(recogniser.words(client, "WEL") == "undecided")
        }
    }
}

extension SignatureDefinition {
    fileprivate var isLineBased: Bool {
        if case .line = client ?? server { true } else { false }
    }
}
