internal import Net
internal import Synchronization

/// The alerts of a receiver in memory: from `submit` until they are on disk or, when the disk fails, delivered.
///
/// Guarded by a lock that is held for a few lines only, never during input or output.
final class Intake: Sendable {
    /// An entry with its number in this queue.
    struct Queued: Sendable {
        var id: UInt64
        var entry: SpoolEntry
    }

    private struct State {
        var queue = Queue<Queued>()
        var bytes = 0
        var lastID: UInt64 = 0
        var keys: AlertedKeys
        var isSignalled = false
        var figures: AlertSnapshot.Receiver
    }

    let name: String
    private let state: Mutex<State>
    private let countLimit: Int
    private let byteLimit: Int

    init(name: String, keyLimit: Int, countLimit: Int, byteLimit: Int) {
        self.name = name
        self.countLimit = countLimit
        self.byteLimit = byteLimit
        state = Mutex(State(keys: AlertedKeys(limit: keyLimit), figures: AlertSnapshot.Receiver(name: name)))
    }

    /// Takes keys of earlier runs in.
    func remember(_ keys: [AlertKey]) {
        state.withLock { state in for key in keys { state.keys.insert(key) } }
    }

    /// Whether the alert was told already; counted when it was.
    func knows(_ key: AlertKey) -> Bool {
        state.withLock { state in
            guard state.keys.contains(key) else { return false }
            state.figures.repeated += 1
            return true
        }
    }

    /// Queues an entry unless it was told already; true when somebody must be told that there is something.
    func add(_ entry: SpoolEntry) -> Bool {
        state.withLock { state in
            if let key = entry.key, !state.keys.insert(key) {
                state.figures.repeated += 1
                return false
            }
            state.lastID += 1
            state.queue.append(Queued(id: state.lastID, entry: entry))
            state.bytes += entry.memory
            while state.queue.count > countLimit || state.bytes > byteLimit,
                let first = state.queue.popFirst()
            {
                state.bytes -= first.entry.memory
                state.figures.dropped += 1
            }
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
    }

    /// The first entries, which stay until they are removed; the next to be added is signalled again.
    func first(_ most: Int) -> [Queued] {
        state.withLock { state in
            state.isSignalled = false
            return state.queue.prefix(most)
        }
    }

    /// Removes the entries up to this number.
    func remove(through id: UInt64) {
        state.withLock { state in
            while let first = state.queue.first, first.id <= id {
                state.queue.popFirst()
                state.bytes -= first.entry.memory
            }
        }
    }

    var count: Int { state.withLock { $0.queue.count } }
    var oldest: Timestamp? { state.withLock { $0.queue.first?.entry.submitted } }

    /// Changes the counters.
    func note(_ change: (inout AlertSnapshot.Receiver) -> Void) { state.withLock { change(&$0.figures) } }

    /// The counters; what waits in memory is added to what waits on disk.
    var figures: AlertSnapshot.Receiver {
        state.withLock { state in
            var figures = state.figures
            figures.queued += state.queue.count
            figures.oldestWaiting = figures.oldestWaiting ?? state.queue.first?.entry.submitted
            return figures
        }
    }
}

extension SpoolEntry {
    /// About the bytes that it takes in memory.
    fileprivate var memory: Int { alert.line.count + alert.title.utf8.count + 256 }
}
