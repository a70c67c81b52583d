public import Inventory
import Net

/// Writes records as JSON lines into a buffer; the caller takes `bytes` and clears it.
public struct RecordWriter: Sendable {
    private var line = JSONLine()
    private let naming: Naming
    private let schema: RecordSchema

    /// A writer with an empty buffer.
    public init(naming: Naming, schema: RecordSchema = .offport) {
        (self.naming, self.schema) = (naming, schema)
    }

    /// The lines written since the last `clear`.
    public var bytes: [UInt8] { line.bytes }

    /// Forgets the lines and keeps the memory.
    public mutating func clear() { line.clear() }

    /// Lines that were written elsewhere.
    public mutating func append(lines bytes: [UInt8]) { line.append(lines: bytes) }

    /// A flow, recognised or not.
    public mutating func append(_ flow: FlowRecord) {
        write("flow", { $0.append(ecs: flow) }) { line in
            line.field("start", flow.start)
            line.field("end", flow.end)
            line.field("capture", flow.capture)
            line.field("flow", flow: flow.flow)
            line.field(
                "community_id",
                CommunityID.text(flow.transport, flow.client.endpoint, flow.server.endpoint))
            line.field("transport", flow.transport.description)
            if flow.vlan != 0 { line.field("vlan", flow.vlan) }
            for (name, side) in [("client", flow.client), ("server", flow.server)] {
                line.object(name) { line in
                    line.field("ip", side.endpoint.address)
                    line.field("port", side.endpoint.port)
                    line.field("packets", side.packets)
                    line.field("bytes", side.bytes)
                }
            }
            line.field("state", flow.state.rawValue)
            if let name = flow.protocolName { line.field("protocol", name) } else { line.null("protocol") }
            line.list("then", flow.then)
            line.field("confidence", flow.confidence?.rawValue)
            line.field("parent", flow: flow.parent)
            line.field("direction", flow.direction?.rawValue)
            line.field("tunnel", flow.tunnel)
        }
    }

    /// A service, with the fields of its current banner.
    public mutating func append(_ service: Service, _ witness: ServiceWitness? = nil) {
        let naming = naming
        write("service", { $0.append(ecs: service) }) { line in
            line.field("host", service.host)
            line.field("transport", service.port.transport.description)
            line.field("port", service.port.number)
            line.field("protocol", service.protocolName)
            line.field("standing", service.standing.name)
            line.field("by", service.allowance)
            if case .offPort(let offPortClass, _) = service.standing {
                line.field("class", offPortClass.rawValue)
            }
            line.field("owner", service.owner)
            line.field("first_seen", service.firstSeen)
            line.field("last_seen", service.lastSeen)
            line.field("sessions", service.sessions)
            line.field("clients", service.clients)
            if let fields = service.currentBanner?.fields.values {
                for (place, field) in fields.enumerated()
                where !Service.ownNames.contains(field.name)
                    && !fields[..<place].contains(where: { $0.name == field.name })
                {
                    line.field(field.name, field.value)
                }
            }
            line.field("plugin", service.plugin)
            line.field("capture", service.capture)
            line.field("direction", service.direction?.rawValue)
            line.field("confidence", service.confidence.rawValue)
            // Other tools tell of services without a flow.
            if service.flow != 0 { line.field("flow", flow: service.flow) }
            if service.banners.count > 1 {
                let banners = service.banners.sorted {
                    ($0.firstSeen, $0.lastSeen) < ($1.firstSeen, $1.lastSeen)
                }
                line.list("banners", banners) { $0.append($1) }
            }
            if let witness {
                line.list("sources", witness.sources) { $0.append($1) }
                line.list("conflicts", witness.conflicts)
            }
            Self.append(service.evidence, protocolIndex: service.protocolIndex, naming, to: &line)
        }
    }

    /// A new host, by the service that it was met with: a row of `offport hosts` as far as it is known by then.
    public mutating func append(hostOf service: Service) {
        write("host", { $0.append(ecsHostOf: service) }) { line in
            line.field("host", service.host)
            line.list("serves", ["\(service.protocolName):\(service.port)"])
            line.field("first_seen", service.firstSeen)
            line.field("last_seen", service.lastSeen)
            line.field("title", "New host: \(service.host)")
            line.field("direction", service.direction?.rawValue)
            line.field("capture", service.capture)
        }
    }

    /// A client program, with port 0: it is no server.
    public mutating func append(_ client: Client) {
        write("client", { $0.append(ecs: client) }) { line in
            line.field("host", client.host)
            line.field("port", 0)
            line.field("protocol", client.protocolName)
            line.field("software", client.software)
            line.field("first_seen", client.firstSeen)
            line.field("last_seen", client.lastSeen)
            line.field("sessions", client.sessions)
            line.field("direction", client.direction?.rawValue)
            line.field("capture", client.capture)
        }
    }

    /// A finding, with its evidence.
    public mutating func append(_ finding: Finding) { append(finding) { _ in } }

    /// A finding of a store, with what became of it.
    public mutating func append(_ kept: KeptFinding) {
        append(kept.finding) { line in
            line.field("id", kept.number)
            line.field("state", kept.state.rawValue)
            line.field("by", kept.stateBy)
            line.field("since", kept.stateTime)
            line.field("note", kept.note)
            line.field("last_time", kept.lastTime)
            line.field("times", kept.times)
        }
    }

    private mutating func append(_ finding: Finding, _ more: (inout JSONLine) -> Void) {
        let naming = naming
        write("finding", { $0.append(ecs: finding) }) { line in
            line.field("rule", finding.rule.name)
            line.field("class", finding.rule.offPortClass?.rawValue)
            line.field("severity", finding.severity.rawValue)
            line.field("host", finding.host)
            line.field("transport", finding.port.transport.description)
            line.field("port", finding.port.number)
            line.field("protocol", finding.protocolName)
            line.field("owner", finding.owner)
            line.list("expected", finding.expected.map(\.description))
            line.field("title", finding.title)
            line.field("reason", finding.reason)
            line.field("category", finding.rule.detected?.category)
            line.field("reference", finding.rule.detected?.reference)
            line.field("detection", finding.rule.detected?.plugin)
            line.field("time", finding.time)
            line.field("before", finding.before)
            line.field("now", finding.now)
            line.field("last_seen", finding.lastSeen)
            if finding.hasFlow {
                line.field("flow", flow: finding.flow)
                line.field("community_id", finding.communityID)
            }
            Self.append(finding.evidence, protocolIndex: finding.protocolIndex, naming, to: &line)
            if finding.hasFlow {
                line.object("client") { line in
                    line.field("ip", finding.client.address)
                    line.field("port", finding.client.port)
                }
            }
            if finding.vlan != 0 { line.field("vlan", finding.vlan) }
            line.field("direction", finding.direction?.rawValue)
            line.field("confidence", finding.confidence.rawValue)
            line.field("plugin", finding.plugin)
            line.field("capture", finding.capture)
            more(&line)
        }
    }

    private static func append(
        _ evidence: Evidence, protocolIndex: Int, _ naming: Naming, to line: inout JSONLine
    ) {
        guard !evidence.bytes.isEmpty || evidence.signature != nil else { return }
        line.object("evidence") { line in
            line.field("speaker", evidence.isServer ? "server" : "client")
            line.field("offset", evidence.offset)
            line.field("text", evidence.text)
            line.field("hex", hex: Array(evidence.bytes.prefix(64)))
            line.field("signature", evidence.signature.map(naming.signature))
            line.field("pack_version", naming.packVersion(evidence.signature, protocolIndex))
        }
    }

    /// A record of a kind, in the schema that is asked for: `common` writes what that calls by names of its own.
    mutating func write(
        _ kind: StaticString, _ common: (inout JSONLine) -> Void, _ body: (inout JSONLine) -> Void
    ) {
        switch schema {
        case .offport:
            line.begin(kind)
            body(&line)
        case .ecs:
            line.begin()
            common(&line)
            line.object("offport") { line in
                line.field("kind", "\(kind)")
                body(&line)
            }
        }
        line.end()
    }

    /// The counters of a run, in the given order.
    public mutating func append(summary values: [(String, SummaryValue)]) {
        let times = values.compactMap { if case .time(let time) = $0.1 { time } else { nil } }
        write("summary", { $0.append(ecsEvent: "metric", ["network"], ["info"], at: times.max()) }) { line in
            for (name, value) in values { line.field(name, value) }
        }
    }
}

extension JSONLine {
    fileprivate mutating func append(_ source: ServiceSource) {
        element { line in
            line.field("source", source.kind.rawValue)
            line.field("name", source.name)
            line.field("capture", source.capture)
            line.field("first_seen", source.first)
            line.field("last_seen", source.last)
            line.field("product", source.product)
            line.field("version", source.version)
            line.field("banner", source.banner)
        }
    }

    fileprivate mutating func append(_ banner: Service.Banner) {
        element { line in
            for (name, value) in banner.fields.values
            where !["first_seen", "last_seen", "sessions"].contains(name) {
                line.field(name, value)
            }
            line.field("first_seen", banner.firstSeen)
            line.field("last_seen", banner.lastSeen)
            line.field("sessions", banner.sessions)
        }
    }

    fileprivate mutating func field(_ name: String, _ value: SummaryValue) {
        switch value {
        case .count(let count): field(name, count)
        case .decimal(let number): field(name, decimal: number)
        case .text(let text): field(name, text)
        case .time(let time): field(name, time)
        case .flag(let flag): field(name, flag)
        case .list(let texts): list(name, texts) { $0.word($1) }
        case .object(let values):
            object(name) { line in
                for (name, value) in values { line.field(name, value) }
            }
        }
    }
}
