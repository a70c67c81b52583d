import Foundation
import Testing

/// What becomes of a file of records that is there already.
@Suite struct RecordFileTests {
    /// A sensor adds to it; a line that was not written to its end stays a line of its own.
    @Test func aSensorAdds() throws {
        let scratch = try Scratch()
        let records = scratch.file("records.jsonl").path
        try Data(#"{"kind":"finding"}"#.utf8 + Data("\n{\"kind\":\"fi".utf8)).write(
            to: URL(fileURLWithPath: records))
        let folder = scratch.file("captures")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let run = try Command.run([
            "run", "--follow", folder.path, "--duration", "1", "--http", "off", "--store", "none", "--json",
            records,
            "--plugins", "plugins/core", "--quiet",
        ])
        #expect(run.status == 0, "\(run.errors)")
        let lines = try String(contentsOfFile: records, encoding: .utf8).split(separator: "\n")
        #expect(lines.prefix(2) == [#"{"kind":"finding"}"#, #"{"kind":"fi"#])
        #expect(lines.count == 3 && lines[2].contains(#""kind":"summary""#))
    }

    /// Reading captures begins it anew.
    @Test func aRunOverCapturesBeginsAnew() throws {
        let scratch = try Scratch()
        let records = scratch.file("records.jsonl").path
        try Data("old\n".utf8).write(to: URL(fileURLWithPath: records))
        let run = try Command.run([
            "run", "-r", "\(Command.lab)/campus.pcap", "--json", records, "--plugins", "plugins/core",
            "--quiet",
        ])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try !String(contentsOfFile: records, encoding: .utf8).contains("old\n"))
    }
}
