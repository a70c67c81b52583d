import Engine
import Flows
import Inventory
import Matching
import Net
import Pipeline
import Records

/// The observation lane: what the packet lane noticed becomes services, clients, findings and records.
final class Analysis: ObservationSink {
    /// Everything of all captures, for the report and for questions.
    private(set) var inventory: Inventory
    private var library: PluginLibrary
    private let output: RecordOutput?
    private let writesFlows: Bool
    /// With several captures, records tell what one capture shows, and the report what all show together.
    private var ofCapture: Inventory?
    private var capture: String?
    private let isOneCapture: Bool
    private(set) var explained: [ExplainedFlow] = []

    init(_ library: PluginLibrary, output: RecordOutput?, writesFlows: Bool, isOneCapture: Bool) {
        self.library = library
        self.output = output
        self.writesFlows = writesFlows
        self.isOneCapture = isOneCapture
        inventory = Inventory(judge: library.judge)
    }

    /// What follows is of this capture.
    func begin(capture name: String) {
        inventory.begin(capture: name)
        guard !(isOneCapture && capture != nil) else { return }
        capture = name
        if !isOneCapture, output != nil {
            ofCapture = Inventory(judge: library.judge)
            ofCapture?.begin(capture: name)
        }
    }

    func take(_ observations: [Observation]) {
        for observation in observations {
            switch observation.event {
            case .recognised(let recognition): take(recognition)
            case .ended(let flow, let then): take(flow, then)
            case .said(let flow, let client, let server):
                explained.append(ExplainedFlow(flow: flow, client: client, server: server))
            }
        }
    }

    private func take(_ recognition: Recognition) {
        let overall = inventory.recognise(recognition)
        let outcome = ofCapture?.recognise(recognition) ?? overall
        for finding in outcome.findings { output?.write { $0.append(finding) } }
    }

    private func take(_ flow: Flow, _ then: [Int32]) {
        if flow.protocolNumber != 0 {
            let server = flow.key.sender(1 - flow.clientDirection)
            let place = Int(flow.protocolNumber) - 1
            inventory.ended(
                server: server, transport: flow.key.transport, protocolIndex: place, at: flow.last)
            ofCapture?.ended(
                server: server, transport: flow.key.transport, protocolIndex: place, at: flow.last)
        }
        if writesFlows { output?.write { $0.append(record(of: flow, then)) } }
    }

    private func record(of flow: Flow, _ then: [Int32]) -> FlowRecord {
        let client = flow.clientDirection
        var record = FlowRecord(
            flow: flow.number, start: flow.first, end: flow.last, capture: capture,
            transport: flow.key.transport,
            client: Self.side(flow, client), server: Self.side(flow, 1 - client),
            state: FlowRecord.State(rawValue: flow.state.rawValue) ?? .midstream)
        record.vlan = flow.vlan
        if flow.protocolNumber != 0 {
            record.protocolName = library.index.protocols[Int(flow.protocolNumber) - 1].name
            record.confidence = flow.marks.contains(.certain) ? .certain : .likely
        }
        record.then = then.map { library.index.protocols[Int($0)].name }
        record.parent = flow.parent == 0 ? nil : flow.parent
        record.direction = library.judge.direction(
            client: record.client.endpoint.address, server: record.server.endpoint.address)
        return record
    }

    private static func side(_ flow: Flow, _ direction: Int) -> FlowRecord.Side {
        FlowRecord.Side(
            flow.key.sender(direction), packets: UInt64(direction == 0 ? flow.packets.0 : flow.packets.1),
            bytes: direction == 0 ? flow.bytes.0 : flow.bytes.1)
    }

    /// The library was replaced.
    func adopt(_ library: PluginLibrary, places: PluginLibrary.Places) {
        self.library = library
    }

    /// The capture is over: its services and clients are known.
    func endCapture() {
        guard let output else { return }
        let inventory = ofCapture ?? inventory
        for id in inventory.serviceOrder() { output.write { $0.append(inventory.service(id)) } }
        for id in inventory.clientOrder() { output.write { $0.append(inventory.client(id)) } }
    }
}

/// A flow with what its speakers said first, for `explain`.
struct ExplainedFlow {
    var flow: Flow
    var client: [UInt8]
    var server: [UInt8]
}
