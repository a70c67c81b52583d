public import Net

/// A port of a host, as an analyst names it: `10.0.0.5:49152`, `[2001:db8::5]:80`, `10.0.0.5:53/udp`.
///
/// Without a transport, every one is meant.
public struct Place: Sendable, Hashable, LosslessStringConvertible {
    /// The address and the port.
    public var endpoint: Endpoint
    /// The transport; nil for any.
    public var transport: TransportProtocol?

    /// A port of a host.
    public init(_ endpoint: Endpoint, _ transport: TransportProtocol? = nil) {
        (self.endpoint, self.transport) = (endpoint, transport)
    }

    /// Parses what an analyst writes; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let endpoint = Endpoint(String(parts[0])) else { return nil }
        self.endpoint = endpoint
        guard parts.count == 2 else { return }
        guard let transport = TransportProtocol(String(parts[1])) else { return nil }
        self.transport = transport
    }

    /// As an analyst writes it.
    public var description: String { "\(endpoint)" + (transport.map { "/\($0)" } ?? "") }
}
