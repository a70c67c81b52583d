public import Net

/// The bounds of a fragment table.
public struct FragmentLimits: Sendable {
    /// Datagrams in progress.
    public var datagrams = 256
    /// Bytes of one datagram's payload.
    public var datagramBytes = 65_535
    /// Bytes of all datagrams in progress together.
    public var totalBytes = 4 << 20
    /// Pieces of one datagram.
    public var fragments = 64
    /// How long a datagram waits for its fragments after the first that came, by packet time.
    public var timeout = Duration.seconds(30)

    /// The bounds that suit a capture of a busy network.
    public init() {}
}

/// Puts the payloads of fragmented IP datagrams together.
///
/// Fragments may come in any order. Where those of an IPv4 datagram overlap, the bytes that came first are kept
/// (as BSD, Windows and Linux did until they refused overlaps); an IPv6 datagram with an overlap is discarded
/// with all that belongs to it (RFC 5722), exact repetitions aside (RFC 8200 section 4.5). The table is bounded:
/// the datagram that was begun first goes first. Every loss is counted under one name.
public struct FragmentTable: ~Copyable, Sendable {
    /// What became of a fragment.
    public enum Outcome: Equatable, Sendable {
        /// Fragments are missing, or this one was refused.
        case waiting
        /// The datagram is whole, its payload of this protocol, and its bytes in `datagram` until the next call; so many
        /// packets brought it, from then on, and were so many bytes on the wire.
        case whole(payloadProtocol: UInt8, packets: Int, wireLength: Int, began: Timestamp)
    }

    /// A datagram in progress, in the list of all by the time they began; its bytes are in `assemblies`, so that this is
    /// a plain value.
    private struct Slot: BitwiseCopyable {
        var key: FragmentKey
        var began: Timestamp
        var payloadProtocol: UInt8
        /// How many packets came.
        var packets = 0
        /// Their bytes, with their IP headers.
        var wireLength = 0
        var discarded = false
        var older: Int?
        var newer: Int?
    }

    /// What was put together, and what was lost.
    public private(set) var counters = FragmentCounters()
    /// The payload of the datagram that became whole last.
    public private(set) var datagram: [UInt8] = []
    /// Bytes held for datagrams in progress.
    public private(set) var heldBytes = 0

    private let limits: FragmentLimits
    private let timeoutNanoseconds: Int64
    private var slots: [Slot] = []
    private var assemblies: [FragmentAssembly] = []
    private var free: [Int] = []
    private var slotByKey: [FragmentKey: Int] = [:]
    /// The slot that was asked for last, while it is taken: the fragments of a datagram follow each other.
    private var latest: Int?
    private var oldest: Int?
    private var newest: Int?

    /// An empty table.
    public init(limits: FragmentLimits = FragmentLimits()) {
        self.limits = limits
        let (seconds, attoseconds) = limits.timeout.components
        timeoutNanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Datagrams in progress.
    public var count: Int { slotByKey.count }

    /// Adds a fragment's bytes at `offset` of its datagram.
    ///
    /// `wirePayloadLength` is the length that the fragment's payload had on the wire: one that the capture cut off is
    /// counted and not taken, as its datagram cannot become whole. `wireLength` is that of the whole IP packet.
    public mutating func insert(
        key: FragmentKey, offset: Int, more: Bool, bytes: RawSpan, wirePayloadLength: Int? = nil,
        wireLength: Int = 0, at time: Timestamp
    ) -> Outcome {
        expire(before: time)
        let end = offset + bytes.byteCount
        if let wirePayloadLength, wirePayloadLength > bytes.byteCount { return refuse(.cutOff) }
        guard offset >= 0, bytes.byteCount > 0, !more || bytes.byteCount % 8 == 0 else {
            return refuse(.invalidLength)
        }
        guard end <= limits.datagramBytes else { return refuse(.tooLong) }
        let slot = find(key) ?? begin(key, at: time)
        latest = slot
        slots[slot].packets += 1
        slots[slot].wireLength += wireLength
        guard !slots[slot].discarded else { return refuse(.late) }
        if let refusal = assemblies[slot].refusal(bytes, offset..<end, more: more) {
            let isV4 = key.source.isV4
            switch refusal {
            case .duplicate: return refuse(.duplicate)
            case .contradictingEnd where isV4: return refuse(.contradictingEnd)
            case .overlap where isV4: counters[.overlapTrimmed] += 1
            case .overlap, .contradictingEnd: return discard(slot, .overlapDiscarded)
            }
        }
        // RFC 8200 section 4.5: the first fragment names the protocol.
        if offset == 0 { slots[slot].payloadProtocol = key.payloadProtocol }
        let before = assemblies[slot].bytes.count
        assemblies[slot].insert(bytes, offset..<end, more: more)
        heldBytes += assemblies[slot].bytes.count - before
        if assemblies[slot].isWhole { return complete(slot) }
        guard assemblies[slot].pieces.count < limits.fragments else {
            return discard(slot, .tooManyFragments)
        }
        while heldBytes > limits.totalBytes, let oldest {
            if !slots[oldest].discarded { counters[.evictedForBytes] += 1 }
            remove(oldest)
        }
        return .waiting
    }

    @inline(__always)
    private func find(_ key: FragmentKey) -> Int? {
        if let latest, slots[latest].key == key { return latest }
        return slotByKey[key]
    }

    private mutating func refuse(_ loss: FragmentLoss) -> Outcome {
        counters[loss] += 1
        return .waiting
    }

    /// Gives a datagram up, and remembers it so that its other fragments do not begin another.
    private mutating func discard(_ slot: Int, _ loss: FragmentLoss) -> Outcome {
        heldBytes -= assemblies[slot].bytes.count
        assemblies[slot].clear()
        slots[slot].discarded = true
        return refuse(loss)
    }

    private mutating func complete(_ slot: Int) -> Outcome {
        assemblies[slot].write(to: &datagram)
        let whole = slots[slot]
        remove(slot)
        counters.reassembled += 1
        return .whole(
            payloadProtocol: whole.payloadProtocol, packets: whole.packets, wireLength: whole.wireLength,
            began: whole.began)
    }

    /// Gives up what began too long ago; nothing where the capture steps back in time.
    private mutating func expire(before time: Timestamp) {
        while let slot = oldest, time.nanoseconds &- slots[slot].began.nanoseconds > timeoutNanoseconds {
            if !slots[slot].discarded { counters[.expired] += 1 }
            remove(slot)
        }
    }
}

// The list of slots by age.
extension FragmentTable {
    /// The capture is over: what is not whole by now never will be.
    public mutating func finish() {
        while let slot = oldest {
            if !slots[slot].discarded { counters[.expired] += 1 }
            remove(slot)
        }
    }

    private mutating func begin(_ key: FragmentKey, at time: Timestamp) -> Int {
        if slotByKey.count >= limits.datagrams, let oldest {
            if !slots[oldest].discarded { counters[.evictedForDatagram] += 1 }
            remove(oldest)
        }
        let new = Slot(key: key, began: time, payloadProtocol: key.payloadProtocol, older: newest)
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = new
        } else {
            slot = slots.count
            slots.append(new)
            assemblies.append(FragmentAssembly())
        }
        if let newest { slots[newest].newer = slot } else { oldest = slot }
        newest = slot
        slotByKey[key] = slot
        return slot
    }

    private mutating func remove(_ slot: Int) {
        let (older, newer) = (slots[slot].older, slots[slot].newer)
        if let older { slots[older].newer = newer } else { oldest = newer }
        if let newer { slots[newer].older = older } else { newest = older }
        heldBytes -= assemblies[slot].bytes.count
        assemblies[slot].clear()
        slotByKey[slots[slot].key] = nil
        if latest == slot { latest = nil }
        free.append(slot)
    }
}
