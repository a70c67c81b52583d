internal import GRDB

/// Goes through rows of whole numbers.
struct NumberCursor {
    private let statement: Statement

    /// A cursor before the first row of what `sql` finds.
    init(_ database: Database, sql: String, arguments: StatementArguments) throws {
        statement = try database.makeStatement(sql: sql)
        try statement.setArguments(arguments)
    }

    /// Goes to the next row; false when there is none.
    @inline(__always)
    func next() throws -> Bool { try statement.step() }

    /// A column of the row, counted from 0; NULL is 0.
    @inline(__always)
    subscript(column: Int32) -> Int64 { statement.number(column) }
}
