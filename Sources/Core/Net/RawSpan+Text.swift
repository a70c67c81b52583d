/// Numbers, addresses and times out of bytes, without making strings.
extension RawSpan {
    /// A whole number of decimal digits and nothing else.
    public func unsigned(_ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty, range.count <= 19 else { return nil }
        var value: UInt64 = 0
        for offset in range {
            let digit = u8(offset) &- 48
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }

    /// A whole number that fits.
    public func number<Number: FixedWidthInteger>(_ range: Range<Int>, as type: Number.Type) -> Number? {
        unsigned(range).flatMap { Number(exactly: $0) }
    }

    /// A decimal number such as `1700000000.123456` or `1.5e-05`, times a thousand million.
    public func billionths(_ range: Range<Int>) -> Int64? {
        var (whole, fraction): (UInt64, UInt64) = (0, 0)
        var offset = range.lowerBound
        while offset < range.upperBound, u8(offset) &- 48 < 10 {
            guard whole < 1_000_000_000_000 else { return nil }
            whole = whole &* 10 &+ UInt64(u8(offset) &- 48)
            offset += 1
        }
        guard offset > range.lowerBound else { return nil }
        if offset < range.upperBound, u8(offset) == UInt8(ascii: ".") {
            offset += 1
            var unit: UInt64 = 100_000_000
            while offset < range.upperBound, u8(offset) &- 48 < 10 {
                fraction += UInt64(u8(offset) &- 48) * unit
                unit /= 10
                offset += 1
            }
        }
        guard whole <= 9_000_000_000 else { return nil }
        if offset == range.upperBound { return Int64(whole) * 1_000_000_000 + Int64(fraction) }
        // Only an exponent may follow: Swift's parser would take hexadecimal digits too.
        guard u8(offset) | 0x20 == UInt8(ascii: "e"), let value = Double(text(in: range)), value < 9e9 else {
            return nil
        }
        return Int64(value * 1e9)
    }

    /// A time in seconds since 1970, of those that are possible.
    public func epoch(_ range: Range<Int>) -> Timestamp? {
        billionths(range).flatMap { Timestamp(possible: $0) }
    }

    /// An address, IPv4 or IPv6, as RFC 4291 writes it.
    public func address(_ range: Range<Int>) -> IPAddress? {
        var (bits, part, digits, dots): (UInt32, UInt32, Int, Int) = (0, 0, 0, 0)
        for offset in range {
            let byte = u8(offset)
            if byte &- 48 < 10, digits < 3 {
                part = part &* 10 &+ UInt32(byte &- 48)
                digits += 1
            } else if byte == UInt8(ascii: "."), digits > 0, part < 256, dots < 3 {
                bits = bits << 8 | part
                (part, digits, dots) = (0, 0, dots + 1)
            } else {
                return range.count <= 64 ? addressV6(range) : nil
            }
        }
        guard dots == 3, digits > 0, part < 256 else { return nil }
        return IPAddress(v4: bits << 8 | part)
    }

    /// The usual form by its groups; what has an IPv4 tail goes the long way.
    private func addressV6(_ range: Range<Int>) -> IPAddress? {
        var (high, low): (UInt64, UInt64) = (0, 0)
        var (groups, gap, group, digits): (Int, Int?, UInt64, Int) = (0, nil, 0, 0)
        func isColon(_ offset: Int) -> Bool { offset < range.upperBound && u8(offset) == UInt8(ascii: ":") }
        var offset = range.lowerBound
        if isColon(offset) {
            guard isColon(offset + 1) else { return nil }
            gap = 0
            offset += 2
        }
        while offset < range.upperBound {
            let byte = u8(offset)
            if let digit = hexadecimal(byte) {
                group = group << 4 | UInt64(digit)
                digits += 1
                guard digits <= 4 else { return nil }
                offset += 1
                if offset < range.upperBound { continue }
            } else if byte != UInt8(ascii: ":") || digits == 0 {
                return byte == UInt8(ascii: ".") || byte == UInt8(ascii: "%") ? addressInWords(range) : nil
            } else {
                offset += 1
                guard offset < range.upperBound else { return nil }
            }
            guard groups < 8 else { return nil }
            if groups < 4 { high |= group << UInt64(48 - 16 * groups) }
            if groups >= 4 { low |= group << UInt64(48 - 16 * (groups - 4)) }
            (groups, group, digits) = (groups + 1, 0, 0)
            if isColon(offset), gap == nil {
                gap = groups
                offset += 1
            } else if isColon(offset) {
                return nil
            }
        }
        guard let gap else { return groups == 8 ? IPAddress(high: high, low: low) : nil }
        guard groups < 8 else { return nil }
        // What stands behind the gap belongs at the end.
        let shift = 16 * (8 - groups)
        let kept = 16 * gap
        let headHigh = kept == 0 ? 0 : high & (kept >= 64 ? .max : ~(UInt64.max >> UInt64(kept)))
        let headLow = kept <= 64 ? 0 : low & ~(UInt64.max >> UInt64(kept - 64))
        let (tailHigh, tailLow) = (high & ~headHigh, low & ~headLow)
        let moved =
            shift >= 64
            ? (UInt64(0), shift == 128 ? 0 : tailHigh >> UInt64(shift - 64))
            : (tailHigh >> UInt64(shift), tailLow >> UInt64(shift) | tailHigh << UInt64(64 - shift))
        return IPAddress(high: headHigh | moved.0, low: headLow | moved.1)
    }

    private func addressInWords(_ range: Range<Int>) -> IPAddress? {
        let words = text(in: range)
        return IPAddress(words.firstIndex(of: "%").map { String(words[..<$0]) } ?? words)
    }

    private func hexadecimal(_ byte: UInt8) -> UInt8? {
        if byte &- 48 < 10 { return byte &- 48 }
        let letter = (byte | 0x20) &- 97
        return letter < 6 ? letter + 10 : nil
    }

    /// A possible time as RFC 3339 or ISO 8601 write it: `2026-11-23T20:15:00.123456+0000`, `2026-11-23T20:15:00Z`.
    public func isoTime(_ range: Range<Int>) -> Timestamp? {
        let start = range.lowerBound
        guard range.count >= 19, let year = unsigned(start..<start + 4), u8(start + 4) == 45,
            let month = unsigned(start + 5..<start + 7), u8(start + 7) == 45,
            let day = unsigned(start + 8..<start + 10),
            let clock = clock(start + 11..<start + 19),
            let days = CivilDate.toDays(year: Int64(year), month: Int64(month), day: Int64(day))
        else { return nil }
        var offset = start + 19
        var fraction: Int64 = 0
        if offset < range.upperBound, u8(offset) == UInt8(ascii: ".") || u8(offset) == UInt8(ascii: ",") {
            offset += 1
            var unit: Int64 = 100_000_000
            while offset < range.upperBound, u8(offset) &- 48 < 10 {
                fraction += Int64(u8(offset) &- 48) * unit
                unit /= 10
                offset += 1
            }
        }
        guard let zone = zone(offset..<range.upperBound) else { return nil }
        return Timestamp(possible: days * 86_400 + clock - zone, of: 1_000_000_000, and: fraction)
    }

    /// `20:15:00` in seconds.
    public func clock(_ range: Range<Int>) -> Int64? {
        let start = range.lowerBound
        guard range.count == 8, u8(start + 2) == 58, u8(start + 5) == 58,
            let hours = unsigned(start..<start + 2), hours < 24,
            let minutes = unsigned(start + 3..<start + 5), minutes < 60,
            let seconds = unsigned(start + 6..<start + 8), seconds < 61
        else { return nil }
        return Int64(hours * 3600 + minutes * 60 + seconds)
    }

    /// `Z`, `+02:00`, `+0200` or nothing, which is UTC, in seconds east.
    public func zone(_ range: Range<Int>) -> Int64? {
        if range.isEmpty || (range.count == 1 && u8(range.lowerBound) | 0x20 == UInt8(ascii: "z")) {
            return 0
        }
        let start = range.lowerBound
        guard range.count >= 5, u8(start) == UInt8(ascii: "+") || u8(start) == UInt8(ascii: "-") else {
            return nil
        }
        let hasColon = u8(start + 3) == 58
        guard range.count == (hasColon ? 6 : 5), let hours = unsigned(start + 1..<start + 3), hours <= 14,
            let minutes = unsigned(range.upperBound - 2..<range.upperBound), minutes < 60
        else { return nil }
        let seconds = Int64(hours * 3600 + minutes * 60)
        return u8(start) == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// Whether the bytes are this text.
    public func holds(_ range: Range<Int>, _ text: [UInt8]) -> Bool {
        guard range.count == text.count else { return false }
        for (place, byte) in text.enumerated() where u8(range.lowerBound + place) != byte { return false }
        return true
    }

    /// Where a text stands first.
    public func firstOffset(of text: [UInt8], in range: Range<Int>) -> Int? {
        guard let first = text.first else { return range.lowerBound }
        var start = range.lowerBound
        while let offset = firstOffset(of: first, from: start, before: range.upperBound - text.count + 1) {
            if holds(offset..<offset + text.count, text) { return offset }
            start = offset + 1
        }
        return nil
    }
}

extension TransportProtocol {
    /// From a word of any case, or a number of the IP protocol.
    public init?(word bytes: RawSpan, _ range: Range<Int>) {
        if let number = bytes.number(range, as: UInt8.self) {
            self.init(number: number)
            return
        }
        switch bytes.text(in: range).lowercased() {
        case "tcp", "ipv6-tcp": self = .tcp
        case "udp", "ipv6-udp": self = .udp
        case "sctp", "ipv6-sctp": self = .sctp
        case "icmp": self.init(number: 1)
        case "ipv6-icmp", "icmp6", "icmpv6": self.init(number: 58)
        case "igmp": self.init(number: 2)
        case "gre": self = .gre
        case "esp": self.init(number: 50)
        case "ah": self.init(number: 51)
        case "ospf": self.init(number: 89)
        case "pim": self.init(number: 103)
        default: return nil
        }
    }
}
