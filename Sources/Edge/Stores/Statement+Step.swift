internal import GRDB
internal import GRDBSQLite

/// Whole numbers into and out of SQLite, as fast as it takes and finds them.
///
/// One of the files that may say `unsafe`: numbers go to SQLite's own statement and come from it without being wrapped
/// one by one, which takes as long as storing or finding them when there are hundreds of thousands.
extension Statement {
    /// Goes to the next row; false when there is none, and then the statement may be used again.
    @inline(__always)
    func step() throws -> Bool {
        let statement = unsafe sqliteStatement
        let code = unsafe sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        let again = unsafe sqlite3_reset(statement)
        guard code == SQLITE_DONE else {
            let message = unsafe sqlite3_db_handle(statement).flatMap { unsafe sqlite3_errmsg($0) }
            throw unsafe DatabaseError(
                resultCode: ResultCode(rawValue: again),
                message: message.map { unsafe String(cString: $0) })
        }
        return false
    }

    /// Sets a parameter, counted from 1; nil is NULL.
    @inline(__always)
    func bind(_ place: Int32, _ value: Int64?) {
        if let value {
            unsafe sqlite3_bind_int64(sqliteStatement, place, value)
        } else {
            unsafe sqlite3_bind_null(sqliteStatement, place)
        }
    }

    /// Sets a parameter to a text.
    func bind(_ place: Int32, _ text: String) {
        let transient = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        unsafe sqlite3_bind_text(sqliteStatement, place, text, -1, transient)
    }

    /// A column of the row, counted from 0; NULL is 0.
    @inline(__always)
    func number(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(sqliteStatement, column) }
}

extension Database {
    /// A statement before the first row of what `sql` finds.
    func rows(sql: String, arguments: StatementArguments) throws -> Statement {
        let statement = try makeStatement(sql: sql)
        try statement.setArguments(arguments)
        return statement
    }
}
