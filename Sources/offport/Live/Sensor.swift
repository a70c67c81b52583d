import Capture
import Engine
import Flows
import Inventory
import Logging
import Net
import Operation
import Pipeline
import Plugins
import Records
import Stores
import Wire

/// A sensor: what it watches goes through the engine into the inventory until it is told to end.
///
/// One thread turns it all: it takes frames for at most 50 ms, hands on what was noticed, and looks once a second
/// at everything else. Whatever can wait or block is other threads' work.
final class Sensor {
    private let watched: Watched
    private let flags: LiveFlags
    private let analysis: LiveAnalysis
    private var memory: Memory?
    private var alerting: Alerting?
    private let engine: PacketEngine
    private let hosts: ScriptHosts
    private let output: RecordOutput?
    private let reloader: Reloader
    private var library: PluginLibrary
    private let log: Logger
    private let bulletin = Bulletin()
    private let notifier = Notifier()
    private let operation: OperationOptions
    private let storing: StoreOptions
    private let capacity: Int
    private var toldDisabled: Set<String> = []
    private var toldFailing: Set<String> = []
    private var toldLinkTypes: Set<String> = []
    private let followed: FollowedCaptures?
    /// What could not be read of a folder, as far as it is kept, and how many there were.
    private var problems: [String] = []
    private var problemCount = 0
    private static let mostProblems = 100
    private var clock = PacketClock(uptime: Console.uptime)
    private var lastLook = Console.uptime
    private let started = Console.uptime

    init(
        _ flags: LiveFlags, _ operation: OperationOptions, _ options: CaptureOptions, _ storing: StoreOptions,
        named: NamedFiles, library: PluginLibrary, output: RecordOutput?, writesFlows: Bool
    ) throws {
        self.flags = flags
        self.operation = operation
        self.storing = storing
        let log = operation.logger()
        self.log = log
        capacity = options.reading.maxFlows
        self.library = library
        self.output = output
        output?.tell = { text, isGood in
            if isGood { log.notice("\(text)") } else { log.warning("\(text)") }
        }
        var lane = try options.reading.laneOptions()
        // Detections may come with a reload.
        lane.remembersAttempts = true
        watched = try Watched(flags, filter: options.reading.filter)
        // The interfaces are open: from here on less is enough. Threads that are made later inherit it.
        if let user = operation.user {
            do { try Privileges.drop(to: user) } catch { throw Outcome.failed(["\(error)"]) }
        }
        let policy = library.judge.policy
        memory = try Memory.make(flags, storing, policy, log: log)
        let feed = memory?.writer.map { StoreFeed($0, library: library) }
        lane.observesEveryFlow = writesFlows || feed != nil
        alerting = try memory.flatMap { try Alerting(policy, spool: $0.spools, log: log) }
        analysis = LiveAnalysis(
            library, source: watched.names.joined(separator: ","),
            maximumServices: options.reading.maxServices, state: memory?.remembered, feed: feed,
            output: output, alerting: alerting, bulletin: bulletin, writesFlows: writesFlows)
        let hosts = ScriptHosts(isMeasuring: true)
        engine = try PacketEngine(
            index: library.index, options: lane, workers: options.reading.workers, sink: analysis
        ) {
            hosts.make(for: library)
        }
        self.hosts = hosts
        reloader = Reloader(
            plugins: options.plugins, policy: options.policy, using: options.use, named: named,
            watches: flags.watch, log: log)
        feed?.begin(watched.capture)
        followed = feed.map { FollowedCaptures($0, options: options.reading.identityOptions) }
        if case .folder(let source, _) = watched, let followed {
            source.progress = followed.progress
            source.finished = followed.finished
        }
    }

    /// Watches until it is told to end, or `--duration` is over.
    func run() throws {
        let services = SensorServices.start(
            operation.http ?? .on(.standard), board: bulletin.board, logger: log)
        defer { services.stop() }
        post()
        notifier.ready("watching \(watched.names.joined(separator: ", "))")
        let end = flags.duration.map { started + Int64($0 * 1e9) }
        while !Interruption.isRequested, output?.isAbandoned != true {
            switch watched {
            case .interfaces(let source): try turn(source) { source.isBusy }
            case .folder(let source, _): try turn(source) { source.isBusy }
            }
            let now = Console.uptime
            if now - lastLook >= 1_000_000_000 {
                lastLook = now
                look()
            }
            if let end, now >= end { break }
        }
        if output?.isAbandoned == true { log.notice("standard output is read no more: the sensor ends") }
        notifier.stopping()
        engine.finishCapture()
        post(isEnding: true)
        analysis.end()
        engine.close()
        tellNews()
        if case .folder(let source, _) = watched, let (path, bytes) = source.unfinished {
            followed?.left(path, after: bytes)
        }
        followed?.tell()
        for problem in memory?.finish(analysis.feed, analysis.takeState(always: true)) ?? [] {
            log.error("\(problem)")
        }
        for recovery in memory?.writer?.takeRecoveries() ?? [] { log.notice("\(recovery)") }
        analysis.tell(memory?.writer?.takeAssetChanges() ?? [])
        alerting?.stop()
    }

    private func turn(_ source: some FrameSource, isBusy: () -> Bool) throws {
        do {
            _ = try engine.pump(source, isBusy: isBusy) { last in
                let now = Console.uptime
                if let last { clock.note(last, uptime: now) }
                return clock.tick(uptime: now)
            }
        } catch {
            throw Outcome.failed(["\(error)"])
        }
        output?.flush()
    }

    /// What is done once a second.
    private func look() {
        tellNews()
        post()
        notifier.alive()
        if let time = clock.now(uptime: Console.uptime) { analysis.tick(at: time) }
        memory?.look(analysis.feed) { analysis.takeState(always: $0) }
        for problem in memory?.writer?.takeProblems() ?? [] { log.error("\(problem)") }
        for recovery in memory?.writer?.takeRecoveries() ?? [] { log.notice("\(recovery)") }
        analysis.tell(memory?.writer?.takeAssetChanges() ?? [])
        output?.lookForReader()
        if Interruption.takeReload() {
            output?.beginAnewIfMoved()
            notifier.reloading()
            reloader.request()
        }
        reloader.look(keeping: library)
        switch reloader.take() {
        case .loaded(let library): adopt(library)
        case .refused(let problems):
            for problem in problems { log.error("\(problem)") }
            log.error("the plugins and policy as they are now are not used; those loaded before run on")
            bulletin.reloads.refused += 1
            bulletin.reloads.lastError = problems.first
            bulletin.reloads.lastTime = Timestamp(nanoseconds: Console.now)
            notifier.ready("watching \(watched.names.joined(separator: ", "))")
        case nil: break
        }
    }

    private func tellNews() {
        for news in watched.takeNews() {
            if news.isProblem { log.warning("\(news.text)") } else { log.notice("\(news.text)") }
        }
        engine.settle()
        followed?.tell()
        for problem in watched.takeProblems() { note(problem) }
        if case .folder(_, let name) = watched {
            for type in engine.takeUnsupportedLinkTypes() where toldLinkTypes.insert(type.name).inserted {
                note("\(name): cannot decode frames of \(type.name); they are left out")
            }
        }
        let failing = hosts.failing + analysis.detections.failing
        for plugin in failing where toldFailing.insert(plugin.id).inserted {
            log.warning("a plugin fails: \(plugin.id): \(plugin.words)")
        }
        for plugin in hosts.disabled where toldDisabled.insert(plugin).inserted {
            log.error("a plugin's functions are switched off: \(plugin)")
        }
        for detection in analysis.detections.switchedOffNow where toldDisabled.insert(detection).inserted {
            log.error("switched off: \(detection)")
        }
        for list in memory?.writer?.listsSwitchedOffInWords ?? [] where toldDisabled.insert(list).inserted {
            log.error("an asset list is switched off: \(list)")
        }
    }

    /// Tells of something that could not be read, now and at the end.
    private func note(_ problem: String) {
        log.warning("\(problem)")
        problemCount += 1
        if problems.count < Self.mostProblems { problems.append(problem) }
    }

    /// Ends the command with 1 when something could not be read; the log has said what.
    func throwProblems() throws {
        if problemCount > 0 { throw Outcome.failed([]) }
    }

    /// Puts up what those may see who ask.
    private func post(isEnding: Bool = false) {
        engine.settle()
        bulletin.post(accounts, watched, capacity: capacity, alerting: alerting, isEnding: isEnding)
    }

    private func adopt(_ new: PluginLibrary) {
        let places = new.places(of: library)
        tellNews()
        hosts.forget()
        // They begin anew; those that fail again are told again.
        (toldDisabled, toldFailing) = ([], [])
        engine.adopt(new.index, places: places.protocols) { hosts.make(for: new) }
        let due = analysis.adopt(new, places: places)
        output?.adopt(new.naming)
        library = new
        adoptAlerts(of: new.judge.policy)
        analysis.tell(due)
        memory?.writer?.adopt(storing.retention(isLive: true, new.judge.policy))
        log.notice("plugins and policy were loaded anew: \(new.library.definitions.count) protocols")
        bulletin.reloads.done += 1
        bulletin.reloads.lastError = nil
        bulletin.reloads.lastTime = Timestamp(nanoseconds: Console.now)
        notifier.ready("watching \(watched.names.joined(separator: ", "))")
    }

    /// Whoever is to be told, and how, is as in the new policy from now on.
    private func adoptAlerts(of policy: Policy) {
        do {
            if let alerting {
                try alerting.adopt(policy)
            } else if !policy.alerts.isEmpty {
                let memory = try memory ?? Memory(spoolsIn: flags.stateFolder, log: log)
                self.memory = memory
                alerting = try Alerting(policy, spool: memory.spools, log: log)
                analysis.alerting = alerting
            }
        } catch let outcome as Outcome {
            for message in outcome.messages { log.error("\(message); alerts go on as before") }
        } catch {
            log.error("alerts go on as before: \(error)")
        }
    }

    /// What the sensor has to say at its end.
    var accounts: Accounts {
        var accounts = Accounts(engine: engine, library: library, hosts: hosts, inventory: analysis.inventory)
        accounts.detections = analysis.detections
        accounts.listsSwitchedOff = memory?.writer?.listsSwitchedOffInWords ?? []
        accounts.sources = watched.names
        accounts.problems = problems
        if problemCount > problems.count {
            accounts.problems.append("and \(problemCount - problems.count) more, which the log has")
        }
        accounts.frames = watched.framesRead
        accounts.framesLeftOut = watched.framesLeftOut
        accounts.losses = watched.losses
        if let lost = memory?.writer?.sessionsLost {
            accounts.losses.append(
                Accounts.Loss(
                    key: "sessions_not_stored", words: "sessions not stored, the store was too slow",
                    count: lost))
        }
        return accounts
    }

    /// What was found.
    var inventory: Inventory { analysis.inventory }
    /// How records name what was found.
    var naming: Naming { library.naming }
}
