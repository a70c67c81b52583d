internal import GRDB

/// Why a store cannot be used: what, where, and what to do, in plain words.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// The whole message.
    public let description: String

    /// Whether what is in the file is the trouble, and not what surrounds it.
    public let isOfContents: Bool

    /// A message that is complete.
    public init(_ description: String, isOfContents: Bool = false) {
        self.description = description
        self.isOfContents = isOfContents
    }

    /// What SQLite has to say about the store at `path`.
    init(_ error: any Error, path: String) {
        if let known = error as? StoreError {
            self = known
            return
        }
        if error is DamagedValue || error is RowDecodingError {
            description = "\(path): the store is damaged, or another program has changed it: \(error)"
            isOfContents = true
            return
        }
        guard let error = error as? DatabaseError else {
            description = "\(path): the store cannot be used: \(error)"
            isOfContents = false
            return
        }
        isOfContents = [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        let said = error.message ?? "error \(error.extendedResultCode.rawValue)"
        description =
            switch error.resultCode {
            case .SQLITE_FULL:
                "\(path): the disk is full: nothing more is stored; what was stored before is there"
            case .SQLITE_READONLY:
                "\(path): the store cannot be written: the file or its folder is read-only; name another with --store"
            case .SQLITE_CANTOPEN:
                "\(path): the store cannot be opened: \(StoreFiles.refusal(of: path)); name another with --store"
            case .SQLITE_CORRUPT:
                "\(path): the store is damaged (\(said)); what can be saved is saved by: sqlite3 \(path) .recover | sqlite3 NEW"
            case .SQLITE_NOTADB:
                "\(path): this is no store of Offport: it is not a file of SQLite; name another with --store"
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                "\(path): the store is being written by another program; try again, or name another with --store"
            case .SQLITE_IOERR:
                "\(path): the disk failed (\(said)); what was stored before is there"
            default:
                "\(path): the store cannot be used: \(said)"
            }
    }
}
