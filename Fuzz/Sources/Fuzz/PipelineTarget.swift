import Capture
import Engine
import Inventory
import Matching
import Net
import Pipeline
import Plugins
import Records

/// A capture file through the engine with the core plugins, and on into the inventory and the records.
///
/// Input: a capture file.
final class PipelineTarget: FuzzTarget {
    private let core = CoreLibrary()
    private let file = MemoryFile()
    private let scripts: ScriptHost

    init() { scripts = ScriptHost(sources: core.library.sources) }

    func run(_ input: UnsafeRawBufferPointer) {
        var options = LaneOptions()
        options.maximumFlows = 1024
        options.observesEveryFlow = true
        options.keepsFirstBytes = (input.first ?? 0) & 1 == 1
        let analysis = AnalysisSink(core)
        // One worker needs no thread that the system could refuse.
        guard
            let engine = try? PacketEngine(
                index: core.index, options: options, workers: 1, sink: analysis, scripts: { scripts })
        else { return }
        let reader = CaptureReader(fileDescriptor: file.holding(input), name: "fuzz")
        do { try engine.read(reader, progress: { true }) } catch {}
        engine.finishCapture()
        let counters = engine.counters
        precondition(analysis.ended == counters.flows, "every flow ends once")
        precondition(analysis.recognised >= counters.recognised - counters.children)
        precondition(counters.recognised + counters.unrecognised + counters.silent <= counters.flows)
        analysis.finish()
    }
}

/// Takes observations as the command does.
final class AnalysisSink: ObservationSink {
    private var inventory: Inventory
    private var writer: RecordWriter
    private(set) var recognised = 0
    private(set) var ended = 0
    private var lastFrame = 0

    init(_ core: CoreLibrary) {
        inventory = Inventory(judge: core.judge)
        writer = RecordWriter(naming: core.naming)
        inventory.begin(capture: "fuzz")
    }

    func take(_ observations: Observations) {
        for observation in observations {
            precondition(observation.frame >= lastFrame, "observations come in order of the frames")
            lastFrame = observation.frame
            switch observation.event {
            case .recognised(let recognition):
                recognised += 1
                for finding in inventory.recognise(recognition).findings { writer.append(finding) }
            case .ended(let flow, _):
                // A tunnel's carrier is no flow that is counted: what it carries is.
                if [.tcp, .udp, .sctp].contains(flow.key.transport) { ended += 1 }
                guard flow.protocolNumber != 0 else { continue }
                inventory.ended(
                    server: flow.key.sender(1 - flow.clientDirection), transport: flow.key.transport,
                    protocolIndex: Int(flow.protocolNumber) - 1, at: flow.last)
            case .said: break
            }
        }
    }

    /// Writes what the capture showed.
    func finish() {
        for id in inventory.serviceOrder() { writer.append(inventory.service(id)) }
        for id in inventory.clientOrder() { writer.append(inventory.client(id)) }
        let bytes = writer.bytes
        precondition(
            bytes.allSatisfy { $0 >= 0x20 || $0 == 0x0a }, "no control character leaves a JSON string")
        precondition(bytes.isEmpty || bytes.last == 0x0a, "a record is a line")
        precondition(String(validating: bytes, as: UTF8.self) != nil, "records are UTF-8")
    }
}
