/// A hello to be written as bytes.
struct Hello {
    var version = 0x0303
    var suites = [0x1301, 0xC02F]
    var extensions: [(number: Int, body: [UInt8])] = []
    /// For datagrams: what the server asked to be sent back.
    var cookie: [UInt8]?

    static func serverName(_ name: String) -> (Int, [UInt8]) {
        (0, counted([0] + counted(Array(name.utf8), by: 2), by: 2))
    }

    static func protocols(_ names: [[UInt8]]) -> (Int, [UInt8]) {
        (16, counted(names.flatMap { counted($0, by: 1) }, by: 2))
    }

    static func protocols(_ names: String...) -> (Int, [UInt8]) { protocols(names.map { Array($0.utf8) }) }

    static func versions(_ versions: Int...) -> (Int, [UInt8]) { (43, counted(pairs(versions), by: 1)) }

    static func algorithms(_ algorithms: Int...) -> (Int, [UInt8]) { (13, counted(pairs(algorithms), by: 2)) }

    private var random: [UInt8] { (0..<32).map { UInt8($0) } }

    private var extensionBytes: [UInt8] {
        counted(extensions.flatMap { number($0.number, bytes: 2) + counted($0.body, by: 2) }, by: 2)
    }

    /// As a ClientHello without any header.
    var clientBody: [UInt8] {
        let start = number(version, bytes: 2) + random + counted([7, 7, 7], by: 1)
        return start + (cookie.map { counted($0, by: 1) } ?? []) + counted(pairs(suites), by: 2) + [1, 0]
            + extensionBytes
    }

    /// As a ServerHello without any header: the first suite is the chosen one.
    var serverBody: [UInt8] {
        number(version, bytes: 2) + random + counted([], by: 1) + pairs([suites[0]]) + [0] + extensionBytes
    }

    var client: [UInt8] { message(1, clientBody) }
    var server: [UInt8] { message(2, serverBody) }
}

func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + counted(body, by: 3) }

/// Bytes in records of TLS, none longer than `longest`.
func records(_ bytes: [UInt8], type: UInt8 = 22, longest: Int = 16384) -> [UInt8] {
    stride(from: 0, to: bytes.count, by: longest).flatMap { start in
        [type, 3, 1] + counted(Array(bytes[start..<min(start + longest, bytes.count)]), by: 2)
    }
}

/// A message, or a fragment of it, in a record of DTLS.
func datagram(_ type: UInt8, _ body: [UInt8], fragment: Range<Int>? = nil) -> [UInt8] {
    let range = fragment ?? 0..<body.count
    let header =
        [type] + number(body.count, bytes: 3) + [0, 0] + number(range.lowerBound, bytes: 3)
        + number(range.count, bytes: 3)
    return [22, 0xFE, 0xFD] + [UInt8](repeating: 0, count: 8) + counted(header + body[range], by: 2)
}
