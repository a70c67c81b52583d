internal import Matching
internal import Net
internal import Plugins

/// Writes a proposal as a plugin that an author can go on with.
public struct PluginWriter {
    private let proposal: Proposal
    /// Where it comes from, for the comment in front.
    private let origin: String?

    /// A writer.
    ///
    /// - Parameter origin: where the flows were seen.
    public init(_ proposal: Proposal, origin: String? = nil) {
        self.proposal = proposal
        self.origin = origin
    }

    /// The text of the file.
    public func text() -> String {
        var lines = head
        lines.append("protocol \"\(proposal.name)\" {")
        lines.append("  title     = \"\(Skeleton.title(proposal.name))\",")
        lines.append(
            "  reference = \(Quoted.text(Array((origin.map { "seen in \($0)" } ?? "unknown").utf8))),")
        lines.append("  category  = \"unknown\",")
        for (word, ports) in [("ports    ", proposal.ports), ("shares   ", proposal.shares)]
        where !ports.isEmpty {
            lines.append("  \(word) = { \(ports.map { "\"\($0)\"" }.joined(separator: ", ")) },")
        }
        if proposal.ports.isEmpty, proposal.shares.isEmpty {
            lines.append("  dynamic   = true,                -- seen on many ports: nowhere at home")
        }
        lines += signature
        if proposal.hasBanner {
            lines.append(
                "  -- The first line that the server says, as it is; name what you know: product, version ..."
            )
            lines.append(#"  fields { server = [[^(?<banner>[^\r\n]+)]] },"#)
        }
        if !proposal.examples.isEmpty {
            lines.append(
                "  -- Real flows, cut short: look for names and passwords before you share this.")
        }
        for example in proposal.examples { lines += conversation("example", example) }
        if let other = proposal.counterexample { lines += conversation("counterexample", other) }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private var head: [String] {
        guard proposal.flows.all > 0 else { return [] }
        let (grade, why) = proposal.sureness
        var lines = [
            "-- Learned from \(Samples.counted(proposal.flows.all)); sure: \(grade.rawValue), \(why)."
        ]
        for (speaker, text) in proposal.reasons { lines.append("--   \(speaker): \(text)") }
        return lines
    }

    private var signature: [String] {
        var lines = ["  \(proposal.transport) {"]
        if let client = proposal.client { lines.append("    client = \(client.pluginText),") }
        if let server = proposal.server { lines.append("    server = \(server.pluginText),") }
        if !proposal.alone.isEmpty {
            let speakers = Speaker.allCases.filter(proposal.alone.contains).map { "\"\($0)\"" }
            lines.append(
                "    alone = \(speakers.count == 1 ? speakers[0] : "{ \(speakers.joined(separator: ", ")) }"),"
            )
        }
        if let echo = proposal.echo {
            lines += [
                "    check = function(m)              -- the server repeats what the client sent",
                "      if not m.client or not m.server then return true end",
                "      local sent = m.client:bytes(\(echo.offset), \(echo.count))",
                "      return sent ~= nil and sent == m.server:bytes(\(echo.offset), \(echo.count))",
                "    end,",
            ]
        }
        return lines + ["  },"]
    }

    private func conversation(_ word: String, _ said: Conversation) -> [String] {
        var lines = ["  \(word) {"]
        if !said.client.isEmpty { lines.append("    client = \(Quoted.text(said.client)),") }
        if !said.server.isEmpty { lines.append("    server = \(Quoted.text(said.server)),") }
        return lines + ["  },"]
    }
}
