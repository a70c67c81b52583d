internal import Net

/// A version of QUIC whose first packets can be read: what its keys are derived with, how it numbers its packets.
struct QUICVersion {
    /// The salt of the first secret.
    var salt: [UInt8]
    /// What the labels of keys begin with.
    var label: String
    /// The type of an Initial packet, the two bits behind the fixed bit.
    var initialType: UInt8

    /// Nil for versions that are not known.
    init?(_ number: UInt32) {
        switch number {
        // The last drafts have the salt of version 1 (RFC 9001 section 5.2).
        case 1, 0xFF00_0021...0xFF00_0022: salt = Self.version1
        case 0xFF00_001D...0xFF00_0020: salt = Self.draft29
        case 0xFF00_0017...0xFF00_001C: salt = Self.draft23
        case 0x6B33_43CF:
            // RFC 9369 section 3.
            salt = Self.version2
            label = "quicv2 "
            initialType = 1
            return
        default: return nil
        }
        label = "quic "
        initialType = 0
    }

    private static let version1: [UInt8] = [
        0x38, 0x76, 0x2C, 0xF7, 0xF5, 0x59, 0x34, 0xB3, 0x4D, 0x17, 0x9A, 0xE6, 0xA4, 0xC8, 0x0C, 0xAD, 0xCC,
        0xBB,
        0x7F, 0x0A,
    ]
    private static let version2: [UInt8] = [
        0x0D, 0xED, 0xE3, 0xDE, 0xF7, 0x00, 0xA6, 0xDB, 0x81, 0x93, 0x81, 0xBE, 0x6E, 0x26, 0x9D, 0xCB, 0xF9,
        0xBD,
        0x2E, 0xD9,
    ]
    /// draft-ietf-quic-tls-29 section 5.2.
    private static let draft29: [UInt8] = [
        0xAF, 0xBF, 0xEC, 0x28, 0x99, 0x93, 0xD2, 0x4C, 0x9E, 0x97, 0x86, 0xF1, 0x9C, 0x61, 0x11, 0xE0, 0x43,
        0x90,
        0xA8, 0x99,
    ]
    /// draft-ietf-quic-tls-23 section 5.2.
    private static let draft23: [UInt8] = [
        0xC3, 0xEE, 0xF7, 0x12, 0xC7, 0x2E, 0xBB, 0x5A, 0x11, 0xA7, 0xD2, 0x43, 0x2B, 0xB4, 0x63, 0x65, 0xBE,
        0xF9,
        0xF5, 0x02,
    ]
}

extension QUICVersion {
    /// The version that a client writes: `1`, `2`, `draft-29`, or Google's `Q043`.
    static func name(_ bytes: borrowing RawSpan) -> String? {
        if let name = longHeaderName(bytes) { return name }
        // Google's public header: flags, an id of 8 bytes, the version.
        return googleName(bytes, at: bytes.byteCount > 0 && bytes.u8(0) & 0x80 == 0 ? 9 : 1)
    }

    /// The version in a long header (RFC 8999 section 5.1).
    static func longHeaderName(_ bytes: borrowing RawSpan) -> String? {
        guard bytes.byteCount >= 5, bytes.u8(0) & 0x80 != 0 else { return nil }
        switch bytes.u32(1) {
        case 1: return "1"
        case 0x6B33_43CF: return "2"
        case let number where number & 0xFFFF_FF00 == 0xFF00_0000: return "draft-\(number & 0xFF)"
        default: return googleName(bytes, at: 1)
        }
    }

    private static func googleName(_ bytes: borrowing RawSpan, at offset: Int) -> String? {
        guard offset + 4 <= bytes.byteCount else { return nil }
        let prefix = bytes.u16(offset)
        // "Q0", and "T0" for those with TLS.
        guard prefix == 0x5130 || (prefix == 0x5430 && offset == 1) else { return nil }
        return bytes.printable(offset..<offset + 4)
    }
}
