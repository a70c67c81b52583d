import Foundation
import Testing

/// Records under the names of the Elastic Common Schema.
@Suite struct SchemaCommandTests {
    private static let capture = "\(Command.lab)/ssh-on-22-2222-8080.pcap"

    private static func objects(_ text: String) throws -> [[String: Any]] {
        try text.split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    private static func value(_ object: [String: Any], _ path: String) -> Any? {
        path.split(separator: ".").reduce(object as Any?) { ($0 as? [String: Any])?[String($1)] }
    }

    @Test func everyRecordOfARun() throws {
        let run = ["run", "-r", Self.capture, "--plugins", "plugins/core", "--json", "-", "--flows"]
        let plain = try Self.objects(try Command.run(run).output)
        let ecs = try Self.objects(try Command.run(run + ["--schema", "ecs"]).output)
        #expect(ecs.count == plain.count && !ecs.isEmpty)
        for (record, own) in zip(ecs, plain) {
            #expect(Self.value(record, "ecs.version") as? String == "8.17.0")
            #expect(Self.value(record, "event.module") as? String == "offport")
            #expect((record["@timestamp"] as? String)?.hasSuffix("Z") == true, "\(record)")
            // The whole record is there, too.
            let kind = try #require(own["kind"] as? String)
            #expect(Self.value(record, "offport.kind") as? String == kind)
            if kind != "summary" {
                let whole = try #require(record["offport"] as? [String: Any])
                #expect(NSDictionary(dictionary: whole) == NSDictionary(dictionary: own))
            }
        }
        let finding = try #require(ecs.first { Self.value($0, "event.kind") as? String == "alert" })
        #expect(Self.value(finding, "rule.name") as? String == "off-port")
        #expect(Self.value(finding, "network.protocol") as? String == "ssh")
        #expect(Self.value(finding, "destination.port") as? Int != nil)
        #expect((Self.value(finding, "event.severity") as? Int ?? 0) > 1)
        #expect((Self.value(finding, "related.ip") as? [String])?.count == 2)
        let flow = try #require(ecs.first { Self.value($0, "event.dataset") as? String == "offport.flow" })
        #expect(Self.value(flow, "source.ip") as? String == Self.value(flow, "offport.client.ip") as? String)
        #expect((Self.value(flow, "network.community_id") as? String)?.hasPrefix("1:") == true)
        #expect((Self.value(flow, "event.duration") as? Int ?? -1) >= 0)
    }

    @Test func answersToQuestions() throws {
        let asked = ["-r", Self.capture, "--plugins", "plugins/core", "--format", "json", "--schema", "ecs"]
        for (question, dataset) in [
            ("services", "offport.service"), ("clients", "offport.client"), ("findings", "offport.finding"),
        ] {
            let records = try Self.objects(try Command.run([question] + asked).output)
            #expect(!records.isEmpty)
            #expect(records.allSatisfy { Self.value($0, "event.dataset") as? String == dataset })
        }
        let table = try Command.run(["services", "-r", Self.capture, "--schema", "ecs"])
        #expect(table.status == 2 && table.errors.contains("--format json"))
        let report = try Command.run(["run", "-r", Self.capture, "--schema", "ecs"])
        #expect(report.status == 2 && report.errors.contains("--json FILE"), "\(report.errors)")
        #expect(report.output.isEmpty)
    }
}
