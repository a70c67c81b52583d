internal import Flows
internal import Inventory
internal import Matching
public import Mutations
internal import Net
internal import Pipeline
internal import Plugins
internal import Wire

/// The packet lane and the inventory with a library, fed with frames from memory.
public final class Replay {
    private var lane: Lane
    /// What it recognises by.
    public let library: ReplayLibrary

    /// A replay with a lane of its own.
    public init(_ library: ReplayLibrary) {
        self.library = library
        var options = LaneOptions()
        options.maximumFlows = 65_536
        options.observesEveryFlow = true
        lane = Lane(
            index: library.index, scripts: ScriptHost(sources: library.sources), options: options)
    }

    /// Runs a capture from its first frame to its end.
    public func run(_ frames: [CapturedFrame]) -> ReplayOutcome {
        var bytes: [UInt8] = []
        var places: [Frame] = []
        for frame in frames {
            places.append(
                Frame(
                    offset: bytes.count, capturedLength: frame.bytes.count,
                    originalLength: frame.originalLength, time: frame.time, linkType: .ethernet))
            bytes += frame.bytes
        }
        var router = Router()
        var routes: [Route] = []
        let before = lane.decodeCounters
        bytes.withBytes {
            router.route($0, places.span, into: &routes)
            lane.process($0, frames: places.span, routes: routes.span, firstFrame: 1)
        }
        lane.finish(afterFrame: frames.count)
        let (after, atLink) = (lane.decodeCounters, router.counters)
        var outcome = ReplayOutcome(lane.takeObservations(), frameCount: frames.count, library)
        outcome.malformed = Malformed.allCases.reduce(0) {
            $0 + Int(after[$1] - before[$1] + atLink[$1])
        }
        return outcome
    }
}
