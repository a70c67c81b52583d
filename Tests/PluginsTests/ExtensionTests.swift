import Matching
import Net
import Plugins
import Testing

/// `extend` and `identify`.
@Suite struct ExtensionTests {
    private func library(_ files: String...) -> Library {
        var library = Library(
            sources: files.enumerated().map { number, text in
                PluginSource(path: "\(number).lua", text: Array(text.utf8), kind: .plugin, id: "t/\(number)")
            })
        guard let index = try? SignatureIndex(library.definitions, regexes: library.regexes) else {
            return library
        }
        library.tryExamples(with: index, ScriptHost(sources: library.sources))
        return library
    }

    private let ftp = """
        protocol "ftp" {
          title = "FTP", tcp { client = starts "USER", server = starts "220 " },
          example { client = "USER a", server = "220 b" }, counterexample { client = "USER a", server = "+OK" },
        }
        """

    @Test func partsAreAdded() {
        // The order of the files does not matter.
        let library = library(
            """
            extend "ftp" {
              tcp { server = matches [[^220 ExampleD]], alone = "server", fallback = true },
              identify { server = [[^220 ExampleD (\\S+)]], gives = { product = "ExampleD", version = "{1}" } },
              fields { server = [[^220 (?<banner>.+)]] },
              example { server = "220 ExampleD 1" },
            }
            """, ftp)
        #expect(library.problems == [])
        #expect(library.definitions.map(\.name) == ["ftp"])
        #expect(library.definitions.first?.plugin == "t/1")
        #expect(library.definitions.first?.signatures.map(\.plugin) == [nil, "t/0"])
        #expect(library.definitions.first?.signatures.map(\.isFallback) == [false, true])
        #expect(library.definitions.first?.identifications.count == 1)
        #expect(library.definitions.first?.fields.count == 1)
        // A pattern that gives up is that of the plugin that adds it.
        for pattern in ["^220 ExampleD", #"^220 ExampleD (\S+)"#, "^220 (?<banner>.+)"] {
            #expect(library.plugins(withPattern: pattern) == ["t/0"])
        }
    }

    /// What others add neither breaks nor saves a protocol.
    @Test func ownExamplesAreForOwnSignatures() {
        let breaking = library(
            ftp, "extend \"ftp\" { tcp { client = starts \"USER\", server = starts \"+OK\" } }")
        #expect(breaking.problems == [])
        #expect(breaking.definitions.first?.signatures.count == 2)
        let broken =
            "protocol \"a\" { title = \"A\", tcp { server = starts \"a\" }, example { server = \"b\" } }"
        let saving = library(broken, "extend \"a\" { tcp { server = starts \"b\" } }")
        #expect(saving.definitions.isEmpty)
    }

    @Test func oneThatDoesNotHoldIsLeftOutAlone() throws {
        let library = library(
            ftp, "extend \"ftp\" { tcp { server = starts \"221\" }, example { server = \"nonsense\" } }",
            "extend \"ftp\" { tcp { server = starts \"222\", alone = \"server\" } }")
        #expect(messages(library).count == 1)
        #expect(messages(library).first?.hasPrefix("1.lua:1: this example does not hold") == true)
        #expect(library.definitions.first?.signatures.map(\.plugin) == [nil, "t/2"])
        let before = try SignatureIndex([])
        #expect(!library.isWhole(in: before))
        #expect(library.isWhole(in: try SignatureIndex(library.definitions)))
    }

    /// Its author knows its own signatures, and not those of the protocol.
    @Test func oneThatDoesNotHoldIsToldWhatItsOwnSignaturesAsk() {
        let library = library(
            ftp,
            #"extend "ftp" { tcp { server = starts "221", alone = "server" }, example { server = "nonsense" } }"#
        )
        #expect(
            messages(library) == [
                #"1.lua:1: this example does not hold: server said nothing that matches starts "221""#
            ])
        let without = self.library(
            ftp,
            #"extend "ftp" { fields { server = [[(?<a>b)]] }, example { client = "USER a", server = "b" } }"#)
        #expect(
            messages(without) == [
                #"1.lua:1: this example does not hold: server said nothing that matches starts "220 ""#
            ])
    }

    @Test func examplesOfDetectionsAndLogsAreCounted() {
        let library = library(
            ftp,
            #"""
            detect "d" { title = "D", severity = "low", on = host, when = function(s) return s.host == "a" end,
              example { host = "a" }, counterexample { host = "b" } }
            log "l" { title = "L", pairs = { client = "c", server = "s" },
              example { line = "c=192.0.2.1 s=192.0.2.2" }, counterexample { line = "nothing" } }
            """#)
        #expect(messages(library) == [])
        #expect(library.otherExamples["1.lua"]?.examples == 2)
        #expect(library.otherExamples["1.lua"]?.counterexamples == 2)
        #expect(library.otherExamples["0.lua"] == nil)
    }

    @Test func anUnknownProtocolIsNamed() {
        let library = library(
            ftp, "extend \"ftpd\" { identify { server = [[a]], gives = { info = \"x\" } } }")
        #expect(
            messages(library) == [
                "1.lua:1: extend names 'ftpd', which no plugin declares (did you mean 'ftp'?)"
            ])
    }

    /// Whoever wrote the words is told of them, not the author of the protocol.
    @Test(arguments: [
        (
            #"expect_flow { server = "227 ", notation = "ftp", as = "ftpdata" }"#,
            "expect_flow names 'ftpdata', which no plugin declares (did you mean 'ftp-data'?)"
        ),
        (#"upgrade "tsl" {}"#, "upgrade names 'tsl', which no plugin declares (did you mean 'tls'?)"),
        (
            #"upgrade "tls" {}, expect_flow { after = "tsl", as = "ftp-data" }"#,
            #"expect_flow { after = "tsl" } needs upgrade "tsl" {} in 'ftp', or in what extends it"#
        ),
    ])
    func wrongNamesAreToldWhereTheyStand(words: String, wanted: String) {
        let others = """
            protocol "ftp-data" { title = "FTP data", dynamic = true }
            protocol "tls" { title = "TLS", dynamic = true }
            """
        let library = library(ftp, others, "extend \"ftp\" {\n  \(words),\n}")
        #expect(messages(library) == ["2.lua:2: \(wanted)"])
        #expect(!library.hasErrors)
    }

    /// An upgrade of one file and a flow of another one belong together.
    @Test func anUpgradeMayStandInAnotherExtension() {
        let library = library(
            ftp, #"extend "ftp" { expect_flow { after = "ftp", as = "ftp" } }"#,
            #"extend "ftp" { upgrade "ftp" {} }"#)
        #expect(messages(library) == [])
    }

    @Test(arguments: [
        (
            #"extend "ftp" { }"#,
            "extend adds nothing; write tcp { ... }, fields { ... } or identify { ... } in it"
        ),
        (
            #"extend "ftp" { title = "x", identify { server = [[a]], gives = { a = "b" } } }"#,
            "extend has no field 'title'"
        ),
        (
            #"extend "ftp" { identify { gives = { a = "b" } } }"#,
            "identify needs either client = [[...]] or server = [[...]]"
        ),
        (
            #"extend "ftp" { identify { server = [[a]] } }"#,
            #"identify needs what it gives: gives = { product = "..." }"#
        ),
        (
            #"extend "ftp" { identify { server = [[(]], gives = { a = "b" } } }"#,
            "this is no PCRE2 pattern: missing closing parenthesis at offset 1"
        ),
        (
            #"extend "ftp" { identify { server = [[a]], gives = { a = "{1}" } } }"#,
            "{1} is no group: the pattern has 0"
        ),
        (
            #"extend "ftp" { identify { server = [[(a)]], gives = { a = "{1:loud}" } } }"#,
            "after {1: stands printable, cpe, number, number_le or replace/old/new/"
        ),
        (
            #"extend "ftp" { identify { server = [[a]], within = [[b]], gives = { a = "b" } } }"#,
            "within needs a group: the text to look at"
        ),
        (
            #"extend "ftp" { identify { server = [[a]], gives = { a = 1 } } }"#,
            "a must be a string, not a number"
        ),
        (
            #"extend "ftp" { starts "x" }"#,
            "extend 'ftp' has starts without a name; write tcp { ... }, fields { ... } or example { ... }"
        ),
    ])
    func mistakes(text: String, wanted: String) {
        let library = library(ftp, text)
        #expect(messages(library) == ["1.lua:1: \(wanted)"])
        #expect(library.definitions.first?.identifications.isEmpty == true)
    }

    @Test func namedGroupsMayBeUsed() throws {
        let library = library(
            ftp,
            "extend \"ftp\" { identify { server = [[^220 (?<maker>\\w+)]], gives = { vendor = \"{maker}\" } } }"
        )
        #expect(library.problems == [])
        let index = try SignatureIndex(library.definitions, regexes: library.regexes)
        let extractor = FieldExtractor(index: index, scripts: ScriptHost(sources: library.sources))
        let fields = Array("220 Acme".utf8).withBytes {
            extractor.fields(of: 0, client: RawSpan(), server: $0).server
        }
        #expect(fields.map(\.name) == ["vendor"] && fields.map(\.value) == ["Acme"])
    }
}
