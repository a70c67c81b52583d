public import Net

/// Writes JSON objects, one a line, into a buffer that is used again (RFC 8259).
///
/// Every string is written so that the line stays one line and does nothing on a terminal: control characters
/// are escaped, those of C1 and DEL too.
public struct JSONLine: Sendable {
    /// What has been written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty buffer.
    public init() {}

    /// Forgets what has been written and keeps the memory.
    public mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Begins a record of a kind.
    public mutating func begin(_ kind: StaticString) {
        begin()
        field("kind", "\(kind)")
    }

    /// Begins an object that is no record of Offport's own.
    public mutating func begin() {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    /// Adds whole lines that were written elsewhere.
    mutating func append(lines: [UInt8]) { bytes += lines }

    /// Ends the record and its line.
    public mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    // MARK: Members of an object

    /// A string; nothing when nil.
    public mutating func field(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    /// A number; nothing when nil.
    public mutating func field(_ name: String, _ value: (some FixedWidthInteger)?) {
        guard let value else { return }
        key(name)
        number(value)
    }

    /// Text from bytes, with what is no UTF-8 replaced by U+FFFD.
    public mutating func field(_ name: String, utf8 value: some Collection<UInt8>) {
        field(name, String(decoding: value, as: UTF8.self))
    }

    /// A time as RFC 3339 in UTC with microseconds; nothing when nil.
    public mutating func field(_ name: String, _ value: Timestamp?) {
        guard let value else { return }
        key(name)
        quoted { $0.append(value) }
    }

    /// An address; nothing when nil.
    public mutating func field(_ name: String, _ value: IPAddress?) {
        guard let value else { return }
        key(name)
        quoted { $0.append(value) }
    }

    /// A flow number as 16 hexadecimal digits; nothing when nil.
    public mutating func field(_ name: String, flow value: UInt64?) {
        guard let value else { return }
        key(name)
        quoted { line in
            for shift in stride(from: 60, through: 0, by: -4) {
                line.bytes.append(hexDigit(UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15))
            }
        }
    }

    /// Bytes as lower-case hexadecimal digits.
    public mutating func field(_ name: String, hex value: [UInt8]) {
        key(name)
        quoted { line in
            for byte in value {
                line.bytes.append(hexDigit(byte >> 4))
                line.bytes.append(hexDigit(byte & 15))
            }
        }
    }

    /// True or false.
    public mutating func field(_ name: String, _ value: Bool) {
        key(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Nothing, said explicitly.
    public mutating func null(_ name: String) {
        key(name)
        bytes.append(contentsOf: "null".utf8)
    }

    /// A number with decimals; null when it is none.
    public mutating func field(_ name: String, decimal value: Double) {
        key(name)
        bytes.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    }

    /// An object, whose members `body` writes.
    public mutating func object(_ name: String, _ body: (inout JSONLine) -> Void) {
        key(name)
        enclosed("{", "}", body)
    }

    /// A list of strings; nothing when empty.
    public mutating func list(_ name: String, _ values: [String]) {
        guard !values.isEmpty else { return }
        list(name, values) { $0.string($1) }
    }

    /// A list, whose elements `body` writes with `element`.
    public mutating func list<Element>(
        _ name: String, _ values: [Element], _ body: (inout JSONLine, Element) -> Void
    ) {
        key(name)
        enclosed("[", "]") { line in
            for value in values {
                line.separate()
                body(&line, value)
                line.needsComma = true
            }
        }
    }

    /// An object as an element of a list.
    public mutating func element(_ body: (inout JSONLine) -> Void) { enclosed("{", "}", body) }

    // MARK: Values

    private mutating func enclosed(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONLine) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func key(_ name: String) {
        separate()
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = true
    }

    private mutating func quoted(_ body: (inout JSONLine) -> Void) {
        bytes.append(UInt8(ascii: "\""))
        body(&self)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string as an element of a list.
    public mutating func word(_ value: String) { string(value) }

    private mutating func string(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        if Self.needsEscapes(value.utf8.span) {
            var previous: UInt8 = 0
            for byte in value.utf8 {
                append(escaping: byte, after: previous)
                previous = byte
            }
        } else {
            bytes.append(contentsOf: value.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscapes(_ text: borrowing Span<UInt8>) -> Bool {
        for place in text.indices {
            let byte = text[place]
            // C2 begins the C1 control characters.
            if byte < 0x20 || byte == 0x22 || byte == 0x5c || byte == 0x7f || byte == 0xc2 { return true }
        }
        return false
    }

    private mutating func append(escaping byte: UInt8, after previous: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0a: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0d: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case 0..<0x20, 0x7f: escape(byte)
        // U+0080 to U+009F are C2 80 to C2 9F.
        case 0x80...0x9f where previous == 0xc2:
            bytes.removeLast()
            escape(byte)
        default: bytes.append(byte)
        }
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(contentsOf: #"\u00"#.utf8)
        bytes.append(hexDigit(byte >> 4))
        bytes.append(hexDigit(byte & 15))
    }
}

func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
}

extension JSONLine {
    private mutating func number(_ value: some FixedWidthInteger) {
        if let small = UInt64(exactly: value) {
            digits(small)
        } else {
            bytes.append(contentsOf: "\(value)".utf8)
        }
    }

    /// The decimal digits of a number, with zeros in front up to a width.
    private mutating func digits(_ value: UInt64, width: Int = 1) {
        var unit: UInt64 = 1
        for _ in 1..<width { unit *= 10 }
        while value / unit >= 10 { unit *= 10 }
        while unit > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
            unit /= 10
        }
    }

    private mutating func append(_ address: IPAddress) {
        guard let v4 = address.v4 else {
            bytes.append(contentsOf: address.description.utf8)
            return
        }
        for shift in [24, 16, 8, 0] as [UInt32] {
            if shift < 24 { bytes.append(UInt8(ascii: ".")) }
            digits(UInt64(v4 >> shift & 255))
        }
    }

    /// The text of `Timestamp.description`, without making strings: a flow record has two times.
    private mutating func append(_ time: Timestamp) {
        let microsPerDay: Int64 = 86_400_000_000
        let (whole, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1000)
        let micros = rest < 0 ? whole - 1 : whole
        let ofDay = (micros % microsPerDay + microsPerDay) % microsPerDay
        let (year, month, day) = CivilDate.fromDays((micros - ofDay) / microsPerDay)
        let seconds = ofDay / 1_000_000
        let parts: [(Int64, Int, Unicode.Scalar)] = [
            (year, 4, "-"), (month, 2, "-"), (day, 2, "T"), (seconds / 3600, 2, ":"),
            (seconds / 60 % 60, 2, ":"),
            (seconds % 60, 2, "."), (ofDay % 1_000_000, 6, "Z"),
        ]
        for (value, width, separator) in parts {
            digits(UInt64(value), width: width)
            bytes.append(UInt8(ascii: separator))
        }
    }
}
