public import Inventory
public import Net

/// What a question is about: the common filters, of which everything that is given must hold.
public struct Selection: Sendable {
    /// Only these protocols; empty for all.
    public var protocols: Set<String> = []
    /// Never these protocols.
    public var excludedProtocols: Set<String> = []
    /// Only these ports; empty for all.
    public var ports: [PortSelector] = []
    /// Never these ports.
    public var excludedPorts: [PortSelector] = []
    /// Only these servers (for client programs: these hosts); empty for all.
    public var hosts: [Subnet] = []
    /// Only what these clients used; empty for all.
    public var clients: [Subnet] = []
    /// Only these standings, as `Standing.names` spells them; empty for all.
    public var standings: Set<String> = []
    /// Only services of products whose names, with their versions, have one of these in them, in either case; empty for
    /// all.
    public var products: [String] = []
    /// Only members of these asset lists; empty for all.
    public var assets: Set<String> = []
    /// Only findings in these states; empty for all.
    public var states: Set<FindingState> = []
    /// Only what was seen at or after this.
    public var since: Timestamp?
    /// Only what was seen before this.
    public var until: Timestamp?
    /// Only what was first seen at or after this.
    public var newSince: Timestamp?

    /// Everything.
    public init() {}

    /// The filters in words, one each: `protocol ftp`, `not port 21`; nothing for everything.
    public var words: [String] {
        func each(_ word: String, _ values: some Collection<String>) -> [String] {
            values.isEmpty ? [] : ["\(word) \(values.joined(separator: " or "))"]
        }
        var words = each("protocol", protocols.sorted())
        words += each("not protocol", excludedProtocols.sorted())
        words += each("port", ports.map(\.description))
        words += each("not port", excludedPorts.map(\.description))
        words += each("servers in", hosts.map(\.description))
        words += each("clients in", clients.map(\.description))
        words += each("standing", standings.sorted())
        words += each("product", products)
        words += each("assets", assets.sorted())
        words += each("state", states.map(\.rawValue).sorted())
        words += since.map { ["seen since \($0.toTheSecond)"] } ?? []
        words += until.map { ["seen before \($0.toTheSecond)"] } ?? []
        return words + (newSince.map { ["first seen since \($0.toTheSecond)"] } ?? [])
    }

    /// Whether a client program fits; it has no port, no standing and no product of a server, so none is what is asked for.
    public func includes(_ client: Client) -> Bool {
        ports.isEmpty && standings.isEmpty && products.isEmpty
            && includes(protocolName: client.protocolName)
            && (hosts.isEmpty || hosts.contains { $0.contains(client.host) })
            && (clients.isEmpty || clients.contains { $0.contains(client.host) })
            && includes(first: client.firstSeen, last: client.lastSeen)
    }

    /// Whether a finding fits.
    ///
    /// - Parameter isUsed: whether one of the clients used its service, in whatever session: all but what a detection
    ///   found of another client is about them too.
    public func includes(_ kept: KeptFinding, isUsed: Bool) -> Bool {
        let finding = kept.finding
        return includes(protocolName: finding.protocolName) && includes(finding.port)
            && (hosts.isEmpty || hosts.contains { $0.contains(finding.host) })
            && (clients.isEmpty || isUsed && finding.rule.detected?.isOfService != false
                || clients.contains { $0.contains(finding.client.address) })
            && (standings.isEmpty || standings.contains(kept.standing ?? ""))
            && (states.isEmpty || states.contains(kept.state))
            && (since.map { kept.lastTime >= $0 } ?? true) && (until.map { finding.time < $0 } ?? true)
            && (newSince.map { finding.time >= $0 } ?? true)
    }

    /// Whether a service fits; who its clients are is for the caller to see to.
    public func includes(_ service: Service) -> Bool {
        includes(protocolName: service.protocolName) && includes(service.port)
            && (hosts.isEmpty || hosts.contains { $0.contains(service.host) })
            && (standings.isEmpty || standings.contains(service.standing.name))
            && (products.isEmpty || service.banners.contains { includes(product: $0.product) })
            && includes(first: service.firstSeen, last: service.lastSeen)
    }

    /// Whether a product fits, as tables print it: the name and the version.
    private func includes(product: String?) -> Bool {
        guard let name = product?.lowercased() else { return false }
        return products.contains { name.contains($0.lowercased()) }
    }

    /// Whether a protocol fits.
    public func includes(protocolName: String) -> Bool {
        (protocols.isEmpty || protocols.contains(protocolName)) && !excludedProtocols.contains(protocolName)
    }

    /// Whether a port fits.
    public func includes(_ port: ServicePort) -> Bool {
        (ports.isEmpty || ports.contains { $0.contains(port) })
            && !excludedPorts.contains { $0.contains(port) }
    }

    /// Whether what was seen from one time to another fits.
    public func includes(first: Timestamp, last: Timestamp) -> Bool {
        (since.map { last >= $0 } ?? true) && (until.map { first < $0 } ?? true)
            && (newSince.map { first >= $0 } ?? true)
    }
}

/// Ports as an analyst writes them: `21`, `8000-8999`, `53/udp`; without a transport, of every transport.
public struct PortSelector: Sendable, Hashable, LosslessStringConvertible {
    /// The numbers that are meant.
    public let numbers: ClosedRange<UInt16>
    /// The transport that is meant; nil for any.
    public let transport: TransportProtocol?

    /// Parses a port, a range or either with a transport; nil for anything else.
    public init?(_ text: String) {
        let hasTransport = text.utf8.contains(UInt8(ascii: "/"))
        guard let range = PortRange(hasTransport ? text : text + "/tcp") else { return nil }
        numbers = range.numbers
        transport = hasTransport ? range.transport : nil
    }

    /// Whether a port is meant.
    public func contains(_ port: ServicePort) -> Bool {
        numbers.contains(port.number) && (transport == nil || transport == port.transport)
    }

    /// The ports as they are written.
    public var description: String {
        let range =
            numbers.count == 1 ? "\(numbers.lowerBound)" : "\(numbers.lowerBound)-\(numbers.upperBound)"
        return range + (transport.map { "/\($0)" } ?? "")
    }
}
