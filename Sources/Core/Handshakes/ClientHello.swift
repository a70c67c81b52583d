internal import Net

/// Where the parts of a ClientHello lie (RFC 8446 section 4.1.2), as far as they are there.
struct ClientHello {
    /// The highest version, if no extension names it.
    var version: UInt16
    /// The cipher suites, two bytes each.
    var suites: Range<Int>
    var extensions: Extensions
    /// Whether the whole hello is there and its lengths agree.
    var isWhole: Bool

    private static var randomLength: Int { 32 }

    /// Nil when the message is cut off in its version; `hasCookie` is for datagrams (RFC 6347 section 4.2.1).
    init?(_ bytes: borrowing RawSpan, _ message: HandshakeMessage, hasCookie: Bool) {
        let end = message.body.upperBound
        var at = message.body.lowerBound
        guard let version = bytes.u16(at, before: end) else { return nil }
        self.version = UInt16(version)
        suites = end..<end
        extensions = Extensions(at: end, end: end)
        isWhole = false

        at += 2 + Self.randomLength
        guard let session = bytes.u8(at, before: end) else { return }
        at += 1 + session
        if hasCookie {
            guard let cookie = bytes.u8(at, before: end) else { return }
            at += 1 + cookie
        }
        guard let suitesLength = bytes.u16(at, before: end) else { return }
        at += 2
        suites = min(at, end)..<min(at + suitesLength, end)
        at += suitesLength
        guard let methods = bytes.u8(at, before: end) else { return }
        at += 1 + methods
        // Before TLS 1.2 there may be no extensions at all (RFC 5246 section 7.4.1.2).
        guard let length = bytes.u16(at, before: end) else {
            isWhole = message.isWhole && at == end
            return
        }
        at += 2
        extensions = Extensions(at: at, end: min(at + length, end))
        isWhole = message.isWhole && at + length <= end
    }
}
