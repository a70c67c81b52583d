import Net

/// What time it is by the packets when none come: their last time, and what has passed since.
///
/// So a capture that is written elsewhere, and a clock that is set, disturb nothing.
struct PacketClock {
    private static let step: Int64 = 1_000_000_000
    private var last: (packet: Int64, uptime: Int64)?
    private var told: Int64

    init(uptime: Int64) { told = uptime }

    /// A frame of this time came; `uptime` is of a clock that never goes back.
    mutating func note(_ time: Timestamp, uptime: Int64) { last = (time.nanoseconds, uptime) }

    /// The time by the packets, once a second; nil in between, and before the first packet.
    mutating func tick(uptime: Int64) -> Timestamp? {
        guard uptime - told >= Self.step else { return nil }
        told = uptime
        return now(uptime: uptime)
    }

    /// The time by the packets; nil before the first.
    func now(uptime: Int64) -> Timestamp? {
        last.map { Timestamp(nanoseconds: $0.packet &+ (uptime - $0.uptime)) }
    }
}
