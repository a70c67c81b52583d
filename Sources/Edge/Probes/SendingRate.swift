/// How much may be sent: so much a second, a twentieth of a second's worth at once.
struct SendingRate {
    private let perSecond: Double
    private var allowance = 0.0
    private var refilled = ContinuousClock.now

    init(perSecond: Int) { self.perSecond = Double(perSecond) }

    /// Whether something may be sent now.
    var isFree: Bool { allowance >= 1 }

    /// Time has passed.
    mutating func refill() {
        let time = ContinuousClock.now
        let passed = Double((time - refilled) / .nanoseconds(1)) / 1e9
        refilled = time
        allowance = min(allowance + passed * perSecond, max(1, perSecond / 20))
    }

    /// Something is sent; false when it may not be yet.
    mutating func pay() -> Bool {
        guard isFree else { return false }
        allowance -= 1
        return true
    }
}
