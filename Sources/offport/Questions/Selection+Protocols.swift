import Imports
import Matching
import Plugins
import Records

extension Selection {
    /// The same selection with its protocols as they are known, whatever their case and whoever calls them so; one that
    /// nobody knows is a mistake.
    ///
    /// - Parameter more: asked for other names, and for what others call a protocol, when one is not among the known.
    func resolved(among known: Set<String>, orElse more: () -> Library?) throws -> Selection {
        var (selection, known) = (self, known)
        selection.protocols = Set(protocols.map { $0.lowercased() })
        selection.excludedProtocols = Set(excludedProtocols.map { $0.lowercased() })
        let wanted = selection.protocols.union(selection.excludedProtocols)
        guard !wanted.isSubset(of: known) else { return selection }
        let library = more()
        let names = library.map { ProtocolNames($0) }
        known.formUnion(library?.definitions.map(\.name) ?? [])
        func resolved(_ flag: String, _ wanted: Set<String>) throws -> Set<String> {
            try Set(
                wanted.sorted().map { name in
                    let lower = name.lowercased()
                    if known.contains(lower) { return lower }
                    if let own = names?[lower] { return own }
                    let hint = Language.hint(for: name, among: known.sorted())
                    throw Outcome.usage(
                        "\(flag) '\(name)': there is no such protocol\(hint); offport plugin list has all")
                })
        }
        selection.protocols = try resolved("--protocol", protocols)
        selection.excludedProtocols = try resolved("--not-protocol", excludedProtocols)
        return selection
    }
}
