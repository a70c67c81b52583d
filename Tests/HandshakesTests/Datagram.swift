import Crypto

@testable import Handshakes

/// A client's datagram of QUIC to be written as bytes, one packet after the other.
struct Datagram {
    var version: UInt32 = 1
    var destination: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    var bytes: [UInt8] = []

    /// Adds an encrypted Initial packet; `numberLength` is that of its packet number.
    mutating func addInitial(
        _ frames: [UInt8], number packet: Int = 0, numberLength: Int = 1, token: [UInt8] = []
    ) throws {
        let known = try requireVersion(version)
        let protection = QUICProtection(known, destination: destination)
        let first = 0xC0 | known.initialType << 4 | UInt8(numberLength - 1)
        let length = numberLength + frames.count + 16
        let start = header(first) + counted(token, by: 1) + number(0x4000 | length, bytes: 2)
        let unprotected = start + number(packet, bytes: numberLength)
        var nonce = protection.vector
        for (place, byte) in number(packet, bytes: 4).enumerated() { nonce[8 + place] ^= byte }
        let sealed = try AES.GCM.seal(
            frames, using: protection.key, nonce: AES.GCM.Nonce(data: nonce), authenticating: unprotected)
        var packet = unprotected + Array(sealed.ciphertext) + Array(sealed.tag)
        let mask = protection.headerKey.encrypt(AES128.Block(packet[(start.count + 4)..<(start.count + 20)]))
        packet[0] ^= mask[0] & 0x0F
        for place in 0..<numberLength { packet[start.count + place] ^= mask[1 + place] }
        bytes += packet
    }

    /// Adds a packet of another type, which nothing is known of.
    mutating func addOther(type: UInt8, _ body: [UInt8]) {
        bytes += header(0xC0 | type << 4) + counted(body, by: 1)
    }

    private func header(_ first: UInt8) -> [UInt8] {
        [first] + number(Int(version), bytes: 4) + counted(destination, by: 1) + counted([], by: 1)
    }

    /// A CRYPTO frame with a part of the handshake's bytes.
    static func crypto(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
        [6] + number(0x4000 | range.lowerBound, bytes: 2) + number(0x4000 | range.count, bytes: 2)
            + bytes[range]
    }
}

struct UnknownVersion: Error {}

private func requireVersion(_ number: UInt32) throws -> QUICVersion {
    guard let version = QUICVersion(number) else { throw UnknownVersion() }
    return version
}
