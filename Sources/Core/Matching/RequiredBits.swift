/// The bits that a matcher asks for at fixed offsets, whatever else it asks: where one differs, it cannot hold.
struct RequiredBits: BitwiseCopyable {
    /// Up to eight bytes as a little-endian word, of which the bits of `mask` must be those of `value`.
    struct Word: BitwiseCopyable {
        var mask: UInt64 = 0
        var value: UInt64 = 0

        @inline(__always)
        func fits(_ word: UInt64) -> Bool { (word ^ value) & mask == 0 }
    }

    /// Bytes behind these are not looked at.
    private static let reach = 64
    /// By offset; 0 behind the first `count`.
    private var masks = InlineArray<64, UInt8>(repeating: 0)
    private var values = InlineArray<64, UInt8>(repeating: 0)
    private var count = 0

    /// None.
    init() {}

    /// Those of a matcher.
    init(of matcher: Matcher) { add(matcher, at: 0) }

    private mutating func add(_ matcher: Matcher, at base: Int) {
        switch matcher {
        case .classes(let classes, let offset): add(classes, at: base + offset)
        case .at(let offset, let inner): add(inner, at: base + offset)
        case .all(let parts): for part in parts { add(part, at: base) }
        case .any(let parts):
            guard let first = parts.first else { return }
            var common = RequiredBits()
            common.add(first, at: base)
            for part in parts.dropFirst() where common.count > 0 {
                var other = RequiredBits()
                other.add(part, at: base)
                common.keepCommon(with: other)
            }
            for offset in 0..<common.count { add(common.masks[offset], common.values[offset], at: offset) }
        case .sequence(let steps):
            var offset = base
            for step in steps {
                // Behind a part of unknown length offsets are unknown.
                guard case .classes(let classes) = step else {
                    if let tag = step.firstClasses { add(tag, at: offset) }
                    return
                }
                add(classes, at: offset)
                offset += classes.count
            }
        // An expression that does not match may still wait for more bytes.
        case .line, .header, .command, .reply, .contains, .matches, .length, .sized, .none: return
        }
    }

    private mutating func add(_ classes: [ByteClass], at offset: Int) {
        for (index, byteClass) in classes.enumerated() {
            let common = byteClass.commonBits
            add(common.mask, common.value, at: offset + index)
        }
    }

    private mutating func add(_ mask: UInt8, _ value: UInt8, at offset: Int) {
        guard mask != 0, offset < Self.reach else { return }
        count = max(count, offset + 1)
        masks[offset] |= mask
        values[offset] |= value & mask
    }

    private mutating func keepCommon(with other: RequiredBits) {
        for offset in 0..<count {
            masks[offset] &= other.masks[offset] & ~(values[offset] ^ other.values[offset])
            values[offset] &= masks[offset]
        }
        count = min(count, other.count)
    }

    /// The eight bytes that ask for the most bits besides those of a window, and where they begin.
    func strongest(beyond window: Anchor.Window) -> (offset: Int, word: Word) {
        var best = (offset: 0, bits: 0)
        for start in 0..<count {
            var bits = 0
            for offset in start..<min(start + 8, count) {
                let known =
                    0..<4 ~= offset - window.offset ? window.mask >> UInt32(8 * (offset - window.offset)) : 0
                bits += (masks[offset] & ~UInt8(truncatingIfNeeded: known)).nonzeroBitCount
            }
            if bits > best.bits { best = (start, bits) }
        }
        guard best.bits > 0 else { return (0, Word()) }
        var word = Word()
        for offset in best.offset..<min(best.offset + 8, count) {
            word.mask |= UInt64(masks[offset]) << UInt64(8 * (offset - best.offset))
            word.value |= UInt64(values[offset]) << UInt64(8 * (offset - best.offset))
        }
        return (best.offset, word)
    }
}
