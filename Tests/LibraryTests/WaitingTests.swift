import Matching
import Net
import Testing

/// Servers that say something before they choose are listened to until they do, or no longer speak.
@Suite("what comes before a server's choice")
struct WaitingTests {
    /// The name that a conversation gets by what was said so far.
    private func name(
        _ transport: TransportProtocol, _ client: [UInt8], _ server: [UInt8], isOver: Bool = false
    ) -> String? {
        var recogniser = CoreLibrary.recogniser()
        return client.withBytes { client in
            server.withBytes { server in
                let decision = recogniser.decide(
                    transport, first: client, second: server, roles: .firstSpokeFirst, isFinal: isOver)
                guard case .verdict(let verdict) = decision else { return nil }
                return CoreLibrary.index.protocols[Int(verdict.protocolIndex)].name
            }
        }
    }

    @Test("TLS warns that a name is unknown, and its hello follows")
    func warning() throws {
        let hello = try #require(
            CoreLibrary.conversations.first {
                $0.name == "tls" && $0.client.first == 0x16 && $0.server.first == 0x16
            })
        let (warning, fatal): ([UInt8], [UInt8]) = ([21, 3, 3, 0, 2, 1, 112], [21, 3, 3, 0, 2, 2, 40])
        #expect(name(.tcp, hello.client, warning) == nil)
        #expect(name(.tcp, hello.client, warning + hello.server) == "tls")
        #expect(name(.tcp, hello.client, warning, isOver: true) == "tls")
        #expect(name(.tcp, hello.client, fatal) == "tls")
        // More may come, each on its own, and not whole.
        for count in 2...4 {
            let warnings = Array(repeatElement(warning, count: count).joined())
            #expect(name(.tcp, hello.client, warnings) == nil, "\(count)")
            #expect(name(.tcp, hello.client, Array(warnings.dropLast(3))) == nil, "\(count)")
            #expect(name(.tcp, hello.client, warnings + hello.server) == "tls", "\(count)")
            #expect(name(.tcp, hello.client, warnings, isOver: true) == "tls", "\(count)")
        }
    }

    /// RFC 4253 section 4.2: a server may send other lines before it names itself.
    @Test(
        "SSH servers may greet as others do",
        arguments: [
            "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n", "220 mail.example.org ESMTP\r\n",
            "220 FTP server ready\r\n", "+OK POP3 ready\r\n", "* OK IMAP4rev1 ready\r\n",
        ])
    func greeting(words: String) {
        let (client, server) = (Array("SSH-2.0-OpenSSH_9.6\r\n".utf8), Array(words.utf8))
        #expect(name(.tcp, client, server) == nil)
        #expect(name(.tcp, client, server + client) == "ssh")
        // Nothing follows: it is what it says.
        #expect(![nil, "ssh"].contains(name(.tcp, client, server, isOver: true)))
    }

    @Test("DTLS asks for a cookie, and its hello follows")
    func cookie() throws {
        let asked = try #require(
            CoreLibrary.conversations.first { $0.name == "dtls" && !$0.client.isEmpty && !$0.server.isEmpty })
        let hello: [UInt8] = [
            22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 1, 0, 14, 2, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, 0xFE, 0xFD,
        ]
        #expect(name(.udp, asked.client, asked.server) == nil)
        #expect(name(.udp, asked.client, asked.server, isOver: true) == "dtls")
        #expect(name(.udp, asked.client, hello) == "dtls")
    }
}
