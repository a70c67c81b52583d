import Net

/// A stretch of capture bytes with the frames that lie wholly in it; made once and filled again and again.
///
/// A reader fills it; afterwards any number of threads may read it at once, until it is filled again. Whoever
/// hands chunks around sees to it that filling and reading do not overlap: that is what `@unchecked` stands
/// for.
public final class Chunk: @unchecked Sendable {
    /// The frames, in the order of the capture; their offsets are offsets into the chunk's bytes.
    public internal(set) var frames: [Frame] = []
    /// The number that the first frame has in its capture, counted from 1.
    public internal(set) var firstFrameNumber = 1
    /// The numbers of all frames, where a filter has dropped some between them; empty where it has not.
    var frameNumbers: [Int] = []
    var buffer: ByteBuffer

    /// An empty chunk.
    ///
    /// It grows when one record needs more than `capacity` bytes, to at most 16 MB.
    public init(capacity: Int = 256 * 1024) {
        buffer = ByteBuffer(capacity: capacity)
    }

    /// How many bytes fit without growing.
    public var capacity: Int { buffer.capacity }

    /// The filled bytes, valid until the chunk is filled again or gone.
    ///
    /// Prefer `withBytes`.
    @unsafe public var bytes: UnsafeRawBufferPointer { unsafe buffer.pointer }

    /// Gives `body` the filled bytes.
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.withBytes(body)
    }

    /// The number of a frame in its capture, counted from 1, as Wireshark counts too.
    public func number(ofFrame index: Int) -> Int {
        frameNumbers.isEmpty ? firstFrameNumber &+ index : frameNumbers[index]
    }

    /// Empties the chunk but for the bytes it takes out of `carried`.
    func restart(with carried: inout ByteBuffer) {
        frames.removeAll(keepingCapacity: true)
        frameNumbers.removeAll(keepingCapacity: true)
        buffer.removeAll()
        buffer.grow(to: carried.count)
        _ = buffer.take(from: &carried)
    }
}
