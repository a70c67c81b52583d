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
