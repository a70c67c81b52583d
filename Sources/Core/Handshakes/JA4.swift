internal import Net

/// The JA4 fingerprint of a client program (FoxIO, JA4: TLS Client Fingerprinting; BSD 3-Clause licence).
enum JA4 {
    /// The fingerprint, as `t13d1516h2_8daaf6152771_e5627efa2ab1`; nil unless the whole hello is there.
    static func fingerprint(
        of hello: ClientHello, in bytes: borrowing RawSpan, _ kind: HandshakeKind, _ memory: HandshakeMemory
    ) -> String? {
        guard hello.isWhole, var parts = Parts(hello, bytes) else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(36)
        text.append(letter(kind))
        text += version(parts.version)
        text.append(parts.hasServerName ? UInt8(ascii: "d") : UInt8(ascii: "i"))
        appendCount(parts.suites.count, to: &text)
        appendCount(parts.extensionCount, to: &text)
        text.append(parts.ends.first)
        text.append(parts.ends.last)
        text.append(UInt8(ascii: "_"))
        parts.suites.sort()
        text += memory.digits(of: parts.suites)
        text.append(UInt8(ascii: "_"))
        parts.extensions.sort()
        text += memory.digits(of: parts.extensions, and: parts.algorithms)
        return String(decoding: text, as: UTF8.self)
    }

    private static func letter(_ kind: HandshakeKind) -> UInt8 {
        switch kind {
        case .tls: UInt8(ascii: "t")
        case .dtls: UInt8(ascii: "d")
        case .quic: UInt8(ascii: "q")
        }
    }

    private static func version(_ number: UInt16) -> String.UTF8View {
        switch number {
        case 0x0304: "13".utf8
        case 0x0303: "12".utf8
        case 0x0302: "11".utf8
        case 0x0301: "10".utf8
        case 0x0300: "s3".utf8
        case 0x0002: "s2".utf8
        case 0xFEFF: "d1".utf8
        case 0xFEFD: "d2".utf8
        case 0xFEFC: "d3".utf8
        default: "00".utf8
        }
    }

    /// Two decimal digits.
    private static func appendCount(_ count: Int, to text: inout [UInt8]) {
        let shown = UInt8(min(count, 99))
        text.append(UInt8(ascii: "0") + shown / 10)
        text.append(UInt8(ascii: "0") + shown % 10)
    }
}

/// What of a hello goes into its fingerprint: without the values of RFC 8701, in the order sent.
private struct Parts {
    var version: UInt16
    var hasServerName = false
    var suites: [UInt16] = []
    /// Without those that the first part of the fingerprint speaks of: with them, the same program would look
    /// different when it calls a name and when it calls an address.
    var extensions: [UInt16] = []
    /// Of all extensions.
    var extensionCount = 0
    var algorithms: [UInt16] = []
    /// The first and the last character of the first application protocol.
    var ends = (first: UInt8(ascii: "0"), last: UInt8(ascii: "0"))

    /// Nil when the extensions do not end where they say.
    init?(_ hello: ClientHello, _ bytes: borrowing RawSpan) {
        version = hello.version
        suites = Self.values(bytes, from: hello.suites.lowerBound, before: hello.suites.upperBound)
        extensions.reserveCapacity(24)
        var rest = hello.extensions
        while let found = rest.next(bytes) {
            guard found.isWhole else { return nil }
            if Grease.contains(found.number) { continue }
            extensionCount += 1
            let (start, end) = (found.body.lowerBound, found.body.upperBound)
            switch found.type {
            case .serverName:
                hasServerName = true
                continue
            case .protocols:
                if let name = found.firstProtocol(bytes) { ends = Self.ends(bytes, name) }
                continue
            // Both begin with their length, of one byte and of two (RFC 8446 sections 4.2.1 and 4.2.3).
            case .supportedVersions:
                version = Self.highest(Self.values(bytes, from: start + 1, before: end)) ?? version
            case .signatureAlgorithms: algorithms = Self.values(bytes, from: start + 2, before: end)
            case nil: break
            }
            extensions.append(found.number)
        }
        guard rest.at == rest.end else { return nil }
    }

    private static func values(_ bytes: borrowing RawSpan, from start: Int, before end: Int) -> [UInt16] {
        var values: [UInt16] = []
        values.reserveCapacity(max(end - start, 0) / 2)
        var at = start
        while at + 2 <= end {
            let value = bytes.u16(at)
            if !Grease.contains(value) { values.append(value) }
            at += 2
        }
        return values
    }

    /// The latest version; the numbers of DTLS count down (RFC 6347 section 4.1).
    private static func highest(_ versions: [UInt16]) -> UInt16? {
        versions.max { first, second in
            first >= 0xFE00 && second >= 0xFE00 ? first > second : first < second
        }
    }

    /// Both characters as they are when both are letters or digits, else the ends of the name in hexadecimal.
    private static func ends(
        _ bytes: borrowing RawSpan, _ name: Range<Int>
    ) -> (first: UInt8, last: UInt8) {
        let first = bytes.u8(name.lowerBound)
        let last = bytes.u8(name.upperBound - 1)
        if isAlphanumeric(first), isAlphanumeric(last) { return (first, last) }
        return (Hex.digit(first >> 4), Hex.digit(last))
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
