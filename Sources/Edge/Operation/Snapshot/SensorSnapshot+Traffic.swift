public import Net

extension SensorSnapshot {
    /// An interface that packets are taken from.
    public struct Interface: Sendable, Codable, Equatable {
        /// Its name.
        public var name: String
        /// Whether it is open.
        public var isOpen: Bool
        /// Whether it has no link.
        public var linkDown: Bool
        /// Packets taken from it.
        public var received: Int
        /// Packets that found the kernel's ring full.
        public var dropped: Int
        /// Packets that the interface itself lost.
        public var lost: Int

        /// An interface.
        public init(
            name: String, isOpen: Bool = true, linkDown: Bool = false, received: Int = 0, dropped: Int = 0,
            lost: Int = 0
        ) {
            self.name = name
            self.isOpen = isOpen
            self.linkDown = linkDown
            self.received = received
            self.dropped = dropped
            self.lost = lost
        }
    }

    /// How fast packets come, over the last ten seconds.
    public struct Rates: Sendable, Codable, Equatable {
        /// Packets a second.
        public var packetsPerSecond: Double
        /// Bits a second.
        public var bitsPerSecond: Double

        /// Rates.
        public init(packetsPerSecond: Double = 0, bitsPerSecond: Double = 0) {
            self.packetsPerSecond = packetsPerSecond
            self.bitsPerSecond = bitsPerSecond
        }
    }

    /// The flow table.
    public struct Flows: Sendable, Codable, Equatable {
        /// Flows seen since the start.
        public var seen = 0
        /// Flows tracked now.
        public var tracked = 0
        /// Flows that the table can hold.
        public var capacity = 0
        /// Flows ended early because the table was full.
        public var evicted = 0
        /// Flows with a name.
        public var recognised = 0

        /// No flows.
        public init() {}
    }

    /// The services of a protocol by standing.
    public struct ProtocolServices: Sendable, Codable, Equatable {
        /// The protocol.
        public var name: String
        /// On a port of its own.
        public var expected: Int
        /// Allowed by name.
        public var allowed: Int
        /// Neither.
        public var offPort: Int

        /// The services of a protocol.
        public init(name: String, expected: Int = 0, allowed: Int = 0, offPort: Int = 0) {
            self.name = name
            self.expected = expected
            self.allowed = allowed
            self.offPort = offPort
        }

        /// All of them.
        public var total: Int { expected + allowed + offPort }
    }

    /// How many findings a rule made.
    public struct FindingCount: Sendable, Codable, Equatable {
        /// The rule, such as `off-port`.
        public var rule: String
        /// The severity: `info` to `critical`.
        public var severity: String
        /// How many there are of that severity.
        public var count: Int
        /// How many were of it and have become graver; nil for none.
        public var grown: Int?
        /// How often one was found: this only grows.
        var total: Int { count + (grown ?? 0) }

        /// A count.
        public init(rule: String, severity: String, count: Int) {
            self.rule = rule
            self.severity = severity
            self.count = count
        }
    }

    /// A finding, in short.
    public struct NewFinding: Sendable, Codable, Equatable {
        /// When it was seen.
        public var time: Timestamp
        /// The severity: `info` to `critical`.
        public var severity: String
        /// What it says.
        public var title: String
        /// The server.
        public var host: String
        /// The server's port.
        public var port: Int
        /// The client of the flow that showed it.
        public var client: String?

        /// A finding.
        public init(
            time: Timestamp, severity: String, title: String, host: String, port: Int, client: String? = nil
        ) {
            self.time = time
            self.severity = severity
            self.title = title
            self.host = host
            self.port = port
            self.client = client
        }
    }

    /// A service that was not known before, in short.
    public struct NewService: Sendable, Codable, Equatable {
        /// When it was first seen.
        public var time: Timestamp
        /// What it speaks.
        public var protocolName: String
        /// The server.
        public var host: String
        /// The server's port.
        public var port: Int
        /// `expected`, `allowed` or `off-port`.
        public var standing: String
        /// What the server runs, where it says so.
        public var product: String?

        /// A service.
        public init(
            time: Timestamp, protocolName: String, host: String, port: Int, standing: String,
            product: String? = nil
        ) {
            self.time = time
            self.protocolName = protocolName
            self.host = host
            self.port = port
            self.standing = standing
            self.product = product
        }

        enum CodingKeys: String, CodingKey {
            case time, host, port, standing, product
            case protocolName = "protocol"
        }
    }
}
