/// Which versions are accepted: `^1.2`, `~1.2.3`, `>= 1.0, < 2.0`, `1.2`, `*`; several joined by `||`.
public struct VersionRange: Sendable, CustomStringConvertible {
    private enum Relation { case less, atMost, equal, atLeast, more }

    private struct Bound {
        var relation: Relation
        var version: Version
    }

    /// Alternatives, each of bounds that must all hold.
    private let alternatives: [[Bound]]
    /// As it was written.
    public let description: String

    /// Whether early versions are accepted that no bound names.
    private let takesEarly: Bool

    /// Any version, but no early one.
    public static let any = VersionRange(alternatives: [[]], description: "*")
    /// Any version, early ones too: for what is there, or in hand, already.
    static let every = VersionRange(alternatives: [[]], description: "*", takesEarly: true)

    private init(alternatives: [[Bound]], description: String, takesEarly: Bool = false) {
        (self.alternatives, self.description) = (alternatives, description)
        self.takesEarly = takesEarly
    }

    /// The same for who has a version already: of an early one that goes on with it, and with those of its numbers.
    func going(onFrom version: Version?) -> VersionRange {
        guard let version, !version.early.isEmpty, description == "*", !takesEarly else { return self }
        return VersionRange(
            alternatives: [[Bound(relation: .atLeast, version: version)]], description: ">= \(version)")
    }

    /// Reads a range; nil when it is none.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 200 else { return nil }
        var alternatives: [[Bound]] = []
        for alternative in text.split(separator: "|", omittingEmptySubsequences: true) {
            // `>= 1.0` and `>=1.0` are the same.
            var words: [String] = []
            for word in alternative.split(whereSeparator: { $0 == " " || $0 == "," }) {
                if let last = words.last, Self.operators.contains(last) {
                    words[words.count - 1] = last + word
                } else {
                    words.append(String(word))
                }
            }
            guard !words.isEmpty else { return nil }
            var bounds: [Bound] = []
            for word in words {
                guard let more = Self.bounds(word) else { return nil }
                bounds += more
            }
            alternatives.append(bounds)
        }
        guard !alternatives.isEmpty else { return nil }
        self.init(alternatives: alternatives, description: String(text))
    }

    /// Whether a version is accepted; an early one only where the range names one of the same numbers.
    public func contains(_ version: Version) -> Bool {
        alternatives.contains { bounds in
            bounds.allSatisfy { Self.holds($0, version) }
                && (version.early.isEmpty || takesEarly
                    || bounds.contains { $0.version.numbers == version.numbers && !$0.version.early.isEmpty })
        }
    }

    private static func holds(_ bound: Bound, _ version: Version) -> Bool {
        switch bound.relation {
        case .less: version < bound.version
        case .atMost: version <= bound.version
        case .equal: version == bound.version
        case .atLeast: version >= bound.version
        case .more: version > bound.version
        }
    }

    // The longer ones first.
    private static let operators = [">=", "<=", "^", "~", ">", "<", "="]

    private static func bounds(_ word: String) -> [Bound]? {
        if word == "*" { return [] }
        let sign = operators.first { word.hasPrefix($0) } ?? ""
        let rest = word.dropFirst(sign.count)
        if let version = Version(rest) {
            switch sign {
            case "^":
                return between(
                    version, next(version.numbers, after: version.numbers.firstIndex { $0 > 0 } ?? 2))
            case "~": return between(version, next(version.numbers, after: 1))
            case ">=": return [Bound(relation: .atLeast, version: version)]
            case ">": return [Bound(relation: .more, version: version)]
            case "<=": return [Bound(relation: .atMost, version: version)]
            case "<": return [Bound(relation: .less, version: version)]
            default: return [Bound(relation: .equal, version: version)]
            }
        }
        // `1` and `1.2` stand for all versions that begin so.
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap(Version.number)
        guard numbers.count == parts.count, (1...2).contains(numbers.count) else { return nil }
        let all = numbers + Array(repeating: 0, count: 3 - numbers.count)
        guard let first = version(all), let end = next(all, after: numbers.count - 1) else { return nil }
        switch sign {
        case "^":
            return between(first, next(all, after: numbers.firstIndex { $0 > 0 } ?? numbers.count - 1))
        case ">=": return [Bound(relation: .atLeast, version: first)]
        case ">": return [Bound(relation: .atLeast, version: end)]
        case "<=": return [Bound(relation: .less, version: end)]
        case "<": return [Bound(relation: .less, version: first)]
        default: return between(first, end)
        }
    }

    private static func between(_ first: Version, _ end: Version?) -> [Bound]? {
        end.map { [Bound(relation: .atLeast, version: first), Bound(relation: .less, version: $0)] }
    }

    /// The first version whose number at `place` is greater.
    private static func next(_ numbers: [Int], after place: Int) -> Version? {
        version(numbers.indices.map { $0 < place ? numbers[$0] : $0 == place ? numbers[$0] + 1 : 0 })
    }

    private static func version(_ numbers: [Int]) -> Version? {
        Version(numbers.map(String.init).joined(separator: "."))
    }
}
