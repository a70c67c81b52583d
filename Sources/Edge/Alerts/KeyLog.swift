internal import Crypto
internal import NIOCore

/// The keys of what was alerted, appended to a file and put together when it has grown.
///
/// An entry is a byte for its kind, 16 for the key, 4 for a check.
struct KeyLog {
    private static let size = 21

    private let path: String
    private let disk: Disk
    private let limit: Int
    private var file: DiskFile
    private var count: Int
    /// Keys that could not be written yet.
    private var pending: [AlertKey] = []

    /// Opens the log and gives the keys in it, the oldest first.
    init(_ path: String, limit: Int, on disk: Disk) throws(DiskError) {
        self.path = path
        self.disk = disk
        self.limit = limit
        file = try DiskFile(path, on: disk)
        count = try file.size() / Self.size
    }

    func keys() throws(DiskError) -> [AlertKey] {
        let bytes = try file.read(count * Self.size, at: 0)
        return stride(from: 0, to: bytes.count - Self.size + 1, by: Self.size).compactMap { start in
            let entry = Array(bytes[start..<start + Self.size])
            guard Self.check(entry.prefix(17)) == Array(entry.suffix(4)) else { return nil }
            var buffer = ByteBuffer(bytes: entry)
            guard let kind = buffer.readInteger(as: UInt8.self),
                let high = buffer.readInteger(as: UInt64.self), let low = buffer.readInteger(as: UInt64.self)
            else { return nil }
            return AlertKey(high: high, low: low, isOfFlow: kind == 2)
        }
    }

    /// Appends keys; those that cannot be written are kept and tried again with the next.
    mutating func append(_ keys: [AlertKey]) throws(DiskError) {
        pending += keys
        if pending.count > limit { pending.removeFirst(pending.count - limit) }
        guard !pending.isEmpty else { return }
        try file.write(pending.flatMap(Self.encode), at: count * Self.size)
        count += pending.count
        pending = []
        if count > 4 * limit + 1024 { try compact() }
    }

    /// Keeps the newest of each kind only, in a file that takes the old one's place whole.
    private mutating func compact() throws(DiskError) {
        var room = [false: limit, true: limit]
        var kept: [AlertKey] = []
        for key in try keys().reversed() {
            guard let left = room[key.isOfFlow], left > 0 else { continue }
            room[key.isOfFlow] = left - 1
            kept.append(key)
        }
        let new = try DiskFile(path + ".new", on: disk)
        try new.truncate(to: 0)
        try new.write(kept.reversed().flatMap(Self.encode), at: 0)
        try SystemCalls.rename(path + ".new", path)
        file = new
        count = kept.count
    }

    private static func encode(_ key: AlertKey) -> [UInt8] {
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt8(key.isOfFlow ? 2 : 1))
        buffer.writeInteger(key.high)
        buffer.writeInteger(key.low)
        buffer.writeBytes(check(buffer.readableBytesView))
        return Array(buffer.readableBytesView)
    }

    private static func check(_ entry: some Sequence<UInt8>) -> [UInt8] {
        Array(SHA256.hash(data: Array(entry)).prefix(4))
    }
}
