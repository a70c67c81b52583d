import Net

/// Reads one capture, pcap or pcapng, plain or gzipped, from a file or a stream, chunk by chunk.
///
/// Used by one thread at a time. The chunks it fills may be read elsewhere while it fills the next.
public final class CaptureReader {
    private let source: ByteSource
    private var format: (any CaptureFormat)?
    private var filter: FilterPerLinkType?
    /// The beginning of a record whose rest did not fit into the last chunk.
    private var carried: ByteBuffer
    /// Where in the capture the next chunk begins.
    private var position = 0
    private var isAtEnd = false
    private var isPaused = false

    /// Whether the file is still being written: its end is no end then, and an empty chunk says that nothing came.
    ///
    /// Packed captures cannot be followed.
    public var isGrowing = false

    /// Where in the capture the first record lies whose frame is wanted, in bytes; those before were read by somebody else.
    public var start = 0
    /// Where in the capture the first record begins that was not delivered yet, in bytes; unpacked where it is gzipped.
    public var end: Int { position }

    /// What is broken, once reading has come there; `read(into:)` delivers what lies before it, then says
    /// false.
    public private(set) var damage: CaptureDamage?
    /// Bytes of the capture read so far, unpacked where it is gzipped.
    public private(set) var bytesRead = 0
    /// Frames found so far, those the filter dropped included, skipped ones not.
    public private(set) var framesRead = 0
    /// Frames that did not match the filter.
    public private(set) var framesFiltered = 0
    /// Frames left out since the filter expression cannot be asked of their link type.
    public private(set) var framesUnfilterable = 0

    /// Opens a file, or standard input for `-`.
    ///
    /// Only frames that match `filter` (pcap-filter(7)) are delivered.
    public convenience init(path: String, filter: String? = nil) throws(CaptureError) {
        let file = path == "-" ? OpenFile.standardInput : try OpenFile.opened(path: path)
        self.init(ByteSource(file, name: path == "-" ? "standard input" : path), filter: filter)
    }

    /// Reads from an open descriptor, which the caller closes; `name` is for messages.
    public convenience init(fileDescriptor: Int32, name: String, filter: String? = nil) {
        let file = OpenFile(descriptor: fileDescriptor, name: name, closesAtEnd: false)
        self.init(ByteSource(file, name: name), filter: filter)
    }

    init(_ source: ByteSource, filter: String?) {
        self.source = source
        self.filter = filter.map { FilterPerLinkType(expression: $0) }
        carried = ByteBuffer(capacity: 0)
    }

    /// The size of the file, nil where it is none; together with `fileBytesRead` good for showing progress.
    public var fileSize: Int? { source.fileSize }
    /// Bytes taken from the file so far, packed where it is gzipped.
    public var fileBytesRead: Int { source.fileBytesRead }
    /// Whether the capture is gzipped; known after the first read.
    public var isGzipped: Bool { source.isPacked }
    /// Frames that cannot be delivered: their interface is not described.
    public var skippedFrames: Int { format?.skippedFrames ?? 0 }
    /// Frames that were delivered with another time than theirs, which is before 1823 or after 2116.
    public var framesOfNoTime: Int { format?.framesOfNoTime ?? 0 }
    /// How long `read(into:)` waits for a pipe that is silent, in milliseconds; -1: until something comes.
    ///
    /// Otherwise an empty chunk says that nothing came so far, or nothing that the filter lets pass.
    public var waitMilliseconds: Int32 {
        get { source.waitMilliseconds }
        set { source.waitMilliseconds = newValue }
    }

    /// Why the filter could not be asked of frames of some link types, each once since the last time.
    public func takeFilterProblems() -> [CaptureError] { filter?.takeProblems() ?? [] }

    /// Fills the chunk with the next frames, at least one; false at the end, which `damage` may explain.
    ///
    /// Waits for as many bytes as one frame takes and not for a full chunk, so that frames of a live pipe
    /// come at once. After an error there is nothing more to read.
    public func read(into chunk: Chunk) throws(CaptureError) -> Bool {
        chunk.restart(with: &carried)
        do throws(CaptureError) {
            while !isAtEnd {
                chunk.firstFrameNumber = framesRead + 1
                let scan = try scan(chunk)
                position += scan.used
                if let found = scan.damage {
                    isAtEnd = true
                    damage = found
                    damage?.isUnpackedOffset = source.isPacked
                }
                if !chunk.frames.isEmpty || waitMilliseconds >= 0 && scan.used > 0 {
                    carried.replace(byTailOf: chunk.buffer, from: scan.used)
                    return true
                }
                chunk.buffer.dropFirst(scan.used)
                if !isAtEnd { try fill(chunk, needed: scan.needed) }
                if isPaused {
                    isPaused = false
                    carried.replace(byTailOf: chunk.buffer, from: 0)
                    return true
                }
            }
            return false
        } catch {
            isAtEnd = true
            chunk.frames.removeAll()
            throw error
        }
    }

    // MARK: Steps

    private func fill(_ chunk: Chunk, needed: Int) throws(CaptureError) {
        // The formats ask for no more than `CaptureLimits.maximumRecord` and a record's header.
        chunk.buffer.grow(to: max(needed, chunk.buffer.count + 1))
        guard let count = try source.read(into: &chunk.buffer) else {
            isPaused = true
            return
        }
        bytesRead += count
        guard count == 0 else { return }
        if isGrowing, !source.isPacked { isPaused = true } else { try endOfSource(chunk, needed: needed) }
    }

    private func scan(_ chunk: Chunk) throws(CaptureError) -> Scan {
        let leastBytes = 12
        if format == nil {
            guard chunk.buffer.count >= leastBytes else { return Scan(used: 0, needed: leastBytes) }
            try recogniseFormat(of: chunk)
        }
        let before = position
        let scan = chunk.buffer.withBytes { format?.scan($0, position: before, into: &chunk.frames) }
        if before < start { chunk.frames.removeAll { before + $0.offset <= start } }
        framesRead += chunk.frames.count
        if filter != nil { try dropUnmatched(chunk) }
        return scan ?? Scan(used: 0, needed: leastBytes)
    }

    private func recogniseFormat(of chunk: Chunk) throws(CaptureError) {
        let beginning = chunk.buffer.withBytes { bytes in
            (0..<min(bytes.byteCount, 12)).map { bytes.u8($0) }
        }
        let magic = beginning.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if magic == PcapngFormat.sectionHeader {
            format = PcapngFormat()
        } else if let pcap = PcapFormat(magic: magic) {
            format = pcap
        } else {
            throw .notACapture(name: source.name, beginning: beginning)
        }
    }

    private func dropUnmatched(_ chunk: Chunk) throws(CaptureError) {
        let first = chunk.firstFrameNumber
        try chunk.buffer.withBytes { bytes throws(CaptureError) in
            var kept = 0
            for (index, frame) in chunk.frames.enumerated() {
                guard let filter = try filter?.filter(for: frame.linkType) else {
                    framesUnfilterable += 1
                    continue
                }
                guard filter.matches(frame, in: bytes) else {
                    framesFiltered += 1
                    continue
                }
                chunk.frames[kept] = frame
                chunk.frameNumbers.append(first + index)
                kept += 1
            }
            chunk.frames.removeLast(chunk.frames.count - kept)
        }
        chunk.firstFrameNumber = chunk.frameNumbers.first ?? first
    }

    private func endOfSource(_ chunk: Chunk, needed: Int) throws(CaptureError) {
        isAtEnd = true
        if let fault = source.packingFault {
            damage = CaptureDamage(fault.kind, "gzip data", at: bytesRead, fault.complaint)
        } else if bytesRead == 0 {
            throw .empty(name: source.name)
        } else {
            if format == nil { try recogniseFormat(of: chunk) }
            damage = format?.damage(atEnd: position, remaining: chunk.buffer.count, needed: needed)
        }
        damage?.isUnpackedOffset = source.isPacked
    }
}
