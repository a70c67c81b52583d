import Matching
import Net
import Plugins
import Regexes
import Testing

@Suite struct PluginLoadingTests {
    static let ssh = #"""
        protocol "ssh" {                                   -- RFC 4253 section 4.2
          title = "Secure Shell",
          category = "remote-access",
          ports = { "22/tcp" },
          tcp { client = starts "SSH-", server = line "SSH-", alone = "server" },
          fields {
            server = [[^SSH-(?<protocol_version>[\d.]+)-(?<software>[^\s]+)]],
          },
          example        { client = "SSH-2.0-OpenSSH_9.6\r\n", server = "SSH-2.0-dropbear_2022.83\r\n" },
          counterexample { client = "GET / HTTP/1.1\r\n",      server = "SSH-2.0-OpenSSH_9.6\r\n" },
        }
        """#

    @Test func theLanguagePageLoads() throws {
        let library = library(plugin: Self.ssh)
        #expect(messages(library) == [])
        let ssh = try #require(library.definitions.first)
        #expect(ssh.name == "ssh" && ssh.title == "Secure Shell" && ssh.plugin == "t/x")
        #expect(ssh.category == "remote-access" && ssh.reference == "")
        #expect(ssh.origin == SourceLocation(file: "x.lua", line: 1))
        #expect(ssh.ports.map(\.description) == ["22/tcp"])
        let signature = try #require(ssh.signatures.first)
        #expect(signature.transport == .tcp && signature.alone == [.server] && signature.origin.line == 5)
        #expect(signature.client == .classes(Array("SSH-".utf8).map { ByteClass($0) }, offset: 0))
        #expect(signature.server == .line(Array("SSH-".utf8).map { ByteClass($0) }))
        #expect(ssh.fields.count == 1 && ssh.fields[0].speaker == .server)
        let examples = library.examples[0]
        #expect(examples.map(\.isCounter) == [false, true] && examples.map(\.origin.line) == [9, 10])
        #expect(examples[0].server == Array("SSH-2.0-dropbear_2022.83\r\n".utf8))
    }

    /// More protocols than a flow can tell apart are left out, and it is said.
    @Test func aLibraryHasRoomForSoMany() {
        let text = (1...5).map { "protocol \"p\($0)\" { title = \"T\", dynamic = true }\n" }.joined()
        let source = PluginSource(path: "x.lua", text: Array(text.utf8), kind: .plugin, id: "t/x")
        let library = Library(sources: [source], limits: ScriptLimits(protocols: 3))
        #expect(library.definitions.map(\.name) == ["p1", "p2", "p3"])
        #expect(
            messages(library)
                == ["x.lua:4: a library has room for 3 protocols: this one and 1 after it are not loaded"])
        #expect(ScriptLimits(protocols: 70_000).protocols == 65_535)
    }

    @Test(arguments: [
        (#"starts "SSH-""#, #"starts "SSH-""#), (#"starts_nocase "Ab1""#, #"starts_nocase "AB1""#),
        (#"line "SSH-""#, #"line "SSH-""#), (#"line_nocase "a""#, #"line_nocase "A""#),
        (#"header "Server: Ab""#, #"header "server: ab""#),
        (#"command { "USER", "AUTH" }"#, #"command { "USER", "AUTH" }"#),
        (#"command "USER""#, #"command { "USER" }"#),
        ("reply { 220, 120 }", "reply { 220, 120 }"), ("reply(220)", "reply { 220 }"),
        (#"bytes "16 03 0? ?? ?? 01""#, #"bytes "16 03 0? ?? ?? 01""#),
        (#"bytes "1603""#, #"starts "\x16\x03""#),
        (#"bytes "?A""#, #"bytes "?a""#), (#"at(4, starts "a")"#, #"at(4, starts "a")"#),
        (#"at(4, at(2, contains "a"))"#, #"at(6, contains "a")"#),
        (#"at(1, any { starts "a", line "b" })"#, #"any { at(1, starts "a"), at(1, line "b") }"#),
        (#"contains "a\"b""#, #"contains "a\"b""#), ("matches [[^ab+]]", "matches [[^ab+]]"),
        ("length(8)", "length(8)"), ("length(8, 64)", "length(8, 64)"), ("at(0, length(8))", "length(8)"),
        (#"any { starts "a" }"#, #"any { starts "a" }"#),
        (#"all { starts "a", none { contains "b" } }"#, #"all { starts "a", none { contains "b" } }"#),
    ])
    func matchersRead(written: String, meant: String) {
        let library = library(plugin: protocolText("udp { client = \(written) },"))
        #expect(messages(library) == [])
        let text = library.definitions.first?.signatures.first?.client?.pluginText
        #expect(text == meant || text == meant.replacing("starts \"\\x16\\x03\"", with: "bytes \"16 03\""))
    }

    @Test func everyKeyReads() throws {
        let body = #"""
              reference = "RFC 959", ports = "21/tcp", alternates = { "2121/tcp", "8021-8022/tcp" }, tunnel = "gtp",
              tcp { server = starts "220", check = function(m) return true end, alone = { "server" } },
              sctp { either = starts "x", alone = "either" },
              expect_flow { server = "227 ", notation = "ftp", as = "ftp-data" },
              expect_flow { client = "EPRT ", notation = "extended", as = "ftp-data" },
              fields { client = { [[^(?<a>b)]], [[^(?<c>d)]] }, server = function(m) return {} end },
              fields { either = { function(m) return {} end } },
              fields = { server = [[^(?<e>f)]] },
              udp { client = starts(hex "00 ff") },
              probe { send = "a" }, probe { send = "b", transport = "udp", home = true },
              probe { send = "c", after = "server", answer = [[^d]] }, probe { send = "e", after = "http" },
            """#
        let library = library(
            plugin: protocolText(body, example: #"example { client = hex "00ff", transport = "udp" }"#))
        #expect(messages(library) == [])
        let definition = try #require(library.definitions.first)
        #expect(definition.alternates.map(\.description) == ["2121/tcp", "8021-8022/tcp"])
        #expect(definition.tunnel == .gtp && !definition.isDynamic)
        #expect(definition.signatures.map(\.transport) == [.tcp, .sctp, .udp])
        // Functions are numbered as they stand in the table: the list first, then the keys.
        #expect(definition.signatures[0].check == CheckReference(source: 0, function: 0))
        #expect(definition.signatures[1].isSymmetric && definition.signatures[1].alone == [.client, .server])
        #expect(definition.signatures[1].client == definition.signatures[1].server)
        #expect(definition.announcements.map(\.speaker) == [.server, .client])
        #expect(definition.announcements.map(\.notation) == [.ftp, .extended])
        #expect(definition.announcements[0].prefix == Array("227 ".utf8))
        #expect(definition.fields.map(\.speaker) == [.server, .client, .client, .server, .server])
        #expect(definition.fields.map(\.readsEither) == [false, false, false, false, true])
        let hellos = definition.hellos
        #expect(hellos.map(\.bytes) == [[97], [98], [99], [101]])
        #expect(hellos.map(\.transport) == [.tcp, .udp, .tcp, .tcp])
        #expect(hellos.map(\.moment) == [.first, .first, .greeted, .recognised("http")])
        #expect(
            hellos.map(\.answer) == [nil, nil, "^d", nil]
                && hellos.map(\.isForHomeOnly) == [false, true, false, false])
        #expect(library.examples[0][0].client == [0, 255] && library.examples[0][0].transport == .udp)
    }

    @Test func aLoopMayDeclare() {
        let text = """
            for name, port in pairs { beta = 2, alpha = 1 } do
              protocol(name) { title = string.upper(name), ports = port .. "/tcp", tcp { client = starts(name) },
                example { client = name } }
            end
            """
        let library = library(plugin: text)
        #expect(messages(library) == [])
        #expect(library.definitions.map(\.name) == ["alpha", "beta"])
    }

    @Test func problemsOfOneDoNotStopTheOthers() {
        let bad =
            "protocol \"bad\" { titel = \"B\", tcp { client = starts \"b\" }, example { client = \"b\" } }\n"
        let library = library(plugin: bad + Self.ssh)
        #expect(messages(library) == ["x.lua:1: protocol has no field 'titel' (did you mean 'title'?)"])
        #expect(library.definitions.map(\.name) == ["ssh"] && library.hasErrors)
        #expect(library.definitions[0].origin.line == 2)
    }

    @Test func twoPluginsOfOneNameKeepTheFirst() {
        let library = Library(
            sources: ["core", "acme"].map {
                PluginSource(
                    path: "\($0)/ssh.lua", text: Array(Self.ssh.utf8), kind: .plugin, id: "\($0)/ssh")
            })
        #expect(
            messages(library) == [
                "two plugins name 'ssh': core/ssh.lua:1 and acme/ssh.lua:1; say in a policy which counts: prefer \"ssh\" { \"acme\" }"
            ])
        #expect(library.definitions.map(\.plugin) == ["core/ssh"] && library.examples.count == 1)
    }

    @Test func examplesThatDoNotHoldLeaveTheProtocolOut() {
        var library = library(plugin: Self.ssh)
        library.tryExamples { definition, example in
            guard let server = definition.signatures[0].server, !example.isCounter else { return .recognised }
            return .missed(.server, server)
        }
        #expect(
            messages(library) == [
                #"x.lua:9: this example does not hold: server said nothing that matches line "SSH-""#,
                "x.lua:10: this counterexample does not hold: it is recognised",
            ])
        #expect(library.definitions.isEmpty && library.examples.isEmpty)
    }

    /// The functions of a protocol run on its examples, so that their mistakes are known before there is traffic.
    @Test(arguments: [
        (
            "tcp { client = starts \"a\", check = function(m) return more end },",
            "the check asks for more than is said"
        ),
        (
            "tcp { client = starts \"a\" },\n  fields { client = function(m) return nil + 1 end },",
            "a function for its fields failed: x.lua:4: attempt to perform arithmetic on a nil value"
        ),
        (
            "tcp { client = starts \"a\" },\n  fields { client = function(m) return \"b\" end },",
            "a function for its fields failed: x.lua:4: fields must return a table, not a string"
        ),
        (
            "tcp { client = starts \"a\" },\n  fields { client = function(m)\n return { z = 1, product = { 1 } } end },",
            "a function for its fields failed: x.lua:4: product must be a string, number or true/false, not a table"
        ),
        (
            "tcp { client = starts \"a\" },\n  fields { client = function(m) return { \"b\" } end },",
            "a function for its fields failed: x.lua:4: fields must have names: { product = ... }"
        ),
        (
            "tcp { client = starts \"a\" },\n  fields { client = function(m) return { a = error } end },",
            "a function for its fields failed: x.lua:4: a must be a string, number or true/false, not a function"
        ),
        (
            "tcp { client = starts \"a\" }, fields { client = [[(?<banner>.)]],\n  describe = { banner = function(text) error(\"no\") end } },",
            "a function for its fields failed: x.lua:4: no"
        ),
        (
            "tcp { client = starts \"a\" }, fields { either = function(m) return { class = \"b\" } end },",
            "no field of a server can be called 'class': the record of a service has that already"
        ),
    ])
    func functionsAreTriedOnExamples(body: String, reason: String) throws {
        var library = library(plugin: protocolText(body))
        let index = try SignatureIndex(library.definitions, regexes: library.regexes)
        library.tryExamples(with: index, ScriptHost(sources: library.sources))
        let line = 4 + body.count { $0 == "\n" }
        #expect(messages(library) == ["x.lua:\(line): this example does not hold: \(reason)"])
        #expect(library.definitions.isEmpty)
    }

    @Test func slowPatternsAreNoted() {
        let library = library(plugin: protocolText("tcp { client = matches [[abc]] },"))
        #expect(library.problems.map(\.severity) == [.note])
        #expect(library.definitions.count == 1)
        let quick = PluginsTests.library(
            plugin: protocolText("tcp { client = all { starts \"a\", matches [[abc]] } },"))
        #expect(quick.problems.isEmpty)
    }
}
