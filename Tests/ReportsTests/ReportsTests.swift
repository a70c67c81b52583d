import Inventory
import Net
import Records
import Testing

@testable import Reports

/// What a report says, and that what strangers said stays words in it.
@Suite struct ReportsTests {
    private static let start = Timestamp(seconds: 1_790_000_000)

    private func service(
        _ host: UInt32, _ port: UInt16, _ name: String, _ standing: Standing, banner: String, day: Int64 = 0
    ) -> Service {
        let seen = Timestamp(nanoseconds: Self.start.nanoseconds + day * 86_400_000_000_000)
        return Service(
            id: Int(host), host: IPAddress(v4: host), port: ServicePort(port, .tcp), protocolName: name,
            protocolIndex: 0, plugin: "offport/core/\(name)", standing: standing,
            allowance: standing.rank == 1 ? "Ariel" : nil, owner: nil, firstSeen: seen, lastSeen: seen,
            sessions: 3, clients: 2,
            banners: [
                Service.Banner(
                    fields: FieldSet([("banner", banner)]), firstSeen: seen, lastSeen: seen, sessions: 3)
            ], evidence: evidence(banner), flow: 7, confidence: .certain, direction: .internal,
            capture: "a.pcap")
    }

    private func evidence(_ text: String) -> Evidence {
        Evidence(isServer: true, offset: 0, signature: 0, bytes: Array(text.utf8.prefix(64)))
    }

    private func finding(_ host: UInt32, _ port: UInt16, said: String, number: Int) -> KeptFinding {
        KeptFinding(
            Finding(
                rule: .offPort(.unassigned), severity: .medium, time: Self.start, flow: 7, service: nil,
                host: IPAddress(v4: host), port: ServicePort(port, .tcp),
                client: Endpoint(IPAddress(v4: 9), 4000), vlan: 0, direction: nil, confidence: .certain,
                protocolName: "ftp", plugin: "offport/core/ftp", protocolIndex: 0, owner: nil,
                expected: [PortRange("21/tcp")].compactMap { $0 }, reason: nil, before: nil, now: nil,
                lastSeen: nil, evidence: evidence(said), capture: "a.pcap"), number: number,
            standing: "off-port")
    }

    private func report(said: String = "220 hello") -> SiteReport {
        let holdings = Holdings(
            services: [
                service(1, 21, "ftp", .expected, banner: "220 one"),
                service(2, 21, "ftp", .expected, banner: "220 two"),
                service(3, 49152, "ftp", .offPort(.unassigned, owner: nil), banner: said, day: 5),
                service(4, 419, "ftp", .allowed(allowance: 0), banner: "220 Ariel"),
            ], findings: [finding(3, 49152, said: said, number: 1)],
            naming: Naming(signature: { _ in "offport/core/ftp#1" }, packVersion: { _, _ in "1.0.0" }))
        var report = SiteReport(made: Self.start, holdings: holdings)
        let day: Int64 = 86_400_000_000_000
        report.span = Holdings.Span(
            first: Self.start, last: Timestamp(nanoseconds: Self.start.nanoseconds + 6 * day))
        report.newSince = Timestamp(nanoseconds: Self.start.nanoseconds + 4 * day)
        report.activity = SiteReport.Activity(
            bucketSeconds: 86_400,
            bars: [0, 1, 5].map {
                .init(
                    time: Timestamp(nanoseconds: Self.start.nanoseconds + $0 * day), established: 10,
                    attempts: 2)
            })
        var ariel = Allowance(
            protocolName: "ftp", ports: [PortRange("419/tcp")].compactMap { $0 }, name: "Ariel",
            origin: SourceLocation(file: "site.lua", line: 1))
        ariel.expires = Timestamp(nanoseconds: Self.start.nanoseconds + 20 * day)
        report.allowances = [SiteReport.AllowanceLine(ariel, services: 1, isUsed: true)]
        report.assets = [SiteReport.AssetList(name: "ftp servers", members: ["0.0.0.3:49152/tcp ftp"])]
        return report
    }

    @Test func thePageTellsWhatMatters() {
        let html = report().html
        for words in [
            "Services where they should not run", "FTP on 49152/tcp", "0.0.0.3:49152", "220 hello",
            "offport/core/ftp#1 1.0.0", "New since", "allowed: Ariel", "expires on", "in 20 days",
            "ftp servers",
            "<svg class=\"activity\"", "off-port: no protocol&#39;s port",
        ] {
            #expect(html.contains(words), "\(words)")
        }
        // One file: nothing is loaded, nothing runs.
        for words in ["<script", "http://", "https://", "src=", "@import", "url("] {
            #expect(!html.contains(words), "\(words)")
        }
        #expect(balanced(html))
    }

    @Test func aFindingIsAsOldAsItsService() {
        var report = report()
        let day = report.holdings.services.first { $0.port.number == 49152 }?.firstSeen ?? Self.start
        // An outsider came a day after the first client.
        report.holdings.findings[0].finding.direction = .inbound
        report.holdings.findings[0].finding.flow = 8
        report.holdings.findings[0].finding.time = Timestamp(
            nanoseconds: day.nanoseconds + 86_400_000_000_000)
        #expect(report.markdown.contains("first: `2026-09-26 14:13:20 UTC`"))
        #expect(report.markdown.contains("medium since: `2026-09-27 14:13:20 UTC`"))
        #expect(report.html.contains("<dt>medium since</dt>\n<dd>2026-09-27 14:13:20 UTC</dd>"))
        report.holdings.findings[0].finding.flow = 7
        #expect(!report.markdown.contains("medium since"))
    }

    @Test(arguments: [(true, ", the end of the last report of this store"), (false, "")])
    func whatIsNewSaysSinceWhen(_ isSinceLastReport: Bool, _ words: String) {
        var report = report()
        report.isSinceLastReport = isSinceLastReport
        #expect(report.html.contains(" UTC\(words)</h2>"))
        #expect(report.markdown.contains(" UTC\(words)\n"))
    }

    /// What began in the last moment of the last report was in it; a moment that somebody names is included.
    @Test(arguments: [(true, 0), (false, 1)])
    func theLastMomentOfTheLastReportIsNotNew(_ isSinceLastReport: Bool, _ count: Int) {
        var report = report()
        report.newSince = report.holdings.services.map(\.firstSeen).max()
        report.isSinceLastReport = isSinceLastReport
        #expect(report.newServices.count == count)
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</style></dd>", "&lt;",
        "a\u{0}b\u{1b}[31m",
    ])
    func whatStrangersSayStaysWords(said: String) {
        let report = report(said: said)
        let html = report.html
        #expect(!html.contains("<script") && !html.contains("<img"))
        #expect(!html.contains("\u{1b}") && !html.contains("\u{0}"))
        #expect(html.ranges(of: "</style>").count == 1)
        #expect(balanced(html))
        #expect(!report.markdown.contains("\u{1b}"))
    }

    @Test func tablesOfMarkdownKeepTheirColumns() {
        var report = report()
        report.assets = [SiteReport.AssetList(name: "a|b", members: ["x `y` z"])]
        report.allowances[0].allowance.owner = "a|b\nc"
        let lines = report.markdown.split(separator: "\n")
        let rows = lines.filter { $0.hasPrefix("| Ariel") }
        #expect(rows.count == 1 && rows[0].replacing("\\|", with: "").count { $0 == "|" } == 7)
        #expect(lines.contains("## Assets: a\\|b") && lines.contains("- `` x `y` z ``"))
        #expect(lines.contains("| ftp | 49152/tcp | 1 | 3 | off-port: no protocol's port |"))
    }

    @Test func everyPortNamesItsServers() {
        let report = report()
        let rows = report.html.split(separator: "<tr")
        for (server, standing, banner) in [
            ("0.0.0.1:21/tcp", "expected", "220 one"), ("0.0.0.2:21/tcp", "expected", "220 two"),
            ("0.0.0.3:49152/tcp", "off-port: no protocol&#39;s port", "220 hello"),
            ("0.0.0.4:419/tcp", "allowed: Ariel", "220 Ariel"),
        ] {
            let named = rows.filter { $0.contains(">\(server)<") }
            #expect(named.count == 1 && named[0].contains(">\(standing)<"), "\(server)")
            #expect(named.first?.contains(">\(banner)<") == true, "\(server)")
        }
        #expect(report.html.ranges(of: "<details class=\"off-port\" open>").count == 1)
        #expect(
            report.markdown.contains(
                "| 0.0.0.1:21/tcp | expected | 220 one | 3 | 2026-09-21 14:13:20 | 2026-09-21 14:13:20 |"))
    }

    /// The page stays one that can be mailed; what should not be there is named before the rest.
    @Test func ofManyServersTheFirstAreNamed() {
        var report = report()
        for port in 1...30 as ClosedRange<UInt16> {
            report.holdings.services += (1...200 as ClosedRange<UInt32>).map { host in
                let standing = host == 150 ? Standing.offPort(.unassigned, owner: nil) : .expected
                return service(host, port, "many", standing, banner: "")
            }
        }
        report.holdings.services.append(
            service(1, 99, "many", .offPort(.unassigned, owner: nil), banner: "the last"))
        let page = report.html
        let named = page.ranges(of: "<td data-label=\"Server\">").count
        // What is new is named there too.
        #expect(named == 2_000 + report.newServices.count)
        #expect(page.contains("100 more: <code>offport services --protocol many --port 1/tcp</code>"))
        #expect(page.contains("199 more: <code>offport services --protocol many --port 30/tcp</code>"))
        #expect(page.contains(">0.0.0.150:30/tcp<") && page.contains(">the last<") && balanced(page))
        let text = report.markdown
        #expect(text.contains("- 100 more: `offport services --protocol many --port 1/tcp`"))
    }

    @Test func anAllowanceIsOfNoUseWhereItAllowedNothingAtAll() {
        var report = report()
        report.allowances[0].allowance.expires = nil
        for (services, isUsed) in [(1, true), (0, true), (0, false)] {
            report.allowances[0].services = services
            report.allowances[0].isUsed = isUsed
            for page in [report.html, report.markdown] {
                #expect(page.contains("allows nothing that was seen") == !isUsed)
            }
        }
    }

    /// The days that are left are those of the reader, however old the last packet is.
    @Test func expiryIsComparedWithTheDayOfThePage() {
        var report = report()
        let day: Int64 = 86_400_000_000_000
        for (days, words) in [(17, "in 3 days"), (21, "expired on 2026-10-11")] {
            report.made = Timestamp(nanoseconds: Self.start.nanoseconds + Int64(days) * day)
            #expect(report.html.contains(words) && report.markdown.contains(words), "\(days)")
        }
    }

    @Test func recordsAreOneObjectALine() {
        let lines = String(decoding: report().jsonLines, as: UTF8.self).split(separator: "\n")
        let kinds = lines.compactMap { $0.split(separator: "\"").dropFirst(3).first.map(String.init) }
        #expect(
            kinds == ["report"] + Array(repeating: "activity", count: 3) + ["allowance", "asset", "finding"]
                + Array(repeating: "service", count: 4))
        #expect(lines[0].contains("\"off_port\":1") && lines[0].contains("\"new\":1"))
    }

    @Test func nothingKnownIsAPageToo() {
        let report = SiteReport(made: Self.start, holdings: Holdings(naming: Naming(signature: { _ in "" })))
        #expect(report.html.contains("Nothing is open.") && balanced(report.html))
        #expect(report.markdown.contains("Nothing is open."))
        #expect(report.html.contains("No service.") && report.markdown.contains("No service."))
    }

    /// Whether every element that is opened is closed, in order.
    private func balanced(_ html: String) -> Bool {
        var stack: [Substring] = []
        for piece in html.split(separator: "<").dropFirst() {
            guard let tag = piece.split(separator: ">", omittingEmptySubsequences: false).first else {
                return false
            }
            let name = tag.prefix { $0.isLetter || $0.isNumber || $0 == "/" }
            if tag.hasPrefix("!") || tag.hasSuffix("/") || name == "meta" { continue }
            if name.hasPrefix("/") {
                guard stack.popLast() == name.dropFirst() else { return false }
            } else {
                stack.append(name)
            }
        }
        return stack.isEmpty
    }
}
