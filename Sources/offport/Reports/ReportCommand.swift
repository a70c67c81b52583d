import ArgumentParser
import Inventory
import Net
import Records
import Reports
import Stores

/// What is known, on one page.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract:
            "Writes one page for people who were not there: what runs off its port, since when, what is new.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case html, markdown, json
    }

    @OptionGroup var asked: AskedOptions
    @OptionGroup var filter: FilterOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Where to write it; - for standard output.", valueName: "file"))
    var output = "offport-report.html"

    @Option(help: "How it is written; by the file's ending unless given.")
    var format: Format?

    @Option(
        help: ArgumentHelp(
            "What was first seen from here on counts as new. Default: the last report's end.",
            valueName: "time"), transform: Timestamp.init(written:))
    var newSince: Timestamp?

    func run() throws {
        let policy = asked.captures.policy.isEmpty ? Policy() : try PluginLibrary(asked.captures).judge.policy
        try asked.ask(filter.selection, heedsPolicy: true) { store, selection in
            let report = try report(of: store, policy, selection)
            try write(report)
            // Who saw a part does not know the rest.
            if asked.store != nil, report.only.isEmpty, let last = report.span?.last {
                try? store.noteReport(until: last)
            }
        }
    }

    private func report(of store: Store, _ policy: Policy, _ selection: Selection) throws -> SiteReport {
        let holdings = try store.holdings(selection, [.services, .clients, .findings])
        var report = SiteReport(made: Timestamp(nanoseconds: Console.now), holdings: holdings)
        report.site = policy.site?.name
        report.sources = asked.store.map { [$0] } ?? asked.captures.reading.captures
        report.span = try store.span().map { Holdings.Span(first: $0.first, last: $0.last) }
        report.newSince = try newSince ?? store.lastReport()
        report.only = selection.words
        // Sessions and lists are of everything.
        guard report.only.isEmpty else {
            report.allowances = Self.lines(
                of: policy.allowances.filter { selection.includes(protocolName: $0.protocolName) }, holdings)
            return report
        }
        if let span = report.span {
            let seconds = Self.bucket(for: span.last.nanoseconds(since: span.first) / 1_000_000_000)
            report.activity = SiteReport.Activity(
                bucketSeconds: seconds,
                bars: try store.activity(every: seconds).map {
                    SiteReport.Activity.Bar(
                        time: $0.time, established: $0.established, attempts: $0.attempts)
                })
        }
        report.allowances = Self.lines(of: policy.allowances, holdings)
        report.assets = try store.membersNow().map {
            SiteReport.AssetList(name: $0.list, members: $0.members)
        }
        return report
    }

    private static func lines(of allowances: [Allowance], _ holdings: Holdings) -> [SiteReport.AllowanceLine]
    {
        allowances.map { allowance in
            SiteReport.AllowanceLine(
                allowance,
                services: holdings.services.count {
                    $0.standing.rank == 1 && $0.allowance == allowance.name
                        && $0.protocolName == allowance.protocolName
                })
        }
    }

    /// The stretch of time that makes some dozens of bars.
    private static func bucket(for seconds: Int64) -> Int64 {
        [1, 10, 60, 600, 3600, 6 * 3600].first { seconds / $0 <= 120 } ?? 86_400
    }

    private func write(_ report: SiteReport) throws {
        let bytes =
            switch format ?? Self.format(of: output) {
            case .html: Array(report.html.utf8)
            case .markdown: Array(report.markdown.utf8)
            case .json: report.jsonLines
            }
        guard output != "-" else {
            Console.write(bytes, to: 1)
            return
        }
        guard let file = Console.create(output), Console.write(bytes, to: file) else {
            throw Outcome.failed(["\(output): cannot be written: \(Console.lastError)"])
        }
        Console.close(file)
        Console.error(
            "\(output) written: \(grouped(report.holdings.services.count)) services, \(counted(report.holdings.findings.count, "finding"))"
        )
    }

    private static func format(of path: String) -> Format {
        if path.hasSuffix(".md") || path.hasSuffix(".markdown") { return .markdown }
        return path.hasSuffix(".json") || path.hasSuffix(".jsonl") ? .json : .html
    }
}
