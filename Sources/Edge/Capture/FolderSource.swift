import Net

/// A folder that captures are written to, one after the other, as `tcpdump -G` and `-C` do: a live source.
///
/// Files are read in the order of their modification times; the newest one is read on as it grows, until a newer one
/// appears. Packed captures are read once. Used by one thread.
public final class FolderSource: FrameSource {
    /// How far an earlier run has read a capture.
    public enum Progress: Sendable {
        /// Not at all: it is read.
        case none
        /// So many bytes: what comes behind them is read.
        case bytes(Int)
        /// To its end: it is passed over.
        case whole
    }

    private struct Known {
        var identity: FileIdentity
        var size: Int
    }

    private let folder: String
    private let filter: String?
    private var current: (path: String, reader: CaptureReader)?
    private var known: [String: Known] = [:]
    private var framesBefore = 0
    private var leftOutBefore = (filtered: 0, unfilterable: 0)
    private var problems: [String] = []
    private var events: [(text: String, isLoss: Bool)] = []
    private var passedOver = 0
    /// Link types that the filter was found not to suit: said once, though every file has them.
    private var unfilterable: Set<CaptureError> = []
    /// What has a name that is not UTF-8: said once.
    private var nameless: Set<String> = []
    /// What was not read yet at the last look.
    private var listing: [String] = []
    private var lastListing = Int.min / 2
    private static let listingInterval = 200

    /// Frames given so far.
    public var framesRead: Int { framesBefore + (current?.reader.framesRead ?? 0) }
    /// Of these, frames that did not match the filter, and those whose link type it cannot be asked of.
    public var framesLeftOut: (filtered: Int, unfilterable: Int) {
        (
            leftOutBefore.filtered + (current?.reader.framesFiltered ?? 0),
            leftOutBefore.unfilterable + (current?.reader.framesUnfilterable ?? 0)
        )
    }
    /// Whether the last chunk held frames: there may be more at once.
    public private(set) var isBusy = false
    /// Whether the folder can be looked into.
    public private(set) var isThere = true
    /// Asked how far a capture was read before, when its turn comes.
    public var progress: (_ path: String) -> Progress = { _ in .none }
    /// Told of a capture that was read to its end.
    public var finished: (_ path: String) -> Void = { _ in }
    /// The capture that is not over, and how many bytes of it were read; nil for a packed one, which has no such place.
    public var unfinished: (path: String, bytes: Int)? {
        guard let (path, reader) = current, !reader.isGzipped, reader.end > 0 else { return nil }
        return (path, reader.end)
    }

    /// A source of the captures in `folder`, those there already included.
    public init(folder: String, filter: String?) throws(CaptureError) {
        guard try FileKind.at(folder) == .folder else {
            throw .cannotOpen(
                name: folder, reason: "is no folder: --follow takes one that captures are written to")
        }
        self.folder = folder
        self.filter = filter
    }

    /// Gives the next frames, or an empty chunk after a pause; never says false.
    public func read(into chunk: Chunk) throws(CaptureError) -> Bool {
        isBusy = false
        if current == nil {
            switch openNext() {
            case .opened: break
            case .passedOver:
                isBusy = true
                return empty(chunk)
            case .nothing:
                tellPassedOver()
                return pause(chunk)
            }
            tellPassedOver()
        }
        guard let (path, reader) = current else { return pause(chunk) }
        defer { noteFilterProblems(of: reader, path) }
        do throws(CaptureError) {
            guard try reader.read(into: chunk) else {
                if let damage = reader.damage { problems.append("\(path): \(damage)") }
                finished(path)
                close()
                isBusy = true
                return empty(chunk)
            }
        } catch {
            problems.append("\(error)")
            close()
            return pause(chunk)
        }
        chunk.firstFrameNumber += framesBefore
        isBusy = !chunk.frames.isEmpty
        guard isBusy else {
            // At its end for now; when another file follows, this one has ended for good.
            if reader.isGrowing, isFollowed(path) { reader.isGrowing = false } else { return pause(chunk) }
            return true
        }
        return true
    }

    private enum Opening { case nothing, passedOver, opened }

    private func openNext() -> Opening {
        guard let path = waiting().first else { return .nothing }
        do throws(CaptureError) {
            let reader = try CaptureReader(path: path, filter: filter)
            switch progress(path) {
            case .none: break
            case .bytes(let count):
                reader.start = count
                events.append(("\(path): goes on at byte \(count), where an earlier run ended", false))
            case .whole:
                passedOver += 1
                remember(path)
                return .passedOver
            }
            reader.isGrowing = !isFollowed(path)
            current = (path, reader)
            return .opened
        } catch {
            problems.append("\(error)")
            remember(path)
            return .nothing
        }
    }

    /// Says once how many captures in a row were passed over.
    private func tellPassedOver() {
        guard passedOver > 0 else { return }
        let captures = passedOver == 1 ? "1 capture was" : "\(passedOver) captures were"
        events.append(("\(folder): \(captures) read to the end before and passed over", false))
        passedOver = 0
    }

    private func close() {
        guard let (path, reader) = current else { return }
        leftOutBefore = framesLeftOut
        framesBefore += reader.framesRead
        remember(path)
        current = nil
    }

    private func noteFilterProblems(of reader: CaptureReader, _ path: String) {
        for problem in reader.takeFilterProblems() where unfilterable.insert(problem).inserted {
            problems.append("\(path): \(problem); such frames are left out")
        }
    }

    private func remember(_ path: String) {
        // One that is empty is none yet: it counts as soon as its writer has something.
        if let identity = FileIdentity(path: path), identity.size > 0 {
            known[path] = Known(identity: identity, size: identity.size)
        }
        listing.removeAll { $0 == path }
    }

    /// Files that were not read yet, the oldest first; one that was written anew under its name counts again.
    ///
    /// The folder is looked through a few times a second at most: it may hold thousands.
    private func waiting() -> [String] {
        let now = LiveInterface.milliseconds
        if now - lastListing < Self.listingInterval { return listing }
        lastListing = now
        let names = namesInFolder(folder)
        if isThere != (names != nil) {
            isThere = names != nil
            events.append(
                isThere
                    ? ("\(folder): is back", false)
                    : ("\(folder): the folder is gone or cannot be read: waiting for it", true))
        }
        guard let names else {
            listing = []
            return listing
        }
        var found: [(path: String, identity: FileIdentity)] = []
        var present: Set<String> = []
        var lost: Set<String> = []
        for name in names where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            guard let identity = FileIdentity(path: path), FileKind(path: path) == .file else {
                if hasLostBytes(path), FileKind(path: path) == nil { lost.insert(path) }
                continue
            }
            present.insert(path)
            if let last = known[path], last.identity.isSameFile(as: identity), identity.size >= last.size {
                continue
            }
            if identity.size > 0 { found.append((path, identity)) }
        }
        for path in lost.subtracting(nameless).sorted() { problems.append("\(path): \(namelessReason)") }
        nameless = lost
        for path in known.keys where !present.contains(path) { known[path] = nil }
        found.sort { ($0.identity.modified, $0.path) < ($1.identity.modified, $1.path) }
        listing = found.map(\.path)
        return listing
    }

    private func isFollowed(_ path: String) -> Bool { waiting().contains { $0 != path } }

    private func pause(_ chunk: Chunk) -> Bool {
        LiveInterface.wait(for: [], milliseconds: Int32(LiveOptions.waitMilliseconds))
        return empty(chunk)
    }

    private func empty(_ chunk: Chunk) -> Bool {
        var nothing = ByteBuffer(capacity: 0)
        chunk.restart(with: &nothing)
        return true
    }

    /// Hands over what happened to the folder since the last time, and whether captures may be missed because of it.
    public func takeEvents() -> [(text: String, isLoss: Bool)] {
        defer { events = [] }
        return events
    }

    /// Hands over what was wrong with files since the last time.
    public func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }
}
