import Plugins
import Records

extension Selection {
    /// The same selection with its protocols as they are known, whatever their case; one that nobody knows is a mistake.
    ///
    /// - Parameter more: asked for other names when one is not among the known.
    func resolved(among known: Set<String>, orElse more: () -> [String] = { [] }) throws -> Selection {
        var (selection, known) = (self, known)
        selection.protocols = Set(protocols.map { $0.lowercased() })
        selection.excludedProtocols = Set(excludedProtocols.map { $0.lowercased() })
        if !selection.protocols.union(selection.excludedProtocols).isSubset(of: known) {
            known.formUnion(more())
        }
        for (flag, names) in [("--protocol", protocols), ("--not-protocol", excludedProtocols)] {
            for name in names.sorted() where !known.contains(name.lowercased()) {
                let hint = Language.hint(for: name, among: known.sorted())
                throw Outcome.usage(
                    "\(flag) '\(name)': there is no such protocol\(hint); offport plugin list has all")
            }
        }
        return selection
    }
}
