import Glibc
import Records

/// Where JSON lines go: a file or standard output, buffered.
///
/// A run over files ends with the first failure to write. A sensor outlives a full disk: it says so once, keeps
/// some lines in memory, and goes on when there is room again; a file that somebody moves away it begins anew. Who
/// closes the pipe at standard output has read enough.
final class RecordOutput {
    private static let bufferBytes = 64 * 1024
    /// What may wait in memory for a disk that takes nothing.
    private static let waitingBytes = 4 << 20
    private static let pause: Int64 = 1_000_000_000
    private var writer: RecordWriter
    private let schema: RecordSchema
    private var descriptor: Int32
    private let name: String
    /// The file that is begun anew when somebody moves it away; nil where nothing is.
    private var followed: String?
    private var isToldMoved = false
    /// Whether the reader of standard output has gone away: nothing is written any more.
    private(set) var isAbandoned = false
    private(set) var problem: String?
    /// The lines, when they go nowhere else.
    private(set) var kept: [UInt8] = []
    /// Takes what is to be told of failures by who does not end with them; without it the first failure is the last.
    var tell: ((_ text: String, _ isGood: Bool) -> Void)?
    /// Lines that could not be written; of the first a part may stand in the file.
    private var waiting: [UInt8] = []
    private var isInLine = false
    private var lost = 0
    /// When to try again, while it fails.
    private var nextTry: Int64?

    /// Keeps the lines in memory.
    init(keeping naming: Naming) {
        writer = RecordWriter(naming: naming)
        (name, descriptor, schema) = ("memory", -1, .offport)
    }

    /// Opens `path`, or standard output for `-`.
    ///
    /// - Parameter isAdding: what the file has stays, and records are added to it.
    init(path: String, naming: Naming, schema: RecordSchema = .offport, isAdding: Bool = false) throws {
        writer = RecordWriter(naming: naming, schema: schema)
        self.schema = schema
        name = path == "-" ? "standard output" : path
        if path == "-" {
            descriptor = STDOUT_FILENO
        } else if let file = isAdding ? Console.openForLines(path) : Console.create(path) {
            descriptor = file
            followed = isAdding ? path : nil
        } else {
            throw Outcome.failed(["\(path): cannot be written: \(Console.lastError)"])
        }
    }

    /// Adds records.
    func write(_ body: (inout RecordWriter) -> Void) {
        body(&writer)
        if writer.bytes.count >= Self.bufferBytes { flush() }
    }

    /// Records name things differently from now on.
    func adopt(_ naming: Naming) {
        flush()
        writer = RecordWriter(naming: naming, schema: schema)
    }

    /// Hands over what is buffered.
    func flush() {
        defer { writer.clear() }
        guard descriptor >= 0 else {
            kept += writer.bytes
            return
        }
        guard !writer.bytes.isEmpty || !waiting.isEmpty, problem == nil, !isAbandoned else { return }
        beginAnewIfMoved()
        if waiting.count + writer.bytes.count <= Self.waitingBytes {
            waiting += writer.bytes
        } else {
            lost += writer.bytes.count { $0 == UInt8(ascii: "\n") }
        }
        if let nextTry, Console.uptime < nextTry { return }
        let written = Console.writeSome(waiting, to: descriptor)
        let (code, reason) = (errno, Console.lastError)
        if written > 0 { isInLine = waiting[written - 1] != UInt8(ascii: "\n") }
        waiting.removeFirst(written)
        if waiting.isEmpty {
            succeeded()
        } else if descriptor == STDOUT_FILENO, code == EPIPE {
            abandon()
        } else {
            failed(reason)
        }
    }

    /// Whether the reader of standard output has gone away, asked also while there is nothing to write.
    func lookForReader() {
        if descriptor == STDOUT_FILENO, Console.isAbandoned(descriptor) { abandon() }
    }

    private func abandon() {
        isAbandoned = true
        (waiting, lost, nextTry) = ([], 0, nil)
    }

    /// Begins the file anew when somebody has moved or removed it.
    func beginAnewIfMoved() {
        guard let path = followed, Console.wasMoved(descriptor, from: path) else { return }
        guard let file = Console.openForLines(path) else {
            let reason = Console.lastError
            if !isToldMoved {
                tell?(
                    "\(name): cannot be begun anew: \(reason); records go on into the one moved away", false)
            }
            isToldMoved = true
            return
        }
        Console.close(descriptor)
        (descriptor, isToldMoved) = (file, false)
        guard isInLine else { return }
        // The beginning of the line went with the file.
        isInLine = false
        lost += 1
        waiting.removeFirst((waiting.firstIndex(of: UInt8(ascii: "\n")) ?? waiting.count - 1) + 1)
    }

    /// Hands over everything that is left; there is no later.
    func finish() {
        nextTry = nextTry.map { _ in 0 }
        flush()
        guard problem == nil, nextTry != nil || lost > 0 else { return }
        lost += waiting.count { $0 == UInt8(ascii: "\n") }
        problem = "\(name): \(lost) records could not be written"
    }

    private func succeeded() {
        guard nextTry != nil else { return }
        nextTry = nil
        tell?("\(name): is written again; \(lost > 0 ? "\(lost) records were" : "no record was") lost", true)
        lost = 0
    }

    private func failed(_ reason: String) {
        let text = "\(name): cannot be written: \(reason)"
        guard let tell else {
            problem = text
            return
        }
        if nextTry == nil {
            let count = waiting.count { $0 == UInt8(ascii: "\n") }
            tell(
                "\(text); \(count) \(count == 1 ? "record waits" : "records wait") in memory, where "
                    + "\(Self.waitingBytes >> 20) MB may", false)
        }
        nextTry = Console.uptime + Self.pause
    }
}
