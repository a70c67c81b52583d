internal import Foundation
internal import GRDB
internal import Inventory
public import Net
public import Records

// Who used a port of a host, when, and how much.

/// What sessions with one place add up to, established ones apart from attempts.
public struct Usage: Sendable, Equatable {
    /// Sessions of which something came.
    public var established = 0
    /// Sessions that the server never answered or refused.
    public var attempts = 0
    /// The first packet of the first, and the last packet of the last.
    public var first = Timestamp(nanoseconds: .max)
    /// The last packet.
    public var last = Timestamp(nanoseconds: .min)
    /// Bytes that clients sent, and that the server sent.
    public var clientBytes = 0
    /// Bytes that the server sent.
    public var serverBytes = 0

    /// Nothing yet.
    public init() {}

    /// All sessions.
    public var sessions: Int { established + attempts }

    mutating func add(_ row: Row) {
        let (sessions, established): (Int, Int) = (row["sessions"], row["established"])
        self.established += established
        attempts += sessions - established
        first = min(first, Timestamp(nanoseconds: row["first"]))
        last = max(last, Timestamp(nanoseconds: row["last"]))
        clientBytes += row["client_bytes"] as Int
        serverBytes += row["server_bytes"] as Int
    }

    mutating func add(_ other: Usage) {
        established += other.established
        attempts += other.attempts
        first = min(first, other.first)
        last = max(last, other.last)
        clientBytes += other.clientBytes
        serverBytes += other.serverBytes
    }
}

/// One client of a place.
public struct ClientUsage: Sendable {
    /// The client.
    public var client: IPAddress
    /// What its sessions add up to.
    public var usage: Usage
    /// What was spoken, by name.
    public var protocols: [String]
    /// What the client calls itself, where it does.
    public var software: [String]
}

/// A span of time and what happened in it.
public struct Period: Sendable {
    /// Its first moment.
    public var start: Timestamp
    /// What the sessions that began in it add up to.
    public var usage: Usage
}

/// How time is divided.
public enum Division: String, Sendable, CaseIterable {
    /// By the hour and by the day, in UTC.
    case hour, day

    /// Its length in nanoseconds.
    public var length: Int64 { self == .hour ? 3_600_000_000_000 : 86_400_000_000_000 }

    /// The beginning of the period that a moment lies in.
    public func start(of time: Timestamp) -> Timestamp {
        let rest = time.nanoseconds % length
        return Timestamp(nanoseconds: time.nanoseconds - (rest < 0 ? rest + length : rest))
    }
}

extension Store {
    /// The clients of a place, those first who came first.
    public func clients(of place: Place, _ selection: Selection) throws(StoreError) -> [ClientUsage] {
        try read { database in
            let reader = try SessionReader(database, selection)
            guard let server = try reader.number(place.endpoint.address) else { return [] }
            var usages: [Int64: (usage: Usage, protocols: Set<Int64>)] = [:]
            try reader.forEachSum(of: server, place, groupedBy: "s.client, s.protocol") { row in
                let client: Int64 = row["client"]
                usages[client, default: (Usage(), [])].usage.add(row)
                if let spoken = row["protocol"] as Int64?, spoken != 0 {
                    usages[client]?.protocols.insert(spoken)
                }
            }
            let names = try reader.protocolNames()
            let addresses = try reader.addresses(usages.keys)
            let software = try reader.software(of: usages.keys, names)
            return usages.compactMap { number, found in
                guard let client = addresses[number] else { return nil }
                let spoken = found.protocols.compactMap { names[$0] }.sorted()
                return ClientUsage(
                    client: client, usage: found.usage, protocols: spoken,
                    software: spoken.flatMap { software[number]?[$0] ?? [] })
            }.sorted { ($0.usage.first, $0.client) < ($1.usage.first, $1.client) }
        }
    }

    /// What all sessions with a place add up to, and by the hour or the day.
    public func usage(
        of place: Place, _ selection: Selection, per division: Division?
    ) throws(StoreError) -> (whole: Usage, clients: Int, periods: [Period], division: Division) {
        try read { database in
            let reader = try SessionReader(database, selection)
            guard let server = try reader.number(place.endpoint.address) else {
                return (Usage(), 0, [], division ?? .day)
            }
            var (whole, clients): (Usage, Set<Int64>) = (Usage(), [])
            var hours: [Timestamp: Usage] = [:]
            let hour = Division.hour.length
            try reader.forEachSum(of: server, place, groupedBy: "s.client, s.start / \(hour)") { row in
                whole.add(row)
                clients.insert(row["client"])
                let start = Timestamp(nanoseconds: row["first"])
                hours[Division.hour.start(of: start), default: Usage()].add(row)
            }
            // Hours of a day or two, days of more.
            let span = whole.sessions == 0 ? 0 : whole.last.nanoseconds - whole.first.nanoseconds
            let chosen = division ?? (span <= 2 * Division.day.length ? .hour : .day)
            var periods: [Timestamp: Usage] = [:]
            for (start, usage) in hours { periods[chosen.start(of: start), default: Usage()].add(usage) }
            return (
                whole, clients.count,
                periods.map { Period(start: $0, usage: $1) }.sorted { $0.start < $1.start }, chosen
            )
        }
    }

    /// The sessions with a place, the latest last; of more than `limit` only the latest.
    public func sessions(
        of place: Place, _ selection: Selection, limit: Int?
    ) throws(StoreError) -> [FlowRecord] {
        try read { database in
            let reader = try SessionReader(database, selection)
            guard let server = try reader.number(place.endpoint.address) else { return [] }
            let conditions = reader.conditions(transport: place.transport)
            let (blocks, fitting) = (reader.blockConditions, conditions)
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT s.* FROM blocks b CROSS JOIN sessions s INDEXED BY sessions_by_server
                        ON s.block = b.id AND s.server = ? AND s.port = ?
                    WHERE \(blocks.sql) AND \(fitting.sql) ORDER BY s.start DESC, s.flow LIMIT ?
                    """,
                arguments: [server, Int(place.endpoint.port)] + blocks.arguments + fitting.arguments
                    + [limit ?? -1])
            return try reader.records(rows.reversed())
        }
    }
}

extension SessionReader {
    /// Sums of the sessions of a place, by block and by group, and of what is left of older ones.
    ///
    /// `body` gets rows with `client`, `protocol`, `sessions`, `established`, `first`, `last`, `client_bytes` and
    /// `server_bytes`.
    func forEachSum(
        of server: Int64, _ place: Place, groupedBy group: String, _ body: (Row) throws -> Void
    ) throws {
        let (blocks, fitting) = (blockConditions, conditions(transport: place.transport))
        // Grouping block by block needs no table of all groups.
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT s.client, s.protocol, count(*) AS sessions, sum(s.state NOT IN (1, 2)) AS established,
                    min(s.start) AS first, max(s.start + s.duration) AS last,
                    sum(s.client_bytes) AS client_bytes, sum(s.server_bytes) AS server_bytes
                FROM blocks b CROSS JOIN sessions s INDEXED BY sessions_by_server
                    ON s.block = b.id AND s.server = ? AND s.port = ?
                WHERE \(blocks.sql) AND \(fitting.sql) GROUP BY \(group)
                """,
            arguments: [server, Int(place.endpoint.port)] + blocks.arguments + fitting.arguments)
        while let row = try rows.next() { try body(row) }
        let old = hourConditions(transport: place.transport)
        let hours = try Row.fetchCursor(
            database,
            sql: "SELECT s.* FROM hours s WHERE s.server = ? AND s.port = ? AND \(old.sql)",
            arguments: [server, Int(place.endpoint.port)] + old.arguments)
        while let row = try hours.next() { try body(row) }
    }

    /// What client programs are known of clients, by protocol.
    fileprivate func software(
        of clients: some Collection<Int64>, _ names: [Int64: String]
    ) throws -> [Int64: [String: [String]]] {
        let select = try database.cachedStatement(
            sql: "SELECT protocol, software FROM clients WHERE host = ? ORDER BY software")
        var found: [Int64: [String: [String]]] = [:]
        for client in clients {
            for row in try Row.fetchAll(select, arguments: [client]) {
                guard let name = names[row[0]] else { continue }
                found[client, default: [:]][name, default: []].append(row[1])
            }
        }
        return found
    }

    /// Rows of sessions as records.
    func records(_ rows: some Sequence<Row>) throws -> [FlowRecord] {
        let names = try protocolNames()
        let captures = Dictionary(
            try Row.fetchAll(database, sql: "SELECT id, name FROM captures").map {
                ($0[0] as Int64, $0[1] as String)
            }, uniquingKeysWith: { first, _ in first })
        let rows = Array(rows)
        let addresses = try addresses(Set(rows.flatMap { [$0["client"] as Int64, $0["server"] as Int64] }))
        return rows.compactMap { row in
            guard let client = addresses[row["client"]], let server = addresses[row["server"]] else {
                return nil
            }
            let start = Timestamp(nanoseconds: row["start"])
            var record = FlowRecord(
                flow: UInt64(bitPattern: row["flow"]), start: start,
                end: Timestamp(nanoseconds: start.nanoseconds + (row["duration"] as Int64)),
                capture: captures[row["capture"]], transport: TransportProtocol(number: row["transport"]),
                client: FlowRecord.Side(
                    Endpoint(client, row["client_port"]), packets: row["client_packets"],
                    bytes: row["client_bytes"]),
                server: FlowRecord.Side(
                    Endpoint(server, row["port"]), packets: row["server_packets"], bytes: row["server_bytes"]),
                state: FlowRecord.State(SessionState(rawValue: row["state"]) ?? .midstream))
            record.vlan = row["vlan"] as UInt16? ?? 0
            record.protocolName = (row["protocol"] as Int64?).flatMap { names[$0] }
            record.confidence = (row["certain"] as Bool?).map { $0 ? .certain : .likely }
            record.then = (row["following"] as String?)?.split(separator: ",").map(String.init) ?? []
            record.parent = (row["parent"] as Int64?).map { UInt64(bitPattern: $0) }
            return record
        }
    }
}

extension FlowRecord.State {
    /// The state as the store numbers it.
    init(_ state: SessionState) { self = FlowRecord.State(rawValue: state.name) ?? .midstream }
}
