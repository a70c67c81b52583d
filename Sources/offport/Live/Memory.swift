import Alerts
import Inventory
import Logging
import Stores

/// What a sensor remembers over a restart: a folder with the store and the spools of alerts.
final class Memory {
    /// The folder.
    let folder: String
    /// Where the spools of alerts lie.
    var spools: String { folder + "/alerts" }
    /// Writes into the store; nil when nothing is stored.
    let writer: StoreWriter?
    /// What an earlier run remembers.
    private(set) var remembered: SensorMemory?
    /// Whether a restart goes on where this run ends.
    ///
    /// Who asked for no memory is told every finding in every run.
    private let remembers: Bool
    private var lastWrite = Console.uptime
    private let lock: FileLock
    private let log: Logger

    /// What is remembered is written this often when something is to be remembered, in nanoseconds.
    private static let interval: Int64 = 10_000_000_000
    /// And this often anyhow: the times of what is known go on.
    private static let longInterval: Int64 = 600_000_000_000

    /// The memory that the flags and the policy ask for.
    ///
    /// Who asks for nothing gets the usual one, or none where that cannot be had: another sensor may use it.
    static func make(
        _ flags: LiveFlags, _ storing: StoreOptions, _ policy: Policy, log: Logger
    ) throws -> Memory? {
        let needsFolder = !policy.alerts.isEmpty
        let needsStore = policy.baseline != nil
        if storing.isNone, needsStore {
            throw Outcome.usage(
                "--store none: the policy asks for a baseline, and what is normal is remembered in the store")
        }
        if storing.isNone, !needsFolder, flags.state == nil { return nil }
        let given = Console.environment("STATE_DIRECTORY") ?? ""
        let remembers = needsFolder || needsStore || flags.state != nil || !given.isEmpty
        let isAsked = remembers || storing.store != nil
        do {
            return try Memory(
                folder: flags.stateFolder, storing, policy, remembers: remembers, log: log)
        } catch let outcome as Outcome where !isAsked {
            for message in outcome.messages { log.warning("\(message)") }
            log.warning("nothing is stored; --store FILE stores, --store none says that this is meant")
            return nil
        }
    }

    /// A place for spools alone, which a policy asks for while the sensor runs.
    convenience init(spoolsIn folder: String, log: Logger) throws {
        try self.init(folder: folder, nil, Policy(), remembers: false, log: log)
    }

    /// Makes the folder where there is none; another sensor that uses it is an error.
    private init(
        folder: String, _ storing: StoreOptions?, _ policy: Policy, remembers: Bool, log: Logger
    ) throws {
        self.folder = folder
        self.log = log
        self.remembers = remembers
        guard Console.makeFolder(folder) else {
            throw Outcome.failed([
                "\(folder): the folder for what is remembered cannot be made: \(Console.lastError); name another with --state"
            ])
        }
        do throws(FileLock.Refusal) {
            lock = try FileLock(path: folder + "/lock")
        } catch {
            let reason =
                switch error {
                case .isHeld: "another sensor remembers things here"
                case .failed(let reason): "nothing can be remembered here: \(reason)"
                }
            throw Outcome.failed(["\(folder): \(reason); name another folder with --state"])
        }
        guard let storing, !storing.isNone else {
            writer = nil
            return
        }
        let path = storing.path ?? folder + "/" + LiveFlags.storeName
        do {
            let store = try Store.orAnew(writing: path) { log.warning("\($0)") }
            remembered = remembers ? try store.sensorMemory() : nil
            writer = try StoreWriter(
                store, pace: .live, retention: storing.retention(isLive: true, policy))
        } catch {
            throw Outcome.failed(["\(error)"])
        }
    }

    /// Called once a second: hands what is to be remembered to the store, now and then.
    func look(_ feed: StoreFeed?, _ state: (_ always: Bool) -> (Baseline, ReportedFindings)?) {
        let since = Console.uptime - lastWrite
        guard remembers, let feed, since >= Self.interval,
            let (baseline, reported) = state(since >= Self.longInterval)
        else { return }
        lastWrite = Console.uptime
        put(baseline, reported, into: feed)
    }

    /// The sensor ends: everything is stored, and what is to be remembered.
    func finish(_ feed: StoreFeed?, _ state: (Baseline, ReportedFindings)?) -> [String] {
        guard let feed, let writer else { return [] }
        if remembers, let (baseline, reported) = state { put(baseline, reported, into: feed) }
        feed.end()
        writer.finish()
        return writer.takeProblems()
    }

    private func put(_ baseline: Baseline, _ reported: ReportedFindings, into feed: StoreFeed) {
        // Both are values: the writer's thread makes rows of them as they are now.
        feed.append(
            .memory { [spools, log] in
                // What is called reported is never told again, so the alerts of it have to be safe before it is.
                if let reason = SpoolFolder.sync(spools) {
                    log.error("the spools cannot be brought to the disk: \(reason)")
                }
                return SensorMemory(baseline: baseline.snapshot, reported: reported.entries)
            })
    }
}
