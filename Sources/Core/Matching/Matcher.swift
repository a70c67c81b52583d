/// One step of a sequence: it looks at the bytes where the one before ended, and says where the next begins.
public enum Step: Sendable, Hashable {
    /// These classes, one a byte.
    case classes([ByteClass])
    /// A domain name: labels with their lengths, at most 255 bytes, up to the root or a pointer (RFC 1035 section
    /// 4.1.4).
    case labels
    /// A number of `width` bytes that lies in `range` and, less `less`, says how many bytes come behind it; these are
    /// passed over, whether they are there or not.
    case counted(width: Int, isLittle: Bool, range: ClosedRange<Int>, less: Int)
    /// A BER element whose tag is in the class (X.690 section 8.1): its header is passed over, and the steps that follow
    /// must stay within its contents (`enter`), or all of it is (`skip`).
    case element(ByteClass, enters: Bool)
    /// Nothing follows.
    case ends
}

/// What a speaker's first bytes must look like: the matcher expressions of the plugin language.
///
/// Offsets count from the first byte the speaker said (TCP) or the first byte of a datagram (UDP, SCTP).
public indirect enum Matcher: Sendable, Hashable {
    /// The bytes at an offset lie in the given classes, one after the other (`starts`, `starts_nocase`, `bytes`
    /// and `at` of these).
    case classes([ByteClass], offset: Int)
    /// One of the first lines begins with the given classes (`line`).
    case line([ByteClass])
    /// One of the lines before the first empty one begins with the given classes (`header`; RFC 9112 section 2.1).
    case header([ByteClass])
    /// One of the first lines has one of these words, compared without case, as its first word (`command`).
    case command([[UInt8]])
    /// One of the first lines begins with one of these three-digit codes, then a space, a hyphen or the line's
    /// end (`reply`; RFC 5321 section 4.2, RFC 959 section 4.2).
    case reply([Int])
    /// The literal stands somewhere within the first `limit` bytes (`contains`).
    case contains([UInt8])
    /// The PCRE2 pattern matches the first bytes (`matches`).
    case matches(String)
    /// The payload of the datagram has a length in this range; for TCP, the bytes of the first segment(s) seen.
    case length(ClosedRange<Int>)
    /// The number of `width` bytes at an offset, plus `plus`, is the length of the datagram; for TCP, of the bytes seen
    /// so far (`sized`).
    case sized(offset: Int, width: Int, isLittle: Bool, plus: Int)
    /// Each step begins where the one before ended (`seq`).
    case sequence([Step])
    /// At an offset of the bytes, the inner matcher holds as though they began there.
    case at(Int, Matcher)
    /// One of them holds.
    case any([Matcher])
    /// Every one of them holds.
    case all([Matcher])
    /// None of them holds.
    case none([Matcher])

    /// Whether it only says what must not be there: a fit means little then.
    public var onlyExcludes: Bool {
        switch self {
        case .none: true
        case .all(let parts), .any(let parts): parts.allSatisfy(\.onlyExcludes)
        case .at(_, let inner): inner.onlyExcludes
        default: false
        }
    }

    /// All patterns in it.
    public var patterns: [String] {
        switch self {
        case .matches(let pattern): [pattern]
        case .at(_, let inner): inner.patterns
        case .any(let parts), .all(let parts), .none(let parts): parts.flatMap(\.patterns)
        default: []
        }
    }

    /// Whether it is a line that may stand behind others.
    var isLine: Bool {
        if case .line = self { true } else { false }
    }

    /// How much evaluating it takes, roughly: a few bytes, lines, a search, an expression.
    var effort: Int {
        switch self {
        case .length, .sized: 0
        case .classes: 1
        case .sequence: 2
        case .at(_, let inner): inner.effort
        case .any(let parts), .all(let parts), .none(let parts): parts.map(\.effort).max() ?? 0
        case .line, .header, .command, .reply: 3
        case .contains: 4
        case .matches: 5
        }
    }
}
