internal import Net

/// Finds the wanted columns in lines of separated values whose header names them.
struct SeparatedFields {
    /// What stands between columns.
    var separator: UInt8 = 9
    /// How many columns the header names.
    private(set) var columns = 0
    /// How many the last line had.
    private(set) var found = 0
    /// By slot: where the column stands in the last line; absent where it is unset.
    private var values: [JSONFields.Value]

    private let names: [String]
    /// By column: its slot, or -1.
    private var slots: [Int] = []

    init(names: [String]) {
        self.names = names
        values = Array(repeating: JSONFields.Value(), count: names.count)
    }

    subscript(slot: Int) -> JSONFields.Value { values[slot] }

    /// Whether a header was seen.
    var hasHeader: Bool { columns > 0 }

    /// Takes the columns' names from a line, from an offset on.
    mutating func begin(header line: RawSpan, from start: Int) {
        slots = []
        var place = min(start, line.byteCount)
        while place <= line.byteCount, slots.count < 1024 {
            let end = line.firstOffset(of: separator, from: place, before: line.byteCount) ?? line.byteCount
            slots.append(names.firstIndex(of: line.text(in: place..<end)) ?? -1)
            place = end + 1
        }
        columns = slots.count
    }

    /// Finds the columns of a line; false when they are not as many as the header names.
    mutating func read(_ line: RawSpan) -> Bool {
        for slot in values.indices { values[slot].kind = .absent }
        var (place, column, end) = (0, 0, 0)
        let count = line.byteCount
        while end < count {
            end = place
            // Most columns are short.
            while end < count, line.u8(end) != separator { end &+= 1 }
            if column < columns {
                let slot = slots[column]
                if slot >= 0, !Self.isUnset(line, place, end) {
                    values[slot] = JSONFields.Value(range: place..<end, kind: .string)
                }
            }
            column += 1
            place = end + 1
        }
        found = column
        return column == columns
    }

    /// `-`, `(empty)` or nothing.
    private static func isUnset(_ line: RawSpan, _ start: Int, _ end: Int) -> Bool {
        switch end - start {
        case 0: true
        case 1: line.u8(start) == UInt8(ascii: "-")
        case 7: line.u8(start) == UInt8(ascii: "(") && line.text(in: start..<end) == "(empty)"
        default: false
        }
    }

    /// The text of a column, in which Zeek writes what would not be seen as `\x09`.
    static func unescaped(_ line: RawSpan, _ range: Range<Int>) -> String {
        guard
            line.firstOffset(of: UInt8(ascii: "\\"), from: range.lowerBound, before: range.upperBound) != nil
        else {
            return line.text(in: range)
        }
        var bytes: [UInt8] = []
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = line.u8(place)
            if byte == UInt8(ascii: "\\"), place + 4 <= range.upperBound,
                line.u8(place + 1) == UInt8(ascii: "x"),
                let value = UInt8(line.text(in: place + 2..<place + 4), radix: 16)
            {
                bytes.append(value)
                place += 4
            } else {
                bytes.append(byte)
                place += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
