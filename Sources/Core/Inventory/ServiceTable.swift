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
    var port: ServicePort {
        ServicePort(
            UInt16(truncatingIfNeeded: rest),
            TransportProtocol(number: UInt8(truncatingIfNeeded: rest >> 16)))
    }
    func hash(seed: UInt64) -> UInt32 { mix(host.high, host.low, rest, seed: seed) }
}

/// One service, as it is kept: a plain value, with what every session touches first.
struct ServiceEntry: Sendable {
    var key: ServiceKey
    var firstSeen: Timestamp
    var lastSeen: Timestamp
    var sessions: UInt32 = 1
    var clients: UInt32 = 1
    var firstClient: IPAddress
    /// The first of the service's banners in the slab; -1 for none.
    var firstBanner: Int32 = -1
    /// Which list of allowances could cover it; 0 for none.
    var candidates: UInt32 = 0
    /// Why it is noteworthy without an allowance; nil where it is expected.
    let offPortClass: OffPortClass?
    var directions = DirectionSet()
    var isCertain: Bool
    /// Whether a session was covered by nothing.
    var isOffPort = false

    var isForbiddenReported = false
    var bannerCount: UInt8 = 0
    /// The place of the allowance that decides, the earliest in the policy of those that acted; -1 for none.
    var allowance: Int32 = -1
    /// The capture of the first sighting, counted from 1.
    var capture: UInt32
    /// The flow of the first sighting.
    var flow: UInt64
    var evidence: KeptEvidence

    init(
        key: ServiceKey, recognition: Recognition, capture: UInt32, home: Standing,
        evidence: KeptEvidence
    ) {
        self.key = key
        firstSeen = recognition.start
        lastSeen = recognition.time
        flow = recognition.flow
        firstClient = recognition.client.address
        self.capture = capture
        self.evidence = evidence
        isCertain = recognition.confidence == .certain
        offPortClass = if case .offPort(let offPortClass, _) = home { offPortClass } else { nil }
    }

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

    /// The one that matters most: reached from outside, then reaching outside, then internal.
    var gravest: Direction? {
        bits & 1 != 0 ? .inbound : bits & 2 != 0 ? .outbound : bits & 4 != 0 ? .internal : nil
    }
}

/// One banner of a service and when it was seen; a service's banners are linked in the order they appeared.
struct BannerEntry: Sendable {
    var fields: FieldSet
    var firstSeen: Timestamp
    var lastSeen: Timestamp
    var sessions: UInt32 = 1
    var next: Int32 = -1

    init(_ fields: FieldSet, at time: Timestamp) {
        self.fields = fields
        firstSeen = time
        lastSeen = time
    }

    @inline(__always)
    var identity: ObjectIdentifier { ObjectIdentifier(fields) }

    @inline(__always)
    mutating func note(at time: Timestamp) {
        firstSeen = min(firstSeen, time)
        lastSeen = max(lastSeen, time)
        sessions &+= 1
    }
}

/// All services, found by key.
struct ServiceTable: Sendable {
    /// The most banners that one service keeps.
    static var maximumBanners: Int { 16 }

    var entries = Slab<ServiceEntry>()
    private(set) var banners = Slab<BannerEntry>()
    private var index = HashIndex()
    private let seed: UInt64
    /// Distinct lists of allowances; the first is empty.
    private var candidateLists: [[Int]] = [[]]
    private var candidateListIndex: [[Int]: Int] = [[]: 0]

    init(seed: UInt64) { self.seed = seed }

    func find(_ key: ServiceKey) -> Int? {
        index.find(key.hash(seed: seed)) { entries[$0].key == key }
    }

    mutating func insert(_ entry: ServiceEntry) -> Int {
        let place = entries.append(entry)
        index.insert(entry.key.hash(seed: seed), place)
        return place
    }

    mutating func keep(candidates list: [Int]) -> UInt32 {
        if list.isEmpty { return 0 }
        if let known = candidateListIndex[list] { return UInt32(known) }
        candidateLists.append(list)
        candidateListIndex[list] = candidateLists.count - 1
        return UInt32(candidateLists.count - 1)
    }

    func candidates(of service: Int) -> [Int] { candidateLists[Int(entries[service].candidates)] }

    /// Counts a banner of a service; false when it is new and the service keeps no more.
    mutating func note(banner fields: FieldSet, service: Int, at time: Timestamp) -> Bool {
        let head = Int(entries[service].firstBanner)
        let identity = ObjectIdentifier(fields)
        var last = -1
        // Identity first: sessions of one service nearly always share their fields.
        var place = head
        while place >= 0 {
            last = place
            let (isSame, next) = banners.update(place) { banner in
                let isSame = banner.identity == identity
                if isSame { banner.note(at: time) }
                return (isSame, Int(banner.next))
            }
            if isSame { return true }
            place = next
        }
        place = head
        while place >= 0 {
            let (isSame, next) = banners.update(place) { banner in
                let isSame = banner.fields.hasSameValues(as: fields)
                if isSame { banner.note(at: time) }
                return (isSame, Int(banner.next))
            }
            if isSame { return true }
            place = next
        }
        guard Int(entries[service].bannerCount) < Self.maximumBanners else { return false }
        let added = banners.append(BannerEntry(fields, at: time))
        if last >= 0 { banners.update(last) { $0.next = Int32(added) } }
        entries.update(service) { entry in
            if head < 0 { entry.firstBanner = Int32(added) }
            entry.bannerCount += 1
        }
        return true
    }
}

extension FieldSet {
    /// Whether both have the same names and values in the same order.
    func hasSameValues(as other: FieldSet) -> Bool {
        values.count == other.values.count && zip(values, other.values).allSatisfy { $0 == $1 }
    }
}
