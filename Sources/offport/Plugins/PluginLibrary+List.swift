import Matching
import Net
import Plugins
import Records
import Regexes

extension PluginLibrary {
    /// A row for each protocol, by name.
    ///
    /// - Parameter withPacks: whether it says which pack, in which version, each comes from.
    func protocols(withPacks: Bool = true) -> Table {
        var table = Table(
            kind: "protocol",
            columns: [
                .init("protocol"), .init("title", isElastic: true), .init("category"),
                .init("ports", isElastic: true), .init("transport"),
                .init("reference", isElastic: true), .init("fields", isElastic: true),
                .init("examples"), .init("counterexamples"), .init("plugin", audience: .programs),
            ] + (withPacks ? [.init("pack", isElastic: true), .init("version")] : []))
        let places = library.definitions.indices.sorted {
            library.definitions[$0].name < library.definitions[$1].name
        }
        for place in places {
            let (definition, examples) = (library.definitions[place], library.examples[place])
            let counters = examples.count(where: \.isCounter)
            let pack = pack(of: definition)
            let packCells: [Table.Cell] =
                withPacks ? [.text(pack?.name ?? ""), .text(pack?.version ?? "")] : []
            table.append(
                [
                    .text(definition.name), .text(definition.title), .text(definition.category),
                    .list(Self.homes(of: definition)), .list(Self.transports(of: definition)),
                    .text(definition.reference), .list(Self.fields(of: definition, library.regexes)),
                    .count(examples.count - counters), .count(counters), .text(definition.plugin),
                ] + packCells)
        }
        return table
    }

    private static func homes(of definition: ProtocolDefinition) -> [String] {
        definition.isDynamic ? ["any"] : (definition.ports + definition.shares).map(\.description)
    }

    private static func transports(of definition: ProtocolDefinition) -> [String] {
        TransportProtocol.withPorts.filter { transport in
            definition.signatures.contains { $0.transport == transport }
        }.map(\.description)
    }

    /// The fields that patterns name, those that are described in brackets; what functions give is not known before.
    private static func fields(of definition: ProtocolDefinition, _ regexes: [String: Regex]) -> [String] {
        var names: [String] = []
        var hasFunctions = !definition.descriptions.isEmpty
        for source in definition.fields {
            switch source.extractor {
            case .pattern(let pattern): names += regexes[pattern]?.groupNames ?? []
            case .function, .handshake: hasFunctions = true
            }
        }
        names += definition.identifications.flatMap { $0.gives.map(\.name) }
        return Set(names).sorted() + (hasFunctions ? ["…"] : [])
    }
}
