import Authoring
import Matching
import Plugins
import Testing

/// One list of words: what the loader knows, what editors show.
@Suite struct EditorTests {
    @Test func theGuideHasTheLoadersWords() {
        #expect(Language.words.map(\.name) == Language.loaderNames)
        #expect(Language.words.allSatisfy { !$0.usage.isEmpty && $0.summary.hasSuffix(".") })
        #expect(Language.words.allSatisfy { word in word.usage.hasPrefix(word.name) })
    }

    @Test func everyWordIsAnnotated() {
        let annotations = EditorFiles.annotations
        for word in Language.words {
            let start = word.kind == .event ? "\n\(word.name) = nil" : "\nfunction \(word.name)("
            #expect(annotations.contains(start), "\(word.name)")
            #expect(annotations.contains("--- \(word.summary)\n"))
            for key in word.keys { #expect(annotations.contains("---@field \(key.name)? \(key.type) ")) }
        }
        for field in Language.recordFields {
            #expect(annotations.contains("---@field \(field.name)? \(field.type) "))
        }
        for function in Language.functions { #expect(annotations.contains("\nfunction \(function.name)(")) }
        #expect(annotations.hasPrefix("---@meta\n"))
    }

    /// What is written with a table is annotated with one.
    @Test(arguments: Language.words.filter { [.declaration, .policy, .pack, .part].contains($0.kind) })
    func tablesAreAnnotated(word: Language.Guide) {
        let annotations = EditorFiles.annotations
        let hasTable = annotations.contains("---@class offport.\(word.name)\n")
        #expect(hasTable == word.usage.contains("{"), "\(word.name)")
    }

    /// A type that is not declared would be no help.
    @Test func everyTypeIsDeclared() {
        let text = EditorFiles.annotations
        let types = Set(text.matches(of: /offport\.\w+/).map { String($0.output) })
        #expect(types.count > 20)
        for type in types {
            #expect(
                text.contains("---@class \(type)\n") || text.contains("---@alias \(type) "), "\(type)")
        }
    }

    // MARK: Lua's own library

    /// What a plugin file says when it is loaded: the message of `error` after the place.
    private static func said(_ text: String) -> String {
        let source = PluginSource(path: "x.lua", text: Array(text.utf8), kind: .plugin, id: "t/x")
        return Library(sources: [source]).problems.first?.message ?? ""
    }

    /// The functions of Lua 5.4's other libraries: those that are annotated are there, the others are not.
    @Test(arguments: [
        (
            "string",
            "byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper"
        ),
        ("table", "concat insert move pack remove sort unpack"),
        ("math", "abs acos ceil cos exp floor fmod log max min modf random sin sqrt tan tointeger type ult"),
    ]) func libraries(table: String, names: String) {
        for name in names.split(separator: " ") {
            let isThere = Self.said("error(type(\(table).\(name)))") == "function"
            #expect(isThere == Language.functions.contains { $0.name == "\(table).\(name)" }, "\(name)")
        }
    }

    /// The functions of Lua 5.4's basic library: those that are annotated are there, the others are not.
    @Test(arguments: [
        "assert", "collectgarbage", "dofile", "error", "getmetatable", "ipairs", "load", "loadfile", "next",
        "pairs",
        "pcall", "print", "rawequal", "rawget", "rawlen", "rawset", "require", "select", "setmetatable",
        "tonumber",
        "tostring", "type", "warn", "xpcall", "hex", "io", "os", "debug", "package", "coroutine", "utf8",
    ]) func basics(name: String) {
        let isThere = Self.said("error(type(\(name)))") == "function"
        #expect(isThere == Language.functions.contains { $0.name == name })
    }

    @Test func everyWordIsASnippet() throws {
        let snippets = try JSON(EditorFiles.snippets.pretty())
        for word in Language.words {
            #expect(snippets["offport \(word.name)"]?["prefix"] == .string(word.name))
        }
    }

    /// How a matcher is written in the guide is how the loader reads it.
    @Test(arguments: Language.words.filter { $0.kind == .matcher })
    func usagesLoad(word: Language.Guide) {
        let text =
            "protocol \"x\" { title = \"X\", udp { client = \(word.usage) }, example { client = \"a\" } }"
        let source = PluginSource(path: "x.lua", text: Array(text.utf8), kind: .plugin, id: "t/x")
        #expect(Library(sources: [source]).problems.filter { $0.severity == .error } == [])
    }

    /// A declaration's snippet loads as it is; that of a protocol is longer.
    @Test(arguments: Language.words.filter { $0.kind == .declaration && $0.name != "protocol" })
    func declarationsLoad(word: Language.Guide) {
        let source = PluginSource(path: "x.lua", text: Array(word.usage.utf8), kind: .plugin, id: "t/x")
        #expect(Library(sources: [source]).problems.filter { $0.severity == .error } == [])
    }

    @Test func theSkeletonIsSound() throws {
        let source = PluginSource(
            path: "x.lua", text: Array(Skeleton.text("acme-control").utf8), kind: .plugin, id: "t/x")
        let workshop = try Workshop(sources: [source])
        #expect(workshop.library.definitions.map(\.name) == ["acme-control"])
        let remarks = Linter(workshop, files: ["x.lua"], effort: Linter.Effort(conversations: 300)).remarks()
        #expect(remarks == [])
    }
}
