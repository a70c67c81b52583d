import Imports
import Records

/// Counts the facts of a file and, where it is wanted, writes them as JSON lines.
struct ImportOutput: FactSink {
    /// How many facts of each kind.
    struct Tally {
        var (sessions, services, hosts, scans, alerts) = (0, 0, 0, 0, 0)
        /// Services whose protocol is known.
        var recognised = 0
        /// The scan that was told of last: it is told of twice.
        var scan: UInt64?
    }

    /// Of the present file.
    private(set) var tally = Tally()
    /// Whether something could not be written.
    private(set) var isBroken = false
    private let descriptor: Int32?
    private let store: ImportStore?
    private let tool: String
    private var record: FactRecord
    private var line = JSONLine()

    init(json: String?, tool: String, store: ImportStore? = nil) throws {
        self.tool = tool
        self.store = store
        record = FactRecord(tool: tool, file: "")
        switch json {
        case nil: descriptor = nil
        case "-": descriptor = 1
        case .some(let path):
            guard let made = Console.create(path) else {
                throw Outcome.failed(["\(path): cannot be written: \(Console.lastError)"])
            }
            descriptor = made
        }
    }

    mutating func begin(_ file: String) {
        tally = Tally()
        record = FactRecord(tool: tool, file: file)
        store?.begin(file)
    }

    mutating func take(_ fact: Fact) {
        switch fact {
        case .session(let session): return take(session)
        case .service(let service):
            tally.services += 1
            if service.protocolName != nil { tally.recognised += 1 }
        case .host: tally.hosts += 1
        case .scan(let scan):
            if tally.scan != scan.id { tally.scans += 1 }
            tally.scan = scan.id
        case .alert: tally.alerts += 1
        }
        store?.take(fact)
        guard descriptor != nil else { return }
        record.write(fact, to: &line)
        flush(atLeast: 65_536)
    }

    mutating func take(_ session: SessionFact) {
        tally.sessions += 1
        store?.take(session)
        guard descriptor != nil else { return }
        record.write(session, to: &line)
        flush(atLeast: 65_536)
    }

    private mutating func flush(atLeast count: Int) {
        guard let descriptor, line.bytes.count >= count else { return }
        if Console.writeSome(line.bytes, to: descriptor) < line.bytes.count { isBroken = true }
        line.clear()
    }

    mutating func finish() {
        flush(atLeast: 1)
        if let descriptor, descriptor != 1 { Console.close(descriptor) }
    }
}
