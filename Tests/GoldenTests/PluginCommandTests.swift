import Foundation
import Testing

/// The commands that authors of plugins use, as they use them: in a folder of their own.
@Suite struct PluginCommandTests {
    private static let core = "\(Command.root.path)/plugins/core"
    private static let few = ["web", "remote-access"].flatMap { ["--plugins", "\(core)/plugins/\($0)"] }

    /// A folder with the project's examples in it.
    private static func workplace() throws -> Scratch {
        let scratch = try Scratch()
        try FileManager.default.createSymbolicLink(
            at: scratch.file("examples"), withDestinationURL: Command.root.appending(path: "examples"))
        return scratch
    }

    private static func plugin(_ arguments: String..., in scratch: Scratch) throws -> Command.Result {
        try Command.run(["plugin"] + arguments + few, in: scratch.url)
    }

    private static func text(_ scratch: Scratch, _ name: String) throws -> String {
        try String(contentsOf: scratch.file(name), encoding: .utf8)
    }

    // MARK: What is named

    private static let quill = #"""
        protocol "quill" { title = "Quill", reference = "none", category = "test", also = "quillnet",
          tcp { client = starts "QUILL-ASK", server = starts "QUILL-SAYS" },
          probe { send = "QUILL-ASK 1" },
          example { client = "QUILL-ASK", server = "QUILL-SAYS" },
          counterexample { client = "GET /", server = "HTTP/1.1" } }
        detect "quill-old" { title = "Old", severity = "low", on = host, example { host = "a" } }
        """#

    /// A folder that a link below the named one leads to is named with it.
    @Test func foldersBehindLinksAreLookedAt() throws {
        let scratch = try Scratch()
        for folder in ["elsewhere", "plugins"] {
            try FileManager.default.createDirectory(
                at: scratch.file(folder), withIntermediateDirectories: true)
        }
        _ = try scratch.write("elsewhere/quill.lua", Self.quill)
        try FileManager.default.createSymbolicLink(
            at: scratch.file("plugins/mine"), withDestinationURL: scratch.file("elsewhere"))
        for named in [[], ["plugins"], ["./plugins"], ["plugins/mine"]] {
            let arguments = ["plugin", "test"] + named + ["--plugins", "plugins"]
            let result = try Command.run(arguments, in: scratch.url)
            #expect(result.output.contains("quill.lua   2 examples, 1 counterexample"), "\(result)")
            // The next command finds them too.
            #expect(result.errors == "next: offport run -r CAPTURE --plugins plugins\n")
        }
    }

    /// A link to nowhere is among the files of its folder, which cannot be used whole.
    @Test(arguments: ["plugins", "./plugins/"])
    func aLinkToNowhereIsTold(named: String) throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(
            at: scratch.file("plugins"), withIntermediateDirectories: true)
        _ = try scratch.write("plugins/quill.lua", Self.quill)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.file("plugins/gone.lua").path, withDestinationPath: "nowhere")
        let check = ["plugin", "check", named, "--plugins", "plugins", "--random", "0"]
        for command in [check, ["plugin", "test", named, "--plugins", "plugins"]] {
            let result = try Command.run(command, in: scratch.url)
            #expect(result.status == 1 && result.output.contains("plugins/gone.lua"), "\(result)")
            #expect(result.output.contains("No such file or directory"), "\(result)")
        }
    }

    @Test func allThatAPluginSaysIsShown() throws {
        let scratch = try Scratch()
        let path = try scratch.write("quill.lua", Self.quill)
        let shown = try Command.run(["plugin", "show", "quill", "--plugins", path])
        #expect(shown.output.contains("also         quillnet\n"))
        #expect(shown.output.contains("probe        tcp\n"))
        #expect(shown.output.contains(#"says    "QUILL-ASK 1""#))
        let detection = try Command.run(["plugin", "show", "quill-old", "--plugins", path])
        #expect(detection.status == 1)
        #expect(detection.errors.contains("'quill-old' is a detection, declared at \(path):6"))
    }

    // MARK: What is remembered

    @Test func whatFilesDeclareIsRememberedAndNothingElseChanges() throws {
        let scratch = try Scratch()
        let known = scratch.file("home/cache/known-files")
        func run(_ arguments: String...) throws -> Command.Result {
            try Command.run(
                arguments + Self.few, environment: ["OFFPORT_HOME": scratch.file("home").path])
        }
        let capture = "\(Command.lab)/http-on-80-8000-31337.pcap"
        let first = try run("run", "-r", capture)
        #expect(first.status == 0 && first.output.contains("31337"))
        let kept = try Data(contentsOf: known)
        #expect(try run("run", "-r", capture).output == first.output)
        #expect(try Data(contentsOf: known) == kept)
        // Damaged, it is as if it were not there.
        try (kept.dropLast(1000) + Data(count: 1000)).write(to: known)
        #expect(try run("run", "-r", capture).output == first.output)
        #expect(try Data(contentsOf: known) == kept)
        // Whoever tests plugins wants them run; a sensor believes nothing that it could have written.
        try FileManager.default.removeItem(at: known)
        #expect(try run("plugin", "test", "\(Self.core)/plugins/web/http.lua").status == 0)
        #expect(try run("run", "--follow", scratch.file("nowhere").path, "--quiet").status != 0)
        #expect(!FileManager.default.fileExists(atPath: known.path))
    }

    /// A check that errs on traffic loses flows: it is said from the first time on, the same for any number of workers.
    @Test func aCheckThatFailsIsNamed() throws {
        let scratch = try Scratch()
        let file = try scratch.write(
            "bad.lua",
            """
            protocol "bad" { title = "Bad", tcp { server = starts "SSH-", alone = "server",
              check = function(m) return m.server:size() < 9 or m.none.there end },
              example { server = "SSH-2.0" } }
            """)
        let arguments = ["-r", "\(Command.goldens)/ssh-on-443.pcap", "--plugins", file]
        let words = "bad.lua:2: m has no 'none'; it has client and server"
        let records = try [1, 3].map { workers in
            try Command.run(["run", "--json", "-", "--quiet", "--workers", "\(workers)"] + arguments).output
        }
        let problems = try Record.parse(records[0]).of("summary").first?.problems ?? []
        #expect(problems.count == 1 && problems.first?.hasSuffix(words) == true)
        #expect(records[0] == records[1])
        #expect(try Command.run(["run"] + arguments).output.contains("plugin failed"))
        let explained = try Command.run(["explain", "--format", "json", "443"] + arguments)
        #expect(explained.output.contains("\"check\":\"failed\",\"failure\":\""))
        #expect(explained.output.contains(words))
    }

    /// So does a pattern that gives up, of signatures and of fields: what it would have found is missing.
    @Test func aPatternThatGivesUpIsNamed() throws {
        let scratch = try Scratch()
        let file = try scratch.write(
            "slow.lua",
            #"""
            protocol "slow" { title = "Slow", tcp { server = matches [[^SSH-([ -~]+)+(\x00|\x01)]] },
              tcp { server = starts "SSH-", alone = "server" },
              fields { server = [[^SSH-(?<banner>([ -~]+)+(\x02|\x03))]] }, example { server = "SSH-2" } }
            """#)
        let arguments = ["-r", "\(Command.goldens)/ssh-on-443.pcap", "--plugins", file]
        let records = try [1, 3].map { workers in
            try Command.run(["run", "--json", "-", "--quiet", "--workers", "\(workers)"] + arguments).output
        }
        #expect(records[0] == records[1])
        let problems = try Record.parse(records[0]).of("summary").first?.problems ?? []
        #expect(problems.count == 2, "\(problems)")
        for problem in problems {
            #expect(problem.contains("/slow: [[^SSH-(") && problem.hasSuffix(" at its limit of steps"))
        }
        let report = try Command.run(["run"] + arguments).output
        #expect(report.contains("pattern gave up: "), "\(report)")
    }

    /// So does a function for fields; one that is asked no more is named still.
    @Test func aFieldFunctionThatFailsIsNamed() throws {
        let scratch = try Scratch()
        let file = try scratch.write(
            "bad.lua",
            """
            protocol "bad" { title = "Bad", tcp { server = starts "SSH-", alone = "server" },
              fields { server = function(m) return m.server:size() > 8 and m.none or nil end },
              example { server = "SSH-2.0" } }
            """)
        let capture = ["-r", "\(Command.goldens)/ssh-on-443.pcap"]
        let plugin = ["--plugins", file]
        let words = "bad.lua:2: m has no 'none'; it has client and server"
        let explained = try Command.run(["explain", "443"] + capture + plugin).output
        #expect(explained.contains("fields       a function failed:"), "\(explained)")
        let line = try Command.run(["explain", "--format", "json", "443"] + capture + plugin).output
        #expect(line.contains("\"fields_failure\":\"") && line.contains(words), "\(line)")
        let often = Array(repeating: capture, count: 6).flatMap { $0 } + plugin
        let records = try Command.run(["run", "--json", "-", "--quiet"] + often).output
        let problems = try Record.parse(records).of("summary").first?.problems ?? []
        #expect(problems.count == 1 && problems.first?.contains(" calls failed; ") == true, "\(problems)")
        let report = try Command.run(["run"] + often).output
        #expect(report.contains("functions switched off: "), "\(report)")
        #expect(report.contains("bad  "), "what it recognises goes on: \(report)")
    }

    /// So does a detection.
    @Test func aDetectionThatFailsIsNamed() throws {
        let scratch = try Scratch()
        let file = try scratch.write(
            "bad.lua",
            """
            detect "bad" { title = "Bad", severity = "low", on = service "ssh",
              when = function(s) return s.port == 22 or s.none.there end,
              example { port = 22 } }
            """)
        let capture = "\(Command.goldens)/ssh-on-443.pcap"
        let arguments = ["-r", capture, "--plugins", Self.core, "--plugins", file]
        let words = "bad.lua:2: attempt to index a nil value (field 'none')"
        let records = try Command.run(["run", "--json", "-", "--quiet"] + arguments).output
        let problems = try Record.parse(records).of("summary").first?.problems ?? []
        #expect(problems.count == 1 && problems.first?.hasPrefix("detection bad: 2 calls failed; ") == true)
        #expect(problems.first?.hasSuffix(words) == true, "\(problems)")
        let report = try Command.run(["run"] + arguments).output
        #expect(report.contains("plugin failed: detection bad: 2 calls"), "\(report)")
    }

    // MARK: The documented way

    /// The page that everybody reads first has a plugin that loads beside the core pack.
    @Test func theFirstPagesPluginLoads() throws {
        let page = try String(contentsOf: Command.root.appending(path: "README.md"), encoding: .utf8)
        let block = try #require(page.firstMatch(of: /```lua\n(?<text>(?s).*?)```/)).output.text
        let scratch = try Scratch()
        let file = try scratch.write("first.lua", String(block))
        let result = try Command.run(["plugin", "check", file, "--plugins", Self.core] + ["--random", "0"])
        #expect(
            result.status == 0 && result.output.contains("1 protocol: nothing to object to"),
            "\(result.output)\(result.errors)")
    }

    /// The first block of a language behind the heading.
    private static func block(_ language: String, below heading: String) throws -> String {
        let page = try String(
            contentsOf: Command.root.appending(path: "docs/writing-plugins.md"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: "# \(heading)\n").last)
        let block = try #require(section.components(separatedBy: "```\(language)\n").dropFirst().first)
        return try #require(block.components(separatedBy: "```").first)
    }

    /// The lines of the first block of commands behind the heading.
    private static func documented(below heading: String) throws -> [String] {
        try block("sh", below: heading).split(separator: "\n").map(String.init)
    }

    /// The page's first plugin, saved and tried as the page says.
    @Test func theFirstPluginRunsAsItIs() throws {
        let scratch = try Self.workplace()
        try FileManager.default.createSymbolicLink(
            at: scratch.file("plugins"), withDestinationURL: URL(filePath: Self.core))
        try FileManager.default.createDirectory(
            at: scratch.file("my-plugins"), withIntermediateDirectories: true)
        _ = try scratch.write("my-plugins/tally.lua", try Self.block("lua", below: "Writing plugins"))
        let commands = try Self.documented(below: "Try it")
        #expect(commands.count == 2)
        for command in commands {
            let words = command.split(separator: " ").map(String.init)
            #expect(words.first == "offport")
            let result = try Command.run(Array(words.dropFirst()), in: scratch.url)
            #expect(result.status == 0 && result.errors == "", "\(command): \(result.errors)")
            #expect(result.output.contains("tally"))
        }
    }

    @Test func theDocumentedCommandsLeadFromBytesToAPlugin() throws {
        let commands = try Self.documented(below: "From unknown bytes to a plugin")
        #expect(commands.count == 5 && commands.allSatisfy { $0.hasPrefix("offport ") })
        let scratch = try Self.workplace()
        let path = Command.executable.deletingLastPathComponent().path
        var results: [Command.Result] = []
        for command in commands {
            results.append(
                try Command.run(
                    ["-c", command], environment: ["PATH": "\(path):/usr/bin:/bin"], in: scratch.url,
                    program: URL(filePath: "/bin/sh")))
            #expect(results.last?.status == 0, "\(command): \(results.last?.errors ?? "")")
        }
        // Each tells the next.
        for (result, next) in zip(results, commands.dropFirst()) {
            let words = next.split(separator: " ").prefix(3).joined(separator: " ")
            let told = result.errors.split(separator: "\n").last.map(String.init) ?? ""
            let isTold = told.hasPrefix("next: \(words)") || told.hasPrefix("next: offport run")
            #expect(isTold, "\(told)")
        }
        #expect(results[1].errors.contains("sure     high"))
        #expect(results[2].output.contains("nothing to object to"))
        #expect(results[3].output.contains("6 of 6 records as expected"))
        #expect(results[3].output.contains("mutations, "))
        #expect(results[3].output.contains("had to keep their name, and did"))
        #expect(results[4].output.contains("7 flows, 7 recognised (100 %)"))
        #expect(results[4].output.contains("tally  2 servers"))
    }

    /// A mutation that fails shows the line of may-change.jsonl that would let it, and that line does.
    @Test func aMutationThatFailsShowsWhatWouldAllowIt() throws {
        let scratch = try Scratch()
        let test = scratch.file("mine/tests/etcd")
        try FileManager.default.createDirectory(at: test, withIntermediateDirectories: true)
        let capture = Command.root.appending(path: "plugins/audit/tests/etcd-in-clear/input.pcap")
        try FileManager.default.copyItem(at: capture, to: test.appending(path: "input.pcap"))
        _ = try scratch.write("mine/tests/etcd/expect.jsonl", #"{"kind":"flow","protocol":"etcd"}"# + "\n")
        _ = try scratch.write(
            "mine/own.lua",
            #"""
            detect "own" { title = "Own", severity = "low", on = service "ssh", example { port = 22 } }
            """#)
        func run() throws -> Command.Result {
            let mine = scratch.file("mine").path
            return try Command.run(["plugin", "test", mine, "--plugins", Self.core, "--plugins", mine])
        }
        let failed = try run()
        let told = failed.output.split(separator: "\n").compactMap {
            $0.firstMatch(of: /if that is right, say so in .*\/may-change.jsonl: (.*)$/)?.1
        }
        #expect(failed.status == 1 && told.count == 1, "\(failed.output)")
        let line = String(try #require(told.first))
        #expect(line == #"{"mutation":"client only","from":"etcd","to":"http","reason":"..."}"#)
        _ = try scratch.write("mine/tests/etcd/may-change.jsonl", line + "\n")
        let allowed = try run()
        #expect(allowed.status == 0, "\(allowed.output)\(allowed.errors)")
    }

    // MARK: What plugins say

    @Test func noPluginActsOnTheTerminalOrForgesLines() throws {
        let scratch = try Scratch()
        let loud = try scratch.write("loud.lua", #"error("\27[31mred\27]0;title\7\nforged: line")"#)
        let shown = try scratch.write(
            "shown.lua",
            #"""
            protocol "shown" {
              title = "T\27[31m\nforged: title", reference = "R\27[2J\nforged: reference", dynamic = true,
              tcp { client = starts "HELLO", alone = "client" }, example { client = "HELLO" },
            }
            """#)
        let result = try Command.run(["plugin", "show", "shown", "--plugins", shown, "--plugins", loud])
        #expect(result.isHarmless && !(result.output + result.errors).contains("\nforged"))
        #expect(result.output.hasPrefix("shown   T.[31m.forged: title\n"), "\(result.output)")
        #expect(result.errors.contains("loud.lua:1: .[31mred.]0;title..forged: line\n"), "\(result.errors)")
    }

    @Test func aSignatureHasTheVersionOfItsOwnPack() throws {
        let scratch = try Scratch()
        let pack = scratch.file("ext/plugins")
        try FileManager.default.createDirectory(at: pack, withIntermediateDirectories: true)
        _ = try scratch.write(
            "ext/pack.lua", #"pack { name = "acme/ext", version = "9.9.9", title = "Ext" }"#)
        _ = try scratch.write(
            "ext/plugins/e.lua",
            #"""
            extend "ftp" {
              tcp { client = command { "USER" }, server = starts "220 t3h dr0p (" },
              example { client = "USER a\r\n", server = "220 t3h dr0p (ratio 1:3)\r\n" },
            }
            """#)
        let plugins = ["plugins/core", scratch.file("ext").path].flatMap { ["--plugins", $0] }
        let store = scratch.file("s.db").path
        let capture = "\(Command.lab)/ftp-on-21-419-2100.pcap"
        let run = try Command.run(["run", "-r", capture, "--json", "-", "--store", store] + plugins)
        let asked = try Command.run(["services", "--store", store, "--format", "json"])
        for records in [try run.records, try asked.records] {
            let evidence = records.filter { $0.kind == "service" }.compactMap(\.evidence)
            let versions = Set(evidence.map { "\($0.signature ?? "") \($0.pack_version ?? "")" })
            #expect(versions == ["offport/core/ftp#1 1.0.0", "acme/ext/e#1 9.9.9"])
        }
    }

    // MARK: new

    @Test func aNewPluginIsSoundAndNeverOverwritten() throws {
        let scratch = try Self.workplace()
        #expect(try Self.plugin("new", "acme-control", in: scratch).status == 0)
        let file = "plugins/local/acme-control.lua"
        let check = try Self.plugin("check", file, "--strict", "--random", "300", in: scratch)
        #expect(check.status == 0 && check.output.contains("nothing to object to"), "\(check.output)")
        let text = try Self.text(scratch, file)
        let again = try Self.plugin("new", "acme-control", in: scratch)
        #expect(again.status == 1 && again.errors.contains("stays as it is"))
        #expect(try Self.text(scratch, file) == text)
        #expect(try Self.plugin("new", "Acme", in: scratch).status == 2)
        // Of two that declare a protocol one would be left out.
        let taken = try Self.plugin("new", "ssh", in: scratch)
        #expect(taken.status == 1 && taken.errors.contains("add to it with extend \"ssh\""))
        #expect(!FileManager.default.fileExists(atPath: scratch.file("plugins/local/ssh.lua").path))
        #expect(try Self.plugin("test", file, in: scratch).status == 0)
    }

    @Test func whyThereCanBeNoFolderForANewPluginIsSaid() throws {
        let scratch = try Scratch()
        _ = try scratch.write("plugins", "-- a file")
        let core = Command.root.appending(path: "plugins/core").path
        let result = try Command.run(
            ["plugin", "new", "acme-control", "--plugins", core],
            environment: ["OFFPORT_HOME": scratch.file("home").path], in: scratch.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("plugins/local: the folder cannot be made: Not a directory"))
    }

    @Test func aNewPluginFromFlows() throws {
        let scratch = try Self.workplace()
        let result = try Self.plugin(
            "new", "tally", "--from", "examples/first-plugin/tally.pcap", "--port", "6117", in: scratch)
        #expect(result.status == 0, "\(result.errors)")
        let text = try Self.text(scratch, "plugins/local/tally.lua")
        #expect(text.contains("ports     = { \"6117/tcp\" }") && text.contains("TLY\\x01"))
        #expect(text.components(separatedBy: "\n  example {").count == 4)
        let folder = "plugins/local/tests/tally"
        #expect(try Self.text(scratch, "\(folder)/expect.jsonl").components(separatedBy: "\n").count == 7)
    }

    // MARK: check and test

    private static let weak = #"""
        protocol "weak" {
          title = "Weak",
          udp { client = starts "A", alone = "client" },
          example { client = "A" },
        }
        """#

    @Test func exitCodesOfCheck() throws {
        let scratch = try Self.workplace()
        let path = try scratch.write("weak.lua", Self.weak)
        let check = try Self.plugin("check", path, "--random", "300", in: scratch)
        #expect(
            check.status == 0
                && check.output.contains("weak.lua:3: warning: weak-signature\n    udp #1 is weak"))
        #expect(try Self.plugin("check", path, "--strict", "--random", "300", in: scratch).status == 1)
        let broken = try scratch.write("broken.lua", "protokoll \"x\" {}\n")
        let result = try Self.plugin("check", broken, "--random", "300", in: scratch)
        #expect(
            result.status == 1
                && result.output.contains("broken.lua:1: error: declaration\n    unknown word 'protokoll'"))
        let nothing = try Self.plugin("check", "nothing.lua", in: scratch)
        #expect(nothing.status == 1 && nothing.errors.contains("no such file"))
    }

    @Test func remarksForPrograms() throws {
        let scratch = try Self.workplace()
        let path = try scratch.write("weak.lua", Self.weak)
        let log = try Self.plugin("check", path, "--format", "sarif", "--random", "300", in: scratch)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(log.output.utf8)) as? [String: Any])
        #expect(object["version"] as? String == "2.1.0")
        let lines = try Self.plugin("check", path, "--format", "json", "--random", "300", in: scratch)
        for line in lines.output.split(separator: "\n") {
            let remark = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(remark?["rule"] is String && remark?["message"] is String)
        }
    }

    @Test func aPackThatNeedsAnotherOffportIsNamed() throws {
        let scratch = try Self.workplace()
        let pack = scratch.file("ics")
        try FileManager.default.createDirectory(at: pack, withIntermediateDirectories: true)
        _ = try scratch.write("ics/pack.lua", "pack { name = \"acme/ics\", needs = \"offport >= 99\" }\n")
        _ = try scratch.write("ics/ics.lua", PackWorld.plugin("ics"))
        let capture = Command.root.appending(path: "examples/lab/telnet.pcap").path
        let run = try Command.run(
            ["run", "-r", capture, "--plugins", "ics", "--strict"], in: scratch.url)
        let check = try Self.plugin("check", "ics", "--random", "0", in: scratch)
        for result in [run, check] {
            let said = result.output + result.errors
            #expect(result.status == 1 && said.contains("needs \"offport >= 99\" does not hold"), "\(said)")
        }
    }

    @Test func aTestThatFailsShowsTheDifference() throws {
        let scratch = try Self.workplace()
        let capture = "examples/first-plugin/tally.pcap"
        #expect(
            try Self.plugin("learn", "-r", capture, "--port", "6117", "--write", "tally", in: scratch).status
                == 0)
        let expectation = "plugins/local/tests/tally/expect.jsonl"
        let wrong = try Self.text(scratch, expectation).replacing(
            "\"tally\"", with: "\"telly\"", maxReplacements: 1)
        _ = try scratch.write(expectation, wrong + "{\"kind\":\"finding\"}\n")
        let failed = try Self.plugin("test", "plugins/local", in: scratch)
        #expect(failed.status == 1 && failed.errors.contains("1 test failed"))
        #expect(failed.output.contains("expect.jsonl:1: no such record"))
        #expect(failed.output.contains("protocol is \"tally\", expected \"telly\""))
        #expect(failed.output.contains("there is no record of that kind"))
        #expect(try Self.plugin("test", "plugins/local", "--rewrite", in: scratch).status == 0)
        let result = try Self.plugin("test", "plugins/local/tally.lua", in: scratch)
        #expect(
            result.status == 0 && result.output.contains("had to keep their name, and did"),
            "\(result.output)")
    }

    /// Every declaration with examples counts, whatever it declares.
    @Test func whatAFileDeclaresIsCounted() throws {
        let scratch = try Self.workplace()
        let path = try scratch.write(
            "mine.lua",
            #"""
            extend "ssh" { tcp { server = starts "SSH-9.9-", alone = "server" }, example { server = "SSH-9.9-a" } }
            detect "d" { title = "D", severity = "low", on = service "ssh", example { port = 22 } }
            log "l" { title = "L", pairs = { client = "c", server = "s" },
              example { line = "c=192.0.2.1 s=192.0.2.2" }, counterexample { line = "nothing" } }
            """#)
        let check = try Self.plugin("check", path, "--random", "0", in: scratch)
        #expect(check.output.contains("1 file, 1 extension, 1 detection, 1 log: "), "\(check.output)")
        let test = try Self.plugin("test", path, in: scratch)
        #expect(test.output.contains("mine.lua   3 examples, 1 counterexample\n"), "\(test.output)")
    }

    /// One damaged test is one failure: the others are still run.
    @Test func aTestThatCannotBeRunHasFailed() throws {
        let scratch = try Self.workplace()
        let capture = try Data(
            contentsOf: Command.root.appending(path: "\(Command.goldens)/ssh-on-443.pcap"))
        let sound = #"{"mutation":"client","from":"ssh","to":"http","reason":"r"}"#
        func add(_ name: String, _ bytes: Data, mayChange: String? = nil) throws {
            try FileManager.default.createDirectory(
                at: scratch.file("mine/tests/\(name)"), withIntermediateDirectories: true)
            _ = try scratch.write("mine/tests/\(name)/input.pcap", bytes)
            _ = try scratch.write(
                "mine/tests/\(name)/expect.jsonl", #"{"kind":"flow","protocol":"ssh"}"# + "\n")
            if let mayChange { _ = try scratch.write("mine/tests/\(name)/may-change.jsonl", mayChange) }
        }
        try add("a-cut", capture.dropLast(20))
        try add("b-malformed", capture, mayChange: "{")
        try add("c-unknown", capture, mayChange: #"{"mutation":"nosuch","service":"ssh","reason":"r"}"#)
        try add("d-sound", capture, mayChange: sound)
        _ = try scratch.write(
            "mine/own.lua",
            #"""
            detect "own" { title = "Own", severity = "low", on = service "ssh", example { port = 22 } }
            """#)
        let result = try Self.plugin("test", "mine", in: scratch)
        #expect(result.status == 1 && result.errors.contains("3 tests failed"), "\(result.errors)")
        for name in ["a-cut", "b-malformed", "c-unknown"] {
            #expect(result.output.contains("FAILED  mine/tests/\(name)   cannot be run"), "\(result.output)")
        }
        #expect(result.output.contains("no mutation is 'nosuch'; they are: 5 % lost, 3; "))
        #expect(result.output.contains("ok      mine/tests/d-sound   1 of 1 records as expected"))
        #expect(result.output.contains("had to keep their name, and did"))
    }

    // MARK: show, list, editor

    @Test func aProtocolIsShown() throws {
        let scratch = try Self.workplace()
        let result = try Self.plugin("show", "ssh", in: scratch)
        #expect(result.status == 0 && result.output.hasPrefix("ssh   "))
        for words in ["22/tcp", "starts \"SSH-\"", "ssh.lua:", "example", "field"] {
            #expect(result.output.contains(words), "\(words)")
        }
        let wrong = try Self.plugin("show", "shh", in: scratch)
        #expect(wrong.status == 1 && wrong.errors.contains("did you mean 'ssh'?"))
        let whole = try Command.run(["plugin", "show", "http", "--plugins", Self.core])
        #expect(whole.output.contains("pack offport/core "))
    }

    @Test func theListNamesThePack() throws {
        let result = try Command.run(["plugin", "list", "--plugins", Self.core, "--format", "csv"])
        let lines = result.output.split(whereSeparator: \.isNewline)
        #expect(lines.first?.hasSuffix(",pack,version") == true)
        #expect(lines.dropFirst().allSatisfy { $0.contains(",offport/core,") })
    }

    @Test func editorsAreServed() throws {
        let scratch = try Self.workplace()
        #expect(try Command.run(["plugin", "editor"], in: scratch.url).status == 0)
        #expect(try Self.text(scratch, ".vscode/offport/words.lua").hasPrefix("---@meta"))
        for name in [".vscode/offport.code-snippets", ".luarc.json"] {
            _ = try JSONSerialization.jsonObject(with: Data(contentsOf: scratch.file(name)))
        }
        _ = try scratch.write(".luarc.json", "{}")
        #expect(try Command.run(["plugin", "editor", "."], in: scratch.url).errors.contains("there already"))
        #expect(try Self.text(scratch, ".luarc.json") == "{}")
        // Settings that know the folder already need nothing.
        _ = try scratch.write(".luarc.json", #"{"workspace.library": [".vscode/offport"]}"#)
        #expect(try Command.run(["plugin", "editor", "."], in: scratch.url).errors.isEmpty)
    }

    @Test func sharesAreNumbersForPrograms() throws {
        let asked = [
            "plugin", "list", "--cost", "-r", "\(Command.goldens)/ssh-on-443.pcap", "--plugins", Self.core,
        ]
        let lines = try Command.run(asked + ["--format", "json"]).output
        #expect(lines.contains(/"share":-?\d\.\d+,/), "\(lines)")
        #expect(try Command.run(asked).output.contains(/\d\.\d %/))
    }

    // MARK: learn

    /// Of flows that are not all of one protocol, the test expects the name for those that fit.
    @Test func whatIsWrittenAsATestHolds() throws {
        let scratch = try Self.workplace()
        let flows = ["10.20.0.10:21", "10.20.0.11:419", "fd00:20::10", "10.20.4.10"].flatMap {
            ["--flow", $0]
        }
        let learned = try Command.run(
            ["plugin", "learn", "-r", "examples/lab/campus.pcap", "--write", "mixed"] + flows + Self.few,
            in: scratch.url)
        let fits = try #require(learned.errors.firstMatch(of: /fits     (\d+) of (\d+) flows/))
        let (fitting, all) = try (#require(Int(fits.1)), #require(Int(fits.2)))
        #expect(learned.status == 0 && fitting < all, "\(learned.errors)")
        let test = try Self.plugin("test", "plugins/local/mixed.lua", in: scratch)
        #expect(test.output.contains("\(fitting) of \(fitting) records as expected"), "\(test.output)")
    }

    @Test func flowsThatAreRecognisedAlreadyAreNotLearned() throws {
        let scratch = try Self.workplace()
        func learn(_ arguments: String...) throws -> Command.Result {
            try Command.run(
                ["plugin", "learn", "-r", "examples/lab/campus.pcap"] + arguments + Self.few, in: scratch.url)
        }
        let known = try learn("--flow", "10.20.1.22:22", "--flow", "10.20.2.81")
        #expect(known.status == 1)
        #expect(known.errors.contains("the flows that are named are recognised already: http, ssh"))
        let some = try learn("--flow", "10.20.1.22:22", "--flow", "10.20.0.10:21")
        #expect(some.status == 0 && some.errors.contains("recognised already: ssh"), "\(some.errors)")
    }

    /// A protocol of the core pack, taken out of it; half of its flows in a capture of a real server are learned from.
    @Test(arguments: [
        ("iscsi", "servers/tgt.pcap"), ("rsync", "servers/rsync.pcap"),
        ("zabbix", "servers/zabbix-agent.pcap"), ("ssh", "lab/campus.pcap"), ("tls", "lab/campus.pcap"),
        ("ftp", "lab/campus.pcap"), ("mqtt", "servers/mosquitto-mqtt5.pcap"),
        ("stun", "servers/coturn.pcap"), ("radius", "servers/freeradius.pcap"),
        ("syslog", "servers/rsyslog.pcap"), ("smb", "servers/samba.pcap"),
    ])
    func whatIsLearnedFromHalfFitsTheOther(name: String, file: String) throws {
        let scratch = try Self.workplace()
        let capture = "examples/\(file)"
        let pack = scratch.file("core")
        try FileManager.default.copyItem(atPath: Self.core, toPath: pack.path)
        for case let url as URL in FileManager.default.enumerator(at: pack, includingPropertiesForKeys: nil)
            ?? .init()
        where url.lastPathComponent == "\(name).lua" {
            try FileManager.default.removeItem(at: url)
        }
        let flows = try Command.records([capture]).filter { $0.kind == "flow" && $0.protocol == name }
        let transport = try #require(flows.first?.transport)
        let numbers = flows.filter { $0.transport == transport }.compactMap(\.flow).sorted()
        let half = stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] }
        let learned = try Command.run(
            ["plugin", "learn", "-r", capture, "--plugins", "core", "--write", name]
                + half.flatMap { ["--flow", $0] }, in: scratch.url)
        #expect(learned.status == 0, "\(learned.errors)")
        let after = try Command.run(
            [
                "run", "-r", capture, "-r", "examples/lab/campus.pcap", "--plugins", "core", "--plugins",
                "plugins/local", "--flows", "--json", "-", "--quiet", "--strict",
            ], in: scratch.url)
        let named = Set(
            try after.records.filter { $0.kind == "flow" && $0.protocol == name }.compactMap(\.flow))
        let right = Set(
            try Command.records([capture, "examples/lab/campus.pcap"]).filter {
                $0.kind == "flow" && $0.protocol == name
            }.compactMap(\.flow))
        #expect(named.isSubset(of: right), "\(learned.errors)")
        #expect(named.isSuperset(of: numbers), "\(learned.errors)")
    }
}
