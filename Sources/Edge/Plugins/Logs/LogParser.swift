internal import Net
internal import Regexes

/// Reads lines of logs by what plugins declare; for one thread.
public final class LogParser {
    /// What a line is.
    public enum Outcome: Sendable, Equatable {
        /// Of none of the logs.
        case unknown
        /// Of the log at this place, with what it tells.
        case event(log: Int, LogEvent)
        /// Of the log at this place, with a value that cannot be read.
        case unreadable(log: Int, field: LogField, text: String)
    }

    /// The logs, in the order in which they are tried.
    public let definitions: [LogDefinition]
    private let compiled: [Compiled]
    private let matcher = RegexMatcher()
    /// The log that took the last line: most files hold one kind.
    private var last = 0

    private struct Compiled {
        var definition: LogDefinition
        var patterns: [(regex: Regex, fields: [(group: Int, field: LogField)])]
        /// What every line tells.
        var event: LogEvent
    }

    /// A parser of these logs.
    public init(_ definitions: [LogDefinition]) {
        self.definitions = definitions
        compiled = definitions.map { definition in
            Compiled(
                definition: definition,
                patterns: definition.patterns.compactMap { pattern in
                    guard let regex = try? Regex(pattern) else { return nil }
                    let fields = regex.groups.compactMap { group in
                        LogField(rawValue: group.name).map { (group.number, $0) }
                    }
                    return (regex, fields)
                },
                event: definition.always.reduce(into: LogEvent()) { event, always in
                    _ = always.value.withBytes { event.set(always.field, $0, 0..<$0.byteCount) }
                })
        }
    }

    /// Reads a line, without what syslog puts before it or with it.
    public func parse(_ line: RawSpan) -> Outcome {
        guard !compiled.isEmpty else { return .unknown }
        for turn in compiled.indices {
            // The last one first, then the others in their order.
            let place = turn == 0 ? last : (turn <= last ? turn - 1 : turn)
            let outcome = parse(line, place)
            if outcome != .unknown {
                last = place
                return outcome
            }
        }
        return .unknown
    }

    private func parse(_ line: RawSpan, _ place: Int) -> Outcome {
        let log = compiled[place]
        let whole = 0..<line.byteCount
        for text in log.definition.contains where line.firstOffset(of: text, in: whole) == nil {
            return .unknown
        }
        var event = log.event
        var isTaken = false
        for pattern in log.patterns {
            guard matcher.match(pattern.regex, in: line) == .match else { continue }
            isTaken = true
            for (group, field) in pattern.fields {
                guard let range = matcher.range(ofGroup: group), !range.isEmpty else { continue }
                guard set(field, line, range, log.definition, &event) else {
                    return unreadable(place, field, line, range)
                }
            }
            break
        }
        if !log.definition.pairs.isEmpty {
            var failure: Outcome?
            // Of a key that stands twice the first counts: what comes later is of an inner layer or quoted.
            var found: UInt64 = 0
            Self.forEachPair(line) { key, value in
                guard failure == nil, !value.isEmpty,
                    let number = log.definition.pairs.firstIndex(where: { line.holds(key, $0.key) }),
                    found & 1 << UInt64(number) == 0
                else { return }
                let pair = log.definition.pairs[number]
                found |= 1 << UInt64(number)
                isTaken = true
                if !set(pair.field, line, value, log.definition, &event) {
                    failure = unreadable(place, pair.field, line, value)
                }
            }
            if let failure { return failure }
        }
        guard isTaken, event.finish() == nil else { return .unknown }
        return .event(log: place, event)
    }

    private func set(
        _ field: LogField, _ line: RawSpan, _ range: Range<Int>, _ definition: LogDefinition,
        _ event: inout LogEvent
    ) -> Bool {
        if let words = definition.values[field], let meaning = words[line.text(in: range).lowercased()] {
            return Array(meaning.utf8).withBytes { event.set(field, $0, 0..<$0.byteCount) }
        }
        return event.set(field, line, range)
    }

    private func unreadable(_ place: Int, _ field: LogField, _ line: RawSpan, _ range: Range<Int>) -> Outcome
    {
        let shown = line.text(in: range.lowerBound..<min(range.upperBound, range.lowerBound + 40))
        return .unreadable(log: place, field: field, text: shown)
    }

    /// Gives each `key=value`; a value may stand in double quotes.
    private static func forEachPair(_ line: RawSpan, _ body: (_ key: Range<Int>, _ value: Range<Int>) -> Void)
    {
        let count = line.byteCount
        var place = 0
        while place < count {
            guard let sign = line.firstOffset(of: UInt8(ascii: "="), from: place, before: count) else {
                return
            }
            var start = sign
            while start > place, !isSpace(line.u8(start - 1)) { start -= 1 }
            var (from, end) = (sign + 1, sign + 1)
            if from < count, line.u8(from) == UInt8(ascii: "\"") {
                from += 1
                end = from
                while end < count, line.u8(end) != UInt8(ascii: "\"") {
                    end += line.u8(end) == UInt8(ascii: "\\") ? 2 : 1
                }
                end = min(end, count)
            } else {
                while end < count, !isSpace(line.u8(end)) { end += 1 }
            }
            body(start..<sign, from..<end)
            place = end + 1
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: ",")
    }
}
