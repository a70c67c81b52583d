internal import Foundation
internal import GRDB
internal import Inventory
internal import Net
internal import Records

// What intrusion detection systems reported about an address.

/// An alert with who told it.
struct KnownAlert: Sendable, Equatable {
    /// The alert.
    var alert: StoredAlert
    /// The tool that told it.
    var source: String

    /// In a few words.
    var text: String {
        var text = "\(source): \(alert.text)"
        if let severity = alert.severity { text = "\(severity), \(text)" }
        if let client = alert.client, let server = alert.server {
            text += ", \(Self.text(client)) to \(Self.text(server))"
        }
        return text
    }

    /// Some alerts, such as that of a scan, are of no port.
    private static func text(_ end: Endpoint) -> String { end.port == 0 ? "\(end.address)" : "\(end)" }
}

extension SessionReader {
    /// The alerts that name an address, by time; `before` leaves only earlier ones, and of them the latest.
    func alerts(
        of host: Int64, before time: Timestamp? = nil, limit: Int? = nil
    ) throws -> [KnownAlert] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT a.*, n.name AS sensor_name, n.kind, c.address AS client_address, v.address AS server_address
                FROM ids_alerts a JOIN sensors n ON n.id = a.sensor
                LEFT JOIN hosts c ON c.id = a.client LEFT JOIN hosts v ON v.id = a.server
                WHERE (a.server = :host OR a.client = :host) AND a.time < :time ORDER BY a.time DESC, a.id DESC
                LIMIT :limit
                """,
            arguments: [
                "host": host, "time": time?.nanoseconds ?? Int64.max, "limit": limit ?? 10_000,
            ])
        return try rows.reversed().map { row in
            func end(_ address: String, _ port: String) throws -> Endpoint? {
                try (row[address] as Data?).flatMap { IPAddress(blob: $0) }.map {
                    Endpoint($0, try row[port])
                }
            }
            var alert = try StoredAlert(
                time: Timestamp(nanoseconds: row["time"]), signature: row["signature"], text: row["text"])
            alert.client = try end("client_address", "client_port")
            alert.server = try end("server_address", "server_port")
            let transport: UInt8 = try row["transport"]
            alert.transport = transport == 0 ? nil : TransportProtocol(number: transport)
            (alert.category, alert.severity, alert.action) = try (
                row["category"], row["severity"], row["action"]
            )
            return KnownAlert(alert: alert, source: try row.sensor)
        }
    }

    /// When each of a host's ports first answered, by sessions or by what was recognised there.
    func firstUses(of host: Int64) throws -> [(port: ServicePort, time: Timestamp)] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT port, transport, min(first) AS first FROM (
                    SELECT s.port, s.transport, min(s.start) AS first
                    FROM blocks b CROSS JOIN sessions s INDEXED BY sessions_by_server
                        ON s.block = b.id AND s.server = :host
                    WHERE \(Schema.isAnswered) GROUP BY s.port, s.transport
                    UNION ALL SELECT port, transport, min(first) FROM hours
                    WHERE server = :host AND established > 0 GROUP BY port, transport
                    UNION ALL SELECT s.port, s.transport, f.first_seen FROM services s
                    JOIN service_facts f ON f.service = s.id JOIN sensors n ON n.id = f.sensor
                    WHERE s.host = :host AND n.kind NOT IN ('active', 'import'))
                GROUP BY port, transport ORDER BY first
                """, arguments: ["host": host])
        return try rows.map {
            try (
                ServicePort($0["port"], TransportProtocol(number: $0["transport"])),
                Timestamp(nanoseconds: $0["first"])
            )
        }
    }
}

/// How long, for people: `40 s`, `12 min`, `3 h`, `2 days`.
func length(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7200: return "\(seconds / 60) min"
    case ..<172_800: return "\(seconds / 3600) h"
    default: return "\(seconds / 86_400) days"
    }
}
