internal import Net

/// Finds the values of some members in a JSON object without making anything of the others (RFC 8259).
struct JSONFields {
    /// Where a value stands.
    struct Value: Equatable {
        var range = 0..<0
        var kind = Kind.absent

        enum Kind { case absent, string, escapedString, number, word, compound }
    }

    /// What is wrong, and at which byte.
    struct Failure: Error {
        var offset: Int
        var text: String
    }

    /// A member's name, and what is wanted of it.
    private final class Node {
        var children: [(name: [UInt8], node: Node)] = []
        var slot: Int?
    }

    private let root = Node()
    /// By slot: the values of the object that was read last.
    private var values: [Value] = []

    private static let maximumDepth = 64

    /// - Parameter paths: the wanted members, by slot; those of an object inside as `flow/start`.
    init(_ paths: [String]) {
        for (slot, path) in paths.enumerated() {
            var node = root
            for part in path.split(separator: "/") {
                let name = Array(part.utf8)
                if let known = node.children.first(where: { $0.name == name }) {
                    node = known.node
                } else {
                    let new = Node()
                    node.children.append((name, new))
                    node = new
                }
            }
            node.slot = slot
        }
        values = Array(repeating: Value(), count: paths.count)
    }

    subscript(slot: Int) -> Value { values[slot] }

    /// Reads one object that fills the line.
    mutating func read(_ bytes: RawSpan) throws(Failure) {
        for slot in values.indices { values[slot] = Value() }
        var place = Self.afterSpace(bytes, 0)
        guard place < bytes.byteCount, bytes.u8(place) == UInt8(ascii: "{") else {
            let isArray = place < bytes.byteCount && bytes.u8(place) == UInt8(ascii: "[")
            throw Failure(
                offset: place,
                text: isArray
                    ? "is a JSON array and not one object a line (jq -c '.[]' makes that of it)"
                    : "is no JSON object")
        }
        place = try object(bytes, place, root)
        place = Self.afterSpace(bytes, place)
        guard place == bytes.byteCount else {
            throw Failure(offset: place, text: "has something behind its JSON object")
        }
    }

    // MARK: Reading

    /// From the brace on; where it ends.
    private mutating func object(_ bytes: RawSpan, _ start: Int, _ node: Node) throws(Failure) -> Int {
        var place = Self.afterSpace(bytes, start + 1)
        if place < bytes.byteCount, bytes.u8(place) == UInt8(ascii: "}") { return place + 1 }
        while true {
            let (name, _, behind) = try Self.string(bytes, place)
            place = Self.afterSpace(bytes, behind)
            guard place < bytes.byteCount, bytes.u8(place) == UInt8(ascii: ":") else {
                throw Failure(offset: place, text: "lacks a colon")
            }
            place = Self.afterSpace(bytes, place + 1)
            guard place < bytes.byteCount else { throw Failure(offset: place, text: "ends early") }
            let child = node.children.first { bytes.holds(name, $0.name) }?.node
            if let child, !child.children.isEmpty, bytes.u8(place) == UInt8(ascii: "{") {
                place = try object(bytes, place, child)
            } else {
                let (value, behind) = try Self.value(bytes, place)
                if let slot = child?.slot { values[slot] = value }
                place = behind
            }
            place = Self.afterSpace(bytes, place)
            guard place < bytes.byteCount else { throw Failure(offset: place, text: "ends early") }
            switch bytes.u8(place) {
            case UInt8(ascii: ","): place = Self.afterSpace(bytes, place + 1)
            case UInt8(ascii: "}"): return place + 1
            default: throw Failure(offset: place, text: "is no JSON")
            }
        }
    }

    private static func afterSpace(_ bytes: RawSpan, _ start: Int) -> Int {
        var place = start
        while place < bytes.byteCount {
            let byte = bytes.u8(place)
            guard byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d else { return place }
            place += 1
        }
        return place
    }

    /// What stands between the quotes, whether it has escapes, and where the string ends.
    private static func string(_ bytes: RawSpan, _ start: Int) throws(Failure) -> (Range<Int>, Bool, Int) {
        guard start < bytes.byteCount, bytes.u8(start) == UInt8(ascii: "\"") else {
            throw Failure(offset: start, text: "lacks a string")
        }
        var isEscaped = false
        var place = start + 1
        while place < bytes.byteCount {
            let byte = bytes.u8(place)
            if byte == UInt8(ascii: "\"") { return (start + 1..<place, isEscaped, place + 1) }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                place += 1
            }
            place += 1
        }
        throw Failure(offset: bytes.byteCount, text: "ends inside a string")
    }

    private static func value(_ bytes: RawSpan, _ start: Int) throws(Failure) -> (Value, Int) {
        switch bytes.u8(start) {
        case UInt8(ascii: "\""):
            let (range, isEscaped, end) = try string(bytes, start)
            return (Value(range: range, kind: isEscaped ? .escapedString : .string), end)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let end = try compound(bytes, start)
            return (Value(range: start..<end, kind: .compound), end)
        default:
            var end = start
            while end < bytes.byteCount, isOfWord(bytes.u8(end)) { end += 1 }
            guard end > start else { throw Failure(offset: start, text: "is no JSON") }
            let first = bytes.u8(start)
            let isNumber = first &- 48 < 10 || first == UInt8(ascii: "-")
            return (Value(range: start..<end, kind: isNumber ? .number : .word), end)
        }
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == 0x2b || byte == 0x2d || byte == 0x2e
    }

    /// Passes over an object or a list; its brackets are counted, not recursed into.
    private static func compound(_ bytes: RawSpan, _ start: Int) throws(Failure) -> Int {
        var depth = 0
        var place = start
        while place < bytes.byteCount {
            switch bytes.u8(place) {
            case UInt8(ascii: "\""):
                place = try string(bytes, place).2
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= maximumDepth else { throw Failure(offset: place, text: "is nested too deep") }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return place + 1 }
            default: break
            }
            place += 1
        }
        throw Failure(offset: bytes.byteCount, text: "ends inside an object or list")
    }
}

extension JSONFields {
    /// Whether the member is there, and not null.
    func has(_ slot: Int, _ bytes: RawSpan) -> Bool {
        switch values[slot].kind {
        case .absent: false
        case .word: bytes.u8(values[slot].range.lowerBound) != UInt8(ascii: "n")
        default: true
        }
    }

    /// A member's text; numbers as they are written.
    func text(_ slot: Int, _ bytes: RawSpan) -> String? {
        let value = values[slot]
        switch value.kind {
        case .string, .number: return bytes.text(in: value.range)
        case .escapedString: return Self.unescaped(bytes, value.range)
        case .absent, .word, .compound: return nil
        }
    }

    /// The strings of a member that is a list of them, or its one string; at most 16.
    func texts(_ slot: Int, _ bytes: RawSpan) -> [String] {
        guard values[slot].kind == .compound else { return text(slot, bytes).map { [$0] } ?? [] }
        var (found, place): ([String], Int) = ([], values[slot].range.lowerBound)
        while place < values[slot].range.upperBound, found.count < 16 {
            guard bytes.u8(place) == UInt8(ascii: "\""),
                let (range, isEscaped, end) = try? Self.string(bytes, place)
            else {
                place += 1
                continue
            }
            found.append(isEscaped ? Self.unescaped(bytes, range) : bytes.text(in: range))
            place = end
        }
        return found
    }

    func number<Number: FixedWidthInteger>(
        _ slot: Int, _ bytes: RawSpan, as type: Number.Type = Number.self
    ) -> Number? {
        bytes.number(values[slot].range, as: type)
    }

    func address(_ slot: Int, _ bytes: RawSpan) -> IPAddress? {
        values[slot].kind == .string ? bytes.address(values[slot].range) : nil
    }

    private static func unescaped(_ bytes: RawSpan, _ range: Range<Int>) -> String {
        var text: [UInt16] = []
        var plain: [UInt8] = []
        func flush() {
            if !plain.isEmpty { text += Array(String(decoding: plain, as: UTF8.self).utf16) }
            plain = []
        }
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = bytes.u8(place)
            guard byte == UInt8(ascii: "\\"), place + 1 < range.upperBound else {
                plain.append(byte)
                place += 1
                continue
            }
            let letter = bytes.u8(place + 1)
            place += 2
            switch letter {
            case UInt8(ascii: "n"): plain.append(10)
            case UInt8(ascii: "t"): plain.append(9)
            case UInt8(ascii: "r"): plain.append(13)
            case UInt8(ascii: "b"): plain.append(8)
            case UInt8(ascii: "f"): plain.append(12)
            case UInt8(ascii: "u") where place + 4 <= range.upperBound:
                if let unit = UInt16(bytes.text(in: place..<place + 4), radix: 16) {
                    flush()
                    text.append(unit)
                }
                place += 4
            default: plain.append(letter)
            }
        }
        flush()
        return String(decoding: text, as: UTF16.self)
    }
}
