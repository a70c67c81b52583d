import CPcap
import Glibc

/// An open file, pipe or terminal.
struct OpenFile: ~Copyable {
    private let descriptor: CInt
    private let closesAtEnd: Bool
    private let name: String
    /// Whether there may be nothing to read for now, as in a pipe.
    private let mayBeSilent: Bool
    /// The size of a regular file, nil for pipes and the like.
    let size: Int?

    /// Opens for reading; folders are refused.
    static func opened(path: String) throws(CaptureError) -> OpenFile {
        if FileKind(path: path) == .folder {
            // One in a folder that is read comes here when nobody may look into it.
            let isOpen = namesInFolder(path) != nil
            throw .cannotOpen(
                name: path, reason: isOpen ? "is a folder, not a capture file" : systemText(errno))
        }
        // A named pipe is not waited for here, where no signal would end the waiting, but in `read`.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotOpen(name: path, reason: refusal(of: path, errno)) }
        return OpenFile(descriptor: descriptor, name: path, closesAtEnd: true)
    }

    /// Standard input, which stays open.
    static var standardInput: OpenFile {
        OpenFile(descriptor: STDIN_FILENO, name: "standard input", closesAtEnd: false)
    }

    /// Takes an open descriptor; it stays open at the end unless `closesAtEnd`.
    init(descriptor: CInt, name: String, closesAtEnd: Bool) {
        self.descriptor = descriptor
        self.name = name
        self.closesAtEnd = closesAtEnd
        var status = stat()
        let isOpen = unsafe fstat(descriptor, &status) == 0
        let isFile = isOpen && status.st_mode & S_IFMT == S_IFREG
        mayBeSilent = isOpen && !isFile
        size = isFile ? Int(status.st_size) : nil
    }

    deinit { if closesAtEnd { _ = close(descriptor) } }

    /// Appends what one `read` gives and says how many bytes; 0 at the end.
    ///
    /// Waits for the first byte only, and at most so long: nil when a pipe gave none, or a signal came. -1 waits until
    /// there is one.
    func read(
        into buffer: inout ByteBuffer, waiting milliseconds: CInt = -1
    ) throws(CaptureError) -> Int? {
        while true {
            if mayBeSilent {
                var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard unsafe poll(&request, 1, milliseconds) > 0 else {
                    if milliseconds < 0 { continue }
                    return nil
                }
            }
            var result = 0
            _ = unsafe buffer.append { room in
                result = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
                return max(result, 0)
            }
            if result >= 0 { return result }
            // Another reader of the same pipe may have been faster.
            guard errno == EINTR || errno == EAGAIN else {
                throw .cannotRead(name: name, reason: systemText(errno))
            }
        }
    }
}

/// What lies at a path.
enum FileKind {
    case file, folder, other

    /// What lies where `path` leads, through symbolic links; nil when nothing does.
    init?(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: self = .file
        case S_IFDIR: self = .folder
        default: self = .other
        }
    }

    /// What lies where `path` leads; the system's reason where that cannot be told.
    static func at(_ path: String) throws(CaptureError) -> FileKind {
        if let kind = FileKind(path: path) { return kind }
        let code = errno
        // What lies behind a folder that nobody may enter is not missing.
        throw .cannotOpen(
            name: path, reason: refusal(of: path, code, missing: "no such file or folder"))
    }

    /// Whether `path` itself is a symbolic link.
    static func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}

/// The names in a folder, in no order, without `.` and `..`; nil when the folder cannot be read.
///
/// One that is not UTF-8 has the replacement character where bytes were lost.
func namesInFolder(_ path: String) -> [String]? {
    guard let folder = unsafe opendir(path) else { return nil }
    defer { unsafe _ = closedir(folder) }
    var names: [String] = []
    while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { field in
            unsafe String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}

/// Whether a path may have been other bytes than UTF-8, which no longer lead to what they named.
func hasLostBytes(_ path: String) -> Bool { path.unicodeScalars.contains("\u{fffd}") }

/// Why nothing can be had from a path, by the error number.
func refusal(of path: String, _ code: CInt, missing: String = "no such file") -> String {
    guard code == ENOENT else { return systemText(code) }
    return hasLostBytes(path) ? namelessReason : missing
}

/// Why nothing can be had from a path with lost bytes.
let namelessReason = "its name is not UTF-8, so it cannot be opened: rename it"

/// The system's text for an error number.
func systemText(_ code: CInt) -> String {
    if code == ENOENT { return "no such file" }
    // glibc's strerror gives constant strings for the numbers it knows, so threads do not disturb each other.
    return unsafe String(cString: strerror(code))
}

/// What tells a file from another that has its name, and how far it was written.
struct FileIdentity {
    /// When it was last written, in nanoseconds.
    let modified: Int64
    let size: Int
    private let device: UInt64
    private let number: UInt64

    /// Nil when there is none.
    init?(path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        size = Int(status.st_size)
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }

    /// What is the same by whatever name it is asked.
    var node: [UInt64] { [device, number] }

    func isSameFile(as other: FileIdentity) -> Bool { device == other.device && number == other.number }
}
