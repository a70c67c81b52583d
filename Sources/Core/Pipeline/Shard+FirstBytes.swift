internal import Flows
internal import Inventory
internal import Matching
internal import Net
internal import Reassembly
internal import Wire

extension Shard {
    /// A flow whose first bytes were looked at this often without a verdict is given up.
    private static var streamLooks: UInt8 { LaneOptions.mostLooks(.tcp) }
    /// The same for datagrams: later ones say no more than the first few.
    private static var datagramLooks: UInt8 { LaneOptions.mostLooks(.udp) / 2 }
    /// After so many looks, segments that bring few bytes are looked at together.
    private static var everySegment: UInt8 { LaneOptions.mostLooks(.tcp) / 2 }
    private static var fewBytes: UInt16 { 64 }
    /// Another protocol follows within this many segments or datagrams, or not at all.
    private static var followerLooks: UInt8 { 32 }

    /// A TCP segment of an undecided flow.
    @inline(never)
    mutating func stream(
        _ place: FlowTable.Place, _ packet: borrowing Packet, _ bytes: borrowing RawSpan, _ direction: Int,
        _ bench: inout Workbench
    ) {
        var sequence = SequenceNumber(packet.sequence)
        if packet.flags.contains(.syn) { sequence = sequence.advanced(by: 1) }
        let isGuessed = !table[place].knowsBase(direction)
        if !table[place].marks.contains(.hasBase(direction))
            || (isGuessed && table[place].head(direction) == 0)
        {
            table[place].setBase(direction, sequence)
        } else if isGuessed {
            begin(place, direction, at: sequence)
        }
        let offset = sequence.distance(after: table[place].base(direction))
        guard offset < HeadSlab.capacity, offset + packet.payloadLength > 0 else { return }
        let payload = bytes.extracting(Self.payload(packet))
        let otherSpoke = table[place].head(1 - direction) != 0
        // The first segment of the second speaker decides most flows: it is looked at where it lies.
        let isFresh = offset == 0 && otherSpoke && table[place].head(direction) == 0
        if isFresh {
            let head = payload.extracting(0..<min(payload.byteCount, HeadSlab.capacity))
            decide(place, limit: Self.streamLooks, fresh: head, direction, &bench)
            guard table[place].phase == .undecided else { return }
        }
        let slot = buffer(place, direction, &bench)
        let before = heads.head(slot).contiguous
        if !heads.insert(payload, at: offset, into: slot) { bench.counters.brokenStreams &+= 1 }
        let after = heads.head(slot).contiguous
        guard !isFresh, otherSpoke, after > before else { return }
        // What comes byte by byte is not given up for that.
        if table[place].looks >= Self.everySegment, after / Self.fewBytes == before / Self.fewBytes { return }
        decide(place, limit: Self.streamLooks, fresh: RawSpan(), nil, &bench)
    }

    /// The first SYN of an undecided flow, or the first answer to one: what was said, and the answer, may come first.
    mutating func begin(_ place: FlowTable.Place, _ packet: borrowing Packet, _ direction: Int) {
        let (marks, isAnswer) = (table[place].marks, packet.flags.contains(.ack))
        guard !marks.contains(isAnswer ? .synAck : .syn) else { return }
        begin(place, direction, at: SequenceNumber(packet.sequence).advanced(by: 1))
        if isAnswer, !marks.contains(.syn) {
            begin(place, 1 - direction, at: SequenceNumber(packet.acknowledgement))
        }
    }

    /// Moves a stream's beginning to an earlier `sequence`, with what there is of it, as far as it fits.
    private mutating func begin(_ place: FlowTable.Place, _ direction: Int, at sequence: SequenceNumber) {
        guard table[place].marks.contains(.hasBase(direction)) else { return }
        let count = table[place].base(direction).distance(after: sequence)
        guard count > 0, heads.shift(table[place].head(direction), by: count) else { return }
        table[place].setBase(direction, sequence)
        // The bytes looked at so far are no longer the first ones.
        table[place].marks.remove(.late)
    }

    /// A datagram of an undecided flow.
    @inline(never)
    mutating func datagram(
        _ place: FlowTable.Place, _ packet: borrowing Packet, _ bytes: borrowing RawSpan, _ direction: Int,
        _ bench: inout Workbench
    ) {
        let payload = bytes.extracting(Self.payload(packet))
        let otherSpoke = table[place].head(1 - direction) != 0
        if packet.transport == .udp, table[place].looks < Self.datagramLooks {
            let roles: Roles =
                direction == table[place].clientDirection ? .firstSpokeFirst : .secondSpokeFirst
            bench.recogniser.domain = number
            if case .verdict(var verdict) = bench.decideEagerly(payload, roles: roles) {
                if direction == 1 { verdict.firstIsClient.toggle() }
                settle(place, verdict, fresh: payload, direction, &bench)
                return
            }
            if !otherSpoke { table[place].looks += 1 }
        }
        if otherSpoke { decide(place, limit: 2 * Self.datagramLooks, fresh: payload, direction, &bench) }
        guard table[place].phase == .undecided else { return }
        let known = table[place].head(direction)
        guard known == 0 || otherSpoke else {
            // Nobody has answered yet: a hello that is longer than a datagram goes on in the next.
            let goesOn = heads.withBytes(of: known, .contiguous) {
                FieldExtractor.isContinued($0, by: payload)
            }
            if goesOn { heads.extend(known, by: payload) }
            return
        }
        heads.replace(with: payload, in: buffer(place, direction, &bench))
    }

    /// The buffer for a direction's first bytes; whoever loses theirs for it is judged by them before.
    private mutating func buffer(
        _ place: FlowTable.Place, _ direction: Int, _ bench: inout Workbench
    ) -> HeadSlab.Slot {
        let known = table[place].head(direction)
        if known != 0 { return known }
        if let flow = heads.nextEvicted {
            bench.counters.headsEvicted &+= 1
            if flow != place { conclude(flow, &bench) }
        }
        let (slot, evicted) = heads.claim(flow: place, direction: direction)
        if evicted.flow != 0 { table[evicted.flow].setHead(evicted.direction, 0) }
        table[place].setHead(direction, slot)
        return slot
    }

    /// Both have spoken; decides, or gives up after `limit` looks.
    private mutating func decide(
        _ place: FlowTable.Place, limit: UInt8, fresh: RawSpan, _ freshDirection: Int?,
        _ bench: inout Workbench
    ) {
        table[place].looks += 1
        let isFinal = table[place].looks >= limit
        switch look(place, isFinal: isFinal, fresh: fresh, freshDirection, &bench) {
        case .verdict(let verdict): settle(place, verdict, fresh: fresh, freshDirection, &bench)
        case .none where !isFinal && hasGap(place): break
        case .none where isFinal || table[place].key.transport == .tcp:
            keep(place, fresh: fresh, freshDirection, &bench)
            giveUp(place)
        case .undecided(isLate: true): table[place].marks.insert(.late)
        case .none, .undecided: break
        }
    }

    /// A flow is over, or must go: what its first bytes are worth as they are.
    mutating func conclude(_ place: FlowTable.Place, _ bench: inout Workbench) {
        guard table[place].heads != (0, 0) else { return }
        if case .verdict(let verdict) = look(place, isFinal: true, fresh: RawSpan(), nil, &bench) {
            settle(place, verdict, fresh: RawSpan(), nil, &bench)
        } else {
            keep(place, fresh: RawSpan(), nil, &bench)
            giveUp(place)
        }
    }

    /// Lends what both directions said first: what lies in the buffers, but for a direction whose bytes are fresh.
    ///
    /// `mutating` as the buffers' own questions are: see ``HeadSlab``.
    @inline(__always)
    private mutating func withSaid<Result>(
        _ slots: (HeadSlab.Slot, HeadSlab.Slot), _ extent: HeadSlab.Extent, fresh: RawSpan,
        _ freshDirection: Int?, _ body: (_ low: borrowing RawSpan, _ high: borrowing RawSpan) -> Result
    ) -> Result {
        switch freshDirection {
        case 0: heads.withBytes(of: slots.1, extent) { body(fresh, $0) }
        case 1: heads.withBytes(of: slots.0, extent) { body($0, fresh) }
        default: heads.withBytes(of: slots.0, and: slots.1, extent, body)
        }
    }

    /// Whether a stream was found to begin earlier, and not all has come of what lies between.
    private mutating func hasGap(_ place: FlowTable.Place) -> Bool {
        let slots = table[place].heads
        return heads.head(slots.0).hasGapBeforeFirst || heads.head(slots.1).hasGapBeforeFirst
    }

    private mutating func look(
        _ place: FlowTable.Place, isFinal: Bool, fresh: RawSpan, _ freshDirection: Int?,
        _ bench: inout Workbench
    ) -> Decision {
        let flow = table[place]
        if isFinal {
            // It may be a retransmission of what was said before the capture: what is known for sure is the rest.
            heads.forgetBeforeGap(flow.heads.0)
            heads.forgetBeforeGap(flow.heads.1)
        }
        bench.recogniser.domain = number
        let isLowClient = flow.clientDirection == 0
        let roles: Roles =
            flow.marks.contains(.rolesKnown)
            ? (isLowClient ? .firstIsClient : .secondIsClient)
            : (isLowClient ? .firstSpokeFirst : .secondSpokeFirst)
        let extent: HeadSlab.Extent = isFinal ? .orFirstIsland : .contiguous
        return withSaid(flow.heads, extent, fresh: fresh, freshDirection) { low, high in
            let decision = bench.decide(
                flow.key.transport, first: low, second: high, roles: roles, isFinal: isFinal,
                isLate: !isFinal && flow.marks.contains(.late))
            guard case .verdict(let verdict) = decision, !flow.marks.contains(.rolesKnown),
                bench.index.areExchanged(verdict, flow.key)
            else { return decision }
            return bench.exchange(verdict, flow.key, first: low, second: high, isFinal: isFinal)
        }
    }

    /// Nothing more will be found out: the buffers are freed, packets are only counted.
    private mutating func giveUp(_ place: FlowTable.Place) {
        release(place)
        table[place].phase = .settled
    }

    private mutating func release(_ place: FlowTable.Place) {
        heads.release(table[place].heads.0)
        heads.release(table[place].heads.1)
        table[place].heads = (0, 0)
    }

    /// Recognised: says so, with the fields and the bytes that decided.
    private mutating func settle(
        _ place: FlowTable.Place, _ verdict: Verdict, fresh: RawSpan, _ freshDirection: Int?,
        _ bench: inout Workbench
    ) {
        // Whoever says the same at first may go on otherwise.
        let slots = table[place].heads
        if heads.isContinued(slots.0) || heads.isContinued(slots.1) { bench.forgetDecided() }
        if !hiddenFlows.isEmpty, adopt(place, verdict, fresh: fresh, freshDirection, &bench) { return }
        keep(place, fresh: fresh, freshDirection, &bench)
        let treatment = bench.treatments[Int(verdict.protocolIndex)].phase
        table[place].setClient(direction: verdict.firstIsClient ? 0 : 1, isKnown: false)
        table[place].signature = verdict.signature
        table[place].protocolNumber = UInt16(verdict.protocolIndex + 1)
        if verdict.isCertain { table[place].marks.insert(.certain) }
        let flow = table[place]
        // The functions for fields are asked on this shard's behalf too.
        bench.recogniser.domain = number
        let attempts = bench.options.remembersAttempts ? knocks.count(before: flow, in: table) : 0
        let then = withSaid(flow.heads, .withContinued, fresh: fresh, freshDirection) { low, high in
            flow.clientDirection == 0
                ? Self.observe(flow, verdict, low, high, knocks: attempts, &bench)
                : Self.observe(flow, verdict, high, low, knocks: attempts, &bench)
        }
        if let then { layers[place] = [then] }
        if treatment == .watched {
            if let freshDirection { heads.replace(with: fresh, in: buffer(place, freshDirection, &bench)) }
            beginWatching(place, &bench)
        }
        release(place)
        // Only the first datagrams of a conversation announce anything.
        let isOver =
            treatment == .watched && flow.key.transport != .tcp
            && bench.treatments[Int(verdict.protocolIndex)].followers.isNone
        let phase: FlowPhase = isOver ? .settled : treatment
        table[place].phase = phase == .settled && then != nil ? .layered : phase
        table[place].looks = 0
    }

    /// Makes a flow the child of a conversation between the same hosts that announced it unseen, if there is one.
    ///
    /// A port that what it speaks has by itself is not announced, nor one that nobody gives out, nor is a flow that says
    /// what else it carries.
    private mutating func adopt(
        _ place: FlowTable.Place, _ verdict: Verdict, fresh: RawSpan, _ freshDirection: Int?,
        _ bench: inout Workbench
    ) -> Bool {
        let flow = table[place]
        guard let conversation = hiddenFlows.match(flow, verdict.protocolIndex, in: table) else {
            return false
        }
        let child = conversation.announced.child
        // Whoever opened it is its client, as with those that were announced: who speaks first in TLS is another matter.
        let known = flow.marks.contains(.rolesKnown)
        let client = known ? flow.clientDirection : verdict.firstIsClient ? 0 : 1
        guard !bench.index.isPort(flow.key, 1 - client, of: verdict.protocolIndex),
            bench.index.isGivenOut(flow.key, 1 - client, for: child)
        else { return false }
        bench.recogniser.domain = number
        let carriesOther = withSaid(flow.heads, .withContinued, fresh: fresh, freshDirection) { low, high in
            let isLowClient = verdict.firstIsClient
            let fields =
                isLowClient
                ? bench.fields(of: Int(verdict.protocolIndex), client: low, server: high)
                : bench.fields(of: Int(verdict.protocolIndex), client: high, server: low)
            return Self.names(
                fields, other: conversation.parentProtocol, child, of: verdict.protocolIndex, &bench)
        }
        guard !carriesOther else { return false }
        table[place].adopt(
            by: conversation.parent, as: Int(conversation.announced.child), initiatorDirection: client)
        release(place)
        layers[place] = [verdict.protocolIndex]
        table[place].phase = .layered
        bench.counters.children &+= 1
        return true
    }

    /// Treats a flow that was watched so from here on.
    mutating func treat(_ place: FlowTable.Place, as phase: FlowPhase) {
        table[place].phase = phase == .settled && layers[place] != nil ? .layered : phase
    }

    /// Puts a recognition where observations are put, so that it is copied nowhere else; the protocol that the fields say
    /// is inside.
    private static func observe(
        _ flow: Flow, _ verdict: Verdict, _ client: borrowing RawSpan, _ server: borrowing RawSpan,
        knocks: UInt8, _ bench: inout Workbench
    ) -> Int32? {
        let place = Int(verdict.protocolIndex)
        // A server that is not in the capture is there all the same when the client acknowledges what it says. One
        // that says nothing is there when the protocol knows no answers, as tunnels and log collectors do not; over
        // TCP it has at least accepted the connection.
        let knowsNoAnswers = !bench.index.asksServer(Int(verdict.signature))
        let isOneWay =
            flow.key.transport == .tcp
            ? flow.state == .oneWay || (knowsNoAnswers && flow.state != .attempted && flow.state != .rejected)
            : flow.state == .oneWay && (bench.treatments[place].phase == .tunnel || knowsNoAnswers)
        let fields = bench.fields(of: place, client: client, server: server)
        let (offset, signature) = (Int(verdict.evidenceOffset), Int(verdict.signature))
        let inner = layer(of: place, fields, &bench)
        bench.observe(
            Recognition(
                flow: flow.number, time: flow.last, start: flow.first, transport: flow.key.transport,
                vlan: flow.vlan,
                client: flow.key.sender(flow.clientDirection),
                server: flow.key.sender(1 - flow.clientDirection),
                protocolIndex: place, confidence: verdict.isCertain ? .certain : .likely,
                serverSpoke: server.byteCount > 0, isOneWay: isOneWay, isChild: false,
                evidence: verdict.evidenceIsServer
                    ? EvidenceSample(isServer: true, offset: offset, signature: signature, said: server)
                    : EvidenceSample(isServer: false, offset: offset, signature: signature, said: client),
                fields: nil,
                isWhole: flow.key.transport != .tcp || flow.marks.contains(.syn)
                    || flow.marks.contains(.synAck),
                isBroadcast: flow.isBroadcast, knocks: knocks),
            fields)
        return inner
    }

    /// For an explanation: what both said, before the buffers are freed.
    private mutating func keep(
        _ place: FlowTable.Place, fresh: RawSpan, _ freshDirection: Int?, _ bench: inout Workbench
    ) {
        guard bench.options.keepsFirstBytes else { return }
        let flow = table[place]
        withSaid(flow.heads, .orFirstIsland, fresh: fresh, freshDirection) { low, high in
            let said = (
                low.copy(from: 0, atMost: HeadSlab.capacity), high.copy(from: 0, atMost: HeadSlab.capacity)
            )
            let isLowClient = flow.clientDirection == 0
            bench.observe(
                flow, client: isLowClient ? said.0 : said.1, server: isLowClient ? said.1 : said.0)
        }
    }

    // MARK: Announcements

    /// From here on lines are looked at as they come; what was said so far may announce something already.
    private mutating func beginWatching(_ place: FlowTable.Place, _ bench: inout Workbench) {
        let flow = table[place]
        for direction in 0...1 {
            let slot = flow.head(direction)
            guard slot != 0 else { continue }
            let length = Int(heads.head(slot).contiguous)
            // Taken out, since what was said is lent meanwhile.
            var expected = Expectations()
            swap(&expected, &expectations)
            heads.withBytes(of: slot, .contiguous) { Self.announce(flow, $0, direction, &bench, &expected) }
            swap(&expected, &expectations)
            table[place].setBase(direction, flow.base(direction).advanced(by: length))
        }
    }

    /// A segment of a conversation that may announce flows, or turn into another protocol.
    ///
    /// Lines split over segments are missed: servers and clients write these lines at once.
    @inline(never)
    mutating func watch(
        _ place: FlowTable.Place, _ packet: borrowing Packet, _ bytes: borrowing RawSpan, _ direction: Int,
        _ bench: inout Workbench
    ) {
        if packet.transport == .tcp {
            let sequence = SequenceNumber(packet.sequence)
            let end = sequence.advanced(by: packet.wirePayloadLength)
            guard end.distance(after: table[place].base(direction)) > 0 else { return }
            table[place].setBase(direction, end)
        }
        let said = bytes.extracting(Self.payload(packet))
        let number = Int(table[place].protocolNumber) - 1
        if !bench.treatments[number].followers.isNone { follow(place, said, direction, &bench) }
        if bench.treatments[number].announces {
            Self.announce(table[place], said, direction, &bench, &expectations)
        }
    }

    /// Whether what is said begins another protocol: then the flow is that one's from here on.
    private mutating func follow(
        _ place: FlowTable.Place, _ said: borrowing RawSpan, _ direction: Int, _ bench: inout Workbench
    ) {
        guard table[place].looks < Self.followerLooks else { return }
        table[place].looks += 1
        let own = Int32(table[place].protocolNumber) - 1
        var follower: Int32?
        if bench.treatments[Int(own)].followers.mayBegin(with: said.u8(0)) {
            bench.recogniser.domain = number
            follower = bench.decideFollower(
                table[place].key.transport, said, isClient: direction == table[place].clientDirection)
        }
        if let follower, follower != own, bench.treatments[Int(own)].followers.contains(follower) {
            layers[place, default: []].append(follower)
            table[place].phase = .layered
            for hidden in bench.treatments[Int(own)].hidden where hidden.follower == follower {
                hiddenFlows.add(hidden, by: table[place], at: place, in: table)
            }
        } else if table[place].looks == Self.followerLooks,
            !bench.treatments[Int(own)].announces
        {
            treat(place, as: .settled)
        }
    }

    /// The protocol that the fields say is inside, when it is not the one that was recognised.
    private static func layer(
        of place: Int, _ fields: FlowFields?, _ bench: inout Workbench
    ) -> Int32? {
        guard bench.treatments[place].hasLayers, let fields = fields?.server else { return nil }
        for layer in bench.treatments[place].layers {
            if let value = fields[layer.field], let inner = layer.places[value] { return inner }
        }
        return nil
    }

    /// Whether the fields name a protocol inside, agreed or only offered, that is none of two.
    private static func names(
        _ fields: FlowFields?, other first: Int32, _ second: Int32, of place: Int32,
        _ bench: inout Workbench
    ) -> Bool {
        bench.treatments[Int(place)].layers.contains { layer in
            let offers = fields?.server?[layer.field]?.split(separator: ",") ?? []
            return offers.contains { offer in
                layer.places[String(offer)].map { $0 != first && $0 != second } ?? false
            }
        }
    }

    private static func announce(
        _ flow: Flow, _ said: borrowing RawSpan, _ direction: Int, _ bench: inout Workbench,
        _ expectations: inout Expectations
    ) {
        let announcements = bench.treatments[Int(flow.protocolNumber) - 1].announcements
        let prefixes = bench.prefixes
        let speaker: Speaker = direction == flow.clientDirection ? .client : .server
        var start = 0
        while start < said.byteCount {
            for announcement in announcements
            where announcement.speaker == speaker && begins(prefixes, announcement.prefix, said, at: start) {
                expect(announcement, of: flow, direction, said, from: start, &expectations)
            }
            guard let newline = said.firstOffset(of: 0x0a, from: start, before: said.byteCount) else {
                return
            }
            start = newline &+ 1
        }
    }

    /// Whether the line at `start` goes on behind one of the prefixes.
    @inline(__always)
    private static func begins(
        _ prefixes: [ByteClass], _ prefix: Range<Int>, _ said: borrowing RawSpan, at start: Int
    ) -> Bool {
        guard start + prefix.count < said.byteCount else { return false }
        for (offset, place) in prefix.enumerated() {
            guard prefixes[place].contains(said.u8(start + offset)) else { return false }
        }
        return true
    }

    private static func expect(
        _ announcement: Workbench.Announced, of flow: Flow, _ direction: Int, _ said: borrowing RawSpan,
        from start: Int, _ expectations: inout Expectations
    ) {
        var (address, port): (IPAddress?, UInt16) = (nil, flow.key.sender(direction).port)
        if announcement.notation != .sender {
            let rest = said.extracting((start + announcement.prefix.count)...)
            guard let written = AnnouncedEndpoint.parse(rest, announcement.notation) else { return }
            (address, port) = written
        }
        let (own, other) = (flow.key.sender(direction).address, flow.key.sender(1 - direction).address)
        func add(_ host: IPAddress) {
            expectations.add(
                initiator: other, responder: Endpoint(host, port), by: flow.key, parent: flow.number,
                protocolIndex: announcement.child, at: flow.last)
        }
        // Behind address translation the line names an address that the flow will not have.
        guard let address, address != own else { return add(own) }
        add(min(address, own))
        add(max(address, own))
    }
}
