public import Inventory
internal import Net

/// Asks detections about what was recognised, and turns those that hold into findings.
///
/// For each recognition the facts of its service, client, flow and host are looked up; a subject that was seen with
/// the same facts before costs one table lookup, and Lua is asked only about facts that are new. What is to be
/// remembered is kept apart (``DetectionState``), so that one detector serves several inventories.
///
/// Every recognition takes the same way:
///   1. findings that the inventory made itself are noted, for `requires`, `unless` and detections of findings;
///   2. for each kind of subject: which detections hold of these facts (`pending`);
///   3. those, in an order in which each comes after those it refers to: counted, chained, found;
///   4. detections of findings, until no new finding comes.
public final class Detector {
    private let loaded: [LoadedDetection]
    private let host: DetectionHost
    /// Part of every key; a detector with the same one knows what this one told of.
    public let seed: UInt64
    /// A word for each detection and rule, and for each protocol: part of the keys of what was found.
    private let ruleWords: [String: UInt64]
    private let protocolWords: [UInt64]
    private let byName: [String: LoadedDetection]
    /// By protocol, what is asked about it.
    private let groups: [[Group]]
    private let ofFindings: [Int]
    private let watchesHosts: Bool
    private var fieldWords: FieldWords

    /// The subjects that are looked at with every recognition.
    private static let subjects: [Detection.Subject] = [.service, .client, .flow, .host]

    /// A detector of what a library declares; nil when it declares nothing.
    ///
    /// - Parameter judge: knows the protocols in the order that recognitions count.
    public init?(
        _ library: Library, judge: Judge, limits: ScriptLimits = .standard, states: LoadedStates? = nil,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        let loaded = library.detections
        guard !loaded.isEmpty else { return nil }
        self.loaded = loaded
        host = DetectionHost(library.sources, limits: limits, states: states?.ofDetections ?? [:])
        self.seed = seed
        fieldWords = FieldWords(seed: seed)
        byName = Dictionary(loaded.map { ($0.detection.name, $0) }, uniquingKeysWith: { first, _ in first })
        let rules = Finding.Rule.names + loaded.map(\.detection.name)
        ruleWords = Dictionary(
            rules.map { ($0, FieldWords.word(of: $0, seed: seed)) }, uniquingKeysWith: { first, _ in first })
        protocolWords = judge.protocols.map { FieldWords.word(of: $0.name, seed: seed) }
        groups = judge.protocols.map { Self.groups(loaded, protocolName: $0.name) }
        ofFindings = loaded.indices.filter { loaded[$0].detection.subject == .finding }
        watchesHosts = loaded.contains { $0.detection.subject == .host }
    }

    /// Some detections of one kind of subject, as places: no more than a word has bits.
    private struct Group {
        var subject: Detection.Subject
        var number: Int
        var places: [Int]
    }

    private static func groups(_ loaded: [LoadedDetection], protocolName: String) -> [Group] {
        subjects.flatMap { subject in
            let places = loaded.indices.filter { place in
                let detection = loaded[place].detection
                return detection.subject == subject
                    && (detection.names.isEmpty || detection.names.contains(protocolName))
            }
            return stride(from: 0, to: places.count, by: 64).map {
                Group(subject: subject, number: $0, places: Array(places[$0..<min($0 + 64, places.count)]))
            }
        }
    }

    /// The detections that are asked no more, each with the reason.
    public var disabled: [(name: String, problem: PluginProblem)] { host.disabled }
    /// The detections that failed and are asked on, by name.
    public var failing: [ScriptHost.Failures] { host.failing }
    /// How often conditions were asked.
    public var calls: Int { host.counters.calls }

    /// Looks at a recognition that `inventory` has taken in, and at the findings it made of it; returns those that
    /// detections add.
    public func take(
        _ recognition: Recognition, findings: [Finding], _ state: inout DetectionState,
        _ inventory: inout Inventory
    ) -> [Finding] {
        if watchesHosts { noteHosts(recognition, &state) }
        guard let service = inventory.service(of: recognition) else { return [] }
        var event = DetectionEvent(recognition, service: service, inventory, words(of: recognition))
        if watchesHosts {
            event.host = state.hosts.find(addressKey(recognition.server.address, seed: seed)) ?? HostFacts()
        }
        for finding in findings where finding.rule.detected == nil {
            note(finding.rule.name, event, &state)
        }
        var pending: [(place: Int, outcome: DetectionKey, bit: UInt64)] = []
        for group in groups[recognition.protocolIndex] {
            collect(group, event, &state, inventory, &pending)
        }
        var queue = findings
        var found: [Finding] = []
        if !pending.isEmpty {
            for one in pending.sorted(by: { $0.place < $1.place }) {
                switch decide(loaded[one.place].detection, event, &state) {
                case .notYet: continue
                case .done: break
                case .found:
                    let finding = report(loaded[one.place].detection, event, nil, &inventory)
                    found.append(finding)
                    queue.append(finding)
                }
                state.outcomes.update(one.outcome, default: 0) { $0 &= ~one.bit }
            }
        }
        if !ofFindings.isEmpty { askOfFindings(queue, event, &state, &inventory, &found) }
        return found
    }

    // MARK: Which hold

    private func collect(
        _ group: Group, _ event: DetectionEvent, _ state: inout DetectionState, _ inventory: Inventory,
        _ pending: inout [(place: Int, outcome: DetectionKey, bit: UInt64)]
    ) {
        var key = event.factsKey(of: group.subject)
        key.add(UInt64(group.number))
        var holding: UInt64 = 0
        if let known = state.outcomes.find(key) {
            holding = known
        } else {
            let record = event.record(of: group.subject, inventory)
            for (bit, place) in group.places.enumerated() where host.holds(loaded[place].condition, record) {
                holding |= 1 << UInt64(bit)
            }
            state.outcomes.update(key, default: 0) { $0 = holding }
        }
        guard holding != 0 else { return }
        for (bit, place) in group.places.enumerated() where holding & 1 << UInt64(bit) != 0 {
            pending.append((place, key, 1 << UInt64(bit)))
        }
    }

    private func noteHosts(_ recognition: Recognition, _ state: inout DetectionState) {
        guard !recognition.isChild else { return }
        let (client, server) = (recognition.client.address, recognition.server.address)
        let place = recognition.protocolIndex
        if recognition.serverSpoke || recognition.isOneWay {
            state.hosts.update(addressKey(server, seed: seed), default: HostFacts()) { $0.serve(place) }
        }
        state.hosts.update(addressKey(client, seed: seed), default: HostFacts()) { facts in
            facts.use(place, of: addressKey(server, seed: seed).word)
        }
    }

    // MARK: What follows

    private enum Decision { case notYet, done, found }

    /// Counts and chains a detection whose condition holds.
    private func decide(
        _ detection: Detection, _ event: DetectionEvent, _ state: inout DetectionState
    ) -> Decision {
        let subject = key(of: detection, event)
        if state.fired.contains(subject) { return .done }
        for name in detection.requires where !hasFired(name, event, &state) { return .notYet }
        for name in detection.unless where hasFired(name, event, &state) { return .notYet }
        if let count = detection.count {
            let isReached = state.windows.update(subject, default: CountWindow()) {
                $0.add(event.recognition.time, count)
            }
            guard isReached else { return .notYet }
        }
        state.fired.update(subject, default: true) { _ in }
        return .found
    }

    private func hasFired(
        _ name: String, _ event: DetectionEvent, _ state: inout DetectionState
    ) -> Bool {
        guard let other = byName[name] else { return state.fired.contains(key(ofRule: name, event)) }
        return state.fired.contains(key(of: other.detection, event))
    }

    /// The key of a detection and its subject; of one that counts, of what it counts by.
    private func key(of detection: Detection, _ event: DetectionEvent) -> DetectionKey {
        var key: DetectionKey
        switch detection.count?.key {
        case .client: key = addressKey(event.recognition.client.address, seed: seed)
        case .host: key = addressKey(event.recognition.server.address, seed: seed)
        case .service: key = event.subjectKey(of: .service)
        case .flow: key = event.subjectKey(of: .flow)
        case nil: key = event.subjectKey(of: detection.subject)
        }
        key.add(ruleWords[detection.name] ?? 0)
        return key
    }

    /// The key of a rule of the inventory: its subjects are services.
    private func key(ofRule name: String, _ event: DetectionEvent) -> DetectionKey {
        var key = event.subjectKey(of: .service)
        key.add(ruleWords[name] ?? FieldWords.word(of: name, seed: seed))
        return key
    }

    private func note(_ rule: String, _ event: DetectionEvent, _ state: inout DetectionState) {
        state.fired.update(key(ofRule: rule, event), default: true) { _ in }
    }

    private func report(
        _ detection: Detection, _ event: DetectionEvent, _ known: DetectionRecord?,
        _ inventory: inout Inventory
    ) -> Finding {
        var title = detection.title
        if !detection.says.isEmpty {
            let record = known ?? event.record(of: detection.subject, inventory)
            title = record.text(detection.says)
        }
        return inventory.report(
            Detected(detection, title: title), severity: detection.severity, event.recognition,
            service: event.service)
    }

    /// Each detection is found once of a subject, so this ends.
    private func askOfFindings(
        _ first: [Finding], _ event: DetectionEvent, _ state: inout DetectionState,
        _ inventory: inout Inventory, _ found: inout [Finding]
    ) {
        var queue = first[...]
        while let finding = queue.popFirst() {
            for place in ofFindings {
                let detection = loaded[place].detection
                guard detection.names.isEmpty || detection.names.contains(finding.rule.name),
                    detection.name != finding.rule.name
                else { continue }
                let record = event.record(of: finding, inventory)
                guard host.holds(loaded[place].condition, record), decide(detection, event, &state) == .found
                else {
                    continue
                }
                let made = report(detection, event, record, &inventory)
                found.append(made)
                queue.append(made)
            }
        }
    }

    private func words(of recognition: Recognition) -> DetectionEvent.Words {
        DetectionEvent.Words(
            seed: seed, protocolWord: protocolWords[recognition.protocolIndex],
            serverFields: recognition.serverFields.map { fieldWords.word(of: $0) } ?? 0,
            clientFields: recognition.clientFields.map { fieldWords.word(of: $0) } ?? 0)
    }
}
