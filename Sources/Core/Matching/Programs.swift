internal import Net
internal import Regexes

/// How a matcher stands to the bytes seen so far.
public enum Fit: Sendable {
    /// It does not hold, and more bytes cannot change that.
    case no
    /// It holds.
    case yes
    /// It neither holds nor fails yet.
    case more
}

/// Matchers flattened into arrays of plain values, so that evaluating one allocates nothing.
struct Programs: Sendable {
    /// Lines are looked for within this many first bytes of a speaker.
    static let lineLimit = 1024

    /// The root of a compiled matcher.
    typealias Root = Int32

    private enum Operation: UInt8, BitwiseCopyable {
        case classes, line, header, command, reply, contains, regex, length, sized, sequence, at, any, all,
            none
    }

    /// `first..<last` are elements of the operation's own array; `offset` is a byte offset, of a header its start bit.
    private struct Node: BitwiseCopyable {
        var operation: Operation
        var first: Int32
        var last: Int32
        var offset: Int32
    }

    /// Bytes that must lie one after the other: compared eight at a time, then by their sets.
    struct BytePattern: BitwiseCopyable {
        fileprivate var count: Int32
        fileprivate var firstOctet: Int32
        fileprivate var firstSet: Int32
        fileprivate var lastSet: Int32
        /// The value of the first byte on the bits that all values of its class have in common.
        fileprivate var firstLiteral: UInt8
    }

    /// Up to eight bytes as a little-endian word; they fit when they equal `literal` on the bits of `mask`.
    private struct Octet: BitwiseCopyable {
        var literal: UInt64
        var mask: UInt64
    }

    /// A byte of a pattern whose common bits do not say it all.
    private struct SetByte: BitwiseCopyable {
        var offset: Int32
        var set: UInt16
    }

    private var nodes: [Node] = []
    private var children: [Root] = []
    private var patterns: [BytePattern] = []
    /// The bytes of patterns, eight at a time.
    private var octets: [Octet] = []
    /// The bytes that only a set can tell, of all patterns.
    private var setBytes: [SetByte] = []
    private var setTable: [ByteClass] = []
    private var setNumbers: [ByteClass: UInt16] = [:]
    private var codes: [Int32] = []
    private var lengths: [(low: Int, high: Int)] = []
    private var regexes: [Regex] = []
    private var sizes: [(width: Int, isLittle: Bool, plus: Int)] = []
    private(set) var steps: [CompiledStep] = []

    /// Expressions that are compiled already, by their patterns.
    private let known: [String: Regex]

    init(regexes: [String: Regex] = [:]) { known = regexes }

    // MARK: Compiling

    /// Adds a matcher; throws when one of its expressions is no PCRE2 pattern.
    mutating func compile(_ matcher: Matcher) throws(RegexError) -> Root {
        switch matcher {
        case .classes(let classes, let offset):
            return add(.classes, bytes: classes, offset: offset)
        case .line(let classes):
            return add(.line, bytes: classes, offset: 0)
        case .header(let classes):
            return add(.header, bytes: classes, offset: Self.startBit(classes))
        case .command(let list):
            return add(.command, words: list.map { $0.map(ByteClass.init(ignoringCase:)) })
        case .contains(let literal):
            return add(.contains, words: [literal.map { ByteClass($0) }])
        case .reply(let list):
            let first = codes.count
            codes += list.map(Int32.init)
            return add(Node(operation: .reply, first: Int32(first), last: Int32(codes.count), offset: 0))
        case .matches(let pattern):
            if let regex = known[pattern] {
                regexes.append(regex)
            } else {
                regexes.append(try Regex(pattern))
            }
            return add(Node(operation: .regex, first: Int32(regexes.count - 1), last: 0, offset: 0))
        case .length(let range):
            lengths.append((range.lowerBound, range.upperBound))
            return add(Node(operation: .length, first: Int32(lengths.count - 1), last: 0, offset: 0))
        case .sized(let offset, let width, let isLittle, let plus):
            sizes.append((width, isLittle, plus))
            return add(
                Node(
                    operation: .sized, first: Int32(sizes.count - 1), last: 0, offset: Int32(clamping: offset)
                ))
        case .sequence(let list):
            let first = steps.count
            for step in list { steps.append(compile(step)) }
            return add(
                Node(operation: .sequence, first: Int32(first), last: Int32(steps.count), offset: 0))
        case .at(let offset, .classes(let classes, let start)):
            return add(.classes, bytes: classes, offset: offset + start)
        case .at(let offset, let inner):
            let root = try compile(inner)
            return add(Node(operation: .at, first: root, last: 0, offset: Int32(clamping: offset)))
        case .any(let parts): return try add(.any, parts)
        case .all(let parts):
            // Whoever is asked first spares the others when it says no.
            let order = parts.indices.sorted { (parts[$0].effort, $0) < (parts[$1].effort, $1) }
            return try add(.all, order.map { parts[$0] })
        case .none(let parts): return try add(.none, parts)
        }
    }

    private mutating func compile(_ step: Step) -> CompiledStep {
        switch step {
        case .classes(let classes): return .classes(append(classes))
        case .element(let tag, let enters): return .element(tag: append([tag]), enters: enters)
        case .counted(let width, let isLittle, let range, let less):
            return .counted(
                width: width, isLittle: isLittle, low: range.lowerBound, high: range.upperBound, less: less)
        case .labels: return .labels
        case .ends: return .ends
        }
    }

    /// What the line table notes of lines that begin like this; -1 when it can tell nothing.
    private static func startBit(_ classes: [ByteClass]) -> Int {
        guard classes.count >= 4 else { return -1 }
        var word: UInt32 = 0
        for (index, byteClass) in classes.prefix(4).enumerated() {
            let common = byteClass.commonBits
            guard common.mask & 0x1f == 0x1f else { return -1 }
            word |= UInt32(common.value) << UInt32(8 * index)
        }
        return LineTable.startBit(word)
    }

    private mutating func add(_ node: Node) -> Root {
        nodes.append(node)
        return Root(nodes.count - 1)
    }

    private mutating func add(_ operation: Operation, bytes: [ByteClass], offset: Int) -> Root {
        let pattern = append(bytes)
        return add(Node(operation: operation, first: pattern, last: 0, offset: Int32(clamping: offset)))
    }

    private mutating func add(_ operation: Operation, words list: [[ByteClass]]) -> Root {
        let first = patterns.count
        for word in list { _ = append(word) }
        return add(Node(operation: operation, first: Int32(first), last: Int32(patterns.count), offset: 0))
    }

    private mutating func add(_ operation: Operation, _ parts: [Matcher]) throws(RegexError) -> Root {
        var roots: [Root] = []
        for part in parts { roots.append(try compile(part)) }
        let first = children.count
        children += roots
        return add(Node(operation: operation, first: Int32(first), last: Int32(children.count), offset: 0))
    }

    /// Adds bytes; the number of their pattern.
    private mutating func append(_ classes: [ByteClass]) -> Int32 {
        let (firstOctet, firstSet) = (octets.count, setBytes.count)
        for (offset, byteClass) in classes.enumerated() {
            if offset & 7 == 0 { octets.append(Octet(literal: 0, mask: 0)) }
            let common = byteClass.commonBits
            let shift = UInt64(offset & 7) * 8
            octets[octets.count - 1].literal |= UInt64(common.value & common.mask) << shift
            octets[octets.count - 1].mask |= UInt64(common.mask) << shift
            // The common bits say it all when every combination of the others is in the class.
            let isExact =
                common.mask == 0xff || byteClass.count == 1 << (8 - common.mask.nonzeroBitCount)
            if !isExact { setBytes.append(SetByte(offset: Int32(offset), set: number(of: byteClass))) }
        }
        patterns.append(
            BytePattern(
                count: Int32(classes.count), firstOctet: Int32(firstOctet), firstSet: Int32(firstSet),
                lastSet: Int32(setBytes.count),
                firstLiteral: classes.isEmpty ? 0 : UInt8(truncatingIfNeeded: octets[firstOctet].literal)))
        return Int32(patterns.count - 1)
    }

    private mutating func number(of byteClass: ByteClass) -> UInt16 {
        if let known = setNumbers[byteClass] { return known }
        // 65,535 different sets would need a plugin library beyond any bound of the loader.
        let number = UInt16(clamping: setTable.count)
        setTable.append(byteClass)
        setNumbers[byteClass] = number
        return number
    }

    // MARK: Evaluating

    /// Whether the matcher holds for `bytes[base...]`.
    ///
    /// - Parameter isWhole: no more bytes will come, so that `.more` is never the answer.
    /// - Parameter table: where the lines of these bytes begin, filled when first needed.
    /// - Parameter place: set to the offset of the line that held, for evidence.
    func evaluate(
        _ root: Root, _ bytes: borrowing RawSpan, from base: Int = 0, isWhole: Bool, regex: RegexMatcher,
        lines table: inout LineTable, place: inout Int
    ) -> Fit {
        let node = nodes[Int(root)]
        switch node.operation {
        case .classes:
            let fit = fits(node.first, bytes, at: base &+ Int(node.offset))
            return fit == .more && isWhole ? .no : fit
        case .line, .header, .command, .reply:
            return lines(node, bytes, from: base, isWhole, &table, &place)
        case .contains:
            return contains(node.first, bytes, from: base, isWhole)
        case .regex:
            return search(regexes[Int(node.first)], bytes, from: base, isWhole, regex)
        case .length:
            let (low, high) = lengths[Int(node.first)]
            let count = bytes.byteCount &- base
            if count > high { return .no }
            return count >= low ? .yes : isWhole ? .no : .more
        case .sized:
            let (width, isLittle, plus) = sizes[Int(node.first)]
            let place = base &+ Int(node.offset)
            guard let number = Self.number(bytes, at: place, width, isLittle) else {
                return isWhole ? .no : .more
            }
            let (expected, count) = (number &+ plus, bytes.byteCount &- base)
            return expected == count ? .yes : expected > count && !isWhole ? .more : .no
        case .sequence:
            let fit = sequence(Int(node.first)..<Int(node.last), bytes, from: base)
            return fit == .more && isWhole ? .no : fit
        case .at:
            let start = base &+ Int(node.offset)
            if start > bytes.byteCount { return isWhole ? .no : .more }
            return evaluate(
                node.first, bytes, from: start, isWhole: isWhole, regex: regex, lines: &table, place: &place)
        case .any, .none:
            var best = Fit.no
            for index in Int(node.first)..<Int(node.last) {
                switch evaluate(
                    child: children[index], bytes, from: base, isWhole: isWhole, regex: regex, lines: &table,
                    place: &place)
                {
                case .yes: return node.operation == .any ? .yes : .no
                case .more: best = .more
                case .no: break
                }
            }
            return best == .more && !isWhole ? .more : node.operation == .any ? .no : .yes
        case .all:
            var worst = Fit.yes
            for index in Int(node.first)..<Int(node.last) {
                switch evaluate(
                    child: children[index], bytes, from: base, isWhole: isWhole, regex: regex, lines: &table,
                    place: &place)
                {
                case .no: return .no
                case .more: worst = .more
                case .yes: break
                }
            }
            return worst == .more && isWhole ? .no : worst
        }
    }

    /// A part of a matcher; plain bytes, the most frequent kind, are compared without going down a level.
    ///
    /// They may answer `.more` where no more will come: the matcher they belong to knows.
    @inline(__always)
    private func evaluate(
        child root: Root, _ bytes: borrowing RawSpan, from base: Int, isWhole: Bool, regex: RegexMatcher,
        lines table: inout LineTable, place: inout Int
    ) -> Fit {
        let node = nodes[Int(root)]
        return node.operation == .classes
            ? fits(node.first, bytes, at: base &+ Int(node.offset))
            : evaluate(
                root, bytes, from: base, isWhole: isWhole, regex: regex, lines: &table, place: &place)
    }

    /// How many bytes a pattern takes.
    func length(of pattern: Int32) -> Int { Int(patterns[Int(pattern)].count) }

    /// Whether a pattern's bytes lie at `offset`.
    @inline(__always)
    func fits(_ number: Int32, _ bytes: borrowing RawSpan, at offset: Int) -> Fit {
        let pattern = patterns[Int(number)]
        let there = bytes.byteCount &- offset
        let count = min(Int(pattern.count), there)
        var (place, octet) = (0, Int(pattern.firstOctet))
        while place < count {
            let (literal, mask) = (octets[octet].literal, octets[octet].mask)
            if there &- place >= 8 {
                if (bytes.u64le(offset &+ place) ^ literal) & mask != 0 { return .no }
            } else {
                let (word, known) = Self.rest(bytes, from: offset &+ place)
                if (word ^ literal) & mask & known != 0 { return .no }
            }
            place &+= 8
            octet &+= 1
        }
        if pattern.firstSet != pattern.lastSet, !holdsSets(pattern, bytes, at: offset, count) { return .no }
        return there >= Int(pattern.count) ? .yes : .more
    }

    private func holdsSets(
        _ pattern: BytePattern, _ bytes: borrowing RawSpan, at offset: Int, _ count: Int
    ) -> Bool {
        for index in Int(pattern.firstSet)..<Int(pattern.lastSet) {
            let byte = setBytes[index]
            if Int(byte.offset) >= count { return true }
            if !setTable[Int(byte.set)].contains(bytes.u8(offset &+ Int(byte.offset))) { return false }
        }
        return true
    }

    /// The last one to seven bytes as the low bytes of a little-endian word, and which of its bits they are.
    private static func rest(_ bytes: borrowing RawSpan, from place: Int) -> (word: UInt64, known: UInt64) {
        let count = bytes.byteCount &- place
        let known: UInt64 = (1 << UInt64(8 &* count)) &- 1
        if bytes.byteCount >= 8 {
            return (bytes.u64le(bytes.byteCount &- 8) >> UInt64(8 &* (8 &- count)), known)
        }
        var word: UInt64 = 0
        for index in 0..<count { word |= UInt64(bytes.u8(place &+ index)) << UInt64(8 &* index) }
        return (word, known)
    }

    private func lines(
        _ node: Node, _ bytes: borrowing RawSpan, from base: Int, _ isWhole: Bool,
        _ table: inout LineTable, _ place: inout Int
    ) -> Fit {
        if !table.isOf(base) { table.fill(bytes, from: base) }
        let isHeader = node.operation == .header
        var last = isHeader ? table.headerCount : table.count
        // Most headers that are asked for are not there: their first letters tell.
        if isHeader, node.offset >= 0, !table.mayHaveHeader(Int(node.offset)) { last = 0 }
        var answer = Fit.no
        for number in 0..<last {
            switch line(node, bytes, at: table[number]) {
            case .yes:
                place = table[number]
                return .yes
            case .more: answer = .more
            case .no: break
            }
        }
        // A later line may still hold.
        if !table.isComplete, !(isHeader && table.hasEmptyLine) { answer = .more }
        return answer == .more && isWhole ? .no : answer
    }

    private func line(_ node: Node, _ bytes: borrowing RawSpan, at start: Int) -> Fit {
        switch node.operation {
        case .command: command(node, bytes, at: start)
        case .reply: reply(node, bytes, at: start)
        default: fits(node.first, bytes, at: start)
        }
    }

    private func command(_ node: Node, _ bytes: borrowing RawSpan, at start: Int) -> Fit {
        var answer = Fit.no
        for index in Int(node.first)..<Int(node.last) {
            switch fits(Int32(index), bytes, at: start) {
            case .yes:
                let after = start &+ length(of: Int32(index))
                if after >= bytes.byteCount {
                    answer = .more
                } else if Self.endsWord(bytes.u8(after)) {
                    return .yes
                }
            case .more: answer = .more
            case .no: break
            }
        }
        return answer
    }

    private static func endsWord(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0d || byte == 0x0a }

    private func reply(_ node: Node, _ bytes: borrowing RawSpan, at start: Int) -> Fit {
        guard start &+ 4 <= bytes.byteCount else { return .more }
        var code: Int32 = 0
        for index in start..<start &+ 3 {
            let digit = bytes.u8(index) &- 0x30
            guard digit <= 9 else { return .no }
            code = code &* 10 &+ Int32(digit)
        }
        let after = bytes.u8(start &+ 3)
        guard after == UInt8(ascii: "-") || Self.endsWord(after) else { return .no }
        for index in Int(node.first)..<Int(node.last) where codes[index] == code { return .yes }
        return .no
    }

    private func contains(
        _ pattern: Int32, _ bytes: borrowing RawSpan, from base: Int, _ isWhole: Bool
    ) -> Fit {
        let end = min(bytes.byteCount, base &+ Self.lineLimit)
        let length = length(of: pattern)
        // The literal's first byte is one value: `contains` knows no classes.
        let first = patterns[Int(pattern)].firstLiteral
        var start = base
        while let found = bytes.firstOffset(of: first, from: start, before: end &- length &+ 1) {
            if fits(pattern, bytes, at: found) == .yes { return .yes }
            start = found &+ 1
        }
        return isWhole || end &- base >= Self.lineLimit ? .no : .more
    }

    private func search(
        _ regex: Regex, _ bytes: borrowing RawSpan, from base: Int, _ isWhole: Bool, _ matcher: RegexMatcher
    ) -> Fit {
        if matcher.matches(regex, bytes, from: base) { return .yes }
        return isWhole || bytes.byteCount &- base >= Self.lineLimit ? .no : .more
    }
}
