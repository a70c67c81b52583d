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

    /// Why plugins were switched off, each once.
    var disabled: [String] {
        var seen: [String] = []
        for host in hosts {
            for plugin in host.disabled {
                let text = "\(plugin.id): \(plugin.problem)"
                if !seen.contains(text) { seen.append(text) }
            }
        }
        return seen.sorted()
    }

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
