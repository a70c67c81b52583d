import Inventory
import Net

// The questions whose rows stand for several services.

/// The services of one protocol on one port.
package struct PortSummary {
    package var protocolName: String
    package var port: ServicePort
    package private(set) var servers = 0
    package private(set) var sessions = 0
    /// The standings of the services, the worst first, each with its reason and how many servers it holds for.
    var standings: [(standing: Standing, why: String?, servers: Int)] = []

    /// The worst standing.
    package var standing: String { standings.first?.standing.name ?? Standing.expected.name }

    /// The reason of the standing, or all of them with numbers where servers differ.
    var why: String {
        if standings.count == 1 { return standings[0].why ?? "" }
        return standings.map { "\(grouped($0.servers)) \(text(of: $0.standing, why: $0.why))" }.joined(
            separator: ", ")
    }

    package var standingWithReason: String {
        if let only = standings.first, standings.count == 1 { return text(of: only.standing, why: only.why) }
        return why
    }

    private func text(of standing: Standing, why: String?) -> String {
        standing.name + (why.map { ": \($0)" } ?? "")
    }

    /// One summary per protocol and port, in the order of the services, which come by protocol and port.
    package static func summaries(of services: [Service]) -> [PortSummary] {
        var summaries: [PortSummary] = []
        for service in services {
            if summaries.last?.protocolName != service.protocolName || summaries.last?.port != service.port {
                summaries.append(PortSummary(protocolName: service.protocolName, port: service.port))
            }
            summaries[summaries.count - 1].add(service)
        }
        return summaries
    }

    /// Takes a service in, with all its sessions or those that are meant.
    mutating func add(_ service: Service, sessions meant: Int? = nil) {
        servers += 1
        sessions += meant ?? service.sessions
        if let place = standings.firstIndex(where: { $0.standing == service.standing }) {
            standings[place].servers += 1
        } else {
            standings.append((service.standing, service.why, 1))
            standings.sort { ($0.standing.rank, $1.why ?? "") > ($1.standing.rank, $0.why ?? "") }
        }
    }
}

extension Service {
    /// The reason of its standing in a few words; nil where it is expected.
    var why: String? {
        switch standing {
        case .expected: nil
        case .allowed: allowance
        case .offPort(.impersonation, _):
            "a port of \(owner.map { label(ofProtocol: $0, spelling: ownerSpelling) } ?? "another protocol")"
        case .offPort(.alternate, _): "an alternate port"
        case .offPort(.unassigned, _): "no protocol's port"
        }
    }

    /// `expected`, `allowed: Ariel`, `off-port: a port of HTTP`.
    package var standingWithReason: String { standing.name + (why.map { ": \($0)" } ?? "") }
}

extension Question {
    /// One row per protocol, port and exact banner.
    static func banners(of holdings: Holdings) -> Table {
        struct Key: Hashable {
            var protocolName: String
            var port: ServicePort
            var text: String
        }
        struct Group {
            var sessions = 0
            var first: Timestamp
            var last: Timestamp
            var hosts: [IPAddress] = []
        }
        var order: [Key] = []
        var groups: [Key: Group] = [:]
        for service in holdings.services {
            for saying in service.sayings {
                let key = Key(protocolName: service.protocolName, port: service.port, text: saying.text)
                if groups[key] == nil { order.append(key) }
                var group = groups[key] ?? Group(first: saying.first, last: saying.last)
                group.sessions += saying.sessions
                group.first = min(group.first, saying.first)
                group.last = max(group.last, saying.last)
                if group.hosts.last != service.host { group.hosts.append(service.host) }
                groups[key] = group
            }
        }
        var table = Table(
            kind: "banner",
            columns: [
                .init("protocol"), .init("port"), .init("transport", title: ""),
                .init("banner", isElastic: true), .init("servers"), .init("sessions"),
                .init("first_seen"), .init("last_seen"), .init("hosts", isElastic: true),
            ])
        // Services come by protocol and port, so only the banners of one port are still to be ordered.
        let sorted = order.enumerated().sorted { left, right in
            let (leftKey, rightKey) = (left.element, right.element)
            guard leftKey.protocolName == rightKey.protocolName, leftKey.port == rightKey.port else {
                return left.offset < right.offset
            }
            let (leftServers, rightServers) = (
                groups[leftKey]?.hosts.count ?? 0, groups[rightKey]?.hosts.count ?? 0
            )
            return leftServers != rightServers ? leftServers > rightServers : leftKey.text < rightKey.text
        }
        for (_, key) in sorted {
            guard let group = groups[key] else { continue }
            table.append([
                .text(key.protocolName), .number(Int(key.port.number)), .text(key.port.transport.description),
                .text(key.text), .count(group.hosts.count), .count(group.sessions), .time(group.first),
                .time(group.last), .list(group.hosts.map(\.description)),
            ])
        }
        return table
    }

    /// One row per host that serves something or whose client programs are known.
    static func hosts(of holdings: Holdings) -> Table {
        struct Host {
            var serves: [Service] = []
            var uses: [Client] = []

            /// What its programs call themselves, each text once, in the order of the clients.
            var programs: [String] {
                var told: Set<String> = []
                return uses.map(\.software).filter { told.insert($0).inserted }
            }
        }
        var hosts: [IPAddress: Host] = [:]
        for service in holdings.services { hosts[service.host, default: Host()].serves.append(service) }
        for client in holdings.clients { hosts[client.host, default: Host()].uses.append(client) }
        var table = Table(
            kind: "host",
            columns: [
                .init("host"), .init("services"), .init("off_port"), .init("serves", isElastic: true),
                .init("uses", isElastic: true), .init("first_seen"), .init("last_seen"),
                .init(
                    "names", audience: holdings.hostFacts.isEmpty ? .programs : .everyone, isElastic: true),
                .init(
                    "system", audience: holdings.hostFacts.isEmpty ? .programs : .everyone, isElastic: true),
                .init("hardware", audience: .programs),
                .init(
                    "known_by",
                    audience: holdings.hasOtherEyes || !holdings.hostFacts.isEmpty ? .everyone : .programs),
            ])
        for (address, host) in hosts.sorted(by: { $0.key < $1.key }) {
            let firsts = host.serves.map(\.firstSeen) + host.uses.map(\.firstSeen)
            let lasts = host.serves.map(\.lastSeen) + host.uses.map(\.lastSeen)
            guard let first = firsts.min(), let last = lasts.max() else { continue }
            let span = holdings.spans[address] ?? Holdings.Span(first: first, last: last)
            let witness = holdings.hostFacts[address]
            table.append([
                .address(address), .count(host.serves.count),
                .count(host.serves.count { $0.standing.rank == 2 }),
                .list(host.serves.map { "\($0.protocolName):\($0.port)" }),
                .phrases(host.programs),
                .time(span.first), .time(span.last), .list(witness?.names ?? []),
                witness?.system.map { .text($0) } ?? .none, witness?.hardware.map { .text($0) } ?? .none,
                .list(holdings.labels(of: address, serves: host.serves, uses: host.uses)),
            ])
        }
        return table
    }
}

extension Service {
    /// What the server said of itself, each text once: its banners, or else the words it was recognised by.
    fileprivate var sayings: [(text: String, first: Timestamp, last: Timestamp, sessions: Int)] {
        var sayings: [(text: String, first: Timestamp, last: Timestamp, sessions: Int)] = []
        for banner in banners {
            guard let text = banner.text ?? banner.product ?? banner.agreement else { continue }
            if let place = sayings.firstIndex(where: { $0.text == text }) {
                sayings[place].first = min(sayings[place].first, banner.firstSeen)
                sayings[place].last = max(sayings[place].last, banner.lastSeen)
                sayings[place].sessions += banner.sessions
            } else {
                sayings.append((text, banner.firstSeen, banner.lastSeen, banner.sessions))
            }
        }
        if sayings.isEmpty, evidence.isServer, evidence.isText {
            sayings = [(evidence.text, firstSeen, lastSeen, sessions)]
        }
        return sayings
    }
}

extension Service.Banner {
    /// What was agreed on, where the server's words are a handshake: certificate, cipher, version and name.
    fileprivate var agreement: String? {
        guard fields["cipher"] ?? fields["sni"] != nil else { return nil }
        return fields.values.map(\.value).joined(separator: " ")
    }
}

extension Evidence {
    /// Whether the bytes are a line of printable ASCII.
    fileprivate var isText: Bool {
        !text.isEmpty
            && bytes.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0d || $0 == 0x0a || $0 == 0x09 }
    }
}
