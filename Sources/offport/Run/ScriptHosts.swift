import Plugins

/// The script hosts of all workers, for what they have to say at the end.
final class ScriptHosts {
    private var hosts: [ScriptHost] = []
    private let isMeasuring: Bool

    /// None yet; with `isMeasuring` the time of every call is taken.
    init(isMeasuring: Bool = false) { self.isMeasuring = isMeasuring }

    /// The first worker goes on with the host that tried the examples.
    func make(for library: PluginLibrary) -> ScriptHost {
        let host = hosts.isEmpty ? library.scripts : ScriptHost(sources: library.library.sources)
        host.isMeasuring = isMeasuring
        hosts.append(host)
        return host
    }

    /// The library was replaced: those of the old one are of no more interest.
    func forget() { hosts = [] }

    /// What went wrong in the plugins' functions; read it when no worker is at work.
    private var failures: [ScriptHost.Failures] { ScriptHost.failures(in: hosts) }

    /// Why plugins' functions were switched off.
    var disabled: [String] { failures.filter(\.isDisabled).map { "\($0.id): \($0.first)" }.sorted() }

    /// The plugins that failed and are asked on, with what went wrong.
    var failing: [(id: String, words: String)] {
        failures.filter { !$0.isDisabled }.map { ($0.id, $0.words) }
    }

    /// All plugins that failed, with what went wrong.
    var failed: [(id: String, words: String)] { failures.map { ($0.id, $0.words) } }

    /// What the files' functions have cost, by the plugin's name; read it when no worker is at work.
    func costs(of library: PluginLibrary) -> [String: ScriptHost.Cost] {
        var all: [String: ScriptHost.Cost] = [:]
        for (source, cost) in hosts.flatMap(\.costs) {
            let name = library.library.sources[source].id
            all[name, default: ScriptHost.Cost()].calls += cost.calls
            all[name, default: ScriptHost.Cost()].time += cost.time
            all[name, default: ScriptHost.Cost()].errors += cost.errors
        }
        return all
    }
}
