public import CPrefetch
import Glibc
internal import Net

/// The flows of one shard: an open-addressing table of eight-byte slots over a slab of flows, and the timer wheel.
///
/// Bounded by `capacity`; memory is touched only as far as it is used. One of the files that may say `unsafe`: the
/// slab is raw memory, and its places are only ever numbers that `insert` gave out (1 to `capacity`; 0 is none).
@safe
public struct FlowTable: ~Copyable {
    /// A flow's place in the table; 0 is none.
    public typealias Place = UInt32

    /// The most flows it holds.
    public let capacity: Int
    /// How many flows it holds.
    public private(set) var count = 0

    /// Hash in the upper half, place in the lower; 0 is empty.
    ///
    /// At most half of the slots are taken.
    @usableFromInline var slots: UnsafeMutablePointer<UInt64>
    @usableFromInline var slotMask: Int
    @usableFromInline let flows: UnsafeMutablePointer<Flow>
    private let slabBytes: Int
    private var used: Place = 0
    private var free: Place = 0
    private var sweepHand: Place = 0

    private static var wheelSize: Int64 { 512 }
    /// A clock that is set back is believed after so many packets; where two clocks take turns, the later one tells the
    /// time, and the flows need not be looked through for every packet.
    public static var stragglersBelieved: Int { 256 }
    private var wheel: [Place] = Array(repeating: 0, count: 512)
    private var wheelTime: Int64?
    @usableFromInline var wheelTarget = Int64.min / 2
    /// How often an old time was told since the last that was not.
    private var stragglers = 0
    private var due: Place = 0

    /// Whether the system gives address space for tables of so many flows in all; ask before making them.
    public static func canReserve(flows: Int) -> Bool {
        let bytes = (flows + 1) * MemoryLayout<Flow>.stride
        let trial = unsafe mmap(
            nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let trial = unsafe trial, unsafe trial != MAP_FAILED else { return false }
        unsafe munmap(trial, bytes)
        return true
    }

    /// A table for at most `capacity` flows, for which `canReserve` said yes.
    public init(capacity: Int) {
        self.capacity = max(16, capacity)
        slotMask = 255
        unsafe slots = .allocate(capacity: slotMask + 1)
        unsafe slots.initialize(repeating: 0, count: slotMask + 1)
        slabBytes = (self.capacity + 1) * MemoryLayout<Flow>.stride
        // Address space only: the kernel gives memory for the pages that are written.
        let slab = unsafe mmap(
            nil, slabBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let slab = unsafe slab, unsafe slab != MAP_FAILED else {
            // The command has asked `canReserve` before.
            fatalError("no address space for a flow table of \(slabBytes) bytes; use a smaller --max-flows")
        }
        unsafe flows = slab.bindMemory(to: Flow.self, capacity: self.capacity + 1)
    }

    deinit {
        unsafe slots.deallocate()
        unsafe munmap(flows, slabBytes)
    }

    /// The flow at a place.
    @inlinable
    public subscript(place: Place) -> Flow {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(flows + Int(place)) }
        @inline(__always) unsafeMutableAddress { unsafe flows + Int(place) }
    }

    /// Asks for the slot that a hash begins at, so that it is in the cache when `find` needs it.
    @inlinable @inline(__always)
    public func fetchSlot(_ hash: UInt32) { unsafe prefetch_line(slots + Int(hash) & slotMask) }

    /// Asks for both cache lines of the flow that the slot of a hash names; the slot was asked for before.
    @inlinable @inline(__always)
    public func fetchFlow(_ hash: UInt32) {
        fetch(unsafe Place(truncatingIfNeeded: slots[Int(hash) & slotMask]))
    }

    @inlinable @inline(__always)
    func fetch(_ place: Place) {
        let flow = unsafe UnsafeRawPointer(flows + Int(place))
        unsafe prefetch_line(flow)
        unsafe prefetch_line(flow + 64)
    }

    /// The place of the flow with this key; 0 when there is none.
    @inlinable @inline(__always)
    public func find(_ key: @autoclosure () -> FlowKey, hash: UInt32) -> Place {
        var index = Int(hash) & slotMask
        while true {
            let slot = unsafe slots[index]
            if slot == 0 { return 0 }
            if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                let place = UInt32(truncatingIfNeeded: slot)
                if unsafe flows[Int(place)].key == key() { return place }
            }
            index = (index &+ 1) & slotMask
        }
    }

    /// Adds a flow that `find` did not find; 0 when the table is full and something must be evicted first.
    @inline(never)
    public mutating func insert(_ flow: borrowing Flow) -> Place {
        var place = free
        if place != 0 {
            free = unsafe flows[Int(place)].wheelNext
        } else {
            guard Int(used) < capacity else { return 0 }
            used += 1
            place = used
        }
        unsafe flows[Int(place)] = copy flow
        if (count + 1) * 2 > slotMask { grow() }
        count += 1
        link(place, flow.hash)
        schedule(place, at: flow.last.nanoseconds / 1_000_000_000 + 2)
        return place
    }

    private func link(_ place: Place, _ hash: UInt32) {
        var index = Int(hash) & slotMask
        while unsafe slots[index] != 0 { index = (index &+ 1) & slotMask }
        unsafe slots[index] = UInt64(hash) << 32 | UInt64(place)
    }

    private mutating func grow() {
        let (oldSlots, oldCount) = unsafe (slots, slotMask + 1)
        slotMask = oldCount * 2 - 1
        unsafe slots = .allocate(capacity: slotMask + 1)
        unsafe slots.initialize(repeating: 0, count: slotMask + 1)
        for index in 0..<oldCount {
            let slot = unsafe oldSlots[index]
            if slot != 0 { link(UInt32(truncatingIfNeeded: slot), UInt32(truncatingIfNeeded: slot >> 32)) }
        }
        unsafe oldSlots.deallocate()
    }

    /// Takes a flow out of the table that `nextDue` gave: only those are not in the timer wheel.
    @inline(never)
    public mutating func remove(_ place: Place) {
        if due != 0 { unsafe fetchSlot(flows[Int(due)].hash) }
        unlink(place)
        unsafe flows[Int(place)].phase = .vacant
        unsafe flows[Int(place)].wheelNext = free
        free = place
        count -= 1
    }

    /// Puts a new flow in the place of another; the place keeps its turn in the timer wheel.
    @inline(never)
    public mutating func replace(_ place: Place, with flow: borrowing Flow) {
        unlink(place)
        let next = unsafe flows[Int(place)].wheelNext
        unsafe flows[Int(place)] = copy flow
        unsafe flows[Int(place)].wheelNext = next
        link(place, flow.hash)
    }

    private mutating func unlink(_ place: Place) {
        var hole = unsafe Int(flows[Int(place)].hash) & slotMask
        while unsafe UInt32(truncatingIfNeeded: slots[hole]) != place { hole = (hole &+ 1) & slotMask }
        // Backward shift: whoever would no longer be found behind the hole moves into it.
        var index = hole
        while true {
            index = (index &+ 1) & slotMask
            let slot = unsafe slots[index]
            if slot == 0 { break }
            let home = Int(UInt32(truncatingIfNeeded: slot >> 32)) & slotMask
            if (index &- home) & slotMask >= (index &- hole) & slotMask {
                unsafe slots[hole] = slot
                hole = index
            }
        }
        unsafe slots[hole] = 0
    }

    // MARK: Time

    /// Whether `second` of packet time is one that the wheel has not seen; then call `advance` and drain `nextDue`.
    @inlinable @inline(__always)
    public func isNews(second: Int64) -> Bool { second != wheelTarget }

    /// Tells the table the packet time, in seconds.
    ///
    /// Time may jump: forward turns the wheel at most once around; back by more than a minute restarts it there, when
    /// enough packets say so.
    public mutating func advance(to second: Int64) {
        if let time = wheelTime, second >= wheelTarget - 60 {
            stragglers = 0
            wheelTarget = max(wheelTarget, second)
            wheelTime = max(time, second - Self.wheelSize)
            return
        }
        stragglers += 1
        guard wheelTime == nil || stragglers >= Self.stragglersBelieved else { return }
        (wheelTime, wheelTarget, stragglers) = (second, second, 0)
    }

    /// A flow that has been silent too long: end it and `remove` it, then ask again.
    ///
    /// 0 when there is none.
    public mutating func nextDue() -> Place {
        guard var time = wheelTime else { return 0 }
        while true {
            while due != 0 {
                let place = due
                due = unsafe flows[Int(place)].wheelNext
                // The next one comes out of memory while this one is looked at.
                fetch(due)
                let last = unsafe flows[Int(place)].last.nanoseconds / 1_000_000_000
                let end = unsafe last + flows[Int(place)].idleLimit
                // A time far ahead comes from a damaged clock; its flow must not stay for ever.
                if end <= wheelTarget || last > wheelTarget + 86_400 { return place }
                schedule(place, at: end)
            }
            guard time < wheelTarget else { return 0 }
            time += 1
            wheelTime = time
            let bucket = Int(time & (Self.wheelSize - 1))
            due = wheel[bucket]
            wheel[bucket] = 0
        }
    }

    private mutating func schedule(_ place: Place, at second: Int64) {
        let now = wheelTime ?? second
        let turn = min(max(second, now + 1), now + Self.wheelSize - 1)
        let bucket = Int(turn & (Self.wheelSize - 1))
        unsafe flows[Int(place)].wheelNext = wheel[bucket]
        wheel[bucket] = place
    }

    // MARK: When it is full, and at the end

    /// Who must go when the table is full: of the next few flows in turn, one that is not recognised and was
    /// silent longest.
    ///
    /// `replace` it.
    public mutating func victim() -> Place {
        var best: Place = 0
        var bestTime = Int64.max
        var bestRank = 3
        for _ in 0..<16 {
            sweepHand = sweepHand >= used ? 1 : sweepHand + 1
            let flow = unsafe flows + Int(sweepHand)
            let rank = unsafe flow.pointee.protocolNumber != 0 ? 2 : flow.pointee.marks.isUnanswered ? 0 : 1
            let time = unsafe flow.pointee.last.nanoseconds
            if (rank, time) < (bestRank, bestTime) { (best, bestTime, bestRank) = (sweepHand, time, rank) }
        }
        return best
    }

    /// The places of all flows, in ascending order.
    public var places: [Place] {
        guard used > 0 else { return [] }
        return (1...used).filter { unsafe flows[Int($0)].phase != .vacant }
    }

    /// Forgets all flows and the time.
    public mutating func removeAll() {
        unsafe slots.update(repeating: 0, count: slotMask + 1)
        for index in wheel.indices { wheel[index] = 0 }
        (count, used, free, sweepHand, due, stragglers) = (0, 0, 0, 0, 0, 0)
        (wheelTime, wheelTarget) = (nil, .min / 2)
    }
}
