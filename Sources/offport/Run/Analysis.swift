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
    private let library: PluginLibrary
    private let maximumServices: Int
    private let output: RecordOutput?
    private let writesFlows: Bool
    /// With several captures, records and the findings of a store tell what one capture shows, and the report what all
    /// show together.
    private var ofCapture: Inventory?
    private var capture: String?
    private let isOneCapture: Bool
    private let observer: (any FlowObserver)?
    private let feed: StoreFeed?
    /// Whether the flows are others', and not those of a probe.
    private let isPassive: Bool
    let detections: Detections

    init(
        _ library: PluginLibrary, maximumServices: Int, output: RecordOutput?, writesFlows: Bool,
        isOneCapture: Bool, observer: (any FlowObserver)? = nil, feed: StoreFeed? = nil,
        isPassive: Bool = true
    ) {
        self.library = library
        self.maximumServices = maximumServices
        self.output = output
        self.writesFlows = writesFlows
        self.isOneCapture = isOneCapture
        self.observer = observer
        self.feed = feed
        self.isPassive = isPassive
        inventory = Inventory(judge: library.judge, maximumServices: maximumServices)
        detections = Detections(library)
    }

    /// What follows is of this capture.
    func begin(capture name: String) {
        inventory.begin(capture: name)
        observer?.begin(capture: name)
        guard !(isOneCapture && capture != nil) else { return }
        capture = name
        if !isOneCapture, output != nil || feed != nil {
            ofCapture = Inventory(judge: library.judge, maximumServices: maximumServices)
            ofCapture?.begin(capture: name)
            detections.beginCapture()
        }
    }

    func take(_ observations: Observations) {
        // Whoever changes a class's property tells the runtime: here once for all of them.
        var tray = feed?.lend() ?? StoreTray(nil, isPassive: true)
        take(observations, into: &inventory, &ofCapture, &tray)
        feed?.giveBack(tray)
    }

    private func take(
        _ observations: Observations, into inventory: inout Inventory, _ ofCapture: inout Inventory?,
        _ tray: inout StoreTray
    ) {
        let (recognitions, flows) = (observations.recognitions.span, observations.endedFlows.span)
        for number in observations.indices {
            fetch(.slot, number &+ 2 &* Self.ahead, observations, &inventory)
            fetch(.entry, number &+ Self.ahead, observations, &inventory)
            switch observations.marks[number].what {
            case .recognised(let place): take(recognitions[place], into: &inventory, &ofCapture, &tray)
            case .ended(let place, let then):
                take(flows[place], observations.followers(then), into: &inventory, &ofCapture, &tray)
            case .said: break
            }
            observer?.take(observations[number].event)
        }
    }

    /// A service is asked for so many observations before its own.
    private static var ahead: Int { 6 }

    @inline(__always)
    private func fetch(
        _ part: Inventory.Part, _ number: Int, _ observations: borrowing Observations,
        _ inventory: inout Inventory
    ) {
        guard number < observations.marks.count else { return }
        switch observations.marks[number].what {
        case .recognised(let place):
            let recognitions = observations.recognitions.span
            inventory.fetch(
                part, server: recognitions[place].server, transport: recognitions[place].transport,
                protocolIndex: recognitions[place].protocolIndex)
        case .ended(let place, _):
            let flow = observations.endedFlows.span[place]
            guard flow.protocolNumber != 0 else { return }
            inventory.fetch(
                part, server: flow.key.sender(1 - flow.clientDirection), transport: flow.key.transport,
                protocolIndex: Int(flow.protocolNumber) - 1)
        case .said: break
        }
    }

    @inline(__always)
    private func take(
        _ recognition: borrowing Recognition, into inventory: inout Inventory, _ ofCapture: inout Inventory?,
        _ tray: inout StoreTray
    ) {
        var outcome = inventory.recognise(recognition)
        detections.add(to: &outcome, recognition, &inventory)
        if !isPassive { outcome.findings = outcome.findings.map(\.withoutFlow) }
        var found = outcome.findings
        if ofCapture != nil {
            var own = ofCapture?.recognise(recognition) ?? outcome
            Self.add(detections, toCapture: &own, recognition, &ofCapture)
            found = own.findings
            // A store knows what each capture shows, in one run or in several.
            outcome.findings.removeAll { finding in found.contains { $0.rule == finding.rule } }
            outcome.findings += found
        }
        // The inventory is copied to be lent.
        if !tray.isMuted { tray.note(recognition, outcome, inventory) }
        for finding in found { output?.write { $0.append(finding) } }
    }

    @inline(__always)
    private func take(
        _ flow: Flow, _ then: [Int32], into inventory: inout Inventory, _ ofCapture: inout Inventory?,
        _ tray: inout StoreTray
    ) {
        var service: Int?
        if flow.protocolNumber != 0 {
            let server = flow.key.sender(1 - flow.clientDirection)
            let place = Int(flow.protocolNumber) - 1
            service = inventory.ended(
                server: server, transport: flow.key.transport, protocolIndex: place, at: flow.last)
            ofCapture?.ended(
                server: server, transport: flow.key.transport, protocolIndex: place, at: flow.last)
        }
        tray.ended(flow, then, service: service)
        guard writesFlows, let output else { return }
        let record = FlowRecord(flow, then, capture: capture, library: library)
        output.write { $0.append(record) }
    }

    private static func add(
        _ detections: Detections, toCapture outcome: inout Inventory.Outcome,
        _ recognition: borrowing Recognition,
        _ ofCapture: inout Inventory?
    ) {
        // One owner, so that nothing is copied.
        guard var inventory = ofCapture.take() else { return }
        detections.add(toCapture: &outcome, recognition, &inventory)
        ofCapture = inventory
    }

    /// The store has found out who joined and left asset lists.
    func tell(_ changes: [AssetChange]) {
        for change in changes { output?.write { $0.append(change) } }
    }

    /// The capture is over: its services and clients are known.
    func endCapture() {
        guard let output else { return }
        let inventory = ofCapture ?? inventory
        for id in inventory.serviceOrder() { output.write { $0.append(inventory.service(id)) } }
        for id in inventory.clientOrder() { output.write { $0.append(inventory.client(id)) } }
    }
}

/// Looks on, beside the analysis, at what the packet lane notices.
protocol FlowObserver: AnyObject {
    /// What follows is of this capture.
    func begin(capture name: String)
    /// Something was noticed.
    func take(_ event: Observation.Event)
}

extension FlowRecord {
    /// The record of a flow that has ended; the places of the protocols that followed the first one in it.
    init(_ flow: Flow, _ then: [Int32], capture: String?, library: PluginLibrary) {
        func side(_ direction: Int) -> Side {
            Side(
                flow.key.sender(direction), packets: UInt64(direction == 0 ? flow.packets.0 : flow.packets.1),
                bytes: direction == 0 ? flow.bytes.0 : flow.bytes.1)
        }
        let direction = flow.clientDirection
        self.init(
            flow: flow.number, start: flow.first, end: flow.last, capture: capture,
            transport: flow.key.transport, client: side(direction), server: side(1 - direction),
            state: State(rawValue: flow.state.rawValue) ?? .midstream)
        vlan = flow.vlan
        if flow.protocolNumber != 0 {
            protocolName = library.index.protocols[Int(flow.protocolNumber) - 1].name
            confidence = flow.marks.contains(.certain) ? .certain : .likely
        }
        self.then = then.map { library.index.protocols[Int($0)].name }
        parent = flow.parent == 0 ? nil : flow.parent
        self.direction = library.judge.direction(
            client: client.endpoint.address, server: server.endpoint.address)
    }
}
