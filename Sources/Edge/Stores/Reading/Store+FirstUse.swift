internal import GRDB
public import Net
internal import Records

// When a place came into use.

/// A moment of the beginning of something.
public struct FirstUse: Sendable, Equatable {
    /// What happened: `first packet`, `first session`, `recognised`.
    public var event: Event
    /// When.
    public var time: Timestamp
    /// Who was the client; nil where that is not known.
    public var client: IPAddress?
    /// What carried it; nil for an alert.
    public var transport: TransportProtocol?
    /// What was spoken, where somebody recognised it.
    public var protocolName: String?
    /// Who told it, and what; nil for what Offport saw.
    public var text: String?

    /// What can come first.
    public enum Event: String, Sendable {
        /// The first packet of any kind, an attempt included.
        case packet = "first packet"
        /// The first packet of the first session that the server answered.
        case session = "first session"
        /// The packet by which a protocol was recognised first; of another sensor, when it did so.
        case recognition = "recognised"
        /// A probe or a scan found the port open first.
        case found = "found open"
        /// Another sensor's log told of its use first.
        case reported = "use reported"
        /// An intrusion detection system's alert about the host, before the port's first use.
        case alert = "alert before"

        /// What is told first of what happened at one time.
        fileprivate var rank: Int {
            switch self {
            case .alert: 0
            case .found: 1
            case .packet: 2
            case .session: 3
            case .reported: 4
            case .recognition: 5
            }
        }
    }

    /// An event that nobody else told.
    init(
        event: Event, time: Timestamp, client: IPAddress? = nil, transport: TransportProtocol? = nil,
        protocolName: String? = nil, text: String? = nil
    ) {
        (self.event, self.time, self.client, self.transport) = (event, time, client, transport)
        (self.protocolName, self.text) = (protocolName, text)
    }
}

extension Store {
    /// When a place was first tried, first used, and first recognised for what it is.
    public func firstUse(of place: Place) throws(StoreError) -> [FirstUse] {
        try read { database in
            let reader = try SessionReader(database, Selection())
            guard let server = try reader.number(place.endpoint.address) else { return [] }
            var found: [FirstUse] = []
            if let first = try reader.first(of: server, place, established: false) {
                found.append(
                    FirstUse(
                        event: .packet, time: first.time, client: first.client, transport: first.transport))
            }
            if let first = try reader.first(of: server, place, established: true) {
                found.append(
                    FirstUse(
                        event: .session, time: first.time, client: first.client, transport: first.transport))
            }
            var conditions = Conditions()
            if let transport = place.transport { conditions.add("s.transport = \(transport.number)") }
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT s.recognised, s.transport, p.name FROM services s JOIN protocols p ON p.id = s.protocol
                    WHERE s.host = ? AND s.port = ? AND s.recognised < \(Int64.max) AND \(conditions.sql)
                    """, arguments: [server, Int(place.endpoint.port)])
            found += try rows.map {
                try FirstUse(
                    event: .recognition, time: Timestamp(nanoseconds: $0[0]),
                    transport: TransportProtocol(number: $0[1]), protocolName: $0[2])
            }
            found += try reader.foundOpen(server, place) + reader.toldOf(server, place)
            found.sort(by: Self.comesBefore)
            // What happened to the host before anybody used the port may be why it is used.
            guard let use = found.first(where: { $0.event != .packet && $0.event != .found })?.time else {
                return found
            }
            let alerts = try reader.alerts(of: server, before: use, limit: Self.mostAlerts).map { known in
                FirstUse(
                    event: .alert, time: known.alert.time, client: known.alert.client?.address,
                    text: "\(known.text), \(length(use.nanoseconds(since: known.alert.time))) before")
            }
            return (alerts + found).sorted(by: Self.comesBefore)
        }
    }

    private static func comesBefore(_ left: FirstUse, _ right: FirstUse) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.event != right.event { return left.event.rank < right.event.rank }
        func words(_ first: FirstUse) -> (String, String, String) {
            (first.transport?.description ?? "", first.protocolName ?? "", first.text ?? "")
        }
        return words(left) < words(right)
    }

    /// More alerts before the first use are not told: the latest are.
    private static var mostAlerts: Int { 20 }
}

extension SessionReader {
    /// When probes and scans found a place open first, and when logs of other sensors told of its use.
    fileprivate func foundOpen(_ server: Int64, _ place: Place) throws -> [FirstUse] {
        var conditions = Conditions()
        if let transport = place.transport { conditions.add("o.transport = \(transport.number)") }
        return try Row.fetchAll(
            database,
            sql: """
                SELECT o.first_seen, o.transport, o.claim, o.guessed, p.name AS protocol_name,
                    n.name AS sensor_name, n.kind,
                    \(Schema.isScanner) AS is_scan
                FROM open_ports o JOIN sensors n ON n.id = o.sensor LEFT JOIN protocols p ON p.id = o.protocol
                WHERE o.host = ? AND o.port = ? AND \(conditions.sql) ORDER BY o.first_seen
                """, arguments: [server, Int(place.endpoint.port)]
        ).map { row in
            // What a port is known for is nothing that anybody has seen there.
            let name: String? = try row["protocol_name"] ?? row["claim"]
            let isGuess: Bool = try row["guessed"]
            let guess = isGuess ? name.map { ", guesses \($0) by the port" } ?? "" : ""
            return try FirstUse(
                event: row["is_scan"] ? .found : .reported, time: Timestamp(nanoseconds: row["first_seen"]),
                transport: TransportProtocol(number: row["transport"]), protocolName: isGuess ? nil : name,
                text: row.sensor + guess)
        }
    }

    /// When other sensors, probes and scans recognised a protocol there, where no open port of theirs tells it already.
    fileprivate func toldOf(_ server: Int64, _ place: Place) throws -> [FirstUse] {
        var conditions = Conditions()
        if let transport = place.transport { conditions.add("s.transport = \(transport.number)") }
        return try Row.fetchAll(
            database,
            sql: """
                SELECT f.first_seen, s.transport, p.name AS protocol_name, n.name AS sensor_name, n.kind,
                    \(Schema.isScanner) AS is_scan
                FROM services s JOIN service_facts f ON f.service = s.id JOIN sensors n ON n.id = f.sensor
                JOIN protocols p ON p.id = s.protocol
                WHERE s.host = ? AND s.port = ? AND n.kind IN ('active', 'import') AND \(conditions.sql)
                    AND NOT EXISTS (SELECT 1 FROM open_ports o WHERE o.host = s.host AND o.port = s.port
                        AND o.transport = s.transport AND o.sensor = f.sensor AND o.protocol = s.protocol
                        AND o.guessed = 0 AND o.first_seen <= f.first_seen)
                """, arguments: [server, Int(place.endpoint.port)]
        ).map { row in
            try FirstUse(
                event: row["is_scan"] ? .found : .recognition,
                time: Timestamp(nanoseconds: row["first_seen"]),
                transport: TransportProtocol(number: row["transport"]), protocolName: row["protocol_name"],
                text: row.sensor)
        }
    }

    /// The first session of a place: blocks are looked at in the order of their times, no longer than they can matter.
    fileprivate func first(
        of server: Int64, _ place: Place, established: Bool
    ) throws -> (time: Timestamp, client: IPAddress?, transport: TransportProtocol)? {
        var (earliest, client, transport): (Int64, Int64, UInt8) = (.max, 0, 0)
        func take(_ row: Row?) throws {
            guard let row, let time = try row[0] as Int64?, time < earliest else { return }
            (earliest, client, transport) = try (time, row[1], row[2])
        }
        var old = hourConditions(transport: place.transport)
        if established { old.add("s.established > 0") }
        try take(
            Row.fetchOne(
                database,
                sql: """
                    SELECT s.first, s.client, s.transport FROM hours s WHERE s.server = ? AND s.port = ? AND \(old.sql)
                    ORDER BY s.first LIMIT 1
                    """,
                arguments: [server, Int(place.endpoint.port)] + old.arguments))
        var fitting = conditions(transport: place.transport)
        if established { fitting.add(Schema.isAnswered) }
        let select = try database.cachedStatement(
            sql: """
                SELECT min(s.start), s.client, s.transport FROM sessions s INDEXED BY sessions_by_server
                WHERE s.block = ? AND s.server = ? AND s.port = ? AND \(fitting.sql)
                """)
        let blocks = try Row.fetchCursor(database, sql: "SELECT id, first FROM blocks ORDER BY first")
        while let block = try blocks.next() {
            if try block[1] >= earliest { break }
            try take(
                Row.fetchOne(
                    select,
                    arguments: [block[0] as Int64, server, Int(place.endpoint.port)] + fitting.arguments))
        }
        guard earliest != .max else { return nil }
        return (
            Timestamp(nanoseconds: earliest), try addresses([client])[client],
            TransportProtocol(number: transport)
        )
    }
}
