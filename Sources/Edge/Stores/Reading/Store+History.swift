internal import Foundation
internal import GRDB
public import Net

// What a policy would have made of everything that is stored: the sessions of services, one after the other.

/// A session with a service, or several alike that were rolled up.
public struct PastSession: Sendable {
    /// The service's protocol.
    public var protocolName: String
    /// Who asked; without a port where sessions were rolled up.
    public var client: Endpoint
    /// Who served.
    public var server: Endpoint
    /// What carried it.
    public var transport: TransportProtocol
    /// The VLAN, 0 without or where sessions were rolled up.
    public var vlan: UInt16
    /// When it began.
    public var start: Timestamp
    /// The flow's number; 0 where sessions were rolled up.
    public var flow: UInt64
    /// Whether the verdict rests on both speakers.
    public var isCertain: Bool
    /// How many sessions it stands for.
    public var count: Int
}

extension Store {
    /// Gives `body` every session with a service, as they were stored; what was rolled up comes first.
    public func forEachPastSession(_ body: (PastSession) -> Void) throws(StoreError) {
        try read { database in
            var names: [Int64: String] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT id, name FROM protocols") {
                try names[row[0]] = row[1]
            }
            var addresses: [Int64: IPAddress] = [:]
            let select = try database.cachedStatement(sql: "SELECT address FROM hosts WHERE id = ?")
            func address(_ number: Int64) throws -> IPAddress? {
                if let known = addresses[number] { return known }
                // Bounded: they are looked up again.
                if addresses.count >= 1_000_000 { addresses.removeAll() }
                let found = try Data.fetchOne(select, arguments: [number]).flatMap { IPAddress(blob: $0) }
                addresses[number] = found
                return found
            }
            func tell(_ sql: String, _ make: (Row, IPAddress, IPAddress, String) throws -> PastSession) throws
            {
                let rows = try Row.fetchCursor(database, sql: sql)
                while let row = try rows.next() {
                    guard let client = try address(row[0]), let server = try address(row[1]),
                        let name = try names[row[4]]
                    else { continue }
                    body(try make(row, client, server, name))
                }
            }
            // Only what is a service: not an unanswered request, not a flow that another one announced.
            let isService = """
                EXISTS (SELECT 1 FROM services v WHERE v.host = s.server AND v.port = s.port
                    AND v.transport = s.transport AND v.protocol = s.protocol)
                """
            try tell(
                """
                SELECT s.client, s.server, s.port, s.transport, s.protocol, s.first, s.sessions
                FROM hours s WHERE s.protocol != 0 AND \(isService) ORDER BY s.hour
                """
            ) { row, client, server, name in
                try PastSession(
                    protocolName: name, client: Endpoint(client, 0), server: Endpoint(server, row[2]),
                    transport: TransportProtocol(number: row[3]), vlan: 0,
                    start: Timestamp(nanoseconds: row[5]), flow: 0, isCertain: true, count: row[6])
            }
            try tell(
                """
                SELECT s.client, s.server, s.port, s.transport, s.protocol, s.start, s.client_port, s.vlan, s.flow,
                    s.certain
                FROM blocks b CROSS JOIN sessions s ON s.block = b.id
                WHERE s.protocol IS NOT NULL AND s.parent IS NULL AND \(isService)
                """
            ) { row, client, server, name in
                try PastSession(
                    protocolName: name, client: Endpoint(client, row[6]), server: Endpoint(server, row[2]),
                    transport: TransportProtocol(number: row[3]), vlan: row[7] as UInt16? ?? 0,
                    start: Timestamp(nanoseconds: row[5]), flow: UInt64(bitPattern: row[8]),
                    isCertain: row[9] as Bool? ?? true, count: 1)
            }
        }
    }
}
