internal import Capture
internal import Matching
internal import Net
internal import Pipeline
internal import Reassembly
internal import Threads
internal import Wire

/// What all workers do next: a chunk to take their frames from, or the end of a capture.
final class Job: @unchecked Sendable {
    /// The chunk with its frames; empty for the end of a capture.
    let chunk: Chunk
    /// By frame, where it goes; not asked for when there is but one worker.
    var routes: [Route] = []
    /// What is added to the frames' numbers, when several files are one capture.
    var frameBase = 0
    /// The number of the capture's last frame, when this is the capture's end.
    var lastFrame: Int?
    /// The shard whose flows end then.
    var endingShard = 0
    /// What time it is when the chunk is done with; nil when packets alone tell.
    var time: Timestamp?
    /// How many workers have not done it; guarded by the engine's gate.
    var pending = 0
    /// By worker, what it noticed; written by that worker only, while the job is pending.
    let notes: [Note]

    /// What one worker noticed: a place of its own, since one array is not for several threads to write into.
    final class Note {
        var observations = Observations()
    }

    init(chunkBytes: Int, workers: Int) {
        chunk = Chunk(capacity: chunkBytes)
        notes = (0..<workers).map { _ in Note() }
    }

    /// Gives `body` what all workers noticed, in order of the frames; nothing is left.
    func handOver(to body: (Observations) -> Void) {
        if notes.count == 1 {
            if !notes[0].observations.isEmpty { body(notes[0].observations) }
        } else if notes.contains(where: { !$0.observations.isEmpty }) {
            body(Observations(merging: notes.map(\.observations)))
        }
        for note in notes { note.observations.removeAll() }
    }
}

/// Where the reading thread puts jobs and the workers find them.
///
/// `@unchecked` stands for the gate.
final class JobBoard: @unchecked Sendable {
    private let gate = Gate()
    private let ring: [Job]
    private var isClosed = false
    /// Jobs given out so far; written by the reading thread.
    private(set) var issued = 0

    init(jobs: [Job]) { ring = jobs }

    /// How many jobs may be under way.
    var size: Int { ring.count }

    /// The job with the given number; jobs are used again and again.
    func job(_ number: Int) -> Job { ring[number % ring.count] }

    /// Gives a job to all workers.
    func issue(_ job: Job, to workers: Int) {
        gate.change {
            job.pending = workers
            issued += 1
        }
    }

    /// Waits for the job with the given number; nil when there will be none.
    func wait(forJob number: Int) -> Job? {
        let isThere = gate.wait { issued > number ? true : isClosed ? false : nil }
        return isThere ? job(number) : nil
    }

    /// A worker has done its share of a job.
    func finish(_ job: Job) { gate.change { job.pending -= 1 } }

    /// Waits until all workers have done their share.
    func waitUntilDone(_ job: Job) {
        let _: Bool = gate.wait { job.pending == 0 ? true : nil }
    }

    /// No more jobs will come.
    func close() { gate.change { isClosed = true } }
}

/// One worker's packet lane, in a box that a thread can hold.
///
/// Used by one thread at a time: `@unchecked` stands for that.
final class Worker: @unchecked Sendable {
    private let number: Int
    private var lane: Lane

    init(
        number: Int, of workers: Int, index: SignatureIndex, scripts: any ScriptRunner, options: LaneOptions,
        meter: CostMeter?
    ) {
        self.number = number
        lane = Lane(
            index: index, scripts: scripts, options: options, worker: number, workers: workers, meter: meter)
    }

    /// Does its share of a job whose frames' routes are known.
    func run(_ job: Job) {
        if job.lastFrame == nil {
            let (frames, routes, first) = (job.chunk.frames, job.routes, Self.firstFrame(of: job))
            job.chunk.withBytes {
                lane.process($0, frames: frames.span, routes: routes.span, firstFrame: first)
            }
        }
        end(job)
    }

    /// Does all of a job, as the only worker.
    func run(_ job: Job, routing router: inout Router) {
        if job.lastFrame == nil {
            let (frames, first) = (job.chunk.frames, Self.firstFrame(of: job))
            job.chunk.withBytes { lane.process($0, frames: frames.span, router: &router, firstFrame: first) }
        }
        end(job)
    }

    private static func firstFrame(of job: Job) -> Int { job.frameBase + job.chunk.number(ofFrame: 0) }

    private func end(_ job: Job) {
        if let last = job.lastFrame {
            lane.finish(shard: job.endingShard, afterFrame: last)
        } else if let time = job.time {
            lane.advance(to: time)
        }
        lane.takeObservations(into: &job.notes[number].observations)
    }

    /// The library was replaced; nothing may be under way.
    func adopt(_ index: SignatureIndex, places: [Int32], scripts: any ScriptRunner) {
        lane.adopt(index, places: places, scripts: scripts)
    }

    /// Flows that are tracked now.
    var trackedFlows: Int { lane.trackedFlows }
    var counters: LaneCounters { lane.counters }
    var candidates: [Int] { lane.candidates }
    var patternsGivenUp: Set<String> { lane.patternsGivenUp }
    var decodeCounters: DecodeCounters { lane.decodeCounters }
    var fragmentCounters: FragmentCounters { lane.fragmentCounters }
}
