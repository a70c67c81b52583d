internal import GRDB
public import Inventory

/// How long a store keeps what, and how large it may become.
public struct Retention: Sendable, Equatable {
    /// Sessions older than this go into hourly counts, in nanoseconds; nil for never.
    public var sessions: Int64?
    /// Hourly counts older than this go.
    public var hours: Int64?
    /// Services, client programs and their banners not seen for longer than this go.
    public var services: Int64?
    /// Findings that are closed and older than this go.
    public var findings: Int64?
    /// The most bytes that the file may take: the oldest sessions go first, then the oldest hourly counts.
    public var maximumBytes: Int64?

    /// What is kept unless somebody says otherwise.
    public static let standard = Retention(
        sessions: 90 * day, hours: 730 * day, services: 730 * day, findings: 730 * day,
        maximumBytes: 20_000_000_000)

    /// A day in nanoseconds.
    public static let day: Int64 = 86_400_000_000_000

    /// Everything is kept, but for what is named.
    public init(
        sessions: Int64? = nil, hours: Int64? = nil, services: Int64? = nil, findings: Int64? = nil,
        maximumBytes: Int64? = nil
    ) {
        (self.sessions, self.hours, self.services) = (sessions, hours, services)
        (self.findings, self.maximumBytes) = (findings, maximumBytes)
    }

    /// What a policy says takes the place of what holds without it.
    public mutating func adopt(_ settings: KeepingSettings) {
        func set(_ limit: KeepingSettings.Limit?, _ kept: inout Int64?) {
            switch limit {
            case .after(let age): kept = age.components.seconds * 1_000_000_000
            case .never: kept = nil
            case nil: break
            }
        }
        set(settings.sessions, &sessions)
        set(settings.hours, &hours)
        set(settings.services, &services)
        set(settings.findings, &findings)
        if let size = settings.size { maximumBytes = Int64(size) }
    }

    static let hour: Int64 = 3_600_000_000_000

    /// Lets go of what is too old, counted from the latest packet in the store, and of what is too much; true when
    /// services were among that.
    ///
    /// - Parameter clock: the time that it is, in nanoseconds since 1970: packets more than a day ahead of it do not
    ///   count.
    @discardableResult
    func apply(to store: Store, clock: Int64) throws(StoreError) -> Bool {
        let newest = try store.read { try Self.latest($0, until: clock + Self.day) }
        try removeSessions(store, newest)
        guard let newest else { return false }
        return try store.write { database in
            var hasRemovedServices = false
            if let hours {
                try database.execute(sql: "DELETE FROM hours WHERE last < ?", arguments: [newest - hours])
            }
            if let services {
                try database.execute(
                    sql: """
                        DELETE FROM sightings WHERE last_seen < :end;
                        DELETE FROM asset_members WHERE service IN
                            (SELECT id FROM services WHERE last_seen < :end);
                        DELETE FROM service_clients WHERE service IN
                            (SELECT id FROM services WHERE last_seen < :end);
                        DELETE FROM service_facts WHERE service IN
                            (SELECT id FROM services WHERE last_seen < :end);
                        DELETE FROM open_ports WHERE last_seen < :end;
                        DELETE FROM host_facts WHERE last_seen < :end;
                        DELETE FROM scan_hosts WHERE last_seen < :end;
                        DELETE FROM scans WHERE ifnull(ended, started) < :end;
                        DELETE FROM ids_alerts WHERE time < :end;
                        DELETE FROM clients WHERE last_seen < :end;
                        DELETE FROM services WHERE last_seen < :end
                        """, arguments: ["end": newest - services])
                hasRemovedServices = database.changesCount > 0
                try database.execute(
                    sql: "DELETE FROM asset_members WHERE left_at < ?", arguments: [newest - services])
            }
            if let findings {
                try database.execute(
                    sql: """
                        DELETE FROM finding_notes WHERE finding IN
                            (SELECT id FROM findings WHERE state = 'closed' AND last_time < :end);
                        DELETE FROM findings WHERE state = 'closed' AND last_time < :end
                        """, arguments: ["end": newest - findings])
            }
            return hasRemovedServices
        }
    }

    /// The end of the latest session until a moment; nil when there is none.
    ///
    /// One frame with a wrong time must not make everything else old: it would all go at once.
    private static func latest(_ database: Database, until end: Int64) throws -> Int64? {
        // Of the blocks that reach beyond the moment only the last one is looked into: it holds what was stored last.
        try Int64.fetchOne(
            database,
            sql: """
                SELECT max(last) FROM (
                    SELECT last FROM blocks WHERE last <= :end
                    UNION ALL SELECT start + duration FROM sessions WHERE start + duration <= :end AND block =
                        (SELECT max(id) FROM blocks WHERE first <= :end AND last > :end))
                """, arguments: ["end": end])
    }

    /// Without a newest packet nothing is too old, and yet there may be too much.
    private func removeSessions(_ store: Store, _ newest: Int64?) throws(StoreError) {
        while true {
            // One block a transaction: who writes waits a moment, not minutes.
            let isDone = try store.write { database in
                guard let row = try Row.fetchOne(database, sql: "SELECT * FROM blocks ORDER BY last LIMIT 1")
                else { return true }
                let (block, last): (Int64, Int64) = try (row["id"], row["last"])
                let isOld = if let newest, let sessions { last < newest - sessions } else { false }
                guard try isOld || isTooLarge(database) else { return true }
                try Self.rollUp(block: block, database)
                return false
            }
            if isDone { break }
        }
        while try store.write({ database in
            guard try isTooLarge(database),
                let oldest = try Int64.fetchOne(database, sql: "SELECT min(hour) FROM hours")
            else { return false }
            try database.execute(sql: "DELETE FROM hours WHERE hour < ?", arguments: [oldest + Self.day])
            return true
        }) {}
    }

    /// Whether what the file holds, free pages left out, is more than it may.
    private func isTooLarge(_ database: Database) throws -> Bool {
        guard let maximumBytes else { return false }
        func number(_ name: String) throws -> Int64 {
            try Int64.fetchOne(database, sql: "PRAGMA \(name)") ?? 0
        }
        let used = try (number("page_count") - number("freelist_count")) * number("page_size")
        return used > maximumBytes
    }

    /// Turns the sessions of a block into hourly counts.
    private static func rollUp(block: Int64, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO hours (server, port, transport, hour, client, protocol, sessions, established, first,
                    last, client_bytes, server_bytes)
                SELECT server, port, transport, start - ((start % \(hour)) + \(hour)) % \(hour), client,
                    ifnull(protocol, 0), count(*), sum(\(Schema.isAnswered)), min(start), max(start + duration),
                    \(Schema.sum("client_bytes")), \(Schema.sum("server_bytes"))
                FROM sessions s WHERE block = ? GROUP BY 1, 2, 3, 4, 5, 6
                ON CONFLICT DO UPDATE SET sessions = sessions + excluded.sessions,
                    established = established + excluded.established, first = min(first, excluded.first),
                    last = max(last, excluded.last),
                    client_bytes = CAST(client_bytes + excluded.client_bytes AS INTEGER),
                    server_bytes = CAST(server_bytes + excluded.server_bytes AS INTEGER)
                """, arguments: [block])
        try database.execute(sql: "DELETE FROM sessions WHERE block = ?", arguments: [block])
        try database.execute(sql: "DELETE FROM blocks WHERE id = ?", arguments: [block])
    }
}
