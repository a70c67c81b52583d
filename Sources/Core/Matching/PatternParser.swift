/// Reads the common syntax of PCRE2 patterns over bytes (pcre2syntax(3)) into an outline.
struct PatternParser {
    private typealias Node = PatternOutline.Node

    /// The settings that `(?i)` and its like change.
    private struct Flags {
        var ignoresCase = false
        var dotIsAll = false
        var isMultiline = false
    }

    private let text: [UInt8]
    private var place = 0
    private var flags = Flags()
    private(set) var groups = 0
    /// Whether something was met that is not read here.
    private var isStrange = false

    private static let deepest = 48
    private static let notNewline = ByteClass(10).inverted

    init(_ pattern: some Collection<UInt8>) { text = Array(pattern) }

    mutating func parse() -> PatternOutline.Node? {
        let root = alternatives(depth: 0)
        return isStrange || place < text.count ? nil : root
    }

    private var next: UInt8? { place < text.count ? text[place] : nil }

    private mutating func skip(_ literal: StaticString) -> Bool {
        let wanted = Array("\(literal)".utf8)
        guard text[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func strange() -> PatternOutline.Node {
        isStrange = true
        place = text.count
        return .nothing
    }

    // MARK: Structure

    private mutating func alternatives(depth: Int) -> PatternOutline.Node {
        guard depth < Self.deepest else { return strange() }
        let outside = flags
        var branches: [PatternOutline.Node] = []
        repeat { branches.append(sequence(depth: depth)) } while skip("|")
        flags = outside
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence(depth: Int) -> PatternOutline.Node {
        var parts: [PatternOutline.Node] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")"), !isStrange {
            let part = quantified(item(depth: depth))
            if case .sequence(let inner) = part { parts += inner } else { parts.append(part) }
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func item(depth: Int) -> PatternOutline.Node {
        guard let byte = next else { return .nothing }
        place += 1
        switch byte {
        case UInt8(ascii: "^"): return flags.isMultiline ? .nothing : .start
        case UInt8(ascii: "$"): return .nothing
        case UInt8(ascii: "."): return .byte(flags.dotIsAll ? .all : Self.notNewline)
        case UInt8(ascii: "("): return group(depth: depth)
        case UInt8(ascii: "["): return .byte(bracket())
        case UInt8(ascii: "\\"): return escape()
        default: return .byte(literal(byte))
        }
    }

    private func literal(_ byte: UInt8) -> ByteClass {
        flags.ignoresCase ? ByteClass(ignoringCase: byte) : ByteClass(byte)
    }

    private mutating func group(depth: Int) -> PatternOutline.Node {
        guard next != UInt8(ascii: "*") else { return strange() }
        guard skip("?") else {
            groups += 1
            return close(.group(groups, alternatives(depth: depth + 1)))
        }
        if skip("#") {
            while let byte = next, byte != UInt8(ascii: ")") { place += 1 }
            return close(.nothing)
        }
        if skip(":") || skip(">") { return close(alternatives(depth: depth + 1)) }
        if skip("=") || skip("!") || skip("<=") || skip("<!") {
            _ = alternatives(depth: depth + 1)
            return close(.nothing)
        }
        if skip("P<") || skip("<") || skip("'") {
            while let byte = next, byte != UInt8(ascii: ">"), byte != UInt8(ascii: "'") { place += 1 }
            place = min(place + 1, text.count)
            groups += 1
            return close(.group(groups, alternatives(depth: depth + 1)))
        }
        return settings(depth: depth)
    }

    private mutating func close(_ node: PatternOutline.Node) -> PatternOutline.Node {
        skip(")") ? node : strange()
    }

    /// `(?i)` up to the end of the group around it, `(?i:...)` for what is inside.
    private mutating func settings(depth: Int) -> PatternOutline.Node {
        var (changed, value) = (flags, true)
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "i"): changed.ignoresCase = value
            case UInt8(ascii: "s"): changed.dotIsAll = value
            case UInt8(ascii: "m"): changed.isMultiline = value
            case UInt8(ascii: "U"), UInt8(ascii: "J"): break
            case UInt8(ascii: "-"): value = false
            case UInt8(ascii: ")"):
                flags = changed
                return .nothing
            case UInt8(ascii: ":"):
                let outside = flags
                flags = changed
                let inner = alternatives(depth: depth + 1)
                flags = outside
                return close(inner)
            default: return strange()
            }
        }
        return strange()
    }

    private mutating func quantified(_ item: PatternOutline.Node) -> PatternOutline.Node {
        var result = item
        while let byte = next, !isStrange {
            let range: (least: Int, most: Int?)
            switch byte {
            case UInt8(ascii: "*"): range = (0, nil)
            case UInt8(ascii: "+"): range = (1, nil)
            case UInt8(ascii: "?"): range = (0, 1)
            case UInt8(ascii: "{"):
                guard let counted = count() else { return result }
                range = counted
            default: return result
            }
            if byte != UInt8(ascii: "{") { place += 1 }
            // Lazy or possessive: the same bytes.
            if next == UInt8(ascii: "?") || next == UInt8(ascii: "+") { place += 1 }
            result = .repeated(result, least: range.least, most: range.most)
        }
        return result
    }

    /// `{2}`, `{2,}`, `{2,5}`; anything else in braces is text.
    private mutating func count() -> (least: Int, most: Int?)? {
        let start = place
        place += 1
        if let least = number() {
            if skip("}") { return (least, least) }
            if skip(",") {
                let most = number()
                if skip("}") { return (least, most) }
            }
        }
        place = start
        return nil
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = next, (48...57).contains(byte) {
            value = min((value ?? 0) * 10 + Int(byte - 48), 65_535)
            place += 1
        }
        return value
    }

    // MARK: Escapes and classes

    private mutating func escape() -> PatternOutline.Node {
        guard let byte = next else { return strange() }
        switch byte {
        case UInt8(ascii: "A"):
            place += 1
            return .start
        case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "z"), UInt8(ascii: "Z"), UInt8(ascii: "G"),
            UInt8(ascii: "K"):
            place += 1
            return .nothing
        case UInt8(ascii: "R"):
            place += 1
            let breaks = ByteClass(where: { (10...13).contains($0) || $0 == 0x85 })
            return .alternatives([.sequence([.byte(ByteClass(13)), .byte(ByteClass(10))]), .byte(breaks)])
        case UInt8(ascii: "N"):
            place += 1
            return .byte(Self.notNewline)
        case UInt8(ascii: "Q"):
            place += 1
            return quoted()
        case UInt8(ascii: "E"):
            place += 1
            return .nothing
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            let start = place
            if let value = number(), value < 10 || value <= groups { return .reference(value) }
            place = start
            return octal().map { .byte(literal($0)) } ?? strange()
        default:
            guard let byteClass = classEscape(isInBracket: false) else { return strange() }
            return .byte(byteClass)
        }
    }

    private mutating func quoted() -> PatternOutline.Node {
        var parts: [PatternOutline.Node] = []
        while let byte = next {
            if skip("\\E") { break }
            parts.append(.byte(literal(byte)))
            place += 1
        }
        return .sequence(parts)
    }

    private mutating func octal() -> UInt8? {
        var (value, digits) = (0, 0)
        while let byte = next, (48...55).contains(byte), digits < 3 {
            value = value * 8 + Int(byte - 48)
            digits += 1
            place += 1
        }
        return digits > 0 ? UInt8(exactly: value) : nil
    }

    private mutating func hex() -> UInt8? {
        let inBraces = skip("{")
        var (value, digits) = (0, 0)
        while let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
            digits < (inBraces ? 8 : 2)
        {
            value = min(value * 16 + digit, 0xffff)
            digits += 1
            place += 1
        }
        if inBraces, !skip("}") { return nil }
        return UInt8(exactly: value)
    }

    /// What stands behind a backslash and means one byte of a class; nil for what is not read here.
    private mutating func classEscape(isInBracket: Bool) -> ByteClass? {
        guard let byte = next else { return nil }
        place += 1
        switch byte {
        case UInt8(ascii: "d"): return .digits
        case UInt8(ascii: "D"): return ByteClass.digits.inverted
        case UInt8(ascii: "w"): return .wordBytes
        case UInt8(ascii: "W"): return ByteClass.wordBytes.inverted
        case UInt8(ascii: "s"): return .spaces
        case UInt8(ascii: "S"): return ByteClass.spaces.inverted
        case UInt8(ascii: "h"): return .blanks
        case UInt8(ascii: "H"): return ByteClass.blanks.inverted
        case UInt8(ascii: "v"): return ByteClass(where: { (10...13).contains($0) || $0 == 0x85 })
        case UInt8(ascii: "V"): return ByteClass(where: { !(10...13).contains($0) && $0 != 0x85 })
        case UInt8(ascii: "r"): return ByteClass(13)
        case UInt8(ascii: "n"): return ByteClass(10)
        case UInt8(ascii: "t"): return ByteClass(9)
        case UInt8(ascii: "f"): return ByteClass(12)
        case UInt8(ascii: "a"): return ByteClass(7)
        case UInt8(ascii: "e"): return ByteClass(27)
        case UInt8(ascii: "b") where isInBracket: return ByteClass(8)
        case UInt8(ascii: "x"): return hex().map(literal)
        case UInt8(ascii: "0"):
            place -= 1
            return octal().map(literal)
        case UInt8(ascii: "1")...UInt8(ascii: "7") where isInBracket:
            place -= 1
            return octal().map(literal)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return nil
        default: return literal(byte)
        }
    }

    /// What follows `[`.
    private mutating func bracket() -> ByteClass {
        let isInverted = skip("^")
        var members = ByteClass()
        var isFirst = true
        while let byte = next, !isStrange {
            if byte == UInt8(ascii: "]"), !isFirst {
                place += 1
                return isInverted ? members.inverted : members
            }
            isFirst = false
            if byte == UInt8(ascii: "["), let named = namedClass() {
                members.formUnion(named)
                continue
            }
            guard let low = member() else { break }
            guard let first = low.onlyMember, next == UInt8(ascii: "-"), place + 1 < text.count,
                text[place + 1] != UInt8(ascii: "]")
            else {
                members.formUnion(low.byteClass)
                continue
            }
            place += 1
            guard let high = member(), let last = high.onlyMember, first <= last else { break }
            for value in first...last { members.formUnion(literal(value)) }
        }
        _ = strange()
        return .all
    }

    private struct Member {
        var byteClass: ByteClass
        /// The byte that was written, which without case has two values.
        var onlyMember: UInt8?
    }

    private mutating func member() -> Member? {
        guard let byte = next else { return nil }
        guard byte == UInt8(ascii: "\\") else {
            place += 1
            return Member(byteClass: literal(byte), onlyMember: byte)
        }
        place += 1
        let ignoresCase = flags.ignoresCase
        flags.ignoresCase = false
        defer { flags.ignoresCase = ignoresCase }
        guard let exact = classEscape(isInBracket: true) else { return nil }
        guard let only = exact.onlyValue else { return Member(byteClass: exact, onlyMember: nil) }
        flags.ignoresCase = ignoresCase
        return Member(byteClass: literal(only), onlyMember: only)
    }

    /// `[:alpha:]` inside a class.
    private mutating func namedClass() -> ByteClass? {
        let start = place
        guard skip("[:") else { return nil }
        let isInverted = skip("^")
        let first = place
        while let byte = next, (97...122).contains(byte) { place += 1 }
        let name = String(decoding: text[first..<place], as: UTF8.self)
        guard skip(":]"), let named = ByteClass(posix: name) else {
            place = start
            return nil
        }
        return isInverted ? named.inverted : named
    }
}

extension ByteClass {
    static let digits = ByteClass(where: { (48...57).contains($0) })
    static let wordBytes = ByteClass(posix: "word") ?? ByteClass()
    static let spaces = ByteClass(where: { $0 == 32 || (9...13).contains($0) })
    static let blanks = ByteClass(where: { $0 == 32 || $0 == 9 || $0 == 0xa0 })

    /// All values that are not in the set.
    var inverted: ByteClass { ByteClass(where: { !contains($0) }) }

    /// A class of POSIX, as PCRE2 knows it in the C locale.
    init?(posix name: String) {
        func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) && byte < 128 }
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        func isVisible(_ byte: UInt8) -> Bool { (33...126).contains(byte) }
        switch name {
        case "alpha": self.init(where: isLetter)
        case "digit": self.init(where: isDigit)
        case "alnum": self.init(where: { isLetter($0) || isDigit($0) })
        case "word": self.init(where: { isLetter($0) || isDigit($0) || $0 == 95 })
        case "upper": self.init(where: { (65...90).contains($0) })
        case "lower": self.init(where: { (97...122).contains($0) })
        case "space": self.init(where: { $0 == 32 || (9...13).contains($0) })
        case "blank": self.init(where: { $0 == 32 || $0 == 9 })
        case "cntrl": self.init(where: { $0 < 32 || $0 == 127 })
        case "graph": self.init(where: isVisible)
        case "print": self.init(where: { isVisible($0) || $0 == 32 })
        case "punct": self.init(where: { isVisible($0) && !isLetter($0) && !isDigit($0) })
        case "xdigit": self.init(where: { isDigit($0) || (97...102).contains($0 | 0x20) && $0 < 128 })
        case "ascii": self.init(where: { $0 < 128 })
        default: return nil
        }
    }
}
