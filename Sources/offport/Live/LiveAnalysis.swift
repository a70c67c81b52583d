import Engine
import Flows
import Inventory
import Matching
import Net
import Pipeline
import Records
import Stores

/// The observation lane of a sensor: what was noticed becomes services and findings at once, and what is new is told.
final class LiveAnalysis: ObservationSink {
    /// Everything seen since the sensor started.
    private(set) var inventory: Inventory
    private(set) var baseline: Baseline
    private var reported: ReportedFindings
    private var library: PluginLibrary
    let detections: Detections
    private let output: RecordOutput?
    var alerting: Alerting?
    private let bulletin: Bulletin
    private let writesFlows: Bool
    /// Hands everything to the store.
    let feed: StoreFeed?
    private let source: String
    /// Whether anything was learnt or reported since the state was last taken.
    private var hasChanged = false

    /// - Parameter state: what an earlier run remembers.
    init(
        _ library: PluginLibrary, source: String, maximumServices: Int, state: SensorMemory?,
        feed: StoreFeed?, output: RecordOutput?, alerting: Alerting?, bulletin: Bulletin,
        writesFlows: Bool
    ) {
        self.library = library
        self.source = source
        self.output = output
        self.alerting = alerting
        self.bulletin = bulletin
        self.writesFlows = writesFlows
        self.feed = feed
        detections = Detections(library)
        inventory = Inventory(judge: library.judge, maximumServices: maximumServices)
        inventory.begin(capture: source)
        let (settings, protocols) = (library.judge.policy.baseline, library.judge.protocols)
        if let state {
            baseline = Baseline(
                resuming: state.baseline, settings: settings, protocols: protocols,
                maximumServices: maximumServices)
        } else {
            baseline = Baseline(
                settings: settings, protocols: protocols, maximumServices: maximumServices)
        }
        reported = ReportedFindings(state?.reported ?? [], maximumCount: maximumServices)
    }

    func take(_ observations: Observations) {
        let recognitions = observations.recognitions.span
        for mark in observations.marks {
            switch mark.what {
            case .recognised(let place): take(recognitions[place])
            case .ended(let place, let then):
                take(observations.endedFlows[place], observations.followers(then))
            case .said: break
            }
        }
    }

    private func take(_ recognition: Recognition) {
        var outcome = inventory.recognise(recognition, against: &baseline)
        bulletin.note(recognised: library.judge.protocols[recognition.protocolIndex].name)
        detections.add(to: &outcome, recognition, &inventory)
        feed?.note(recognition, outcome, inventory)
        if outcome.isNewService, let place = outcome.service {
            hasChanged = true
            tell(inventory.service(place), outcome)
        }
        if outcome.isNewProgram, let place = outcome.program {
            alerting?.submit(inventory.client(place), naming: library.naming)
        }
        for finding in outcome.findings { tell(finding) }
    }

    private func tell(_ service: Service, _ outcome: Inventory.Outcome) {
        bulletin.note(service)
        output?.write { $0.append(service) }
        // Who is to be told of what is new from now on is not told of what an earlier run knew.
        if outcome.isFirstOfService { alerting?.submit(service, naming: library.naming) }
        if outcome.isFirstOfHost { alerting?.submit(hostOf: service, naming: library.naming) }
    }

    private func tell(_ finding: Finding) {
        hasChanged = true
        bulletin.note(finding)
        // An earlier run has told it.
        guard reported.admit(finding) else { return }
        output?.write { $0.append(finding) }
        alerting?.submit(finding, naming: library.naming)
    }

    private func take(_ flow: Flow, _ then: [Int32]) {
        var service: Int?
        if flow.protocolNumber != 0 {
            service = inventory.ended(
                server: flow.key.sender(1 - flow.clientDirection), transport: flow.key.transport,
                protocolIndex: Int(flow.protocolNumber) - 1, at: flow.last, against: &baseline)
            if flow.isChild {
                bulletin.note(announced: library.judge.protocols[Int(flow.protocolNumber) - 1].name)
            }
        }
        feed?.ended(flow, then, service: service)
        guard writesFlows || alerting?.wantsFlows == true else { return }
        let record = FlowRecord(flow, then, capture: source, library: library)
        if writesFlows { output?.write { $0.append(record) } }
        alerting?.submit(record, naming: library.naming)
    }

    /// A second has passed: what has gone quiet.
    func tick(at time: Timestamp) {
        for finding in inventory.tick(at: time, against: &baseline) {
            feed?.note(finding)
            tell(finding)
        }
        feed?.catchUp(inventory)
        feed?.flush()
    }

    /// The store has found out who joined and left asset lists.
    func tell(_ changes: [AssetChange]) {
        for change in changes {
            output?.write { $0.append(change) }
            alerting?.submit(change, naming: library.naming)
        }
    }

    /// The library was replaced; returns what services are found to be now, to be told when all has adopted it.
    func adopt(_ new: PluginLibrary, places: PluginLibrary.Places) -> [Finding] {
        let due = inventory.adopt(
            judge: new.judge, protocols: places.protocols.map { Int($0) },
            signatures: places.signatures.map { $0 < 0 ? nil : Int($0) })
        baseline.adopt(judge: new.judge)
        detections.adopt(new)
        feed?.adopt(new, inventory)
        for finding in due { feed?.note(finding) }
        library = new
        return due
    }

    /// Tells findings that no observation gave rise to.
    func tell(_ findings: [Finding]) {
        for finding in findings { tell(finding) }
    }

    /// The sensor ends: its services and clients as they are now.
    func end() {
        guard let output else { return }
        for id in inventory.serviceOrder() { output.write { $0.append(inventory.service(id)) } }
        for id in inventory.clientOrder() { output.write { $0.append(inventory.client(id)) } }
    }

    /// What is to be remembered, when there is anything new to remember.
    ///
    /// - Parameter always: also when nothing has changed but times.
    func takeState(always: Bool) -> (Baseline, ReportedFindings)? {
        guard hasChanged || always else { return nil }
        hasChanged = false
        return (baseline, reported)
    }
}
