public import Inventory
public import Net

extension Policy {
    /// What no longer holds on a day: `site.lua:4: allow 'ftp' on 419/tcp expired on 2024-01-01`.
    public func warnings(on date: Timestamp) -> [PluginProblem] {
        allowances.compactMap { allowance in
            guard let expires = allowance.expires, expires <= date else { return nil }
            let ports = allowance.ports.map(\.description).joined(separator: ", ")
            // The written day is the last on which it held.
            let lastDay = Timestamp(nanoseconds: expires.nanoseconds - 1).description.prefix(10)
            let message = "allow '\(allowance.protocolName)' on \(ports) expired on \(lastDay)"
            return PluginProblem(allowance.origin, message, severity: .warning)
        }
    }
}
