internal import Inventory
internal import Net

/// A function of a file that says whether something holds of a record.
struct Condition: Sendable {
    /// What it belongs to.
    let name: String
    /// Where that stands.
    let origin: SourceLocation
    /// The file's place in the library.
    let source: Int
    /// The function's number; nil when it always holds.
    let when: Int?
}

/// Runs the conditions of detections and asset lists, in one thread.
///
/// Each file has a state of its own, made when it is first asked. A detection that fails too often is asked no more;
/// the others of its file run on.
final class DetectionHost {
    /// How often conditions were asked, and how that ended.
    struct Counters {
        var calls = 0
        var errors = 0
    }

    private(set) var counters = Counters()
    /// The detections that are asked no more, with the first thing that went wrong.
    private(set) var disabled: [(name: String, problem: PluginProblem)] = []

    private let sources: [PluginSource]
    private let loading: LuaState.Limits
    private let calling: LuaState.Limits
    private let failures: Int
    private var states: [Int: LuaState?] = [:]
    private var failureCounts: [String: Int] = [:]
    private var firstFailures: [String: PluginProblem] = [:]

    init(_ sources: [PluginSource], limits: ScriptLimits, states: [Int: LuaState]) {
        self.sources = sources
        loading = limits.loading
        calling = limits.calling
        failures = limits.failures
        self.states = states
    }

    /// The detections that failed and are asked on, by name.
    var failing: [ScriptHost.Failures] {
        firstFailures.compactMap { name, first in
            let count = failureCounts[name, default: 0]
            guard count < failures else { return nil }
            return ScriptHost.Failures(id: name, first: first, count: count, isDisabled: false)
        }.sorted { $0.id < $1.id }
    }

    /// Whether a condition holds of a record; one that fails does not.
    func holds(_ condition: Condition, _ record: DetectionRecord) -> Bool {
        guard let when = condition.when else { return true }
        guard failureCounts[condition.name, default: 0] < failures, let state = state(of: condition) else {
            return false
        }
        counters.calls += 1
        do throws(LuaState.Failure) {
            return try state.detect(when, record.encoded, limits: calling)
        } catch {
            failed(condition, error)
            return false
        }
    }

    private func state(of condition: Condition) -> LuaState? {
        if let known = states[condition.source] { return known }
        var made = LuaState(kind: kind(of: condition), loading: loading)
        do throws(LuaState.Failure) {
            _ = try made?.load(sources[condition.source])
        } catch {
            made = nil
            switchOff(condition.name, problem(condition, error))
        }
        states[condition.source] = .some(made)
        return made
    }

    private func kind(of condition: Condition) -> LuaState.FileKind {
        sources[condition.source].kind == .policy ? .policy : .plugin
    }

    private func problem(_ condition: Condition, _ failure: LuaState.Failure) -> PluginProblem {
        let source = sources[condition.source]
        let location = failure.line > 0 ? source.location(of: failure) : condition.origin
        return PluginProblem(location, failure.message(in: kind(of: condition), source))
    }

    private func failed(_ condition: Condition, _ failure: LuaState.Failure) {
        let name = condition.name
        counters.errors += 1
        if firstFailures[name] == nil { firstFailures[name] = problem(condition, failure) }
        failureCounts[name, default: 0] += 1
        if failureCounts[name] == failures, let first = firstFailures[name] { switchOff(name, first) }
    }

    private func switchOff(_ name: String, _ problem: PluginProblem) {
        failureCounts[name] = failures
        disabled.append((name, problem))
    }
}
