import Matching
import Plugins
import Testing

/// Every mistake of a protocol, with the line and text it is reported with.
@Suite struct PluginErrorTests {
    @Test(arguments: [
        (
            #"  tcp {\#n client = starts "a",\#n clinet = starts "b" },"#,
            "5: tcp has no field 'clinet' (did you mean 'client'?)"
        ),
        (
            #"  ports = { "22/tcp",\#n  "22/tpc" }, tcp { client = starts "a" },"#,
            "4: '22/tpc' is not a port; write it like 22/tcp"
        ),
        (#"  tcp { client = "a" },"#, #"3: client needs a matcher: write starts "a""#),
        (#"  tcp { client = 5 },"#, #"3: client needs a matcher such as starts "...", not a number"#),
        (#"  tcp { client = tcp { } },"#, #"3: client needs a matcher such as starts "...", not tcp"#),
        (#"  tcp { },"#, "3: tcp needs client, server or either"),
        (#"  tcp "a","#, "3: tcp needs a table: tcp { ... }"),
        (#"  tcp = { },"#, "3: protocol has no field 'tcp'; write tcp { ... } without ="),
        (#"  tcp { starts "a" },"#, "3: tcp takes named values only, not starts without a name"),
        (
            #"  tcp { client = starts "a", either = starts "b" },"#,
            "3: either speaks for both: leave out client and server"
        ),
        (
            #"  tcp { client = starts "a", alone = "server" },"#,
            "3: alone says that the server is enough, but nothing is asked of the server"
        ),
        (
            #"  tcp { client = starts "a", alone = "both" },"#,
            "3: alone is one of client, server, either, not 'both'"
        ),
        (
            #"  tcp { client = starts "a", check = true },"#,
            "3: check must be a function: check = function(m) ... end, not true or false"
        ),
        (
            #"  tcp { client = bytes "16 0g" },"#,
            "3: bytes takes pairs of hexadecimal digits, ? for any digit, and ranges or lists like [41-5a,5f]; '0g' is none"
        ),
        (
            #"  tcp { client = bytes "16 0" },"#,
            "3: bytes takes pairs of hexadecimal digits, ? for any digit, and ranges or lists like [41-5a,5f]; '0' is none"
        ),
        (
            #"  tcp { client = seq { enter "3" } },"#,
            "3: enter takes pairs of hexadecimal digits, ? for any digit, and ranges or lists like [41-5a,5f]; '3' is none"
        ),
        (
            #"  tcp { client = seq { enter "30 31" } },"#,
            #"3: enter is written enter "30": the element's tag, one byte"#
        ),
        (#"  tcp { client = bytes "?? ??" },"#, "3: bytes needs at least one digit that is not ?"),
        (#"  tcp { client = starts "" },"#, #"3: starts is written starts "...""#),
        (#"  tcp { client = starts() },"#, #"3: starts is written starts "...""#),
        (
            #"  tcp { client = command { "A B" } },"#,
            #"3: command is written command { "USER", "AUTH" }, each a word without spaces"#
        ),
        (
            #"  tcp { client = reply { 22 } },"#,
            "3: reply is written reply { 220, 120 }, each a number of three digits"
        ),
        (#"  tcp { client = length(9, 8) },"#, "3: length is written length(8) or length(8, 64), in bytes"),
        (
            #"  tcp { client = at("a") },"#,
            #"3: at is written at(4, starts "..."), the offset counted from 0"#
        ),
        (#"  tcp { client = at(4, "a") },"#, #"3: at needs a matcher: write starts "a""#),
        (#"  tcp { client = any { } },"#, #"3: any is written any { starts "...", starts "..." }"#),
        (#"  tcp { client = any { "a" } },"#, #"3: any needs a matcher: write starts "a""#),
        (
            #"  tcp { client = matches [[a(b]] },"#,
            "3: this is no PCRE2 pattern: missing closing parenthesis at offset 3"
        ),
        (#"  title = 5, tcp { client = starts "a" },"#, "3: title must be a string, not a number"),
        (
            #"  ports = 22, tcp { client = starts "a" },"#,
            "3: ports must be a port like \"22/tcp\" or a list of them, not a number"
        ),
        (
            #"  ports = "90-80/tcp", tcp { client = starts "a" },"#,
            "3: '90-80/tcp' is not a port; write it from low to high: 80-90/tcp"
        ),
        (
            #"  ports = "0/tcp", tcp { client = starts "a" },"#,
            "3: '0/tcp' is not a port; ports begin with 1"
        ),
        (
            "  ports = { \((1...1025).map { "'\($0)/tcp'," }.joined()) }, tcp { client = starts 'a' },",
            "3: ports lists 1025 ports and ranges, 1024 at most: write neighbours as one, like 6000-6063/tcp"
        ),
        (
            #"  dynamic = "yes", tcp { client = starts "a" },"#,
            "3: dynamic must be true or false, not a string"
        ),
        (
            #"  tunnel = "vxlam", tcp { client = starts "a" },"#,
            "3: tunnel is one of vxlan, geneve, gtp, teredo, not 'vxlam' (did you mean 'vxlan'?)"
        ),
        (
            #"  fields { server = [[^a]] }, tcp { client = starts "a" },"#,
            "3: this pattern gives no field: it needs a named group such as (?<version>...)"
        ),
        (
            #"  fields { server = 5 }, tcp { client = starts "a" },"#,
            "3: server must be a pattern [[...]] or a function, not a number"
        ),
        (
            #"  fields { sever = [[^a]] }, tcp { client = starts "a" },"#,
            "3: fields has no field 'sever' (did you mean 'server'?)"
        ),
        (
            #"  expect_flow { server = "227 ", notation = "fpt", as = "d" }, tcp { client = starts "a" },"#,
            "3: notation is one of ftp, extended, sender, not 'fpt' (did you mean 'ftp'?)"
        ),
        (
            #"  expect_flow { notation = "ftp", as = "d" }, tcp { client = starts "a" },"#,
            #"3: expect_flow needs how the line begins: either client = "..." or server = "...""#
        ),
        (
            #"  expect_flow { after = "tls", as = "d" }, tcp { client = starts "a" },"#,
            #"3: expect_flow { after = "tls" } needs upgrade "tls" {} in the same protocol"#
        ),
        (
            #"  upgrade "tls" {}, expect_flow { after = "tls", client = "a", as = "d" }, tcp { client = starts "a" },"#,
            "3: expect_flow takes no client with after: the lines cannot be read then"
        ),
        (
            #"  upgrade "tls" {}, expect_flow { after = "tls" }, tcp { client = starts "a" },"#,
            #"3: expect_flow needs the protocol to come: as = "ftp-data""#
        ),
        (
            #"  probe { sned = "a" }, tcp { client = starts "a" },"#,
            "3: probe has no field 'sned' (did you mean 'send'?)"
        ),
        (
            #"  probe { home = true }, tcp { client = starts "a" },"#,
            #"3: probe needs what to say, at most 4,096 bytes: probe { send = "INFO\r\n" }"#
        ),
        (
            #"  probe { silent = true, send = "a" }, tcp { client = starts "a" },"#,
            "3: where nothing is said there is nothing else to say: leave the rest out"
        ),
        (
            #"  probe { send = "a", after = "the server" }, tcp { client = starts "a" },"#,
            #"3: after is "server" or a protocol's name, not 'the server'"#
        ),
        (
            #"  probe { send = "a", transport = "sctp" }, tcp { client = starts "a" },"#,
            "3: a probe is sent over tcp or udp"
        ),
        (
            #"  probe { send = "a", answer = "(" }, tcp { client = starts "a" },"#,
            "3: this is no PCRE2 pattern: missing closing parenthesis at offset 1"
        ),
        (
            #"  example { client = 1 }, tcp { client = starts "a" },"#,
            "3: client must be a string, not a number"
        ),
        (
            #"  example { }, tcp { client = starts "a" },"#,
            "3: example needs what the client or the server says"
        ),
        (
            #"  example { client = "a", transport = "tpc" }, tcp { client = starts "a" },"#,
            "3: transport is one of tcp, udp, sctp, not 'tpc' (did you mean 'tcp'?)"
        ),
        (
            #"  "a", tcp { client = starts "a" },"#,
            "1: protocol 'x' has a string without a name; write tcp { ... }, fields { ... } or example { ... }"
        ),
        (
            #"  starts "a","#,
            "1: protocol 'x' has starts without a name; write tcp { ... }, fields { ... } or example { ... }"
        ),
        (#"  until_ = 1, tcp { client = starts "a" },"#, "3: protocol has no field 'until_'"),
        (
            #"  fields { either = [[(?<a>b)]] }, tcp { client = starts "a" },"#,
            "3: either must be a function: either = function(m) ... end, not a string"
        ),
        (
            #"  tcp { client = any { starts "a",\#n starts(string.rep("Z", 3000)) } },"#,
            "4: starts can never hold: it needs 3000 bytes of a speaker, and the first 2048 are looked at"
        ),
        (
            #"  tcp { client = line(string.rep("Z", 1025)) },"#,
            "3: line can never hold: it needs 1025 bytes of a speaker, and the first 1024 are looked at"
        ),
        (
            #"  tcp { client = at(2000, at(40, any { starts "123456789", starts "1234567890" })) },"#,
            "3: at can never hold: it needs 2049 bytes of a speaker, and the first 2048 are looked at"
        ),
    ])
    func mistakesInAProtocol(body: String, expected: String) {
        let body = body.replacing("\\#n", with: "\n")
        let library = library(
            plugin: protocolText(body).replacing(
                body.contains("title =") ? "  title = \"X\"," : "\u{0}", with: ""))
        #expect(messages(library).first == "x.lua:\(expected)")
        #expect(library.definitions.isEmpty)
    }

    /// Behind the closing brace a part belongs to nothing: it is told, and what is declared holds without it.
    @Test(arguments: [
        "tcp { client = starts \"b\" }", "udp { }", "sctp { }", "fields { server = [[(?<a>b)]] }",
        "expect_flow { }", "example { client = \"b\" }", "counterexample { }", "upgrade \"tls\" { }",
        "probe { silent = true }", "identify { }", "local unused = fields { }",
        "for i = 1, 3 do example { client = \"b\" } end",
    ])
    func partsOutsideADeclaration(part: String) throws {
        let library = library(plugin: protocolText("  tcp { client = starts \"a\" },") + "\n\n" + part)
        let words = part.split { !($0.isLetter || $0 == "_") }.map(String.init)
        let word = try #require(words.first { Self.parts.contains($0) })
        #expect(
            messages(library) == [
                "x.lua:7: \(word) stands in no declaration and does nothing: it belongs between the braces of "
                    + "protocol \"...\" { ... }"
            ])
        #expect(library.definitions.map(\.name) == ["x"])
    }

    private static let parts: Set<String> = [
        "tcp", "udp", "sctp", "fields", "expect_flow", "example", "counterexample", "upgrade", "probe",
        "identify",
    ]

    /// Parts may be made by functions and kept in locals, and matchers need not be used.
    @Test func partsThatADeclarationTakesLater() {
        let text = """
            local spare = starts "spare"
            local function says(text) return tcp { client = starts(text) }, example { client = text } end
            local shared = fields { server = [[(?<a>b)]] }
            for _, name in ipairs { "x", "y" } do
              local signature, example = says(name)
              protocol(name) { title = "X", signature, example, shared }
            end
            """
        let library = library(plugin: text)
        #expect(messages(library) == [])
        #expect(library.definitions.map(\.name) == ["x", "y"])
    }

    /// What was refused is not said to be missing as well.
    @Test(arguments: [
        (
            #"  tcp { clinet = starts "a", alone = "client" },"#,
            "3: tcp has no field 'clinet' (did you mean 'client'?)"
        ),
        (#"  tcp = { client = starts "a" },"#, "3: protocol has no field 'tcp'; write tcp { ... } without ="),
        (
            #"  titel = "X", tcp { client = starts "a" },"#,
            "3: protocol has no field 'titel' (did you mean 'title'?)"
        ),
        (
            #"  tcp { client = starts "a" }, example { client = 5 },"#,
            "3: client must be a string, not a number"
        ),
    ])
    func aMistakeIsToldOnce(body: String, expected: String) {
        let whole = protocolText(body, example: body.contains("example") ? "" : #"example { client = "a" }"#)
        let text = body.contains("titel") ? whole.replacing("  title = \"X\",", with: "") : whole
        #expect(messages(library(plugin: text.replacing("  ,\n", with: ""))) == ["x.lua:\(expected)"])
    }

    @Test(arguments: [
        (
            #"  fields { server = [[^(?<host>\w+)]] }, tcp { client = starts "a" },"#,
            "3: no field of a server can be called 'host': the record of a service has that already"
        ),
        (
            #"  identify { server = [[^a]], gives = { port = "1" } }, tcp { client = starts "a" },"#,
            "3: no field of a server can be called 'port': the record of a service has that already"
        ),
        (
            #"  fields { server = [[(?<banner>.+)]],\#n describe = { bannr = function(t) end } }, tcp { client = starts "a" },"#,
            "4: describe has 'bannr', which no pattern gives (did you mean 'banner'?)"
        ),
    ])
    func mistakesInTheNamesOfFields(body: String, expected: String) {
        #expect(messages(library(plugin: protocolText(body))) == ["x.lua:\(expected)"])
    }

    /// What is declared and can have no effect is a warning, and the rest holds.
    @Test(arguments: [
        (
            #"  tcp { client = starts "a" },\#n probe { send = "a",\#n transport = "udp" },"#,
            "5: this probe is sent over udp, and no signature is of udp: no answer can be recognised"
        ),
        (
            #"  tcp { client = starts "a" },\#n alternates = "7001/udp","#,
            "4: alternates has 7001/udp, and no signature is of udp"
        ),
        (
            #"  tunnel = "vxlan", tcp { client = starts "a" },"#,
            #"3: tunnel = "vxlan" unwraps datagrams, and no signature is of udp"#
        ),
        (
            #"  ports = { "1/tcp", "7000-7001/tcp" },\#n alternates = "7001/tcp", tcp { client = starts "a" },"#,
            "4: alternates has 7001/tcp, which is expected already: ports has 7000-7001/tcp"
        ),
        (
            #"  tcp { client = starts "a" }, probe { after = "y", send = "a" },"#,
            "1: probe names 'y', which no plugin declares (did you mean 'x'?)"
        ),
    ])
    func vainWordsAreWarnedOf(body: String, expected: String) {
        let library = library(plugin: protocolText(body.replacing("\\#n", with: "\n")))
        #expect(messages(library) == ["x.lua:\(expected)"])
        #expect(library.definitions.count == 1 && !library.hasErrors)
    }

    /// What a conversation turns into is read from the server's fields.
    @Test(arguments: [
        (
            #"fields { client = [[^(?<offer>\w+)]] }, upgrade "x" { offer = "y" },"#,
            "; what the client says does not count"
        ),
        (
            #"fields { server = [[^(?<offer>\w+)]] }, upgrade "x" { ofer = "y" },"#,
            " (did you mean 'offer'?)"
        ),
        (#"fields { server = [[^(?<offer>\w+)]] }, upgrade "x" { offer = "y" },"#, nil),
        (#"identify { server = [[^a]], gives = { offer = "y" } }, upgrade "x" { offer = "y" },"#, nil),
        (#"fields { server = function(m) return {} end }, upgrade "x" { offer = "y" },"#, nil),
        (#"upgrade "x" {},"#, nil),
    ])
    func anUpgradeAsksForAFieldOfTheServer(body: String, hint: String?) {
        let library = library(plugin: protocolText("tcp { client = starts \"a\" },\n" + body))
        let name = body.contains("ofer") ? "ofer" : "offer"
        let wanted = hint.map {
            ["x.lua:4: upgrade asks for the server's field '\(name)', which nothing gives\($0)"]
        }
        #expect(messages(library) == wanted ?? [])
        #expect(library.definitions.count == 1)
    }

    @Test(arguments: [
        #"  ports = "7000/tcp", alternates = { "7000/udp", "7001/tcp" }, tcp { client = starts "a" },"#,
        #"  dynamic = true, ports = "7000/udp", tcp { client = starts "a" },"#,
        #"  tcp { client = starts(string.rep("a", 2048)) }, tcp { client = starts "a" },"#,
        // What carries a probe does not depend on what stands first.
        #"  probe { send = "a" }, udp { client = starts "a" },"#,
    ])
    func whatHasAnEffectIsNotWarnedOf(body: String) {
        #expect(messages(library(plugin: protocolText(body))) == [])
    }

    @Test(arguments: [
        (#"protcol "x" { }"#, "1: unknown word 'protcol' (did you mean 'protocol'?)"),
        (
            #"protocol "x" { title = "X", tcp { client = strats "a" } }"#,
            "1: unknown word 'strats' (did you mean 'starts'?)"
        ),
        ("\n\nx = 1", "3: 'x' would be a global; write local x = ..."),
        ("protocol = 1", "1: 'protocol' would be a global; write local protocol = ..."),
        (
            #"allow "ftp" { on = "1/tcp" }"#,
            "1: 'allow' belongs in a policy file (in a pack: allowances/*.lua)"
        ),
        (#"pack { name = "a" }"#, "1: 'pack' belongs in pack.lua"),
        ("os.exit()", "1: unknown word 'os': Lua's 'os' is not part of this language"),
        (
            "protocol \"x\" {\n  title \"X\",\n}",
            "2: unknown word 'title'; as a key it is written title = ..."
        ),
        (
            "protocol \"x\" {\n  title = \"X\",\n  upgrade \"tls\",\n}",
            #"3: upgrade 'tls' has no { ... } after its name; write upgrade "tls" {}"#
        ),
        ("protocol { }", #"1: protocol needs a name first: protocol "..." { ... }"#),
        ("\nprotocol \"x\"\n", "2: protocol 'x' has no { ... } after its name"),
        ("protocol \"x\"\nprotocol \"y\" { }", "1: protocol 'x' has no { ... } after its name"),
        ("protocol \"x\" \"y\"", "1: protocol 'x' needs { ... } after its name"),
        ("local p = protocol \"x\" p { } p { }", "1: protocol has its { ... } already"),
        ("\nprotocol \"x\" {", "2: cannot be read as Lua: unexpected symbol near <eof>"),
        (
            "protocol \"x\" { title = \"X\" ports = 1 }",
            "1: cannot be read as Lua: '}' expected near 'ports'; a comma may be missing before it"
        ),
        (
            "protocol \"x\" { title = \"X\", tcp { client = matches \"^\\d\" } }",
            #"1: cannot be read as Lua: invalid escape sequence near '"^\d'; a pattern is written in [[ ]], where \ stands for itself"#
        ),
        (
            "protocol \u{201c}x\u{201d} { }",
            #"1: cannot be read as Lua: syntax error near '<\226>'; quotes are straight: "...""#
        ),
        (
            "local name = \"x\"\nprotocol(name:upper()) { }",
            "2: attempt to index a string value (local 'name'): strings have no methods here; write string.upper(text)"
        ),
        (#"protocol "x" { title = "" }"#, #"1: protocol 'x' needs a title: title = "Secure Shell""#),
        ("protocol \"x\" { end = 1 }", "1: cannot be read as Lua: unexpected symbol near 'end'"),
        ("protocol \"x\" { [true] = 1 }", "1: a table key must be a name, not a boolean"),
        ("protocol \"x\" { [7] = 1 }", "1: a list has a hole: item 7 stands after nothing"),
        ("local s = hex \"0g\"", "1: hex takes pairs of hexadecimal digits; '0g' is no such pair"),
        ("error(\"my own\")", "1: my own"),
        ("error({})", "1: error was called with a table instead of a text"),
        ("assert(false, \"must hold\")", "1: must hold"),
        (
            #"protocol "x" { title = "X", tcp { client = starts "a" } }"#,
            #"1: protocol 'x' needs at least one example { client = "...", server = "..." }"#
        ),
        (
            #"protocol "x" { title = "X", example { client = "a" } }"#,
            "1: protocol 'x' needs a signature: tcp { ... }, udp { ... } or sctp { ... }"
        ),
        (
            #"protocol "SSH" { title = "X", tcp { client = starts "a" }, example { client = "a" } }"#,
            "1: 'SSH' is not a protocol's name; write it 'ssh'"
        ),
        (
            #"protocol "a b" { title = "X", tcp { client = starts "a" }, example { client = "a" } }"#,
            "1: 'a b' is not a protocol's name; write it like 'ssh' or 'ftp-data'"
        ),
    ])
    func mistakesInAFile(text: String, expected: String) {
        let library = library(plugin: text)
        #expect(messages(library).first == "x.lua:\(expected)")
        #expect(library.definitions.isEmpty)
    }
}
