internal import GRDB
internal import Net

/// Keeps who is a member of which asset list, and who was.
enum AssetWriter {
    /// The lists that the policy declares; members of lists that it no longer declares have left them.
    static func declare(_ lists: [AssetList], at time: Timestamp, _ database: Database) throws {
        for list in lists {
            try database.execute(
                sql: """
                    INSERT INTO asset_lists (name, declared) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET declared = excluded.declared
                    """, arguments: [list.name, list.origin.description])
        }
        let names = JSONText.text(of: lists.map(\.name))
        try database.execute(
            sql: """
                UPDATE asset_members SET left_at = max(joined_at, ?) WHERE left_at IS NULL AND list IN
                    (SELECT id FROM asset_lists WHERE name NOT IN (SELECT value FROM json_each(?)))
                """, arguments: [time.nanoseconds, names])
    }

    /// A service is a member of these lists and of no others.
    static func write(
        _ lists: (names: [String], time: Timestamp), of service: Int64, _ database: Database
    ) throws {
        let names = JSONText.text(of: lists.names)
        let leave = try database.cachedStatement(
            sql: """
                UPDATE asset_members SET left_at = max(joined_at, ?) WHERE service = ? AND left_at IS NULL
                    AND list IN (SELECT id FROM asset_lists WHERE name NOT IN (SELECT value FROM json_each(?)))
                """)
        try leave.execute(arguments: [lists.time.nanoseconds, service, names])
        guard !lists.names.isEmpty else { return }
        let join = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO asset_members (list, service, joined_at)
                SELECT id, ?, ? FROM asset_lists WHERE name IN (SELECT value FROM json_each(?))
                    AND NOT EXISTS (SELECT 1 FROM asset_members m
                        WHERE m.list = asset_lists.id AND m.service = ? AND m.left_at IS NULL)
                """)
        try join.execute(arguments: [service, lists.time.nanoseconds, names, service])
    }
}
