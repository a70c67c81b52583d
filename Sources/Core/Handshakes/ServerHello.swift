internal import Net

/// What a server says of itself in clear.
struct Answer {
    var alpn: String?
    var certificate: Certificate?
    var cipher: String?
    var version: String?

    init(version: String? = nil) { self.version = version }

    /// From handshake messages without records.
    init(stream bytes: borrowing RawSpan, _ memory: HandshakeMemory) {
        guard let hello = HandshakeMessage(bytes, at: 0), hello.type == .serverHello else { return }
        read(hello, bytes)
        // The certificate follows at once, but for messages that are hardly ever sent (RFC 4680).
        var message = hello
        for _ in 0..<2 where message.isWhole {
            guard let next = HandshakeMessage(bytes, at: message.body.upperBound) else { return }
            if next.type == .certificate {
                certificate = Certificate.range(in: next, of: bytes).map { memory.certificate(bytes, in: $0) }
                return
            }
            message = next
        }
    }

    /// From a datagram with DTLS records.
    init(datagram bytes: borrowing RawSpan, _ memory: HandshakeMemory) {
        if let hello = DTLSRecords.message(.serverHello, bytes) {
            read(hello, bytes)
        } else if let number = DTLSRecords.versionOfData(bytes) {
            version = ProtocolVersion.name(number)
        }
        if let message = DTLSRecords.message(.certificate, bytes) {
            certificate = Certificate.range(in: message, of: bytes).map { memory.certificate(bytes, in: $0) }
        }
    }

    private static var randomLength: Int { 32 }

    /// Reads a ServerHello (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
    private mutating func read(_ message: HandshakeMessage, _ bytes: borrowing RawSpan) {
        let end = message.body.upperBound
        var at = message.body.lowerBound
        guard var number = bytes.u16(at, before: end).map({ UInt16($0) }) else { return }
        // TLS 1.3 calls itself 1.2 here: until its extensions are all there, a 1.2 may be either.
        var isSettled = message.isWhole || !ProtocolVersion.mayBeLater(number)
        defer { if isSettled { version = ProtocolVersion.name(number) } }

        at += 2 + Self.randomLength
        guard let session = bytes.u8(at, before: end) else { return }
        at += 1 + session
        guard let suite = bytes.u16(at, before: end) else { return }
        cipher = CipherSuite.name(UInt16(suite))
        at += 3
        guard let length = bytes.u16(at, before: end) else { return }
        var extensions = Extensions(at: at + 2, end: min(at + 2 + length, end))
        while let found = extensions.next(bytes) {
            if found.type == .protocols {
                alpn = found.protocols(bytes)
            } else if found.type == .supportedVersions, let selected = found.selectedVersion(bytes) {
                number = selected
                isSettled = true
            }
        }
    }
}

/// The versions of TLS and DTLS.
enum ProtocolVersion {
    /// A version's name; nil for what is none.
    static func name(_ number: UInt16) -> String? {
        switch number {
        case 0x0300: "SSL 3.0"
        case 0x0301: "TLS 1.0"
        case 0x0302: "TLS 1.1"
        case 0x0303: "TLS 1.2"
        case 0x0304: "TLS 1.3"
        // RFC 8446's drafts wrote 7F and the draft's number.
        case 0x7F0E...0x7F1C: "TLS 1.3 draft-\(number & 0xFF)"
        case 0xFEFF: "DTLS 1.0"
        case 0xFEFD: "DTLS 1.2"
        case 0xFEFC: "DTLS 1.3"
        default: nil
        }
    }

    /// Whether a hello with this version may name a later one in an extension.
    static func mayBeLater(_ number: UInt16) -> Bool { number == 0x0303 || number == 0xFEFD }
}
