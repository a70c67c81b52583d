public import Inventory
public import Net

/// One recognised flow, as the inventory took it in: a plain value that names things by their places there.
public struct Sighting: BitwiseCopyable, Sendable {
    /// The place of the service that it belongs to; -1 when it makes none.
    public var service: Int32
    /// The place of what the server said of itself; -1 when it said nothing.
    public var banner: Int32
    /// The place of the program that the client uses; -1 when it named none.
    public var program: Int32
    /// Whether the service was not known to have this client.
    public var isNewClient: Bool
    /// Whether the verdict rests on both speakers.
    public var isCertain: Bool
    /// The way it crossed the site's border, as a set of one.
    @usableFromInline var directions: UInt8
    /// The client.
    public var client: IPAddress
    /// The flow's first packet, and the one that decided.
    public var start, time: Timestamp

    /// A sighting from its parts.
    @inlinable @inline(__always)
    public init(
        service: Int?, banner: Int?, program: Int?, isNewClient: Bool, isCertain: Bool, direction: Direction?,
        client: IPAddress, start: Timestamp, time: Timestamp
    ) {
        self.service = service.map { Int32(truncatingIfNeeded: $0) } ?? -1
        self.banner = banner.map { Int32(truncatingIfNeeded: $0) } ?? -1
        self.program = program.map { Int32(truncatingIfNeeded: $0) } ?? -1
        (self.isNewClient, self.isCertain) = (isNewClient, isCertain)
        directions = UInt8(truncatingIfNeeded: direction.bit)
        (self.client, self.start, self.time) = (client, start, time)
    }

    /// A sighting of a recognition that an inventory has taken in.
    @inlinable @inline(__always)
    public init(_ recognition: borrowing Recognition, _ outcome: borrowing Inventory.Outcome) {
        self.init(
            service: outcome.service, banner: outcome.banner, program: outcome.program,
            isNewClient: outcome.isNewClient, isCertain: recognition.confidence == .certain,
            direction: outcome.direction, client: recognition.client.address, start: recognition.start,
            time: recognition.time)
    }
}

extension Optional where Wrapped == Direction {
    /// The direction as one bit of a set.
    @usableFromInline var bit: Int64 {
        switch self {
        case .inbound: 1
        case .outbound: 2
        case .internal: 4
        case nil: 0
        }
    }
}
