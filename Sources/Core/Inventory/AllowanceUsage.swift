public import Net

/// What an allowance did in a run.
public struct AllowanceUsage: Sendable, Equatable {
    /// Sessions that it decided.
    public internal(set) var hits = 0
    /// The first of them.
    public internal(set) var firstHit: Timestamp?
    /// The last of them.
    public internal(set) var lastHit: Timestamp?
    /// Sessions that it would have allowed, had it not expired.
    public internal(set) var expiredSessions = 0
    /// Sessions that it would have allowed, had an earlier allowance not done so.
    public internal(set) var shadowedSessions = 0

    /// Nothing yet.
    public init() {}

    mutating func hit(at time: Timestamp) {
        hits += 1
        firstHit = firstHit.map { min($0, time) } ?? time
        lastHit = lastHit.map { max($0, time) } ?? time
    }
}
