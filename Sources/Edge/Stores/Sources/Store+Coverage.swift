internal import Foundation
internal import GRDB
internal import Inventory
public import Net
public import Records

// What scans and traffic know, and the other does not.

/// A place that scans and traffic do not agree on.
public struct CoverageGap: Sendable, Equatable {
    /// What is missing.
    public var kind: Kind
    /// The address and port.
    public var endpoint: Endpoint
    /// What carries it.
    public var transport: TransportProtocol
    /// The protocol; nil where nobody knows it.
    public var protocolName: String?
    /// The standing of the service; nil where there is none.
    public var standing: String?
    /// When it was seen first and last by whoever knows it.
    public var first, last: Timestamp
    /// The scan that is meant, in a few words; nil where no scan looked at the host.
    public var scan: String?

    /// What can be missing.
    public enum Kind: String, Sendable, CaseIterable {
        /// Traffic shows a service on a port that no scan of its host tried.
        case portNotScanned = "port not scanned"
        /// Traffic shows a service of a host that no scan looked at.
        case hostNotScanned = "host not scanned"
        /// Traffic shows a service on a port that was scanned and not found open.
        case notFoundOpen = "not found open"
        /// A scan found a port open that traffic never showed in use.
        case neverInUse = "never in use"
    }
}

/// What scans and traffic know of each other.
public struct Coverage: Sendable {
    /// The scans, by their beginning.
    public var scans: [StoredScan] = []
    /// Where they differ, by kind, host and port.
    public var gaps: [CoverageGap] = []
    /// How many of the services that were asked for both know.
    public var agreed = 0
}

extension Store {
    /// Holds what scans covered against what traffic showed.
    public func coverage(_ selection: Selection) throws(StoreError) -> Coverage {
        try read { database in try CoverageReader(database: database, selection: selection).coverage() }
    }
}

private struct CoverageReader {
    let database: Database
    let selection: Selection

    private struct Scan {
        var name: String
        var ports: [PortRange]
        var fact: StoredScan
    }

    private struct PortKey: Hashable {
        var endpoint: Endpoint
        var transport: TransportProtocol
    }

    func coverage() throws -> Coverage {
        let scans = try scans()
        var coverage = Coverage(
            scans: scans.values.map(\.fact).sorted {
                ($0.start?.nanoseconds ?? 0, $0.number) < ($1.start?.nanoseconds ?? 0, $1.number)
            })
        let scansOfHosts = try scansOfHosts()
        let open = try openPorts(ofScanners: true)
        var seen = try seenServices()
        var used = Set(seen.map { PortKey(endpoint: $0.endpoint, transport: $0.transport) })
        // What another sensor's log calls a service is use, also where nobody knows the protocol.
        seen += try openPorts(ofScanners: false).filter { used.insert($0.key).inserted }.map(\.value)
        let chosen = try chosen()
        for service in seen where selects(service, chosen) {
            let key = PortKey(endpoint: service.endpoint, transport: service.transport)
            if open[key] != nil {
                coverage.agreed += 1
                continue
            }
            var gap = service
            gap.scan = nil
            let port = ServicePort(service.endpoint.port, service.transport)
            let numbers = scansOfHosts[service.endpoint.address, default: []]
            let of = numbers.compactMap { scans[$0] }
            // One that does not say what it tried may have tried anything.
            let tried = of.filter { $0.ports.contains { $0.contains(port) } }
            if let scan = tried.last {
                gap.kind = .notFoundOpen
                gap.scan = scan.name
            } else if let scan = of.last {
                guard of.contains(where: { !$0.ports.isEmpty }) else { continue }
                gap.kind = .portNotScanned
                gap.scan = scan.name
            } else {
                gap.kind = .hostNotScanned
            }
            coverage.gaps.append(gap)
        }
        let reader = try SessionReader(database, Selection())
        for (key, gap) in open where selects(gap, chosen) && !used.contains(key) {
            // Sessions whose protocol nobody recognised are use all the same.
            if try isUsed(key, reader) { continue }
            coverage.gaps.append(gap)
        }
        let order = Dictionary(
            CoverageGap.Kind.allCases.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        coverage.gaps.sort {
            let (left, right) = (order[$0.kind] ?? 0, order[$1.kind] ?? 0)
            if left != right { return left < right }
            if $0.endpoint != $1.endpoint { return $0.endpoint < $1.endpoint }
            return ($0.transport, $0.protocolName ?? "") < ($1.transport, $1.protocolName ?? "")
        }
        return coverage
    }

    private func selects(_ gap: CoverageGap, _ chosen: [PortKey: Set<String>]?) -> Bool {
        if let chosen {
            let names = chosen[PortKey(endpoint: gap.endpoint, transport: gap.transport), default: []]
            guard let name = gap.protocolName, names.contains(name) else { return false }
        }
        return selection.includes(ServicePort(gap.endpoint.port, gap.transport))
            && (gap.protocolName.map { selection.includes(protocolName: $0) } ?? selection.protocols.isEmpty)
            && (selection.hosts.isEmpty || selection.hosts.contains { $0.contains(gap.endpoint.address) })
            && (selection.standings.isEmpty || gap.standing.map(selection.standings.contains) ?? false)
            && (selection.since.map { gap.last >= $0 } ?? true)
            && (selection.until.map { gap.first < $0 } ?? true)
            && (selection.newSince.map { gap.first >= $0 } ?? true)
    }

    /// By place, the protocols of the services on the lists that are asked for, and of those that the clients used; nil
    /// when neither are.
    private func chosen() throws -> [PortKey: Set<String>]? {
        guard !selection.assets.isEmpty || !selection.clients.isEmpty else { return nil }
        try database.checkLists(selection.assets)
        var conditions = Conditions()
        conditions.add(assets: selection, service: "s.id")
        conditions.add(clients: selection, service: "s.id")
        var found: [PortKey: Set<String>] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT h.address, s.port, s.transport, p.name FROM services s JOIN hosts h ON h.id = s.host
                JOIN protocols p ON p.id = s.protocol WHERE \(conditions.sql)
                """, arguments: conditions.arguments)
        while let row = try rows.next() {
            guard let host = try IPAddress(blob: row[0]) else { continue }
            let key = try PortKey(
                endpoint: Endpoint(host, row[1]), transport: TransportProtocol(number: row[2]))
            found[key, default: []].insert(try row[3])
        }
        return found
    }

    private func scans() throws -> [Int64: Scan] {
        var found: [Int64: Scan] = [:]
        for row in try Row.fetchAll(
            database,
            sql: "SELECT s.*, k.name AS capture_name FROM scans s LEFT JOIN captures k ON k.id = s.capture")
        {
            var fact = try StoredScan(
                number: UInt64(bitPattern: row["number"]), tool: row["tool"], request: row["request"])
            fact.start = try (row["started"] as Int64?).map(Timestamp.init(nanoseconds:))
            fact.end = try (row["ended"] as Int64?).map(Timestamp.init(nanoseconds:))
            fact.ports = try JSONText.values(of: row["ports"]).compactMap { $0.flatMap(PortRange.init) }
            fact.portsClaim = try row["ports_claim"]
            fact.hosts = try row["hosts"]
            let time = (fact.end ?? fact.start).map { " " + $0.toTheSecond } ?? ""
            found[try row["id"]] = Scan(name: fact.tool + time, ports: fact.ports, fact: fact)
        }
        return found
    }

    /// The scans of each host, by time.
    private func scansOfHosts() throws -> [IPAddress: [Int64]] {
        var found: [IPAddress: [Int64]] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT x.scan, h.address FROM scan_hosts x JOIN hosts h ON h.id = x.host ORDER BY x.last_seen
                """)
        while let row = try rows.next() {
            if let host = try IPAddress(blob: row[1]) { found[host, default: []].append(try row[0]) }
        }
        return found
    }

    /// Ports that scanners found open, or that the logs of other sensors tell of.
    private func openPorts(ofScanners: Bool) throws -> [PortKey: CoverageGap] {
        var found: [PortKey: CoverageGap] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT o.*, h.address, p.name AS protocol_name, n.name AS sensor_name, n.kind, s.standing
                FROM open_ports o JOIN hosts h ON h.id = o.host JOIN sensors n ON n.id = o.sensor
                LEFT JOIN protocols p ON p.id = o.protocol LEFT JOIN services s ON s.host = o.host
                    AND s.port = o.port AND s.transport = o.transport AND s.protocol = o.protocol
                WHERE \(Schema.isScanner) = ? ORDER BY o.last_seen
                """, arguments: [ofScanners])
        while let row = try rows.next() {
            guard let host = try IPAddress(blob: row["address"]) else { continue }
            let key = try PortKey(
                endpoint: Endpoint(host, row["port"]), transport: TransportProtocol(number: row["transport"]))
            // What a port is known for says nothing of what serves there.
            let name: String? = try row["protocol_name"] ?? (row["guessed"] ? nil : row["claim"])
            let last = try Timestamp(nanoseconds: row["last_seen"])
            found[key] = try CoverageGap(
                kind: .neverInUse, endpoint: key.endpoint, transport: key.transport, protocolName: name,
                standing: row["standing"], first: Timestamp(nanoseconds: row["first_seen"]), last: last,
                scan: "\(row.sensor) \(last.toTheSecond)")
        }
        return found
    }

    /// What traffic showed, by Offport's own eyes or another sensor's.
    private func seenServices() throws -> [CoverageGap] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT h.address, s.port, s.transport, p.name AS protocol_name, s.standing,
                    min(f.first_seen) AS first_seen, max(f.last_seen) AS last_seen
                FROM services s JOIN service_facts f ON f.service = s.id JOIN sensors n ON n.id = f.sensor
                JOIN hosts h ON h.id = s.host JOIN protocols p ON p.id = s.protocol
                WHERE NOT \(Schema.isScanner) GROUP BY s.id
                """
        ).compactMap { row in
            guard let host = try IPAddress(blob: row["address"]) else { return nil }
            return try CoverageGap(
                kind: .portNotScanned, endpoint: Endpoint(host, row["port"]),
                transport: TransportProtocol(number: row["transport"]), protocolName: row["protocol_name"],
                standing: row["standing"], first: Timestamp(nanoseconds: row["first_seen"]),
                last: Timestamp(nanoseconds: row["last_seen"]))
        }
    }

    private func isUsed(_ key: PortKey, _ reader: SessionReader) throws -> Bool {
        guard let server = try reader.number(key.endpoint.address) else { return false }
        let arguments: StatementArguments = [server, Int(key.endpoint.port), Int(key.transport.number)]
        let sessions = try database.cachedStatement(
            sql: """
                SELECT 1 FROM blocks b CROSS JOIN sessions s INDEXED BY sessions_by_server
                    ON s.block = b.id AND s.server = ? AND s.port = ?
                WHERE s.transport = ? AND \(Schema.isAnswered) LIMIT 1
                """)
        if try Int.fetchOne(sessions, arguments: arguments) != nil { return true }
        let hours = try database.cachedStatement(
            sql:
                "SELECT 1 FROM hours WHERE server = ? AND port = ? AND transport = ? AND established > 0 LIMIT 1"
        )
        return try Int.fetchOne(hours, arguments: arguments) != nil
    }
}
