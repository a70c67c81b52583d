internal import Net

/// The CRYPTO frames of a client's Initial packets, which may come in any order (RFC 9000 section 19.6).
struct CryptoFrames {
    private var pieces: [(offset: Int, bytes: [UInt8])] = []

    private enum FrameType {
        static let padding = 0x00
        static let ping = 0x01
        static let acknowledgement = 0x02
        static let acknowledgementWithCounts = 0x03
        static let crypto = 0x06
    }

    /// Reads the frames of one packet; what follows a frame that does not belong there is left.
    mutating func read(_ payload: [UInt8]) {
        payload.withBytes { bytes in
            var at = 0
            while let type = bytes.u8(at, before: bytes.byteCount) {
                at += 1
                switch type {
                case FrameType.padding, FrameType.ping: break
                case FrameType.acknowledgement, FrameType.acknowledgementWithCounts:
                    let counts = type == FrameType.acknowledgementWithCounts ? 3 : 0
                    guard Self.skipAcknowledgement(bytes, &at, counts: counts) else { return }
                case FrameType.crypto:
                    guard let offset = Varint.read(bytes, &at), let length = Varint.read(bytes, &at),
                        length <= bytes.byteCount - at
                    else { return }
                    pieces.append((offset, bytes.copy(from: at, atMost: length)))
                    at += length
                default: return
                }
            }
        }
    }

    /// Largest, delay, ranges, first range; two numbers for each range; three counts (RFC 9000 section 19.3).
    private static func skipAcknowledgement(
        _ bytes: borrowing RawSpan, _ at: inout Int, counts: Int
    ) -> Bool {
        guard Varint.read(bytes, &at) != nil, Varint.read(bytes, &at) != nil,
            let ranges = Varint.read(bytes, &at), Varint.read(bytes, &at) != nil,
            // Each number has a byte at least.
            ranges <= bytes.byteCount
        else { return false }
        for _ in 0..<2 * ranges + counts where Varint.read(bytes, &at) == nil { return false }
        return true
    }

    /// The bytes from the beginning of the stream to the first gap.
    func contiguous() -> [UInt8] {
        var stream: [UInt8] = []
        for piece in pieces.sorted(by: { $0.offset < $1.offset }) {
            guard piece.offset <= stream.count else { break }
            let known = stream.count - piece.offset
            if known < piece.bytes.count { stream += piece.bytes.dropFirst(known) }
        }
        return stream
    }
}
