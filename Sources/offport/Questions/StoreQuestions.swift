import ArgumentParser
import Inventory
import Net
import Records
import Stores

extension Place: ArgumentParser.ExpressibleByArgument {}
extension Division: ArgumentParser.ExpressibleByArgument {}
extension IPAddress: ArgumentParser.ExpressibleByArgument {
    /// An address as flags take it.
    public init?(argument: String) {
        let text =
            argument.hasPrefix("[") && argument.hasSuffix("]")
            ? argument.dropFirst().dropLast() : argument[...]
        self.init(String(text))
    }
}

extension FilterName {
    /// What a question about one place leaves no choice in.
    static var ofPlaces: [FilterName] { [.host, .port, .notPort, .standing] }
}

/// A port of a host as commands take it.
struct PlaceArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A port of a host: 10.0.0.5:49152, [2001:db8::5]:80, 10.0.0.5:53/udp.", valueName: "host:port"))
    var place: Place
}

/// Says, where it is so, that hourly counts are counted whole that a moment falls into.
private func tellOfWholeHours(_ isSo: Bool, into moment: String = "--since, --until or --new-since") {
    guard isSo else { return }
    Console.error(
        "of older sessions only hourly counts are kept: an hour that \(moment) falls into counts whole")
}

struct Sessions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "Shows the sessions with a port of a host: attempts apart, by hour or day, and each.",
        discussion: "Refused: --host, --port, --not-port and --standing, and with --histogram --schema ecs.")
    @OptionGroup var target: PlaceArgument
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions
    @Option(help: "Count by the hour or by the day; without it, as the time covered suggests.")
    var per: Division?
    @Option(
        help: ArgumentHelp(
            "The most sessions shown, the latest; 0 for all. Default: 20 in tables, all in records.",
            valueName: "n"))
    var limit: Int?
    @Flag(help: "Only the counts by hour or day.")
    var histogram = false

    func validate() throws {
        try options.filter.refuse(
            FilterName.ofPlaces, because: "the sessions are those of one port of one host")
        if histogram { try options.refuseSchema() }
    }

    func run() throws {
        let (place, format) = (target.place, options.format)
        try asked.ask(options.selection) { store, selection in
            if histogram || format == .table {
                tellOfWholeHours(try store.countsWholeHours(of: place, selection))
            }
            if histogram {
                let usage = try store.usage(of: place, selection, per: per)
                format.write(Table(usage.periods, per: usage.division), none: "No sessions with \(place).")
                return
            }
            let most = limit.map { $0 == 0 ? nil : $0 } ?? (format == .table ? 20 : nil)
            let sessions = try store.sessions(of: place, selection, limit: most)
            let isCut = sessions.count == most
            // Where a limit leaves sessions out, it says so itself.
            let aged = isCut || format == .table ? 0 : try store.sessionsCountedOnly(of: place, selection)
            if aged > 0 {
                Console.error(
                    "\(Self.words(aged, "older session")) left out: only hourly counts of them are kept; --histogram has them"
                )
            }
            switch format {
            case .csv: format.write(Table(sessions))
            case .json:
                var writer = RecordWriter(
                    naming: Naming(signature: { _ in "" }), schema: options.schema)
                for session in sessions { writer.append(session) }
                Console.write(writer.bytes, to: 1)
            case .table:
                let usage = try store.usage(of: place, selection, per: per)
                guard usage.whole.sessions > 0 else {
                    Console.print("No sessions with \(place).")
                    return
                }
                Console.print(lines: Self.summary(place, usage.whole, clients: usage.clients) + "\n")
                format.write(Table(usage.periods, per: usage.division))
                let left = usage.whole.sessions - sessions.count
                Console.print("")
                let (shown, all) = (grouped(sessions.count), grouped(usage.whole.sessions))
                if left > 0, isCut {
                    Console.print("The latest \(shown) of \(all):")
                } else if left > 0, !sessions.isEmpty {
                    Console.print(
                        "\(shown) of \(all) are kept by themselves, of older ones only the counts above:")
                }
                format.write(Table(sessions), none: "None of them is kept by itself any more.")
                Console.print(lines: "\nwho they are: offport clients-of \(place)\(asked.again)")
            }
        }
    }

    private static func summary(_ place: Place, _ usage: Usage, clients: Int) -> String {
        "\(place): \(words(usage.established, "session")), \(words(usage.attempts, "attempt")) by "
            + "\(words(clients, "client"))\n\(usage.first.toTheSecond) to \(usage.last.toTheSecond) UTC, "
            + "\(words(usage.clientBytes, "byte")) sent to it, \(words(usage.serverBytes, "byte")) received"
    }

    private static func words(_ count: Int, _ noun: String) -> String { counted(count, noun) }
}

struct ClientsOf: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients-of",
        abstract: "Lists who used a port of a host: first, last, sessions, bytes.",
        discussion: "Refused: --host, --port, --not-port, --standing and --schema ecs.")
    @OptionGroup var target: PlaceArgument
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func validate() throws {
        try options.filter.refuse(
            FilterName.ofPlaces, because: "the clients are those of one port of one host")
        try options.refuseSchema()
    }

    func run() throws {
        try asked.ask(options.selection) { store, selection in
            tellOfWholeHours(try store.countsWholeHours(of: target.place, selection))
            let clients = try store.clients(of: target.place, selection)
            options.format.write(
                Table(clientsOf: target.place, clients), none: "No clients of \(target.place).")
        }
    }
}

struct FirstUseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "first-use",
        abstract: "Tells when a port of a host came into use: first packet, first session, first recognition."
    )
    @OptionGroup var target: PlaceArgument
    @OptionGroup var asked: AskedOptions
    @Option(help: "How the answer looks: table, json or csv.")
    var format: AnswerFormat = .table

    func run() throws {
        try asked.ask { store in
            format.write(
                Table(try store.firstUse(of: target.place), of: target.place),
                none: "\(target.place) was not used.")
        }
    }
}

struct ReachedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reached",
        abstract: "Lists what the clients of a port, and its server, went on to reach.",
        discussion:
            "Counted are sessions that began after a client's first session with the port. --host, --port and --protocol say what was reached, --client whose clients are meant. Refused: --standing and --schema ecs."
    )
    @OptionGroup var target: PlaceArgument
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions
    @Option(
        help: ArgumentHelp("The most rows shown in a table, the earliest; 0 for all.", valueName: "n"))
    var limit = 100

    func validate() throws {
        try options.filter.refuse([.standing], because: "what was reached counts whatever its standing")
        try options.refuseSchema()
    }

    func run() throws {
        try asked.ask(options.selection) { store, selection in
            let reached = try store.reached(from: target.place, selection)
            tellOfWholeHours(
                reached.contains(where: \.countsWholeHours),
                into: "a first session, --since, --until or --new-since")
            let isCut = options.format == .table && limit > 0 && reached.count > limit
            options.format.write(
                Table(isCut ? Array(reached.prefix(limit)) : reached),
                none: "Nothing was reached after \(target.place).")
            if isCut {
                Console.print(lines: "\nand \(grouped(reached.count - limit)) more (--limit 0 shows all)")
            }
        }
    }
}

struct Timeline: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Tells everything about one address in the order of time.",
        discussion: "Refused: --host, --standing and --schema ecs.")
    @Argument(help: ArgumentHelp("The address.", valueName: "host"))
    var host: IPAddress
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions
    @Option(help: "Add sessions up by the hour or by the day; without it, each by itself while they are few.")
    var per: Division?

    func validate() throws {
        try options.filter.refuse(
            [.host, .standing], because: "a timeline is that of one host, whatever the standing")
        try options.refuseSchema()
    }

    func run() throws {
        try asked.ask(options.selection) { store, selection in
            tellOfWholeHours(try store.countsWholeHours(of: host, selection))
            options.format.write(
                Table(timelineOf: host, try store.timeline(of: host, selection, per: per)),
                none: "No events of \(host).")
        }
    }
}

struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract:
            "Lists what was seen for the first time since a moment: hosts, services, banners, clients, findings."
    )
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func validate() throws { try options.refuseSchema() }

    func run() throws {
        guard let since = options.filter.since ?? options.newSince else {
            throw Outcome.usage("say since when: --since 2026-11-01, or --since 2026-11-01T12:00:00Z")
        }
        try asked.ask(options.selection) { store, selection in
            options.format.write(
                Table(try store.novelties(since: since, selection)), none: "Nothing new.")
        }
    }
}

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows how the services of two dates differ: appeared, gone, changed.")
    @Option(
        help: ArgumentHelp("The earlier date.", valueName: "time"), transform: Timestamp.init(written:))
    var from: Timestamp
    @Option(help: ArgumentHelp("The later date.", valueName: "time"), transform: Timestamp.init(written:))
    var to: Timestamp
    @Option(
        help: ArgumentHelp(
            "A service that was not seen for this long before a date was not there then: 7d, 4w. Default: 7d.",
            valueName: "time"),
        transform: Span.init(written:))
    var window = Span(days: 7)
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func validate() throws { try options.refuseSchema() }

    func run() throws {
        guard from < to else { throw Outcome.usage("--from is not before --to") }
        try asked.ask(options.selection) { store, selection in
            let changes = try store.changes(
                from: from, to: to, window: window.days * Retention.day, selection)
            options.format.write(Table(changes), none: "No differences.")
        }
    }
}
