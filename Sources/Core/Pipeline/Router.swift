internal import Flows
public import Net
public import Wire

/// Where a frame goes.
public struct Route: BitwiseCopyable, Sendable {
    /// The frame's IP header.
    public var header: LinkHeader
    /// The shard of its outermost addresses; `Router.noShard` when it carries no IP packet.
    public var shard: UInt8

    init(header: LinkHeader, shard: UInt8) {
        self.header = header
        self.shard = shard
    }
}

/// Finds each frame's IP header and its shard: before the frames are handed to workers, or, where there is but one, as
/// it takes them.
public struct Router: ~Copyable {
    /// How many shards there are, whatever the number of workers.
    public static var shardCount: Int { 16 }
    /// Marks a frame that was counted and goes nowhere.
    public static var noShard: UInt8 { 255 }

    private var decoder = Decoder()
    /// The link types of frames that could not be decoded, in the order they came.
    public private(set) var unsupported: [LinkType] = []

    /// Bytes of the frames on the wire.
    public private(set) var wireBytes = 0
    /// The earliest and latest time of a frame with an IP packet; nil before the first.
    public var span: (first: Timestamp, last: Timestamp)? { first <= last ? (first, last) : nil }
    private var first = Timestamp(nanoseconds: .max)
    private var last = Timestamp(nanoseconds: .min)

    /// What the link layer gave up so far.
    public var counters: DecodeCounters { decoder.counters }

    /// A router that has seen nothing.
    public init() {}

    /// Sets `routes` to those of a chunk's frames, in their order; every frame lies within the chunk.
    public mutating func route(
        _ chunk: borrowing RawSpan, _ frames: borrowing Span<Frame>, into routes: inout [Route]
    ) {
        let missing = frames.count - routes.count
        if missing > 0 {
            routes.append(contentsOf: repeatElement(Self.nowhere, count: missing))
        } else {
            routes.removeLast(-missing)
        }
        var places = routes.mutableSpan
        for number in frames.indices { places[number] = route(chunk, frames[number]) }
    }

    /// The route of one frame, which lies within the chunk.
    @inline(__always)
    mutating func route(_ chunk: borrowing RawSpan, _ frame: Frame) -> Route {
        wireBytes &+= frame.originalLength
        let bytes = chunk.extracting(frame.offset..<frame.offset &+ frame.capturedLength)
        return route(bytes, type: frame.linkType, time: frame.time)
    }

    @inline(__always)
    private mutating func route(_ frame: borrowing RawSpan, type: LinkType, time: Timestamp) -> Route {
        guard let header = decoder.link(frame, type: type) else {
            note(type)
            return Self.nowhere
        }
        guard let (source, destination) = Decoder.addressPair(frame, header) else {
            // The worker counts what is wrong with it.
            return Route(header: header, shard: 0)
        }
        first = min(first, time)
        last = max(last, time)
        let shard = Mixing.pair(source, destination) >> 32 & UInt64(Self.shardCount - 1)
        return Route(header: header, shard: UInt8(truncatingIfNeeded: shard))
    }

    private static var nowhere: Route {
        Route(header: LinkHeader(networkOffset: 0, networkEnd: 0, network: .ipv4), shard: noShard)
    }

    @inline(never)
    private mutating func note(_ type: LinkType) {
        if !type.isSupported, !unsupported.contains(type) { unsupported.append(type) }
    }

    /// Hands over the link types that could not be decoded since the last time.
    public mutating func takeUnsupported() -> [LinkType] {
        defer { unsupported = [] }
        return unsupported
    }
}
