internal import Glibc

/// Files and folders, by the system's own calls.
enum FileReading {
    /// The largest plugin file; a pack of thousands of signatures has a few MB.
    static let sizeLimit = 32 << 20

    /// Why a path could not be read.
    struct Failure: Error {
        var reason: String
    }

    /// What tells a folder from every other, whichever way leads to it.
    struct Identity: Hashable {
        fileprivate var device: UInt64
        fileprivate var number: UInt64
    }

    /// Whether the path is a folder; throws when there is nothing.
    static func isFolder(_ path: String) throws(Failure) -> Bool {
        try status(of: path).st_mode & S_IFMT == S_IFDIR
    }

    /// Which folder the path leads to.
    static func identity(of path: String) throws(Failure) -> Identity {
        let status = try status(of: path)
        return Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    private static func status(of path: String) throws(Failure) -> stat {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw lastError() }
        return status
    }

    /// The names in a folder without those that begin with a dot, ascending by bytes.
    static func names(in folder: String) throws(Failure) -> [String] { try entries(in: folder).map(\.name) }

    /// Those names, and whether each is a folder; nil where the folder does not tell.
    static func entries(in folder: String) throws(Failure) -> [(name: String, isFolder: Bool?)] {
        guard let stream = unsafe opendir(folder) else { throw lastError() }
        defer { unsafe closedir(stream) }
        var entries: [(name: String, isFolder: Bool?)] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name.utf8.first == UInt8(ascii: ".") { continue }
            let isFolder: Bool? =
                switch unsafe Int(entry.pointee.d_type) {
                case DT_DIR: true
                case DT_REG: false
                default: nil
                }
            entries.append((name, isFolder))
        }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// The bytes of a file.
    static func bytes(of path: String) throws(Failure) -> [UInt8] {
        // A pipe that nobody writes to would be waited for.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw lastError() }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw lastError() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(reason: "it is not a file") }
        guard status.st_size <= sizeLimit else {
            throw Failure(reason: "it is larger than \(sizeLimit >> 20) MB")
        }
        var isBroken = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let got = unsafe read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if got < 0 { isBroken = true }
                guard got > 0 else { break }
                count += got
            }
        }
        if isBroken { throw lastError() }
        return bytes
    }

    private static func lastError() -> Failure {
        guard let text = unsafe strerror(errno) else { return Failure(reason: "error \(errno)") }
        return unsafe Failure(reason: String(cString: text))
    }
}

/// What tells that a file has changed: its name, size and time.
public struct FileStamp: Equatable, Sendable {
    private let path: String
    private let size: Int
    private let modified: Int
    private let fraction: Int

    /// Of the file, or of all files in the folder and below it, in the order of their names; nothing where nothing is.
    public static func all(below path: String) -> [FileStamp] {
        var visited: Set<FileReading.Identity> = []
        return all(below: path, &visited)
    }

    private static func all(below path: String, _ visited: inout Set<FileReading.Identity>) -> [FileStamp] {
        guard let isFolder = try? FileReading.isFolder(path) else { return [] }
        if isFolder {
            // A link may lead back up.
            guard let identity = try? FileReading.identity(of: path), visited.insert(identity).inserted else {
                return []
            }
            let names = (try? FileReading.names(in: path)) ?? []
            return names.flatMap { all(below: path + "/" + $0, &visited) }
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return [] }
        return [
            FileStamp(
                path: path, size: Int(status.st_size), modified: status.st_mtim.tv_sec,
                fraction: status.st_mtim.tv_nsec)
        ]
    }
}
