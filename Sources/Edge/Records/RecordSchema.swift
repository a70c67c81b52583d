internal import Inventory
internal import Net

/// The names that records have.
public enum RecordSchema: String, Sendable, CaseIterable {
    /// Offport's own.
    case offport
    /// The Elastic Common Schema 8, with the whole record under `offport`.
    case ecs
}

// What records have in common with those of other programs: https://www.elastic.co/guide/en/ecs/current.
extension JSONLine {
    private static let version = "8.17.0"

    /// What every event says of itself.
    mutating func append(
        ecsEvent kind: String, _ category: [String], _ type: [String], at time: Timestamp?,
        _ more: (inout JSONLine) -> Void = { _ in }
    ) {
        field("@timestamp", time)
        object("ecs") { $0.field("version", Self.version) }
        object("event") { line in
            line.field("kind", kind)
            line.list("category", category)
            line.list("type", type)
            line.field("module", "offport")
            more(&line)
        }
    }

    mutating func append(ecs flow: FlowRecord) {
        let type = flow.state == .rejected ? ["connection", "denied", "end"] : ["connection", "end"]
        append(ecsEvent: "event", ["network"], type, at: flow.start) { line in
            line.field("dataset", "offport.flow")
            line.field("start", flow.start)
            line.field("end", flow.end)
            line.field("duration", flow.end.nanoseconds - flow.start.nanoseconds)
        }
        for names in [("source", "client"), ("destination", "server")] {
            let side = names.0 == "source" ? flow.client : flow.server
            for name in [names.0, names.1] {
                object(name) { line in
                    line.field("ip", side.endpoint.address)
                    line.field("port", side.endpoint.port)
                    line.field("packets", side.packets)
                    line.field("bytes", side.bytes)
                }
            }
        }
        object("network") { line in
            line.field("transport", flow.transport.description)
            line.field("protocol", flow.protocolName)
            line.field("direction", flow.direction?.rawValue)
            line.field(
                "community_id",
                CommunityID.text(flow.transport, flow.client.endpoint, flow.server.endpoint))
            line.field("packets", flow.client.packets &+ flow.server.packets)
            line.field("bytes", flow.client.bytes &+ flow.server.bytes)
            line.vlan(flow.vlan)
        }
        related([flow.client.endpoint.address, flow.server.endpoint.address])
    }

    mutating func append(ecs service: Service) {
        append(ecsEvent: "asset", ["host"], ["info"], at: service.lastSeen) { line in
            line.field("dataset", "offport.service")
            line.field("start", service.firstSeen)
            line.field("end", service.lastSeen)
        }
        host(service.host, service.port)
        network(service.port.transport, service.protocolName, service.direction)
        product(service.currentBanner)
        related([service.host])
    }

    mutating func append(ecsHostOf service: Service) {
        append(ecsEvent: "asset", ["host"], ["info"], at: service.firstSeen) { line in
            line.field("dataset", "offport.host")
        }
        object("host") { line in line.list("ip", ["\(service.host)"]) }
        related([service.host])
    }

    mutating func append(ecs client: Client) {
        append(ecsEvent: "asset", ["host"], ["info"], at: client.lastSeen) { line in
            line.field("dataset", "offport.client")
            line.field("start", client.firstSeen)
            line.field("end", client.lastSeen)
        }
        object("host") { line in line.list("ip", ["\(client.host)"]) }
        network(nil, client.protocolName, client.direction)
        if !client.isFingerprint { object("user_agent") { $0.field("original", client.software) } }
        related([client.host])
    }

    mutating func append(ecs finding: Finding) {
        append(ecsEvent: "alert", ["intrusion_detection", "network"], ["info"], at: finding.time) { line in
            line.field("dataset", "offport.finding")
            line.field("severity", finding.severity.number)
        }
        field("message", finding.title)
        object("rule") { line in
            line.field("name", finding.rule.name)
            line.field("category", finding.rule.offPortClass?.rawValue ?? finding.rule.detected?.category)
            line.field("reference", finding.rule.detected?.reference)
            line.field("ruleset", finding.plugin)
            line.field("description", finding.reason)
        }
        host(finding.host, finding.port)
        object("network") { line in
            line.field("transport", finding.port.transport.description)
            line.field("protocol", finding.protocolName)
            line.field("direction", finding.direction?.rawValue)
            if finding.hasFlow { line.field("community_id", finding.communityID) }
            line.vlan(finding.vlan)
        }
        guard finding.hasFlow else { return related([finding.host]) }
        for name in ["source", "client"] {
            object(name) { line in
                line.field("ip", finding.client.address)
                line.field("port", finding.client.port)
            }
        }
        related([finding.client.address, finding.host])
    }

    mutating func append(ecs change: AssetChange) {
        append(ecsEvent: "event", ["host"], ["change"], at: change.time) { line in
            line.field("dataset", "offport.asset")
            line.field("action", change.hasJoined ? "joined" : "left")
        }
        field("message", change.title)
        host(change.service.host, change.service.port)
        network(change.service.port.transport, change.service.protocolName, change.service.direction)
        product(change.service.currentBanner)
        related([change.service.host])
    }

    // MARK: Parts

    private mutating func host(_ address: IPAddress, _ port: ServicePort) {
        object("host") { line in line.list("ip", ["\(address)"]) }
        for name in ["destination", "server"] {
            object(name) { line in
                line.field("ip", address)
                line.field("port", port.number)
            }
        }
    }

    private mutating func network(_ transport: TransportProtocol?, _ name: String, _ direction: Direction?) {
        object("network") { line in
            line.field("transport", transport?.description)
            line.field("protocol", name)
            line.field("direction", direction?.rawValue)
        }
    }

    private mutating func product(_ banner: Service.Banner?) {
        guard let banner, let name = banner.fields["product"] ?? banner.fields["software"] else { return }
        object("service") { line in
            line.field("name", name)
            line.field("version", banner.fields["version"])
        }
    }

    private mutating func vlan(_ number: UInt16) {
        guard number != 0 else { return }
        object("vlan") { $0.field("id", "\(number)") }
    }

    private mutating func related(_ addresses: [IPAddress]) {
        object("related") { line in line.list("ip", addresses.map { "\($0)" }) }
    }
}

extension Severity {
    /// From 1, `info`, to 5, `critical`: the greater the graver, as the schema wants it.
    fileprivate var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}
