internal import Flows
internal import Net

/// Control conversations that turned into encrypted ones, whose announcements nobody can read: as long as one lasts, an
/// encrypted flow between the same hosts is taken for what it announces.
///
/// It holds no more conversations than the flow table, and of two hosts the newest few: whoever opens thousands makes the
/// search no longer.
struct HiddenFlows {
    /// More than programs for file transfer open at once.
    private static let mostBetweenTwo = 16

    /// One conversation.
    struct Conversation {
        /// The conversation's number.
        var parent: UInt64
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

    var isEmpty: Bool { conversations.isEmpty }

    mutating func add(_ announced: Workbench.Hidden, by flow: Flow) {
        var known = conversations[Path(flow.key)] ?? []
        if known.count >= Self.mostBetweenTwo { known.removeFirst() }
        known.append(Conversation(parent: flow.number, announced: announced))
        conversations[Path(flow.key)] = known
    }

    /// The newest conversation between the hosts of `key` whose flows speak this protocol.
    func match(_ key: FlowKey, _ protocolIndex: Int32) -> Conversation? {
        conversations[Path(key)]?.last { $0.announced.follower == protocolIndex }
    }

    /// A flow has ended.
    mutating func remove(_ flow: Flow) {
        let path = Path(flow.key)
        guard var known = conversations[path] else { return }
        known.removeAll { $0.parent == flow.number }
        conversations[path] = known.isEmpty ? nil : known
    }

    /// The library was replaced: protocols have other places now.
    mutating func adopt(_ places: [Int32]) {
        conversations = conversations.mapValues { known in
            known.map { conversation in
                var moved = conversation
                moved.announced.follower = places[Int(conversation.announced.follower)]
                moved.announced.child = places[Int(conversation.announced.child)]
                return moved
            }
        }
    }
}
