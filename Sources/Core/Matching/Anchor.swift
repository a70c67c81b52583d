internal import Regexes

/// Bytes at a fixed place that a matcher cannot hold without.
struct Anchor: Hashable {
    /// Where the first class stands.
    var offset: Int
    /// The classes, one a byte.
    var classes: [ByteClass]

    /// How many bits the best four-byte window fixes, at most 32.
    var strength: Int { Self.strength(classes.prefix(Self.reach).map(\.commonBits)) }

    /// Bytes of an anchor that windows are made of.
    private static let reach = 16

    private static func strength(_ bits: [(mask: UInt8, value: UInt8)]) -> Int {
        var best = 0
        for start in stride(from: 0, to: bits.count, by: 2) {
            var strength = 0
            for index in start..<min(start + 4, bits.count) { strength += bits[index].mask.nonzeroBitCount }
            best = max(best, strength)
        }
        return best
    }

    /// A masked four-byte window: what four bytes at `offset`, read little-endian, are under `mask`.
    struct Window: Equatable, BitwiseCopyable {
        var offset: Int
        var mask: UInt32
        var key: UInt32
    }

    /// Adds the windows an index may file this anchor under.
    ///
    /// Those that start far into the bytes are left out: they make short inputs wait.
    func addWindows(to result: inout [Window]) {
        let bits = classes.prefix(Self.reach).map(\.commonBits)
        var start = 0
        var exact = 0
        // Two windows that fix every bit are choice enough.
        while start < bits.count, exact < 2 {
            defer { start += 2 }
            var mask: UInt32 = 0
            var key: UInt32 = 0
            for index in 0..<4 where start + index < bits.count {
                mask |= UInt32(bits[start + index].mask) << UInt32(8 * index)
                key |= UInt32(bits[start + index].value) << UInt32(8 * index)
            }
            if mask == .max { exact += 1 }
            if mask != 0 {
                result.append(Window(offset: offset + start, mask: mask, key: key))
                // Without the case bit, letters of `starts` and of `starts_nocase` share a group.
                let caseless: UInt32 = 0xdfdf_dfdf
                if mask & caseless != mask {
                    result.append(Window(offset: offset + start, mask: mask & caseless, key: key & caseless))
                }
            }
        }
    }
}

extension Matcher {
    /// Anchors of which at least one must be present for the matcher to hold; nil when there are none to rely on.
    ///
    /// For line matchers they are about the first line only; `isLineBased` says that later lines count too.
    func anchors() -> [Anchor]? {
        switch self {
        case .classes(let classes, let offset):
            return classes.isEmpty ? nil : [Anchor(offset: offset, classes: classes)]
        case .line(let classes):
            return classes.isEmpty ? nil : [Anchor(offset: 0, classes: classes)]
        case .command(let words):
            return words.map { Anchor(offset: 0, classes: $0.map(ByteClass.init(ignoringCase:))) }
        case .reply(let codes):
            return codes.map { Anchor(offset: 0, classes: String($0).utf8.map { ByteClass($0) }) }
        case .matches(let pattern):
            let literal = Regex.literalPrefix(of: pattern)
            return literal.isEmpty ? nil : [Anchor(offset: 0, classes: literal.map { ByteClass($0) })]
        case .at(let offset, let inner):
            // Only the first line is moved by the offset; no anchor would hold for that one and for the others.
            guard offset == 0 || !inner.isLineBased else { return nil }
            return inner.anchors()?.map { Anchor(offset: $0.offset + offset, classes: $0.classes) }
        case .any(let alternatives):
            var all: [Anchor] = []
            for alternative in alternatives {
                guard let anchors = alternative.anchors() else { return nil }
                all += anchors
            }
            return all.isEmpty ? nil : all
        case .all(let parts):
            // The part whose weakest anchor is strongest speaks for all; one that later lines may satisfy only
            // when there is no other.
            let fixed = parts.filter { !$0.isLineBased }.compactMap { $0.anchors() }
            let anchored = fixed.isEmpty ? parts.compactMap { $0.anchors() } : fixed
            return anchored.max { Self.weakest($0) < Self.weakest($1) }
        case .sequence(let steps):
            return steps.first?.firstClasses.map { [Anchor(offset: 0, classes: $0)] }
        case .contains, .header, .length, .sized, .none:
            return nil
        }
    }

    /// Whether it can hold because of a line that is not the first.
    var isLineBased: Bool {
        switch self {
        case .line, .command, .reply: true
        case .any(let parts): parts.contains { $0.isLineBased }
        case .all(let parts):
            !parts.contains { !$0.isLineBased && $0.anchors() != nil } && parts.contains { $0.isLineBased }
        case .at(_, let inner): inner.isLineBased
        default: false
        }
    }

    /// How many bits the weakest of the anchors fixes; 0 without anchors.
    static func weakest(_ anchors: [Anchor]) -> Int { anchors.map(\.strength).min() ?? 0 }

    /// How much the matcher asks for, in bits: the more, the less a fit is chance.
    ///
    /// Breaks ties between verdicts.
    var specificity: Int {
        switch self {
        case .classes(let classes, _), .line(let classes), .header(let classes):
            classes.reduce(0) { $0 + $1.bits }
        case .command(let words): words.map { $0.count * 7 }.min() ?? 0
        case .reply(let codes): codes.isEmpty ? 0 : 24
        case .contains(let literal): literal.count * 4
        case .matches(let pattern): 8 + 8 * Regex.literalPrefix(of: pattern).count
        case .length(let range): range.count == 1 ? 8 : 2
        case .sized(_, let width, _, _): 8 * width
        case .sequence(let steps): steps.reduce(0) { $0 + $1.specificity }
        case .at(_, let inner): inner.specificity
        case .any(let parts): parts.map(\.specificity).min() ?? 0
        case .all(let parts): parts.reduce(0) { $0 + $1.specificity }
        case .none: 1
        }
    }
}

extension ByteClass {
    /// How many bits a byte of this class is known by: 8 for one value, 0 for any.
    var bits: Int {
        let count = count
        var size = 8
        while size > 0, 1 << size > count { size -= 1 }
        return 8 - size
    }
}

extension Step {
    /// The classes that the first bytes must lie in; nil when there are none.
    var firstClasses: [ByteClass]? {
        switch self {
        case .classes(let classes): classes
        case .element(let tag, _): [tag]
        case .labels, .counted, .ends: nil
        }
    }

    /// How much the step asks for, in bits.
    fileprivate var specificity: Int {
        switch self {
        case .classes(let classes): classes.reduce(0) { $0 + $1.bits }
        case .element(let tag, _): tag.bits + 2
        case .labels, .counted: 4
        case .ends: 8
        }
    }
}
