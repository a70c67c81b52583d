/// How long alerts took, counted in buckets.
public struct LatencyHistogram: Sendable, Equatable {
    /// The upper bounds of the buckets but the last, which has none.
    public static let bounds: [Duration] = [
        .milliseconds(1), .milliseconds(2), .milliseconds(5), .milliseconds(10), .milliseconds(20),
        .milliseconds(50), .milliseconds(100), .milliseconds(200), .milliseconds(500), .seconds(1),
        .seconds(5),
        .seconds(30), .seconds(60), .seconds(600),
    ]

    /// How many fell into each bucket, one more than there are bounds.
    public private(set) var counts = Array(repeating: 0, count: bounds.count + 1)
    /// The sum of all.
    public private(set) var sum: Duration = .zero

    /// A histogram of nothing.
    public init() {}

    /// How many there are.
    public var count: Int { counts.reduce(0, +) }

    /// Counts one in; what lies in the future counts as no time at all.
    public mutating func record(_ latency: Duration) {
        let latency = max(latency, .zero)
        counts[Self.bounds.firstIndex { latency <= $0 } ?? Self.bounds.count] += 1
        sum += latency
    }

    /// The bound below which that part of all lies, such as 0.99; nil without any or when it lies above all bounds.
    public func bound(of part: Double) -> Duration? {
        var left = Int((Double(count) * part).rounded(.up))
        guard left > 0 else { return nil }
        for (bound, count) in zip(Self.bounds, counts) {
            left -= count
            if left <= 0 { return bound }
        }
        return nil
    }
}
