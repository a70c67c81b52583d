internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Net

/// Moves the alerts of one receiver: from memory to disk, from disk to the receiver, in order.
///
/// Runs on a thread of its own kind, so that a slow disk holds up neither the caller nor the network.
actor Courier {
    /// The thread for files of all couriers; it lives as long as the process.
    private static let files = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let intake: Intake
    private var outlet: any Outlet
    /// What is to be used instead as soon as nothing is under way.
    private var nextOutlet: (any Outlet)?
    private let pace: Pace
    private let log: Logger
    let loop = files.next()
    private let bell = Bell()

    private var storage: Storage?
    /// Handed over, not confirmed.
    private var inFlight: [Handed] = []
    private var lastHanded: ContinuousClock.Instant?
    private var failures = 0
    private var downSince: ContinuousClock.Instant?
    private var diskFailedAt: ContinuousClock.Instant?
    private var isFinishing = false

    /// What is on disk.
    struct Storage {
        var spool: Spool
        var keys: KeyLog
    }

    /// Where an entry came from.
    private enum Origin {
        case memory(id: UInt64)
        case disk(SpoolCursor)
    }

    private struct Handed {
        var entry: SpoolEntry
        var origin: Origin
        var at: Timestamp
    }

    init(intake: Intake, outlet: any Outlet, storage: sending Storage, pace: Pace, log: Logger) {
        self.intake = intake
        self.outlet = outlet
        self.storage = storage
        self.pace = pace
        self.log = log
    }

    // MARK: From memory to disk

    /// Puts what waits in memory on disk; when the disk fails it stays there.
    func file() {
        loop.assertInEventLoop()
        guard storage != nil else { return }
        let isFromMemory = inFlight.contains { if case .memory = $0.origin { true } else { false } }
        let isTooSoon = diskFailedAt.map { .now - $0 < pace.diskPause } ?? false
        if !isFromMemory, !isTooSoon {
            do {
                // What was delivered from memory is filed already: room for nothing is no room.
                if diskFailedAt != nil { try storage?.spool.probe() }
                while try fileSome() {}
                if diskFailedAt != nil { report("are kept on disk again", isGood: true) }
                diskFailedAt = nil
            } catch {
                diskFailed(error)
            }
        }
        publish()
        ring()
    }

    /// False when nothing waits in memory.
    private func fileSome() throws(DiskError) -> Bool {
        let queued = intake.first(256)
        var keys: [AlertKey] = []
        var failure: DiskError?
        var filed: UInt64 = 0
        for item in queued {
            do { try storage?.spool.append(item.entry) } catch { failure = error }
            if failure != nil { break }
            filed = item.id
            if let key = item.entry.key { keys.append(key) }
        }
        // Last: until the keys are written, the entries have them.
        defer { intake.remove(through: filed) }
        try storage?.keys.append(keys)
        if let failure { throw failure }
        return !queued.isEmpty
    }

    private func diskFailed(_ error: any Error) {
        if diskFailedAt == nil {
            report("cannot be kept on disk (\(error)); they wait in memory", isGood: false)
        }
        diskFailedAt = .now
    }

    private func report(_ text: String, isGood: Bool) {
        log.log(level: isGood ? .notice : .warning, "alerts for '\(intake.name)' \(text)")
    }

    // MARK: From disk to the receiver

    /// Delivers until it is cancelled, or everything is delivered after ``finish()``.
    func run() async {
        file()
        while !Task.isCancelled, storage != nil {
            if diskFailedAt != nil { file() }
            await changeOutlet()
            do {
                if try await outlet.open() { isUp() }
                try await deliver()
                if isFinishing, waiting == 0 { break }
            } catch {
                guard !Task.isCancelled, storage != nil else { break }
                await failed(error)
            }
        }
        // It may have connected after it was closed.
        await outlet.close()
    }

    private func deliver() async throws {
        let batch = inFlight.count < pace.window ? try nextBatch() : []
        if !batch.isEmpty {
            let count = try await outlet.hand(batch.map(\.entry))
            let now = SystemCalls.now()
            lastHanded = .now
            for handed in batch.prefix(count) {
                inFlight.append(Handed(entry: handed.entry, origin: handed.origin, at: now))
                if case .disk(let end) = handed.origin { storage?.spool.advance(to: end) }
            }
        }
        if inFlight.isEmpty {
            if isFinishing, waiting == 0 { return }
            await bell.wait(atMost: diskFailedAt == nil ? nil : pace.diskPause)
        } else if try await outlet.isConfirmed() {
            settle()
        } else if let lastHanded, .now - lastHanded > pace.patience {
            throw DeliveryError.failed("nothing was confirmed for \(pace.patience)")
        } else if batch.isEmpty {
            await bell.wait(atMost: .milliseconds(5))
        }
    }

    /// What is to be handed over next: from disk first, since that is older.
    private func nextBatch() throws -> [Handed] {
        let now = SystemCalls.now()
        let entries = try storage?.spool.read(atMost: outlet.batchLimit) ?? []
        if !entries.isEmpty { return entries.map { Handed(entry: $0.entry, origin: .disk($0.end), at: now) } }
        // A second batch from memory would be the first again, which stays there until it is confirmed.
        guard diskFailedAt != nil, inFlight.isEmpty else { return [] }
        return intake.first(outlet.batchLimit).map {
            Handed(entry: $0.entry, origin: .memory(id: $0.id), at: now)
        }
    }

    /// Everything in flight has arrived.
    private func settle() {
        for handed in inFlight {
            intake.note { figures in
                figures.delivered += 1
                figures.sinceRecord.record(handed.at.since(handed.entry.alert.time))
                figures.sinceSubmission.record(handed.at.since(handed.entry.submitted))
            }
        }
        // Before these are gone: they waited too.
        isUp()
        pass(inFlight)
        inFlight = []
        publish()
    }

    /// Notes that these need not be delivered any more.
    private func pass(_ handed: [Handed]) {
        guard let last = handed.last else { return }
        switch last.origin {
        case .memory(let id):
            intake.remove(through: id)
            // Written when the disk takes it again.
            do { try storage?.keys.append(handed.compactMap(\.entry.key)) } catch { diskFailed(error) }
        case .disk(let end):
            if let error = storage?.spool.acknowledge(end) { diskFailed(error) }
        }
    }

    private func isUp() {
        failures = 0
        guard let downSince else { return }
        self.downSince = nil
        let seconds = (ContinuousClock.now - downSince).components.seconds
        log.notice("receiver '\(intake.name)' is back after \(seconds) s; \(waiting) alerts waited")
        intake.note { $0.isDown = false }
    }

    private func failed(_ error: any Error) async {
        if case DeliveryError.refused(let text) = error, let first = try? nextBatch().first {
            log.warning("receiver '\(intake.name)' refused an alert (\(text)); it is given up")
            intake.note { $0.dropped += 1 }
            pass([first])
            return publish()
        }
        failures += 1
        intake.note { figures in
            figures.failedAttempts += 1
            figures.isDown = true
        }
        inFlight = []
        storage?.spool.rewind()
        if downSince == nil {
            downSince = .now
            log.warning("receiver '\(intake.name)' is down (\(PlainWords.text(error))); its alerts wait")
        }
        publish()
        await outlet.close()
        let end = ContinuousClock.now + pace.pause(after: failures)
        while !Task.isCancelled, storage != nil, nextOutlet == nil, .now < end {
            await bell.wait(atMost: end - .now)
        }
    }

    // MARK: Another receiver

    /// The receiver is to be reached in another way from now on; what is not confirmed goes there.
    func use(_ outlet: any Outlet) {
        nextOutlet = outlet
        failures = 0
        ring()
    }

    private func changeOutlet() async {
        guard let next = nextOutlet else { return }
        nextOutlet = nil
        inFlight = []
        storage?.spool.rewind()
        await outlet.close()
        outlet = next
    }

    // MARK: The end

    /// Lets ``run()`` end when everything is delivered.
    func finish() {
        isFinishing = true
        file()
    }

    /// Nobody is to be told any more: gives the files back, with what was not delivered; `run` ends the connection.
    ///
    /// - Returns: how many alerts stay in the files.
    func retire() -> Int {
        file()
        let left = waiting
        storage = nil
        ring()
        return left
    }

    /// Ends the connection and gives the files back; what is not delivered stays in them.
    func close(filing: Bool = true) async {
        if filing { file() }
        storage = nil
        ring()
        await outlet.close()
    }

    private func ring() { Task { await bell.ring() } }

    /// What waits, on disk and in memory.
    private var waiting: Int { (storage?.spool.waiting ?? 0) + intake.count }

    private func publish() {
        guard storage != nil else { return }
        let (waiting, oldest) = (storage?.spool.waiting ?? 0, storage?.spool.oldest)
        let dropped = storage?.spool.takeDropped() ?? 0
        let isDiskFailing = diskFailedAt != nil
        intake.note { figures in
            figures.queued = waiting
            figures.oldestWaiting = oldest
            figures.dropped += dropped
            figures.isDiskFailing = isDiskFailing
        }
    }
}
