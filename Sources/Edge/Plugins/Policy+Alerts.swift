internal import Inventory

extension Policy {
    /// Leaves out second receivers of a name, and alerts for receivers that no file has; tells which.
    mutating func leaveOutUnknownReceivers() -> [PluginProblem] {
        var problems: [PluginProblem] = []
        var first: [String: Receiver] = [:]
        receivers.removeAll { receiver in
            guard let other = first[receiver.name] else {
                first[receiver.name] = receiver
                return false
            }
            problems.append(
                PluginProblem(
                    receiver.origin, "the receiver '\(receiver.name)' is declared already: \(other.origin)"))
            return true
        }
        let names = receivers.map(\.name)
        alerts.removeAll { alert in
            let unknown = alert.receivers.filter { first[$0] == nil }
            for name in unknown {
                let hint = Suggestion.text(for: name, among: names)
                let message = "alert is for '\(name)', which is no receiver\(hint)"
                problems.append(PluginProblem(alert.origin, message))
            }
            return !unknown.isEmpty
        }
        return problems
    }
}
