internal import Net

/// What syslog puts before a message: RFC 5424, RFC 3164 and what programs make of them.
struct SyslogHeader {
    /// When; nil where the line does not say.
    var time: Timestamp?
    /// Who sent it, as written; empty where the line does not say.
    var host = 0..<0
    /// Where the message begins.
    var message = 0

    private static let months: [[UInt8]] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ].map { Array($0.utf8) }

    /// Reads what stands before the message.
    ///
    /// - Parameters:
    ///   - written: when the file was last written; a day without a year is the last such day before it.
    ///   - zone: seconds east of UTC, for times that do not say.
    init(_ line: RawSpan, written: Timestamp, zone: Int64) {
        var place = 0
        if line.byteCount > 2, line.u8(0) == UInt8(ascii: "<"),
            let end = line.firstOffset(of: UInt8(ascii: ">"), from: 1, before: min(line.byteCount, 6))
        {
            place = end + 1
            // EMBLEM puts a colon before the time.
            if place < line.byteCount, line.u8(place) == UInt8(ascii: ":") { place += 1 }
            // RFC 5424 section 6.2.2: the version, then a space.
            if place + 1 < line.byteCount, line.u8(place) == UInt8(ascii: "1"), line.u8(place + 1) == 0x20 {
                place += 2
            }
        }
        // dmesg puts the time in brackets.
        let hasBracket = place < line.byteCount && line.u8(place) == UInt8(ascii: "[")
        var start = place
        if hasBracket {
            start += 1
            while start < line.byteCount, line.u8(start) == 0x20 { start += 1 }
        }
        if let (time, end) = Self.isoTime(line, start) ?? Self.monthTime(line, start, written, zone) {
            self.time = time
            place = end
            if hasBracket, place < line.byteCount, line.u8(place) == UInt8(ascii: "]") { place += 1 }
            while place < line.byteCount, line.u8(place) == 0x20 || line.u8(place) == 0x3a { place += 1 }
            let hostEnd = line.firstOffset(of: 0x20, from: place, before: line.byteCount) ?? line.byteCount
            // The message itself, where no host is named.
            let isMessage = place < line.byteCount && line.u8(place) == UInt8(ascii: "%")
            host = isMessage ? place..<place : place..<hostEnd
        }
        message = place
    }

    private static func isoTime(_ line: RawSpan, _ start: Int) -> (Timestamp, Int)? {
        guard start + 19 <= line.byteCount, line.u8(start + 4) == 45 else { return nil }
        var end = start + 19
        while end < line.byteCount, line.u8(end) != 0x20, line.u8(end) != UInt8(ascii: "]"), end < start + 40
        { end += 1 }
        if line.u8(end - 1) == UInt8(ascii: ":") { end -= 1 }
        return line.isoTime(start..<end).map { ($0, end) }
    }

    /// `Nov 25 11:00:08`, `Nov 25 2026 11:00:08`, `Wed Nov 25 11:00:08 2026`.
    private static func monthTime(
        _ line: RawSpan, _ start: Int, _ written: Timestamp, _ zone: Int64
    ) -> (Timestamp, Int)? {
        guard var word = words(line, from: start, atMost: 5), word.count >= 3 else { return nil }
        if line.byteCount > 0, month(line, word[0]) == nil { word.removeFirst() }
        guard word.count >= 3, let month = month(line, word[0]),
            let day = line.number(word[1], as: Int64.self)
        else {
            return nil
        }
        var year: Int64?
        var clockPlace = 2
        if let number = line.number(word[2], as: Int64.self), word.count > 3 {
            year = number
            clockPlace = 3
        }
        let clockWord = word[clockPlace]
        guard clockWord.count >= 8, let clock = line.clock(clockWord.lowerBound..<clockWord.lowerBound + 8)
        else {
            return nil
        }
        var end = clockWord.upperBound
        var fraction: Int64 = 0
        if clockWord.count > 9, line.u8(clockWord.lowerBound + 8) == UInt8(ascii: ".") {
            var unit: Int64 = 100_000_000
            for offset in clockWord.lowerBound + 9..<clockWord.upperBound where line.u8(offset) &- 48 < 10 {
                fraction += Int64(line.u8(offset) &- 48) * unit
                unit /= 10
            }
        }
        if year == nil, clockPlace + 1 < word.count {
            let next = word[clockPlace + 1]
            let trimmed = next.lowerBound..<next.upperBound
            if trimmed.count == 4, let number = line.number(trimmed, as: Int64.self), number >= 1970 {
                year = number
                end = next.upperBound
            }
        }
        func time(in year: Int64) -> Timestamp? {
            CivilDate.toDays(year: year, month: month, day: day).flatMap {
                Timestamp(possible: $0 * 86_400 + clock - zone, of: 1_000_000_000, and: fraction)
            }
        }
        if let year { return (1970...9999).contains(year) ? time(in: year).map { ($0, end) } : nil }
        // A day of slack for clocks and zones that differ.
        let latest = Timestamp(nanoseconds: written.nanoseconds &+ 86_400_000_000_000)
        let thisYear = CivilDate.fromDays(written.nanoseconds / 86_400_000_000_000).year
        for year in [thisYear + 1, thisYear, thisYear - 1, thisYear - 2, thisYear - 3, thisYear - 4] {
            if let found = time(in: year), found < latest { return (found, end) }
        }
        return nil
    }

    private static func month(_ line: RawSpan, _ word: Range<Int>) -> Int64? {
        months.firstIndex { line.holds(word, $0) }.map { Int64($0) + 1 }
    }

    /// The first words, without brackets and colons at their ends.
    private static func words(_ line: RawSpan, from start: Int, atMost count: Int) -> [Range<Int>]? {
        var (words, place): ([Range<Int>], Int) = ([], start)
        let bound = min(line.byteCount, start + 48)
        while words.count < count, place < bound {
            while place < bound, line.u8(place) == 0x20 { place += 1 }
            var end = place
            while end < bound, line.u8(end) != 0x20, line.u8(end) != UInt8(ascii: "]") { end += 1 }
            guard end > place else { break }
            let isColon = line.u8(end - 1) == UInt8(ascii: ":")
            words.append(place..<(isColon && end - place > 1 ? end - 1 : end))
            place = end
            if place < bound, line.u8(place) == UInt8(ascii: "]") { break }
        }
        return words
    }
}
