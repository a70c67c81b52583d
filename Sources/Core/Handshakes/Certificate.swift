internal import Net

/// What is taken from a server's certificate (RFC 5280 section 4.1), as far as it is there.
struct Certificate {
    /// The common name, else the organisation.
    var subject: String?
    /// The same of who signed it.
    var issuer: String?
    /// The last day, as `2027-01-31`.
    var expires: String?
    /// The first DNS names, separated by commas; `...` is the last of them when there are more, or may be.
    var names: String?

    private static var mostNames: Int { 8 }

    /// Nothing.
    init() {}

    /// Where the server's own certificate lies in a Certificate message up to TLS 1.2 (RFC 5246 section 7.4.2), or as
    /// much of it as is there; nil for none.
    ///
    /// The lengths of all certificates and of the first one come first.
    static func range(in message: HandshakeMessage, of bytes: borrowing RawSpan) -> Range<Int>? {
        let end = message.body.upperBound
        let start = message.body.lowerBound + 6
        guard let length = bytes.u24(start - 3, before: end), length > 0, start < end else { return nil }
        return start..<min(start + length, end)
    }

    /// From what takes up `range`.
    init(_ bytes: borrowing RawSpan, in range: Range<Int>) {
        guard let whole = DERElement(bytes, at: range.lowerBound, before: range.upperBound),
            whole.tag == .sequence
        else { return }
        var outer = whole.elements
        guard let signed = outer.next(bytes, .sequence) else { return }
        read(signed, bytes)
    }

    /// Reads version, serial number, algorithm, issuer, validity, subject, key and extensions, in this order.
    private mutating func read(_ signed: DERElement, _ bytes: borrowing RawSpan) {
        var parts = signed.elements
        // The first version has no number.
        let first = parts.next(bytes)
        if first?.tag == .explicit0 {
            guard parts.next(bytes, .integer) != nil else { return }
        } else if first?.tag != .integer {
            return
        }
        guard parts.next(bytes, .sequence) != nil, let name = parts.next(bytes, .sequence) else { return }
        issuer = Self.name(name, bytes)
        guard let validity = parts.next(bytes, .sequence) else { return }
        var times = validity.elements
        _ = times.next(bytes)
        expires = times.next(bytes).flatMap { Self.date($0, bytes) }
        guard let name = parts.next(bytes, .sequence) else { return }
        subject = Self.name(name, bytes)
        guard parts.next(bytes, .sequence) != nil else { return }
        // Two identifiers that are hardly ever there may come before the extensions.
        while let part = parts.next(bytes) {
            guard part.tag == .explicit3 else { continue }
            var inner = part.elements
            if let list = inner.next(bytes, .sequence) { names = Self.names(list, bytes) }
        }
    }

    /// The common name of a distinguished name (2.5.4.3), else its organisation (2.5.4.10).
    private static func name(_ name: DERElement, _ bytes: borrowing RawSpan) -> String? {
        var organisation: String?
        var sets = name.elements
        while let set = sets.next(bytes, .set) {
            var attributes = set.elements
            while let attribute = attributes.next(bytes, .sequence) {
                var parts = attribute.elements
                guard let type = parts.next(bytes, .objectIdentifier), type.isWhole, type.body.count == 3,
                    let value = parts.next(bytes), value.isWhole
                else { continue }
                switch bytes.u24(type.body.lowerBound) {
                case 0x55_04_03:
                    if let text = text(value, bytes) { return text }
                case 0x55_04_0A: organisation = organisation ?? text(value, bytes)
                default: break
                }
            }
        }
        // A common name may yet come when the rest is cut off.
        return name.isWhole ? organisation : nil
    }

    private static func text(_ value: DERElement, _ bytes: borrowing RawSpan) -> String? {
        switch value.tag {
        case .utf8String, .printableString, .teletexString, .ia5String: return bytes.printable(value.body)
        case .bmpString:
            // Two bytes a character, big-endian (X.690 section 8.23.7).
            guard !value.body.isEmpty, value.body.count <= RawSpan.longestText, value.body.count % 2 == 0
            else {
                return nil
            }
            let units = stride(from: value.body.lowerBound, to: value.body.upperBound, by: 2)
            var characters: [UInt16] = []
            for offset in units { characters.append(bytes.u16(offset)) }
            guard let text = String(validating: characters, as: UTF16.self), text.isPrintable else {
                return nil
            }
            return text
        default: return nil
        }
    }

    /// The day of a time (RFC 5280 section 4.1.2.5): `YYMMDD…` or `YYYYMMDD…`.
    private static func date(_ time: DERElement, _ bytes: borrowing RawSpan) -> String? {
        let yearDigits = time.tag == .utcTime ? 2 : 4
        guard time.tag == .utcTime || time.tag == .generalizedTime, time.isWhole,
            time.body.count >= yearDigits + 4
        else { return nil }
        let start = time.body.lowerBound
        for offset in start..<start + yearDigits + 4
        where !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes.u8(offset)) {
            return nil
        }
        func text(_ range: Range<Int>) -> String { bytes.text(in: range) }
        let monthStart = start + yearDigits
        var year = text(start..<monthStart)
        // Two digits are the years from 1950 to 2049.
        if yearDigits == 2 { year = (bytes.u8(start) >= UInt8(ascii: "5") ? "19" : "20") + year }
        return "\(year)-\(text(monthStart..<monthStart + 2))-\(text(monthStart + 2..<monthStart + 4))"
    }

    /// The first DNS names of the extension subjectAltName (2.5.29.17; RFC 5280 section 4.2.1.6).
    private static func names(_ list: DERElement, _ bytes: borrowing RawSpan) -> String? {
        var extensions = list.elements
        while let part = extensions.next(bytes, .sequence) {
            var parts = part.elements
            guard let type = parts.next(bytes, .objectIdentifier), type.isWhole, type.body.count == 3,
                bytes.u24(type.body.lowerBound) == 0x55_1D_11
            else { continue }
            // A truth value, whether the extension is critical, may come first.
            while let value = parts.next(bytes) {
                guard value.tag == .octets else { continue }
                var inner = value.elements
                return inner.next(bytes, .sequence).flatMap { firstNames($0, bytes) }
            }
        }
        return nil
    }

    private static func firstNames(_ list: DERElement, _ bytes: borrowing RawSpan) -> String? {
        var found = TextList(longest: RawSpan.longestText - TextList.more.utf8.count)
        var names = list.elements
        while let name = names.next(bytes), name.isWhole {
            guard name.tag == .dnsName else { continue }
            guard found.count < mostNames, found.append(bytes.printable(name.body)) else {
                return found.cut
            }
        }
        return list.isWhole ? found.text : found.cut
    }
}
