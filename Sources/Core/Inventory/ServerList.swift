public import Net

/// The site's own servers of a protocol: detections are told whether a server is one of them.
public struct ServerList: Sendable {
    /// The protocol's name.
    public var protocolName: String
    /// The servers.
    public var servers: [Subnet]
    /// Where it stands.
    public var origin: SourceLocation

    /// The servers of a protocol.
    public init(protocolName: String, servers: [Subnet], origin: SourceLocation) {
        self.protocolName = protocolName
        self.servers = servers
        self.origin = origin
    }
}

extension Policy {
    /// Whether the site lists the server among those of the protocol; nil when it lists none of that protocol.
    public func lists(_ server: IPAddress, of protocolName: String) -> Bool? {
        var answer: Bool?
        for list in serverLists where list.protocolName == protocolName {
            answer = answer ?? false || list.servers.contains { $0.contains(server) }
        }
        return answer
    }
}
