import Testing

@testable import Operation

@Suite struct MetricsTests {
    @Test func metricsAreTheGolden() throws {
        try Golden.expect(Situations.busy.metrics, is: "metrics.txt")
    }

    @Test func aFindingThatHasBecomeGraverCountsTwiceForTheCounterAlone() {
        var snapshot = Situations.quiet
        var medium = SensorSnapshot.FindingCount(rule: "off-port", severity: "medium", count: 2)
        medium.grown = 1
        snapshot.findings = [.init(rule: "off-port", severity: "high", count: 1), medium]
        #expect(snapshot.findingCount == 3)
        for (severity, count) in [("high", 1), ("medium", 3)] {
            let line = #"offport_findings_total{rule="off-port",severity="\#(severity)"} \#(count)"#
            #expect(snapshot.metrics.contains(line + "\n"))
        }
    }

    @Test func labelsAreEscaped() {
        var snapshot = Situations.quiet
        snapshot.interfaces[0].name = "a\"b\\c\nd"
        #expect(snapshot.metrics.contains(#"offport_interface_open{interface="a\"b\\c\nd"} 1"#))
    }

    @Test func everyLineIsWellFormed() throws {
        let sample = try Regex(
            #"[a-z_]+(\{[a-z_]+="([^"\\]|\\.)*"(,[a-z_]+="([^"\\]|\\.)*")*\})? (NaN|[+-]Inf|-?[0-9.]+(e[-+]?[0-9]+)?)"#
        )
        var declared: Set<Substring> = []
        for line in (Situations.busy.metrics + Situations.quiet.metrics).split(separator: "\n") {
            if line.hasPrefix("# ") {
                declared.insert(line.split(separator: " ")[2])
            } else {
                #expect(line.wholeMatch(of: sample) != nil, "\(line)")
                let name = line.prefix { $0 != "{" && $0 != " " }
                let base = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }
                    .map { name.dropLast($0.count) }
                #expect(declared.contains(name) || base.map(declared.contains) == true, "\(name)")
            }
        }
    }

    @Test func aHistogramIsCumulative() {
        let lines = Situations.busy.metrics.split(separator: "\n")
        let counts = lines.filter { $0.hasPrefix("offport_alert_latency_seconds_bucket") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(counts.count == 12 && counts == counts.sorted() && counts.last == 40)
        #expect(lines.contains("offport_alert_latency_seconds_count 40"))
        #expect(lines.contains(#"offport_alert_latency_seconds_bucket{le="0.025"} 30"#))
    }

    /// The table of docs/operation.md has each name with its type, and no other.
    @Test func everyMetricIsDocumented() throws {
        let types = Situations.busy.metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }
            .map { $0.split(separator: " ").suffix(2).joined(separator: " ") }
        let rows = try Golden.project("docs/operation.md").split(separator: "\n")
            .filter { $0.hasPrefix("| `offport_") }
            .map { row in
                let cells = row.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
                return "\(cells[0].split(separator: "`")[0].prefix { $0 != "{" }) \(cells[1])"
            }
        #expect(rows.sorted() == types.sorted())
    }
}
