import Authoring
import Net
import Plugins
import Testing

@Suite struct LinterTests {
    /// What is said about a text that is loaded beside the neighbours.
    private static func remarks(_ text: String) throws -> [Remark] {
        let neighbours = Seeds.neighbours.enumerated().map { place, text in
            PluginSource(
                path: "n\(place).lua", text: Array(text.utf8), kind: .plugin,
                id: place == 0 ? "t/near" : "t/tls")
        }
        let source = PluginSource(path: "x.lua", text: Array(text.utf8), kind: .plugin, id: "t/x")
        let workshop = try Workshop(sources: neighbours + [source])
        let effort = Linter.Effort(conversations: 3000, forgeries: 300)
        return Linter(workshop, files: ["x.lua"], effort: effort).remarks()
    }

    @Test func aSoundPluginNeedsNoRemark() throws {
        #expect(try Self.remarks(Seeds.sound) == [])
    }

    @Test(arguments: Seeds.all)
    func aMistakeIsFound(seed: Seed) throws {
        let remarks = try Self.remarks(seed.text)
        let found = remarks.first { $0.rule == seed.rule && $0.location?.line == seed.lineNumber }
        let all = RemarkText.forPeople(remarks, scope: "x.lua", width: 100, isColoured: false)
        let remark = try #require(found, "line \(seed.lineNumber): \(all)")
        #expect(remark.location?.file == "x.lua" && remark.severity == seed.severity, "\(all)")
        #expect("\(remark.message). \(remark.advice)".contains(seed.says), "\(all)")
    }

    @Test func thirtyMistakesAreTried() { #expect(Seeds.all.count >= 30) }

    /// What the standard requires of a log: SARIF 2.1.0, sections 3.13.2, 3.14.6, 3.19.8, 3.27.11, 3.49.3.
    @Test func sarifHasWhatTheStandardRequires() throws {
        let remarks = try Seeds.all.flatMap { try Self.remarks($0.text) }
        let log = try JSON(String(decoding: RemarkText.sarif(remarks, version: "1.2.3"), as: UTF8.self))
        #expect(log["version"] == .string("2.1.0") && log["$schema"]?.string?.contains("sarif-2.1.0") == true)
        guard case .array(let runs)? = log["runs"], let run = runs.first, runs.count == 1 else {
            Issue.record("no run")
            return
        }
        let driver = try #require(run["tool"]?["driver"])
        #expect(driver["name"]?.string?.isEmpty == false)
        guard case .array(let rules)? = driver["rules"], case .array(let results)? = run["results"] else {
            Issue.record("no rules or results")
            return
        }
        let ids = rules.compactMap { $0["id"]?.string }
        #expect(Set(ids).count == rules.count && results.count == remarks.count && results.count >= 30)
        for result in results {
            #expect(result["message"]?["text"]?.string?.isEmpty == false)
            #expect(["error", "warning", "note"].contains(result["level"]?.string))
            let rule = try #require(result["ruleId"]?.string)
            #expect(result["ruleIndex"] == .number(ids.firstIndex(of: rule) ?? -1))
            guard case .array(let places)? = result["locations"] else { continue }
            for place in places {
                let physical = try #require(place["physicalLocation"])
                #expect(physical["artifactLocation"]?["uri"]?.string == "x.lua")
                #expect(Int(physical["region"]?["startLine"]?.text ?? "") ?? 0 >= 1)
            }
        }
    }
}
