import Net

/// What makes two sessions belong to one service: host, transport, port and protocol, in three words.
struct ServiceKey: Equatable, BitwiseCopyable, Sendable {
    var host: IPAddress
    private var rest: UInt64

    init(_ server: Endpoint, _ transport: TransportProtocol, protocolIndex: Int) {
        host = server.address
        rest = UInt64(protocolIndex) << 24 | UInt64(transport.number) << 16 | UInt64(server.port)
    }

    var protocolIndex: Int { Int(rest >> 24) }
    var transport: TransportProtocol { TransportProtocol(number: UInt8(truncatingIfNeeded: rest >> 16)) }
    var port: ServicePort {
        ServicePort(
            UInt16(truncatingIfNeeded: rest),
            TransportProtocol(number: UInt8(truncatingIfNeeded: rest >> 16)))
    }
    func hash(seed: UInt64) -> UInt32 { mix(host.high, host.low, rest, seed: seed) }

    /// The same service, its protocol having another number.
    func with(protocolIndex: Int) -> ServiceKey {
        ServiceKey(Endpoint(host, port.number), transport, protocolIndex: protocolIndex)
    }
}

/// One service, as it is kept: a plain value, with what every session touches first.
struct ServiceEntry: SlabEntry {
    var key: ServiceKey
    var firstSeen: Timestamp
    var lastSeen: Timestamp
    /// 0 in a free place.
    var sessions: UInt32 = 1
    var clients: UInt32 = 1
    var firstClient: IPAddress
    /// The first of the service's pairs with other clients; -1 for none.
    var firstPair: Int32 = -1
    /// The first of the service's banners in the slab; -1 for none.
    var firstBanner: Int32 = -1
    /// Which list of allowances could cover it; 0 for none.
    var candidates: UInt32 = 0
    /// Why it is noteworthy without an allowance; nil where it is expected.
    var offPortClass: OffPortClass?
    var directions = DirectionSet()
    var isCertain: Bool
    /// Whether a session was covered by nothing.
    var isOffPort = false
    /// The place of the finding of that, -1 for none; a reloaded policy may put the standing in question, and that
    /// is no reason to find it twice.
    var offPortFinding: Int32 = -1
    /// The place of the finding that its protocol may run nowhere, -1 for none.
    var forbiddenFinding: Int32 = -1
    var bannerCount: UInt8 = 0
    /// The place of the allowance that decides, the earliest in the policy of those that acted; -1 for none.
    var allowance: Int32 = -1
    /// The flow of the first sighting.
    var flow: UInt64
    /// When that was recognised.
    var recognised: Timestamp
    /// The capture of the first sighting, counted from 1.
    var capture: UInt32
    var evidence: KeptEvidence

    init(
        key: ServiceKey, recognition: Recognition, capture: UInt32, home: Standing,
        evidence: KeptEvidence
    ) {
        self.key = key
        firstSeen = recognition.start
        lastSeen = recognition.time
        flow = recognition.flow
        recognised = recognition.time
        firstClient = recognition.client.address
        self.capture = capture
        self.evidence = evidence
        isCertain = recognition.confidence == .certain
        offPortClass = home.offPortClass
    }

    var isVacant: Bool { sessions == 0 }
    mutating func vacate() { sessions = 0 }

    var isOffPortReported: Bool { offPortFinding >= 0 }

    /// The allowance that decides: one session without cover makes a service off-port, whatever covers the others.
    var decidingAllowance: Int? { isOffPort || allowance < 0 ? nil : Int(allowance) }

    mutating func allow(by place: Int) {
        if allowance < 0 || place < Int(allowance) { allowance = Int32(place) }
    }
}

/// The directions in which sessions of one service crossed the border.
struct DirectionSet: BitwiseCopyable, Sendable {
    private var bits: UInt8 = 0

    mutating func insert(_ direction: Direction?) {
        switch direction {
        case .inbound: bits |= 1
        case .outbound: bits |= 2
        case .internal: bits |= 4
        case nil: break
        }
    }

    mutating func formUnion(_ other: DirectionSet) { bits |= other.bits }

    /// The one that matters most: reached from outside, then reaching outside, then internal.
    var gravest: Direction? {
        bits & 1 != 0 ? .inbound : bits & 2 != 0 ? .outbound : bits & 4 != 0 ? .internal : nil
    }
}

/// One banner of a service and when it was seen; a service's banners are linked in the order they appeared.
struct BannerEntry: SlabEntry {
    var fields: FieldSet
    var firstSeen: Timestamp
    var lastSeen: Timestamp
    var sessions: UInt32 = 1
    var next: Int32 = -1
    /// -1 in a free place.
    var service: Int32

    private static let noFields = FieldSet([])

    init(_ fields: FieldSet, service: Int, at time: Timestamp) {
        self.fields = fields
        self.service = Int32(service)
        firstSeen = time
        lastSeen = time
    }

    var isVacant: Bool { service < 0 }
    mutating func vacate() {
        service = -1
        fields = Self.noFields
    }

    @inline(__always)
    var identity: ObjectIdentifier { ObjectIdentifier(fields) }

    @inline(__always)
    mutating func note(at time: Timestamp) {
        firstSeen = min(firstSeen, time)
        lastSeen = max(lastSeen, time)
        if sessions < .max { sessions += 1 }
    }
}

/// All services, found by key.
struct ServiceTable: Sendable {
    /// The most banners that one service keeps.
    static var maximumBanners: Int { 16 }

    /// What became of a banner.
    enum BannerOutcome {
        case known, added
        /// It was added, and another one had to make room for it.
        case replaced
    }

    var entries = Slab<ServiceEntry>()
    private(set) var banners = Slab<BannerEntry>()
    private var index = HashIndex()
    private let seed: UInt64
    /// The most banners of all services together.
    private let maximumBannersInAll: Int
    /// Distinct lists of allowances, no more than the policy makes; the first is empty.
    private var candidateLists: [[Int]] = [[]]
    private var candidateListIndex: [[Int]: Int] = [[]: 0]

    init(seed: UInt64, maximumBannersInAll: Int) {
        self.seed = seed
        self.maximumBannersInAll = max(1, maximumBannersInAll)
    }

    func find(_ key: ServiceKey) -> Int? {
        index.find(key.hash(seed: seed)) { entries[$0].key == key }
    }

    /// Asks for where a service is filed.
    @inline(__always)
    mutating func fetchSlot(_ key: ServiceKey) { index.fetch(key.hash(seed: seed)) }

    /// Asks for the service itself; where it is filed was asked for before.
    @inline(__always)
    mutating func fetchEntry(_ key: ServiceKey) {
        if let place = index.firstPlace(key.hash(seed: seed)) { entries.fetch(place) }
    }

    mutating func insert(_ entry: ServiceEntry) -> Int {
        let place = entries.insert(entry)
        index.insert(entry.key.hash(seed: seed), place)
        return place
    }

    /// Forgets a service and its banners, and returns what else is kept for it.
    mutating func remove(_ service: Int) -> ServiceEntry {
        let entry = entries[service]
        index.remove(entry.key.hash(seed: seed), service)
        removeUnfiled(service)
        return entry
    }

    /// Forgets a service that the index does not name.
    mutating func removeUnfiled(_ service: Int) {
        var place = Int(entries[service].firstBanner)
        while place >= 0 {
            let next = Int(banners[place].next)
            banners.remove(place)
            place = next
        }
        entries.remove(service)
    }

    mutating func keep(candidates list: [Int]) -> UInt32 {
        if list.isEmpty { return 0 }
        if let known = candidateListIndex[list] { return UInt32(known) }
        candidateLists.append(list)
        candidateListIndex[list] = candidateLists.count - 1
        return UInt32(candidateLists.count - 1)
    }

    /// Forgets the lists of allowances: another policy has others.
    mutating func forgetCandidates() {
        candidateLists = [[]]
        candidateListIndex = [[]: 0]
    }

    func candidates(of service: Int) -> [Int] { candidates(of: entries[service]) }
    func candidates(of entry: ServiceEntry) -> [Int] { candidateLists[Int(entry.candidates)] }

    /// Gives every entry a new key and files it under that; returns pairs of services that are one now.
    mutating func rekey(_ key: (ServiceKey) -> ServiceKey) -> [(kept: Int, other: Int)] {
        index = HashIndex()
        var same: [(kept: Int, other: Int)] = []
        for place in 0..<entries.places where !entries.isVacant(place) {
            let changed = key(entries[place].key)
            entries.update(place) { $0.key = changed }
            if let kept = find(changed) {
                same.append((kept, place))
            } else {
                index.insert(changed.hash(seed: seed), place)
            }
        }
        return same
    }

    /// Counts a banner of a service; a new one takes the place of the one silent longest when there is no room.
    mutating func note(banner fields: FieldSet, service: Int, at time: Timestamp) -> (
        outcome: BannerOutcome, place: Int
    ) {
        let head = Int(entries[service].firstBanner)
        let identity = ObjectIdentifier(fields)
        // Identity first: sessions of one service nearly always share their fields.
        var place = head
        while place >= 0 {
            let (isSame, next) = banners.update(place) { banner in
                let isSame = banner.identity == identity
                if isSame { banner.note(at: time) }
                return (isSame, Int(banner.next))
            }
            if isSame { return (.known, place) }
            place = next
        }
        place = head
        while place >= 0 {
            let (isSame, next) = banners.update(place) { banner in
                let isSame = banner.fields.hasSameValues(as: fields)
                if isSame { banner.note(at: time) }
                return (isSame, Int(banner.next))
            }
            if isSame { return (.known, place) }
            place = next
        }
        var outcome = BannerOutcome.added
        if Int(entries[service].bannerCount) >= Self.maximumBanners {
            forgetOldestBanner(of: service)
            outcome = .replaced
        } else if banners.count >= maximumBannersInAll, let idle = banners.silentLongest() {
            forget(banner: idle)
            outcome = .replaced
        }
        return (outcome, append(BannerEntry(fields, service: service, at: time)))
    }

    private mutating func append(_ banner: BannerEntry) -> Int {
        let service = Int(banner.service)
        let added = Int32(banners.insert(banner))
        var last = -1
        var place = Int(entries[service].firstBanner)
        while place >= 0 {
            last = place
            place = Int(banners[place].next)
        }
        if last >= 0 { banners.update(last) { $0.next = added } }
        entries.update(service) { entry in
            if last < 0 { entry.firstBanner = added }
            entry.bannerCount += 1
        }
        return Int(added)
    }

    private mutating func forgetOldestBanner(of service: Int) {
        var oldest = Int(entries[service].firstBanner)
        var place = oldest
        while place >= 0 {
            if banners[place].lastSeen < banners[oldest].lastSeen { oldest = place }
            place = Int(banners[place].next)
        }
        if oldest >= 0 { forget(banner: oldest) }
    }

    private mutating func forget(banner place: Int) {
        let service = Int(banners[place].service)
        let next = banners[place].next
        var before = -1
        var walked = Int(entries[service].firstBanner)
        while walked >= 0, walked != place {
            before = walked
            walked = Int(banners[walked].next)
        }
        if before >= 0 { banners.update(before) { $0.next = next } }
        entries.update(service) { entry in
            if before < 0 { entry.firstBanner = next }
            entry.bannerCount -= 1
        }
        banners.remove(place)
    }
}

extension FieldSet {
    /// Whether both have the same names and values in the same order.
    func hasSameValues(as other: FieldSet) -> Bool {
        values.count == other.values.count && zip(values, other.values).allSatisfy { $0 == $1 }
    }
}
