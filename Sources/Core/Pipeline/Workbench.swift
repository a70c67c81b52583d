internal import Flows
internal import Inventory
internal import Matching
internal import Net
internal import Reassembly
internal import Wire

/// What a worker's shards share: the tools that decide, and the place where observations are put.
struct Workbench: ~Copyable {
    let index: SignatureIndex
    let options: LaneOptions
    /// By protocol: what its packets enclose, what its lines announce.
    let treatments: [Treatment]
    /// By protocol: what a field says of the protocol inside.
    let layers: [[FieldLayer]]
    var recogniser: Recogniser
    let scripts: any ScriptRunner
    let extractor: FieldExtractor
    private var conversations: KnownConversations
    /// Where the conversation that was decided last is kept; nil when it is not.
    private var decided: Int?
    /// Whether a function of a plugin had failed when one could have been asked last.
    private var hasFailed: Bool
    var decoder = Decoder()
    var counters = LaneCounters()
    var fragmentCounters = FragmentCounters()
    var observations = Observations()
    /// The frame that is looked at, counted from 1.
    var frame = 0

    /// What happens to a protocol's flows once they are recognised.
    struct Treatment {
        var phase: FlowPhase
        var enclosure: Enclosure?
        var announcements: [Announced]
        /// What may follow in the same flow, by what is said.
        var followers: Followers
    }

    /// Which protocols may follow in a flow.
    enum Followers {
        case none
        case any
        case some(Set<Int32>, firstBytes: ByteClass)

        var isNone: Bool { if case .none = self { true } else { false } }

        func contains(_ place: Int32) -> Bool {
            switch self {
            case .none: false
            case .any: true
            case .some(let places, _): places.contains(place)
            }
        }

        /// Whether one of them may begin with this byte.
        func mayBegin(with byte: UInt8) -> Bool {
            if case .some(_, let firstBytes) = self { firstBytes.contains(byte) } else { true }
        }
    }

    /// A field whose value names the protocol inside, such as TLS's ALPN.
    struct FieldLayer {
        var field: String
        var values: [String]
        /// The inner protocol's place in the library.
        var place: Int32
    }

    /// A line that announces a flow, ready to be compared.
    struct Announced {
        var speaker: Speaker
        /// The line's beginning, in any case.
        var prefix: [ByteClass]
        var notation: Announcement.Notation
        /// The coming flow's protocol, as its place in the library.
        var child: Int
    }

    init(index: SignatureIndex, scripts: any ScriptRunner, options: LaneOptions) {
        self.index = index
        self.options = options
        self.scripts = scripts
        recogniser = Recogniser(index: index, scripts: scripts)
        extractor = FieldExtractor(index: index, scripts: scripts)
        conversations = KnownConversations(seed: options.seed)
        hasFailed = scripts.hasFailed
        var places: [String: Int] = [:]
        for (place, definition) in index.protocols.enumerated() { places[definition.name] = place }
        treatments = index.protocols.map { definition in
            let known = definition.announcements.compactMap { announcement in
                places[announcement.child].map { child in
                    Announced(
                        speaker: announcement.speaker,
                        prefix: announcement.prefix.map(ByteClass.init(ignoringCase:)),
                        notation: announcement.notation, child: child)
                }
            }
            let followers = Self.followers(of: definition, places, index)
            let isWatched = !known.isEmpty || !followers.isNone
            return Treatment(
                phase: definition.tunnel != nil ? .tunnel : isWatched ? .watched : .settled,
                enclosure: definition.tunnel.map(Self.enclosure),
                announcements: known, followers: followers)
        }
        layers = index.protocols.map { definition in
            definition.upgrades.compactMap { upgrade in
                guard let field = upgrade.field, case .named(let name) = upgrade.target,
                    let place = places[name]
                else { return nil }
                return FieldLayer(field: field.name, values: field.values, place: Int32(place))
            }
        }
    }

    /// The tools of another library, with what was counted and noticed so far.
    init(index: SignatureIndex, scripts: any ScriptRunner, after other: borrowing Workbench) {
        self.init(index: index, scripts: scripts, options: other.options)
        decoder = Decoder(counters: other.decoder.counters)
        counters = other.counters
        fragmentCounters = other.fragmentCounters
        observations = other.observations
        frame = other.frame
    }

    private static func followers(
        of definition: ProtocolDefinition, _ places: [String: Int], _ index: SignatureIndex
    ) -> Followers {
        let targets = definition.upgrades.filter { $0.field == nil }.map(\.target)
        if targets.contains(.any) { return .any }
        let named = targets.compactMap { target -> Int32? in
            if case .named(let name) = target { places[name].map(Int32.init) } else { nil }
        }
        var firstBytes = ByteClass()
        for place in named { firstBytes.formUnion(index.firstBytes(ofProtocol: Int(place))) }
        return named.isEmpty ? .none : .some(Set(named), firstBytes: firstBytes)
    }

    private static func enclosure(_ kind: TunnelKind) -> Enclosure {
        switch kind {
        case .vxlan: .vxlan
        case .geneve: .geneve
        case .gtp: .gtp
        case .teredo: .teredo
        }
    }

    // MARK: What conversations are

    /// Whether what is known of a conversation may be used again, and kept.
    ///
    /// Once a function has failed, nothing is known any more: who is still asked depends on whose behalf it is, and the
    /// answer must not depend on what another shard heard. Whoever takes the time of plugins wants them to work.
    private var remembers: Bool { !hasFailed && recogniser.meter == nil }

    /// What the two directions' first bytes say the flow is; decided once as long as the conversation is known.
    mutating func decide(
        _ transport: TransportProtocol, first: borrowing RawSpan, second: borrowing RawSpan, roles: Roles,
        isFinal: Bool, isLate: Bool
    ) -> Decision {
        let question =
            UInt32(transport.number) | UInt32(roles.rawValue) << 8 | (isFinal ? 1 << 16 : 0)
            | (isLate ? 1 << 17 : 0)
        decided = nil
        let tag = remembers ? conversations.tag(question, first, second) : nil
        if let tag, let place = conversations.find(tag) {
            decided = place
            return conversations.decision(at: place)
        }
        let decision = recogniser.decide(
            transport, first: first, second: second, roles: roles, isFinal: isFinal, isLate: isLate)
        noteFailures()
        if let tag, remembers { decided = conversations.keep(decision, tag) }
        return decision
    }

    /// Whether a datagram, on its own, belongs to a protocol that cannot wait for an answer.
    mutating func decideEagerly(_ datagram: borrowing RawSpan, roles: Roles) -> Decision {
        decided = nil
        let decision = recogniser.decideEagerly(datagram, roles: roles)
        noteFailures()
        return decision
    }

    /// The protocol that what one speaker says in the middle of a conversation begins.
    mutating func decideFollower(
        _ transport: TransportProtocol, _ said: borrowing RawSpan, isClient: Bool
    ) -> Int32? {
        let follower = recogniser.decideFollower(transport, said, isClient: isClient)
        noteFailures()
        return follower
    }

    /// Finds out whether a function has failed, if one was asked.
    @inline(__always)
    private mutating func noteFailures() {
        guard recogniser.hasAsked else { return }
        recogniser.hasAsked = false
        hasFailed = scripts.hasFailed
    }

    /// The fields of the conversation that was recognised last, and how long they took when that is wanted.
    mutating func fields(
        of protocolIndex: Int, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> KnownConversations.Fields {
        guard let meter = recogniser.meter else {
            return takeFields(of: protocolIndex, client: client, server: server)
        }
        let start = meter.start()
        let fields = takeFields(of: protocolIndex, client: client, server: server)
        meter.fields(of: protocolIndex, since: start)
        return fields
    }

    /// The fields of the conversation that was recognised last; taken once as long as it is known.
    private mutating func takeFields(
        of protocolIndex: Int, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> KnownConversations.Fields {
        guard extractor.hasFields(protocolIndex) else { return (nil, nil) }
        let place = remembers ? decided : nil
        if let place, let known = conversations.fields(at: place) { return known }
        scripts.domain = recogniser.domain
        let found = extractor.fields(of: protocolIndex, client: client, server: server)
        hasFailed = scripts.hasFailed
        let fields = (
            client: found.client.isEmpty ? nil : FieldSet(found.client),
            server: found.server.isEmpty ? nil : FieldSet(found.server)
        )
        if let place, remembers { conversations.keep(fields, at: place) }
        return fields
    }

    /// A flow was recognised.
    @inline(__always)
    mutating func observe(_ recognition: consuming Recognition) {
        observations.append(recognition, frame: frame)
    }

    /// A flow has ended.
    @inline(__always)
    mutating func observe(endOf flow: Flow, then: [Int32]) {
        observations.append(endOf: flow, then: then, frame: frame)
    }

    /// A flow's first bytes are to be explained.
    mutating func observe(_ flow: Flow, client: [UInt8], server: [UInt8]) {
        observations.append(flow, client: client, server: server, frame: frame)
    }
}
