/// Rates over the last ten seconds, from counters that are read about once a second.
public struct RateMeter: Sendable {
    private struct Reading {
        var nanoseconds: Int64
        var packets: Int
        var bytes: Int
    }

    private static let span: Int64 = 10_000_000_000
    private var readings: [Reading] = []

    /// A meter without a reading.
    public init() {}

    /// Takes the counters at a moment of a clock that never goes back, and gives the rates since the reading that lies
    /// about ten seconds before.
    public mutating func update(nanoseconds: Int64, packets: Int, bytes: Int) -> SensorSnapshot.Rates {
        // The last reading before the span stays, so that the span is covered.
        while readings.count > 1, readings[1].nanoseconds <= nanoseconds - Self.span {
            readings.removeFirst()
        }
        // Whoever reads more often than once a second is given rates all the same, from fewer readings.
        if let last = readings.last, readings.count > 1, nanoseconds - last.nanoseconds < 500_000_000 {
            return rates(until: Reading(nanoseconds: nanoseconds, packets: packets, bytes: bytes))
        }
        readings.append(Reading(nanoseconds: nanoseconds, packets: packets, bytes: bytes))
        return rates(until: readings[readings.count - 1])
    }

    private func rates(until last: Reading) -> SensorSnapshot.Rates {
        guard let first = readings.first, last.nanoseconds > first.nanoseconds else { return .init() }
        let seconds = Double(last.nanoseconds - first.nanoseconds) / 1e9
        return SensorSnapshot.Rates(
            packetsPerSecond: Double(last.packets - first.packets) / seconds,
            bitsPerSecond: Double(last.bytes - first.bytes) * 8 / seconds)
    }
}
