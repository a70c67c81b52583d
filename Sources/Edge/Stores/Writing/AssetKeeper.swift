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
    ///
    /// - Returns: when each of them said something last, whoever heard it.
    func sort(
        _ waiting: [(id: Int64, since: Timestamp?)], _ database: Database
    ) throws -> [Int64: Timestamp] {
        var words: [Int64: Timestamp] = [:]
        for start in stride(from: 0, to: waiting.count, by: Self.together) {
            let some = waiting[start..<min(start + Self.together, waiting.count)]
            let services = Dictionary(
                try HoldingsReader(database).services(some.map(\.id)).map { (Int64($0.id), $0) },
                uniquingKeysWith: { first, _ in first })
            for (id, since) in some {
                guard let service = services[id] else { continue }
                words[id] = service.banners.map(\.lastSeen).max()
                if let since, try hasMoved(id, after: since, database) {
                    try replay(service, from: since, id, database)
                    continue
                }
                // Nothing is known of it from before that.
                let isAll = since.map { $0 <= service.firstSeen } ?? true
                for (time, known) in service.moments(since: isAll ? nil : since) {
                    try put(known, at: time, id, database)
                }
            }
        }
        return words
    }

    /// Whether a service joined or left a list after a moment.
    private func hasMoved(_ id: Int64, after time: Timestamp, _ database: Database) throws -> Bool {
        let select = try database.cachedStatement(
            sql: """
                SELECT 1 FROM asset_members WHERE service = ? AND max(joined_at, ifnull(left_at, joined_at)) > ?
                LIMIT 1
                """)
        return try Int.fetchOne(select, arguments: [id, time.nanoseconds]) != nil
    }

    /// Tells the service's history anew from a time that lies before what was known.
    ///
    /// So the order of captures does not matter. Told as changes is only what is different now.
    private func replay(_ service: Service, from since: Timestamp, _ id: Int64, _ database: Database) throws {
        guard let sorter else { return }
        let moments =
            since <= service.firstSeen ? service.moments(since: nil) : service.moments(from: since)
        let wanted = moments.map { sorter.lists(of: $0.service) }
        // What a condition that failed half-way says is worth nothing.
        let asked = names.subtracting(sorter.switchedOff.keys)
        let before = try memberships(of: id, database).filter(asked.contains)
        let told = changes
        let list = JSONText.text(of: asked.sorted())
        for sql in [
            "DELETE FROM asset_members WHERE service = ? AND joined_at >= ?",
            "UPDATE asset_members SET left_at = NULL WHERE service = ? AND left_at >= ?",
        ] {
            let statement = try database.cachedStatement(
                sql: """
                    \(sql) AND list IN
                        (SELECT id FROM asset_lists WHERE name IN (SELECT value FROM json_each(?)))
                    """)
            try statement.execute(arguments: [id, since.nanoseconds, list])
        }
        for (moment, lists) in zip(moments, wanted) {
            try put(moment.service, on: lists, of: asked, at: moment.time, id, database)
        }
        let after = try memberships(of: id, database).filter(asked.contains)
        changes = told
        let now = service.lastSeen
        for name in before where !after.contains(name) {
            changes.append(AssetChange(list: name, service: service, hasJoined: false, time: now))
        }
        for name in after where !before.contains(name) {
            changes.append(AssetChange(list: name, service: service, hasJoined: true, time: now))
        }
    }

    /// The names of the lists that a service is on.
    private func memberships(of id: Int64, _ database: Database) throws -> [String] {
        let select = try database.cachedStatement(
            sql: """
                SELECT l.name FROM asset_members m JOIN asset_lists l ON l.id = m.list
                WHERE m.service = ? AND m.left_at IS NULL
                """)
        return try String.fetchAll(select, arguments: [id])
    }

    /// Asks which lists a service belongs to, and puts it there.
    private func put(_ service: Service, at time: Timestamp, _ id: Int64, _ database: Database) throws {
        guard let sorter else { return }
        let wanted = sorter.lists(of: service)
        let asked = names.subtracting(sorter.switchedOff.keys)
        try put(service, on: wanted, of: asked, at: time, id, database)
    }

    /// A service is a member of those lists that it belongs to, and of no others of those that were asked.
    private func put(
        _ service: Service, on lists: [String], of asked: Set<String>, at time: Timestamp, _ id: Int64,
        _ database: Database
    ) throws {
        let wanted = lists.filter(asked.contains)
        let known = try memberships(of: id, database)
        for name in known where asked.contains(name) && !wanted.contains(name) {
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
    /// The service as it was at a moment, whenever it said something for the first time from then on, and as it is now.
    fileprivate func moments(from since: Timestamp) -> [(time: Timestamp, service: Service)] {
        var then = self
        let earlier = banners.filter { $0.firstSeen < since }.sorted { $0.firstSeen < $1.firstSeen }
        then.banners = earlier.enumerated().map { place, banner in
            // Of words that were in use then, those that came last are the latest.
            var banner = banner
            banner.lastSeen = min(
                banner.lastSeen,
                Timestamp(nanoseconds: since.nanoseconds - Int64(earlier.count - place)))
            return banner
        }
        let later = moments(since: since)
        // What it says from that very moment on is what counts.
        return later.first?.time == since ? later : [(since, then)] + later
    }

    /// The service as it was whenever it said something for the first time since a moment, and as it is now.
    fileprivate func moments(since: Timestamp?) -> [(time: Timestamp, service: Service)] {
        let order = banners.sorted { $0.firstSeen < $1.firstSeen }
        var moments: [(time: Timestamp, service: Service)] = []
        // One that said nothing for long had said nothing then.
        let wasSilent =
            since == nil
            && order.first.map { $0.firstSeen.nanoseconds(since: firstSeen) > AssetKeeper.patience } ?? false
        if wasSilent {
            var then = self
            then.banners = []
            moments.append((firstSeen, then))
        }
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
            let isFirst = since == nil && place == 0 && !wasSilent
            moments.append((isFirst ? firstSeen : banner.firstSeen, then))
        }
        moments.append((since == nil && order.isEmpty ? firstSeen : lastSeen, self))
        return moments
    }
}
