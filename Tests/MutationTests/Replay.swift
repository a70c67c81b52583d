import Flows
import Inventory
import Matching
import Mutations
import Net
import Pipeline
import Plugins
import Wire

/// The packet lane and the inventory with the core pack, fed with frames from memory.
final class Replay {
    private var lane: Lane

    init() {
        var options = LaneOptions()
        options.maximumFlows = 65_536
        options.observesEveryFlow = true
        lane = Lane(
            index: CorePack.index, scripts: ScriptHost(sources: CorePack.library.sources), options: options)
    }

    /// Runs a capture from its first frame to its end.
    func run(_ frames: [CapturedFrame]) -> Outcome {
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
        var outcome = Outcome(lane.takeObservations(), frameCount: frames.count)
        outcome.malformed = Malformed.allCases.reduce(0) {
            $0 + Int(after[$1] - before[$1] + atLink[$1])
        }
        return outcome
    }
}

/// What the engine made of a capture.
struct Outcome: Sendable {
    /// A flow with ports.
    struct Seen: Sendable {
        var name: String?
        var key: Conversations.Key
        var server: Endpoint
        var first: Timestamp
        /// Whether another flow announced it.
        var isChild: Bool
        var isEnclosed: Bool
        /// The frame at which it was recognised; nil when that took until its end.
        var decidingFrame: Int?
    }

    /// A service, or where a finding is.
    struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
        var end: TransportEnd
        var name: String

        static func < (left: Place, right: Place) -> Bool { (left.end, left.name) < (right.end, right.name) }
        var description: String { "\(name) on \(end)" }
    }

    var flows: [Seen] = []
    var services: [Place] = []
    /// What runs off its port, an entry a finding.
    var offPort: [Place] = []
    var malformed = 0

    init(_ observations: [Observation], frameCount: Int) {
        var inventory = Inventory(judge: CorePack.judge, seed: 0)
        inventory.begin(capture: "")
        var deciding: [UInt64: Int] = [:]
        for observation in observations {
            switch observation.event {
            case .recognised(let recognition):
                if observation.frame <= frameCount { deciding[recognition.flow] = observation.frame }
                offPort += inventory.recognise(recognition).findings.filter { $0.rule.offPortClass != nil }
                    .map { Self.place($0.host, $0.port, $0.protocolName) }
            case .ended(let flow, _) where flow.key.transport.hasPorts:
                flows.append(Self.seen(flow, deciding[flow.number]))
            case .ended, .said: break
            }
        }
        services = inventory.serviceOrder().map { inventory.service($0) }
            .map { Self.place($0.host, $0.port, $0.protocolName) }.sorted()
        offPort.sort()
        flows.sort { $0.first < $1.first }
    }

    private static func place(_ host: IPAddress, _ port: ServicePort, _ name: String) -> Place {
        Place(end: TransportEnd(port.transport, Endpoint(host, port.number)), name: name)
    }

    private static func seen(_ flow: Flow, _ decidingFrame: Int?) -> Seen {
        let (low, high) = (flow.key.sender(0), flow.key.sender(1))
        let number = Int(flow.protocolNumber)
        return Seen(
            name: number == 0 ? nil : CorePack.index.protocols[number - 1].name,
            key: Conversations.Key(flow.key.transport, low, high),
            server: flow.clientDirection == 0 ? high : low, first: flow.first, isChild: flow.parent != 0,
            isEnclosed: flow.key.tunnel != 0, decidingFrame: decidingFrame)
    }
}
