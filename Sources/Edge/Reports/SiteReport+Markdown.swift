import Inventory
import Net
import Records

extension SiteReport {
    /// The same for a wiki, a ticket or a mail.
    public var markdown: String {
        var lines = ["# \(Self.plain(heading))", ""]
        if let period { lines += [period, ""] }
        if !only.isEmpty { lines += [Self.plain("Only " + only.joined(separator: ", ")), ""] }
        lines.append(totals.map { "**\(grouped($0.number))** \($0.name)" }.joined(separator: " · "))
        lines += ["", "## Findings", ""]
        if open.isEmpty { lines.append("Nothing is open.") }
        let firsts = firstSightings
        for kept in open {
            let finding = kept.finding
            lines.append(
                "- **\(finding.severity.rawValue)** \(Self.plain(finding.title)): `\(Endpoint(finding.host, finding.port.number))`"
            )
            for (name, value) in Self.facts(of: kept, firsts[FoundAt(finding)], naming: holdings.naming) {
                lines.append("  - \(name): \(Self.code(value))")
            }
        }
        if let newHeading {
            lines += ["", "## \(newHeading)", ""]
            let rows = newServices.sorted { $0.firstSeen < $1.firstSeen }
            if rows.isEmpty { lines.append("No service is new.") }
            lines += Self.table(
                ["First seen", "Server", "Protocol", "Standing"],
                rows.map {
                    [
                        $0.firstSeen.toTheSecond, "\(Endpoint($0.host, $0.port.number))", $0.protocolName,
                        $0.standingWithReason,
                    ]
                })
        }
        let protocols = protocols
        lines += ["", "## Protocols and their ports", ""]
        if protocols.isEmpty { lines.append("No service.") }
        lines += Self.table(
            ["Protocol", "Port", "Servers", "Sessions", "Standing"],
            protocols.flatMap { group in
                group.ports.map(\.summary).map {
                    [
                        group.name, $0.port.description, grouped($0.servers), grouped($0.sessions),
                        $0.standingWithReason,
                    ]
                }
            })
        if !protocols.isEmpty { lines += ["", "## Servers"] }
        for group in protocols {
            lines += ["", "### \(Self.plain(holdings.naming.label(ofProtocol: group.name)))", ""]
            lines += Self.table(ListedPort.heads, group.ports.flatMap { $0.servers.map(ListedPort.cells) })
            let rest = group.ports.compactMap(\.rest)
            if !rest.isEmpty { lines.append("") }
            lines += rest.map { "- \($0.words): \(Self.code($0.command))" }
        }
        if !allowances.isEmpty {
            lines += ["", "## Allowances", ""]
            lines += Self.table(
                ["Name", "What", "Services", "Owner", "Until", ""],
                allowances.map {
                    [
                        $0.allowance.name, "\($0.allowance.protocolName) on \($0.ports)",
                        grouped($0.services),
                        $0.allowance.owner ?? "", $0.lastDay ?? "",
                        $0.remark(at: made)?.text ?? "",
                    ]
                })
        }
        for list in assets {
            lines += ["", "## Assets: \(Self.plain(list.name))", ""]
            lines += list.members.map { "- \(Self.code($0))" }
        }
        lines += ["", "Made by Offport on \(made.toTheSecond) UTC", ""]
        return lines.joined(separator: "\n")
    }

    private static func table(_ heads: [String], _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return [] }
        return [
            "| " + heads.joined(separator: " | ") + " |", "|" + String(repeating: "---|", count: heads.count),
        ] + rows.map { "| " + $0.map(plain).joined(separator: " | ") + " |" }
    }

    /// Words that mean nothing to Markdown.
    private static func plain(_ words: String) -> String {
        var out = ""
        for character in printable(words) {
            if "\\`*_{}[]<>#|~".contains(character) { out += "\\" }
            out.append(character)
        }
        return out
    }

    /// Words as code, whatever is in them.
    private static func code(_ words: String) -> String {
        let words = printable(words)
        guard words.contains("`") else { return "`\(words)`" }
        return "`` \(words.replacing("``", with: "` `")) ``"
    }
}
