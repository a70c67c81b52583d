internal import Net

/// Reads that look first whether the bytes are there: nil is what was cut off.
///
/// `end` is at most the number of bytes.
extension RawSpan {
    /// The byte at `offset`.
    @inline(__always)
    func u8(_ offset: Int, before end: Int) -> Int? {
        offset < end ? Int(u8(offset)) : nil
    }

    /// The two bytes at `offset`, big-endian.
    @inline(__always)
    func u16(_ offset: Int, before end: Int) -> Int? {
        offset &+ 2 <= end ? Int(u16(offset)) : nil
    }

    /// The three bytes at `offset`, big-endian.
    @inline(__always)
    func u24(_ offset: Int, before end: Int) -> Int? {
        offset &+ 3 <= end ? Int(u24(offset)) : nil
    }
}

extension RawSpan {
    /// The longest text that is handed out; names of hosts are at most this long (RFC 1035 section 2.3.4).
    static var longestText: Int { 255 }

    /// The bytes of `range` as text; nil when there are none, too many, or any that cannot be printed.
    func printable(_ range: Range<Int>) -> String? {
        guard !range.isEmpty, range.count <= Self.longestText else { return nil }
        var isASCII = true
        for offset in range {
            let byte = u8(offset)
            if byte < 0x20 || byte == 0x7F { return nil }
            if byte >= 0x80 { isASCII = false }
        }
        if isASCII { return text(in: range) }
        guard let text = String(validating: copy(from: range.lowerBound, atMost: range.count), as: UTF8.self)
        else { return nil }
        return text.isPrintable ? text : nil
    }
}

extension String {
    /// Whether no character controls a terminal or the direction of text.
    var isPrintable: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                false
            default: true
            }
        }
    }
}

/// Texts separated by commas, together no longer than one may be.
struct TextList {
    /// What stands behind a list that goes on.
    static var more: String { ",..." }

    /// In bytes.
    let longest: Int
    private(set) var text: String?
    private(set) var count = 0

    init(longest: Int = RawSpan.longestText) { self.longest = longest }

    /// The texts of a list that goes on; nil when there are none.
    var cut: String? { text.map { $0 + Self.more } }

    /// Adds a text, if there is one; false when it no longer fits.
    mutating func append(_ more: String?) -> Bool {
        guard let more else { return true }
        guard (text?.utf8.count ?? -1) + 1 + more.utf8.count <= longest else { return false }
        if text == nil { text = more } else { text?.append(",\(more)") }
        count += 1
        return true
    }
}
