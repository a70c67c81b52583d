import Inventory
import Net

// The findings of the report: the gravest first, each with what an analyst needs to look it up elsewhere.

extension Report {
    func writeFindings(of inventory: Inventory, naming: Naming, to page: inout Page) {
        let order = inventory.findingOrder()
        guard !order.isEmpty else {
            page.heading("FINDINGS", "none")
            let allowed = inventory.summary().count(rank: 1)
            page.paragraph(
                allowed == 0
                    ? "Every service runs where its protocol is expected."
                    : "Every service runs where its protocol is expected or allowed.")
            return
        }
        page.heading("FINDINGS", Self.summary(order.map { inventory.rule(ofFinding: $0).rule }))
        let shown = order.prefix(maximumFindings).map(inventory.finding)
        let titles = shown.map { columns(printable($0.title)) }.max() ?? 0
        for finding in shown {
            write(
                finding, service: finding.service.map(inventory.service), titleWidth: titles, naming,
                to: &page)
        }
        if order.count > shown.count {
            writeRest(order.dropFirst(shown.count).map { inventory.rule(ofFinding: $0).severity }, to: &page)
        }
    }

    /// `3 off-port, 1 forbidden, 5 detected`.
    private static func summary(_ rules: [Finding.Rule]) -> String {
        let names = rules.map { $0.detected == nil ? $0.name : "detected" }
        return (Finding.Rule.names + ["detected"]).compactMap { rule in
            let count = names.count { $0 == rule }
            return count == 0 ? nil : "\(grouped(count)) \(rule)"
        }.joined(separator: ", ")
    }

    private static let indent = String(repeating: " ", count: 12)

    private func write(
        _ finding: Finding, service: Service?, titleWidth: Int, _ naming: Naming, to page: inout Page
    ) {
        let severity = page.paint(
            padded(finding.severity.rawValue, to: 8), Paint.colour(of: finding.severity))
        let title = printable(finding.title)
        let server = Endpoint(finding.host, finding.port.number).description
        let fits = 12 + titleWidth + 3 + columns(server) <= page.width
        if fits {
            page.line(
                "  \(severity)  \(page.paint(title, .bold))\(padded("", to: titleWidth - columns(title)))   \(server)"
            )
        } else {
            page.paragraph(title, after: "  \(severity)  ", colour: .bold)
            page.line(Self.indent + server)
        }
        var facts = ["first \((finding.first ?? finding.time).toTheSecond)"]
        if finding.first != nil {
            facts.append("\(finding.severity.rawValue) since \(finding.time.toTheSecond)")
        }
        if let service {
            facts += [counted(service.sessions, "session"), counted(service.clients, "client")]
        }
        if finding.hasFlow { facts.append("from \(finding.client)") }
        if let direction = finding.direction { facts.append(direction.rawValue) }
        if finding.vlan != 0 { facts.append("VLAN \(finding.vlan)") }
        page.items(facts, after: Self.indent, maximumLines: .max, more: "", separator: ", ")
        page.line(Self.indent + said(finding.evidence, width: page.width - Self.indent.count))
        if let detected = finding.rule.detected {
            page.items(
                ["\(detected.name) of \(detected.plugin)"] + [detected.reference].compactMap { $0 },
                after: Self.indent, maximumLines: .max, more: "", separator: ", ")
        }
        var names = [finding.evidence.signature.map(naming.signature) ?? finding.plugin]
        if let version = naming.packVersion(finding.evidence.signature, finding.protocolIndex) {
            names[0] += " \(version)"
        }
        if finding.hasFlow { names += ["flow \(flowName(finding.flow))", finding.communityID] }
        if captures.count > 1, let capture = finding.capture { names.append(printable(capture)) }
        page.items(names, after: Self.indent, maximumLines: .max, more: "", colour: .dim)
    }

    /// `server said "SSH-2.0-OpenSSH_9.2p1 Debian-2"`, or the bytes in hexadecimal where text says little.
    private func said(_ evidence: Evidence, width: Int) -> String {
        let speaker = evidence.isServer ? "server said" : "client said"
        let place = evidence.offset == 0 ? "" : " at byte \(grouped(evidence.offset))"
        // A legible first line says it all, whatever follows it.
        let line = evidence.bytes.prefix { $0 != 0x0d && $0 != 0x0a }
        let isLine = line.count >= 4 && line.allSatisfy { (0x20...0x7e).contains($0) }
        let text = isLine ? String(decoding: line, as: UTF8.self) : evidence.text
        let legible =
            isLine
            ? evidence.bytes.count
            : evidence.bytes.count { (0x20...0x7e).contains($0) || $0 == 0x0d || $0 == 0x0a }
        if text.isEmpty { return "\(speaker) nothing that was kept" }
        if legible * 4 >= evidence.bytes.count * 3 {
            let room = max(8, width - columns(speaker) - columns(place) - 3)
            return "\(speaker)\(place) \"\(truncated(text, to: room))\""
        }
        let room = max(8, (width - columns(speaker) - columns(place) - 2) / 3)
        let shown = evidence.bytes.prefix(min(room, 24)).map { byte in
            String(decoding: [hexDigit(byte >> 4), hexDigit(byte & 15)], as: UTF8.self)
        }
        let more = shown.count < evidence.bytes.count ? " …" : ""
        return "\(speaker)\(place) \(shown.joined(separator: " "))\(more)"
    }

    /// What is left out, by severity.
    private func writeRest(_ rest: [Severity], to page: inout Page) {
        let bySeverity = Severity.allCases.reversed().compactMap { severity -> String? in
            let count = rest.count { $0 == severity }
            return count == 0 ? nil : "\(grouped(count)) \(severity.rawValue)"
        }
        let question = again.map { " `offport findings\(printable($0))` lists them all." } ?? ""
        page.paragraph(
            "… and \(grouped(rest.count)) more (\(bySeverity.joined(separator: ", "))).\(question)")
    }
}
