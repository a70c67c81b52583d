internal import Flows
internal import Inventory
internal import Matching
public import Mutations
public import Net
internal import Pipeline

/// What the engine made of a capture.
public struct ReplayOutcome: Sendable {
    /// A flow with ports.
    public struct Seen: Sendable {
        /// The protocol; nil when it was not recognised.
        public var name: String?
        /// Which conversation.
        public var key: Conversations.Key
        /// Who serves.
        public var server: Endpoint
        /// Its first packet.
        public var first: Timestamp
        /// Whether another flow announced it.
        public var isChild: Bool
        /// Whether it is inside a tunnel.
        public var isEnclosed: Bool
        /// The frame at which it was recognised; nil when that took until its end.
        public var decidingFrame: Int?
    }

    /// A service, or where a finding is.
    public struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
        /// Where.
        public var end: TransportEnd
        /// The protocol.
        public var name: String

        /// By place, then by name.
        public static func < (left: Place, right: Place) -> Bool {
            (left.end, left.name) < (right.end, right.name)
        }
        /// `ssh on 10.0.0.5:22/tcp`.
        public var description: String { "\(name) on \(end)" }
    }

    /// The flows, by their first packets.
    public internal(set) var flows: [Seen] = []
    /// The services, by place.
    public internal(set) var services: [Place] = []
    /// What runs off its port, an entry a finding.
    public internal(set) var offPort: [Place] = []
    /// Headers that could not be read.
    public internal(set) var malformed = 0

    init(_ observations: Observations, frameCount: Int, _ library: ReplayLibrary) {
        var inventory = Inventory(judge: library.judge, seed: 0)
        inventory.begin(capture: "")
        var deciding: [UInt64: Int] = [:]
        for observation in observations {
            switch observation.event {
            case .recognised(let recognition):
                if observation.frame <= frameCount { deciding[recognition.flow] = observation.frame }
                offPort += inventory.recognise(recognition).findings.filter { $0.rule.offPortClass != nil }
                    .map { Self.place($0.host, $0.port, $0.protocolName) }
            case .ended(let flow, _) where flow.key.transport.hasPorts:
                flows.append(Self.seen(flow, deciding[flow.number], library.index))
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

    private static func seen(
        _ flow: Flow, _ decidingFrame: Int?, _ index: SignatureIndex
    ) -> Seen {
        let (low, high) = (flow.key.sender(0), flow.key.sender(1))
        let number = Int(flow.protocolNumber)
        return Seen(
            name: number == 0 ? nil : index.protocols[number - 1].name,
            key: Conversations.Key(flow.key.transport, low, high),
            server: flow.clientDirection == 0 ? high : low, first: flow.first, isChild: flow.parent != 0,
            isEnclosed: flow.key.tunnel != 0, decidingFrame: decidingFrame)
    }
}
