import Capture
import Stores

/// Which captures of a folder the store has: a sensor that is started again passes them over, and goes on in the one that
/// it was at.
final class FollowedCaptures {
    private let feed: StoreFeed
    private let options: String
    private let sensor = Console.hostName
    /// Identities of captures that were read to their end and that the store may not have yet.
    private var new: Set<String> = []
    /// What the store is told when everything that was noticed in them has been handed to it.
    private var waiting: [StoreBatch.Step] = []

    private static let mostNew = 10_000

    /// - Parameter options: how captures are read, as identities have it.
    init(_ feed: StoreFeed, options: String) { (self.feed, self.options) = (feed, options) }

    /// How far a capture was read; nothing of it where the store cannot be asked.
    func progress(of path: String) -> FolderSource.Progress {
        let store = feed.writer.store
        if let identity = CaptureIdentity.of(file: path, options: options),
            new.contains(identity) || (try? store.reading(of: identity)) != nil
        {
            return .whole
        }
        let bytes = (try? store.bytesFollowed(of: name(path), options: options)) ?? 0
        return bytes > 0 ? .bytes(bytes) : .none
    }

    /// A capture was read to its end.
    func finished(_ path: String) {
        // One that is gone is not met again.
        guard let identity = CaptureIdentity.of(file: path, options: options) else { return }
        if new.count >= Self.mostNew { new.removeAll() }
        new.insert(identity)
        put(path, identity, isWhole: true)
    }

    /// The sensor ends before the capture does.
    func left(_ path: String, after bytes: Int) {
        let identity = CaptureIdentity.of(beginning: bytes, ofFile: path, options: options)
        guard let identity else { return }
        put(path, identity, isWhole: false)
    }

    private func put(_ path: String, _ identity: String, isWhole: Bool) {
        let capture = StoredCapture(name: name(path), sensor: sensor, kind: .folder, identity: identity)
        waiting.append(.followed(capture, isWhole: isWhole))
    }

    private func name(_ path: String) -> String { Console.realPath(path) ?? path }

    /// Tells the store; nothing may be under way in the engine.
    func tell() {
        for step in waiting { feed.append(step) }
        waiting = []
    }
}
