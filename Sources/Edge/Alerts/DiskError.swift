internal import Glibc

/// Why a file could not be read or written.
struct DiskError: Error, CustomStringConvertible {
    /// The file.
    var path: String
    /// The system's number of the error.
    var code: Int32
    /// The system's words for it.
    var text: String

    /// Whether there is no such file.
    var isMissing: Bool { code == ENOENT }

    var description: String { "\(path): \(text)" }
}
