import Inventory
import Matching
import Net
import Plugins
import Wire

/// Lua text as a plugin file and as a policy file: loaded, compiled, its examples tried.
///
/// Input: the text.
final class PluginsTarget: FuzzTarget {
    /// Small, so that an endless loop is a short one.
    private static let limits = ScriptLimits(
        loadInstructions: 50_000, loadMemory: 4 << 20, callInstructions: 10_000, callMemory: 1 << 18)

    func run(_ input: UnsafeRawBufferPointer) {
        let text = Array(input)
        let sources = [
            PluginSource(path: "fuzz.lua", text: text, kind: .plugin, id: "fuzz/fuzz"),
            PluginSource(path: "policy.lua", text: text, kind: .policy, id: "fuzz/policy"),
        ]
        var library = Library(sources: sources, limits: Self.limits)
        for problem in library.problems { precondition(!problem.description.isEmpty) }
        guard let index = try? SignatureIndex(library.definitions) else { return }
        _ = Judge(protocols: index.protocols.map(CoreLibrary.facts), policy: library.policy)
        let scripts = ScriptHost(sources: library.sources, limits: Self.limits)
        tryExamples(&library, index, scripts)
        for problem in library.problems { precondition(!problem.description.isEmpty) }
    }

    private func tryExamples(_ library: inout Library, _ index: SignatureIndex, _ scripts: ScriptHost) {
        let recogniser = Recogniser(index: index, scripts: scripts)
        let extractor = FieldExtractor(index: index, scripts: scripts)
        var places: [String: Int] = [:]
        for (place, definition) in index.protocols.enumerated() { places[definition.name] = place }
        library.tryExamples { definition, example in
            guard let place = places[definition.name] else { return .notRecognised("it is not in the index") }
            return (example.client ?? []).withBytes { client in
                (example.server ?? []).withBytes { server in
                    _ = extractor.fields(of: place, client: client, server: server)
                    let outcome = recogniser.attempt(
                        protocolIndex: place, transport: example.transport, client: client, server: server)
                    if case .holds? = outcome { return .recognised }
                    return .notRecognised("no")
                }
            }
        }
    }
}
