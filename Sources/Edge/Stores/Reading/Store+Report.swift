internal import Foundation
internal import GRDB
public import Net

// What a report tells beyond services and findings.

extension Store {
    /// Sessions that began in one stretch of time.
    public struct Stretch: Sendable, Equatable {
        /// The first moment.
        public var time: Timestamp
        /// Those that were answered.
        public var established: Int
        /// Those that were not.
        public var attempts: Int
    }

    /// The first and last sign of anything; nil in an empty store.
    public func span() throws(StoreError) -> (first: Timestamp, last: Timestamp)? {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT min(first), max(last) FROM (
                        SELECT min(first) AS first, max(last) AS last FROM blocks
                        UNION ALL SELECT min(hour), max(last) FROM hours
                        UNION ALL SELECT min(first_seen), max(last_seen) FROM services
                        UNION ALL SELECT min(first_seen), max(last_seen) FROM clients)
                    """)
            guard let row, let first = try row[0] as Int64?, let last = try row[1] as Int64? else {
                return nil
            }
            return (Timestamp(nanoseconds: first), Timestamp(nanoseconds: last))
        }
    }

    /// Sessions over time, each stretch of `seconds`; those that were rolled up count in their hours.
    public func activity(every seconds: Int64) throws(StoreError) -> [Stretch] {
        try read { database in
            let step = max(1, seconds) * 1_000_000_000
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT stretch, sum(established), sum(attempts) FROM (
                        SELECT s.start / :step AS stretch, sum(\(Schema.isAnswered)) AS established,
                            sum(NOT \(Schema.isAnswered)) AS attempts FROM sessions s GROUP BY 1
                        UNION ALL
                        SELECT hour / :step, sum(established), sum(sessions - established) FROM hours GROUP BY 1)
                    GROUP BY stretch ORDER BY stretch
                    """, arguments: ["step": step])
            var stretches: [Stretch] = []
            while let row = try rows.next() {
                try stretches.append(
                    Stretch(
                        time: Timestamp(nanoseconds: (row[0] as Int64) * step), established: row[1],
                        attempts: row[2]))
            }
            return stretches
        }
    }

    /// The members of every asset list now, as `10.0.0.5:21/tcp ftp`.
    public func membersNow() throws(StoreError) -> [(list: String, members: [String])] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT l.name, h.address, s.port, s.transport, p.name FROM asset_lists l
                    LEFT JOIN asset_members m ON m.list = l.id AND m.left_at IS NULL
                    LEFT JOIN services s ON s.id = m.service LEFT JOIN hosts h ON h.id = s.host
                    LEFT JOIN protocols p ON p.id = s.protocol ORDER BY l.name, h.address, s.port, p.name
                    """)
            var lists: [(list: String, members: [String])] = []
            while let row = try rows.next() {
                let name: String = try row[0]
                if lists.last?.list != name { lists.append((name, [])) }
                // A list without members has a row of its own.
                guard let address = try (row[1] as Data?).flatMap({ IPAddress(blob: $0) }) else { continue }
                let port = try ServicePort(row[2], TransportProtocol(number: row[3]))
                let server = Endpoint(address, port.number)
                try lists[lists.count - 1].members.append("\(server)/\(port.transport) \(row[4] as String)")
            }
            return lists
        }
    }

    /// When the last report was made, in the time of what it was about.
    public func lastReport() throws(StoreError) -> Timestamp? {
        try read { database in
            try Int64.fetchOne(database, sql: "SELECT value FROM memory WHERE name = 'last_report'")
                .map(Timestamp.init(nanoseconds:))
        }
    }

    /// Remembers that a report was made of everything until `time`.
    public func noteReport(until time: Timestamp) throws(StoreError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO memory (name, value) VALUES ('last_report', ?)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value
                    """, arguments: [time.nanoseconds])
        }
    }
}
