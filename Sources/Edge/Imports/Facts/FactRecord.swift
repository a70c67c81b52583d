internal import Net
public import Records

/// Writes facts as JSON lines, in the words of Offport's own records; `source` says that they are somebody else's.
public struct FactRecord: Sendable {
    /// The tool that the file is of, such as `zeek`.
    public var tool: String
    /// The file as it was named.
    public var file: String

    /// Writes facts of a file.
    public init(tool: String, file: String) {
        self.tool = tool
        self.file = file
    }

    /// Writes one fact.
    public func write(_ fact: Fact, to line: inout JSONLine) {
        switch fact {
        case .session(let session): write(session, to: &line)
        case .service(let service): write(service, to: &line)
        case .host(let host): write(host, to: &line)
        case .scan(let scan): write(scan, to: &line)
        case .alert(let alert): write(alert, to: &line)
        }
    }

    private func origin(_ line: inout JSONLine) {
        line.field("source", "import")
        line.field("tool", tool)
        line.field("file", file)
    }

    /// Writes a session as a flow record.
    public func write(_ session: SessionFact, to line: inout JSONLine) {
        line.begin("flow")
        origin(&line)
        line.field("start", session.start)
        line.field("end", session.end)
        line.field("transport", "\(session.transport)")
        if session.vlan != 0 { line.field("vlan", session.vlan) }
        for (name, end, volume) in [
            ("client", session.client, session.sent), ("server", session.server, session.received),
        ] {
            line.object(name) { line in
                line.field("ip", end.address)
                line.field("port", end.port)
                line.field("packets", volume.packets)
                line.field("bytes", volume.bytes)
            }
        }
        line.field("state", session.state.rawValue)
        line.field("action", session.action?.rawValue)
        if session.isDirectionGuessed { line.field("direction_guessed", true) }
        if let name = session.protocolName { line.field("protocol", name) } else { line.null("protocol") }
        line.list("then", session.then)
        line.end()
    }

    private func write(_ service: ServiceFact, to line: inout JSONLine) {
        line.begin("service")
        origin(&line)
        line.field("host", service.endpoint.address)
        line.field("transport", "\(service.transport)")
        line.field("port", service.endpoint.port)
        if let name = service.protocolName { line.field("protocol", name) } else { line.null("protocol") }
        line.list("then", service.then)
        line.field("claim", service.claim)
        if service.isGuess { line.field("guess", true) }
        line.field("first_seen", service.first)
        line.field("last_seen", service.last)
        line.field("banner", service.banner)
        line.field("product", service.product)
        line.field("version", service.version)
        line.field("info", service.info)
        line.field("scan", flow: service.scan)
        line.end()
    }

    private func write(_ host: HostFact, to line: inout JSONLine) {
        line.begin("host")
        origin(&line)
        line.field("host", host.address)
        line.field("first_seen", host.first)
        line.field("last_seen", host.last)
        line.list("names", host.names)
        line.field("hardware", host.hardware)
        line.field("system", host.system)
        line.field("scan", flow: host.scan)
        line.end()
    }

    private func write(_ scan: ScanFact, to line: inout JSONLine) {
        line.begin("scan")
        origin(&line)
        line.field("scan", flow: scan.id)
        line.field("request", scan.request)
        line.field("start", scan.start)
        line.field("end", scan.end)
        line.list("ports", scan.ports.map(\.description))
        line.field("ports_claim", scan.portsClaim)
        line.field("hosts", scan.hosts)
        line.end()
    }

    private func write(_ alert: AlertFact, to line: inout JSONLine) {
        line.begin("alert")
        origin(&line)
        line.field("time", alert.time)
        line.field("transport", alert.transport.map { "\($0)" })
        for (name, end) in [("client", alert.client), ("server", alert.server)] {
            guard let end else { continue }
            line.object(name) { line in
                line.field("ip", end.address)
                // Some alerts, such as that of a scan, are of no port.
                if end.port != 0 { line.field("port", end.port) }
            }
        }
        line.field("signature", alert.signature)
        line.field("text", alert.text)
        line.field("category", alert.category)
        line.field("severity", alert.severity)
        line.field("action", alert.action)
        line.end()
    }
}
