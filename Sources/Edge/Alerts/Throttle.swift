internal import Inventory
internal import Net

/// How many alerts of a route went out in the current period, and how many did not.
struct Throttle {
    let limit: AlertRoute.Throttle
    private var start: ContinuousClock.Instant?
    private var passed = 0
    /// How many were held back in this period, and the gravest of them.
    private(set) var heldBack = 0
    private(set) var gravest = Severity.info

    init(_ limit: AlertRoute.Throttle) { self.limit = limit }

    /// What becomes of an alert.
    enum Outcome: Equatable {
        case passes
        /// It is held back; for the first of a period, with the period's end.
        case isHeldBack(until: ContinuousClock.Instant?)
    }

    /// Counts an alert.
    mutating func take(_ severity: Severity, at now: ContinuousClock.Instant) -> Outcome {
        // A period that held something back lasts until it is told, so that nothing is counted in two.
        if let begun = start, now - begun >= limit.period, heldBack == 0 { start = nil }
        let begun = start ?? now
        if start == nil {
            start = now
            passed = 0
        }
        guard passed >= limit.count else {
            passed += 1
            return .passes
        }
        heldBack += 1
        gravest = max(gravest, severity)
        return .isHeldBack(until: heldBack == 1 ? begun + limit.period : nil)
    }

    /// Ends the period; how many it held back, and the gravest of them.
    mutating func end() -> (count: Int, gravest: Severity) {
        defer {
            start = nil
            heldBack = 0
            gravest = .info
        }
        return (heldBack, gravest)
    }
}
