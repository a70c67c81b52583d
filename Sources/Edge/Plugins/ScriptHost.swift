public import Matching
internal import Net

/// The Lua states that loading a library made, so that they need not be made again for the functions in them.
public final class LoadedStates {
    var bySource: [Int: LuaState] = [:]
    /// Those of files with detections only: they are called by another thread.
    var ofDetections: [Int: LuaState] = [:]

    /// None yet.
    public init() {}
}

/// Runs the Lua functions of plugins for one thread.
///
/// A file's state is made when one of its functions is first asked, so a library without candidates costs
/// nothing. A file whose functions made too many errors is asked no more; the others run on.
public final class ScriptHost: ScriptRunner {
    /// How often functions were called, and how that ended.
    public struct Counters: Sendable, Equatable {
        /// Calls of checks and field functions.
        public var calls = 0
        /// Calls that failed, overruns among them.
        public var errors = 0
        /// Calls that reached a limit of instructions or memory.
        public var overruns = 0
        /// Calls that were not made because the file is disabled.
        public var refused = 0
    }

    /// A file that is asked no more.
    public struct Disabled: Sendable {
        /// The file's place in the library.
        public let source: Int
        /// The plugin's name.
        public let id: String
        /// The first thing that went wrong.
        public let problem: PluginProblem
    }

    /// What the functions of one file have cost.
    public struct Cost: Sendable, Equatable {
        /// Calls of them.
        public var calls = 0
        /// The time that these took.
        public var time = Duration.zero
        /// Calls that failed.
        public var errors = 0

        /// Nothing yet.
        public init() {}
    }

    /// Whether the time of calls is taken: a sensor tells what its plugins cost.
    public var isMeasuring = false
    /// What each file has cost, by its place; empty unless it is measured.
    public private(set) var costs: [Int: Cost] = [:]

    /// What happened since the host was made.
    public private(set) var counters = Counters()
    /// The first failure of every file that had one, by the file's place.
    public private(set) var failures: [Int: PluginProblem] = [:]
    /// The files that are asked no more, in the order it happened.
    public private(set) var disabled: [Disabled] = []

    /// On whose behalf the next calls are made: failures are counted for each domain.
    public var domain = 0

    private struct Blame: Hashable {
        var source: Int
        var domain: Int
    }
    private var failureCounts: [Blame: Int] = [:]

    private enum Slot {
        case unused
        case ready(LuaState)
        case disabled
    }

    private let sources: [PluginSource]
    private let limits: ScriptLimits
    private let calling: LuaState.Limits
    private var slots: [Slot]

    /// A host for the files of a library, in the library's order.
    ///
    /// - Parameter states: what loading these files left; no other host may have them.
    public init(sources: [PluginSource], limits: ScriptLimits = .standard, states: LoadedStates? = nil) {
        self.sources = sources
        self.limits = limits
        calling = limits.calling
        slots = sources.indices.map { states?.bySource[$0].map(Slot.ready) ?? .unused }
    }

    /// Whether any function has failed, on whosever behalf.
    public var hasFailed: Bool { !failures.isEmpty }

    /// Forgets what happened so far: the examples were tried, now comes traffic.
    public func startAnew() {
        (counters, failures, failureCounts, disabled) = (Counters(), [:], [:], [])
    }

    /// Asks a plugin's `check` function; an empty span is a speaker that was not heard.
    public func check(
        _ reference: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> CheckOutcome {
        guard let state = state(of: reference.source) else { return .broken }
        counters.calls += 1
        let start = isMeasuring ? ContinuousClock.now : nil
        defer { if let start { note(reference.source, since: start) } }
        do throws(LuaState.Failure) {
            switch try state.check(reference.function, client: client, server: server, limits: calling) {
            case .yes: return .holds
            case .no: return .fails
            case .more: return .more
            }
        } catch {
            failed(reference.source, error)
            return .broken
        }
    }

    /// Asks a plugin's field function; an empty span is a speaker that was not heard.
    public func fields(
        _ reference: CheckReference, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> [(name: String, value: String)] {
        texts(reference) { state throws(LuaState.Failure) in
            try state.fields(reference.function, client: client, server: server, limits: calling)
        }
    }

    /// Asks what a plugin says of a text that was found.
    public func describe(
        _ reference: CheckReference, _ text: borrowing RawSpan
    ) -> [(name: String, value: String)] {
        texts(reference) { state throws(LuaState.Failure) in
            try state.describe(reference.function, text, limits: calling)
        }
    }

    private func texts(
        _ reference: CheckReference, _ call: (LuaState) throws(LuaState.Failure) -> [UInt8]
    ) -> [(name: String, value: String)] {
        guard let state = state(of: reference.source) else { return [] }
        counters.calls += 1
        let start = isMeasuring ? ContinuousClock.now : nil
        defer { if let start { note(reference.source, since: start) } }
        do throws(LuaState.Failure) {
            var decoder = LuaDecoder(try call(state))
            return decoder.texts()
        } catch {
            failed(reference.source, error)
            return []
        }
    }

    private func note(_ source: Int, since start: ContinuousClock.Instant) {
        costs[source, default: Cost()].calls += 1
        costs[source, default: Cost()].time += start.duration(to: .now)
    }

    private func state(of source: Int) -> LuaState? {
        guard slots.indices.contains(source) else { return nil }
        switch slots[source] {
        case .ready(let state):
            if !failureCounts.isEmpty, let count = failureCounts[Blame(source: source, domain: domain)],
                count >= limits.failures
            {
                counters.refused += 1
                return nil
            }
            return state
        case .disabled:
            counters.refused += 1
            return nil
        case .unused: return start(source)
        }
    }

    /// Loads a file for this thread; what it declares is known already.
    private func start(_ source: Int) -> LuaState? {
        guard let state = LuaState(kind: .plugin, loading: limits.loading) else { return nil }
        do throws(LuaState.Failure) {
            _ = try state.load(sources[source])
        } catch {
            disable(source, problem(source, error))
            return nil
        }
        slots[source] = .ready(state)
        return state
    }

    private func problem(_ source: Int, _ failure: LuaState.Failure) -> PluginProblem {
        PluginProblem(
            sources[source].location(of: failure), failure.message(in: .plugin, sources[source]))
    }

    private func failed(_ source: Int, _ failure: LuaState.Failure) {
        counters.errors += 1
        if isMeasuring { costs[source, default: Cost()].errors += 1 }
        if [.instructions, .memory, .string].contains(failure.kind) { counters.overruns += 1 }
        if failures[source] == nil { failures[source] = problem(source, failure) }
        failureCounts[Blame(source: source, domain: domain), default: 0] += 1
        guard failureCounts[Blame(source: source, domain: domain)] == limits.failures,
            let first = failures[source]
        else { return }
        report(source, first)
    }

    /// A file that cannot even be loaded is asked by nobody.
    private func disable(_ source: Int, _ first: PluginProblem) {
        slots[source] = .disabled
        failures[source] = first
        report(source, first)
    }

    private func report(_ source: Int, _ first: PluginProblem) {
        guard !disabled.contains(where: { $0.source == source }) else { return }
        disabled.append(Disabled(source: source, id: sources[source].id, problem: first))
    }
}
