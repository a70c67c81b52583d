internal import Flows
internal import Net

/// Control conversations that turned into encrypted ones, whose announcements nobody can read: an encrypted flow between
/// the same hosts that begins while one lasts is taken for what it announces.
///
/// It holds no more conversations than the flow table, besides some that have ended, and of two hosts the newest few:
/// whoever opens thousands makes the search no longer.
struct HiddenFlows {
    /// More than programs for file transfer open at once.
    private static let mostBetweenTwo = 16
    /// So many of those that have ended are kept: what began while they lasted may be recognised later.
    private static let mostEnded = 1024

    /// One conversation.
    struct Conversation {
        /// The conversation's number, and where its flow is as long as there is one.
        var parent: UInt64
        var place: FlowTable.Place
        /// What the conversation spoke at first, as a place in the library.
        var parentProtocol: Int32
        /// Its first packet.
        var begin: Timestamp
        /// Its last packet, once it has ended.
        var end: Timestamp?
        /// What its flows speak, as places in the library: what it turned into, and what they are.
        var announced: Workbench.Hidden
    }

    /// Both hosts, and how they reach each other.
    private struct Path: Hashable {
        private let key: FlowKey

        init(_ key: FlowKey) { self.key = key }

        static func == (left: Path, right: Path) -> Bool {
            left.key.low == right.key.low && left.key.high == right.key.high
                && left.key.hasPath(of: right.key)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(key.low)
            hasher.combine(key.high)
        }
    }

    private var conversations: [Path: [Conversation]] = [:]
    /// What flows that are announced speak; there is nothing to find for others.
    private var followers: [Int32] = []
    /// Those that have ended, the oldest at `oldestEnded`.
    private var ended: [(path: Path, parent: UInt64)] = []
    private var oldestEnded = 0

    var isEmpty: Bool { conversations.isEmpty }

    mutating func add(
        _ announced: Workbench.Hidden, by flow: Flow, at place: FlowTable.Place, in table: borrowing FlowTable
    ) {
        if !followers.contains(announced.follower) { followers.append(announced.follower) }
        var known = conversations[Path(flow.key)] ?? []
        // One that lasts, however old, has its flows still to come.
        if known.count >= Self.mostBetweenTwo {
            known.remove(at: known.indices.first { isOver(known[$0], before: flow.last, in: table) } ?? 0)
        }
        known.append(
            Conversation(
                parent: flow.number, place: place, parentProtocol: Int32(flow.protocolNumber) - 1,
                begin: flow.first, announced: announced))
        conversations[Path(flow.key)] = known
    }

    /// The newest conversation between the hosts of a flow whose flows speak this protocol, and which lasted when the flow
    /// began.
    func match(_ flow: Flow, _ protocolIndex: Int32, in table: borrowing FlowTable) -> Conversation? {
        guard followers.contains(protocolIndex), let known = conversations[Path(flow.key)] else { return nil }
        for conversation in known.reversed()
        where conversation.announced.follower == protocolIndex && conversation.begin <= flow.first
            && !isOver(conversation, before: flow.first, in: table)
        {
            return conversation
        }
        return nil
    }

    /// Whether a conversation was over by then; one whose place another flow has by now is.
    private func isOver(
        _ conversation: Conversation, before time: Timestamp, in table: borrowing FlowTable
    ) -> Bool {
        if let end = conversation.end { return end < time }
        let flow = table[conversation.place]
        return flow.number != conversation.parent || flow.marks.isClosed && flow.last < time
    }

    /// A flow has ended.
    mutating func end(_ flow: Flow) {
        let path = Path(flow.key)
        guard let place = conversations[path]?.firstIndex(where: { $0.parent == flow.number }) else { return }
        conversations[path]?[place].end = flow.last
        guard ended.count == Self.mostEnded else {
            ended.append((path, flow.number))
            return
        }
        let oldest = ended[oldestEnded]
        remove(oldest.parent, oldest.path)
        ended[oldestEnded] = (path, flow.number)
        oldestEnded = (oldestEnded + 1) % Self.mostEnded
    }

    private mutating func remove(_ parent: UInt64, _ path: Path) {
        guard var known = conversations[path] else { return }
        known.removeAll { $0.parent == parent }
        conversations[path] = known.isEmpty ? nil : known
    }

    /// The library was replaced: protocols have other places now.
    mutating func adopt(_ places: [Int32]) {
        followers = followers.map { places[Int($0)] }
        conversations = conversations.mapValues { known in
            known.map { conversation in
                var moved = conversation
                moved.parentProtocol = places[Int(conversation.parentProtocol)]
                moved.announced.follower = places[Int(conversation.announced.follower)]
                moved.announced.child = places[Int(conversation.announced.child)]
                return moved
            }
        }
    }
}
