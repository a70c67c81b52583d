import ArgumentParser
import Inventory
import Net
import Plugins
import Records

/// What is over, idle, contradictory, vain or too wide in policies.
struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Finds what is expired, shadowed, contradictory, vain or too wide in policies, and with captures what is unused."
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, markdown, sarif
    }

    @Argument(
        help: ArgumentHelp("A policy file, a folder, or a pack of allowances.", valueName: "policy"),
        completion: .file())
    var policies: [String]

    @Option(
        help: ArgumentHelp(
            "An allowance that ends within this time ends soon: days (30d) or weeks (4w).", valueName: "time")
    )
    var within = Span(days: 30)

    @Option(
        help: ArgumentHelp(
            "The day that expiry is compared with, such as 2027-01-31. Default: today.", valueName: "day"),
        transform: Timestamp.init(written:))
    var today: Timestamp?

    @Option(
        help: "How the remarks look: text, json, markdown, or sarif for tools that show them in the source.")
    var format: Format = .text

    @Flag(help: "Warnings end the command with 1 too.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"),
        completion: .file())
    var plugins: [String] = []

    @OptionGroup var used: UsedPacks

    @OptionGroup(title: "Captures that show what is used") var reading: ReadingOptions

    @Option(
        help: ArgumentHelp("A store that shows what is used, instead of captures.", valueName: "file"),
        completion: .file(), transform: FileName.file(store:))
    var store: String?

    func validate() throws {
        if store != nil, !reading.captures.isEmpty {
            throw ValidationError(
                "Compare with a store (--store) or with captures (-r), not with both at once.")
        }
    }

    func run() throws {
        let store = try store.map { try AskedOptions.path($0) }
        Interruption.listen()
        let library = try PluginLibrary(
            plugins: plugins, policy: policies, using: used.names, tellsOfPolicy: false)
        var session: Session?
        if !reading.captures.isEmpty {
            let reader = try Session(reading, library: library)
            reader.readAll(showsProgress: true)
            session = reader
        }
        let inventory =
            try store.map { try History.inventory(ofStore: $0, library) } ?? session?.analysis.inventory
        let review = PolicyReview(
            library.judge, today: today ?? Timestamp(nanoseconds: Console.now), days: within.days,
            usage: inventory?.usage, seen: inventory.map { PolicySightings($0) },
            from: store == nil ? .captures : .store,
            severities: Dictionary(
                library.library.detections.map { ($0.detection.name, $0.detection.severity) },
                uniquingKeysWith: { first, _ in first }))
        let failures = try failures(in: library, session?.analysis.inventory)
        let remarks = PolicyRemarks(
            mistakes(in: library) + failures + review.remarks(), scope: scope(of: library))
        write(remarks)
        try session?.throwProblems()
        let failing = remarks.remarks.contains { strict || $0.rule.isError }
        // The remarks have said it all.
        if failing { throw Outcome.failed([]) }
    }

    private func write(_ remarks: PolicyRemarks) {
        switch format {
        case .text:
            let text = remarks.text(width: Console.width, isColoured: Console.isColoured)
            Console.write(Array(text.utf8), to: 1)
        case .json: Console.write(remarks.jsonLines(), to: 1)
        case .markdown: Console.write(Array(remarks.markdown().utf8), to: 1)
        case .sarif: Console.write(remarks.sarif(version: Offport.version), to: 1)
        }
    }

    /// What loading has left out, or used with a warning.
    private func mistakes(in library: PluginLibrary) -> [PolicyRemark] {
        library.library.problems.filter {
            $0.severity > .note && library.library.isAboutPolicy($0, named: policies)
        }.map { problem in
            problem.severity == .error
                ? PolicyRemark(.unusable, problem.location, problem.message, advice: "correct it")
                : PolicyRemark(
                    .doubtful, problem.location, problem.message, advice: "correct it, if it is not meant so")
        }
    }

    /// Asset lists whose conditions fail for a service that was seen.
    private func failures(in library: PluginLibrary, _ inventory: Inventory?) throws -> [PolicyRemark] {
        let services =
            try store.map { try History.services(ofStore: $0) }
            ?? inventory.map { $0.serviceOrder().map($0.service) } ?? []
        let sorter = AssetSorter(library.library)
        for service in services { _ = sorter.lists(of: service) }
        return sorter.disabled.map { list in
            PolicyRemark(
                .unusable, list.problem.location, "assets '\(list.name)': \(list.problem.message)",
                advice: AssetSorter.advice)
        }
    }

    private func scope(of library: PluginLibrary) -> String {
        let policy = library.judge.policy
        let files = library.library.sources.count { $0.kind == .policy }
        let counts: [(Int, String, plural: String?)] = [
            (files, "file", nil), (policy.allowances.count, "allowance", nil),
            (policy.prohibitions.count, "prohibition", nil), (policy.expectations.count, "expectation", nil),
            (policy.serverLists.count, "list of servers", "lists of servers"),
            (policy.receivers.count, "receiver", nil), (policy.alerts.count, "alert", nil),
        ]
        return counts.enumerated().filter { $0.offset < 2 || $0.element.0 > 0 }
            .map { counted($0.element.0, $0.element.1, plural: $0.element.plural) }.joined(separator: ", ")
    }
}

/// A number of days as flags take it: `30d`, `4w`.
struct Span: ExpressibleByArgument, CustomStringConvertible {
    let days: Int64

    init(days: Int64) { self.days = days }

    init?(argument: String) {
        let unit: Int64 = argument.hasSuffix("w") ? 7 : 1
        let digits = argument.hasSuffix("w") || argument.hasSuffix("d") ? argument.dropLast() : argument[...]
        guard let number = Int64(digits), (0...10_000).contains(number) else { return nil }
        days = number * unit
    }

    var description: String { "\(days)d" }
}
