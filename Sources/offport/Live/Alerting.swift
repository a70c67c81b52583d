import Alerts
import Inventory
import Logging
import Matching
import Net
import Records
import Synchronization

/// Makes alerts of records and submits them.
final class Alerting {
    let center: AlertCenter
    /// Whether some alert is about flows: their records are made only for that.
    private(set) var wantsFlows: Bool

    /// Nil when the policy alerts nobody.
    init?(_ policy: Policy, spool: String, log: Logger) throws {
        guard !policy.alerts.isEmpty else { return nil }
        wantsFlows = policy.alerts.contains { $0.event == .flow }
        do {
            center = try AlertCenter(
                routes: policy.alerts, receivers: policy.receivers, spool: spool, log: log,
                version: Offport.version)
        } catch {
            throw Outcome.failed(["\(spool): alerts cannot be kept here: \(error)"])
        }
        center.start()
    }

    func submit(_ finding: Finding, naming: Naming) {
        var alert = Alert(
            time: finding.time, kind: .finding, severity: finding.severity, title: finding.title,
            line: Self.line(naming) { $0.append(finding) })
        alert.rule = finding.rule.name
        alert.host = finding.host
        alert.port = finding.port.number
        alert.transport = finding.port.transport
        alert.protocolName = finding.protocolName
        alert.direction = finding.direction
        alert.instance = Self.instance(of: finding)
        center.submit(alert)
    }

    /// What makes it another finding of the same rule about the same service: nothing that differs when a run that was
    /// killed finds it again.
    private static func instance(of finding: Finding) -> String? {
        switch finding.rule {
        // Who was told of the service before it was reached from outside is told that it is graver.
        case .offPort: finding.direction == .inbound ? "inbound" : nil
        case .detected(let detected): detected.isOfService ? nil : "\(finding.client.address)"
        case .changedProduct: "\(finding.severity.rawValue) \(finding.now ?? "")"
        case .goneQuiet: finding.lastSeen?.description
        // A service is new once, and a protocol is forbidden for good.
        case .forbidden, .newHost, .newService, .newPort, .protocolChanged: nil
        }
    }

    /// A service that was not known.
    func submit(_ service: Service, naming: Naming) {
        let name = naming.label(ofProtocol: service.protocolName)
        var alert = Alert(
            time: service.firstSeen, kind: .service, severity: .info,
            title:
                "New service: \(name) on \(Endpoint(service.host, service.port.number))/\(service.port.transport)",
            line: Self.line(naming) { $0.append(service) })
        alert.host = service.host
        alert.port = service.port.number
        alert.transport = service.port.transport
        alert.protocolName = service.protocolName
        center.submit(alert)
    }

    /// The host of a service, of which nothing was known.
    func submit(hostOf service: Service, naming: Naming) {
        var host = Alert(
            time: service.firstSeen, kind: .host, severity: .info, title: "New host: \(service.host)",
            line: Self.line(naming) { $0.append(hostOf: service) })
        host.host = service.host
        center.submit(host)
    }

    /// A client program that was not known, and says what it is.
    func submit(_ client: Client, naming: Naming) {
        guard !client.isFingerprint else { return }
        let name = naming.label(ofProtocol: client.protocolName)
        var alert = Alert(
            time: client.lastSeen, kind: .client, severity: .info,
            title: "New client: \(name) by \(client.software) on \(client.host)",
            line: Self.line(naming) { $0.append(client) })
        alert.host = client.host
        alert.protocolName = client.protocolName
        alert.instance = client.software
        center.submit(alert)
    }

    /// A service that joined an asset list or left it.
    func submit(_ change: AssetChange, naming: Naming) {
        var alert = Alert(
            time: change.time, kind: .asset, severity: .info, title: change.title,
            line: Self.line(naming) { $0.append(change) })
        alert.rule = change.list
        alert.host = change.service.host
        alert.port = change.service.port.number
        alert.transport = change.service.port.transport
        alert.protocolName = change.service.protocolName
        alert.instance = "\(change.hasJoined ? "joined" : "left") \(change.time)"
        center.submit(alert)
    }

    func submit(_ flow: FlowRecord, naming: Naming) {
        guard wantsFlows else { return }
        let server = flow.server.endpoint
        let name = flow.protocolName.map(naming.label(ofProtocol:)) ?? "Unrecognised"
        var alert = Alert(
            time: flow.end, kind: .flow, severity: .info,
            title: "\(name): \(flow.client.endpoint) to \(server)/\(flow.transport)",
            line: Self.line(naming) { $0.append(flow) })
        alert.host = server.address
        alert.port = server.port
        alert.transport = flow.transport
        alert.protocolName = flow.protocolName
        alert.instance = String(flow.flow, radix: 16)
        center.submit(alert)
    }

    /// Alerts by another policy from here on; what waits for receivers that stay is theirs still.
    ///
    /// - Throws: what is wrong with the place for alerts; then nothing has changed.
    func adopt(_ policy: Policy) throws {
        let (center, done) = (center, Latch())
        let failure = Mutex<(any Error)?>(nil)
        Task {
            do {
                try await center.adopt(routes: policy.alerts, receivers: policy.receivers)
            } catch { failure.withLock { $0 = error } }
            done.open()
        }
        done.wait()
        if let failure = failure.withLock({ $0 }) { throw failure }
        wantsFlows = policy.alerts.contains { $0.event == .flow }
    }

    private static func line(_ naming: Naming, _ body: (inout RecordWriter) -> Void) -> [UInt8] {
        var writer = RecordWriter(naming: naming)
        body(&writer)
        return writer.bytes
    }

    /// Delivers what waits, for a few seconds at most; what is left is delivered by the next run.
    func stop() {
        let (center, done) = (center, Latch())
        Task {
            await center.stop(within: .seconds(5))
            done.open()
        }
        done.wait()
    }
}
