import Net

/// Which clients a service has had, for all services together: one set of pairs.
///
/// A service's first client is kept with the service, so most services have no pair here. The pairs of one
/// service are linked both ways, so that they go with it and any one can go alone.
struct DistinctClients: Sendable {
    private var pairs = Slab<Pair>()
    private var index = HashIndex()
    private let seed: UInt64
    private let maximumPairs: Int

    private struct Pair: BitwiseCopyable, SlabEntry {
        var client: IPAddress
        /// -1 in a free place.
        var service: Int32
        var next: Int32
        var previous: Int32 = -1
        /// Seconds since 1970, as far as they fit: enough to tell the idle from the busy.
        var seconds: UInt32

        var isVacant: Bool { service < 0 }
        mutating func vacate() { service = -1 }
        var lastSeen: Timestamp { Timestamp(seconds: Int64(seconds)) }
    }

    /// A pair that had to make room.
    struct Forgotten {
        var service: Int
        /// What the service's first pair now is; nil when that has not changed.
        var first: Int32?
    }

    init(seed: UInt64, maximumPairs: Int) {
        self.seed = seed
        self.maximumPairs = max(1, maximumPairs)
    }

    /// How many pairs are kept.
    var count: Int { pairs.count }
    /// Whether another pair needs room to be made.
    var isFull: Bool { pairs.count >= maximumPairs }

    /// Notes that a known pair was seen again; false when it is not known.
    mutating func touch(service: Int, client: IPAddress, at time: Timestamp) -> Bool {
        guard let place = find(service: service, client: client) else { return false }
        let seconds = Self.seconds(time)
        pairs.update(place) { $0.seconds = max($0.seconds, seconds) }
        return true
    }

    /// Adds a pair that is not there, before the service's first pair, and returns the new first one.
    mutating func insert(service: Int, client: IPAddress, first: Int32, at time: Timestamp) -> Int32 {
        let place = pairs.insert(
            Pair(client: client, service: Int32(service), next: first, seconds: Self.seconds(time)))
        if first >= 0 { pairs.update(Int(first)) { $0.previous = Int32(place) } }
        index.insert(hash(service: service, client: client), place)
        return Int32(place)
    }

    /// Forgets the pair that was silent longest of a few.
    mutating func forgetOne() -> Forgotten? {
        guard let place = pairs.silentLongest() else { return nil }
        let pair = pairs[place]
        if pair.previous >= 0 { pairs.update(Int(pair.previous)) { $0.next = pair.next } }
        if pair.next >= 0 { pairs.update(Int(pair.next)) { $0.previous = pair.previous } }
        remove(place, pair)
        return Forgotten(service: Int(pair.service), first: pair.previous < 0 ? pair.next : nil)
    }

    /// Forgets all pairs of a service.
    mutating func forgetAll(first: Int32) {
        var place = Int(first)
        while place >= 0 {
            let pair = pairs[place]
            remove(place, pair)
            place = Int(pair.next)
        }
    }

    /// The clients of a service beyond its first one.
    func forEachClient(first: Int32, _ body: (IPAddress) -> Void) {
        var place = Int(first)
        while place >= 0 {
            body(pairs[place].client)
            place = Int(pairs[place].next)
        }
    }

    /// Every pair of service and client beyond a service's first client, in no order.
    func forEachPair(_ body: (_ service: Int, _ client: IPAddress) -> Void) {
        for place in pairs.keptPlaces { body(Int(pairs[place].service), pairs[place].client) }
    }

    private static func seconds(_ time: Timestamp) -> UInt32 {
        UInt32(clamping: time.nanoseconds / 1_000_000_000)
    }

    private func hash(service: Int, client: IPAddress) -> UInt32 {
        mix(client.high, client.low, UInt64(service), seed: seed)
    }

    private func find(service: Int, client: IPAddress) -> Int? {
        index.find(hash(service: service, client: client)) { place in
            pairs[place].client == client && Int(pairs[place].service) == service
        }
    }

    private mutating func remove(_ place: Int, _ pair: Pair) {
        index.remove(hash(service: Int(pair.service), client: pair.client), place)
        pairs.remove(place)
    }
}
