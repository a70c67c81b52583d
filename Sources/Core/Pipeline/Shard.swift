internal import Flows
internal import Inventory
internal import Matching
internal import Net
internal import Reassembly
internal import Wire

/// One part of the hosts: the flows between them and what belongs to those.
///
/// A worker owns several.
struct Shard: ~Copyable {
    var table: FlowTable
    var heads: HeadSlab
    var fragments = FragmentTable()
    var expectations = Expectations()
    var hiddenFlows = HiddenFlows()
    var knocks = Knocks()
    /// By flow, the protocols that followed the first one: few flows have any.
    var layers: [FlowTable.Place: [Int32]] = [:]
    /// The shard's place among all.
    let number: Int

    /// Tunnels in tunnels are followed this deep.
    static let tunnelLimit = 4

    init(number: Int, options: LaneOptions) {
        self.number = number
        table = FlowTable(capacity: options.maximumFlows / Router.shardCount)
        heads = HeadSlab(maximumSlots: 2048)
    }

    // MARK: Packets

    /// A decoded packet of this shard: finds or makes its flow and counts it.
    ///
    /// The packet is asked for where it is used: a settled flow wants three of its fields, not a copy.
    ///
    /// - Returns: the flow's place when the payload is to be looked at, else 0.
    @inline(__always)
    mutating func count(
        _ packet: @autoclosure () -> Packet, key: @autoclosure () -> FlowKey, hash: UInt32, direction: Int,
        time: Timestamp, _ bench: inout Workbench
    ) -> FlowTable.Place {
        let second = time.nanoseconds / 1_000_000_000
        if table.isNews(second: second) { expire(second, &bench) }
        var place = table.find(key(), hash: hash)
        let flags = packet().flags
        if place == 0 || flags.contains(.syn) {
            place = open(packet(), place, key(), hash, direction, time, &bench)
        }
        bench.counters.packets &+= 1
        let says = packet().payloadLength > 0
        table[place].count(
            direction, wireLength: packet().wireLength, says: says, flags: flags, at: time)
        if !flags.isDisjoint(with: [.syn, .fin, .rst]) {
            table[place].note(flags, direction, sequence: packet().sequence)
        }
        return switch table[place].phase {
        case .settled, .layered, .vacant: 0
        case .undecided, .watched: says ? place : 0
        case .tunnel: place
        }
    }

    /// Looks at the payload of a packet whose flow `count` told.
    @inline(never)
    mutating func look(
        at place: FlowTable.Place, _ packet: borrowing Packet, _ bytes: borrowing RawSpan, _ direction: Int,
        _ time: Timestamp, depth: Int, _ bench: inout Workbench
    ) {
        switch table[place].phase {
        case .settled, .layered, .vacant: return
        case .undecided:
            if packet.transport == .tcp {
                stream(place, packet, bytes, direction, &bench)
            } else if packet.sourcePort | packet.destinationPort != 0 {
                datagram(place, packet, bytes, direction, &bench)
                if table[place].phase == .tunnel { unwrap(place, packet, bytes, time, depth, &bench) }
            }
        case .watched: watch(place, packet, bytes, direction, &bench)
        case .tunnel: unwrap(place, packet, bytes, time, depth, &bench)
        }
    }

    /// The payload of a packet as a span of its own.
    @inline(__always)
    static func payload(_ packet: borrowing Packet) -> Range<Int> {
        packet.payloadOffset..<(packet.payloadOffset &+ packet.payloadLength)
    }

    /// A packet without a flow, or a SYN or its answer: makes a flow, or finds that it belongs to the one at `place`.
    @inline(never)
    private mutating func open(
        _ packet: borrowing Packet, _ place: FlowTable.Place, _ key: FlowKey, _ hash: UInt32,
        _ direction: Int,
        _ time: Timestamp, _ bench: inout Workbench
    ) -> FlowTable.Place {
        if place != 0, !table[place].isReopened(by: packet, direction: direction) {
            if table[place].phase == .undecided { begin(place, packet, direction) }
            return place
        }
        var flow = Flow(key: key, hash: hash, time: time, vlan: packet.vlan)
        flow.setClient(direction: direction, isKnown: false)
        if key.transport == .tcp {
            flow.begin(at: packet, direction: direction)
        } else if packet.isBroadcast {
            flow.marks.insert(.broadcast)
        }
        if key.transport.hasPorts { bench.counters.flows &+= 1 }
        if let expected = expectations.match(key, at: time) {
            flow.adopt(
                by: expected.parent, as: expected.protocolIndex,
                initiatorDirection: key.sender(1) == expected.responder ? 0 : 1)
            flow.marks.insert(.certain)
            bench.counters.children &+= 1
        }
        if place != 0 {
            end(place, &bench)
            table.replace(place, with: flow)
            return place
        }
        var new = table.insert(flow)
        if new == 0 {
            new = table.victim()
            end(new, &bench)
            bench.counters.evicted &+= 1
            table.replace(new, with: flow)
        }
        if bench.options.remembersAttempts, key.transport == .tcp, packet.flags.contains(.syn) {
            knocks.note(new, key)
        }
        return new
    }

    // MARK: Tunnels and fragments

    /// What a packet encloses becomes a packet of its own.
    @inline(never)
    mutating func unwrap(
        _ place: FlowTable.Place, _ packet: borrowing Packet, _ bytes: borrowing RawSpan, _ time: Timestamp,
        _ depth: Int, _ bench: inout Workbench
    ) {
        let number = Int(table[place].protocolNumber)
        guard number > 0, let enclosure = bench.treatments[number - 1].enclosure else { return }
        enclosed(packet, bytes, enclosure, time, depth, &bench)
    }

    /// Looks inside a tunnel packet of any kind.
    mutating func enclosed(
        _ packet: borrowing Packet, _ bytes: borrowing RawSpan, _ enclosure: Enclosure, _ time: Timestamp,
        _ depth: Int, _ bench: inout Workbench
    ) {
        guard depth < Self.tunnelLimit else {
            bench.counters.tunnelsTooDeep &+= 1
            return
        }
        guard packet.payloadLength > 0,
            let header = bench.decoder.enclosed(bytes, copy packet, kind: enclosure)
        else { return }
        // Networks behind different tunnels may use the same addresses.
        let pair = Mixing.pair(packet.source, packet.destination) ^ UInt64(header.virtualNetwork)
        let tunnel = UInt32(truncatingIfNeeded: Mixing.mix(pair, 0x9e37_79b9_7f4a_7c15)) | 1
        decode(bytes, header, time, tunnel: tunnel, depth: depth + 1, &bench)
    }

    /// Decodes the packet at `header` and follows it to its flow; for packets that are rare: enclosed ones.
    mutating func decode(
        _ bytes: borrowing RawSpan, _ header: LinkHeader, _ time: Timestamp, tunnel: UInt32, depth: Int,
        _ bench: inout Workbench
    ) {
        var packet = Packet()
        let decoded = bench.decoder.packet(bytes, header, into: &packet)
        follow(decoded, packet, bytes, time, tunnel: tunnel, depth: depth, &bench)
    }

    /// Takes a decoded packet of any kind to its flow.
    mutating func follow(
        _ decoded: Decoded, _ packet: borrowing Packet, _ bytes: borrowing RawSpan, _ time: Timestamp,
        tunnel: UInt32, depth: Int, _ bench: inout Workbench
    ) {
        switch decoded {
        case .dropped: return
        case .fragment(let fragment): reassemble(fragment, packet, bytes, time, tunnel, depth, &bench)
        case .packet, .tunnel:
            let (key, direction) = FlowKey.of(
                packet, tunnel: tunnel, vlan: bench.options.keysVLAN ? packet.vlan : 0)
            let hash = UInt32(truncatingIfNeeded: key.hash(seed: bench.options.seed))
            let whole = copy packet
            let place = count(whole, key: key, hash: hash, direction: direction, time: time, &bench)
            if place != 0 { look(at: place, packet, bytes, direction, time, depth: depth, &bench) }
            if case .tunnel(let enclosure) = decoded {
                enclosed(packet, bytes, enclosure, time, depth, &bench)
            }
        }
    }

    private mutating func reassemble(
        _ fragment: Fragment, _ packet: borrowing Packet, _ bytes: borrowing RawSpan, _ time: Timestamp,
        _ tunnel: UInt32, _ depth: Int, _ bench: inout Workbench
    ) {
        let key = FragmentKey(
            source: packet.source, destination: packet.destination, identification: fragment.identification,
            payloadProtocol: fragment.payloadProtocol, tunnel: tunnel)
        let piece = bytes.extracting(Self.payload(packet))
        let outcome = fragments.insert(
            key: key, offset: Int(fragment.offset), more: fragment.more, bytes: piece,
            wirePayloadLength: packet.wirePayloadLength, wireLength: packet.wireLength, at: time)
        guard case .whole(let payloadProtocol, let packets, let wireLength, let began) = outcome,
            depth < Self.tunnelLimit
        else { return }
        var whole = copy packet
        whole.wireLength = wireLength
        fragments.datagram.withBytes { datagram in
            let decoded = bench.decoder.transport(datagram, protocol: payloadProtocol, into: &whole)
            // A flow begins with its first packet, though only the last one told whose it is.
            follow(decoded, whole, datagram, began, tunnel: tunnel, depth: depth + 1, &bench)
            switch decoded {
            case .packet, .tunnel: count(fragments: packets - 1, of: whole, tunnel: tunnel, at: time, &bench)
            case .fragment, .dropped: return
            }
        }
    }

    /// Counts the other packets that brought a datagram, whose bytes are counted already.
    private mutating func count(
        fragments: Int, of packet: borrowing Packet, tunnel: UInt32, at time: Timestamp,
        _ bench: inout Workbench
    ) {
        let (key, direction) = FlowKey.of(
            packet, tunnel: tunnel, vlan: bench.options.keysVLAN ? packet.vlan : 0)
        let place = table.find(key, hash: UInt32(truncatingIfNeeded: key.hash(seed: bench.options.seed)))
        guard place != 0 else { return }
        table[place].last = max(table[place].last, time)
        if direction == 0 {
            table[place].packets.0 &+= UInt32(truncatingIfNeeded: fragments)
        } else {
            table[place].packets.1 &+= UInt32(truncatingIfNeeded: fragments)
        }
    }

    // MARK: Ends

    /// Ends the flows that have been silent too long at `second`.
    @inline(never)
    mutating func expire(_ second: Int64, _ bench: inout Workbench) {
        table.advance(to: second)
        while true {
            let place = table.nextDue()
            if place == 0 { return }
            end(place, &bench)
            table.remove(place)
        }
    }

    /// The capture is over: every flow ends.
    mutating func finish(_ bench: inout Workbench) {
        // What announces others lasts until all of them are known.
        for place in table.places where table[place].phase == .undecided { conclude(place, &bench) }
        for place in table.places { end(place, &bench) }
        table.removeAll()
        fragments.finish()
        bench.fragmentCounters += fragments.counters
        fragments = FragmentTable()
        expectations = Expectations()
        hiddenFlows = HiddenFlows()
        knocks = Knocks()
    }

    /// Decides what is still undecided about a flow, and says that it has ended.
    ///
    /// The caller takes it out.
    private mutating func end(_ place: FlowTable.Place, _ bench: inout Workbench) {
        if table[place].phase == .undecided { conclude(place, &bench) }
        let flow = table[place]
        let spoke = flow.marks.contains(.spoke(0)) || flow.marks.contains(.spoke(1))
        if flow.protocolNumber != 0 {
            bench.counters.recognised &+= 1
        } else if !flow.key.transport.hasPorts {
            // A tunnel's carrier: what it carries is counted.
        } else if spoke {
            bench.counters.unrecognised &+= 1
        } else {
            bench.counters.silent &+= 1
        }
        let then = flow.phase.mayHaveFollowers ? layers.removeValue(forKey: place) : nil
        if then != nil, !hiddenFlows.isEmpty { hiddenFlows.end(flow) }
        if flow.protocolNumber != 0 || bench.options.observesEveryFlow {
            bench.observe(endOf: flow, then: then)
        }
    }
}
