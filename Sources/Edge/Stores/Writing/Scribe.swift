internal import GRDB
internal import Net
internal import Records

/// Turns batches into rows: used by one thread, a transaction at a time.
///
/// What a batch says of services is added up first, in memory; then everything is written in one transaction. When
/// that fails, the same batches can be written again.
final class Scribe {
    private var registry: Registry?
    private var ledger = ServiceLedger()
    private var services = ServiceWriter()
    private var naming = StoreNaming()
    private var titles = TitleWriter()
    /// Whether the titles of what names things now are to be written.
    private var hasNewTitles = false
    private var captures: [String: Int64] = [:]
    private var capture: OpenCapture?
    private var sessions: SessionWriter?
    /// What is to be written besides sessions, in order.
    private var waiting: [Waiting] = []
    private var batches: [(batch: StoreBatch, naming: StoreNaming)] = []
    /// What is kept of a capture that is read until it is over: services, so that there are none of half a file.
    private let keepsUntilEnd: Bool
    private let memory = MemoryWriter()
    private let assets = AssetKeeper()
    /// Findings of a capture that is not over.
    private var held: [WaitingFinding] = []
    /// How far the batch is taken in that is being taken in.
    private var progress = Progress()

    private struct Progress {
        var steps = 0
        var sightings = 0
        var hasTakenSessions = false
    }

    private struct OpenCapture {
        var name: String
        var id: Int64
        var sensor: Int64
        var isPassive, isDecided: Bool
    }

    private enum Waiting {
        case begin(StoredCapture)
        case end(StoredCapture)
        case sessions(Int)
        case followed(StoredCapture, isWhole: Bool)
        case lost(Int)
        case memory(@Sendable () -> SensorMemory)
        case lists([AssetList], keepsOthers: Bool, @Sendable () -> any AssetSorting)
        case facts([StoreFact])
    }

    init(keepsUntilEnd: Bool) { self.keepsUntilEnd = keepsUntilEnd }

    // MARK: Taking in

    /// Takes in a batch, in which nothing follows the end of a capture; it is written with the next transaction.
    ///
    /// The database is asked for the numbers of addresses, when there are too many to keep them all in memory. When
    /// that fails, the same batch can be taken in again: it goes on where it stopped.
    func take(_ batch: StoreBatch, _ database: Database) throws {
        let registry = try registry ?? Registry(database)
        self.registry = registry
        // A batch begins with what its sessions are named by, and ends with the end of their capture.
        for (before, step) in batch.steps[progress.steps...] {
            try takeSightings(of: batch, until: before, registry, database)
            if case .end = step { takeSessions(of: batch) }
            take(step, of: batch)
            progress.steps += 1
        }
        try takeSightings(of: batch, until: batch.sightings.count, registry, database)
        takeSessions(of: batch)
        progress = Progress()
    }

    private func takeSightings(
        of batch: StoreBatch, until end: Int, _ registry: Registry, _ database: Database
    ) throws {
        for place in progress.sightings..<end {
            try ledger.note(batch.sightings[place]) { try registry.host($0, database) }
            progress.sightings += 1
        }
    }

    private func takeSessions(of batch: StoreBatch) {
        guard !batch.sessions.isEmpty, !progress.hasTakenSessions else { return }
        progress.hasTakenSessions = true
        for session in batch.sessions { ledger.ended(session) }
        batches.append((batch, naming))
        waiting.append(.sessions(batches.count - 1))
    }

    private func take(_ step: StoreBatch.Step, of batch: StoreBatch) {
        switch step {
        case .naming(let new): (naming, hasNewTitles) = (new, true)
        case .service(let place, let number):
            ledger.put(batch.services[Int(number)], at: Int(place), naming, captures: batch.captures)
        case .finding(let number): held.append(WaitingFinding(batch.findings[Int(number)], naming))
        case .banner(let place, let fields): ledger.put(fields, at: Int(place))
        case .program(let place, let number): ledger.put(batch.programs[Int(number)], at: Int(place))
        case .begin(let capture): waiting.append(.begin(capture))
        case .end(let capture): waiting.append(.end(capture))
        case .followed(let capture, let isWhole):
            waiting.append(.followed(capture, isWhole: isWhole))
        case .lost(let count): waiting.append(.lost(count))
        case .memory(let memory): waiting.append(.memory(memory))
        case .lists(let lists, let keepsOthers, let sorter):
            waiting.append(.lists(lists, keepsOthers: keepsOthers, sorter))
        case .facts(let facts): waiting.append(.facts(facts))
        }
    }

    // MARK: Writing

    /// Writes what was taken in; call it in a transaction, and one of the next two after it.
    func write(_ database: Database) throws {
        guard let registry else { return }
        var isOver = !keepsUntilEnd || ledger.isFull
        for item in waiting {
            switch item {
            case .begin(let capture): try begin(capture, database)
            case .end(let capture):
                // The last of what a capture has to say is said before it is called complete.
                try writeServices(registry, database)
                try end(capture, database)
                isOver = false
            case .sessions(let place):
                try write(batches[place].batch, batches[place].naming, registry, database)
            case .followed(let capture, let isWhole):
                try note(followed: capture, isWhole: isWhole, database)
            case .lost(let count):
                try database.execute(
                    sql: "UPDATE captures SET lost = lost + ? WHERE id = ?",
                    arguments: [count, capture?.id ?? 0])
            case .memory(let take): try memory.write(take(), database)
            case .lists(let lists, let keepsOthers, let sorter):
                try assets.declare(lists, keepsOthers: keepsOthers, sorter, database)
            case .facts(let facts):
                let writer = FactWriter(
                    sensor: capture?.sensor ?? 0, capture: capture?.id ?? 0, registry: registry)
                try writer.write(facts, database)
            }
        }
        if isOver { try writeServices(registry, database) }
        try sessions?.finish(database)
        try registry.write(database)
        if hasNewTitles { try titles.write(naming, database) }
    }

    private var hasWrittenServices = false

    private func writeServices(_ registry: Registry, _ database: Database) throws {
        let source = ServiceWriter.Source(
            sensor: capture?.sensor, capture: capture?.id, isPassive: capture?.isPassive ?? true,
            isDecided: capture?.isDecided ?? true)
        try services.write(&ledger, registry, of: source, captures: captures, assets, database)
        for finding in held {
            try finding.write(registry, captures: captures, isDecided: source.isDecided, database)
        }
        for number in ledger.dirtyEntries {
            try ledger.entries[number].prolongFindings(registry, isDecided: source.isDecided, database)
        }
        hasWrittenServices = true
    }

    /// What was written is there for good; returns who joined and left asset lists.
    func commit() -> [AssetChange] {
        defer { assets.forgetChanges() }
        waiting.removeAll(keepingCapacity: true)
        batches.removeAll(keepingCapacity: true)
        if hasWrittenServices {
            ledger.commit()
            held.removeAll()
        }
        hasWrittenServices = false
        memory.commit()
        registry?.commit()
        titles.commit()
        hasNewTitles = false
        return assets.changes
    }

    /// The asset lists that nobody joins or leaves since their conditions failed, each with the reason.
    var listsSwitchedOff: [String: String] { assets.switchedOff }

    /// Rows of services that were known may be gone.
    func forgetRows() { ledger.rollBack() }

    /// Nothing was written: it stays to be written again.
    func rollBack() {
        ledger.rollBack()
        assets.forgetChanges()
        registry?.rollBack()
        titles.rollBack()
        memory.rollBack()
        sessions = nil
        hasWrittenServices = false
    }

    private func write(
        _ batch: StoreBatch, _ naming: StoreNaming, _ registry: Registry, _ database: Database
    ) throws {
        var writer = try sessions ?? SessionWriter(database)
        defer { sessions = writer }
        try writer.write(batch, naming, capture: capture?.id ?? 0, registry, database)
    }

    private func begin(_ capture: StoredCapture, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR IGNORE INTO sensors (name, kind) VALUES (?, ?)",
            arguments: [capture.sensor, capture.kind.rawValue])
        // A capture that was begun and not finished is begun anew: its sessions were those of half a file.
        if let identity = capture.identity,
            let old = try Row.fetchOne(
                database, sql: "SELECT id, first_session, sessions FROM captures WHERE identity = ?",
                arguments: [identity])
        {
            try SessionWriter.remove(capture: old["id"], database)
            sessions = nil
        }
        try sessions?.finish(database)
        sessions = nil
        let next = try SessionWriter.next(database)
        let id =
            try Int64.fetchOne(
                database,
                sql: """
                    INSERT INTO captures (sensor, name, identity, started, first_session, state)
                    VALUES ((SELECT id FROM sensors WHERE name = ?), ?, ?, ?, ?, 'open') RETURNING id
                    """,
                arguments: [capture.sensor, capture.name, capture.identity, StoreFiles.now, next]) ?? 0
        for name in [capture.name] + capture.parts { captures[name] = id }
        let sensor = try Int64.fetchOne(
            database, sql: "SELECT sensor FROM captures WHERE id = ?", arguments: [id])
        self.capture = OpenCapture(
            name: capture.name, id: id, sensor: sensor ?? 0, isPassive: capture.kind.isPassive,
            isDecided: capture.isDecided)
    }

    private func end(_ capture: StoredCapture, _ database: Database) throws {
        try sessions?.finish(database)
        let span = sessions.flatMap { $0.span.first <= $0.span.last ? $0.span : nil }
        try database.execute(
            sql: """
                UPDATE captures SET state = 'complete', ended = ?, first_packet = ?, last_packet = ?
                WHERE id = ?
                """,
            arguments: [
                StoreFiles.now, span?.first, span?.last,
                captures[capture.name] ?? 0,
            ])
    }

    /// As many captures of folders are known again: what is written to a folder for months does not stay there.
    private static let mostFollowed: Int64 = 100_000

    /// A capture without sessions of its own, so without a first one: only to be known again.
    private func note(followed capture: StoredCapture, isWhole: Bool, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM captures WHERE name = ? AND first_session = 0 AND state = 'open'",
            arguments: [capture.name])
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO captures (sensor, name, identity, started, ended, first_session, state)
                VALUES ((SELECT id FROM sensors WHERE name = ?), ?, ?, ?, ?, 0, ?)
                """,
            arguments: [
                capture.sensor, capture.name, capture.identity, StoreFiles.now, StoreFiles.now,
                isWhole ? "complete" : "open",
            ])
        guard database.lastInsertedRowID % 1000 == 0 else { return }
        try database.execute(
            sql: "DELETE FROM captures WHERE first_session = 0 AND id < ?",
            arguments: [database.lastInsertedRowID - Self.mostFollowed])
    }
}
