/// The tables of what more than one eye has seen: who says what of a service, what scans covered, what an intrusion
/// detection system reported.
///
/// A sensor is whoever saw it: `kind` is 'files', 'interfaces' or 'folder' for traffic, 'active' for a probe, 'import'
/// for another tool. A fact is kept once for each sensor, with the first and the last time and the latest words.
extension Schema {
    /// Whether a row `n` of `sensors` tried ports; every other one saw traffic, or is the log of one that did.
    static let isScanner = "(n.kind = 'active' OR n.name IN ('import nmap', 'import nessus'))"

    /// Whether a row `s` of `sessions` is one that the server answered, and no attempt; that a firewall's log
    /// tells of something that it let pass says nothing of that.
    ///
    /// Datagrams whose protocol was heard in the traffic need no answer, or they were stored as an attempt.
    static let isAnswered = """
        (s.state NOT IN (1, 2) AND NOT (s.state = 4 AND s.server_packets = 0 AND s.server_bytes = 0
            AND s.capture IN (SELECT c.id FROM captures c JOIN sensors n ON n.id = c.sensor WHERE n.kind = 'import')
            AND NOT (s.transport = 17 AND s.protocol IS NOT NULL AND s.capture IN (SELECT c.id FROM captures c
                JOIN sensors n ON n.id = c.sensor WHERE n.name IN (\(listeners))))))
        """

    private static let listeners = StoredCapture.listeners.map { "'\($0)'" }.joined(separator: ", ")

    static let sources = """
        CREATE TABLE service_facts (
            service INTEGER NOT NULL REFERENCES services ON DELETE CASCADE,
            sensor INTEGER NOT NULL REFERENCES sensors,
            capture INTEGER,              -- the last file, interface or probe that told it
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            said INTEGER NOT NULL DEFAULT 0,   -- when the words below were last said
            product TEXT,
            version TEXT,
            banner TEXT,
            PRIMARY KEY (service, sensor)
        ) WITHOUT ROWID;
        CREATE TABLE open_ports (
            host INTEGER NOT NULL REFERENCES hosts,
            port INTEGER NOT NULL,
            transport INTEGER NOT NULL,
            sensor INTEGER NOT NULL REFERENCES sensors,
            capture INTEGER,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            protocol INTEGER,             -- NULL where nobody knows what serves
            claim TEXT,                   -- what the sensor calls it
            guessed INTEGER NOT NULL,     -- whether the claim is only what the port is known for
            PRIMARY KEY (host, port, transport, sensor)
        ) WITHOUT ROWID;
        CREATE TABLE scans (
            id INTEGER PRIMARY KEY,
            number INTEGER NOT NULL UNIQUE,    -- the same scan has the same, however often it is told
            sensor INTEGER NOT NULL REFERENCES sensors,
            capture INTEGER,
            tool TEXT NOT NULL,
            request TEXT NOT NULL,
            started INTEGER,
            ended INTEGER,
            ports TEXT NOT NULL,          -- a JSON array of those that were tried; empty where that is not known
            ports_claim TEXT,
            hosts INTEGER NOT NULL
        );
        CREATE TABLE scan_hosts (
            scan INTEGER NOT NULL REFERENCES scans ON DELETE CASCADE,
            host INTEGER NOT NULL REFERENCES hosts,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            open INTEGER,                 -- how many of its ports; NULL where that is not told
            closed INTEGER,
            silent INTEGER,
            PRIMARY KEY (scan, host)
        ) WITHOUT ROWID;
        CREATE INDEX scan_hosts_by_host ON scan_hosts (host);
        CREATE TABLE host_facts (
            host INTEGER NOT NULL REFERENCES hosts,
            sensor INTEGER NOT NULL REFERENCES sensors,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            names TEXT NOT NULL,          -- a JSON array
            hardware TEXT,
            system TEXT,
            PRIMARY KEY (host, sensor)
        ) WITHOUT ROWID;
        CREATE TABLE ids_alerts (
            id INTEGER PRIMARY KEY,
            sensor INTEGER NOT NULL REFERENCES sensors,
            capture INTEGER,
            time INTEGER NOT NULL,
            signature TEXT NOT NULL,
            client INTEGER NOT NULL,      -- 0 where the alert names no such end
            client_port INTEGER NOT NULL,
            server INTEGER NOT NULL,
            server_port INTEGER NOT NULL,
            transport INTEGER NOT NULL,
            text TEXT NOT NULL,
            category TEXT,
            severity TEXT,
            action TEXT,
            UNIQUE (time, signature, client, client_port, server, server_port, sensor)
        );
        CREATE INDEX ids_alerts_by_server ON ids_alerts (server, time);
        CREATE INDEX ids_alerts_by_client ON ids_alerts (client, time);

        INSERT INTO service_facts (service, sensor, capture, first_seen, last_seen, said, product, version, banner)
            SELECT s.id, ifnull(c.sensor, (SELECT min(id) FROM sensors)), s.capture, s.first_seen, s.last_seen,
                ifnull(g.last_seen, 0), g.product, g.version, g.banner
            FROM services s LEFT JOIN captures c ON c.id = s.capture
            LEFT JOIN sightings g ON g.id = (SELECT x.id FROM sightings x WHERE x.service = s.id
                ORDER BY x.last_seen DESC LIMIT 1)
            WHERE EXISTS (SELECT 1 FROM sensors);

        CREATE VIEW source_list AS
            SELECT h.text AS host, s.port,
                CASE s.transport WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 132 THEN 'sctp'
                    ELSE 'ip-' || s.transport END AS transport,
                p.name AS protocol,
                CASE n.kind WHEN 'active' THEN 'active' WHEN 'import' THEN 'import' ELSE 'passive' END AS source,
                n.name AS sensor, k.name AS capture, f.product, f.version, f.banner,
                strftime('%Y-%m-%d %H:%M:%f', f.first_seen / 1e9, 'unixepoch') AS first_seen,
                strftime('%Y-%m-%d %H:%M:%f', f.last_seen / 1e9, 'unixepoch') AS last_seen
            FROM service_facts f JOIN services s ON s.id = f.service JOIN hosts h ON h.id = s.host
            JOIN protocols p ON p.id = s.protocol JOIN sensors n ON n.id = f.sensor
            LEFT JOIN captures k ON k.id = f.capture;
        CREATE VIEW open_port_list AS
            SELECT h.text AS host, o.port,
                CASE o.transport WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 132 THEN 'sctp'
                    ELSE 'ip-' || o.transport END AS transport,
                p.name AS protocol, o.claim, o.guessed, n.name AS sensor, k.name AS capture,
                strftime('%Y-%m-%d %H:%M:%f', o.first_seen / 1e9, 'unixepoch') AS first_seen,
                strftime('%Y-%m-%d %H:%M:%f', o.last_seen / 1e9, 'unixepoch') AS last_seen
            FROM open_ports o JOIN hosts h ON h.id = o.host JOIN sensors n ON n.id = o.sensor
            LEFT JOIN protocols p ON p.id = o.protocol LEFT JOIN captures k ON k.id = o.capture;
        CREATE VIEW scan_list AS
            SELECT s.id, s.tool, s.request, s.ports, s.ports_claim, s.hosts, k.name AS capture,
                strftime('%Y-%m-%d %H:%M:%f', s.started / 1e9, 'unixepoch') AS started,
                strftime('%Y-%m-%d %H:%M:%f', s.ended / 1e9, 'unixepoch') AS ended
            FROM scans s LEFT JOIN captures k ON k.id = s.capture;
        CREATE VIEW alert_list AS
            SELECT a.id, strftime('%Y-%m-%d %H:%M:%f', a.time / 1e9, 'unixepoch') AS time, c.text AS client,
                a.client_port, v.text AS server, a.server_port, a.signature, a.text, a.category, a.severity,
                a.action, n.name AS sensor, k.name AS capture
            FROM ids_alerts a JOIN sensors n ON n.id = a.sensor LEFT JOIN hosts c ON c.id = a.client
            LEFT JOIN hosts v ON v.id = a.server LEFT JOIN captures k ON k.id = a.capture;
        """
}
