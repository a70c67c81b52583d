import Inventory
import Net

/// What can be asked of what is known.
public enum Question: String, Sendable, CaseIterable {
    /// Every service.
    case services
    /// One row per protocol and port.
    case ports
    /// What servers say of themselves, per protocol and port.
    case banners
    /// One row per product, protocol and port.
    case products
    /// Client programs.
    case clients
    /// One row per host.
    case hosts
    /// What an analyst should know, the gravest first.
    case findings

    /// The answer as rows.
    public func table(of holdings: Holdings) -> Table {
        switch self {
        case .services: Self.services(of: holdings)
        case .ports: Self.ports(of: holdings)
        case .banners: Self.banners(of: holdings)
        case .products: Self.products(of: holdings)
        case .clients: Self.clients(of: holdings)
        case .hosts: Self.hosts(of: holdings)
        case .findings: Self.findings(of: holdings)
        }
    }

    /// The answer as JSON lines: the same records that a run writes where there is one, rows otherwise.
    public func jsonLines(of holdings: Holdings, _ schema: RecordSchema = .offport) -> [UInt8] {
        var writer = RecordWriter(naming: holdings.naming, schema: schema)
        switch self {
        case .services:
            for service in holdings.services { writer.append(service, holdings.witnesses[service.id]) }
        case .clients:
            for client in holdings.clients { writer.append(client) }
        case .findings:
            for kept in holdings.findings { writer.append(kept) }
        case .ports, .banners, .products, .hosts:
            return table(of: holdings).jsonLines()
        }
        return writer.bytes
    }

    // MARK: Rows

    private static func services(of holdings: Holdings) -> Table {
        var table = Table(
            kind: "service",
            columns: [
                .init("protocol"), .init("host", title: "SERVER"), .init("port", title: ""),
                .init("transport", title: ""), .init("standing", audience: .programs),
                .init("why", audience: .programs),
                .init("standing_why", title: "STANDING", audience: .people),
                .init("product", audience: .programs),
                .init("product_banner", title: "PRODUCT", audience: .people, isElastic: true),
                .init("banner", audience: .programs), .init("sessions"),
                .init("clients"), .init("direction", audience: .programs), .init("first_seen"),
                .init("last_seen"),
                .init("sources", title: "KNOWN BY", audience: holdings.hasOtherEyes ? .everyone : .programs),
                .init(
                    "conflicts", title: "DISAGREES",
                    audience: holdings.hasConflicts ? .everyone : .programs, isElastic: true),
            ])
        for service in holdings.services {
            let witness = holdings.witnesses[service.id]
            let banner = service.currentBanner
            table.append([
                .text(service.protocolName), .address(service.host), .number(Int(service.port.number)),
                .text(service.port.transport.description), .text(service.standing.name),
                service.why.map { .text($0) } ?? .none, .standing(service.standingWithReason),
                banner?.product.map { .text($0) } ?? .none,
                (banner?.product ?? banner?.text).map { .text($0) } ?? .none,
                banner?.text.map { .text($0) } ?? .none, .count(service.sessions), .count(service.clients),
                service.direction.map { .text($0.rawValue) } ?? .none, .time(service.firstSeen),
                .time(service.lastSeen), .list(witness?.labels ?? []), .phrases(witness?.conflicts ?? []),
            ])
        }
        return table
    }

    private static func ports(of holdings: Holdings) -> Table {
        var table = Table(
            kind: "port",
            columns: [
                .init("protocol"), .init("port"), .init("transport", title: ""), .init("servers"),
                .init("sessions"), .init("standing", audience: .programs), .init("why", audience: .programs),
                .init("bar", title: "", audience: .people),
                .init("standing_why", title: "STANDING", audience: .people, isElastic: true),
            ])
        let summaries = PortSummary.summaries(of: holdings.services)
        let most = summaries.map(\.servers).max() ?? 0
        for summary in summaries {
            table.append([
                .text(summary.protocolName), .number(Int(summary.port.number)),
                .text(summary.port.transport.description), .count(summary.servers), .count(summary.sessions),
                .text(summary.standing), summary.why.isEmpty ? .none : .text(summary.why),
                .bar(summary.servers, 0, of: most), .standing(summary.standingWithReason),
            ])
        }
        return table
    }

    private static func clients(of holdings: Holdings) -> Table {
        var table = Table(
            kind: "client",
            columns: [
                .init("protocol"), .init("host", title: "CLIENT"), .init("port", audience: .programs),
                .init("software", isElastic: true), .init("sessions"),
                .init("direction", audience: .programs),
                .init("first_seen"), .init("last_seen"),
            ])
        for client in holdings.clients {
            table.append([
                .text(client.protocolName), .address(client.host), .number(0), .text(client.software),
                .count(client.sessions), client.direction.map { .text($0.rawValue) } ?? .none,
                .time(client.firstSeen), .time(client.lastSeen),
            ])
        }
        return table
    }

    private static func findings(of holdings: Holdings) -> Table {
        var table = Table(
            kind: "finding",
            columns: [
                .init("id"), .init("state"), .init("severity"), .init("rule", audience: .programs),
                .init("class", audience: .programs), .init("host", title: "SERVER"), .init("port", title: ""),
                .init("transport", title: ""),
                .init("protocol", audience: .programs), .init("owner", audience: .programs),
                .init("title", title: "FINDING", isElastic: true), .init("client", isElastic: true),
                .init("direction", audience: .programs), .init("time"), .init("flow", audience: .programs),
                .init("evidence", audience: .programs), .init("by", audience: .programs),
                .init("since", audience: .programs), .init("note", audience: .programs),
                .init("last_time", audience: .programs), .init("times", audience: .programs),
            ])
        for kept in holdings.findings {
            let finding = kept.finding
            table.append([
                .number(kept.number), .text(kept.state.rawValue), .severity(finding.severity),
                .text(finding.rule.name),
                finding.rule.offPortClass.map { .text($0.rawValue) } ?? .none, .address(finding.host),
                .number(Int(finding.port.number)), .text(finding.port.transport.description),
                .text(finding.protocolName), finding.owner.map { .text($0) } ?? .none, .text(finding.title),
                finding.hasFlow ? .text(finding.client.description) : .none,
                finding.direction.map { .text($0.rawValue) } ?? .none, .time(finding.time),
                finding.hasFlow ? .text(flowName(finding.flow)) : .none,
                finding.evidence.bytes.isEmpty ? .none : .text(finding.evidence.text),
                kept.stateBy.map { .text($0) } ?? .none, kept.stateTime.map { .time($0) } ?? .none,
                kept.note.map { .text($0) } ?? .none, .time(kept.lastTime), .count(kept.times),
            ])
        }
        return table
    }
}
