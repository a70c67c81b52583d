/// A moment as a capture gives it: nanoseconds since 1970-01-01T00:00:00Z, leap seconds ignored (POSIX time).
public struct Timestamp: Hashable, Sendable, BitwiseCopyable, Comparable {
    /// Nanoseconds since the epoch, negative before it; reaches from 1677 to 2262.
    public var nanoseconds: Int64

    /// The moment `nanoseconds` after the epoch.
    @inlinable @inline(__always)
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The moment `seconds` after the epoch.
    @inlinable
    public init(seconds: Int64) { self.init(nanoseconds: seconds &* 1_000_000_000) }

    /// Whole milliseconds since the epoch.
    @inlinable
    public var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// How far from the epoch a time may be that a file tells, in nanoseconds: 146 years, so from 1823 to 2116 (pcap's
    /// own 32-bit seconds end in 2106).
    ///
    /// That is half of what fits: the difference of two such times, and one plus a time-out, cannot overflow.
    @inlinable public static var farthest: Int64 { .max / 2 }

    /// The moment `count` units of so many nanoseconds after the epoch, and `rest` nanoseconds; nil when no file may
    /// tell it.
    public init?(possible count: Int64, of unit: Int64 = 1, and rest: Int64 = 0) {
        let (whole, isWholeTooFar) = count.multipliedReportingOverflow(by: unit)
        let (sum, isSumTooFar) = whole.addingReportingOverflow(rest)
        guard !isWholeTooFar, !isSumTooFar, (-Self.farthest...Self.farthest).contains(sum) else { return nil }
        self.init(nanoseconds: sum)
    }

    /// Nanoseconds since another moment, negative when that is later; as many as fit.
    public func nanoseconds(since start: Timestamp) -> Int64 {
        let (length, isTooLong) = nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        return isTooLong ? (self < start ? .min : .max) : length
    }

    /// By time.
    @inlinable @inline(__always)
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with microseconds: `2026-11-23T20:15:00.000123Z`.
    public var description: String {
        let day = nanoseconds.dividedFloor(by: 86_400_000_000_000)
        let (year, month, dayOfMonth) = CivilDate.fromDays(day.quotient)
        let micros = day.remainder / 1000
        let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000)
        func pad(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(dayOfMonth, 2))T"
            + "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2)).\(pad(fraction, 6))Z"
    }
}

extension Timestamp {
    /// The moment to the second, in UTC: `2026-11-23 20:15:09`.
    public var toTheSecond: String { "\(date) \(timeOfDay)" }
    /// `2026-11-23`.
    public var date: String { String(description.prefix { $0 != "T" }) }
    /// The day that it lies in, in UTC: 0 for 1970-01-01.
    public var day: Int64 { nanoseconds.dividedFloor(by: 86_400_000_000_000).quotient }
    /// `20:15:09`.
    public var timeOfDay: String { String(description.drop { $0 != "T" }.dropFirst().prefix(8)) }
}

/// Days since the epoch and the proleptic Gregorian calendar, both ways.
public enum CivilDate {
    /// The date `days` after 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    public static func fromDays(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.dividedFloor(by: 146_097)
        let dayOfEra = era.remainder
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era.quotient * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The days from 1970-01-01 to the date; nil when the month has no such day.
    public static func toDays(year: Int64, month: Int64, day: Int64) -> Int64? {
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.dividedFloor(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = era.remainder * 365 + era.remainder / 4 - era.remainder / 100 + dayOfYear
        let days = era.quotient * 146_097 + dayOfEra - 719_468
        let back = fromDays(days)
        return back == (year, month, day) ? days : nil
    }

    /// Parses `YYYY-MM-DD`; nil when it is no date.
    public static func parse(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2])
        else { return nil }
        return toDays(year: year, month: month, day: day)
    }
}

extension Int64 {
    /// Division that rounds towards negative infinity, so that the remainder is never negative.
    fileprivate func dividedFloor(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Timestamp {
    /// Parses RFC 3339 (`2026-11-23T20:15:00Z`, with a fraction or an offset), or a date alone, its first moment in
    /// UTC; nil for anything else, and further than `farthest` from the epoch.
    public init?(rfc3339 text: String) {
        guard let days = CivilDate.parse(String(text.prefix(10))) else { return nil }
        var seconds = days * 86_400
        var nanoseconds: Int64 = 0
        var rest = text.dropFirst(10)
        if let separator = rest.first {
            guard separator == "T" || separator == "t" || separator == " ", rest.utf8.count >= 9,
                let clock = Self.clock(rest.dropFirst().prefix(8))
            else { return nil }
            seconds += clock
            rest = rest.dropFirst(9)
            if rest.first == "." {
                let digits = rest.dropFirst().prefix { ("0"..."9").contains($0) }
                guard (1...9).contains(digits.count), let value = Int64(digits) else { return nil }
                nanoseconds = (0..<9 - digits.count).reduce(value) { product, _ in product * 10 }
                rest = rest.dropFirst(1 + digits.count)
            }
            guard let offset = Self.offset(rest) else { return nil }
            seconds -= offset
        }
        self.init(possible: seconds, of: 1_000_000_000, and: nanoseconds)
    }

    private static func clock(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 && !$0.hasPrefix("+") }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), let seconds = Int64(parts[2]),
            (0...23).contains(hours), (0...59).contains(minutes), (0...60).contains(seconds)
        else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }

    /// Seconds east of UTC.
    private static func offset(_ text: Substring) -> Int64? {
        if text == "Z" || text == "z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-", let value = clock(text.dropFirst() + ":00")
        else {
            return nil
        }
        return sign == "-" ? -value : value
    }
}
