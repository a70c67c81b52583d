import Foundation
import Testing

/// What a sensor says, and to whom: over a folder of captures, since interfaces need rights.
@Suite struct SensorTests {
    private static let plugins = ["--plugins", "plugins/core/plugins/remote-access"]

    /// A sensor that follows a folder with copies of the captures, for a second.
    private static func follow(
        _ captures: [String] = [], in scratch: Scratch, _ arguments: [String], plugins: [String] = plugins
    ) throws -> Command.Result {
        let folder = scratch.file("captures")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for capture in captures {
            let source = Command.root.appending(path: capture)
            let copy = folder.appending(path: source.lastPathComponent)
            if !FileManager.default.fileExists(atPath: copy.path) {
                try FileManager.default.copyItem(at: source, to: copy)
            }
        }
        return try Command.run(
            [
                "run", "--follow", folder.path, "--duration", "1", "--quiet", "--state",
                scratch.file("state").path,
            ]
                + plugins + arguments)
    }

    private static func objects(_ text: String) throws -> [[String: String]] {
        try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require(object).compactMapValues { $0 as? String }
        }
    }

    @Test func itsStatusServerEndsInPeace() throws {
        let scratch = try Scratch()
        // It is a matter of luck whether the end of one comes too late for another.
        for _ in 0..<8 {
            let run = try Self.follow(in: scratch, ["--http", "127.0.0.1:0", "--store", "none"])
            #expect(run.status == 0 && !run.errors.contains("ERROR"), "\(run.errors)")
        }
    }

    @Test func aNewHostIsToldAsAHost() throws {
        let scratch = try Scratch()
        let file = scratch.file("alerts.jsonl").path
        let policy = try scratch.write(
            "site.lua",
            """
            receiver "f" { file = "\(file)" }
            alert { on = host, to = "f" }
            alert { on = service "ssh", to = "f" }
            """)
        let run = try Self.follow(
            ["\(Command.goldens)/ssh-on-47111.pcap"], in: scratch,
            ["--http", "off", "--store", "none", "--policy", policy])
        #expect(run.status == 0, "\(run.errors)")
        let told = try Self.objects(try String(contentsOfFile: file, encoding: .utf8))
        #expect(told.map { $0["kind"] } == ["service", "host"])
        #expect(told.allSatisfy { $0["host"] == "10.0.0.5" })
        #expect(told.last?["title"] == "New host: 10.0.0.5")
    }

    @Test func everyFindingIsAlertedOnceForEachOfItsClients() throws {
        let scratch = try Scratch()
        let file = scratch.file("alerts.jsonl").path
        let policy = try scratch.write(
            "site.lua",
            """
            site { name = "campus", networks = { "10.0.0.0/24" } }
            receiver "f" { file = "\(file)" }
            alert { on = finding, to = "f" }
            """)
        let detection = try scratch.write(
            "spoken.lua",
            """
            detect "spoken" {
              title = "A client spoke", on = flow, severity = "low", example { protocol = "ssh" },
            }
            """)
        // Two clients of two servers, of which one is met from inside first and from outside later.
        let run = try Self.follow(
            ["\(Command.goldens)/directions.pcap"], in: scratch,
            ["--http", "off", "--store", "none", "--policy", policy],
            plugins: Self.plugins + ["--plugins", detection])
        #expect(run.status == 0, "\(run.errors)")
        let told = try Self.objects(try String(contentsOfFile: file, encoding: .utf8))
        let rules = told.compactMap { $0["rule"] }.sorted()
        #expect(rules == Array(repeating: "off-port", count: 3) + Array(repeating: "spoken", count: 4))
    }

    /// Alerts are added to a file, which may not be one that is read, or that something else is written to.
    @Test(arguments: ["captures/ssh-on-47111.pcap", "site.lua", "s.db", "records.jsonl"])
    func aReceiversFileIsNoOtherFile(_ name: String) throws {
        let scratch = try Scratch()
        let path = scratch.file(name).path
        let text = "receiver \"f\" { file = \"\(path)\" }\nalert { on = host, to = \"f\" }\n"
        let policy = try scratch.write("site.lua", text)
        let run = try Self.follow(
            ["\(Command.goldens)/ssh-on-47111.pcap"], in: scratch,
            [
                "--http", "off", "--store", scratch.file("s.db").path, "--json",
                scratch.file("records.jsonl").path, "--policy", policy,
            ])
        #expect(run.status == 2 && run.errors.contains("receiver \"f\": \(path)"), "\(run.errors)")
        #expect(try String(contentsOfFile: policy, encoding: .utf8) == text)
        #expect(!FileManager.default.fileExists(atPath: scratch.file("s.db").path))
    }

    @Test func whatAnEarlierRunKnewIsNotToldAsNew() throws {
        let scratch = try Scratch()
        let file = scratch.file("alerts.jsonl").path
        let receiver = "receiver \"f\" { file = \"\(file)\" }\n"
        let before = try scratch.write(
            "before.lua",
            receiver + "alert { on = finding \"off-port\", severity = \"critical\", to = \"f\" }")
        let after = try scratch.write(
            "after.lua", receiver + "alert { on = host, to = \"f\" }\nalert { on = service, to = \"f\" }")
        // The same host and service, and two others of that host.
        for (captures, policy) in [
            (["banner-changed"], before), (["http-get-to-ssh-server", "ssh-on-47111"], after),
        ] {
            let run = try Self.follow(
                captures.map { "\(Command.goldens)/\($0).pcap" }, in: scratch,
                ["--http", "off", "--policy", policy])
            #expect(run.status == 0, "\(run.errors)")
        }
        let told = try Self.objects(try String(contentsOfFile: file, encoding: .utf8))
        #expect(
            told.map { "\($0["kind"] ?? "") \($0["protocol"] ?? "") \($0["standing"] ?? "")" }
                == ["service ssh off-port", "service ssh off-port"])
    }

    @Test func whatIsWrongWithAPolicyIsAMessageLikeAllOthers() throws {
        let scratch = try Scratch()
        let policy = try scratch.write(
            "site.lua",
            """
            allow "ssh" { on = "22/tpc" }
            allow "ssh" { on = "419/tcp", expires = "2024-01-01" }
            """)
        let flags = ["--http", "off", "--store", "none", "--policy", policy]
        let run = try Self.follow(in: scratch, flags + ["--log-format", "json"])
        #expect(run.status == 0, "\(run.errors)")
        let told = try Self.objects(run.errors)
        #expect(told.allSatisfy { $0["kind"] == "log" && $0["time"] != nil })
        #expect(told.contains { $0["level"] == "error" && $0["message"]?.contains("'22/tpc'") == true })
        #expect(told.contains { $0["level"] == "warning" && $0["message"]?.contains("expired on") == true })
        let plain = try Self.follow(in: scratch, flags).errors.split(separator: "\n")
        #expect(plain.contains { $0.contains("Z error ") && $0.contains("'22/tpc'") }, "\(plain)")
        #expect(plain.contains { $0.contains("Z warning ") && $0.contains("expired on") }, "\(plain)")
    }

    @Test func whyItEndsIsAnObjectToo() throws {
        let run = try Command.run(
            [
                "run", "--follow", "no-such-folder", "--http", "off", "--store", "none", "--log-format",
                "json",
            ] + Self.plugins)
        #expect(run.status == 1)
        let told = try Self.objects(run.errors)
        #expect(told.map { $0["message"] } == ["no-such-folder: no such file or folder"], "\(run.errors)")
    }

    @Test func aUserThatIsNotThereIsNamedOnce() throws {
        let run = try Self.follow(
            in: try Scratch(), ["--http", "off", "--store", "none", "--user", "nosuch"])
        #expect(run.status == 1)
        #expect(run.errors == "--user nosuch: there is no such user (useradd --system nosuch)\n")
    }

    @Test func aPortThatItCannotHaveIsToldOnce() throws {
        // An address of documentation (RFC 5737) is no machine's.
        let run = try Self.follow(in: try Scratch(), ["--http", "192.0.2.1:80", "--store", "none"])
        #expect(run.status == 0)
        #expect(run.errors.components(separatedBy: "no address of this machine").count == 2, "\(run.errors)")
    }
}
