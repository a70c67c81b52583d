public import Net

/// Gives frames that were made, not captured.
public final class MemorySource: FrameSource {
    private var waiting: [(time: Timestamp, bytes: [UInt8])] = []
    private let linkType: LinkType
    /// Frames given so far.
    public private(set) var framesRead = 0

    /// A source of frames of one link type, with none yet.
    public init(linkType: LinkType) { self.linkType = linkType }

    /// Gives a frame with the next chunk.
    public func append(_ bytes: [UInt8], at time: Timestamp) { waiting.append((time, bytes)) }

    /// All that waits; an empty chunk when nothing does.
    public func read(into chunk: Chunk) throws(CaptureError) -> Bool {
        chunk.fill(with: waiting, linkType, after: framesRead)
        framesRead += waiting.count
        waiting.removeAll()
        return true
    }
}

extension Chunk {
    /// Holds these frames and nothing else.
    fileprivate func fill(
        with made: [(time: Timestamp, bytes: [UInt8])], _ linkType: LinkType, after count: Int
    ) {
        frames.removeAll(keepingCapacity: true)
        frameNumbers.removeAll(keepingCapacity: true)
        buffer.removeAll()
        firstFrameNumber = count + 1
        for (time, bytes) in made {
            frames.append(
                Frame(
                    offset: buffer.count, capturedLength: bytes.count, originalLength: bytes.count,
                    time: time,
                    linkType: linkType))
            buffer.append(copyOf: bytes)
        }
    }
}
