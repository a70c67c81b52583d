import Inventory
import Net

/// A library of protocols small enough to be read.
enum Library {
    static let facts: [ProtocolFacts] = [
        protocolFacts("ssh", ["22/tcp"]),
        protocolFacts("http", ["80/tcp"], alternates: ["8000/tcp", "8080/tcp"]),
        protocolFacts("ftp", ["21/tcp"]),
        protocolFacts("tls", ["443/tcp"], alternates: ["8443/tcp"]),
        protocolFacts("dns", ["53/tcp", "53/udp"]),
        protocolFacts("telnet", ["23/tcp"]),
        protocolFacts("gnutella", ["6346-6347/tcp"], alternates: ["8080/tcp"]),
        protocolFacts("rtp", [], isDynamic: true),
        protocolFacts("bittorrent", ["6881-6889/tcp"], isDynamic: true),
        protocolFacts("ftp-data", []),
        protocolFacts("chat", [], shares: ["443/tcp"], alternates: ["8088/tcp"]),
    ]

    static func protocolFacts(
        _ name: String, _ ports: [String], shares: [String] = [], alternates: [String] = [],
        isDynamic: Bool = false
    ) -> ProtocolFacts {
        ProtocolFacts(
            name: name, title: name, category: "", plugin: "offport/core/\(name)",
            ports: ports.compactMap { PortRange($0) }, shares: shares.compactMap { PortRange($0) },
            alternates: alternates.compactMap { PortRange($0) }, isDynamic: isDynamic)
    }

    static func index(_ name: String) -> Int { facts.firstIndex { $0.name == name } ?? -1 }
}

/// One recognised flow, said in a line: `Sighting("ssh", "10.0.0.1:2222")`.
struct Sighting {
    var recognition: Recognition

    init(
        _ name: String, _ server: String, from client: String = "10.9.9.9:40000",
        _ transport: TransportProtocol = .tcp, at seconds: Int64 = 1000, vlan: UInt16 = 0,
        says fields: FieldSet? = nil, clientSays clientFields: FieldSet? = nil,
        confidence: Confidence = .certain, serverSpoke: Bool = true, isOneWay: Bool = false,
        isChild: Bool = false, isBroadcast: Bool = false
    ) {
        let unknown = Endpoint(IPAddress(v4: 0), 0)
        recognition = Recognition(
            flow: UInt64(seconds) << 16 | UInt64((Endpoint(client) ?? unknown).port),
            time: Timestamp(seconds: seconds), start: Timestamp(seconds: seconds - 1), transport: transport,
            vlan: vlan, client: Endpoint(client) ?? unknown, server: Endpoint(server) ?? unknown,
            protocolIndex: Library.index(name), confidence: confidence, serverSpoke: serverSpoke,
            isOneWay: isOneWay, isChild: isChild,
            evidence: Array("\(name) at \(seconds)".utf8).withBytes {
                EvidenceSample(isServer: true, offset: 0, signature: 7, said: $0)
            },
            fields: FlowFields(client: clientFields, server: fields), isBroadcast: isBroadcast)
    }
}

extension Inventory {
    /// An inventory of the test library under a policy.
    init(_ policy: Policy = Policy(), maximumServices: Int = 1_000_000) {
        self.init(judge: Judge(protocols: Library.facts, policy: policy), maximumServices: maximumServices)
    }

    /// Takes in sightings and returns all findings they gave rise to.
    @discardableResult
    mutating func see(_ sightings: Sighting...) -> [Finding] { see(sightings) }

    @discardableResult
    mutating func see(_ sightings: [Sighting]) -> [Finding] {
        sightings.flatMap { recognise($0.recognition).findings }
    }

    var allServices: [Service] { serviceOrder().map(service) }
    var allClients: [Client] { clientOrder().map(client) }
    var allFindings: [Finding] { findingOrder().map(finding) }
}

extension Policy {
    static let nowhere = SourceLocation(file: "site.lua", line: 1)

    /// The policy of the examples: Ariel is allowed on 419 for library servers.
    static func ariel(_ change: (inout Allowance) -> Void = { _ in }) -> Policy {
        var policy = Policy()
        policy.allow("ftp", "419/tcp", "Ariel", change)
        return policy
    }

    mutating func allow(
        _ protocolName: String, _ port: String, _ name: String, _ change: (inout Allowance) -> Void = { _ in }
    ) {
        allow(protocolName, ports: [port], name, change)
    }

    private mutating func allow(
        _ protocolName: String, ports: [String], _ name: String, _ change: (inout Allowance) -> Void
    ) {
        var allowance = Allowance(
            protocolName: protocolName, ports: ports.compactMap { PortRange($0) }, name: name,
            origin: Self.nowhere)
        change(&allowance)
        allowances.append(allowance)
    }

    mutating func expect(_ name: String, _ ports: String...) {
        expectations.append(
            Expectation(
                protocolName: name, ports: ports.compactMap { PortRange($0) }, origin: Self.nowhere))
    }

    mutating func forbid(_ name: String, _ severity: Severity, reason: String? = nil) {
        prohibitions.append(
            Prohibition(protocolName: name, reason: reason, severity: severity, origin: Self.nowhere))
    }

    static let campus: Site = Site(
        name: "campus", networks: ["10.0.0.0/8", "fd00::/16"].compactMap { Subnet($0) }, origin: nowhere)
}

func subnets(_ texts: String...) -> [Subnet] { texts.compactMap { Subnet($0) } }
