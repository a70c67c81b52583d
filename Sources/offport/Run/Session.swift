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
import Stores
import Wire

/// Captures read through the engine into an analysis: what `run`, the questions and `explain` have in common.
final class Session {
    let library: PluginLibrary
    let analysis: Analysis
    private(set) var inputs: CaptureInputs
    private let options: ReadingOptions
    private let engine: PacketEngine
    private let hosts: ScriptHosts
    private(set) var frames = 0
    private var skippedFrames = 0
    private var framesOfNoTime = 0
    private var itself: Session?
    private let output: RecordOutput?
    private let feed: StoreFeed?
    private var framesFiltered = 0
    private var framesUnfilterable = 0

    /// A session without a capture read yet.
    ///
    /// - Parameter inputs: those of the options, of who looks for mistakes in them before it opens files to write.
    init(
        _ options: ReadingOptions, library: PluginLibrary, output: RecordOutput? = nil,
        writesFlows: Bool = false, keepsFirstBytes: Bool = false, observer: (any FlowObserver)? = nil,
        meter: CostMeter? = nil, store: StoreWriter? = nil, inputs: CaptureInputs? = nil
    ) throws {
        let inputs = try inputs ?? Self.inputs(options)
        self.inputs = inputs
        self.options = options
        self.library = library
        self.output = output
        feed = store.map { StoreFeed($0, library: library) }
        analysis = Analysis(
            library, maximumServices: options.maxServices, output: output, writesFlows: writesFlows,
            isOneCapture: inputs.paths.count == 1 || options.continuous, observer: observer, feed: feed)
        var lane = try options.laneOptions()
        lane.observesEveryFlow = writesFlows || observer != nil || store != nil
        lane.keepsFirstBytes = keepsFirstBytes
        lane.remembersAttempts = !library.library.detections.isEmpty
        let hosts = ScriptHosts()
        engine = try PacketEngine(
            index: library.index, options: lane, workers: options.workers, sink: analysis, meter: meter
        ) {
            hosts.make(for: library)
        }
        self.hosts = hosts
    }

    /// What the options name to be read; throws where that is nothing, and where the filter is none.
    static func inputs(_ options: ReadingOptions) throws -> CaptureInputs {
        guard !options.captures.isEmpty else {
            throw Outcome.usage("name a capture: -r FILE, -r FOLDER, or -r - for standard input")
        }
        let inputs = try CaptureInputs(options.captures)
        if let filter = options.filter { try check(filter) }
        return inputs
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
        if options.continuous { feed?.begin(capture(of: inputs.paths)) }
        for path in inputs.paths where !Interruption.isRequested {
            if options.continuous {
                // What workers still have of the file before is not of this one.
                engine.settle()
            } else {
                feed?.begin(capture(of: [path]))
            }
            analysis.begin(capture: path)
            do { try read(path, &progress) } catch { inputs.note("\(error)") }
            if !options.continuous { finish() }
        }
        if options.continuous { finish() }
        finishStore()
        progress.clear()
        engine.close()
    }

    /// Stays until the process ends, which is soon: then the system takes back all memory at once, and nobody has to take
    /// apart the inventory piece by piece.
    func outlast() { itself = self }

    private func finish() {
        engine.finishCapture()
        analysis.endCapture()
        // Half a capture is no capture: it is read anew another time.
        if !Interruption.isRequested { feed?.end() }
    }

    /// What the store knows a capture by.
    private func capture(of paths: [String]) -> StoredCapture {
        // Of a question's captures each is read, whatever is in it: there is nothing that it could be stored in twice.
        let isKept = feed?.writer.store.isKept == true
        var capture = StoredCapture(
            name: paths[0], sensor: "files", kind: .files,
            identity: isKept
                ? CaptureIdentity.of(
                    parts: paths.map {
                        CaptureIdentity.of(file: $0, options: options.identityOptions)
                    }) : nil)
        capture.parts = Array(paths.dropFirst())
        return capture
    }

    /// Everything is stored, or it is known what is not.
    private func finishStore() {
        guard let feed else { return }
        feed.flush()
        feed.writer.finish()
        for problem in feed.writer.takeProblems() { inputs.note(problem) }
        analysis.tell(feed.writer.takeAssetChanges())
    }

    /// What the store has to say.
    var storeNotes: [String] { feed?.notes ?? [] }
    /// Asset lists whose conditions failed, for people.
    var listsSwitchedOff: [String] { feed?.listsSwitchedOff ?? [] }

    private func read(_ path: String, _ progress: inout Progress) throws {
        let reader = try CaptureReader(path: path, filter: options.filter)
        reader.waitMilliseconds = Int32(LiveOptions.waitMilliseconds)
        progress.begin(path, size: reader.fileSize)
        defer {
            frames += reader.framesRead
            skippedFrames += reader.skippedFrames
            framesOfNoTime += reader.framesOfNoTime
            framesFiltered += reader.framesFiltered
            framesUnfilterable += reader.framesUnfilterable
            progress.end(bytes: reader.fileBytesRead, frames: reader.framesRead)
        }
        try engine.read(reader) {
            // A pipe may be somebody's live capture: records are told as they come, as those of interfaces are.
            if reader.fileSize == nil { output?.flush() }
            progress.update(bytes: reader.fileBytesRead, frames: reader.framesRead)
            return !Interruption.isRequested
        }
        if let damage = reader.damage { inputs.note("\(path): \(damage)") }
        for problem in reader.takeFilterProblems() {
            inputs.note("\(path): \(problem); such frames were left out")
        }
        let unsupported = engine.takeUnsupportedLinkTypes()
        if !unsupported.isEmpty {
            let names = unsupported.map(\.name).joined(separator: ", ")
            inputs.note("\(path): cannot decode frames of \(names); they were left out")
        }
    }

    /// Flows that were seen.
    var flows: Int { engine.counters.flows }

    /// What the session has to say at its end.
    var accounts: Accounts {
        var accounts = Accounts(engine: engine, library: library, hosts: hosts, inventory: analysis.inventory)
        accounts.detections = analysis.detections
        accounts.listsSwitchedOff = listsSwitchedOff
        accounts.sources = inputs.paths
        accounts.problems = inputs.problems + storeNotes
        accounts.frames = frames
        accounts.framesLeftOut = (framesFiltered, framesUnfilterable)
        accounts.losses = [
            Accounts.Loss(
                key: "frames_undescribed", words: "frames of interfaces that the capture does not describe",
                count: skippedFrames),
            Accounts.Loss(
                key: "frames_of_no_time", words: "frames with an impossible time, before 1823 or after 2116",
                count: framesOfNoTime),
        ]
        return accounts
    }

    /// Ends the command with what went wrong, if anything did.
    func throwProblems() throws {
        if !inputs.problems.isEmpty { throw Outcome.failed(inputs.problems) }
    }
}
