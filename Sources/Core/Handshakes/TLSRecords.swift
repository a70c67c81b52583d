internal import Net

/// The records of TLS over a stream: type, version, length (RFC 8446 section 5.1).
enum TLSRecords {
    private static var headerLength: Int { 5 }
    private static var alertType: UInt8 { 21 }
    private static var handshakeType: UInt8 { 22 }
    /// More warnings than servers send before their hello.
    private static var mostWarnings: Int { 4 }
    /// 2^14 bytes and what encryption may add (RFC 5246 section 6.2.3).
    private static var longest: Int { 18432 }

    /// Lends the handshake messages of the first records with the records' headers taken out, as far as they
    /// are there; nil when the first record holds none.
    ///
    /// Warnings may come before it: that a name is unknown, say (RFC 6066 section 3).
    ///
    /// Messages may span records, and a record may hold several. What follows a record of another type, as
    /// ChangeCipherSpec, is encrypted.
    static func withMessages<Result>(
        _ bytes: borrowing RawSpan, _ body: (borrowing RawSpan) -> Result
    ) -> Result? {
        guard let first = fragment(bytes, at: endOfWarnings(bytes)) else { return nil }
        // Most hellos are one record: they are read where they lie.
        guard var next = fragment(bytes, at: first.upperBound) else { return body(bytes.extracting(first)) }
        var messages: [UInt8] = []
        messages.reserveCapacity(bytes.byteCount)
        messages += bytes.copy(from: first.lowerBound, atMost: first.count)
        while true {
            messages += bytes.copy(from: next.lowerBound, atMost: next.count)
            guard let following = fragment(bytes, at: next.upperBound) else { break }
            next = following
        }
        return messages.withBytes(body)
    }

    /// Where the first record begins that is no alert of level warning (RFC 5246 section 7.2).
    private static func endOfWarnings(_ bytes: borrowing RawSpan) -> Int {
        var offset = 0
        for _ in 0..<mostWarnings {
            let end = offset + headerLength + 2
            guard end <= bytes.byteCount, bytes.u8(offset) == alertType, bytes.u8(offset + 1) == 3,
                bytes.u16(offset + 3) == 2, bytes.u8(offset + headerLength) == 1
            else { break }
            offset = end
        }
        return offset
    }

    /// Where what the handshake record at `offset` holds lies, as far as it is there.
    private static func fragment(_ bytes: borrowing RawSpan, at offset: Int) -> Range<Int>? {
        let start = offset + headerLength
        guard start <= bytes.byteCount, bytes.u8(offset) == handshakeType, bytes.u8(offset + 1) == 3 else {
            return nil
        }
        let length = Int(bytes.u16(offset + 3))
        guard 1...longest ~= length else { return nil }
        return start..<min(start + length, bytes.byteCount)
    }
}
