import Capture
import Operation
import Stores

/// What a sensor watches: interfaces or a folder.
enum Watched {
    case interfaces(LiveSource)
    case folder(FolderSource, name: String)

    init(_ flags: LiveFlags, filter: String?) throws {
        do {
            if let folder = flags.follow {
                self = .folder(try FolderSource(folder: folder, filter: filter), name: folder)
            } else {
                self = .interfaces(
                    try LiveSource(interfaces: flags.interfaces, options: flags.options(filter: filter)))
            }
        } catch {
            throw Outcome.failed(["\(error)"])
        }
    }

    /// As named on the command line.
    var names: [String] {
        switch self {
        case .interfaces(let source): source.statistics.map(\.interface)
        case .folder(_, let name): [name]
        }
    }

    /// What the store knows it by.
    var capture: StoredCapture {
        let name = names.joined(separator: ",")
        switch self {
        case .interfaces: return StoredCapture(name: name, sensor: Console.hostName, kind: .interfaces)
        case .folder: return StoredCapture(name: name, sensor: Console.hostName, kind: .folder)
        }
    }

    /// Frames given so far.
    var framesRead: Int {
        switch self {
        case .interfaces(let source): source.framesRead
        case .folder(let source, _): source.framesRead
        }
    }

    /// Of these, frames that did not match the filter, and those whose link type it cannot be asked of; at
    /// interfaces the kernel filters.
    var framesLeftOut: (filtered: Int, unfilterable: Int) {
        switch self {
        case .interfaces: (0, 0)
        case .folder(let source, _): source.framesLeftOut
        }
    }

    /// What happened to it since the last time, in words.
    func takeNews() -> [(text: String, isProblem: Bool)] {
        switch self {
        case .interfaces(let source): source.takeEvents().map { ($0.text, $0.isLoss) }
        case .folder(let source, _): source.takeEvents().map { ($0.text, $0.isLoss) }
        }
    }

    /// Captures that could not be read whole since the last time, and why.
    func takeProblems() -> [String] {
        switch self {
        case .interfaces: []
        case .folder(let source, _): source.takeProblems()
        }
    }

    /// What the kernel and the interfaces lost.
    var losses: [Accounts.Loss] {
        guard case .interfaces(let source) = self else { return [] }
        let all = source.statistics
        return [
            Accounts.Loss(
                key: "frames_dropped_by_kernel", words: "frames dropped, the ring was full (--ring)",
                count: all.reduce(0) { $0 + $1.dropped }),
            Accounts.Loss(
                key: "frames_lost_by_interface", words: "frames lost by the interface",
                count: all.reduce(0) { $0 + $1.lost }),
        ]
    }

    /// What a snapshot says of it.
    var interfaces: [SensorSnapshot.Interface] {
        switch self {
        case .interfaces(let source):
            source.statistics.map {
                SensorSnapshot.Interface(
                    name: $0.interface, isOpen: $0.isOpen, linkDown: $0.isLinkDown, received: $0.received,
                    dropped: $0.dropped, lost: $0.lost)
            }
        case .folder(let source, let name):
            [
                SensorSnapshot.Interface(
                    name: name, isOpen: source.isThere, linkDown: false, received: source.framesRead,
                    dropped: 0, lost: 0)
            ]
        }
    }
}
