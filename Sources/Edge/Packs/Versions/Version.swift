/// A version (Semantic Versioning 2.0.0): `1.2.0`, `1.2.0-rc.1`, `1.2.0+build`.
public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The three numbers.
    let numbers: [Int]
    /// What comes before the version itself: `rc.1`; empty for the version.
    let early: [String]
    /// As it was written.
    public let description: String

    /// Reads a version with all three numbers; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 64 else { return nil }
        description = String(text)
        let plus = Self.parts(description, at: "+", once: true)
        let hyphen = Self.parts(plus[0], at: "-", once: true)
        numbers = Self.parts(hyphen[0], at: ".").compactMap { Self.number($0) }
        early = hyphen.count == 2 ? Self.parts(hyphen[1], at: ".") : []
        let build = plus.count == 2 ? Self.parts(plus[1], at: ".") : []
        guard numbers.count == 3, Self.parts(hyphen[0], at: ".").count == 3,
            (early + build).allSatisfy(Self.isIdentifier),
            early.allSatisfy({ !Self.isNumeric($0) || Self.number($0) != nil })
        else { return nil }
    }

    private static func parts(_ text: String, at separator: Character, once: Bool = false) -> [String] {
        text.split(separator: separator, maxSplits: once ? 1 : .max, omittingEmptySubsequences: false).map(
            String.init)
    }

    static func number(_ text: some StringProtocol) -> Int? {
        guard (1...9).contains(text.utf8.count), isNumeric(text), text == "0" || text.first != "0" else {
            return nil
        }
        return Int(text)
    }

    private static func isNumeric(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
            }
    }

    /// Section 11: numbers by size, then what has no early part, then early parts one by one.
    public static func < (left: Self, right: Self) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        if left.early.isEmpty || right.early.isEmpty { return !left.early.isEmpty && right.early.isEmpty }
        for (one, other) in zip(left.early, right.early) where one != other {
            switch (number(one), number(other)) {
            case (let one?, let other?): return one < other
            case (_?, nil): return true
            case (nil, _?): return false
            case (nil, nil): return one.utf8.lexicographicallyPrecedes(other.utf8)
            }
        }
        return left.early.count < right.early.count
    }

    /// What was built otherwise is the same version.
    public static func == (left: Self, right: Self) -> Bool {
        left.numbers == right.numbers && left.early == right.early
    }

    /// In keeping with `==`.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(numbers)
        hasher.combine(early)
    }
}
