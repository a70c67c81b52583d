internal import Flows
public import Matching
public import Net
public import Reassembly
public import Wire

/// The packet lane of one worker: it owns some of the shards, and their flows never meet another worker.
///
/// One of the files that may say `unsafe`: the shards lie in raw memory (arrays cannot hold values that are not
/// copyable), and frames are spans over a chunk whose bounds the capture reader has checked.
@safe
public struct Lane: ~Copyable {
    /// A packet on its way from decoding to its flow.
    private struct Prepared {
        var packet = Packet()
        var decoded = Decoded.dropped
        var key = FlowKey.of(Packet(), tunnel: 0, vlan: 0).key
        var hash: UInt32 = 0
        var direction = 0
        /// The frame's place in its chunk.
        var frame = 0
        var offset = 0
        var length = 0
        var time = Timestamp(nanoseconds: 0)
        var shard = 0
    }

    /// Packets are taken this many at a time: the memory of their flows is fetched together.
    private static var batchSize: Int { 32 }
    /// A flow is asked for so many packets before its own: as many as the processor waits for at a time.
    private static var ahead: Int { 8 }

    private let shards: UnsafeMutablePointer<Shard>
    /// One bit a shard.
    private let owned: UInt16
    private var bench: Workbench
    private let batch: UnsafeMutablePointer<Prepared>

    /// A lane for the shards of worker number `worker` (from 0) of `workers`.
    ///
    /// - Parameter meter: takes what the plugins cost; no other lane may have it.
    public init(
        index: SignatureIndex, scripts: any ScriptRunner, options: LaneOptions, worker: Int = 0,
        workers: Int = 1, meter: CostMeter? = nil
    ) {
        bench = Workbench(index: index, scripts: scripts, options: options)
        bench.recogniser.meter = meter
        owned = (0..<Router.shardCount).reduce(0) { $1 % workers == worker ? $0 | 1 << UInt16($1) : $0 }
        unsafe shards = .allocate(capacity: Router.shardCount)
        for shard in 0..<Router.shardCount {
            unsafe (shards + shard).initialize(to: Shard(number: shard, options: options))
        }
        unsafe batch = .allocate(capacity: Self.batchSize)
        unsafe batch.initialize(repeating: Prepared(), count: Self.batchSize)
    }

    deinit {
        unsafe shards.deinitialize(count: Router.shardCount)
        unsafe shards.deallocate()
        unsafe batch.deallocate()
    }

    /// What was counted so far.
    public var counters: LaneCounters { bench.counters }
    /// By protocol of the library in use, how many candidates were evaluated.
    public var candidates: [Int] { bench.recogniser.evaluated }
    /// The patterns of the library in use that were given up because they reached their limit.
    public var patternsGivenUp: Set<String> { bench.recogniser.givenUp.union(bench.extractor.givenUp) }
    /// What decoding counted so far.
    public var decodeCounters: DecodeCounters { bench.decoder.counters }
    /// What became of fragments in the captures that are over.
    public var fragmentCounters: FragmentCounters { bench.fragmentCounters }

    @inline(__always)
    private func owns(_ shard: UInt8) -> Bool { owned >> shard & 1 != 0 }

    /// Takes the frames of a chunk that belong to this lane's shards.
    ///
    /// - Parameter chunk: the bytes that the frames' offsets count from; every frame lies within them.
    /// - Parameter firstFrame: the number of the chunk's first frame in its capture.
    public mutating func process(
        _ chunk: borrowing RawSpan, frames: borrowing Span<Frame>, routes: borrowing Span<Route>,
        firstFrame: Int
    ) {
        var filled = 0
        for number in 0..<frames.count {
            take(frames[number], routes[number], number, chunk, firstFrame, into: &filled)
        }
        finishBatch(filled, chunk, firstFrame)
    }

    /// Takes all frames of a chunk, as the lane of an only worker: the way of each is found just before it is decoded, so
    /// that its headers are looked at while they are at hand.
    public mutating func process(
        _ chunk: borrowing RawSpan, frames: borrowing Span<Frame>, router: inout Router, firstFrame: Int
    ) {
        var filled = 0
        for number in 0..<frames.count {
            let route = router.route(chunk, frames[number])
            take(frames[number], route, number, chunk, firstFrame, into: &filled)
        }
        finishBatch(filled, chunk, firstFrame)
    }

    /// Puts a frame that belongs to this lane into the batch, of which `filled` are taken, and finishes a full one.
    @inline(__always)
    private mutating func take(
        _ frame: Frame, _ route: Route, _ number: Int, _ chunk: borrowing RawSpan, _ firstFrame: Int,
        into filled: inout Int
    ) {
        guard owns(route.shard) else { return }
        prepare(filled, chunk, frame, route, number)
        filled += 1
        if filled == Self.batchSize {
            finishBatch(filled, chunk, firstFrame)
            filled = 0
        }
    }

    /// Decodes a frame and asks for the memory that its flow will need.
    @inline(__always)
    private mutating func prepare(
        _ place: Int, _ chunk: borrowing RawSpan, _ frame: Frame, _ route: Route, _ number: Int
    ) {
        let bytes = chunk.extracting(frame.offset..<frame.offset &+ frame.capturedLength)
        let entry = unsafe batch + place
        let decoded = unsafe bench.decoder.packet(bytes, route.header, into: &entry.pointee.packet)
        let shard = Int(route.shard)
        unsafe entry.pointee.decoded = decoded
        unsafe entry.pointee.frame = number
        unsafe entry.pointee.offset = frame.offset
        unsafe entry.pointee.length = frame.capturedLength
        unsafe entry.pointee.time = frame.time
        unsafe entry.pointee.shard = shard
        let vlan = unsafe bench.options.keysVLAN ? entry.pointee.packet.vlan : 0
        let (key, direction) = unsafe FlowKey.of(entry.pointee.packet, tunnel: 0, vlan: vlan)
        let hash = UInt32(truncatingIfNeeded: key.hash(seed: bench.options.seed))
        unsafe entry.pointee.key = key
        unsafe entry.pointee.direction = direction
        unsafe entry.pointee.hash = hash
        unsafe shards[shard].table.fetchSlot(hash)
    }

    private mutating func finishBatch(_ count: Int, _ chunk: borrowing RawSpan, _ firstFrame: Int) {
        for place in 0..<min(count, Self.ahead) { fetchFlow(place) }
        for place in 0..<count {
            if place &+ Self.ahead < count { fetchFlow(place &+ Self.ahead) }
            let entry = unsafe batch + place
            bench.frame = unsafe firstFrame &+ entry.pointee.frame
            let shard = unsafe shards + entry.pointee.shard
            switch unsafe entry.pointee.decoded {
            case .dropped: continue
            case .packet:
                let flow = unsafe shard.pointee.count(
                    unsafe entry.pointee.packet, key: unsafe entry.pointee.key, hash: entry.pointee.hash,
                    direction: entry.pointee.direction, time: entry.pointee.time, &bench)
                // Most packets only count: their payload is not asked for.
                if flow == 0 { continue }
                unsafe shard.pointee.look(
                    at: flow, entry.pointee.packet, chunk.extracting(range(of: place)),
                    entry.pointee.direction, entry.pointee.time, depth: 0, &bench)
            case .fragment, .tunnel:
                unsafe shard.pointee.follow(
                    entry.pointee.decoded, entry.pointee.packet, chunk.extracting(range(of: place)),
                    entry.pointee.time, tunnel: 0, depth: 0, &bench)
            }
        }
    }

    /// Where in the chunk the frame of a packet lies.
    @inline(__always)
    private func range(of place: Int) -> Range<Int> {
        let entry = unsafe batch + place
        return unsafe entry.pointee.offset..<entry.pointee.offset &+ entry.pointee.length
    }

    /// Asks for the flow of a packet whose slot was asked for when it was decoded.
    @inline(__always)
    private func fetchFlow(_ place: Int) {
        unsafe shards[batch[place].shard].table.fetchFlow(batch[place].hash)
    }

    /// It is this late now, whether or not packets came: flows that were silent too long end.
    public mutating func advance(to time: Timestamp) {
        for shard in 0..<Router.shardCount where owns(UInt8(shard)) {
            unsafe shards[shard].advance(to: time, &bench)
        }
    }

    /// The library was replaced: undecided flows are decided by the new one, decided ones keep their protocol.
    ///
    /// - Parameter places: where each protocol of the old library is in the new one.
    public mutating func adopt(_ index: SignatureIndex, places: [Int32], scripts: any ScriptRunner) {
        bench = Workbench(index: index, scripts: scripts, after: bench)
        for shard in 0..<Router.shardCount where owns(UInt8(shard)) {
            unsafe shards[shard].adopt(places, bench)
        }
    }

    /// Flows that are tracked now.
    public var trackedFlows: Int {
        (0..<Router.shardCount).reduce(0) { unsafe $0 + shards[$1].table.count }
    }

    /// The capture is over: all flows end.
    ///
    /// Observations of the end come shard by shard, with numbers that no frame has.
    public mutating func finish(afterFrame frame: Int) {
        for shard in 0..<Router.shardCount { finish(shard: shard, afterFrame: frame) }
    }

    /// The capture is over: the flows of one shard end, if it is this lane's.
    public mutating func finish(shard: Int, afterFrame frame: Int) {
        guard owns(UInt8(shard)) else { return }
        bench.frame = frame + 1 + shard
        unsafe shards[shard].finish(&bench)
    }

    /// Hands over what was noticed since the last time, in order of the frames.
    ///
    /// - Parameter observations: those that were used up, for their memory; they are dropped.
    public mutating func takeObservations(into observations: inout Observations) {
        observations.removeAll()
        swap(&observations, &bench.observations)
    }

    /// Hands over what was noticed since the last time, in order of the frames.
    public mutating func takeObservations() -> Observations {
        var observations = Observations()
        takeObservations(into: &observations)
        return observations
    }
}
