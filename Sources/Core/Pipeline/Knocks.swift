internal import Flows
internal import Net

/// The newest attempts at TCP connections, by the two hosts: who tries closed ports of a host before a service of it is
/// used may be knocking for it.
///
/// Of each pair of hosts sixteen are kept, and of all hosts of a shard a bounded number.
struct Knocks {
    private struct Attempt {
        var flow: FlowTable.Place = 0
        var pair: UInt32 = 0
    }

    /// Attempts older than this belong to nothing.
    static let window: Int64 = 10_000_000_000
    /// So many are told apart; a scanner makes more.
    static let most = 8
    private static let slots = 16
    private static let buckets = 128

    /// Empty until the first attempt.
    private var attempts: [Attempt] = []
    private var next: [UInt8] = []

    private static func pair(_ key: FlowKey) -> UInt32 {
        UInt32(truncatingIfNeeded: Mixing.pair(key.sender(0).address, key.sender(1).address))
    }

    /// A flow began with a SYN.
    mutating func note(_ flow: FlowTable.Place, _ key: FlowKey) {
        if attempts.isEmpty {
            attempts = Array(repeating: Attempt(), count: Self.buckets * Self.slots)
            next = Array(repeating: 0, count: Self.buckets)
        }
        let pair = Self.pair(key)
        let bucket = Int(pair) & (Self.buckets - 1)
        attempts[bucket * Self.slots + Int(next[bucket])] = Attempt(flow: flow, pair: pair)
        next[bucket] = (next[bucket] + 1) & UInt8(Self.slots - 1)
    }

    /// How many other ports of the flow's server its client has tried in vain shortly before the flow began.
    func count(before flow: Flow, in table: borrowing FlowTable) -> UInt8 {
        guard !attempts.isEmpty else { return 0 }
        let pair = Self.pair(flow.key)
        let start = (Int(pair) & (Self.buckets - 1)) * Self.slots
        let (client, server) = (
            flow.key.sender(flow.clientDirection), flow.key.sender(1 - flow.clientDirection)
        )
        var ports: [UInt16] = []
        for attempt in attempts[start..<start + Self.slots] where attempt.flow != 0 && attempt.pair == pair {
            // Its place may have another flow by now.
            let other = table[attempt.flow]
            let age = flow.first.nanoseconds &- other.first.nanoseconds
            let door = other.key.sender(1 - other.clientDirection)
            guard other.phase != .vacant, other.key.transport == .tcp, (0...Self.window).contains(age),
                other.key.sender(other.clientDirection).address == client.address,
                door.address == server.address, door.port != server.port, !ports.contains(door.port),
                other.state == .attempted || other.state == .rejected
            else { continue }
            ports.append(door.port)
        }
        return UInt8(min(ports.count, Self.most))
    }
}
