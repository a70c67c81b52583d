internal import Crypto
internal import Net

/// The keys of a client's Initial packets (RFC 9001 section 5): anyone who sees a packet can derive them.
struct QUICProtection {
    let key: SymmetricKey
    let vector: [UInt8]
    let headerKey: AES128

    private static var tagLength: Int { 16 }
    private static var sampleLength: Int { 16 }

    /// From the connection id that the client chose for the server.
    init(_ version: QUICVersion, destination: [UInt8]) {
        // Extraction is one HMAC (RFC 5869 section 2.2).
        let initial = Self.code(of: destination, key: version.salt)
        let secret = Self.expand(initial, "client in", 32)
        key = SymmetricKey(data: Self.expand(secret, version.label + "key", 16))
        vector = Self.expand(secret, version.label + "iv", 12)
        headerKey = AES128(key: AES128.Block(Self.expand(secret, version.label + "hp", 16)))
    }

    /// HKDF-Expand-Label without hashed words (RFC 8446 section 7.1): one HMAC, for no more is asked than it has.
    private static func expand(_ secret: [UInt8], _ label: String, _ count: Int) -> [UInt8] {
        let label = Array("tls13 \(label)".utf8)
        // The one at the end is the number of the first block (RFC 5869 section 2.3).
        let message = [0, UInt8(count), UInt8(label.count)] + label + [0, 1]
        return Array(code(of: message, key: secret).prefix(count))
    }

    /// HMAC with SHA-256 and a key shorter than a block (RFC 2104 section 2); Crypto's own takes several times as long.
    private static func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var inner = [UInt8](repeating: 0x36, count: SHA256.blockByteCount)
        var outer = [UInt8](repeating: 0x5C, count: SHA256.blockByteCount)
        for (place, byte) in key.enumerated() {
            inner[place] ^= byte
            outer[place] ^= byte
        }
        return Array(SHA256.hash(data: outer + Array(SHA256.hash(data: inner + message))))
    }

    /// The payload of a packet; nil when it was not encrypted with these keys.
    func open(_ bytes: borrowing RawSpan, _ packet: QUICInitial.Packet) -> [UInt8]? {
        // The sample begins where the payload would behind a packet number of four bytes (RFC 9001 section 5.4.2).
        let sampleOffset = packet.numberOffset + 4
        guard sampleOffset + Self.sampleLength <= packet.range.upperBound else { return nil }
        let sample = bytes.copy(from: sampleOffset, atMost: Self.sampleLength)
        let mask = headerKey.encrypt(AES128.Block(sample))
        let start = packet.range.lowerBound
        let firstByte = bytes.u8(start) ^ (mask[0] & 0x0F)
        let numberLength = Int(firstByte & 0x03) + 1
        let payloadOffset = packet.numberOffset + numberLength
        var header = bytes.copy(from: start, atMost: payloadOffset - start)
        header[0] = firstByte
        var nonce = vector
        for place in 0..<numberLength {
            let inHeader = header.count - numberLength + place
            header[inHeader] ^= mask[1 + place]
            // First packets have small numbers: none is longer than what is written.
            nonce[nonce.count - numberLength + place] ^= header[inHeader]
        }
        let end = packet.range.upperBound - Self.tagLength
        guard payloadOffset <= end, let nonce = try? AES.GCM.Nonce(data: nonce),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: bytes.copy(from: payloadOffset, atMost: end - payloadOffset),
                tag: bytes.copy(from: end, atMost: Self.tagLength)),
            let payload = try? AES.GCM.open(box, using: key, authenticating: header)
        else { return nil }
        return Array(payload)
    }
}
