import Foundation
import Testing

/// Installed packs and a sensor that runs.
@Suite struct PackReloadTests {
    /// A pack that was changed on the disk is refused at a reload; the sensor runs on with what it had.
    @Test func aReloadTakesWholePacksOnly() throws {
        let world = try PackWorld()
        try world.write("plugins/core/pack.lua", "pack { name = \"offport/core\", version = \"1.0.0\" }\n")
        try world.write("plugins/core/plugins/base.lua", PackWorld.plugin("base"))
        #expect(try world.b("pack", "install", try world.archive("ics")).status == 0)
        try FileManager.default.createDirectory(
            at: world.scratch.file("captures"), withIntermediateDirectories: true)
        let errors = world.scratch.file("errors")
        try Data().write(to: errors)
        let process = Process()
        process.executableURL = Command.executable
        process.arguments = ["run", "--follow", "captures", "--http", "off", "--quiet"]
        process.currentDirectoryURL = world.scratch.url
        process.environment = ["PATH": "/usr/bin:/bin", "OFFPORT_HOME": world.path("b")]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        func said() -> String { (try? PackWorld.text(errors.path)) ?? "" }
        func waitFor(_ words: String) -> Bool {
            for _ in 0..<200 {
                if said().contains(words) { return true }
                Thread.sleep(forTimeInterval: 0.05)
            }
            return false
        }
        // It listens to signals when its loop runs.
        Thread.sleep(forTimeInterval: 1)
        let plugin = try #require(world.stored().first { $0.hasSuffix("plugins/ics.lua") })
        let original = try PackWorld.text(world.path("b/packs/\(plugin)"))
        try world.write("b/packs/\(plugin)", original + "-- more\n")
        kill(process.processIdentifier, SIGHUP)
        let isRefused = waitFor("plugins/ics.lua is not what MANIFEST lists")
        #expect(isRefused, "\(said())")
        #expect(process.isRunning)
        // Whole again, it is taken.
        try world.write("b/packs/\(plugin)", original)
        let before = said()
        kill(process.processIdentifier, SIGHUP)
        let isTaken = waitFor("loaded anew")
        #expect(isTaken, "\(said())")
        let after = said().dropFirst(before.count)
        #expect(!after.contains("MANIFEST"), "\(after)")
        process.terminate()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
