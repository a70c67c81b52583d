internal import Inventory
internal import Net

/// What a detection is asked about: named values, some of them with named values of their own.
///
/// Of two values with one name the later one counts, so what no plugin may replace is added last.
struct DetectionRecord {
    enum Value {
        case text(String)
        case integer(Int)
        case number(Double)
        case flag(Bool)
        case record(DetectionRecord)
    }

    private(set) var values: [(name: String, value: Value)] = []

    subscript(name: String) -> Value? { values.last { $0.name == name }?.value }

    mutating func add(_ name: String, _ value: Value) { values.append((name, value)) }

    mutating func add(_ name: String, _ text: String?) {
        if let text { values.append((name, .text(text))) }
    }

    /// Adds a plugin's fields: of several with one name the first counts, as in a record.
    mutating func add(_ fields: FieldSet?) {
        guard let fields else { return }
        for (name, value) in fields.values.reversed() { values.append((name, .text(value))) }
    }

    /// Adds those of an example.
    mutating func add(_ table: LuaTable) {
        for (name, value) in table.keys {
            switch value {
            case .bool(let flag): add(name, .flag(flag))
            case .integer(let number): add(name, .integer(Int(number)))
            case .number(let number): add(name, .number(number))
            case .string(let bytes): add(name, .text(String(decoding: bytes, as: UTF8.self)))
            case .table(let inner):
                var record = DetectionRecord()
                if case .record(let known)? = self[name] { record = known }
                record.add(inner)
                add(name, .record(record))
            case .none, .node, .function: break
            }
        }
    }

    /// The record in CLuaShim's flat format.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        encode(into: &bytes)
        return bytes
    }

    private func encode(into bytes: inout [UInt8]) {
        func put(_ word: UInt32) { withBytes(of: UInt64(word), 4) { bytes.append($0) } }
        func put(_ word: UInt64) { withBytes(of: word, 8) { bytes.append($0) } }
        func put(_ text: String) {
            let text = text.utf8
            put(UInt32(text.count))
            bytes.append(contentsOf: text)
        }
        bytes.append(6)
        put(UInt32(0))
        put(UInt32(values.count))
        for (name, value) in values {
            put(name)
            switch value {
            case .flag(let flag): bytes.append(flag ? 2 : 1)
            case .integer(let number):
                bytes.append(3)
                put(UInt64(bitPattern: Int64(number)))
            case .number(let number):
                bytes.append(4)
                put(number.bitPattern)
            case .text(let text):
                bytes.append(5)
                put(text)
            case .record(let record): record.encode(into: &bytes)
            }
        }
    }

    private func withBytes(of word: UInt64, _ count: Int, _ body: (UInt8) -> Void) {
        for place in 0..<count { body(UInt8(truncatingIfNeeded: word >> UInt64(8 * place))) }
    }

    /// What a detection says of the record; a field that is not there is a question mark.
    func text(_ pieces: [Detection.Piece]) -> String {
        pieces.indices.map { place in
            switch pieces[place] {
            case .text(let text): return text
            case .field(let path):
                guard let text = text(at: path) else { return "?" }
                // RFC 5952 section 6: an address of IPv6 before a port stands in brackets.
                let isBeforePort = place + 2 < pieces.count && pieces[place + 1] == .text(":")
                return isBeforePort && IPAddress(text).map { !$0.isV4 } == true ? "[\(text)]" : text
            }
        }.joined()
    }

    private static let longestValue = 120

    private func text(at path: [String]) -> String? {
        guard let first = path.first, let value = self[first] else { return nil }
        switch value {
        case .record(let inner): return inner.text(at: Array(path.dropFirst()))
        case .text(let text):
            return text.count <= Self.longestValue ? text : text.prefix(Self.longestValue) + "…"
        case .integer(let number): return String(number)
        case .number(let number): return String(number)
        case .flag(let flag): return flag ? "true" : "false"
        }
    }
}
