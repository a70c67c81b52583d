internal import Net

/// A value that a file declared, read from CLuaShim's buffer.
enum LuaValue {
    case none
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(ArraySlice<UInt8>)
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
struct LuaTable {
    let items: LuaValues
    let keys: LuaKeys

    subscript(name: String) -> LuaValue? { keys.place(of: name).map { keys[$0].value } }
}

/// A word with what it was given: `starts "SSH-"`, `tcp { ... }`, `protocol "ssh" { ... }`.
struct LuaNode {
    let word: Word
    let line: Int
    let arguments: LuaValues
}

/// Values that stand one after the other in a document.
struct LuaValues: RandomAccessCollection {
    fileprivate let document: LuaDocument
    fileprivate let first: Int
    let count: Int

    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(index: Int) -> LuaValue {
        precondition(indices.contains(index))
        return document.value(first + index)
    }
}

/// The named values of a table.
struct LuaKeys: RandomAccessCollection {
    fileprivate let document: LuaDocument
    fileprivate let first: Int
    let count: Int

    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(index: Int) -> (name: String, value: LuaValue) {
        precondition(indices.contains(index))
        let place = first + 2 * index
        return (String(decoding: document.text(place), as: UTF8.self), document.value(place + 1))
    }

    fileprivate func place(of name: String) -> Int? {
        for index in 0..<count where document.isText(first + 2 * index, name) { return index }
        return nil
    }
}

/// What a file declared: CLuaShim's buffer, and where each value stands in it.
///
/// Values are made when they are asked for, and refer to the buffer: a pack has tens of thousands of them.
final class LuaDocument {
    /// A value; parts of others are numbers of entries, each beside its neighbours.
    fileprivate enum Entry: BitwiseCopyable {
        case none
        case bool(Bool)
        case integer(Int64)
        case number(Double)
        case string(place: UInt32, count: UInt32)
        /// The names and values of the keys stand in turn, behind the items.
        case table(first: UInt32, items: UInt32, keys: UInt32)
        case node(first: UInt32, line: UInt32, count: UInt8, word: Word)
        case function(number: UInt32, line: UInt32)
    }

    private let bytes: [UInt8]
    private let entries: [Entry]

    fileprivate init(_ bytes: [UInt8], _ entries: [Entry]) {
        self.bytes = bytes
        self.entries = entries
    }

    /// The words that the buffer of a file consists of; those before the first that is broken.
    static func nodes(in buffer: [UInt8]) -> [LuaNode] {
        var decoder = LuaDecoder(buffer)
        var places: [Int] = []
        while let place = decoder.next() { places.append(place) }
        let document = LuaDocument(buffer, decoder.entries)
        return places.compactMap { place in
            if case .node(let node) = document.value(place) { node } else { nil }
        }
    }

    fileprivate func value(_ place: Int) -> LuaValue {
        switch entries[place] {
        case .none: .none
        case .bool(let flag): .bool(flag)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .string: .string(text(place))
        case .table(let first, let items, let keys):
            .table(
                LuaTable(
                    items: LuaValues(document: self, first: Int(first), count: Int(items)),
                    keys: LuaKeys(document: self, first: Int(first) + Int(items), count: Int(keys))))
        case .node(let first, let line, let count, let word):
            .node(
                LuaNode(
                    word: word, line: Int(line),
                    arguments: LuaValues(document: self, first: Int(first), count: Int(count))))
        case .function(let number, let line): .function(number: Int(number), line: Int(line))
        }
    }

    /// Whether a value is this string.
    fileprivate func isText(_ place: Int, _ text: String) -> Bool {
        guard case .string(let start, let count) = entries[place], text.utf8.count == Int(count) else {
            return false
        }
        let wanted = text.utf8.span
        for index in wanted.indices where bytes[Int(start) + index] != wanted[index] { return false }
        return true
    }

    /// The bytes of a string; none of another value.
    fileprivate func text(_ place: Int) -> ArraySlice<UInt8> {
        guard case .string(let start, let count) = entries[place] else { return [] }
        return bytes[Int(start)..<Int(start) + Int(count)]
    }
}

/// Reads CLuaShim's buffer; every read is checked, so a broken buffer gives nil, never a trap.
struct LuaDecoder {
    private let bytes: [UInt8]
    private var place = 0
    /// What was decoded, for a ``LuaDocument``.
    fileprivate private(set) var entries: [LuaDocument.Entry] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The place of the next value among the entries; nil at the end.
    fileprivate mutating func next() -> Int? {
        guard let entry = entry() else { return nil }
        entries.append(entry)
        return entries.count - 1
    }

    /// The named values of a flat table, as texts, without making a ``LuaDocument`` of it; empty for anything else.
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

    private mutating func entry() -> LuaDocument.Entry? {
        guard let tag = byte() else { return nil }
        switch tag {
        case 0: return LuaDocument.Entry.none
        case 1: return .bool(false)
        case 2: return .bool(true)
        case 3: return integer(of: Int64.self).map { .integer($0) }
        case 4: return integer(of: UInt64.self).map { .number(Double(bitPattern: $0)) }
        case 5: return string()
        case 6: return table()
        case 7: return node()
        case 8:
            guard let number = integer(of: UInt32.self), let line = integer(of: UInt32.self) else {
                return nil
            }
            return .function(number: number, line: line)
        default: return nil
        }
    }

    private mutating func string() -> LuaDocument.Entry? {
        guard let text = text() else { return nil }
        return .string(place: UInt32(text.startIndex), count: UInt32(text.count))
    }

    private mutating func table() -> LuaDocument.Entry? {
        guard let items = integer(of: UInt32.self), let keys = integer(of: UInt32.self),
            let first = room(Int(items) + 2 * Int(keys))
        else { return nil }
        for place in first..<first + Int(items) {
            guard let item = entry() else { return nil }
            entries[place] = item
        }
        for key in 0..<Int(keys) {
            let place = first + Int(items) + 2 * key
            guard let name = string() else { return nil }
            entries[place] = name
            guard let value = entry() else { return nil }
            entries[place + 1] = value
        }
        return .table(first: UInt32(first), items: items, keys: keys)
    }

    private mutating func node() -> LuaDocument.Entry? {
        guard let word = byte().flatMap(Word.init), let count = byte(), let line = integer(of: UInt32.self),
            let first = room(Int(count))
        else { return nil }
        for place in first..<first + Int(count) {
            guard let argument = entry() else { return nil }
            entries[place] = argument
        }
        return .node(first: UInt32(first), line: line, count: count, word: word)
    }

    /// Room for entries that stand side by side; nil when so many cannot be in what is left.
    private mutating func room(_ count: Int) -> Int? {
        guard count <= bytes.count - place else { return nil }
        defer { entries.append(contentsOf: repeatElement(.none, count: count)) }
        return entries.count
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
