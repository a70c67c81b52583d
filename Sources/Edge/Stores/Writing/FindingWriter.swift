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
        packVersion = naming.packVersion(of: finding.evidence, protocolIndex: finding.protocolIndex)
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

    private static func set(_ column: String, to value: String, where condition: String) -> String {
        "\(column) = CASE WHEN \(condition) THEN \(value) ELSE \(column) END"
    }

    /// A finding that somebody has closed is open again when there is a later session than any before, and nobody has
    /// said so: who closed it is in `finding_notes`.
    fileprivate static func reopening(at time: String) -> String {
        let isAgain = "state = 'closed' AND \(time) > last_time"
        let changes = ["state_by", "state_time", "note"].map { set($0, to: "NULL", where: isAgain) }
        return ([set("state", to: "'open'", where: isAgain)] + changes).joined(separator: ", ")
    }

    /// What becomes of a finding that is there when it is found again.
    ///
    /// The earliest session stays, of one run or of several; but that an off-port service was reached from outside is
    /// graver, and stays, whichever session comes first. Traffic is before another tool's word, which has no evidence,
    /// however early that was, and grades nothing that has a session. What is decided is the later run's, where a policy
    /// was asked; without one there are no directions, so what others tell and a policy graded is before what none did.
    /// One that is closed is open again.
    private static func again(isDecided: Bool) -> String {
        // A session that another tool tells of and no policy graded is not in the way of what one does.
        func hasSession(_ row: String) -> String {
            "\(row).flow IS NOT NULL AND (\(row).direction IS NOT NULL OR length(\(row).evidence) > 0)"
        }
        let losesSession = "\(hasSession("findings")) AND excluded.flow IS NULL"
        let gainsSession = "findings.flow IS NULL AND \(hasSession("excluded"))"
        let isLess = """
            rule = 'off-port' AND (direction IS 'inbound' AND excluded.direction IS NOT 'inbound'
                    AND NOT (\(gainsSession))
                OR direction IS NOT 'inbound' AND excluded.direction IS 'inbound' AND \(losesSession))
            """
        let isGraver = """
            rule = 'off-port' AND direction IS NOT 'inbound' AND excluded.direction IS 'inbound'
                AND NOT (\(losesSession))
            """
        // 7 in traffic; else 2 in another sensor's log of flows, 1 when a probe asked, 0 in a scanner's file, and 4 more
        // where a policy graded it.
        func known(_ row: String) -> String {
            """
            CASE WHEN \(row).flow IS NOT NULL AND length(\(row).evidence) > 0 THEN 7
                ELSE 4 * (\(row).direction IS NOT NULL) + 2 * (\(row).flow IS NOT NULL)
                    + (length(\(row).evidence) > 0) END
            """
        }
        let (old, new) = ("(\(known("findings")))", "(\(known("excluded")))")
        let isBetter = "(\(new) > \(old) OR \(new) = \(old) AND excluded.time < time)"
        let ofSession = [
            "time", "flow", "client", "client_port", "vlan", "direction", "certain", "evidence",
            "evidence_offset", "evidence_speaker", "signature", "pack_version", "capture",
        ]
        let decided = ["class", "title", "owner", "expected", "reason", "plugin", "detection"]
        var changes: [String] = []
        if isDecided {
            changes = decided.map { "\($0) = excluded.\($0)" }
            changes.append(
                set(
                    "severity", to: "excluded.severity",
                    where: "NOT (\(isLess)) OR class IS NOT excluded.class"))
        }
        let takesSession = "(\(isGraver) OR NOT (\(isLess)) AND \(isBetter))"
        changes += ofSession.map { set($0, to: "excluded.\($0)", where: takesSession) }
        changes.append(reopening(at: "excluded.time"))
        return changes.joined(separator: ", ")
    }

    private static let decided = again(isDecided: true)
    private static let undecided = again(isDecided: false)

    /// Leaves a mark of the moment at which a finding is open again that somebody has closed.
    fileprivate static func noteReopening(
        of finding: [any DatabaseValueConvertible], at time: Int64, _ database: Database
    ) throws {
        let closed = try database.cachedStatement(
            sql: """
                SELECT id FROM findings WHERE host = ? AND port = ? AND transport = ? AND protocol = ?
                    AND rule = ? AND subject = ? AND state = 'closed' AND last_time < ?
                """)
        let arguments = StatementArguments(finding + [time])
        guard let id = try Int64.fetchOne(closed, arguments: arguments) else { return }
        try database.execute(
            sql: "INSERT INTO finding_notes (finding, state, state_time, note) VALUES (?, 'open', ?, ?)",
            arguments: [id, StoreFiles.now, "seen again at \(Timestamp(nanoseconds: time).toTheSecond) UTC"])
    }

    /// - Parameter isDecided: whether a policy was asked; without one, what the store knows stands as it does.
    func write(
        _ registry: Registry, captures: [String: Int64], isDecided: Bool = true, _ database: Database
    ) throws {
        let service: [any DatabaseValueConvertible] = [
            try Int64(registry.host(finding.host, database)), Int(finding.port.number),
            Int(finding.port.transport.number), registry.protocolNumber(finding.protocolName),
        ]
        if !isDecided, finding.rule.offPortClass != nil {
            let isElse = try Bool.fetchOne(
                database,
                sql: """
                    SELECT standing != 'off-port' FROM services
                    WHERE host = ? AND port = ? AND transport = ? AND protocol = ?
                    """, arguments: StatementArguments(service))
            if isElse == true { return }
        }
        try Self.noteReopening(
            of: service + [finding.rule.name, subject], at: finding.time.nanoseconds, database)
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO findings (rule, class, severity, host, transport, port, protocol, subject, title,
                    time, last_time, times, flow, client, client_port, vlan, direction, certain, owner, expected,
                    reason, before, now, last_seen, plugin, pack_version, detection, evidence,
                    evidence_offset, evidence_speaker, signature, capture)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    ?, ?)
                ON CONFLICT (host, port, transport, protocol, rule, subject) DO UPDATE SET
                    times = times + ?, last_time = max(last_time, excluded.last_time),
                    \(isDecided ? Self.decided : Self.undecided)
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
            // Found again by the same run, it is no finding more.
            finding.isGraver ? 0 : 1,
        ]
        try upsert.execute(arguments: StatementArguments(arguments))
    }
}

extension ServiceLedger.Entry {
    /// The rules that hold of the service as long as it is seen and stands as it does.
    private var rulesOfStanding: [Finding.Rule] {
        var rules: [Finding.Rule] = service.isForbidden ? [.forbidden] : []
        if case .offPort(let offPortClass, _) = service.standing { rules.append(.offPort(offPortClass)) }
        return rules
    }

    /// Writes the last sign of the service as that of what its standing is a finding of.
    ///
    /// A run finds it once, however long it goes on, and hands it over once.
    ///
    /// - Parameter isDecided: whether a policy was asked; without one, the standing is that of the store.
    func prolongFindings(_ registry: Registry, isDecided: Bool = true, _ database: Database) throws {
        for rule in rulesOfStanding {
            if !isDecided, rule.offPortClass != nil {
                let standing = try String.fetchOne(
                    database, sql: "SELECT standing FROM services WHERE id = ?", arguments: [id])
                guard standing == "off-port" else { continue }
            }
            let finding: [any DatabaseValueConvertible] = [
                try Int64(registry.host(service.host, database)), Int(service.port.number),
                Int(service.port.transport.number), registry.protocolNumber(names.protocolName), rule.name,
            ]
            try WaitingFinding.noteReopening(of: finding + [""], at: used.nanoseconds, database)
            let update = try database.cachedStatement(
                sql: """
                    UPDATE findings SET last_time = :last, \(WaitingFinding.reopening(at: ":used"))
                    WHERE host = :host AND port = :port AND transport = :transport AND protocol = :protocol
                        AND rule = :rule AND subject = '' AND last_time < :last
                    """)
            try update.execute(arguments: [
                "last": last.nanoseconds, "used": used.nanoseconds,
                "host": Int64(registry.host(service.host, database)), "port": Int(service.port.number),
                "transport": Int(service.port.transport.number),
                "protocol": registry.protocolNumber(names.protocolName), "rule": rule.name,
            ])
        }
    }
}
