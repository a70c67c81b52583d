internal import Matching
internal import Net
internal import Plugins

/// A number in the bytes that says how long they are.
struct LengthField {
    /// Where it stands.
    let offset: Int
    private let width: Int
    private let isLittle: Bool
    /// What the number does not count.
    private let plus: Int
    private let numbers: ClosedRange<Int>
    private let isDatagram: Bool
    private let flows: Int

    /// The first that says the length of every sample, when their lengths differ.
    static func find(in texts: [[UInt8]], over transport: TransportProtocol) -> LengthField? {
        let lengths = Set(texts.map(\.count))
        guard lengths.count >= 2, let least = lengths.min() else { return nil }
        for (width, offset, isLittle) in candidates(within: min(least, 28)) {
            let numbers = texts.map { number($0, offset, width, isLittle) }
            guard let plus = rest(numbers, texts, transport, offset, width, isLittle),
                (-4...offset + width + 16).contains(plus),
                let low = numbers.min(), let high = numbers.max()
            else { continue }
            // Two lengths may agree with a byte by chance, unless it counts just what follows or everything.
            let isNatural = plus == offset + 1 || plus == 0
            if width == 1, lengths.count < (isNatural && texts.count >= 6 ? 2 : 3) { continue }
            return LengthField(
                offset: offset, width: width, isLittle: isLittle, plus: plus, numbers: low...high,
                isDatagram: transport != .tcp, flows: texts.count)
        }
        return nil
    }

    /// Where a number may stand in so many bytes, the likeliest first.
    ///
    /// A short number in network order with zeros behind it is a long little-endian one too, a byte further on: so those
    /// in network order and those that stand at a multiple of their width come first, single bytes last.
    private static func candidates(within count: Int) -> [(width: Int, offset: Int, isLittle: Bool)] {
        var ranks: [[(width: Int, offset: Int, isLittle: Bool)]] = [[], [], [], []]
        for width in [4, 2, 3, 1] {
            for offset in 0..<max(0, count - width + 1) {
                for isLittle in width == 1 ? [false] : [false, true] {
                    let isAligned = width != 3 && offset % width == 0
                    let rank = width == 1 ? 3 : (isLittle ? 1 : 0) + (isAligned ? 0 : 1)
                    ranks[rank].append((width, offset, isLittle))
                }
            }
        }
        return ranks.flatMap { $0 }
    }

    /// What the numbers do not count, if that is the same for all.
    ///
    /// In a stream more messages may follow, which begin as the first one does, or at least have their lengths in the same
    /// place.
    private static func rest(
        _ numbers: [Int], _ texts: [[UInt8]], _ transport: TransportProtocol, _ offset: Int, _ width: Int,
        _ isLittle: Bool
    ) -> Int? {
        let rest = Set(zip(numbers, texts).map { $1.count - $0 })
        if rest.count == 1 { return rest.first }
        let field = offset + width
        guard transport == .tcp, Set(numbers).count > 1 else { return nil }
        let alike = [field, 0].first { plus in
            zip(numbers, texts).allSatisfy { number, text in
                let end = number + plus
                return number > 0 && end >= field
                    && (end == text.count || end + 2 < text.count && text[end..<end + 2] == text[0..<2])
            }
        }
        if let alike, field >= 4 { return alike }
        return [field, 0, offset].first { plus in
            let ends = texts.map { text in
                chain(in: text, offset, width, isLittle, plus: plus)
            }
            return !ends.contains(nil) && ends.count { $0 == true } * 2 >= texts.count
        }
    }

    /// Whether messages that follow each other fill a text exactly; nil when these are none.
    private static func chain(
        in text: [UInt8], _ offset: Int, _ width: Int, _ isLittle: Bool, plus: Int
    ) -> Bool? {
        var (place, count) = (0, 0)
        while place < text.count {
            guard place + offset + width <= text.count else { return count > 1 ? false : nil }
            let length = number(text, place + offset, width, isLittle) + plus
            guard length >= offset + width else { return nil }
            place += length
            count += 1
        }
        // The last message may go on where the capture, or what is kept of it, ends.
        return place == text.count ? true : count > 2 ? false : nil
    }

    private static func number(_ text: [UInt8], _ offset: Int, _ width: Int, _ isLittle: Bool) -> Int {
        let bytes = text[offset..<offset + width]
        return (isLittle ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
    }

    func covers(_ place: Int) -> Bool { (offset..<offset + width).contains(place) }

    /// What is asked for, with the bytes that are known at certain places.
    ///
    /// A datagram has exactly that length. Of a stream more may have come, so there the number is passed over with what it
    /// counts, behind the bytes in front of it.
    ///
    /// - Parameter isTight: whether the number may not be much more than it was.
    func parts(beside chosen: [Int: ByteClass], isTight: Bool = false) -> [Matcher] {
        if isDatagram {
            return Samples.runs(chosen)
                + [.sized(offset: offset, width: width, isLittle: isLittle, plus: plus)]
        }
        let less = max(0, offset + width - plus)
        var high = 256
        while high <= numbers.upperBound * (isTight ? 1 : 4) { high *= 2 }
        high = min(high, 1 << (8 * width)) - 1
        let front = (0..<offset).map { chosen[$0] ?? .all }
        let counted = Step.counted(
            width: width, isLittle: isLittle, range: less...max(high, less), less: less)
        return [.sequence((front.isEmpty ? [] : [.classes(front)]) + [counted])]
            + Samples.runs(chosen.filter { $0.key >= offset + width })
    }

    /// How many bits it knows.
    var bits: Double { isDatagram ? Double(8 * width) : width > 2 ? 8 : 4 }

    var reason: String {
        let what =
            width == 1 ? "the byte at offset \(offset) says" : "the \(width) bytes at offset \(offset) say"
        let rest = plus == 0 ? "" : plus < 0 ? " (more by \(-plus))" : " (less \(plus))"
        return "\(what) the length\(rest) in \(Samples.counted(flows))"
    }
}
