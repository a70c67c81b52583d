import Glibc
import Records

/// Where JSON lines go: a file or standard output, buffered.
final class RecordOutput {
    private static let bufferBytes = 64 * 1024
    private var writer: RecordWriter
    private let descriptor: Int32
    private let name: String
    private(set) var problem: String?
    /// The lines, when they go nowhere else.
    private(set) var kept: [UInt8] = []

    /// Keeps the lines in memory.
    init(keeping naming: Naming) {
        writer = RecordWriter(naming: naming)
        (name, descriptor) = ("memory", -1)
    }

    /// Opens `path`, or standard output for `-`.
    init(path: String, naming: Naming) throws {
        writer = RecordWriter(naming: naming)
        name = path == "-" ? "standard output" : path
        if path == "-" {
            descriptor = STDOUT_FILENO
        } else if let file = Console.create(path) {
            descriptor = file
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
        writer = RecordWriter(naming: naming)
    }

    /// Hands over what is buffered.
    func flush() {
        guard !writer.bytes.isEmpty else { return }
        if descriptor < 0 {
            kept += writer.bytes
        } else if problem == nil, !Console.write(writer.bytes, to: descriptor) {
            problem = "\(name): cannot be written: \(Console.lastError)"
        }
        writer.clear()
    }
}
