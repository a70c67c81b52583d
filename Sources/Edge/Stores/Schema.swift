internal import GRDB

/// The tables of a store, and how older ones become newer ones.
///
/// Times are nanoseconds since 1970 in UTC. Sessions are many, so their table is narrow: addresses and protocols are
/// numbers of other tables, and every session belongs to a block of 65,536. The indexes begin with the block: what is
/// written lies together at their ends, however many sessions there are, and a question asks each block in turn.
enum Schema {
    /// The number that says that a file of SQLite is a store ("OffP").
    static let applicationID: Int32 = 0x4f66_6650

    /// The last migration that questions cannot do without: a store that cannot be written is read without those
    /// that follow.
    static let lastToRead = "5"

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try mark(database)
            try database.execute(sql: tables)
            try database.execute(sql: views)
        }
        migrator.registerMigration("2") { database in
            // Each service that is sorted looks for its lists.
            try database.execute(
                sql: "CREATE INDEX asset_members_by_service ON asset_members (service)")
        }
        migrator.registerMigration("3") { database in try database.execute(sql: sources) }
        migrator.registerMigration("4") { database in try database.execute(sql: notes) }
        migrator.registerMigration("5") { database in try database.execute(sql: lastSigns) }
        migrator.registerMigration("6") { database in
            // Whoever asks may not have the plugins that wrote it, and wants to read names as people write them.
            try database.execute(
                sql: "CREATE TABLE titles (protocol TEXT PRIMARY KEY, title TEXT NOT NULL) WITHOUT ROWID")
        }
        migrator.registerMigration("7") { database in
            // Clients that only the log of another sensor tells of do not count.
            try database.execute(
                sql: "ALTER TABLE service_clients ADD COLUMN is_told INTEGER NOT NULL DEFAULT 0")
        }
        return migrator
    }

    /// Writes into a file that it is a store.
    static func mark(_ database: Database) throws {
        try database.execute(literal: "PRAGMA application_id = \(sql: String(applicationID))")
    }

    /// Whether a file has the tables of a store, whatever its header says: a dump has no headers.
    static func isMade(_ database: Database) throws -> Bool {
        let own = [
            "grdb_migrations", "sensors", "captures", "hosts", "blocks", "sessions", "hours", "services",
        ]
        return try own.allSatisfy { try database.tableExists($0) }
            && migrator.appliedIdentifiers(database).contains("1")
    }

    /// What a column of bytes adds up to, exactly up to 2^53; sum() would fail on more than fits.
    static func sum(_ column: String) -> String { "CAST(total(\(column)) AS INTEGER)" }

    private static let tables = """
        CREATE TABLE sensors (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL            -- 'files', 'interfaces' or 'folder'
        );
        CREATE TABLE captures (
            id INTEGER PRIMARY KEY,
            sensor INTEGER NOT NULL REFERENCES sensors,
            name TEXT NOT NULL,           -- the file, or what was watched
            identity TEXT UNIQUE,         -- of a file's contents; NULL where there is none
            started INTEGER NOT NULL,     -- by the clock, as ended
            ended INTEGER,
            first_packet INTEGER,
            last_packet INTEGER,
            first_session INTEGER NOT NULL,
            sessions INTEGER NOT NULL DEFAULT 0,
            lost INTEGER NOT NULL DEFAULT 0,   -- sessions that there was no time to store
            state TEXT NOT NULL           -- 'open' or 'complete'
        );
        CREATE TABLE protocols (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE hosts (
            id INTEGER PRIMARY KEY,
            address BLOB NOT NULL UNIQUE, -- 16 bytes, IPv4 as ::ffff:a.b.c.d
            text TEXT NOT NULL
        );

        CREATE TABLE blocks (
            id INTEGER PRIMARY KEY,
            first INTEGER NOT NULL,       -- the earliest start and the latest end of the block's sessions
            last INTEGER NOT NULL,
            sessions INTEGER NOT NULL
        );
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            block INTEGER NOT NULL,
            start INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            client INTEGER NOT NULL,
            client_port INTEGER NOT NULL,
            server INTEGER NOT NULL,
            port INTEGER NOT NULL,
            transport INTEGER NOT NULL,   -- the IP protocol number
            state INTEGER NOT NULL,       -- 0 established, 1 attempted, 2 rejected, 3 midstream, 4 one-way
            protocol INTEGER,
            certain INTEGER,
            client_packets INTEGER NOT NULL,
            server_packets INTEGER NOT NULL,
            client_bytes INTEGER NOT NULL,
            server_bytes INTEGER NOT NULL,
            flow INTEGER NOT NULL,
            capture INTEGER NOT NULL,
            vlan INTEGER,
            parent INTEGER,               -- the flow that announced this one
            following TEXT                -- protocols that followed, such as 'tls'
        );
        CREATE INDEX sessions_by_server ON sessions (block, server, port);
        CREATE INDEX sessions_by_client ON sessions (block, client);
        CREATE TABLE hours (
            server INTEGER NOT NULL,
            port INTEGER NOT NULL,
            transport INTEGER NOT NULL,
            hour INTEGER NOT NULL,        -- its first moment
            client INTEGER NOT NULL,
            protocol INTEGER NOT NULL,    -- 0 for none
            sessions INTEGER NOT NULL,
            established INTEGER NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            client_bytes INTEGER NOT NULL,
            server_bytes INTEGER NOT NULL,
            PRIMARY KEY (server, port, transport, hour, client, protocol)
        ) WITHOUT ROWID;
        CREATE INDEX hours_by_client ON hours (client, hour);

        CREATE TABLE services (
            id INTEGER PRIMARY KEY,
            host INTEGER NOT NULL REFERENCES hosts,
            transport INTEGER NOT NULL,
            port INTEGER NOT NULL,
            protocol INTEGER NOT NULL REFERENCES protocols,
            standing TEXT NOT NULL,       -- 'expected', 'allowed' or 'off-port'
            class TEXT,                   -- of what is off-port
            allowance TEXT,               -- the name of the one that decides
            owner TEXT,                   -- the protocol that the port belongs to
            plugin TEXT NOT NULL,
            pack_version TEXT,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            recognised INTEGER NOT NULL,  -- the first deciding packet
            sessions INTEGER NOT NULL,
            clients INTEGER NOT NULL,
            certain INTEGER NOT NULL,
            directions INTEGER NOT NULL,  -- 1 inbound, 2 outbound, 4 internal, added up
            capture INTEGER REFERENCES captures,
            flow INTEGER NOT NULL,        -- of the first sighting, as the evidence
            evidence BLOB NOT NULL,
            evidence_offset INTEGER NOT NULL,
            evidence_speaker TEXT NOT NULL,
            signature TEXT,
            UNIQUE (host, port, transport, protocol)
        );
        CREATE TABLE sightings (
            id INTEGER PRIMARY KEY,
            service INTEGER NOT NULL REFERENCES services ON DELETE CASCADE,
            fields TEXT NOT NULL,         -- a JSON array: name, value, name, value ...
            banner TEXT,
            product TEXT,
            version TEXT,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            sessions INTEGER NOT NULL,
            UNIQUE (service, fields)
        );
        CREATE TABLE service_clients (
            service INTEGER NOT NULL,
            client INTEGER NOT NULL,
            PRIMARY KEY (service, client)
        ) WITHOUT ROWID;
        CREATE TABLE clients (
            id INTEGER PRIMARY KEY,
            host INTEGER NOT NULL REFERENCES hosts,
            protocol INTEGER NOT NULL REFERENCES protocols,
            software TEXT NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            sessions INTEGER NOT NULL,
            directions INTEGER NOT NULL,
            capture INTEGER REFERENCES captures,
            UNIQUE (host, protocol, software)
        );
        CREATE TABLE findings (
            id INTEGER PRIMARY KEY,
            rule TEXT NOT NULL,
            class TEXT,
            severity TEXT NOT NULL,
            host INTEGER NOT NULL REFERENCES hosts,
            transport INTEGER NOT NULL,
            port INTEGER NOT NULL,
            protocol INTEGER NOT NULL REFERENCES protocols,
            subject TEXT NOT NULL,        -- what makes it another finding of the same rule and service
            title TEXT NOT NULL,
            time INTEGER NOT NULL,
            last_time INTEGER NOT NULL,   -- the last sign of what it says
            times INTEGER NOT NULL,       -- how many captures, and runs of sensors, found it
            flow INTEGER,                 -- NULL where no flow gave rise to it
            client INTEGER REFERENCES hosts,
            client_port INTEGER,
            vlan INTEGER NOT NULL,
            direction TEXT,
            certain INTEGER NOT NULL,
            owner TEXT,
            expected TEXT NOT NULL,       -- a JSON array of ports
            reason TEXT,
            before TEXT,
            now TEXT,
            last_seen INTEGER,
            plugin TEXT NOT NULL,
            pack_version TEXT,
            detection TEXT,               -- what a detection says of itself: a JSON array, see docs/store.md
            evidence BLOB NOT NULL,
            evidence_offset INTEGER NOT NULL,
            evidence_speaker TEXT NOT NULL,
            signature TEXT,
            capture INTEGER REFERENCES captures,
            state TEXT NOT NULL DEFAULT 'open',   -- 'open', 'acknowledged' or 'closed'
            state_by TEXT,
            state_time INTEGER,
            note TEXT,
            UNIQUE (host, port, transport, protocol, rule, subject)
        );

        CREATE TABLE asset_lists (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            declared TEXT NOT NULL        -- where
        );
        CREATE TABLE asset_members (
            list INTEGER NOT NULL REFERENCES asset_lists ON DELETE CASCADE,
            service INTEGER NOT NULL REFERENCES services ON DELETE CASCADE,
            joined_at INTEGER NOT NULL,
            left_at INTEGER,              -- NULL for members
            PRIMARY KEY (list, service, joined_at)
        ) WITHOUT ROWID;

        CREATE TABLE baseline (
            host TEXT NOT NULL,
            transport TEXT NOT NULL,
            port INTEGER NOT NULL,
            protocol TEXT NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            silent_since INTEGER NOT NULL,
            learnt INTEGER NOT NULL,
            quiet INTEGER NOT NULL,
            products TEXT NOT NULL,       -- a JSON array: name, version or null, learnt as 0 or 1 ...
            PRIMARY KEY (host, port, transport, protocol)
        ) WITHOUT ROWID;
        CREATE TABLE reported (
            host TEXT NOT NULL,
            transport TEXT NOT NULL,
            port INTEGER NOT NULL,
            protocol TEXT NOT NULL,
            rule TEXT NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (host, port, transport, protocol, rule)
        ) WITHOUT ROWID;
        CREATE TABLE memory (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
        """

    /// All that was noted on findings; a finding has the last of it, until it comes again.
    private static let notes = """
        CREATE TABLE finding_notes (
            id INTEGER PRIMARY KEY,
            finding INTEGER NOT NULL,
            state TEXT NOT NULL,
            state_by TEXT,
            state_time INTEGER NOT NULL,
            note TEXT
        );
        CREATE INDEX finding_notes_by_finding ON finding_notes (finding);
        INSERT INTO finding_notes (finding, state, state_by, state_time, note)
            SELECT id, state, state_by, state_time, note FROM findings WHERE state_time IS NOT NULL;
        """

    /// A service that is off-port still was so when it was seen last.
    private static let lastSigns = """
        UPDATE findings SET last_time = max(findings.last_time, s.last_seen) FROM services s
            WHERE findings.rule = 'off-port' AND s.standing = 'off-port' AND s.host = findings.host
                AND s.port = findings.port AND s.transport = findings.transport
                AND s.protocol = findings.protocol;
        """

    /// What people look at: names and texts instead of numbers.
    private static let views = """
        CREATE VIEW session_list AS
            SELECT s.id, s.start, strftime('%Y-%m-%d %H:%M:%f', s.start / 1e9, 'unixepoch') AS started,
                s.duration / 1e9 AS seconds, c.text AS client, s.client_port, v.text AS server, s.port,
                CASE s.transport WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 132 THEN 'sctp'
                    ELSE 'ip-' || s.transport END AS transport,
                CASE s.state WHEN 0 THEN 'established' WHEN 1 THEN 'attempted' WHEN 2 THEN 'rejected'
                    WHEN 3 THEN 'midstream' ELSE 'one-way' END AS state,
                p.name AS protocol, s.following, s.client_packets, s.server_packets, s.client_bytes,
                s.server_bytes, printf('%016x', s.flow) AS flow, k.name AS capture, s.vlan
            FROM blocks b CROSS JOIN sessions s ON s.block = b.id
            LEFT JOIN hosts c ON c.id = s.client LEFT JOIN hosts v ON v.id = s.server
            LEFT JOIN protocols p ON p.id = s.protocol LEFT JOIN captures k ON k.id = s.capture;
        CREATE VIEW hour_list AS
            SELECT strftime('%Y-%m-%d %H:00', h.hour / 1000000000, 'unixepoch') AS hour, c.text AS client,
                v.text AS server, h.port,
                CASE h.transport WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 132 THEN 'sctp'
                    ELSE 'ip-' || h.transport END AS transport,
                p.name AS protocol, h.sessions, h.established, h.client_bytes, h.server_bytes
            FROM hours h LEFT JOIN hosts c ON c.id = h.client LEFT JOIN hosts v ON v.id = h.server
            LEFT JOIN protocols p ON p.id = h.protocol;
        CREATE VIEW service_list AS
            SELECT s.id, h.text AS host, s.port,
                CASE s.transport WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 132 THEN 'sctp'
                    ELSE 'ip-' || s.transport END AS transport,
                p.name AS protocol, s.standing, s.class, s.allowance, s.owner,
                (SELECT g.banner FROM sightings g WHERE g.service = s.id ORDER BY g.last_seen DESC LIMIT 1)
                    AS banner,
                (SELECT g.product FROM sightings g WHERE g.service = s.id AND g.product IS NOT NULL
                    ORDER BY g.last_seen DESC LIMIT 1) AS product,
                strftime('%Y-%m-%d %H:%M:%f', s.first_seen / 1e9, 'unixepoch') AS first_seen,
                strftime('%Y-%m-%d %H:%M:%f', s.last_seen / 1e9, 'unixepoch') AS last_seen,
                s.sessions, s.clients
            FROM services s JOIN hosts h ON h.id = s.host JOIN protocols p ON p.id = s.protocol;
        CREATE VIEW client_list AS
            SELECT c.id, h.text AS host, p.name AS protocol, c.software, c.sessions,
                strftime('%Y-%m-%d %H:%M:%f', c.first_seen / 1e9, 'unixepoch') AS first_seen,
                strftime('%Y-%m-%d %H:%M:%f', c.last_seen / 1e9, 'unixepoch') AS last_seen
            FROM clients c JOIN hosts h ON h.id = c.host JOIN protocols p ON p.id = c.protocol;
        CREATE VIEW finding_list AS
            SELECT f.id, f.state, f.severity, f.rule, f.class, f.title, h.text AS host, f.port,
                CASE f.transport WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 132 THEN 'sctp'
                    ELSE 'ip-' || f.transport END AS transport,
                p.name AS protocol, c.text AS client,
                strftime('%Y-%m-%d %H:%M:%f', f.time / 1e9, 'unixepoch') AS time, f.times, f.state_by, f.note
            FROM findings f JOIN hosts h ON h.id = f.host JOIN protocols p ON p.id = f.protocol
            LEFT JOIN hosts c ON c.id = f.client;
        CREATE VIEW member_list AS
            SELECT l.name AS list, h.text AS host, s.port, p.name AS protocol,
                strftime('%Y-%m-%d %H:%M:%f', m.joined_at / 1e9, 'unixepoch') AS joined_at,
                strftime('%Y-%m-%d %H:%M:%f', m.left_at / 1e9, 'unixepoch') AS left_at
            FROM asset_members m JOIN asset_lists l ON l.id = m.list JOIN services s ON s.id = m.service
            JOIN hosts h ON h.id = s.host JOIN protocols p ON p.id = s.protocol;
        """
}
