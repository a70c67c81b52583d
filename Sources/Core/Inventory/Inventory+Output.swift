public import Net

/// What comes out, in orders that depend on nothing but what was seen.
extension Inventory {
    /// How many services are kept.
    public var serviceCount: Int { services.entries.count }
    /// How many client programs are kept.
    public var clientCount: Int { clients.entries.count }
    /// How many findings there are.
    public var findingCount: Int { findings.count }

    /// The service at a place.
    public func service(_ id: Int) -> Service {
        let entry = services.entries[id]
        let facts = judge.protocols[entry.key.protocolIndex]
        let standing = standing(of: entry)
        var allowance: String?
        var owner: ProtocolFacts?
        switch standing {
        case .allowed(let place): allowance = judge.policy.allowances[place].name
        case .offPort(_, let index): owner = index.map { judge.protocols[$0] }
        case .expected: break
        }
        var service = Service(
            id: id, host: entry.key.host, port: entry.key.port, protocolName: facts.name,
            protocolIndex: entry.key.protocolIndex, plugin: facts.plugin, standing: standing,
            allowance: allowance, owner: owner?.name, firstSeen: entry.firstSeen, lastSeen: entry.lastSeen,
            sessions: Int(entry.sessions), clients: Int(entry.clients), banners: banners(of: entry),
            evidence: evidence.evidence(entry.evidence), flow: entry.flow,
            confidence: entry.isCertain ? .certain : .likely, direction: entry.directions.gravest,
            capture: name(ofCapture: Int(entry.capture)))
        service.ownerTitle = owner?.title
        return service
    }

    /// What is known of the service at a place, without names.
    public func outline(_ id: Int) -> ServiceOutline {
        let entry = services.entries[id]
        return ServiceOutline(
            host: entry.key.host, port: entry.key.port, protocolIndex: entry.key.protocolIndex,
            standing: standing(of: entry), firstSeen: entry.firstSeen,
            evidence: evidence.evidence(entry.evidence), flow: entry.flow, capture: Int(entry.capture),
            isForbidden: judge.prohibition(of: entry.key.protocolIndex) != nil)
    }

    func standing(of entry: ServiceEntry) -> Standing {
        if let place = entry.decidingAllowance { return .allowed(allowance: place) }
        return judge.home(of: entry.key.protocolIndex, on: entry.key.port)
    }

    private func banners(of entry: ServiceEntry) -> [Service.Banner] {
        var list: [Service.Banner] = []
        var place = Int(entry.firstBanner)
        while place >= 0 {
            let banner = services.banners[place]
            list.append(
                Service.Banner(
                    fields: banner.fields, firstSeen: banner.firstSeen, lastSeen: banner.lastSeen,
                    sessions: Int(banner.sessions)))
            place = Int(banner.next)
        }
        return list
    }

    /// What a server said of itself, at a place.
    public func banner(_ id: Int) -> FieldSet { services.banners[id].fields }

    /// The client program at a place.
    public func client(_ id: Int) -> Client {
        let entry = clients.entries[id]
        let index = Int(entry.protocolIndex)
        return Client(
            host: entry.host, protocolName: judge.protocols[index].name, protocolIndex: index,
            software: clients.names[entry.software], firstSeen: entry.firstSeen,
            lastSeen: entry.lastSeen, sessions: Int(entry.sessions), direction: entry.directions.gravest,
            capture: name(ofCapture: Int(entry.capture)))
    }

    /// The finding at a place.
    public func finding(_ id: Int) -> Finding {
        let entry = findings[id]
        let index = entry.key.protocolIndex
        let facts = judge.protocols[index]
        let owner = entry.owner < 0 ? nil : judge.protocols[Int(entry.owner)]
        var finding = Finding(
            rule: entry.rule, severity: entry.severity, time: entry.time, flow: entry.flow,
            service: services.find(entry.key), host: entry.key.host, port: entry.key.port,
            client: entry.client, vlan: entry.vlan, direction: entry.direction, confidence: entry.confidence,
            protocolName: facts.name, plugin: facts.plugin, protocolIndex: index,
            owner: owner?.name,
            expected: judge.expectedPorts(of: index), reason: entry.words?.reason,
            before: entry.words?.before, now: entry.words?.now, lastSeen: entry.words?.lastSeen,
            evidence: evidence.evidence(entry.evidence), capture: name(ofCapture: Int(entry.capture)))
        finding.first = entry.first
        finding.titles = (facts.title, owner?.title, nil)
        if finding.rule == .protocolChanged {
            finding.titles.before = judge.protocols.first { $0.name == finding.before }?.title
        }
        return finding
    }

    /// The name of a capture, counted from 1; nil for 0.
    public func name(ofCapture number: Int) -> String? {
        number == 0 ? nil : captures[number - 1]
    }

    /// By protocol's name, how many services are expected, allowed and off-port; in no order.
    ///
    /// Names are looked up once a protocol, so that it can be asked every second.
    public func standings() -> [(name: String, expected: Int, allowed: Int, offPort: Int)] {
        var counts: [Int: (Int, Int, Int)] = [:]
        for place in services.entries.keptPlaces {
            let entry = services.entries[place]
            let index = entry.key.protocolIndex
            switch standing(of: entry) {
            case .expected: counts[index, default: (0, 0, 0)].0 += 1
            case .allowed: counts[index, default: (0, 0, 0)].1 += 1
            case .offPort: counts[index, default: (0, 0, 0)].2 += 1
            }
        }
        return counts.map { (judge.protocols[$0].name, $1.0, $1.1, $1.2) }
    }

    /// Places of services by protocol name, port, transport and host.
    public func serviceOrder() -> [Int] {
        let rank = nameRanks()
        return services.entries.keptPlaces.sorted { left, right in
            let (left, right) = (services.entries[left].key, services.entries[right].key)
            let (leftRank, rightRank) = (rank[left.protocolIndex], rank[right.protocolIndex])
            if leftRank != rightRank { return leftRank < rightRank }
            return left.port != right.port ? left.port < right.port : left.host < right.host
        }
    }

    /// Places of client programs by protocol name, software and host.
    public func clientOrder() -> [Int] {
        let rank = nameRanks()
        return clients.entries.keptPlaces.sorted { left, right in
            let (left, right) = (clients.entries[left], clients.entries[right])
            let (leftRank, rightRank) = (rank[Int(left.protocolIndex)], rank[Int(right.protocolIndex)])
            if leftRank != rightRank { return leftRank < rightRank }
            if left.software != right.software {
                return clients.names[left.software] < clients.names[right.software]
            }
            return left.host < right.host
        }
    }

    /// Places of findings, the gravest first, then by time, host, port, protocol and rule.
    public func findingOrder() -> [Int] {
        let rank = nameRanks()
        // Sorting asks of each finding many times: what it asks for lies together.
        let keys = (0..<findings.count).map { place in
            let entry = findings[place]
            return FindingOrderKey(
                severity: entry.severity.rank, time: entry.time, host: entry.key.host, port: entry.key.port,
                protocolRank: rank[entry.key.protocolIndex], place: place)
        }
        return keys.sorted { left, right in
            if left.severity != right.severity { return left.severity > right.severity }
            if left.time != right.time { return left.time < right.time }
            if left.host != right.host { return left.host < right.host }
            if left.port != right.port { return left.port < right.port }
            if left.protocolRank != right.protocolRank { return left.protocolRank < right.protocolRank }
            let (leftRule, rightRule) = (findings[left.place].rule.name, findings[right.place].rule.name)
            return leftRule != rightRule ? leftRule < rightRule : left.place < right.place
        }.map(\.place)
    }

    private func nameRanks() -> [Int] {
        var ranks = Array(repeating: 0, count: judge.protocols.count)
        let byName = judge.protocols.indices.sorted { judge.protocols[$0].name < judge.protocols[$1].name }
        for (rank, index) in byName.enumerated() { ranks[index] = rank }
        return ranks
    }

    /// The hosts that serve something or whose client programs are known, by address.
    public func hosts() -> [Host] {
        var hosts: [IPAddress: Host] = [:]
        func note(_ address: IPAddress, _ first: Timestamp, _ last: Timestamp, _ change: (inout Host) -> Void)
        {
            var host =
                hosts[address]
                ?? Host(address: address, firstSeen: first, lastSeen: last, services: [], clients: [])
            host.firstSeen = min(host.firstSeen, first)
            host.lastSeen = max(host.lastSeen, last)
            change(&host)
            hosts[address] = host
        }
        for place in serviceOrder() {
            let entry = services.entries[place]
            note(entry.key.host, entry.firstSeen, entry.lastSeen) { $0.services.append(place) }
        }
        for place in clientOrder() {
            let entry = clients.entries[place]
            note(entry.host, entry.firstSeen, entry.lastSeen) { $0.clients.append(place) }
        }
        return hosts.values.sorted { $0.address < $1.address }
    }

    /// Places of the services that had a client in one of the networks.
    public func services(withClientIn networks: [Subnet]) -> Set<Int> {
        func isInside(_ client: IPAddress) -> Bool { networks.contains { $0.contains(client) } }
        var found: Set<Int> = []
        for place in services.entries.keptPlaces where isInside(services.entries[place].firstClient) {
            found.insert(place)
        }
        sessions.forEachPair { service, client in
            if isInside(client) { found.insert(service) }
        }
        return found
    }
}

/// What findings are ordered by.
private struct FindingOrderKey: BitwiseCopyable {
    var severity: Int
    var time: Timestamp
    var host: IPAddress
    var port: ServicePort
    var protocolRank: Int
    var place: Int
}
