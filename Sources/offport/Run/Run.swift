import ArgumentParser
import Inventory
import Plugins
import Records
import Stores

/// The main job: captures in; services, findings and a report out.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Recognises the services in captures or on interfaces, and reports those off their port.")

    @OptionGroup var captures: CaptureOptions
    @OptionGroup(title: "Watching") var live: LiveFlags
    @OptionGroup(title: "Operating a sensor") var operation: OperationOptions

    @Option(
        help: ArgumentHelp(
            "Write records as JSON lines to a file, or to standard output with -.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp(
            "The names that records have: offport, or ecs for the Elastic Common Schema.", valueName: "schema"
        ))
    var schema: RecordSchema = .offport

    @Flag(help: "Also write a record for every flow.")
    var flows = false

    @Option(
        help: ArgumentHelp(
            "End with 3 if there is such a finding: off-port, forbidden, a detection, a class (impersonation, alternate, unassigned), a severity and worse (high), or any.",
            valueName: "rule"))
    var failOn: FailRule?

    @OptionGroup(title: "Remembering") var storing: StoreOptions

    @Flag(help: "No report and no progress.")
    var quiet = false

    func run() throws {
        if flows, json == nil {
            throw Outcome.usage("--flows writes records: say where with --json FILE, or --json -")
        }
        if live.isLive, !captures.reading.captures.isEmpty {
            throw Outcome.usage("read captures (-r) or watch (-i, --follow), not both at once")
        }
        Interruption.listen()
        // A sensor must not be able to change what it will run: nothing that its user wrote is believed.
        let library = try PluginLibrary(captures, runningAll: live.isLive)
        try failOn?.check(against: library.library)
        // A sensor that starts again reports what is new: what it told before is in the file, and stays.
        let output = try json.map {
            try RecordOutput(path: $0, naming: library.naming, schema: schema, isAdding: live.isLive)
        }
        if live.isLive {
            try watch(library, output)
        } else {
            let store = try storing.path.map { try storing.writer($0, pace: .patient, library.judge.policy) }
            let session = try Session(
                captures.reading, library: library, output: output, writesFlows: flows, store: store)
            defer { session.outlast() }
            session.readAll(showsProgress: !quiet)
            if quiet || json == "-" { for note in session.storeNotes { Console.error(note) } }
            try finish(session.accounts, naming: library.naming, output)
            try session.throwProblems()
            try failOn?.check(session.analysis.inventory)
        }
    }

    private func watch(_ library: PluginLibrary, _ output: RecordOutput?) throws {
        Interruption.listenForReload()
        let sensor = try Sensor(
            live, operation, captures, storing, library: library, output: output, writesFlows: flows)
        try sensor.run()
        try finish(sensor.accounts, naming: sensor.naming, output)
        try failOn?.check(sensor.inventory)
    }

    private func finish(_ accounts: Accounts, naming: Naming, _ output: RecordOutput?) throws {
        if let output {
            output.write { $0.append(summary: accounts.summary) }
            output.finish()
        }
        if !quiet, json != "-" {
            let report = accounts.report.text(of: accounts.inventory, naming: naming)
            Console.write(Array(report.utf8), to: 1)
        }
        if let problem = output?.problem { throw Outcome.failed([problem]) }
    }
}

/// What `--fail-on` looks for.
struct FailRule: ExpressibleByArgument {
    private let name: String
    private let severity: Severity?

    init?(argument: String) {
        severity = Severity(rawValue: argument)
        name = argument
        guard !argument.isEmpty else { return nil }
    }

    static var allValueStrings: [String] {
        names + Severity.allCases.map(\.rawValue)
    }

    private static let names = ["any"] + Finding.Rule.names + OffPortClass.allCases.map(\.rawValue)

    /// A name that no finding can have is a mistake.
    func check(against library: Library) throws {
        let detections = library.detections.map(\.detection.name)
        guard !(Self.allValueStrings + detections).contains(name) else { return }
        throw Outcome.usage(
            "--fail-on \(name): there is no such rule, class or severity"
                + (detections.isEmpty ? "" : ", and no such detection is loaded"))
    }

    /// Ends the command with 3 when the inventory has such a finding.
    func check(_ inventory: Inventory) throws {
        let found = inventory.findingOrder().map { inventory.finding($0) }.filter(matches)
        guard !found.isEmpty else { return }
        throw Outcome.found("--fail-on \(name): \(found.count) \(found.count == 1 ? "finding" : "findings")")
    }

    private func matches(_ finding: Finding) -> Bool {
        if let severity { return finding.severity >= severity }
        return name == "any" || finding.rule.name == name || finding.rule.offPortClass?.rawValue == name
    }
}
