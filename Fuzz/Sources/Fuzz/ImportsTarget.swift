import Capture
import Imports
import Net
import Plugins
import Records

/// A file of another tool.
///
/// Input: the file; for NetFlow one datagram of an exporter after another, each with its length before it in 2 bytes.
class ImportsTarget: FuzzTarget {
    /// What the file is read as.
    class var kind: ImportKind { .nmap }

    private let importer: Importer
    private let file = MemoryFile()

    /// Looks at every fact and keeps none.
    private struct Sink: FactSink {
        var facts = 0

        mutating func take(_ fact: Fact) {
            facts += 1
            var line = JSONLine()
            FactRecord(tool: "fuzz", file: "fuzz").write(fact, to: &line)
            precondition(line.bytes.last == 10 && line.bytes.dropLast().firstIndex(of: 10) == nil)
        }
    }

    required init() {
        let core = CoreLibrary()
        let logs = Library(plugins: ["plugins/logs"])
        precondition(!logs.logs.isEmpty, "no logs are declared in plugins/logs: go to the project's folder")
        var importer = Importer(names: ProtocolNames(core.library), now: Timestamp(seconds: 1_796_083_200))
        importer.logs = logs.logs
        self.importer = importer
    }

    func run(_ input: UnsafeRawBufferPointer) {
        var sink = Sink()
        let kind = Self.kind
        guard kind != .netflow else { return datagrams(input.bytes, &sink) }
        // A small buffer, so that it must grow and be filled again.
        let stream = ByteStream(fileDescriptor: file.holding(input), name: "fuzz", capacity: 64)
        let account = try? importer.read(stream, as: kind, goesOn: { _ in true }, into: &sink)
        precondition((account?.complaints.count ?? 0) <= ImportAccount.complaintLimit)
    }

    private func datagrams(_ bytes: RawSpan, _ sink: inout Sink) {
        var reader = FlowDatagrams(names: importer.names, name: "fuzz")
        var place = 0
        while place + 2 <= bytes.byteCount {
            let length = min(Int(bytes.u16(place)), bytes.byteCount - place - 2)
            reader.take(
                bytes.extracting(place + 2..<place + 2 + length), from: IPAddress(v4: 1), into: &sink)
            place += 2 + length
        }
        _ = reader.finish(into: &sink)
    }
}

final class NessusTarget: ImportsTarget {
    override class var kind: ImportKind { .nessus }
}

final class ZeekTarget: ImportsTarget {
    override class var kind: ImportKind { .zeek }
}

final class EVETarget: ImportsTarget {
    override class var kind: ImportKind { .eve }
}

final class SyslogTarget: ImportsTarget {
    override class var kind: ImportKind { .syslog }
}

final class NetFlowTarget: ImportsTarget {
    override class var kind: ImportKind { .netflow }
}
