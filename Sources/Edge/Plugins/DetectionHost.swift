internal import Inventory
internal import Net

/// Runs the conditions of detections, in the one thread of the observation lane.
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

    /// Whether a detection's condition holds of a record; one that fails does not.
    func holds(_ loaded: LoadedDetection, _ record: DetectionRecord) -> Bool {
        guard let when = loaded.when else { return true }
        let name = loaded.detection.name
        guard failureCounts[name, default: 0] < failures, let state = state(of: loaded) else { return false }
        counters.calls += 1
        do throws(LuaState.Failure) {
            return try state.detect(when, record.encoded, limits: calling)
        } catch {
            failed(loaded, error)
            return false
        }
    }

    private func state(of loaded: LoadedDetection) -> LuaState? {
        if let known = states[loaded.source] { return known }
        var made = LuaState(kind: .plugin, loading: loading)
        do throws(LuaState.Failure) {
            _ = try made?.load(sources[loaded.source])
        } catch {
            made = nil
            switchOff(loaded.detection.name, problem(loaded, error))
        }
        states[loaded.source] = .some(made)
        return made
    }

    private func problem(_ loaded: LoadedDetection, _ failure: LuaState.Failure) -> PluginProblem {
        let source = sources[loaded.source]
        let location = failure.line > 0 ? source.location(of: failure) : loaded.detection.origin
        return PluginProblem(location, failure.message(in: .plugin, source))
    }

    private func failed(_ loaded: LoadedDetection, _ failure: LuaState.Failure) {
        let name = loaded.detection.name
        counters.errors += 1
        if firstFailures[name] == nil { firstFailures[name] = problem(loaded, failure) }
        failureCounts[name, default: 0] += 1
        if failureCounts[name] == failures, let first = firstFailures[name] { switchOff(name, first) }
    }

    private func switchOff(_ name: String, _ problem: PluginProblem) {
        failureCounts[name] = failures
        disabled.append((name, problem))
    }
}
