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
    /// By protocol: what its packets enclose, what its lines announce, what may follow.
    let treatments: [Treatment]
    /// What lines that announce flows begin with.
    let prefixes: [ByteClass]
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
        /// What it announces unseen once another protocol follows.
        var hidden: [Hidden]
        /// What may follow in the same flow, by what is said.
        var followers: Followers
        /// What a field says of the protocol inside.
        var layers: [FieldLayer]
        // Asked for every flow: whoever asks a list counts a reference to it first.
        var announces: Bool
        var hasLayers: Bool
    }

    /// Which protocols may follow in a flow.
    struct Followers {
        /// Their places; nil for any.
        private var places: Set<Int32>?
        /// What they begin with.
        private var firstBytes: ByteClass
        /// Whether none may.
        let isNone: Bool

        /// Any protocol.
        static let any = Followers(nil, firstBytes: .all)

        /// Those at some places, which begin with one of some bytes.
        init(_ places: Set<Int32>?, firstBytes: ByteClass) {
            self.places = places
            self.firstBytes = firstBytes
            isNone = places?.isEmpty == true
        }

        func contains(_ place: Int32) -> Bool { places?.contains(place) ?? true }

        /// Whether one of them may begin with this byte.
        func mayBegin(with byte: UInt8) -> Bool { firstBytes.contains(byte) }
    }

    /// A field whose value names the protocol inside, such as TLS's ALPN.
    struct FieldLayer {
        var field: String
        /// By value: the inner protocol's place in the library.
        var places: [String: Int32]
    }

    /// A line that announces a flow, ready to be compared: a plain value, looked at for every line.
    struct Announced {
        var speaker: Speaker
        /// The line's beginning, in any case: where it lies among the prefixes of all.
        var prefix: Range<Int>
        var notation: Announcement.Notation
        /// The coming flow's protocol, as its place in the library.
        var child: Int
    }

    /// Flows that are announced after an upgrade, where nobody can read it: both are places in the library.
    struct Hidden: BitwiseCopyable {
        /// What the conversation turned into, and what the flows speak.
        var follower: Int32
        /// What they are.
        var child: Int32
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
        var prefixes: [ByteClass] = []
        treatments = index.protocols.map { definition in
            let known = definition.announcements.compactMap { announcement in
                places[announcement.child].map { child in
                    let start = prefixes.count
                    prefixes += announcement.prefix.map(ByteClass.init(ignoringCase:))
                    return Announced(
                        speaker: announcement.speaker, prefix: start..<prefixes.count,
                        notation: announcement.notation, child: child)
                }
            }
            let hidden = definition.hiddenFlows.compactMap { flow -> Hidden? in
                guard let follower = places[flow.follower], let child = places[flow.child] else { return nil }
                return Hidden(follower: Int32(follower), child: Int32(child))
            }
            let followers = Self.followers(of: definition, places, index)
            let layers = Self.layers(of: definition, places)
            let isWatched = !known.isEmpty || !followers.isNone
            return Treatment(
                phase: definition.tunnel != nil ? .tunnel : isWatched ? .watched : .settled,
                enclosure: definition.tunnel.map(Self.enclosure),
                announcements: known, hidden: hidden, followers: followers, layers: layers,
                announces: !known.isEmpty,
                hasLayers: !layers.isEmpty)
        }
        self.prefixes = prefixes
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
        return Followers(Set(named), firstBytes: firstBytes)
    }

    private static func layers(of definition: ProtocolDefinition, _ places: [String: Int]) -> [FieldLayer] {
        var layers: [FieldLayer] = []
        for upgrade in definition.upgrades {
            guard let field = upgrade.field, case .named(let name) = upgrade.target, let place = places[name]
            else { continue }
            let known = layers.firstIndex { $0.field == field.name }
            if known == nil { layers.append(FieldLayer(field: field.name, places: [:])) }
            // Of those that name the same value, the first.
            let own = Dictionary(field.values.map { ($0, Int32(place)) }) { first, _ in first }
            layers[known ?? layers.count - 1].places.merge(own) { first, _ in first }
        }
        return layers
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

    /// What to make of a verdict whose client the ports say is the server, and whose handshake was not heard.
    ///
    /// If its signature holds the other way round as well, that way counts, though it is no more than likely; so does another
    /// of the protocol, unless what both said fits their roles; if one may yet, its time has not come. Else what was
    /// said tells more than the ports, unless one of both alone was understood and clients say the same: then the
    /// protocol's own port is the server's, and without one there is no telling.
    mutating func exchange(
        _ verdict: Verdict, _ key: FlowKey, first: borrowing RawSpan, second: borrowing RawSpan, isFinal: Bool
    ) -> Decision {
        let other = decide(
            key.transport, first: first, second: second,
            roles: verdict.firstIsClient ? .secondIsClient : .firstIsClient, isFinal: isFinal, isLate: false)
        let signature = Int(verdict.signature)
        let isSymmetric = index.isSymmetric(signature)
        let fitsRoles = verdict.isCertain && !isSymmetric && index.asksBoth(signature)
        switch other {
        case .verdict(var exchanged)
        where exchanged.signature == verdict.signature
            || !fitsRoles && exchanged.protocolIndex == verdict.protocolIndex:
            exchanged.isCertain = false
            return .verdict(exchanged)
        case .undecided where !isFinal && !fitsRoles: return other
        case .verdict, .undecided, .none: break
        }
        let tellsRoles =
            !isSymmetric
            && (fitsRoles || !isSaidByClients(verdict, key.transport, first: first, second: second))
        // What is known of the other questions has nothing to do with this verdict.
        decided = nil
        guard !tellsRoles else { return .verdict(verdict) }
        guard index.isPort(key, verdict.firstIsClient ? 0 : 1, of: verdict.protocolIndex) else {
            return isFinal ? .none : .undecided(isLate: false)
        }
        var exchanged = verdict
        exchanged.firstIsClient.toggle()
        exchanged.evidenceIsServer.toggle()
        exchanged.isCertain = false
        return .verdict(exchanged)
    }

    /// Whether what the server of a verdict said would, alone and as its client's, be the same protocol.
    private mutating func isSaidByClients(
        _ verdict: Verdict, _ transport: TransportProtocol, first: borrowing RawSpan,
        second: borrowing RawSpan
    ) -> Bool {
        let alone: Decision
        if verdict.firstIsClient {
            guard second.byteCount > 0 else { return false }
            alone = decide(
                transport, first: RawSpan(), second: second, roles: .secondIsClient, isFinal: true,
                isLate: false)
        } else {
            guard first.byteCount > 0 else { return false }
            alone = decide(
                transport, first: first, second: RawSpan(), roles: .firstIsClient, isFinal: true,
                isLate: false)
        }
        guard case .verdict(let client) = alone else { return false }
        return client.protocolIndex == verdict.protocolIndex
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

    /// What is known of the conversation that was decided last does not tell its fields.
    mutating func forgetDecided() { decided = nil }

    /// The fields of the conversation that was recognised last, and how long they took when that is wanted.
    mutating func fields(
        of protocolIndex: Int, client: borrowing RawSpan, server: borrowing RawSpan
    ) -> FlowFields? {
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
    ) -> FlowFields? {
        guard extractor.hasFields(protocolIndex) else { return nil }
        let place = remembers ? decided : nil
        if let place, conversations.hasFields(at: place) { return conversations.fields(at: place) }
        scripts.domain = recogniser.domain
        let found = extractor.fields(of: protocolIndex, client: client, server: server)
        hasFailed = scripts.hasFailed
        let fields = FlowFields(client: found.client, server: found.server)
        if let place, remembers { conversations.keep(fields, at: place) }
        return fields
    }

    /// A flow was recognised.
    @inline(__always)
    mutating func observe(_ recognition: Recognition, _ fields: consuming FlowFields?) {
        observations.append(recognition, fields, frame: frame)
    }

    /// A flow has ended.
    @inline(__always)
    mutating func observe(endOf flow: Flow, then: [Int32]?) {
        observations.append(endOf: flow, then: then, frame: frame)
    }

    /// A flow's first bytes are to be explained.
    mutating func observe(_ flow: Flow, client: [UInt8], server: [UInt8]) {
        observations.append(flow, client: client, server: server, frame: frame)
    }
}
