internal import Net

/// An element of a distinguished encoding: tag, length, content (X.690 sections 8.1 and 10.1).
struct DERElement {
    enum Tag: UInt8, BitwiseCopyable {
        case integer = 0x02
        case octets = 0x04
        case objectIdentifier = 0x06
        case utf8String = 0x0C
        case printableString = 0x13
        case teletexString = 0x14
        case ia5String = 0x16
        case utcTime = 0x17
        case generalizedTime = 0x18
        case bmpString = 0x1E
        case sequence = 0x30
        case set = 0x31
        /// A DNS name among general names (RFC 5280 section 4.2.1.6).
        case dnsName = 0x82
        /// A certificate's version.
        case explicit0 = 0xA0
        /// A certificate's extensions.
        case explicit3 = 0xA3
    }

    /// The tag, if it is one that is looked at.
    var tag: Tag?
    /// Where the content lies, as far as it is there.
    var body: Range<Int>
    var isWhole: Bool

    /// What the content holds.
    var elements: DERElements { DERElements(at: body.lowerBound, end: body.upperBound) }

    /// Nil when the header is not there, or has a tag or length of a form that certificates do not have.
    init?(_ bytes: borrowing RawSpan, at offset: Int, before end: Int) {
        guard let tag = bytes.u8(offset, before: end), tag & 0x1F != 0x1F,
            let short = bytes.u8(offset + 1, before: end)
        else { return nil }
        var length = short
        var start = offset + 2
        if short >= 0x80 {
            guard 0x81...0x83 ~= short else { return nil }
            length = 0
            for _ in 0..<short - 0x80 {
                guard let digit = bytes.u8(start, before: end) else { return nil }
                length = length << 8 | digit
                start += 1
            }
        }
        self.tag = Tag(rawValue: UInt8(tag))
        body = start..<min(start + length, end)
        isWhole = start + length <= end
    }
}

/// Elements one after the other.
struct DERElements {
    /// Where the next one begins.
    var at: Int
    /// Where the last one ends, or the bytes that are there.
    var end: Int

    /// The next element; nil at the end, and after one that is cut off.
    mutating func next(_ bytes: borrowing RawSpan) -> DERElement? {
        guard let element = DERElement(bytes, at: at, before: end) else { return nil }
        at = element.isWhole ? element.body.upperBound : end
        return element
    }

    /// The next element, if it has this tag.
    mutating func next(_ bytes: borrowing RawSpan, _ tag: DERElement.Tag) -> DERElement? {
        guard let element = next(bytes), element.tag == tag else { return nil }
        return element
    }
}
