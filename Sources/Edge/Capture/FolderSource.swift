import Net

/// A folder that captures are written to, one after the other, as `tcpdump -G` and `-C` do: a live source.
///
/// Files are read in the order of their modification times; the newest one is read on as it grows, until a newer one
/// appears. Packed captures are read once. Used by one thread.
public final class FolderSource: FrameSource {
    private struct Known {
        var identity: FileIdentity
        var size: Int
    }

    private let folder: String
    private let filter: String?
    private var current: (path: String, reader: CaptureReader)?
    private var known: [String: Known] = [:]
    private var framesBefore = 0
    private var problems: [String] = []

    /// Frames given so far.
    public var framesRead: Int { framesBefore + (current?.reader.framesRead ?? 0) }
    /// Whether the last chunk held frames: there may be more at once.
    public private(set) var isBusy = false

    /// A source of the captures in `folder`, those there already included.
    public init(folder: String, filter: String?) throws(CaptureError) {
        guard FileKind(path: folder) == .folder else {
            throw .cannotOpen(
                name: folder, reason: "is no folder: --follow takes one that captures are written to")
        }
        self.folder = folder
        self.filter = filter
    }

    /// Gives the next frames, or an empty chunk after a pause; never says false.
    public func read(into chunk: Chunk) throws(CaptureError) -> Bool {
        isBusy = false
        if current == nil, !openNext() { return pause(chunk) }
        guard let (path, reader) = current else { return pause(chunk) }
        do throws(CaptureError) {
            guard try reader.read(into: chunk) else {
                if let damage = reader.damage { problems.append("\(path): \(damage)") }
                close()
                isBusy = true
                return empty(chunk)
            }
        } catch {
            // A file that has only just been made is empty until its writer has something.
            if case .empty = error {} else { problems.append("\(error)") }
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

    private func openNext() -> Bool {
        guard let path = waiting().first?.path else { return false }
        do throws(CaptureError) {
            let reader = try CaptureReader(path: path, filter: filter)
            reader.isGrowing = !isFollowed(path)
            current = (path, reader)
            return true
        } catch {
            problems.append("\(error)")
            remember(path)
            return false
        }
    }

    private func close() {
        guard let (path, reader) = current else { return }
        framesBefore += reader.framesRead
        remember(path)
        current = nil
    }

    private func remember(_ path: String) {
        if let identity = FileIdentity(path: path) {
            known[path] = Known(identity: identity, size: identity.size)
        }
    }

    /// Files that were not read yet, the oldest first; one that was written anew under its name counts again.
    private func waiting() -> [(path: String, identity: FileIdentity)] {
        let found = (namesInFolder(folder) ?? []).compactMap {
            name -> (path: String, identity: FileIdentity)? in
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            guard !name.hasPrefix("."), FileKind(path: path) == .file,
                let identity = FileIdentity(path: path),
                identity.size > 0
            else { return nil }
            if let last = known[path], last.identity.isSameFile(as: identity), identity.size >= last.size {
                return nil
            }
            return (path, identity)
        }
        return found.sorted { ($0.identity.modified, $0.path) < ($1.identity.modified, $1.path) }
    }

    private func isFollowed(_ path: String) -> Bool { waiting().contains { $0.path != path } }

    private func pause(_ chunk: Chunk) -> Bool {
        LiveInterface.wait(for: [], milliseconds: Int32(LiveOptions.waitMilliseconds))
        return empty(chunk)
    }

    private func empty(_ chunk: Chunk) -> Bool {
        var nothing = ByteBuffer(capacity: 0)
        chunk.restart(with: &nothing)
        return true
    }

    /// Hands over what was wrong with files since the last time.
    public func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }
}
