internal import Inventory
public import Net
public import Records

// The answers as rows, for people, spreadsheets and programs.

extension Table {
    /// The clients of a place.
    public init(clientsOf place: Place, _ clients: [ClientUsage]) {
        self.init(
            kind: "client_of",
            columns: [
                .init("server", audience: .programs), .init("port", audience: .programs),
                .init("client"), .init("transport", title: ""), .init("sessions"), .init("attempts"),
                .init("first_seen"), .init("last_seen"),
                .init("client_bytes", title: "SENT"), .init("server_bytes", title: "RECEIVED"),
                .init("protocols"), .init("software", isElastic: true),
            ])
        for client in clients {
            let usage = client.usage
            append([
                .address(place.endpoint.address), .number(Int(place.endpoint.port)), .address(client.client),
                .text(client.transport.description), .count(usage.established), .count(usage.attempts),
                .time(usage.first), .time(usage.last), .count(usage.clientBytes), .count(usage.serverBytes),
                .list(client.protocols), .phrases(client.software),
            ])
        }
    }

    /// Periods with the sessions that began in them, and a bar for people.
    public init(_ periods: [Period], per division: Division) {
        self.init(
            kind: "period",
            columns: [
                .init("start", title: division == .hour ? "HOUR" : "DAY"),
                .init("per", audience: .programs), .init("sessions"), .init("attempts"),
                .init("client_bytes", title: "SENT"), .init("server_bytes", title: "RECEIVED"),
                .init("bar", title: "", audience: .people),
            ])
        let most = periods.map(\.usage.sessions).max() ?? 0
        for period in periods {
            append([
                .period(period.start, isDay: division == .day), .text(division.rawValue),
                .count(period.usage.established), .count(period.usage.attempts),
                .count(period.usage.clientBytes), .count(period.usage.serverBytes),
                .bar(period.usage.established, period.usage.attempts, of: most),
            ])
        }
    }

    /// Sessions; as records they are flows.
    public init(_ sessions: [FlowRecord]) {
        let hasVLANs = sessions.contains { $0.vlan != 0 }
        self.init(
            kind: "flow",
            columns: [
                .init("start"), .init("end", audience: .programs), .init("client", isElastic: true),
                .init("server", audience: .programs), .init("transport", audience: .programs),
                .init("vlan", audience: hasVLANs ? .everyone : .programs),
                .init("state"), .init("protocol"), .init("seconds"),
                .init("client_bytes", title: "SENT"), .init("server_bytes", title: "RECEIVED"),
                .init("flow", audience: .programs), .init("capture", audience: .programs),
            ])
        for session in sessions {
            let length = session.end.nanoseconds(since: session.start)
            append([
                .time(session.start), .time(session.end), .text("\(session.client.endpoint)"),
                .text("\(session.server.endpoint)"), .text("\(session.transport)"),
                session.vlan == 0 ? .none : .number(Int(session.vlan)),
                .text(session.state.rawValue), session.protocolName.map { .text($0) } ?? .none,
                .number(Int(length / 1_000_000_000)), .count(Int(clamping: session.client.bytes)),
                .count(Int(clamping: session.server.bytes)), .text(flowName(session.flow)),
                session.capture.map { .text($0) } ?? .none,
            ])
        }
    }

    /// When a place came into use.
    public init(_ firsts: [FirstUse], of place: Place) {
        self.init(
            kind: "first_use",
            columns: [
                .init("host", audience: .programs), .init("port", audience: .programs), .init("event"),
                .init("time"), .init("client"), .init("transport", title: ""), .init("protocol"),
                .init(
                    "text", title: "SOURCE",
                    audience: firsts.contains { $0.text != nil } ? .everyone : .programs, isElastic: true),
            ])
        for first in firsts {
            append([
                .address(place.endpoint.address), .number(Int(place.endpoint.port)),
                .text(first.event.rawValue), .time(first.time), first.client.map { .address($0) } ?? .none,
                first.transport.map { .text($0.description) } ?? .none,
                first.protocolName.map { .text($0) } ?? .none, first.text.map { .text($0) } ?? .none,
            ])
        }
    }

    /// Where the clients of a place and its server went.
    public init(_ reached: [Reached]) {
        self.init(
            kind: "reached",
            columns: [
                .init("from"), .init("who"), .init("host", title: "REACHED"), .init("port", title: ""),
                .init("transport", title: ""), .init("protocol"), .init("sessions"), .init("attempts"),
                .init("first_seen"), .init("last_seen", audience: .programs),
                .init("client_bytes", title: "SENT"), .init("server_bytes", title: "RECEIVED"),
            ])
        for row in reached {
            append([
                .address(row.from), .text(row.isServer ? "server" : "client"),
                .address(row.place.endpoint.address), .number(Int(row.place.endpoint.port)),
                row.place.transport.map { .text($0.description) } ?? .none,
                row.protocolName.map { .text($0) } ?? .none, .count(row.usage.established),
                .count(row.usage.attempts), .time(row.usage.first), .time(row.usage.last),
                .count(row.usage.clientBytes), .count(row.usage.serverBytes),
            ])
        }
    }

    /// Everything about a host.
    public init(timelineOf host: IPAddress, _ events: [TimelineEvent]) {
        self.init(
            kind: "event",
            columns: [
                .init("host", audience: .programs), .init("time"), .init("event"),
                .init("text", title: "WHAT", isElastic: true), .init("peer", audience: .programs),
                .init("port", audience: .programs), .init("transport", audience: .programs),
                .init("protocol", audience: .programs), .init("sessions", audience: .programs),
                .init("attempts", audience: .programs), .init("last_seen", audience: .programs),
                .init("client_bytes", audience: .programs), .init("server_bytes", audience: .programs),
            ])
        for event in events {
            let usage = event.usage
            append([
                .address(host), .time(event.time), .text(event.kind.rawValue), .text(event.text),
                event.peer.map { .address($0) } ?? .none, event.port.map { .number(Int($0)) } ?? .none,
                event.transport.map { .text($0.description) } ?? .none,
                event.protocolName.map { .text($0) } ?? .none,
                usage.map { .count($0.established) } ?? .none, usage.map { .count($0.attempts) } ?? .none,
                usage.map { .time($0.last) } ?? .none, usage.map { .count($0.clientBytes) } ?? .none,
                usage.map { .count($0.serverBytes) } ?? .none,
            ])
        }
    }

    /// What is new.
    public init(_ novelties: [Novelty]) {
        self.init(
            kind: "new",
            columns: [
                .init("time"), .init("what"), .init("host"), .init("port"), .init("transport", title: ""),
                .init("protocol"), .init("text", title: "", isElastic: true),
            ])
        for novelty in novelties {
            switch novelty {
            case .host(let host, let time):
                append([.time(time), .text("host"), .address(host), .none, .none, .none, .none])
            case .service(let service):
                append(
                    Self.cells("service", service, at: service.firstSeen)
                        + [.text(service.standing.name + (service.allowance.map { ": \($0)" } ?? ""))])
            case .banner(let service, let banner):
                let said = banner.text ?? banner.product
                append(
                    Self.cells("banner", service, at: banner.firstSeen) + [said.map { .text($0) } ?? .none])
            case .client(let client):
                append([
                    .time(client.firstSeen), .text("client"), .address(client.host), .none, .none,
                    .text(client.protocolName), .text(client.software),
                ])
            case .finding(let kept):
                let finding = kept.finding
                append([
                    .time(finding.time), .text("finding"), .address(finding.host),
                    .number(Int(finding.port.number)), .text(finding.port.transport.description),
                    .text(finding.protocolName), .text("\(finding.severity.rawValue): \(finding.title)"),
                ])
            }
        }
    }

    private static func cells(_ what: String, _ service: Service, at time: Timestamp) -> [Cell] {
        [
            .time(time), .text(what), .address(service.host), .number(Int(service.port.number)),
            .text(service.port.transport.description), .text(service.protocolName),
        ]
    }

    /// How the services of two dates differ.
    public init(_ changes: [InventoryChange]) {
        self.init(
            kind: "change",
            columns: [
                .init("change"), .init("protocol"), .init("host", title: "SERVER"), .init("port", title: ""),
                .init("transport", title: ""), .init("standing"), .init("before", isElastic: true),
                .init("after", isElastic: true), .init("first_seen"), .init("last_seen"),
            ])
        for change in changes {
            let service = change.service
            append([
                .text(change.kind.rawValue), .text(service.protocolName), .address(service.host),
                .number(Int(service.port.number)), .text(service.port.transport.description),
                .standing(service.standing.name), change.before.map { .text($0) } ?? .none,
                change.after.map { .text($0) } ?? .none, .time(service.firstSeen), .time(service.lastSeen),
            ])
        }
    }

    /// Lists of assets.
    public init(_ lists: [AssetListSummary]) {
        self.init(
            kind: "asset_list",
            columns: [
                .init("list"), .init("members"), .init("formerly"), .init("changed"),
                .init("declared", isElastic: true),
            ])
        for list in lists {
            append([
                .text(list.name), .count(list.members), .count(list.formerly),
                list.changed.map { .time($0) } ?? .none, .text(list.declared),
            ])
        }
    }

    /// Members of lists.
    public init(_ members: [Membership], showsList: Bool = false) {
        self.init(
            kind: "asset",
            columns: [
                .init("list", audience: showsList ? .everyone : .programs), .init("protocol"), .init("host"),
                .init("port", title: ""), .init("transport", title: ""), .init("joined"), .init("left"),
            ])
        for member in members {
            append([
                .text(member.list), .text(member.protocolName), .address(member.host),
                .number(Int(member.port.number)), .text(member.port.transport.description),
                .time(member.joined), member.left.map { .time($0) } ?? .none,
            ])
        }
    }
}
