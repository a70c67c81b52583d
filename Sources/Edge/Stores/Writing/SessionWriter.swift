internal import GRDB
internal import Net

/// Writes sessions, one after the other, into blocks.
struct SessionWriter {
    /// A block has so many sessions: as many as make its part of an index stay in memory while it is filled.
    static let blockBits: Int64 = 16

    private let appender: SessionAppender
    private var next: Int64
    private var block = Block()
    /// By the protocol's number in a batch, that in the store.
    private var protocols: [Int64] = []
    private var protocolNames: [String] = []
    private var capture: Int64 = 0
    private var added: Int64 = 0

    private struct Block {
        var id: Int64 = -1
        var first = Int64.max
        var last = Int64.min
        var added: Int64 = 0
    }

    init(_ database: Database) throws {
        next = try Self.next(database)
        appender = try SessionAppender(
            database,
            sql: """
                INSERT INTO sessions (id, block, start, duration, client, client_port, server, port, transport,
                    state, protocol, certain, client_packets, server_packets, client_bytes, server_bytes, flow,
                    capture, vlan, parent, following)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
    }

    /// The number of the next session: numbers of sessions that are gone are not given again.
    static func next(_ database: Database) throws -> Int64 {
        let last = try Int64.fetchOne(database, sql: "SELECT max(id) FROM sessions") ?? 0
        let known =
            try Int64.fetchOne(database, sql: "SELECT max(first_session + sessions) FROM captures") ?? 0
        return max(last + 1, known, 1)
    }

    mutating func write(
        _ batch: StoreBatch, _ naming: StoreNaming, capture: Int64, _ registry: Registry,
        _ database: Database
    ) throws {
        if capture != self.capture {
            try finish(database)
            self.capture = capture
        }
        if protocolNames != naming.protocols {
            protocolNames = naming.protocols
            protocols = Array(repeating: -1, count: protocolNames.count)
        }
        var following = 0
        appender.bind(18, capture)
        for place in batch.sessions.indices {
            let row = batch.sessions[place]
            let id = next
            next += 1
            let block = id >> Self.blockBits
            if block != self.block.id {
                try finishBlock(database)
                self.block.id = block
                appender.bind(2, block)
            }
            self.block.first = min(self.block.first, row.start.nanoseconds)
            self.block.last = max(self.block.last, row.end.nanoseconds)
            self.block.added += 1
            bind(row, id)
            appender.bind(5, Int64(try registry.host(row.client.address, database)))
            appender.bind(7, Int64(try registry.host(row.server.address, database)))
            if row.protocolNumber > 0 {
                let number = Int(row.protocolNumber) - 1
                if protocols[number] < 0 {
                    protocols[number] = registry.protocolNumber(protocolNames[number])
                }
                appender.bind(11, protocols[number])
                appender.bind(12, row.isCertain ? 1 : 0)
            } else {
                appender.bind(11, nil)
                appender.bind(12, nil)
            }
            if following < batch.following.count, batch.following[following].session == place {
                let names = batch.following[following].protocols.map { protocolNames[Int($0)] }
                appender.bind(21, names.joined(separator: ","))
                try appender.append()
                appender.bind(21, nil as Int64?)
                following += 1
            } else {
                try appender.append()
            }
        }
        added += Int64(batch.sessions.count)
    }

    @inline(__always)
    private func bind(_ row: SessionRow, _ id: Int64) {
        appender.bind(1, id)
        appender.bind(3, row.start.nanoseconds)
        appender.bind(4, row.end.nanoseconds &- row.start.nanoseconds)
        appender.bind(6, Int64(row.client.port))
        appender.bind(8, Int64(row.server.port))
        appender.bind(9, Int64(row.transport.number))
        appender.bind(10, Int64(row.state.rawValue))
        appender.bind(13, Int64(row.clientPackets))
        appender.bind(14, Int64(row.serverPackets))
        appender.bind(15, Int64(clamping: row.clientBytes))
        appender.bind(16, Int64(clamping: row.serverBytes))
        appender.bind(17, Int64(bitPattern: row.flow))
        appender.bind(19, row.vlan == 0 ? nil : Int64(row.vlan))
        appender.bind(20, row.parent == 0 ? nil : Int64(bitPattern: row.parent))
    }

    private mutating func finishBlock(_ database: Database) throws {
        guard block.added > 0 else { return }
        let upsert = try database.cachedStatement(
            sql: """
                INSERT INTO blocks (id, first, last, sessions) VALUES (?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET first = min(first, excluded.first),
                    last = max(last, excluded.last), sessions = sessions + excluded.sessions
                """)
        try upsert.execute(arguments: [block.id, block.first, block.last, block.added])
        block = Block(id: block.id)
    }

    /// What was appended is known to blocks and captures.
    mutating func finish(_ database: Database) throws {
        try finishBlock(database)
        guard added > 0 else { return }
        let update = try database.cachedStatement(
            sql: "UPDATE captures SET sessions = sessions + ? WHERE id = ?")
        try update.execute(arguments: [added, capture])
        added = 0
    }

    /// Removes a capture with its sessions.
    static func remove(capture: Int64, _ database: Database) throws {
        // Sessions of a capture have consecutive numbers, so this is one stretch of the table.
        guard
            let row = try Row.fetchOne(
                database, sql: "SELECT first_session, sessions FROM captures WHERE id = ?",
                arguments: [capture])
        else { return }
        let (first, count): (Int64, Int64) = (row["first_session"], row["sessions"])
        try database.execute(
            sql: "DELETE FROM sessions WHERE id >= ? AND id < ?", arguments: [first, first + count])
        try database.execute(
            sql: """
                UPDATE blocks SET sessions = (SELECT count(*) FROM sessions s WHERE s.block = blocks.id)
                WHERE id >= ? AND id <= ?
                """, arguments: [first >> Self.blockBits, (first + count) >> Self.blockBits])
        try database.execute(sql: "DELETE FROM blocks WHERE sessions = 0")
        try database.execute(sql: "DELETE FROM captures WHERE id = ?", arguments: [capture])
    }
}
