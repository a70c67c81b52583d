internal import GRDB
internal import Inventory
internal import Net

/// Keeps what a sensor remembers for its next run; only what has changed is written.
final class MemoryWriter {
    private struct Key: Hashable {
        var host: IPAddress
        var port: ServicePort
        var protocolName: String
        var rule = ""
    }

    private var baseline: [Key: Baseline.Entry]?
    private var reported: Set<Key> = []
    private var pending: SensorMemory?

    /// Writes a memory in the place of the one that is there.
    func write(_ memory: SensorMemory, _ database: Database) throws {
        if baseline == nil {
            try database.execute(sql: "DELETE FROM baseline; DELETE FROM reported")
        }
        try write(memory.baseline, database)
        let known = baseline ?? [:]
        let upsert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO baseline (host, transport, port, protocol, first_seen, last_seen,
                    silent_since, learnt, quiet, products) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        var keys: Set<Key> = []
        for entry in memory.baseline.entries {
            let key = Self.key(entry)
            if !known.isEmpty { keys.insert(key) }
            guard known[key] != entry else { continue }
            try upsert.execute(arguments: [
                entry.host.description, entry.port.transport.description, Int(entry.port.number),
                entry.protocolName, entry.firstSeen.nanoseconds, entry.lastSeen.nanoseconds,
                entry.silentSince.nanoseconds, entry.isLearnt, entry.isQuietReported,
                JSONText.text(of: entry.products.flatMap { [$0.name, $0.version, $0.isLearnt ? "1" : "0"] }),
            ])
        }
        for (key, entry) in known where !keys.contains(key) {
            try database.execute(
                sql: "DELETE FROM baseline WHERE host = ? AND port = ? AND transport = ? AND protocol = ?",
                arguments: [
                    entry.host.description, Int(entry.port.number), entry.port.transport.description,
                    entry.protocolName,
                ])
        }
        try write(memory.reported, database)
        pending = memory
    }

    private func write(_ baseline: Baseline.Snapshot, _ database: Database) throws {
        let values: [(String, Int64?)] = [
            ("began", baseline.began?.nanoseconds), ("latest", baseline.latest?.nanoseconds),
            ("learning", baseline.isLearning ? 1 : 0),
        ]
        for (name, value) in values {
            try database.execute(
                sql: "INSERT OR REPLACE INTO memory (name, value) VALUES (?, ?)", arguments: [name, value])
        }
    }

    private func write(_ entries: [ReportedFindings.Entry], _ database: Database) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO reported (host, transport, port, protocol, rule, time)
                VALUES (?, ?, ?, ?, ?, ?)
                """)
        for entry in entries where !reported.contains(Self.key(entry)) {
            try insert.execute(arguments: [
                entry.host.description, entry.port.transport.description, Int(entry.port.number),
                entry.protocolName, entry.rule, entry.time.nanoseconds,
            ])
        }
    }

    /// What was written is there for good.
    func commit() {
        guard let memory = pending else { return }
        pending = nil
        baseline = Dictionary(
            memory.baseline.entries.map { (Self.key($0), $0) }, uniquingKeysWith: { first, _ in first })
        reported = Set(memory.reported.map(Self.key))
    }

    /// Nothing was written.
    func rollBack() {
        pending = nil
        baseline = nil
        reported = []
    }

    private static func key(_ entry: Baseline.Entry) -> Key {
        Key(host: entry.host, port: entry.port, protocolName: entry.protocolName)
    }

    private static func key(_ entry: ReportedFindings.Entry) -> Key {
        Key(host: entry.host, port: entry.port, protocolName: entry.protocolName, rule: entry.rule)
    }
}

extension Store {
    /// What an earlier run remembers; nil when none does.
    public func sensorMemory() throws(StoreError) -> SensorMemory? {
        try read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT name, value FROM memory")
            guard !rows.isEmpty else { return nil }
            let values = Dictionary(
                try rows.map { try ($0["name"] as String, $0["value"] as Int64?) },
                uniquingKeysWith: { first, _ in first }
            )
            var baseline = Baseline.Snapshot()
            baseline.began = values["began"]?.map(Timestamp.init(nanoseconds:))
            baseline.latest = values["latest"]?.map(Timestamp.init(nanoseconds:))
            baseline.isLearning = values["learning"] != 0
            baseline.entries = try Row.fetchAll(database, sql: "SELECT * FROM baseline").compactMap(
                Self.baselineEntry)
            let reported = try Row.fetchAll(database, sql: "SELECT * FROM reported").compactMap { row in
                guard let host = try IPAddress(row["host"] as String),
                    let transport = try TransportProtocol(row["transport"] as String)
                else { return nil as ReportedFindings.Entry? }
                return try ReportedFindings.Entry(
                    rule: row["rule"], host: host, port: ServicePort(row["port"], transport),
                    protocolName: row["protocol"], time: Timestamp(nanoseconds: row["time"]))
            }
            return SensorMemory(baseline: baseline, reported: reported)
        }
    }

    private static func baselineEntry(_ row: Row) throws -> Baseline.Entry? {
        guard let host = try IPAddress(row["host"] as String),
            let transport = try TransportProtocol(row["transport"] as String)
        else { return nil }
        var entry = try Baseline.Entry(
            host: host, port: ServicePort(row["port"], transport), protocolName: row["protocol"],
            firstSeen: Timestamp(nanoseconds: row["first_seen"]),
            lastSeen: Timestamp(nanoseconds: row["last_seen"]),
            silentSince: Timestamp(nanoseconds: row["silent_since"]), isLearnt: row["learnt"])
        entry.isQuietReported = try row["quiet"]
        let products = try JSONText.values(of: row["products"])
        entry.products = stride(from: 0, to: products.count - 2, by: 3).compactMap { place in
            products[place].map {
                Baseline.Product(name: $0, version: products[place + 1], isLearnt: products[place + 2] == "1")
            }
        }
        return entry
    }
}
