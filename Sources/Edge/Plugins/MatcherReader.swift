public import Matching
internal import Regexes

/// Turns matcher words into ``Matcher``.
struct MatcherReader {
    let reading: Reading

    /// The matcher that stands at `owner`, such as `client`; nil after reporting what is wrong.
    func read(_ value: LuaValue, owner: String, line: Int) -> Matcher? {
        switch value {
        case .node(let node) where node.word.isMatcher:
            return read(node)
        case .string(let text):
            reading.report(
                literal: text, from: line, "\(owner) needs a matcher: write starts \(Quoted.text(text))")
        case .node(let node):
            reading.report(
                node.line, "\(owner) needs a matcher such as starts \"...\", not \(node.word.text)")
        default:
            reading.report(
                reading.source.line(ofKey: owner, from: line),
                "\(owner) needs a matcher such as starts \"...\", not \(value.kind)")
        }
        return nil
    }

    /// How much of a speaker is looked at; lines and what stands anywhere are searched for in less.
    private static let (mostBytes, mostBytesOfLines) = (2048, 1024)

    private func read(_ node: LuaNode) -> Matcher? {
        guard let matcher = matcher(node) else { return nil }
        let isSearch = [.line, .lineNocase, .header, .contains].contains(node.word)
        let most = isSearch ? Self.mostBytesOfLines : Self.mostBytes
        guard matcher.leastBytes <= most else {
            reading.report(
                node.line,
                "\(node.word.text) can never hold: it needs \(matcher.leastBytes) bytes of a speaker, and the first \(most) are looked at"
            )
            return nil
        }
        return matcher
    }

    private func matcher(_ node: LuaNode) -> Matcher? {
        switch node.word {
        case .starts: text(node).map { .classes($0.map { ByteClass($0) }, offset: 0) }
        case .startsNocase: text(node).map { .classes($0.map { ByteClass(ignoringCase: $0) }, offset: 0) }
        case .line: text(node).map { .line($0.map { ByteClass($0) }) }
        case .lineNocase: text(node).map { .line($0.map { ByteClass(ignoringCase: $0) }) }
        case .header: text(node).map { .header($0.map { ByteClass(ignoringCase: $0) }) }
        case .contains: text(node).map { .contains(Array($0)) }
        case .bytes: bytes(node).map { .classes($0, offset: 0) }
        case .command: commands(node).map { .command($0) }
        case .reply: replies(node).map { .reply($0) }
        case .matches: expression(node).map { .matches($0) }
        case .length: length(node).map { .length($0) }
        case .at: shifted(node)
        case .any: parts(node).map { .any($0) }
        case .all: parts(node).map { .all($0) }
        case .none: parts(node).map { .none($0) }
        case .sized, .sizedLE: sized(node)
        case .seq: steps(node).map { .sequence($0) }
        default: nil
        }
    }

    func wrong(_ node: LuaNode, _ usage: String) {
        reading.report(node.line, "\(node.word.text) is written \(usage)")
    }

    private func text(_ node: LuaNode) -> ArraySlice<UInt8>? {
        guard node.arguments.count == 1, case .string(let text) = node.arguments[0], !text.isEmpty else {
            let usage = node.word == .bytes ? "bytes \"16 03 0? ??\"" : "\(node.word.text) \"...\""
            wrong(node, usage)
            return nil
        }
        return text
    }

    private func bytes(_ node: LuaNode) -> [ByteClass]? {
        guard let classes = text(node).flatMap({ pattern($0, node) }) else { return nil }
        guard classes.contains(where: { $0 != .all }) else {
            reading.report(node.line, "bytes needs at least one digit that is not ?")
            return nil
        }
        return classes
    }

    /// `16 03 0? ?? [41-5a,5f]`: pairs of hexadecimal digits, `?` for any digit, ranges and lists in brackets.
    func pattern(_ text: ArraySlice<UInt8>, _ node: LuaNode) -> [ByteClass]? {
        let digits = text.filter { $0 != 32 && $0 != 9 && $0 != 10 && $0 != 13 }
        var classes: [ByteClass] = []
        classes.reserveCapacity(digits.count / 2)
        var index = 0
        while index < digits.count {
            let isList = digits[index] == UInt8(ascii: "[")
            let end = isList ? digits[index...].firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } : index + 2
            let token = digits[index..<min(end ?? digits.count, digits.count)]
            guard let made = isList ? Self.list(token) : Self.pair(token) else {
                let shown = String(decoding: token, as: UTF8.self)
                reading.report(
                    literal: text, from: node.line,
                    "\(node.word.text) takes pairs of hexadecimal digits, ? for any digit, and ranges or lists "
                        + "like [41-5a,5f]; "
                        + "'\(shown)' is none")
                return nil
            }
            classes.append(made)
            index += token.count
        }
        return classes
    }

    private static func pair(_ token: ArraySlice<UInt8>) -> ByteClass? {
        guard token.count == 2, let high = token.first, let low = token.last else { return nil }
        return byteClass(high: high, low: low)
    }

    /// `[41-5a,5f]`: values, and ranges with both ends included.
    private static func list(_ token: ArraySlice<UInt8>) -> ByteClass? {
        guard token.count >= 4, token.last == UInt8(ascii: "]") else { return nil }
        var all = ByteClass()
        let items = token.dropFirst().dropLast().split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for item in items {
            guard let range = range(Array(item)) else { return nil }
            for value in range { all.insert(value) }
        }
        return all
    }

    private static func range(_ item: [UInt8]) -> ClosedRange<UInt8>? {
        guard item.count >= 2, let low = byteClass(high: item[0], low: item[1]).flatMap(\.onlyValue) else {
            return nil
        }
        if item.count == 2 { return low...low }
        guard item.count == 5, item[2] == UInt8(ascii: "-"),
            let high = byteClass(high: item[3], low: item[4]).flatMap(\.onlyValue), low <= high
        else { return nil }
        return low...high
    }

    private static func byteClass(high: UInt8, low: UInt8) -> ByteClass? {
        func digit(_ character: UInt8) -> (value: UInt8, mask: UInt8)? {
            if character == UInt8(ascii: "?") { return (0, 0) }
            switch character {
            case 0x30...0x39: return (character - 0x30, 15)
            case 0x41...0x46, 0x61...0x66: return ((character & 0x5f) - 0x41 + 10, 15)
            default: return nil
            }
        }
        guard let high = digit(high), let low = digit(low) else { return nil }
        let (value, mask) = (high.value << 4 | low.value, high.mask << 4 | low.mask)
        switch mask {
        case 0xff: return ByteClass(value)
        case 0: return .all
        default:
            var all = ByteClass()
            for free in UInt8(0)..<16 { all.insert(value | (mask == 0xf0 ? free : free << 4)) }
            return all
        }
    }

    /// The values of a word that takes one value or a list.
    func values(_ node: LuaNode) -> [LuaValue] {
        guard node.arguments.count == 1 else { return [] }
        guard case .table(let table) = node.arguments[0] else { return Array(node.arguments) }
        return table.keys.isEmpty ? Array(table.items) : []
    }

    private func commands(_ node: LuaNode) -> [[UInt8]]? {
        let words = values(node).map { value -> [UInt8]? in
            guard case .string(let word) = value, !word.isEmpty, !word.contains(where: { $0 <= 32 }) else {
                return nil
            }
            return Array(word)
        }
        guard !words.isEmpty, !words.contains(nil) else {
            wrong(node, "command { \"USER\", \"AUTH\" }, each a word without spaces")
            return nil
        }
        return words.compactMap { $0 }
    }

    private func replies(_ node: LuaNode) -> [Int]? {
        let codes = values(node).map { value -> Int? in
            guard case .integer(let code) = value, (100...999).contains(code) else { return nil }
            return Int(code)
        }
        guard !codes.isEmpty, !codes.contains(nil) else {
            wrong(node, "reply { 220, 120 }, each a number of three digits")
            return nil
        }
        return codes.compactMap { $0 }
    }

    private func expression(_ node: LuaNode) -> String? {
        guard let text = text(node) else { return nil }
        return reading.expression(text, from: node.line)?.pattern
    }

    private func length(_ node: LuaNode) -> ClosedRange<Int>? {
        let numbers = node.arguments.compactMap { value -> Int? in
            guard case .integer(let number) = value, (0...65_535).contains(number) else { return nil }
            return Int(number)
        }
        guard let low = numbers.first, let high = numbers.last, numbers.count == node.arguments.count,
            numbers.count <= 2, low <= high
        else {
            wrong(node, "length(8) or length(8, 64), in bytes")
            return nil
        }
        return low...high
    }

    private func shifted(_ node: LuaNode) -> Matcher? {
        guard node.arguments.count == 2, case .integer(let offset) = node.arguments[0],
            (0...65_535).contains(offset)
        else {
            wrong(node, "at(4, starts \"...\"), the offset counted from 0")
            return nil
        }
        return read(node.arguments[1], owner: "at", line: node.line)?.shifted(by: Int(offset))
    }

    private func parts(_ node: LuaNode) -> [Matcher]? {
        let values = values(node)
        guard !values.isEmpty else {
            wrong(node, "\(node.word.text) { starts \"...\", starts \"...\" }")
            return nil
        }
        let parts = values.compactMap { read($0, owner: node.word.text, line: node.line) }
        return parts.count == values.count ? parts : nil
    }
}

extension Reading {
    /// A PCRE2 pattern that compiles; nil after reporting.
    func expression(_ text: some Collection<UInt8>, from line: Int) -> Regex? {
        guard let pattern = String(validating: text, as: UTF8.self) else {
            report(literal: text, from: line, "this pattern is not UTF-8; write other bytes like \\xff")
            return nil
        }
        do throws(RegexError) {
            if let known = regexes[pattern] { return known }
            let regex = try Regex(pattern)
            regexes[pattern] = regex
            return regex
        } catch {
            report(
                literal: text, from: line,
                "this is no PCRE2 pattern: \(error.message) at offset \(error.offset)")
            return nil
        }
    }
}

extension Matcher {
    /// Whether it has a known beginning, so that an index can find it.
    public var isAnchored: Bool {
        switch self {
        case .classes, .line, .command, .reply: true
        case .matches(let pattern): !Regex.literalPrefix(of: pattern).isEmpty
        case .at(_, let inner): inner.isAnchored
        case .any(let parts): parts.allSatisfy(\.isAnchored)
        case .all(let parts): parts.contains(where: \.isAnchored)
        case .sequence(let steps): steps.first?.hasKnownBytes ?? false
        case .contains, .header, .length, .sized, .none: false
        }
    }

    /// How many bytes must be there for it to hold, as far as its literal bytes tell.
    fileprivate var leastBytes: Int {
        switch self {
        case .classes(let classes, let offset): offset + classes.count
        case .line(let classes), .header(let classes): classes.count
        case .contains(let text): text.count
        case .at(let offset, let inner): offset + inner.leastBytes
        case .any(let parts): parts.map(\.leastBytes).min() ?? 0
        case .all(let parts): parts.map(\.leastBytes).max() ?? 0
        case .command, .reply, .matches, .length, .sized, .sequence, .none: 0
        }
    }

    /// The matcher as though the bytes began `offset` earlier, moved into its parts where an index can use it.
    func shifted(by offset: Int) -> Matcher {
        switch self {
        case .classes(let classes, let start): .classes(classes, offset: start + offset)
        case .any(let parts): .any(parts.map { $0.shifted(by: offset) })
        case .all(let parts): .all(parts.map { $0.shifted(by: offset) })
        case .none(let parts): .none(parts.map { $0.shifted(by: offset) })
        case .at(let start, let inner): .at(start + offset, inner)
        case .sized(let start, let width, let isLittle, let plus):
            // `plus` counts from the first byte of all.
            .sized(offset: start + offset, width: width, isLittle: isLittle, plus: plus + offset)
        default: offset == 0 ? self : .at(offset, self)
        }
    }
}
