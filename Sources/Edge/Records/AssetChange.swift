public import Inventory
public import Net

/// A service that joined an asset list or left it.
public struct AssetChange: Sendable {
    /// The list.
    public var list: String
    /// The service as it was then.
    public var service: Service
    /// Whether it joined; otherwise it left.
    public var hasJoined: Bool
    /// When.
    public var time: Timestamp

    /// A change of a list.
    public init(list: String, service: Service, hasJoined: Bool, time: Timestamp) {
        (self.list, self.service, self.hasJoined, self.time) = (list, service, hasJoined, time)
    }

    /// `ftp on 10.0.0.7:2100/tcp joined rogue-ftp`.
    public var title: String {
        let place = Endpoint(service.host, service.port.number)
        return "\(service.protocolName) on \(place)/\(service.port.transport) "
            + "\(hasJoined ? "joined" : "left") \(list)"
    }
}

extension RecordWriter {
    /// A service that joined an asset list or left it.
    public mutating func append(_ change: AssetChange) {
        let service = change.service
        write("asset", { $0.append(ecs: change) }) { line in
            line.field("list", change.list)
            line.field("change", change.hasJoined ? "joined" : "left")
            line.field("time", change.time)
            line.field("host", service.host)
            line.field("transport", service.port.transport.description)
            line.field("port", service.port.number)
            line.field("protocol", service.protocolName)
            line.field("standing", service.standing.name)
            line.field("banner", service.currentBanner?.text)
            line.field("product", service.currentBanner?.product)
            line.field("title", change.title)
        }
    }
}
