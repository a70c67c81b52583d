// Packs: plugins that travel from one team to another.
//
// Comes in: folders, archives, bundles, git tags, static indexes, keys. Goes out: packs whose every file is known and
// whose maker is known; a store of installed packs that is always in one state or the next; and, for the loader, the very
// bytes that were verified.
//
//   PackFiles     the files of a pack in memory, their names and sizes checked; read from a folder or an archive
//   PackArchive   the same as bytes: tar and gzip, written one way only
//   PackList      MANIFEST: every file with its size and SHA-256; SealedPack holds files against it
//   Minisign/     keys and signatures in minisign's format: BLAKE2b, scrypt, Ed25519
//   Trust         which key may sign what, and what sources must show
//   Sources/      where a pack comes from: git tags, indexes, bundles
//   Versions/     versions, ranges, and which versions go together
//   Store/        what is installed: content by hash, one lock file that is replaced whole, a history to go back to
//   Verification  what the loader asks of every folder
//
// May import: Plugins (to read pack.lua in its sandbox), Crypto, CryptoExtras, CZlib, Glibc. Must never: run anything of a
// pack but sandboxed Lua, follow a link, believe a length, leave a half-made pack behind, print.

/// Why something about a pack was refused, for people: what, where, what to do.
public struct PackFailure: Error, Sendable, CustomStringConvertible, Equatable {
    /// The whole sentence.
    public var description: String

    /// A failure.
    public init(_ description: String) { self.description = description }
}

/// How large a pack may be, whoever sends it.
public enum PackLimits {
    /// Files in a pack.
    public static let files = 10_000
    /// Bytes of one file; the plugin loader takes no larger ones.
    public static let fileBytes = 32 << 20
    /// Bytes of all files.
    public static let totalBytes = 256 << 20
    /// Bytes of lists, locks, indexes, keys and signatures.
    public static let listBytes = 4 << 20
}

extension Int {
    /// `12 KB`, `3 MB`.
    var bytesText: String {
        switch self {
        case ..<10_240: "\(self) bytes"
        case ..<(10 << 20): "\(self >> 10) KB"
        default: "\(self >> 20) MB"
        }
    }
}
