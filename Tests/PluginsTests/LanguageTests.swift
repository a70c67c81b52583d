import Inventory
import Testing

@testable import Plugins

/// The guide to the language has what the readers accept, and nothing else.
@Suite struct LanguageTests {
    @Test func receiversHaveTheirKeys() {
        let accepted = Set(ReceiverReader.keys.flatMap { [$0.key] + $0.value })
        #expect(accepted == Set(Language.keys(of: .receiver)))
    }

    /// What a plugin file may use beside the words is what editors show.
    @Test func theLibraryIsTheSandboxes() {
        let names = Set(LuaState.names(for: .plugin)).subtracting(Word.allCases.map(\.text))
        let shown = Set(Language.functions.map { String($0.name.prefix { $0 != "." }) })
        #expect(names == shown.union(["more"]))
    }

    /// A key of the guide is known to the reader: whatever is wrong with its value, its name is not.
    @Test(arguments: Word.allCases.filter { !$0.guide.keys.isEmpty && $0 != .pack })
    func everyKeyIsRead(word: Word) {
        for key in word.guide.keys {
            let said = Self.problems(word, "\(key.name) = {}")
            #expect(!said.contains { $0.contains("has no field") }, "\(word.text).\(key.name): \(said)")
        }
        #expect(
            Self.problems(word, "no_such_key = {}").contains { $0.contains("no_such_key") }, "\(word.text)")
    }

    private static func problems(_ word: Word, _ body: String) -> [String] {
        let guide = word.guide
        let name = guide.parameters.isEmpty ? "" : "\"ftp\" "
        let text = "\(word.text) \(name){ \(body) }"
        switch guide.kind {
        case .policy: return messages(library(policy: text))
        case .part where word == .count:
            return messages(
                library(
                    plugin:
                        "detect \"d\" { title = \"D\", severity = \"low\", on = flow, \(text), example {} }"))
        case .part: return messages(library(plugin: protocolText("  \(text),")))
        default: return messages(library(plugin: text))
        }
    }
}
