import Synchronization

/// Where the live loop pins its snapshot about once a second, and everyone else reads it.
public final class SnapshotBoard: Sendable {
    private struct Pinned {
        var snapshot: SensorSnapshot
        var at: ContinuousClock.Instant
    }

    /// A snapshot older than this means that the loop hangs.
    public static let staleAfter = Duration.seconds(10)

    private let pinned = Mutex<Pinned?>(nil)
    private let clock: @Sendable () -> ContinuousClock.Instant

    /// An empty board.
    public convenience init() { self.init { ContinuousClock.now } }

    /// An empty board with a clock of its own, for tests.
    init(clock: @escaping @Sendable () -> ContinuousClock.Instant) { self.clock = clock }

    /// Replaces the snapshot.
    public func post(_ snapshot: SensorSnapshot) {
        let new = Pinned(snapshot: snapshot, at: clock())
        // The old one is freed after the lock is given back.
        let old = pinned.withLock { pinned in
            let old = pinned
            pinned = new
            return old
        }
        _ = old
    }

    /// The last snapshot; nil before the first.
    public var snapshot: SensorSnapshot? { pinned.withLock { $0?.snapshot } }

    /// How long ago it was posted; nil before the first.
    public var age: Duration? { pinned.withLock { $0?.at }.map { clock() - $0 } }

    /// Whether the live loop is alive.
    public var isFresh: Bool { age.map { $0 <= Self.staleAfter } ?? false }
}
