/// Why fragments, or what was collected of a datagram, came to nothing.
public enum FragmentLoss: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// Datagrams given up because their fragments did not all come in time.
    case expired
    /// Datagrams given up, as the oldest, for a newer one.
    case evictedForDatagram
    /// Datagrams given up, as the oldest, because all of them together held too many bytes.
    case evictedForBytes
    /// IPv6 datagrams given up because fragments overlap (RFC 5722) or contradict each other about the end.
    case overlapDiscarded
    /// Datagrams given up because they came in too many pieces.
    case tooManyFragments
    /// Fragments of a datagram that was given up before.
    case late
    /// IPv4 fragments of which some bytes, or all, had come before and were kept as they came first.
    case overlapTrimmed
    /// Fragments that repeat one that came before.
    case duplicate
    /// Fragments that reach past the longest datagram.
    case tooLong
    /// IPv4 fragments that reach past the end, or put it elsewhere than a fragment before.
    case contradictingEnd
    /// Fragments that are empty, or no multiple of eight bytes though more follow.
    case invalidLength
    /// Fragments that the capture cut off.
    case cutOff

    /// The words of the report.
    public var name: String {
        switch self {
        case .expired: "datagrams expired"
        case .evictedForDatagram: "datagrams evicted, table full"
        case .evictedForBytes: "datagrams evicted, too many bytes"
        case .overlapDiscarded: "ipv6 datagrams with overlapping fragments"
        case .tooManyFragments: "datagrams in too many fragments"
        case .late: "fragments of discarded datagrams"
        case .overlapTrimmed: "ipv4 fragments overlapping"
        case .duplicate: "duplicate fragments"
        case .tooLong: "fragments past the longest datagram"
        case .contradictingEnd: "ipv4 fragments past the end"
        case .invalidLength: "fragments of invalid length"
        case .cutOff: "fragments cut off"
        }
    }
}

/// How many datagrams were put together, and what was lost, by reason.
public struct FragmentCounters: Sendable {
    /// Datagrams put together.
    public internal(set) var reassembled: UInt64 = 0
    // The capacity exceeds the number of cases; a test keeps it so.
    private var losses = InlineArray<16, UInt64>(repeating: 0)

    /// Nothing counted yet.
    public init() {}

    /// How often this was the reason.
    public internal(set) subscript(loss: FragmentLoss) -> UInt64 {
        get { losses[Int(loss.rawValue)] }
        set { losses[Int(loss.rawValue)] = newValue }
    }

    /// Adds the counts of another table.
    public static func += (left: inout Self, right: Self) {
        left.reassembled += right.reassembled
        for index in left.losses.indices { left.losses[index] += right.losses[index] }
    }
}
