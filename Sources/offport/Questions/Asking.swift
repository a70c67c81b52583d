import ArgumentParser
import Matching
import Records
import Stores

/// What a question is asked of: a store, or captures that are read into one for the time being.
struct AskedOptions: ParsableArguments {
    @OptionGroup var captures: CaptureOptions

    @Option(
        help: ArgumentHelp(
            "Ask this store instead of captures. Default, without -r: \(AskedOptions.usualStoreInWords).",
            valueName: "file"),
        completion: .file(), transform: FileName.file(store:))
    var store: String?

    func validate() throws {
        if store != nil, !captures.reading.captures.isEmpty {
            throw ValidationError("Ask a store (--store) or captures (-r), not both at once.")
        }
    }

    /// Gives `body` the store, and afterwards ends the command with what could not be read, if anything.
    func ask(_ body: (Store) throws -> Void) throws {
        try ask(Selection()) { store, _ in try body(store) }
    }

    /// The same with what the question is about, its protocols as they are known.
    ///
    /// - Parameter heedsPolicy: The question makes use of the policy even where nothing is read by it.
    func ask(
        _ selection: Selection, heedsPolicy: Bool = false, _ body: (Store, Selection) throws -> Void
    ) throws {
        do {
            guard captures.reading.captures.isEmpty else {
                try read(selection, body)
                return
            }
            let path = try Self.path(
                store, else: "name what to ask: captures with -r FILE, or a store with --store FILE")
            try refuseForStores(heedsPolicy: heedsPolicy)
            let (plugins, used) = (captures.plugins, captures.use)
            let store = try Store(reading: path) {
                let library = try? PluginLibrary(plugins: plugins, using: used, telling: { _ in })
                let titles = library?.definitions.map { ($0.name, $0.title) } ?? []
                return Dictionary(titles, uniquingKeysWith: { first, _ in first })
            }
            // What the store has not seen yet may be seen tomorrow: a plugin's word is enough.
            let known = try selection.resolved(among: store.protocolNames()) {
                (try? PluginLibrary(captures))?.library
            }
            try body(store, known)
        } catch let error as StoreError {
            throw Outcome.failed([error.description])
        }
    }

    /// Refuses what would change an answer of captures, and changes none of a store.
    private func refuseForStores(heedsPolicy: Bool) throws {
        if !captures.policy.isEmpty, !heedsPolicy {
            throw Outcome.usage(
                "--policy judges captures (-r); a store keeps what was judged when it was seen. What another "
                    + "policy would change there: offport policy diff OLD NEW --store FILE")
        }
        if captures.reading.filter != nil {
            throw Outcome.usage(
                "--filter chooses frames of captures (-r); for a store use --host, --port, --protocol, "
                    + "--since or --until")
        }
    }

    /// The usual store for help texts, which are the same for every user.
    static let usualStoreInWords =
        "that of this machine's sensor, /var/lib/offport/offport.db; without root ~/.local/state/offport/offport.db"

    /// The store that was named, or that of this machine's sensor.
    ///
    /// - Parameter advice: what to do where there is neither.
    static func path(
        _ named: String?, else advice: String = "name the store with --store FILE"
    ) throws -> String {
        if let named {
            guard named != "none" || Console.realPath(named) != nil else {
                throw Outcome.usage("--store none: that is for what writes one; name the store that is asked")
            }
            return named
        }
        let usual = LiveFlags.usualStore
        guard Console.realPath(usual) != nil else {
            throw Outcome.usage("\(advice) (there is none of a sensor at \(usual))")
        }
        return usual
    }

    /// What makes another question one of the same store or captures, such as ` --store weeks.db`.
    var again: String {
        store.map(Self.again(store:)) ?? captures.again
    }

    /// What makes another question one of a store.
    static func again(store: String) -> String { " --store \(quoted(store))" }

    /// A word as a shell takes it for one.
    static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "+")...UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "@"), 0x80...:
                true
            default: false
            }
        }
        if isPlain, !word.isEmpty { return word }
        let parts = word.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.joined(separator: "'\\''") + "'"
    }

    private func read(_ selection: Selection, _ body: (Store, Selection) throws -> Void) throws {
        Interruption.listen()
        let library = try PluginLibrary(captures)
        let selection = try selection.resolved(among: Set(library.definitions.map(\.name))) {
            library.library
        }
        let writer = try StoreWriter(Store(), pace: .patient)
        let session = try Session(captures.reading, library: library, store: writer)
        session.readAll(showsProgress: true)
        for list in session.listsSwitchedOff { Console.error(list) }
        try body(writer.store, selection)
        try session.throwProblems()
    }
}

extension CaptureOptions {
    /// What makes another question one of the same captures, judged the same way; empty where there are none.
    var again: String {
        guard !reading.captures.isEmpty else { return "" }
        var words = reading.captures.map { ("-r", $0) }
        if let filter = reading.filter { words.append(("--filter", filter)) }
        words += plugins.map { ("--plugins", $0) } + policy.map { ("--policy", $0) }
        words += use.map { ("--use", $0) }
        let flags = (reading.continuous ? " --continuous" : "") + (reading.vlanKey ? " --vlan-key" : "")
        return words.map { " \($0.0) \(AskedOptions.quoted($0.1))" }.joined() + flags
    }
}

extension AnswerFormat {
    /// Writes rows to standard output; `none` is what people are told where there are no rows.
    func write(_ table: Table, none: String? = nil) {
        switch self {
        case .json: Console.write(table.jsonLines(), to: 1)
        case .csv: Console.write(Array(table.csv().utf8), to: 1)
        case .table:
            if table.rows.isEmpty, let none { return Console.print(none) }
            Console.write(Array(table.page.utf8), to: 1)
        }
    }
}

extension Table {
    /// The rows as standard output wants them.
    var page: String { text(width: Console.tableWidth, isColoured: Console.isColoured) }
}
