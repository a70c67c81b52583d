internal import GRDB

// These take the place of GRDB's subscripts in this module: those end the process when a value is of the wrong kind or
// out of range. A file may be damaged, or changed by another program: here such a value is an error.

extension Row {
    /// The value of a column, by name.
    subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: String) -> Value {
        get throws {
            do { return try decode(Value.self, forColumn: column) } catch {
                throw DamagedValue(column: column, value: try? decode(forColumn: column))
            }
        }
    }

    /// The value of a column, counted from 0.
    subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(_ column: Int) -> Value {
        get throws {
            do { return try decode(Value.self, atIndex: column) } catch {
                throw DamagedValue(
                    column: Array(columnNames)[column], value: try? decode(atIndex: column))
            }
        }
    }
}

/// What stands in a column and cannot be what it is there for.
struct DamagedValue: Error, CustomStringConvertible {
    var column: String
    var value: DatabaseValue?

    var description: String { "\(column) is \(value?.description ?? "missing")" }
}
