import Net

/// Which clients a service has had, for all services together.
///
/// Addresses become numbers, and one set holds the pairs of service and client. A service's first client is
/// kept with the service, so most services have no pair.
struct DistinctClients: Sendable {
    private(set) var addresses = Slab<IPAddress>()
    private var index = HashIndex()
    private(set) var pairs: [UInt64] = Array(repeating: Self.empty, count: 64)
    private(set) var pairCount = 0
    private let seed: UInt64
    private let maximumPairs: Int

    private static var empty: UInt64 { .max }

    init(seed: UInt64, maximumPairs: Int) {
        self.seed = seed
        self.maximumPairs = maximumPairs
    }

    /// The number that stands for an address; all later ones share the last number once the table is full.
    mutating func address(_ address: IPAddress) -> UInt32 {
        let hash = mix(address.high, address.low, 0, seed: seed)
        if let known = index.find(hash, { addresses[$0] == address }) { return UInt32(known) }
        guard addresses.count < maximumPairs else { return .max - 1 }
        let place = addresses.append(address)
        index.insert(hash, place)
        return UInt32(place)
    }

    /// Adds a pair; false when it was there, nil when there is no room left.
    mutating func insert(service: Int, client: UInt32) -> Bool? {
        guard client != .max - 1 else { return nil }
        let pair = UInt64(service) << 32 | UInt64(client)
        let position = position(of: pair)
        guard pairs[position] == Self.empty else { return false }
        guard pairCount < maximumPairs else { return nil }
        pairs[position] = pair
        pairCount += 1
        if pairCount * 4 > pairs.count * 3 { grow() }
        return true
    }

    /// Every pair of service and client beyond a service's first client.
    func forEachPair(_ body: (_ service: Int, _ client: Int) -> Void) {
        for pair in pairs where pair != Self.empty {
            body(Int(pair >> 32), Int(UInt32(truncatingIfNeeded: pair)))
        }
    }

    /// Where the pair is, or where it would be put.
    private func position(of pair: UInt64) -> Int {
        let mask = pairs.count - 1
        var position = Int(mix(pair, 0, 0, seed: seed)) & mask
        while pairs[position] != Self.empty, pairs[position] != pair { position = (position + 1) & mask }
        return position
    }

    private mutating func grow() {
        let old = pairs
        pairs = Array(repeating: Self.empty, count: old.count * 2)
        for pair in old where pair != Self.empty { pairs[position(of: pair)] = pair }
    }
}
