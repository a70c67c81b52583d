import Foundation

@testable import Packs

/// A folder that is gone when nobody holds it.
final class Scratch {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "offport-packs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A program of the system and what it said.
func system(_ words: [String], input: String = "", in folder: String) throws -> (
    status: Int32, output: String
) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = URL(filePath: folder)
    let (inputs, outputs) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (inputs, outputs, outputs)
    try process.run()
    try inputs.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try inputs.fileHandleForWriting.close()
    let said = try outputs.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
}

enum Sample {
    static func manifest(_ name: String = "acme/ics", _ version: String = "1.0.0", _ more: String = "")
        -> String
    {
        "pack { name = \"\(name)\", version = \"\(version)\", \(more) }\n"
    }

    static func files(_ name: String = "acme/ics", _ version: String = "1.0.0", _ more: String = "")
        -> [PackFile]
    {
        [
            PackFile(path: "pack.lua", bytes: Array(manifest(name, version, more).utf8)),
            PackFile(path: "plugins/x.lua", bytes: Array("-- nothing yet\n".utf8)),
            PackFile(path: "lib/shared.lua", bytes: Array("return {}\n".utf8)),
        ]
    }

    static func pack(
        _ name: String = "acme/ics", _ version: String = "1.0.0", _ more: String = ""
    ) throws -> SealedPack {
        try SealedPack(sealing: files(name, version, more), from: "sample")
    }

    static let noDownload: PackCatalogue.Download = { (url, _) throws(PackFailure) in
        throw PackFailure("\(url): there is no network here")
    }
}

/// What a body that must throw said.
func refusal(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "nothing was refused"
    } catch { return "\(error)" }
}
