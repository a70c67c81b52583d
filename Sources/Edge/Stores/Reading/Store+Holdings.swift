internal import Foundation
internal import GRDB
internal import Inventory
internal import Net
public import Records

// The services, client programs and findings that a selection leaves, as the records of a run have them.

extension Store {
    /// Which of its parts a question needs.
    public enum Part: Sendable {
        case services, clients, findings, spans
    }

    /// What a selection leaves of what is known.
    public func holdings(_ selection: Selection, _ parts: Set<Part>) throws(StoreError) -> Holdings {
        let titles = try spareTitles()
        return try read { database in
            try HoldingsReader(database, titles: titles).holdings(selection, parts)
        }
    }

    /// What a question needs to be answered.
    public func holdings(for question: Question, _ selection: Selection) throws(StoreError) -> Holdings {
        switch question {
        case .services, .ports: try holdings(selection, [.services])
        case .banners, .products: try holdings(ofWords: selection)
        case .clients: try holdings(selection, [.clients])
        case .findings: try holdings(selection, [.findings])
        case .hosts: try holdings(selection, [.services, .clients, .spans])
        }
    }

    /// Services with what they said in the time that is asked for; those that said nothing else then are left out.
    private func holdings(ofWords selection: Selection) throws(StoreError) -> Holdings {
        // A service that is not new may say something new.
        var services = selection
        services.newSince = nil
        if let new = selection.newSince { services.since = services.since.map { max($0, new) } ?? new }
        var holdings = try holdings(services, [.services])
        holdings.services = holdings.services.compactMap { service in
            guard !service.banners.isEmpty else {
                return selection.includes(first: service.firstSeen, last: service.lastSeen) ? service : nil
            }
            var service = service
            service.banners.removeAll { !selection.includes(first: $0.firstSeen, last: $0.lastSeen) }
            return service.banners.isEmpty ? nil : service
        }
        return holdings
    }
}

/// Makes records of rows; signatures are numbered as they come, and the holdings name them.
struct HoldingsReader {
    private let database: Database
    private let titles: Titles
    private var names = Names()

    /// Texts by the numbers that records have in their place.
    private struct Names {
        private(set) var texts: [String] = []
        private var numbers: [String: Int] = [:]

        mutating func number(_ text: String) -> Int {
            if let known = numbers[text] { return known }
            numbers[text] = texts.count
            texts.append(text)
            return texts.count - 1
        }
    }

    init(_ database: Database, titles others: [String: String] = [:]) throws {
        self.database = database
        titles = try Titles(database, otherwise: others)
    }

    func holdings(_ selection: Selection, _ parts: Set<Store.Part>) throws -> Holdings {
        try database.checkLists(selection.assets)
        var reader = self
        let services = parts.contains(.services) ? try reader.services(selection) : []
        let clients = parts.contains(.clients) ? try reader.clients(selection) : []
        let findings = parts.contains(.findings) ? try reader.findings(selection) : []
        let spans = parts.contains(.spans) ? try reader.spans() : [:]
        let texts = reader.names.texts
        let titles = titles
        var holdings = Holdings(
            services: services, clients: clients, findings: findings, spans: spans,
            naming: Naming(
                signature: { texts[$0] },
                packVersion: { texts.indices.contains($1) ? texts[$1] : nil },
                spelling: { titles.spelling($0) }))
        let witnesses = WitnessReader(database: database)
        if parts.contains(.services) { holdings.witnesses = try witnesses.witnesses(of: services) }
        if parts.contains(.spans) { holdings.hostFacts = try witnesses.hosts(selection) }
        return holdings
    }

    // MARK: Services

    /// The services of rows, with all that they said.
    func services(_ ids: [Int64]) throws -> [Service] {
        var conditions = Conditions()
        conditions.add("s.id IN (\(ids.map(String.init).joined(separator: ", ")))")
        var reader = self
        return try reader.services(Selection(), conditions)
    }

    private mutating func services(_ selection: Selection) throws -> [Service] {
        var conditions = Conditions()
        conditions.add(protocols: selection, column: "p.name")
        conditions.add(ports: selection, column: "s.port", transport: "s.transport")
        conditions.add("h.address", isIn: selection.hosts)
        conditions.add("s.standing", isIn: selection.standings)
        conditions.add(assets: selection, service: "s.id")
        conditions.add(times: selection, first: "s.first_seen", last: "s.last_seen")
        conditions.add(clients: selection, service: "s.id")
        return try services(selection, conditions)
    }

    private mutating func services(_ selection: Selection, _ conditions: Conditions) throws -> [Service] {
        let banners = try banners(conditions)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT s.*, h.address, p.name AS protocol_name, c.name AS capture_name
                FROM services s JOIN hosts h ON h.id = s.host JOIN protocols p ON p.id = s.protocol
                LEFT JOIN captures c ON c.id = s.capture WHERE \(conditions.sql)
                """, arguments: conditions.arguments)
        var services: [Service] = []
        while let row = try rows.next() {
            guard let service = try service(row, banners), selection.includes(service) else { continue }
            services.append(service)
        }
        return services
    }

    private func banners(_ conditions: Conditions) throws -> [Int: [Service.Banner]] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT g.service, g.fields, g.first_seen, g.last_seen, g.sessions
                FROM sightings g JOIN services s ON s.id = g.service JOIN hosts h ON h.id = s.host
                JOIN protocols p ON p.id = s.protocol WHERE \(conditions.sql) ORDER BY g.id
                """, arguments: conditions.arguments)
        var banners: [Int: [Service.Banner]] = [:]
        // Many servers say the same.
        var known: [String: FieldSet] = [:]
        while let row = try rows.next() {
            let text: String = try row[1]
            let fields = known[text] ?? FieldSet(JSONText.fields(of: text))
            known[text] = fields
            try banners[row[0], default: []].append(
                Service.Banner(
                    fields: fields, firstSeen: Timestamp(nanoseconds: row[2]),
                    lastSeen: Timestamp(nanoseconds: row[3]), sessions: row[4]))
        }
        return banners
    }

    private mutating func service(_ row: Row, _ banners: [Int: [Service.Banner]]) throws -> Service? {
        guard let host = try IPAddress(blob: row["address"]), let standing = try Standing(row) else {
            return nil
        }
        var service = try Service(
            id: row["id"], host: host,
            port: ServicePort(row["port"], TransportProtocol(number: row["transport"])),
            protocolName: row["protocol_name"], protocolIndex: version(row), plugin: row["plugin"],
            standing: standing, allowance: row["allowance"], owner: row["owner"],
            firstSeen: Timestamp(nanoseconds: row["first_seen"]),
            lastSeen: Timestamp(nanoseconds: row["last_seen"]), sessions: row["sessions"],
            clients: row["clients"], banners: banners[row["id"]] ?? [], evidence: evidence(row),
            flow: UInt64(bitPattern: row["flow"]), confidence: row["certain"] ? .certain : .likely,
            direction: Direction(gravestOf: row["directions"]), capture: row["capture_name"])
        service.ownerTitle = service.owner.flatMap { titles.all[$0] }
        return service
    }

    /// In a record from a store, the place of a protocol stands for the version of its pack.
    private mutating func version(_ row: Row) throws -> Int {
        try (row["pack_version"] as String?).map { names.number($0) } ?? -1
    }

    private mutating func evidence(_ row: Row) throws -> Evidence {
        let signature = try (row["signature"] as String?).map { names.number($0) }
        let bytes: Data = try row["evidence"]
        return try Evidence(
            isServer: row["evidence_speaker"] == "server", offset: row["evidence_offset"],
            signature: signature, bytes: Array(bytes))
    }

    // MARK: Client programs

    private func clients(_ selection: Selection) throws -> [Client] {
        var conditions = Conditions()
        conditions.add(protocols: selection, column: "p.name")
        conditions.add("h.address", isIn: selection.hosts)
        conditions.add("h.address", isIn: selection.clients)
        if !selection.assets.isEmpty {
            var services = Conditions()
            services.add(assets: selection, service: "u.service")
            services.add("v.protocol = c.protocol")
            conditions.add(
                """
                c.host IN (SELECT u.client FROM service_clients u JOIN services v ON v.id = u.service
                    WHERE \(services.sql))
                """, services.arguments)
        }
        conditions.add(times: selection, first: "c.first_seen", last: "c.last_seen")
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT c.*, h.address, p.name AS protocol_name, k.name AS capture_name
                FROM clients c JOIN hosts h ON h.id = c.host JOIN protocols p ON p.id = c.protocol
                LEFT JOIN captures k ON k.id = c.capture WHERE \(conditions.sql)
                """, arguments: conditions.arguments)
        var clients: [Client] = []
        while let row = try rows.next() {
            guard let host = try IPAddress(blob: row["address"]) else { continue }
            let client = try Client(
                host: host, protocolName: row["protocol_name"], protocolIndex: -1, software: row["software"],
                firstSeen: Timestamp(nanoseconds: row["first_seen"]),
                lastSeen: Timestamp(nanoseconds: row["last_seen"]), sessions: row["sessions"],
                direction: Direction(gravestOf: row["directions"]), capture: row["capture_name"])
            if selection.includes(client) { clients.append(client) }
        }
        return clients
    }

    private func spans() throws -> [IPAddress: Holdings.Span] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT h.address, min(x.first_seen), max(x.last_seen) FROM
                    (SELECT host, first_seen, last_seen FROM services
                    UNION ALL SELECT host, first_seen, last_seen FROM clients) x
                JOIN hosts h ON h.id = x.host GROUP BY x.host
                """)
        var spans: [IPAddress: Holdings.Span] = [:]
        while let row = try rows.next() {
            guard let host = try IPAddress(blob: row[0]) else { continue }
            spans[host] = try Holdings.Span(
                first: Timestamp(nanoseconds: row[1]), last: Timestamp(nanoseconds: row[2]))
        }
        return spans
    }

    // MARK: Findings

    private mutating func findings(_ selection: Selection) throws -> [KeptFinding] {
        var conditions = Conditions()
        conditions.add(protocols: selection, column: "p.name")
        conditions.add(ports: selection, column: "f.port", transport: "f.transport")
        conditions.add("h.address", isIn: selection.hosts)
        conditions.add("f.state", isIn: selection.states.map(\.rawValue))
        conditions.add(assets: selection, service: "s.id")
        var used = Conditions()
        used.add(clients: selection, service: "s.id")
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT f.*, h.address, p.name AS protocol_name, k.name AS capture_name,
                    c.address AS client_address, s.standing, ifnull(\(used.sql), 0) AS is_used
                FROM findings f JOIN hosts h ON h.id = f.host JOIN protocols p ON p.id = f.protocol
                LEFT JOIN hosts c ON c.id = f.client LEFT JOIN captures k ON k.id = f.capture
                LEFT JOIN services s ON s.host = f.host AND s.port = f.port AND s.transport = f.transport
                    AND s.protocol = f.protocol
                WHERE \(conditions.sql)
                """, arguments: used.arguments + conditions.arguments)
        var findings: [KeptFinding] = []
        while let row = try rows.next() {
            guard let kept = try finding(row), try selection.includes(kept, isUsed: row["is_used"]) else {
                continue
            }
            findings.append(kept)
        }
        return findings
    }

    private mutating func finding(_ row: Row) throws -> KeptFinding? {
        guard let host = try IPAddress(blob: row["address"]), let rule = try Finding.Rule(row),
            let severity = try Severity(rawValue: row["severity"])
        else { return nil }
        let client = try (row["client_address"] as Data?).flatMap { IPAddress(blob: $0) }
        var finding = try Finding(
            rule: rule, severity: severity, time: Timestamp(nanoseconds: row["time"]),
            flow: UInt64(bitPattern: row["flow"] as Int64? ?? 0), service: nil, host: host,
            port: ServicePort(row["port"], TransportProtocol(number: row["transport"])),
            client: Endpoint(client ?? IPAddress(high: 0, low: 0), row["client_port"] as UInt16? ?? 0),
            vlan: row["vlan"], direction: (row["direction"] as String?).flatMap(Direction.init(rawValue:)),
            confidence: row["certain"] ? .certain : .likely, protocolName: row["protocol_name"],
            plugin: row["plugin"], protocolIndex: version(row), owner: row["owner"],
            expected: JSONText.values(of: row["expected"]).compactMap { $0.flatMap(PortRange.init) },
            reason: row["reason"], before: row["before"], now: row["now"],
            lastSeen: (row["last_seen"] as Int64?).map(Timestamp.init(nanoseconds:)), evidence: evidence(row),
            capture: row["capture_name"])
        finding.titleAsTold = try row["title"]
        var kept = try KeptFinding(finding, number: row["id"], standing: row["standing"])
        kept.state = try FindingState(rawValue: row["state"]) ?? .open
        kept.stateBy = try row["state_by"]
        kept.stateTime = try (row["state_time"] as Int64?).map(Timestamp.init(nanoseconds:))
        kept.note = try row["note"]
        kept.lastTime = try Timestamp(nanoseconds: row["last_time"])
        kept.times = try row["times"]
        return kept
    }
}

extension Standing {
    /// The standing of a row; what is named by place elsewhere has its name in the row.
    fileprivate init?(_ row: Row) throws {
        switch try row["standing"] as String {
        case "expected": self = .expected
        case "allowed": self = .allowed(allowance: 0)
        case "off-port":
            guard let found = try (row["class"] as String?).flatMap(OffPortClass.init(rawValue:)) else {
                return nil
            }
            self = .offPort(found, owner: nil)
        default: return nil
        }
    }
}

extension Finding.Rule {
    fileprivate init?(_ row: Row) throws {
        if let text = try row["detection"] as String? {
            let values = JSONText.values(of: text)
            guard values.count == 4, let plugin = values[0] else { return nil }
            var detection = try Detection(
                name: row["rule"], title: row["title"], severity: .info,
                subject: values[3] == "service" ? .service : .client, plugin: plugin,
                origin: SourceLocation(file: "", line: 0))
            detection.category = values[1]
            detection.reference = values[2]
            self = try .detected(Detected(detection, title: row["title"]))
            return
        }
        switch try row["rule"] as String {
        case "off-port":
            guard let found = try (row["class"] as String?).flatMap(OffPortClass.init(rawValue:)) else {
                return nil
            }
            self = .offPort(found)
        case "forbidden": self = .forbidden
        case "new-host": self = .newHost
        case "new-service": self = .newService
        case "new-port": self = .newPort
        case "changed-product": self = .changedProduct
        case "protocol-changed": self = .protocolChanged
        case "gone-quiet": self = .goneQuiet
        default: return nil
        }
    }
}
