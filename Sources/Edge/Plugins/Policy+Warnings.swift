public import Inventory
internal import Matching
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

    /// What is said of ports where a protocol is never recognised, since no signature is of their transport.
    func unspokenPorts(_ definitions: [ProtocolDefinition]) -> [PluginProblem] {
        let spoken = Dictionary(
            definitions.filter { !$0.isDynamic && !$0.signatures.isEmpty }.map {
                ($0.name, Set($0.signatures.map(\.transport)))
            }, uniquingKeysWith: { first, _ in first })
        func problem(_ word: String, _ name: String, _ ports: [PortRange], _ origin: SourceLocation)
            -> PluginProblem?
        {
            guard let transports = spoken[name],
                let port = ports.first(where: { !transports.contains($0.transport) })
            else { return nil }
            let message =
                "\(word) '\(name)' has \(port), and no signature of \(name) is of \(port.transport)"
                + (word == "allow" ? ": in traffic it never applies there" : "")
            return PluginProblem(origin, message, severity: .warning)
        }
        return allowances.compactMap { problem("allow", $0.protocolName, $0.ports, $0.origin) }
            + expectations.compactMap { problem("expected", $0.protocolName, $0.ports, $0.origin) }
    }
}
