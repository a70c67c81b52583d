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
        #expect(second.status == 0 && second.errors.contains("it is not stored again"))
        #expect(try services(store) == known)
        let gaps = try Command.run(["coverage", "--store", store])
        #expect(gaps.status == 0, "\(gaps.errors)")
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
        let told = try Command.run(["import", "zeek", folder.file("logs").path, "--json", "-"])
        #expect(told.status == 0, "\(told.errors)")
        let read = told.output.split(separator: "\n").compactMap { line -> String? in
            let rest = line.components(separatedBy: "/logs/").dropFirst().first
            return rest?.components(separatedBy: "\"").first
        }
        #expect(Set(read) == ["2026-11-25/conn.log", "2026-11-26/noon/conn.log"])
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
    ])
    func mistakesAreTold(arguments: [String], text: String) throws {
        let told = try Command.run(arguments)
        #expect(told.status == 2 && told.errors.contains(text), "\(told.errors)")
        #expect(told.output.isEmpty)
    }

    @Test func askingAStoreThatIsNotThere() throws {
        let told = try Command.run(["probe", "--confirm", "--store", "/nonexistent/a.db"])
        #expect(told.status == 1 && told.errors.contains("there is no such store"), "\(told.errors)")
    }
}
