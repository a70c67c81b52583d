// Regexes: regular expressions over bytes, for `matches` and `fields` of plugins.
//
// Comes in: a pattern as a plugin wrote it, and a speaker's first bytes.
// Goes out: match, no match or limit, and the ranges of the named groups.
// PCRE2 works on bytes here, never on UTF-8; flags stand in the pattern, as `(?i)` or `(?m)`. Every match is
// bounded in steps, depth and memory, since a pack's author may be careless and traffic is hostile.
//
// May import: CPCRE2. Must never: import Foundation, match without limits, allocate per match.

/// What one match may use before it is given up.
public struct RegexLimits: Sendable {
    /// Internal match steps.
    public var steps: UInt32
    /// Nested backtracking points; only for patterns that run without JIT.
    public var depth: UInt32
    /// Memory for backtracking in KiB; only for patterns that run without JIT.
    public var heapKiB: UInt32

    /// Limits of one match.
    public init(steps: UInt32 = 20_000, depth: UInt32 = 1_000, heapKiB: UInt32 = 256) {
        self.steps = steps
        self.depth = depth
        self.heapKiB = heapKiB
    }

    /// Enough for every banner, too little to stall a worker.
    public static let standard = RegexLimits()
}

/// A pattern that is none: what PCRE2 says, and where.
public struct RegexError: Error, Equatable, CustomStringConvertible {
    /// The pattern as it was given.
    public let pattern: String
    /// PCRE2's message.
    public let message: String
    /// The byte of the pattern that it stumbled over, counted from 0.
    public let offset: Int

    /// `missing closing parenthesis at offset 3 of [[a(b]]`.
    public var description: String { "\(message) at offset \(offset) of [[\(pattern)]]" }
}

/// What trying to match gave.
public enum RegexOutcome: Sendable {
    /// It matches; the matcher holds the groups.
    case match
    /// It does not match.
    case noMatch
    /// A limit was reached, so nothing is known.
    case limit
}
