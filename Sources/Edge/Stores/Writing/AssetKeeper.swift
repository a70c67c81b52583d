internal import GRDB
public import Inventory
internal import Net
internal import Records

/// Tells which asset lists a service belongs to; asked by the writer's thread alone.
public protocol AssetSorting: AnyObject {
    /// The names of the lists that a service belongs to.
    func lists(of service: Service) -> [String]
    /// The names of the lists that cannot be asked any more, each with the reason: they stay as they are.
    var switchedOff: [String: String] { get }
}

/// Keeps who is a member of which asset list, and who was.
///
/// What decides is the service as the store has it, so that a restart changes nothing.
final class AssetKeeper {
    private var sorter: (any AssetSorting)?
    /// What the lists are called.
    private var names: Set<String> = []
    /// Who joined and left in this transaction.
    private(set) var changes: [AssetChange] = []

    /// How long a service that says now this and now that stays where it is, in nanoseconds.
    static let patience: Int64 = 3_600_000_000_000
    /// So many services are read from the store at once.
    private static let together = 512

    /// Whether there are lists.
    var isKeeping: Bool { sorter != nil }

    /// The lists that nobody joins or leaves since their conditions failed, each with the reason.
    var switchedOff: [String: String] { sorter?.switchedOff ?? [:] }

    /// What changed is told, or has not happened.
    func forgetChanges() { changes = [] }

    // MARK: Lists

    /// Takes the lists that the policy declares, and sorts every service of the store anew.
    ///
    /// Members of lists that it no longer declares have left them, unless those are kept as they are.
    func declare(
        _ lists: [AssetList], keepsOthers: Bool, _ make: () -> any AssetSorting, _ database: Database
    ) throws {
        for list in lists {
            try database.execute(
                sql: """
                    INSERT INTO asset_lists (name, declared) VALUES (?, ?)
                    ON CONFLICT (name) DO UPDATE SET declared = excluded.declared
                    """, arguments: [list.name, list.origin.description])
        }
        // The store's own time: that of the latest sign of anything.
        let now = try Int64.fetchOne(database, sql: "SELECT max(last_seen) FROM services")
        if !keepsOthers { try giveUpOthers(than: lists, at: now ?? 0, database) }
        sorter = lists.isEmpty ? nil : make()
        self.names = Set(lists.map(\.name))
        guard let now, !lists.isEmpty else { return }
        let services = try HoldingsReader(database).holdings(Selection(), [.services]).services
        for service in services {
            try put(service, at: Timestamp(nanoseconds: now), Int64(service.id), database)
        }
    }

    private func giveUpOthers(than lists: [AssetList], at now: Int64, _ database: Database) throws {
        let names = JSONText.text(of: lists.map(\.name))
        try database.execute(
            sql: """
                UPDATE asset_members SET left_at = max(joined_at, ?) WHERE left_at IS NULL AND list IN
                    (SELECT id FROM asset_lists WHERE name NOT IN (SELECT value FROM json_each(?)))
                """, arguments: [now, names])
        try database.execute(
            sql: """
                DELETE FROM asset_lists WHERE name NOT IN (SELECT value FROM json_each(?))
                    AND id NOT IN (SELECT list FROM asset_members)
                """, arguments: [names])
    }

    // MARK: Services

    /// Sorts services by what has become known of each since a moment; by everything when that is nil.
    func sort(_ waiting: [(id: Int64, since: Timestamp?)], _ database: Database) throws {
        for start in stride(from: 0, to: waiting.count, by: Self.together) {
            let some = waiting[start..<min(start + Self.together, waiting.count)]
            let services = Dictionary(
                try HoldingsReader(database).services(some.map(\.id)).map { (Int64($0.id), $0) },
                uniquingKeysWith: { first, _ in first })
            for (id, since) in some {
                for (time, known) in services[id]?.moments(since: since) ?? [] {
                    try put(known, at: time, id, database)
                }
            }
        }
    }

    /// A service is a member of those declared lists that it belongs to, and of no others of them.
    private func put(_ service: Service, at time: Timestamp, _ id: Int64, _ database: Database) throws {
        guard let sorter else { return }
        let wanted = sorter.lists(of: service).filter(names.contains)
        let switchedOff = sorter.switchedOff
        let select = try database.cachedStatement(
            sql: """
                SELECT l.name FROM asset_members m JOIN asset_lists l ON l.id = m.list
                WHERE m.service = ? AND m.left_at IS NULL
                """)
        let known = try String.fetchAll(select, arguments: [id])
        for name in known
        where names.contains(name) && !wanted.contains(name) && switchedOff[name] == nil {
            let leave = try database.cachedStatement(
                sql: """
                    UPDATE asset_members SET left_at = max(joined_at, ?) WHERE service = ? AND left_at IS NULL
                        AND list = (SELECT id FROM asset_lists WHERE name = ?)
                    """)
            try leave.execute(arguments: [time.nanoseconds, id, name])
            changes.append(AssetChange(list: name, service: service, hasJoined: false, time: time))
        }
        for name in wanted where !known.contains(name) {
            let join = try database.cachedStatement(
                sql: """
                    INSERT INTO asset_members (list, service, joined_at)
                    SELECT id, ?, ? FROM asset_lists WHERE name = ?
                    ON CONFLICT DO UPDATE SET left_at = NULL
                    """)
            try join.execute(arguments: [id, time.nanoseconds, name])
            changes.append(AssetChange(list: name, service: service, hasJoined: true, time: time))
        }
    }
}

extension Service {
    /// The service as it was whenever it said something for the first time since a moment, and as it is now.
    fileprivate func moments(since: Timestamp?) -> [(time: Timestamp, service: Service)] {
        let order = banners.sorted { $0.firstSeen < $1.firstSeen }
        var moments: [(time: Timestamp, service: Service)] = []
        for (place, banner) in order.enumerated() where since.map({ banner.firstSeen >= $0 }) ?? true {
            var then = self
            // What it had said before was said before; the new words are the latest.
            then.banners = order[..<place].map { old in
                var old = old
                old.lastSeen = min(old.lastSeen, Timestamp(nanoseconds: banner.firstSeen.nanoseconds - 1))
                return old
            }
            var new = banner
            new.lastSeen = banner.firstSeen
            then.banners.append(new)
            moments.append((since == nil && place == 0 ? firstSeen : banner.firstSeen, then))
        }
        moments.append((since == nil && order.isEmpty ? firstSeen : lastSeen, self))
        return moments
    }
}
