public import Inventory
public import Net

extension Policy {
    /// What no longer holds on a day: `site.lua:4: allow 'ftp' on 419/tcp expired on 2024-01-01`.
    public func warnings(on date: Timestamp) -> [PluginProblem] {
        allowances.compactMap { allowance in
            guard let last = allowance.lastMoment, last < date else { return nil }
            let ports = allowance.ports.map(\.description).joined(separator: ", ")
            let message = "allow '\(allowance.protocolName)' on \(ports) expired on \(last.date)"
            return PluginProblem(allowance.origin, message, severity: .warning)
        }
    }
}
