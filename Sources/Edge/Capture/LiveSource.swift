import Net

/// How interfaces are opened.
public struct LiveOptions: Sendable {
    /// Bytes kept of each frame: the headers, and more of what is said first than is ever looked at.
    public var snapshotLength = 4096
    /// The kernel's ring for each interface, in bytes.
    public var ringBytes = 64 << 20
    /// Whether frames for other hosts are taken too.
    public var isPromiscuous = true
    /// Whether the kernel hands over every frame at once instead of a block at a time.
    public var isImmediate = false
    /// Only frames that match this expression (pcap-filter(7)).
    public var filter: String?

    /// The kernel hands over what it has at least this often, and a source that has nothing says so.
    public static let waitMilliseconds = 50
    /// A chunk with less room than this is full.
    static let reserve = 16 * 1024

    /// The defaults.
    public init() {}
}

/// Frames from one or more interfaces, in the order they came.
///
/// An interface that goes away is tried again every second; what happened to it is told by `takeEvents`. Used by
/// one thread.
public final class LiveSource: FrameSource {
    /// Something that happened to an interface.
    public struct Event: Sendable {
        /// The interface.
        public let interface: String
        /// What happened, in words.
        public let text: String
        /// Whether frames may be missed because of it.
        public let isLoss: Bool
    }

    /// What was counted for an interface, over all times it was opened.
    public struct Statistics: Sendable {
        /// The interface.
        public var interface: String
        /// Frames taken from it.
        public var received = 0
        /// Frames that found the ring full.
        public var dropped = 0
        /// Frames the interface itself lost.
        public var lost = 0
        /// Whether it is open now.
        public var isOpen = false
        /// Whether its link is down.
        public var isLinkDown = false
    }

    private struct Tap {
        var interface: LiveInterface?
        var statistics: Statistics
        /// What the kernel said last, since it was opened.
        var counters = (dropped: WrappingCounter(), lost: WrappingCounter())
        var isLinkDown = false
    }

    private let options: LiveOptions
    private var taps: [Tap]
    private var events: [Event] = []
    private var lastLook: Int
    /// Frames given so far.
    public private(set) var framesRead = 0
    /// Whether the last chunk was filled up: there is more to take at once.
    public private(set) var isBusy = false

    /// Opens the interfaces; all must be there at the beginning.
    public init(interfaces: [String], options: LiveOptions) throws(CaptureError) {
        self.options = options
        taps = []
        lastLook = LiveInterface.uptime
        for name in interfaces {
            let interface = try LiveInterface(name: name, options: options)
            taps.append(Tap(interface: interface, statistics: Statistics(interface: name, isOpen: true)))
        }
    }

    /// Waits for frames, at most 50 ms, and takes what there is; never says false.
    public func read(into chunk: Chunk) throws(CaptureError) -> Bool {
        var nothing = ByteBuffer(capacity: 0)
        chunk.restart(with: &nothing)
        chunk.firstFrameNumber = framesRead + 1
        look()
        if !isBusy {
            LiveInterface.wait(
                for: taps.map { $0.interface?.descriptor ?? -1 },
                milliseconds: Int32(LiveOptions.waitMilliseconds))
        }
        var givers = 0
        for place in taps.indices where take(from: place, into: chunk) { givers += 1 }
        framesRead += chunk.frames.count
        isBusy = chunk.buffer.capacity - chunk.buffer.count < LiveOptions.reserve
        // The two directions of a conversation may come from two interfaces.
        if givers > 1 { chunk.frames.sort { $0.time < $1.time } }
        return true
    }

    /// True when it gave frames.
    private func take(from place: Int, into chunk: Chunk) -> Bool {
        guard let interface = taps[place].interface else { return false }
        let before = chunk.frames.count
        defer { taps[place].statistics.received += chunk.frames.count - before }
        do throws(CaptureError) {
            return try interface.take(into: chunk) > 0
        } catch {
            lose(place, "\(error)")
            return false
        }
    }

    private func lose(_ place: Int, _ reason: String) {
        note(place)
        taps[place].counters = (WrappingCounter(), WrappingCounter())
        taps[place].interface = nil
        taps[place].statistics.isOpen = false
        events.append(
            Event(
                interface: taps[place].statistics.interface, text: "\(reason): waiting for it", isLoss: true))
    }

    /// Once a second: tries again what was lost, and looks whether links are up.
    private func look() {
        let now = LiveInterface.uptime
        guard now != lastLook else { return }
        lastLook = now
        for place in taps.indices {
            let name = taps[place].statistics.interface
            if taps[place].interface == nil {
                guard let interface = try? LiveInterface(name: name, options: options) else { continue }
                taps[place].interface = interface
                taps[place].statistics.isOpen = true
                events.append(Event(interface: name, text: "\(name): is back", isLoss: false))
            }
            let isDown = LinkState.isDown(name)
            guard isDown != taps[place].isLinkDown else { continue }
            taps[place].isLinkDown = isDown
            events.append(
                Event(
                    interface: name, text: "\(name): the link is \(isDown ? "down" : "up again")",
                    isLoss: isDown))
        }
    }

    private func note(_ place: Int) {
        guard let counts = taps[place].interface?.counts else { return }
        taps[place].statistics.dropped += taps[place].counters.dropped.growth(to: counts.dropped)
        taps[place].statistics.lost += taps[place].counters.lost.growth(to: counts.lost)
    }

    /// What was counted so far.
    public var statistics: [Statistics] {
        for place in taps.indices {
            note(place)
            taps[place].statistics.isLinkDown = taps[place].isLinkDown
        }
        return taps.map(\.statistics)
    }

    /// Hands over what happened to interfaces since the last time.
    public func takeEvents() -> [Event] {
        defer { events = [] }
        return events
    }
}

/// A counter of 32 bits that wraps, libpcap's after 72 minutes of a million frames a second: it has to be asked in time.
struct WrappingCounter {
    private var last: UInt32 = 0

    /// How much was counted since the last time; 0 when it has gone back, as an interface's own counters do that were
    /// begun anew.
    mutating func growth(to count: UInt32) -> Int {
        defer { last = count }
        return max(0, Int(Int32(bitPattern: count &- last)))
    }
}

/// What the system says of an interface's link.
enum LinkState {
    /// Whether it is known to be down; interfaces that have no link, such as `any`, never are.
    static func isDown(_ name: String) -> Bool {
        guard !name.contains("/"), let file = try? OpenFile.opened(path: "/sys/class/net/\(name)/operstate")
        else { return false }
        var buffer = ByteBuffer(capacity: 64)
        guard (try? file.read(into: &buffer)) ?? 0 > 0 else { return false }
        let text = buffer.withBytes { bytes in bytes.text(in: 0..<bytes.byteCount) }
        return text.hasPrefix("down") || text.hasPrefix("lowerlayerdown")
    }
}
