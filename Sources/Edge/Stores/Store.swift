internal import Foundation
internal import GRDB
internal import Synchronization

/// A file of SQLite with what was seen, or one without a name that goes when it is closed.
///
/// Any number of readers, in this process and others, see what was committed last; one process writes sessions.
public final class Store: Sendable {
    /// Where it is; `memory` for one without a name.
    public let path: String
    /// Whether it is there when it is closed: it has a name.
    public let isKept: Bool
    let database: any DatabaseWriter
    private let lock: StoreLock?
    private let titlesAtHand: @Sendable () -> [String: String]
    /// Titles of protocols for a store that lacks some; nil before they were asked for.
    private let spare = Mutex<[String: String]?>(nil)

    /// Opens a store to be written, made where there is none; an older one is brought up to date.
    ///
    /// Another process that writes sessions into it is an error.
    public init(writing path: String) throws(StoreError) {
        (self.path, isKept, titlesAtHand) = (path, true, { [:] })
        if let objection = StoreFiles.objection(to: path) { throw StoreError(objection) }
        do {
            lock = try StoreLock(path: path)
            // A pool changes a file as soon as it is opened, whatever is in it.
            if try !Self.checkHeader(path), Self.hasContents(path) {
                _ = try Self.isStore(Self.readable(path), path: path)
            }
            database = try DatabasePool(path: path, configuration: Self.configuration())
            try Self.migrate(database, path: path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Opens a store to be written; one that is damaged, or no store at all, is set aside and a new one made.
    ///
    /// For sensors, which should rather see what comes than not. `tell` gets what was done, in plain words.
    public static func orAnew(writing path: String, tell: (String) -> Void) throws(StoreError) -> Store {
        do {
            return try Store(writing: path)
        } catch  where error.isOfContents {
            let aside = path + ".refused"
            for ending in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: aside + ending) }
            try? FileManager.default.removeItem(atPath: aside)
            guard (try? FileManager.default.moveItem(atPath: path, toPath: aside)) != nil else { throw error }
            for ending in ["-wal", "-shm"] {
                try? FileManager.default.moveItem(atPath: path + ending, toPath: aside + ending)
            }
            tell("\(error); it was moved to \(aside), and a new one is begun")
            return try Store(writing: path)
        }
    }

    /// Opens a store that is there, for questions, and for the notes that an analyst makes on findings.
    ///
    /// - Parameter titles: Those of the plugins at hand, by the protocols' names, for what the store has none of.
    public init(
        reading path: String, titles: @escaping @Sendable () -> [String: String] = { [:] }
    ) throws(StoreError) {
        (self.path, isKept, titlesAtHand) = (path, true, titles)
        lock = nil
        if let objection = StoreFiles.objection(to: path) { throw StoreError(objection) }
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError("\(path): there is no such store; 'offport run --store \(path)' makes one")
        }
        do {
            _ = try Self.checkHeader(path)
            guard Self.hasContents(path) else { throw Self.empty(path) }
            database = try Self.readable(path)
            guard try Self.isStore(database, path: path) else { throw Self.empty(path) }
            try Self.checkVersion(database, path: path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// A store that nobody else sees and that goes when it is closed.
    public init() throws(StoreError) {
        (path, isKept, titlesAtHand) = ("memory", false, { [:] })
        lock = nil
        do {
            var configuration = Self.configuration()
            configuration.journalMode = .default
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            }
            // SQLite keeps it in memory and, when it is large, in a file that has no name.
            database = try DatabaseQueue(path: "", configuration: configuration)
            try Schema.migrator.migrate(database)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// What lies, or will lie, beside a store while it is written or asked: SQLite's journal and the lock.
    public static func filesBeside(_ path: String) -> [String] {
        let path = realPath(path)
        return ["-wal", "-shm", "-lock"].map { path + $0 }
    }

    /// A path without links and dots, also of a file that will be made; as it is where none can be made.
    public static func realPath(_ path: String) -> String { StoreFiles.realPath(path) }

    /// Reads what was committed last.
    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try database.read(body) } catch { throw StoreError(error, path: path) }
    }

    /// The titles at hand where the store lacks any; otherwise nothing.
    func spareTitles() throws(StoreError) -> [String: String] {
        if let known = spare.withLock({ $0 }) { return known }
        let titles = try read { try Titles($0).areIncomplete($0) } ? titlesAtHand() : [:]
        spare.withLock { $0 = titles }
        return titles
    }

    /// Changes something in one transaction.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try database.write(body) } catch { throw StoreError(error, path: path) }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.label = "store"
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            // The journal may grow to 64 MB before it is moved into the file: pages that are written again and again
            // are moved once.
            try database.execute(
                sql: """
                    PRAGMA wal_autocheckpoint = 16384;
                    PRAGMA cache_size = -65536;
                    PRAGMA mmap_size = 1073741824;
                    PRAGMA temp_store = MEMORY;
                    PRAGMA secure_delete = OFF
                    """)
        }
        return configuration
    }

    /// A store as questions open it: nothing in the file changes by that.
    ///
    /// One whose folder cannot be written, or has no room for what SQLite puts beside a store, is read as it lies there.
    private static func readable(_ path: String) throws -> any DatabaseWriter {
        // SQLite follows links, and what lies beside a store lies where it is.
        let path = realPath(path)
        do {
            // A pool would write to the file as soon as it is opened.
            let queue = try DatabaseQueue(path: path, configuration: configuration())
            _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
            return queue
        } catch let error as DatabaseError
            where [.SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_FULL, .SQLITE_IOERR].contains(error.resultCode)
        {
            var configuration = configuration()
            configuration.readonly = true
            let folder = "file:\(path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)"
            // Without a journal the file is all there is, and nobody changes it.
            guard hasContents(path + "-wal") else {
                return try DatabaseQueue(path: folder + "?immutable=1", configuration: configuration)
            }
            do {
                let queue = try DatabaseQueue(path: path, configuration: configuration)
                _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
                return queue
            } catch {
                throw StoreError(
                    "\(path): the store cannot be opened: its folder cannot be written, and \(path)-wal has what "
                        + "is not in it yet; copy both to a folder that can be written, and name the copy")
            }
        }
    }

    private static func hasContents(_ path: String) -> Bool {
        ((try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0) > 0
    }

    private static let magic = Array("SQLite format 3\0".utf8)

    /// Whether a file begins as one of SQLite.
    public static func beginsAsStore(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: magic.count))?.elementsEqual(magic) ?? false
    }

    /// A file that is no store is left alone; false when its header does not say whether it is one, since it has none
    /// or the journal has more.
    private static func checkHeader(_ path: String) throws(StoreError) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        guard let head = try? file.read(upToCount: 72), !head.isEmpty else { return false }
        guard head.count >= 72, head.prefix(16).elementsEqual(magic) else {
            throw StoreError(
                "\(path): this is no store of Offport: it is not a file of SQLite; name another with --store",
                isOfContents: true)
        }
        let identifier = head[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        guard identifier == Schema.applicationID || identifier == 0 else { throw foreign(path) }
        return identifier == Schema.applicationID
    }

    /// Whether an open file is a store, and not one of SQLite with nothing in it; another program's is an error.
    private static func isStore(_ database: any DatabaseWriter, path: String) throws -> Bool {
        let (identifier, tables, isMade) = try database.read { database in
            // A run that ended while it made a store has left that table alone.
            let made = "SELECT count(*) FROM sqlite_schema WHERE tbl_name != 'grdb_migrations'"
            return (
                try Int32.fetchOne(database, sql: "PRAGMA application_id"),
                try Int.fetchOne(database, sql: made) ?? 0, try Schema.isMade(database)
            )
        }
        if identifier == Schema.applicationID || identifier == 0 && isMade { return true }
        guard identifier == 0, tables == 0 else { throw foreign(path) }
        return false
    }

    private static func migrate(_ database: any DatabaseWriter, path: String) throws {
        if try database.read({ try Schema.migrator.hasBeenSuperseded($0) }) { throw newer(path) }
        try bringUpToDate(database)
        // One that was made of a dump has lost its mark.
        let mark = try database.read { try Int32.fetchOne($0, sql: "PRAGMA application_id") }
        if mark == 0 { try database.write { try Schema.mark($0) } }
    }

    /// Brings an older store up to date, or leaves it where it cannot be written and can be read nevertheless.
    private static func checkVersion(_ database: any DatabaseWriter, path: String) throws {
        let (isNewer, isComplete, isReadable) = try database.read { database in
            (
                try Schema.migrator.hasBeenSuperseded(database),
                try Schema.migrator.hasCompletedMigrations(database),
                try Schema.migrator.completedMigrations(database).contains(Schema.lastToRead)
            )
        }
        if isNewer { throw newer(path) }
        guard !isComplete else { return }
        do { try bringUpToDate(database) } catch {
            guard !isReadable else { return }
            throw StoreError(
                "\(path): the store was made by an older Offport and cannot be brought up to date: "
                    + StoreError(error, path: path).description)
        }
    }

    private static func bringUpToDate(_ database: any DatabaseWriter) throws {
        while true {
            let before = try database.read { try Schema.migrator.appliedIdentifiers($0).count }
            do { return try Schema.migrator.migrate(database) } catch {
                // A step fails that another process has taken meanwhile: it goes on behind that.
                let now = try database.read { try Schema.migrator.appliedIdentifiers($0).count }
                guard now > before else { throw error }
            }
        }
    }

    private static func foreign(_ path: String) -> StoreError {
        StoreError(
            "\(path): this is no store of Offport but another program's file; name another with --store")
    }

    private static func empty(_ path: String) -> StoreError {
        StoreError("\(path): nothing is in this file; 'offport run --store \(path)' makes a store of it")
    }

    private static func newer(_ path: String) -> StoreError {
        StoreError(
            "\(path): the store was written by a newer Offport; update this one, or name another store")
    }
}

/// Holds a store for one writing process; it is free when the process ends, however it does.
final class StoreLock: Sendable {
    private let descriptor: Int32

    init(path: String) throws(StoreError) {
        // However the store is called, it has one lock.
        descriptor = StoreFiles.open(StoreFiles.realPath(path) + "-lock")
        guard descriptor >= 0 else {
            let (code, words) = StoreFiles.lastError
            let isThere = FileManager.default.fileExists(atPath: path)
            let reason = isThere && StoreFiles.isRefusal(code) ? "its folder is read-only" : words
            throw StoreError(
                "\(path): the store cannot be \(isThere ? "written" : "made"): \(reason); "
                    + "name another with --store")
        }
        guard StoreFiles.lock(descriptor) else {
            StoreFiles.close(descriptor)
            throw StoreError(
                "\(path): another run is writing to this store; name another with --store, or wait for its end"
            )
        }
    }

    deinit { StoreFiles.close(descriptor) }
}
