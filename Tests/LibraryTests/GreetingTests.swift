import Matching
import Net
import Plugins
import Testing

/// Banners are of the server, whatever else it says.
@Suite("banners of greetings")
struct GreetingTests {
    private func banner(_ name: String, _ greeting: [UInt8]) throws -> String? {
        let place = try #require(CoreLibrary.index.protocols.firstIndex { $0.name == name })
        let extractor = FieldExtractor(
            index: CoreLibrary.index, scripts: ScriptHost(sources: CoreLibrary.library.sources))
        let fields = greeting.withBytes {
            extractor.fields(of: place, client: RawSpan(), server: $0).server
        }
        return fields.first { $0.name == "banner" }?.value
    }

    @Test(
        "a line full of one mark is read within the limit of steps",
        arguments: [
            ("irc", ":irc.example.org 451 * :"), ("smtp", "220 mx.example.org ESMTP "),
            ("lmtp", "220 mx.example.org LMTP "), ("ftp", "220 FTP "), ("pop3", "+OK POP3 "),
            ("imap", "* OK IMAP4 "), ("nntp", "200 NNTP "),
        ])
    func runs(name: String, start: String) throws {
        for mark in [" ", ",", ";", "(", ":", "-", "1 ", "a,", "x!", "from ", "12:12 ", "Jan "] {
            let line = start + String(repeating: mark, count: 1200 / mark.utf8.count) + "end\r\n"
            #expect(try banner(name, Array(line.utf8)) != nil, "\(mark)")
        }
    }

    /// What the core library tells of a server.
    private func told(_ name: String, asked: String = "", _ said: String) throws -> [String: String] {
        let place = try #require(CoreLibrary.index.protocols.firstIndex { $0.name == name })
        let extractor = FieldExtractor(
            index: CoreLibrary.index, scripts: ScriptHost(sources: CoreLibrary.library.sources))
        let fields = Array(asked.utf8).withBytes { asked in
            Array(said.utf8).withBytes { extractor.fields(of: place, client: asked, server: $0).server }
        }
        return Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    @Test("the characters that TinySSH draws for each session are none of the banner")
    func tinySSH() throws {
        let told = try told("ssh", "SSH-2.0-tinyssh_20240101 Kq3vZr8T\r\n")
        #expect(told["banner"] == "SSH-2.0-tinyssh_20240101")
        #expect(told["info"] == nil)
        #expect(told["version"] == "20240101")
        #expect(try self.told("ssh", "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3\r\n")["info"] == "Ubuntu-3")
    }

    @Test("an error names PostgreSQL only where it says what pools leave out")
    func postgreSQL() throws {
        let start = "E\0\0\0\u{40}SFATAL\0"
        #expect(try told("postgresql", start + "C08P01\0Mno such user\0\0")["product"] == nil)
        #expect(
            try told("postgresql", start + "VFATAL\0C28000\0Mno\0\0")["product"] == "PostgreSQL")
        let german = "E\0\0\0\u{40}SSCHWERWIEGEND\0VFATAL\0C28000\0Mnein\0\0"
        #expect(try told("postgresql", german)["product"] == "PostgreSQL")
        #expect(
            try told("postgresql", start + "C28000\0Mno\0Fauth.c\0L7\0Rauth_failed\0\0")["product"]
                == "PostgreSQL")
    }

    @Test("a proxy has the name of the server behind it only where it answers CONNECT itself")
    func proxies() throws {
        let answer = "HTTP/1.1 403 No\r\nServer: Long Name/1.2 (Linux)\r\n\r\n"
        let own = try told("http-proxy", asked: "CONNECT a.example:443 HTTP/1.1\r\n\r\n", answer)
        #expect(own["banner"] == "Long Name/1.2 (Linux)")
        #expect(own["product"] == "Long Name")
        #expect(own["version"] == "1.2")
        let passed = try told("http-proxy", asked: "GET http://a.example/ HTTP/1.1\r\n\r\n", answer)
        #expect(passed["banner"] == nil && passed["product"] == nil)
    }

    @Test("BitlBee names itself before anybody registers")
    func bitlBee() throws {
        let greeting = ":irc.example.org NOTICE * :BitlBee-IRCd initialized, please go on\r\n"
        #expect(try told("irc", greeting)["product"] == "BitlBee")
    }

    @Test("the time that FTP's first line begins with is none of the banner")
    func localTime() throws {
        let first = "220-Local time is now 09:12. Server port: 21.\r\n220 Files of the shop\r\n"
        let behind = "220-Files of the shop. Local time is now 09:12.\r\n220 Welcome\r\n"
        #expect(try banner("ftp", Array(first.utf8)) == "220-")
        #expect(try banner("ftp", Array(behind.utf8)) == "220-Files of the shop")
    }

    @Test(
        "whom MySQL turns away is none of the banner",
        arguments: [
            (
                "Host '192.0.2.7' is not allowed to connect to this MySQL server",
                "is not allowed to connect to this MySQL server"
            ),
            (
                "L'hôte '192.0.2.7' n'est pas autorisé à se connecter à ce serveur MySQL",
                "n'est pas autorisé à se connecter à ce serveur MySQL"
            ),
        ])
    func refusals(message: String, banner: String) throws {
        let packet = [UInt8(message.utf8.count + 3), 0, 0, 0, 0xFF, 0x6A, 4] + Array(message.utf8)
        #expect(try self.banner("mysql", packet) == banner)
    }
}
