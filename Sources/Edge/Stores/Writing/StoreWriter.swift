internal import GRDB
internal import Inventory
public import Net
public import Records
internal import Threads

/// Writes batches into a store on a thread of its own.
///
/// `@unchecked`: what several threads touch lies behind the gate.
public final class StoreWriter: @unchecked Sendable {
    /// Who hands batches over when there is no room for more.
    public enum Pace: Sendable {
        /// Waits: files are not in a hurry.
        case patient
        /// Goes on: sessions that cannot be stored in time are left out and counted; when that does not help, so is the
        /// rest, until ``StoreWriter/takeGap()`` says that there is room to tell it again.
        case live
    }

    /// The store that is written.
    public let store: Store
    private let pace: Pace
    private let gate = Gate()
    private var queue: [StoreBatch] = []
    /// Batches that were written.
    private var spare: [StoreBatch] = []
    private var isClosed = false
    private var isBroken = false
    private var problems: [String] = []
    private var recoveries: [String] = []
    private var isTroubled = false
    private var lostSessions = 0
    private var written = 0
    private var assetChanges: [AssetChange] = []
    private var switchedOff: [String: String] = [:]
    private var thread: Thread?
    private var retention: Retention?
    /// What was left out since there was no room at all; nil while there is.
    private var gap: Gap?
    /// What everything else is named by, of what was left out.
    private var frame = StoreBatch()
    private var lostInGap = 0

    /// What a sensor could not hand over.
    public struct Gap: Sendable, Equatable {
        /// The earliest finding that was left out; nil when there was none.
        public var findingsSince: Timestamp?
    }

    /// So many batches may wait with their sessions, so many without, and none beyond that.
    ///
    /// Who waits itself needs no long queue: what is handed over had better still be in the cache.
    private let maximumQueued: Int
    private let mostQueued: Int
    private static let maximumTogether = 16
    private static let mostChanges = 100_000
    private static let mostSpare = 16

    /// A writer whose thread runs.
    public init(_ store: Store, pace: Pace, retention: Retention? = nil) throws(StoreError) {
        (self.store, self.pace, self.retention) = (store, pace, retention)
        maximumQueued = pace == .patient ? 32 : 128
        mostQueued = 2 * maximumQueued
        thread = Thread { [self] in run() }
        if thread == nil { throw StoreError("\(store.path): the system has no thread to give to the store") }
    }

    /// Keeps what it keeps by another rule from now on.
    public func adopt(_ retention: Retention?) { gate.change { self.retention = retention } }

    /// Hands a batch over; it is written soon.
    public func submit(_ batch: StoreBatch) {
        guard !batch.isEmpty else { return }
        switch pace {
        case .patient:
            _ = gate.wait { queue.count < maximumQueued || isBroken ? true : nil as Bool? }
            gate.change { if !isBroken { queue.append(batch) } }
        case .live:
            gate.change {
                guard !isBroken else { return }
                if gap != nil || queue.count >= mostQueued {
                    leaveOut(batch)
                } else if queue.count < maximumQueued || batch.sessions.isEmpty {
                    queue.append(batch)
                } else {
                    // What runs where matters more than every session.
                    var rest = batch
                    rest.dropSessions()
                    lostSessions += batch.sessions.count
                    queue.append(rest)
                }
            }
        }
    }

    /// Keeps only what later batches are named by: a disk that is full for a day must not fill the memory too.
    private func leaveOut(_ batch: StoreBatch) {
        if gap == nil {
            gap = Gap()
            problems.append(
                "\(store.path): too much waits for the store; what is new is stored when there is room again")
        }
        lostSessions += batch.sessions.count
        lostInGap += batch.sessions.count
        for (_, step) in batch.steps {
            switch step {
            case .naming:
                frame.rename(step)
            case .begin, .end, .lists: frame.append(step)
            case .finding(let place):
                let time = batch.findings[Int(place)].time
                let earliest = gap?.findingsSince ?? time
                gap?.findingsSince = min(earliest, time)
            // A capture that is not noted as read is read again, and its sessions stored.
            case .service, .banner, .program, .lost, .memory, .facts, .followed: break
            }
        }
    }

    /// What was left out, once there is room for it; whoever gets it tells again what is known now.
    public func takeGap() -> Gap? {
        gate.change {
            guard let gap, queue.count < maximumQueued / 2, !isBroken else { return nil }
            closeGap()
            return gap
        }
    }

    /// What comes is queued again, after what it is named by.
    private func closeGap() {
        guard gap != nil else { return }
        gap = nil
        frame.append(.lost(lostInGap))
        queue.append(frame)
        (frame, lostInGap) = (StoreBatch(), 0)
    }

    /// An empty batch with room for what a batch usually has; one that was written, where there is any.
    public func takeSpare() -> StoreBatch { gate.change { spare.popLast() } ?? StoreBatch.roomy() }

    /// Who joined and left asset lists since the last time.
    public func takeAssetChanges() -> [AssetChange] {
        gate.change {
            defer { assetChanges = [] }
            return assetChanges
        }
    }

    /// The asset lists whose conditions failed, by name, each with the reason: nobody joins or leaves them.
    public var listsSwitchedOff: [(name: String, reason: String)] {
        gate.change { switchedOff }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// How many sessions there was no time to store.
    public var sessionsLost: Int { gate.change { lostSessions } }
    /// How many sessions are stored for good.
    public var sessionsWritten: Int { gate.change { written } }

    /// What went wrong since the last time, for people.
    public func takeProblems() -> [String] {
        gate.change {
            defer { problems = [] }
            return problems
        }
    }

    /// What is well again since the last time, for people.
    public func takeRecoveries() -> [String] {
        gate.change {
            defer { recoveries = [] }
            return recoveries
        }
    }

    /// Writes what waits and ends.
    public func finish() {
        gate.change {
            closeGap()
            isClosed = true
        }
        thread?.join()
        thread = nil
    }

    // MARK: The thread

    private func run() {
        StoreFiles.yieldToOthers()
        let scribe = Scribe(keepsUntilEnd: pace == .patient)
        retain(scribe, isFirst: true)
        while var batches = next() {
            write(batches, scribe)
            for place in batches.indices where batches[place].sessions.capacity > 0 {
                // Their memory is used again: fresh pages cost more than what is written to them.
                var batch = StoreBatch()
                swap(&batch, &batches[place])
                batch.clear()
                gate.change { if spare.count < Self.mostSpare { spare.append(batch) } }
            }
            retain(scribe, isFirst: false)
        }
        retain(scribe, isFirst: true)
        // The journal goes into the file, so that the file alone is the store.
        try? store.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    }

    private func next() -> [StoreBatch]? {
        let isOpen = gate.wait { !queue.isEmpty ? true : isClosed ? false : nil as Bool? }
        guard isOpen else { return nil }
        return gate.change {
            // The end of a capture is the end of a transaction.
            let end = queue.prefix(Self.maximumTogether).firstIndex { $0.endsCapture } ?? queue.count - 1
            let count = min(end + 1, Self.maximumTogether)
            let batches = Array(queue.prefix(count))
            queue.removeFirst(count)
            return batches
        }
    }

    private func write(_ batches: [StoreBatch], _ scribe: Scribe) {
        var taken = 0
        while true {
            do {
                try store.database.write { database in
                    // What was taken in stays so when the transaction fails.
                    while taken < batches.count {
                        try scribe.take(batches[taken], database)
                        taken += 1
                    }
                    try scribe.write(database)
                }
                let changes = scribe.commit()
                let switchedOff = scribe.listsSwitchedOff
                gate.change {
                    self.switchedOff = switchedOff
                    // Whoever does not take them is not interested.
                    if assetChanges.count < Self.mostChanges { assetChanges += changes }
                    written += batches.reduce(0) { $0 + $1.sessions.count }
                    if isTroubled { recoveries.append("\(store.path): the store is written again") }
                    isTroubled = false
                }
                return
            } catch {
                scribe.rollBack()
                guard triesAgain(after: StoreError(error, path: store.path)) else { return }
            }
        }
    }

    /// Tells of a failure, and waits for a better moment; false when there is none.
    private func triesAgain(after error: StoreError) -> Bool {
        let isOver = gate.change {
            if !isTroubled { problems.append(error.description) }
            isTroubled = true
            if pace == .patient || isClosed || error.isOfContents {
                isBroken = true
                queue = []
            }
            return isBroken
        }
        guard !isOver else { return false }
        for _ in 0..<10 where !gate.change({ isClosed }) { StoreFiles.pause(milliseconds: 100) }
        return true
    }

    private var lastRetention: Int64 = 0

    /// Lets go of what is too old or too much, now and then.
    private func retain(_ scribe: Scribe, isFirst: Bool) {
        guard let retention = gate.change({ isBroken ? nil : retention }) else { return }
        let now = StoreFiles.now
        guard isFirst || now - lastRetention >= 60_000_000_000 else { return }
        lastRetention = now
        do { if try retention.apply(to: store, clock: now) { scribe.forgetRows() } } catch {
            gate.change { problems.append(StoreError(error, path: store.path).description) }
        }
    }
}

extension StoreBatch {
    /// Whether a capture is over with it.
    fileprivate var endsCapture: Bool { steps.contains { if case .end = $0.step { true } else { false } } }
}
