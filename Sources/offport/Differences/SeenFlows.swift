import Flows
import Matching
import Net
import Pipeline
import Records

/// Keeps what every flow was taken for.
final class SeenFlows: FlowObserver {
    private(set) var flows: [Comparison.FlowSighting] = []
    private let library: PluginLibrary
    private var captures = 0

    init(_ library: PluginLibrary) { self.library = library }

    func begin(capture name: String) { captures += 1 }

    func take(_ event: Observation.Event) {
        guard case .ended(let flow, let then) = event else { return }
        let protocols =
            flow.protocolNumber == 0
            ? [] : ([Int32(flow.protocolNumber) - 1] + then).map { library.index.protocols[Int($0)].name }
        flows.append(
            Comparison.FlowSighting(
                flow: flow.number, capture: captures, client: flow.key.sender(flow.clientDirection),
                server: flow.key.sender(1 - flow.clientDirection), transport: flow.key.transport,
                protocols: protocols,
                signature: flow.signature >= 0 ? library.index.signatureNames[Int(flow.signature)] : nil))
    }
}
