import Foundation
import Testing

/// Changes of what is installed that are killed at any point.
@Suite struct PackInterruptionTests {
    /// A hundred times: always the state before or the state after, whole, and the next change goes through.
    @Test func theOldStateOrTheNew() throws {
        let world = try PackWorld()
        // Few other plugins, so that most of the time goes into the change itself.
        try world.write("plugins/core/pack.lua", "pack { name = \"offport/core\", version = \"1.0.0\" }\n")
        try world.write("plugins/core/plugins/base.lua", PackWorld.plugin("base"))
        let first = try world.archive("first", version: "1.0.0")
        let second = try world.archive("second", version: "1.1.0")
        // One after the other they lead round and round.
        let steps: [(arguments: [String], after: String)] = [
            (["pack", "install", first, "--allow-older"], "1.0.0"),
            (["pack", "update", "--from", second], "1.1.0"), (["pack", "remove", "acme/ics"], ""),
        ]
        var durations = [0.0, 0.0, 0.0]
        for (place, step) in steps.enumerated() {
            let result = try world.run("b", step.arguments)
            #expect(result.status == 0, "\(result.errors)")
            durations[place] = result.seconds
        }
        var generator = SystemRandomNumberGenerator()
        var (state, counts) = ("", ["old": 0, "new": 0])
        for round in 0..<100 {
            let step = steps.firstIndex { $0.after != state && Self.follows($0.after, state) } ?? 0
            // Half of them where the change itself is made, at the end.
            let span = round.isMultiple(of: 2) ? 0...1.1 : 0.8...1.05
            let moment = Double.random(in: span, using: &generator) * durations[step]
            try Self.kill(world, steps[step].arguments, after: moment)
            let listed = try world.run("b", ["pack", "list", "--format", "json"])
            #expect(listed.status == 0, "round \(round): \(listed.errors)")
            let now = try Self.version(in: listed.output)
            #expect(
                now == state || now == steps[step].after,
                "round \(round): \(now), neither \(state) nor \(steps[step].after)")
            counts[now == state ? "old" : "new", default: 0] += 1
            // How long it takes depends on what else the machine does now: too early, or too late, and the next one
            // is killed later, or earlier.
            durations[step] *= now == state ? 1.15 : 0.87
            state = now
        }
        // Both were met, or the moments were badly chosen.
        #expect(counts.values.allSatisfy { $0 >= 5 }, "\(counts)")
        // Nothing of the killed ones is left behind the next change.
        for step in steps.indices where steps[step].after != state {
            if Self.follows(steps[step].after, state) {
                #expect(try world.run("b", steps[step].arguments).status == 0)
                state = steps[step].after
            }
        }
        let left = world.stored().filter { $0.hasPrefix("work") || $0.hasSuffix(".new") }
        #expect(left.isEmpty, "\(left)")
    }

    private static func follows(_ after: String, _ state: String) -> Bool {
        switch state {
        case "": after == "1.0.0"
        case "1.0.0": after == "1.1.0"
        default: after.isEmpty
        }
    }

    private static func version(in output: String) throws -> String {
        struct Line: Decodable {
            var version: String
            var state: String
        }
        let lines = try output.split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        #expect(lines.allSatisfy { $0.state == "whole" } && lines.count <= 1)
        return lines.first?.version ?? ""
    }

    private static func kill(_ world: PackWorld, _ arguments: [String], after seconds: Double) throws {
        let process = Process()
        process.executableURL = Command.executable
        process.arguments = arguments
        process.currentDirectoryURL = world.scratch.url
        process.environment = ["PATH": "/usr/bin:/bin", "OFFPORT_HOME": world.path("b")]
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        Thread.sleep(forTimeInterval: seconds)
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
