import ArgumentParser
import Net
import Records

/// What an answer is about.
struct FilterOptions: ParsableArguments {
    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp("Only this protocol (repeatable).", valueName: "name"))
    var protocols: [String] = []

    @Option(
        name: .customLong("not-protocol"),
        help: ArgumentHelp("Not this protocol (repeatable).", valueName: "name"))
    var notProtocols: [String] = []

    @Option(
        name: .customLong("port"),
        help: ArgumentHelp("Only this port: 22, 22/tcp or 6000-6063/tcp (repeatable).", valueName: "port"))
    var ports: [PortSelector] = []

    @Option(
        name: .customLong("not-port"), help: ArgumentHelp("Not this port (repeatable).", valueName: "port"))
    var notPorts: [PortSelector] = []

    @Option(
        name: .customLong("standing"),
        help: ArgumentHelp("Only expected, allowed or off-port (repeatable).", valueName: "standing"))
    var standings: [StandingName] = []

    @Option(
        name: .customLong("host"),
        help: ArgumentHelp("Only servers in this network (repeatable).", valueName: "cidr"),
        transform: Subnet.init(written:))
    var hosts: [Subnet] = []

    @Option(
        name: .customLong("client"),
        help: ArgumentHelp("Only with clients in this network (repeatable).", valueName: "cidr"),
        transform: Subnet.init(written:))
    var clients: [Subnet] = []

    @Option(
        name: .customLong("assets"),
        help: ArgumentHelp("Only members of this asset list (repeatable).", valueName: "list"))
    var assets: [String] = []

    @Option(
        help: ArgumentHelp("Only what was seen at or after this time.", valueName: "time"),
        transform: Timestamp.init(written:))
    var since: Timestamp?

    @Option(
        help: ArgumentHelp("Only what was seen before this time.", valueName: "time"),
        transform: Timestamp.init(written:))
    var until: Timestamp?

    var selection: Selection {
        var selection = Selection()
        selection.protocols = Set(protocols)
        selection.excludedProtocols = Set(notProtocols)
        selection.ports = ports
        selection.excludedPorts = notPorts
        selection.standings = Set(standings.map(\.rawValue))
        selection.hosts = hosts
        selection.clients = clients
        selection.assets = Set(assets)
        selection.since = since
        selection.until = until
        return selection
    }

    func validate() throws {
        if let since, let until, since > until {
            throw ValidationError("--since is later than --until: nothing was seen between them.")
        }
    }

    /// Refuses those of these filters that were given: the answer would not heed them.
    func refuse(_ names: [FilterName], because reason: String) throws {
        for name in names where isGiven(name) {
            throw ValidationError("--\(name.rawValue) chooses nothing here: \(reason).")
        }
    }

    private func isGiven(_ name: FilterName) -> Bool {
        switch name {
        case .host: !hosts.isEmpty
        case .port: !ports.isEmpty
        case .notPort: !notPorts.isEmpty
        case .standing: !standings.isEmpty
        }
    }
}

/// The filters that not every question can follow.
enum FilterName: String {
    case host
    case port
    case notPort = "not-port"
    case standing
}

/// What every question takes beyond captures: filters, and the form of the answer.
struct QuestionOptions: ParsableArguments {
    @OptionGroup var filter: FilterOptions

    @Option(
        help: ArgumentHelp("Only what was first seen at or after this time.", valueName: "time"),
        transform: Timestamp.init(written:))
    var newSince: Timestamp?

    @Option(help: "How the answer looks: table, json or csv.")
    var format: AnswerFormat = .table

    @Option(
        help: ArgumentHelp(
            "With --format json, the names that records have: offport, or ecs for the Elastic Common Schema (of services, clients, findings and sessions; elsewhere refused).",
            valueName: "schema"))
    var schema: RecordSchema = .offport

    func validate() throws {
        if schema != .offport, format != .json {
            throw ValidationError("--schema is for records: add --format json")
        }
        if let newSince, let until = filter.until, newSince > until {
            throw ValidationError("--new-since is later than --until: nothing was seen between them.")
        }
    }

    /// Refuses a schema: the answer has rows, whose names are Offport's alone.
    func refuseSchema() throws {
        if schema != .offport {
            throw ValidationError(
                "--schema \(schema.rawValue) is for services, clients, findings and sessions (without --histogram)."
            )
        }
    }

    var selection: Selection {
        var selection = filter.selection
        selection.newSince = newSince
        return selection
    }
}

/// What questions about services take besides.
struct ProductOptions: ParsableArguments {
    @Option(
        name: .customLong("product"),
        help: ArgumentHelp(
            "Only servers of a product with this in its name and version, in either case (repeatable).",
            valueName: "name"))
    var products: [String] = []
}

/// The standings as flags take them.
enum StandingName: String, ExpressibleByArgument, CaseIterable {
    case expected
    case allowed
    case offPort = "off-port"
}

/// The forms of an answer.
enum AnswerFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    case csv
}

extension RecordSchema: ArgumentParser.ExpressibleByArgument {}
extension PortSelector: ArgumentParser.ExpressibleByArgument {}
