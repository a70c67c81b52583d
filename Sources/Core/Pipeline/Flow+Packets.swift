internal import Flows
internal import Net
internal import Reassembly
internal import Wire

extension Flow {
    /// Counts a packet; `says` is whether it has a payload.
    @inline(__always)
    mutating func count(
        _ direction: Int, wireLength: Int, says: Bool, flags: TCPFlags, at time: Timestamp
    ) {
        // A clock may be set back.
        last = max(last, time)
        var seen = FlowMarks.sent(direction)
        if says { seen.insert(.spoke(direction)) }
        if flags.isDisjoint(with: [.syn, .rst]), flags.contains(.ack), direction == clientDirection {
            seen.insert(.acknowledged)
        }
        // Nobody can foretell the direction: adding nothing to the other one is cheaper than a wrong guess.
        let isHigh = UInt64(truncatingIfNeeded: direction)
        let length = UInt64(truncatingIfNeeded: wireLength)
        let ofHigh = length & (0 &- isHigh)
        packets.0 &+= UInt32(truncatingIfNeeded: 1 &- isHigh)
        packets.1 &+= UInt32(truncatingIfNeeded: isHigh)
        bytes.0 &+= length &- ofHigh
        bytes.1 &+= ofHigh
        marks.formUnion(seen)
    }

    /// Notes what a packet's flags say of the roles.
    ///
    /// RFC 9293 section 3.5: who sends a SYN opens; who answers it with SYN and ACK serves. Where both open at once,
    /// neither is known to serve, which both marks without known roles remember.
    @inline(never)
    mutating func note(_ flags: TCPFlags, _ direction: Int, sequence: UInt32) {
        if flags.contains(.syn) {
            let isAnswer = flags.contains(.ack)
            let opensToo = !isAnswer && direction != clientDirection && marks.contains(.syn)
            if opensToo, !isChild, !marks.contains(.synAck) {
                marks.insert(.synAck)
                marks.remove(.rolesKnown)
            }
            let areOpen = marks.contains([.syn, .synAck]) && !marks.contains(.rolesKnown)
            marks.insert(isAnswer ? .synAck : .syn)
            if !areOpen, !isChild || !marks.contains(.rolesKnown) {
                setClient(direction: isAnswer ? 1 - direction : direction, isKnown: true)
            }
            if !marks.contains(.hasBase(direction)) || !marks.contains(.spoke(direction)) {
                setBase(direction, SequenceNumber(sequence).advanced(by: 1))
            }
        }
        if flags.contains(.fin) { marks.insert(.finished(direction)) }
        if flags.contains(.rst) { marks.insert(.reset) }
    }

    /// Where both streams stand at the first segment captured: what comes later may lie before it.
    ///
    /// A SYN has a number of its own, before that of the bytes that it may bring along (RFC 7413).
    mutating func begin(at packet: borrowing Packet, direction: Int) {
        let first = SequenceNumber(packet.sequence)
        setBase(direction, packet.flags.contains(.syn) ? first.advanced(by: 1) : first)
        if packet.flags.contains(.ack) { setBase(1 - direction, SequenceNumber(packet.acknowledgement)) }
    }

    /// Whether a SYN opens a new connection with the same endpoints instead of repeating this one's
    /// (RFC 6191, RFC 9293 section 3.10.7.4).
    func isReopened(by packet: borrowing Packet, direction: Int) -> Bool {
        if packet.flags.contains(.ack) { return false }
        if marks.isClosed { return true }
        guard marks.contains(.hasBase(direction)) else {
            // A SYN of the other end is a simultaneous open; on a flow that has spoken it is a new one.
            return marks.contains(.spoke(0)) || marks.contains(.spoke(1))
        }
        let start = SequenceNumber(packet.sequence).advanced(by: 1)
        let behind = base(direction).distance(after: start)
        // The base may have moved on with the stream, or been guessed from what has overtaken the SYN: this one's SYN
        // lies at most a window behind it.
        let isExact = phase == .undecided && marks.contains(.syn) && !marks.contains(.spoke(direction))
        return isExact ? behind != 0 : behind < 0 || behind > 65_535
    }

    /// Whether a SYN has told where a direction's bytes begin; else it is guessed from the segments captured.
    func knowsBase(_ direction: Int) -> Bool {
        marks.contains(.synAck) || (marks.contains(.syn) && direction == clientDirection)
    }

    /// The sequence number that a direction's bytes count from.
    func base(_ direction: Int) -> SequenceNumber {
        SequenceNumber(direction == 0 ? streamBase.0 : streamBase.1)
    }

    mutating func setBase(_ direction: Int, _ number: SequenceNumber) {
        if direction == 0 { streamBase.0 = number.value } else { streamBase.1 = number.value }
        marks.insert(.hasBase(direction))
    }

    func head(_ direction: Int) -> HeadSlab.Slot { direction == 0 ? heads.0 : heads.1 }

    mutating func setHead(_ direction: Int, _ slot: HeadSlab.Slot) {
        if direction == 0 { heads.0 = slot } else { heads.1 = slot }
    }

    /// Becomes the flow that another one, `parent`, announced: nothing more is to be found out about it.
    mutating func adopt(by parent: UInt64, as protocolIndex: Int, initiatorDirection: Int) {
        setClient(direction: initiatorDirection, isKnown: true)
        self.parent = parent
        protocolNumber = UInt16(protocolIndex + 1)
        phase = .settled
    }
}
