internal import GRDB
internal import GRDBSQLite

/// Appends rows of whole numbers to a table, as fast as SQLite takes them.
///
/// One of the files that may say `unsafe`: values go to SQLite's own statement without being wrapped one by one, which
/// takes more time than storing them.
struct SessionAppender {
    private let statement: Statement

    /// An appender that fills the parameters of `sql`.
    init(_ database: Database, sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
    }

    /// Sets a parameter, counted from 1; nil is NULL.
    @inline(__always)
    func bind(_ place: Int32, _ value: Int64?) {
        let statement = unsafe self.statement.sqliteStatement
        if let value {
            unsafe sqlite3_bind_int64(statement, place, value)
        } else {
            unsafe sqlite3_bind_null(statement, place)
        }
    }

    /// Sets a parameter to a text.
    func bind(_ place: Int32, _ text: String) {
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        unsafe sqlite3_bind_text(statement.sqliteStatement, place, text, -1, transient)
    }

    /// Appends the row whose parameters were set; they stay set.
    @inline(__always)
    func append() throws {
        let statement = unsafe self.statement.sqliteStatement
        let code = unsafe sqlite3_step(statement)
        let again = unsafe sqlite3_reset(statement)
        guard code == SQLITE_DONE else {
            let message = unsafe sqlite3_db_handle(statement).flatMap { unsafe sqlite3_errmsg($0) }
            throw unsafe DatabaseError(
                resultCode: ResultCode(rawValue: again),
                message: message.map { unsafe String(cString: $0) })
        }
    }
}
