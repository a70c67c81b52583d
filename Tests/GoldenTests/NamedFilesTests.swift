import Foundation
import Testing

/// What a command is told to write must not destroy what it reads.
@Suite struct NamedFilesTests {
    private static let plugins = ["--plugins", Command.root.appending(path: "plugins/core").path]

    /// A folder with a capture under three names, a log, a policy, and captures in a folder of their own.
    private func filled() throws -> (scratch: Scratch, original: Data) {
        let scratch = try Scratch()
        let files = FileManager.default
        let original = try Data(contentsOf: Command.root.appending(path: "\(Command.lab)/campus.pcap"))
        let capture = try scratch.write("a.pcap", original)
        try files.createSymbolicLink(atPath: scratch.file("link").path, withDestinationPath: "a.pcap")
        try files.linkItem(atPath: capture, toPath: scratch.file("hard").path)
        // Two links to a file that is not there yet, one by the other.
        try files.createSymbolicLink(atPath: scratch.file("gone1").path, withDestinationPath: "new")
        try files.createSymbolicLink(
            atPath: scratch.file("gone2").path, withDestinationPath: "captures/../gone1")
        try files.createDirectory(at: scratch.file("captures"), withIntermediateDirectories: true)
        _ = try scratch.write("captures/a.pcap", original)
        _ = try scratch.write("site.lua", "forbid \"telnet\" { reason = \"cleartext logins\" }\n")
        _ = try scratch.write("conn.log", "#separator \\x09\n")
        // A folder that leads back up, as links to shared plugins may.
        try files.createDirectory(at: scratch.file("linked"), withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: scratch.file("linked/up").path, withDestinationPath: "..")
        return (scratch, original)
    }

    private func offport(_ arguments: [String], in scratch: Scratch) throws -> Command.Result {
        try Command.run(arguments + Self.plugins, in: scratch.url)
    }

    /// Of a name mistaken, what cannot be made again must not be the price.
    @Test(arguments: ["capture", "packed.gz", "store"])
    func noCaptureAndNoStoreIsWrittenOver(_ name: String) throws {
        let (scratch, original) = try filled()
        let packer = Process()
        packer.executableURL = URL(filePath: "/usr/bin/env")
        packer.arguments = ["gzip", "-nk", try scratch.write("packed", original)]
        try packer.run()
        packer.waitUntilExit()
        _ = try scratch.write("capture", original)
        let stored = try offport(["run", "-r", "captures", "--quiet", "--store", "store"], in: scratch)
        #expect(stored.status == 0, "\(stored.errors)")
        let before = try Data(contentsOf: scratch.file(name))
        for arguments in [["--json", name], ["--quiet", "--json", "./\(name)"]] {
            let result = try offport(["run", "-r", "a.pcap"] + arguments, in: scratch)
            let kind = name == "store" ? "is a store" : "is a capture"
            #expect(result.status == 2 && result.errors.contains(kind), "\(result.errors)")
        }
        #expect(try Data(contentsOf: scratch.file(name)) == before)
        // What such a command wrote before it writes anew.
        for _ in 0..<2 {
            #expect(try offport(["run", "-r", "a.pcap", "--quiet", "--json", "o"], in: scratch).status == 0)
        }
    }

    @Test(arguments: [
        ["run -r a.pcap --json a.pcap", "--json a.pcap", "-r a.pcap"],
        ["run -r a.pcap --json ./captures/../a.pcap", "--json ./captures/../a.pcap", "-r a.pcap"],
        ["run -r a.pcap --json link", "--json link", "-r a.pcap"],
        ["run -r link --json hard", "--json hard", "-r link"],
        ["run -r captures --json captures/a.pcap", "--json captures/a.pcap", "-r captures"],
        [
            "run --follow captures --duration 1 --store none --json captures/a.pcap", "--json",
            "--follow captures",
        ],
        ["run -r captures --policy site.lua --json site.lua", "--json site.lua", "--policy site.lua"],
        ["run -r captures --policy linked --json site.lua", "--json site.lua", "--policy linked"],
        ["run -r captures --plugins linked --json site.lua", "--json site.lua", "--plugins linked"],
        ["run -r a.pcap --store e.db --json e.db", "--json e.db", "--store e.db"],
        ["run -r a.pcap --store e.db --json e.db-wal", "--json e.db-wal", "--store e.db"],
        ["run -r a.pcap --store gone1 --json new-lock", "--json new-lock", "--store gone1"],
        ["import zeek conn.log --store e.db --json ./e.db-shm", "--json ./e.db-shm", "--store e.db"],
        ["report --store e.db --format html -o e.db-wal", "--output e.db-wal", "--store e.db"],
        ["run -r a.pcap --store hard", "--store hard", "-r a.pcap"],
        ["run -r a.pcap --json gone1 --store gone2", "--json gone1", "--store gone2"],
        ["run -r a.pcap --json gone2 --store new", "--json gone2", "--store new"],
        ["import zeek conn.log --json conn.log", "--json conn.log", "conn.log"],
        ["import zeek . --json conn.log", "--json conn.log", "(.)"],
        ["import zeek conn.log --store e.db --json e.db", "--json e.db", "--store e.db"],
        ["report -r a.pcap --format html -o link", "--output link", "-r a.pcap"],
        ["report --store e.db --format html -o e.db", "--output e.db", "--store e.db"],
        ["probe 127.0.0.1 -p 9 --policy site.lua --json site.lua", "--json site.lua", "--policy site.lua"],
        ["pack bundle a.pcap -o hard", "--output hard", "a.pcap"],
    ])
    func whatIsReadIsNotWritten(_ situation: [String]) throws {
        let (scratch, original) = try filled()
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
        let policy = try Data(contentsOf: scratch.file("site.lua"))
        let log = try Data(contentsOf: scratch.file("conn.log"))
        let arguments = situation[0].split(separator: " ").map(String.init)
        let result =
            arguments[0] == "pack"
            ? try Command.run(arguments, in: scratch.url) : try offport(arguments, in: scratch)
        #expect(result.status == 2 && result.output.isEmpty, "\(result.errors)")
        for words in situation.dropFirst() { #expect(result.errors.contains(words), "\(result.errors)") }
        #expect(try Data(contentsOf: scratch.file("a.pcap")) == original)
        #expect(try Data(contentsOf: scratch.file("captures/a.pcap")) == original)
        #expect(try Data(contentsOf: scratch.file("site.lua")) == policy)
        #expect(try Data(contentsOf: scratch.file("conn.log")) == log)
        // Nothing was opened to be written.
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)) == Set(names))
    }

    /// Plugins that are found by themselves are read as those are that are named, and so is the site's word about packs.
    @Test(arguments: ["plugins/mine.lua", "link.lua", "b/overlay.lua", "b/trust", "MANIFEST"])
    func whatIsFoundIsNotWritten(file: String) throws {
        let world = try PackWorld()
        let installed = try world.run("b", ["pack", "install", try world.archive("ics")])
        #expect(installed.status == 0, "\(installed.errors)")
        try world.write("plugins/mine.lua", PackWorld.plugin("mine"))
        try world.write("b/overlay.lua", "disable \"telnet\"\n")
        try world.write("conn.log", "#separator \\x09\n")
        try world.copy("\(Command.lab)/campus.pcap", to: "a.pcap")
        try FileManager.default.createSymbolicLink(
            atPath: world.path("link.lua"), withDestinationPath: "plugins/mine.lua")
        // Of the pack that is installed.
        let listed = try #require(world.stored().first { $0.hasSuffix("/MANIFEST") })
        let output = file == "MANIFEST" ? "b/packs/\(listed)" : file
        let before = try Data(contentsOf: world.scratch.file(output))
        for arguments in [
            ["run", "-r", "a.pcap", "--json", output], ["import", "zeek", "conn.log", "--json", output],
            ["report", "-r", "a.pcap", "--format", "html", "-o", output],
            ["probe", "127.0.0.1", "-p", "9", "--json", output],
        ] {
            let result = try world.run("b", arguments)
            #expect(result.status == 2 && result.errors.contains("is a file that is read, too"))
            #expect(result.errors.contains(output), "\(result.errors)")
        }
        #expect(try Data(contentsOf: world.scratch.file(output)) == before)
    }

    /// Records may lie beside the captures; devices may be named more than once.
    @Test func whatDestroysNothingIsWritten() throws {
        let (scratch, _) = try filled()
        for arguments in [
            ["run", "-r", "captures", "--json", "captures/records.jsonl"],
            ["run", "-r", "captures", "--json", "captures/records.jsonl", "--policy", "site.lua"],
            ["run", "-r", "captures", "--json", "/dev/null", "--policy", "site.lua", "--store", "none"],
        ] {
            let result = try offport(arguments + ["--quiet"], in: scratch)
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    /// Nobody reads the pipe that records are to go to; the first signal ends the wait.
    @Test func waitingForAReaderEndsWithASignal() throws {
        let (scratch, _) = try filled()
        let script = """
            import os, signal, subprocess, sys, time
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.mkfifo("pipe")
            run = subprocess.Popen(sys.argv[1:])
            status = "/proc/%d/status" % run.pid
            # Until it listens to the signal.
            def listens():
                caught = [line for line in open(status) if line.startswith("SigCgt")][0]
                return int(caught.split()[1], 16) & 1 << signal.SIGTERM - 1
            end = time.monotonic() + 20
            while not listens() and time.monotonic() < end: time.sleep(0.05)
            time.sleep(0.5)
            run.terminate()
            try: sys.exit(run.wait(30))
            finally: run.kill()
            """
        let result = try Command.run(
            ["python3", "-c", script, Command.executable.path, "run", "-r", "a.pcap", "--json", "pipe"]
                + Self.plugins, in: scratch.url, program: URL(filePath: "/usr/bin/env"))
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("pipe: cannot be written: Interrupted system call"))
    }

    /// What the system refuses is told; it does not end the process without a word.
    @Test(arguments: [
        ("ulimit -f 1; ", ["--json", "e.jsonl", "--flows"], "e.jsonl: cannot be written: File too large"),
        ("ulimit -n 8; ", ["--store", "e.db"], "only 8 files may be open at a time"),
    ])
    func limits(_ limit: String, _ arguments: [String], _ words: String) throws {
        let (scratch, _) = try filled()
        let result = try Command.run(
            ["-c", limit + "exec \"$0\" \"$@\"", Command.executable.path, "run", "-r", "a.pcap"] + arguments
                + Self.plugins, in: scratch.url, program: URL(filePath: "/bin/bash"))
        #expect(result.status == 1 && result.errors.contains(words), "\(result.errors)")
    }

    /// Its bytes are lost on the way through the listing, so it is told and the rest is read.
    @Test(arguments: [["-r"], ["--follow", "--duration", "3", "--store", "none", "--http", "off"]])
    func aNameThatIsNotUTF8IsTold(_ flags: [String]) throws {
        let (scratch, _) = try filled()
        let script = #"cp captures/a.pcap captures/$'caf\xe9.pcap'; exec "$0" "$@""#
        let result = try Command.run(
            ["-c", script, Command.executable.path, "run"] + [flags[0], "captures"] + flags.dropFirst()
                + Self.plugins, in: scratch.url, program: URL(filePath: "/bin/bash"))
        #expect(result.status == 1, "\(result.errors)")
        let words = "captures/caf\u{fffd}.pcap: its name is not UTF-8"
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(result.output.contains("SERVICES"))
    }

    /// A script's variable that is not set names no file.
    @Test(arguments: [
        ["run", "-r", "a.pcap", "--store", ""], ["run", "-r", "a.pcap", "--json", ""],
        ["import", "zeek", "conn.log", "--store", ""], ["services", "--store", ""],
        ["probe", "127.0.0.1", "-p", "9", "--json", ""], ["report", "-r", "a.pcap", "-o", ""],
        ["pack", "build", "-o", ""], ["pack", "bundle", "-o", ""], ["pack", "build", ""],
        ["pack", "check", ""], ["pack", "test", ""], ["pack", "sign", ""], ["pack", "install", ""],
        ["pack", "verify", ""], ["pack", "bundle", ""], ["pack", "index", ""], ["plugin", "check", ""],
        ["plugin", "test", ""], ["plugin", "editor", ""],
    ])
    func anEmptyNameIsAMistake(_ arguments: [String]) throws {
        let (scratch, _) = try filled()
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
        let result =
            ["pack", "plugin"].contains(arguments[0])
            ? try Command.run(arguments, in: scratch.url) : try offport(arguments, in: scratch)
        #expect(result.status == 2, "\(result.errors)")
        #expect(
            result.errors.contains("it names no file") || result.errors.contains("it names no folder"),
            "\(result.errors)")
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)) == Set(names))
    }

    /// Stores and folders are no standard output, and nobody means a file called `-`.
    @Test(arguments: [
        ["run", "-r", "a.pcap", "--store", "-"], ["import", "zeek", "conn.log", "--store", "-"],
        ["probe", "127.0.0.1", "-p", "9", "--store", "-"], ["collect", "--out", "-"],
        ["run", "--follow", "captures", "--state", "-"], ["pack", "build", "-"],
    ])
    func whatIsNoStandardOutput(_ arguments: [String]) throws {
        let (scratch, _) = try filled()
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)
        let result = try Command.run(arguments, in: scratch.url)
        #expect(result.status == 2 && result.errors.contains("; write ./- for"), "\(result.errors)")
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path)) == Set(names))
    }

    /// Where nothing can be read, nothing is made, and what was written before stays.
    @Test(
        arguments: [
            (["run", "-r", "nosuch"], 1), (["run", "-r", "a.pcap", "--filter", "nonsense ("], 2),
            (["import", "zeek", "nosuch"], 1),
        ] as [([String], Int32)])
    func whatWasWrittenBeforeStays(_ arguments: [String], _ status: Int32) throws {
        let (scratch, _) = try filled()
        _ = try scratch.write("keep.jsonl", "kept\n")
        let result = try offport(arguments + ["--json", "keep.jsonl", "--store", "new.db"], in: scratch)
        #expect(result.status == status, "\(result.errors)")
        #expect(try String(contentsOf: scratch.file("keep.jsonl"), encoding: .utf8) == "kept\n")
        #expect(!FileManager.default.fileExists(atPath: scratch.file("new.db").path))
    }

    /// Standard output is one place, whatever it is called: no report is written over the records.
    @Test(arguments: ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
    func standardOutputByAnotherName(_ name: String) throws {
        let (scratch, _) = try filled()
        func run(_ name: String) throws -> String {
            let script = #"exec "$0" "$@" > out"#
            let result = try Command.run(
                ["-c", script, Command.executable.path, "run", "-r", "a.pcap", "--json", name] + Self.plugins,
                in: scratch.url, program: URL(filePath: "/bin/bash"))
            #expect(result.status == 0, "\(result.errors)")
            return try String(contentsOf: scratch.file("out"), encoding: .utf8)
        }
        #expect(try run(name) == run("-"))
    }

    @Test(arguments: [
        (["run", "-r", "a.pcap", "--store", "captures"], "captures: is a folder, not a store"),
        (["services", "--store", "captures"], "captures: is a folder, not a store"),
        (["services", "--store", "/dev/null"], "/dev/null: is no file, so it is no store"),
        (["run", "-r", "a.pcap", "--store", "no/e.db"], "no/e.db: the store cannot be made: no such folder"),
    ])
    func whatIsNoStoreIsToldWhy(_ arguments: [String], _ words: String) throws {
        let (scratch, _) = try filled()
        let result = try offport(arguments, in: scratch)
        #expect(result.status == 1 && result.errors.contains(words), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: scratch.file("captures-lock").path))
    }
}
