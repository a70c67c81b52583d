internal import Net

/// A message of the handshake: type, length, body (RFC 8446 section 4).
struct HandshakeMessage {
    enum MessageType: UInt8, BitwiseCopyable {
        case clientHello = 1
        case serverHello = 2
        case certificate = 11
    }

    /// The type, if it is one that is looked at.
    var type: MessageType?
    /// Where the body lies, as far as it is there.
    var body: Range<Int>
    /// Whether the whole body is there.
    var isWhole: Bool
}

extension HandshakeMessage {
    private static var headerLength: Int { 4 }

    /// The message at `offset` of a stream without records; nil when its header is not there.
    init?(_ bytes: borrowing RawSpan, at offset: Int) {
        let start = offset + Self.headerLength
        guard start <= bytes.byteCount else { return nil }
        let end = start + Int(bytes.u24(offset + 1))
        type = MessageType(rawValue: bytes.u8(offset))
        body = start..<min(end, bytes.byteCount)
        isWhole = end <= bytes.byteCount
    }
}
