internal import Net
internal import Regexes

/// The identifications of a protocol, compiled: thousands of patterns, of which a handful is tried.
///
/// Every pattern is filed under four bytes that stand in all that fits it, the rarest of its own among all patterns.
/// What a speaker said is passed over once; only patterns whose four bytes occur are tried, in the order of their
/// declaration, and the first that fits has the say.
///
/// Classes, so that asking one copies nothing.
final class IdentificationTable: Sendable {
    /// A pattern with what it gives.
    struct Rule: Sendable {
        var regex: Regex
        var gives: [(name: String, template: FieldTemplate)]
    }

    /// The rules that look at the same text.
    final class Section: Sendable {
        let speaker: Speaker
        let within: Regex?
        let rules: [Rule]
        private let grams: GramTable
        /// The rules without four bytes to look for; tried always.
        private let always: [Int32]

        /// - Parameter literals: by rule, the texts that stand in all that fits.
        fileprivate init(_ key: Key, within: Regex?, _ rules: [Rule], literals: [[[UInt8]]]) {
            speaker = key.speaker
            self.within = within
            self.rules = rules
            (grams, always) = GramTable.filing(literals)
        }

        /// The rules that may fit the bytes, ascending.
        func candidates(in bytes: borrowing RawSpan, _ found: inout [Int32]) {
            found.removeAll(keepingCapacity: true)
            for rule in always { found.append(rule) }
            grams.find(in: bytes, &found)
            if found.count > 1 { GramTable.sort(&found) }
        }
    }

    let sections: [Section]

    /// Compiles identifications, in their order.
    ///
    /// - Parameter regexes: expressions that are compiled already, by their patterns.
    init(_ identifications: [Identification], regexes: [String: Regex]) throws(RegexError) {
        var places: [Key: Int] = [:]
        var parts: [(key: Key, within: Regex?, rules: [Rule], literals: [[[UInt8]]])] = []
        func regex(_ pattern: String) throws(RegexError) -> Regex {
            if let known = regexes[pattern] { return known }
            return try Regex(pattern)
        }
        for identification in identifications {
            let key = Key(speaker: identification.speaker, within: identification.within)
            let place = places[key] ?? parts.count
            if place == parts.count {
                places[key] = place
                var within: Regex?
                if let pattern = identification.within { within = try regex(pattern) }
                parts.append((key, within, [], []))
            }
            parts[place].literals.append(identification.literals)
            parts[place].rules.append(
                Rule(regex: try regex(identification.pattern), gives: identification.gives))
        }
        sections = parts.map { Section($0.key, within: $0.within, $0.rules, literals: $0.literals) }
    }

    fileprivate struct Key: Hashable {
        var speaker: Speaker
        var within: String?
    }
}

extension GramTable {
    /// Files every rule under the rarest four bytes of its literals, and gives those that have none.
    fileprivate static func filing(_ literals: [[[UInt8]]]) -> (table: GramTable, rest: [Int32]) {
        // One sort, instead of a set for each of thousands of rules: those of a gram lie together.
        var pairs: [UInt64] = []
        for (rule, texts) in literals.enumerated() {
            for gram in texts.lazy.flatMap(grams) { pairs.append(UInt64(gram) << 32 | UInt64(rule)) }
        }
        pairs.sort()
        var rarest = [(count: Int, gram: UInt32)](repeating: (.max, 0), count: literals.count)
        var start = 0
        while start < pairs.count {
            let gram = UInt32(pairs[start] >> 32)
            var (end, count) = (start, 0)
            while end < pairs.count, UInt32(pairs[end] >> 32) == gram {
                if end == start || pairs[end] != pairs[end - 1] { count += 1 }
                end += 1
            }
            for pair in pairs[start..<end] {
                let rule = Int(UInt32(truncatingIfNeeded: pair))
                if count < rarest[rule].count { rarest[rule] = (count, gram) }
            }
            start = end
        }
        var filed: [(gram: UInt32, rule: Int32)] = []
        var rest: [Int32] = []
        for (rule, found) in rarest.enumerated() {
            if found.count < .max {
                filed.append((found.gram, Int32(rule)))
            } else {
                rest.append(Int32(rule))
            }
        }
        return (GramTable(filed), rest)
    }
}

/// Which rules to try when four bytes occur.
private struct GramTable: Sendable {
    /// A bit for every hash of a gram: most places of a text end here.
    private var filter = [UInt64](repeating: 0, count: 1 << (filterBits - 6))
    /// Open addressing: the gram, and which of `rules` are its; without rules the slot is empty.
    private var slots: [(gram: UInt32, first: Int32, last: Int32)] = []
    private var rules: [Int32] = []

    private static let filterBits = 16

    init(_ filed: [(gram: UInt32, rule: Int32)]) {
        let sorted = filed.sorted { ($0.gram, $0.rule) < ($1.gram, $1.rule) }
        var capacity = 16
        while capacity < 2 * sorted.count { capacity *= 2 }
        slots = Array(repeating: (0, 0, 0), count: capacity)
        var start = 0
        while start < sorted.count {
            let gram = sorted[start].gram
            var end = start
            while end < sorted.count, sorted[end].gram == gram { end += 1 }
            let hash = Self.hash(gram)
            var slot = Int(hash) & (capacity - 1)
            while slots[slot].last > 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = (gram, Int32(start), Int32(end))
            filter[Int(hash >> 22)] |= 1 << UInt64(hash >> 16 & 63)
            start = end
        }
        rules = sorted.map(\.rule)
    }

    static func grams(_ literal: [UInt8]) -> [UInt32] {
        guard literal.count >= 4 else { return [] }
        return (0...(literal.count - 4)).map { place in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(literal[place + $1]) << UInt32(8 * $1) }
        }
    }

    @inline(__always)
    private static func hash(_ gram: UInt32) -> UInt32 {
        let mixed = gram &* 0x9E37_79B1
        return mixed ^ mixed >> 15
    }

    /// Ascending, each once.
    static func sort(_ found: inout [Int32]) {
        found.sort()
        var kept = 1
        for place in 1..<found.count where found[place] != found[kept &- 1] {
            found[kept] = found[place]
            kept &+= 1
        }
        found.removeLast(found.count - kept)
    }

    func find(in bytes: borrowing RawSpan, _ found: inout [Int32]) {
        guard !rules.isEmpty, bytes.byteCount >= 4 else { return }
        let mask = slots.count &- 1
        var bound = 1024
        for place in 0...(bytes.byteCount &- 4) {
            let gram = bytes.u32le(place)
            let hash = Self.hash(gram)
            guard filter[Int(hash >> 22)] >> UInt64(hash >> 16 & 63) & 1 == 1 else { continue }
            var slot = Int(hash) & mask
            while slots[slot].last > 0 {
                if slots[slot].gram == gram {
                    for place in Int(slots[slot].first)..<Int(slots[slot].last) {
                        found.append(rules[place])
                    }
                    // A hostile text of the same bytes over and over must not make the list long.
                    if found.count > bound {
                        Self.sort(&found)
                        bound = max(bound, 2 &* found.count)
                    }
                    break
                }
                slot = (slot &+ 1) & mask
            }
        }
    }
}
