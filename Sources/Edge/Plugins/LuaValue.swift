internal import Net

/// A value that a file declared, decoded from CLuaShim's buffer.
enum LuaValue {
    case none
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string([UInt8])
    case table(LuaTable)
    case node(LuaNode)
    case function(number: Int, line: Int)

    /// What it is, for messages.
    var kind: String {
        switch self {
        case .none: "nothing"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .table: "a table"
        case .node(let node): node.word.text
        case .function: "a function"
        }
    }
}

/// A table: the list 1 to n, and the named values ascending by name.
///
/// A class: values and tables hold each other, and the compiler finds no end of structs that do.
final class LuaTable {
    var items: [LuaValue] = []
    var keys: [(name: String, value: LuaValue)] = []

    subscript(name: String) -> LuaValue? { keys.first { $0.name == name }?.value }
}

/// A word with what it was given: `starts "SSH-"`, `tcp { ... }`, `protocol "ssh" { ... }`.
final class LuaNode {
    let word: Word
    let line: Int
    var arguments: [LuaValue] = []

    init(word: Word, line: Int) {
        self.word = word
        self.line = line
    }
}

/// Reads CLuaShim's buffer; every read is checked, so a broken buffer gives nil, never a trap.
struct LuaDecoder {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next value; nil at the end.
    mutating func next() -> LuaValue? { place < bytes.count ? value() : nil }

    /// The named values of a flat table, as texts, without making a ``LuaTable`` of it; empty for anything else.
    mutating func texts() -> [(name: String, value: String)] {
        guard byte() == 6, integer(of: UInt32.self) == 0, let count = integer(of: UInt32.self) else {
            return []
        }
        var texts: [(name: String, value: String)] = []
        texts.reserveCapacity(min(Int(count), 64))
        for _ in 0..<count {
            guard let name = text(), let tag = byte() else { break }
            let value: String?
            switch tag {
            case 1: value = "false"
            case 2: value = "true"
            case 3: value = integer(of: Int64.self).map { String($0) }
            case 4: value = integer(of: UInt64.self).map { String(Double(bitPattern: $0)) }
            case 5: value = text().flatMap { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
            default: return texts
            }
            if let value { texts.append((String(decoding: name, as: UTF8.self), value)) }
        }
        return texts
    }

    private mutating func value() -> LuaValue? {
        guard let tag = byte() else { return nil }
        switch tag {
        case 0: return LuaValue.none
        case 1: return .bool(false)
        case 2: return .bool(true)
        case 3: return integer(of: Int64.self).map { .integer($0) }
        case 4: return integer(of: UInt64.self).map { .number(Double(bitPattern: $0)) }
        case 5: return text().map { .string(Array($0)) }
        case 6: return table().map { .table($0) }
        case 7: return node().map { .node($0) }
        case 8:
            guard let number = integer(of: UInt32.self), let line = integer(of: UInt32.self) else {
                return nil
            }
            return .function(number: Int(number), line: Int(line))
        default: return nil
        }
    }

    private mutating func table() -> LuaTable? {
        guard let items = integer(of: UInt32.self), let keys = integer(of: UInt32.self) else { return nil }
        let table = LuaTable()
        for _ in 0..<items {
            guard let item = value() else { return nil }
            table.items.append(item)
        }
        table.keys.reserveCapacity(min(Int(keys), 64))
        for _ in 0..<keys {
            guard let name = text(), let value = value() else { return nil }
            table.keys.append((String(decoding: name, as: UTF8.self), value))
        }
        return table
    }

    private mutating func node() -> LuaNode? {
        guard let word = byte().flatMap(Word.init), let count = byte(), let line = integer(of: UInt32.self)
        else {
            return nil
        }
        let node = LuaNode(word: word, line: Int(line))
        for _ in 0..<count {
            guard let argument = value() else { return nil }
            node.arguments.append(argument)
        }
        return node
    }

    private mutating func byte() -> UInt8? {
        guard place < bytes.count else { return nil }
        place += 1
        return bytes[place - 1]
    }

    /// An integer in little-endian order, as on every machine that Offport runs on.
    @inline(__always)
    private mutating func integer<Number: FixedWidthInteger>(of type: Number.Type) -> Number? {
        let size = Number.bitWidth / 8
        guard bytes.count &- place >= size else { return nil }
        defer { place &+= size }
        return bytes.withBytes { span in
            Number(truncatingIfNeeded: size == 8 ? span.u64(place).byteSwapped : UInt64(span.u32le(place)))
        }
    }

    private mutating func text() -> ArraySlice<UInt8>? {
        guard let length = integer(of: UInt32.self), bytes.count - place >= Int(length) else { return nil }
        defer { place += Int(length) }
        return bytes[place..<(place + Int(length))]
    }
}
