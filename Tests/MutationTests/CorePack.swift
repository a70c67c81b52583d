import Inventory
import Matching
import Plugins

/// The core pack, compiled once for all tests here.
enum CorePack {
    static let library = Library(plugins: ["plugins/core"])

    static let index: SignatureIndex = {
        // Without an index there is nothing to test.
        do { return try SignatureIndex(library.definitions, regexes: library.regexes) } catch {
            preconditionFailure("\(error)")
        }
    }()

    static let judge = Judge(
        protocols: index.protocols.map { definition in
            ProtocolFacts(
                name: definition.name, title: definition.title, category: definition.category,
                plugin: definition.plugin, ports: definition.ports, shares: definition.shares,
                alternates: definition.alternates, isDynamic: definition.isDynamic)
        }, policy: Policy())

    /// The protocols that are at home somewhere, by name.
    private static let atHome = Set(
        index.protocols.filter { !$0.isDynamic && !($0.ports + $0.shares).isEmpty }.map(\.name))

    /// Whether a protocol is at home somewhere, so that it can be elsewhere.
    static func hasHome(_ name: String) -> Bool { atHome.contains(name) }
}
