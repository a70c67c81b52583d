extension JSON {
    /// Why a text is no JSON.
    public struct Failure: Error, CustomStringConvertible {
        /// The byte at which reading ended.
        public let offset: Int
        /// What a person is told.
        public var description: String { "no JSON from byte \(offset) on" }
    }

    /// Reads one value that takes the whole text.
    public init(_ text: some StringProtocol) throws(Failure) {
        var parser = JSONParser(Array(text.utf8))
        self = try parser.whole()
    }
}

/// Reads JSON by recursive descent, at most 64 levels deep.
struct JSONParser {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func whole() throws(JSON.Failure) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard place == bytes.count else { throw failure }
        return value
    }

    private var failure: JSON.Failure { JSON.Failure(offset: place) }
    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, [32, 9, 10, 13].contains(byte) { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        place += 1
        return true
    }

    private mutating func take(word: String) -> Bool {
        guard bytes[place...].starts(with: word.utf8) else { return false }
        place += word.utf8.count
        return true
    }

    private mutating func value(depth: Int) throws(JSON.Failure) -> JSON {
        skipSpace()
        guard depth < 64, let byte = next else { throw failure }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let start = place
            while let byte = next, (48...57).contains(byte) || "+-.eE".utf8.contains(byte) { place += 1 }
            return .number(String(decoding: bytes[start..<place], as: UTF8.self))
        default:
            if take(word: "true") { return .bool(true) }
            if take(word: "false") { return .bool(false) }
            if take(word: "null") { return .null }
            throw failure
        }
    }

    private mutating func object(_ depth: Int) throws(JSON.Failure) -> JSON {
        place += 1
        var members: [JSON.Member] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure }
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw failure }
            members.append(JSON.Member(name: name, value: try value(depth: depth + 1)))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure }
        return .object(members)
    }

    private mutating func array(_ depth: Int) throws(JSON.Failure) -> JSON {
        place += 1
        var items: [JSON] = []
        if take(UInt8(ascii: "]")) { return .array(items) }
        repeat { items.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure }
        return .array(items)
    }

    private mutating func string() throws(JSON.Failure) -> String {
        place += 1
        var text: [UInt8] = []
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text += try escape()
            default: text.append(byte)
            }
        }
        throw failure
    }

    private mutating func escape() throws(JSON.Failure) -> [UInt8] {
        guard let byte = next else { throw failure }
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "u"):
            var code = try unit()
            // RFC 8259 section 7: what does not fit into one unit is a pair of surrogates.
            if (0xd800..<0xdc00).contains(code), take(word: "\\u") {
                code = 0x10000 + (code - 0xd800) << 10 + (try unit() & 0x3ff)
            }
            return Array(String(UnicodeScalar(code) ?? "\u{fffd}").utf8)
        default: return [byte]
        }
    }

    private mutating func unit() throws(JSON.Failure) -> UInt32 {
        let digits = String(decoding: bytes[place...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, let code = UInt32(digits, radix: 16) else { throw failure }
        place += 4
        return code
    }
}
