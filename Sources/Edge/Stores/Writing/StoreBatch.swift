public import Inventory
public import Net

/// One flow, as the packet lane hands it over: a plain value.
public struct SessionRow: BitwiseCopyable, Sendable {
    /// The flow's number, and that of the flow that announced it, 0 for none.
    public var flow, parent: UInt64
    /// The first and the last packet.
    public var start, end: Timestamp
    /// The addresses of the two ends.
    public var clientAddress, serverAddress: IPAddress
    /// Bytes of IP packets that each end sent.
    public var clientBytes, serverBytes: UInt64
    /// Packets that each end sent.
    public var clientPackets, serverPackets: UInt32
    /// The place of the service that it belongs to; -1 when it belongs to none.
    public var service: Int32
    /// The ports of the two ends.
    public var clientPort, serverPort: UInt16
    /// The protocol's place in the library plus one; 0 when it was not recognised.
    public var protocolNumber: UInt16
    /// The VLAN, 0 for none.
    public var vlan: UInt16
    /// What carries it.
    public var transport: TransportProtocol
    /// How far it got.
    public var state: SessionState
    /// Whether the verdict rests on both speakers.
    public var isCertain: Bool

    /// A session from its parts.
    @inlinable
    public init(
        flow: UInt64, parent: UInt64 = 0, start: Timestamp, end: Timestamp, client: Endpoint,
        server: Endpoint, clientBytes: UInt64, serverBytes: UInt64, clientPackets: UInt32,
        serverPackets: UInt32, protocolNumber: UInt16, vlan: UInt16 = 0,
        transport: TransportProtocol = .tcp, state: SessionState, isCertain: Bool = true, service: Int32 = -1
    ) {
        (self.flow, self.parent, self.start, self.end) = (flow, parent, start, end)
        (clientAddress, serverAddress) = (client.address, server.address)
        (clientPort, serverPort) = (client.port, server.port)
        (self.clientBytes, self.serverBytes) = (clientBytes, serverBytes)
        (self.clientPackets, self.serverPackets) = (clientPackets, serverPackets)
        (self.protocolNumber, self.vlan, self.transport) = (protocolNumber, vlan, transport)
        (self.state, self.isCertain, self.service) = (state, isCertain, service)
    }
}

/// How far a conversation got, as the store numbers it.
public enum SessionState: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// Both ends spoke.
    case established
    /// The server never answered.
    case attempted
    /// The server refused.
    case rejected
    /// Its beginning is not in the capture.
    case midstream
    /// Only one direction is in the capture.
    case oneWay

    /// The word that records use.
    public var name: String { self == .oneWay ? "one-way" : "\(self)" }
    /// Whether anything came of it: an attempt, and what the server refused, is apart.
    public var isEstablished: Bool { self != .attempted && self != .rejected }
}

/// One recognised flow, as the inventory took it in: a plain value that names things by their places there.
public struct Sighting: BitwiseCopyable, Sendable {
    /// The place of the service that it belongs to; -1 when it makes none.
    public var service: Int32
    /// The place of what the server said of itself; -1 when it said nothing.
    public var banner: Int32
    /// The place of the program that the client uses; -1 when it named none.
    public var program: Int32
    /// Whether the service was not known to have this client.
    public var isNewClient: Bool
    /// Whether the verdict rests on both speakers.
    public var isCertain: Bool
    /// The way it crossed the site's border, as a set of one.
    @usableFromInline var directions: UInt8
    /// The client.
    public var client: IPAddress
    /// The flow's first packet, and the one that decided.
    public var start, time: Timestamp

    /// A sighting from its parts.
    @inlinable @inline(__always)
    public init(
        service: Int?, banner: Int?, program: Int?, isNewClient: Bool, isCertain: Bool, direction: Direction?,
        client: IPAddress, start: Timestamp, time: Timestamp
    ) {
        self.service = service.map { Int32(truncatingIfNeeded: $0) } ?? -1
        self.banner = banner.map { Int32(truncatingIfNeeded: $0) } ?? -1
        self.program = program.map { Int32(truncatingIfNeeded: $0) } ?? -1
        (self.isNewClient, self.isCertain) = (isNewClient, isCertain)
        directions = UInt8(truncatingIfNeeded: direction.bit)
        (self.client, self.start, self.time) = (client, start, time)
    }

    /// A sighting of a recognition that an inventory has taken in.
    @inlinable @inline(__always)
    public init(_ recognition: borrowing Recognition, _ outcome: borrowing Inventory.Outcome) {
        self.init(
            service: outcome.service, banner: outcome.banner, program: outcome.program,
            isNewClient: outcome.isNewClient, isCertain: recognition.confidence == .certain,
            direction: outcome.direction, client: recognition.client.address, start: recognition.start,
            time: recognition.time)
    }
}

extension Optional where Wrapped == Direction {
    /// The direction as one bit of a set.
    @usableFromInline var bit: Int64 {
        switch self {
        case .inbound: 1
        case .outbound: 2
        case .internal: 4
        case nil: 0
        }
    }
}

/// What the store must know of the plugin library: names instead of places.
public struct StoreNaming: Sendable {
    /// The protocols, by place.
    public var protocols: [ProtocolNames]
    /// The allowances' names, by place.
    public var allowances: [String]
    /// The signatures' names, by place.
    public var signatures: [String]

    /// What a protocol is called, and where it comes from.
    public struct ProtocolNames: Sendable, Equatable {
        /// The protocol's name.
        public var name: String
        /// The plugin that declares it.
        public var plugin: String
        /// The version of the plugin's pack.
        public var packVersion: String?

        /// Names of a protocol.
        public init(name: String, plugin: String, packVersion: String?) {
            (self.name, self.plugin, self.packVersion) = (name, plugin, packVersion)
        }
    }

    /// Names by place.
    public init(protocols: [ProtocolNames], allowances: [String], signatures: [String]) {
        (self.protocols, self.allowances, self.signatures) = (protocols, allowances, signatures)
    }

    /// Nothing has a name yet.
    init() { self.init(protocols: [], allowances: [], signatures: []) }

    /// The version of the pack of the protocol at a place.
    func packVersion(ofProtocol place: Int) -> String? {
        protocols.indices.contains(place) ? protocols[place].packVersion : nil
    }

    /// The name of the signature that decided.
    func signature(of evidence: Evidence) -> String? {
        evidence.signature.flatMap { signatures.indices.contains($0) ? signatures[$0] : nil }
    }
}

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
        /// So many sessions were left out because there was no time to store them.
        case lost(Int)
        /// What the sensor remembers for the next run.
        case memory(@Sendable () -> SensorMemory)
        /// What a probe or another tool knows, of the capture that was begun last.
        case facts([StoreFact])
        /// The asset lists are these, and who belongs to them is for that one to say.
        indirect case lists([AssetList], @Sendable () -> any AssetSorting)
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
        captures = []
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

    /// Adds a service that is new at a place, or whose standing is another now.
    public mutating func append(_ service: ServiceOutline, at place: Int, captures: [String]) {
        if self.captures.count != captures.count { self.captures = captures }
        append(.service(place: Int32(place), Int32(services.count)))
        services.append(service)
    }

    /// Adds what a server says of itself, new at a place.
    public mutating func append(_ banner: FieldSet, at place: Int) { append(.banner(place: Int32(place), banner)) }

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

/// A capture as a store knows it.
public struct StoredCapture: Sendable, Equatable {
    /// The file, or what is watched.
    public var name: String
    /// What the sensor is called.
    public var sensor: String
    /// What kind of sensor it is.
    public var kind: Kind
    /// Of a file's contents; nil where there is none, and then nobody can tell whether it was read before.
    public var identity: String?
    /// Other names by which sightings know it: of files that are parts of it.
    public var parts: [String] = []
    /// What a sensor watches; or that it asks, or that another one watched.
    public enum Kind: String, Sendable {
        case files, interfaces, folder
        /// A probe.
        case active
        /// A file of another tool.
        case imported = "import"

        /// Whether it is traffic that Offport saw itself: only that has clients, and sessions that count.
        public var isPassive: Bool { self != .active && self != .imported }
    }

    /// What the sensors of imports begin with, so that none is taken for one that watches.
    static let importPrefix = "import "

    /// A file of another tool.
    public static func imported(_ name: String, tool: String, identity: String?) -> StoredCapture {
        StoredCapture(name: name, sensor: importPrefix + tool, kind: .imported, identity: identity)
    }

    /// A capture that begins.
    public init(name: String, sensor: String, kind: Kind, identity: String? = nil) {
        (self.name, self.sensor, self.kind, self.identity) = (name, sensor, kind, identity)
    }
}

/// A list of assets that a policy declares.
public struct AssetList: Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// Where it is declared.
    public var origin: SourceLocation

    /// A list by name.
    public init(name: String, origin: SourceLocation) { (self.name, self.origin) = (name, origin) }
}

/// What a sensor remembers for its next run.
public struct SensorMemory: Sendable, Equatable {
    /// What is normal, and when each service was first seen.
    public var baseline: Baseline.Snapshot
    /// The findings that were reported.
    public var reported: [ReportedFindings.Entry]

    /// A memory from its parts.
    public init(baseline: Baseline.Snapshot, reported: [ReportedFindings.Entry]) {
        (self.baseline, self.reported) = (baseline, reported)
    }
}
