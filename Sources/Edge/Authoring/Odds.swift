public import Matching
internal import Regexes

/// How often bytes of pure chance fit a matcher, by what it asks of each byte.
///
/// The payloads are those of ``RandomTraffic``: every byte as likely as any other, 1 to 256 bytes. What cannot be told
/// from bytes alone counts as fitting: the rest of a pattern, the meaning of a number. So the odds are an upper bound,
/// except that parts of one matcher are taken to be independent.
public enum Odds {
    /// The lengths that random payloads have.
    static let lengths = 1...256

    /// The part of all payloads that fit, from 0 to 1; 1 for a speaker of whom nothing is asked.
    public static func of(_ matcher: Matcher?) -> Double {
        guard let matcher else { return 1 }
        let demands = Demands(matcher)
        return demands.odds
    }

    /// How many bits are known of what fits, at most 64.
    public static func bits(_ matcher: Matcher?) -> Double {
        let odds = of(matcher)
        return odds <= 0 ? 64 : min(64, -log2(odds))
    }
}

/// The binary logarithm of a number above 0, to a few digits.
func log2(_ value: Double) -> Double {
    // The exponent, and a polynomial for the rest: no library of mathematics is needed for a message.
    let mantissa = value.significand - 1
    return Double(value.exponent) + mantissa * (1.4142 - 0.4142 * mantissa)
}

/// What a matcher asks for: certain bytes at certain places, and odds for everything else.
struct Demands {
    /// By offset, what the byte there may be.
    private(set) var fixed: [Int: ByteClass] = [:]
    /// How long it may be; nil for any length.
    private(set) var length: ClosedRange<Int>?
    /// The odds of what is said by neither.
    private(set) var rest = 1.0
    /// Whether the odds are those of all that is asked for, not of a part of it only.
    private(set) var areComputed = true

    /// How many lines a random payload has.
    static let lines = 1.5

    init(_ matcher: Matcher) { add(matcher, at: 0) }

    /// The odds that random bytes meet all demands.
    var odds: Double {
        // A place that a payload may be too short for.
        let reach = Double((fixed.keys.max() ?? 0) + 1)
        let isLong = max(0, 1 - (reach - 1) / Double(Odds.lengths.count))
        return fixedOdds * rest * isLong
    }

    /// The odds of what ``Forgery`` sees to: certain bytes, and the length.
    var fixedOdds: Double {
        let long = length.map { Double($0.count) / Double(Odds.lengths.count) } ?? 1
        return fixed.values.reduce(long) { $0 * Double($1.count) / 256 }
    }

    private mutating func add(_ classes: [ByteClass], at offset: Int) {
        for (place, byteClass) in classes.enumerated() {
            fixed[offset + place] = fixed[offset + place].map { $0.intersection(byteClass) } ?? byteClass
        }
    }

    private mutating func add(_ matcher: Matcher, at offset: Int) {
        switch matcher {
        case .classes(let classes, let start): add(classes, at: offset + start)
        case .at(let start, let inner): add(inner, at: offset + start)
        case .all(let parts): for part in parts { add(part, at: offset) }
        case .sequence(let steps): add(steps, at: offset)
        case .matches(let pattern):
            add(Regex.literalPrefix(of: pattern).map { ByteClass($0) }, at: offset)
            areComputed = false
        case .any(let parts): rest *= oneOf(parts)
        case .none(let parts): rest *= 1 - oneOf(parts)
        case .line(let classes), .header(let classes): rest *= Self.inSomeLine(classes.map(\.count))
        case .command(let words):
            // The byte behind the word is one of three.
            rest *= min(
                1,
                words.reduce(0) {
                    $0 + Self.inSomeLine($1.map { ByteClass(ignoringCase: $0).count } + [3])
                })
        case .reply(let codes): rest *= Double(codes.count) * Self.inSomeLine([1, 1, 1, 4])
        case .contains(let text):
            rest *= min(1, 128 * text.reduce(1.0) { odds, _ in odds / 256 })
        case .length(let range):
            let low = max(range.lowerBound + offset, length?.lowerBound ?? Odds.lengths.lowerBound)
            let high = min(range.upperBound + offset, length?.upperBound ?? Odds.lengths.upperBound)
            if low <= high { length = low...high } else { rest = 0 }
        case .sized(_, let width, _, _): rest *= Self.power(1.0 / 256, width)
        }
    }

    private mutating func oneOf(_ parts: [Matcher]) -> Double {
        let all = parts.map(Demands.init)
        if !all.allSatisfy(\.areComputed) { areComputed = false }
        return min(1, all.reduce(0) { $0 + $1.odds })
    }

    /// Only the steps before one of unknown length stand at known places.
    private mutating func add(_ steps: [Step], at offset: Int) {
        var place: Int? = offset
        areComputed = false
        for step in steps {
            switch step {
            case .classes(let classes):
                if let known = place {
                    add(classes, at: known)
                    place = known + classes.count
                } else {
                    rest *= classes.reduce(1) { $0 * Double($1.count) / 256 }
                }
            case .element(let tag, _):
                rest *= Double(tag.count) / 256
                place = nil
            case .counted(let width, _, let range, _):
                let all = Self.power(256, width)
                rest *= min(
                    1, (Double(min(Double(range.upperBound), all - 1)) - Double(range.lowerBound) + 1) / all)
                place = nil
            case .labels:
                rest *= 1.0 / 16
                place = nil
            case .ends: rest *= 1.0 / 256
            }
        }
    }

    private static func inSomeLine(_ counts: [Int]) -> Double {
        min(1, lines * counts.reduce(1) { $0 * Double($1) / 256 })
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { value, _ in value * base }
    }
}

extension ByteClass {
    /// What both sets have.
    func intersection(_ other: ByteClass) -> ByteClass { ByteClass { contains($0) && other.contains($0) } }
}
