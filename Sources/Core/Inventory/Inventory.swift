public import Net

// Inventory: what runs where, and whether it may.
//
// In: recognitions in the order of the capture, what plugins say of their protocols, the site's policy.
// Out: services, clients and hosts with first and last sightings; findings, each once, the moment they are due.
// May import: Net. Must never: read a clock, import Foundation, look at packets, build text on the way in.
//
// A recognition of a known service costs two or three table lookups and allocates nothing: keys are plain
// words, entries live in slabs, names are looked up only when a record is made.

/// The services, clients and findings of a run: a value, so a copy is a snapshot.
public struct Inventory: Sendable {
    /// What decides the standing of a service.
    public let judge: Judge
    /// The most services that are kept; later ones are only counted.
    public let maximumServices: Int
    /// What was seen and not kept.
    public internal(set) var counters = Counters()
    /// What each allowance decided, in the order of the policy.
    public internal(set) var usage: [AllowanceUsage]
    /// The captures that were begun, in order.
    public internal(set) var captures: [String] = []

    var services: ServiceTable
    var clients: ClientTable
    var sessions: DistinctClients
    var findings = Slab<FindingEntry>()
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
        /// Sessions of services that found the table full.
        public var sessionsNotKept = 0
        /// Client programs that found the table full, counted by session.
        public var clientsNotKept = 0
        /// Banners beyond the last one that a service keeps, counted by session.
        public var bannersNotKept = 0
        /// Sessions whose client could not be told from earlier ones, because the table was full.
        public var clientsNotCounted = 0
    }

    /// An empty inventory.
    ///
    /// - Parameter seed: makes the tables' layout unpredictable to who fills them; no result depends on it.
    public init(
        judge: Judge, maximumServices: Int = 1_000_000, seed: UInt64 = .random(in: .min ... .max)
    ) {
        self.judge = judge
        self.maximumServices = maximumServices
        usage = Array(repeating: AllowanceUsage(), count: judge.policy.allowances.count)
        services = ServiceTable(seed: seed)
        clients = ClientTable(seed: seed)
        sessions = DistinctClients(seed: seed, maximumPairs: 2 * maximumServices)
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

    /// Takes in one recognised flow and returns the findings that are due because of it: almost always none.
    public mutating func recognise(_ recognition: Recognition) -> [Finding] {
        counters.recognitions += 1
        guard !recognition.isChild else {
            counters.children += 1
            return []
        }
        let direction = judge.direction(
            client: recognition.client.address, server: recognition.server.address)
        noteClient(of: recognition, direction: direction)
        guard recognition.serverSpoke || recognition.isOneWay else {
            counters.unanswered += 1
            return []
        }
        let host = recognition.server.address
        guard !host.isMulticastOrBroadcast, !host.isUnspecified else {
            counters.groupAddressed += 1
            return []
        }
        guard let service = noteService(of: recognition, direction: direction) else {
            counters.sessionsNotKept += 1
            return []
        }
        noteBanner(of: recognition, service: service)
        return findings(dueTo: recognition, service: service, direction: direction)
    }

    /// A flow to a known service ended: the service was still there at `time`.
    public mutating func ended(
        server: Endpoint, transport: TransportProtocol, protocolIndex: Int, at time: Timestamp
    ) {
        let key = ServiceKey(server, transport, protocolIndex: protocolIndex)
        guard let service = services.find(key) else { return }
        services.entries.update(service) { $0.lastSeen = max($0.lastSeen, time) }
    }

    // MARK: One recognition

    private mutating func noteClient(of recognition: Recognition, direction: Direction?) {
        guard let fields = recognition.clientFields, let software = clients.software(of: fields) else {
            return
        }
        let isKept = clients.note(
            host: recognition.client.address, protocolIndex: recognition.protocolIndex, software: software,
            first: recognition.start, last: recognition.time, direction: direction, capture: capture,
            maximum: maximumServices)
        if !isKept { counters.clientsNotKept += 1 }
    }

    private mutating func noteService(of recognition: Recognition, direction: Direction?) -> Int? {
        let key = ServiceKey(
            recognition.server, recognition.transport, protocolIndex: recognition.protocolIndex)
        let client = recognition.client.address
        guard let known = services.find(key) else {
            guard services.entries.count < maximumServices else { return nil }
            return addService(key, of: recognition, direction: direction)
        }
        let isFirstClient = services.entries[known].firstClient == client
        let isNewClient = !isFirstClient && noteSession(service: known, client: client)
        services.entries.update(known) { entry in
            entry.sessions &+= 1
            if isNewClient { entry.clients &+= 1 }
            entry.firstSeen = min(entry.firstSeen, recognition.start)
            entry.lastSeen = max(entry.lastSeen, recognition.time)
            entry.directions.insert(direction)
            if recognition.confidence == .certain { entry.isCertain = true }
        }
        return known
    }

    private mutating func noteSession(service: Int, client: IPAddress) -> Bool {
        guard let isNew = sessions.insert(service: service, client: client) else {
            counters.clientsNotCounted += 1
            return false
        }
        return isNew
    }

    private mutating func addService(
        _ key: ServiceKey, of recognition: Recognition, direction: Direction?
    ) -> Int {
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

    private mutating func noteBanner(of recognition: Recognition, service: Int) {
        guard let fields = recognition.serverFields else { return }
        if !services.note(banner: fields, service: service, at: recognition.time) {
            counters.bannersNotKept += 1
        }
    }

    private mutating func findings(
        dueTo recognition: Recognition, service: Int, direction: Direction?
    ) -> [Finding] {
        var due: [Finding] = []
        if let prohibition = judge.prohibition(of: recognition.protocolIndex),
            !services.entries[service].isForbiddenReported
        {
            services.entries.update(service) { $0.isForbiddenReported = true }
            due.append(
                add(
                    .forbidden, judge.policy.prohibitions[prohibition].severity, recognition, service,
                    direction))
        }
        guard let offPortClass = services.entries[service].offPortClass else { return due }
        let candidates = services.candidates(of: service)
        if !candidates.isEmpty,
            let allowance = judge.decide(among: candidates, recognition, direction: direction, usage: &usage)
        {
            services.entries.update(service) { $0.allow(by: allowance) }
        } else if !services.entries[service].isOffPort {
            services.entries.update(service) { $0.isOffPort = true }
            let severity = Judge.severity(of: offPortClass, direction: direction)
            due.append(add(.offPort(offPortClass), severity, recognition, service, direction))
        }
        return due
    }

    private mutating func add(
        _ rule: Finding.Rule, _ severity: Severity, _ recognition: Recognition, _ service: Int,
        _ direction: Direction?
    ) -> Finding {
        // The first sighting's evidence is already kept with the service; only a later one needs its own.
        let first = services.entries[service]
        let kept = first.sessions == 1 ? first.evidence : evidence.keep(recognition.evidence)
        let entry = FindingEntry(
            rule: rule, severity: severity, service: service, recognition: recognition, direction: direction,
            capture: capture, evidence: kept)
        let place = findings.append(entry)
        return finding(place)
    }
}
