import Foundation
import Testing

/// Imports into a store, and the questions about what other eyes saw.
@Suite struct OtherEyesTests {
    static let samples = "Tests/ImportsTests/Samples"
    static let files = [
        ("nmap", "nmap-versions.xml"), ("nmap", "nmap-ipv6.xml"), ("nmap", "nmap-all-ports.xml"),
        ("nessus", "scan.nessus"), ("zeek", "zeek-conn.log"), ("zeek", "zeek-known-services.log"),
        ("zeek", "zeek-notice.log"), ("eve", "eve.json"), ("syslog", "netfilter.log"),
        ("netflow", "netflow-9.pcap"),
        ("netflow", "netflow-10.pcap"),
    ]

    private func services(_ store: String) throws -> [String] {
        let answer = try Command.run(["services", "--store", store, "--format", "json"])
        try #require(answer.status == 0, "\(answer.errors)")
        return answer.output.split(separator: "\n").map(String.init).sorted()
    }

    @Test(arguments: files) func aSecondImportAddsNothing(kind: String, file: String) throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let path = "\(Self.samples)/\(file)"
        let first = try Command.run(["import", kind, path, "--store", store])
        #expect(first.status == 0, "\(first.errors)")
        let known = try services(store)
        let second = try Command.run(["import", kind, path, "--store", store])
        #expect(second.status == 0 && second.errors.contains("has this file already"))
        #expect(second.errors.contains("it is not stored again"))
        #expect(try services(store) == known)
        let gaps = try Command.run(["coverage", "--store", store])
        #expect(gaps.status == 0, "\(gaps.errors)")
        let others = try Command.run(["coverage", "--store", store, "--host", "233.252.0.1"])
        #expect(
            others.output.contains("No scan is in this store")
                || others.output.contains("0 services known to both")
                    && others.output.contains("No gaps among what was asked for."),
            "\(others.output)")
    }

    /// What a file names is quoted in the report, and does nothing to the terminal that shows it.
    @Test func importedNamesDoNotActOnATerminal() throws {
        let folder = try Scratch()
        let line =
            #"{"ts": 1795604400.5, "uid": "C1", "id.orig_h": "198.51.100.7", "id.orig_p": 51514, "#
            + #""id.resp_h": "192.0.2.10", "id.resp_p": 419, "proto": "tcp", "conn_state": "SF", "#
            + #""service": "x\u001b[31m\u009b2J\u200fy"}"# + "\n"
        let log = try folder.write("conn.json", line)
        let told = try Command.run(["import", "zeek", log])
        #expect(told.status == 0 && told.output.contains("x.[31m.2j.y (1)"), "\(told.output)")
        #expect(told.isHarmless && !told.output.contains("\u{200f}"))
    }

    @Test func importedServicesHaveTheirSource() throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let first = try Command.run(["import", "nmap", "\(Self.samples)/nmap-versions.xml", "--store", store])
        #expect(first.status == 0, "\(first.errors)")
        let records = try Record.parse(try services(store).joined(separator: "\n"))
        #expect(!records.isEmpty)
        for line in try services(store) {
            #expect(
                line.contains(
                    #""sources":[{"source":"import","name":"nmap","capture":"Tests/ImportsTests/Samples/nmap-versions.xml""#
                ))
            #expect(line.contains(#""sessions":0"#))
        }
    }

    /// A probe is no session and no client, in its own report as in the store.
    @Test func aProbeCountsForNothing() throws {
        let folder = try Scratch()
        let server = try Greeter("SSH-2.0-OpenSSH_9.6")
        let store = folder.file("a.db").path
        let arguments = ["probe", "127.0.0.1", "-p", "\(server.port)", "--plugins", "plugins/core"]
        let told = try Command.run(arguments + ["--store", store, "--json", "-"])
        try #require(told.status == 0, "\(told.errors)")
        let stored = try Command.run(["findings", "--store", store, "--format", "json"])
        let services = (told.output + (try self.services(store).joined(separator: "\n"))).split(
            separator: "\n"
        )
        .filter { $0.contains(#""kind":"service""#) }
        #expect(services.count == 2)
        for line in services { #expect(line.contains(#""sessions":0,"clients":0,"#), "\(line)") }
        let findings = (told.output + stored.output).split(separator: "\n")
            .filter { $0.contains(#""kind":"finding""#) }
        #expect(findings.count == 2)
        for line in findings {
            #expect(!line.contains(#""client":{"#) && !line.contains(#""flow":"#), "\(line)")
            #expect(line.contains(#""text":"SSH-2.0-OpenSSH_9.6""#), "\(line)")
        }
        withExtendedLifetime(server) {}
    }

    /// Detections look at what a probe hears, and may be named to end it with 3.
    @Test func aProbeHasDetections() throws {
        let server = try Greeter("SSH-1.5-OpenSSH_3.6")
        let probe = ["probe", "127.0.0.1", "-p", "\(server.port)", "--plugins", "plugins", "--quiet"]
        let found = try Command.run(probe + ["--use", "offport/audit", "--fail-on", "ssh-outdated"])
        #expect(found.status == 3, "\(found.errors)")
        for command in ["probe", "run"] {
            #expect(try Command.run([command, "--help"]).output.contains("a detection,"))
        }
        withExtendedLifetime(server) {}
    }

    /// The same facts in another file add nothing but where they were told last.
    @Test func theSameFactsInAnotherFileAddNothing() throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let text = try String(
            contentsOf: Command.root.appending(path: "\(Self.samples)/nmap-versions.xml"), encoding: .utf8)
        let other = folder.file("other.xml")
        try Data((text + "<!-- again -->\n").utf8).write(to: other)
        _ = try Command.run(["import", "nmap", "\(Self.samples)/nmap-versions.xml", "--store", store])
        let known = try services(store).count
        let second = try Command.run(["import", "nmap", other.path, "--store", store])
        #expect(second.status == 0 && !second.errors.contains("not stored again"))
        #expect(try services(store).count == known)
        #expect(try services(store).allSatisfy { $0.components(separatedBy: #""source":"#).count == 2 })
    }

    @Test func aLogThatWasPackedMeanwhileIsTheSameLog() throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let text = try String(
            contentsOf: Command.root.appending(path: "\(Self.samples)/zeek-conn.log"), encoding: .utf8)
        let plain = try folder.write("conn.log", text)
        let packed = Process()
        packed.executableURL = URL(filePath: "/usr/bin/env")
        packed.arguments = ["gzip", "-nk", plain]
        try packed.run()
        packed.waitUntilExit()
        let first = try Command.run(["import", "zeek", plain, "--store", store])
        #expect(first.status == 0 && !first.errors.contains("stored"), "\(first.errors)")
        let second = try Command.run(["import", "zeek", "\(plain).gz", "--store", store])
        #expect(second.status == 0 && second.errors.contains("it is not stored again"), "\(second.errors)")
        let grown = try folder.write("conn.log", text + "\n")
        let third = try Command.run(["import", "zeek", grown, "--store", store])
        #expect(third.status == 0 && !third.errors.contains("not stored again"), "\(third.errors)")
    }

    /// A store may know a log by the bytes of the file, not by what is in it.
    @Test func aLogThatAStoreKnowsByItsFileIsNotStoredAgain() throws {
        let folder = try Scratch()
        let (store, log) = (folder.file("a.db").path, "\(Self.samples)/zeek-conn.log")
        try #require(try Command.run(["import", "zeek", log, "--store", store]).status == 0)
        let script = """
            import hashlib, sqlite3, sys
            log = open(sys.argv[2], "rb").read()
            digest = hashlib.sha256(b"%d import zeek\\n" % len(log) + log).hexdigest()[:32]
            with sqlite3.connect(sys.argv[1]) as store:
                sys.exit(store.execute("UPDATE captures SET identity = ?", [digest]).rowcount - 1)
            """
        let changed = try Command.run(
            ["python3", "-c", script, store, log], program: URL(filePath: "/usr/bin/env"))
        try #require(changed.status == 0, "\(changed.errors)")
        let second = try Command.run(["import", "zeek", log, "--store", store])
        #expect(second.status == 0 && second.errors.contains("it is not stored again"), "\(second.errors)")
    }

    /// Of a session that was joined midway, which end serves is known by the ports alone.
    @Test(arguments: [("eve", 27, true), ("eve", 50001, false), ("zeek", 27, true)])
    func aSessionThatWasJoinedMidwayHasItsService(_ kind: String, _ port: Int, _ isThere: Bool) throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let eve =
            #"{"timestamp":"2026-11-25T11:00:00Z","event_type":"flow","src_ip":"198.51.100.7","#
            + #""src_port":50000,"dest_ip":"192.0.2.10","dest_port":\#(port),"proto":"TCP","app_proto":"http","#
            + #""flow":{"pkts_toserver":5,"pkts_toclient":5},"#
            + #""tcp":{"tcp_flags_ts":"18","tcp_flags_tc":"18"}}"#
        let zeek =
            #"{"ts":1795604400.0,"id.orig_h":"198.51.100.7","id.orig_p":50000,"id.resp_h":"192.0.2.10","#
            + #""id.resp_p":\#(port),"proto":"tcp","duration":1.0,"conn_state":"OTH","service":"http","#
            + #""orig_pkts":5,"resp_pkts":5}"#
        let log = try folder.write("log.json", (kind == "eve" ? eve : zeek) + "\n")
        let plugins = ["--plugins", "plugins/core"]
        let told = try Command.run(["import", kind, log, "--store", store] + plugins)
        #expect(told.status == 0, "\(told.errors)")
        let found = try services(store)
        #expect(found.count == (isThere ? 1 : 0))
        #expect(found.allSatisfy { $0.contains(#""standing":"off-port""#) && $0.contains(#""port":27,"#) })
    }

    /// Suricata writes what it recognises before the flow is over; the finding has that flow all the same.
    @Test(arguments: [false, true]) func aFindingOfSuricatasHasItsFlow(_ isFlowFirst: Bool) throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        func event(_ time: String, _ kind: String, _ rest: String) -> String {
            #"{"timestamp":"2026-11-25T\#(time)Z","event_type":"\#(kind)","src_ip":"198.51.100.7","#
                + #""src_port":50000,"dest_ip":"192.0.2.10","dest_port":2222,"proto":"TCP",\#(rest)}"# + "\n"
        }
        let events = [
            event("11:00:05", "ssh", #""ssh":{"server":{"proto_version":"2.0","software_version":"a"}}"#),
            event(
                "11:05:00", "flow",
                #""app_proto":"ssh","flow":{"pkts_toserver":5,"pkts_toclient":5,"#
                    + #""start":"2026-11-25T11:00:00Z"},"tcp":{"tcp_flags_ts":"1b","tcp_flags_tc":"1b"}"#),
        ]
        let log = try folder.write("eve.json", (isFlowFirst ? events.reversed() : events).joined())
        let policy = try folder.write("site.lua", #"site { networks = { "192.0.2.0/24" } }"# + "\n")
        let arguments = ["--plugins", "plugins/core", "--policy", policy]
        let told = try Command.run(["import", "eve", log, "--store", store] + arguments)
        try #require(told.status == 0, "\(told.errors)")
        let found = try Command.run(["findings", "--store", store, "--format", "json"])
        for part in [
            #""time":"2026-11-25T11:00:00.000000Z""#, #""client":{"ip":"198.51.100.7","port":50000}"#,
            #""flow":""#, #""direction":"inbound""#, #""severity":"medium""#, #""times":1"#,
        ] {
            #expect(found.output.contains(part), "\(part): \(found.output)")
        }
        // The client is one to ask for, whichever of the two told of the service first.
        for (client, isKnown) in [("198.51.100.7", true), ("192.0.2.10", false)] {
            let used = try Command.run(["services", "--client", client, "--store", store, "--format", "json"])
            #expect(used.output.contains(#""port":2222"#) == isKnown, "\(used.output)")
        }
    }

    /// Whoever asks for a policy decides; an import without one leaves what was decided.
    @Test func anImportWithoutAPolicyLeavesWhatWasDecided() throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let policy = try folder.write("site.lua", #"allow "ftp" { on = "27/tcp", name = "old" }"# + "\n")
        func event(_ minute: Int) -> String {
            #"{"ts":\#(1_795_604_400 + 60 * minute).0,"id.orig_h":"198.51.100.7","id.orig_p":50000,"#
                + #""id.resp_h":"192.0.2.10","id.resp_p":27,"proto":"tcp","duration":1.0,"conn_state":"SF","#
                + #""service":"ftp","orig_pkts":5,"resp_pkts":5}"# + "\n"
        }
        for (minute, decided) in [(0, ["--policy", policy]), (1, [])] {
            let log = try folder.write("\(minute).log", event(minute))
            let arguments = ["--store", store, "--plugins", "plugins/core"] + decided
            let told = try Command.run(["import", "zeek", log] + arguments)
            try #require(told.status == 0, "\(told.errors)")
        }
        let known = try services(store)
        #expect(known.count == 1 && known[0].contains(#""standing":"allowed""#), "\(known)")
        #expect(known[0].contains(#""last_seen":"2026-11-25T11:01"#), "\(known)")
        let found = try Command.run(["findings", "--store", store, "--format", "json"])
        #expect(found.output.isEmpty, "\(found.output)")
    }

    /// Log messages need no answer; a question does.
    @Test func datagramsThatNobodyAnsweredAreWhatTheirProtocolMakesOfThem() throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let lines = [("syslog", 514), ("dns", 53)].map { name, port in
            #"{"ts":1795604400.0,"id.orig_h":"10.0.0.8","id.orig_p":40000,"id.resp_h":"10.0.0.9","#
                + #""id.resp_p":\#(port),"proto":"udp","service":"\#(name)","conn_state":"S0","#
                + #""orig_pkts":3,"resp_pkts":0}"# + "\n"
        }
        let log = try folder.write("conn.log", lines.joined())
        let plugins = ["--plugins", "plugins/core"]
        let told = try Command.run(["import", "zeek", log, "--store", store] + plugins)
        #expect(told.status == 0, "\(told.errors)")
        for (port, count) in [(514, #""sessions":1,"attempts":0"#), (53, #""sessions":0,"attempts":1"#)] {
            let clients = try Command.run(
                ["clients-of", "10.0.0.9:\(port)/udp", "--store", store, "--format", "json"])
            #expect(clients.status == 0 && clients.output.contains(count), "\(clients.output)")
        }
    }

    @Test func aFolderStandsForTheFoldersBelowToo() throws {
        let folder = try Scratch()
        let files = FileManager.default
        let sample = Command.root.appending(path: "\(Self.samples)/zeek-conn.log")
        for day in ["2026-11-25", "2026-11-26/noon", ".trash"] {
            let place = folder.file("logs/\(day)")
            try files.createDirectory(at: place, withIntermediateDirectories: true)
            try files.copyItem(at: sample, to: place.appending(path: "conn.log"))
        }
        try files.createSymbolicLink(
            at: folder.file("logs/current"), withDestinationURL: folder.file("logs/2026-11-25"))
        for slashes in ["", "/", "//"] {
            let told = try Command.run(["import", "zeek", folder.file("logs").path + slashes, "--json", "-"])
            #expect(told.status == 0, "\(told.errors)")
            let read = told.output.split(separator: "\n").compactMap { line -> String? in
                let rest = line.components(separatedBy: "/logs/").dropFirst().first
                return rest?.components(separatedBy: "\"").first.map { String($0.drop { $0 == "/" }) }
            }
            #expect(Set(read) == ["2026-11-25/conn.log", "2026-11-26/noon/conn.log"])
        }
    }

    /// What an import writes into a folder that it reads is none of its logs, the second time neither.
    @Test func whatIsWrittenIntoAFolderOfLogsIsNoLog() throws {
        let folder = try Scratch()
        let files = FileManager.default
        let logs = folder.file("logs").path
        try files.createDirectory(atPath: logs, withIntermediateDirectories: true)
        try files.copyItem(
            at: Command.root.appending(path: "\(Self.samples)/zeek-conn.log"),
            to: folder.file("logs/conn.log"))
        var reports: Set<String> = []
        for _ in 0..<2 {
            let told = try Command.run([
                "import", "zeek", logs, "--store", "\(logs)/s.db", "--json", "\(logs)/facts.jsonl",
            ])
            #expect(told.status == 0, "\(told.errors)")
            reports.insert(told.output)
        }
        #expect(reports.count == 1 && reports.first?.contains("s.db") == false, "\(reports)")
        // A hidden file is none of the logs either, whatever is in it.
        for name in try files.contentsOfDirectory(atPath: logs) where name != "conn.log" {
            try files.removeItem(atPath: "\(logs)/\(name)")
        }
        try files.copyItem(at: folder.file("logs/conn.log"), to: folder.file("logs/.c.log"))
        let hidden = try Command.run(["import", "zeek", logs + "/", "--json", "\(logs)/.c.log"])
        #expect(hidden.status == 0, "\(hidden.errors)")
        let lost = try Command.run(["import", "zeek", logs, "--json", "\(logs)/conn.log"])
        #expect(lost.status == 2 && lost.errors.contains("would be lost"), "\(lost.errors)")
    }

    /// Suricata's ssh events have the server's words without what stands before them.
    @Test func aServerHasOneBannerWhoeverHeardIt() throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let event =
            #"{"timestamp":"2024-03-01T09:00:02Z","event_type":"ssh","src_ip":"198.51.100.7","#
            + #""src_port":40000,"dest_ip":"10.0.0.5","dest_port":2222,"proto":"TCP","#
            + #""ssh":{"server":{"proto_version":"2.0","software_version":"OpenSSH_9.6p1 Ubuntu-3"}}}"#
        let log = try folder.write("eve.json", event + "\n")
        let plugins = ["--plugins", "plugins/core"]
        let imported = try Command.run(["import", "eve", log, "--store", store] + plugins)
        #expect(imported.status == 0, "\(imported.errors)")
        let words = #""banner":"SSH-2.0-OpenSSH_9.6p1 Ubuntu-3""#
        let alone = try #require(try services(store).first)
        #expect(alone.contains(words) && alone.contains(#""product":"OpenSSH""#), "\(alone)")
        #expect(alone.contains(#""version":"9.6p1""#), "\(alone)")
        let run = try Command.run(
            ["run", "-r", "Tests/Golden/a1-off-port.pcap", "--store", store, "--quiet"] + plugins)
        #expect(run.status == 0, "\(run.errors)")
        let both = try #require(try services(store).first { $0.contains(#""port":2222,"#) })
        #expect(both.contains(words) && !both.contains(#""banners":"#), "\(both)")
        #expect(both.contains(#""name":"eve""#) && both.contains(#""name":"files""#), "\(both)")
    }

    @Test(arguments: [
        (["probe"], "name whom to ask"), (["probe", "10.0.0.0/8"], "say --max-hosts 16777214"),
        (["probe", "2001:db8::/32"], "name a smaller range"),
        (["probe", "10.0.0.1", "-p", "0"], "is no port"),
        (["probe", "10.0.0.1", "-p", "22/sctp"], "is no port"),
        (["probe", "10.0.0.1", "-p", "70000"], "is no port"),
        (["probe", "224.0.0.1"], "stands for no single host"), (["probe", "10.0.0.300"], "is no address"),
        (["probe", "10.0.0.1", "--rate", "0"], "--rate takes"),
        (["probe", "--confirm", "--store", "none"], "with --confirm name the store that has the findings"),
        (["import", "zeek", "a.log", "--store", "none"], "leave --store out, or write ./none"),
        (["collect", "--out", ""], "it names no folder"),
    ])
    func mistakesAreTold(arguments: [String], text: String) throws {
        let told = try Command.run(arguments)
        #expect(told.status == 2 && told.errors.contains(text), "\(told.errors)")
        #expect(told.output.isEmpty)
    }

    /// A file is no folder for captures, and that is told before anything is collected.
    @Test func collectingIntoAFile() throws {
        let folder = try Scratch()
        let file = try folder.write("s.db", "kept")
        let told = try Command.run(["collect", "--listen", "127.0.0.1:0", "--out", file])
        #expect(told.status == 1 && told.errors == "\(file): cannot be made: Not a directory\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "kept")
    }

    /// Whom the findings of a store name is told before they are asked, and no more of them are than was said.
    @Test func whoIsAskedAgainIsToldBefore() throws {
        let folder = try Scratch()
        let store = folder.file("offport.db").path
        let server = try Greeter("SSH-2.0-OpenSSH_9.6")
        let plugins = ["--plugins", "plugins/core"]
        let probe = ["probe", "127.0.0.1", "-p", "\(server.port)", "--store", store, "--quiet"]
        try #require(try Command.run(probe + plugins).status == 0)
        let line =
            "asking again 1 port of 1 host: those of the off-port findings of \(store) that are not closed\n"
        let confirm = ["probe", "--confirm"] + plugins
        let named = try Command.run(confirm + ["--store", store])
        #expect(named.status == 0 && named.errors == line, "\(named.errors)")
        #expect(named.output.contains("confirmed"), "\(named.output)")
        let quiet = try Command.run(confirm + ["--store", store, "--quiet"])
        #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.output.isEmpty, "\(quiet.errors)")
        let capture = ["run", "-r", "\(Command.lab)/campus.pcap", "--store", store, "--quiet"]
        try #require(try Command.run(capture + plugins).status == 0)
        let many = try Command.run(confirm + ["--store", store, "--max-hosts", "1"])
        #expect(many.status == 2 && many.output.isEmpty)
        #expect(
            many.errors.contains("addresses, and --max-hosts is 1; if you mean all of them, say --max-hosts"),
            "\(many.errors)")
        withExtendedLifetime(server) {}
    }

    /// Targets and ports narrow what the findings name, however large they are; what is left may be nothing.
    @Test func whoIsAskedAgainIsNarrowed() throws {
        let folder = try Scratch()
        let store = folder.file("a.db").path
        let server = try Greeter("SSH-2.0-OpenSSH_9.6")
        let plugins = ["--plugins", "plugins/core/plugins/remote-access", "--store", store]
        try #require(try Command.run(["probe", "127.0.0.1", "-p", "\(server.port)"] + plugins).status == 0)
        func confirm(_ words: String...) throws -> Command.Result {
            try Command.run(["probe", "--confirm"] + words + plugins)
        }
        let all = try confirm("127.0.0.0/8", "2001:db8::/32", "-p", "1-65535")
        #expect(all.status == 0 && all.errors.hasPrefix("asking again 1 port of 1 host: "), "\(all.errors)")
        #expect(all.output.contains("confirmed"))
        let other = server.port == 9 ? 10 : 9
        for narrowed in [try confirm("-p", "\(other)"), try confirm("10.0.0.0/8")] {
            #expect(narrowed.status == 0, "\(narrowed.errors)")
            #expect(
                narrowed.errors
                    == "nothing to ask: there are no off-port findings of \(store) that are not closed, at the "
                    + "targets and ports that you name\n")
            #expect(narrowed.output.contains("0 ports of 0 hosts asked"))
            #expect(!narrowed.output.contains("OUTCOME"))
        }
        withExtendedLifetime(server) {}
    }

    @Test func askingAStoreThatIsNotThere() throws {
        let told = try Command.run(["probe", "--confirm", "--store", "/nonexistent/a.db"])
        #expect(told.status == 1 && told.errors.contains("there is no such store"), "\(told.errors)")
    }
}
