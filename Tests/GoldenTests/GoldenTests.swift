import Foundation
import Testing

@Suite struct GoldenTests {
    /// OFFPORT_REWRITE_GOLDEN=1 writes what the command makes now; read the diff before it is committed.
    private static let rewrites = ProcessInfo.processInfo.environment["OFFPORT_REWRITE_GOLDEN"] == "1"

    @Test(arguments: Golden.all)
    func situation(_ golden: Golden) throws {
        let lines = try golden.lines()
        if Self.rewrites {
            try golden.rewrite(lines)
        } else if lines != golden.expected {
            Issue.record("\(golden.name).txt:\n\(golden.difference(lines))")
        }
    }

    @Test func allSituationsAreThere() { #expect(Golden.all.count > 50) }

    @Test func everyCaptureHasItsText() throws {
        let folder = Command.root.appending(path: Command.goldens).path
        let captures = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.contains(".pcap") }
        let read = Set(Golden.all.map { $0.capture.split(separator: "/").last.map(String.init) ?? "" })
        #expect(captures.filter { !read.contains($0) } == [])
    }

    /// The same capture gives the same bytes whatever the number of workers.
    @Test func anyNumberOfWorkers() throws {
        let folders = [Command.goldens, Command.lab, "\(Command.lab)/carriers"].flatMap { ["-r", $0] }
        let scratch = try Scratch()
        let policy = "\(Command.goldens)/ariel.lua"
        func everything(_ workers: Int) throws -> (text: String, records: [Substring]) {
            let file = scratch.file("\(workers).json").path
            let result = try Command.run(
                ["run", "--plugins", "plugins/core", "--policy", policy, "--flows", "--json", file]
                    + ["--workers", "\(workers)"] + folders)
            #expect(result.status == 0, "\(result.errors)")
            return (result.output, try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n"))
        }
        let one = try everything(1)
        #expect(one.records.count > 500)
        for workers in [2, 5] {
            let many = try everything(workers)
            #expect(many.text == one.text)
            let difference = zip(one.records, many.records).first { $0 != $1 }
            #expect(difference == nil && many.records.count == one.records.count, "\(workers) workers")
        }
    }
}
