import Foundation
import Testing

/// The command line as scripts depend on it: exit codes, streams, inputs, policies.
@Suite struct CommandTests {
    private static let dns = "\(Command.lab)/dns.pcap"

    /// Few plugins, so that a command starts at once.
    private static let plugins = [
        "network/dns.lua", "messaging/mqtt.lua", "file-transfer", "remote-access", "web",
    ]
    .flatMap { ["--plugins", "plugins/core/plugins/\($0)"] }

    private static func offport(_ arguments: String..., input: Data? = nil) throws -> Command.Result {
        try Command.run([arguments[0]] + plugins + arguments.dropFirst(), input: input)
    }

    private static func bytes(_ path: String) throws -> Data {
        try Data(contentsOf: Command.root.appending(path: path))
    }

    // MARK: Words that are no commands

    @Test(arguments: [
        (["srvices", "-r", "x"], "'srvices' (did you mean 'services'?); offport help has all"),
        (["nosuch"], "'nosuch'; offport help has all"),
        (["help", "srvices"], "'srvices' (did you mean 'services'?); offport help has all"),
        (["pack", "help"], "'pack help'; offport help pack has all"),
        (["plugin", "lst"], "'plugin lst' (did you mean 'list'?); offport help plugin has all"),
        (
            ["findings", "closed", "1"],
            "'findings closed' (did you mean 'close'?); offport help findings has all"
        ),
    ])
    func aWordThatIsNoCommand(_ words: [String], _ told: String) throws {
        let result = try Command.run(words)
        #expect(result.status == 2 && result.output == "")
        #expect(result.errors == "there is no command \(told)\n")
    }

    /// Every command's own help is found, and the group's tells where that of its list is.
    @Test func theListOfAGroupIsNamedInItsHelp() throws {
        for (group, option) in [("findings", "--state"), ("assets", "--store")] {
            let help = try Command.run(["help", group])
            let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(help.status == 0 && words.contains("offport help \(group) list"))
            let list = try Command.run(["help", group, "list"])
            #expect(list.status == 0 && list.output.contains(option))
            #expect(try Command.run([group, "list", "-h"]).output == list.output)
        }
    }

    // MARK: Exit codes and streams

    @Test func done() throws {
        let result = try Self.offport("run", "-r", Self.dns)
        #expect(result.status == 0 && result.errors == "")
        #expect(
            result.output.contains("SERVICES  4 services") && result.output.contains("FINDINGS  2 off-port"))
        print("a report of \(Self.dns) took \(Int(result.seconds * 1000)) ms")
    }

    @Test func startUpTimeOfASmallFile() throws {
        let best = try (0..<3).map { _ in
            try Command.run(["run", "--plugins", "plugins/core", "-r", "\(Command.goldens)/http-on-22.pcap"])
                .seconds
        }.min()
        print("start to end with 8 packets: \(Int((best ?? 0) * 1000)) ms")
        #expect(try #require(best) < 10)
    }

    @Test func aDamagedFileNamesTheByte() throws {
        let scratch = try Scratch()
        let whole = try Self.bytes("\(Command.lab)/ssh-on-22-2222-8080.pcap")
        let damaged = try scratch.write("damaged.pcap", whole.prefix(1000))
        let result = try Self.offport("run", "-r", damaged, "--json", "-")
        #expect(result.status == 1)
        #expect(
            result.errors
                == "\(damaged): record at byte 812 is cut off: 188 of at least 1370 bytes are there\n")
        let records = try result.records
        #expect(records.services.map(\.place) == ["10.20.1.22 22/tcp"])
        #expect(
            records.last?.kind == "summary" && records.last?.packets == 9
                && records.last?.problems?.count == 1)
    }

    @Test(arguments: [
        ["run"], ["run", "-r", "a.pcap", "--workers", "0"], ["run", "-r", "a.pcap", "--fail-on", "nothing"],
        ["run", "-r", "a.pcap", "--flows"], ["services", "-r", "a.pcap", "--port", "ssh"],
        ["services", "-r", "a.pcap", "--format", "xml"],
        ["services", "-r", "a.pcap", "--since", "yesterday"], ["analyse"],
        ["ports", "-r", "a.pcap", "--host", "10.0.0.0/33"], ["run", "-i", "lo", "-i", "lo"],
    ])
    func usage(_ arguments: [String]) throws {
        let result = try Command.run(arguments)
        #expect(result.status == 2 && result.output == "" && result.errors != "")
    }

    @Test(arguments: [
        (["run"], "--follow FOLDER"), (["run", "--watch"], "-i INTERFACE"),
        (["run", "-r", "a", "--state", "b", "--http", "off"], "--state, --http: for a sensor"),
        (["run", "-r", "a", "--watch", "--user", "b"], "--watch, --user: for a sensor"),
        (["run", "-r", "a", "--log-format", "json", "--log-level", "info"], "--log-format, --log-level: "),
        (["run", "-r", "a", "--snaplen", "4096", "--ring", "64"], "--snaplen, --ring: for a sensor"),
        (["run", "-r", "a", "--immediate", "--duration", "1"], "--immediate, --duration: for a sensor"),
        (["run", "-r", "a", "--no-promiscuous"], "--no-promiscuous: for a sensor"),
        (["run", "--follow", ".", "--continuous"], "--continuous: joins captures"),
        (["run", "-r", "a", "--keep-sessions", "5d"], "--keep-sessions: says what a store keeps"),
        (
            ["run", "--follow", ".", "--store", "none", "--max-store", "5G", "--keep-rest", "5d"],
            "--keep-rest, --max-store: says what a store keeps"
        ),
        (["run", "-r", "a", "--fail-on", "new-host"], "--fail-on new-host: only a sensor"),
        (["run", "-r", "a", "--fail-on", "gone-quiet"], "--fail-on gone-quiet: only a sensor"),
    ])
    func whatWouldDoNothingIsUsage(_ arguments: [String], _ told: String) throws {
        let result = try Command.run(arguments)
        #expect(result.status == 2 && result.output == "" && result.errors.contains(told), "\(result.errors)")
    }

    @Test func durationsThatDoNotFitAreUsage() throws {
        for text in ["1e10", "inf", "nan", "0"] {
            let result = try Command.run(["run", "--follow", ".", "--duration", text])
            #expect(result.status == 2 && result.errors.contains("--duration takes"))
        }
    }

    @Test func threadsThatTheSystemDoesNotGiveAreAFailure() throws {
        // Every thread gets a stack of this size, and there is no room for one.
        let script = #"[ "$(ulimit -Hs)" = unlimited ] || exit 77; ulimit -s 100000000000; exec "$0" "$@""#
        let result = try Command.run(
            ["-c", script, Command.executable.path, "run"] + Self.plugins
                + ["-r", Self.dns, "--workers", "4"], program: URL(filePath: "/bin/sh"))
        #expect(
            result.status == 77 || result.status == 1 && result.errors.hasPrefix("the system has no threads"))
    }

    @Test(arguments: [
        ("off-port", 3), ("any", 3), ("alternate", 3), ("low", 3), ("medium", 0), ("impersonation", 0),
        ("forbidden", 0),
    ])
    func failOn(_ rule: String, _ status: Int32) throws {
        let result = try Self.offport("run", "-r", Self.dns, "--quiet", "--fail-on", rule)
        #expect(result.status == status && result.output == "")
        #expect(result.errors == (status == 0 ? "" : "--fail-on \(rule): 2 findings\n"))
    }

    @Test func helpIsNoFailure() throws {
        for arguments in [["--help"], ["--version"], ["run", "--help"]] {
            let result = try Command.run(arguments)
            #expect(result.status == 0 && result.output != "" && result.errors == "")
        }
    }

    // MARK: Inputs

    @Test func aMissingFileLeavesTheRest() throws {
        let result = try Self.offport("services", "-r", "no-such.pcap", "-r", Self.dns)
        #expect(result.status == 1 && result.errors == "no-such.pcap: no such file or folder\n")
        #expect(result.output.contains("10.20.5.54"))
        #expect(try Self.offport("services", "-r", "no-such.pcap").status == 1)
    }

    @Test func standardInputAndGzipSayTheSame() throws {
        let plain = try Self.offport("services", "-r", Self.dns).output
        #expect(try Self.offport("services", "-r", "-", input: Self.bytes(Self.dns)).output == plain)
        let scratch = try Scratch()
        let packed = Process()
        packed.executableURL = URL(filePath: "/usr/bin/env")
        packed.arguments = ["gzip", "-nk", try scratch.write("dns.pcap", Self.bytes(Self.dns))]
        try packed.run()
        packed.waitUntilExit()
        #expect(try Self.offport("services", "-r", scratch.file("dns.pcap.gz").path).output == plain)
        let data = try Data(contentsOf: scratch.file("dns.pcap.gz"))
        #expect(try Self.offport("services", "-r", "-", input: data).output == plain)
    }

    @Test func aFolderIsAllItsCaptures() throws {
        let scratch = try Scratch()
        for name in ["dns", "mqtt"] {
            _ = try scratch.write("\(name).pcap", Self.bytes("\(Command.lab)/\(name).pcap"))
        }
        _ = try scratch.write("notes.txt", "no capture")
        let folder = try Self.offport("services", "-r", scratch.url.path, "--format", "csv")
        let files = try Self.offport(
            "services", "-r", Self.dns, "-r", "\(Command.lab)/mqtt.pcap", "--format", "csv")
        #expect(folder.status == 0 && folder.output == files.output && files.output.contains("mqtt"))
        let empty = try Scratch()
        let nothing = try Self.offport("run", "-r", empty.url.path)
        #expect(nothing.status == 1 && nothing.errors.contains("no capture files in this folder"))
    }

    @Test func anUnsupportedLinkTypeIsNamed() throws {
        let scratch = try Scratch()
        var data = try Self.bytes(Self.dns)
        data.replaceSubrange(20..<24, with: [147, 0, 0, 0])
        let capture = try scratch.write("usb.pcap", data)
        let result = try Self.offport("run", "-r", capture)
        #expect(result.status == 1)
        #expect(
            result.errors == "\(capture): cannot decode frames of LINKTYPE 147 (USER0); they were left out\n")
    }

    @Test func aLinkTypeThatTheFilterDoesNotSuitIsAFailure() throws {
        let scratch = try Scratch()
        var data = try Self.bytes(Self.dns)
        data.replaceSubrange(20..<24, with: [147, 0, 0, 0])
        let capture = try scratch.write("usb.pcap", data)
        let result = try Self.offport("run", "-r", capture, "--filter", "tcp port 2222")
        #expect(result.status == 1)
        #expect(
            result.errors.hasPrefix("\(capture): filter 'tcp port 2222' for link type 147: ")
                && result.errors.hasSuffix("; such frames were left out\n"))
        #expect(result.output.contains("frames of a link type that the filter does not suit"))
        #expect(!result.output.contains("does not describe"))
    }

    @Test func framesWithAnImpossibleTimeAreCounted() throws {
        let scratch = try Scratch()
        // A section, an interface that counts seconds (if_tsresol 0), and a frame of second 2^64 - 1.
        let section: [UInt32] = [0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, .max, .max, 28]
        let interface: [UInt32] = [1, 28, 1, 0, 0x0001_0009, 0, 28]
        let frame: [UInt32] = [6, 32, 0, .max, .max, 0, 0, 32]
        let bytes = (section + interface + frame).flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
        }
        let result = try Self.offport("run", "-r", try scratch.write("late.pcapng", Data(bytes)))
        #expect(result.status == 0)
        #expect(result.output.contains("1  frames with an impossible time, before 1823 or after 2116"))
    }

    @Test func aFilterThatLeavesNothingIsNamed() throws {
        let result = try Self.offport("run", "-r", Self.dns, "--filter", "tcp port 1")
        #expect(result.status == 0 && result.output.contains("\n0 packets, 0 B, 0 flows"))
        #expect(result.output.contains("Nothing to read: the filter left out all "))
    }

    /// A finding is told while the pipe is open and silent, and the first signal ends the run with its report.
    @Test(arguments: [1, 4])
    func aPipeIsWatched(_ workers: Int) throws {
        let scratch = try Scratch()
        // The signals that the tests' threads block would be blocked in the command too.
        let script = """
            import os, signal, subprocess, sys, time
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            folder, capture, *command = sys.argv[1:]
            pipe, records, end = folder + "/pipe", folder + "/records", time.monotonic() + 20
            os.mkfifo(pipe)
            run = subprocess.Popen(command + ["-r", pipe, "--json", records])
            with open(pipe, "wb", buffering=0) as writer, open(capture, "rb") as reader:
                writer.write(reader.read())
                while open(records).read().count('"finding"') < 2 and time.monotonic() < end:
                    time.sleep(0.05)
                open(folder + "/before", "w").write(open(records).read())
                run.terminate()
                try: sys.exit(run.wait(20))
                finally: run.kill()
            """
        let result = try Command.run(
            ["python3", "-c", script, scratch.url.path, Self.dns, Command.executable.path, "run"]
                + Self.plugins + ["--workers", "\(workers)"], program: URL(filePath: "/usr/bin/env"))
        #expect(result.status == 0 && result.errors == "")
        #expect(result.output.contains("FINDINGS  2 off-port"))
        let before = try Record.parse(String(contentsOf: scratch.file("before"), encoding: .utf8))
        #expect(before.findings.count == 2 && before.of("summary").isEmpty)
        let all = try Record.parse(String(contentsOf: scratch.file("records"), encoding: .utf8))
        #expect(all.findings.count == 2 && all.last?.kind == "summary")
    }

    @Test func filters() throws {
        let some = try Self.offport("services", "-r", Self.dns, "--filter", "udp port 53", "--format", "json")
            .records
        #expect(some.map(\.place) == ["10.20.5.53 53/udp"])
        let wrong = try Self.offport("services", "-r", Self.dns, "--filter", "port (")
        #expect(wrong.status == 2 && wrong.errors.contains("port ("))
    }

    @Test func theShellCompletesNamesOfFiles() throws {
        let script = try Command.run(["--generate-completion-script", "bash"]).output
        for (option, what) in [("--policy", "-f"), ("--plugins", "-f"), ("--store", "-f"), ("--state", "-d")]
        {
            let pattern = try Regex("'\(option)'\\)\\s+\\w+_add_completions \(what)\\n")
            #expect(script.firstMatch(of: pattern) != nil, "\(option)")
        }
    }

    // MARK: Answers

    @Test(arguments: [
        ["run", "--fail-on", "any"], ["services"], ["ports", "--format", "csv"], ["banners"], ["hosts"],
        ["findings", "--format", "json"], ["explain"], ["run", "--json", "-"],
    ])
    func resultsThatCannotBeWrittenAreAFailure(_ command: [String]) throws {
        func ended(_ words: String) throws -> Command.Result {
            try Command.run(
                ["-c", "\"$0\" \"$@\" \(words)", Command.executable.path] + command + Self.plugins + [
                    "-r", Self.dns,
                ],
                program: URL(filePath: "/bin/bash"))
        }
        let full = try ended(">/dev/full")
        #expect(full.status == 1)
        #expect(full.errors.hasSuffix("standard output: cannot be written: No space left on device\n"))
        guard !command.contains("--json") else { return }
        // Who closes a pipe has read enough.
        let closed = try ended("| true; exit ${PIPESTATUS[0]}")
        #expect(closed.status == (command.contains("any") ? 3 : 0))
        #expect(!closed.errors.contains("standard output"))
    }

    @Test func jsonGoesToAFileAndTheReportToStandardOutput() throws {
        let scratch = try Scratch()
        let file = scratch.file("records.json").path
        let result = try Self.offport("run", "-r", Self.dns, "--json", file, "--flows")
        let records = try Record.parse(String(contentsOfFile: file, encoding: .utf8))
        #expect(result.output.contains("SERVICES") && records.flows.count == 8)
        let printed = try Self.offport("run", "-r", Self.dns, "--json", "-")
        #expect(try printed.records.flows.isEmpty && !printed.output.contains("SERVICES"))
        let refused = try Self.offport("run", "-r", Self.dns, "--json", "\(file)/below")
        #expect(refused.status == 1 && refused.errors.contains("cannot be written"))
    }

    @Test(arguments: ["services", "ports", "products", "banners", "clients", "hosts", "findings"])
    func questions(_ question: String) throws {
        let capture = "\(Command.lab)/campus.pcap"
        let records = try Self.offport(question, "-r", capture, "--format", "json").records
        let csv = try Self.offport(question, "-r", capture, "--format", "csv").output
        let table = try Self.offport(question, "-r", capture).output
        #expect(!records.isEmpty && Set(records.map(\.kind)).count == 1)
        #expect(csv.split(whereSeparator: \.isNewline).count == records.count + 1)
        #expect(table.split(separator: "\n").count == records.count + 1)
    }

    @Test func noEscapesUnlessATerminalReads() throws {
        for environment in [[:], ["NO_COLOR": "1"], ["CLICOLOR_FORCE": "0"]] {
            let result = try Command.run(
                ["run", "--plugins", "plugins/core", "-r", "\(Command.lab)/campus.pcap"],
                environment: environment)
            #expect(!result.output.contains("\u{1b}") && !result.errors.contains("\u{1b}"))
        }
    }

    // MARK: Plugins and policies

    @Test func aBadPluginIsNamedAndTheRestRuns() throws {
        let scratch = try Scratch()
        let plugin = try scratch.write("bad.lua", "\nprotocl \"x\" { }\n")
        let result = try Self.offport("services", "-r", Self.dns, "--plugins", plugin)
        #expect(result.status == 0 && result.output.contains("10.20.5.54"))
        #expect(result.errors == "\(plugin):2: unknown word 'protocl' (did you mean 'protocol'?)\n")
        let strict = try Self.offport("services", "-r", Self.dns, "--plugins", plugin, "--strict")
        #expect(strict.status == 1 && strict.output == "" && strict.errors == result.errors)
    }

    /// A gate must not pass because its policy is not there.
    @Test(arguments: ["--policy", "--plugins"])
    func whatIsNamedAndCannotBeReadEndsTheCommand(_ flag: String) throws {
        let scratch = try Scratch()
        let packed = try scratch.write("packed.lua", Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b]))
        let wide = try scratch.write("wide.lua", Data([0xff, 0xfe, 0x2d, 0, 0x2d, 0, 0x0a, 0]))
        for (path, reason) in [
            ("no-such.lua", "No such file or directory"), ("no/such/folder/", "No such file or directory"),
            (packed, "it is not text"), (Self.dns, "it is not text"),
            (wide, "it is UTF-16: save it as UTF-8"),
        ] {
            let named = path.hasSuffix("/") ? String(path.dropLast()) : path
            for command in [["run", "--fail-on", "forbidden"], ["services"], ["explain"]] {
                let result = try Command.run(command + Self.plugins + ["-r", Self.dns, flag, path])
                #expect(result.status == 1 && result.output == "")
                #expect(result.errors == "cannot read '\(named)': \(reason)\n")
            }
        }
        let broken = try scratch.write("broken.lua", "forbid telnet\n")
        #expect(try Self.offport("run", "-r", Self.dns, flag, broken).status == 0)
    }

    @Test func anOwnPluginNamesAService() throws {
        let scratch = try Scratch()
        let plugin = try scratch.write(
            "greeter.lua",
            """
            protocol "greeter" {
              title = "Greeter", ports = { "9/tcp" },
              tcp { server = starts "SSH-2.0-OpenSSH_9.6p1 Ubuntu" },
              example { server = "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3\\r\\n" },
            }
            """)
        let result = try Command.run([
            "services", "--plugins", plugin, "-r", "\(Command.goldens)/ssh-on-47111.pcap", "--format", "json",
        ])
        #expect(result.errors == "")
        #expect(
            try result.records.map { "\($0.protocol ?? "") \($0.standing ?? "")" } == ["greeter off-port"])
    }

    @Test func anExpiredAllowanceAllowsNothing() throws {
        let scratch = try Scratch()
        let capture = "\(Command.lab)/ftp-on-21-419-2100.pcap"
        let old = try scratch.write(
            "old.lua", #"allow "ftp" { on = "419/tcp", name = "Ariel", expires = "2020-01-31" }"#)
        let result = try Self.offport(
            "services", "-r", capture, "--policy", old, "--port", "419", "--format", "json")
        #expect(try result.records.map(\.standing) == ["off-port"])
        #expect(result.errors == "\(old):1: allow 'ftp' on 419/tcp expired on 2020-01-31\n")
        let report = try Self.offport("run", "-r", capture, "--policy", old).output
        #expect(report.contains("Ariel  ftp on 419/tcp   expired 2020-01-31"))
    }

    @Test func aForbiddenProtocolIsAFindingEverywhere() throws {
        let scratch = try Scratch()
        let policy = try scratch.write(
            "policy.lua", #"forbid "telnet" { reason = "passwords in the clear", severity = "critical" }"#)
        let records = try Command.records(["\(Command.lab)/telnet.pcap"], ["--policy", policy])
        let forbidden = records.findings.filter { $0.rule == "forbidden" }
        #expect(forbidden.map { $0.port ?? 0 }.sorted() == [23, 2323])
        #expect(forbidden.allSatisfy { $0.severity == "critical" && $0.reason == "passwords in the clear" })
        #expect(records.findings.filter { $0.rule == "off-port" }.map(\.port) == [2323])
        let failed = try Self.offport(
            "run", "-r", "\(Command.lab)/telnet.pcap", "--policy", policy, "--fail-on", "forbidden")
        #expect(failed.status == 3)
    }

    @Test func theSiteHasItsOwnHome() throws {
        let scratch = try Scratch()
        let policy = try scratch.write("policy.lua", #"expected "http" { "8000/tcp" }"#)
        let records = try Command.records(
            ["\(Command.lab)/http-on-80-8000-31337.pcap"], ["--policy", policy])
        let standings = records.services.map { "\($0.port ?? 0) \($0.standing ?? "")" }.sorted()
        #expect(standings == ["31337 off-port", "80 off-port", "8000 expected"])
        #expect(records.findings.allSatisfy { $0.expected == ["8000/tcp"] })
        // A protocol is no stranger on the port that its own plugin names.
        #expect(records.findings.first { $0.port == 80 }?.class != "impersonation")
    }

    @Test func severalCapturesAreCountedTogetherAndRecordedApart() throws {
        let captures = ["\(Command.goldens)/a1-at-home.pcap", "\(Command.goldens)/ssh-on-443.pcap"]
        let records = try Command.records(captures)
        #expect(records.filter { $0.kind != "summary" }.allSatisfy { captures.contains($0.capture ?? "") })
        #expect(records.of("summary").count == 1 && records.last?.flows == 6 && records.last?.services == 5)
    }
}
