internal import CPCRE2

/// Matches patterns for one thread: owns the memory that matches need, so that a match allocates nothing.
@safe
public final class RegexMatcher {
    /// How many matches were given up because a limit was reached.
    public private(set) var limitHits = 0
    /// The patterns of which a match was given up.
    public private(set) var givenUp: Set<String> = []

    // Nil only when memory was short; then every match is given up.
    private let matchData: OpaquePointer?
    private let matchContext: OpaquePointer?
    private var matchedGroups = 0

    /// A matcher for one thread.
    public init(limits: RegexLimits = .standard) {
        unsafe matchData = pcre2_match_data_create_8(UInt32(Regex.groupLimit + 1), nil)
        unsafe matchContext = pcre2_match_context_create_8(nil)
        unsafe pcre2_set_match_limit_8(matchContext, limits.steps)
        unsafe pcre2_set_depth_limit_8(matchContext, limits.depth)
        unsafe pcre2_set_heap_limit_8(matchContext, limits.heapKiB)
    }

    deinit {
        unsafe pcre2_match_context_free_8(matchContext)
        unsafe pcre2_match_data_free_8(matchData)
    }

    /// Looks for the pattern in the bytes from `base` on, as though they began there; after `.match`,
    /// ``range(ofGroup:)`` tells the groups.
    public func match(_ regex: Regex, in bytes: borrowing RawSpan, from base: Int = 0) -> RegexOutcome {
        unsafe bytes.withUnsafeBytes { all in
            guard base >= 0, base <= all.count else { return .noMatch }
            return unsafe match(regex, in: UnsafeRawBufferPointer(rebasing: all[base...]))
        }
    }

    /// Whether the pattern matches the bytes from `base` on; a limit counts as no match, and in ``limitHits``.
    public func matches(_ regex: Regex, _ bytes: borrowing RawSpan, from base: Int = 0) -> Bool {
        match(regex, in: bytes, from: base) == .match
    }

    /// The bytes that group `number` of the last match took, counted from its base (0 is the whole match); nil
    /// when it took no part.
    public func range(ofGroup number: Int) -> Range<Int>? {
        guard number >= 0, number < matchedGroups, let pairs = unsafe pcre2_get_ovector_pointer_8(matchData)
        else { return nil }
        let (start, end) = unsafe (pairs[2 * number], pairs[2 * number + 1])
        // An unset group has PCRE2_UNSET, the largest number, at both ends; \K can put the start behind the end.
        guard start <= end, end != .max else { return nil }
        return Int(start)..<Int(end)
    }

    private func match(_ regex: Regex, in bytes: UnsafeRawBufferPointer) -> RegexOutcome {
        matchedGroups = 0
        guard unsafe matchData != nil, unsafe matchContext != nil else { return limitHit(regex) }
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        // The short way in: what the other checks before it calls the same code, patterns here never need.
        let result =
            regex.isNative
            ? unsafe pcre2_jit_match_8(regex.code, start, bytes.count, 0, 0, matchData, matchContext)
            : unsafe pcre2_match_8(regex.code, start, bytes.count, 0, 0, matchData, matchContext)
        if result > 0 {
            matchedGroups = Int(result)
            return .match
        }
        return result == PCRE2_ERROR_NOMATCH ? .noMatch : limitHit(regex)
    }

    private func limitHit(_ regex: Regex) -> RegexOutcome {
        limitHits += 1
        givenUp.insert(regex.pattern)
        return .limit
    }
}
