internal import Foundation
internal import GRDB
internal import Inventory
public import Net
public import Records

// Everything about one address, in the order of time.

/// Something that happened to or by an address.
public struct TimelineEvent: Sendable {
    /// What kind of thing.
    public var kind: Kind
    /// When.
    public var time: Timestamp
    /// What, for people.
    public var text: String
    /// The other end, where there is one.
    public var peer: IPAddress?
    /// The port that it is about; nil for none.
    public var port: UInt16?
    /// The transport of that port.
    public var transport: TransportProtocol?
    /// What was spoken.
    public var protocolName: String?
    /// What sessions add up to.
    public var usage: Usage?

    /// What kinds of things happen.
    public enum Kind: String, Sendable, CaseIterable {
        /// It served something first, as traffic shows or another sensor's log tells.
        case service
        /// It said something of itself first.
        case banner
        /// It used a program first.
        case program
        /// Something was found about it, or in a session of its.
        case finding
        /// It joined or left a list of assets.
        case assets
        /// A probe or a scan looked at it, or found something open.
        case scanned
        /// An intrusion detection system reported something about it.
        case alert
        /// Others used it.
        case served
        /// It used others.
        case used
    }
}

extension Store {
    /// What happened to and by an address; sessions are added up by the hour or the day, by themselves unless there are
    /// more than a few hundred.
    public func timeline(
        of host: IPAddress, _ selection: Selection, per division: Division?
    ) throws(StoreError) -> [TimelineEvent] {
        let titles = try spareTitles()
        return try read { database in
            let reader = try SessionReader(database, selection, titles: titles)
            guard let number = try reader.number(host) else { return [] }
            let facts = TimelineReader(
                database: database, address: host, host: number, selection: selection, titles: reader.titles)
            let events =
                try facts.filtered(facts.events() + reader.otherEyes(of: number))
                + reader.sums(of: number, per: division)
            let order = Dictionary(
                TimelineEvent.Kind.allCases.enumerated().map { ($1, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            return events.sorted {
                if $0.time != $1.time { return $0.time < $1.time }
                let (left, right) = (order[$0.kind] ?? 0, order[$1.kind] ?? 0)
                return left != right ? left < right : $0.text < $1.text
            }
        }
    }
}

/// What is known of a host besides its sessions.
private struct TimelineReader {
    let database: Database
    let address: IPAddress
    let host: Int64
    let selection: Selection
    let titles: Titles

    func events() throws -> [TimelineEvent] {
        let chosen = try findingsOfClients()
        return try services() + banners() + programs() + findings(chosen) + notes(chosen) + lists()
    }

    /// Those that the question is about.
    func filtered(_ events: [TimelineEvent]) throws -> [TimelineEvent] {
        let members =
            try selection.assets.isEmpty ? nil : services { $0.add(assets: selection, service: "s.id") }
        let used =
            try selection.clients.isEmpty ? nil : services { $0.add(clients: selection, service: "s.id") }
        return events.filter { event in
            isInTime(event) && (event.protocolName.map { selection.includes(protocolName: $0) } ?? true)
                && (members.map { isOfMembers(event, $0) } ?? true) && isAtPort(event)
                && (used.map { isOfClients(event, used: $0) } ?? true)
        }
    }

    /// Whether it is about one of the services, or where one is when it does not tell the protocol.
    private func isOfMembers(_ event: TimelineEvent, _ members: [ServicePort: Set<String>]) -> Bool {
        guard let port = event.port, let transport = event.transport,
            let names = members[ServicePort(port, transport)]
        else { return false }
        return event.protocolName.map(names.contains) ?? true
    }

    /// Whether it is about one of the clients; its sessions and findings were chosen when they were read.
    private func isOfClients(_ event: TimelineEvent, used: [ServicePort: Set<String>]) -> Bool {
        func isClient(_ address: IPAddress) -> Bool { selection.clients.contains { $0.contains(address) } }
        switch event.kind {
        case .service, .banner, .assets:
            guard let port = event.port, let transport = event.transport, let name = event.protocolName else {
                return false
            }
            return used[ServicePort(port, transport)]?.contains(name) ?? false
        case .program: return isClient(address)
        case .alert: return isClient(address) || event.peer.map(isClient) ?? false
        // Who looks at a host used nothing.
        case .scanned: return false
        case .finding, .served, .used: return true
        }
    }

    /// Services of the host: protocols by port.
    private func services(_ narrow: (inout Conditions) -> Void) throws -> [ServicePort: Set<String>] {
        var conditions = Conditions()
        conditions.add("s.host = ?", [host])
        narrow(&conditions)
        var found: [ServicePort: Set<String>] = [:]
        for row in try Row.fetchAll(
            database,
            sql: """
                SELECT s.port, s.transport, p.name FROM services s JOIN protocols p ON p.id = s.protocol
                WHERE \(conditions.sql)
                """, arguments: conditions.arguments)
        {
            let port = try ServicePort(row[0], TransportProtocol(number: row[1]))
            found[port, default: []].insert(try row[2])
        }
        return found
    }

    /// The findings about the clients that are asked for; nil when none are.
    private func findingsOfClients() throws -> Set<Int>? {
        guard !selection.clients.isEmpty else { return nil }
        var ofClients = Selection()
        ofClients.clients = selection.clients
        return Set(try HoldingsReader(database).holdings(ofClients, [.findings]).findings.map(\.number))
    }

    private func isAtPort(_ event: TimelineEvent) -> Bool {
        guard let port = event.port, let transport = event.transport else { return selection.ports.isEmpty }
        return selection.includes(ServicePort(port, transport))
    }

    private func isInTime(_ event: TimelineEvent) -> Bool {
        (selection.since.map { event.time >= $0 } ?? true)
            && (selection.newSince.map { event.time >= $0 } ?? true)
            && (selection.until.map { event.time < $0 } ?? true)
    }

    private func rows(_ sql: String) throws -> [Row] {
        try Row.fetchAll(database, sql: sql, arguments: ["host": host])
    }

    private func event(
        _ kind: TimelineEvent.Kind, _ row: Row, _ text: String, at time: Int64
    ) throws -> TimelineEvent {
        let peer: Data? = try row.hasColumn("peer") ? row["peer"] : nil
        return try TimelineEvent(
            kind: kind, time: Timestamp(nanoseconds: time), text: text,
            peer: peer.flatMap { IPAddress(blob: $0) }, port: row.hasColumn("port") ? row["port"] : nil,
            transport: row.hasColumn("transport") ? TransportProtocol(number: row["transport"]) : nil,
            protocolName: row["protocol_name"])
    }

    private func services() throws -> [TimelineEvent] {
        try rows(
            """
            SELECT s.*, p.name AS protocol_name, n.kind, n.name AS sensor_name
            FROM services s JOIN protocols p ON p.id = s.protocol
            LEFT JOIN service_facts f ON f.service = s.id AND f.first_seen = s.first_seen
            LEFT JOIN sensors n ON n.id = f.sensor WHERE s.host = :host GROUP BY s.id
            """
        ).map { row in
            let kind: String? = try row["kind"]
            let source = try kind == "active" || kind == "import" ? ", says \(row.sensor)" : ""
            let port = try ServicePort(row["port"], TransportProtocol(number: row["transport"]))
            let standing: String = try row["standing"]
            return try event(
                .service, row,
                "serves \(titles.label(ofProtocol: row["protocol_name"])) on \(port), \(standing)\(source)",
                at: row["first_seen"])
        }
    }

    private func banners() throws -> [TimelineEvent] {
        try rows(
            """
            SELECT g.*, s.port, s.transport, p.name AS protocol_name, n.kind, n.name AS sensor_name,
                min(f.first_seen)
            FROM services s JOIN sightings g ON g.service = s.id JOIN protocols p ON p.id = s.protocol
            LEFT JOIN service_facts f ON f.service = s.id AND f.banner IS g.banner
                AND f.product IS g.product AND f.version IS g.version
            LEFT JOIN sensors n ON n.id = f.sensor WHERE s.host = :host GROUP BY g.id
            """
        ).compactMap { row -> TimelineEvent? in
            // No session showed it. Of whoever told, only the latest words are known to be theirs.
            let isTold = try row["sessions"] as Int == 0
            let teller = try row["kind"] as String? == nil ? nil : row.sensor
            func source(_ verb: String) -> String {
                isTold ? teller.map { ", \(verb) \($0)" } ?? ", not seen in traffic" : ""
            }
            if let banner = try row["banner"] as String? {
                return try event(.banner, row, "says \(banner)\(source("heard by"))", at: row["first_seen"])
            }
            guard let product = try row["product"] as String? else { return nil }
            let words = try [product, row["version"] as String?].compactMap(\.self).joined(separator: " ")
            let port = try ServicePort(row["port"], TransportProtocol(number: row["transport"]))
            return try event(
                .banner, row, "runs \(words) on \(port)\(source("says"))", at: row["first_seen"])
        }
    }

    private func programs() throws -> [TimelineEvent] {
        try rows(
            """
            SELECT c.*, p.name AS protocol_name FROM clients c JOIN protocols p ON p.id = c.protocol
            WHERE c.host = :host
            """
        ).map { row in
            try event(.program, row, "uses \(row["software"] as String)", at: row["first_seen"])
        }
    }

    /// - Parameter chosen: the numbers of those that are meant; nil for all.
    private func findings(_ chosen: Set<Int>?) throws -> [TimelineEvent] {
        try rows(
            """
            SELECT f.*, p.name AS protocol_name, CASE WHEN f.host = :host THEN c.address ELSE h.address END AS peer
            FROM findings f JOIN protocols p ON p.id = f.protocol JOIN hosts h ON h.id = f.host
            LEFT JOIN hosts c ON c.id = f.client WHERE f.host = :host OR f.client = :host
            """
        ).filter { row in try chosen?.contains(row["id"]) ?? true }.map { row in
            try event(
                .finding, row, "\(row["severity"] as String): \(row["title"] as String)", at: row["time"])
        }
    }

    /// What became of the findings.
    private func notes(_ chosen: Set<Int>?) throws -> [TimelineEvent] {
        try rows(
            """
            SELECT n.*, f.port, f.transport, p.name AS protocol_name,
                CASE WHEN f.host = :host THEN c.address ELSE h.address END AS peer
            FROM findings f JOIN finding_notes n ON n.finding = f.id JOIN protocols p ON p.id = f.protocol
            JOIN hosts h ON h.id = f.host LEFT JOIN hosts c ON c.id = f.client
            WHERE f.host = :host OR f.client = :host
            """
        ).filter { row in try chosen?.contains(row["finding"]) ?? true }.map { row in
            let by = try (row["state_by"] as String?).map { " by \($0)" } ?? ""
            let note = try (row["note"] as String?).map { ": \($0)" } ?? ""
            return try event(
                .finding, row, "finding \(row["finding"] as Int) \(row["state"] as String)\(by)\(note)",
                at: row["state_time"])
        }
    }

    private func lists() throws -> [TimelineEvent] {
        try rows(
            """
            SELECT m.joined_at, m.left_at, l.name AS list, s.port, s.transport, p.name AS protocol_name
            FROM services s JOIN asset_members m ON m.service = s.id JOIN asset_lists l ON l.id = m.list
            JOIN protocols p ON p.id = s.protocol WHERE s.host = :host
            """
        ).flatMap { row in
            let list: String = try row["list"]
            return try [event(.assets, row, "joins \(list)", at: row["joined_at"])]
                + ((row["left_at"] as Int64?).map { [try event(.assets, row, "leaves \(list)", at: $0)] }
                    ?? [])
        }
    }
}

extension SessionReader {
    /// More events of sessions by themselves are too many to read.
    private static var mostByThemselves: Int { 200 }
    /// And more hours.
    private static var mostHours: Int { 1000 }

    private struct Group: Hashable {
        var isServer: Bool
        var peer: Int64
        var port: UInt16
        var transport: UInt8
        var protocolNumber: Int64
        var start: Timestamp
    }

    /// The sessions of a host, as server by its ports and as client by the places that it used.
    fileprivate func sums(of host: Int64, per division: Division?) throws -> [TimelineEvent] {
        let hour = Division.hour.length
        var rows: [(group: Group, usage: Usage)] = []
        var sessions = 0
        func take(_ row: Row, isServer: Bool) throws {
            var usage = Usage()
            try usage.add(row)
            sessions += usage.sessions
            try rows.append(
                (
                    Group(
                        isServer: isServer, peer: isServer ? 0 : row["server"], port: row["port"],
                        transport: row["transport"], protocolNumber: row["protocol"] as Int64? ?? 0,
                        start: Division.hour.start(of: usage.first)), usage
                ))
        }
        let blocks = blockConditions
        var (fitting, old) = (conditions(), hourConditions())
        fitting.add(ports: selection, column: "s.port", transport: "s.transport")
        old.add(ports: selection, column: "s.port", transport: "s.transport")
        for (isServer, index, column) in [
            (true, "sessions_by_server", "server"), (false, "sessions_by_client", "client"),
        ] {
            let cursor = try Row.fetchCursor(
                database,
                sql: """
                    SELECT s.server, s.port, s.transport, s.protocol, count(*) AS sessions,
                        sum(\(Schema.isAnswered)) AS established, min(s.start) AS first,
                        max(s.start + s.duration) AS last,
                        \(Schema.sum("s.client_bytes")) AS client_bytes,
                        \(Schema.sum("s.server_bytes")) AS server_bytes
                    FROM blocks b CROSS JOIN sessions s INDEXED BY \(index) ON s.block = b.id AND s.\(column) = ?
                    WHERE \(blocks.sql) AND \(fitting.sql)
                    GROUP BY \(isServer ? "" : "s.server, ")s.port, s.transport, s.protocol, s.start / \(hour)
                    """, arguments: [host] + blocks.arguments + fitting.arguments)
            while let row = try cursor.next() { try take(row, isServer: isServer) }
            let hours = try Row.fetchCursor(
                database, sql: "SELECT s.* FROM hours s WHERE s.\(column) = ? AND \(old.sql)",
                arguments: [host] + old.arguments)
            while let row = try hours.next() { try take(row, isServer: isServer) }
        }
        if division == nil, sessions <= Self.mostByThemselves, let all = try single(host) { return all }
        let chosen = division ?? (Set(rows.map(\.group)).count <= Self.mostHours ? .hour : .day)
        var groups: [Group: Usage] = [:]
        for (group, usage) in rows {
            var group = group
            group.start = chosen.start(of: group.start)
            groups[group, default: Usage()].add(usage)
        }
        return try events(of: groups)
    }

    /// Every session by itself; nil when some are left as hourly counts only.
    private func single(_ host: Int64) throws -> [TimelineEvent]? {
        let old = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM hours WHERE server = ? OR client = ?",
            arguments: [host, host])
        guard old == 0 else { return nil }
        let blocks = blockConditions
        var fitting = conditions()
        fitting.add(ports: selection, column: "s.port", transport: "s.transport")
        let rows = try ["server", "client"].flatMap { column in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT s.*, \(Schema.isAnswered) AS answered
                    FROM blocks b CROSS JOIN sessions s INDEXED BY sessions_by_\(column)
                        ON s.block = b.id AND s.\(column) = ?
                    WHERE \(blocks.sql) AND \(fitting.sql) \(column == "client" ? "AND s.server != s.client" : "")
                    """, arguments: [host] + blocks.arguments + fitting.arguments)
        }
        let own = try addresses([host])[host]
        return try [true, false].flatMap { isAnswered in
            try events(of: rows.filter { try $0["answered"] == isAnswered }, isAnswered: isAnswered, own)
        }
    }

    /// Sessions by themselves, with the host at `own` at one end.
    private func events(of rows: [Row], isAnswered: Bool, _ own: IPAddress?) throws -> [TimelineEvent] {
        try records(rows).map { record in
            let isServer = record.server.endpoint.address == own
            var usage = Usage()
            (usage.established, usage.attempts) = isAnswered ? (1, 0) : (0, 1)
            (usage.first, usage.last) = (record.start, record.end)
            (usage.clientBytes, usage.serverBytes) = (
                Int(clamping: record.client.bytes), Int(clamping: record.server.bytes)
            )
            let name = record.protocolName.map(titles.label(ofProtocol:)) ?? "unrecognised"
            let text =
                isServer
                ? "\(name) from \(record.client.endpoint) to port \(record.server.endpoint.port)/\(record.transport)"
                : "\(name) to \(record.server.endpoint)/\(record.transport)"
            return TimelineEvent(
                kind: isServer ? .served : .used, time: record.start,
                text: text + (record.state == .established ? "" : ", \(record.state.rawValue)"),
                peer: isServer ? record.client.endpoint.address : record.server.endpoint.address,
                port: record.server.endpoint.port, transport: record.transport,
                protocolName: record.protocolName, usage: usage)
        }
    }

    private func events(of groups: [Group: Usage]) throws -> [TimelineEvent] {
        let names = try protocolNames()
        let addresses = try addresses(Set(groups.keys.map(\.peer)))
        return groups.map { group, usage in
            let name = names[group.protocolNumber]
            let transport = TransportProtocol(number: group.transport)
            let peer = addresses[group.peer]
            let count =
                usage.attempts == 0
                ? counted(usage.established, "session")
                : usage.established == 0
                    ? counted(usage.attempts, "attempt")
                    : "\(counted(usage.established, "session")), \(counted(usage.attempts, "attempt"))"
            let to = peer.map { "to \(Endpoint($0, group.port))/\(transport)" }
            let text =
                "\(name.map(titles.label(ofProtocol:)) ?? "unrecognised") "
                + (to ?? "on port \(group.port)/\(transport)") + ": \(count)"
            return TimelineEvent(
                kind: group.isServer ? .served : .used, time: usage.first, text: text, peer: peer,
                port: group.port, transport: transport, protocolName: name, usage: usage)
        }
    }
}
