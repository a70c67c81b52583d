import Authoring
import Flows
import Matching
import Mutations
import Net
import Plugins
import Replays

/// Where a site's own plugins are: `plugins/local` in the current folder.
struct PluginFolder {
    let name: String

    /// The plugin's file.
    var file: String { "plugins/local/\(name).lua" }
    /// The folder of its test with a capture.
    private var test: String { "plugins/local/tests/\(name)" }

    /// Refuses a name that no protocol may have, or that one has: of two plugins that declare it one is left out.
    static func check(_ name: String, in library: Library) throws {
        guard isName(name) else {
            throw Outcome.usage("'\(name)' is not a protocol's name; write it like 'tally' or 'acme-control'")
        }
        guard let other = library.definitions.first(where: { $0.name == name }) else { return }
        throw Outcome.failed([
            "'\(name)' is declared already: \(other.origin); add to it with extend \"\(name)\" { ... }, or take another name"
        ])
    }

    /// Whether a protocol may be called so.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
        return "-.".utf8.contains(first) == false
            && text.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || "-._+".utf8.contains($0)
            }
    }

    /// Writes the plugin; what is there stays.
    func write(_ text: String) throws {
        guard Console.makeFolder("plugins/local", mode: 0o755) else {
            throw Outcome.failed(["plugins/local: the folder cannot be made: \(Console.lastError)"])
        }
        try Self.create(file, Array(text.utf8))
    }

    /// Writes the frames of the flows that fit, and what is expected of them; nil when that is not possible: the examples
    /// remain.
    func writeTest(_ lesson: Lesson, _ captures: [String]) -> String? {
        guard captures.count == 1, let path = captures.first, path != "-",
            let frames = try? RecordedCapture.read(path)
        else { return nil }
        let conversations = Conversations(frames)
        let keys = Set(
            lesson.fitting.map { Conversations.Key($0.flow.key.transport, $0.client, $0.server) })
        let chosen = frames.indices.filter { place in
            conversations.parts[place].map { keys.contains($0.key) } ?? false
        }.map { frames[$0] }
        // A test is read often and kept for ever: a large one is the author's to cut.
        guard !chosen.isEmpty, chosen.reduce(0, { $0 + $1.bytes.count }) < 1 << 20 else { return nil }
        _ = Console.makeFolder("plugins/local/tests", mode: 0o755)
        _ = Console.makeFolder(test, mode: 0o755)
        let expected = lesson.fitting.map { observed in
            JSON.object([
                "kind": .string("flow"), "transport": .string("\(observed.flow.key.transport)"),
                "client": .object([
                    "ip": .string("\(observed.client.address)"), "port": .number(Int(observed.client.port)),
                ]),
                "server": .object([
                    "ip": .string("\(observed.server.address)"), "port": .number(Int(observed.server.port)),
                ]),
                "protocol": .string(name),
            ]).text + "\n"
        }
        do {
            try Self.create("\(test)/input.pcap", PcapFile.bytes(of: chosen))
            try Self.create("\(test)/expect.jsonl", Array(expected.joined().utf8))
            return test
        } catch { return nil }
    }

    /// Writes a file that is not there yet.
    static func create(_ path: String, _ bytes: [UInt8]) throws {
        let descriptor = Console.createNew(path)
        guard let descriptor else {
            let reason =
                Console.realPath(path) == nil ? Console.lastError : "it is there already and stays as it is"
            throw Outcome.failed(["\(path): cannot be written: \(reason)"])
        }
        defer { Console.close(descriptor) }
        guard Console.write(bytes, to: descriptor) else {
            throw Outcome.failed(["\(path): cannot be written: \(Console.lastError)"])
        }
    }
}

/// Frames as a capture file (draft-ietf-opsawg-pcap, little-endian, nanoseconds, Ethernet).
enum PcapFile {
    static func bytes(of frames: [CapturedFrame]) -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        var bytes = word(0xa1b2_3c4d) + [2, 0, 4, 0] + word(0) + word(0) + word(262_144) + word(1)
        for frame in frames {
            let (seconds, rest) = frame.time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
            bytes +=
                word(Int(seconds)) + word(Int(rest)) + word(frame.bytes.count) + word(frame.originalLength)
            bytes += frame.bytes
        }
        return bytes
    }
}
