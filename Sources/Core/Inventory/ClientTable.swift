import Net

/// One program of one client host, as it is kept: a plain value.
struct ClientEntry: BitwiseCopyable, SlabEntry {
    var host: IPAddress
    var firstSeen: Timestamp
    var lastSeen: Timestamp
    var protocolIndex: UInt32
    var software: UInt32
    /// 0 in a free place.
    var sessions: UInt32
    /// The capture of the first sighting, counted from 1.
    var capture: UInt32
    var directions: DirectionSet

    var isVacant: Bool { sessions == 0 }
    mutating func vacate() { sessions = 0 }
}

/// The programs that clients use, found by host, protocol and name.
struct ClientTable: Sendable {
    private(set) var entries = Slab<ClientEntry>()
    private(set) var names = NameTable()
    private var index = HashIndex()
    /// What sets of fields seen lately name, by identity; each is held, so that no other takes its identity.
    private var recent: [(identity: ObjectIdentifier?, software: UInt32?)]
    private var held: [FieldSet?]
    private let seed: UInt64

    private static var recentCount: Int { 1024 }

    init(seed: UInt64) {
        self.seed = seed
        recent = Array(repeating: (nil, nil), count: Self.recentCount)
        held = Array(repeating: nil, count: Self.recentCount)
    }

    /// The number of the program that a client's fields name, nil when they name none; it holds at least until
    /// the next call.
    mutating func software(of fields: FieldSet) -> UInt32? {
        let identity = ObjectIdentifier(fields)
        let bits = UInt64(UInt(bitPattern: identity))
        let slot = Int(truncatingIfNeeded: (bits &* 0x9e37_79b9_7f4a_7c15) >> 54)
        let known = recent[slot]
        if known.identity == identity { return known.software }
        // Of a client that only greets over TLS nothing more is known than how it does.
        let name =
            fields["software"] ?? fields["user_agent"] ?? fields["ja4"].map { Client.fingerprintMark + $0 }
        let software = name.map { names.retain($0) }
        if let forgotten = known.software { names.release(forgotten) }
        recent[slot] = (identity, software)
        held[slot] = fields
        return software
    }

    /// Counts a session of a program, and tells its place and whether another one had to make room for it.
    mutating func note(
        host: IPAddress, protocolIndex: Int, software: UInt32, first: Timestamp, last: Timestamp,
        direction: Direction?, capture: UInt32, maximum: Int
    ) -> (place: Int, isNew: Bool, isForgetting: Bool) {
        let hash = hash(host, UInt32(protocolIndex), software)
        let known = index.find(hash) { place in
            let entry = entries[place]
            return entry.host == host && entry.software == software
                && Int(entry.protocolIndex) == protocolIndex
        }
        if let known {
            entries.update(known) { entry in
                entry.firstSeen = min(entry.firstSeen, first)
                entry.lastSeen = max(entry.lastSeen, last)
                if entry.sessions < .max { entry.sessions += 1 }
                entry.directions.insert(direction)
            }
            return (known, false, false)
        }
        var isForgetting = false
        if entries.count >= maximum, let idle = entries.silentLongest() {
            forget(idle)
            isForgetting = true
        }
        var entry = ClientEntry(
            host: host, firstSeen: first, lastSeen: last, protocolIndex: UInt32(protocolIndex),
            software: software, sessions: 1, capture: capture, directions: DirectionSet())
        entry.directions.insert(direction)
        names.retain(software)
        let place = entries.insert(entry)
        index.insert(hash, place)
        return (place, true, isForgetting)
    }

    /// Gives every entry the number of its protocol in another library.
    mutating func renumber(_ number: (Int) -> Int) {
        index = HashIndex()
        for place in 0..<entries.places where !entries.isVacant(place) {
            entries.update(place) { $0.protocolIndex = UInt32(number(Int($0.protocolIndex))) }
            let entry = entries[place]
            index.insert(hash(entry.host, entry.protocolIndex, entry.software), place)
        }
    }

    private func hash(_ host: IPAddress, _ protocolIndex: UInt32, _ software: UInt32) -> UInt32 {
        mix(host.high, host.low, UInt64(protocolIndex) << 32 | UInt64(software), seed: seed)
    }

    private mutating func forget(_ place: Int) {
        let entry = entries[place]
        index.remove(hash(entry.host, entry.protocolIndex, entry.software), place)
        names.release(entry.software)
        entries.remove(place)
    }
}
