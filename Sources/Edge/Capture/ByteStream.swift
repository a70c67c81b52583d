public import Net

/// The bytes of any file or pipe in order, those that gzip packed unpacked: a buffer that is filled at its end and
/// used up at its front.
///
/// Used by one thread at a time.
public final class ByteStream {
    private let source: ByteSource
    private var buffer: ByteBuffer
    /// When the file was last written; nil for what is no file.
    public private(set) var modified: Timestamp?

    /// Opens a file, or standard input for `-`.
    public convenience init(path: String, capacity: Int = 256 * 1024) throws(CaptureError) {
        let file = path == "-" ? OpenFile.standardInput : try OpenFile.opened(path: path)
        self.init(ByteSource(file, name: path == "-" ? "standard input" : path), capacity)
        modified = FileIdentity(path: path).map { Timestamp(nanoseconds: $0.modified) }
    }

    /// Reads from an open descriptor, which the caller closes; `name` is for messages.
    public convenience init(fileDescriptor: Int32, name: String, capacity: Int = 256 * 1024) {
        let file = OpenFile(descriptor: fileDescriptor, name: name, closesAtEnd: false)
        self.init(ByteSource(file, name: name), capacity)
    }

    private init(_ source: ByteSource, _ capacity: Int) {
        self.source = source
        buffer = ByteBuffer(capacity: capacity)
    }

    /// What messages call it.
    public var name: String { source.name }
    /// The size of the file, nil where it is none; together with `fileBytesRead` good for showing progress.
    public var fileSize: Int? { source.fileSize }
    /// Bytes taken from the file so far, packed where it is gzipped.
    public var fileBytesRead: Int { source.fileBytesRead }
    /// What is wrong with gzip data, a half-sentence, known when `fill` has said false; nil while nothing is.
    public var fault: String? { source.packingFault?.complaint }
    /// How many bytes are there.
    public var count: Int { buffer.count }
    /// How many fit.
    public var capacity: Int { buffer.capacity }

    /// Gives `body` the bytes that are there.
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try buffer.withBytes(body)
    }

    /// Uses up the first `length` bytes.
    public func dropFirst(_ length: Int) { buffer.dropFirst(length) }

    /// Makes room for at least `capacity` bytes.
    public func grow(to capacity: Int) { buffer.grow(to: capacity) }

    /// Reads on behind what is there, which must leave room; false at the end.
    public func fill() throws(CaptureError) -> Bool { try source.read(into: &buffer) != 0 }
}
