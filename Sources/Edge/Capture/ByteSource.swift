import Net

/// The bytes of a capture in order: a file as it is, or what gzip packed into it.
final class ByteSource {
    let name: String
    private let file: OpenFile
    /// Bytes of the file that have been read and not been passed on.
    private var ahead = ByteBuffer(capacity: 1 << 16)
    private var gzip: GzipStream?
    private var looked = false
    /// How long a read waits for a pipe that is silent, in milliseconds; -1: until something comes.
    var waitMilliseconds: CInt = -1
    /// Bytes taken from the file so far, packed where it is packed.
    private(set) var fileBytesRead = 0

    init(_ file: consuming OpenFile, name: String) {
        self.file = file
        self.name = name
    }

    /// What is wrong with the gzip data; known when a read has given 0.
    var packingFault: GzipStream.Fault? { gzip?.fault }
    /// Whether the bytes come out of gzip; known after the first read.
    var isPacked: Bool { gzip != nil }
    /// The file's size, nil for pipes.
    var fileSize: Int? { file.size }

    /// Appends the next bytes, at least one and at most to the buffer's capacity, and says how many; 0 at
    /// the end, nil when none came in `waitMilliseconds`.
    ///
    /// The buffer must have room.
    func read(into buffer: inout ByteBuffer) throws(CaptureError) -> Int? {
        if !looked {
            try lookForGzip()
            guard looked else { return nil }
        }
        if let gzip { return try unpack(gzip, into: &buffer) }
        if ahead.count > 0 {
            return buffer.take(from: &ahead)
        }
        let count = try file.read(into: &buffer, waiting: waitMilliseconds)
        fileBytesRead += count ?? 0
        return count
    }

    private func readAhead() throws(CaptureError) -> Int? {
        let count = try file.read(into: &ahead, waiting: waitMilliseconds)
        fileBytesRead += count ?? 0
        return count
    }

    /// RFC 1952 section 2.3.1: gzip begins with 1f 8b, and the only method there is is 8.
    private func lookForGzip() throws(CaptureError) {
        while ahead.count < 3 {
            guard let count = try readAhead() else { return }
            if count == 0 { break }
        }
        looked = true
        if ahead.withBytes({ $0.byteCount >= 3 && $0.u24(0) == 0x1f8b08 }) { gzip = GzipStream() }
    }

    private func unpack(_ gzip: GzipStream, into buffer: inout ByteBuffer) throws(CaptureError) -> Int? {
        while true {
            let count = gzip.unpack(&ahead, into: &buffer)
            if count > 0 || gzip.fault != nil { return count }
            guard let more = try readAhead() else { return nil }
            if more == 0 {
                gzip.inputEnded(isUsedUp: ahead.count == 0)
                return 0
            }
        }
    }
}
