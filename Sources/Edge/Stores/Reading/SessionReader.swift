internal import Foundation
internal import GRDB
internal import Net
internal import Records

/// Reads sessions and what is left of them by the hour, block by block.
///
/// A block knows the times of its sessions, so blocks outside a span of time are not touched; within one, the indexes
/// lead to the sessions of a server or a client.
struct SessionReader {
    let database: Database
    let selection: Selection
    let titles: Titles
    /// The numbers of the protocols that are asked for, nil for all; and of those that are not.
    private let protocols: [Int64]?
    private let excluded: [Int64]
    private let clients: Conditions

    init(_ database: Database, _ selection: Selection, titles others: [String: String] = [:]) throws {
        (self.database, self.selection) = (database, selection)
        titles = try Titles(database, otherwise: others)
        try database.checkLists(selection.assets)
        func numbers(_ names: Set<String>) throws -> [Int64] {
            var conditions = Conditions()
            conditions.add("name", isIn: names)
            return try Int64.fetchAll(
                database, sql: "SELECT id FROM protocols WHERE \(conditions.sql)",
                arguments: conditions.arguments)
        }
        protocols = selection.protocols.isEmpty ? nil : try numbers(selection.protocols)
        excluded = selection.excludedProtocols.isEmpty ? [] : try numbers(selection.excludedProtocols)
        var clients = Conditions()
        clients.add("address", isIn: selection.clients)
        self.clients = clients
    }

    /// The number of an address; nil when the store has never heard of it.
    func number(_ address: IPAddress) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT id FROM hosts WHERE address = ?", arguments: [address.blob])
    }

    /// What blocks have to do with the time that is asked for.
    var blockConditions: Conditions {
        var conditions = Conditions()
        if let since = selection.since { conditions.add("b.last >= ?", [since.nanoseconds]) }
        if let until = selection.until { conditions.add("b.first < ?", [until.nanoseconds]) }
        return conditions
    }

    /// The filters that apply to sessions: protocols, clients and times.
    func conditions(transport: TransportProtocol? = nil, ofClients: Bool = true) -> Conditions {
        var conditions = Conditions()
        if let since = selection.since {
            conditions.add("s.start + s.duration >= ?", [since.nanoseconds])
        }
        if let until = selection.until { conditions.add("s.start < ?", [until.nanoseconds]) }
        if let since = selection.newSince { conditions.add("s.start >= ?", [since.nanoseconds]) }
        addCommon(&conditions, transport, ofClients: ofClients)
        return conditions
    }

    /// Whether a session of an hourly count may begin at a moment or after it: it does in that hour, however long it goes
    /// on.
    private static let mayBeginLater = "s.last >= ? AND \(endOfHour) > ?"
    /// When the hour of an hourly count is over.
    static let endOfHour = "s.hour + \(Retention.hour)"

    /// The same for hourly counts.
    func hourConditions(transport: TransportProtocol? = nil, ofClients: Bool = true) -> Conditions {
        var conditions = Conditions()
        if let since = selection.since { conditions.add("s.last >= ?", [since.nanoseconds]) }
        if let until = selection.until { conditions.add("s.first < ?", [until.nanoseconds]) }
        if let since = selection.newSince {
            // Of several sessions, those that began before cannot be told from those that began after.
            conditions.add(
                "(s.first >= ? OR s.sessions > 1 AND \(Self.mayBeginLater))",
                [since.nanoseconds, since.nanoseconds, since.nanoseconds])
        }
        addCommon(&conditions, transport, ofClients: ofClients)
        return conditions
    }

    /// Which hourly counts a bound of the time that is asked for falls into: they count whole.
    ///
    /// What is left of a single session is as exact as that was.
    var cutHours: Conditions {
        var cuts: [String] = []
        var arguments: [Int64] = []
        if let since = selection.since?.nanoseconds {
            cuts.append("s.first < ? AND s.last >= ?")
            arguments += [since, since]
        }
        // What matters to these is when sessions began.
        for bound in [selection.until, selection.newSince].compactMap({ $0?.nanoseconds }) {
            cuts.append("s.first < ? AND \(Self.mayBeginLater)")
            arguments += [bound, bound, bound]
        }
        var conditions = Conditions()
        conditions.add(
            cuts.isEmpty ? "0" : "s.sessions > 1 AND (\(cuts.joined(separator: " OR ")))",
            StatementArguments(arguments))
        return conditions
    }

    private func addCommon(
        _ conditions: inout Conditions, _ transport: TransportProtocol?, ofClients: Bool
    ) {
        if let transport { conditions.add("s.transport = \(transport.number)") }
        func list(_ numbers: [Int64]) -> String { numbers.map(String.init).joined(separator: ", ") }
        if let protocols { conditions.add("s.protocol IN (\(list(protocols)))") }
        if !excluded.isEmpty {
            conditions.add("(s.protocol IS NULL OR s.protocol NOT IN (\(list(excluded))))")
        }
        if !selection.assets.isEmpty {
            var members = Conditions()
            members.add(assets: selection, service: "v.id")
            conditions.add(
                """
                (s.server, s.port, s.transport) IN
                    (SELECT v.host, v.port, v.transport FROM services v WHERE \(members.sql))
                """, members.arguments)
        }
        if ofClients, !selection.clients.isEmpty {
            conditions.add("s.client IN (SELECT id FROM hosts WHERE \(clients.sql))", clients.arguments)
        }
    }

    /// The addresses of numbers.
    func addresses(_ numbers: some Collection<Int64>) throws -> [Int64: IPAddress] {
        let select = try database.cachedStatement(sql: "SELECT address FROM hosts WHERE id = ?")
        var found: [Int64: IPAddress] = [:]
        for number in numbers where found[number] == nil {
            found[number] = try Data.fetchOne(select, arguments: [number]).flatMap { IPAddress(blob: $0) }
        }
        return found
    }

    /// The names of all protocols, by number.
    func protocolNames() throws -> [Int64: String] {
        let rows = try Row.fetchAll(database, sql: "SELECT id, name FROM protocols")
        return Dictionary(
            try rows.map { try ($0[0] as Int64, $0[1] as String) }, uniquingKeysWith: { first, _ in first })
    }
}
