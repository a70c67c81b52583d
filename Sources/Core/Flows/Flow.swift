public import Net

/// What is known of one flow: a plain value of 128 bytes, two cache lines.
///
/// Direction 0 is what the smaller endpoint of the key sends, direction 1 what the larger sends.
public struct Flow: BitwiseCopyable, Sendable {
    /// What makes it one flow.
    public var key: FlowKey
    /// The lower half of the key's hash, for the table.
    public var hash: UInt32
    /// When its first packet was captured.
    public var first: Timestamp
    /// When its newest packet was captured.
    public var last: Timestamp
    /// Bytes of the IP packets on the wire, by direction.
    public var bytes: (UInt64, UInt64) = (0, 0)
    /// The number of the flow that announced this one, 0 for none.
    public var parent: UInt64 = 0
    /// Packets by direction.
    public var packets: (UInt32, UInt32) = (0, 0)
    /// The sequence number that a stream's first byte has (undecided), or that comes next (watched).
    public var streamBase: (UInt32, UInt32) = (0, 0)
    /// The buffers with the first bytes, 0 for none.
    public var heads: (UInt32, UInt32) = (0, 0)
    /// The signature that recognised it; -1 for none.
    public var signature: Int32 = -1
    /// The next flow in the same bucket of the timer wheel.
    public var wheelNext: UInt32 = 0
    /// What was seen of it.
    public var marks = FlowMarks()
    /// The innermost VLAN of its first packet, 0 for none.
    public var vlan: UInt16
    /// The recognised protocol's place in the library plus one; 0 for none.
    public var protocolNumber: UInt16 = 0
    /// How often its first bytes were looked at.
    public var looks: UInt8 = 0
    /// How it is treated from here on.
    public var phase = FlowPhase.undecided

    /// A flow with its first packet still uncounted.
    @inlinable
    public init(key: FlowKey, hash: UInt32, time: Timestamp, vlan: UInt16) {
        self.key = key
        self.hash = hash
        first = time
        last = time
        self.vlan = vlan
    }

    /// The flow's number in records: the same for the same flow of the same capture, in every run.
    @inlinable
    public var number: UInt64 {
        Mixing.mix(key.hash(seed: 0), UInt64(bitPattern: first.nanoseconds) ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// Whether another flow announced it.
    public var isChild: Bool { parent != 0 }

    /// Whether its client sends to all hosts of a subnet: to a broadcast address, which answers nothing itself.
    public var isBroadcast: Bool {
        guard key.transport != .tcp, marks.contains(.broadcast) else { return false }
        let server = 1 - clientDirection
        return !marks.contains(.sent(server)) && key.sender(server).address.mayBeSubnetBroadcast
    }

    /// Which direction is the client's: known from the handshake, else who spoke first.
    @inlinable
    public var clientDirection: Int { marks.contains(.clientIsHigh) ? 1 : 0 }

    /// Makes the sender in `direction` the client.
    @inlinable
    public mutating func setClient(direction: Int, isKnown: Bool) {
        if direction == 1 { marks.insert(.clientIsHigh) } else { marks.remove(.clientIsHigh) }
        if isKnown { marks.insert(.rolesKnown) }
    }
}

/// How a flow is treated from here on.
public enum FlowPhase: UInt8, BitwiseCopyable, Sendable {
    /// Its first bytes are still being collected.
    case undecided
    /// Recognised or given up: packets are only counted.
    case settled
    /// Recognised, and what is said next may announce other flows or begin another protocol.
    case watched
    /// Settled, and another protocol has followed.
    case layered
    /// Recognised as a tunnel: every payload encloses a packet.
    case tunnel
    /// No flow: a place of the table that is free.
    case vacant

    /// Whether another protocol may have followed: most flows are settled, and have none.
    @inlinable
    public var mayHaveFollowers: Bool { self == .layered || self == .watched || self == .tunnel }
}

/// What was seen of a flow.
///
/// Marks of direction 1 are those of direction 0 shifted left by one.
public struct FlowMarks: OptionSet, BitwiseCopyable, Sendable {
    /// One bit a mark.
    public var rawValue: UInt16
    /// Marks from their bits.
    @inlinable
    public init(rawValue: UInt16 = 0) { self.rawValue = rawValue }

    /// The larger endpoint is the client.
    public static var clientIsHigh: Self { Self(rawValue: 1 << 0) }
    /// A SYN or SYN-ACK told who is the client.
    public static var rolesKnown: Self { Self(rawValue: 1 << 1) }
    /// A SYN without ACK was seen.
    public static var syn: Self { Self(rawValue: 1 << 2) }
    /// A SYN-ACK was seen.
    public static var synAck: Self { Self(rawValue: 1 << 3) }
    /// A reset was seen.
    public static var reset: Self { Self(rawValue: 1 << 4) }
    /// The verdict rests on both speakers.
    public static var certain: Self { Self(rawValue: 1 << 5) }
    /// What its first bytes are anchored to is settled; only lines and floating patterns are open.
    public static var late: Self { Self(rawValue: 1 << 7) }
    /// The client has sent a segment with ACK that neither opens nor resets.
    public static var acknowledged: Self { Self(rawValue: 1 << 6) }
    /// The frame of the first packet was for all hosts: of what has no streams, and so acknowledges nothing.
    public static var broadcast: Self { Self(rawValue: 1 << 6) }

    /// The sender in a direction has finished.
    @inlinable
    public static func finished(_ direction: Int) -> Self { Self(rawValue: 1 << (8 + UInt16(direction))) }
    /// The sender in a direction has said something.
    @inlinable
    public static func spoke(_ direction: Int) -> Self { Self(rawValue: 1 << (10 + UInt16(direction))) }
    /// `streamBase` of a direction is known.
    @inlinable
    public static func hasBase(_ direction: Int) -> Self { Self(rawValue: 1 << (12 + UInt16(direction))) }
    /// The sender in a direction has sent a packet.
    @inlinable
    public static func sent(_ direction: Int) -> Self { Self(rawValue: 1 << (14 + UInt16(direction))) }

    /// Only one end was ever seen, and it said nothing.
    var isUnanswered: Bool {
        !contains([.sent(0), .sent(1)]) && !contains(.spoke(0)) && !contains(.spoke(1))
    }

    /// Both ends have finished, or one has reset.
    public var isClosed: Bool {
        contains(.reset) || (contains(.finished(0)) && contains(.finished(1)))
    }
}
