import Foundation
import Testing

/// The captures of the audit pack: each detection tells of what it is for, once, and not of its like.
@Suite struct AuditTests {
    static let pack = "plugins/audit"
    private static let folder = Command.root.appending(path: "\(pack)/tests")

    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter {
            FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/input.pcap").path)
        }
        .sorted()
    }()

    /// What is compared of a finding.
    private struct Found: Decodable, Comparable, CustomStringConvertible {
        var kind: String
        var rule: String?
        var severity: String?
        var host: String?
        var port: Int?
        var title: String?
        var detection: String?

        var description: String {
            "\(rule ?? "") \(severity ?? "") \(host ?? ""):\(port ?? 0) \(title ?? "")"
        }

        static func < (left: Self, right: Self) -> Bool { left.description < right.description }
        static func == (left: Self, right: Self) -> Bool { left.description == right.description }

        static func parse(_ text: String) throws -> [Found] {
            try text.split(separator: "\n").map { try JSONDecoder().decode(Found.self, from: Data($0.utf8)) }
        }
    }

    /// Some captures have a policy of their own beside the common one.
    private static func policies(_ name: String) -> [String] {
        let own = "\(pack)/tests/\(name)/policy.lua"
        let isThere = FileManager.default.fileExists(atPath: Command.root.appending(path: own).path)
        return ["--policy", "\(pack)/tests/site.lua"] + (isThere ? ["--policy", own] : [])
    }

    private func findings(_ name: String, _ arguments: String...) throws -> [Found] {
        let result = try Command.run(
            [
                "run", "-r", "\(Self.pack)/tests/\(name)/input.pcap", "--plugins", "plugins", "--json", "-",
                "--quiet", "--strict",
            ] + Self.policies(name) + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return try Found.parse(result.output).filter { $0.detection != nil }
    }

    @Test func everyDetectionHasACapture() throws {
        let files = try FileManager.default.contentsOfDirectory(
            atPath: Command.root.appending(path: "\(Self.pack)/plugins").path)
        #expect(Set(files.map { String($0.dropLast(4)) }) == Set(Self.names))
        #expect(Self.names.count >= 25)
    }

    @Test(arguments: names) func tellsOnceAndOfNothingElse(name: String) throws {
        let text = try String(
            contentsOf: Self.folder.appending(path: "\(name)/expect.jsonl"), encoding: .utf8)
        let expected = try Found.parse(text).sorted()
        #expect(expected.count { $0.rule == name } == 1)
        #expect(try findings(name, "--use", "offport/audit").sorted() == expected)
    }

    @Test(arguments: names) func withFourWorkers(name: String) throws {
        let arguments = [
            "run", "-r", "\(Self.pack)/tests/\(name)/input.pcap", "--plugins", "plugins", "--use", "audit",
            "--json",
            "-", "--flows", "--quiet",
        ]
        let one = try Command.run(arguments)
        let four = try Command.run(arguments + ["--workers", "4"])
        #expect(one.output == four.output)
    }

    @Test func restsUntilItIsUsed() throws {
        #expect(try findings("telnet").isEmpty)
        let scratch = try Scratch()
        let policy = try scratch.write("use.lua", "use \"offport/audit\"\n")
        #expect(try findings("telnet", "--policy", policy).count == 1)
        #expect(try findings("telnet", "--plugins", Self.pack).count == 1)
        let unknown = try Command.run([
            "run", "-r", "\(Self.pack)/tests/telnet/input.pcap", "--use", "adit",
        ])
        #expect(unknown.status == 1 && unknown.errors.contains("use names 'adit', which is no pack here"))
    }

    @Test func failsOnADetection() throws {
        let run = [
            "run", "-r", "\(Self.pack)/tests/telnet/input.pcap", "--plugins", "plugins", "--quiet",
            "--fail-on", "telnet",
        ]
        #expect(try Command.run(run + ["--use", "audit"]).status == 3)
        let without = try Command.run(run)
        #expect(without.status == 2 && without.errors.contains("there is no such rule"))
    }

    @Test func questionsKnowDetections() throws {
        let result = try Command.run([
            "findings", "-r", "\(Self.pack)/tests/telnet/input.pcap", "--plugins", "plugins", "--use",
            "audit",
        ])
        #expect(result.output.contains("10.0.0.5:23 offers Telnet"))
    }
}
