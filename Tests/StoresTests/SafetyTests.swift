import Foundation
import GRDB
import Inventory
import Records
import Synchronization
import Testing

@testable import Stores

@Suite("Stores that something is wrong with")
struct SafetyTests {
    /// What opening a store says; nil when it opens.
    private func complaint(_ open: () throws -> Store) -> String? {
        do {
            _ = try open()
            return nil
        } catch { return "\(error)" }
    }

    private func filled(_ path: String, sessions: Int = 1000) throws {
        try Store(writing: path).write { batch in
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 1))
            for second in 0..<sessions {
                batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:21", at: Double(second)))
            }
        }
    }

    @Test("one run at a time writes; the other is told, and may read")
    func twoWriters() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try filled(path)
        let first = try Store(writing: path)
        #expect(
            complaint { try Store(writing: path) }?.contains("another run is writing to this store") == true)
        let reader = try Store(reading: path)
        #expect(try reader.holdings(Selection(), [.services]).services.count == 1)
        withExtendedLifetime(first) {}
    }

    @Test("a store has one lock, whatever links lead to it", arguments: [true, false])
    func lockThroughLinks(_ isThere: Bool) throws {
        let scratch = try Scratch()
        let files = FileManager.default
        try files.createDirectory(atPath: scratch.file("real"), withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: scratch.file("folder"), withDestinationPath: "real")
        try files.createSymbolicLink(atPath: scratch.file("link.db"), withDestinationPath: "folder/a.db")
        if isThere { try filled(scratch.file("real/a.db")) }
        let first = try Store(writing: scratch.file("link.db"))
        for name in ["real/a.db", "folder/a.db", "real/../link.db"] {
            let message = complaint { try Store(writing: scratch.file(name)) }
            #expect(message?.contains("another run is writing to this store") == true, "\(name)")
        }
        withExtendedLifetime(first) {}
    }

    @Test(
        "what lies beside a store that cannot be written is looked for where it is", arguments: [true, false])
    func journalBehindALink(_ hasJournal: Bool) throws {
        let scratch = try Scratch()
        let files = FileManager.default
        try files.createDirectory(atPath: scratch.file("real"), withIntermediateDirectories: true)
        let path = scratch.file("real/a.db")
        let store = try Store(writing: scratch.file("a.db"))
        try store.noteReport(until: at(5))
        if !hasJournal { try store.database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
        // As a copy has them that was made while a run wrote.
        for ending in hasJournal ? ["", "-wal"] : [""] {
            try files.copyItem(atPath: scratch.file("a.db") + ending, toPath: path + ending)
        }
        // Whoever may do everything can write into any folder: something is in the way of what SQLite puts there.
        try files.createSymbolicLink(atPath: path + "-shm", withDestinationPath: "nowhere")
        try files.createSymbolicLink(atPath: scratch.file("link.db"), withDestinationPath: "real/a.db")
        for name in ["link.db", "real/a.db"] {
            if hasJournal {
                let message = complaint { try Store(reading: scratch.file(name)) }
                #expect(message?.contains("copy both to a folder that can be written") == true, "\(name)")
            } else {
                #expect(try Store(reading: scratch.file(name)).lastReport() == at(5), "\(name)")
            }
        }
    }

    @Test(
        "what is no store is left alone",
        arguments: ["words, and more than a header of a file of SQLite has, so that it is looked at", ""])
    func foreignFiles(_ text: String) throws {
        let scratch = try Scratch()
        let path = scratch.file("notes.txt")
        let bytes = Data((text + String(repeating: ".", count: text.isEmpty ? 0 : 200)).utf8)
        try bytes.write(to: URL(fileURLWithPath: path))
        // An empty file is a store without tables.
        #expect((complaint { try Store(writing: path) } == nil) == text.isEmpty)
        guard !text.isEmpty else { return }
        #expect(complaint { try Store(reading: path) }?.contains("this is no store of Offport") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test(
        "another program's database is left alone, byte for byte, by who writes and by who asks",
        arguments: [
            "CREATE TABLE mine (id)",
            "CREATE TABLE grdb_migrations (identifier TEXT); CREATE TABLE mine (id)",
            "CREATE TABLE mine (id); PRAGMA application_id = 7",
        ])
    func foreignDatabase(_ sql: String) throws {
        let scratch = try Scratch()
        let path = scratch.file("other.db")
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for message in [complaint { try Store(reading: path) }, complaint { try Store(writing: path) }] {
            #expect(message?.contains("another program's file") == true)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test("a question makes no store of a file with nothing in it; a run does", arguments: [false, true])
    func emptyFile(_ isDatabase: Bool) throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        if isDatabase {
            try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: "VACUUM") }
        }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(complaint { try Store(reading: path) }?.contains("nothing is in this file") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
        #expect(complaint { try Store(writing: path) } == nil)
        #expect(complaint { try Store(reading: path) } == nil)
    }

    @Test("a question changes nothing in the file, and yet a note can be made")
    func unchanged() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try filled(path)
        func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
        let before = try bytes()
        do {
            let store = try Store(reading: path)
            #expect(try store.holdings(Selection(), [.services]).services.count == 1)
        }
        #expect(try bytes() == before)
        try Store(reading: path).noteReport(until: at(5))
        #expect(try Store(reading: path).lastReport() == at(5))
    }

    @Test("a store of a newer program is left alone, and said to be so")
    func newerSchema() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try filled(path)
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')")
        }
        for message in [complaint { try Store(writing: path) }, complaint { try Store(reading: path) }] {
            #expect(message?.contains("written by a newer Offport") == true)
        }
    }

    @Test(
        "a store of an older program is brought up to date, by who writes and by who reads",
        arguments: [false, true])
    func olderSchema(_ isWriter: Bool) throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try Schema.migrator.migrate(DatabaseQueue(path: path), upTo: "1")
        try DatabaseQueue(path: path).write {
            try $0.execute(
                sql:
                    "INSERT INTO hosts (address, text) VALUES (x'00000000000000000000ffff0a000005', '10.0.0.5')"
            )
        }
        let store = isWriter ? try Store(writing: path) : try Store(reading: path)
        #expect(try store.read { try Schema.migrator.hasCompletedMigrations($0) })
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM hosts") } == 1)
        #expect(try store.holdings(Selection(), [.services]).services.isEmpty)
    }

    @Test("questions that come together bring an older store up to date once")
    func olderSchemaForMany() throws {
        let scratch = try Scratch()
        for round in 0..<5 {
            let path = scratch.file("\(round).db")
            try Schema.migrator.migrate(DatabaseQueue(path: path), upTo: "1")
            let complaints = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                if let said = complaint({ try Store(reading: path) }) {
                    complaints.withLock { $0.append(said) }
                }
            }
            #expect(complaints.withLock { $0 } == [])
        }
    }

    @Test(
        "an older store that cannot be brought up to date is read if it has all that questions need",
        arguments: [Schema.lastToRead, "4"])
    func olderSchemaAsItIs(_ last: String) throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try Schema.migrator.migrate(DatabaseQueue(path: path), upTo: last)
        // Whoever may do everything can write into any folder: something is in the way of the table.
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE VIEW titles AS SELECT 1") }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        guard last == Schema.lastToRead else {
            #expect(complaint { try Store(reading: path) }?.contains("cannot be brought up to date") == true)
            return
        }
        let store = try Store(reading: path) { ["mysql": "MySQL"] }
        let holdings = try store.holdings(Selection(), [.services, .clients, .findings, .spans])
        #expect(holdings.services.isEmpty && holdings.naming.label(ofProtocol: "mysql") == "MySQL")
        #expect(try store.timeline(of: address("10.0.0.5"), Selection(), per: nil).isEmpty)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
        #expect(complaint { try Store(writing: path) } != nil)
    }

    @Test("titles at hand are for what a store has none of", arguments: [nil, "MySQL of the store"])
    func titlesAtHand(_ title: String?) throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try Store(writing: path).database.write { database in
            guard let title else { return }
            try database.execute(sql: "INSERT INTO titles VALUES ('mysql', ?)", arguments: [title])
        }
        let store = try Store(reading: path) { ["mysql": "MYSql", "postgresql": "PostgreSQL"] }
        let naming = try store.holdings(Selection(), []).naming
        #expect(naming.label(ofProtocol: "mysql") == (title == nil ? "MYSql" : "MySQL"))
        #expect((naming.label(ofProtocol: "postgresql") == "PostgreSQL") == (title == nil))
        // Of an older store a run with few plugins wrote few titles.
        try Store(writing: path).database.write {
            try $0.execute(sql: "INSERT INTO protocols (name) VALUES ('postgresql')")
        }
        let both = try Store(reading: path) { ["mysql": "MYSql", "postgresql": "PostgreSQL"] }
        let names = try both.holdings(Selection(), []).naming
        #expect(names.label(ofProtocol: "mysql") == (title == nil ? "MYSql" : "MySQL"))
        #expect(names.label(ofProtocol: "postgresql") == "PostgreSQL")
    }

    @Test("a store that was made of a dump, which has no mark, is a store; who writes marks it again")
    func dumpedStore() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try filled(path)
        try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA application_id = 0") }
        func mark() throws -> Int32? {
            try DatabaseQueue(path: path).read { try Int32.fetchOne($0, sql: "PRAGMA application_id") }
        }
        do {
            #expect(try Store(reading: path).holdings(Selection(), [.services]).services.count == 1)
            #expect(try mark() == 0)
        }
        #expect(complaint { try Store(writing: path) } == nil)
        #expect(try mark() == Schema.applicationID)
        #expect(try Store(reading: path).holdings(Selection(), [.services]).services.count == 1)
    }

    @Test("a damaged store is said to be damaged; a sensor sets it aside and begins a new one")
    func damage() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try filled(path)
        for ending in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + ending) }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // Page 1 keeps its header; the schema and all tables behind it are gone.
        for place in 100..<bytes.count { bytes[place] = 0xff }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(complaint { try Store(writing: path) }?.contains("damaged") == true)
        var told: [String] = []
        let store = try Store.orAnew(writing: path) { told.append($0) }
        #expect(told.count == 1 && told[0].contains("moved to \(path).refused"))
        #expect(try store.holdings(Selection(), [.services]).services.isEmpty)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".refused")) == bytes)
    }

    @Test(
        "a value that cannot be is told with its column, and ends no process",
        arguments: [
            ("services SET port = 70000", "port is 70000"),
            ("services SET transport = -1", "transport is -1"),
            ("findings SET vlan = 65536", "vlan is 65536"),
            ("sessions SET client_port = 99999", "client_port is 99999"),
        ])
    func impossibleValues(_ change: String, _ said: String) throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 1))
            batch.append(finding("ftp", "10.0.0.5:21", at: 1))
            batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:21", at: 1))
        }
        try store.database.write { try $0.execute(sql: "UPDATE \(change)") }
        let questions: [() throws -> Void] = [
            { _ = try store.holdings(Selection(), [.services, .findings]) },
            { _ = try store.sessions(of: Place(endpoint("10.0.0.5:21")), Selection(), limit: nil) },
        ]
        let complaints = questions.compactMap { ask -> StoreError? in
            do { try ask() } catch { return error as? StoreError }
            return nil
        }
        #expect(complaints.count == 1 && complaints[0].isOfContents)
        #expect(complaints.first?.description.contains(said) == true, "\(complaints)")
    }

    @Test("a folder that is not there")
    func noFolder() throws {
        let scratch = try Scratch()
        #expect(
            complaint { try Store(writing: scratch.file("none/a.db")) }?.contains("no such folder") == true)
        #expect(complaint { try Store(reading: scratch.file("a.db")) }?.contains("no such store") == true)
    }

    @Test("a full disk ends the storing of a file in plain words, and what was committed is there")
    func fullDisk() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.db")
        try filled(path)
        let store = try Store(writing: path)
        // SQLite's own limit fails as a full disk does.
        try store.database.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        let writer = try StoreWriter(store, pace: .patient)
        var batch = StoreBatch()
        batch.append(.naming(naming))
        batch.append(.begin(StoredCapture(name: "b.pcap", sensor: "files", kind: .files)))
        for second in 0..<20_000 {
            batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:21", at: Double(second)))
        }
        for _ in 0..<3 { writer.submit(batch) }
        writer.finish()
        let problems = writer.takeProblems()
        #expect(problems.count == 1 && problems.first?.contains("the disk is full") == true)
        let count = try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sessions") }
        #expect(count == 1000)
    }

    @Test("what could not be taken in since the store could not be read is taken in later")
    func readAgain() throws {
        let scratch = try Scratch()
        let store = try Store(writing: scratch.file("a.db"))
        func rename(_ table: String, to name: String) throws {
            try store.database.write { try $0.execute(sql: "ALTER TABLE \(table) RENAME TO \(name)") }
        }
        try rename("protocols", to: "elsewhere")
        let writer = try StoreWriter(store, pace: .live)
        var batch = StoreBatch()
        batch.append(.naming(naming))
        batch.append(.begin(StoredCapture(name: "eth0", sensor: "here", kind: .interfaces)))
        batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:21", at: 1, protocolNumber: 1))
        writer.submit(batch)
        var problems: [String] = []
        for _ in 0..<3000 where problems.isEmpty {
            problems = writer.takeProblems()
            StoreFiles.pause(milliseconds: 5)
        }
        try rename("elsewhere", to: "protocols")
        for _ in 0..<3000 where writer.sessionsWritten == 0 { StoreFiles.pause(milliseconds: 5) }
        writer.finish()
        let names = try store.read {
            try String.fetchAll(
                $0, sql: "SELECT p.name FROM sessions s JOIN protocols p ON p.id = s.protocol")
        }
        #expect(names == ["ftp"])
    }

    @Test("a batch whose taking in failed midway goes on where it stopped")
    func takenTwice() throws {
        let store = try Store()
        let scribe = Scribe(keepsUntilEnd: false)
        let client = address("10.0.0.9").blob
        try store.database.write { database in
            // So many hosts that the store is asked for each, and one whose number cannot be.
            try database.execute(
                sql: "INSERT INTO hosts (id, address, text) VALUES (3000000, x'', ''), (?, ?, '10.0.0.9')",
                arguments: [1, client])
            var first = StoreBatch()
            first.append(.naming(naming))
            first.append(.begin(StoredCapture(name: "eth0", sensor: "here", kind: .interfaces)))
            try scribe.take(first, database)
            try database.execute(sql: "UPDATE hosts SET id = 5000000000 WHERE id = 1")
            var batch = StoreBatch()
            batch.append(service("ftp", "10.0.0.5:21"), at: 0)
            batch.sightings = [sighting(0, "10.0.0.8:1", at: 1), sighting(0, "10.0.0.9:1", at: 2)]
            batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:21", at: 2, service: 0))
            #expect(throws: (any Error).self) { try scribe.take(batch, database) }
            try database.execute(sql: "UPDATE hosts SET id = 1 WHERE id = 5000000000")
            try scribe.take(batch, database)
            try scribe.write(database)
        }
        _ = scribe.commit()
        let services = try store.holdings(Selection(), [.services]).services
        #expect(services.map(\.sessions) == [2] && services.map(\.clients) == [2])
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sessions") } == 1)
    }

    @Test("a sensor goes on when there is room again")
    func roomAgain() throws {
        let scratch = try Scratch()
        let store = try Store(writing: scratch.file("a.db"))
        func limit(_ pages: Int) throws {
            try store.database.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
        }
        try limit(60)
        let writer = try StoreWriter(store, pace: .live)
        var batch = StoreBatch()
        batch.append(.naming(naming))
        batch.append(.begin(StoredCapture(name: "eth0", sensor: "here", kind: .interfaces)))
        batch.append(service("ftp", "10.0.0.5:21", capture: "eth0"), at: 0)
        batch.sightings.append(sighting(0, "10.0.0.9:1", at: 1))
        for second in 0..<8000 {
            batch.sessions.append(
                session("10.0.0.\(second % 250):1", "10.0.0.5:21", at: Double(second), service: 0))
        }
        writer.submit(batch)
        var problems: [String] = []
        for _ in 0..<3000 where problems.isEmpty {
            problems = writer.takeProblems()
            StoreFiles.pause(milliseconds: 20)
        }
        #expect(problems.first?.contains("the disk is full") == true)
        try limit(1_000_000)
        for _ in 0..<3000 where writer.sessionsWritten == 0 { StoreFiles.pause(milliseconds: 20) }
        writer.finish()
        // Good news is no problem.
        #expect(writer.takeRecoveries().map { $0.hasSuffix("the store is written again") } == [true])
        #expect(writer.takeProblems() == [])
        let services = try store.holdings(Selection(), [.services]).services
        #expect(services.map(\.sessions) == [1] && services.map(\.clients) == [1])
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sessions") } == 8000)
    }
}
