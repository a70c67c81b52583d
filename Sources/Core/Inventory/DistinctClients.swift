import Net

/// Which clients a service has had, for all services together: one set of pairs.
///
/// A service's first client is kept with the service, so most services have no pair here.
struct DistinctClients: Sendable {
    private var pairs: [Pair] = Array(repeating: Pair.empty, count: 64)
    private(set) var count = 0
    private let seed: UInt64
    private let maximumPairs: Int

    private struct Pair: Equatable, BitwiseCopyable, Sendable {
        var client: IPAddress
        var service: UInt32

        static var empty: Pair { Pair(client: IPAddress(high: 0, low: 0), service: .max) }
    }

    init(seed: UInt64, maximumPairs: Int) {
        self.seed = seed
        self.maximumPairs = maximumPairs
    }

    /// Adds a pair; false when it was there, nil when there is no room left.
    mutating func insert(service: Int, client: IPAddress) -> Bool? {
        let pair = Pair(client: client, service: UInt32(service))
        let position = position(of: pair)
        guard pairs[position].service == .max else { return false }
        guard count < maximumPairs else { return nil }
        pairs[position] = pair
        count += 1
        if count * 4 > pairs.count * 3 { grow() }
        return true
    }

    /// Every pair of service and client beyond a service's first client, in no order.
    func forEachPair(_ body: (_ service: Int, _ client: IPAddress) -> Void) {
        for pair in pairs where pair.service != .max { body(Int(pair.service), pair.client) }
    }

    /// Where the pair is, or where it would be put.
    private func position(of pair: Pair) -> Int {
        let mask = pairs.count - 1
        var position = Int(mix(pair.client.high, pair.client.low, UInt64(pair.service), seed: seed)) & mask
        while pairs[position].service != .max, pairs[position] != pair { position = (position + 1) & mask }
        return position
    }

    private mutating func grow() {
        let old = pairs
        pairs = Array(repeating: Pair.empty, count: old.count * 2)
        for pair in old where pair.service != .max { pairs[position(of: pair)] = pair }
    }
}
