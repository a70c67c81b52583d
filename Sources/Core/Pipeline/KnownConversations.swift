internal import Flows
internal import Inventory
internal import Matching
internal import Net

/// What was made of conversations that were heard lately, by everything that was said in them.
///
/// Greetings, health checks and discoveries are said again and again: what they are, and the fields of their records,
/// is found out once, and the flows share the fields. A conversation is known when every byte is the same, so a hash
/// never decides. An entry that was of use outlives one that would take its place, so that a crowd of new
/// conversations does not wash the known ones away.
struct KnownConversations: ~Copyable {
    /// The fields that both speakers' bytes gave.
    typealias Fields = (client: FieldSet?, server: FieldSet?)

    /// What tells an entry from others; the rest lies in lists of its own, which a search seldom touches.
    private struct Key: BitwiseCopyable {
        var hash: UInt64 = 0
        var question: UInt32 = .max
        var firstCount: UInt16 = 0
        var isOfUse = false
    }

    private var keys: [Key] = []
    /// What was said in the first direction, then what was said in the second.
    private var said: [[UInt8]] = []
    private var decisions: [Decision] = []
    /// Nil until they were asked for.
    private var fields: [Fields?] = []
    private let seed: UInt64

    /// Most conversations known, a power of two; each has two places where it may be.
    private static var capacity: Int { 16384 }
    /// Longer conversations hold a nonce or a certificate: they seldom come again.
    private static var maximumBytes: Int { 1536 }

    /// None yet; `seed` is the run's secret.
    init(seed: UInt64) { self.seed = seed }

    /// The bytes' hash; nil for a conversation too long to be kept.
    ///
    /// - Parameter question: what is asked about the conversation, a number below the largest.
    func hash(_ question: UInt32, _ first: borrowing RawSpan, _ second: borrowing RawSpan) -> UInt64? {
        guard first.byteCount &+ second.byteCount <= Self.maximumBytes else { return nil }
        let start = seed ^ UInt64(question) << 32 ^ UInt64(first.byteCount)
        return second.mixed(into: first.mixed(into: start))
    }

    /// The first of the two places of conversations with this hash.
    private static func places(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (capacity &- 2) }

    /// The place of a conversation, when it is known.
    mutating func find(
        _ hash: UInt64, _ question: UInt32, _ first: borrowing RawSpan, _ second: borrowing RawSpan
    ) -> Int? {
        guard !keys.isEmpty else { return nil }
        var place = Self.places(hash)
        if keys[place].hash != hash { place &+= 1 }
        let key = keys[place]
        guard key.hash == hash, key.question == question, Int(key.firstCount) == first.byteCount,
            said[place].count == first.byteCount &+ second.byteCount
        else { return nil }
        let isSame = said[place].withBytes { bytes in
            first.isSame(as: bytes, from: 0) && second.isSame(as: bytes, from: first.byteCount)
        }
        guard isSame else { return nil }
        if !key.isOfUse { keys[place].isOfUse = true }
        return place
    }

    /// Keeps what was decided about a conversation that is not known; its place, nil when others are of more use.
    mutating func keep(
        _ decision: Decision, _ hash: UInt64, _ question: UInt32, _ first: borrowing RawSpan,
        _ second: borrowing RawSpan
    ) -> Int? {
        if keys.isEmpty {
            keys = Array(repeating: Key(), count: Self.capacity)
            said = Array(repeating: [], count: Self.capacity)
            decisions = Array(repeating: .none, count: Self.capacity)
            fields = Array(repeating: nil, count: Self.capacity)
        }
        var place = Self.places(hash)
        if keys[place].question != .max, keys[place].isOfUse || keys[place &+ 1].question == .max {
            place &+= 1
        }
        if keys[place].isOfUse {
            keys[place &- 1].isOfUse = false
            keys[place].isOfUse = false
            return nil
        }
        keys[place] = Key(hash: hash, question: question, firstCount: UInt16(first.byteCount))
        said[place] = first.copy(from: 0, atMost: first.byteCount)
        said[place] += second.copy(from: 0, atMost: second.byteCount)
        decisions[place] = decision
        fields[place] = nil
        return place
    }

    /// What was decided about the conversation at a place.
    func decision(at place: Int) -> Decision { decisions[place] }

    /// The fields of the conversation at a place, once they were taken.
    func fields(at place: Int) -> Fields? { fields[place] }

    /// Keeps the fields of the conversation at a place.
    mutating func keep(_ found: Fields, at place: Int) { fields[place] = found }
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
