internal import GRDB
internal import Net

/// Writes sessions, one after the other, into blocks.
struct SessionWriter {
    /// A block has so many sessions: as many as make its part of an index stay in memory while it is filled.
    static let blockBits: Int64 = 16

    /// Takes a row at a time, and several: every statement has its price.
    private let one, several: Statement
    private static let together = 16
    private static let columns = 21
    private var next: Int64
    private var block = Block()
    /// By the protocol's number in a batch, that in the store.
    private var protocols: [Int64] = []
    private var names: [StoreNaming.ProtocolNames] = []
    private var capture: Int64 = 0
    private var added: Int64 = 0
    /// The first and the last packet of the capture's sessions so far.
    private(set) var span = (first: Int64.max, last: Int64.min)

    private struct Block {
        var id: Int64 = -1
        var first = Int64.max
        var last = Int64.min
        var added: Int64 = 0
    }

    init(_ database: Database) throws {
        next = try Self.next(database)
        func statement(_ rows: Int) throws -> Statement {
            let row = "(" + Array(repeating: "?", count: Self.columns).joined(separator: ", ") + ")"
            // Without ROLLBACK a statement of several rows would write a journal of its own.
            return try database.cachedStatement(
                sql: """
                    INSERT OR ROLLBACK INTO sessions (id, block, start, duration, client, client_port, server, port,
                        transport, state, protocol, certain, client_packets, server_packets, client_bytes,
                        server_bytes, flow, capture, vlan, parent, following)
                    VALUES \(Array(repeating: row, count: rows).joined(separator: ", "))
                    """)
        }
        (one, several) = (try statement(1), try statement(Self.together))
    }

    /// The number of the next session: numbers of sessions that are gone are not given again.
    static func next(_ database: Database) throws -> Int64 {
        let next = try Int64.fetchOne(database, sql: "SELECT max(id) + 1 FROM sessions") ?? 1
        let known =
            try Int64.fetchOne(database, sql: "SELECT max(first_session + sessions) FROM captures") ?? 1
        return max(next, known, 1)
    }

    mutating func write(
        _ batch: StoreBatch, _ naming: StoreNaming, capture: Int64, _ registry: Registry,
        _ database: Database
    ) throws {
        if capture != self.capture {
            try finish(database)
            self.capture = capture
            span = (.max, .min)
        }
        if names != naming.protocols {
            names = naming.protocols
            protocols = Array(repeating: -1, count: names.count)
        }
        let whole = batch.sessions.count - batch.sessions.count % Self.together
        var following = batch.following[...]
        for place in batch.sessions.indices {
            let row = place < whole ? place % Self.together : 0
            let slot = Slot(statement: place < whole ? several : one, offset: Int32(row * Self.columns))
            try bind(batch.sessions[place], to: slot, registry, database)
            // Almost nothing is followed by anything.
            if following.first?.session == place, let protocols = following.popFirst()?.protocols {
                slot.bind(21, protocols.map { names[Int($0)].name }.joined(separator: ","))
            } else {
                slot.bind(21, nil)
            }
            if place >= whole || row == Self.together - 1 { _ = try slot.statement.step() }
        }
        added += Int64(batch.sessions.count)
    }

    /// The parameters of one row of a statement.
    private struct Slot {
        let statement: Statement
        let offset: Int32

        @inline(__always)
        func bind(_ column: Int32, _ value: Int64?) { statement.bind(offset &+ column, value) }

        func bind(_ column: Int32, _ text: String) { statement.bind(offset &+ column, text) }
    }

    @inline(__always)
    private mutating func bind(
        _ row: SessionRow, to slot: Slot, _ registry: Registry, _ database: Database
    ) throws {
        let id = next
        next += 1
        if id >> Self.blockBits != block.id {
            try finishBlock(database)
            block.id = id >> Self.blockBits
        }
        let (start, end) = (row.start.nanoseconds, row.end.nanoseconds)
        (block.first, block.last) = (min(block.first, start), max(block.last, end))
        (span.first, span.last) = (min(span.first, start), max(span.last, end))
        block.added += 1
        slot.bind(1, id)
        slot.bind(2, block.id)
        slot.bind(3, start)
        slot.bind(4, end &- start)
        slot.bind(5, Int64(try registry.host(row.clientAddress, database)))
        slot.bind(6, Int64(row.clientPort))
        slot.bind(7, Int64(try registry.host(row.serverAddress, database)))
        slot.bind(8, Int64(row.serverPort))
        slot.bind(9, Int64(row.transport.number))
        slot.bind(10, Int64(row.state.rawValue))
        if row.protocolNumber > 0 {
            let number = Int(row.protocolNumber) - 1
            if protocols[number] < 0 { protocols[number] = registry.protocolNumber(names[number].name) }
            slot.bind(11, protocols[number])
            slot.bind(12, row.isCertain ? 1 : 0)
        } else {
            slot.bind(11, nil)
            slot.bind(12, nil)
        }
        slot.bind(13, Int64(row.clientPackets))
        slot.bind(14, Int64(row.serverPackets))
        slot.bind(15, Int64(clamping: row.clientBytes))
        slot.bind(16, Int64(clamping: row.serverBytes))
        slot.bind(17, Int64(bitPattern: row.flow))
        slot.bind(18, capture)
        slot.bind(19, row.vlan == 0 ? nil : Int64(row.vlan))
        slot.bind(20, row.parent == 0 ? nil : Int64(bitPattern: row.parent))
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
        let (first, count): (Int64, Int64) = try (row["first_session"], row["sessions"])
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
