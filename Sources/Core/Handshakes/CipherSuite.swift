/// Cipher suites by their registered names.
enum CipherSuite {
    /// The name of a suite in common use (IANA, TLS Cipher Suites); of others the number, as `0x00ff`.
    static func name(_ number: UInt16) -> String {
        switch number {
        case 0x0004: "TLS_RSA_WITH_RC4_128_MD5"
        case 0x0005: "TLS_RSA_WITH_RC4_128_SHA"
        case 0x000A: "TLS_RSA_WITH_3DES_EDE_CBC_SHA"
        case 0x002F: "TLS_RSA_WITH_AES_128_CBC_SHA"
        case 0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"
        case 0x0035: "TLS_RSA_WITH_AES_256_CBC_SHA"
        case 0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"
        case 0x003C: "TLS_RSA_WITH_AES_128_CBC_SHA256"
        case 0x003D: "TLS_RSA_WITH_AES_256_CBC_SHA256"
        case 0x009C: "TLS_RSA_WITH_AES_128_GCM_SHA256"
        case 0x009D: "TLS_RSA_WITH_AES_256_GCM_SHA384"
        case 0x009E: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"
        case 0x009F: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"
        case 0x1301: "TLS_AES_128_GCM_SHA256"
        case 0x1302: "TLS_AES_256_GCM_SHA384"
        case 0x1303: "TLS_CHACHA20_POLY1305_SHA256"
        case 0xC009: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
        case 0xC00A: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
        case 0xC011: "TLS_ECDHE_RSA_WITH_RC4_128_SHA"
        case 0xC013: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
        case 0xC014: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
        case 0xC023: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"
        case 0xC024: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"
        case 0xC027: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"
        case 0xC028: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"
        case 0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        case 0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        case 0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        case 0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        case 0xCCA8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
        case 0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
        default:
            String(
                decoding: [
                    UInt8(ascii: "0"), UInt8(ascii: "x"), Hex.digit(number >> 12), Hex.digit(number >> 8),
                    Hex.digit(number >> 4), Hex.digit(number),
                ], as: UTF8.self)
        }
    }
}

/// Digits of hexadecimal numbers, lower case.
enum Hex {
    /// The digit of the lowest four bits.
    @inline(__always)
    static func digit(_ value: some BinaryInteger) -> UInt8 {
        let low = UInt8(truncatingIfNeeded: value) & 0x0F
        return low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") - 10 + low
    }
}
