internal import GRDB
internal import Net

/// Writes what somebody else than the packet lane knows.
struct FactWriter {
    /// The sensor's number, and the capture's.
    let sensor, capture: Int64
    let registry: Registry

    func write(_ facts: [StoreFact], _ database: Database) throws {
        for fact in facts {
            switch fact {
            case .port(let port): try write(port, database)
            case .host(let host): try write(host, database)
            case .scan(let scan): try write(scan, database)
            case .alert(let alert): try write(alert, database)
            }
        }
    }

    private func number(_ address: IPAddress, _ database: Database) throws -> Int64 {
        try Int64(registry.host(address, database))
    }

    private func write(_ port: OpenPort, _ database: Database) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO open_ports (host, port, transport, sensor, capture, first_seen, last_seen, protocol, claim,
                    guessed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    protocol = CASE WHEN excluded.last_seen >= last_seen THEN excluded.protocol ELSE protocol END,
                    claim = CASE WHEN excluded.last_seen >= last_seen THEN excluded.claim ELSE claim END,
                    guessed = CASE WHEN excluded.last_seen >= last_seen THEN excluded.guessed ELSE guessed END,
                    capture = CASE WHEN excluded.last_seen > last_seen THEN excluded.capture ELSE capture END,
                    first_seen = min(first_seen, excluded.first_seen),
                    last_seen = max(last_seen, excluded.last_seen)
                """)
        try upsert.execute(arguments: [
            try number(port.endpoint.address, database), Int(port.endpoint.port), Int(port.transport.number),
            sensor, capture, port.first.nanoseconds, port.last.nanoseconds,
            port.protocolName.map(registry.protocolNumber), port.claim, port.isGuess,
        ])
    }

    private func write(_ host: KnownHost, _ database: Database) throws {
        let address = try number(host.address, database)
        // One that was asked and said nothing may not be there.
        if host.open != 0 || host.closed != 0 { try note(host, address, database) }
        guard let scan = host.scan else { return }
        // A scan is told of before its hosts.
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO scan_hosts (scan, host, first_seen, last_seen, open, closed, silent)
                SELECT id, ?, ?, ?, ?, ?, ? FROM scans WHERE number = ?
                ON CONFLICT DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)
                """)
        try insert.execute(arguments: [
            address, host.first.nanoseconds, host.last.nanoseconds, host.open, host.closed, host.silent,
            Int64(bitPattern: scan),
        ])
    }

    private func note(_ host: KnownHost, _ address: Int64, _ database: Database) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO host_facts (host, sensor, first_seen, last_seen, names, hardware, system)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET first_seen = min(first_seen, excluded.first_seen),
                    names = CASE WHEN excluded.last_seen >= last_seen AND excluded.names != '[]'
                        THEN excluded.names ELSE names END,
                    hardware = ifnull(excluded.hardware, hardware), system = ifnull(excluded.system, system),
                    last_seen = max(last_seen, excluded.last_seen)
                """)
        try upsert.execute(arguments: [
            address, sensor, host.first.nanoseconds, host.last.nanoseconds, JSONText.text(of: host.names),
            host.hardware, host.system,
        ])
    }

    private func write(_ scan: StoredScan, _ database: Database) throws {
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO scans (number, sensor, capture, tool, request, started, ended, ports, ports_claim, hosts)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (number) DO UPDATE SET ended = ifnull(excluded.ended, ended),
                    hosts = max(hosts, excluded.hosts), ports_claim = ifnull(excluded.ports_claim, ports_claim),
                    ports = CASE excluded.ports WHEN '[]' THEN ports ELSE excluded.ports END
                """)
        try upsert.execute(arguments: [
            Int64(bitPattern: scan.number), sensor, capture, scan.tool, scan.request, scan.start?.nanoseconds,
            scan.end?.nanoseconds, JSONText.text(of: scan.ports.map(\.description)), scan.portsClaim,
            scan.hosts,
        ])
    }

    private func write(_ alert: StoredAlert, _ database: Database) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO ids_alerts (sensor, capture, time, signature, client, client_port, server,
                    server_port, transport, text, category, severity, action)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        func host(_ endpoint: Endpoint?) throws -> Int64 {
            try endpoint.map { try number($0.address, database) } ?? 0
        }
        try insert.execute(arguments: [
            sensor, capture, alert.time.nanoseconds, alert.signature, try host(alert.client),
            Int(alert.client?.port ?? 0), try host(alert.server), Int(alert.server?.port ?? 0),
            Int(alert.transport?.number ?? 0), alert.text, alert.category, alert.severity, alert.action,
        ])
    }
}
