public import Inventory
public import Logging
internal import Net
internal import Synchronization

/// Takes alerts from any thread and brings each to the receivers that the policy names for it.
public final class AlertCenter: Sendable {
    private let routes: Routes
    private let intakes: [Intake]
    private let couriers: [Courier]
    private let stage = Mutex(Stage.ready)

    /// What is going on.
    private enum Stage: Sendable {
        case ready
        case running([Task<Void, Never>])
        case stopped
    }

    /// The longest record; a longer one is dropped and counted.
    public static let longestLine = 256 << 10

    /// Opens the spools of all receivers that some route names.
    ///
    /// - Parameters:
    ///   - spool: a folder; each receiver has one in it, named after it. No other run may use it at the same time.
    ///   - version: the product's version, for messages.
    /// - Throws: when a spool cannot be opened.
    public convenience init(
        routes: [AlertRoute], receivers: [Receiver], spool: String, log: Logger, version: String = ""
    ) throws {
        var sender = Sender()
        sender.version = version
        try self.init(
            routes: routes, receivers: receivers, spool: spool, log: log, sender: sender, pace: Pace())
    }

    init(
        routes: [AlertRoute], receivers: [Receiver], spool: String, log: Logger, sender: Sender = Sender(),
        pace: Pace, disk: Disk = Disk()
    ) throws {
        let named = Set(routes.flatMap(\.receivers))
        let used = receivers.filter { named.contains($0.name) }
        var intakes: [Intake] = []
        var couriers: [Courier] = []
        for receiver in used {
            let intake = Intake(
                name: receiver.name, keyLimit: pace.keys, countLimit: pace.memoryCount,
                byteLimit: pace.memoryBytes)
            let storage = try Self.storage(
                folder: spool + "/" + Self.folderName(receiver.name), intake: intake, pace: pace, disk: disk,
                log: log)
            intakes.append(intake)
            couriers.append(
                Courier(
                    intake: intake, outlet: Self.outlet(receiver, sender, pace), storage: storage, pace: pace,
                    log: log))
        }
        self.intakes = intakes
        self.couriers = couriers
        self.routes = Routes(routes, receivers: used.map(\.name))
    }

    deinit {
        // Dropped without `stop`: what is not delivered is on disk.
        if case .running(let tasks) = stage.withLock({ $0 }) { for task in tasks { task.cancel() } }
        let couriers = couriers
        Task { for courier in couriers { await courier.close() } }
    }

    private static func storage(
        folder: String, intake: Intake, pace: Pace, disk: Disk, log: Logger
    ) throws -> sending Courier.Storage {
        var spool = try Spool(folder: folder, limit: pace.spoolBytes, on: disk)
        var log = log
        log[metadataKey: "receiver"] = "\(intake.name)"
        if spool.cuts > 0 { log.notice("the spool of '\(intake.name)' had a torn end, which was cut off") }
        var keys = try KeyLog(folder + "/keys", limit: pace.keys, on: disk)
        let logged = try keys.keys()
        // Filed by a run that was killed before it could write their keys.
        let known = Set(logged)
        let unlogged = try spool.keys().filter { !known.contains($0) }
        intake.remember(logged + unlogged)
        try? keys.append(unlogged)
        let (waiting, oldest) = (spool.waiting, spool.oldest)
        intake.note { figures in
            figures.queued = waiting
            figures.oldestWaiting = oldest
        }
        if waiting > 0 { log.notice("\(waiting) alerts for '\(intake.name)' wait from an earlier run") }
        return Courier.Storage(spool: spool, keys: keys)
    }

    private static func outlet(_ receiver: Receiver, _ sender: Sender, _ pace: Pace) -> any Outlet {
        switch receiver.means {
        case .syslog(let server) where server.carrier == .udp: DatagramOutlet(server, from: sender)
        case .syslog(let server): StreamOutlet(server, from: sender, patience: pace.patience)
        case .webhook(let server): WebhookOutlet(server, from: sender, patience: pace.patience)
        case .command(let command): CommandOutlet(command: command)
        case .file(let file): FileOutlet(file: file)
        }
    }

    /// A receiver's name as that of a folder: other characters than these are written in hexadecimal digits.
    private static func folderName(_ name: String) -> String {
        name.utf8.map { byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || byte == UInt8(ascii: "-")
            return isPlain ? String(UnicodeScalar(byte)) : "_" + String(byte, radix: 16)
        }.joined()
    }

    // MARK: Submitting

    /// Takes an alert, from any thread, and returns at once: nothing is written or sent here.
    public func submit(_ alert: Alert) {
        let submitted = SystemCalls.now()
        let key = AlertKey(alert)
        let (targets, ends) = routes.targets(of: alert) {
            intakes[$0].knows(key)
        } heldBack: { place in
            intakes[place].note { $0.heldBack += 1 }
        }
        for place in targets { add(SpoolEntry(submitted: submitted, key: key, alert: alert), to: place) }
        for (route, end) in ends {
            Task { [weak self] in
                try? await Task.sleep(until: end)
                self?.endPeriod(of: route)
            }
        }
    }

    private func add(_ entry: SpoolEntry, to place: Int) {
        guard entry.alert.line.count <= Self.longestLine else {
            intakes[place].note { $0.dropped += 1 }
            return
        }
        guard intakes[place].add(entry) else { return }
        let courier = couriers[place]
        Task { await courier.file() }
    }

    /// Tells what a throttle held back.
    private func endPeriod(of route: Int) {
        guard let (alert, targets) = routes.endPeriod(of: route, at: SystemCalls.now()) else { return }
        for place in targets { add(SpoolEntry(submitted: alert.time, key: nil, alert: alert), to: place) }
    }

    // MARK: Running

    /// Begins to deliver, also what was submitted before.
    public func start() {
        stage.withLock { stage in
            guard case .ready = stage else { return }
            stage = .running(couriers.map { courier in Task { await courier.run() } })
        }
    }

    /// Delivers what waits, for so long at most, and ends; what is left stays on disk for the next run.
    ///
    /// - Returns: how many alerts are left.
    @discardableResult
    public func stop(within limit: Duration) async -> Int {
        let tasks = stage.withLock { stage in
            defer { stage = .stopped }
            if case .running(let tasks) = stage { return tasks }
            return []
        }
        for route in routes.indices { endPeriod(of: route) }
        for courier in couriers { await courier.finish() }
        if !tasks.isEmpty {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for task in tasks { await task.wait() } }
                group.addTask { try? await Task.sleep(for: limit) }
                await group.next()
                group.cancelAll()
            }
        }
        for task in tasks { task.cancel() }
        for courier in couriers { await courier.close() }
        return snapshot.receivers.reduce(0) { $0 + $1.queued }
    }

    /// Ends as a killed process does: what is in memory only is lost.
    func abandon() async {
        let tasks = stage.withLock { stage in
            defer { stage = .stopped }
            if case .running(let tasks) = stage { return tasks }
            return []
        }
        for task in tasks { task.cancel() }
        for courier in couriers { await courier.close(filing: false) }
    }

    /// The counters at this moment.
    public var snapshot: AlertSnapshot { AlertSnapshot(receivers: intakes.map(\.figures)) }
}

extension Task where Success == Void, Failure == Never {
    /// Waits for its end, or until the one who waits is cancelled.
    fileprivate func wait() async {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let waiting = Task<Void, Never> {
            await self.value
            end.finish()
        }
        for await _ in ended {}
        waiting.cancel()
    }
}
