internal import Foundation
internal import GRDB

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

    /// Opens a store to be written, made where there is none; an older one is brought up to date.
    ///
    /// Another process that writes sessions into it is an error.
    public init(writing path: String) throws(StoreError) {
        (self.path, isKept) = (path, true)
        do {
            lock = try StoreLock(path: path)
            try Self.checkHeader(path)
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
    public init(reading path: String) throws(StoreError) {
        (self.path, isKept) = (path, true)
        lock = nil
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError("\(path): there is no such store; 'offport run --store \(path)' makes one")
        }
        do {
            try Self.checkHeader(path)
            database = try Self.readable(path)
            try Self.checkVersion(database, path: path)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// A store that nobody else sees and that goes when it is closed.
    public init() throws(StoreError) {
        (path, isKept) = ("memory", false)
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

    /// Reads what was committed last.
    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try database.read(body) } catch { throw StoreError(error, path: path) }
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

    /// A store whose folder cannot be written is read as it lies there.
    private static func readable(_ path: String) throws -> any DatabaseWriter {
        do {
            let pool = try DatabasePool(path: path, configuration: configuration())
            _ = try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_schema") }
            return pool
        } catch let error as DatabaseError
            where [.SQLITE_READONLY, .SQLITE_CANTOPEN].contains(error.resultCode)
        {
            var configuration = configuration()
            configuration.readonly = true
            let folder = "file:\(path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)"
            let hasJournal = FileManager.default.fileExists(atPath: path + "-wal")
            // Without a journal the file is all there is, and nobody changes it.
            return try DatabaseQueue(
                path: hasJournal ? path : folder + "?immutable=1", configuration: configuration)
        }
    }

    /// A file that is no store is left alone.
    private static func checkHeader(_ path: String) throws(StoreError) {
        guard let file = FileHandle(forReadingAtPath: path) else { return }
        defer { try? file.close() }
        guard let head = try? file.read(upToCount: 72), !head.isEmpty else { return }
        let magic = Array("SQLite format 3\0".utf8)
        guard head.count >= 72, head.prefix(16).elementsEqual(magic) else {
            throw StoreError(
                "\(path): this is no store of Offport: it is not a file of SQLite; name another with --store",
                isOfContents: true)
        }
        let identifier = head[68..<72].reduce(Int32(0)) { $0 << 8 | Int32($1) }
        guard identifier == Schema.applicationID || identifier == 0 else {
            throw StoreError(
                "\(path): this is no store of Offport but another program's file; name another with --store")
        }
    }

    private static func migrate(_ database: any DatabaseWriter, path: String) throws {
        let (isNewer, isForeign) = try database.read { database in
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
            return (
                try Schema.migrator.hasBeenSuperseded(database),
                try tables > 0 && !database.tableExists("grdb_migrations")
            )
        }
        if isNewer { throw newer(path) }
        if isForeign {
            throw StoreError(
                "\(path): this is no store of Offport but another program's file; name another with --store")
        }
        try Schema.migrator.migrate(database)
    }

    private static func checkVersion(_ database: any DatabaseWriter, path: String) throws {
        let (isNewer, isComplete) = try database.read { database in
            (
                try Schema.migrator.hasBeenSuperseded(database),
                try Schema.migrator.hasCompletedMigrations(database)
            )
        }
        if isNewer { throw newer(path) }
        guard !isComplete else { return }
        do { try Schema.migrator.migrate(database) } catch {
            throw StoreError(
                "\(path): the store was made by an older Offport and cannot be brought up to date: "
                    + StoreError(error, path: path).description)
        }
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
        let file = path + "-lock"
        descriptor = StoreFiles.open(file)
        guard descriptor >= 0 else {
            // The message that SQLite would give is the better one, but for what only the lock shows.
            if FileManager.default.fileExists(atPath: path) {
                throw StoreError(
                    "\(path): the store cannot be written: its folder is read-only; name another with --store"
                )
            }
            throw StoreError(
                "\(path): the store cannot be made: no such folder, or no permission; name another with --store"
            )
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
