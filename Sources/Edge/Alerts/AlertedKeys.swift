/// What was alerted already: a bounded set, from which the oldest go.
struct AlertedKeys: Sendable {
    private var known: Set<AlertKey> = []
    private var order = Queue<AlertKey>()
    private var flows = Queue<AlertKey>()
    /// The most keys of flows, and the most of everything else.
    let limit: Int

    init(limit: Int) { self.limit = max(1, limit) }

    var count: Int { known.count }

    func contains(_ key: AlertKey) -> Bool { known.contains(key) }

    /// Adds a key; false when it was there.
    @discardableResult
    mutating func insert(_ key: AlertKey) -> Bool {
        guard known.insert(key).inserted else { return false }
        if key.isOfFlow {
            Self.append(key, to: &flows, of: &known, limit: limit)
        } else {
            Self.append(key, to: &order, of: &known, limit: limit)
        }
        return true
    }

    private static func append(
        _ key: AlertKey, to queue: inout Queue<AlertKey>, of known: inout Set<AlertKey>, limit: Int
    ) {
        queue.append(key)
        if queue.count > limit, let oldest = queue.popFirst() { known.remove(oldest) }
    }
}
