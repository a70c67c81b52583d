internal import Matching
internal import Net
internal import Plugins

/// What one speaker said first in several flows, and what these texts have in common.
struct Samples {
    /// How much is asked for: at first what stands at the beginning, and more with every step.
    enum Demand: Int, CaseIterable {
        case least, little, more, much, all

        /// From so many bits on nothing more is asked for.
        var bits: Double {
            switch self {
            case .least: 8
            case .little: 24
            case .more: 40
            case .much: 80
            case .all: 512
            }
        }

        /// How far into the bytes is looked: what stands late is more often by chance the same.
        var reach: Int {
            switch self {
            case .least: 8
            case .little: 16
            case .more: 32
            case .much, .all: Samples.reach
            }
        }
    }

    /// How samples are sorted that have too little in common.
    enum Grouping: CaseIterable {
        /// By the byte that parts them best.
        case kinds
        /// What most have in common comes first, and the others are looked at on their own.
        case majority
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
    let grouping: Grouping
    /// Whether numbers may not be much more than they were.
    let isTight: Bool
    /// The length of the shortest.
    let least: Int

    init(
        _ texts: [[UInt8]], over transport: TransportProtocol, grouping: Grouping = .kinds,
        isTight: Bool = false
    ) {
        self.isTight = isTight
        self.texts = texts.filter { !$0.isEmpty }
        self.transport = transport
        self.grouping = grouping
        least = self.texts.map(\.count).min() ?? 0
    }

    var isEmpty: Bool { texts.isEmpty }
    /// How many differ in their beginning.
    var distinct: Int { Set(texts.map { Array($0.prefix(Self.reach)) }).count }

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
    func finding(_ demand: Demand, partings: Int) -> Finding? {
        guard !isEmpty else { return nil }
        let whole = common(demand)
        // What is known of all together is better than what is known of each kind.
        if let whole, whole.bits >= min(demand.bits, 28) || partings == 0 { return whole }
        let sorted =
            grouping == .kinds
            ? byKind(demand, partings: partings - 1) : byMajority(demand, partings: partings - 1)
        guard let sorted else { return whole }
        return sorted.bits > (whole?.bits ?? 0) + 4 ? sorted : whole
    }

    /// What all have in common.
    func common(_ demand: Demand) -> Finding? {
        if areText, let found = beginning(demand) ?? words() ?? lines() ?? shape(demand) { return found }
        return structure(demand)
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
        var parts = length.map { $0.parts(beside: chosen, isTight: isTight) } ?? Self.runs(chosen)
        for part in parts { reasons.append("\(part.pluginText) in \(Self.counted(texts.count))") }
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

    // MARK: Bytes

    /// What all begin with.
    var commonPrefix: [UInt8] {
        guard let first = texts.first else { return [] }
        var length = first.count
        for text in texts { length = zip(first, text).prefix(length).prefix { $0 == $1 }.count }
        return Array(first[..<length])
    }

    /// `1 flow`, `6 flows`.
    static func counted(_ flows: Int) -> String { "\(flows) flow\(flows == 1 ? "" : "s")" }

    static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    func shown(_ text: [UInt8]) -> String { Quoted.text(text) }
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
