internal import Net

/// A receiver's alerts on disk, from when they are submitted until they are delivered.
///
/// Entries are appended to segments; a segment is deleted when all in it is delivered, or, the oldest first, when the
/// whole has grown to its limit. Written with the kernel's own caching: it outlives the process, and the machine once
/// ``SpoolFolder`` was asked for that.
struct Spool {
    private let folder: String
    private let disk: Disk
    private let limit: Int
    private let segmentLimit: Int
    /// Held for its lock only.
    private let lock: DiskFile
    private var segments: [SpoolSegment] = []
    private var position: AcknowledgedPosition
    private var writing: DiskFile?
    private var reading: (segment: UInt64, file: DiskFile)?
    /// Before the first entry that is not delivered.
    private var acknowledged = SpoolCursor(segment: 0, offset: 0, passed: 0)
    /// Before the next entry to be read.
    private var next = SpoolCursor(segment: 0, offset: 0, passed: 0)

    /// When the entry behind the acknowledged place was submitted, once that was asked.
    private var known: (passed: UInt64, submitted: Timestamp)?

    /// Entries that were given up because the spool was full.
    private var dropped = 0
    /// Places where an end was torn or damaged, found while opening.
    private(set) var cuts = 0

    /// Opens a spool, and cuts off what was not written whole.
    init(folder: String, limit: Int, on disk: Disk) throws(DiskError) {
        self.folder = folder
        self.disk = disk
        self.limit = limit
        segmentLimit = max(4096, limit / 16)
        try SystemCalls.makeFolder(folder)
        lock = try DiskFile(folder + "/lock", on: disk)
        guard try lock.lock() else {
            throw DiskError(path: folder, code: 0, text: "another run of offport uses this spool")
        }
        position = try AcknowledgedPosition(folder + "/position", on: disk)
        let firsts = try SystemCalls.names(in: folder).compactMap(SpoolSegment.first(inName:)).sorted()
        for first in firsts { try open(first) }
        let passed = max(position.number, segments.first.map { $0.first - 1 } ?? 0)
        acknowledged.passed = passed
        deleteDelivered()
        try find(passed)
        next = acknowledged
    }

    /// The entries that are not delivered yet.
    var waiting: Int { Int((segments.last?.last ?? acknowledged.passed) - acknowledged.passed) }

    /// The bytes of all segments.
    var size: Int { segments.reduce(0) { $0 + $1.size } }

    private func path(_ segment: SpoolSegment) -> String { folder + "/" + segment.name }

    /// Takes a segment in up to its first damage.
    private mutating func open(_ first: UInt64) throws(DiskError) {
        var segment = SpoolSegment(first: first)
        let file = try DiskFile(path(segment), on: disk)
        let size = try file.size()
        let bytes = try file.read(size, at: 0)
        while let (entry, length) = SpoolEntry.decode(bytes[segment.size...]),
            entry.number == segment.last + 1
        {
            segment.last = entry.number
            segment.size += length
        }
        if segment.size < size {
            cuts += 1
            try file.truncate(to: segment.size)
        }
        // Numbers have no gaps, so what came after a damaged middle counts as lost with it.
        if let before = segments.last, before.last < first - 1 { dropped += Int(first - 1 - before.last) }
        if segment.last < first {
            try SystemCalls.remove(path(segment))
        } else {
            segments.append(segment)
        }
    }

    /// Puts the acknowledged place behind the entry with this number.
    private mutating func find(_ passed: UInt64) throws(DiskError) {
        guard let segment = segments.first(where: { $0.last > passed }) else {
            let last = segments.last
            acknowledged = SpoolCursor(segment: last?.first ?? 0, offset: last?.size ?? 0, passed: passed)
            return
        }
        acknowledged = SpoolCursor(segment: segment.first, offset: 0, passed: segment.first - 1)
        next = acknowledged
        while next.passed < passed {
            let delivered = try read(atMost: 256).prefix { $0.entry.number <= passed }
            guard let last = delivered.last else { break }
            next = last.end
        }
        acknowledged = next
        acknowledged.passed = passed
    }

    // MARK: Writing

    /// More than one page: what is left of the last one of some file is no room.
    private static var probeBytes: Int { 64 << 10 }

    /// Appends an entry, whole or not at all.
    mutating func append(_ entry: SpoolEntry) throws(DiskError) {
        var entry = entry
        entry.number = max(segments.last?.last ?? 0, acknowledged.passed) + 1
        let bytes = entry.encoded
        if let last = segments.last, last.size + bytes.count > segmentLimit { writing = nil }
        let file: DiskFile
        if let writing {
            file = writing
        } else {
            let segment = SpoolSegment(first: entry.number)
            file = try DiskFile(path(segment), on: disk)
            segments.append(segment)
        }
        let place = segments.count - 1
        do {
            try file.write(bytes, at: segments[place].size)
        } catch {
            // A part may stand there.
            try? file.truncate(to: segments[place].size)
            if segments[place].last < segments[place].first {
                try? SystemCalls.remove(path(segments.removeLast()))
            }
            throw error
        }
        writing = file
        segments[place].size += bytes.count
        segments[place].last = entry.number
        while segments.count > 1, size > limit { giveUpOldest() }
    }

    /// Tries whether the disk takes something again.
    func probe() throws(DiskError) {
        let path = folder + "/probe"
        let file = try DiskFile(path, on: disk)
        defer { try? SystemCalls.remove(path) }
        try file.write(Array(repeating: 0, count: Self.probeBytes), at: 0)
    }

    private mutating func giveUpOldest() {
        let segment = segments.removeFirst()
        if segment.last > acknowledged.passed {
            dropped += Int(segment.last - acknowledged.passed)
            acknowledge(SpoolCursor(segment: segment.first, offset: segment.size, passed: segment.last))
        }
        try? SystemCalls.remove(path(segment))
    }

    // MARK: Reading

    /// The entries from the next one on, each with the place behind it; none at the end.
    mutating func read(atMost count: Int) throws(DiskError) -> [(entry: SpoolEntry, end: SpoolCursor)] {
        var found: [(entry: SpoolEntry, end: SpoolCursor)] = []
        var place = next
        while found.count < count, let segment = segments.first(where: { $0.last > place.passed }) {
            if place.segment != segment.first {
                place = SpoolCursor(segment: segment.first, offset: 0, passed: segment.first - 1)
            }
            let file = try file(of: segment)
            let size = min(segment.size - place.offset, max(64 << 10, SpoolEntry.largestBody / 8))
            var bytes = try file.read(size, at: place.offset)
            if SpoolEntry.decode(bytes[...]) == nil {
                bytes = try file.read(segment.size - place.offset, at: place.offset)
            }
            var start = 0
            while found.count < count, let (entry, length) = SpoolEntry.decode(bytes[start...]) {
                start += length
                place.offset += length
                place.passed = entry.number
                found.append((entry, place))
            }
            guard start > 0 else {
                throw DiskError(path: path(segment), code: 0, text: "damaged at byte \(place.offset)")
            }
        }
        return found
    }

    private mutating func file(of segment: SpoolSegment) throws(DiskError) -> DiskFile {
        if let reading, reading.segment == segment.first { return reading.file }
        let file = try DiskFile(path(segment), creates: false, on: disk)
        reading = (segment.first, file)
        return file
    }

    /// Goes on behind what was read.
    mutating func advance(to cursor: SpoolCursor) { if cursor.passed > next.passed { next = cursor } }

    /// Reads again from the first entry that is not delivered.
    mutating func rewind() { next = acknowledged }

    /// How many were given up since this was asked last.
    mutating func takeDropped() -> Int {
        defer { dropped = 0 }
        return dropped
    }

    // MARK: Delivered

    /// Notes that everything before the place is delivered; the first error of the note's writing is the caller's.
    @discardableResult
    mutating func acknowledge(_ cursor: SpoolCursor) -> DiskError? {
        guard cursor.passed > acknowledged.passed else { return nil }
        acknowledged = cursor
        if next.passed < cursor.passed { next = cursor }
        var failure: DiskError?
        do { try position.set(cursor.passed) } catch { failure = error }
        deleteDelivered()
        return failure
    }

    /// Deletes delivered segments except the one that is written to.
    private mutating func deleteDelivered() {
        while let first = segments.first, first.last <= acknowledged.passed,
            segments.count > 1 || writing == nil || first.size >= segmentLimit / 2
        {
            if segments.count == 1 { writing = nil }
            try? SystemCalls.remove(path(first))
            segments.removeFirst()
        }
    }

    /// When the oldest entry that is not delivered was submitted.
    var oldest: Timestamp? {
        mutating get {
            guard waiting > 0 else { return nil }
            if let known, known.passed == acknowledged.passed { return known.submitted }
            guard let segment = segments.first(where: { $0.last > acknowledged.passed }) else { return nil }
            let offset = acknowledged.segment == segment.first ? acknowledged.offset : 0
            let head = try? file(of: segment).read(SpoolEntry.headSize + 16, at: offset)
            known = head.flatMap(SpoolEntry.submitted).map { (acknowledged.passed, $0) }
            return known?.submitted
        }
    }

    /// The keys of all entries on disk, delivered or not.
    mutating func keys() throws(DiskError) -> [AlertKey] {
        let place = next
        defer { next = place }
        var keys: [AlertKey] = []
        next = SpoolCursor(segment: 0, offset: 0, passed: 0)
        while true {
            let entries = try read(atMost: 256)
            guard let last = entries.last else { return keys }
            keys += entries.compactMap(\.entry.key)
            next = last.end
        }
    }
}
