internal import Foundation
internal import GRDB
internal import Inventory
internal import Net

/// Tells whether services were there at a date: whether there was a sign of each at most so long before.
struct Presence {
    let database: Database
    /// In nanoseconds.
    let window: Int64

    /// Whether there was a sign of a service in the window before a date.
    ///
    /// Where its sessions of that time are not kept, or only scans and logs know of it, it was there from the first sign
    /// to the last.
    func isThere(_ service: Service, at date: Timestamp) throws -> Bool {
        let begin = Timestamp(nanoseconds: date.nanoseconds - window)
        func isInside(_ time: Timestamp) -> Bool { time >= begin && time < date }
        guard service.firstSeen < date, service.lastSeen >= begin else { return false }
        if isInside(service.firstSeen) || isInside(service.lastSeen) { return true }
        if service.banners.contains(where: { isInside($0.firstSeen) || isInside($0.lastSeen) }) {
            return true
        }
        guard service.sessions > 0 else { return true }
        if try hasFact(of: service, from: begin, to: date) || hasLost(from: begin, to: date) { return true }
        if try hasSession(of: service, from: begin, to: date) { return true }
        // The oldest sessions go first: where there are still older ones, none of this time are missing.
        return try !hasSession(of: service, from: Timestamp(nanoseconds: .min), to: begin)
    }

    /// Whether a source knew of it then: a log and a scan tell only of the first and the last time.
    private func hasFact(of service: Service, from begin: Timestamp, to end: Timestamp) throws -> Bool {
        let select = try database.cachedStatement(
            sql: """
                SELECT 1 FROM service_facts f JOIN sensors n ON n.id = f.sensor
                WHERE f.service = :service AND f.first_seen < :end AND f.last_seen >= :begin
                    AND (n.kind IN ('active', 'import') OR f.first_seen >= :begin OR f.last_seen < :end)
                LIMIT 1
                """)
        return try Int.fetchOne(
            select,
            arguments: ["service": service.id, "begin": begin.nanoseconds, "end": end.nanoseconds]) != nil
    }

    /// Whether a capture of that time has sessions that there was no time to store.
    private func hasLost(from begin: Timestamp, to end: Timestamp) throws -> Bool {
        let select = try database.cachedStatement(
            sql: """
                SELECT 1 FROM captures WHERE lost > 0 AND ifnull(first_packet, :begin) < :end
                    AND ifnull(last_packet, :end) >= :begin LIMIT 1
                """)
        return try Int.fetchOne(
            select, arguments: ["begin": begin.nanoseconds, "end": end.nanoseconds]) != nil
    }

    /// Whether a session of it lay in a span of time, by itself or in an hourly count.
    private func hasSession(of service: Service, from begin: Timestamp, to end: Timestamp) throws -> Bool {
        let arguments: StatementArguments = [
            "host": service.host.blob, "port": Int(service.port.number),
            "transport": Int(service.port.transport.number), "protocol": service.protocolName,
            "begin": begin.nanoseconds, "end": end.nanoseconds,
        ]
        let sessions = try database.cachedStatement(
            sql: """
                SELECT 1 FROM blocks b CROSS JOIN sessions s INDEXED BY sessions_by_server
                    ON s.block = b.id AND s.server = (SELECT id FROM hosts WHERE address = :host) AND s.port = :port
                WHERE b.first < :end AND b.last >= :begin AND s.transport = :transport
                    AND s.start < :end AND s.start + s.duration >= :begin
                    AND (s.protocol = (SELECT id FROM protocols WHERE name = :protocol)
                        OR instr(',' || s.following || ',', ',' || :protocol || ','))
                LIMIT 1
                """)
        if try Int.fetchOne(sessions, arguments: arguments) != nil { return true }
        let hours = try database.cachedStatement(
            sql: """
                SELECT 1 FROM hours WHERE server = (SELECT id FROM hosts WHERE address = :host) AND port = :port
                    AND transport = :transport AND protocol = (SELECT id FROM protocols WHERE name = :protocol)
                    AND first < :end AND last >= :begin LIMIT 1
                """)
        return try Int.fetchOne(hours, arguments: arguments) != nil
    }
}
