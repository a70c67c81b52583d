import Plugins
import Stores

extension AssetSorter: AssetSorting {
    /// The lists whose conditions failed, each with the reason.
    public var switchedOff: [String: String] {
        Dictionary(
            disabled.map { ($0.name, $0.problem.description) }, uniquingKeysWith: { first, _ in first })
    }
}

extension StoreWriter {
    /// What stands still until the policy is corrected, for people.
    var listsSwitchedOffInWords: [String] {
        listsSwitchedOff.map { "assets '\($0.name)': \($0.reason); \(AssetSorter.advice)" }
    }
}

extension AssetSorter {
    /// What to do about a list whose condition failed.
    static let advice = "correct it; until then nobody joins or leaves the list"
}

extension PluginLibrary {
    /// What tells a store which asset lists there are; nil without a policy, which then says nothing of them.
    ///
    /// - Parameter keepsOthers: whether lists that the policy does not declare stay as they are.
    func assetStep(keepsOthers: Bool = false) -> StoreBatch.Step? {
        let library = library
        guard library.sources.contains(where: { $0.kind == .policy && $0.pack == nil }) else { return nil }
        let lists = library.assetLists.map { AssetList(name: $0.name, origin: $0.origin) }
        return .lists(lists, keepsOthers: keepsOthers) { AssetSorter(library) }
    }
}
