internal import Foundation
internal import GRDB
internal import Inventory
internal import Net

/// What sightings add to the services and client programs of the store, until it is written.
///
/// Sightings are added up in memory and written once a transaction; when that fails they are written with the next.
struct ServiceLedger {
    /// A service of this run.
    struct Entry {
        var service: ServiceOutline
        var names: ServiceNames
        /// Its row; 0 when that is not known.
        var id: Int64 = 0
        /// Whether the row's facts are older than the service.
        var isNews = true
        var isDirty = true
        var sessions = 0
        var first, last, recognised: Timestamp
        /// When a session of it was recognised last, in this run.
        var used = Timestamp(nanoseconds: .min)
        var directions: UInt8 = 0
        var isCertain = false
        /// The place that it has in the inventory; -1 when another service has that now.
        var place: Int32
        /// What it said last; -1 before it said anything.
        var banner: Int32 = -1
        /// When it said something last.
        var said = Timestamp(nanoseconds: .min)
        /// When others heard it say something else later than that: the same words count anew after it; else never.
        var overtaken = Timestamp(nanoseconds: .max)
        /// Whether it may belong to other asset lists than before.
        var needsSorting = true
        /// Up to when what is known of it has been sorted; nil when it has not been since it is here.
        var sorted: Timestamp?
        /// When its earliest session of this run began; a service that an earlier run has left was seen before.
        var since = Timestamp(nanoseconds: .max)
    }

    /// What a server said of itself, and what was added since it was written.
    struct Banner {
        var fields: FieldSet
        /// The entry of the service; -1 before its first sighting.
        var entry = -1
        var first = Timestamp(nanoseconds: .max)
        var last = Timestamp(nanoseconds: .min)
        var sessions = 0
    }

    /// A client program, and what was added since it was written.
    struct Program {
        var client: Client
        var first = Timestamp(nanoseconds: .max)
        var last = Timestamp(nanoseconds: .min)
        var sessions = 0
        var directions: UInt8 = 0
    }

    private(set) var entries: [Entry] = []
    /// By place in the inventory, the entry; -1 for none.
    private var places: [Int32] = []
    private var free: [Int] = []
    private var dirty: [Int] = []
    /// Services and clients that are new to each other.
    private(set) var pairs: [(entry: Int, client: UInt32)] = []
    private(set) var banners = Roll<Banner>()
    private(set) var programs = Roll<Program>()

    /// More pairs of services and clients are not kept in memory: what waits is written then.
    private static let maximumPairs = 4_000_000

    /// Whether so much waits that it has to be written.
    var isFull: Bool { pairs.count >= Self.maximumPairs }
    /// The entries to be written.
    var dirtyEntries: [Int] { dirty }

    // MARK: What comes in

    /// A service is new at a place of the inventory, or its standing is another now.
    mutating func put(
        _ service: ServiceOutline, at place: Int, _ naming: StoreNaming, captures: [String]
    ) {
        if places.count <= place {
            places += Array(repeating: -1, count: max(place + 1, 2 * places.count) - places.count)
        }
        let names = ServiceNames(service, naming, captures: captures)
        let known = Int(places[place])
        if known >= 0, entries[known].isSame(as: service, names) {
            entries[known].service = service
            entries[known].names = names
            entries[known].isNews = true
            entries[known].needsSorting = true
            soil(known)
            return
        }
        if known >= 0 { entries[known].place = -1 }
        let entry = Entry(
            service: service, names: names, first: service.firstSeen, last: service.firstSeen,
            recognised: Timestamp(nanoseconds: .max), place: Int32(place))
        let number: Int
        if let unused = free.popLast() {
            number = unused
            entries[number] = entry
        } else {
            number = entries.count
            entries.append(entry)
        }
        places[place] = Int32(number)
        dirty.append(number)
    }

    private mutating func soil(_ number: Int) {
        guard !entries[number].isDirty else { return }
        entries[number].isDirty = true
        dirty.append(number)
    }

    private func entry(at place: Int32) -> Int? {
        guard place >= 0, Int(place) < places.count, places[Int(place)] >= 0 else { return nil }
        return Int(places[Int(place)])
    }

    /// A server says something new of itself.
    mutating func put(_ banner: FieldSet, at place: Int) { banners.put(Banner(fields: banner), at: place) }

    /// A client uses a program that was not known of it.
    mutating func put(_ program: Client, at place: Int) { programs.put(Program(client: program), at: place) }

    /// A flow was recognised; `client` gives the number of an address: when it fails, nothing was noted.
    mutating func note(_ sighting: Sighting, client: (IPAddress) throws -> UInt32) rethrows {
        let known = entry(at: sighting.service)
        let newClient = known != nil && sighting.isNewClient ? try client(sighting.client) : nil
        if sighting.program >= 0 {
            programs.update(Int(sighting.program)) { program in
                program.first = min(program.first, sighting.start)
                program.last = max(program.last, sighting.time)
                program.sessions += 1
                program.directions |= sighting.directions
            }
        }
        guard let number = known else { return }
        soil(number)
        entries[number].add(sighting)
        if sighting.banner >= 0 {
            banners.update(Int(sighting.banner)) { banner in
                banner.entry = number
                banner.first = min(banner.first, sighting.time)
                banner.last = max(banner.last, sighting.time)
                banner.sessions += 1
            }
        }
        if let newClient { pairs.append((number, newClient)) }
    }

    /// A flow of a service has ended.
    @inline(__always)
    mutating func ended(_ session: SessionRow) {
        guard session.service >= 0, let number = entry(at: session.service),
            entries[number].last < session.end
        else { return }
        soil(number)
        entries[number].last = session.end
    }

    // MARK: What goes out

    mutating func set(id: Int64, of number: Int) { entries[number].id = id }

    /// What is known of a service has been sorted.
    mutating func setSorted(_ number: Int) {
        entries[number].sorted = entries[number].last
        entries[number].needsSorting = false
    }

    /// The store has words of a service that are as late as this.
    mutating func set(latestWords: Timestamp, of number: Int) {
        guard latestWords > entries[number].said else { return }
        entries[number].overtaken = latestWords
    }

    /// Everything was written for good.
    mutating func commit() {
        for number in dirty {
            entries[number].isDirty = false
            entries[number].isNews = false
            entries[number].sessions = 0
            if entries[number].place < 0 { free.append(number) }
        }
        dirty.removeAll(keepingCapacity: true)
        pairs.removeAll(keepingCapacity: true)
        banners.commit { $0.sessions = 0 }
        programs.commit { $0.sessions = 0 }
    }

    /// Rows that were made in a transaction that failed are not there.
    mutating func rollBack() {
        for number in entries.indices {
            entries[number].id = 0
            entries[number].isNews = true
            entries[number].needsSorting = true
            entries[number].sorted = nil
        }
    }
}

extension ServiceLedger.Entry {
    fileprivate mutating func add(_ sighting: Sighting) {
        sessions += 1
        first = min(first, sighting.start)
        last = max(last, sighting.time)
        recognised = min(recognised, sighting.time)
        // Of an older capture than the last one: its history is to be told anew.
        since = min(since, sighting.start)
        if let known = sorted, sighting.time.nanoseconds < known.nanoseconds - AssetKeeper.patience {
            sorted = nil
            needsSorting = true
        }
        used = max(used, sighting.time)
        // What it says and from where it is reached may put it on another list.
        if sighting.directions & ~directions != 0 { needsSorting = true }
        if sighting.banner >= 0 {
            if sighting.banner != banner { needsSorting = true }
            if sighting.time > overtaken {
                overtaken = Timestamp(nanoseconds: .max)
                needsSorting = true
            }
            // What an older capture says is not what it said last, whenever that is read.
            if sighting.time >= said { (banner, said) = (sighting.banner, sighting.time) }
        }
        directions |= sighting.directions
        if sighting.isCertain { isCertain = true }
    }

    fileprivate func isSame(as other: ServiceOutline, _ otherNames: ServiceNames) -> Bool {
        service.host == other.host && service.port == other.port
            && names.protocolName == otherNames.protocolName
    }
}

/// What a service, its standing and its evidence are called.
struct ServiceNames {
    var protocolName = ""
    var plugin = ""
    var packVersion: String?
    /// The allowance that decides, or the protocol that the port belongs to.
    var allowance, owner: String?
    var signature: String?
    var capture: String?

    init(_ service: ServiceOutline, _ naming: StoreNaming, captures: [String]) {
        if let names = naming.names(ofProtocol: service.protocolIndex) {
            (protocolName, plugin) = (names.name, names.plugin)
        }
        packVersion = naming.packVersion(of: service.evidence, protocolIndex: service.protocolIndex)
        switch service.standing {
        case .allowed(let place): allowance = naming.allowance(place)
        case .offPort(_, let place?): owner = naming.names(ofProtocol: place)?.name
        case .expected, .offPort: break
        }
        signature = naming.signature(of: service.evidence)
        capture = captures.indices.contains(service.capture - 1) ? captures[service.capture - 1] : nil
    }
}

extension Direction {
    /// Of a set, the one that matters most.
    init?(gravestOf bits: Int64) {
        if bits & 1 != 0 {
            self = .inbound
        } else if bits & 2 != 0 {
            self = .outbound
        } else if bits & 4 != 0 {
            self = .internal
        } else {
            return nil
        }
    }
}
