/// A signature in minisign's format.
///
/// The signature proper is over the file or, prehashed, over its BLAKE2b-512; a second one is over the first and the
/// trusted comment, so that nobody can exchange that.
public struct Signature: Sendable, Equatable {
    /// What is signed.
    public enum Mode: Sendable, CaseIterable {
        /// The file itself; minisign's older way.
        case whole
        /// The BLAKE2b-512 of the file; what minisign writes by itself.
        case prehashed

        fileprivate var letters: [UInt8] { Array((self == .whole ? "Ed" : "ED").utf8) }
    }

    /// What is signed.
    public let mode: Mode
    /// A line that the key vouches for.
    public let comment: String
    let number: [UInt8]
    private let signature: [UInt8]
    private let global: [UInt8]

    /// The number of the key that it says it is from.
    public var keyID: String { MinisignText.id(number) }

    /// Signs bytes.
    public init(_ bytes: [UInt8], by key: SecretKey, mode: Mode, comment: String) throws(PackFailure) {
        guard comment.utf8.count <= 1024, !comment.utf8.contains(where: { $0 == 10 || $0 == 13 }) else {
            throw PackFailure("a signature's comment is one line of 1024 bytes at most")
        }
        (self.mode, self.comment, number) = (mode, comment, key.publicKey.number)
        signature = try key.signature(of: Self.message(bytes, mode))
        global = try key.signature(of: signature + Array(comment.utf8))
    }

    /// Reads a signature file; nil when it is none.
    public init?(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.hasSuffix("\r") ? $0.dropLast() : $0
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.count == 4, lines[0].hasPrefix(MinisignText.untrusted),
            lines[2].hasPrefix(MinisignText.trusted), let first = Base64.bytes(lines[1]), first.count == 74,
            let mode = Mode.allCases.first(where: { first.starts(with: $0.letters) }),
            let global = Base64.bytes(lines[3]), global.count == 64
        else { return nil }
        self.mode = mode
        comment = String(lines[2].dropFirst(MinisignText.trusted.count))
        number = Array(first[2..<10])
        signature = Array(first[10...])
        self.global = global
    }

    /// The file that minisign reads.
    public var file: String {
        """
        \(MinisignText.untrusted)signature from minisign secret key \(keyID)
        \(Base64.text(mode.letters + number + signature))
        \(MinisignText.trusted)\(comment)
        \(Base64.text(global))

        """
    }

    /// Whether the key made both signatures, that of these bytes and that of the comment.
    public func verifies(_ bytes: [UInt8], by key: PublicKey) -> Bool {
        number == key.number && key.verifies(signature, of: Self.message(bytes, mode))
            && key.verifies(global, of: signature + Array(comment.utf8))
    }

    private static func message(_ bytes: [UInt8], _ mode: Mode) -> [UInt8] {
        mode == .whole ? bytes : BLAKE2b.hash(bytes)
    }
}
