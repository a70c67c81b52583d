import GRDB
import Inventory
import Net
import Records
import Testing

@testable import Stores

@Suite("How long a store keeps what")
struct RetentionTests {
    private func store() throws -> Store {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            batch.append(service("ssh", "10.0.0.6:22", first: 40 * day), at: 1)
            batch.sightings += [
                sighting(0, "10.0.0.9:1", at: 1), sighting(1, "10.0.0.9:2", at: 40 * day),
            ]
            batch.append(finding("ftp", "10.0.0.5:21", at: 1))
            batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:21", at: 1))
        }
        try store.write("b.pcap") { batch in
            batch.sessions.append(session("10.0.0.9:2", "10.0.0.6:22", at: 40 * day))
        }
        return store
    }

    /// The packets above were just taken.
    private let clock = at(41 * day).nanoseconds

    private func counts(_ store: Store) throws -> [String: Int] {
        try store.read { database in
            var counts: [String: Int] = [:]
            for table in ["sessions", "hours", "services", "findings"] {
                counts[table] = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            return counts
        }
    }

    @Test("a policy's word about a table is about that table alone, and takes the place of the default")
    func perTable() throws {
        var settings = KeepingSettings(origin: SourceLocation(file: "site.lua", line: 1))
        settings.services = .after(.seconds(10 * 86_400))
        settings.sessions = .never
        var retention = Retention.standard
        retention.adopt(settings)
        #expect(retention.sessions == nil && retention.services == 10 * Retention.day)
        #expect(retention.hours == Retention.standard.hours)
        #expect(retention.maximumBytes == Retention.standard.maximumBytes)
        let store = try store()
        try retention.apply(to: store, clock: clock)
        #expect(try counts(store) == ["sessions": 2, "hours": 0, "services": 1, "findings": 1])
    }

    @Test("findings go when they are closed and old, not before")
    func findings() throws {
        let store = try store()
        let retention = Retention(findings: 10 * Retention.day)
        try retention.apply(to: store, clock: clock)
        #expect(try counts(store)["findings"] == 1)
        try store.settle(finding: 1, as: .closed, by: "a", note: nil, at: at(2))
        try retention.apply(to: store, clock: clock)
        #expect(try counts(store)["findings"] == 0)
    }

    @Test(
        "one frame with a wrong clock makes nothing old, whether the rest is fresh or a capture of years ago",
        arguments: [41 * day, 3000 * day])
    func wrongClock(_ now: Double) throws {
        let store = try store()
        try store.write("c.pcap") { batch in
            batch.sessions.append(session("10.0.0.9:3", "10.0.0.7:80", at: 25_000 * day, state: .attempted))
        }
        let clock = at(now).nanoseconds
        try Retention(sessions: 50 * Retention.day, services: 50 * Retention.day).apply(
            to: store, clock: clock)
        #expect(try counts(store) == ["sessions": 3, "hours": 0, "services": 2, "findings": 1])
        // Ages are counted all the same, from the latest packet that may be.
        try Retention(services: 10 * Retention.day).apply(to: store, clock: clock)
        #expect(try counts(store)["services"] == 1)
    }

    @Test("where the clock itself is wrong nothing is old, and yet there may be too much")
    func clockBehind() throws {
        let store = try store()
        try Retention(sessions: 0, services: 0).apply(to: store, clock: 0)
        #expect(try counts(store) == ["sessions": 2, "hours": 0, "services": 2, "findings": 1])
        try Retention(maximumBytes: 1).apply(to: store, clock: 0)
        #expect(try counts(store) == ["sessions": 0, "hours": 0, "services": 2, "findings": 1])
    }

    @Test("a rule that changes while a writer runs holds from then on")
    func changes() throws {
        let store = try store()
        let writer = try StoreWriter(store, pace: .patient, retention: Retention())
        writer.adopt(Retention(services: 10 * Retention.day))
        writer.finish()
        #expect(try counts(store)["services"] == 1)
    }
}
