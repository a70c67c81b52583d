// Replays: captures run through the packet lane from memory, as they are and mutated, and compared.
//
// Comes in: capture files and a compiled library. Goes out: which flows were recognised as what, and in what a mutated
// capture differs from the capture as it is.
//
//   RecordedCapture         a capture as Ethernet frames, and what the lane makes of it
//   MutationCase            the mutations, all in one table
//   Replay, ReplayOutcome   the lane fed from memory, and what it made of a capture
//   Comparison              what must hold of a mutated capture, and where it does not
//
// May import: the core, Capture, Plugins, Mutations. Must never: print, read a clock, change what is recognised.

internal import Inventory
public import Matching
public import Plugins

/// What a replay recognises by.
public struct ReplayLibrary: Sendable {
    /// The compiled library.
    public let index: SignatureIndex
    /// The files, for the functions in them.
    public let sources: [PluginSource]
    let judge: Judge
    /// The protocols that are at home somewhere, by name.
    private let atHome: Set<String>

    /// A compiled library; nothing is allowed and nothing forbidden.
    public init(_ index: SignatureIndex, sources: [PluginSource]) {
        self.index = index
        self.sources = sources
        judge = Judge(
            protocols: index.protocols.map { definition in
                ProtocolFacts(
                    name: definition.name, title: definition.title, category: definition.category,
                    plugin: definition.plugin, ports: definition.ports, shares: definition.shares,
                    alternates: definition.alternates, isDynamic: definition.isDynamic)
            }, policy: Policy())
        atHome = Set(
            index.protocols.filter { !$0.isDynamic && !($0.ports + $0.shares).isEmpty }.map(\.name))
    }

    /// Whether a protocol is at home somewhere, so that it can be elsewhere.
    func hasHome(_ name: String) -> Bool { atHome.contains(name) }
}
