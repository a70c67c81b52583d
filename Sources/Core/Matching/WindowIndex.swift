internal import Net

/// Which matchers may hold for some first bytes: each is filed under one masked four-byte window.
///
/// Windows of the same offset and mask form a group with a hash table; a prefilter by a few single bytes tells which
/// groups are worth a look. A scan costs a table lookup for each group that survives, whatever the number of matchers;
/// compiling is linear in their bytes.
final class WindowIndex: Sendable {
    private struct Group {
        var offset: Int
        var mask: UInt32
        var firstSlot: Int
        /// The table has `1 << tableBits` slots.
        var tableBits: UInt32
        /// The bytes of the window that matter, counted from its start.
        var width: Int
    }

    /// Some of the groups of a block, one bit each.
    private struct Groups: BitwiseCopyable, Equatable {
        var low: UInt64
        var high: UInt64

        mutating func remove(_ bit: Int) {
            if bit < 64 { low &= ~(1 << UInt64(bit)) } else { high &= ~(1 << UInt64(bit - 64)) }
        }
    }

    /// A byte that the prefilter looks at for the groups of a block.
    private struct Row: BitwiseCopyable {
        var position: Int
        /// Where the groups that it allows begin in `allowed`.
        var first: Int
    }

    /// Groups are looked at this many together.
    private static var blockSize: Int { 128 }
    private let blocks: Int
    /// For each block, as many: the first four bytes, and one for each group that lies behind them, ascending.
    private let rows: [Row]
    private let rowsPerBlock: Int
    /// Value `v` of the byte of row `r` allows the groups at `kinds[r * 256 + v]` of those from its `first` on.
    ///
    /// Few values differ in what they allow: groups for each would be ten times as much, too much to stay at hand.
    private let kinds: [UInt8]
    private let allowed: [Groups]
    private let groups: [Group]
    /// Key in the upper half, bucket number plus one in the lower; 0 is empty.
    private let slots: [UInt64]
    private let bucketStarts: [UInt32]
    private let members: [Member]

    /// What is to be filed: a number, the anchors of which one must be there, and what else must be.
    struct Entry {
        var member: UInt32
        var anchors: [Anchor]
        var required = RequiredBits()
    }

    /// A number in a bucket, and eight more bytes that must fit: most windows that fit by chance end here.
    private struct Member: BitwiseCopyable {
        var number: UInt32
        var offset: Int32
        var guardian: RequiredBits.Word
    }

    /// Whether nothing is filed.
    var isEmpty: Bool { groups.isEmpty }

    /// Files each entry under each of its anchors.
    init(_ entries: [Entry]) {
        let filed = Self.chooseWindows(entries)
            .sorted { ($0.place.offset, $0.place.mask) < ($1.place.offset, $1.place.mask) }
        var tables = Tables(groups: filed.count, positions: Self.positions(of: filed))
        for table in filed { tables.add(table) }
        (blocks, groups, rowsPerBlock) = (tables.blocks, tables.groups, tables.positions.count)
        (rows, kinds, allowed) = tables.condensed()
        (slots, bucketStarts, members) = (tables.slots, tables.bucketStarts, tables.members)
    }

    private struct Place {
        var offset: Int
        var mask: UInt32

        init(_ window: Anchor.Window) { (offset, mask) = (window.offset, window.mask) }

        /// Another one for every place.
        var key: Int { offset << 32 | Int(mask) }
    }

    /// What is filed under the windows of one place.
    private struct Table {
        let place: Place
        var rows: [(key: UInt32, order: Int, member: Member)] = []

        /// Which values byte `byte` of the window has among the keys.
        func values(_ byte: Int) -> ByteClass {
            var values = ByteClass()
            for row in rows { values.insert(UInt8(truncatingIfNeeded: row.key >> UInt32(8 * byte))) }
            return values
        }
    }

    /// Greedy choice: a window that fixes many bits, stands early, is shared by few, and needs no new group.
    private static func chooseWindows(_ entries: [Entry]) -> [Table] {
        var windows: [Anchor.Window] = []
        var ends: [Int] = []
        for anchor in entries.lazy.flatMap(\.anchors) {
            anchor.addWindows(to: &windows)
            ends.append(windows.count)
        }
        let sharing = WindowCounts(windows)
        var tables: [Table] = []
        var numbers: [Int: Int] = [:]
        var (first, anchor) = (0, 0)
        for entry in entries {
            for _ in entry.anchors {
                var best: (cost: Int, window: Anchor.Window)?
                for number in first..<ends[anchor] {
                    let window = windows[number]
                    // What it costs at least; most windows lose by that already.
                    var cost = 8 * (32 - window.mask.nonzeroBitCount) + 2 * window.offset + 4
                    guard cost < best?.cost ?? .max else { continue }
                    cost += 4 * (sharing.count(of: number) - 1)
                    guard cost < best?.cost ?? .max else { continue }
                    let isNew = numbers[Place(window).key] == nil
                    if isNew { cost += 16 + tables.count * tables.count }
                    if cost < best?.cost ?? .max { best = (cost, window) }
                }
                (first, anchor) = (ends[anchor], anchor + 1)
                guard let window = best?.window else { continue }
                let place = Place(window)
                let number = numbers[place.key] ?? tables.count
                if number == tables.count {
                    numbers[place.key] = number
                    tables.append(Table(place: place))
                }
                let (offset, word) = entry.required.strongest(beyond: window)
                let member = Member(number: entry.member, offset: Int32(offset), guardian: word)
                tables[number].rows.append((window.key, tables[number].rows.count, member))
            }
        }
        return tables
    }

    private static func positions(of tables: [Table]) -> [Int] {
        var positions = Set(0..<4)
        for table in tables where table.place.offset >= 4 {
            // The byte with the fewest values tells most.
            let best = (0..<4).filter { table.place.mask >> UInt32(8 * $0) & 0xff != 0 }
                .map { (byte: $0, variety: table.values($0).count) }.min { $0.variety < $1.variety }
            if let best { positions.insert(table.place.offset + best.byte) }
        }
        return positions.sorted()
    }

    /// The arrays, while they are filled.
    private struct Tables {
        let positions: [Int]
        var prefilter: [Groups]
        var blocks: Int
        var groups: [Group] = []
        var slots: [UInt64] = []
        var bucketStarts: [UInt32] = [0]
        var members: [Member] = []

        /// At first every byte allows every group.
        init(groups: Int, positions: [Int]) {
            self.positions = positions
            blocks = (groups + WindowIndex.blockSize - 1) / WindowIndex.blockSize
            prefilter = Array(
                repeating: Groups(low: .max, high: .max), count: positions.count * 256 * blocks)
        }

        mutating func add(_ table: Table) {
            let rows = table.rows.sorted { ($0.key, $0.order) < ($1.key, $1.order) }
            var keys = 0
            for place in rows.indices where place == 0 || rows[place].key != rows[place - 1].key { keys += 1 }
            var bits: UInt32 = 1
            while 1 << Int(bits) < keys * 2 { bits += 1 }
            let base = slots.count
            slots.append(contentsOf: repeatElement(0, count: 1 << Int(bits)))
            var place = 0
            while place < rows.count {
                let key = rows[place].key
                let first = members.count
                while place < rows.count, rows[place].key == key {
                    // Two anchors of an entry may share a window.
                    let member = rows[place].member
                    if members.count == first || members[members.count - 1].number != member.number {
                        members.append(member)
                    }
                    place += 1
                }
                bucketStarts.append(UInt32(members.count))
                var slot = WindowIndex.slot(of: key, bits)
                while slots[base + slot] != 0 { slot = (slot + 1) & ((1 << Int(bits)) - 1) }
                slots[base + slot] = UInt64(key) << 32 | UInt64(bucketStarts.count - 1)
            }
            let mask = table.place.mask
            groups.append(
                Group(
                    offset: table.place.offset, mask: mask, firstSlot: base, tableBits: bits,
                    width: 4 - mask.leadingZeroBitCount / 8))
            tighten(groups.count - 1, table)
        }

        /// The prefilter with what several values of a byte allow put down once.
        func condensed() -> (rows: [Row], kinds: [UInt8], allowed: [Groups]) {
            var (rows, kinds, allowed): ([Row], [UInt8], [Groups]) = ([], [], [])
            kinds.reserveCapacity(prefilter.count)
            for row in 0..<blocks * positions.count {
                let first = allowed.count
                for groups in prefilter[row * 256..<(row + 1) * 256] {
                    let known = allowed[first...].firstIndex { $0 == groups }
                    if known == nil { allowed.append(groups) }
                    // There are no more kinds than values.
                    kinds.append(UInt8((known ?? allowed.count - 1) - first))
                }
                rows.append(Row(position: positions[row % positions.count], first: first))
            }
            return (rows, kinds, allowed)
        }

        /// Closes the group to bytes that no key of its window allows.
        private mutating func tighten(_ group: Int, _ table: Table) {
            let (offset, mask) = (groups[group].offset, groups[group].mask)
            for (row, position) in positions.enumerated()
            where position >= offset && position < offset + 4 && (position < 4 || offset >= 4) {
                let byteMask = UInt8(truncatingIfNeeded: mask >> UInt32(8 * (position - offset)))
                guard byteMask != 0 else { continue }
                let allowed = table.values(position - offset)
                let (block, bit) = (group / WindowIndex.blockSize, group % WindowIndex.blockSize)
                let line = (block * positions.count + row) * 256
                for byte in UInt8.min...UInt8.max where !allowed.contains(byte & byteMask) {
                    prefilter[line + Int(byte)].remove(bit)
                }
            }
        }
    }

    @inline(__always)
    fileprivate static func slot(of key: UInt32, _ bits: UInt32) -> Int {
        Int((key &* 0x9e37_79b1) >> (32 &- bits))
    }

    /// Appends the members that may hold for `bytes` from `start` on; true when bytes that are not there yet
    /// could add others.
    func scan(_ bytes: borrowing RawSpan, from start: Int, into found: inout CandidateList) -> Bool {
        let count = bytes.byteCount &- start
        guard count > 0, !isEmpty else { return false }
        // The bytes that are there decide; without a byte to look at nothing is known of a group.
        var used = rowsPerBlock
        while used > 0, rows[used &- 1].position >= count { used &-= 1 }
        var needsMore = false
        for block in 0..<blocks {
            let first = block &* Self.blockSize
            // Two words instead of a vector: they stay in registers.
            var (low, high) = Self.all(of: groups.count &- first)
            let firstRow = block &* rowsPerBlock
            for number in firstRow..<firstRow &+ used {
                let row = rows[number]
                let kind = kinds[number &* 256 &+ Int(bytes.u8(start &+ row.position))]
                let groups = allowed[row.first &+ Int(kind)]
                low &= groups.low
                high &= groups.high
            }
            for half in 0..<2 {
                var word = half == 0 ? low : high
                while word != 0 {
                    let group = first &+ half &* 64 &+ word.trailingZeroBitCount
                    word &= word &- 1
                    if look(at: group, bytes, from: start, count, &found) { needsMore = true }
                }
            }
        }
        return needsMore
    }

    /// The bits of the first `count` groups of a block.
    @inline(__always)
    private static func all(of count: Int) -> (low: UInt64, high: UInt64) {
        func bits(_ count: Int) -> UInt64 { count >= 64 ? .max : count <= 0 ? 0 : (1 << UInt64(count)) &- 1 }
        return (bits(count), bits(count &- 64))
    }

    /// Adds what a group has for these bytes; true when its window is not all there.
    @inline(__always)
    private func look(
        at number: Int, _ bytes: borrowing RawSpan, from start: Int, _ count: Int,
        _ found: inout CandidateList
    ) -> Bool {
        let group = groups[number]
        if group.offset &+ group.width > count { return true }
        let offset = start &+ group.offset
        let value = group.offset &+ 4 <= count ? bytes.u32le(offset) : Self.partial(bytes, offset)
        look(for: value & group.mask, in: group, bytes, from: start, &found)
        return false
    }

    /// The up to three bytes that are left at `offset`, as the low bytes of a little-endian word.
    private static func partial(_ bytes: borrowing RawSpan, _ offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in offset..<bytes.byteCount {
            value |= UInt32(bytes.u8(index)) << UInt32(8 * (index - offset))
        }
        return value
    }

    @inline(__always)
    private func look(
        for key: UInt32, in group: Group, _ bytes: borrowing RawSpan, from start: Int,
        _ found: inout CandidateList
    ) {
        let last = (1 << Int(group.tableBits)) &- 1
        var index = Self.slot(of: key, group.tableBits)
        while true {
            let slot = slots[group.firstSlot &+ index]
            if slot == 0 { return }
            if UInt32(truncatingIfNeeded: slot >> 32) == key {
                let bucket = Int(UInt32(truncatingIfNeeded: slot)) &- 1
                for place in Int(bucketStarts[bucket])..<Int(bucketStarts[bucket &+ 1]) {
                    let member = members[place]
                    let offset = start &+ Int(member.offset)
                    // Bytes that are not there yet are no contradiction.
                    if offset &+ 8 <= bytes.byteCount, !member.guardian.fits(bytes.u64le(offset)) { continue }
                    found.append(member.number)
                }
                return
            }
            index = (index &+ 1) & last
        }
    }
}
