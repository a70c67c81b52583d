public import Handshakes
public import Net

/// The protocol a plugin declares, as data: what loading turns Lua into and compiling turns into an index.
public struct ProtocolDefinition: Sendable {
    /// The lower-case standard name, such as `ssh`.
    public var name: String
    /// The name for people, such as `Secure Shell`.
    public var title: String
    /// The group it belongs to, such as `remote-access`.
    public var category: String
    /// The specification it was written from.
    public var reference: String
    /// The plugin that declares it, such as `offport/core/ssh`; every signature's name begins with it.
    public var plugin: String
    /// The file and line of the declaration.
    public var origin: SourceLocation
    /// Where it is expected.
    public var ports: [PortRange] = []
    /// Ports of other protocols where it is expected too.
    public var shares: [PortRange] = []
    /// Customary second homes: off-port, but less surprising.
    public var alternates: [PortRange] = []
    /// What scanners and other sensors call it.
    public var also: [String] = []
    /// Whether it has no home at all, so that no port is off-port.
    public var isDynamic = false
    /// What its payload encloses, when it is a tunnel.
    public var tunnel: TunnelKind?
    /// Alternative ways to recognise it.
    public var signatures: [SignatureDefinition] = []
    /// Where the fields of its record come from.
    public var fields: [FieldSource] = []
    /// What is known of the words in a field: `product` and `version` from a `banner`.
    public var descriptions: [FieldDescription] = []
    /// What words of its speakers say of their programs; of those that look at the same text, the first that fits counts.
    public var identifications: [Identification] = []
    /// The child flows that its lines announce.
    public var announcements: [Announcement] = []
    /// Flows to come that no line announces any more.
    public var hiddenFlows: [HiddenFlow] = []
    /// The protocols that its conversations may turn into.
    public var upgrades: [Upgrade] = []
    /// What may be said to a server to find out whether it speaks the protocol.
    public var hellos: [ProbeHello] = []
    /// Whether nothing is ever said to its ports: a printer would print it.
    public var isLeftAlone = false

    /// Whether its datagrams are recognised one by one, without waiting for an answer: those of a tunnel enclose
    /// packets, and those that announce a flow are answered by that flow.
    var isEager: Bool { tunnel != nil || !announcements.isEmpty }

    /// All patterns in it: those of signatures, fields and identifications.
    public var patterns: [String] {
        signatures.flatMap { [$0.client, $0.server].compactMap(\.self).flatMap(\.patterns) }
            + fields.compactMap { source -> String? in
                if case .pattern(let pattern) = source.extractor { pattern } else { nil }
            }
            + identifications.flatMap { [$0.pattern, $0.within].compactMap(\.self) }
    }

    /// A protocol without signatures yet.
    public init(
        name: String, title: String, category: String, reference: String, plugin: String,
        origin: SourceLocation
    ) {
        self.name = name
        self.title = title
        self.category = category
        self.reference = reference
        self.plugin = plugin
        self.origin = origin
    }
}

/// What the packets of a recognised tunnel protocol enclose.
public enum TunnelKind: String, Sendable, CaseIterable {
    /// RFC 7348: an Ethernet frame after 8 bytes.
    case vxlan
    /// RFC 8926: what the protocol type says, after the options.
    case geneve
    /// 3GPP TS 29.281: an IP packet after the extension headers.
    case gtp
    /// RFC 4380: an IPv6 packet after authentication and origin indication.
    case teredo
}

/// One of the two ends of a conversation, as a speaker.
public enum Speaker: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// The one that asks: it opened the conversation.
    case client
    /// The one that serves.
    case server

    /// The other end.
    @inlinable
    public var other: Speaker { self == .client ? .server : .client }
}

/// One way to recognise a protocol: what each speaker's first bytes must look like.
public struct SignatureDefinition: Sendable {
    /// What carries it.
    public var transport: TransportProtocol
    /// What the client says first; nil when nothing is asked of it.
    public let client: Matcher?
    /// What the server says first; nil when nothing is asked of it.
    public let server: Matcher?
    /// What an index finds them by: worked out here, on the threads that read the plugins.
    let clientFoothold: Foothold?
    let serverFoothold: Foothold?
    /// Whether the two matchers are one and the same, so that the speakers' roles say nothing (`either`).
    public var isSymmetric: Bool
    /// The speakers whose bytes are enough when the other is never seen.
    public var alone: Set<Speaker>
    /// The number of the plugin's Lua function that has the last word, if any.
    public var check: CheckReference?
    /// Whether it is asked only where nothing else decides (`fallback`).
    public var isFallback = false
    /// The plugin that declares it; nil for its protocol's own.
    public var plugin: String?
    /// The line of the declaration.
    public var origin: SourceLocation

    /// A signature from its parts.
    public init(
        transport: TransportProtocol, client: Matcher?, server: Matcher?, isSymmetric: Bool,
        alone: Set<Speaker>,
        check: CheckReference?, origin: SourceLocation
    ) {
        self.transport = transport
        self.client = client
        self.server = server
        self.isSymmetric = isSymmetric
        self.alone = alone
        self.check = check
        self.origin = origin
        clientFoothold = client.map(Foothold.init)
        serverFoothold = server.map(Foothold.init)
    }
}

/// A Lua function of a plugin file: which file of the library, and which function in the file's order.
public struct CheckReference: Hashable, Sendable {
    /// The file's place in the library's list of sources.
    public let source: Int
    /// The function's number within that file.
    public let function: Int
    /// The function `function` of source `source`.
    public init(source: Int, function: Int) {
        self.source = source
        self.function = function
    }
}

/// Where fields come from: a speaker's first bytes, through an expression with named groups or a Lua function.
public struct FieldSource: Sendable {
    /// Whom the fields describe, and whose first bytes they are taken from.
    public var speaker: Speaker
    /// How the fields are taken.
    public var extractor: Extractor
    /// Whether a function is asked although the speaker was not heard: it reads what either says.
    public var readsEither: Bool

    /// A PCRE2 pattern with named groups, or a Lua function returning a table.
    public enum Extractor: Sendable {
        /// Named groups become fields.
        case pattern(String)
        /// The function is called with the speakers' first bytes and returns a table of fields.
        case function(CheckReference)
        /// The handshake that the first bytes hold is read natively.
        case handshake(HandshakeKind)
    }

    /// Fields of one speaker.
    public init(speaker: Speaker, extractor: Extractor, readsEither: Bool = false) {
        self.speaker = speaker
        self.extractor = extractor
        self.readsEither = readsEither
    }
}

/// A protocol that goes on in the same flow: TLS after STARTTLS, what a proxy or a tunnel carries.
public struct Upgrade: Sendable {
    /// What an upgrade may lead to.
    public enum Target: Hashable, Sendable {
        /// Whatever is recognised.
        case any
        /// One protocol.
        case named(String)
    }

    /// What follows.
    public var target: Target
    /// The field that says so, with the values that do; nil when what is said next decides.
    public var field: (name: String, values: [String])?
    /// The line of the word; nil where no file declares it.
    public var origin: SourceLocation?

    /// An upgrade to `target`.
    public init(
        to target: Target, field: (name: String, values: [String])? = nil, origin: SourceLocation? = nil
    ) {
        self.target = target
        self.field = field
        self.origin = origin
    }
}

/// A Lua function that says more of a field's text, by that text alone: answers are kept and used again.
public struct FieldDescription: Sendable {
    /// The field whose text it takes.
    public var field: String
    /// The function.
    public var function: CheckReference

    /// A description of a field.
    public init(field: String, function: CheckReference) {
        self.field = field
        self.function = function
    }
}

/// A line of a control conversation that announces a coming flow, such as FTP's `PORT` and `227`.
public struct Announcement: Sendable {
    /// Who says the line.
    public var speaker: Speaker
    /// What the line begins with, compared without case.
    public var prefix: [UInt8]
    /// How the endpoint is written in the line.
    public var notation: Notation
    /// The protocol of the coming flow, such as `ftp-data`.
    public var child: String
    /// The line of the word; nil where no file declares it.
    public var origin: SourceLocation?

    /// How an endpoint is written.
    public enum Notation: String, Sendable, CaseIterable {
        /// `h1,h2,h3,h4,p1,p2` (RFC 959 section 4.1.2).
        case ftp
        /// `|protocol|address|port|`, address and protocol may be empty (RFC 2428).
        case extended
        /// Not written: the flow will come to the speaker's own address and port (RFC 1350 section 4).
        case sender
    }

    /// A line beginning that announces `child`.
    public init(
        speaker: Speaker, prefix: [UInt8], notation: Notation, child: String, origin: SourceLocation? = nil
    ) {
        self.speaker = speaker
        self.prefix = prefix
        self.notation = notation
        self.child = child
        self.origin = origin
    }
}

/// What a control conversation that has turned into an encrypted one announces in lines that nobody can read, such as
/// FTP's data connections after `AUTH TLS`.
public struct HiddenFlow: Sendable {
    /// The protocol that the conversation turned into, which the coming flows speak too.
    public var follower: String
    /// What they are.
    public var child: String
    /// The line of the word; nil where no file declares it.
    public var origin: SourceLocation?

    /// Flows of `follower` that are `child`.
    public init(after follower: String, child: String, origin: SourceLocation? = nil) {
        self.follower = follower
        self.child = child
        self.origin = origin
    }
}
