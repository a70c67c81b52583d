import Plugins
import Stores

extension AssetSorter: AssetSorting {}

extension PluginLibrary {
    /// What tells a store which asset lists there are; nil without a policy, which then says nothing of them.
    var assetStep: StoreBatch.Step? {
        let library = library
        guard library.sources.contains(where: { $0.kind == .policy && $0.pack == nil }) else { return nil }
        return .lists(library.assetLists.map { AssetList(name: $0.name, origin: $0.origin) }) {
            AssetSorter(library)
        }
    }
}
