internal import Foundation
internal import GRDB
internal import Inventory
internal import Net
internal import Records

/// A finding on its way into the store, with the names that only its library knows.
struct WaitingFinding {
    var finding: Finding
    var packVersion: String?
    var signature: String?

    init(_ finding: Finding, _ naming: StoreNaming) {
        self.finding = finding
        packVersion = naming.names(ofProtocol: finding.protocolIndex)?.packVersion
        signature = naming.signature(of: finding.evidence)
    }

    /// What makes it another finding of the same rule about the same service.
    private var subject: String {
        switch finding.rule {
        case .offPort, .forbidden: ""
        case .detected(let detected): detected.isOfService ? "" : finding.client.address.description
        default: "\(finding.time)"
        }
    }

    func write(_ registry: Registry, captures: [String: Int64], _ database: Database) throws {
        // A finding that somebody has closed and that comes again is open again.
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO findings (rule, class, severity, host, transport, port, protocol, subject, title,
                    time, last_time, times, flow, client, client_port, vlan, direction, certain, owner, expected,
                    reason, before, now, last_seen, plugin, pack_version, detection, evidence,
                    evidence_offset, evidence_speaker, signature, capture)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    ?, ?)
                ON CONFLICT (host, port, transport, protocol, rule, subject) DO UPDATE SET
                    times = times + 1, last_time = max(last_time, excluded.last_time),
                    severity = excluded.severity,
                    state = CASE WHEN state = 'closed' AND excluded.time > last_time THEN 'open' ELSE state END
                """)
        let detected = finding.rule.detected
        let detection = detected.map {
            JSONText.text(of: [$0.plugin, $0.category, $0.reference, $0.isOfService ? "service" : "client"])
        }
        let arguments: [(any DatabaseValueConvertible)?] = [
            finding.rule.name, finding.rule.offPortClass?.rawValue, finding.severity.rawValue,
            try Int64(registry.host(finding.host, database)), Int(finding.port.transport.number),
            Int(finding.port.number), registry.protocolNumber(finding.protocolName), subject,
            finding.title, finding.time.nanoseconds, finding.time.nanoseconds,
            finding.hasFlow ? Int64(bitPattern: finding.flow) : nil,
            finding.hasFlow ? try Int64(registry.host(finding.client.address, database)) : nil,
            finding.hasFlow ? Int(finding.client.port) : nil, Int(finding.vlan), finding.direction?.rawValue,
            finding.confidence == .certain, finding.owner,
            JSONText.text(of: finding.expected.map(\.description)), finding.reason, finding.before,
            finding.now, finding.lastSeen?.nanoseconds, finding.plugin, packVersion, detection,
            Data(finding.evidence.bytes), finding.evidence.offset,
            finding.evidence.isServer ? "server" : "client", signature,
            finding.capture.flatMap { captures[$0] },
        ]
        try upsert.execute(arguments: StatementArguments(arguments))
    }
}
