import Foundation
import Testing

/// What is run before a change of policy or plugins goes live.
@Suite struct ReviewCommandTests {
    private static let ftp = "\(Command.lab)/ftp-on-21-419-2100.pcap"
    private static let plugins = ["--plugins", "plugins/core/plugins/file-transfer"]
    private static let ariel = #"""
        allow "ftp" { on = "419/tcp", name = "Ariel", to = { "10.20.0.11", "fd00:20::11" },
          reason = "scans", owner = "library", expires = "2099-06-30" }

        """#

    private static func object(_ line: Substring) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    // MARK: policy check

    private static func check(_ policy: String, _ arguments: String...) throws -> Command.Result {
        let scratch = try Scratch()
        let path = try scratch.write("site.lua", policy)
        return try Command.run(["policy", "check", path, "--today", "2026-11-25"] + plugins + arguments)
    }

    @Test func aPolicyWithoutFault() throws {
        let result = try Self.check(Self.ariel, "-r", Self.ftp, "--strict")
        #expect(result.status == 0 && result.errors == "")
        #expect(result.output == "1 file, 1 allowance: nothing to object to\n")
    }

    /// What a policy says of detections that only `--use` brings is judged as it is run.
    @Test func aPolicyForAnOptionalPack() throws {
        let policy = #"severity "ftp-cleartext-login" { "info" }"# + "\n"
        let scratch = try Scratch()
        let path = try scratch.write("site.lua", policy)
        func offport(_ arguments: String...) throws -> Command.Result {
            try Command.run(arguments + ["--plugins", "plugins"])
        }
        let without = try offport("policy", "check", path)
        #expect(without.output.contains("site.lua:1: warning: doubtful"), "\(without.output)")
        let with = try offport("policy", "check", path, "--use", "offport/audit", "--strict")
        #expect(with.status == 0 && with.errors == "", "\(with.output)")
        let ended = try offport("policy", "diff", "none", path, "-r", Self.ftp, "--use", "offport/audit")
        #expect(ended.status == 0 && ended.errors == "", "\(ended.errors)")
        let (list, show) = (
            try offport("plugin", "list", "--use", "offport/audit"),
            try offport("plugin", "show", "ssh", "--use", "offport/audit")
        )
        #expect(list.status == 0 && show.status == 0)
        let unknown = try offport("plugin", "list", "--use", "acme/none")
        #expect(unknown.status == 1 && unknown.errors.contains("acme/none"))
    }

    @Test func warningsFailOnlyWhenStrict() throws {
        let policy = #"allow "ftp" { on = "419/tcp", to = { "10.0.0.0/8" }, reason = "r", owner = "o" }"#
        let result = try Self.check(policy)
        #expect(result.status == 0 && result.errors == "")
        #expect(result.output.contains("site.lua:1: warning: no-expiry\n"))
        #expect(result.output.contains("site.lua:1: warning: too-wide\n"))
        #expect(result.output.hasSuffix("1 file, 1 allowance: 2 warnings\n"))
        #expect(try Self.check(policy, "--strict").status == 1)
    }

    @Test func errorsFail() throws {
        let policy =
            Self.ariel + #"""
                allow "ftpp" { on = "419/tcp" }
                allow "ftp" { on = "420/tcp", expires = "2026-11-24", reason = "r", owner = "o" }
                forbid "ftp" { reason = "r" }
                """#
        let result = try Self.check(policy, "--format", "json")
        #expect(result.status == 1 && result.errors == "")
        let remarks = try result.output.split(separator: "\n").map(Self.object)
        let words = remarks.map { "\($0["line"] ?? 0) \($0["level"] ?? "") \($0["rule"] ?? "")" }
        #expect(
            words == [
                "3 error unusable", "1 error contradiction", "4 error expired", "4 error contradiction",
            ])
        #expect((remarks.first?["message"] as? String)?.contains("did you mean 'ftp'?") == true)
        #expect((remarks.last?["related"] as? [String: Any])?["line"] as? Int == 5)
    }

    @Test func endingSoonDependsOnTheDay() throws {
        let policy = Self.ariel.replacingOccurrences(of: "2099-06-30", with: "2026-12-10")
        #expect(try Self.check(policy).output.contains("ends on 2026-12-10, in 15 days"))
        #expect(try Self.check(policy, "--within", "15d").output.contains("in 15 days"))
        #expect(try Self.check(policy, "--within", "2w").output.contains("nothing to object to"))
        let last = try Self.check(policy, "--today", "2026-12-10 23:59").output
        #expect(last.contains("ends on 2026-12-10, today"))
        #expect(try Self.check(policy, "--today", "2026-12-09").output.contains("in 1 day\n"))
        #expect(try Self.check(policy, "--today", "2026-12-11").output.contains("expired on 2026-12-10"))
        #expect(try Self.check(policy, "--today", "2027-01-01").output.contains("expired on 2026-12-10"))
        #expect(try Self.check(policy, "--within", "soon").status == 2)
    }

    @Test func unusedNeedsCaptures() throws {
        let policy = Self.ariel.replacingOccurrences(of: "419", with: "4190")
        #expect(try Self.check(policy).output.contains("nothing to object to"))
        let result = try Self.check(policy, "-r", Self.ftp)
        #expect(result.status == 0 && result.output.contains("warning: unused"))
    }

    @Test func otherFormats() throws {
        let policy = #"allow "ftp" { on = "21/tcp", reason = "r", owner = "o", expires = "2099-01-01" }"#
        let sarif = try Self.check(policy, "--format", "sarif").output
        #expect(sarif.contains(#""ruleId":"shadowed""#) && sarif.contains(#""startLine":1"#))
        let log = try Self.object(sarif.dropLast())
        #expect(log["version"] as? String == "2.1.0")
        let markdown = try Self.check(policy, "--format", "markdown").output
        #expect(markdown.contains("| warning: shadowed | `"))
    }

    @Test func whatIsDeclaredTwiceIsUnusable() throws {
        let policy = #"""
            receiver "x" { file = "/tmp/x" }
            receiver "x" { file = "/tmp/y" }
            assets "a" { where = function(s) return true end }
            assets "a" { where = function(s) return false end }
            """#
        let result = try Self.check(policy, "--format", "json")
        #expect(result.status == 1 && result.errors == "")
        let remarks = try result.output.split(separator: "\n").map(Self.object)
        let unusable = remarks.filter { $0["rule"] as? String == "unusable" }
        #expect(unusable.map { $0["line"] as? Int } == [2, 4])
        #expect(unusable.allSatisfy { ($0["message"] as? String)?.contains("declared already") == true })
    }

    /// What works, perhaps not as intended, is a warning here as it is to every command.
    @Test func whatIsUsedAllTheSameIsAWarning() throws {
        let policy = #"""
            receiver "x" { webhook = "http://192.0.2.5/x" }
            alert { on = finding, to = "x" }
            disable "nosuchthing"
            prefer "ftp" { "nosuch/pack" }
            """#
        let result = try Self.check(policy, "--format", "json")
        #expect(result.status == 0 && result.errors == "")
        let remarks = try result.output.split(separator: "\n").map(Self.object)
        let words = remarks.map { "\($0["line"] ?? 0) \($0["level"] ?? "") \($0["rule"] ?? "")" }
        #expect(words.sorted() == ["1 warning doubtful", "3 warning doubtful", "4 warning doubtful"])
        #expect(try Self.check(policy, "--strict").status == 1)
        let sarif = try Self.check(policy, "--format", "sarif").output
        #expect(sarif.contains(#""ruleId":"doubtful""#) && !sarif.contains(#""level":"error""#))
        let scratch = try Scratch()
        let path = try scratch.write("site.lua", policy)
        let run = try Command.run(
            ["run", "-r", Self.ftp, "--policy", path, "--quiet", "--strict"] + Self.plugins)
        #expect(run.status == 0 && run.errors.contains("nosuchthing"), "\(run.errors)")
    }

    @Test func listsAreCounted() throws {
        let policy = #"""
            servers "ftp" { "10.0.0.1" }
            servers "ftp" { "10.0.0.2" }
            """#
        #expect(try Self.check(policy).output.hasPrefix("1 file, 0 allowances, 2 lists of servers: "))
    }

    @Test func aMissingPolicyIsAnError() throws {
        let result = try Command.run(["policy", "check", "no-such.lua"] + Self.plugins)
        #expect(result.status == 1 && result.errors == "" && result.output.contains("no-such.lua"))
        #expect(try Command.run(["policy", "check"]).status == 2)
    }

    // MARK: policy diff

    @Test func aPolicyTakesAFindingAway() throws {
        let scratch = try Scratch()
        let new = try scratch.write("new.lua", Self.ariel)
        func diff(_ old: String, _ new: String, _ arguments: String...) throws -> Command.Result {
            try Command.run(["policy", "diff", old, new, "-r", Self.ftp] + Self.plugins + arguments)
        }
        let result = try diff("none", new)
        #expect(result.status == 0 && result.errors == "")
        #expect(result.output.contains("FINDINGS  1 gone\n"))
        #expect(result.output.contains("ftp, off-port (unassigned) -> ftp, allowed: Ariel\n"))
        #expect(result.output.contains("10.20.0.11:419\n"))
        #expect(try diff("none", new, "--fail-on", "new-findings").status == 0)
        let changed = try diff("none", new, "--fail-on", "any-change")
        #expect(
            changed.status == 3
                && changed.errors == "--fail-on any-change: findings: 1 gone; services: 1 changed\n")
        let back = try diff(new, "none", "--fail-on", "new-findings", "--format", "markdown")
        #expect(back.status == 3 && back.output.hasPrefix("### Policy: `"))
        #expect(try diff(new, new, "--fail-on", "any-change").status == 0)
        #expect(try diff("none", "\(new),\(new)").output.contains("1 gone"))
    }

    /// Without what is wrong in it, a side would look like something else: nothing is compared then.
    @Test func aSideWithAMistakeIsNotCompared() throws {
        let scratch = try Scratch()
        let policy = try scratch.write("site.lua", "allow \"ftp\" {\n")
        let plugin = try scratch.write("ftp.lua", "protocol \"ftp\" {\n")
        for (word, file) in [("policy", policy), ("plugin", plugin)] {
            for format in ["text", "markdown", "json"] {
                let diff = [word, "diff", "none", file, "-r", Self.ftp, "--fail-on", "any-change"]
                let result = try Command.run(diff + ["--format", format] + Self.plugins)
                #expect(result.status == 1, "\(result.output)")
                #expect(result.output.contains(format == "json" ? "difference-problem" : "Not compared"))
                #expect(result.output.contains("cannot be read as Lua"))
                #expect(!result.output.contains("No difference"))
            }
            // What both sides have beside them is told, and no reason to compare nothing.
            let other = try scratch.write("other.lua", "protocol \"other\" {\n")
            let both = try Command.run(
                [word, "diff", "none", "none", "-r", Self.ftp, "--plugins", other] + Self.plugins)
            #expect(both.status == 0 && both.output.contains("No difference."), "\(both.errors)")
            #expect(both.errors.components(separatedBy: "other.lua:").count == 2, "\(both.errors)")
        }
    }

    /// On a terminal messages and answer stand on one screen.
    @Test(arguments: ["policy", "plugin"])
    func whatIsNotComparedIsToldOnce(word: String) throws {
        let scratch = try Scratch()
        _ = try scratch.write("x.lua", "allow \"ftp\" {\n")
        let script = "import pty, sys; pty.spawn(sys.argv[1:])"
        let result = try Command.run(
            [
                "python3", "-c", script, Command.executable.path, word, "diff", "none", "x.lua", "-r",
                Command.root.appending(path: Self.ftp).path, "--plugins",
                Command.root.appending(path: "plugins/core").path,
            ], in: scratch.url, program: URL(filePath: "/usr/bin/env"))
        #expect(result.output.contains("Not compared"), "\(result.output)\(result.errors)")
        #expect(result.output.components(separatedBy: "cannot be read as Lua").count == 2, "\(result.output)")
    }

    @Test func standardInputCannotBeReadTwice() throws {
        let result = try Command.run(["policy", "diff", "none", "none", "-r", "-"] + Self.plugins)
        #expect(result.status == 2 && result.errors.contains("standard input"))
    }

    // MARK: plugin diff

    @Test func aPluginGivesFlowsAnotherName() throws {
        let scratch = try Scratch()
        let plugin = try scratch.write(
            "scans.lua",
            #"""
            protocol "scans" {
              title = "Scans", ports = { "419/tcp" },
              tcp { client = command { "USER" }, server = starts "220 Ariel" },
              tcp { server = starts "220 " , client = starts "USER" },
              example { client = "USER a\r\n", server = "220 Ariel\r\n" },
            }
            """#)
        func diff(_ old: String, _ new: String, _ arguments: String...) throws -> Command.Result {
            try Command.run(["plugin", "diff", old, new, "-r", Self.ftp] + arguments)
        }
        let common = Self.plugins
        let result = try Command.run(
            ["plugin", "diff", "none", plugin, "-r", Self.ftp, "--format", "json"] + common)
        #expect(result.status == 0 && result.errors == "")
        let lines = try result.output.split(separator: "\n").map(Self.object)
        let all = lines.filter { $0["subject"] as? String == "flow" }
        let flows = all.filter { ($0["after"] as? [String: Any])?["protocol"] != nil }
        #expect(!flows.isEmpty)
        // Nobody announces their data any more.
        let rest = all.filter { ($0["after"] as? [String: Any])?["protocol"] == nil }
        #expect(rest.allSatisfy { $0["why"] as? String == "announced by another flow -> no signature" })
        for flow in flows {
            #expect((flow["before"] as? [String: Any])?["protocol"] as? String == "ftp")
            #expect((flow["after"] as? [String: Any])?["protocol"] as? String == "scans")
            #expect((flow["why"] as? String)?.contains("/scans#") == true)
        }
        #expect(lines.last?["kind"] as? String == "difference-summary")
        // Without FTP its services vanish, and so do the findings.
        let gone = try diff("plugins/core/plugins/file-transfer", plugin)
        #expect(gone.output.contains("FLOWS") && gone.output.contains("SERVICES"))
        #expect(try diff("none", plugin).status == 2)
        let same = try diff(plugin, plugin)
        #expect(same.status == 0 && same.output.contains("No difference."))
    }

    // MARK: explain

    private static func explain(_ arguments: String..., environment: [String: String] = [:]) throws
        -> Command.Result
    {
        try Command.run(["explain", "--plugins", "plugins/core"] + arguments, environment: environment)
    }

    @Test func anExplanationNamesBytes() throws {
        let capture = "\(Command.goldens)/http-get-to-ssh-server.pcap"
        let text = try Self.explain("-r", capture, "8022").output
        #expect(text.contains("won over     offport/core/ssh#4 (ssh): it fits the server alone"))
        #expect(text.contains("no    starts \"SSH-\"   byte 0 is 47 \"G\", not 53 \"S\"\n"))
        #expect(text.contains("server  yes   starts \"SSH-\"   bytes 0-3\n"))
        #expect(text.contains("decided      with packet 5, 4.0 ms after the first, after 1 look\n"))
        #expect(!text.contains("\u{1b}"))
    }

    /// The numbers of signatures begin anew for each protocol of a plugin: the protocol tells them apart.
    @Test func anExplanationNamesTheProtocolsOfOnePlugin() throws {
        let scratch = try Scratch()
        let both = try scratch.write(
            "both.lua",
            ["one", "two"].map {
                """
                protocol "\($0)" { title = "T", tcp { server = starts "SSH-", alone = "server" },
                  example { server = "SSH-2.0" } }

                """
            }.joined())
        let arguments = ["explain", "-r", "\(Command.goldens)/ssh-on-443.pcap", "--plugins", both]
        let text = try Command.run(arguments).output
        #expect(text.contains("both#1 (one)\n") && text.contains("both#1 (two)\n"), "\(text)")
        let object = try Self.object(
            try #require(
                try Command.run(arguments + ["--format", "json"]).output.split(separator: "\n").first))
        let beaten = try #require(object["won_over"] as? [[String: Any]])
        let two = try #require(beaten.first { $0["protocol"] as? String == "two" })
        #expect(two["reason"] as? String == "it asks for as many bits and was declared later")
        #expect(object["protocol"] as? String == "one")
    }

    @Test func anExplanationForPrograms() throws {
        let capture = "\(Command.goldens)/http-get-to-ssh-server.pcap"
        let lines = try Self.explain("-r", capture, "8022", "--format", "json").output
            .split(separator: "\n")
        #expect(lines.count == 1)
        let flow = try Self.object(try #require(lines.first))
        #expect(flow["kind"] as? String == "explanation" && flow["protocol"] as? String == "ssh")
        #expect(flow["signature"] as? String == "offport/core/ssh#3")
        let candidates = try #require(flow["candidates"] as? [[String: Any]])
        func candidate(_ signature: String) throws -> [String: Any] {
            try #require(candidates.first { $0["signature"] as? String == signature })
        }
        let second = try candidate("offport/core/ssh#4")
        #expect(second["rank"] as? String == "server-alone" && second["chosen"] as? Bool == false)
        let client = try #require(try candidate("offport/core/ssh#1")["client"] as? [String: Any])
        #expect(client["fit"] as? String == "no" && client["offset"] as? Int == 0)
        #expect(client["expected"] as? String == "53" && client["found"] as? String == "47")
    }

    @Test func anAnnouncedFlowNamesTheOneThatAnnouncedIt() throws {
        let capture = "\(Command.goldens)/ftp-on-419-allowed.pcap"
        let data = try #require(try Command.records([capture]).flows.first { $0.protocol == "ftp-data" })
        let (flow, parent) = (try #require(data.flow), try #require(data.parent))
        let text = try Self.explain("-r", capture, flow)
        #expect(text.status == 0 && text.output.contains("flow \(flow)\n"))
        #expect(text.output.contains("verdict      ftp-data, announced by flow \(parent)\n"))
        let line = try Self.explain("-r", capture, flow, "--format", "json").output
        let json = try Self.object(Substring(line))
        #expect(json["protocol"] as? String == "ftp-data" && json["parent"] as? String == parent)
        #expect((json["decided"] as? [String: Any])?["by"] as? String == "announced")
    }

    /// Whatever is found is said for every flow, at the width of a small terminal.
    @Test(arguments: ["dns", "mail-access", "databases"])
    func everyFlowIsExplained(_ name: String) throws {
        let capture = "\(Command.lab)/\(name).pcap"
        let text = try Self.explain("-r", capture)
        #expect(text.status == 0)
        let wide = text.output.split(separator: "\n").filter { $0.count > 100 }
        #expect(wide.isEmpty, "\(wide.prefix(3))")
        let json = try Self.explain("-r", capture, "--format", "json").output.split(separator: "\n")
        #expect(json.count == text.output.components(separatedBy: "\n  verdict      ").count - 1)
        for line in json {
            let flow = try Self.object(line)
            let candidates = try #require(flow["candidates"] as? [[String: Any]])
            let chosen = candidates.filter { $0["chosen"] as? Bool == true }
            #expect(
                chosen.map { $0["signature"] as? String }
                    == [flow["signature"] as? String].filter { $0 != nil })
            #expect(chosen.allSatisfy { $0["holds"] as? Bool == true }, "\(flow["flow"] ?? "")")
        }
    }
}

/// The same over what a store remembers.
@Suite struct StoredReviewTests {
    private static let ftp = "\(Command.lab)/ftp-on-21-419-2100.pcap"
    private static let plugins = ["--plugins", "plugins/core/plugins/file-transfer"]

    private func store(_ scratch: Scratch) throws -> String {
        let path = scratch.file("a.db").path
        let run = try Command.run(["run", "-r", Self.ftp, "--store", path, "--quiet"] + Self.plugins)
        #expect(run.status == 0, "\(run.errors)")
        return path
    }

    @Test func usageIsCountedAsOverTheCapture() throws {
        let scratch = try Scratch()
        let store = try store(scratch)
        let policy = try scratch.write(
            "site.lua",
            #"""
            allow "ftp" { on = "419/tcp", to = { "10.20.0.11" }, reason = "r", owner = "o", expires = "2099-01-01" }
            allow "ftp" { on = "2100/tcp", to = { "10.20.0.0/16" }, reason = "r", owner = "o", expires = "2020-01-01" }
            allow "ftp" { on = "2200/tcp", to = { "10.20.0.0/16" }, reason = "r", owner = "o", expires = "2099-01-01" }

            """#)
        let check = ["policy", "check", policy, "--today", "2026-11-25"] + Self.plugins
        let stored = try Command.run(check + ["--store", store])
        let read = try Command.run(check + ["-r", Self.ftp])
        let words = [("in this store", "in these captures"), ("if the store shows", "if the captures show")]
        let asRead = words.reduce(stored.output) { $0.replacing($1.0, with: $1.1) }
        #expect(asRead == read.output && stored.status == read.status)
        #expect(stored.output.contains("was not used in this store"))
        #expect(stored.output.contains("site.lua:3: warning: unused"), "\(stored.output)\(stored.errors)")
        #expect(!stored.output.contains("site.lua:1: warning: unused"))
        #expect(stored.output.contains("site.lua:2: error: expired"))
        #expect(try Command.run(check + ["--store", store, "-r", Self.ftp]).status == 2)
    }

    @Test func whatAChangeWouldDo() throws {
        let scratch = try Scratch()
        let store = try store(scratch)
        let policy = try scratch.write("site.lua", #"allow "ftp" { on = "419/tcp", name = "Ariel" }"#)
        let diff = ["policy", "diff", "none", policy] + Self.plugins
        let stored = try Command.run(diff + ["--store", store])
        let read = try Command.run(diff + ["-r", Self.ftp])
        #expect(stored.status == 0, "\(stored.errors)")
        #expect(stored.output.replacing(store, with: Self.ftp) == read.output)
        #expect(stored.output.contains("FINDINGS  "))
        #expect(try Command.run(diff + ["--store", scratch.file("none.db").path]).status == 1)
        #expect(try Command.run(diff + ["--store", store, "-r", Self.ftp]).status == 2)
        // A store keeps no bytes for plugins to look at.
        let plugin = try Command.run(["plugin", "diff", "plugins/core", "plugins/core", "--store", store])
        #expect(plugin.status == 2 && plugin.errors.contains("Unknown option '--store'"))
        #expect(!(try Command.run(["help", "plugin", "diff"]).output.contains("--store")))
    }
}
