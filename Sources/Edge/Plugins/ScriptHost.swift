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
/// nothing. A file whose functions made too many errors for a domain is asked no more for it; the others run on.
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

    /// On whose behalf the next calls are made: failures are counted for each domain.
    public var domain = 0

    struct Blame: Hashable {
        var source: Int
        var domain: Int
    }
    /// What went wrong in a file on behalf of a domain.
    struct Found {
        var first: PluginProblem
        var count = 0
        var isDisabled = false
    }
    private(set) var blames: [Blame: Found] = [:]

    private enum Slot {
        case unused
        case ready(LuaState)
        case disabled
    }

    let sources: [PluginSource]
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
        (counters, failures, blames) = (Counters(), [:], [:])
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
            if !blames.isEmpty, blames[Blame(source: source, domain: domain)]?.isDisabled == true {
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
            // One that cannot even be loaded is asked by nobody.
            slots[source] = .disabled
            let first = problem(source, error)
            failures[source] = first
            blames[Blame(source: source, domain: domain)] = Found(first: first, count: 1, isDisabled: true)
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
        let blame = Blame(source: source, domain: domain)
        var found = blames[blame] ?? Found(first: problem(source, failure))
        found.count += 1
        found.isDisabled = found.count >= limits.failures
        blames[blame] = found
        if failures[source] == nil { failures[source] = found.first }
    }
}
