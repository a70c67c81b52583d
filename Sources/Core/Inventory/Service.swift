public import Net

/// A protocol that a host serves on a port: one, however many sessions.
public struct Service: Sendable {
    /// The service's place in the inventory.
    public var id: Int
    /// The server.
    public var host: IPAddress
    /// The server's port.
    public var port: ServicePort
    /// The protocol.
    public var protocolName: String
    /// The protocol's place in the judge's list.
    public var protocolIndex: Int
    /// The plugin that declares the protocol.
    public var plugin: String
    /// Whether it may run there.
    public var standing: Standing
    /// The name of the allowance that decides, when one does.
    public var allowance: String?
    /// The protocol that the port belongs to, for an impersonation.
    public var owner: String?
    /// The title of the owner's plugin.
    public var ownerTitle: String?
    /// The first packet of the earliest session.
    public var firstSeen: Timestamp
    /// The last sign of it.
    public var lastSeen: Timestamp
    /// Recognised flows.
    public var sessions: Int
    /// Distinct client addresses.
    public var clients: Int
    /// What the server said of itself, each with its own sightings, in the order of appearance; at most 16.
    public var banners: [Banner]
    /// The bytes that decided at the first sighting.
    public var evidence: Evidence
    /// The flow of the first sighting.
    public var flow: UInt64
    /// The surest verdict of any session.
    public var confidence: Confidence
    /// The gravest way in which a session crossed the site's border, when the site is known.
    public var direction: Direction?
    /// The capture of the first sighting.
    public var capture: String?

    /// What a server said of itself.
    public struct Banner: Sendable {
        /// The fields, in the plugin's order.
        public var fields: FieldSet
        /// The first session that had it.
        public var firstSeen: Timestamp
        /// The last session that had it.
        public var lastSeen: Timestamp
        /// Sessions that had it.
        public var sessions: Int

        /// A banner with its sightings.
        public init(fields: FieldSet, firstSeen: Timestamp, lastSeen: Timestamp, sessions: Int) {
            (self.fields, self.firstSeen, self.lastSeen, self.sessions) = (
                fields, firstSeen, lastSeen, sessions
            )
        }

        /// The exact first words of the server, where the plugin keeps them.
        public var text: String? { fields["banner"] }
        /// The product by its name alone, where it is known.
        public var program: String? { fields["product"] ?? fields["software"] }
        /// Product and version, where they are known.
        public var product: String? {
            let words = [program, fields["version"]].compactMap { $0 }
            return words.isEmpty ? nil : words.joined(separator: " ")
        }

        /// Whether it says all that another one does, and more.
        fileprivate func saysMore(than other: Banner) -> Bool {
            fields.values.count > other.fields.values.count
                && other.fields.values.allSatisfy { fields[$0.name] == $0.value }
        }
    }

    /// A service from its parts.
    public init(
        id: Int, host: IPAddress, port: ServicePort, protocolName: String, protocolIndex: Int, plugin: String,
        standing: Standing, allowance: String?, owner: String?, firstSeen: Timestamp, lastSeen: Timestamp,
        sessions: Int, clients: Int, banners: [Banner], evidence: Evidence, flow: UInt64,
        confidence: Confidence, direction: Direction?, capture: String?
    ) {
        (self.id, self.host, self.port) = (id, host, port)
        (self.protocolName, self.protocolIndex, self.plugin) = (protocolName, protocolIndex, plugin)
        (self.standing, self.allowance, self.owner) = (standing, allowance, owner)
        (self.firstSeen, self.lastSeen, self.sessions, self.clients) = (
            firstSeen, lastSeen, sessions, clients
        )
        (self.banners, self.evidence, self.flow) = (banners, evidence, flow)
        (self.confidence, self.direction, self.capture) = (confidence, direction, capture)
    }

    /// How the title of the owner's plugin writes that protocol, where it does.
    public var ownerSpelling: String? {
        guard let owner, let ownerTitle else { return nil }
        return ProtocolFacts.spelling(of: owner, in: ownerTitle)
    }

    /// The banner that describes the service: the latest of those that name a product, else of those with a
    /// banner line, else of all.
    ///
    /// (A web server that answers 304 is still the server that it was.) One that says all of that and more
    /// describes it better: a resumed session of TLS does not repeat the certificate.
    public var currentBanner: Banner? {
        func rank(_ banner: Banner) -> Int {
            if banner.fields["product"] != nil { return 2 }
            return banner.text != nil ? 1 : 0
        }
        let latest = banners.max { (rank($0), $0.lastSeen) < (rank($1), $1.lastSeen) }
        guard let latest, banners.count > 1 else { return latest }
        let fuller = banners.filter { $0.saysMore(than: latest) }
        return fuller.max { $0.lastSeen < $1.lastSeen } ?? latest
    }
}

/// What is known of a service when it is new, or when its standing changes: a plain value, in which names are places in
/// the judge's lists and in a list of captures.
public struct ServiceOutline: BitwiseCopyable, Sendable {
    /// The server.
    public var host: IPAddress
    /// The server's port.
    public var port: ServicePort
    /// The protocol's place in the judge's list.
    public var protocolIndex: Int
    /// Whether it may run there.
    public var standing: Standing
    /// The first packet of the earliest session.
    public var firstSeen: Timestamp
    /// The bytes that decided at the first sighting.
    public var evidence: Evidence
    /// The flow of the first sighting.
    public var flow: UInt64
    /// The capture of the first sighting, counted from 1; 0 for none.
    public var capture: Int
    /// Whether its protocol may run nowhere.
    public var isForbidden: Bool

    /// An outline from its parts.
    public init(
        host: IPAddress, port: ServicePort, protocolIndex: Int, standing: Standing, firstSeen: Timestamp,
        evidence: Evidence, flow: UInt64, capture: Int, isForbidden: Bool = false
    ) {
        (self.host, self.port, self.protocolIndex, self.standing) = (host, port, protocolIndex, standing)
        (self.firstSeen, self.evidence, self.flow, self.capture) = (firstSeen, evidence, flow, capture)
        self.isForbidden = isForbidden
    }
}

/// A program that a client host uses: it has no port, serves nothing, and is never off-port.
public struct Client: Sendable {
    /// The client.
    public var host: IPAddress
    /// The protocol it speaks.
    public var protocolName: String
    /// The protocol's place in the judge's list.
    public var protocolIndex: Int
    /// What the program calls itself; of one that does not, how it greets over TLS: `ja4 ` and the fingerprint.
    public var software: String
    /// The first packet of the earliest session.
    public var firstSeen: Timestamp
    /// The last sign of it.
    public var lastSeen: Timestamp
    /// Recognised flows.
    public var sessions: Int
    /// The gravest way in which a session crossed the site's border, when the site is known.
    public var direction: Direction?
    /// The capture of the first sighting.
    public var capture: String?

    /// What stands before a fingerprint.
    static var fingerprintMark: String { "ja4 " }
    /// Whether the program is known by its fingerprint alone.
    public var isFingerprint: Bool { software.hasPrefix(Self.fingerprintMark) }

    /// A client program from what one session tells.
    public init(
        host: IPAddress, protocolName: String, protocolIndex: Int, software: String, firstSeen: Timestamp,
        lastSeen: Timestamp, sessions: Int, direction: Direction? = nil, capture: String? = nil
    ) {
        self.host = host
        self.protocolName = protocolName
        self.protocolIndex = protocolIndex
        self.software = software
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.sessions = sessions
        self.direction = direction
        self.capture = capture
    }
}

/// Everything known of one address.
public struct Host: Sendable {
    /// The address.
    public var address: IPAddress
    /// The earliest sighting as server or client program.
    public var firstSeen: Timestamp
    /// The latest sighting.
    public var lastSeen: Timestamp
    /// Its services, as their places in the inventory, in output order.
    public var services: [Int]
    /// Its client programs, as their places in the inventory, in output order.
    public var clients: [Int]
}
