/// Where one frame lies in the chunk of bytes that a capture source delivered, and what the source says of it.
public struct Frame: BitwiseCopyable, Sendable {
    /// The frame's first byte, as an offset into the chunk.
    public var offset: Int
    /// Bytes captured, all of them in the chunk.
    public var capturedLength: Int
    /// Bytes the frame had on the wire.
    public var originalLength: Int
    /// When it was captured.
    public var time: Timestamp
    /// What the frame starts with.
    public var linkType: LinkType

    /// A frame at `offset` of its chunk.
    @inlinable
    public init(offset: Int, capturedLength: Int, originalLength: Int, time: Timestamp, linkType: LinkType) {
        self.offset = offset
        self.capturedLength = capturedLength
        self.originalLength = originalLength
        self.time = time
        self.linkType = linkType
    }
}
