internal import Net
public import Regexes

// Why a matcher holds or not, byte by byte: for explanations, never on the packet path. What holds is decided by
// `Programs.evaluate`; a test evaluates random matchers both ways and expects the same answer.

/// What became of a matcher, or a step of a sequence, on a speaker's first bytes, with all of its parts.
public struct Examination: Sendable {
    /// What was asked.
    public let subject: Subject
    /// Whether it holds.
    public let fit: Fit
    /// Which bytes made it so.
    public let outcome: Outcome
    /// What became of the parts of an `any`, `all`, `none` or `seq`, in their order.
    public var parts: [Examination] = []

    /// What can be asked.
    public enum Subject: Sendable {
        /// A matcher.
        case matcher(Matcher)
        /// A step of a sequence.
        case step(Step)
    }

    /// Which bytes decide; offsets count from the first byte that the speaker said.
    public enum Outcome: Sendable, Equatable {
        /// These bytes fit.
        case holds(Range<Int>)
        /// The byte at an offset is another one.
        case differs(at: Int, expected: ByteClass, found: UInt8)
        /// What was said ends before the byte at an offset.
        case ends(at: Int, expected: ByteClass?)
        /// None of the lines looked at fits; the one that comes nearest differs at an offset, or ends there.
        case noLine(lines: Int, at: Int, expected: ByteClass?, found: UInt8?)
        /// It stands nowhere in the bytes searched.
        case absent(Range<Int>)
        /// The expression reached its limit of steps on these bytes, which counts as not found.
        case gaveUp(Range<Int>)
        /// So many bytes were said.
        case length(found: Int, allowed: ClosedRange<Int>)
        /// The number at an offset stands for another length than the one there is.
        case size(at: Int, says: Int, found: Int)
        /// The number at an offset lies outside its range.
        case number(at: Int, found: Int, allowed: ClosedRange<Int>)
        /// A BER length that is indefinite or has more than four bytes (X.690 section 8.1.3).
        case unusableLength(at: Int)
        /// It reaches beyond the end of the element that was entered.
        case outside(end: Int, limit: Int)
        /// A domain name that is longer than 255 bytes.
        case nameTooLong(at: Int)
        /// Bytes follow where nothing may.
        case trailing(at: Int, count: Int)
        /// Its parts tell.
        case parts
        /// A step before it does not hold.
        case notReached
    }
}

/// Looks at what was said as a matcher does, and keeps what it saw.
public struct Examiner {
    let matcher = RegexMatcher()
    private let regexes: [String: Regex]

    /// An examiner; expressions that are not among those given are compiled when they are met.
    public init(regexes: [String: Regex] = [:]) { self.regexes = regexes }

    /// Holds a matcher against `bytes[base...]`.
    ///
    /// - Parameter isWhole: no more bytes will come, so that `.more` is never the answer.
    public func examine(
        _ matcher: Matcher, _ bytes: borrowing RawSpan, from base: Int = 0, isWhole: Bool
    ) -> Examination {
        let (fit, outcome, parts) = look(matcher, bytes, from: base, isWhole)
        return Examination(
            subject: .matcher(matcher), fit: fit == .more && isWhole ? .no : fit, outcome: outcome,
            parts: parts)
    }

    typealias Outcome = Examination.Outcome

    private func look(
        _ matcher: Matcher, _ bytes: borrowing RawSpan, from base: Int, _ isWhole: Bool
    ) -> (Fit, Outcome, [Examination]) {
        switch matcher {
        case .classes(let classes, let offset):
            let (fit, outcome) = Self.bytes(classes, bytes, at: base + offset)
            return (fit, outcome, [])
        case .line(let classes), .header(let classes):
            let isHeader = if case .header = matcher { true } else { false }
            let (fit, outcome) = Self.lines(bytes, from: base, isHeader: isHeader, [classes]) {
                Self.bytes(classes, $0, at: $1).fit
            }
            return (fit, outcome, [])
        case .command(let words):
            let nearest = words.map { $0.map(ByteClass.init(ignoringCase:)) + [Self.wordEnd] }
            let (fit, outcome) = Self.lines(bytes, from: base, isHeader: false, nearest) { bytes, start in
                let fits = nearest.map { Self.bytes($0, bytes, at: start).fit }
                return fits.contains(.yes) ? .yes : fits.contains(.more) ? .more : .no
            }
            return (fit, outcome, [])
        case .reply(let codes):
            let (fit, outcome) = Self.lines(
                bytes, from: base, isHeader: false, codes.map(Self.replyClasses)
            ) { Self.reply(codes, $0, at: $1) }
            return (fit, outcome, [])
        case .contains(let literal):
            let (fit, outcome) = Self.contains(literal, bytes, from: base)
            return (fit, outcome, [])
        case .matches(let pattern):
            let (fit, outcome) = search(pattern, bytes, from: base)
            return (fit, outcome, [])
        case .length(let range):
            let count = bytes.byteCount - base
            if range.contains(count) { return (.yes, .holds(base..<bytes.byteCount), []) }
            return (count > range.upperBound ? .no : .more, .length(found: count, allowed: range), [])
        case .sized(let offset, let width, let isLittle, let plus):
            let (fit, outcome) = Self.size(bytes, from: base, at: base + offset, width, isLittle, plus)
            return (fit, outcome, [])
        case .sequence(let steps):
            return sequence(steps, bytes, from: base)
        case .at(let offset, let inner):
            guard base + offset <= bytes.byteCount else {
                return (.more, .ends(at: base + offset, expected: nil), [])
            }
            let there = examine(inner, bytes, from: base + offset, isWhole: isWhole)
            return (there.fit, there.outcome, there.parts)
        case .any(let list), .all(let list), .none(let list):
            var parts: [Examination] = []
            for part in list { parts.append(examine(part, bytes, from: base, isWhole: isWhole)) }
            return (Self.fit(of: matcher, parts.map(\.fit)), .parts, parts)
        }
    }

    private static func fit(of matcher: Matcher, _ fits: [Fit]) -> Fit {
        let isOpen = fits.contains(.more)
        return switch matcher {
        case .any: fits.contains(.yes) ? .yes : isOpen ? .more : .no
        case .none: fits.contains(.yes) ? .no : isOpen ? .more : .yes
        default: fits.contains(.no) ? .no : isOpen ? .more : .yes
        }
    }

    // MARK: Bytes

    static func bytes(
        _ classes: [ByteClass], _ bytes: borrowing RawSpan, at offset: Int
    ) -> (fit: Fit, outcome: Outcome) {
        guard offset <= bytes.byteCount else {
            return (.more, .ends(at: offset, expected: classes.first))
        }
        for (place, expected) in classes.enumerated() {
            guard offset + place < bytes.byteCount else {
                return (.more, .ends(at: offset + place, expected: expected))
            }
            let found = bytes.u8(offset + place)
            guard expected.contains(found) else {
                return (.no, .differs(at: offset + place, expected: expected, found: found))
            }
        }
        return (.yes, .holds(offset..<offset + classes.count))
    }

    private static func contains(
        _ literal: [UInt8], _ bytes: borrowing RawSpan, from base: Int
    ) -> (Fit, Outcome) {
        let end = min(bytes.byteCount, base + Programs.lineLimit)
        let classes = literal.map { ByteClass($0) }
        for start in stride(from: base, through: end - literal.count, by: 1)
        where Self.bytes(classes, bytes, at: start).fit == .yes {
            return (.yes, .holds(start..<start + literal.count))
        }
        return (end - base >= Programs.lineLimit ? .no : .more, .absent(base..<max(base, end)))
    }

    private func search(_ pattern: String, _ bytes: borrowing RawSpan, from base: Int) -> (Fit, Outcome) {
        // A pattern that cannot be compiled is in no library.
        guard let regex = try? regexes[pattern] ?? Regex(pattern) else { return (.no, .absent(base..<base)) }
        let isOpen = bytes.byteCount - base < Programs.lineLimit
        let searched = base..<max(base, bytes.byteCount)
        switch matcher.match(regex, in: bytes, from: base) {
        case .match:
            let range = matcher.range(ofGroup: 0) ?? 0..<0
            return (.yes, .holds(base + range.lowerBound..<base + range.upperBound))
        case .noMatch: return (isOpen ? .more : .no, .absent(searched))
        case .limit: return (isOpen ? .more : .no, .gaveUp(searched))
        }
    }

    private static func size(
        _ bytes: borrowing RawSpan, from base: Int, at place: Int, _ width: Int, _ isLittle: Bool, _ plus: Int
    ) -> (Fit, Outcome) {
        guard let number = Programs.number(bytes, at: place, width, isLittle) else {
            return (.more, .ends(at: max(place, bytes.byteCount), expected: nil))
        }
        let (says, found) = (number &+ plus, bytes.byteCount - base)
        if says == found { return (.yes, .holds(place..<place + width)) }
        return (says > found ? .more : .no, .size(at: place, says: says, found: found))
    }

    // MARK: Lines

    private static let wordEnd = ByteClass(where: { $0 == 0x20 || $0 == 0x0d || $0 == 0x0a })
    private static let replyEnd = ByteClass(where: { wordEnd.contains($0) || $0 == UInt8(ascii: "-") })

    /// - Parameter nearest: what a line should look like, to tell which comes nearest.
    private static func lines(
        _ bytes: borrowing RawSpan, from base: Int, isHeader: Bool, _ nearest: [[ByteClass]],
        _ fit: (borrowing RawSpan, Int) -> Fit
    ) -> (Fit, Outcome) {
        var table = LineTable()
        table.fill(bytes, from: base)
        let count = isHeader ? table.headerCount : table.count
        var answer = Fit.no
        var best = Outcome.noLine(lines: count, at: base, expected: nearest.first?.first, found: nil)
        var progress = -1
        for number in 0..<count {
            let start = table[number]
            switch fit(bytes, start) {
            case .yes:
                let long = nearest.first { Self.bytes($0, bytes, at: start).fit == .yes }
                return (.yes, .holds(start..<start + (long?.count ?? 4)))
            case .more: answer = .more
            case .no: break
            }
            for classes in nearest {
                switch Self.bytes(classes, bytes, at: start).outcome {
                case .differs(let at, let expected, let found) where at - start > progress:
                    progress = at - start
                    best = .noLine(lines: count, at: at, expected: expected, found: found)
                case .ends(let at, let expected) where at - start > progress:
                    progress = at - start
                    best = .noLine(lines: count, at: at, expected: expected, found: nil)
                default: break
                }
            }
        }
        if !table.isComplete, !(isHeader && table.hasEmptyLine) { answer = .more }
        return (answer, best)
    }

    private static func replyClasses(_ code: Int) -> [ByteClass] {
        [code / 100, code / 10, code].map { ByteClass(UInt8(0x30 + $0 % 10)) } + [replyEnd]
    }

    private static func reply(_ codes: [Int], _ bytes: borrowing RawSpan, at start: Int) -> Fit {
        guard start + 4 <= bytes.byteCount else { return .more }
        for code in codes where Self.bytes(replyClasses(code), bytes, at: start).fit == .yes { return .yes }
        return .no
    }
}
