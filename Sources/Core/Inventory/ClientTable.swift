import Net

/// One program of one client host, as it is kept: a plain value.
struct ClientEntry: BitwiseCopyable, Sendable {
    var host: IPAddress
    var firstSeen: Timestamp
    var lastSeen: Timestamp
    var protocolIndex: UInt32
    var software: UInt32
    var sessions: UInt32
    /// The capture of the first sighting, counted from 1.
    var capture: UInt32
    var directions: DirectionSet
}

/// The programs that clients use, found by host, protocol and name.
struct ClientTable: Sendable {
    private(set) var entries = Slab<ClientEntry>()
    private(set) var names: [String] = []
    private var index = HashIndex()
    private var nameIndex: [String: UInt32] = [:]
    /// What sets of fields seen lately name, by identity; each is held, so that no other takes its identity.
    private var recent: [(identity: ObjectIdentifier?, software: UInt32?)]
    private var held: [FieldSet?]
    private let seed: UInt64

    private static var recentCount: Int { 1024 }
    private static var maximumNames: Int { 1 << 20 }

    init(seed: UInt64) {
        self.seed = seed
        recent = Array(repeating: (nil, nil), count: Self.recentCount)
        held = Array(repeating: nil, count: Self.recentCount)
    }

    /// The number of the program that a client's fields name, nil when they name none.
    mutating func software(of fields: FieldSet) -> UInt32? {
        let identity = ObjectIdentifier(fields)
        let bits = UInt64(UInt(bitPattern: identity))
        let slot = Int(truncatingIfNeeded: (bits &* 0x9e37_79b9_7f4a_7c15) >> 54)
        let known = recent[slot]
        if known.identity == identity { return known.software }
        let software = (fields["software"] ?? fields["user_agent"]).flatMap { number(of: $0) }
        recent[slot] = (identity, software)
        held[slot] = fields
        return software
    }

    private mutating func number(of name: String) -> UInt32? {
        if let known = nameIndex[name] { return known }
        guard names.count < Self.maximumNames else { return nil }
        nameIndex[name] = UInt32(names.count)
        names.append(name)
        return UInt32(names.count - 1)
    }

    /// Counts a session of a program; false when it is new and the table is full.
    mutating func note(
        host: IPAddress, protocolIndex: Int, software: UInt32, first: Timestamp, last: Timestamp,
        direction: Direction?, capture: UInt32, maximum: Int
    ) -> Bool {
        let hash = mix(host.high, host.low, UInt64(protocolIndex) << 32 | UInt64(software), seed: seed)
        let known = index.find(hash) { place in
            let entry = entries[place]
            return entry.host == host && entry.software == software
                && Int(entry.protocolIndex) == protocolIndex
        }
        if let known {
            entries.update(known) { entry in
                entry.firstSeen = min(entry.firstSeen, first)
                entry.lastSeen = max(entry.lastSeen, last)
                entry.sessions &+= 1
                entry.directions.insert(direction)
            }
            return true
        }
        guard entries.count < maximum else { return false }
        var entry = ClientEntry(
            host: host, firstSeen: first, lastSeen: last, protocolIndex: UInt32(protocolIndex),
            software: software, sessions: 1, capture: capture, directions: DirectionSet())
        entry.directions.insert(direction)
        index.insert(hash, entries.append(entry))
        return true
    }
}
