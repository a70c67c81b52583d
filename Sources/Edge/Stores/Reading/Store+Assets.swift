internal import Foundation
internal import GRDB
public import Net
public import Records

// Lists of assets and who is, or was, a member.

/// A list of assets and how many there are.
public struct AssetListSummary: Sendable, Equatable {
    /// What it is called.
    public var name: String
    /// Where it is declared.
    public var declared: String
    /// How many services are members now, and how many were and are not any more.
    public var members, formerly: Int
    /// When somebody joined or left last.
    public var changed: Timestamp?
}

/// Membership of a service in a list.
public struct Membership: Sendable, Equatable {
    /// The list.
    public var list: String
    /// The service.
    public var host: IPAddress
    /// Its port.
    public var port: ServicePort
    /// Its protocol.
    public var protocolName: String
    /// When it joined.
    public var joined: Timestamp
    /// When it left; nil for a member.
    public var left: Timestamp?
}

extension Store {
    /// All lists, by name.
    public func assetLists() throws(StoreError) -> [AssetListSummary] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT l.name, l.declared, sum(m.list IS NOT NULL AND m.left_at IS NULL) AS members,
                        count(DISTINCT m.service) - sum(m.list IS NOT NULL AND m.left_at IS NULL) AS formerly,
                        max(max(m.joined_at, ifnull(m.left_at, 0))) AS changed
                    FROM asset_lists l LEFT JOIN asset_members m ON m.list = l.id GROUP BY l.id ORDER BY l.name
                    """
            ).map { row in
                try AssetListSummary(
                    name: row["name"], declared: row["declared"], members: row["members"],
                    formerly: row["formerly"],
                    changed: (row["changed"] as Int64?).map(Timestamp.init(nanoseconds:)))
            }
        }
    }

    /// Members of a list by host and port, or everybody who ever joined it by time; an unknown list is an error.
    public func members(
        of list: String, formerOnes: Bool, _ selection: Selection = Selection()
    ) throws(StoreError) -> [Membership] {
        return try read { database in
            try database.checkLists([list])
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT l.name, h.address, s.port, s.transport, p.name AS protocol, m.joined_at, m.left_at
                    FROM asset_members m JOIN asset_lists l ON l.id = m.list JOIN services s ON s.id = m.service
                    JOIN hosts h ON h.id = s.host JOIN protocols p ON p.id = s.protocol WHERE l.name = ?
                    \(formerOnes ? "" : "AND m.left_at IS NULL")
                    """, arguments: [list]
            ).compactMap { row in
                guard let host = try IPAddress(blob: row["address"]) else { return nil as Membership? }
                let port = try ServicePort(row["port"], TransportProtocol(number: row["transport"]))
                guard selection.includes(port), try selection.includes(protocolName: row["protocol"]),
                    selection.hosts.isEmpty || selection.hosts.contains(where: { $0.contains(host) })
                else { return nil }
                return try Membership(
                    list: row["name"], host: host, port: port, protocolName: row["protocol"],
                    joined: Timestamp(nanoseconds: row["joined_at"]),
                    left: (row["left_at"] as Int64?).map(Timestamp.init(nanoseconds:)))
            }.sorted { left, right in
                if formerOnes, left.joined != right.joined { return left.joined < right.joined }
                if left.host != right.host { return left.host < right.host }
                return (left.port, left.protocolName) < (right.port, right.protocolName)
            }
        }
    }
}
