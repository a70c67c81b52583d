public import Net

/// Offport's name for what others call a protocol, from the plugins: `also = { "ms-wbt-server" }`.
public struct ProtocolNames: Sendable {
    private var names: [String: String] = [:]
    private var homes: Set<UInt32> = []

    /// What others write where they know no name.
    private static let nameless: Set<String> = [
        "", "-", "?", "unknown", "failed", "tcpwrapped", "general", "none", "null",
    ]

    /// No names.
    public init() {}

    /// Adds a protocol: its name, what others call it, where it is at home.
    public mutating func add(_ name: String, also others: [String], ports: [PortRange]) {
        names[name] = name
        for other in others where names[other] == nil { names[other] = name }
        for range in ports where range.numbers.count <= 1024 {
            for number in range.numbers { homes.insert(Self.key(ServicePort(number, range.transport))) }
        }
    }

    /// Offport's name; nil when there is none.
    public subscript(claim: String) -> String? { names[claim] ?? names[claim.lowercased()] }

    /// Offport's name; nil when there is none, which is counted unless the word says that there is no name.
    func name(_ claim: String, _ account: inout ImportAccount) -> String? {
        if let name = self[claim] { return name }
        let lower = claim.lowercased()
        if Self.isName(lower) { account.unknown(lower) }
        return nil
    }

    /// Whether what others write is a protocol's name at all, Offport's or not: `tcpwrapped` is none.
    public static func isName(_ claim: String) -> Bool { !nameless.contains(claim.lowercased()) }

    /// Whether a protocol is at home on the port.
    func isHome(_ port: UInt16, _ transport: TransportProtocol) -> Bool {
        homes.contains(Self.key(ServicePort(port, transport)))
    }

    private static func key(_ port: ServicePort) -> UInt32 {
        UInt32(port.transport.number) << 16 | UInt32(port.number)
    }

    /// Tells from ports alone which of two ends served; only for records that do not say who asked.
    func serverIsFirst(_ first: Endpoint, _ second: Endpoint, _ transport: TransportProtocol) -> Bool {
        let (isFirst, isSecond) = (isHome(first.port, transport), isHome(second.port, transport))
        if isFirst != isSecond { return isFirst }
        return first.port < second.port
    }
}
