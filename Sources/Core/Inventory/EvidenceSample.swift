internal import Net

/// What decided a flow, on its way from the packet lane to the inventory: a plain value, so that handing it on
/// allocates nothing.
public struct EvidenceSample: BitwiseCopyable, Sendable {
    /// Bytes that are kept at most.
    public static var maximumBytes: Int { 64 }

    /// Whether the bytes were the server's.
    public var isServer: Bool
    /// How many of the bytes are set.
    public private(set) var count: UInt8 = 0
    /// Where the bytes begin in what that speaker said.
    public var offset: Int32
    /// The signature's place in the library's list; -1 for a child flow, which its parent announced.
    public var signature: Int32
    /// The bytes, eight in a word, the first one highest; what is beyond `count` is 0.
    private var words = InlineArray<8, UInt64>(repeating: 0)

    /// A sample of nothing, where the bytes are not there any more.
    public init(isServer: Bool) {
        self.isServer = isServer
        offset = 0
        signature = -1
    }

    /// A sample of the bytes from `offset` on of what a speaker said.
    @inline(__always)
    public init(isServer: Bool, offset: Int, signature: Int?, said: borrowing RawSpan) {
        self.isServer = isServer
        self.offset = Int32(clamping: offset)
        self.signature = signature.map { Int32(clamping: $0) } ?? -1
        let length = min(max(0, said.byteCount - offset), Self.maximumBytes)
        count = UInt8(length)
        let whole = length >> 3
        for index in 0..<whole { words[index] = said.u64(offset &+ index << 3) }
        for index in (whole << 3)..<length {
            words[whole] |= UInt64(said.u8(offset &+ index)) << UInt64(56 &- 8 &* (index & 7))
        }
    }

    /// A sample of bytes that are kept in words.
    init(_ kept: KeptEvidence, word: (Int) -> UInt64) {
        (isServer, count) = (kept.isServer, kept.length)
        (offset, signature) = (Int32(kept.offset), kept.signature)
        for index in 0..<wordCount { words[index] = word(index) }
    }

    /// How many words hold bytes.
    var wordCount: Int { (Int(count) + 7) >> 3 }

    /// The word at `index`, which is less than `wordCount`.
    subscript(word index: Int) -> UInt64 { words[index] }
}
