public import Net

/// Where the status server listens and is asked: `--http [ADDRESS:]PORT`.
public struct HTTPAddress: Sendable, Equatable, CustomStringConvertible {
    /// An address of this machine, and a port; 0 stands for any that is free.
    public var endpoint: Endpoint

    /// An address and a port.
    public init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// Where a sensor listens when nothing else is said: 127.0.0.1:9419.
    public static let standard = HTTPAddress(Endpoint(loopback, 9419))

    static let loopback = IPAddress(v4: 0x7f00_0001)

    /// Parses `9419`, `127.0.0.1:9419`, `localhost:9419` or `[::1]:9419`; nil for anything else.
    ///
    /// Names but `localhost` are refused: what a name stands for may change, and with it who can ask.
    public init?(_ text: String) {
        let name = "localhost:"
        let digits = text.hasPrefix(name) ? String(text.dropFirst(name.count)) : text
        if !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) {
            guard let port = UInt16(digits) else { return nil }
            self.init(Endpoint(Self.loopback, port))
        } else if let endpoint = Endpoint(text) {
            self.init(endpoint)
        } else {
            return nil
        }
    }

    /// Whether only this machine can ask.
    public var isLoopback: Bool {
        if let bits = endpoint.address.v4 { return bits >> 24 == 127 }
        return endpoint.address == IPAddress(high: 0, low: 1)
    }

    /// `127.0.0.1:9419`.
    public var description: String { endpoint.description }

    var host: String { endpoint.address.description }
    var port: Int { Int(endpoint.port) }
}

/// What `--http` says: where, or not at all.
public enum HTTPSetting: Sendable, Equatable {
    /// No server.
    case off
    /// A server there.
    case on(HTTPAddress)

    /// Parses `off` or an address.
    public init?(_ text: String) {
        if text == "off" {
            self = .off
        } else if let address = HTTPAddress(text) {
            self = .on(address)
        } else {
            return nil
        }
    }
}
