internal import Foundation
internal import GRDB
public import Net
public import Records

// Where those went who used a place.

/// A place that somebody reached after using another one.
public struct Reached: Sendable {
    /// Who went there.
    public var from: IPAddress
    /// Whether that is the server itself, and not one of its clients.
    public var isServer: Bool
    /// Where to.
    public var place: Place
    /// What was spoken; empty when nothing was recognised.
    public var protocolName: String?
    /// What the sessions add up to.
    public var usage: Usage
}

extension Store {
    /// What the clients of a place, and the server itself, went on to reach: sessions that began after a client's first
    /// session with the place, and after the place's first session with anybody.
    ///
    /// The filters say which clients, protocols and ports are meant; those who went first come first.
    public func reached(from place: Place, _ selection: Selection) throws(StoreError) -> [Reached] {
        var ofClients = Selection()
        ofClients.clients = selection.clients
        let clients = try clients(of: place, ofClients)
        return try read { database in
            var rest = selection
            rest.clients = []
            let reader = try SessionReader(database, rest)
            guard let server = try reader.number(place.endpoint.address) else { return [] }
            var seekers: [Int64: (since: Timestamp, isServer: Bool)] = [:]
            for client in clients where client.usage.established > 0 {
                guard let number = try reader.number(client.client) else { continue }
                seekers[number] = (client.usage.first, false)
            }
            if let first = clients.map(\.usage.first).min() { seekers[server] = (first, true) }
            return try reader.reached(by: seekers, server: server, place)
        }
    }
}

extension SessionReader {
    private struct Target: Hashable {
        var client, server: Int64
        var port: UInt16
        var transport: UInt8
        var protocolNumber: Int64
    }

    fileprivate func reached(
        by seekers: [Int64: (since: Timestamp, isServer: Bool)], server: Int64, _ place: Place
    ) throws -> [Reached] {
        var targets: [Target: Usage] = [:]
        func take(_ row: Row) {
            let target = Target(
                client: row["client"], server: row["server"], port: row["port"], transport: row["transport"],
                protocolNumber: row["protocol"] as Int64? ?? 0)
            targets[target, default: Usage()].add(row)
        }
        let isElsewhere = "NOT (s.server = \(server) AND s.port = \(place.endpoint.port))"
        var (fitting, old) = (conditions(ofClients: false), hourConditions(ofClients: false))
        fitting.add(ports: selection, column: "s.port", transport: "s.transport")
        old.add(ports: selection, column: "s.port", transport: "s.transport")
        let blocks = blockConditions
        // Block by block: in one, what is asked for lies together.
        let select = try database.cachedStatement(
            sql: """
                SELECT s.client, s.server, s.port, s.transport, s.protocol, 1 AS sessions,
                    s.state NOT IN (1, 2) AS established, s.start AS first, s.start + s.duration AS last,
                    s.client_bytes, s.server_bytes
                FROM sessions s INDEXED BY sessions_by_client
                WHERE s.block = ? AND s.client = ? AND s.start > ? AND \(isElsewhere) AND \(fitting.sql)
                """)
        let order = seekers.sorted { $0.key < $1.key }
        for block in try Row.fetchAll(
            database, sql: "SELECT b.id, b.last FROM blocks b WHERE \(blocks.sql)",
            arguments: blocks.arguments)
        {
            let (id, last): (Int64, Int64) = (block[0], block[1])
            for (client, seeker) in order where seeker.since.nanoseconds < last {
                let rows = try Row.fetchCursor(
                    select, arguments: [id, client, seeker.since.nanoseconds] + fitting.arguments)
                while let row = try rows.next() { take(row) }
            }
        }
        let hours = try database.cachedStatement(
            sql: """
                SELECT s.* FROM hours s INDEXED BY hours_by_client WHERE s.client = ? AND s.first > ?
                    AND \(isElsewhere) AND \(old.sql)
                """)
        for (client, seeker) in order {
            let rows = try Row.fetchCursor(
                hours, arguments: [client, seeker.since.nanoseconds] + old.arguments)
            while let row = try rows.next() { take(row) }
        }
        return try records(of: targets, seekers)
    }

    private func records(
        of targets: [Target: Usage], _ seekers: [Int64: (since: Timestamp, isServer: Bool)]
    ) throws -> [Reached] {
        let names = try protocolNames()
        let addresses = try addresses(Set(targets.keys.flatMap { [$0.client, $0.server] }))
        return targets.compactMap { target, usage -> Reached? in
            guard let from = addresses[target.client], let to = addresses[target.server],
                selection.hosts.isEmpty || selection.hosts.contains(where: { $0.contains(to) })
            else { return nil }
            return Reached(
                from: from, isServer: seekers[target.client]?.isServer ?? false,
                place: Place(Endpoint(to, target.port), TransportProtocol(number: target.transport)),
                protocolName: names[target.protocolNumber], usage: usage)
        }.sorted { left, right in
            if left.usage.first != right.usage.first { return left.usage.first < right.usage.first }
            if left.from != right.from { return left.from < right.from }
            return left.place.endpoint < right.place.endpoint
        }
    }
}
