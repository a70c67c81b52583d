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
            "Writes one page for people who were not there: what runs off its port, since when, what is new.",
        discussion: """
            A report of everything in a store is noted there: what the next one calls new begins where it ended, unless \
            --new-since says otherwise. Nothing else in the store changes.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case html, markdown, json
    }

    @OptionGroup var asked: AskedOptions
    @OptionGroup var filter: FilterOptions

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Where to write it; - for standard output. Default: offport-report.html, or .md or .json by --format.",
            valueName: "file"),
        completion: .file(), transform: FileName.output)
    var output: String?

    @Option(help: "How it is written; by the file's ending (html, md, json) unless given, else html.")
    var format: Format?

    @Option(
        help: ArgumentHelp(
            "What was first seen from here on counts as new. Default: the end of the last report of the store.",
            valueName: "time"), transform: Timestamp.init(written:))
    var newSince: Timestamp?

    func validate() throws {
        if format == nil, let output, Self.format(of: output) == nil {
            throw ValidationError(
                "--output \(output): its ending tells no form: .html, .md and .json do, or add --format.")
        }
    }

    func run() throws {
        try checkFiles()
        let library = asked.captures.policy.isEmpty ? nil : try PluginLibrary(asked.captures)
        try asked.ask(filter.selection, heedsPolicy: true) { store, selection in
            let report = try report(of: store, library, selection)
            try write(report)
            // Nobody has read what could not be written.
            guard Console.outputProblem == nil else { return }
            // Who saw a part does not know the rest.
            if asked.captures.reading.captures.isEmpty, report.only.isEmpty, let last = report.span?.last {
                try? store.noteReport(until: last)
            }
        }
    }

    /// Where it is written: under a name that tells its form.
    private var path: String {
        if let output { return output }
        let ending =
            switch format {
            case .markdown: "md"
            case .json: "json"
            case .html, nil: "html"
            }
        return "offport-report.\(ending)"
    }

    /// Refuses to write over what is read.
    private func checkFiles() throws {
        let captures = asked.captures
        var files = NamedFiles()
        files.writes("--output", path)
        // The note of the last report goes into it.
        let usual = captures.reading.captures.isEmpty ? LiveFlags.usualStore : nil
        files.writes(store: asked.store ?? usual)
        files.readsCaptures("-r", captures.reading.captures)
        files.reads(plugins: captures.plugins, policy: captures.policy)
        try files.check()
    }

    private func report(
        of store: Store, _ library: PluginLibrary?, _ selection: Selection
    ) throws -> SiteReport {
        let holdings = try store.holdings(selection, [.services, .clients, .findings])
        var report = SiteReport(made: Timestamp(nanoseconds: Console.now), holdings: holdings)
        report.site = library?.judge.policy.site?.name
        report.sources = asked.store.map { [$0] } ?? asked.captures.reading.captures
        report.span = try store.span().map { Holdings.Span(first: $0.first, last: $0.last) }
        report.newSince = try newSince ?? store.lastReport()
        report.isSinceLastReport = newSince == nil && report.newSince != nil
        report.only = selection.words
        if let library { report.allowances = try lines(of: library, store, selection, holdings) }
        // Sessions and lists are of everything.
        guard report.only.isEmpty else { return report }
        if let span = report.span {
            let seconds = Self.bucket(for: span.last.nanoseconds(since: span.first) / 1_000_000_000)
            report.activity = SiteReport.Activity(
                bucketSeconds: seconds,
                bars: try store.activity(every: seconds).map {
                    SiteReport.Activity.Bar(
                        time: $0.time, established: $0.established, attempts: $0.attempts)
                })
        }
        report.assets = try store.membersNow().map {
            SiteReport.AssetList(name: $0.list, members: $0.members)
        }
        return report
    }

    /// The policy's exceptions: the services are those of the page, and whether one is used is judged by all
    /// that the store has.
    private func lines(
        of library: PluginLibrary, _ store: Store, _ selection: Selection, _ holdings: Holdings
    ) throws -> [SiteReport.AllowanceLine] {
        func allows(_ allowance: Allowance, _ service: Service) -> Bool {
            service.standing.rank == 1 && service.allowance == allowance.name
                && service.protocolName == allowance.protocolName
        }
        let whole = selection.words.isEmpty ? holdings : try store.holdings(Selection(), [.services])
        var lines = library.judge.policy.allowances.map { allowance in
            SiteReport.AllowanceLine(
                allowance, services: holdings.services.count { allows(allowance, $0) },
                isUsed: whole.services.contains { allows(allowance, $0) })
        }
        // Sessions may be allowed whose service has another standing, for other sessions of it.
        if lines.contains(where: { !$0.isUsed }) {
            let usage = try History.inventory(of: store, library).usage
            for place in lines.indices where usage[place].hits > 0 { lines[place].isUsed = true }
        }
        return lines.filter { selection.includes(protocolName: $0.allowance.protocolName) }
    }

    /// The stretch of time that makes some dozens of bars.
    private static func bucket(for seconds: Int64) -> Int64 {
        [1, 10, 60, 600, 3600, 6 * 3600].first { seconds / $0 <= 120 } ?? 86_400
    }

    private func write(_ report: SiteReport) throws {
        let path = path
        let bytes =
            switch format ?? Self.format(of: path) ?? .html {
            case .html: Array(report.html.utf8)
            case .markdown: Array(report.markdown.utf8)
            case .json: report.jsonLines
            }
        guard path != "-" else {
            Console.write(bytes, to: 1)
            return
        }
        guard let file = Console.create(path), Console.write(bytes, to: file) else {
            throw Outcome.failed(["\(path): cannot be written: \(Console.lastError)"])
        }
        Console.close(file)
        Console.error(
            "\(path) written: \(counted(report.holdings.services.count, "service")), "
                + counted(report.open.count, "open finding"))
    }

    /// What a file's ending says; HTML where it has none.
    private static func format(of path: String) -> Format? {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return .html }
        return switch name[name.index(after: dot)...].lowercased() {
        case "html", "htm": .html
        case "md", "markdown": .markdown
        case "json", "jsonl": .json
        default: nil
        }
    }
}
