public import Net

// Inventory: what runs where, and whether it may.
//
// In: recognitions in the order of the capture, what plugins say of their protocols, the site's policy.
// Out: services, clients and hosts with first and last sightings; findings, each once, the moment they are due.
// May import: Net. Must never: read a clock, import Foundation, look at packets, build text on the way in.
//
// A recognition of a known service costs two or three table lookups and allocates nothing: keys are plain
// words, entries live in slabs, names are looked up only when a record is made. Every table is bounded: when it
// is full, of a few entries the one that was silent longest is forgotten, counted, and its memory used again.

/// The services, clients and findings of a run: a value, so a copy is a snapshot.
public struct Inventory: Sendable {
    /// What decides the standing of a service.
    public internal(set) var judge: Judge
    /// The most services that are kept, and the most client programs; then those silent longest are forgotten.
    public let maximumServices: Int
    /// What was seen, and what was forgotten.
    public internal(set) var counters = Counters()
    /// What each allowance decided, in the order of the policy.
    public internal(set) var usage: [AllowanceUsage]
    /// The captures that were begun, in order.
    public internal(set) var captures: [String] = []

    var services: ServiceTable
    var clients: ClientTable
    var sessions: DistinctClients
    var findings: FindingRing
    var evidence = BytePool()
    /// The current capture, counted from 1; 0 before the first.
    private var capture: UInt32 = 0
    private var captureNumbers: [String: UInt32] = [:]

    /// Recognitions by what became of them.
    public struct Counters: Sendable, Equatable {
        /// All recognitions.
        public var recognitions = 0
        /// Flows that another flow announced: they make no service.
        public var children = 0
        /// Flows whose server never spoke: they make no service.
        public var unanswered = 0
        /// Flows to a multicast or broadcast address: they make no service.
        public var groupAddressed = 0
        /// Services forgotten because the table was full, with their banners, evidence and clients.
        public var servicesForgotten = 0
        /// Client programs forgotten because the table was full.
        public var clientsForgotten = 0
        /// Banners forgotten because their service had 16, or all services together too many.
        public var bannersForgotten = 0
        /// Clients of services forgotten because the table was full: one that comes again is counted again.
        public var pairsForgotten = 0
        /// Findings forgotten because there were too many later ones.
        public var findingsForgotten = 0

        /// Nothing yet.
        public init() {}

        /// What was forgotten, with the words of the summary record.
        public var forgotten: [(key: String, count: Int)] {
            [
                ("services_forgotten", servicesForgotten), ("clients_forgotten", clientsForgotten),
                ("banners_forgotten", bannersForgotten), ("service_clients_forgotten", pairsForgotten),
                ("findings_forgotten", findingsForgotten),
            ]
        }
    }

    /// What one recognition changed.
    public struct Outcome: Sendable {
        /// The findings that are due because of it: almost always none.
        public var findings: [Finding] = []
        /// The service that it belongs to; nil when it makes none.
        public internal(set) var service: Int?
        /// Whether no run had seen that service before; false where there is no baseline.
        public internal(set) var isFirstOfService = false
        /// Whether no run had seen any service of its host before; false where there is no baseline.
        public internal(set) var isFirstOfHost = false
        /// Whether the inventory did not know that service.
        public internal(set) var isNewService = false
        /// Whether it is allowed now, or off-port, and was not before.
        public internal(set) var hasNewStanding = false
        /// Whether its evidence is of an earlier sighting now.
        public internal(set) var hasNewEvidence = false
        /// Whether the inventory did not know what the server said of itself.
        public internal(set) var isNewBanner = false
        /// The place of what the server said of itself; nil when it said nothing.
        public internal(set) var banner: Int?
        /// Whether the inventory did not know that the service has this client.
        public internal(set) var isNewClient = false
        /// The place of the program that the client uses; nil when it named none.
        public internal(set) var program: Int?
        /// Whether the inventory did not know that program of that client.
        public internal(set) var isNewProgram = false
        /// The way it crosses the site's border; nil when the policy names no site.
        public internal(set) var direction: Direction?
    }

    /// An empty inventory.
    ///
    /// - Parameters:
    ///   - maximumServices: the most services, and the most client programs, that are kept; four times as
    ///     many banners and twice as many clients of services.
    ///   - maximumFindings: the most findings that are kept; as many as services without it.
    ///   - seed: makes the tables' layout unpredictable to who fills them; no result depends on it.
    public init(
        judge: Judge, maximumServices: Int = 1_000_000, maximumFindings: Int? = nil,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        // Places are 31 bits wide.
        let maximum = min(max(1, maximumServices), 1 << 29)
        self.judge = judge
        self.maximumServices = maximum
        usage = Array(repeating: AllowanceUsage(), count: judge.policy.allowances.count)
        services = ServiceTable(seed: seed, maximumBannersInAll: 4 * maximum)
        clients = ClientTable(seed: seed)
        sessions = DistinctClients(seed: seed, maximumPairs: 2 * maximum)
        findings = FindingRing(maximum: maximumFindings ?? maximum)
    }

    /// What follows comes from this capture.
    public mutating func begin(capture: String) {
        if let known = captureNumbers[capture] {
            self.capture = known
            return
        }
        captures.append(capture)
        self.capture = UInt32(captures.count)
        captureNumbers[capture] = self.capture
    }

    /// Takes in one recognised flow and tells what that changed.
    public mutating func recognise(_ recognition: Recognition) -> Outcome {
        var outcome = Outcome()
        counters.recognitions += 1
        guard !recognition.isChild else {
            counters.children += 1
            return outcome
        }
        let direction = judge.direction(
            client: recognition.client.address, server: recognition.server.address)
        outcome.direction = direction
        noteClient(of: recognition, direction: direction, &outcome)
        guard recognition.serverSpoke || recognition.isOneWay else {
            counters.unanswered += 1
            return outcome
        }
        let host = recognition.server.address
        guard !host.isMulticastOrBroadcast, !recognition.isBroadcast, !host.isUnspecified else {
            counters.groupAddressed += 1
            return outcome
        }
        let service = noteService(of: recognition, direction: direction, &outcome)
        noteBanner(of: recognition, service: service, &outcome)
        noteFindings(dueTo: recognition, service: service, direction: direction, &outcome)
        return outcome
    }

    /// A flow to a known service ended: the service was still there at `time`.
    ///
    /// Returns the service's place; nil when it is not known.
    @discardableResult
    public mutating func ended(
        server: Endpoint, transport: TransportProtocol, protocolIndex: Int, at time: Timestamp
    ) -> Int? {
        let key = ServiceKey(server, transport, protocolIndex: protocolIndex)
        guard let service = services.find(key) else { return nil }
        services.entries.update(service) { $0.lastSeen = max($0.lastSeen, time) }
        return service
    }

    // MARK: One recognition

    private mutating func noteClient(
        of recognition: Recognition, direction: Direction?, _ outcome: inout Outcome
    ) {
        guard let fields = recognition.clientFields, let software = clients.software(of: fields) else {
            return
        }
        let noted = clients.note(
            host: recognition.client.address, protocolIndex: recognition.protocolIndex, software: software,
            first: recognition.start, last: recognition.time, direction: direction, capture: capture,
            maximum: maximumServices)
        if noted.isForgetting { counters.clientsForgotten += 1 }
        outcome.program = noted.place
        outcome.isNewProgram = noted.isNew
    }

    private mutating func noteService(
        of recognition: Recognition, direction: Direction?, _ outcome: inout Outcome
    ) -> Int {
        let key = ServiceKey(
            recognition.server, recognition.transport, protocolIndex: recognition.protocolIndex)
        let client = recognition.client.address
        guard let known = services.find(key) else {
            let service = addService(key, of: recognition, direction: direction)
            outcome.service = service
            outcome.isNewService = true
            outcome.isNewClient = true
            return service
        }
        outcome.service = known
        if services.entries[known].firstClient != client {
            outcome.isNewClient = noteSession(service: known, client: client, at: recognition.time)
        }
        services.entries.update(known) { entry in
            if entry.sessions < .max { entry.sessions += 1 }
            entry.firstSeen = min(entry.firstSeen, recognition.start)
            entry.lastSeen = max(entry.lastSeen, recognition.time)
            entry.directions.insert(direction)
            if recognition.confidence == .certain { entry.isCertain = true }
        }
        if recognition.time < services.entries[known].recognised {
            outcome.hasNewEvidence = takeEvidence(of: recognition, service: known)
        }
        return known
    }

    /// Takes a recognition for the first sighting of a service; false when it is of the same capture.
    ///
    /// Captures may be read in another order than they were written; of one, the first is taken for the earliest.
    private mutating func takeEvidence(of recognition: Recognition, service: Int) -> Bool {
        guard services.entries[service].capture != capture else { return false }
        evidence.release(services.entries[service].evidence)
        let kept = evidence.keep(recognition.evidence)
        services.entries.update(service) { entry in
            (entry.flow, entry.recognised) = (recognition.flow, recognition.time)
            (entry.capture, entry.evidence) = (capture, kept)
        }
        return true
    }

    /// Notes a client beyond the first one; true when the service was not known to have it.
    private mutating func noteSession(service: Int, client: IPAddress, at time: Timestamp) -> Bool {
        guard !sessions.touch(service: service, client: client, at: time) else { return false }
        if sessions.isFull, let forgotten = sessions.forgetOne() {
            counters.pairsForgotten += 1
            if let first = forgotten.first {
                services.entries.update(forgotten.service) { $0.firstPair = first }
            }
        }
        let first = sessions.insert(
            service: service, client: client, first: services.entries[service].firstPair, at: time)
        services.entries.update(service) { entry in
            entry.firstPair = first
            if entry.clients < .max { entry.clients += 1 }
        }
        return true
    }

    private mutating func addService(
        _ key: ServiceKey, of recognition: Recognition, direction: Direction?
    ) -> Int {
        if services.entries.count >= maximumServices, let idle = services.entries.silentLongest() {
            forget(service: idle)
            counters.servicesForgotten += 1
        }
        let port = ServicePort(recognition.server.port, recognition.transport)
        let home = judge.home(of: recognition.protocolIndex, on: port)
        var entry = ServiceEntry(
            key: key, recognition: recognition, capture: capture, home: home,
            evidence: evidence.keep(recognition.evidence))
        if home != .expected {
            entry.candidates = services.keep(
                candidates: judge.allowances(
                    for: recognition.protocolIndex, on: port, server: recognition.server.address))
        }
        entry.directions.insert(direction)
        return services.insert(entry)
    }

    /// Forgets a service and all that is kept for it alone; its findings stay.
    mutating func forget(service: Int) {
        let entry = services.remove(service)
        sessions.forgetAll(first: entry.firstPair)
        evidence.release(entry.evidence)
    }

    private mutating func noteBanner(of recognition: Recognition, service: Int, _ outcome: inout Outcome) {
        guard let fields = recognition.serverFields else { return }
        let noted = services.note(banner: fields, service: service, at: recognition.time)
        outcome.banner = noted.place
        switch noted.outcome {
        case .known: return
        case .added: break
        case .replaced: counters.bannersForgotten += 1
        }
        outcome.isNewBanner = true
    }

    private mutating func noteFindings(
        dueTo recognition: Recognition, service: Int, direction: Direction?, _ outcome: inout Outcome
    ) {
        if let place = judge.prohibition(of: recognition.protocolIndex) {
            noteForbidden(by: judge.policy.prohibitions[place], recognition, service, direction, &outcome)
        }
        guard let offPortClass = services.entries[service].offPortClass else { return }
        let candidates = services.candidates(of: service)
        if !candidates.isEmpty,
            let allowance = judge.decide(among: candidates, recognition, direction: direction, usage: &usage)
        {
            let decided = services.entries[service].decidingAllowance
            services.entries.update(service) { $0.allow(by: allowance) }
            if services.entries[service].decidingAllowance != decided { outcome.hasNewStanding = true }
        } else {
            if !services.entries[service].isOffPort {
                outcome.hasNewStanding = true
                services.entries.update(service) { $0.isOffPort = true }
            }
            noteOffPort(offPortClass, recognition, service, direction, &outcome)
        }
    }

    /// The finding that a protocol may run nowhere: due once.
    private mutating func noteForbidden(
        by prohibition: Prohibition, _ recognition: Recognition, _ service: Int, _ direction: Direction?,
        _ outcome: inout Outcome
    ) {
        let place = Int(services.entries[service].forbiddenFinding)
        guard place >= 0 else {
            let words = prohibition.reason.map { FindingWords(reason: $0) }
            let place = keep(entry(.forbidden, prohibition.severity, recognition, service, direction, words))
            services.entries.update(service) { $0.forbiddenFinding = Int32(clamping: place) }
            outcome.findings.append(finding(place))
            return
        }
        let gainsSession = gainsSession(place, of: service, recognition)
        guard gainsSession || isEarlier(recognition, than: place) else { return }
        let known = findings[place]
        guard known.key == services.entries[service].key, known.rule == .forbidden else { return }
        replace(place, by: entry(.forbidden, known.severity, recognition, service, direction, known.words))
        if gainsSession { outcome.findings.append(again(place, after: known.severity)) }
    }

    /// The finding that a service is off-port: due once, and again when a session from outside makes it graver.
    private mutating func noteOffPort(
        _ offPortClass: OffPortClass, _ recognition: Recognition, _ service: Int, _ direction: Direction?,
        _ outcome: inout Outcome
    ) {
        let rule = Finding.Rule.offPort(offPortClass)
        let place = Int(services.entries[service].offPortFinding)
        guard place >= 0 else {
            let severity = Judge.severity(of: offPortClass, direction: direction)
            let place = keep(entry(rule, severity, recognition, service, direction, nil))
            services.entries.update(service) { $0.offPortFinding = Int32(clamping: place) }
            outcome.findings.append(finding(place))
            return
        }
        let gainsSession = gainsSession(place, of: service, recognition)
        let isFirst = gainsSession || isEarlier(recognition, than: place)
        guard isFirst || direction == .inbound && findings[place].direction != .inbound else { return }
        let severity =
            judge.policy.severity(of: rule) ?? Judge.severity(of: offPortClass, direction: direction)
        let known = findings[place]
        // When there were too many findings, another one has the place.
        guard known.key == services.entries[service].key, known.rule.offPortClass != nil else { return }
        let first = gainsSession ? recognition.time : min(known.first ?? known.time, recognition.time)
        guard known.severity < severity || isFirst && known.severity == severity else {
            if isFirst { findings.update(place) { $0.first = first } }
            return
        }
        // It is about the session that makes it so grave, whoever came first.
        var graver = entry(rule, severity, recognition, service, direction, nil)
        if first < graver.time { graver.first = first }
        replace(place, by: graver)
        guard gainsSession || known.severity < severity else { return }
        outcome.findings.append(again(place, after: known.severity))
    }

    /// A finding that was told of before, as it is now.
    private func again(_ place: Int, after severity: Severity) -> Finding {
        var finding = finding(place)
        finding.lesserSeverity = severity
        return finding
    }

    /// Whether another tool told only of the service, and this is the first session of it.
    private func gainsSession(_ place: Int, of service: Int, _ recognition: Recognition) -> Bool {
        findings[place].flow == 0 && recognition.flow != 0
            && services.entries[service].firstClient.isUnspecified
    }

    /// Whether a session is earlier than the one that gave rise to a finding.
    ///
    /// Captures may be read in another order than they were written; of one, the first is taken for the earliest.
    private func isEarlier(_ recognition: Recognition, than finding: Int) -> Bool {
        captures.count > 1 && findings[finding].capture != capture
            && recognition.time < findings[finding].time
    }

    private mutating func replace(_ place: Int, by entry: FindingEntry) {
        evidence.release(findings[place].evidence)
        findings.update(place) { $0 = entry }
    }

    /// Keeps a finding about a service and returns it.
    mutating func add(
        _ rule: Finding.Rule, _ severity: Severity, _ recognition: Recognition, _ service: Int,
        _ direction: Direction?, _ words: FindingWords?
    ) -> Finding {
        add(entry(rule, severity, recognition, service, direction, words))
    }

    /// A finding about a service, with its evidence kept.
    private mutating func entry(
        _ rule: Finding.Rule, _ severity: Severity, _ recognition: Recognition, _ service: Int,
        _ direction: Direction?, _ words: FindingWords?
    ) -> FindingEntry {
        // The first sighting's evidence is already kept with the service; only a later one needs its own.
        let first = services.entries[service]
        let kept: KeptEvidence
        if first.sessions == 1 {
            kept = first.evidence
            evidence.retain(kept)
        } else {
            kept = evidence.keep(recognition.evidence)
        }
        var owner: Int32 = -1
        if case .offPort = rule,
            case .offPort(_, let place?) = judge.home(of: first.key.protocolIndex, on: first.key.port)
        {
            owner = Int32(place)
        }
        return FindingEntry(
            key: first.key, time: recognition.time, flow: recognition.flow, client: recognition.client,
            vlan: recognition.vlan, evidence: kept, capture: capture, owner: owner, rule: rule,
            severity: severity, direction: direction, confidence: recognition.confidence, words: words)
    }

    /// Keeps a finding, whose evidence is kept already, and returns it.
    mutating func add(_ entry: FindingEntry) -> Finding {
        let place = keep(entry)
        return finding(place)
    }

    /// Keeps a finding, whose evidence is kept already, and returns its place.
    mutating func keep(_ entry: FindingEntry) -> Int {
        var entry = entry
        if let severity = judge.policy.severity(of: entry.rule) { entry.severity = severity }
        let (place, forgotten) = findings.append(entry)
        if let forgotten {
            counters.findingsForgotten += 1
            evidence.release(forgotten.evidence)
        }
        return place
    }
}
