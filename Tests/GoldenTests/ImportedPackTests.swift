import Foundation
import Testing

private let probes = "/usr/share/nmap/nmap-service-probes"

/// Debian's copy of nmap's probes (package nmap-common) as a pack names the lab's servers.
@Suite(
    .enabled(
        if: FileManager.default.isReadableFile(atPath: probes),
        "\(probes) is missing: apt-get install nmap-common"))
struct ImportedPackTests {
    /// What nmap's file knows by the words of servers that the lab holds; the others' it would have to ask for.
    private static let captures = [
        "ssh-on-22-2222-8080", "ftp-on-21-419-2100", "http-on-80-8000-31337", "databases", "ipv6",
    ]

    /// By `address port/transport`: the server and its version, as the lab's author lists them.
    private static func servers() throws -> [String: (name: String, version: String)] {
        let text = try String(
            contentsOf: Command.root.appending(path: "\(Command.lab)/expected.tsv"), encoding: .utf8)
        let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: "\t").map(String.init) }
        let known = rows.filter { row in
            ["ssh", "http", "mysql"].contains(row[4])
                // One of them greets in words of its own.
                || row[5].hasPrefix("vsftpd") && row[1] != "10.20.0.12"
        }
        return Dictionary(
            uniqueKeysWithValues: known.map { row in
                let words = row[5].split(separator: " ").map(String.init)
                return ("\(row[1]) \(row[2])/\(row[3])", (words[0], words[words.count - 1]))
            })
    }

    private static func pack(in scratch: Scratch, beside plugins: String) throws -> String {
        let path = scratch.file("nmap").path
        let result = try Command.run(
            ["pack", "import", "nmap-service-probes", probes, "--plugins", plugins, "--into", path])
        #expect(result.status == 0, "\(result.errors)")
        // The sensor's user reads what root imports.
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/plugins")
        #expect(attributes[.posixPermissions] as? Int == 0o755)
        return path
    }

    private static func services(_ plugins: String...) throws -> [String: Record] {
        let result = try Command.run(
            ["run", "--json", "-"] + captures.flatMap { ["-r", "\(Command.lab)/\($0).pcap"] }
                + plugins.flatMap { ["--plugins", $0] })
        #expect(result.status == 0, "\(result.errors)")
        return Dictionary(try result.records.services.map { ($0.place, $0) }, uniquingKeysWith: { $1 })
    }

    /// Nothing else is loaded, so what is recognised and named is the pack's.
    @Test func namesTheLabsServersByItself() throws {
        let scratch = try Scratch()
        let pack = try Self.pack(in: scratch, beside: "plugins/core/plugins/network/ntp.lua")
        let found = try Self.services(pack)
        let servers = try Self.servers()
        #expect(servers.count == 17)
        for (place, server) in servers {
            let record = try #require(found[place], "\(place) is not recognised")
            let said = "\(record.product ?? "") \(record.version ?? "")"
            #expect(said.contains(server.name) && said.contains(server.version), "\(place): \(said)")
            #expect(record.cpe?.contains(server.version) == true, "\(place): \(record.cpe ?? "no cpe")")
        }
    }

    /// Beside the project's own plugins it changes no name, and adds what only it knows.
    @Test func addsToTheProjectsPlugins() throws {
        let scratch = try Scratch()
        let pack = try Self.pack(in: scratch, beside: "plugins/core")
        let (alone, both) = (
            try Self.services("plugins/core"), try Self.services("plugins/core", pack)
        )
        #expect(alone.mapValues(\.protocol) == both.mapValues(\.protocol))
        #expect(alone.mapValues(\.standing) == both.mapValues(\.standing))
        for (place, record) in alone {
            if let product = record.product { #expect(both[place]?.product == product) }
            if let version = record.version { #expect(both[place]?.version == version) }
        }
        for place in try Self.servers().keys {
            #expect(alone[place]?.cpe == nil && both[place]?.cpe != nil, "\(place)")
        }
    }
}
