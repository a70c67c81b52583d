internal import Net

/// A step of a sequence; bytes and tags are the numbers of patterns.
enum CompiledStep: Sendable {
    case classes(Int32)
    case labels
    case counted(width: Int, isLittle: Bool, low: Int, high: Int, less: Int)
    case element(tag: Int32, enters: Bool)
    case ends
}

extension Programs {
    /// RFC 1035 section 3.1: a name has at most 255 bytes.
    private static var nameLimit: Int { 255 }

    /// Whether the steps hold one after the other; `.more` when bytes are missing to tell.
    func sequence(_ range: Range<Int>, _ bytes: borrowing RawSpan, from base: Int) -> Fit {
        var place = base
        // Where the element ends that was entered last.
        var limit = Int.max
        for index in range {
            switch steps[index] {
            case .classes(let pattern):
                let fit = fits(pattern, bytes, at: place)
                guard fit == .yes else { return fit }
                place &+= length(of: pattern)
            case .labels:
                let fit = name(bytes, &place)
                guard fit == .yes else { return fit }
            case .counted(let width, let isLittle, let low, let high, let less):
                guard let count = Self.number(bytes, at: place, width, isLittle) else { return .more }
                guard count >= low, count <= high else { return .no }
                place &+= width &+ count &- less
            case .element(let tag, let enters):
                let fit = fits(tag, bytes, at: place)
                guard fit == .yes else { return fit }
                guard let (start, length) = Self.contents(bytes, at: place &+ 1) else {
                    return place &+ 6 > bytes.byteCount ? .more : .no
                }
                guard start &+ length <= limit else { return .no }
                if enters { limit = start &+ length }
                place = enters ? start : start &+ length
            case .ends:
                if place < bytes.byteCount { return .no }
                if place > bytes.byteCount { return .more }
            }
            if place > limit { return .no }
        }
        return .yes
    }

    /// Passes over a domain name.
    private func name(_ bytes: borrowing RawSpan, _ place: inout Int) -> Fit {
        let start = place
        while place < bytes.byteCount {
            let length = Int(bytes.u8(place))
            if length == 0 || length >= 0xc0 {
                place &+= length == 0 ? 1 : 2
                return .yes
            }
            guard length < 0x40 else { return .no }
            place &+= length &+ 1
            guard place &- start < Self.nameLimit else { return .no }
        }
        return .more
    }

    /// The number of `width` bytes at `place`; nil when it is cut off.
    static func number(
        _ bytes: borrowing RawSpan, at place: Int, _ width: Int, _ isLittle: Bool
    ) -> Int? {
        guard place &+ width <= bytes.byteCount else { return nil }
        var value = 0
        for index in 0..<width {
            let byte = Int(bytes.u8(place &+ index))
            value |= byte << (8 &* (isLittle ? index : width &- 1 &- index))
        }
        return value
    }

    /// Where the contents of a BER element start and how long they are, from its length at `place`; nil when it is cut
    /// off, indefinite, or longer than four bytes can say (X.690 section 8.1.3).
    private static func contents(_ bytes: borrowing RawSpan, at place: Int) -> (start: Int, length: Int)? {
        guard place < bytes.byteCount else { return nil }
        let first = Int(bytes.u8(place))
        if first < 0x80 { return (place &+ 1, first) }
        let width = first &- 0x80
        guard (1...4).contains(width), let length = number(bytes, at: place &+ 1, width, false) else {
            return nil
        }
        return (place &+ 1 &+ width, length)
    }
}
