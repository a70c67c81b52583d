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
                found += service.banners.filter { $0.firstSeen >= since }.map { .banner(service, $0) }
            }
        }
        found += holdings.clients.filter { $0.firstSeen >= since }.map { .client($0) }
        found += holdings.findings.filter { $0.finding.time >= since }.map { .finding($0) }
        let hosts = Set(holdings.services.map(\.host) + holdings.clients.map(\.host))
        found += hosts.compactMap { host in
            guard let span = holdings.spans[host], span.first >= since else { return nil }
            return .host(host, span.first)
        }
        return found.sorted { left, right in
            if left.time != right.time { return left.time < right.time }
            if left.rank != right.rank { return left.rank < right.rank }
            return left.order < right.order
        }
    }

    /// How the services of two dates differ.
    ///
    /// A service is there at a date when it was seen before it and at most `window` nanoseconds earlier, or later too.
    public func changes(
        from: Timestamp, to: Timestamp, window: Int64, _ selection: Selection
    ) throws(StoreError) -> [InventoryChange] {
        func isThere(_ service: Service, _ date: Timestamp) -> Bool {
            service.firstSeen < date && service.lastSeen.nanoseconds >= date.nanoseconds - window
        }
        func words(_ service: Service, _ date: Timestamp) -> String? {
            var then = service
            then.banners = service.banners.filter { $0.firstSeen < date }
            // What has been silent since is what it was.
            for place in then.banners.indices where then.banners[place].lastSeen >= date {
                then.banners[place].lastSeen = date
            }
            return then.currentBanner.flatMap { $0.product ?? $0.text }
        }
        return try holdings(selection, [.services]).services.compactMap { service in
            switch (isThere(service, from), isThere(service, to)) {
            case (false, true):
                return InventoryChange(
                    kind: .appeared, service: service, before: nil, after: words(service, to))
            case (true, false):
                return InventoryChange(
                    kind: .gone, service: service, before: words(service, from), after: nil)
            case (true, true):
                let (before, after) = (words(service, from), words(service, to))
                guard before != after, before != nil else { return nil }
                return InventoryChange(kind: .changed, service: service, before: before, after: after)
            case (false, false): return nil
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
