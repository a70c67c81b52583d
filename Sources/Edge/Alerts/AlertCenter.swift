public import Inventory
public import Logging
internal import Net
internal import Synchronization

/// Takes alerts from any thread and brings each to the receivers that the policy names for it.
public final class AlertCenter: Sendable {
    private let wiring: Mutex<Wiring>
    private let shop: Workshop
    private let stage = Mutex(Stage.ready)

    /// Who is told what, as the policy has it now.
    private struct Wiring {
        var routes: Routes
        var posts: [Post]
    }

    /// One receiver.
    private struct Post {
        var receiver: Receiver
        var intake: Intake
        var courier: Courier
    }

    /// What is going on.
    private enum Stage: Sendable {
        case ready
        case running([String: Task<Void, Never>])
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
        shop = Workshop(spool: spool, log: log, sender: sender, pace: pace, disk: disk)
        let used = Self.used(receivers, by: routes)
        let shop = shop
        let posts = try used.map { try Self.post($0, shop) }
        wiring = Mutex(
            Wiring(routes: Routes(routes, receivers: used.map(\.name)), posts: posts))
    }

    private static func post(_ receiver: Receiver, _ shop: Workshop) throws -> Post {
        let (intake, courier) = try shop.post(receiver)
        return Post(receiver: receiver, intake: intake, courier: courier)
    }

    private static func used(_ receivers: [Receiver], by routes: [AlertRoute]) -> [Receiver] {
        let named = Set(routes.flatMap(\.receivers))
        return receivers.filter { named.contains($0.name) }
    }

    deinit {
        // Dropped without `stop`: what is not delivered is on disk.
        if case .running(let tasks) = stage.withLock({ $0 }) { for task in tasks.values { task.cancel() } }
        let posts = wiring.withLock { $0.posts }
        Task { for post in posts { await post.courier.close() } }
    }

    // MARK: Another policy

    /// Tells others from now on: receivers that stay keep what waits for them, whatever else of them has changed; those
    /// that are no longer named keep it on disk, until they are named again.
    ///
    /// - Throws: when the spool of a new receiver cannot be opened; then nothing has changed.
    public func adopt(routes: [AlertRoute], receivers: [Receiver]) async throws {
        let old = wiring.withLock { $0 }
        let used = Self.used(receivers, by: routes)
        let known = Dictionary(old.posts.map { ($0.receiver.name, $0) }) { first, _ in first }
        var added: [Post] = []
        var posts: [Post] = []
        for receiver in used {
            if var post = known[receiver.name] {
                post.receiver = receiver
                posts.append(post)
            } else {
                posts.append(try Self.post(receiver, shop))
                added.append(posts[posts.count - 1])
            }
        }
        for route in old.routes.indices { endPeriod(of: route, in: old) }
        let new = Wiring(routes: Routes(routes, receivers: used.map(\.name)), posts: posts)
        wiring.withLock { $0 = new }
        for post in posts {
            guard let before = known[post.receiver.name], before.receiver.means != post.receiver.means else {
                continue
            }
            shop.log.notice("receiver '\(post.receiver.name)' is reached in another way from now on")
            await post.courier.use(shop.outlet(post.receiver))
        }
        let names = Set(used.map(\.name))
        for post in old.posts where !names.contains(post.receiver.name) { await retire(post) }
        stage.withLock { stage in
            guard case .running(var tasks) = stage else { return }
            for post in added { tasks[post.receiver.name] = Task { await post.courier.run() } }
            stage = .running(tasks)
        }
    }

    private func retire(_ post: Post) async {
        let name = post.receiver.name
        let left = await post.courier.retire()
        let task = stage.withLock { stage -> Task<Void, Never>? in
            guard case .running(var tasks) = stage else { return nil }
            defer { stage = .running(tasks) }
            return tasks.removeValue(forKey: name)
        }
        task?.cancel()
        let rest = left > 0 ? "; \(left) alerts wait on disk until it is named again" : ""
        shop.log.notice("receiver '\(name)' is told nothing from now on\(rest)")
    }

    // MARK: Submitting

    /// Takes an alert, from any thread, and returns at once: nothing is written or sent here.
    public func submit(_ alert: Alert) {
        let submitted = SystemCalls.now()
        let key = AlertKey(alert)
        let wiring = wiring.withLock { $0 }
        let (targets, ends) = wiring.routes.targets(of: alert) {
            wiring.posts[$0].intake.knows(key)
        } heldBack: { place in
            wiring.posts[place].intake.note { $0.heldBack += 1 }
        }
        for place in targets {
            add(SpoolEntry(submitted: submitted, key: key, alert: alert), to: wiring.posts[place])
        }
        for (route, end) in ends {
            Task { [weak self] in
                try? await Task.sleep(until: end)
                self?.endPeriod(of: route, in: wiring)
            }
        }
    }

    private func add(_ entry: SpoolEntry, to post: Post) {
        guard entry.alert.line.count <= Self.longestLine else {
            post.intake.note { $0.dropped += 1 }
            return
        }
        guard post.intake.add(entry) else { return }
        Task { await post.courier.file() }
    }

    /// Tells what a throttle held back.
    private func endPeriod(of route: Int, in wiring: Wiring) {
        guard let (alert, targets) = wiring.routes.endPeriod(of: route, at: SystemCalls.now()) else { return }
        for place in targets {
            add(SpoolEntry(submitted: alert.time, key: nil, alert: alert), to: wiring.posts[place])
        }
    }

    // MARK: Running

    /// Begins to deliver, also what was submitted before.
    public func start() {
        stage.withLock { stage in
            guard case .ready = stage else { return }
            let posts = wiring.withLock { $0.posts }
            let tasks = posts.map { post in (post.receiver.name, Task { await post.courier.run() }) }
            stage = .running(Dictionary(tasks) { first, _ in first })
        }
    }

    /// Delivers what waits, for so long at most, and ends; what is left stays on disk for the next run.
    ///
    /// - Returns: how many alerts are left.
    @discardableResult
    public func stop(within limit: Duration) async -> Int {
        let tasks = stage.withLock { stage in
            defer { stage = .stopped }
            if case .running(let tasks) = stage { return Array(tasks.values) }
            return []
        }
        let wiring = wiring.withLock { $0 }
        for route in wiring.routes.indices { endPeriod(of: route, in: wiring) }
        for post in wiring.posts { await post.courier.finish() }
        if !tasks.isEmpty {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for task in tasks { await task.wait() } }
                group.addTask { try? await Task.sleep(for: limit) }
                await group.next()
                group.cancelAll()
            }
        }
        for task in tasks { task.cancel() }
        for post in wiring.posts { await post.courier.close() }
        return snapshot.receivers.reduce(0) { $0 + $1.queued }
    }

    /// Ends as a killed process does: what is in memory only is lost.
    func abandon() async {
        let tasks = stage.withLock { stage in
            defer { stage = .stopped }
            if case .running(let tasks) = stage { return Array(tasks.values) }
            return []
        }
        for task in tasks { task.cancel() }
        for post in wiring.withLock({ $0.posts }) { await post.courier.close(filing: false) }
    }

    /// The counters at this moment.
    public var snapshot: AlertSnapshot {
        AlertSnapshot(receivers: wiring.withLock { $0.posts }.map(\.intake.figures))
    }
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
