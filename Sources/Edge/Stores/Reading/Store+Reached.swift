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
    /// Whether among them are all sessions of hours in which those that are meant began.
    public var countsWholeHours = false
}

extension Store {
    /// What the clients of a place, and the server itself, went on to reach: sessions that began after a client's first
    /// session with the place, and after the place's first session with anybody.
    ///
    /// The filters say which clients, protocols and ports are meant; those who went first come first.
    public func reached(from place: Place, _ selection: Selection) throws(StoreError) -> [Reached] {
        var ofClients = Selection()
        ofClients.clients = selection.clients
        var rest = selection
        rest.clients = []
        return try read { database in
            let reader = try SessionReader(database, rest)
            guard let server = try reader.number(place.endpoint.address) else { return [] }
            // Whoever only tried was not there yet.
            var firsts: [Int64: Timestamp] = [:]
            try SessionReader(database, ofClients).forEachUse(of: server, place) { client, _, _, usage in
                guard usage.established > 0 else { return }
                firsts[client] = min(firsts[client] ?? usage.first, usage.first)
            }
            var seekers = firsts.mapValues { (since: $0, isServer: false) }
            if let first = firsts.values.min() { seekers[server] = (first, true) }
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
        var ofWholeHours: Set<Target> = []
        let isElsewhere = "NOT (s.server = \(server) AND s.port = \(place.endpoint.port))"
        var (fitting, old) = (conditions(ofClients: false), hourConditions(ofClients: false))
        fitting.add(ports: selection, column: "s.port", transport: "s.transport")
        old.add(ports: selection, column: "s.port", transport: "s.transport")
        let blocks = blockConditions
        // One statement for all: thousands of clients times hundreds of blocks are as many looks into an index. What
        // it finds is added up here: sorting hundreds of thousands of rows for groups would take as long again.
        let list =
            "["
            + seekers.sorted { $0.key < $1.key }.map { "[\($0.key),\($0.value.since.nanoseconds)]" }
            .joined(separator: ",") + "]"
        let head = """
            WITH k (client, since) AS MATERIALIZED (SELECT json_extract(value, '$[0]'),
                json_extract(value, '$[1]') FROM json_each(?))
            """
        let rows = try database.rows(
            sql: """
                \(head)
                SELECT s.client, s.server, s.port, s.transport, s.protocol, \(Schema.isAnswered), s.start,
                    s.duration, s.client_bytes, s.server_bytes
                FROM blocks b CROSS JOIN k CROSS JOIN sessions s INDEXED BY sessions_by_client
                    ON s.block = b.id AND s.client = k.client
                WHERE b.last > k.since AND s.start > k.since AND \(isElsewhere) AND \(blocks.sql)
                    AND \(fitting.sql)
                """, arguments: [list] + blocks.arguments + fitting.arguments)
        while try rows.step() {
            let target = Target(
                client: rows.number(0), server: rows.number(1),
                port: UInt16(truncatingIfNeeded: rows.number(2)),
                transport: UInt8(truncatingIfNeeded: rows.number(3)), protocolNumber: rows.number(4))
            targets[target, default: Usage()].add(Usage(session: rows, from: 5))
        }
        // Of several sessions in the hour of the first use, those before it cannot be told from those after it.
        let hours = try Row.fetchCursor(
            database,
            sql: """
                \(head) SELECT s.client, s.server, s.port, s.transport, s.protocol, s.sessions, s.established,
                    s.first, s.last, s.client_bytes, s.server_bytes,
                    s.first <= k.since OR \(cutHours.sql) AS is_whole
                FROM k CROSS JOIN hours s INDEXED BY hours_by_client ON s.client = k.client
                WHERE (s.first > k.since OR s.sessions > 1 AND s.last > k.since
                        AND \(Self.endOfHour) > k.since)
                    AND \(isElsewhere) AND \(old.sql)
                """, arguments: [list] + cutHours.arguments + old.arguments)
        while let row = try hours.next() {
            let target = try Target(
                client: row[0], server: row[1], port: row[2], transport: row[3],
                protocolNumber: row[4] as Int64? ?? 0)
            try targets[target, default: Usage()].add(row)
            if try row["is_whole"] { ofWholeHours.insert(target) }
        }
        return try records(of: targets, ofWholeHours, seekers)
    }

    private func records(
        of targets: [Target: Usage], _ ofWholeHours: Set<Target>,
        _ seekers: [Int64: (since: Timestamp, isServer: Bool)]
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
                protocolName: names[target.protocolNumber], usage: usage,
                countsWholeHours: ofWholeHours.contains(target))
        }.sorted { left, right in
            if left.usage.first != right.usage.first { return left.usage.first < right.usage.first }
            if left.from != right.from { return left.from < right.from }
            if left.place.endpoint != right.place.endpoint {
                return left.place.endpoint < right.place.endpoint
            }
            let transports = (left.place.transport?.number ?? 0, right.place.transport?.number ?? 0)
            if transports.0 != transports.1 { return transports.0 < transports.1 }
            return (left.protocolName ?? "") < (right.protocolName ?? "")
        }
    }
}
