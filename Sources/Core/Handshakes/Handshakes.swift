// Handshakes: what the first bytes of TLS, DTLS and QUIC say in clear -> fields of a record.
//
// What comes in: the first bytes of both speakers of a recognised flow, possibly cut off anywhere, possibly not
// the handshake that they were taken for. What goes out: named texts, in the order of their names: what describes
// the client program (`clientFields`) and what describes the service (`serverFields`). Bytes that are cut off or
// make no sense yield the fields known so far, never an error.
//
// How: records are taken off (`TLSRecords`, `DTLSRecords`, `QUICInitial`), and what remains is the same for all
// three: a hello (`ClientHello`, `ServerHello`) with extensions, and up to TLS 1.2 a `Certificate`.
//
// May import: Net, and Crypto for the hashes of JA4 and for QUIC's first packets, which are encrypted with a key
// that everyone can derive. Must never: read without looking whether the bytes are there, hand out text that is
// not printable, keep anything between calls but what is always the same (`HandshakeMemory`): hashes of lists, and
// what certificates say.
internal import Net

/// Which handshake the first bytes of a flow hold.
public enum HandshakeKind: String, Sendable, CaseIterable {
    /// TLS over a stream (RFC 8446, RFC 5246) and SSL 3.0.
    case tls
    /// TLS over datagrams (RFC 6347, RFC 9147).
    case dtls
    /// QUIC (RFC 9000, RFC 9369), the drafts before it, and Google's QUIC.
    case quic
}

extension HandshakeKind {
    /// A field's name and its text.
    public typealias Field = (name: String, value: String)

    /// What describes the client program, ordered by name: `ja4`; for QUIC also `protocol_version`.
    public func clientFields(client: borrowing RawSpan) -> [Field] {
        let memory = HandshakeMemory()
        return clientFields(
            client, withClientHello(client) { JA4.fingerprint(of: $0, in: $1, self, memory) } ?? nil)
    }

    /// Those of the client and those of the service at once: QUIC's first packets are decrypted only once.
    public func fields(
        client: borrowing RawSpan, server: borrowing RawSpan, memory: HandshakeMemory = HandshakeMemory()
    ) -> (client: [Field], server: [Field]) {
        let answer = answer(server, memory)
        let isAgreed = answer.alpn != nil
        let asked = withClientHello(client) { hello, bytes in
            (
                ja4: JA4.fingerprint(of: hello, in: bytes, self, memory),
                request: Request(hello, bytes, skippingProtocols: isAgreed)
            )
        }
        return (clientFields(client, asked?.ja4 ?? nil), serverFields(client, asked?.request, answer))
    }

    private func clientFields(_ client: borrowing RawSpan, _ ja4: String?) -> [Field] {
        var fields: [Field] = []
        if let ja4 { fields.append(("ja4", ja4)) }
        if self == .quic, let version = QUICVersion.name(client) {
            fields.append(("protocol_version", version))
        }
        return fields
    }

    /// What describes the service, ordered by name: `alpn`, `certificate_expires`, `certificate_issuer`,
    /// `certificate_names`, `certificate_subject`, `cipher`, `protocol_version` and `sni`.
    ///
    /// A speaker that was not heard is an empty span. Where the server's answer is not there or does not say which
    /// application protocol was agreed, `alpn` is what the client offered, separated by commas.
    public func serverFields(client: borrowing RawSpan, server: borrowing RawSpan) -> [Field] {
        let answer = answer(server, HandshakeMemory())
        let isAgreed = answer.alpn != nil
        let request = withClientHello(client) { Request($0, $1, skippingProtocols: isAgreed) }
        return serverFields(client, request, answer)
    }

    private func serverFields(_ client: borrowing RawSpan, _ request: Request?, _ answer: Answer) -> [Field] {
        var sni = request?.sni
        var version = answer.version
        switch self {
        case .tls: break
        // A server that sends a cookie first has not chosen yet; its choice is seldom among the first bytes.
        case .dtls: version = version ?? request?.onlyVersion
        case .quic:
            version = version ?? QUICVersion.name(client)
            if request == nil { sni = GoogleQUIC.serverName(client) }
        }

        var fields: [Field] = []
        fields.reserveCapacity(4)
        func append(_ name: String, _ value: String?) {
            if let value { fields.append((name, value)) }
        }
        append("alpn", answer.alpn ?? request?.alpn)
        if let certificate = answer.certificate {
            append("certificate_expires", certificate.expires)
            append("certificate_issuer", certificate.issuer)
            append("certificate_names", certificate.names)
            append("certificate_subject", certificate.subject)
        }
        append("cipher", answer.cipher)
        append("protocol_version", version)
        append("sni", sni)
        return fields
    }

    /// Whether a client's later datagram may hold more of the hello that its first one begins: QUIC's may be
    /// longer than a datagram.
    ///
    /// Both can then be read as one, one behind the other, with zeros between them.
    public static func isContinued(_ first: borrowing RawSpan, by datagram: borrowing RawSpan) -> Bool {
        QUICInitial.goesOn(first, in: datagram)
    }

    /// Lends the client's hello and the bytes that it lies in.
    private func withClientHello<Result>(
        _ client: borrowing RawSpan, _ body: (ClientHello, borrowing RawSpan) -> Result
    ) -> Result? {
        /// Hellos come first; what else is there is not looked at.
        func first(_ messages: borrowing RawSpan) -> Result? {
            guard let message = HandshakeMessage(messages, at: 0), message.type == .clientHello,
                let hello = ClientHello(messages, message, hasCookie: false)
            else { return nil }
            return body(hello, messages)
        }
        switch self {
        case .tls:
            return TLSRecords.withMessages(client) { first($0) } ?? nil
        case .dtls:
            guard let message = DTLSRecords.message(.clientHello, client),
                let hello = ClientHello(client, message, hasCookie: true)
            else { return nil }
            return body(hello, client)
        case .quic:
            return QUICInitial.handshake(client)?.withBytes { first($0) } ?? nil
        }
    }

    /// What the server says of itself.
    private func answer(_ server: borrowing RawSpan, _ memory: HandshakeMemory) -> Answer {
        switch self {
        case .tls: TLSRecords.withMessages(server) { Answer(stream: $0, memory) } ?? Answer()
        case .dtls: Answer(datagram: server, memory)
        // Its hello is encrypted; the version is not.
        case .quic: Answer(version: QUICVersion.longHeaderName(server))
        }
    }
}

/// What a client asks of a server.
private struct Request {
    var sni: String?
    var alpn: String?
    /// The version, when the client offers no choice that is written elsewhere.
    var onlyVersion: String?

    init(_ hello: ClientHello, _ bytes: borrowing RawSpan, skippingProtocols: Bool) {
        var extensions = hello.extensions
        var hasVersions = false
        while let found = extensions.next(bytes) {
            switch found.type {
            case .serverName: sni = found.serverName(bytes)
            case .protocols where !skippingProtocols: alpn = found.protocols(bytes)
            case .supportedVersions: hasVersions = true
            default: break
            }
        }
        if hello.isWhole, !hasVersions { onlyVersion = ProtocolVersion.name(hello.version) }
    }
}
