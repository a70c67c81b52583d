import Glibc
import Inventory
import Net
import Testing

@testable import State

/// A folder of its own, gone when the test is over.
final class Folder {
    let path: String

    init(_ name: String = "") {
        var template = Array("/tmp/offport-state-XXXXXX".utf8CString)
        path =
            name.isEmpty ? unsafe mkdtemp(&template).map { unsafe String(cString: $0) } ?? "/nowhere" : name
        if !name.isEmpty { unsafe mkdir(name, 0o700) }
    }

    deinit {
        for name in ["state", "state.new", "state.refused", "limit"] { unsafe unlink("\(path)/\(name)") }
        unsafe rmdir(path)
    }

    var file: StateFile { StateFile(path: "\(path)/state") }

    func put(_ bytes: some Collection<UInt8>, as name: String) {
        let file = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = unsafe Array(bytes).withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        close(file)
    }

    func bytes(of name: String) -> [UInt8]? {
        (try? DurableFile.bytes(of: "\(path)/\(name)", limit: 1 << 20)) ?? nil
    }
}

extension SavedState {
    /// A small state with everything in it that can go wrong on the way.
    static func example(_ number: Int) -> SavedState {
        var baseline = Baseline.Snapshot()
        baseline.began = Timestamp(nanoseconds: 1_700_000_000_123_456_789)
        baseline.isLearning = number == 0
        baseline.latest = Timestamp(nanoseconds: 1_800_000_000_000_000_001)
        for (host, port) in [("10.0.0.1", 22 as UInt16), ("fd00::1", 443), ("203.0.113.9", 65_535)] {
            var entry = Baseline.Entry(
                host: IPAddress(host) ?? IPAddress(v4: 0), port: ServicePort(port, number == 0 ? .tcp : .udp),
                protocolName: "ssh\(number)", firstSeen: Timestamp(nanoseconds: -5),
                lastSeen: Timestamp(nanoseconds: 7),
                silentSince: Timestamp(nanoseconds: 7 + Int64(number)), isLearnt: port != 443)
            entry.isQuietReported = port == 22
            entry.products = [
                Baseline.Product(
                    name: "Söme \"quoted\" \\ thing\n\u{1}\u{7f}\u{85}", version: nil, isLearnt: true),
                Baseline.Product(name: "🐙", version: "1.2\t3", isLearnt: false),
            ]
            baseline.entries.append(entry)
        }
        let reported = ["off-port", "forbidden"].map { rule in
            ReportedFindings.Entry(
                rule: rule, host: IPAddress(v4: 1), port: ServicePort(1, .sctp), protocolName: "x",
                time: Timestamp(nanoseconds: 42))
        }
        return SavedState(baseline: baseline, reported: reported)
    }
}

@Suite("The state file")
struct StateFileTests {
    @Test("what is written is read, and can be written over")
    func roundTrip() throws {
        let folder = Folder()
        #expect(try folder.file.read() == nil)
        for number in 0..<2 {
            try folder.file.write(.example(number))
            #expect(try folder.file.read() == .example(number))
            #expect(folder.bytes(of: "state.new") == nil)
        }
        try folder.file.write(SavedState(baseline: Baseline.Snapshot(), reported: []))
        #expect(try folder.file.read() == SavedState(baseline: Baseline.Snapshot(), reported: []))
    }

    @Test("wherever the writing stops, the old state is there; what was begun is no hindrance")
    func stoppedAnywhere() throws {
        let folder = Folder()
        try folder.file.write(.example(0))
        let new = StateWriter.bytes(of: .example(1))
        for length in 0...new.count {
            folder.put(new.prefix(length), as: "state.new")
            #expect(try folder.file.read() == .example(0))
        }
        try folder.file.write(.example(1))
        #expect(try folder.file.read() == .example(1))
    }

    @Test("a file cut anywhere is refused, moved aside, and then there is none")
    func cutAnywhere() throws {
        let folder = Folder()
        let whole = StateWriter.bytes(of: .example(1))
        for length in 0..<whole.count {
            folder.put(whole.prefix(length), as: "state")
            let failure = #expect(throws: StateFile.Failure.self) { try folder.file.read() }
            #expect(failure?.description.contains("moved to \(folder.path)/state.refused") == true)
            #expect(folder.bytes(of: "state.refused") == Array(whole.prefix(length)))
            #expect(try folder.file.read() == nil)
        }
    }

    @Test("a file of which any byte was changed is refused")
    func changedAnywhere() throws {
        let whole = StateWriter.bytes(of: .example(0))
        for place in whole.indices {
            var changed = whole
            changed[place] ^= 1
            #expect(throws: StateReader.Refusal.self, "byte \(place)") {
                try StateReader.state(from: changed)
            }
        }
    }

    @Test(
        "a file that is none of ours says so",
        arguments: [
            ("", "it is empty"), ("hello\n", "it is no state of Offport"),
            ("{\"kind\":\"finding\"}\n", "it is no state of Offport"),
            (
                "{\"kind\":\"offport-state\",\"version\":2}\n",
                "it has version 2, and this Offport reads version 1"
            ),
            ("{\"kind\":\"offport-state\",\"version\":1}\n", "its end is missing (37 bytes are there)"),
        ])
    func foreign(text: String, reason: String) throws {
        let folder = Folder()
        folder.put(text.utf8, as: "state")
        let failure = #expect(throws: StateFile.Failure.self) { try folder.file.read() }
        let path = "\(folder.path)/state"
        #expect(
            failure?.description
                == "\(path): the state is not used: \(reason); it was moved to \(path).refused")
        try folder.file.write(.example(0))
        #expect(try folder.file.read() == .example(0))
    }

    @Test("a folder that is not there, and one in the file's place, are named")
    func nowhere() {
        let missing = StateFile(path: "/nowhere/at/all/state")
        #expect(throws: StateFile.Failure.self) { try missing.write(.example(0)) }
        let failure = #expect(throws: StateFile.Failure.self) { try StateFile(path: "/tmp").read() }
        #expect(failure?.description == "/tmp: the state cannot be read: it is not a file")
    }

    /// The system itself ends the writer, at byte 700 of the new file.
    @Test("a writer that is killed leaves the old state")
    func killed() async throws {
        let folder = Folder("/tmp/offport-state-\(getpid())")
        try folder.file.write(.example(0))
        #expect(StateWriter.bytes(of: .example(1)).count > 700)
        await #expect(processExitsWith: .signal(SIGXFSZ)) {
            var limit = rlimit(rlim_cur: 700, rlim_max: 700)
            unsafe setrlimit(__rlimit_resource_t(1), &limit)
            signal(SIGXFSZ, SIG_DFL)
            // Whoever started the tests may have blocked it.
            var blocked = sigset_t()
            unsafe sigaddset(&blocked, SIGXFSZ)
            unsafe pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
            try StateFile(path: "/tmp/offport-state-\(getppid())/state").write(.example(1))
        }
        #expect(folder.bytes(of: "state.new")?.count == 700)
        #expect(try folder.file.read() == .example(0))
        try folder.file.write(.example(1))
        #expect(try folder.file.read() == .example(1))
    }

    @Test(
        "JSON that is none is refused",
        arguments: [
            "", "{", "{\"a\"}", "[1,]", "{\"a\":1}x", "\"\\ud800\"", "\"\\u+123\"", "1.5", "-", "tru", "\"a",
            "99999999999999999999", String(repeating: "[", count: 100),
        ])
    func noJSON(text: String) { #expect(JSONValue(Array(text.utf8)[...]) == nil) }

    @Test("JSON with spaces and escapes")
    func someJSON() {
        let text = #" { "a" : [ 1 , -2, true,null ], "b":"\u00e9\ud83d\udc19\/\n" } "#
        #expect(
            JSONValue(Array(text.utf8)[...])
                == .object([
                    "a": .array([.integer(1), .integer(-2), .bool(true), .null]), "b": .string("é🐙/\n"),
                ]))
    }
}
