internal import GRDB
public import Net
internal import Records

// When a place came into use.

/// A moment of the beginning of something.
public struct FirstUse: Sendable, Equatable {
    /// What happened: `first packet`, `first session`, `recognised`.
    public var event: Event
    /// When.
    public var time: Timestamp
    /// Who was the client; nil where that is not known.
    public var client: IPAddress?
    /// What was spoken.
    public var protocolName: String?
    /// What else there is to say: who told it, and what.
    public var text: String?

    /// What can come first.
    public enum Event: String, Sendable {
        /// The first packet of any kind, an attempt included.
        case packet = "first packet"
        /// The first packet of the first session that the server answered.
        case session = "first session"
        /// The packet by which a protocol was recognised first.
        case recognition = "recognised"
        /// A probe or a scan found the port open first.
        case found = "found open"
        /// Another sensor's log told of its use first.
        case reported = "use reported"
        /// An intrusion detection system's alert about the host, before the port's first use.
        case alert = "alert before"
    }
}

extension Store {
    /// When a place was first tried, first used, and first recognised for what it is.
    public func firstUse(of place: Place) throws(StoreError) -> [FirstUse] {
        try read { database in
            let reader = try SessionReader(database, Selection())
            guard let server = try reader.number(place.endpoint.address) else { return [] }
            var found: [FirstUse] = []
            if let first = try reader.first(of: server, place, established: false) {
                found.append(
                    FirstUse(event: .packet, time: first.time, client: first.client, protocolName: nil))
            }
            if let first = try reader.first(of: server, place, established: true) {
                found.append(
                    FirstUse(event: .session, time: first.time, client: first.client, protocolName: nil))
            }
            var conditions = Conditions()
            if let transport = place.transport { conditions.add("s.transport = \(transport.number)") }
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT s.recognised, p.name FROM services s JOIN protocols p ON p.id = s.protocol
                    WHERE s.host = ? AND s.port = ? AND s.recognised < \(Int64.max) AND \(conditions.sql)
                    ORDER BY s.recognised, p.name
                    """, arguments: [server, Int(place.endpoint.port)])
            found += try rows.map {
                try FirstUse(
                    event: .recognition, time: Timestamp(nanoseconds: $0[0]), client: nil,
                    protocolName: $0[1])
            }
            found += try reader.foundOpen(server, place)
            // What happened to the host before anybody used the port may be why it is used.
            guard let use = found.first(where: { $0.event != .packet && $0.event != .found })?.time else {
                return found
            }
            let alerts = try reader.alerts(of: server, before: use, limit: Self.mostAlerts).map { known in
                FirstUse(
                    event: .alert, time: known.alert.time, client: known.alert.client?.address,
                    protocolName: nil,
                    text: "\(known.text), \(length(use.nanoseconds(since: known.alert.time))) before")
            }
            return alerts + found
        }
    }

    /// More alerts before the first use are not told: the latest are.
    private static var mostAlerts: Int { 20 }
}

extension SessionReader {
    /// When probes and scans found a place open first, and when logs of other sensors told of its use.
    fileprivate func foundOpen(_ server: Int64, _ place: Place) throws -> [FirstUse] {
        var conditions = Conditions()
        if let transport = place.transport { conditions.add("o.transport = \(transport.number)") }
        return try Row.fetchAll(
            database,
            sql: """
                SELECT o.first_seen, o.claim, p.name AS protocol_name, n.name AS sensor_name, n.kind,
                    \(Schema.isScanner) AS is_scan
                FROM open_ports o JOIN sensors n ON n.id = o.sensor LEFT JOIN protocols p ON p.id = o.protocol
                WHERE o.host = ? AND o.port = ? AND \(conditions.sql) ORDER BY o.first_seen
                """, arguments: [server, Int(place.endpoint.port)]
        ).map { row in
            try FirstUse(
                event: row["is_scan"] ? .found : .reported, time: Timestamp(nanoseconds: row["first_seen"]),
                client: nil,
                protocolName: row["protocol_name"] ?? row["claim"], text: row.sensor)
        }
    }

    /// The first session of a place: blocks are looked at in the order of their times, no longer than they can matter.
    fileprivate func first(
        of server: Int64, _ place: Place, established: Bool
    ) throws -> (time: Timestamp, client: IPAddress?)? {
        var (earliest, client): (Int64, Int64) = (.max, 0)
        func take(_ row: Row?) throws {
            guard let row, let time = try row[0] as Int64?, time < earliest else { return }
            (earliest, client) = (time, try row[1])
        }
        var old = hourConditions(transport: place.transport)
        if established { old.add("s.established > 0") }
        try take(
            Row.fetchOne(
                database,
                sql: """
                    SELECT s.first, s.client FROM hours s WHERE s.server = ? AND s.port = ? AND \(old.sql)
                    ORDER BY s.first LIMIT 1
                    """,
                arguments: [server, Int(place.endpoint.port)] + old.arguments))
        var fitting = conditions(transport: place.transport)
        if established { fitting.add(Self.isAnswered) }
        let select = try database.cachedStatement(
            sql: """
                SELECT min(s.start), s.client FROM sessions s INDEXED BY sessions_by_server
                WHERE s.block = ? AND s.server = ? AND s.port = ? AND \(fitting.sql)
                """)
        let blocks = try Row.fetchCursor(database, sql: "SELECT id, first FROM blocks ORDER BY first")
        while let block = try blocks.next() {
            if try block[1] >= earliest { break }
            try take(
                Row.fetchOne(
                    select,
                    arguments: [block[0] as Int64, server, Int(place.endpoint.port)] + fitting.arguments))
        }
        guard earliest != .max else { return nil }
        return (Timestamp(nanoseconds: earliest), try addresses([client])[client])
    }
}
