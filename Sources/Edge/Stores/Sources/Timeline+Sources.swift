internal import Foundation
internal import GRDB
internal import Inventory
internal import Net
internal import Records

extension SessionReader {
    /// What probes, scans and intrusion detection systems have to say of a host.
    func otherEyes(of host: Int64) throws -> [TimelineEvent] {
        try scans(of: host) + openPorts(of: host) + alertEvents(of: host)
    }

    private func scans(of host: Int64) throws -> [TimelineEvent] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT x.*, s.tool, s.ports FROM scan_hosts x JOIN scans s ON s.id = x.scan WHERE x.host = ?
                """, arguments: [host]
        ).map { row in
            let ranges = try JSONText.values(of: row["ports"]).compactMap { $0.flatMap(PortRange.init) }
            let tried = ranges.reduce(0) { $0 + $1.numbers.count }
            var text = try "\(row["tool"] as String) scanned it"
            if tried > 0 { text += ", \(counted(tried, "port"))" }
            if let open = try row["open"] as Int? { text += ": \(grouped(open)) open" }
            return try TimelineEvent(
                kind: .scanned, time: Timestamp(nanoseconds: row["first_seen"]), text: text)
        }
    }

    private func openPorts(of host: Int64) throws -> [TimelineEvent] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT o.*, p.name AS protocol_name, n.kind, n.name AS sensor_name,
                    \(Schema.isScanner) AS is_scan
                FROM open_ports o JOIN sensors n ON n.id = o.sensor LEFT JOIN protocols p ON p.id = o.protocol
                WHERE o.host = ?
                """, arguments: [host]
        ).map { row in
            let port = try ServicePort(row["port"], TransportProtocol(number: row["transport"]))
            let name: String? = try row["protocol_name"]
            let claim: String? = try row["claim"]
            let says = name.map { ", \(titles.label(ofProtocol: $0))" } ?? claim.map { ", says \($0)" } ?? ""
            let isScan: Bool = try row["is_scan"]
            return try TimelineEvent(
                kind: isScan ? .scanned : .service, time: Timestamp(nanoseconds: row["first_seen"]),
                text: isScan
                    ? "\(row.sensor) finds \(port) open\(says)" : "\(row.sensor) saw \(port) in use\(says)",
                port: port.number, transport: port.transport,
                protocolName: name)
        }
    }

    private func alertEvents(of host: Int64) throws -> [TimelineEvent] {
        let alerts = try alerts(of: host)
        guard !alerts.isEmpty else { return [] }
        let uses = try firstUses(of: host)
        let own = try addresses([host])[host]
        return alerts.map { known in
            let alert = known.alert
            var text = known.text
            // The ports that came into use next after it: an alert days before may still be the cause.
            let next = uses.filter { $0.time > alert.time }.prefix(3).map {
                "\(length($0.time.nanoseconds(since: alert.time))) before the first use of \($0.port)"
            }
            if !next.isEmpty { text += "; " + next.joined(separator: ", ") }
            let isServer = alert.server?.address == own
            return TimelineEvent(
                kind: .alert, time: alert.time, text: text,
                peer: isServer ? alert.client?.address : alert.server?.address,
                port: alert.server.flatMap { $0.port == 0 ? nil : $0.port }, transport: alert.transport)
        }
    }
}
