import Glibc
import Inventory
import Matching
import Net
import Plugins
import Records

/// The plugins that come with Offport.
struct CoreLibrary {
    let library: Library
    let index: SignatureIndex
    let judge: Judge
    let naming: Naming

    init() {
        let path = getenv("OFFPORT_PLUGINS").map { String(cString: $0) } ?? "plugins/core"
        library = Library(plugins: [path])
        precondition(
            !library.definitions.isEmpty,
            "\(path): no plugins; set OFFPORT_PLUGINS, or go to the project's folder")
        index = Self.compile(library)
        judge = Judge(protocols: index.protocols.map(Self.facts), policy: library.policy)
        let names = index.signatureNames
        naming = Naming(signature: { names[$0] }, packVersion: { _, _ in nil })
    }

    private static func compile(_ library: Library) -> SignatureIndex {
        do { return try SignatureIndex(library.definitions) } catch { preconditionFailure("\(error)") }
    }

    static func facts(_ definition: ProtocolDefinition) -> ProtocolFacts {
        ProtocolFacts(
            name: definition.name, title: definition.title, category: definition.category,
            plugin: definition.plugin,
            ports: definition.ports, alternates: definition.alternates, isDynamic: definition.isDynamic)
    }
}
