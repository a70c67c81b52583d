import Capture
import Engine
import Flows
import Inventory
import Matching
import Net
import Pipeline
import Plugins
import Reassembly
import Records
import Wire

/// Captures read through the engine into an analysis: what `run`, the questions and `explain` have in common.
final class Session {
    let library: PluginLibrary
    let analysis: Analysis
    private(set) var inputs: CaptureInputs
    private let options: CaptureOptions
    private let engine: PacketEngine
    private let hosts: ScriptHosts
    private(set) var frames = 0
    private var skippedFrames = 0
    private var filteredFrames = 0

    /// A session without a capture read yet.
    init(
        _ options: CaptureOptions, library: PluginLibrary, output: RecordOutput? = nil,
        writesFlows: Bool = false,
        keepsFirstBytes: Bool = false
    ) throws {
        inputs = try CaptureInputs(options.captures)
        if let filter = options.filter { try Self.check(filter) }
        guard FlowTable.canReserve(flows: options.maxFlows) else {
            throw Outcome.failed([
                "--max-flows \(options.maxFlows): the system gives no memory for so many; use fewer, or raise the limit (ulimit -v)"
            ])
        }
        self.options = options
        self.library = library
        analysis = Analysis(
            library, output: output, writesFlows: writesFlows,
            isOneCapture: inputs.paths.count == 1 || options.continuous)
        var lane = LaneOptions()
        lane.maximumFlows = options.maxFlows
        lane.keysVLAN = options.vlanKey
        lane.observesEveryFlow = writesFlows || keepsFirstBytes
        lane.keepsFirstBytes = keepsFirstBytes
        lane.seed = .random(in: .min ... .max)
        let hosts = ScriptHosts()
        engine = PacketEngine(index: library.index, options: lane, workers: options.workers, sink: analysis) {
            hosts.make(for: library)
        }
        self.hosts = hosts
    }

    /// A filter that suits neither wired nor wireless frames is a mistake, better known before reading.
    private static func check(_ filter: String) throws {
        do {
            _ = try FrameFilter(expression: filter, linkType: .ethernet)
        } catch {
            if (try? FrameFilter(expression: filter, linkType: .radiotap)) == nil {
                throw Outcome.usage("--\(error)")
            }
        }
    }

    /// Reads all captures; what cannot be read is noted and the rest goes on.
    func readAll(showsProgress: Bool) {
        var progress = Progress(isShown: showsProgress && Console.errorIsTerminal, files: inputs.paths.count)
        for path in inputs.paths where !Interruption.isRequested {
            analysis.begin(capture: path)
            do { try read(path, &progress) } catch { inputs.note("\(error)") }
            if !options.continuous { finish() }
        }
        if options.continuous { finish() }
        progress.clear()
        engine.close()
    }

    private func finish() {
        engine.finishCapture()
        analysis.endCapture()
    }

    private func read(_ path: String, _ progress: inout Progress) throws {
        let reader = try CaptureReader(path: path, filter: options.filter)
        progress.begin(path, size: reader.fileSize)
        defer {
            frames += reader.framesRead
            skippedFrames += reader.skippedFrames
            filteredFrames += reader.framesFiltered
            progress.end(bytes: reader.fileBytesRead, frames: reader.framesRead)
        }
        try engine.read(reader) {
            progress.update(bytes: reader.fileBytesRead, frames: reader.framesRead)
            return !Interruption.isRequested
        }
        if let damage = reader.damage { inputs.note("\(path): \(damage)") }
        let unsupported = engine.takeUnsupportedLinkTypes()
        if !unsupported.isEmpty {
            let names = unsupported.map(\.name).joined(separator: ", ")
            inputs.note("\(path): cannot decode frames of \(names); they were left out")
        }
    }

    // MARK: What the session has to say at its end

    /// What could not be read or was switched off, for people.
    var notes: [Report.Note] {
        var notes: [Report.Note] = inputs.problems.map { Report.Note($0) }
        let decode = engine.decodeCounters
        for reason in Malformed.allCases where decode[reason] > 0 {
            notes.append(Report.Note("malformed: \(reason.name)", count: Int(decode[reason])))
        }
        for reason in Undecoded.allCases where decode[reason] > 0 && reason != .arp {
            notes.append(Report.Note("not followed: \(reason.name)", count: Int(decode[reason])))
        }
        for loss in FragmentLoss.allCases where engine.fragmentCounters[loss] > 0 {
            notes.append(Report.Note("fragments: \(loss.name)", count: Int(engine.fragmentCounters[loss])))
        }
        for loss in losses where loss.count > 0 { notes.append(Report.Note(loss.words, count: loss.count)) }
        for problem in library.library.problems where problem.severity == .error {
            notes.append(Report.Note("left out", detail: problem.description))
        }
        for problem in hosts.disabled { notes.append(Report.Note("plugin switched off", detail: problem)) }
        return notes
    }

    /// A counter's words as a key: `ipv4 header cut off` is `ipv4_header_cut_off`.
    private static func key(_ words: String) -> String {
        String(words.map { $0.isLetter || $0.isNumber ? $0 : "_" }).split(separator: "_").joined(
            separator: "_")
    }

    /// Something that was left out or given up.
    private struct Loss {
        var key: String
        var words: String
        var count: Int
    }

    /// Bounded tables that were full, and frames left out.
    private var losses: [Loss] {
        let lane = engine.counters
        return [
            Loss(
                key: "flows_evicted", words: "flows ended early, the flow table was full (--max-flows)",
                count: lane.evicted),
            Loss(
                key: "first_bytes_evicted", words: "flows given up, the buffers for first bytes were full",
                count: lane.headsEvicted),
            Loss(
                key: "broken_streams", words: "segments left out, their stream had too many gaps",
                count: lane.brokenStreams),
            Loss(
                key: "tunnels_too_deep", words: "packets in more tunnels than are followed",
                count: lane.tunnelsTooDeep),
            Loss(
                key: "frames_undescribed", words: "frames of interfaces that the capture does not describe",
                count: skippedFrames),
            Loss(key: "frames_filtered", words: "frames left out by the filter", count: filteredFrames),
        ]
    }

    /// The report's head and notes.
    var report: Report {
        var report = Report()
        report.captures = inputs.paths
        report.first = engine.span?.first
        report.last = engine.span?.last
        report.packets = frames
        report.bytes = engine.wireBytes
        report.flows = engine.counters.flows
        report.recognised = engine.counters.recognised
        report.notes = notes
        report.width = Console.width
        report.isColoured = Console.isColoured
        return report
    }

    /// The counters of the run, as the summary record has them.
    var summary: [(String, SummaryValue)] {
        let (lane, decode, inventory) = (engine.counters, engine.decodeCounters, analysis.inventory)
        func counts<Reason>(_ reasons: [Reason], _ name: (Reason) -> String, _ count: (Reason) -> UInt64)
            -> SummaryValue
        {
            .object(reasons.filter { count($0) > 0 }.map { (Self.key(name($0)), .count(Int(count($0)))) })
        }
        var values: [(String, SummaryValue)] = [
            ("version", .text(Offport.version)),
            ("captures", .list(inputs.paths)),
            ("packets", .count(frames)),
            ("bytes", .count(engine.wireBytes)),
            ("flows", .count(lane.flows)),
            ("recognised", .count(lane.recognised)),
            ("unrecognised", .count(lane.unrecognised)),
            ("silent", .count(lane.silent)),
            ("services", .count(inventory.serviceCount)),
            ("clients", .count(inventory.clientCount)),
            ("findings", .count(inventory.findingCount)),
            ("lost", .object(losses.filter { $0.count > 0 }.map { ($0.key, .count($0.count)) })),
            ("malformed", counts(Malformed.allCases, \.name) { decode[$0] }),
            ("not_followed", counts(Undecoded.allCases, \.name) { decode[$0] }),
            ("fragments", counts(FragmentLoss.allCases, \.name) { engine.fragmentCounters[$0] }),
            ("plugins", .count(library.index.protocols.count)),
            (
                "plugins_left_out",
                .list(library.library.problems.filter { $0.severity == .error }.map(\.description))
            ),
            ("plugins_disabled", .list(hosts.disabled)),
            ("problems", .list(inputs.problems)),
        ]
        if let span = engine.span { values += [("first", .time(span.first)), ("last", .time(span.last))] }
        return values
    }

    /// Ends the command with what went wrong, if anything did.
    func throwProblems() throws {
        if !inputs.problems.isEmpty { throw Outcome.failed(inputs.problems) }
    }
}

/// The script hosts of all workers, for what they have to say at the end.
final class ScriptHosts {
    private var hosts: [ScriptHost] = []

    /// The first worker goes on with the host that tried the examples.
    func make(for library: PluginLibrary) -> ScriptHost {
        let host = hosts.isEmpty ? library.scripts : ScriptHost(sources: library.library.sources)
        hosts.append(host)
        return host
    }

    /// Why plugins were switched off, each once.
    var disabled: [String] {
        var seen: [String] = []
        for host in hosts {
            for plugin in host.disabled {
                let text = "\(plugin.id): \(plugin.problem)"
                if !seen.contains(text) { seen.append(text) }
            }
        }
        return seen.sorted()
    }
}
