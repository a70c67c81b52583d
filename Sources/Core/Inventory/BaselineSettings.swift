public import Net

/// What a site wants to know of what is new: `baseline { learn = "7d", quiet = "30d", freeze = true }`.
public struct BaselineSettings: Sendable {
    /// How long everything is learnt and nothing reported, from the first recognition on.
    public var learn: Duration = .seconds(7 * 86_400)
    /// How long a known service may be silent.
    public var quiet: Duration = .seconds(30 * 86_400)
    /// Whether nothing is learnt after the learning period: what is new stays new.
    public var isFrozen = false
    /// Where it stands.
    public var origin: SourceLocation

    /// The defaults: a week to learn, a month to be silent, new things are reported once and then known.
    public init(origin: SourceLocation) { self.origin = origin }
}

extension Duration {
    /// Whole nanoseconds, as far as they fit.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOverToo) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return isOver || isOverToo ? (seconds < 0 ? .min : .max) : sum
    }
}
