import ArgumentParser
import Inventory
import Logging
import Operation
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
            "Write records as JSON lines to a file, or to standard output with -.", valueName: "file"),
        completion: .file(), transform: FileName.output)
    var json: String?

    @Option(
        help: ArgumentHelp(
            "The names that records have: offport, or ecs for the Elastic Common Schema.", valueName: "schema"
        ))
    var schema: RecordSchema = .offport

    @Flag(help: "Also write a record for every flow.")
    var flows = false

    @Option(help: FailRule.help)
    var failOn: FailRule?

    @OptionGroup(title: "Remembering") var storing: StoreOptions

    @Flag(help: "No report and no progress.")
    var quiet = false

    func run() throws {
        try checkFlags()
        guard live.isLive, operation.logFormat == .json else { return try work() }
        do { try work() } catch let outcome as Outcome {
            // Who reads objects is told why it ends by one, too.
            let log = operation.logger()
            for message in outcome.messages { log.error("\(message)") }
            throw Outcome(messages: [], code: outcome.code)
        }
    }

    /// Refuses what would do nothing: who gives a flag expects something of it.
    private func checkFlags() throws {
        if flows, json == nil {
            throw Outcome.usage("--flows writes records: say where with --json FILE, or --json -")
        }
        if schema != .offport, json == nil {
            throw Outcome.usage("--schema is for records: say where with --json FILE, or --json -")
        }
        let reads = !captures.reading.captures.isEmpty
        if live.isLive, reads {
            throw Outcome.usage("read captures (-r) or watch (-i, --follow), not both at once")
        }
        guard live.isLive || reads else {
            throw Outcome.usage(
                "name what to read (-r FILE, -r FOLDER, -r - for standard input) or to watch (-i INTERFACE, --follow FOLDER)"
            )
        }
        let vain = live.isLive ? [] : live.given + operation.given
        guard vain.isEmpty else {
            throw Outcome.usage(
                "\(vain.joined(separator: ", ")): for a sensor, which watches (-i or --follow); captures that are read (-r) have no use for it"
            )
        }
        if live.isLive, captures.reading.continuous {
            throw Outcome.usage(
                "--continuous: joins captures that are read (-r); what a sensor watches is one anyway")
        }
        if !storing.given.isEmpty, storing.isNone || !live.isLive && storing.store == nil {
            throw Outcome.usage(
                "\(storing.given.joined(separator: ", ")): says what a store keeps, and nothing is stored: --store FILE"
            )
        }
        if !live.isLive { try failOn?.checkWithoutBaseline() }
        try namedFiles.check()
    }

    /// What is written and what is read.
    private var namedFiles: NamedFiles {
        var files = NamedFiles()
        files.writes("--json", json)
        files.writes(store: storing.path)
        if live.isLive, storing.store == nil {
            files.writes("--state", store: live.stateFolder + "/" + LiveFlags.storeName)
        }
        files.readsCaptures("-r", captures.reading.captures)
        files.readsCaptures("--follow", live.follow.map { [$0] } ?? [])
        files.reads(plugins: captures.plugins, policy: captures.policy)
        return files
    }

    private func work() throws {
        Interruption.listen()
        // A sensor must not be able to change what it will run: nothing that its user wrote is believed.
        let library = try PluginLibrary(
            captures, runningAll: live.isLive, log: live.isLive ? operation.logger() : nil)
        try failOn?.check(against: library.library)
        if live.isLive { try namedFiles.check(receiversOf: library.judge.policy) }
        let inputs = live.isLive ? nil : try Session.inputs(captures.reading)
        // A sensor that starts again reports what is new: what it told before is in the file, and stays.
        let output = try json.map {
            try RecordOutput(path: $0, naming: library.naming, schema: schema, isAdding: live.isLive)
        }
        if live.isLive {
            try watch(library, output)
        } else {
            let store = try storing.path.map { try storing.writer($0, pace: .patient, library.judge.policy) }
            let session = try Session(
                captures.reading, library: library, output: output, writesFlows: flows, store: store,
                inputs: inputs)
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
            live, operation, captures, storing, named: namedFiles, library: library, output: output,
            writesFlows: flows)
        try sensor.run()
        try finish(sensor.accounts, naming: sensor.naming, output)
        try sensor.throwProblems()
        try failOn?.check(sensor.inventory)
    }

    /// What makes a question one of what was seen, such as ` --store weeks.db`; nil where it cannot be asked again.
    private var again: String? {
        if let path = storing.path { return AskedOptions.again(store: path) }
        if live.isLive {
            let store = live.stateFolder + "/" + LiveFlags.storeName
            if storing.isNone { return nil }
            return store == LiveFlags.usualStore ? "" : AskedOptions.again(store: store)
        }
        return captures.reading.captures.contains("-") ? nil : captures.again
    }

    private func finish(_ accounts: Accounts, naming: Naming, _ output: RecordOutput?) throws {
        if let output {
            output.write { $0.append(summary: accounts.summary) }
            output.finish()
        }
        if !quiet, json != "-" {
            var report = accounts.report
            report.again = again
            Console.write(Array(report.text(of: accounts.inventory, naming: naming).utf8), to: 1)
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

    /// What the flag's help says.
    static let help = ArgumentHelp(
        "End with 3 if there is such a finding: off-port, forbidden, a detection, a class (impersonation, alternate, unassigned), a severity and worse (high), or any.",
        valueName: "rule")

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

    /// What only a baseline finds is never found where there is none: that is a mistake, too.
    func checkWithoutBaseline() throws {
        guard Finding.Rule.baselineNames.contains(name) else { return }
        throw Outcome.usage(
            "--fail-on \(name): only a sensor (-i, or --follow for captures) finds that, with a baseline in its policy"
        )
    }

    /// Ends the command with 3 when the inventory has such a finding.
    func check(_ inventory: Inventory) throws {
        let found = inventory.findingOrder().map { inventory.finding($0) }.filter(matches)
        guard !found.isEmpty else { return }
        throw Outcome.found("--fail-on \(name): \(counted(found.count, "finding"))")
    }

    private func matches(_ finding: Finding) -> Bool {
        if let severity { return finding.severity >= severity }
        return name == "any" || finding.rule.name == name || finding.rule.offPortClass?.rawValue == name
    }
}
