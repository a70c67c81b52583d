import Foundation
import Testing

@testable import Operation

/// The built command against a server in this process.
@Suite struct CommandTests {
    /// Beside the test bundle, or what OFFPORT_EXECUTABLE names.
    private static let executable: URL = {
        if let path = ProcessInfo.processInfo.environment["OFFPORT_EXECUTABLE"] { return URL(filePath: path) }
        return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "offport")
    }()

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // A page is smaller than a pipe.
        process.waitUntilExit()
        return (
            process.terminationStatus,
            String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self),
            String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        )
    }

    @Test func statusAndTopPrintAPage() async throws {
        let board = SnapshotBoard()
        board.post(Situations.busy)
        try await ServerTests.serve(board) { address in
            // Nothing is cut where nobody looks.
            let page = StatusPage(width: .max).text(of: Situations.busy)
            for command in ["status", "top"] {
                let result = try Self.run([command, "--http", "\(address)"])
                #expect(result.status == 0 && result.output == page && result.errors.isEmpty)
            }
            let json = try Self.run(["status", "--json", "--http", "\(address)"])
            #expect(try SensorSnapshot(json: Array(json.output.utf8)) == Situations.busy)
        }
    }

    @Test func withoutASensorTheyFail() async throws {
        let address = try await ServerTests.unusedAddress()
        for command in ["status", "top"] {
            let result = try Self.run([command, "--http", "\(address)"])
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(
                result.errors
                    == "\(address): no sensor answers: is a sensor running (offport run -i), with this --http?\n"
            )
        }
        #expect(try Self.run(["status", "--http", "example.org:80"]).status == 2)
    }
}
