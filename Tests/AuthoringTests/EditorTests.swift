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
            #expect(annotations.contains("\nfunction \(word.name)("), "\(word.name)")
            #expect(annotations.contains("--- \(word.summary)\n"))
            for key in word.keys { #expect(annotations.contains("---@field \(key.name)? \(key.type) ")) }
        }
        #expect(annotations.hasPrefix("---@meta\n"))
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

    @Test func theSkeletonIsSound() throws {
        let source = PluginSource(
            path: "x.lua", text: Array(Skeleton.text("acme-control").utf8), kind: .plugin, id: "t/x")
        let workshop = try Workshop(sources: [source])
        #expect(workshop.library.definitions.map(\.name) == ["acme-control"])
        let remarks = Linter(workshop, files: ["x.lua"], effort: Linter.Effort(conversations: 300)).remarks()
        #expect(remarks == [])
    }
}
