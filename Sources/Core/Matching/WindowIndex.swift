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

    /// The bytes that the prefilter looks at, ascending: the first four, and one for each group that lies behind them.
    private let positions: [Int]
    /// Byte `positions[j]` with value `v` allows the groups in the words at `(j * 256 + v) * words`.
    private let prefilter: [UInt64]
    private let words: Int
    private let groups: [Group]
    /// Key in the upper half, bucket number plus one in the lower; 0 is empty.
    private let slots: [UInt64]
    private let bucketStarts: [UInt32]
    private let members: [UInt32]

    /// Whether nothing is filed.
    var isEmpty: Bool { groups.isEmpty }

    /// Files `member` under each of its anchors.
    init(_ entries: [(member: UInt32, anchors: [Anchor])]) {
        let filed = Self.chooseWindows(entries)
        let ordered = filed.sorted { ($0.key.offset, $0.key.mask) < ($1.key.offset, $1.key.mask) }
        var tables = Tables(groups: ordered.count, positions: Self.positions(of: ordered))
        for (place, table) in ordered { tables.add(place, table) }
        (prefilter, words, groups) = (tables.prefilter, tables.words, tables.groups)
        positions = tables.positions
        (slots, bucketStarts, members) = (tables.slots, tables.bucketStarts, tables.members)
    }

    private struct Place: Hashable {
        var offset: Int
        var mask: UInt32
    }
    private typealias Table = [UInt32: [UInt32]]

    /// Greedy choice: a window that fixes many bits, stands early, is shared by few, and needs no new group.
    private static func chooseWindows(_ entries: [(member: UInt32, anchors: [Anchor])]) -> [Place: Table] {
        var sharing: [Anchor.Window: Int] = [:]
        let windows = entries.map { entry in entry.anchors.map { $0.windows() } }
        for anchor in windows.joined() {
            for window in anchor { sharing[window, default: 0] += 1 }
        }
        var filed: [Place: Table] = [:]
        for (entry, anchors) in zip(entries, windows) {
            for candidates in anchors {
                var best: (cost: Int, window: Anchor.Window)?
                for window in candidates {
                    let isNew = filed[Place(offset: window.offset, mask: window.mask)] == nil
                    let cost =
                        4 * (sharing[window] ?? 1) + 8 * (32 - window.mask.nonzeroBitCount)
                        + 2 * window.offset + (isNew ? 16 + filed.count * filed.count : 0)
                    if cost < best?.cost ?? .max { best = (cost, window) }
                }
                guard let window = best?.window else { continue }
                let place = Place(offset: window.offset, mask: window.mask)
                if filed[place, default: [:]][window.key, default: []].last != entry.member {
                    filed[place, default: [:]][window.key, default: []].append(entry.member)
                }
            }
        }
        return filed
    }

    private static func positions(of groups: [(key: Place, value: Table)]) -> [Int] {
        var positions = Set(0..<4)
        for (place, table) in groups where place.offset >= 4 {
            // The byte with the fewest values tells most.
            let best = (0..<4).filter { place.mask >> UInt32(8 * $0) & 0xff != 0 }
                .min { Self.variety(table, $0) < Self.variety(table, $1) }
            if let best { positions.insert(place.offset + best) }
        }
        return positions.sorted()
    }

    /// How many values byte `byte` of a window has among a group's keys.
    private static func variety(_ table: Table, _ byte: Int) -> Int {
        Set(table.keys.map { UInt8(truncatingIfNeeded: $0 >> UInt32(8 * byte)) }).count
    }

    /// The arrays, while they are filled.
    private struct Tables {
        let positions: [Int]
        var prefilter: [UInt64]
        var words: Int
        var groups: [Group] = []
        var slots: [UInt64] = []
        var bucketStarts: [UInt32] = [0]
        var members: [UInt32] = []

        /// At first every byte allows every group.
        init(groups: Int, positions: [Int]) {
            self.positions = positions
            words = (groups + 63) / 64
            prefilter = Array(repeating: .max, count: positions.count * 256 * words)
            // What is beyond the last group allows nothing.
            guard groups % 64 != 0 else { return }
            let last: UInt64 = (1 << UInt64(groups % 64)) - 1
            for index in 1...positions.count * 256 { prefilter[index * words - 1] = last }
        }

        mutating func add(_ place: Place, _ table: Table) {
            var bits: UInt32 = 1
            while 1 << Int(bits) < table.count * 2 { bits += 1 }
            let base = slots.count
            slots.append(contentsOf: repeatElement(0, count: 1 << Int(bits)))
            for key in table.keys.sorted() {
                members += table[key] ?? []
                bucketStarts.append(UInt32(members.count))
                var slot = WindowIndex.slot(of: key, bits)
                while slots[base + slot] != 0 { slot = (slot + 1) & ((1 << Int(bits)) - 1) }
                slots[base + slot] = UInt64(key) << 32 | UInt64(bucketStarts.count - 1)
            }
            groups.append(
                Group(
                    offset: place.offset, mask: place.mask, firstSlot: base, tableBits: bits,
                    width: 4 - place.mask.leadingZeroBitCount / 8))
            tighten(groups.count - 1, table)
        }

        /// Closes the group to bytes that no key of its window allows.
        private mutating func tighten(_ group: Int, _ table: Table) {
            let (offset, mask) = (groups[group].offset, groups[group].mask)
            for (row, position) in positions.enumerated()
            where position >= offset && position < offset + 4 && (position < 4 || offset >= 4) {
                let shift = UInt32(8 * (position - offset))
                let byteMask = UInt8(truncatingIfNeeded: mask >> shift)
                guard byteMask != 0 else { continue }
                let allowed = Set(table.keys.map { UInt8(truncatingIfNeeded: $0 >> shift) })
                for byte in UInt8.min...UInt8.max where !allowed.contains(byte & byteMask) {
                    prefilter[(row * 256 + Int(byte)) * words + group / 64] &= ~(1 << UInt64(group % 64))
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
    func scan(_ bytes: borrowing RawSpan, from start: Int, into found: inout [UInt32]) -> Bool {
        let count = bytes.byteCount &- start
        guard count > 0 else { return false }
        var needsMore = false
        for word in 0..<words {
            var open = UInt64.max
            for row in 0..<positions.count {
                let position = positions[row]
                if position >= count { break }
                open &= prefilter[(row &* 256 &+ Int(bytes.u8(start &+ position))) &* words &+ word]
                if open == 0 { break }
            }
            // Without a byte to look at nothing is known of the groups beyond the last.
            if word &+ 1 == words, groups.count & 63 != 0 { open &= (1 << UInt64(groups.count & 63)) &- 1 }
            while open != 0 {
                let group = groups[word &* 64 &+ open.trailingZeroBitCount]
                open &= open &- 1
                let offset = start &+ group.offset
                if group.offset &+ group.width > count {
                    needsMore = true
                    continue
                }
                let value: UInt32
                if group.offset &+ 4 <= count {
                    value = bytes.u32le(offset)
                } else {
                    value = Self.partial(bytes, offset)
                }
                look(for: value & group.mask, in: group, &found)
            }
        }
        return needsMore
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
    private func look(for key: UInt32, in group: Group, _ found: inout [UInt32]) {
        let last = (1 << Int(group.tableBits)) &- 1
        var index = Self.slot(of: key, group.tableBits)
        while true {
            let slot = slots[group.firstSlot &+ index]
            if slot == 0 { return }
            if UInt32(truncatingIfNeeded: slot >> 32) == key {
                let bucket = Int(UInt32(truncatingIfNeeded: slot)) &- 1
                for member in Int(bucketStarts[bucket])..<Int(bucketStarts[bucket &+ 1]) {
                    found.append(members[member])
                }
                return
            }
            index = (index &+ 1) & last
        }
    }
}
