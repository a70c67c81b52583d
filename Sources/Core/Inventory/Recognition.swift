public import Net

/// What the judge must know of a protocol: the part of its plugin that is not about bytes.
public struct ProtocolFacts: Sendable {
    /// The lower-case standard name.
    public var name: String
    /// The name for people.
    public var title: String
    /// The group it belongs to.
    public var category: String
    /// The plugin that declares it, such as `offport/core/ssh`.
    public var plugin: String
    /// Where it is expected.
    public var ports: [PortRange]
    /// Ports of other protocols where it is expected too: it is never named as their owner.
    public var shares: [PortRange]
    /// Customary second homes.
    public var alternates: [PortRange]
    /// Whether it has no home, so that no port is off-port.
    public var isDynamic: Bool

    /// The facts of a protocol.
    public init(
        name: String, title: String, category: String, plugin: String, ports: [PortRange],
        shares: [PortRange] = [], alternates: [PortRange], isDynamic: Bool
    ) {
        self.name = name
        self.title = title
        self.category = category
        self.plugin = plugin
        self.ports = ports
        self.shares = shares
        self.alternates = alternates
        self.isDynamic = isDynamic
    }
}

/// How sure a verdict is.
public enum Confidence: String, Sendable {
    /// Only one speaker was seen, and the signature says that is enough.
    case likely
    /// Both speakers fit.
    case certain
}

/// One flow that was recognised, the moment it was: what the packet lane hands to the inventory.
public struct Recognition: Sendable {
    /// The flow's number: a hash of its key and start, unique for practical purposes.
    public var flow: UInt64
    /// When the deciding packet was captured.
    public var time: Timestamp
    /// When the flow's first packet was captured.
    public var start: Timestamp
    /// What carries it.
    public var transport: TransportProtocol
    /// The VLAN, 0 without.
    public var vlan: UInt16
    /// The one that asks.
    public var client: Endpoint
    /// The one that serves.
    public var server: Endpoint
    /// The protocol, as its place in the library's list.
    public var protocolIndex: Int
    /// How sure the verdict is.
    public var confidence: Confidence
    /// Whether the server was heard: a service record needs that, or `isOneWay`.
    public var serverSpoke: Bool
    /// Whether the server's silence says nothing against it: one direction was captured, or none is ever answered.
    public var isOneWay: Bool
    /// Whether the flow was announced by another one (FTP data): never a service of its own, never off-port.
    public var isChild: Bool
    /// Whether the flow was seen from its beginning.
    public var isWhole: Bool
    /// Whether the server's address is that of all hosts of a subnet: what is heard there makes no service.
    public var isBroadcast: Bool
    /// How many other ports of the server the client tried in vain shortly before, at most 8; 0 when nobody counts.
    public var knocks: UInt8
    /// What decided.
    public var evidence: EvidenceSample
    /// The fields of both speakers' first bytes, nil when none.
    public var fields: FlowFields?

    /// The fields of the client's first bytes, nil when none.
    public var clientFields: FieldSet? { fields?.client }
    /// The fields of the server's first bytes, nil when none.
    public var serverFields: FieldSet? { fields?.server }

    /// A recognition from its parts.
    @inlinable
    public init(
        flow: UInt64, time: Timestamp, start: Timestamp, transport: TransportProtocol, vlan: UInt16,
        client: Endpoint, server: Endpoint, protocolIndex: Int, confidence: Confidence, serverSpoke: Bool,
        isOneWay: Bool, isChild: Bool, evidence: EvidenceSample, fields: FlowFields?, isWhole: Bool = true,
        isBroadcast: Bool = false, knocks: UInt8 = 0
    ) {
        self.isWhole = isWhole
        self.isBroadcast = isBroadcast
        self.knocks = knocks
        self.flow = flow
        self.time = time
        self.start = start
        self.transport = transport
        self.vlan = vlan
        self.client = client
        self.server = server
        self.protocolIndex = protocolIndex
        self.confidence = confidence
        self.serverSpoke = serverSpoke
        self.isOneWay = isOneWay
        self.isChild = isChild
        self.evidence = evidence
        self.fields = fields
    }
}

/// The bytes that decided, and the signature that they satisfied: a plain value until somebody wants the bytes.
public struct Evidence: BitwiseCopyable, Sendable {
    private let sample: EvidenceSample

    /// Whether the bytes were the server's.
    public var isServer: Bool { sample.isServer }
    /// Where the bytes begin in what that speaker said.
    public var offset: Int { Int(sample.offset) }
    /// The signature's place in the library's list; nil for a child flow, which its parent announced.
    public var signature: Int? { sample.signature < 0 ? nil : Int(sample.signature) }
    /// At most 64 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(sample.count))
        for index in 0..<sample.wordCount {
            bytes.append(bigEndian: sample[word: index], count: min(8, Int(sample.count) - 8 * index))
        }
        return bytes
    }

    /// Evidence from its parts; of the bytes only the first 64 are kept.
    public init(isServer: Bool, offset: Int, signature: Int?, bytes: [UInt8]) {
        sample = bytes.withBytes { said in
            var sample = EvidenceSample(isServer: isServer, offset: 0, signature: signature, said: said)
            sample.offset = Int32(clamping: offset)
            return sample
        }
    }

    init(_ sample: EvidenceSample) { self.sample = sample }
}

/// The fields that both speakers' first bytes gave: one reference, so that a recognition is handed on cheaply.
public final class FlowFields: Sendable {
    /// The client's, nil when none.
    public let client: FieldSet?
    /// The server's, nil when none.
    public let server: FieldSet?

    /// The fields of both; nil when neither gave any.
    public convenience init?(client: [(name: String, value: String)], server: [(name: String, value: String)])
    {
        self.init(
            client: client.isEmpty ? nil : FieldSet(client), server: server.isEmpty ? nil : FieldSet(server))
    }

    /// The fields of both; nil when neither gave any.
    public init?(client: FieldSet? = nil, server: FieldSet? = nil) {
        guard client != nil || server != nil else { return nil }
        (self.client, self.server) = (client, server)
    }
}

/// The fields that one speaker's first bytes gave, in the order of the plugin; shared between flows with the
/// same banner.
public final class FieldSet: Sendable {
    /// Name and value; the values are text as found, with bytes that are no UTF-8 replaced.
    public let values: [(name: String, value: String)]

    /// Fields in their order.
    public init(_ values: [(name: String, value: String)]) { self.values = values }

    /// The value of a field.
    public subscript(name: String) -> String? { values.first { $0.name == name }?.value }
}
