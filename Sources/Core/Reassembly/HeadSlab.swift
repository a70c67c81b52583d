internal import Net

/// Buffers for the first bytes of streams and datagrams whose flow is not decided yet.
///
/// Bounded: when all are taken, the one that was claimed longest ago is taken from its owner. Most first messages
/// are short: a buffer begins with a small cell and moves to a larger one when it must. One of the files that may
/// say `unsafe`: cells are raw memory, addressed only by numbers that a pool gave out.
///
/// What is asked for every flow is `mutating` though it changes nothing: a slab that is merely lent is copied for it.
@safe
public struct HeadSlab: ~Copyable {
    /// What one buffer holds, in bytes.
    public static var capacity: Int { Size.large.rawValue }

    /// A buffer's number; 0 is none.
    public typealias Slot = UInt32

    /// Who holds a buffer.
    public struct Owner: BitwiseCopyable, Sendable {
        /// The owner's number, as given to `claim`; 0 is nobody.
        public var flow: UInt32
        /// Which of the owner's two streams, 0 or 1.
        public var direction: Int
    }

    private struct Entry: BitwiseCopyable {
        var head = StreamHead()
        /// Where the bytes lie; 0 is nowhere yet.
        var cell: UInt32 = 0
        var size = Size.small
        /// Where what was put behind the first datagram ends; 0 when nothing was.
        var continuedEnd: UInt16 = 0
        var owner: UInt32 = 0
        var direction: UInt32 = 0
        var older: Slot = 0
        var newer: Slot = 0
    }

    /// The sizes of cells, in bytes: most queries are small, most requests and hellos medium; only what goes on in
    /// other datagrams is longer than a buffer's capacity.
    private enum Size: Int, BitwiseCopyable {
        case small = 256
        case medium = 768
        case large = 2048
        case continued = 4096

        init(holding count: Int) {
            switch count {
            case ...Self.small.rawValue: self = .small
            case ...Self.medium.rawValue: self = .medium
            case ...Self.large.rawValue: self = .large
            default: self = .continued
            }
        }
    }
    /// One buffer in so many may be longer than the capacity.
    private static var buffersPerContinued: Int { 8 }
    private let maximumSlots: Int
    private var entries: [Entry] = [Entry()]
    private var small = CellPool(cellBytes: Size.small.rawValue)
    private var medium = CellPool(cellBytes: Size.medium.rawValue)
    private var large = CellPool(cellBytes: Size.large.rawValue)
    private var continued = CellPool(cellBytes: Size.continued.rawValue)
    private var free: Slot = 0
    private var oldest: Slot = 0
    private var newest: Slot = 0

    /// A slab of at most `maximumSlots` buffers.
    public init(maximumSlots: Int) { self.maximumSlots = max(1, maximumSlots) }

    /// Who would lose a buffer to the next claim; nil while there are free ones.
    public var nextEvicted: UInt32? {
        mutating get { free == 0 && entries.count > maximumSlots ? entries[Int(oldest)].owner : nil }
    }

    /// Takes a buffer for an owner; `evicted` is who lost theirs for it (flow 0 for nobody).
    public mutating func claim(flow: UInt32, direction: Int) -> (slot: Slot, evicted: Owner) {
        var evicted = Owner(flow: 0, direction: 0)
        var slot = free
        if slot != 0 {
            free = entries[Int(slot)].newer
        } else if entries.count <= maximumSlots {
            slot = Slot(entries.count)
            entries.append(Entry())
        } else {
            slot = oldest
            evicted = Owner(flow: entries[Int(slot)].owner, direction: Int(entries[Int(slot)].direction))
            unlink(slot)
            dropCell(of: slot)
        }
        var entry = Entry()
        entry.owner = flow
        entry.direction = UInt32(direction)
        entry.older = newest
        entries[Int(slot)] = entry
        if newest != 0 { entries[Int(newest)].newer = slot } else { oldest = slot }
        newest = slot
        return (slot, evicted)
    }

    /// Gives a buffer back.
    public mutating func release(_ slot: Slot) {
        guard slot != 0, entries[Int(slot)].owner != 0 else { return }
        unlink(slot)
        dropCell(of: slot)
        entries[Int(slot)].owner = 0
        entries[Int(slot)].newer = free
        free = slot
    }

    private mutating func unlink(_ slot: Slot) {
        let entry = entries[Int(slot)]
        if entry.older != 0 { entries[Int(entry.older)].newer = entry.newer } else { oldest = entry.newer }
        if entry.newer != 0 { entries[Int(entry.newer)].older = entry.older } else { newest = entry.older }
    }

    private mutating func dropCell(of slot: Slot) {
        let entry = entries[Int(slot)]
        guard entry.cell != 0 else { return }
        give(back: entry.cell, entry.size)
        entries[Int(slot)].cell = 0
    }

    private mutating func take(_ size: Size) -> UInt32 {
        switch size {
        case .small: small.take()
        case .medium: medium.take()
        case .large: large.take()
        case .continued: continued.take()
        }
    }

    private mutating func give(back cell: UInt32, _ size: Size) {
        switch size {
        case .small: small.give(back: cell)
        case .medium: medium.give(back: cell)
        case .large: large.give(back: cell)
        case .continued: continued.give(back: cell)
        }
    }

    @inline(__always)
    private func start(of cell: UInt32, _ size: Size) -> UnsafeMutableRawPointer {
        switch size {
        case .small: unsafe small.start(of: cell)
        case .medium: unsafe medium.start(of: cell)
        case .large: unsafe large.start(of: cell)
        case .continued: unsafe continued.start(of: cell)
        }
    }

    /// Sees to it that a buffer has room for `count` bytes; what it holds stays.
    private mutating func reserve(_ count: Int, in slot: Slot) {
        let entry = entries[Int(slot)]
        if entry.cell != 0, count <= entry.size.rawValue { return }
        let size = Size(holding: count)
        let cell = take(size)
        if entry.cell != 0 {
            unsafe start(of: cell, size).copyMemory(
                from: start(of: entry.cell, entry.size), byteCount: entry.size.rawValue)
            give(back: entry.cell, entry.size)
        }
        entries[Int(slot)].cell = cell
        entries[Int(slot)].size = size
    }

    @inline(__always)
    private func start(of slot: Slot) -> UnsafeMutableRawPointer {
        let entry = entries[Int(slot)]
        return unsafe start(of: entry.cell, entry.size)
    }

    /// Which bytes of a buffer's stream have arrived.
    public mutating func head(_ slot: Slot) -> StreamHead { entries[Int(slot)].head }

    /// Adds a piece of the stream at `offset`; what lies before 0 or beyond the capacity is left out.
    ///
    /// - Returns: false when the piece was dropped because the stream is too broken.
    public mutating func insert(_ bytes: borrowing RawSpan, at offset: Int, into slot: Slot) -> Bool {
        let low = max(0, offset)
        let high = min(Self.capacity, offset + bytes.byteCount)
        guard low < high else { return true }
        let before = entries[Int(slot)].head
        var after = before
        guard after.fill(low..<high) else { return false }
        reserve(high, in: slot)
        let target = unsafe start(of: slot)
        unsafe bytes.withUnsafeBytes { source in
            before.missing(in: low..<high) { range in
                guard let base = source.baseAddress else { return }
                unsafe (target + range.lowerBound).copyMemory(
                    from: base + (range.lowerBound - offset), byteCount: range.count)
            }
        }
        entries[Int(slot)].head = after
        return true
    }

    /// Makes room for `count` bytes before those that are there: the stream begins earlier than was thought.
    ///
    /// What no longer fits is forgotten.
    ///
    /// - Returns: false, and nothing is changed, when `count` is more than a buffer holds.
    public mutating func shift(_ slot: Slot, by count: Int) -> Bool {
        guard count > 0, slot != 0, entries[Int(slot)].cell != 0 else { return true }
        guard count < Self.capacity else { return false }
        let end = entries[Int(slot)].head.shift(by: count, within: Self.capacity)
        reserve(end, in: slot)
        let start = unsafe start(of: slot)
        // The two may overlap, which this allows.
        unsafe (start + count).copyMemory(from: start, byteCount: max(0, end - count))
        return true
    }

    /// Forgets what was put before the bytes that came first, when there is still a gap between.
    public mutating func forgetBeforeGap(_ slot: Slot) {
        // Hardly any has one, and a change asks whether the array is shared.
        if slot != 0, entries[Int(slot)].head.hasGapBeforeFirst { entries[Int(slot)].head.forgetBeforeGap() }
    }

    /// Replaces what a buffer holds by a datagram, cut to the capacity.
    public mutating func replace(with datagram: borrowing RawSpan, in slot: Slot) {
        entries[Int(slot)].head = StreamHead()
        entries[Int(slot)].continuedEnd = 0
        _ = insert(datagram, at: 0, into: slot)
    }

    /// Keeps a datagram that goes on with what a buffer holds, behind it and a zero; one that does not fit is left out.
    ///
    /// Only ``Extent/withContinued`` lends it: what is looked at to find out what a flow is stays the first datagram.
    public mutating func extend(_ slot: Slot, by datagram: borrowing RawSpan) {
        let entry = entries[Int(slot)]
        let start = max(Int(entry.head.contiguous), Int(entry.continuedEnd)) + 1
        let end = start + datagram.byteCount
        guard entry.cell != 0, end <= Size.continued.rawValue else { return }
        let size = Size(holding: end)
        guard size != .continued || entry.size == .continued || mayContinueOneMore else { return }
        reserve(end, in: slot)
        let target = unsafe self.start(of: slot)
        unsafe target.storeBytes(of: 0, toByteOffset: start - 1, as: UInt8.self)
        unsafe datagram.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe (target + start).copyMemory(from: base, byteCount: source.count)
        }
        entries[Int(slot)].continuedEnd = UInt16(end)
    }

    private var mayContinueOneMore: Bool {
        continued.inUse < max(1, maximumSlots / Self.buffersPerContinued)
    }

    /// Whether a datagram was put behind the first one.
    public mutating func isContinued(_ slot: Slot) -> Bool { entries[Int(slot)].continuedEnd != 0 }

    /// How much of a buffer is lent.
    public enum Extent: BitwiseCopyable, Sendable {
        /// The contiguous first bytes.
        case contiguous
        /// The first island when nothing is contiguous.
        case orFirstIsland
        /// With the datagrams that go on with the first one, if there are any, a zero between them.
        case withContinued
    }

    /// Lends what a buffer holds.
    public mutating func withBytes<Result>(
        of slot: Slot, _ extent: Extent, _ body: (borrowing RawSpan) -> Result
    ) -> Result {
        body(unsafe RawSpan(_unsafeBytes: bytes(of: slot, extent)))
    }

    /// Lends what two buffers hold.
    public mutating func withBytes<Result>(
        of first: Slot, and second: Slot, _ extent: Extent,
        _ body: (borrowing RawSpan, borrowing RawSpan) -> Result
    ) -> Result {
        let (first, second) = unsafe (bytes(of: first, extent), bytes(of: second, extent))
        return body(unsafe RawSpan(_unsafeBytes: first), unsafe RawSpan(_unsafeBytes: second))
    }

    private mutating func bytes(of slot: Slot, _ extent: Extent) -> UnsafeRawBufferPointer {
        let entry = entries[Int(slot)]
        guard entry.cell != 0 else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
        var range = 0..<Int(entry.head.contiguous)
        if extent == .withContinued, entry.continuedEnd != 0 {
            range = 0..<Int(entry.continuedEnd)
        } else if extent != .contiguous, range.isEmpty, let island = entry.head.firstIsland {
            range = Int(island.start)..<Int(island.end)
        }
        return unsafe UnsafeRawBufferPointer(
            start: start(of: entry.cell, entry.size) + range.lowerBound, count: range.count)
    }
}
