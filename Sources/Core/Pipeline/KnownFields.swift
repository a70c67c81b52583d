internal import Flows
internal import Inventory
internal import Net

/// The fields of conversations that were heard lately, by everything that was said in them.
///
/// Greetings, health checks and discoveries are said again and again: their fields are taken once, and the flows
/// share them. A conversation is known when every byte is the same, so a hash never decides. An entry that was of use
/// outlives one that would take its place, so that a crowd of new conversations does not wash the known ones away.
struct KnownFields: ~Copyable {
    /// What both speakers' bytes gave.
    typealias Fields = (client: FieldSet?, server: FieldSet?)

    /// What tells an entry from others; the rest lies in lists of its own, which a search seldom touches.
    private struct Key: BitwiseCopyable {
        var hash: UInt64
        var protocolIndex: Int32
        var clientCount: UInt16
        var isOfUse: Bool
    }

    private var keys: [Key] = []
    /// What the client said, then what the server said.
    private var said: [[UInt8]] = []
    private var fields: [Fields] = []
    private let seed: UInt64

    /// Most conversations known, a power of two.
    private static var capacity: Int { 4096 }
    /// Longer conversations hold a nonce or a certificate: they seldom come again.
    private static var maximumBytes: Int { 1536 }

    /// None yet; `seed` is the run's secret.
    init(seed: UInt64) { self.seed = seed }

    /// The bytes' hash; nil for a conversation too long to be kept.
    func hash(_ protocolIndex: Int, _ client: borrowing RawSpan, _ server: borrowing RawSpan) -> UInt64? {
        guard client.byteCount &+ server.byteCount <= Self.maximumBytes else { return nil }
        let start = seed ^ UInt64(protocolIndex) << 32 ^ UInt64(client.byteCount)
        return server.mixed(into: client.mixed(into: start))
    }

    /// The fields of a conversation, when it is known.
    mutating func find(
        _ hash: UInt64, _ protocolIndex: Int, _ client: borrowing RawSpan, _ server: borrowing RawSpan
    ) -> Fields? {
        let place = Int(truncatingIfNeeded: hash) & (Self.capacity &- 1)
        guard place < keys.count else { return nil }
        let key = keys[place]
        guard key.hash == hash, Int(key.protocolIndex) == protocolIndex,
            Int(key.clientCount) == client.byteCount,
            said[place].count == client.byteCount &+ server.byteCount
        else { return nil }
        let isSame = said[place].withBytes { bytes in
            client.isSame(as: bytes, from: 0) && server.isSame(as: bytes, from: client.byteCount)
        }
        guard isSame else { return nil }
        if !key.isOfUse { keys[place].isOfUse = true }
        return fields[place]
    }

    /// Keeps the fields of a conversation that is not known.
    mutating func keep(
        _ found: Fields, _ hash: UInt64, _ protocolIndex: Int, _ client: borrowing RawSpan,
        _ server: borrowing RawSpan
    ) {
        if keys.isEmpty {
            let none = Key(hash: 0, protocolIndex: -1, clientCount: 0, isOfUse: false)
            keys = Array(repeating: none, count: Self.capacity)
            said = Array(repeating: [], count: Self.capacity)
            fields = Array(repeating: (nil, nil), count: Self.capacity)
        }
        let place = Int(truncatingIfNeeded: hash) & (Self.capacity &- 1)
        if keys[place].isOfUse {
            keys[place].isOfUse = false
            return
        }
        keys[place] = Key(
            hash: hash, protocolIndex: Int32(protocolIndex), clientCount: UInt16(client.byteCount),
            isOfUse: false)
        said[place] = client.copy(from: 0, atMost: client.byteCount)
        said[place] += server.copy(from: 0, atMost: server.byteCount)
        fields[place] = found
    }
}

extension RawSpan {
    /// A hash of the bytes, begun with `start`, sixteen bytes a step.
    fileprivate func mixed(into start: UInt64) -> UInt64 {
        var (hash, offset) = (start ^ UInt64(byteCount) &* 0x9e37_79b9_7f4a_7c15, 0)
        while offset &+ 16 <= byteCount {
            hash = Mixing.mix(
                hash ^ u64(offset) ^ 0xa076_1d64_78bd_642f, u64(offset &+ 8) ^ 0xe703_7ed1_a0b4_28db)
            offset &+= 16
        }
        while offset < byteCount {
            hash = Mixing.mix(hash ^ UInt64(u8(offset)), 0xe703_7ed1_a0b4_28db)
            offset &+= 1
        }
        return Mixing.mix(hash, 0x8ebc_6af0_9c88_c6e3)
    }

    /// Whether these bytes are those of `other` from `start` on.
    fileprivate func isSame(as other: borrowing RawSpan, from start: Int) -> Bool {
        guard start &+ byteCount <= other.byteCount else { return false }
        var offset = 0
        while offset &+ 8 <= byteCount {
            if u64(offset) != other.u64(start &+ offset) { return false }
            offset &+= 8
        }
        while offset < byteCount {
            if u8(offset) != other.u8(start &+ offset) { return false }
            offset &+= 1
        }
        return true
    }
}
