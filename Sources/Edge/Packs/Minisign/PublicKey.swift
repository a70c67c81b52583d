internal import Crypto
internal import FoundationEssentials

/// A public key in minisign's format: a number to find it by, and an Ed25519 key (RFC 8032).
public struct PublicKey: Sendable, Hashable {
    /// Eight bytes of chance that name the key.
    let number: [UInt8]
    /// The Ed25519 key.
    let key: [UInt8]

    init(number: [UInt8], key: [UInt8]) { (self.number, self.key) = (number, key) }

    /// Reads the 56 characters that minisign calls a public key; nil when it is none.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Base64.bytes(text), bytes.count == 42, bytes.starts(with: Array("Ed".utf8)) else {
            return nil
        }
        self.init(number: Array(bytes[2..<10]), key: Array(bytes[10...]))
    }

    /// Reads a file with a comment and a public key, as minisign writes it.
    public init?(file text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { !$0.hasPrefix(MinisignText.untrusted) }), lines.count <= 2
        else { return nil }
        self.init(line)
    }

    /// The 56 characters.
    public var text: String { Base64.text(Array("Ed".utf8) + number + key) }

    /// The number as minisign shows it.
    public var id: String { MinisignText.id(number) }

    /// The file that minisign reads.
    public var file: String { "\(MinisignText.untrusted)minisign public key \(id)\n\(text)\n" }

    func verifies(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}

/// What minisign's files have in common.
enum MinisignText {
    static let untrusted = "untrusted comment: "
    static let trusted = "trusted comment: "

    /// A key's number as minisign shows it: little-endian, upper case.
    static func id(_ number: [UInt8]) -> String { Hex.text(number.reversed()).uppercased() }
}

/// Base64 (RFC 4648 section 4), strictly.
enum Base64 {
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        Data(base64Encoded: String(text)).map { Array($0) }
    }

    static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
