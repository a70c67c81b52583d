internal import GRDB
public import Inventory
public import Net
public import Records

// What is new, and what is different between two dates.

/// Something that was seen for the first time.
public enum Novelty: Sendable {
    /// A host that serves something, or whose programs are known.
    case host(IPAddress, Timestamp)
    /// A service.
    case service(Service)
    /// What a service says of itself, after it has said something else.
    case banner(Service, Service.Banner)
    /// A client program.
    case client(Client)
    /// A finding.
    case finding(KeptFinding)

    /// When it was seen first.
    public var time: Timestamp {
        switch self {
        case .host(_, let time): time
        case .service(let service): service.firstSeen
        case .banner(_, let banner): banner.firstSeen
        case .client(let client): client.firstSeen
        case .finding(let kept): kept.finding.time
        }
    }

    fileprivate var rank: Int {
        switch self {
        case .host: 0
        case .service: 1
        case .banner: 2
        case .client: 3
        case .finding: 4
        }
    }
}

/// How a service differs between two dates.
public struct InventoryChange: Sendable {
    /// What happened to it.
    public var kind: Kind
    /// The service, as it is known now.
    public var service: Service
    /// What it was and what it is, for what has changed.
    public var before, after: String?

    /// What can happen to a service.
    public enum Kind: String, Sendable {
        /// It was not there before.
        case appeared
        /// It is there no more.
        case gone
        /// It says something else of itself.
        case changed
    }
}

extension Store {
    /// What was seen for the first time at or after a moment, in the order of time.
    public func novelties(since: Timestamp, _ selection: Selection) throws(StoreError) -> [Novelty] {
        var seen = selection
        seen.since = since
        let holdings = try holdings(seen, [.services, .clients, .findings, .spans])
        var found: [Novelty] = []
        for service in holdings.services {
            if service.firstSeen >= since {
                found.append(.service(service))
            } else {
                let known = service.banners
                found += known.filter { banner in
                    banner.firstSeen >= since
                        && selection.includes(first: banner.firstSeen, last: banner.lastSeen)
                        && !known.contains { $0.firstSeen < banner.firstSeen && banner.repeats($0) }
                }.map { .banner(service, $0) }
            }
        }
        found += holdings.clients.filter { $0.firstSeen >= since }.map { .client($0) }
        found += holdings.findings.filter { $0.finding.time >= since }.map { .finding($0) }
        let hosts = Set(holdings.services.map(\.host) + holdings.clients.map(\.host))
        let candidates = hosts.compactMap { host in
            holdings.spans[host].flatMap { $0.first >= since ? (host, $0.first) : nil }
        }
        found += try read { database in
            let reader = try SessionReader(database, Selection())
            return try candidates.compactMap { host, first in
                // Before it served or was known by a program, it may have been a client.
                let time = try min(first, reader.firstSign(of: host, before: first) ?? first)
                return time >= since ? Novelty.host(host, time) : nil
            }
        }
        return found.sorted { left, right in
            if left.time != right.time { return left.time < right.time }
            if left.rank != right.rank { return left.rank < right.rank }
            return left.order < right.order
        }
    }

    /// How the services of two dates differ.
    ///
    /// A service is there at a date when it was seen before it and at most `window` nanoseconds earlier.
    public func changes(
        from: Timestamp, to: Timestamp, window: Int64, _ selection: Selection
    ) throws(StoreError) -> [InventoryChange] {
        func banner(_ service: Service, _ date: Timestamp) -> Service.Banner? {
            var then = service
            then.banners = service.banners.filter { $0.firstSeen < date }
            // What has been silent since is what it was.
            for place in then.banners.indices where then.banners[place].lastSeen >= date {
                then.banners[place].lastSeen = date
            }
            return then.currentBanner
        }
        func words(_ banner: Service.Banner?) -> String? { banner.flatMap { $0.product ?? $0.text } }
        return try read { database in
            let services = try HoldingsReader(database).holdings(selection, [.services]).services
            let presence = Presence(database: database, window: window)
            return try services.compactMap { service in
                let (before, after) = (banner(service, from), banner(service, to))
                switch try (presence.isThere(service, at: from), presence.isThere(service, at: to)) {
                case (false, true):
                    return InventoryChange(
                        kind: .appeared, service: service, before: nil, after: words(after))
                case (true, false):
                    return InventoryChange(kind: .gone, service: service, before: words(before), after: nil)
                case (true, true):
                    guard let before, let after, words(before) != nil, after.contradicts(before) else {
                        return nil
                    }
                    return InventoryChange(
                        kind: .changed, service: service, before: words(before), after: words(after))
                case (false, false): return nil
                }
            }
        }
    }
}

extension Novelty {
    fileprivate var order: String {
        switch self {
        case .host(let host, _): "\(host)"
        case .service(let service): "\(service.host) \(service.port) \(service.protocolName)"
        case .banner(let service, let banner): "\(service.host) \(service.port) \(banner.text ?? "")"
        case .client(let client): "\(client.host) \(client.protocolName) \(client.software)"
        case .finding(let kept): "\(kept.number)"
        }
    }
}

extension SessionReader {
    /// When a host was first in a session that began before a moment, as a client or as a server that answered; nil when
    /// it was in none.
    ///
    /// Only blocks that begin before it are looked into, from the earliest on, no further than they can matter.
    fileprivate func firstSign(of host: IPAddress, before end: Timestamp) throws -> Timestamp? {
        guard let number = try number(host) else { return nil }
        var earliest = end.nanoseconds
        for column in ["client", "server"] {
            let hours = try database.cachedStatement(
                sql: """
                    SELECT min(first) FROM hours
                    WHERE \(column) = ? \(column == "server" ? "AND established > 0" : "")
                    """)
            earliest = try min(earliest, Int64.fetchOne(hours, arguments: [number]) ?? .max)
            let sessions = try database.cachedStatement(
                sql: """
                    SELECT min(s.start) FROM sessions s INDEXED BY sessions_by_\(column)
                    WHERE s.block = ? AND s.\(column) = ? \(column == "server" ? "AND \(Schema.isAnswered)" : "")
                    """)
            let blocks = try Row.fetchCursor(
                database.cachedStatement(sql: "SELECT id, first FROM blocks ORDER BY first"))
            while let block = try blocks.next(), try (block[1] as Int64) < earliest {
                earliest = try min(
                    earliest,
                    Int64.fetchOne(sessions, arguments: [block[0] as Int64, number]) ?? .max)
            }
        }
        return earliest < end.nanoseconds ? Timestamp(nanoseconds: earliest) : nil
    }
}
