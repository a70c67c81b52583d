import Matching
import Plugins
import Records
import Regexes

// What became of a matcher, in words.

extension Examination {
    /// The matcher without its parts: `starts "SSH-"`, `any of 3`.
    var head: String {
        switch subject {
        case .matcher(let matcher): Self.head(matcher)
        case .step(let step): step.pluginText
        }
    }

    private static func head(_ matcher: Matcher) -> String {
        switch matcher {
        case .any(let parts): "any of \(parts.count)"
        case .all(let parts): "all of \(parts.count)"
        case .none(let parts): "none of \(parts.count)"
        case .sequence(let steps): "seq of \(steps.count)"
        case .at(let offset, let inner): "at \(offset), \(head(inner))"
        default: matcher.pluginText
        }
    }

    /// Which of the parts people want to see: those that made it hold, else those that came farthest.
    var tellingParts: (shown: [Examination], left: String) {
        let most = 6
        switch inner ?? .all([]) {
        case .any where fit == .yes:
            let holding = parts.filter { $0.fit == .yes }
            return (holding, Self.others(parts.count - holding.count, "does not", "do not"))
        case Matcher.none where fit == .yes:
            return ([], "")
        case Matcher.none:
            let holding = parts.filter { $0.fit != .no }
            return (holding, Self.others(parts.count - holding.count, "does not", "do not"))
        case .any where parts.count > most:
            let order = parts.indices.sorted { (-parts[$0].progress, $0) < (-parts[$1].progress, $1) }
            let shown = order.prefix(most).sorted().map { parts[$0] }
            return (shown, Self.others(parts.count - most, "comes less far", "come less far"))
        default:
            let reached = parts.filter { $0.outcome != .notReached }
            let rest = parts.count - reached.count
            return (reached, rest > 0 ? "\(rest) \(rest == 1 ? "step" : "steps") not reached" : "")
        }
    }

    private static func others(_ count: Int, _ one: String, _ many: String) -> String {
        switch count {
        case 0: ""
        case 1: "1 other \(one)"
        default: "\(count) others \(many)"
        }
    }

    /// The matcher without its offsets.
    private var inner: Matcher? {
        guard case .matcher(var matcher) = subject else { return nil }
        while case .at(_, let next) = matcher { matcher = next }
        return matcher
    }

    /// How many bytes into what was said it held.
    private var progress: Int {
        switch outcome {
        case .holds(let range): range.upperBound
        case .differs(let at, _, _), .ends(let at, _), .noLine(_, let at, _, _), .size(let at, _, _),
            .number(let at, _, _), .unusableLength(let at), .nameTooLong(let at), .trailing(let at, _):
            at
        case .outside(let end, _): end
        case .parts: parts.map(\.progress).max() ?? 0
        case .absent, .gaveUp, .length, .notReached: 0
        }
    }
}

extension Examination.Outcome {
    /// Which byte decided, and what it should have been; empty when the parts say it.
    var words: String {
        switch self {
        case .holds(let range): Self.bytes(range)
        case .differs(let at, let expected, let found):
            "byte \(at) is \(Self.byte(found)), not \(Self.list(expected))"
        case .ends(let at, let expected):
            "nothing was said at byte \(at)" + (expected.map { ", which should be \(Self.list($0))" } ?? "")
        case .noLine(let lines, let at, let expected, let found):
            Self.nearest(lines, at, expected, found)
        case .absent(let range): range.isEmpty ? "nothing to search" : "nowhere in \(Self.bytes(range))"
        case .gaveUp(let range):
            "gave up in \(Self.bytes(range)) after \(grouped(Int(RegexLimits.standard.steps))) steps"
        case .length(let found, let allowed):
            "\(found) \(found == 1 ? "byte" : "bytes") long, not \(Self.range(allowed))"
        case .size(let at, let says, let found):
            "the number at byte \(at) stands for \(says) bytes, there are \(found)"
        case .number(let at, let found, let allowed):
            "the number at byte \(at) is \(found), not \(Self.range(allowed))"
        case .unusableLength(let at): "no usable length at byte \(at)"
        case .outside(let end, let limit): "it reaches to byte \(end), its element ends at \(limit)"
        case .nameTooLong(let at): "the name at byte \(at) is longer than 255 bytes"
        case .trailing(let at, let count):
            "\(count) \(count == 1 ? "byte follows" : "bytes follow") at byte \(at)"
        case .parts: ""
        case .notReached: "not reached"
        }
    }

    private static func nearest(_ lines: Int, _ at: Int, _ expected: ByteClass?, _ found: UInt8?) -> String {
        if lines == 0 { return "there is no line" }
        let head = lines == 1 ? "the only line does not" : "none of \(lines) lines does; the nearest one"
        guard let expected else { return head }
        let what =
            found.map { "byte \(at) is \(byte($0)), not \(list(expected))" }
            ?? "it ends before byte \(at), which should be \(list(expected))"
        return "\(head): \(what)"
    }

    private static func bytes(_ range: Range<Int>) -> String {
        switch range.count {
        case 0: "at byte \(range.lowerBound)"
        case 1: "byte \(range.lowerBound)"
        default: "bytes \(range.lowerBound)-\(range.upperBound - 1)"
        }
    }

    private static func range(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }

    private static func byte(_ byte: UInt8) -> String { list(ByteClass(byte)) }

    /// `53 "S"`, `"G" or "g"`, `0?`, or a list of values and ranges.
    private static func list(_ values: ByteClass) -> String {
        let all = values.values
        guard all.count <= 2, all.allSatisfy({ (0x20...0x7e).contains($0) }) else { return values.pluginText }
        let texts = all.map { "\"\(UnicodeScalar($0))\"" }
        return texts.count == 1 ? "\(values.pluginText) \(texts[0])" : texts.joined(separator: " or ")
    }
}
