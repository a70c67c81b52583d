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

    /// A sensor that follows a folder, or a run over captures, run by a shell script as `"$@"`, in the scratch folder.
    private func sensor(
        _ script: String, in scratch: Scratch, _ arguments: [String]
    ) throws -> Command.Result {
        let served = arguments.contains("--follow") ? ["--http", "off"] : []
        let shown = served + ["--plugins", Command.root.appending(path: "plugins/core").path]
        return try Command.run(
            ["-c", script, "sh", Command.executable.path, "run"] + arguments + shown, in: scratch.url,
            program: URL(filePath: "/bin/sh"))
    }

    private func capture(_ name: String = "campus") throws -> Data {
        try Data(contentsOf: Command.root.appending(path: "\(Command.lab)/\(name).pcap"))
    }

    /// A folder of captures, of which the first is the older one.
    private func captures(in scratch: Scratch, _ first: Data, _ second: Data? = nil) throws {
        try FileManager.default.createDirectory(
            at: scratch.file("captures"), withIntermediateDirectories: true)
        let path = try scratch.write("captures/a.pcap", first)
        if let second { _ = try scratch.write("captures/b.pcap", second) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: path)
    }

    /// As logrotate moves it.
    @Test func aFileThatIsMovedAwayIsBegunAnew() throws {
        let scratch = try Scratch()
        _ = try scratch.write("whole", capture())
        let result = try sensor(
            """
            mkdir captures; "$@" & until [ -e r.jsonl ]; do sleep 0.1; done
            mv r.jsonl r.jsonl.1; mv whole captures/a.pcap; wait $!
            """, in: scratch,
            ["--follow", "captures", "--duration", "3", "--store", "none", "--quiet", "--json", "r.jsonl"])
        #expect(result.status == 0 && result.errors == "", "\(result.errors)")
        #expect(try Data(contentsOf: scratch.file("r.jsonl.1")).isEmpty)
        let records = try Record.parse(String(contentsOf: scratch.file("r.jsonl"), encoding: .utf8))
        #expect(!records.findings.isEmpty && records.last?.kind == "summary")
    }

    /// As with `| head`: it ends as if it were told to.
    @Test func aReaderThatGoesAwayEndsASensor() throws {
        let scratch = try Scratch()
        try captures(in: scratch, capture())
        let result = try sensor(
            #"{ "$@"; echo $? > status; } | head -n 1"#, in: scratch,
            ["--follow", "captures", "--duration", "300", "--store", "none", "--json", "-"])
        #expect(result.seconds < 200)
        #expect(try String(contentsOf: scratch.file("status"), encoding: .utf8) == "0\n")
        #expect(try result.records.count == 1)
        #expect(!result.errors.contains("cannot be written"), "\(result.errors)")
    }

    /// More than fits into a pipe: the command is at work when its reader leaves.
    @Test func aReaderThatGoesAwayIsNoFailureOfARunOverCaptures() throws {
        let scratch = try Scratch()
        let path = try scratch.write("a.pcap", capture())
        let result = try sensor(
            #"{ "$@"; echo $? > status; } | head -n 1"#, in: scratch,
            ["--flows", "--json", "-"] + (0..<4).flatMap { _ in ["-r", path] })
        #expect(try String(contentsOf: scratch.file("status"), encoding: .utf8) == "0\n")
        #expect(try result.records.count == 1 && result.errors == "")
    }

    /// What could not be read whole is a failure of a sensor too.
    @Test func aCaptureThatWasCutOffInAFolderIsAFailure() throws {
        let scratch = try Scratch()
        try captures(in: scratch, capture().prefix(100_000), capture())
        let result = try sensor(
            #"exec "$@""#, in: scratch,
            ["--follow", "captures", "--duration", "2", "--store", "none", "--json", "-"])
        #expect(result.status == 1)
        let problems = try #require(try result.records.last?.problems)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems[0].hasPrefix("captures/a.pcap: record at byte 99931 is cut off"))
        // Told once.
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    /// A frame that is no IP packet says nothing of when there was traffic, whatever its clock was.
    @Test(arguments: [UInt16(0x0806), 0x88b5])
    func otherFramesDoNotStretchTheTime(_ type: UInt16) throws {
        let scratch = try Scratch()
        let campus = try capture()
        let number = [UInt8(type >> 8), UInt8(type & 0xff)]
        let frame = Data(repeating: 0xff, count: 12) + number + Data(count: 28)
        var late = Data()
        for field in [UInt32(4_000_000_000), 0, UInt32(frame.count), UInt32(frame.count)] {
            for byte in 0..<4 { late.append(UInt8(truncatingIfNeeded: field >> (8 * byte))) }
        }
        let path = try scratch.write("late.pcap", campus + late + frame)
        func summary(_ path: String) throws -> (packets: Int?, span: String) {
            let result = try Command.run(["run", "-r", path, "--json", "-", "--plugins", "plugins/core"])
            let line = try #require(result.output.split(separator: "\n").last)
            let start = try #require(line.range(of: "\"first\":"))
            return (try result.records.last?.packets, String(line[start.lowerBound...]))
        }
        let (plain, stretched) = (try summary("\(Command.lab)/campus.pcap"), try summary(path))
        #expect(stretched.packets == plain.packets.map { $0 + 1 })
        #expect(stretched.span == plain.span && plain.span.contains("\"last\":"))
    }

    /// A sensor that is started again stores no session twice, and reads on where it was.
    @Test func aFolderIsFollowedOn() throws {
        let scratch = try Scratch()
        let campus = try capture()
        // Half a record is no damage of a file that grows.
        try captures(in: scratch, capture("dns"), campus.prefix(100_000))
        func packets(_ said: String...) throws -> Int {
            let result = try sensor(
                #"exec "$@""#, in: scratch,
                ["--follow", "captures", "--duration", "2", "--state", "state", "--json", "-"])
            #expect(result.status == 0, "\(result.errors)")
            for words in said { #expect(result.errors.contains(words), "\(result.errors)") }
            return try #require(try result.records.last?.packets)
        }
        let first = try packets()
        _ = try scratch.write("captures/b.pcap", campus)
        let second = try packets("1 capture was read to the end before", "b.pcap: goes on at byte 99931")
        #expect(try packets("goes on at byte \(campus.count)") == 0)
        let whole = try Command.records(["\(Command.lab)/dns.pcap", "\(Command.lab)/campus.pcap"])
        #expect(first > 0 && second > 0 && first + second == whole.last?.packets)
    }
}
