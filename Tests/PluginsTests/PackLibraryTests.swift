import Matching
import Net
import Testing

@testable import Plugins

/// What the plugins of a pack share in `lib`, and what is said when that goes wrong.
@Suite struct PackLibraryTests {
    private func load(_ plugin: String, _ libraries: [(String, String)] = [], pack: String? = "acme/ics")
        -> Library
    {
        var shared = PackLibraries()
        for (name, text) in libraries {
            shared.add(name, path: "acme/lib/\(name).lua", text: Array(text.utf8))
        }
        return Library(sources: [
            PluginSource(
                path: "acme/plugins/x.lua", text: Array(plugin.utf8), kind: .plugin, id: "acme/ics/x",
                pack: pack,
                libraries: shared)
        ])
    }

    private let plugin = """
        local shared = require "shared"
        protocol "x" { title = "X", ports = "9/tcp", tcp { client = shared.hello, server = starts "HI" },
          example { client = "HELLO", server = "HI" } }
        """

    @Test func matchersAndFunctionsAreShared() {
        let library = load(plugin, [("shared", "return { hello = starts \"HELLO\" }")])
        #expect(messages(library) == [])
        #expect(library.definitions.map(\.name) == ["x"])
    }

    @Test func aLibraryRunsOnceInAState() {
        let library = load(
            """
            local a, b = require "shared", require "shared"
            assert(a == b and a.other == require("other"), "not the same")
            """, [("other", "return { 1 }"), ("shared", "return { other = require \"other\" }")])
        #expect(messages(library) == [])
    }

    @Test(arguments: [
        (
            "local s = require \"shared\"", [("shraed", "return {}")],
            "acme/plugins/x.lua:1: require 'shared': the pack acme/ics has no lib/shared.lua (did you mean 'shraed'?)"
        ),
        (
            "\nlocal s = require \"a\"", [("a", "return require \"b\""), ("b", "return require \"a\"")],
            "acme/lib/b.lua:1: lib/a.lua requires itself"
        ),
        (
            "local s = require \"a\"", [("a", "\nlocal x =")],
            "acme/lib/a.lua:2: cannot be read as Lua: unexpected symbol near <eof>"
        ),
        (
            "local s = require \"a\"", [("a", "\n\nreturn { x = strts \"a\" }")],
            "acme/lib/a.lua:3: unknown word 'strts' (did you mean 'starts'?)"
        ),
        (
            "local s = require \"a\"", [("a", "\nlocal n = nil + 1")],
            "acme/lib/a.lua:2: attempt to perform arithmetic on a nil value"
        ),
        (
            "local s = require \"a\"", [("a", "x = 1")],
            "acme/lib/a.lua:1: 'x' would be a global; write local x = ..."
        ),
        (
            "local s = require \"a\"", [("a", "local b = 1")],
            "acme/plugins/x.lua:1: lib/a.lua returns nothing; end it with return { ... }"
        ),
        (
            "local s = require \"a\"", [("a", "protocol \"y\" { title = \"Y\" }")],
            "acme/lib/a.lua:1: a library declares nothing: it returns what plugins share"
        ),
        (
            "local s = require \"a\"", [("a", "while true do end")],
            "acme/lib/a.lua:1: ran longer than 10000000 instructions (an endless loop?)"
        ),
        (
            "local s = require(7)", [],
            "acme/plugins/x.lua:1: require takes a name: local mail = require \"mail\""
        ),
    ])
    func mistakesAreNamedWhereTheyAre(plugin: String, libraries: [(String, String)], message: String) {
        #expect(messages(load(plugin, libraries)) == [message])
    }

    @Test func aLooseFileHasNothingToRequire() {
        let library = load("local s = require \"shared\"", pack: nil)
        #expect(
            messages(library) == [
                "acme/plugins/x.lua:1: require 'shared': only files of a pack share code, from the pack's lib folder"
            ])
    }

    @Test func afterLoadingNothingIsRequired() {
        let library = load(
            """
            local function check(m) local s = require "shared" return true end
            protocol "x" { title = "X", ports = "9/tcp", tcp { client = starts "H", alone = "client", check = check },
              example { client = "HELLO" } }
            """, [("shared", "return {}")])
        let host = ScriptHost(sources: library.sources)
        let outcome = host.check(CheckReference(source: 0, function: 0), client: RawSpan(), server: RawSpan())
        #expect(outcome == .broken)
        #expect(
            host.failures[0]?.description
                == "acme/plugins/x.lua:1: require belongs at the top of the file, outside of functions that are called later"
        )
    }

    @Test func aFunctionOfALibraryThatFailsLaterIsNamedThere() {
        let library = load(
            """
            local s = require "shared"
            protocol "x" { title = "X", ports = "9/tcp", tcp { client = starts "H", alone = "client", check = s.check },
              example { client = "HELLO" } }
            """,
            [("shared", "local shared = {}\nfunction shared.check(m)\n  return nil .. 1\nend\nreturn shared")]
        )
        let host = ScriptHost(sources: library.sources)
        _ = host.check(CheckReference(source: 0, function: 0), client: RawSpan(), server: RawSpan())
        #expect(host.failures[0]?.location?.description == "acme/lib/shared.lua:3")
    }
}
