internal import Inventory
public import Net

/// A list of services that a policy declares, and where its condition is.
public struct LoadedAssetList: Sendable {
    /// What it is called.
    public let name: String
    /// What it is for, for people.
    public let title: String?
    /// Where it stands.
    public let origin: SourceLocation
    /// Which services belong to it.
    let condition: Condition
}

/// Turns `assets "name" { where = function(s) ... end }` into a list.
struct AssetReader {
    let reading: Reading

    /// The list; nil after reporting what is wrong.
    func read(_ node: LuaNode) -> LoadedAssetList? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        section.checkNoItems()
        section.checkKeys(Language.keys(of: .assets))
        if !(1...64).contains(name.utf8.count) {
            reading.report(node.line, "the name of an asset list has 1 to 64 bytes")
        }
        let title = section.string("title")
        var number: Int?
        switch section.table["where"] {
        case .function(let found, _): number = found
        case nil:
            reading.report(
                node.line,
                "assets '\(name)' needs where = function(s) return s.protocol == \"ftp\" end")
        case .some(let value):
            section.report(
                "where", "where must be a function: where = function(s) ... end, not \(value.kind)")
        }
        guard let number, reading.errorCount == errorsBefore else { return nil }
        let origin = reading.location(node.line)
        return LoadedAssetList(
            name: name, title: title, origin: origin,
            condition: Condition(name: name, origin: origin, source: reading.number, when: number))
    }
}

extension Library {
    /// Leaves out second lists of a name, and alerts on lists that no file has; tells which.
    static func leaveOutUnknownLists(
        _ lists: inout [LoadedAssetList], _ policy: inout Policy
    ) -> [PluginProblem] {
        var problems: [PluginProblem] = []
        var first: [String: LoadedAssetList] = [:]
        lists.removeAll { list in
            guard let other = first[list.name] else {
                first[list.name] = list
                return false
            }
            problems.append(
                PluginProblem(list.origin, "the list '\(list.name)' is declared already: \(other.origin)"))
            return true
        }
        let names = lists.map(\.name)
        policy.alerts.removeAll { alert in
            guard case .assets(let name?) = alert.event, !names.contains(name) else { return false }
            let hint = Suggestion.text(for: name, among: names)
            problems.append(
                PluginProblem(alert.origin, "assets names '\(name)', which no policy declares\(hint)"))
            return true
        }
        return problems
    }
}
