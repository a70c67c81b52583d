import Inventory
import Net
import Records

extension SiteReport {
    /// One self-contained page: no script, nothing loaded from elsewhere.
    public var html: String {
        var page = Markup()
        page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        page.raw(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        )
        page.element("title", heading)
        page.raw(Self.style)
        page.raw("</head>\n<body>\n")
        writeHead(&page)
        page.element("main") { page in
            writeFindings(&page)
            writeNew(&page)
            writeActivity(&page)
            writePorts(&page)
            writeAllowances(&page)
            writeAssets(&page)
        }
        page.element("footer") { page in
            page.text("Made by Offport on \(made.toTheSecond) UTC")
            if !sources.isEmpty { page.text(" from " + sources.joined(separator: ", ")) }
        }
        page.raw("</body>\n</html>\n")
        return page.html
    }

    private func writeHead(_ page: inout Markup) {
        page.element("header") { page in
            page.element("h1", heading)
            if let period { page.element("p", period, class: "period") }
            if !only.isEmpty { page.element("p", "Only " + only.joined(separator: ", "), class: "period") }
            page.element("ul", class: "totals") { page in
                for total in totals {
                    let isBad = "\(total.key)" == "off_port" && total.number > 0
                    page.element("li", class: isBad ? "bad" : nil) { page in
                        page.element("b", grouped(total.number))
                        page.element("span", total.name)
                    }
                }
            }
        }
    }

    private func section(_ page: inout Markup, _ title: String, _ body: (inout Markup) -> Void) {
        page.element("section") { page in
            page.element("h2", title)
            body(&page)
        }
    }

    private func writeFindings(_ page: inout Markup) {
        section(&page, "Findings") { page in
            guard !open.isEmpty else {
                page.element("p", "Nothing is open.", class: "quiet")
                return
            }
            let firsts = firstSightings
            for kept in open { write(kept, firsts[FoundAt(kept.finding)], &page) }
        }
    }

    private func write(_ kept: KeptFinding, _ service: Service?, _ page: inout Markup) {
        let finding = kept.finding
        page.element("details", class: "finding \(finding.severity.rawValue)") { page in
            page.element("summary") { page in
                page.element("span", finding.severity.rawValue, class: "severity")
                page.element("span", finding.title, class: "title")
                page.element("code", Endpoint(finding.host, finding.port.number).description)
            }
            page.element("dl") { page in
                for (name, value) in Self.facts(of: kept, service, naming: holdings.naming) {
                    page.element("dt", name)
                    page.element("dd", value)
                }
            }
        }
    }

    /// What is known of a finding about a service, for people.
    static func facts(
        of kept: KeptFinding, _ service: Service?, naming: Naming
    ) -> [(name: String, value: String)] {
        let finding = kept.finding
        var facts: [(name: String, value: String)] = []
        if !finding.expected.isEmpty {
            facts.append(("expected", finding.expected.map(\.description).joined(separator: ", ")))
        }
        facts.append(("first", min(service?.firstSeen ?? finding.time, finding.time).toTheSecond + " UTC"))
        // It was there before somebody from outside came.
        if let service, service.firstSeen < finding.time, service.flow != finding.flow, finding.hasFlow,
            finding.direction == .inbound, finding.rule.offPortClass != nil
        {
            facts.append(("\(finding.severity.rawValue) since", finding.time.toTheSecond + " UTC"))
        }
        if kept.lastTime > finding.time { facts.append(("last", kept.lastTime.toTheSecond + " UTC")) }
        if finding.hasFlow { facts.append(("client", finding.client.description)) }
        if let direction = finding.direction { facts.append(("direction", direction.rawValue)) }
        if !finding.evidence.bytes.isEmpty {
            facts.append((finding.evidence.isServer ? "server said" : "client said", finding.evidence.text))
        }
        if let signature = finding.evidence.signature {
            let version = naming.packVersion(signature, finding.protocolIndex).map { " \($0)" } ?? ""
            facts.append(("signature", naming.signature(signature) + version))
        }
        if finding.hasFlow {
            facts.append(("flow", flowName(finding.flow)))
            facts.append(("community id", finding.communityID))
        }
        if let capture = finding.capture { facts.append(("capture", capture)) }
        if kept.state != .open || kept.note != nil {
            let by = kept.stateBy.map { " by \($0)" } ?? ""
            facts.append(("state", kept.state.rawValue + by + (kept.note.map { ": \($0)" } ?? "")))
        }
        return facts
    }

    private func writeNew(_ page: inout Markup) {
        guard let newHeading else { return }
        section(&page, newHeading) { page in
            guard !newServices.isEmpty else {
                page.element("p", "No service is new.", class: "quiet")
                return
            }
            let rows = newServices.sorted { $0.firstSeen < $1.firstSeen }
            let heads = ["First seen", "Server", "Protocol", "Standing"]
            table(&page, heads, class: "stack") { page in
                for service in rows {
                    row(
                        &page, heads,
                        [
                            service.firstSeen.toTheSecond, "\(Endpoint(service.host, service.port.number))",
                            service.protocolName, service.standingWithReason,
                        ], class: Self.shade(service.standing))
                }
            }
        }
    }

    private func writeActivity(_ page: inout Markup) {
        guard activity.bars.count > 1 else { return }
        section(&page, "Sessions, \(Self.length(activity.bucketSeconds)) a bar") { page in
            Chart.activity(activity, &page)
            page.element("p", class: "legend") { page in
                page.element("span", "established", class: "established")
                page.element("span", "attempts", class: "attempts")
            }
        }
    }

    private static func length(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: counted(Int(seconds), "second")
        case ..<3600: counted(Int(seconds / 60), "minute")
        case ..<86_400: counted(Int(seconds / 3600), "hour")
        default: counted(Int(seconds / 86_400), "day")
        }
    }

    private static let portHeads: KeyValuePairs<String, String> = [
        "Port": "port", "Servers": "number", "": "bar", "Sessions": "number", "Standing": "standing",
    ]

    private func writePorts(_ page: inout Markup) {
        section(&page, "Protocols, their ports and servers") { page in
            let protocols = protocols
            let most = protocols.flatMap(\.ports).map(\.summary.servers).max() ?? 1
            if protocols.isEmpty { page.element("p", "No service.", class: "quiet") }
            for group in protocols {
                page.element("h3", holdings.naming.label(ofProtocol: group.name))
                page.element("div", class: "ports") { page in
                    page.element("div", class: "heads") { page in
                        for (head, name) in Self.portHeads { page.element("span", head, class: name) }
                    }
                    for port in group.ports { write(port, most, &page) }
                }
            }
        }
    }

    private func write(_ port: ListedPort, _ most: Int, _ page: inout Markup) {
        let summary = port.summary
        // What should not be there is seen without a click, unless it is much.
        page.openDetails(class: summary.standing, isOpen: port.rank == 2 && summary.servers <= 10)
        page.element("summary") { page in
            page.element("span", summary.port.description, class: "port")
            page.element("span", grouped(summary.servers), class: "number")
            page.element("span", class: "bar") { page in
                Chart.bar(summary.servers, of: most, class: summary.standing, &page)
            }
            page.element("span", grouped(summary.sessions), class: "number")
            page.element("span", summary.standingWithReason, class: "standing")
        }
        if !port.servers.isEmpty {
            table(&page, ListedPort.heads, class: "stack servers") { page in
                for service in port.servers {
                    row(
                        &page, ListedPort.heads, ListedPort.cells(of: service),
                        class: Self.shade(service.standing))
                }
            }
        }
        if let (words, command) = port.rest {
            page.element("p", class: "more") { page in
                page.text(words + ": ")
                page.element("code", command)
            }
        }
        page.close("details")
    }

    private func writeAllowances(_ page: inout Markup) {
        guard !allowances.isEmpty else { return }
        section(&page, "Allowances") { page in
            let heads = ["Name", "What", "Services", "Owner", "Until", ""]
            table(&page, heads, class: "stack") { page in
                for line in allowances {
                    let remark = line.remark(at: made)
                    row(
                        &page, heads,
                        [
                            line.allowance.name, "\(line.allowance.protocolName) on \(line.ports)",
                            grouped(line.services), line.allowance.owner ?? "",
                            line.lastDay ?? "", remark?.text ?? "",
                        ], class: remark?.isGrave == true ? "off-port" : nil)
                }
            }
        }
    }

    private func writeAssets(_ page: inout Markup) {
        guard !assets.isEmpty else { return }
        section(&page, "Asset lists") { page in
            for list in assets {
                page.element("details") { page in
                    page.element("summary") { page in
                        page.element("span", list.name, class: "title")
                        page.element("code", counted(list.members.count, "member"))
                    }
                    page.element("ul") { page in
                        for member in list.members { page.element("li", member) }
                    }
                }
            }
        }
    }

    private func table(
        _ page: inout Markup, _ heads: [String], class name: String, _ rows: (inout Markup) -> Void
    ) {
        page.element("div", class: "wide") { page in
            page.element("table", class: name) { page in
                page.element("tr") { page in for head in heads { page.element("th", head) } }
                rows(&page)
            }
        }
    }

    private func row(_ page: inout Markup, _ heads: [String], _ cells: [String], class name: String?) {
        page.element("tr", class: name) { page in
            for (head, cell) in zip(heads, cells) { page.cell(cell, label: head) }
        }
    }

    private static func shade(_ standing: Standing) -> String? {
        standing.rank == 0 ? nil : standing.name
    }
}
