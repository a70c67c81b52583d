/// What a speaker's first bytes must look like: the matcher expressions of the plugin language.
///
/// Offsets count from the first byte the speaker said (TCP) or the first byte of a datagram (UDP, SCTP).
public indirect enum Matcher: Sendable, Hashable {
    /// The bytes at an offset lie in the given classes, one after the other (`starts`, `starts_nocase`, `bytes`
    /// and `at` of these).
    case classes([ByteClass], offset: Int)
    /// One of the first lines begins with the given classes (`line`).
    case line([ByteClass])
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
}
