internal import Net

/// What a pack says of itself in `pack.lua`.
public struct PackManifest: Sendable, Equatable {
    /// The name, such as `offport/core`; every plugin's id begins with it.
    public var name: String
    /// The version, such as `1.2.0`; empty when it does not say.
    public var version: String
    /// The licence; nil when it does not say.
    public var license: String?
    /// What it needs, such as `offport >= 1.0`.
    public var needs: String?
    /// The packs it depends on, with the versions it accepts.
    public var depends: [String: String]
    /// Whether it is read only when it is used.
    public var isOptional = false
    /// The path of its `pack.lua`.
    public var path: String
}

/// Turns `pack { ... }` into a manifest.
enum PackReader {
    static func read(_ reading: Reading, limits: ScriptLimits) -> PackManifest? {
        let nodes = reading.declarations(kind: .pack, limits: limits.loadingData)
        guard reading.errorCount == 0 else { return nil }
        guard nodes.count == 1, let section = reading.section(nodes[0]) else {
            reading.report(nodes.last?.line ?? 1, "pack.lua must declare one pack { ... }")
            return nil
        }
        section.checkNoItems()
        section.checkKeys(Language.keys(of: .pack), severity: .warning)
        guard let name = section.string("name"), isName(name) else {
            reading.report(section.line, "pack needs a name such as \"acme/ics\"")
            return nil
        }
        let manifest = PackManifest(
            name: name, version: section.string("version") ?? "", license: section.string("license"),
            needs: section.string("needs"), depends: depends(section),
            isOptional: section.flag("optional") ?? false, path: reading.source.path)
        return reading.errorCount == 0 ? manifest : nil
    }

    private static func depends(_ section: Section) -> [String: String] {
        guard let value = section.table["depends"] else { return [:] }
        guard case .table(let table) = value, table.items.isEmpty else {
            section.report("depends", "depends takes [\"acme/base\"] = \"^1.0\"")
            return [:]
        }
        var depends: [String: String] = [:]
        for (pack, version) in table.keys {
            guard case .string(let text) = version else {
                section.report("depends", "depends takes versions as strings: [\"\(pack)\"] = \"^1.0\"")
                continue
            }
            depends[pack] = String(decoding: text, as: UTF8.self)
        }
        return depends
    }

    private static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count <= 2 && parts.allSatisfy(ProtocolReader.isName)
    }
}
