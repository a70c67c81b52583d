internal import Flows
internal import Inventory
internal import Matching
internal import Net

/// What was made of conversations that were heard lately, by everything that was said in them.
///
/// Greetings, health checks and discoveries are said again and again: what they are, and the fields of their records,
/// is found out once, and the flows share the fields. A conversation is known by two numbers that its bytes went into in
/// turn, keyed with the run's secret: nobody can make two that are taken for one, and by chance it does not happen. An
/// entry that was of use outlives one that would take its place, so that a crowd of new conversations does not wash the
/// known ones away.
struct KnownConversations: ~Copyable {
    /// What a conversation is known by.
    struct Tag: BitwiseCopyable, Equatable {
        fileprivate var high: UInt64
        fileprivate var low: UInt64
    }

    /// What is known of a conversation.
    private struct Entry {
        var tag = Tag(high: 0, low: 0)
        var decision = Decision.none
        var fields: FlowFields?
        var isOfUse = false
        /// Whether the fields were asked for.
        var hasFields = false
    }

    /// A part of each entry's tag, 0 where there is none: small, so that the processor has all at hand, and a new
    /// conversation, searched in vain, asks for no entry.
    private var marks: [UInt8] = []
    private var entries: [Entry] = []
    private let secrets: InlineArray<4, UInt64>

    /// Most conversations known, a power of two; each has two places where it may be.
    private static var capacity: Int { 16384 }
    /// Longer conversations hold a nonce or a certificate: they seldom come again.
    private static var maximumBytes: Int { 1536 }

    /// None yet; `seed` is the run's secret.
    init(seed: UInt64) {
        // Odd constants of wyhash; any with about as many ones as zeros would do.
        secrets = [
            seed, Mixing.mix(seed ^ 0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db),
            Mixing.mix(seed ^ 0x8ebc_6af0_9c88_c6e3, 0x5899_65cc_7537_4cc3),
            Mixing.mix(seed ^ 0x1d8e_4e27_c47d_124f, 0xeb44_acca_b455_d165),
        ]
    }

    /// What a conversation would be known by; nil for one too long to be kept.
    ///
    /// - Parameter question: what is asked about the conversation.
    func tag(_ question: UInt32, _ first: borrowing RawSpan, _ second: borrowing RawSpan) -> Tag? {
        guard first.byteCount &+ second.byteCount <= Self.maximumBytes else { return nil }
        let start = UInt64(question) << 32 | UInt64(first.byteCount) << 16 | UInt64(second.byteCount)
        var tag = Tag(high: secrets[0] ^ start, low: secrets[1] ^ start)
        absorb(first, into: &tag)
        absorb(second, into: &tag)
        return tag
    }

    /// Mixes bytes into a tag, thirty-two a step; their number is in it already.
    @inline(__always)
    private func absorb(_ bytes: borrowing RawSpan, into tag: inout Tag) {
        let count = bytes.byteCount
        var offset = 0
        while offset &+ 32 <= count {
            absorb(bytes.pair(offset), bytes.pair(offset &+ 16), into: &tag)
            offset &+= 32
        }
        guard offset < count else { return }
        // What is left, by words that may overlap.
        if count >= 32 {
            absorb(bytes.pair(count &- 32), bytes.pair(count &- 16), into: &tag)
        } else if count >= 16 {
            absorb(bytes.pair(0), bytes.pair(count &- 16), into: &tag)
        } else {
            let few = Self.words(of: bytes)
            absorb(few, (few.1, few.0), into: &tag)
        }
    }

    /// All of fewer than sixteen bytes.
    @inline(__always)
    private static func words(of bytes: borrowing RawSpan) -> (UInt64, UInt64) {
        let count = bytes.byteCount
        if count >= 8 { return (bytes.u64(0), bytes.u64(count &- 8)) }
        if count >= 4 { return (UInt64(bytes.u32(0)), UInt64(bytes.u32(count &- 4))) }
        let (middle, last) = (UInt64(bytes.u8(count >> 1)), UInt64(bytes.u8(count &- 1)))
        return (UInt64(bytes.u8(0)), middle << 8 | last)
    }

    /// Both factors of either product hold a secret: neither can be made zero, which would forget what came before.
    @inline(__always)
    private func absorb(_ first: (UInt64, UInt64), _ second: (UInt64, UInt64), into tag: inout Tag) {
        tag.high = Mixing.mix(tag.high ^ first.0, first.1 ^ secrets[2])
        tag.low = Mixing.mix(tag.low ^ second.0, second.1 ^ secrets[3])
    }

    /// The first of the two places of conversations with this tag.
    private static func places(_ tag: Tag) -> Int {
        Int(truncatingIfNeeded: tag.high ^ tag.low) & (capacity &- 2)
    }

    /// The part of a tag that is looked at first; never 0.
    private static func mark(_ tag: Tag) -> UInt8 { UInt8(truncatingIfNeeded: tag.low) | 1 }

    /// The place of a conversation, when it is known.
    mutating func find(_ tag: Tag) -> Int? {
        guard !marks.isEmpty else { return nil }
        var place = Self.places(tag)
        let mark = Self.mark(tag)
        if marks[place] != mark || entries[place].tag != tag {
            place &+= 1
            guard marks[place] == mark, entries[place].tag == tag else { return nil }
        }
        if !entries[place].isOfUse { entries[place].isOfUse = true }
        return place
    }

    /// Keeps what was decided about a conversation that is not known; its place, nil when others are of more use.
    mutating func keep(_ decision: Decision, _ tag: Tag) -> Int? {
        if entries.isEmpty {
            marks = Array(repeating: 0, count: Self.capacity)
            entries = Array(repeating: Entry(), count: Self.capacity)
        }
        var place = Self.places(tag)
        if marks[place] != 0, entries[place].isOfUse || marks[place &+ 1] == 0 { place &+= 1 }
        if entries[place].isOfUse {
            entries[place &- 1].isOfUse = false
            entries[place].isOfUse = false
            return nil
        }
        marks[place] = Self.mark(tag)
        entries[place] = Entry(tag: tag, decision: decision)
        return place
    }

    /// What was decided about the conversation at a place.
    func decision(at place: Int) -> Decision { entries[place].decision }

    /// Whether the fields of the conversation at a place were taken.
    func hasFields(at place: Int) -> Bool { entries[place].hasFields }

    /// The fields of the conversation at a place, once they were taken.
    func fields(at place: Int) -> FlowFields? { entries[place].fields }

    /// Keeps the fields of the conversation at a place.
    mutating func keep(_ found: FlowFields?, at place: Int) {
        entries[place].fields = found
        entries[place].hasFields = true
    }
}
