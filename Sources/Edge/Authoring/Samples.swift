internal import Matching
internal import Net
internal import Plugins

/// What one speaker said first in several flows, and what these texts have in common.
struct Samples {
    /// How much is asked for: at first what stands at the beginning, and more with every step.
    enum Demand: Int, CaseIterable {
        case little, more, much, all

        /// From so many bits on nothing more is asked for.
        var bits: Double {
            switch self {
            case .little: 24
            case .more: 40
            case .much: 80
            case .all: 512
            }
        }

        /// How far into the bytes is looked: what stands late is more often by chance the same.
        var reach: Int { self == .little ? 16 : self == .more ? 32 : Samples.reach }
    }

    /// A matcher with the reasons for it.
    struct Finding {
        var matcher: Matcher
        /// How many bits it knows; what is common in all traffic counts less.
        var bits: Double
        var reasons: [String]
        /// How many of the samples it fits.
        var covered: Int
    }

    /// How far into the bytes is looked.
    static let reach = 48

    let texts: [[UInt8]]
    let transport: TransportProtocol
    private let least: Int

    init(_ texts: [[UInt8]], over transport: TransportProtocol) {
        self.texts = texts.filter { !$0.isEmpty }
        self.transport = transport
        least = self.texts.map(\.count).min() ?? 0
    }

    var isEmpty: Bool { texts.isEmpty }
    private var distinct: Int { Set(texts.map { Array($0.prefix(Self.reach)) }).count }

    /// Whether all begin with readable text.
    var areText: Bool {
        !isEmpty
            && texts.allSatisfy { text in
                let start = text.prefix(24)
                let readable = start.count { (32...126).contains($0) || [9, 10, 13].contains($0) }
                return readable == start.count && text.count >= 3
            }
    }

    /// What they have in common; nil when that is too little to be worth asking for.
    func finding(_ demand: Demand) -> Finding? { finding(demand, partings: 3) }

    /// - Parameter partings: how often the samples may be sorted by kinds, and kinds of kinds.
    private func finding(_ demand: Demand, partings: Int) -> Finding? {
        guard !isEmpty else { return nil }
        let whole = common(demand)
        // What is known of all together is better than what is known of each kind.
        if let whole, whole.bits >= min(demand.bits, 28) || partings == 0 { return whole }
        guard let kinds = byKind(demand, partings: partings - 1) else { return whole }
        return kinds.bits > (whole?.bits ?? 0) + 4 ? kinds : whole
    }

    private func common(_ demand: Demand) -> Finding? {
        if areText, let found = beginning(demand) ?? words() ?? lines() { return found }
        return structure(demand)
    }

    // MARK: Text

    /// The text that all begin with, cut where a word ends.
    private func beginning(_ demand: Demand) -> Finding? {
        let prefix = commonPrefix
        guard prefix.count >= 3 else { return nil }
        let wanted = [4, 6, 12, 40][demand.rawValue]
        func ends(_ place: Int) -> Bool {
            place == prefix.count || !Self.isLetter(prefix[place - 1]) || Self.isDigit(prefix[place])
        }
        // Of texts that are all the same nobody knows where the common part would end.
        let end = (min(wanted, prefix.count)...prefix.count).first(where: ends) ?? prefix.count
        let text = Array(prefix[..<min(end, 40)])
        return Finding(
            matcher: .classes(text.map { ByteClass($0) }, offset: 0), bits: Double(text.count) * 8,
            reasons: ["begins with \(shown(text)) in \(texts.count) flows"], covered: texts.count)
    }

    /// Different words in front, each of which comes back.
    private func words() -> Finding? {
        let codes = texts.map { text -> Int? in
            guard text.count >= 4, text.prefix(3).allSatisfy(Self.isDigit),
                [32, 45, 13, 10].contains(text[3])
            else { return nil }
            return Int(String(decoding: text.prefix(3), as: UTF8.self))
        }
        if !codes.contains(nil) {
            let all = Set(codes.compactMap { $0 }).sorted()
            guard all.count <= 6, all.allSatisfy({ (100...999).contains($0) }) else { return nil }
            return Finding(
                matcher: .reply(all), bits: 26, reasons: ["a code of three digits: \(all)"],
                covered: texts.count)
        }
        let first = texts.map { Array($0.prefix { Self.isLetter($0) }) }
        let all = Set(first.map { String(decoding: $0, as: UTF8.self) }).sorted()
        let areWords = zip(first, texts).allSatisfy { word, text in
            word.count >= 3 && text.count > word.count && [32, 13, 10].contains(text[word.count])
        }
        guard areWords, all.count <= 8, all.count * 2 <= texts.count else { return nil }
        let bits = Double(first.map(\.count).min() ?? 0) * 7 + 6
        return Finding(
            matcher: .command(all.map { Array($0.utf8) }), bits: bits,
            reasons: ["a line's first word is one of \(all.joined(separator: ", "))"], covered: texts.count)
    }

    /// The beginning of a later line that all have.
    private func lines() -> Finding? {
        func beginnings(_ text: [UInt8]) -> Set<[UInt8]> {
            var found: Set<[UInt8]> = []
            for line in text.prefix(1000).split(separator: 10).dropFirst() {
                let word = Array(line.prefix { $0 > 32 && $0 < 127 }.prefix(24))
                if word.count >= 4 { found.insert(word) }
            }
            return found
        }
        guard var common = texts.first.map(beginnings) else { return nil }
        for text in texts.dropFirst() { common.formIntersection(beginnings(text)) }
        guard texts.count > 1,
            let best = common.sorted(by: { $0.lexicographicallyPrecedes($1) }).max(by: { $0.count < $1.count }
            )
        else { return nil }
        return Finding(
            matcher: .line(best.map { ByteClass($0) }), bits: Double(best.count) * 8 - 4,
            reasons: ["a line begins with \(shown(best)) in \(texts.count) flows"], covered: texts.count)
    }

    // MARK: Structure

    /// Bytes that are the same or nearly so, a length, a number that says the length.
    private func structure(_ demand: Demand) -> Finding? {
        let length = LengthField.find(in: texts, over: transport)
        var chosen: [Int: ByteClass] = [:]
        var bits = length?.bits ?? 0
        var reasons: [String] = []
        let places = (0..<min(least, demand.reach)).map { Place($0, of: texts) }
        let isBold = demand.rawValue >= Demand.much.rawValue
        // The same in all. The first ones first, for there protocols say what they are; a zero further on may be chance,
        // four are not.
        let zeros = Self.longZeros(places)
        var zeroBits = 0.0
        for isFront in [true, false] {
            for place in places where (place.offset < 8) == isFront {
                // What stands before a length says which message it is.
                let isWanted = bits < demand.bits || length.map { place.offset < $0.offset } ?? false
                guard isWanted, place.values.count == 1, let value = place.values.first else { continue }
                var worth = Self.worth(of: value)
                guard isFront || isBold || worth == 8 || zeros.contains(place.offset) else { continue }
                if value == 0 {
                    // Many zeros say no more than some.
                    worth = zeroBits < 12 ? worth : 0
                    zeroBits += worth
                }
                guard worth > 0 || isBold else { continue }
                chosen[place.offset] = ByteClass(value)
                bits += worth
            }
        }
        // Few flows show little of what changes.
        for place in places where bits < 16 && place.offset < 8 {
            guard chosen[place.offset] == nil, length?.covers(place.offset) != true,
                let (byteClass, worth) = place.few(of: distinct)
            else { continue }
            chosen[place.offset] = byteClass
            bits += worth
        }
        var parts = length.map { $0.parts(beside: chosen) } ?? Self.runs(chosen)
        for part in parts { reasons.append("\(part.pluginText) in \(texts.count) flows") }
        if let length {
            reasons.append(length.reason)
        } else if transport != .tcp, bits < demand.bits, distinct >= 3,
            let only = Set(texts.map(\.count)).first, texts.allSatisfy({ $0.count == only })
        {
            parts.append(.length(only...only))
            bits += 6
            reasons.append("always \(only) bytes long")
        }
        guard bits >= 6, let first = parts.first else { return nil }
        return Finding(
            matcher: parts.count == 1 ? first : .all(parts), bits: bits, reasons: reasons,
            covered: texts.count)
    }

    /// The offsets of zeros in all samples that have three more beside them.
    private static func longZeros(_ places: [Place]) -> Set<Int> {
        var (found, run): (Set<Int>, [Int]) = ([], [])
        for place in places {
            run = place.values == [0] ? run + [place.offset] : []
            if run.count >= 4 { found.formUnion(run) }
        }
        return found
    }

    /// Zeros and ones are everywhere.
    private static func worth(of value: UInt8) -> Double {
        value == 0 ? 2 : value == 0xff || value == 1 ? 4 : 8
    }

    /// Neighbours in one matcher; a gap of up to three bytes is filled with bytes of any value.
    static func runs(_ chosen: [Int: ByteClass]) -> [Matcher] {
        var parts: [(start: Int, classes: [ByteClass])] = []
        for (offset, byteClass) in chosen.sorted(by: { $0.key < $1.key }) {
            if let last = parts.last, offset - (last.start + last.classes.count) <= 3 {
                let gap = offset - (last.start + last.classes.count)
                parts[parts.count - 1].classes += [ByteClass](repeating: .all, count: gap) + [byteClass]
            } else {
                parts.append((offset, [byteClass]))
            }
        }
        return parts.map { .classes($0.classes, offset: $0.start) }
    }

    // MARK: Kinds

    /// One of a kind shows nothing of what changes.
    private static let worthOfOne = 12.0

    /// Sorts the samples by the byte that parts them best, and asks for each kind what its members have in common.
    private func byKind(_ demand: Demand, partings: Int) -> Finding? {
        guard texts.count >= 3 else { return nil }
        var best: (score: Double, kinds: [Samples])?
        for offset in 0..<min(least, 12) {
            let kinds = Dictionary(grouping: texts) { $0[offset] }
            guard (2...6).contains(kinds.count) else { continue }
            let parted = kinds.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
                .map { Samples($0.value, over: transport) }
            let score = parted.reduce(0.0) { $0 + $1.worth(demand) } - Double(texts.count * kinds.count)
            if score > best?.score ?? 0 { best = (score, parted) }
        }
        guard let best else { return nil }
        // Strangers who came once need not be recognised when the others are many.
        let many = best.kinds.filter { $0.texts.count > 1 }
        let isMost = many.reduce(0) { $0 + $1.texts.count } * 10 >= texts.count * 8
        let kinds = isMost && texts.count >= 5 ? many : best.kinds
        let findings = kinds.compactMap { $0.finding(demand, partings: partings) }
        guard findings.count == kinds.count, let first = findings.first else { return nil }
        let worths = zip(kinds, findings).map { $0.distinct == 1 ? min($1.bits, Self.worthOfOne) : $1.bits }
        return Finding(
            matcher: findings.count == 1 ? first.matcher : .any(findings.flatMap(\.matcher.alternatives)),
            bits: (worths.min() ?? 0) - Double(findings.count - 1),
            reasons: findings.flatMap(\.reasons), covered: findings.reduce(0) { $0 + $1.covered })
    }

    /// How well all of a kind are known.
    private func worth(_ demand: Demand) -> Double {
        let known = isEmpty ? 0 : finding(demand, partings: 1)?.bits ?? 0
        return Double(texts.count) * min(known, distinct == 1 ? Self.worthOfOne : 32)
    }

    // MARK: Bytes

    private var commonPrefix: [UInt8] {
        guard let first = texts.first else { return [] }
        var length = first.count
        for text in texts { length = zip(first, text).prefix(length).prefix { $0 == $1 }.count }
        return Array(first[..<length])
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private func shown(_ text: [UInt8]) -> String { Quoted.text(text) }
}

/// The values that the samples have at an offset.
private struct Place {
    let offset: Int
    let values: Set<UInt8>

    init(_ offset: Int, of texts: [[UInt8]]) {
        self.offset = offset
        values = Set(texts.map { $0[offset] })
    }

    /// A class that the next flow's byte is likely to be in too, when there are few values for so many flows.
    func few(of flows: Int) -> (ByteClass, bits: Double)? {
        guard values.count > 1, let first = values.first else { return nil }
        // The digits of hexadecimal writing that never change.
        var (ones, zeros) = (UInt8.max, UInt8.max)
        for value in values { (ones, zeros) = (ones & value, zeros & ~value) }
        let same = ones | zeros
        let mask: UInt8 = (same & 0xf0 == 0xf0 ? 0xf0 : 0) | (same & 0x0f == 0x0f ? 0x0f : 0)
        guard mask != 0, flows >= 8 || flows >= 4 && values.count * 3 <= flows else { return nil }
        return (ByteClass { $0 & mask == first & mask }, first & mask == 0 ? 2 : 4)
    }
}

extension Matcher {
    /// The parts of which one must hold.
    fileprivate var alternatives: [Matcher] {
        if case .any(let parts) = self { return parts }
        return [self]
    }
}
