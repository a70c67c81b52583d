public import Net

extension Baseline {
    /// A baseline as plain values, by names: it can be kept in a file and read with another plugin library.
    public struct Snapshot: Sendable, Equatable {
        /// When learning began; nil when nothing was to be learnt.
        public var began: Timestamp?
        /// Whether it was still learning.
        public var isLearning = true
        /// The latest time it had heard of.
        public var latest: Timestamp?
        /// The services, by host, port and protocol.
        public var entries: [Entry] = []

        /// Nothing.
        public init() {}
    }

    /// One service of a snapshot.
    public struct Entry: Sendable, Equatable {
        /// The server.
        public var host: IPAddress
        /// The server's port.
        public var port: ServicePort
        /// The protocol.
        public var protocolName: String
        /// The first packet of the earliest session of any run.
        public var firstSeen: Timestamp
        /// The last sign of it.
        public var lastSeen: Timestamp
        /// The last sign of it, with the time without a watch taken off.
        public var silentSince: Timestamp
        /// Whether it belongs to what is normal.
        public var isLearnt: Bool
        /// Whether its silence was reported.
        public var isQuietReported = false
        /// What programs served it, in the order of appearance; at most 8.
        public var products: [Product] = []

        /// A service from its parts.
        public init(
            host: IPAddress, port: ServicePort, protocolName: String, firstSeen: Timestamp,
            lastSeen: Timestamp, silentSince: Timestamp, isLearnt: Bool
        ) {
            self.host = host
            self.port = port
            self.protocolName = protocolName
            self.firstSeen = firstSeen
            self.lastSeen = lastSeen
            self.silentSince = silentSince
            self.isLearnt = isLearnt
        }
    }

    /// A server program.
    public struct Product: Sendable, Equatable {
        /// What it is called.
        public var name: String
        /// Its version, where the server says it.
        public var version: String?
        /// Whether it belongs to what is normal.
        public var isLearnt: Bool

        /// A program.
        public init(name: String, version: String?, isLearnt: Bool) {
            self.name = name
            self.version = version
            self.isLearnt = isLearnt
        }
    }

    /// Everything it knows, as plain values.
    public var snapshot: Snapshot {
        var snapshot = Snapshot()
        snapshot.began = began
        snapshot.isLearning = isLearning
        snapshot.latest = latest
        snapshot.entries = table.entries.keptPlaces.map { place in
            let entry = table.entries[place]
            var made = Entry(
                host: entry.key.host, port: entry.key.port, protocolName: name(of: entry),
                firstSeen: entry.firstSeen, lastSeen: entry.seen, silentSince: entry.silentSince,
                isLearnt: entry.isLearnt)
            made.isQuietReported = entry.quietReported != nil
            made.products = entry.products.map { product in
                Product(
                    name: table.names[product.name], version: product.version.map { table.names[$0] },
                    isLearnt: product.isLearnt)
            }
            return made
        }.sorted {
            if $0.host != $1.host { return $0.host < $1.host }
            return $0.port != $1.port ? $0.port < $1.port : $0.protocolName < $1.protocolName
        }
        return snapshot
    }

    /// A baseline that goes on from a snapshot, in another run: what was not learnt is new again.
    public init(
        resuming snapshot: Snapshot, settings: BaselineSettings?, protocols: [ProtocolFacts],
        maximumServices: Int = 1_000_000, seed: UInt64 = .random(in: .min ... .max)
    ) {
        self.init(settings: settings, protocols: protocols, maximumServices: maximumServices, seed: seed)
        for entry in snapshot.entries { restore(entry, latest: snapshot.latest) }
        resume(began: snapshot.began, isLearning: snapshot.isLearning, latest: snapshot.latest)
    }

    private mutating func restore(_ entry: Entry, latest: Timestamp?) {
        let key = ServiceKey(
            Endpoint(entry.host, entry.port.number), entry.port.transport,
            protocolIndex: number(of: entry.protocolName))
        guard table.find(key) == nil else { return }
        makeRoom()
        var made = BaselineEntry(
            key: key, firstSeen: entry.firstSeen, seen: entry.lastSeen, silentSince: entry.silentSince,
            isLearnt: entry.isLearnt, isNoted: false)
        // What comes after the snapshot comes after the report.
        if entry.isQuietReported { made.quietReported = latest ?? entry.lastSeen }
        let place = table.insert(made)
        for product in entry.products.prefix(Self.maximumProducts) {
            table.add(product.name, product.version, to: place, isLearnt: product.isLearnt, isNoted: false)
        }
    }
}
