import Authoring
import Foundation
import Plugins
import Testing

/// The Lua of the pages, which readers copy: every block loads, and its examples hold.
@Suite struct DocumentedLuaTests {
    struct Block: Sendable, CustomTestStringConvertible {
        var place: String
        var text = ""

        var testDescription: String { place }
        /// The word that it begins with.
        var word: String { String(text.drop { $0.isWhitespace }.prefix { $0.isLetter || $0 == "_" }) }
    }

    static let blocks: [Block] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "docs")) ?? []
        return names.filter { $0.hasSuffix(".md") }.sorted().flatMap { blocks(ofPage: "docs/\($0)") }
    }()

    private static func blocks(ofPage page: String) -> [Block] {
        let text = (try? String(contentsOfFile: page, encoding: .utf8)) ?? ""
        var (blocks, current): ([Block], Block?) = ([], nil)
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line == "```lua" {
                current = Block(place: "\(page):\(place + 1)")
            } else if line.hasPrefix("```") {
                if let block = current { blocks.append(block) }
                current = nil
            } else {
                current?.text += line + "\n"
            }
        }
        return blocks
    }

    /// A protocol that says its name, with more in it.
    private static func plugin(_ name: String, _ more: String = "") -> String {
        """
        protocol "\(name)" {
          title = "\(name)", ports = { "6999/tcp" },
          tcp { client = starts "\(name) one", server = starts "\(name) two" },
          example { client = "\(name) one", server = "\(name) two" },
        \(more)}

        """
    }

    private static func errors(_ text: String, _ kind: PluginSource.Kind) throws -> [String] {
        let known = ["dhcp", "ftp", "ftp-data", "http", "http2", "modbus", "ssh", "telnet", "tftp", "tls"]
        let sources = [
            PluginSource(
                path: "core.lua", text: Array(known.map { plugin($0) }.joined().utf8), kind: .plugin,
                id: "t/core"),
            PluginSource(path: "block.lua", text: Array(text.utf8), kind: kind, id: "t/block"),
        ]
        return try Workshop(sources: sources).library.problems.filter { $0.severity == .error }
            .map(\.description)
    }

    @Test(arguments: blocks) func aBlockLoads(block: Block) throws {
        switch block.word {
        case "pack":
            #expect(PackManifest.read(Array(block.text.utf8), path: "pack.lua").problems.isEmpty)
        case "protocol", "extend", "detect", "log":
            #expect(try Self.errors(block.text, .plugin) == [])
        case "local":
            #expect(try Self.errors(block.text + Self.plugin("x"), .plugin) == [])
        case "fields", "identify", "upgrade", "expect_flow", "probe":
            #expect(try Self.errors(Self.plugin("x", block.text), .plugin) == [])
        default:
            #expect(try Self.errors(block.text, .policy) == [])
        }
    }

    @Test func thePagesHaveBlocks() { #expect(Self.blocks.count >= 20) }
}
