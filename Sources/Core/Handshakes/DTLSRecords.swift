internal import Net

/// The records of TLS over datagrams: type, version, epoch, sequence number, length (RFC 6347 section 4.1).
enum DTLSRecords {
    private static var headerLength: Int { 13 }
    private static var handshakeType: UInt8 { 22 }
    private static var dataType: UInt8 { 23 }
    private static var messageHeaderLength: Int { 12 }

    /// The first message of a type in a datagram; of a message in fragments, the first one.
    static func message(_ type: HandshakeMessage.MessageType, _ bytes: borrowing RawSpan) -> HandshakeMessage?
    {
        var offset = 0
        // Epoch 0 is not encrypted.
        while let record = record(bytes, at: offset), record.type == handshakeType,
            bytes.u16(offset + 3) == 0
        {
            var at = record.body.lowerBound
            while let (message, end) = message(bytes, at: at, before: record.body.upperBound) {
                if message.type == type, bytes.u24(at + 6) == 0 { return message }
                at = end
            }
            offset = record.body.upperBound
        }
        return nil
    }

    /// The version that stands in records of application data: the one agreed, up to DTLS 1.2.
    static func versionOfData(_ bytes: borrowing RawSpan) -> UInt16? {
        guard let record = record(bytes, at: 0), record.type == dataType else { return nil }
        return bytes.u16(1)
    }

    private static func record(
        _ bytes: borrowing RawSpan, at offset: Int
    ) -> (type: UInt8, body: Range<Int>)? {
        let start = offset + headerLength
        guard start <= bytes.byteCount, bytes.u8(offset + 1) == 0xFE else { return nil }
        let length = Int(bytes.u16(offset + 11))
        return (bytes.u8(offset), start..<min(start + length, bytes.byteCount))
    }

    /// The message, or the fragment of one, at `offset`, and where the next one begins (RFC 6347 section 4.2.2):
    /// type, length, number, offset and length of the fragment.
    private static func message(
        _ bytes: borrowing RawSpan, at offset: Int, before end: Int
    ) -> (HandshakeMessage, end: Int)? {
        let start = offset + messageHeaderLength
        guard start <= end else { return nil }
        let length = Int(bytes.u24(offset + 1))
        let fragmentLength = Int(bytes.u24(offset + 9))
        let body = start..<min(start + fragmentLength, end)
        let message = HandshakeMessage(
            type: HandshakeMessage.MessageType(rawValue: bytes.u8(offset)), body: body,
            isWhole: body.count == length)
        return (message, body.upperBound)
    }
}
