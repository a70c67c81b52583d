internal import Net

extension Examiner {
    /// Where a sequence has come to.
    private struct Cursor {
        var place: Int
        /// Where the element ends that was entered last.
        var limit = Int.max
    }

    /// The steps one after the other, until one does not hold.
    func sequence(
        _ steps: [Step], _ bytes: borrowing RawSpan, from base: Int
    ) -> (Fit, Outcome, [Examination]) {
        var cursor = Cursor(place: base)
        var parts: [Examination] = []
        var answer = Fit.yes
        for step in steps {
            guard answer == .yes else {
                parts.append(Examination(subject: .step(step), fit: .no, outcome: .notReached))
                continue
            }
            let start = cursor.place
            var (fit, outcome) = Self.step(step, bytes, &cursor)
            if fit == .yes, cursor.place > cursor.limit {
                (fit, outcome) = (.no, .outside(end: cursor.place, limit: cursor.limit))
            }
            if fit == .yes { outcome = .holds(start..<max(start, cursor.place)) }
            parts.append(Examination(subject: .step(step), fit: fit, outcome: outcome))
            answer = fit
        }
        return (answer, answer == .yes ? .holds(base..<max(base, cursor.place)) : .parts, parts)
    }

    private static func step(
        _ step: Step, _ bytes: borrowing RawSpan, _ cursor: inout Cursor
    ) -> (Fit, Outcome) {
        let start = cursor.place
        switch step {
        case .classes(let classes):
            let (fit, outcome) = Self.bytes(classes, bytes, at: start)
            if fit == .yes { cursor.place += classes.count }
            return (fit, outcome)
        case .labels:
            return name(bytes, &cursor.place)
        case .counted(let width, let isLittle, let range, let less):
            guard let count = Programs.number(bytes, at: start, width, isLittle) else {
                return (.more, .ends(at: max(start, bytes.byteCount), expected: nil))
            }
            guard range.contains(count) else {
                return (.no, .number(at: start, found: count, allowed: range))
            }
            cursor.place += width + count - less
            return (.yes, .parts)
        case .element(let tag, let enters):
            return element(tag, enters: enters, bytes, &cursor)
        case .ends:
            if start < bytes.byteCount {
                return (.no, .trailing(at: start, count: bytes.byteCount - start))
            }
            return (
                start > bytes.byteCount ? .more : .yes, .ends(at: bytes.byteCount, expected: nil)
            )
        }
    }

    /// A domain name (RFC 1035 section 4.1.4).
    private static func name(_ bytes: borrowing RawSpan, _ place: inout Int) -> (Fit, Outcome) {
        let start = place
        while place < bytes.byteCount {
            let length = bytes.u8(place)
            if length == 0 || length >= 0xc0 {
                place += length == 0 ? 1 : 2
                return (.yes, .parts)
            }
            guard length < 0x40 else {
                let lengths = ByteClass(where: { $0 < 0x40 || $0 >= 0xc0 })
                return (.no, .differs(at: place, expected: lengths, found: length))
            }
            place += Int(length) + 1
            guard place - start < 255 else { return (.no, .nameTooLong(at: start)) }
        }
        return (.more, .ends(at: place, expected: nil))
    }

    /// A BER element (X.690 section 8.1).
    private static func element(
        _ tag: ByteClass, enters: Bool, _ bytes: borrowing RawSpan, _ cursor: inout Cursor
    ) -> (Fit, Outcome) {
        let start = cursor.place
        let (fit, outcome) = Self.bytes([tag], bytes, at: start)
        guard fit == .yes else { return (fit, outcome) }
        guard start + 1 < bytes.byteCount else { return (.more, .ends(at: start + 1, expected: nil)) }
        let first = Int(bytes.u8(start + 1))
        var (contents, length) = (start + 2, first)
        if first >= 0x80 {
            let width = first - 0x80
            guard (1...4).contains(width),
                let number = Programs.number(bytes, at: start + 2, width, false)
            else {
                // A length that is cut off and one that cannot be used look alike until six bytes are there.
                return start + 6 > bytes.byteCount
                    ? (.more, .ends(at: bytes.byteCount, expected: nil))
                    : (.no, .unusableLength(at: start + 1))
            }
            (contents, length) = (start + 2 + width, number)
        }
        guard contents + length <= cursor.limit else {
            return (.no, .outside(end: contents + length, limit: cursor.limit))
        }
        if enters { cursor.limit = contents + length }
        cursor.place = enters ? contents : contents + length
        return (.yes, .parts)
    }
}
