public import Net

/// What is normal at a site, and so what is new: the services that were seen, when, and what programs serve them.
///
/// It is fed by what an ``Inventory`` recognises, keeps names so that it survives other plugin libraries, and is
/// bounded like the inventory. Without settings it learns everything and reports nothing: a memory of when each
/// service was first seen.
public struct Baseline: Sendable {
    /// What the policy asks for; nil when it asks for nothing.
    public private(set) var settings: BaselineSettings?
    /// The most services that are kept; then those silent longest are forgotten, what was never learnt first.
    public let maximumServices: Int
    /// Whether everything is still learnt and nothing reported; once that is over, it is over for good.
    public private(set) var isLearning = true
    /// When learning began.
    public private(set) var began: Timestamp?
    /// Services forgotten because the table was full.
    public private(set) var servicesForgotten = 0
    /// Changes of product not looked at, because the service had shown 8 products already.
    public private(set) var productsNotKept = 0

    var table: BaselineTable
    var latest: Timestamp?
    /// Where a run before this one ended; nil once this run has begun.
    var resumesFrom: Timestamp?
    private var protocolNames: [String] = []
    private var numbers: [String: Int] = [:]
    /// The baseline's number of each of the judge's protocols, and the other way round.
    private var numberOf: [Int] = []
    private var placeOf: [Int?] = []
    private var isDynamic: [Bool] = []
    /// Where the next tick goes on.
    private var hand = 0

    /// More products on one service are several servers behind one address.
    static var maximumProducts: Int { 8 }
    /// How many services of a host are compared with a new one.
    private static var maximumCompared: Int { 256 }

    /// A baseline that knows nothing yet.
    ///
    /// - Parameter seed: makes the tables' layout unpredictable to who fills them; no result depends on it.
    public init(
        settings: BaselineSettings?, protocols: [ProtocolFacts], maximumServices: Int = 1_000_000,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        self.settings = settings
        self.maximumServices = min(max(1, maximumServices), 1 << 29)
        table = BaselineTable(seed: seed)
        number(protocols)
    }

    /// How many services are known.
    public var count: Int { table.entries.count }

    /// Goes on with another plugin library and policy; where settings come or go, learning begins anew.
    public mutating func adopt(judge: Judge) {
        let new = judge.policy.baseline
        if (new == nil) != (settings == nil) {
            began = nil
            isLearning = true
        }
        settings = new
        number(judge.protocols)
    }

    private mutating func number(_ protocols: [ProtocolFacts]) {
        numberOf = protocols.map { number(of: $0.name) }
        isDynamic = protocols.map(\.isDynamic)
        placeOf = Array(repeating: nil, count: protocolNames.count)
        for (place, number) in numberOf.enumerated() where placeOf[number] == nil { placeOf[number] = place }
    }

    mutating func number(of name: String) -> Int {
        if let known = numbers[name] { return known }
        numbers[name] = protocolNames.count
        protocolNames.append(name)
        placeOf.append(nil)
        return protocolNames.count - 1
    }

    func name(of entry: BaselineEntry) -> String { protocolNames[entry.key.protocolIndex] }

    /// The place of an entry's protocol in the judge's list; nil when no plugin knows it any more.
    func protocolIndex(of key: ServiceKey) -> Int? { placeOf[key.protocolIndex] }

    // MARK: Time

    mutating func advance(to time: Timestamp) {
        if let last = resumesFrom { resume(from: last, at: time) }
        latest = max(latest ?? time, time)
        guard let settings, isLearning else { return }
        let start = began ?? time
        began = start
        let (passed, isOver) = time.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        if isOver ? time > start : passed >= settings.learn.nanoseconds { isLearning = false }
    }

    /// While nobody watched, nothing was silent.
    private mutating func resume(from last: Timestamp, at time: Timestamp) {
        resumesFrom = nil
        guard time > last else { return }
        let gap = time.nanoseconds &- last.nanoseconds
        for place in 0..<table.entries.places where !table.entries.isVacant(place) {
            table.update(place) { $0.silentSince.nanoseconds &+= gap }
        }
    }

    /// Takes over where a snapshot was taken.
    mutating func resume(began: Timestamp?, isLearning: Bool, latest: Timestamp?) {
        self.began = settings == nil ? nil : began
        // A baseline that was never asked for has learnt nothing that could be reported against.
        self.isLearning = isLearning || began == nil || settings == nil
        self.latest = latest
        resumesFrom = latest
    }

    // MARK: What is new

    /// Something new about a service that was just seen.
    struct Novelty {
        var rule: Finding.Rule
        var severity: Severity
        var before: String?
        var now: String?
    }

    /// What a session told of its service.
    struct Noted {
        var novelty: Novelty?
        var firstSeen: Timestamp
        /// The last sign before the silence that it ended, where that was too long and nobody was told.
        var quietSince: Timestamp?
        /// Whether no run had seen the service before, or any service of its host.
        var isFirstOfService = false
        var isFirstOfHost = false
    }

    /// Notes a session of a service, and tells what is new about it.
    mutating func note(_ recognition: Recognition, isNewBanner: Bool) -> Noted {
        advance(to: recognition.time)
        let key = ServiceKey(
            recognition.server, recognition.transport, protocolIndex: numberOf[recognition.protocolIndex])
        guard let place = table.find(key) else {
            let novelty = reports ? newness(of: key, isDynamic[recognition.protocolIndex]) : nil
            let isFirstOfHost = table.first(of: key.host) == nil
            add(key, recognition)
            return Noted(
                novelty: novelty, firstSeen: recognition.start, isFirstOfService: true,
                isFirstOfHost: isFirstOfHost)
        }
        // Time may have gone on by more than one silence since anybody looked.
        let quietSince =
            isQuiet(table.entries[place], at: recognition.start) ? table.entries[place].seen : nil
        let (wasKnown, first) = table.update(place) { entry in
            entry.firstSeen = min(entry.firstSeen, recognition.start)
            entry.see(at: recognition.time)
            return (entry.isKnown, entry.firstSeen)
        }
        var noted = Noted(firstSeen: first, quietSince: quietSince)
        if !wasKnown {
            // An earlier run saw it and did not learn it.
            if reports { noted.novelty = newness(of: key, isDynamic[recognition.protocolIndex]) }
            let learns = learns
            table.update(place) { entry in
                entry.isNoted = true
                entry.isLearnt = learns
            }
            noteFirstProduct(of: recognition, at: place)
            return noted
        }
        if isNewBanner, let fields = recognition.serverFields {
            noted.novelty = noteProduct(fields, at: place)
        }
        return noted
    }

    /// A flow of a service ended: it was still there at `time`.
    mutating func ended(
        server: Endpoint, transport: TransportProtocol, protocolIndex: Int, at time: Timestamp
    ) {
        let key = ServiceKey(server, transport, protocolIndex: numberOf[protocolIndex])
        guard let place = table.find(key) else { return }
        table.update(place) { $0.see(at: time) }
    }

    private var reports: Bool { settings != nil && !isLearning }
    private var learns: Bool { isLearning || settings?.isFrozen != true }

    private mutating func add(_ key: ServiceKey, _ recognition: Recognition) {
        makeRoom()
        // A clock that was set back has made nothing silent.
        let silentSince = max(recognition.time, latest ?? recognition.time)
        let place = table.insert(
            BaselineEntry(
                key: key, firstSeen: recognition.start, seen: recognition.time, silentSince: silentSince,
                isLearnt: learns, isNoted: true))
        noteFirstProduct(of: recognition, at: place)
    }

    mutating func makeRoom() {
        guard table.entries.count >= maximumServices else { return }
        table.forgetOne()
        servicesForgotten += 1
    }

    /// What is new about a service that is not known: the most specific that holds.
    private func newness(of key: ServiceKey, _ isDynamic: Bool) -> Novelty? {
        if !isDynamic, let before = otherProtocol(on: key) {
            return Novelty(rule: .protocolChanged, severity: .medium, before: before)
        }
        var ports: [ServicePort] = []
        var hasOthers = false
        var place = table.first(of: key.host) ?? -1
        for _ in 0..<Self.maximumCompared where place >= 0 {
            let entry = table.entries[place]
            place = Int(entry.next)
            guard entry.isKnown, entry.key != key else { continue }
            hasOthers = true
            if entry.key.protocolIndex == key.protocolIndex { ports.append(entry.key.port) }
        }
        if !ports.isEmpty {
            // A protocol without a home takes a port anew each time: that is no news.
            if isDynamic { return nil }
            return Novelty(rule: .newPort, severity: .info, before: Self.words(ports))
        }
        return Novelty(rule: hasOthers ? .newService : .newHost, severity: .low)
    }

    private static func words(_ ports: [ServicePort]) -> String {
        let named = ports.sorted().prefix(3).map(\.description).joined(separator: ", ")
        return ports.count > 3 ? "\(named) and \(ports.count - 3) more" : named
    }

    /// The protocol that a port spoke before; of several, the one seen last.
    private func otherProtocol(on key: ServiceKey) -> String? {
        guard table.first(of: key.host) != nil else { return nil }
        var latest: BaselineEntry?
        for number in protocolNames.indices where number != key.protocolIndex {
            guard let place = table.find(key.with(protocolIndex: number)) else { continue }
            let entry = table.entries[place]
            if entry.isKnown, latest.map({ $0.seen < entry.seen }) ?? true { latest = entry }
        }
        return latest.map(name(of:))
    }

    // MARK: Products

    private static func product(of fields: FieldSet) -> (name: String, version: String?)? {
        (fields["product"] ?? fields["software"]).map { ($0, fields["version"]) }
    }

    /// What a new service says first is new with it.
    private mutating func noteFirstProduct(of recognition: Recognition, at place: Int) {
        guard let (name, version) = recognition.serverFields.flatMap(Self.product(of:)) else { return }
        let products = table.entries[place].products
        if let known = products.firstIndex(where: { text($0) == Self.text(name, version) }) {
            let learns = learns
            table.update(place) { entry in
                entry.products[known].isNoted = true
                if learns { entry.products[known].isLearnt = true }
            }
        } else if products.count < Self.maximumProducts {
            table.add(name, version, to: place, isLearnt: learns, isNoted: true)
        }
    }

    private mutating func noteProduct(_ fields: FieldSet, at place: Int) -> Novelty? {
        guard let (name, version) = Self.product(of: fields) else { return nil }
        let products = table.entries[place].products
        let now = Self.text(name, version)
        let same = products.firstIndex { text($0) == now }
        if let same, products[same].isKnown {
            if isLearning { table.update(place) { $0.products[same].isLearnt = true } }
            return nil
        }
        let known = products.filter(\.isKnown)
        let ofThatName = known.filter { table.names[$0.name] == name }
        // Not every answer of a server tells its version.
        if version == nil, !ofThatName.isEmpty { return nil }
        let isRefined = version != nil && !ofThatName.isEmpty && ofThatName.allSatisfy { $0.version == nil }
        let learns = learns
        if let same {
            table.update(place) { entry in
                entry.products[same].isNoted = true
                entry.products[same].isLearnt = learns
            }
        } else if products.count < Self.maximumProducts {
            table.add(name, version, to: place, isLearnt: learns, isNoted: true)
        } else {
            productsNotKept += 1
            return nil
        }
        guard reports, let before = known.last, !isRefined else { return nil }
        return Novelty(
            rule: .changedProduct, severity: ofThatName.isEmpty ? .low : .info, before: text(before), now: now
        )
    }

    func text(_ product: BaselineProduct) -> String {
        Self.text(table.names[product.name], product.version.map { table.names[$0] })
    }

    private static func text(_ name: String, _ version: String?) -> String {
        version.map { "\(name) \($0)" } ?? name
    }

    // MARK: Silence

    /// Services that have been silent too long by `time`, each once per silence; looks at `limit` services a
    /// call and goes on where the last call stopped.
    mutating func quiet(at time: Timestamp, limit: Int) -> [BaselineEntry] {
        advance(to: time)
        guard settings != nil, !isLearning, table.entries.places > 0 else { return [] }
        var found: [BaselineEntry] = []
        for _ in 0..<min(limit, table.entries.places) {
            let place = hand
            hand = hand + 1 < table.entries.places ? hand + 1 : 0
            let entry = table.entries[place]
            // What no plugin knows any more cannot be seen.
            guard !entry.isVacant, isQuiet(entry, at: time), protocolIndex(of: entry.key) != nil else {
                continue
            }
            table.update(place) { $0.quietReported = time }
            found.append(entry)
        }
        return found
    }

    /// Whether a service that is normal has been silent too long by `time`, and nobody was told.
    private func isQuiet(_ entry: BaselineEntry, at time: Timestamp) -> Bool {
        guard let settings, !isLearning, entry.isLearnt, entry.quietReported == nil else { return false }
        let (silence, isOver) = time.nanoseconds.subtractingReportingOverflow(entry.silentSince.nanoseconds)
        return !isOver && silence >= settings.quiet.nanoseconds
    }
}

extension BaselineEntry {
    /// Notes a sign of it; a clock that goes back changes nothing.
    @inline(__always)
    fileprivate mutating func see(at time: Timestamp) {
        seen = max(seen, time)
        silentSince = max(silentSince, time)
        // A flow ends long after its last packet: a sign from before the report does not end the silence.
        if let reported = quietReported, time > reported { quietReported = nil }
    }
}
