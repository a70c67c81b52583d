internal import Inventory
internal import Net
internal import Records
internal import Synchronization

/// The policy's routes: for whom an alert is, and what their throttles hold back.
final class Routes: Sendable {
    private struct Route {
        var policy: AlertRoute
        /// The receivers' places.
        var targets: [Int]
        var throttle: Throttle?
    }

    private let routes: Mutex<[Route]>
    let indices: Range<Int>

    init(_ policies: [AlertRoute], receivers: [String]) {
        indices = policies.indices
        routes = Mutex(
            policies.map { policy in
                Route(
                    policy: policy,
                    targets: receivers.indices.filter { policy.receivers.contains(receivers[$0]) },
                    throttle: policy.throttle.map(Throttle.init))
            })
    }

    /// The places of the receivers that are to get the alert now, and the routes that begin to hold back, with the end
    /// of their periods.
    ///
    /// - Parameter knows: whether a receiver was told already; such alerts count for no throttle.
    func targets(
        of alert: Alert, knows: (Int) -> Bool, heldBack: (Int) -> Void
    ) -> (targets: [Int], ends: [(route: Int, end: ContinuousClock.Instant)]) {
        var found: [Int] = []
        var ends: [(route: Int, end: ContinuousClock.Instant)] = []
        routes.withLock { routes in
            for place in routes.indices
            where routes[place].policy.event.includes(alert)
                && alert.severity >= routes[place].policy.severity
            {
                let targets = routes[place].targets.filter { !found.contains($0) && !knows($0) }
                guard !targets.isEmpty else { continue }
                switch routes[place].throttle?.take(alert.severity, at: .now) {
                case nil, .passes: found += targets
                case .isHeldBack(let end):
                    targets.forEach(heldBack)
                    if let end { ends.append((place, end)) }
                }
            }
        }
        return (found, ends)
    }

    /// Ends a throttle's period; nil when it held nothing back, else the record that says so and for whom it is.
    func endPeriod(of place: Int, at time: Timestamp) -> (alert: Alert, targets: [Int])? {
        routes.withLock { routes in
            guard let limit = routes[place].throttle?.limit, let ended = routes[place].throttle?.end(),
                ended.count > 0
            else { return nil }
            let origin = routes[place].policy.origin
            let more = ended.count == 1 ? "1 more alert was" : "\(ended.count) more alerts were"
            let title = "\(more) held back: \(origin) lets \(limit.count) through in \(limit.period)"
            var alert = Alert(
                time: time, kind: .heldBack, severity: ended.gravest, title: title, line: [])
            alert.instance = "\(origin)"
            alert.line = Self.record(alert, count: ended.count)
            return (alert, routes[place].targets)
        }
    }

    private static func record(_ alert: Alert, count: Int) -> [UInt8] {
        var line = JSONLine()
        line.begin("held-back")
        line.field("time", alert.time)
        line.field("count", count)
        line.field("severity", alert.severity.rawValue)
        line.field("alert", alert.instance)
        line.field("title", alert.title)
        line.end()
        return line.bytes
    }
}
