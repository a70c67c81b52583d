import ArgumentParser
import Capture
import Imports
import Net
import Plugins
import Records

/// Reads what other tools wrote.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Reads what scanners, sensors, exporters and firewalls wrote.",
        discussion: """
            Kinds: nmap (XML of -oX), nessus (.nessus), zeek (conn, known_services and notice logs), eve (Suricata's \
            eve.json), netflow (captures of NetFlow 5 and 9 and of IPFIX, as 'offport collect' writes them), syslog \
            (logs of firewalls that plugins declare). Files may be gzipped.
            """)

    @Argument(help: ArgumentHelp("nmap, nessus, zeek, eve, netflow or syslog.", valueName: "kind"))
    var kind: ImportKind

    @Argument(
        help: ArgumentHelp("Files, folders of them, or - for standard input.", valueName: "file"),
        completion: .file())
    var files: [String]

    @Option(
        help: ArgumentHelp("Write every fact as a JSON line; - for standard output.", valueName: "file"),
        completion: .file(), transform: FileName.output)
    var json: String?

    @Option(
        help: ArgumentHelp("Add every fact to this store, with its source.", valueName: "file"),
        completion: .file(), transform: FileName.store)
    var store: String?

    @Option(
        help: ArgumentHelp(
            "A policy file or a pack of allowances, for what is stored (repeatable).", valueName: "file"),
        completion: .file())
    var policy: [String] = []

    @Option(
        help: ArgumentHelp(
            "Offset from UTC of times that have none, such as +02:00 (syslog, nessus).", valueName: "offset"))
    var utcOffset = "+00:00"

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"),
        completion: .file())
    var plugins: [String] = []

    @Flag(help: "No report and no progress, only errors.")
    var quiet = false

    func run() throws {
        guard let zone = Array(utcOffset.utf8).withBytes({ $0.zone(0..<$0.byteCount) }) else {
            throw Outcome.usage("--utc-offset '\(utcOffset)' is no offset; write it like +02:00")
        }
        var named = NamedFiles()
        named.writes("--json", json)
        named.writes(store: store)
        let logs = LogFolders(store: store, json: json)
        for path in files { named.reads("", [path]) { logs.isLog($0, in: path) } }
        named.reads(plugins: plugins, policy: policy)
        try named.check()
        Interruption.listen()
        let loaded = try PluginLibrary(plugins: plugins, policy: policy)
        let library = loaded.library
        let now = Timestamp(nanoseconds: Console.now)
        // A store that is made lies in one of the folders, maybe.
        let paths = try files.flatMap(logs.expanded)
        // Where nothing can be read, what is there to be written stays as it is, and nothing is made.
        let missing = paths.compactMap { path -> String? in
            do throws(CaptureError) { _ = try CaptureFiles.expand(path) } catch { return "\(error)" }
            return nil
        }
        guard missing.count < paths.count else { throw Outcome.failed(missing) }
        let stored = try store.map {
            try ImportStore(
                path: $0, tool: kind.rawValue, library: loaded, isDecided: !policy.isEmpty, read: now)
        }
        var importer = Importer(names: ProtocolNames(library), now: now)
        importer.logs = library.logs
        importer.zone = zone
        var output = try ImportOutput(json: json, tool: kind.rawValue, store: stored)
        var progress = ImportProgress(isShown: !quiet && Console.errorIsTerminal, files: paths.count)
        var report = ImportReport(kind: kind)
        var failures: [String] = []
        for path in paths {
            progress.begin(path)
            output.begin(path)
            do throws(CaptureError) {
                let account = try importer.read(
                    path, as: kind, goesOn: { progress.update($0) }, into: &output)
                report.add(path, account, output.tally)
                stored?.end(isWhole: !Interruption.isRequested)
            } catch {
                failures.append("\(error)")
                stored?.end(isWhole: false)
            }
            if Interruption.isRequested { break }
        }
        progress.clear()
        output.finish()
        if let stored {
            let (notes, problems) = stored.finish()
            for note in notes { Console.error(note) }
            failures += problems
        }
        if !quiet { report.tell(asResult: json != "-") }
        for line in report.complaints { Console.error(line) }
        if output.isBroken { failures.append("\(json ?? ""): cannot be written: \(Console.lastError)") }
        guard failures.isEmpty, report.unread == 0 else { throw Outcome.failed(failures) }
    }
}

extension ImportKind: ArgumentParser.ExpressibleByArgument {}

/// How far a long import is, on a terminal.
struct ImportProgress {
    private let isShown: Bool
    private let files: Int
    private var file = 0
    private var name = ""
    private var shown = Console.uptime
    private var started = Console.uptime
    private var isDirty = false

    init(isShown: Bool, files: Int) {
        self.isShown = isShown
        self.files = files
    }

    mutating func begin(_ name: String) {
        self.name = name
        file += 1
        started = Console.uptime
    }

    /// False when the user has asked to end.
    mutating func update(_ progress: Importer.Progress) -> Bool {
        if isShown, Console.uptime - shown >= 500_000_000 {
            shown = Console.uptime
            isDirty = true
            var parts = [name]
            if files > 1 { parts.append("file \(file) of \(files)") }
            parts.append("\(progress.bytes / 1_000_000) MB")
            if let size = progress.size, size > 0 {
                let share = min(Double(progress.bytes) / Double(size), 1)
                let seconds = Double(Console.uptime - started) / 1e9
                parts.append("\(Int(share * 100)) %")
                if share > 0.01 { parts.append("\(Int(seconds / share - seconds) + 1) s left") }
            }
            Console.progress(parts.joined(separator: "   "))
        }
        return !Interruption.isRequested
    }

    func clear() {
        if isDirty { Console.progress("") }
    }
}
