internal import Foundation
internal import GRDB
internal import Net

/// The numbers of addresses and protocols.
///
/// One process writes, so it gives numbers without asking: they stay when a transaction fails, and their rows are
/// written with the next.
final class Registry {
    /// More addresses are not kept in memory: then they are looked up.
    private static let maximumKept = 2_000_000

    private var hosts = AddressMap()
    /// Whether every address of the store is in memory.
    private var isComplete = true
    private var nextHost: UInt32 = 1
    private var protocols: [String: Int64] = [:]
    private var nextProtocol: Int64 = 1
    /// What has a number and no row.
    private var newHosts: [(number: UInt32, address: IPAddress)] = []
    private var newProtocols: [(number: Int64, name: String)] = []
    /// How many of those this transaction has written.
    private var written = (hosts: 0, protocols: 0)

    /// Numbers as the store has them.
    init(_ database: Database) throws {
        nextHost = try UInt32.fetchOne(database, sql: "SELECT max(id) + 1 FROM hosts") ?? 1
        nextProtocol = try Int64.fetchOne(database, sql: "SELECT max(id) + 1 FROM protocols") ?? 1
        for row in try Row.fetchAll(database, sql: "SELECT id, name FROM protocols") {
            try protocols[row[1]] = row[0]
        }
        guard Int(nextHost) <= Self.maximumKept else {
            isComplete = false
            return
        }
        let rows = try Row.fetchCursor(database, sql: "SELECT id, address FROM hosts")
        while let row = try rows.next() {
            if let address = try IPAddress(blob: row[1]) { hosts.insert(address, try row[0]) }
        }
    }

    /// The number of an address, given now if it has none.
    @inline(__always)
    func host(_ address: IPAddress, _ database: Database) throws -> UInt32 {
        if let known = hosts[address] { return known }
        return try find(address, database)
    }

    @inline(never)
    private func find(_ address: IPAddress, _ database: Database) throws -> UInt32 {
        if hosts.count >= Self.maximumKept {
            try write(database)
            hosts.removeAll()
            isComplete = false
        }
        if !isComplete {
            let select = try database.cachedStatement(sql: "SELECT id FROM hosts WHERE address = ?")
            if let number = try UInt32.fetchOne(select, arguments: [address.blob]) {
                hosts.insert(address, number)
                return number
            }
        }
        let number = nextHost
        nextHost += 1
        hosts.insert(address, number)
        newHosts.append((number, address))
        return number
    }

    /// The number of a protocol, given now if it has none.
    func protocolNumber(_ name: String) -> Int64 {
        if let known = protocols[name] { return known }
        let number = nextProtocol
        nextProtocol += 1
        protocols[name] = number
        newProtocols.append((number, name))
        return number
    }

    /// Writes the rows that are missing.
    func write(_ database: Database) throws {
        guard newHosts.count > written.hosts || newProtocols.count > written.protocols else { return }
        // A transaction that failed may have been told of before its rows were gone.
        let host = try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO hosts (id, address, text) VALUES (?, ?, ?)")
        for (number, address) in newHosts[written.hosts...] {
            try host.execute(arguments: [Int(number), address.blob, address.description])
        }
        for (number, name) in newProtocols[written.protocols...] {
            try database.execute(
                sql: "INSERT OR IGNORE INTO protocols (id, name) VALUES (?, ?)", arguments: [number, name])
        }
        written = (newHosts.count, newProtocols.count)
    }

    /// Nothing was written.
    func rollBack() { written = (0, 0) }

    /// What was written is there for good.
    func commit() {
        newHosts.removeAll(keepingCapacity: true)
        newProtocols.removeAll()
        written = (0, 0)
    }
}

extension IPAddress {
    /// The sixteen bytes, as the store keeps them: they sort as the addresses of one version do.
    var blob: Data {
        var bytes = Data(capacity: 16)
        for word in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// An address from what the store keeps; nil for anything but sixteen bytes.
    init?(blob: Data) {
        guard blob.count == 16 else { return nil }
        let words = blob.reduce(into: (high: UInt64(0), low: UInt64(0))) { words, byte in
            words.high = words.high << 8 | words.low >> 56
            words.low = words.low << 8 | UInt64(byte)
        }
        self.init(high: words.high, low: words.low)
    }
}
