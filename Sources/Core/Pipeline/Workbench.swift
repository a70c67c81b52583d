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
    var recogniser: Recogniser
    let scripts: any ScriptRunner
    let extractor: FieldExtractor
    var decoder = Decoder()
    var counters = LaneCounters()
    var fragmentCounters = FragmentCounters()
    var observations: [Observation] = []
    /// The frame that is looked at, counted from 1.
    var frame = 0

    /// What happens to a protocol's flows once they are recognised.
    struct Treatment {
        var phase: FlowPhase
        var enclosure: Enclosure?
        var announcements: [Announced]
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
            return Treatment(
                phase: definition.tunnel != nil ? .tunnel : known.isEmpty ? .settled : .watched,
                enclosure: definition.tunnel.map(Self.enclosure),
                announcements: known)
        }
    }

    private static func enclosure(_ kind: TunnelKind) -> Enclosure {
        switch kind {
        case .vxlan: .vxlan
        case .geneve: .geneve
        case .gtp: .gtp
        case .teredo: .teredo
        }
    }

    mutating func observe(_ event: Observation.Event) {
        observations.append(Observation(frame: frame, event: event))
    }
}
