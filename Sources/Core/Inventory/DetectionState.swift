public import Net

/// What detections remember of one inventory: what was found, how often things happened, what conditions said.
///
/// Every table is bounded. Where one was full, the count of what it forgot says how much may be told twice
/// (`fired`), counted from anew (`windows`) or asked again, which costs only time (`outcomes`).
public struct DetectionState: Sendable {
    /// The rules that were found, each with its subject.
    public var fired: BoundedTable<Bool>
    /// The times of what is counted.
    public var windows: BoundedTable<CountWindow>
    /// For a subject and its facts, which detections of a group have something left to do there.
    public var outcomes: BoundedTable<UInt64>
    /// What hosts serve and use.
    public var hosts: BoundedTable<HostFacts>

    /// How many of each are kept.
    public struct Bounds: Sendable {
        /// Findings.
        public var fired = 1 << 18
        /// Subjects that are counted.
        public var windows = 1 << 15
        /// Sets of facts.
        public var outcomes = 1 << 17
        /// Hosts.
        public var hosts = 1 << 16

        /// Enough for a large network.
        public init() {}
    }

    /// Nothing yet.
    public init(_ bounds: Bounds = Bounds()) {
        fired = BoundedTable(maximum: bounds.fired)
        windows = BoundedTable(maximum: bounds.windows)
        outcomes = BoundedTable(maximum: bounds.outcomes)
        hosts = BoundedTable(maximum: bounds.hosts)
    }

    /// What no table had room for, with the words of the summary record.
    public var forgotten: [(key: String, count: Int)] {
        [
            ("detections_forgotten", fired.forgotten), ("detection_counts_forgotten", windows.forgotten),
            ("detection_hosts_forgotten", hosts.forgotten),
        ]
    }
}

/// The latest times of something that is counted: whether so many lie within so long.
public struct CountWindow: Sendable {
    private var times: [Int64] = []
    private var next = 0

    /// Nothing counted yet.
    public init() {}

    /// Counts one more; true when it and the latest before it are as many as wanted, within the time wanted.
    public mutating func add(_ time: Timestamp, _ count: Detection.Count) -> Bool {
        if times.count < count.atLeast {
            times.append(time.nanoseconds)
        } else {
            times[next] = time.nanoseconds
            next = (next + 1) % count.atLeast
        }
        guard times.count == count.atLeast else { return false }
        // Packets may be out of order by a little: the earliest counts, wherever it stands.
        let (earliest, latest) = (times.min() ?? 0, times.max() ?? 0)
        let (span, isTooLong) = latest.subtractingReportingOverflow(earliest)
        return !isTooLong && span <= count.within
    }
}

/// What one host serves and uses, as far as it matters.
public struct HostFacts: Sendable, Equatable {
    /// Protocols it serves, as places, ascending.
    public private(set) var serves: [Int32] = []
    /// Protocols it uses as a client, as places, ascending.
    public private(set) var uses: [Int32] = []
    /// Hosts it is a client of; ``maximumServers`` stands for more.
    public var serverCount: Int { servers.count }
    private var servers: [UInt64] = []

    /// Beyond this, hosts are not counted.
    public static let maximumServers = 32

    /// A host of which nothing is known.
    public init() {}

    /// It serves a protocol.
    public mutating func serve(_ protocolIndex: Int) { Self.insert(protocolIndex, into: &serves) }

    /// It used a protocol of a server, whose address is given as a word.
    public mutating func use(_ protocolIndex: Int, of server: UInt64) {
        Self.insert(protocolIndex, into: &uses)
        guard servers.count < Self.maximumServers, !servers.contains(server) else { return }
        servers.append(server)
    }

    private static func insert(_ index: Int, into list: inout [Int32]) {
        let place = list.firstIndex { $0 >= Int32(index) } ?? list.count
        if place < list.count, list[place] == Int32(index) { return }
        list.insert(Int32(index), at: place)
    }
}
