internal import GRDB

/// Appends rows of whole numbers to a table.
struct SessionAppender {
    private let statement: Statement

    /// An appender that fills the parameters of `sql`.
    init(_ database: Database, sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
    }

    /// Sets a parameter, counted from 1; nil is NULL.
    @inline(__always)
    func bind(_ place: Int32, _ value: Int64?) { statement.bind(place, value) }

    /// Sets a parameter to a text.
    func bind(_ place: Int32, _ text: String) { statement.bind(place, text) }

    /// Appends the row whose parameters were set; they stay set.
    @inline(__always)
    func append() throws { _ = try statement.step() }
}
