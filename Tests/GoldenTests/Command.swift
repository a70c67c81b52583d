// Goldens and acceptance: the built command is run on captures, and what it prints is compared.
//
//   Command    runs `offport` and collects what it says
//   Record     a JSON line of it
//   Golden     a text of Tests/Golden: why, what to read, and the lines that are right
//
// Imports Foundation for processes and JSON; knows nothing of Offport but its command line.

import Foundation

/// The built `offport`, run as a user runs it.
///
/// The executable is the one that OFFPORT_EXECUTABLE names, or the one beside the test bundle, where
/// `swift build --build-tests` puts both.
enum Command {
    /// How a run ended.
    struct Result {
        var status: Int32
        var output: String
        var errors: String
        var seconds: Double

        /// The JSON lines of standard output.
        var records: [Record] { get throws { try Record.parse(output) } }

        /// Whether nothing that it said can act on a terminal.
        var isHarmless: Bool {
            (output + errors).unicodeScalars.allSatisfy {
                $0 == "\n" || $0.properties.generalCategory != .control
            }
        }
    }

    /// The folder of Package.swift.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The folder with the lab's captures.
    static let lab = "examples/lab"
    /// The folder with the captures of situations.
    static let goldens = "Tests/Golden"

    static let executable: URL = {
        if let path = ProcessInfo.processInfo.environment["OFFPORT_EXECUTABLE"] { return URL(filePath: path) }
        return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "offport")
    }()

    /// Runs it, in the project's folder unless told otherwise.
    ///
    /// - Parameter program: what is run; nil for the command itself.
    static func run(
        _ arguments: [String], input: Data? = nil, environment: [String: String] = [:], in place: URL = root,
        program: URL? = nil
    ) throws -> Result {
        let process = Process()
        process.executableURL = program ?? executable
        process.arguments = arguments
        process.currentDirectoryURL = place
        process.environment = [
            "PATH": "/usr/bin:/bin", "TERM": "xterm-256color",
            "XDG_CACHE_HOME": executable.deletingLastPathComponent().appending(path: "cache").path,
        ].merging(environment) { $1 }
        // Files hold any amount of output; pipes would need a reader for each.
        let folder = try Scratch()
        let (outputFile, errorFile) = (folder.file("output"), folder.file("errors"))
        for file in [outputFile, errorFile] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        let inputFile = folder.file("input")
        try (input ?? Data()).write(to: inputFile)
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        let start = Date()
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: try String(contentsOf: outputFile, encoding: .utf8),
            errors: try String(contentsOf: errorFile, encoding: .utf8),
            seconds: Date().timeIntervalSince(start))
    }

    /// Runs `offport run` with the project's own plugins and all records on standard output.
    static func records(_ captures: [String], _ arguments: [String] = []) throws -> [Record] {
        let result = try run(
            ["run", "--plugins", "plugins/core", "--json", "-", "--flows"] + captures.flatMap { ["-r", $0] }
                + arguments)
        return try result.records
    }
}

/// A folder that is gone when nobody holds it.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "offport-golden-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func file(_ name: String) -> URL { url.appending(path: name) }

    /// Writes a file and gives its path.
    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: file(name))
        return file(name).path
    }

    /// Writes a file and gives its path.
    func write(_ name: String, _ data: Data) throws -> String {
        try data.write(to: file(name))
        return file(name).path
    }
}
