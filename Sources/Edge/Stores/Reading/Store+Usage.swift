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

    /// One session: a row with whether it was established, its start and its duration, and the bytes of both, from a
    /// column on.
    init(session row: Statement, from column: Int32) {
        (established, attempts) = row.number(column) != 0 ? (1, 0) : (0, 1)
        let start = row.number(column + 1)
        first = Timestamp(nanoseconds: start)
        last = Timestamp(nanoseconds: start &+ row.number(column + 2))
        (clientBytes, serverBytes) = (Int(row.number(column + 3)), Int(row.number(column + 4)))
    }

    mutating func add(_ row: Row) throws {
        let (sessions, established): (Int, Int) = try (row["sessions"], row["established"])
        self.established += established
        attempts += sessions - established
        first = try min(first, Timestamp(nanoseconds: row["first"]))
        last = try max(last, Timestamp(nanoseconds: row["last"]))
        try addBytes(row["client_bytes"], row["server_bytes"])
    }

    mutating func add(_ other: Usage) {
        established += other.established
        attempts += other.attempts
        first = min(first, other.first)
        last = max(last, other.last)
        addBytes(other.clientBytes, other.serverBytes)
    }

    /// As many as fit: other tools may have told any number.
    private mutating func addBytes(_ client: Int, _ server: Int) {
        func sum(_ left: Int, _ right: Int) -> Int {
            let (sum, isTooLarge) = left.addingReportingOverflow(right)
            return isTooLarge ? .max : sum
        }
        (clientBytes, serverBytes) = (sum(clientBytes, client), sum(serverBytes, server))
    }
}

/// One client of a place, by one transport.
public struct ClientUsage: Sendable {
    /// The client.
    public var client: IPAddress
    /// What carried its sessions.
    public var transport: TransportProtocol
    /// What its sessions add up to.
    public var usage: Usage
    /// What was spoken, by name.
    public var protocols: [String]
    /// What the client called itself in those protocols at that time, to whatever server.
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
    /// The clients of a place, by transport, those first who came first.
    public func clients(of place: Place, _ selection: Selection) throws(StoreError) -> [ClientUsage] {
        try read { database in
            let reader = try SessionReader(database, selection)
            guard let server = try reader.number(place.endpoint.address) else { return [] }
            // By the client's number and the transport in one: of a busy place there are many rows.
            var usages: [Int64: (usage: Usage, protocols: Set<Int64>)] = [:]
            try reader.forEachUse(of: server, place) { client, transport, spoken, usage in
                let key = client << 8 | Int64(transport)
                usages[key, default: (Usage(), [])].usage.add(usage)
                if spoken != 0 { usages[key]?.protocols.insert(spoken) }
            }
            let names = try reader.protocolNames()
            let numbers = Set(usages.keys.map { $0 >> 8 })
            let addresses = try reader.addresses(numbers)
            let software = try reader.software(of: numbers)
            return usages.compactMap { key, found in
                guard let client = addresses[key >> 8] else { return nil }
                let its = (software[key >> 8] ?? []).filter {
                    found.protocols.contains($0.protocolNumber) && $0.first <= found.usage.last
                        && $0.last >= found.usage.first
                }
                return ClientUsage(
                    client: client, transport: TransportProtocol(number: UInt8(truncatingIfNeeded: key)),
                    usage: found.usage,
                    protocols: found.protocols.compactMap { names[$0] }.sorted(),
                    software: its.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
            }.sorted {
                ($0.usage.first, $0.client, $0.transport) < ($1.usage.first, $1.client, $1.transport)
            }
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
            try reader.forEachUse(of: server, place) { client, _, _, usage in
                whole.add(usage)
                clients.insert(client)
                hours[Division.hour.start(of: usage.first), default: Usage()].add(usage)
            }
            // Hours of a day or two, days of more.
            let span = whole.sessions == 0 ? 0 : whole.last.nanoseconds(since: whole.first)
            let chosen = division ?? (span <= 2 * Division.day.length ? .hour : .day)
            var periods: [Timestamp: Usage] = [:]
            for (start, usage) in hours { periods[chosen.start(of: start), default: Usage()].add(usage) }
            return (
                whole, clients.count,
                periods.map { Period(start: $0, usage: $1) }.sorted { $0.start < $1.start }, chosen
            )
        }
    }

    /// How many sessions with a place are too old to be kept by themselves: only hourly counts are left.
    public func sessionsCountedOnly(of place: Place, _ selection: Selection) throws(StoreError) -> Int {
        try read { database in
            let reader = try SessionReader(database, selection)
            guard let server = try reader.number(place.endpoint.address) else { return 0 }
            return try reader.countsOnly(of: server, place)
        }
    }

    /// Whether a bound of the time that is asked for falls into hourly counts of a place, which count whole.
    public func countsWholeHours(of place: Place, _ selection: Selection) throws(StoreError) -> Bool {
        try read { database in
            let reader = try SessionReader(database, selection)
            guard let server = try reader.number(place.endpoint.address) else { return false }
            return try reader.countsWholeHours(
                "s.server = ? AND s.port = ?", [server, Int(place.endpoint.port)], transport: place.transport)
        }
    }

    /// The same of all that a host served and used.
    public func countsWholeHours(of host: IPAddress, _ selection: Selection) throws(StoreError) -> Bool {
        try read { database in
            let reader = try SessionReader(database, selection)
            guard let number = try reader.number(host) else { return false }
            return try reader.countsWholeHours("(s.server = ? OR s.client = ?)", [number, number])
        }
    }

    /// The sessions with a place, the latest last; of more than `limit` only the latest.
    public func sessions(
        of place: Place, _ selection: Selection, limit: Int?
    ) throws(StoreError) -> [FlowRecord] {
        try read { database in
            let reader = try SessionReader(database, selection)
            guard let server = try reader.number(place.endpoint.address) else { return [] }
            let rows =
                try limit.map { try reader.latest($0, of: server, place) }
                ?? reader.latest(.max, of: server, place, among: nil)
            return try reader.records(rows.reversed())
        }
    }
}

/// A client program: of what server it was is not kept, but when.
private struct Program {
    var protocolNumber: Int64
    var name: String
    var first, last: Timestamp
}

extension SessionReader {
    /// How many sessions of a place are left as hourly counts only.
    fileprivate func countsOnly(of server: Int64, _ place: Place) throws -> Int {
        let old = hourConditions(transport: place.transport)
        return try Int.fetchOne(
            database,
            sql: "SELECT sum(s.sessions) FROM hours s WHERE s.server = ? AND s.port = ? AND \(old.sql)",
            arguments: [server, Int(place.endpoint.port)] + old.arguments) ?? 0
    }

    /// Whether some of the hourly counts that are asked for are cut by a bound of the time.
    fileprivate func countsWholeHours(
        _ term: String, _ arguments: StatementArguments, transport: TransportProtocol? = nil
    ) throws -> Bool {
        let cut = cutHours
        var old = hourConditions(transport: transport)
        old.add(ports: selection, column: "s.port", transport: "s.transport")
        return try Bool.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM hours s WHERE \(term) AND \(cut.sql) AND \(old.sql))
                """, arguments: arguments + cut.arguments + old.arguments) ?? false
    }

    /// Gives `body` each session of a place, and what is left of older ones: its client, the number of its transport, its
    /// protocol or 0, and what it adds up to.
    ///
    /// Adding up here takes a fraction of what sorting them for groups takes there.
    func forEachUse(
        of server: Int64, _ place: Place,
        _ body: (_ client: Int64, _ transport: UInt8, _ protocolNumber: Int64, _ usage: Usage) -> Void
    ) throws {
        let (blocks, fitting) = (blockConditions, conditions(transport: place.transport))
        let rows = try database.rows(
            sql: """
                SELECT s.client, s.protocol, \(Schema.isAnswered), s.start, s.duration,
                    s.client_bytes, s.server_bytes, s.transport
                FROM blocks b CROSS JOIN sessions s INDEXED BY sessions_by_server
                    ON s.block = b.id AND s.server = ? AND s.port = ?
                WHERE \(blocks.sql) AND \(fitting.sql)
                """,
            arguments: [server, Int(place.endpoint.port)] + blocks.arguments + fitting.arguments)
        while try rows.step() {
            body(
                rows.number(0), UInt8(truncatingIfNeeded: rows.number(7)), rows.number(1),
                Usage(session: rows, from: 2))
        }
        let old = hourConditions(transport: place.transport)
        let hours = try Row.fetchCursor(
            database,
            sql: "SELECT s.* FROM hours s WHERE s.server = ? AND s.port = ? AND \(old.sql)",
            arguments: [server, Int(place.endpoint.port)] + old.arguments)
        while let row = try hours.next() {
            var usage = Usage()
            try usage.add(row)
            try body(row["client"], row["transport"], row["protocol"], usage)
        }
    }

    /// The latest sessions of a place, the very latest first: blocks are looked into from the latest on, until those
    /// that are left can only have earlier ones.
    fileprivate func latest(_ count: Int, of server: Int64, _ place: Place) throws -> [Row] {
        let conditions = blockConditions
        let blocks = try Row.fetchAll(
            database, sql: "SELECT b.id, b.last FROM blocks b WHERE \(conditions.sql) ORDER BY b.last DESC",
            arguments: conditions.arguments)
        var found: [Row] = []
        for begin in stride(from: 0, to: blocks.count, by: Self.blocksTogether) {
            let some = blocks[begin..<min(begin + Self.blocksTogether, blocks.count)]
            if found.count >= count, let last = try found.last?["start"] as Int64?,
                let end = try some.first?["last"] as Int64?, last > end
            {
                break
            }
            let ids = try some.map { "\(try $0["id"] as Int64)" }.joined(separator: ", ")
            found += try latest(count, of: server, place, among: ids)
            try found.sort {
                let (left, right): (Int64, Int64) = try ($0["start"], $1["start"])
                return try left != right ? left > right : ($0["flow"] as Int64) < ($1["flow"] as Int64)
            }
            found.removeLast(max(0, found.count - count))
        }
        return found
    }

    private static var blocksTogether: Int { 4 }

    /// The latest sessions of a place in some blocks, or in all.
    fileprivate func latest(
        _ count: Int, of server: Int64, _ place: Place, among ids: String?
    ) throws -> [Row] {
        let (blocks, fitting) = (blockConditions, conditions(transport: place.transport))
        return try Row.fetchAll(
            database,
            sql: """
                SELECT s.* FROM blocks b CROSS JOIN sessions s INDEXED BY sessions_by_server
                    ON s.block = b.id AND s.server = ? AND s.port = ?
                WHERE \(blocks.sql) AND \(ids.map { "b.id IN (\($0))" } ?? "1") AND \(fitting.sql)
                ORDER BY s.start DESC, s.flow LIMIT ?
                """,
            arguments: [server, Int(place.endpoint.port)] + blocks.arguments + fitting.arguments
                + [count == .max ? -1 : count])
    }

    /// What client programs are known of clients, by name.
    fileprivate func software(of clients: some Collection<Int64>) throws -> [Int64: [Program]] {
        let select = try database.cachedStatement(
            sql: """
                SELECT protocol, software, first_seen, last_seen FROM clients WHERE host = ? ORDER BY software
                """)
        var found: [Int64: [Program]] = [:]
        for client in clients {
            found[client] = try Row.fetchAll(select, arguments: [client]).map { row in
                try Program(
                    protocolNumber: row[0], name: row[1], first: Timestamp(nanoseconds: row[2]),
                    last: Timestamp(nanoseconds: row[3]))
            }
        }
        return found
    }

    /// Rows of sessions as records.
    func records(_ rows: some Sequence<Row>) throws -> [FlowRecord] {
        let names = try protocolNames()
        let captures = Dictionary(
            try Row.fetchAll(database, sql: "SELECT id, name FROM captures").map {
                try ($0[0] as Int64, $0[1] as String)
            }, uniquingKeysWith: { first, _ in first })
        let rows = Array(rows)
        let addresses = try addresses(
            Set(rows.flatMap { try [$0["client"] as Int64, $0["server"] as Int64] }))
        return try rows.compactMap { row in
            guard let client = try addresses[row["client"]], let server = try addresses[row["server"]] else {
                return nil
            }
            let start = try Timestamp(nanoseconds: row["start"])
            var record = try FlowRecord(
                flow: UInt64(bitPattern: row["flow"]), start: start,
                end: Timestamp(nanoseconds: start.nanoseconds &+ (row["duration"] as Int64)),
                capture: captures[row["capture"]], transport: TransportProtocol(number: row["transport"]),
                client: FlowRecord.Side(
                    Endpoint(client, row["client_port"]), packets: row["client_packets"],
                    bytes: row["client_bytes"]),
                server: FlowRecord.Side(
                    Endpoint(server, row["port"]), packets: row["server_packets"], bytes: row["server_bytes"]),
                state: FlowRecord.State(SessionState(rawValue: row["state"]) ?? .midstream))
            record.vlan = try row["vlan"] as UInt16? ?? 0
            record.protocolName = try (row["protocol"] as Int64?).flatMap { names[$0] }
            record.confidence = try (row["certain"] as Bool?).map { $0 ? .certain : .likely }
            record.then = try (row["following"] as String?)?.split(separator: ",").map(String.init) ?? []
            record.parent = try (row["parent"] as Int64?).map { UInt64(bitPattern: $0) }
            return record
        }
    }
}

extension FlowRecord.State {
    /// The state as the store numbers it.
    init(_ state: SessionState) { self = FlowRecord.State(rawValue: state.name) ?? .midstream }
}
