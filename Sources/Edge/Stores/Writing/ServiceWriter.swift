internal import Foundation
internal import GRDB
internal import Inventory
internal import Net
internal import Records

/// Writes what a ledger has added up.
struct ServiceWriter {
    /// More banners of one service are not kept: the one silent longest goes.
    private static let maximumBanners = 64
    private static let maximumTextsKept = 100_000
    /// The fields of banners as they are written; they are held, so that no others are taken for them.
    private var texts: [ObjectIdentifier: (text: String, held: FieldSet)] = [:]

    /// Who tells what is written.
    struct Source {
        /// The numbers of the sensor and of the capture; nil before the first one has begun.
        var sensor, capture: Int64?
        /// Whether it saw traffic: a probe, and what others saw, are no sessions, and no clients that count.
        var isPassive: Bool
        /// Whether a policy was asked.
        var isDecided = true
    }

    mutating func write(
        _ ledger: inout ServiceLedger, _ registry: Registry, of source: Source, captures: [String: Int64],
        _ assets: AssetKeeper, _ database: Database
    ) throws {
        var isNew: Set<Int> = []
        for number in ledger.dirtyEntries {
            let entry = ledger.entries[number]
            let (id, isInserted) = try write(entry, registry, source, captures, database)
            try note(entry, id, source, database)
            ledger.set(id: id, of: number)
            if isInserted { isNew.insert(number) }
        }
        var written: [Int64: Int] = [:]
        for banner in ledger.banners.changed where banner.sessions > 0 && banner.entry >= 0 {
            let service = ledger.entries[banner.entry].id
            try write(banner, of: service, source, database)
            written[service, default: 0] += 1
        }
        for (service, count) in written where count > 1 { try trimBanners(of: service, database) }
        if assets.isKeeping {
            // They are read as they will be read: with the names of their hosts.
            try registry.write(database)
            try sort(&ledger, isNew, assets, database)
        }
        try writePairs(ledger, source, database)
        guard source.isPassive else { return }
        for program in ledger.programs.changed where program.sessions > 0 {
            try write(program, registry, captures, database)
        }
    }

    /// When this source knew of a service.
    private func note(
        _ entry: ServiceLedger.Entry, _ id: Int64, _ source: Source, _ database: Database
    ) throws {
        guard let sensor = source.sensor else { return }
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO service_facts (service, sensor, capture, first_seen, last_seen) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    capture = CASE WHEN excluded.last_seen > last_seen THEN excluded.capture ELSE capture END,
                    first_seen = min(first_seen, excluded.first_seen),
                    last_seen = max(last_seen, excluded.last_seen)
                """)
        try upsert.execute(arguments: [
            id, sensor, source.capture, entry.first.nanoseconds, entry.last.nanoseconds,
        ])
    }

    /// Puts services into the asset lists that they belong to now.
    private func sort(
        _ ledger: inout ServiceLedger, _ isNew: Set<Int>, _ assets: AssetKeeper, _ database: Database
    ) throws {
        var waiting: [(id: Int64, since: Timestamp?)] = []
        var sorted: [Int] = []
        for number in ledger.dirtyEntries where ledger.entries[number].needsSorting {
            let entry = ledger.entries[number]
            if let sorted = entry.sorted, !entry.isNews,
                entry.last.nanoseconds - sorted.nanoseconds < AssetKeeper.patience
            {
                continue
            }
            waiting.append((entry.id, isNew.contains(number) ? nil : entry.sorted ?? entry.since))
            ledger.setSorted(number)
            sorted.append(number)
        }
        let words = try assets.sort(waiting, database)
        for number in sorted {
            if let latest = words[ledger.entries[number].id] { ledger.set(latestWords: latest, of: number) }
        }
    }

    private static let decided = upsert(
        deciding: ["standing", "class", "allowance", "owner"].map { "\($0) = excluded.\($0)," })
    private static let undecided = upsert(deciding: [])

    /// What becomes of a service that is there when it is seen again; what is decided is the later run's.
    ///
    /// Of two runs, the one that knows more has the evidence, as of findings: 3 in traffic, 2 in another sensor's log of
    /// flows, 1 when a probe asked, 0 in a scanner's file. Of two that know as much it is the one with the earlier
    /// sighting.
    private static func upsert(deciding changes: [String]) -> String {
        func known(_ row: String) -> String {
            """
            CASE WHEN \(row).sessions > 0 THEN 3 WHEN length(\(row).evidence) > 0 THEN 1
                ELSE 2 * (\(row).flow != 0) END
            """
        }
        // `first_seen` may be that of a scan, which came before the log that has the flow.
        let isBetter = """
            (-(\(known("excluded"))), excluded.recognised, excluded.first_seen)
                < (-(\(known("services"))), services.recognised, ifnull(
                    (SELECT f.first_seen FROM captures c JOIN service_facts f ON f.sensor = c.sensor
                    WHERE c.id = services.capture AND f.service = services.id), services.first_seen))
            """
        let evidence = [
            "capture", "flow", "evidence", "evidence_offset", "evidence_speaker", "signature", "pack_version",
        ].map { "\($0) = CASE WHEN \(isBetter) THEN excluded.\($0) ELSE \($0) END," }
        return """
            INSERT INTO services (host, transport, port, protocol, standing, class, allowance, owner,
                plugin, pack_version, first_seen, last_seen, recognised, sessions, clients, certain,
                directions, capture, flow, evidence, evidence_offset, evidence_speaker, signature)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (host, port, transport, protocol) DO UPDATE SET plugin = excluded.plugin,
                \((changes + evidence).joined(separator: " "))
                first_seen = min(first_seen, excluded.first_seen),
                last_seen = max(last_seen, excluded.last_seen),
                recognised = min(recognised, excluded.recognised),
                sessions = sessions + excluded.sessions, certain = max(certain, excluded.certain),
                directions = directions | excluded.directions
            RETURNING id, NOT EXISTS (SELECT 1 FROM service_facts WHERE service = services.id)
            """
    }

    /// Writes a service; returns its row, and whether that was made now.
    private func write(
        _ entry: ServiceLedger.Entry, _ registry: Registry, _ source: Source, _ captures: [String: Int64],
        _ database: Database
    ) throws -> (id: Int64, isInserted: Bool) {
        let (service, names) = (entry.service, entry.names)
        let sessions = source.isPassive ? entry.sessions : 0
        let directions = source.isPassive ? Int(entry.directions) : 0
        // Others have no deciding packet.
        let recognised = source.isPassive ? entry.recognised.nanoseconds : Int64.max
        if entry.id != 0, !entry.isNews {
            let update = try database.cachedStatement(
                sql: """
                    UPDATE services SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?),
                        recognised = min(recognised, ?), sessions = sessions + ?, certain = max(certain, ?),
                        directions = directions | ? WHERE id = ?
                    """)
            try update.execute(arguments: [
                entry.first.nanoseconds, entry.last.nanoseconds, recognised, sessions, entry.isCertain,
                directions, entry.id,
            ])
            return (entry.id, false)
        }
        let host = try Int64(registry.host(service.host, database))
        let protocolNumber = registry.protocolNumber(names.protocolName)
        var offPortClass: OffPortClass?
        if case .offPort(let found, _) = service.standing { offPortClass = found }
        let upsert = try database.cachedStatement(sql: source.isDecided ? Self.decided : Self.undecided)
        let arguments: [(any DatabaseValueConvertible)?] = [
            host, Int(service.port.transport.number), Int(service.port.number), protocolNumber,
            service.standing.name, offPortClass?.rawValue, names.allowance, names.owner, names.plugin,
            names.packVersion, entry.first.nanoseconds, entry.last.nanoseconds,
            recognised, sessions, entry.isCertain, directions,
            names.capture.flatMap { captures[$0] }, Int64(bitPattern: service.flow),
            Data(service.evidence.bytes), service.evidence.offset,
            service.evidence.isServer ? "server" : "client", names.signature,
        ]
        guard let row = try Row.fetchOne(upsert, arguments: StatementArguments(arguments)) else {
            return (0, false)
        }
        // Whoever knew of it before has noted when.
        return try (row[0], row[1])
    }

    private mutating func write(
        _ banner: ServiceLedger.Banner, of service: Int64, _ source: Source, _ database: Database
    ) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO sightings (service, fields, banner, product, version, first_seen, last_seen, sessions)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (service, fields) DO UPDATE SET first_seen = min(first_seen, excluded.first_seen),
                    last_seen = max(last_seen, excluded.last_seen), sessions = sessions + excluded.sessions
                """)
        let fields = banner.fields
        try upsert.execute(arguments: [
            service, text(of: fields), fields["banner"],
            fields["product"] ?? fields["software"], fields["version"], banner.first.nanoseconds,
            banner.last.nanoseconds, source.isPassive ? banner.sessions : 0,
        ])
        guard let sensor = source.sensor else { return }
        let told = try database.cachedStatement(
            sql: """
                UPDATE service_facts SET said = ?, product = ?, version = ?, banner = ?
                WHERE service = ? AND sensor = ? AND said <= ?
                """)
        try told.execute(arguments: [
            banner.last.nanoseconds, fields["product"] ?? fields["software"], fields["version"],
            fields["banner"], service, sensor, banner.last.nanoseconds,
        ])
    }

    private func trimBanners(of service: Int64, _ database: Database) throws {
        let trim = try database.cachedStatement(
            sql: """
                DELETE FROM sightings WHERE id IN (SELECT id FROM sightings WHERE service = ?
                    ORDER BY last_seen DESC LIMIT -1 OFFSET ?)
                """)
        try trim.execute(arguments: [service, Self.maximumBanners])
    }

    private mutating func text(of fields: FieldSet) -> String {
        if let known = texts[ObjectIdentifier(fields)] { return known.text }
        if texts.count >= Self.maximumTextsKept { texts.removeAll() }
        let text = JSONText.text(of: fields.values.flatMap { [$0.name, $0.value] })
        texts[ObjectIdentifier(fields)] = (text, fields)
        return text
    }

    private func writePairs(_ ledger: ServiceLedger, _ source: Source, _ database: Database) throws {
        guard !ledger.pairs.isEmpty else { return }
        // One that only a log told of counts as soon as traffic shows it.
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO service_clients (service, client, is_told) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET is_told = 0 WHERE is_told AND NOT excluded.is_told
                """)
        insert.bind(3, source.isPassive ? 0 : 1)
        let update = try database.cachedStatement(
            sql: "UPDATE services SET clients = clients + ? WHERE id = ?")
        // In the order of the table, what is written lies together.
        let pairs = ledger.pairs.map { (service: ledger.entries[$0.entry].id, client: $0.client) }
            .sorted { ($0.service, $0.client) < ($1.service, $1.client) }
        var start = 0
        while start < pairs.count {
            let service = pairs[start].service
            var added = 0
            insert.bind(1, service)
            while start < pairs.count, pairs[start].service == service {
                insert.bind(2, Int64(pairs[start].client))
                _ = try insert.step()
                added += database.changesCount
                start += 1
            }
            if added > 0, source.isPassive { try update.execute(arguments: [added, service]) }
        }
    }

    private func write(
        _ program: ServiceLedger.Program, _ registry: Registry, _ captures: [String: Int64],
        _ database: Database
    ) throws {
        let client = program.client
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO clients (host, protocol, software, first_seen, last_seen, sessions, directions, capture)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (host, protocol, software) DO UPDATE SET
                    capture = CASE WHEN excluded.first_seen < first_seen THEN excluded.capture ELSE capture END,
                    first_seen = min(first_seen, excluded.first_seen),
                    last_seen = max(last_seen, excluded.last_seen), sessions = sessions + excluded.sessions,
                    directions = directions | excluded.directions
                """)
        try upsert.execute(arguments: [
            Int64(registry.host(client.host, database)), registry.protocolNumber(client.protocolName),
            client.software, program.first.nanoseconds, program.last.nanoseconds, program.sessions,
            Int(program.directions), client.capture.flatMap { captures[$0] },
        ])
    }
}
