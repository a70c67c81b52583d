import Matching
import Net
import Plugins
import SignatureImports
import Testing

/// Files in the format of nmap-service-probes, written for these tests.
@Suite struct NmapImportTests {
    private func result(_ text: String, _ known: Known = Known()) -> ImportResult {
        NmapImport.pack(of: Array(text.utf8), file: "probes", beside: known)
    }

    private let head = "Exclude T:9100-9107\n# comment\n\nProbe TCP NULL q||\ntotalwaitms 6000\n"

    @Test func aSmallFileAsAWhole() {
        let result = result(
            head + #"""
                match ftp m/^220 ExampleD ([\d._]+) \(([^)]+)\)\r\n/s p/ExampleD/ v/$SUBST(1,"_",".")/ i/on $2 {x}/ o/Linux/ cpe:/a:example:exampled:$1/a cpe:/o:linux:linux_kernel/
                softmatch ftp m|^220 .*ftp|i
                match ssh m=^SSH-2\.0-Quux_(\w+)= p=Quux=
                match wombat m|^WOMBAT ready ([\w.]+)\n$| p|Wombat server| v|$P(1)|

                Probe TCP GetRequest q|GET / HTTP/1.0\r\n\r\n|
                rarity 1
                ports 80-85,8000
                sslports 443
                fallback NULL
                match http m|^HTTP/1\.[01] \d\d\d .*\r\nServer: Zed/([\d.]+)\r\n|s p/Zed httpd/ v/$1/ h/$2/
                match upnp m|^HTTP/1\.0 200 OK\r\nX-Zed: 1\r\n| p/Zed/
                Probe UDP Ask q|\x01\x02ask-me-please|
                match pong m|^\x01.pong| i/answered $I(1,">")/
                match tiny m|^\x01pong.(..)|s i/answered $I(1,">")/
                """#)
        #expect(result.entries == 8)
        #expect(
            result.leftOut.map(\.description) == [
                #"probes:16: cannot be read: a template names a group that is not there, or is none: match http m|^HTTP/1\.[01] \d\d\d .*\r\nServer: Zed/([\d.]+)\r\n|s p/Zed httpd/  ..."#,
                #"probes:19: cannot be read: a template names a group that is not there, or is none: match pong m|^\x01.pong| i/answered $I(1,">")/"#,
            ])
        #expect(
            result.text("plugins/ftp.lua")
                == #"""
                extend "ftp" {
                  tcp { server = matches [[(?s)^220 ExampleD ([\d._]+) \(([^)]+)\)\r\n]], alone = "server", fallback = true },  -- line 6
                  tcp { server = all { bytes "32 32 30 20", matches [[(?i)^220 .*ftp]] }, alone = "server", fallback = true },  -- line 7
                  identify { server = [[(?s)^220 ExampleD ([\d._]+) \(([^)]+)\)\r\n]], gives = { product = "ExampleD", version = "{1:replace/_/./}", info = "on {2} {{x}", os = "Linux", cpe = "cpe:/a:example:exampled:{1:cpe} cpe:/o:linux:linux_kernel" } },  -- line 6
                }

                """#)
        #expect(
            result.text("plugins/ssh.lua") == #"""
                extend "ssh" {
                  identify { server = [[^SSH-2\.0-Quux_(\w+)]], gives = { product = "Quux" } },  -- line 8
                }

                """#)
        #expect(
            result.text("plugins/wombat.lua") == #"""
                protocol "wombat" {
                  title = "wombat", reference = "nmap-service-probes",
                  tcp { server = matches [[^WOMBAT ready ([\w.]+)\n$]], alone = "server", fallback = true },  -- line 9
                  identify { server = [[^WOMBAT ready ([\w.]+)\n$]], gives = { product = "Wombat server", version = "{1:printable}" } },  -- line 9
                  example { server = "WOMBAT ready 1\n" },
                }

                """#)
        #expect(
            result.text("plugins/http.lua")?.contains(#"gives = { product = "Zed", application = "upnp" }"#)
                == true)
        // Six bytes less two: only with the question that was asked.
        #expect(
            result.text("plugins/tiny.lua")?.contains(
                #"udp { client = starts "\x01\x02ask-me-please", server = matches [[(?s)^\x01pong.(..)]], fallback = true }"#
            )
                == true)
        #expect(result.text("plugins/tiny.lua")?.contains(#"info = "answered {1:number}""#) == true)
        #expect(result.newProtocols == ["tiny", "wombat"])
        #expect(result.library.problems == [])
    }

    @Test(arguments: [
        ("match", "no service is named"), ("match ftp", "there is no pattern such as m|^220 |"),
        ("match ftp q|a|", "there is no pattern such as m|^220 |"),
        ("match ftp m|a", "there is no pattern such as m|^220 |"),
        ("match ftp m|abcdef|x p/a/", "the pattern has a flag that is none of i and s"),
        ("match ftp m|abcdef| p/a", "p has no end"), ("match ftp m|abcdef| cpe:/a", "cpe: has no end"),
        ("match ftp m|abcdef| z/a/", "behind the pattern stand p, v, i, h, o, d and cpe: only"),
        ("match ftp m|abcdef| v/$SUBST(1)/", "a template names a group that is not there, or is none"),
        ("match ftp m|abcdef| v/$x/", "a template names a group that is not there, or is none"),
        ("match ftp m|(a| p/a/", "missing closing parenthesis at offset 2"),
        ("matchless", "directive is not known"),
        ("Probe TCP x", "directive Probe needs a string such as q|GET|"),
        ("Probe SPX x q|a|", "directive Probe needs TCP or UDP and a name"),
    ])
    func aBrokenLineIsNamedAndTheRestKept(line: String, why: String) {
        let result = result(head + line + "\nmatch ssh m|^SSH-2.0-Kept| p/Kept/\n")
        #expect(result.leftOut.map(\.line) == [6])
        #expect(result.leftOut.map(\.detail) == [why])
        #expect(result.text("plugins/ssh.lua")?.contains("Kept") == true)
        // A directive is no entry.
        #expect(result.expressed == 1)
    }

    @Test func aMatchBeforeEveryProbeIsNamed() {
        let result = result("match ssh m|^SSH-| p/x/\n")
        #expect(result.leftOut.map(\.detail) == ["it stands before the first Probe"])
    }

    @Test func whatIsTooGeneralIsListed() {
        let result = result(
            head
                + "match any m|^.| p/any/\nmatch odd m|^OK\\r\\n|\nmatch bind m|[a-z]+| i/x/\nsoftmatch ftp m|^220 |"
        )
        #expect(result.leftOut.map(\.reason) == [.weak, .weak, .weak, .weak])
        #expect(result.files.map(\.path) == ["pack.lua"])
    }

    @Test func examplesOfOthersAreNotTaken() {
        var known = Known()
        let line = head + "match banjo m|^220 banjo server ready| p/Banjo/\n"
        #expect(result(line, known).newProtocols == ["banjo"])
        known.conversations = [
            KnownConversation(
                protocolName: "ftp", isCounter: false, transport: nil, client: [],
                server: Array("220 banjo server ready\r\n".utf8))
        ]
        #expect(result(line, known).leftOut.map(\.reason) == [.weak])
    }

    @Test func namesStayApart() {
        var known = Known()
        let line =
            head + "match Banjo/2 m|^BANJO server ready| p/Banjo/\nmatch ssl/x2 m|^X2-server says| p/X/\n"
        #expect(result(line, known).newProtocols == ["2", "x2"])
        known.names.insert("x2")
        #expect(result(line, known).newProtocols == ["2"])
        #expect(result(line, known).extendedProtocols == ["x2"])
    }

    @Test func otherBytesAreWrittenAsEscapes() {
        let bytes =
            Array((head + "match ssh m|^SSH-2.0-").utf8) + [0xe9, 9, 0x5d, 0x5d] + Array("| p/x]]/\n".utf8)
        let result = NmapImport.pack(of: bytes, file: "probes", beside: Known())
        #expect(result.text("plugins/ssh.lua")?.contains(#"server = [=[^SSH-2.0-\xe9\x09]]]=]"#) == true)
        #expect(result.library.problems == [])
    }

    /// Many entries are shared out over files that each load.
    @Test func longListsAreCut() {
        let lines = (0..<950).map { "match koala m|^KOALA-\($0 + 1000) ready| p/Koala \($0)/\n" }.joined()
        let result = result(head + lines)
        #expect(result.files.map(\.path).count { $0.hasPrefix("plugins/koala-") } == 4)
        #expect(result.library.problems == [])
        #expect(result.library.definitions.first { $0.name == "koala" }?.identifications.count == 950)
    }

    @Test func theSameFileGivesTheSamePack() {
        let text =
            head + "match ssh m|^SSH-a| p/a/\nmatch b m|^BANJO ready| p/b/\nmatch c m|^CELLO ready| p/c/\n"
        let (first, second) = (result(text), result(text))
        #expect(first.files.map(\.path) == second.files.map(\.path))
        #expect(first.files.map(\.text) == second.files.map(\.text))
    }

    /// Lines put together by chance: nothing traps, every line is expressed or listed, and what is written loads.
    @Test func randomLines() {
        var generator = SeededGenerator(seed: 21)
        let parts = [
            "match", "softmatch", "Probe", "TCP", "UDP", "NULL", " ", " ", " ", "ftp", "new", "m|", "|", "m/",
            "/", "q|",
            "^220 ", "(", ")", "[", "]", "\\x", "\\", "p/", "v/", "$1", "$SUBST(1,\"a\",\"b\")", "$I(",
            "cpe:", "{", "}",
            "ABCDEFGHIJ", "\u{e9}", "\0", "]]", "]=]", "--", "\"", "'", "s", "i", "+", "*", "?", "#", "\t",
            "\r",
        ]
        for round in 0..<300 {
            var text = "Probe TCP NULL q||\n"
            for _ in 0..<20 {
                if Bool.random(using: &generator) { text += "match new m|^ABCDEFGH" }
                for _ in 0..<Int.random(in: 0...14, using: &generator) {
                    text += parts.randomElement(using: &generator) ?? ""
                }
                text += "\n"
            }
            let result = result(text)
            #expect(result.expressed >= 0 && result.expressed <= result.entries, "round \(round)")
            #expect(result.library.problems.filter { $0.severity == .error } == [], "round \(round)")
        }
    }
}

/// Numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
