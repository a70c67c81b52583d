internal import Foundation
internal import GRDB
internal import Inventory
internal import Net
internal import Records

/// Reads who knows what of services and hosts.
struct WitnessReader {
    let database: Database

    private struct Known {
        var host: Int64
        var port: Int64
        var transport: Int64
        var protocolName: String
        var sources: [(sensor: Int64, source: ServiceSource)] = []
    }

    private struct PortKey: Hashable {
        var host, port, transport: Int64
    }

    /// Of services with their row's number as `id`.
    func witnesses(of services: [Service]) throws -> [Int: ServiceWitness] {
        guard !services.isEmpty else { return [:] }
        // With one kind of eye there is nothing to compare, and what there is stands in the services themselves.
        let wanted = Set(services.map { Int64($0.id) })
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT f.*, s.host, s.port, s.transport, p.name AS protocol_name, n.name AS sensor_name, n.kind,
                    k.name AS capture_name
                FROM service_facts f JOIN services s ON s.id = f.service JOIN protocols p ON p.id = s.protocol
                JOIN sensors n ON n.id = f.sensor LEFT JOIN captures k ON k.id = f.capture
                ORDER BY f.first_seen, n.name
                """)
        var known: [Int64: Known] = [:]
        var places: [PortKey: [Int64]] = [:]
        while let row = try rows.next() {
            let service: Int64 = try row["service"]
            if known[service] == nil {
                let key = try PortKey(host: row["host"], port: row["port"], transport: row["transport"])
                known[service] = try Known(
                    host: key.host, port: key.port, transport: key.transport,
                    protocolName: row["protocol_name"])
                places[key, default: []].append(service)
            }
            try known[service]?.sources.append((row["sensor"], ServiceSource(row)))
        }
        var witnesses: [Int: ServiceWitness] = [:]
        for service in wanted {
            guard let own = known[service] else { continue }
            var witness = ServiceWitness(sources: own.sources.map(\.source))
            let sensors = Set(own.sources.map(\.sensor))
            let key = PortKey(host: own.host, port: own.port, transport: own.transport)
            for other in places[key, default: []] where other != service {
                guard let there = known[other] else { continue }
                // Who knows both protocols says that both are there.
                guard sensors.isDisjoint(with: there.sources.map(\.sensor)) else { continue }
                for (_, source) in there.sources { witness.others.append((source, there.protocolName)) }
            }
            witnesses[Int(service)] = witness
        }
        return witnesses
    }

    /// What other tools know of hosts.
    func hosts(_ selection: Selection) throws -> [IPAddress: HostWitness] {
        var conditions = Conditions()
        conditions.add("h.address", isIn: selection.hosts)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT f.*, h.address, n.name AS sensor_name, n.kind FROM host_facts f
                JOIN hosts h ON h.id = f.host JOIN sensors n ON n.id = f.sensor
                WHERE \(conditions.sql) ORDER BY f.last_seen DESC
                """, arguments: conditions.arguments)
        var found: [IPAddress: HostWitness] = [:]
        while let row = try rows.next() {
            guard let host = try IPAddress(blob: row["address"]) else { continue }
            var witness = found[host] ?? HostWitness()
            for name in try JSONText.values(of: row["names"]).compactMap(\.self)
            where !witness.names.contains(name) {
                witness.names.append(name)
            }
            // The latest word counts.
            witness.hardware = try witness.hardware ?? row["hardware"]
            witness.system = try witness.system ?? row["system"]
            let label = try ServiceSource(teller: row).label
            if !witness.sources.contains(label) { witness.sources.append(label) }
            found[host] = witness
        }
        return found
    }
}

extension ServiceSource {
    init(_ row: Row) throws {
        try self.init(teller: row)
        capture = try row["capture_name"]
        (product, version, banner) = try (row["product"], row["version"], row["banner"])
    }

    /// Who tells what a row holds, and when.
    init(teller row: Row) throws {
        let kind: String = try row["kind"]
        try self.init(
            kind: kind == "active" ? .active : kind == "import" ? .imported : .passive, name: row.sensor,
            first: Timestamp(nanoseconds: row["first_seen"]), last: Timestamp(nanoseconds: row["last_seen"]))
    }
}

extension Row {
    /// What people call the sensor of a row with `kind` and `sensor_name`: a probe, the tool of an import, or its name.
    var sensor: String {
        get throws {
            let name: String = try self["sensor_name"]
            switch try self["kind"] as String {
            case StoredCapture.Kind.active.rawValue: return "probe"
            case StoredCapture.Kind.imported.rawValue where name.hasPrefix(StoredCapture.importPrefix):
                return String(name.dropFirst(StoredCapture.importPrefix.count))
            default: return name
            }
        }
    }
}
