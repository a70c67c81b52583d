internal import Net

extension Timestamp {
    /// The time from an earlier moment to this one.
    func since(_ earlier: Timestamp) -> Duration { .nanoseconds(nanoseconds &- earlier.nanoseconds) }
}
