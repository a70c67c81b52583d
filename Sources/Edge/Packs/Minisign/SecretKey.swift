internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// A secret key in minisign's format, with or without a password.
public struct SecretKey: Sendable {
    /// The other half.
    public let publicKey: PublicKey
    private let seed: [UInt8]

    /// How much work a password costs (scrypt, RFC 7914), as libsodium counts it.
    public struct Effort: Sendable {
        let operations: UInt64
        let memory: UInt64

        /// What minisign takes: a gigabyte and about a second.
        public static let sensitive = Effort(operations: 33_554_432, memory: 1 << 30)
        /// What is enough for tests.
        static let light = Effort(operations: 32_768, memory: 1 << 20)
    }

    // What minisign writes: Ed25519, scrypt or nothing, BLAKE2b-256.
    private static let algorithm = Array("Ed".utf8)
    private static let scrypt = Array("Sc".utf8)
    private static let checksum = Array("B2".utf8)

    /// A new key.
    public init() {
        let key = Curve25519.Signing.PrivateKey()
        var generator = SystemRandomNumberGenerator()
        let number = (0..<8).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        seed = Array(key.rawRepresentation)
        publicKey = PublicKey(number: number, key: Array(key.publicKey.rawRepresentation))
    }

    /// Whether a secret key's file asks for a password; nil when it is no such file.
    public static func needsPassword(file text: String) -> Bool? {
        parts(text).map { Array($0[2..<4]) == scrypt }
    }

    /// Reads a secret key's file.
    public init(file text: String, password: String) throws(PackFailure) {
        guard let parts = Self.parts(text) else {
            throw PackFailure(
                "this is no secret key of minisign's: two lines, the second with 212 characters")
        }
        var secret = Array(parts[54...])
        if Array(parts[2..<4]) == Self.scrypt {
            let effort = Effort(operations: Self.number(parts[38..<46]), memory: Self.number(parts[46..<54]))
            let mask = try Self.derive(password, salt: Array(parts[6..<38]), effort)
            for place in secret.indices { secret[place] ^= mask[place] }
        }
        let (number, key, check) = (secret[0..<8], secret[8..<72], Array(secret[72...]))
        // Without a password, minisign writes no checksum.
        let isOpen = Array(parts[2..<4]) != Self.scrypt && check.allSatisfy { $0 == 0 }
        guard isOpen || BLAKE2b.hash(Self.algorithm + number + key, outputLength: 32) == check else {
            throw PackFailure("the password is not that of this secret key")
        }
        seed = Array(key.prefix(32))
        let other = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed).publicKey.rawRepresentation
        guard other.map({ Array($0) }) == Array(key.suffix(32)) else {
            throw PackFailure("the secret key is damaged: its two halves do not belong together")
        }
        publicKey = PublicKey(number: Array(number), key: Array(key.suffix(32)))
    }

    /// The file that minisign reads.
    ///
    /// - Parameter password: nil for a key that anyone can use who can read the file.
    public func file(password: String?, effort: Effort = .sensitive) throws(PackFailure) -> String {
        let body = publicKey.number + seed + publicKey.key
        var secret = body + BLAKE2b.hash(Self.algorithm + body, outputLength: 32)
        var head = Self.algorithm
        if let password {
            var generator = SystemRandomNumberGenerator()
            let salt = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            let mask = try Self.derive(password, salt: salt, effort)
            for place in secret.indices { secret[place] ^= mask[place] }
            head +=
                Self.scrypt + Self.checksum + salt + Self.bytes(effort.operations) + Self.bytes(effort.memory)
        } else {
            head += [0, 0] + Self.checksum + [UInt8](repeating: 0, count: 48)
        }
        let kind = password == nil ? "minisign secret key" : "minisign encrypted secret key"
        return "\(MinisignText.untrusted)\(kind)\n\(Base64.text(head + secret))\n"
    }

    func signature(of bytes: [UInt8]) throws(PackFailure) -> [UInt8] {
        do {
            return Array(try Curve25519.Signing.PrivateKey(rawRepresentation: seed).signature(for: bytes))
        } catch { throw PackFailure("the secret key cannot sign: \(error)") }
    }

    /// 2 algorithm, 2 key derivation, 2 checksum, 32 salt, 8 operations, 8 memory, then 104 that may be masked.
    private static func parts(_ text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.count == 2, lines[0].hasPrefix(MinisignText.untrusted),
            let bytes = Base64.bytes(lines[1]),
            bytes.count == 158, Array(bytes[0..<2]) == algorithm, Array(bytes[4..<6]) == checksum,
            Array(bytes[2..<4]) == scrypt || Array(bytes[2..<4]) == [0, 0]
        else { return nil }
        return bytes
    }

    /// libsodium's choice of scrypt's parameters (crypto_pwhash_scryptsalsa208sha256) for so much work and memory.
    static func parameters(_ effort: Effort) -> (rounds: Int, parallelism: Int)? {
        // A key file must not make this machine swap: minisign asks for a gigabyte.
        guard effort.memory <= 2 << 30, effort.operations <= 1 << 28 else { return nil }
        let operations = max(effort.operations, 32_768)
        func power(_ most: UInt64) -> UInt64 { (1..<63).first { (1 << $0) > most / 2 } ?? 1 }
        if operations < effort.memory / 32 { return (1 << power(operations / 32), 1) }
        let exponent = power(effort.memory / 1024)
        let product = min((operations / 4) >> exponent, 0x3fff_ffff)
        return (1 << exponent, max(1, Int(product) / 8))
    }

    private static func derive(
        _ password: String, salt: [UInt8], _ effort: Effort
    ) throws(PackFailure) -> [UInt8] {
        guard let (rounds, parallelism) = parameters(effort) else {
            throw PackFailure("the secret key asks for more work than minisign's keys do; it is not opened")
        }
        do {
            let key = try KDF.Scrypt.deriveKey(
                from: Array(password.utf8), salt: salt, outputByteCount: 104, rounds: rounds, blockSize: 8,
                parallelism: parallelism)
            return unsafe key.withUnsafeBytes { unsafe Array($0) }
        } catch { throw PackFailure("the secret key's password cannot be worked out: \(error)") }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
    }
}
