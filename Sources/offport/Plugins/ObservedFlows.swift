import Authoring
import Flows
import Inventory
import Matching
import Net
import Pipeline
import Plugins
import Records

/// The flows of some captures with what was said in them first, for authors to learn from.
struct ObservedFlows {
    /// One flow that spoke.
    struct Observed {
        var flow: Flow
        var learned: LearnedFlow

        /// As records name it.
        var name: String { flowName(flow.number) }
        var client: Endpoint { flow.key.sender(flow.clientDirection) }
        var server: Endpoint { flow.key.sender(1 - flow.clientDirection) }
        /// Where it is served.
        var place: ServicePort { ServicePort(server.port, flow.key.transport) }
    }

    /// All flows that spoke, in the order in which they were decided.
    let flows: [Observed]
    /// What could not be read.
    let problems: [String]

    /// Reads captures with a library.
    init(_ captures: CaptureOptions, _ library: PluginLibrary) throws {
        let spoken = Spoken()
        let session = try Session(captures.reading, library: library, keepsFirstBytes: true, observer: spoken)
        session.readAll(showsProgress: true)
        flows = spoken.said.map { flow, client, server in
            let said = Conversation(flow.key.transport, client: client, server: server)
            let known = spoken.names[flow.number].map { library.index.protocols[$0].name }
            let port = flow.key.sender(1 - flow.clientDirection).port
            return Observed(flow: flow, learned: LearnedFlow(said, port: port, known: known))
        }
        problems = session.inputs.problems
    }

    /// Takes down who said what first, and what each flow was recognised as.
    private final class Spoken: FlowObserver {
        var said: [(flow: Flow, client: [UInt8], server: [UInt8])] = []
        /// By flow's number, the place of its protocol.
        var names: [UInt64: Int] = [:]

        func begin(capture name: String) {}

        func take(_ event: Observation.Event) {
            switch event {
            case .recognised(let recognition): names[recognition.flow] = recognition.protocolIndex
            case .said(let flow, let client, let server): said.append((flow, client, server))
            case .ended: break
            }
        }
    }

    /// The flows without a name, by the port of their server; the ports with the most flows first.
    var unknown: [(place: ServicePort, flows: [Observed])] {
        Dictionary(grouping: flows.filter { $0.learned.known == nil }, by: \.place)
            .map { (place: $0.key, flows: $0.value) }
            .sorted { ($1.flows.count, $0.place) < ($0.flows.count, $1.place) }
    }

    /// The flows that words mean: numbers of flows (or their beginnings), endpoints, addresses.
    func named(_ words: [String]) throws -> [Observed] {
        var chosen: [Observed] = []
        for word in words {
            let found = flows.filter { observed in
                let ends = [observed.client, observed.server]
                if let endpoint = Endpoint(word) { return ends.contains(endpoint) }
                if let address = IPAddress(word) { return ends.contains { $0.address == address } }
                return word.count >= 4 && observed.name.hasPrefix(word.lowercased())
            }
            guard !found.isEmpty else {
                throw Outcome.failed([
                    "no flow that spoke is '\(word)'; offport explain lists them with their numbers"
                ])
            }
            chosen += found.filter { new in !chosen.contains { $0.flow.number == new.flow.number } }
        }
        return chosen
    }
}
