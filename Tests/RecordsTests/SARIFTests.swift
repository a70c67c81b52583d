import Foundation
import Records
import Testing

@Suite struct SARIFTests {
    private struct Log: Decodable {
        struct Text: Decodable { var text: String }
        struct Rule: Decodable {
            var id: String
            var shortDescription: Text
        }
        struct Driver: Decodable {
            var name: String
            var version: String
            var rules: [Rule]
        }
        struct Tool: Decodable { var driver: Driver }
        struct Artifact: Decodable { var uri: String }
        struct Region: Decodable { var startLine: Int }
        struct Physical: Decodable {
            var artifactLocation: Artifact
            var region: Region
        }
        struct Location: Decodable { var physicalLocation: Physical }
        struct Result: Decodable {
            var ruleId: String
            var ruleIndex: Int?
            var level: String
            var message: Text
            var locations: [Location]?
            var relatedLocations: [Location]?
        }
        struct Run: Decodable {
            var tool: Tool
            var results: [Result]
        }
        var version: String
        var runs: [Run]
    }

    @Test func aLogHasItsRulesAndResults() throws {
        var sarif = SARIF(
            tool: "check", version: "1", rules: [SARIF.Rule("a", "first"), SARIF.Rule("b", "second")])
        sarif.results = [
            SARIF.Result(
                rule: "b", level: .error, message: "a \"quoted\"\nword", at: ("dir/a b#.lua", 7),
                related: ("/etc/ü.lua", 0)),
            SARIF.Result(rule: "other", level: .note, message: "m", at: nil),
        ]
        let log = try JSONDecoder().decode(Log.self, from: Data(sarif.bytes))
        #expect(log.version == "2.1.0" && log.runs.count == 1)
        let run = try #require(log.runs.first)
        #expect(run.tool.driver.name == "check" && run.tool.driver.rules.map(\.id) == ["a", "b"])
        let first = try #require(run.results.first)
        #expect(first.ruleId == "b" && first.ruleIndex == 1 && first.level == "error")
        #expect(first.message.text == "a \"quoted\"\nword")
        let place = try #require(first.locations?.first?.physicalLocation)
        #expect(place.artifactLocation.uri == "dir/a%20b%23.lua" && place.region.startLine == 7)
        let related = try #require(first.relatedLocations?.first?.physicalLocation)
        #expect(related.artifactLocation.uri == "file:///etc/%c3%bc.lua" && related.region.startLine == 1)
        #expect(run.results[1].ruleIndex == nil && run.results[1].locations == nil)
    }

    @Test func anEmptyLogIsALogToo() throws {
        let log = try JSONDecoder().decode(
            Log.self, from: Data(SARIF(tool: "t", version: "1", rules: []).bytes))
        #expect(log.runs.first?.results.isEmpty == true)
    }
}
