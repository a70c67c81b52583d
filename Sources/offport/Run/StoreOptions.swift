import ArgumentParser
import Inventory
import Stores

/// Where a run stores what it sees, and for how long.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Store what is seen in this file, to be asked later. Default: none for captures; for interfaces offport.db in the folder of --state. None for nowhere.",
            valueName: "file"),
        completion: .file(), transform: FileName.file(store:))
    var store: String?

    @Option(
        help: ArgumentHelp(
            "Turn stored sessions older than this into hourly counts: 90d, 12w, or never.", valueName: "time")
    )
    var keepSessions: KeepingTime?

    @Option(
        help: ArgumentHelp(
            "Forget hourly counts, services and closed findings not seen for this long: 730d, or never.",
            valueName: "time"))
    var keepRest: KeepingTime?

    @Option(
        help: ArgumentHelp(
            "The most that the store may take: 500M, 20G. The oldest sessions go first.", valueName: "size"))
    var maxStore: StoreSize?

    /// The file that was named; nil when none was.
    var path: String? { store == "none" ? nil : store }
    /// Whether nothing is to be stored.
    var isNone: Bool { store == "none" }

    /// What was given about the keeping of what is stored.
    var given: [String] {
        let flags = [
            ("--keep-sessions", keepSessions != nil), ("--keep-rest", keepRest != nil),
            ("--max-store", maxStore != nil),
        ]
        return flags.filter(\.1).map(\.0)
    }

    /// What goes when; a file is kept whole unless somebody says otherwise.
    ///
    /// The policy's word counts more than what holds without one, and a flag's more than the policy's.
    func retention(isLive: Bool, _ policy: Policy) -> Retention {
        var retention = isLive ? Retention.standard : Retention()
        if let settings = policy.keeping { retention.adopt(settings) }
        if let keepSessions { retention.sessions = keepSessions.nanoseconds }
        if let keepRest {
            retention.hours = keepRest.nanoseconds
            retention.services = keepRest.nanoseconds
            retention.findings = keepRest.nanoseconds
        }
        if let maxStore { retention.maximumBytes = maxStore.bytes }
        return retention
    }

    /// A writer into the store at a path.
    func writer(_ path: String, pace: StoreWriter.Pace, _ policy: Policy) throws -> StoreWriter {
        do {
            return try StoreWriter(
                Store(writing: path), pace: pace, retention: retention(isLive: pace == .live, policy))
        } catch {
            throw Outcome.failed(["\(error)"])
        }
    }
}

/// How long something is kept, as flags take it: `90d`, `12w`, `never` for ever.
struct KeepingTime: ExpressibleByArgument {
    let nanoseconds: Int64?

    init?(argument: String) {
        if argument == "never" {
            nanoseconds = nil
            return
        }
        guard let span = Span(argument: argument), span.days > 0 else { return nil }
        nanoseconds = span.days * Retention.day
    }
}

/// A size as flags take it: `500M`, `20G`.
struct StoreSize: ExpressibleByArgument {
    let bytes: Int64

    init?(argument: String) {
        let units: [Character: Int64] = ["M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000]
        guard let last = argument.last, let unit = units[last], let number = Int64(argument.dropLast()),
            (1...1_000_000).contains(number)
        else { return nil }
        bytes = number * unit
    }
}
