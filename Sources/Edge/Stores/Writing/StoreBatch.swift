public import Inventory
public import Net

/// What the observation lane hands over at once; steps are taken in their order.
///
/// Things of a kind lie together and are small: every byte crosses from one processor to another.
public struct StoreBatch: Sendable {
    /// What happens between sightings.
    public enum Step: Sendable {
        /// What follows is named by this library.
        case naming(StoreNaming)
        /// A service is new at a place, or its standing is another now: one of `services`.
        case service(place: Int32, Int32)
        /// A server says something new of itself.
        case banner(place: Int32, FieldSet)
        /// A client uses a program that was not known of it: one of `programs`.
        case program(place: Int32, Int32)
        /// A finding: one of `findings`.
        case finding(Int32)
        /// What follows comes from this capture.
        indirect case begin(StoredCapture)
        /// The capture is over.
        indirect case end(StoredCapture)
        /// A capture in the folder that is followed was read, to its end or as far as its identity says: its sessions are
        /// the folder's.
        indirect case followed(StoredCapture, isWhole: Bool)
        /// So many sessions were left out because there was no time to store them.
        case lost(Int)
        /// What the sensor remembers for the next run.
        case memory(@Sendable () -> SensorMemory)
        /// What a probe or another tool knows, of the capture that was begun last.
        case facts([StoreFact])
        /// The asset lists are these, or these and those that the store has besides; who belongs to these is for that
        /// one to say.
        indirect case lists([AssetList], keepsOthers: Bool = false, @Sendable () -> any AssetSorting)
    }

    /// Flows that have ended.
    public var sessions: [SessionRow] = []
    /// The places of the protocols that followed in some of them, by place in `sessions`.
    public var following: [(session: Int, protocols: [Int32])] = []
    /// Recognised flows.
    public var sightings: [Sighting] = []
    /// What happens before the sighting of the given place.
    public private(set) var steps: [(before: Int, step: Step)] = []
    /// Services, as steps name them.
    public private(set) var services: [ServiceOutline] = []
    /// Client programs, as steps name them.
    public private(set) var programs: [Client] = []
    /// Findings, as steps name them.
    public private(set) var findings: [Finding] = []
    /// The captures' names, as services name them: counted from 1.
    public private(set) var captures: [String] = []

    /// So many sessions or sightings are handed over at once: so few that they are still in the cache when the writer
    /// gets them.
    public static var usualCount: Int { 2048 }
    /// Rows are asked for so many rows ahead of being written: the writer's processor had the batch last.
    @usableFromInline static var ahead: Int { 16 }

    /// Nothing.
    public init() {}

    /// Whether there is nothing in it.
    public var isEmpty: Bool { sessions.isEmpty && sightings.isEmpty && steps.isEmpty }
    /// How much there is in it.
    public var count: Int { sessions.count + sightings.count + 8 * steps.count }

    /// Nothing, with room for what it usually has.
    static func roomy() -> StoreBatch {
        var batch = StoreBatch()
        batch.sessions.reserveCapacity(usualCount)
        batch.sightings.reserveCapacity(usualCount)
        batch.steps.reserveCapacity(usualCount / 2)
        return batch
    }

    /// Forgets what is in it and keeps the memory.
    mutating func clear() {
        sessions.removeAll(keepingCapacity: true)
        following.removeAll(keepingCapacity: true)
        sightings.removeAll(keepingCapacity: true)
        steps.removeAll(keepingCapacity: true)
        services.removeAll(keepingCapacity: true)
        programs.removeAll(keepingCapacity: true)
        findings.removeAll(keepingCapacity: true)
        captures.removeAll(keepingCapacity: true)
    }

    /// Leaves the sessions out; something tells how many there were.
    mutating func dropSessions() {
        append(.lost(sessions.count))
        sessions = []
        following = []
    }

    /// Names everything by this step alone.
    mutating func rename(_ naming: Step) {
        steps.removeAll { if case .naming = $0.step { true } else { false } }
        append(naming)
    }

    /// Adds a flow that has ended with what followed in it; returns how many there are.
    @inlinable @inline(__always)
    public mutating func append(_ session: SessionRow, _ then: [Int32]) -> Int {
        if !then.isEmpty { following.append((sessions.count, then)) }
        sessions.fetchForAppending(ahead: Self.ahead)
        sessions.append(session)
        return sessions.count
    }

    /// Adds a recognised flow; returns how many there are.
    @inlinable @inline(__always)
    public mutating func append(_ sighting: Sighting) -> Int {
        sightings.fetchForAppending(ahead: Self.ahead)
        sightings.append(sighting)
        return sightings.count
    }

    /// Adds a service that is new at a place, or whose standing is another now; `capture` is that of its first sighting.
    public mutating func append(_ service: ServiceOutline, at place: Int, capture: String?) {
        append(.service(place: Int32(place), Int32(services.count)))
        var service = service
        service.capture = number(ofCapture: capture)
        services.append(service)
    }

    /// The number of a capture in this batch: nearly always that of the service before.
    private mutating func number(ofCapture name: String?) -> Int {
        guard let name else { return 0 }
        if captures.last != name { captures.append(name) }
        return captures.count
    }

    /// Adds what a server says of itself, new at a place.
    public mutating func append(_ banner: FieldSet, at place: Int) {
        append(.banner(place: Int32(place), banner))
    }

    /// Adds a client program that is new at a place.
    public mutating func append(_ program: Client, at place: Int) {
        append(.program(place: Int32(place), Int32(programs.count)))
        programs.append(program)
    }

    /// Adds a finding.
    public mutating func append(_ finding: Finding) {
        append(.finding(Int32(findings.count)))
        findings.append(finding)
    }

    /// Adds a step at the end.
    public mutating func append(_ step: consuming Step) { steps.append((sightings.count, step)) }
}
