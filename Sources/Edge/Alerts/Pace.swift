/// How long to wait for what, and how much to keep.
struct Pace: Sendable {
    /// The wait after the first failure; each further one doubles it.
    var firstPause: Duration = .seconds(1)
    /// The longest wait after a failure.
    var longestPause: Duration = .seconds(60)
    /// The wait before a failed disk is tried again.
    var diskPause: Duration = .seconds(5)
    /// How long a receiver may take to confirm, connect or answer.
    var patience: Duration = .seconds(10)
    /// The most alerts that are handed over and not confirmed.
    var window = 1024
    /// The bytes of a spool.
    var spoolBytes = 64 << 20
    /// The keys that a receiver's spool remembers, of flows and of everything else each.
    var keys = 100_000
    /// The alerts that wait in memory, for each receiver.
    var memoryCount = 10_000
    /// Their bytes.
    var memoryBytes = 16 << 20

    /// The wait after so many failures in a row: doubled each time, half of it by chance, so that many sensors do not
    /// all come back in the same moment.
    func pause(after failures: Int) -> Duration {
        let doubled = firstPause * (1 << min(max(failures - 1, 0), 16))
        return min(doubled, longestPause) * Double.random(in: 0.5...1)
    }
}
