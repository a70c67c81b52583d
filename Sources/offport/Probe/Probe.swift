import ArgumentParser
import Inventory
import Matching
import Net
import Plugins
import Probes
import Records
import Stores

/// Asks ports what they are.
struct Probe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Asks ports what they are: politely, by what the plugins know.",
        discussion: """
            Connects and listens first; who says nothing is told the hellos that plugins declare, those of the \
            protocols at home on the port first. Only what you name is asked, or with --confirm what the findings of \
            a store name: which store, and how much that is, is told before. Ask only where you may.
            """)

    @OptionGroup(title: "Whom to ask") var flags: ProbeFlags

    @Flag(
        help:
            "Ask again the ports of off-port findings that are not closed: of --store, or of this machine's sensor. Targets and -p narrow them."
    )
    var confirm = false

    @Option(
        help: ArgumentHelp(
            "Add what is found to this store. With --confirm default: that of this machine's sensor.",
            valueName: "file"),
        completion: .file(), transform: FileName.asked)
    var store: String?

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"),
        completion: .file())
    var plugins: [String] = []
    @Option(
        help: ArgumentHelp("A policy file or a pack of allowances (repeatable).", valueName: "file"),
        completion: .file())
    var policy: [String] = []
    @Option(
        help: ArgumentHelp(
            "Load an optional pack, such as offport/audit, too (repeatable).", valueName: "pack"))
    var use: [String] = []
    @Flag(help: "A plugin or policy that cannot be used ends the command.")
    var strict = false

    @Option(
        help: ArgumentHelp(
            "Write records as JSON lines to a file, or to standard output with -.", valueName: "file"),
        completion: .file(), transform: FileName.output)
    var json: String?
    @Option(help: FailRule.help)
    var failOn: FailRule?
    @Flag(help: "No report and no progress.")
    var quiet = false

    func run() throws {
        guard !flags.targets.isEmpty || confirm else {
            throw Outcome.usage(
                "name whom to ask: offport probe 10.0.0.5 -p 22,80; or --confirm with a store (--store FILE)")
        }
        var files = NamedFiles()
        files.writes("--json", json)
        files.writes(store: store)
        files.reads(plugins: plugins, policy: policy)
        try files.check()
        Interruption.listen()
        let hosts = confirm ? [] : try flags.hosts()
        let targets = confirm ? try FindingTargets(store: try AskedOptions.path(store), flags) : nil
        if let targets { try flags.refuseTooMany(targets.hosts, "the \(targets.words) name") }
        let library = try PluginLibrary(plugins: plugins, policy: policy, using: use, isStrict: strict)
        try failOn?.checkWithoutBaseline()
        try failOn?.check(against: library.library)
        let plan = ProbePlan(library.index.protocols)
        let ports = try flags.ports(or: plan.usualPorts)
        let output = try json.map { try RecordOutput(path: $0, naming: library.naming) }
        var notes: [String] = []
        let writer = try writer(&notes)
        let session = try ProbeSession(
            library: library, options: flags.options, plan: plan, output: output, writer: writer,
            isDecided: !policy.isEmpty, keepsOutcomes: confirm)
        var progress = ProbeProgress(
            isShown: !quiet && Console.errorIsTerminal,
            all: targets?.places.count ?? hosts.count * ports.count)
        if let targets {
            // Without a store that was named, nothing else tells whose hosts these are.
            if !quiet || store == nil { Console.error(targets.announcement) }
            session.run(targets.places) { progress.update($0) }
        } else {
            session.run(
                hosts: hosts, ports: ports,
                request: (flags.targets + flags.ports.map { "-p \($0)" }).joined(separator: " ")
            ) { progress.update($0) }
        }
        progress.clear()
        let report = ProbeReport(
            session, hosts: targets == nil ? hosts.count : targets?.hosts ?? 0, confirmed: targets,
            store: store)
        if let output {
            report.write(to: output)
            output.finish()
        }
        for note in notes + session.problems + (writer?.listsSwitchedOffInWords ?? []) { Console.error(note) }
        if !quiet, json != "-" { report.tell() }
        if let problem = output?.problem { throw Outcome.failed([problem]) }
        guard session.problems.isEmpty else { throw Outcome.failed([]) }
        try failOn?.check(session.inventory)
    }

    /// A store that a sensor writes to is read all the same; then nothing is added.
    private func writer(_ notes: inout [String]) throws -> StoreWriter? {
        guard let path = confirm ? try AskedOptions.path(store) : store else { return nil }
        do {
            return try StoreWriter(Store(writing: path), pace: .patient)
        } catch {
            guard confirm else { throw Outcome.failed(["\(error)"]) }
            notes.append("\(error); what the probe finds is told, not stored")
            return nil
        }
    }
}

/// The ports of open off-port findings.
struct FindingTargets {
    private(set) var places: [ProbeTarget] = []
    private(set) var findings: [KeptFinding] = []
    private let path: String
    /// Whether only some of the findings were asked for.
    private let isNarrowed: Bool

    /// Those at the targets and ports that the flags name; without any, all.
    init(store path: String, _ flags: ProbeFlags) throws {
        self.path = path
        isNarrowed = !flags.targets.isEmpty || !flags.ports.isEmpty
        let hosts = try flags.targetList()
        let ports = Set(try flags.ports(or: []))
        do {
            let store = try Store(reading: path)
            var selection = Selection()
            selection.states = [.open, .acknowledged]
            findings = try store.holdings(for: .findings, selection).findings.filter {
                $0.finding.rule.offPortClass != nil && $0.finding.port.transport != .sctp
                    && (hosts.stretches.isEmpty || hosts.contains($0.finding.host))
                    && (ports.isEmpty || ports.contains($0.finding.port))
            }
        } catch {
            throw Outcome.failed(["\(error)"])
        }
        var seen: Set<ProbeTarget> = []
        for kept in findings {
            let place = Self.place(kept)
            if seen.insert(place).inserted { places.append(place) }
        }
    }

    var hosts: Int { Set(places.map(\.endpoint.address)).count }

    /// Whose ports these are.
    var words: String { "off-port findings of \(AskedOptions.quoted(path)) that are not closed" }

    /// What is told before anything is sent.
    var announcement: String {
        guard !places.isEmpty else {
            return "nothing to ask: there are no \(words)"
                + (isNarrowed ? ", at the targets and ports that you name" : "")
        }
        let many = "\(counted(places.count, "port")) of \(counted(hosts, "host"))"
        return "asking again \(many): those of the \(words)"
    }

    static func place(_ kept: KeptFinding) -> ProbeTarget {
        ProbeTarget(Endpoint(kept.finding.host, kept.finding.port.number), kept.finding.port.transport)
    }
}

/// How far a probe is, on a terminal.
struct ProbeProgress {
    private let isShown: Bool
    private let all: Int
    private let started = Console.uptime
    private var shown = Console.uptime
    private var isDirty = false

    init(isShown: Bool, all: Int) { (self.isShown, self.all) = (isShown, all) }

    /// False when the user has asked to end.
    mutating func update(_ counters: ProbeCounters) -> Bool {
        let now = Console.uptime
        if isShown, now - shown >= 500_000_000 {
            shown = now
            isDirty = true
            let share = Double(counters.asked) / Double(max(all, 1))
            let seconds = Double(now - started) / 1e9
            var text = "\(counters.asked) of \(all) ports   \(counters.open) open   \(Int(share * 100)) %"
            if share > 0.02 { text += "   \(Int(seconds / share - seconds) + 1) s left" }
            Console.progress(text)
        }
        return !Interruption.isRequested
    }

    func clear() {
        if isDirty { Console.progress("") }
    }
}
