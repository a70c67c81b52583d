import Net

/// Gives frames chunk by chunk: a file, a stream, interfaces.
public protocol FrameSource: AnyObject {
    /// Frames given so far, those a filter dropped included.
    var framesRead: Int { get }

    /// Fills the chunk with the next frames; false when there will be none any more.
    ///
    /// A live source gives an empty chunk when nothing came for a while, so that its user sees time go on.
    func read(into chunk: Chunk) throws(CaptureError) -> Bool
}

extension CaptureReader: FrameSource {}
