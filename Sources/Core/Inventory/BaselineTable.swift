import Net

/// What a baseline knows of one service.
struct BaselineEntry: SlabEntry {
    /// The protocol is counted by the baseline, not by a judge.
    var key: ServiceKey
    var firstSeen: Timestamp
    var seen: Timestamp
    /// The last sign of it, time without a watch taken off.
    var silentSince: Timestamp
    /// The services of one host are linked both ways.
    var next: Int32 = -1
    var previous: Int32 = -1
    var products: [BaselineProduct] = []
    /// Whether it belongs to what is normal.
    var isLearnt: Bool
    /// Whether it was seen in this run.
    var isNoted: Bool
    /// When its silence was reported; nil when it was not.
    var quietReported: Timestamp?
    var isVacant = false

    /// What is not new.
    var isKnown: Bool { isLearnt || isNoted }

    mutating func vacate() {
        isVacant = true
        products = []
    }

    private static var century: Int64 { 100 * 365 * 86_400 * 1_000_000_000 }

    /// What was never learnt is forgotten before anything that was, or ever new hosts could wash it away.
    var lastSeen: Timestamp { isLearnt ? seen : Timestamp(nanoseconds: seen.nanoseconds &- Self.century) }
}

/// A server program, by numbers of names.
struct BaselineProduct: Sendable {
    var name: UInt32
    /// nil when the server does not say.
    var version: UInt32?
    var isLearnt: Bool
    var isNoted: Bool

    var isKnown: Bool { isLearnt || isNoted }
}

/// The services that a baseline knows, found by key and by host.
struct BaselineTable: Sendable {
    private(set) var entries = Slab<BaselineEntry>()
    private var index = HashIndex()
    /// The first service of each host.
    private var hosts = HashIndex()
    private(set) var names = NameTable()
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    func find(_ key: ServiceKey) -> Int? {
        index.find(key.hash(seed: seed)) { entries[$0].key == key }
    }

    @inline(__always)
    mutating func update<Result>(_ place: Int, _ change: (inout BaselineEntry) -> Result) -> Result {
        entries.update(place, change)
    }

    /// The first service of a host; the others follow by `next`.
    func first(of host: IPAddress) -> Int? {
        hosts.find(hash(host)) { entries[$0].key.host == host }
    }

    @discardableResult
    mutating func insert(_ entry: BaselineEntry) -> Int {
        var entry = entry
        let host = hash(entry.key.host)
        let following = first(of: entry.key.host)
        entry.next = Int32(following ?? -1)
        entry.previous = -1
        let place = entries.insert(entry)
        index.insert(entry.key.hash(seed: seed), place)
        if let following {
            update(following) { $0.previous = Int32(place) }
            hosts.remove(host, following)
        }
        hosts.insert(host, place)
        return place
    }

    /// Forgets the service that was silent longest of a few.
    mutating func forgetOne() {
        guard let place = entries.silentLongest() else { return }
        let entry = entries[place]
        index.remove(entry.key.hash(seed: seed), place)
        if entry.next >= 0 { update(Int(entry.next)) { $0.previous = entry.previous } }
        if entry.previous >= 0 {
            update(Int(entry.previous)) { $0.next = entry.next }
        } else {
            hosts.remove(hash(entry.key.host), place)
            if entry.next >= 0 { hosts.insert(hash(entry.key.host), Int(entry.next)) }
        }
        for product in entry.products {
            names.release(product.name)
            if let version = product.version { names.release(version) }
        }
        entries.remove(place)
    }

    /// Adds a product to a service.
    mutating func add(_ name: String, _ version: String?, to place: Int, isLearnt: Bool, isNoted: Bool) {
        let product = BaselineProduct(
            name: names.retain(name), version: version.map { names.retain($0) }, isLearnt: isLearnt,
            isNoted: isNoted)
        update(place) { $0.products.append(product) }
    }

    private func hash(_ host: IPAddress) -> UInt32 { mix(host.high, host.low, 0, seed: seed) }
}
