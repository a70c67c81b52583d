import Flows
import Inventory
import Net
import Pipeline

/// A flow with what its speakers said first, and what it was taken for.
struct ExplainedFlow {
    /// As it was when it was decided or given up; of one that another flow announced, as it ended.
    var flow: Flow
    var client: [UInt8]
    var server: [UInt8]
    /// Nil when it was given up, or announced.
    var recognition: Recognition?

    /// Whether the one who was taken for the client before turned out to be the server.
    var isSwapped: Bool { recognition.map { $0.client != flow.key.sender(flow.clientDirection) } ?? false }
    /// The packets that it took.
    var packets: Int { Int(flow.packets.0) + Int(flow.packets.1) }
}

/// Keeps all flows that spoke or were announced, for `explain`.
final class SpokenFlows: FlowObserver {
    private(set) var flows: [ExplainedFlow] = []

    func begin(capture name: String) {}

    func take(_ event: Observation.Event) {
        switch event {
        case .said(let flow, let client, let server):
            flows.append(ExplainedFlow(flow: flow, client: client, server: server))
        case .recognised(let recognition):
            // What was said comes just before what it was recognised as.
            guard let last = flows.indices.last, flows[last].flow.number == recognition.flow,
                flows[last].recognition == nil
            else { return }
            flows[last].recognition = recognition
        case .ended(let flow, _):
            // What it was to be was known before it said anything: nobody has kept that.
            if flow.isChild { flows.append(ExplainedFlow(flow: flow, client: [], server: [])) }
        }
    }
}
