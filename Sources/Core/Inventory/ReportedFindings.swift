public import Net

/// Which findings were reported already, in this run or an earlier one: a restart is no reason to report a
/// service a second time.
///
/// What is new is no part of it: a ``Baseline`` remembers that itself.
public struct ReportedFindings: Sendable {
    /// The most that are kept; then those reported longest ago are forgotten.
    public let maximumCount: Int
    /// Those that were forgotten.
    public private(set) var forgotten = 0

    private var reports = Slab<Report>()
    private var index = HashIndex()
    /// Rule and protocol together make a number.
    private var subjects: [(rule: String, protocolName: String)] = []
    private var numbers: [String: Int] = [:]
    private let seed: UInt64

    private struct Report: SlabEntry {
        var key: ServiceKey
        var first: Timestamp
        var lastSeen: Timestamp
        var isVacant = false
        mutating func vacate() { isVacant = true }
    }

    /// One finding that was reported.
    public struct Entry: Sendable, Equatable {
        /// The rule's name.
        public var rule: String
        /// The server.
        public var host: IPAddress
        /// The server's port.
        public var port: ServicePort
        /// The protocol.
        public var protocolName: String
        /// When it was first reported.
        public var time: Timestamp

        /// A report from its parts.
        public init(
            rule: String, host: IPAddress, port: ServicePort, protocolName: String, time: Timestamp
        ) {
            self.rule = rule
            self.host = host
            self.port = port
            self.protocolName = protocolName
            self.time = time
        }
    }

    /// Those that an earlier run reported, if any.
    public init(
        _ entries: [Entry] = [], maximumCount: Int = 1_000_000, seed: UInt64 = .random(in: .min ... .max)
    ) {
        self.maximumCount = min(max(1, maximumCount), 1 << 29)
        self.seed = seed
        for entry in entries {
            _ = admit(entry.rule, entry.host, entry.port, entry.protocolName, at: entry.time)
        }
    }

    /// How many are kept.
    public var count: Int { reports.count }

    /// Notes that a finding is about to be reported; false when it was reported before.
    ///
    /// That a service is off-port is reported again when it is found to be reached from outside, which is graver.
    public mutating func admit(_ finding: Finding) -> Bool {
        guard finding.rule.isOfStanding else { return true }
        func admit(_ rule: String) -> Bool {
            self.admit(rule, finding.host, finding.port, finding.protocolName, at: finding.time)
        }
        let isNew = admit(finding.rule.name)
        guard finding.rule.offPortClass != nil, finding.direction == .inbound else { return isNew }
        return admit("\(finding.rule.name) inbound")
    }

    /// When a finding was first reported; nil when it was not.
    public func firstReported(_ finding: Finding) -> Timestamp? {
        guard let number = numbers[Self.name(finding.rule.name, finding.protocolName)] else { return nil }
        return find(Self.key(finding.host, finding.port, number)).map { reports[$0].first }
    }

    /// All of them, by host, port, protocol and rule.
    public var entries: [Entry] {
        reports.keptPlaces.map { place in
            let report = reports[place]
            let subject = subjects[report.key.protocolIndex]
            return Entry(
                rule: subject.rule, host: report.key.host, port: report.key.port,
                protocolName: subject.protocolName, time: report.first)
        }.sorted {
            if $0.host != $1.host { return $0.host < $1.host }
            if $0.port != $1.port { return $0.port < $1.port }
            return ($0.protocolName, $0.rule) < ($1.protocolName, $1.rule)
        }
    }

    private mutating func admit(
        _ rule: String, _ host: IPAddress, _ port: ServicePort, _ protocolName: String, at time: Timestamp
    ) -> Bool {
        let key = Self.key(host, port, number(rule, protocolName))
        if let place = find(key) {
            reports.update(place) { report in
                report.first = min(report.first, time)
                report.lastSeen = max(report.lastSeen, time)
            }
            return false
        }
        if reports.count >= maximumCount, let oldest = reports.silentLongest() {
            index.remove(reports[oldest].key.hash(seed: seed), oldest)
            reports.remove(oldest)
            forgotten += 1
        }
        index.insert(key.hash(seed: seed), reports.insert(Report(key: key, first: time, lastSeen: time)))
        return true
    }

    private func find(_ key: ServiceKey) -> Int? {
        index.find(key.hash(seed: seed)) { reports[$0].key == key }
    }

    private mutating func number(_ rule: String, _ protocolName: String) -> Int {
        let name = Self.name(rule, protocolName)
        if let known = numbers[name] { return known }
        numbers[name] = subjects.count
        subjects.append((rule, protocolName))
        return subjects.count - 1
    }

    private static func name(_ rule: String, _ protocolName: String) -> String { "\(rule) \(protocolName)" }

    private static func key(_ host: IPAddress, _ port: ServicePort, _ number: Int) -> ServiceKey {
        ServiceKey(Endpoint(host, port.number), port.transport, protocolIndex: number)
    }
}

extension Finding.Rule {
    /// Whether it is about where a service may run, and not about what is new.
    var isOfStanding: Bool {
        switch self {
        case .offPort, .forbidden: true
        case .detected(let detected): detected.isOfService
        default: false
        }
    }
}
