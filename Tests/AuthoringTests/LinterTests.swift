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

    /// An extension is a declaration too: of its own file the same is said as of a protocol.
    @Test func whatAnExtensionAddsIsLookedAt() throws {
        let text = #"""
            extend "near" {
              tcp { server = starts "O", alone = "server" },
              tcp { client = matches [[x]], alone = "client" },
              fields { server = [[(?<vendor>NEVER)]] },
              tcp { client = starts "NEAR ", server = starts "NEAR" },
              example { client = "NEAR c", server = "NEAR YES d" },
            }
            """#
        let found = try Self.remarks(text).map { "\($0.location?.line ?? 0) \($0.rule.rawValue)" }
        #expect(
            found == [
                "2 untested-signature", "2 weak-signature", "3 slow-signature", "3 untested-signature",
                "3 weak-signature", "4 untested-pattern", "5 shadowed-signature",
            ])
    }

    /// It is told of at the extension's own line, and never at that of the protocol, which is another author's.
    @Test func anExtensionThatTakesExamplesIsNamed() throws {
        let text = #"""
            extend "near" { tcp { client = bytes "16 03 0? ?? ?? 01 00", server = bytes "16 03 01 ?? ?? 02 00" },
              example { client = "\x16\3\1\1\0\1\0", server = "\x16\3\1\1\0\2\0" } }
            """#
        let remarks = try Self.remarks(text)
        let taken = try #require(remarks.first { $0.rule == .takesExample })
        #expect(taken.location?.line == 1 && taken.message.hasPrefix("tcp #1 takes an example of 'tls'"))
        #expect(remarks.allSatisfy { $0.location?.file == "x.lua" })
    }

    @Test(arguments: ["", "-- later\n"]) func aFileThatDeclaresNothingIsTold(text: String) throws {
        let remarks = try Self.remarks(text)
        #expect(
            remarks.map(\.message) == ["the file declares nothing"] && remarks.first?.severity == .warning)
    }

    /// What an author names is loaded first, so that it is the one that stays.
    @Test(arguments: [
        Seeds.neighbours[0],
        #"""
        detect "d" { title = "D", severity = "low", on = host, example { host = "a" } }
        """#,
        #"""
        log "l" { title = "L", pairs = { client = "c", server = "s" },
          example { line = "c=192.0.2.1 s=192.0.2.2" } }
        """#,
    ])
    func aNameThatIsTakenIsToldWhicheverIsFirst(text: String) throws {
        for names in [["x.lua", "other.lua"], ["other.lua", "x.lua"]] {
            let sources = names.map {
                PluginSource(path: $0, text: Array(text.utf8), kind: .plugin, id: "t/\($0.dropLast(4))")
            }
            let effort = Linter.Effort(conversations: 0, forgeries: 1)
            let remarks = Linter(try Workshop(sources: sources), files: ["x.lua"], effort: effort).remarks()
            let duplicates = remarks.filter { $0.rule == .duplicate }
            #expect(duplicates.count == 1 && duplicates.first?.location?.file == "x.lua", "\(remarks)")
            #expect(duplicates.first?.severity == .error)
        }
    }

    /// Where no byte stands at a certain place, too: of 65,536 answers one fits, or two.
    @Test(arguments: [
        (#"any { starts "LONGER", starts "OK" }"#, "OK", "15"),
        (#"any { starts "OK", starts "GO" }"#, "OK", "30"), (#"line "OK""#, "OK", "23"),
        (#"all { any { starts "OK", starts "GO" }, matches [=[^[A-Z]]=] }"#, "OK", "30"),
        (#"at(1, any { bytes "00 01", bytes "00 02" })"#, #"x\0\1"#, "30"),
        ("sized(0, 2, 2)", #"\0\0"#, "15"),
    ])
    func aWeakChoiceIsFound(matcher: String, said: String, perMillion: String) throws {
        let text = Seeds.sound
            .replacing(#"starts "WELCOME " }"#, with: #"\#(matcher), alone = "server" }"#)
            .replacing(#"WELCOME b\r\n"#, with: said)
        let remarks = try Self.remarks(text)
        let weak = remarks.filter { $0.rule == .weakSignature }
        #expect(
            weak.count == 1 && weak.first?.message.contains("about \(perMillion) of a million") == true,
            "\(remarks)")
    }

    /// The same choice with a function that nothing of chance passes is not weak.
    @Test func aChoiceWithAStrictCheckIsNotWeak() throws {
        let check = "check = function(m) return m.server:starts(2, \"LCOME \") end"
        let text = Seeds.sound.replacing(
            #"server = starts "WELCOME " }"#,
            with: #"server = any { starts "WE", starts "OK" }, alone = "server", \#(check) }"#)
        #expect(try Self.remarks(text).filter { $0.rule == .weakSignature } == [])
    }

    /// What was left out cannot be shown, and a function's error says itself what to do.
    @Test func theAdviceOnAnExampleCanBeFollowed() throws {
        func advice(_ text: String) throws -> [String] {
            try Self.remarks(text).filter { $0.rule == .example }.map(\.advice)
        }
        let wrong = Seeds.sound.replacing("client = \"HELLO a", with: "client = \"HALLO a")
        #expect(try advice(wrong) == ["change the example, or the signature"])
        let detect = #"""
            detect "d" { title = "D", severity = "low", on = host, when = function(s) return WHEN end,
              example { host = "a" } }
            """#
        #expect(try advice(detect.replacing("WHEN", with: "false")) == ["change the example, or when"])
        #expect(try advice(detect.replacing("WHEN", with: "s.a.b")) == [""])
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
