internal import Net
internal import Regexes

/// A text with groups of a pattern in it: `OpenSSH {1}`, `{2:printable}`, `{1:replace/_/./}`.
public struct FieldTemplate: Sendable, Equatable {
    /// What is done to a group's bytes before they stand in the text.
    public enum Filter: Sendable, Equatable {
        /// Only the printable characters of ASCII.
        case printable
        /// One text for another.
        case replace([UInt8], with: [UInt8])
        /// As a part of a CPE name: in small letters, special characters as `%2f`, spaces as `_`.
        case cpe
        /// The number that the bytes are, in network order or little-endian.
        case number(isLittle: Bool)
    }

    enum Part: Sendable, Equatable {
        case text([UInt8])
        case group(Int, [Filter])
    }

    /// What is wrong with a template.
    public struct Problem: Error, Equatable, CustomStringConvertible {
        /// What is wrong, and how it is written.
        public let description: String
    }

    /// A template names so many groups at most: what a peer says must not grow without bound.
    public static let groupLimit = 16
    /// So many bytes at most are left of a group by each of its filters.
    static let filteredLimit = 4096

    let parts: [Part]
    /// The text itself, where it has no groups.
    private let constant: String?

    /// Reads a template; `{{` is a brace.
    ///
    /// - Parameter names: the names of a pattern's groups, which stand for their numbers.
    public init(_ text: some Collection<UInt8>, names: [String: Int] = [:]) throws(Problem) {
        var reader = TemplateReader(text: Array(text), names: names)
        let parts = try reader.parts()
        self.parts = parts
        switch parts.first {
        case nil: constant = ""
        case .text(let text)? where parts.count == 1: constant = Self.trimmed(text)
        default: constant = nil
        }
        guard groups.count <= Self.groupLimit else {
            throw Problem(description: "a text takes \(Self.groupLimit) groups at most")
        }
    }

    /// The numbers of the groups that it has.
    public var groups: [Int] {
        parts.compactMap { if case .group(let number, _) = $0 { number } else { nil } }
    }

    /// The text, of the groups of the matcher's last match in `bytes`; a group that took no part is nothing.
    func text(_ matcher: RegexMatcher, _ bytes: borrowing RawSpan) -> String {
        if let constant { return constant }
        var text: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .group(let number, let filters):
                guard let range = matcher.range(ofGroup: number) else { continue }
                let taken = bytes.copy(from: range.lowerBound, atMost: range.count)
                text +=
                    filters.isEmpty
                    ? taken : filters.reduce(taken) { Array($1.applied(to: $0).prefix(Self.filteredLimit)) }
            }
        }
        return Self.trimmed(text)
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        let start = bytes.firstIndex { !isBlank($0) } ?? bytes.count
        let end = bytes.lastIndex { !isBlank($0) } ?? start - 1
        return String(decoding: bytes[start..<(end + 1)], as: UTF8.self)
    }
}

extension FieldTemplate.Filter {
    fileprivate func applied(to bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .printable: return bytes.filter { (0x20...0x7e).contains($0) }
        case .replace(let old, let new):
            guard !old.isEmpty else { return bytes }
            var (result, place): ([UInt8], Int) = ([], 0)
            while place < bytes.count, result.count < FieldTemplate.filteredLimit {
                if bytes[place...].starts(with: old) {
                    result += new
                    place += old.count
                } else {
                    result.append(bytes[place])
                    place += 1
                }
            }
            return result
        case .cpe: return bytes.flatMap(Self.named)
        case .number(let isLittle):
            guard bytes.count <= 8 else { return [] }
            let value = (isLittle ? bytes.reversed() : bytes).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return bytes.isEmpty ? [] : Array(String(value).utf8)
        }
    }

    /// CPE 2.2 (NISTIR 7695 section 6.1): a URI, so what is special there is written in hexadecimal digits.
    private static func named(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case 32, 9...13: return [UInt8(ascii: "_")]
        case 65...90: return [byte | 0x20]
        case 48...57, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
            return [byte]
        default:
            let digits = String(byte, radix: 16)
            return Array("%\(digits.utf8.count < 2 ? "0" : "")\(digits)".utf8)
        }
    }
}

/// Reads `OpenSSH {1:replace/_/./:cpe}`.
private struct TemplateReader {
    let text: [UInt8]
    let names: [String: Int]
    private var place = 0

    init(text: [UInt8], names: [String: Int]) {
        self.text = text
        self.names = names
    }

    private static let brace = UInt8(ascii: "{")
    private static let end = UInt8(ascii: "}")

    mutating func parts() throws(FieldTemplate.Problem) -> [FieldTemplate.Part] {
        var (parts, literal): ([FieldTemplate.Part], [UInt8]) = ([], [])
        while place < text.count {
            let byte = text[place]
            place += 1
            guard byte == Self.brace else {
                literal.append(byte)
                continue
            }
            if place < text.count, text[place] == Self.brace {
                place += 1
                literal.append(byte)
                continue
            }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = []
            parts.append(try group())
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        return parts
    }

    private mutating func word() -> String {
        let start = place
        while place < text.count, ![Self.end, UInt8(ascii: ":"), UInt8(ascii: "/")].contains(text[place]) {
            place += 1
        }
        return String(decoding: text[start..<place], as: UTF8.self)
    }

    private mutating func group() throws(FieldTemplate.Problem) -> FieldTemplate.Part {
        let name = word()
        guard let number = Int(name) ?? names[name], (0...63).contains(number) else {
            throw .init(
                description: "{\(name)} is no group; write the number of one, as {1}, and {{ for a brace")
        }
        var filters: [FieldTemplate.Filter] = []
        while place < text.count, text[place] == UInt8(ascii: ":") {
            place += 1
            filters.append(try filter())
        }
        guard place < text.count, text[place] == Self.end else {
            throw .init(description: "{\(name) has no }; write {1} or {1:printable}, and {{ for a brace")
        }
        place += 1
        return .group(number, filters)
    }

    private mutating func filter() throws(FieldTemplate.Problem) -> FieldTemplate.Filter {
        if text[place...].starts(with: Array("replace".utf8)) {
            place += 7
            if let old = delimited(), let new = delimited() {
                place += 1
                return .replace(old, with: new)
            }
        }
        switch word() {
        case "printable": return .printable
        case "cpe": return .cpe
        case "number": return .number(isLittle: false)
        case "number_le": return .number(isLittle: true)
        default: break
        }
        throw .init(
            description: "after {1: stands printable, cpe, number, number_le or replace/old/new/")
    }

    /// What stands between the mark here, a slash or another, and the next.
    private mutating func delimited() -> [UInt8]? {
        guard place < text.count, (33...126).contains(text[place]), text[place] != Self.end else {
            return nil
        }
        let mark = text[place]
        let rest = text[(place + 1)...]
        guard let end = rest.firstIndex(of: mark) else { return nil }
        place = end
        return Array(rest[..<end])
    }
}
