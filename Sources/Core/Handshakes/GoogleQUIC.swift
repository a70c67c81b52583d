internal import Net

/// Google's QUIC before it took over TLS: a hello of tags in clear (QUIC Crypto, "Handshake messages").
enum GoogleQUIC {
    /// The hello lies behind the public header, a hash and the header of a frame.
    private static var farthestHello: Int { 64 }
    private static var mostTags: Int { 128 }

    /// The name of the server in a client's hello: `CHLO`, the number of tags, and for each tag where its value ends.
    static func serverName(_ bytes: borrowing RawSpan) -> String? {
        guard let hello = hello(bytes), hello + 8 <= bytes.byteCount else { return nil }
        let count = Int(bytes.u16le(hello + 4))
        let table = hello + 8
        let values = table + 8 * count
        guard count <= mostTags, values <= bytes.byteCount else { return nil }
        var start = values
        for tag in 0..<count {
            let end = values + Int(bytes.u32le(table + 8 * tag + 4))
            guard start <= end, end <= bytes.byteCount else { return nil }
            if bytes.u32(table + 8 * tag) == 0x534E_4900 { return bytes.printable(start..<end) }
            start = end
        }
        return nil
    }

    private static func hello(_ bytes: borrowing RawSpan) -> Int? {
        let end = min(bytes.byteCount - 3, farthestHello)
        var at = 0
        while at < end, let found = bytes.firstOffset(of: UInt8(ascii: "C"), from: at, before: end) {
            if bytes.u32(found) == 0x4348_4C4F { return found }
            at = found + 1
        }
        return nil
    }
}
