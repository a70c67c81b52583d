internal import Net

/// The extensions of a hello, one after the other (RFC 8446 section 4.2).
struct Extensions {
    /// Where the next one begins.
    var at: Int
    /// Where the last one ends, or the bytes that are there.
    var end: Int

    /// The next extension; nil when its header is not there.
    mutating func next(_ bytes: borrowing RawSpan) -> Extension? {
        guard at + 4 <= end else { return nil }
        let start = at + 4
        let length = Int(bytes.u16(at + 2))
        let found = Extension(
            number: bytes.u16(at), body: start..<min(start + length, end), isWhole: start + length <= end)
        at = start + length
        return found
    }
}

/// One extension.
struct Extension {
    enum ExtensionType: UInt16, BitwiseCopyable {
        case serverName = 0
        case signatureAlgorithms = 13
        case protocols = 16
        case supportedVersions = 43
    }

    /// The registered number.
    var number: UInt16
    /// Where what it holds lies, as far as it is there.
    var body: Range<Int>
    var isWhole: Bool

    /// The type, if it is one that is looked at.
    var type: ExtensionType? { ExtensionType(rawValue: number) }

    /// The first name of a server_name extension (RFC 6066 section 3): length of the list, type 0, length, name.
    func serverName(_ bytes: borrowing RawSpan) -> String? {
        let at = body.lowerBound + 2
        guard bytes.u8(at, before: body.upperBound) == 0,
            let length = bytes.u16(at + 1, before: body.upperBound),
            at + 3 + length <= body.upperBound
        else { return nil }
        return bytes.printable(at + 3..<at + 3 + length)
    }

    /// The names of application protocols (RFC 7301 section 3.1), separated by commas, as far as they are there.
    func protocols(_ bytes: borrowing RawSpan) -> String? {
        var list = TextList()
        var at = body.lowerBound + 2
        while let name = Self.shortName(bytes, at: at, before: body.upperBound) {
            // Names that only exercise tolerance (RFC 8701) are not printable.
            guard list.append(bytes.printable(name)) else { break }
            at = name.upperBound
        }
        return list.text
    }

    /// The first application protocol that is more than an exercise in tolerance (RFC 8701).
    func firstProtocol(_ bytes: borrowing RawSpan) -> Range<Int>? {
        var at = body.lowerBound + 2
        while let name = Self.shortName(bytes, at: at, before: body.upperBound) {
            if name.count != 2 || !Grease.contains(bytes.u16(name.lowerBound)) { return name }
            at = name.upperBound
        }
        return nil
    }

    /// Where a name behind a byte with its length lies; nil when it is empty or cut off.
    private static func shortName(_ bytes: borrowing RawSpan, at: Int, before end: Int) -> Range<Int>? {
        guard let length = bytes.u8(at, before: end), length > 0, at + 1 + length <= end else { return nil }
        return at + 1..<at + 1 + length
    }

    /// The version in a ServerHello's supported_versions (RFC 8446 section 4.2.1).
    func selectedVersion(_ bytes: borrowing RawSpan) -> UInt16? {
        bytes.u16(body.lowerBound, before: body.upperBound).map { UInt16($0) }
    }
}

/// Values that clients send so that servers learn to ignore what they do not know (RFC 8701 section 2).
enum Grease {
    /// Whether it is one of the sixteen from 0x0A0A and 0x1A1A to 0xFAFA.
    @inline(__always)
    static func contains(_ value: UInt16) -> Bool {
        value & 0x0F0F == 0x0A0A && value >> 8 == value & 0xFF
    }
}
