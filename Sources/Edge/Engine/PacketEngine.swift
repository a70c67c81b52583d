public import Capture
public import Matching
public import Net
public import Pipeline
public import Reassembly
internal import Threads
public import Wire

/// Takes what the packet lane notices, in order of the frames.
public protocol ObservationSink: AnyObject {
    /// Something was noticed.
    func take(_ observations: Observations)
}

/// Why there is no engine.
public enum EngineError: Error, CustomStringConvertible {
    /// The system has too few threads to give for so many workers.
    case noThread(of: Int)

    /// In words.
    public var description: String {
        switch self {
        case .noThread(let workers):
            "the system has no threads to give to \(workers) workers; use fewer --workers"
        }
    }
}

/// Reads captures and runs their packets through the lanes of one or more workers.
public final class PacketEngine {
    private static let chunkBytes = 256 * 1024
    private let workers: [Worker]
    private var threads: [Thread] = []
    private let board: JobBoard
    /// Jobs whose observations were taken.
    private var collected = 0
    private var router = Router()
    private var frames = 0
    private let sink: any ObservationSink

    /// An engine with `workers` workers (1 to 16), each with its own script runner; more than one need a thread each.
    ///
    /// - Parameter meter: takes what the plugins cost; then there is one worker.
    public init(
        index: SignatureIndex, options: LaneOptions, workers count: Int, sink: any ObservationSink,
        meter: CostMeter? = nil, scripts: () -> any ScriptRunner
    ) throws(EngineError) {
        let count = meter == nil ? min(max(1, count), Router.shardCount) : 1
        self.sink = sink
        workers = (0..<count).map {
            Worker(
                number: $0, of: count, index: index, scripts: scripts(), options: options, meter: meter)
        }
        board = JobBoard(
            jobs: (0..<(count == 1 ? 1 : 4)).map { _ in Job(chunkBytes: Self.chunkBytes, workers: count) })
        if count > 1 { try startThreads() }
    }

    deinit { close() }

    private func startThreads() throws(EngineError) {
        for worker in workers {
            let thread = Thread { [board] in
                var next = 0
                while let job = board.wait(forJob: next) {
                    worker.run(job)
                    board.finish(job)
                    next += 1
                }
            }
            // Without one nobody would do this worker's share; those that run end with the engine.
            guard let thread else { throw EngineError.noThread(of: workers.count) }
            threads.append(thread)
        }
    }

    /// Reads a capture to its end; its frames are counted on from those before.
    ///
    /// When the reader has nothing for now, what was noticed is handed to the sink.
    ///
    /// - Parameter progress: called after each chunk; false stops the reading.
    public func read(_ reader: some FrameSource, progress: () -> Bool) throws(CaptureError) {
        let base = frames
        defer { frames = base + reader.framesRead }
        while true {
            let job = nextJob()
            guard try reader.read(into: job.chunk) else { return }
            job.frameBase = base
            job.lastFrame = nil
            job.time = nil
            issue(job)
            if job.chunk.frames.isEmpty { drain() }
            if !progress() { return }
        }
    }

    /// Takes what a live source has by now; when it has nothing, or a second has passed, time goes on all the same, so
    /// that silent flows end.
    ///
    /// What was noticed is handed to the sink before this returns, unless the source has more at once.
    ///
    /// - Parameter time: given the time of the last frame that came, nil when none came: the packet time that it is now,
    ///   nil when the frames say enough.
    public func pump(
        _ source: some FrameSource, isBusy: () -> Bool, time: (Timestamp?) -> Timestamp?
    ) throws(CaptureError) -> Bool {
        let job = nextJob()
        guard try source.read(into: job.chunk) else { return false }
        job.frameBase = 0
        job.lastFrame = nil
        job.time = time(job.chunk.frames.last?.time)
        issue(job)
        if !isBusy() { drain() }
        return true
    }

    /// The library was replaced: what was said so far is finished under the old one, what comes is decided by the new.
    ///
    /// - Parameter places: where each protocol of the old library is in the new one.
    public func adopt(_ index: SignatureIndex, places: [Int32], scripts: () -> any ScriptRunner) {
        drain()
        for worker in workers { worker.adopt(index, places: places, scripts: scripts()) }
    }

    /// The capture is over: all flows end and everything noticed is handed to the sink.
    public func finishCapture() {
        // Shard by shard: what all flows have to say at once would take more memory than everything before.
        for shard in 0..<Router.shardCount {
            let job = nextJob()
            job.lastFrame = frames
            job.endingShard = shard
            job.time = nil
            issue(job)
        }
        drain()
        frames = 0
    }

    /// Waits until nothing is under way, so that counters can be read.
    public func settle() { drain() }

    /// Flows that are tracked now; call it when nothing is under way.
    public var trackedFlows: Int { workers.reduce(0) { $0 + $1.trackedFlows } }

    /// Bytes on the wire of all frames.
    public var wireBytes: Int { router.wireBytes }
    /// The earliest and latest time of a frame with an IP packet; nil before the first.
    public var span: (first: Timestamp, last: Timestamp)? { router.span }

    /// Link types of frames that could not be decoded since the last time.
    public func takeUnsupportedLinkTypes() -> [LinkType] { router.takeUnsupported() }

    private func route(_ job: Job) {
        let frames = job.chunk.frames
        job.chunk.withBytes { bytes in
            router.route(bytes, frames.span, into: &job.routes)
        }
    }

    /// The job whose turn it is, free to be filled: what it held was done and its observations were taken.
    private func nextJob() -> Job {
        if collected + board.size <= board.issued { collect() }
        return board.job(board.issued)
    }

    private func issue(_ job: Job) {
        if threads.isEmpty {
            workers[0].run(job, routing: &router)
        } else if job.lastFrame == nil {
            route(job)
        }
        board.issue(job, to: threads.count)
    }

    /// Waits for the oldest job and hands what was noticed to the sink.
    private func collect() {
        let job = board.job(collected)
        board.waitUntilDone(job)
        collected += 1
        job.handOver { sink.take($0) }
    }

    private func drain() {
        while collected < board.issued { collect() }
    }

    /// Ends the threads; the engine is of no more use, but for its counters.
    public func close() {
        guard !threads.isEmpty else { return }
        drain()
        board.close()
        for thread in threads { thread.join() }
        threads = []
    }

    // MARK: Counters

    /// By protocol of the library in use, how many candidates were evaluated; call it when nothing is under way.
    public var candidates: [Int] {
        workers.dropFirst().reduce(workers[0].candidates) { sums, worker in
            zip(sums, worker.candidates).map { $0 + $1 }
        }
    }

    /// The patterns of the library in use that were given up because they reached their limit; call it when nothing is
    /// under way.
    public var patternsGivenUp: Set<String> {
        workers.reduce(into: []) { all, worker in all.formUnion(worker.patternsGivenUp) }
    }

    /// What all lanes counted; call it when a capture is finished.
    public var counters: LaneCounters {
        var sum = LaneCounters()
        for worker in workers { sum += worker.counters }
        return sum
    }

    /// What decoding gave up, in the router and in all lanes.
    public var decodeCounters: DecodeCounters {
        var sum = router.counters
        for worker in workers { sum += worker.decodeCounters }
        return sum
    }

    /// What became of fragments.
    public var fragmentCounters: FragmentCounters {
        var sum = FragmentCounters()
        for worker in workers { sum += worker.fragmentCounters }
        return sum
    }
}
