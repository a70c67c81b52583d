import Glibc
import Records
import Synchronization

/// The terminal and small files: results go to standard output, everything else to standard error.
///
/// What is printed may quote plugins, packs and traffic, which must neither act on the terminal nor forge lines: a
/// line is one line, and its control characters are dots. Pages, which are coloured, go out by `write` and do the same
/// before they colour.
///
/// One of the files that may say `unsafe`: it hands buffers to `write(2)`.
enum Console {
    /// Writes a line to standard output.
    static func print(_ line: String) { write(Array((printable(line) + "\n").utf8), to: STDOUT_FILENO) }

    /// Writes the lines of a text to standard output; nothing foreign in it may have line ends.
    static func print(lines text: String) { for line in lines(of: text) { print(line) } }

    /// Writes a message to standard error.
    static func error(_ line: String) { write(Array((printable(line) + "\n").utf8), to: STDERR_FILENO) }

    /// Writes a message of several lines to standard error; nothing foreign in it may have line ends.
    static func error(lines text: String) { for line in lines(of: text) { error(line) } }

    private static func lines(of text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Replaces the line a progress message stands on.
    static func progress(_ text: String) {
        write(Array("\r\u{1b}[K\(printable(text))".utf8), to: STDERR_FILENO)
    }

    /// Writes all bytes; false when the other end is gone or the disk is full.
    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        if writeSome(bytes, to: descriptor) == bytes.count { return true }
        // Who closes a pipe has read enough.
        if descriptor == STDOUT_FILENO, errno != EPIPE {
            let problem = "standard output: cannot be written: \(lastError)"
            firstOutputProblem.withLock { $0 = $0 ?? problem }
        }
        return false
    }

    /// Why results could not be written to standard output; nil while they could.
    static var outputProblem: String? { firstOutputProblem.withLock { $0 } }
    private static let firstOutputProblem = Mutex<String?>(nil)

    /// Writes as many of the bytes as the system takes, and returns how many; `lastError` says why not all.
    static func writeSome(_ bytes: [UInt8], to descriptor: Int32) -> Int {
        var start = 0
        while start < bytes.count {
            let written = unsafe bytes[start...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0 {
                if errno == EINTR { continue }
                return start
            }
            start += written
        }
        return start
    }

    /// Whether results are read by a person.
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    /// Whether messages are read by a person.
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether somebody can answer.
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Asks a question; true for an answer that begins with y.
    static func agrees(_ question: String) -> Bool {
        write(Array(printable(question).utf8), to: STDERR_FILENO)
        return readLine()?.lowercased().hasPrefix("y") ?? false
    }

    /// Colour only on a terminal, and never against the user's word (no-color.org).
    static var isColoured: Bool {
        guard outputIsTerminal, environment("TERM") != "dumb" else { return false }
        return (environment("NO_COLOR") ?? "").isEmpty
    }

    /// How many columns results may take.
    static var width: Int {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return min(max(Int(size.ws_col), 60), 160)
    }

    /// The same for tables, which lose the ends of their lines; nil where nothing is to be cut: not on a terminal.
    static var tableWidth: Int? { outputIsTerminal ? width : nil }

    /// A variable of the environment.
    static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// The name of who runs the command, or `user 1000` where no name belongs to the number.
    static var userName: String {
        unsafe getpwuid(getuid()).map { unsafe String(cString: $0.pointee.pw_name) } ?? "user \(getuid())"
    }

    /// The wall clock, in nanoseconds since the epoch.
    static var now: Int64 { clock(CLOCK_REALTIME) }
    /// A clock that never goes back, in nanoseconds.
    static var uptime: Int64 { clock(CLOCK_MONOTONIC) }

    private static func clock(_ id: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(id, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Why the last system call failed.
    static var lastError: String { unsafe String(cString: strerror(errno)) }

    /// A path without links and dots; nil when there is nothing.
    static func realPath(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// Opens a file for writing, made or emptied; nil when that fails.
    static func create(_ path: String) -> Int32? {
        opened(path, O_TRUNC)
    }

    /// Opens a file of lines to add to it, made if there is none; nil when that fails.
    ///
    /// A last line that was not written to its end stays, and is ended.
    static func openForLines(_ path: String) -> Int32? {
        guard let descriptor = opened(path, O_APPEND) else { return nil }
        // Pipes have no end to look at.
        let end = lseek(descriptor, 0, SEEK_END)
        if end > 0 {
            let reader = unsafe open(path, O_RDONLY | O_CLOEXEC)
            defer { close(reader) }
            var last: UInt8 = 0x0a
            if unsafe pread(reader, &last, 1, end - 1) == 1, last != 0x0a {
                _ = write([0x0a], to: descriptor)
            }
        }
        return descriptor
    }

    /// Opens for writing; a named pipe is waited for until somebody reads it or the command is asked to end.
    private static func opened(_ path: String, _ flags: Int32) -> Int32? {
        while true {
            // Not waited for here, where no signal would end the waiting.
            let descriptor = unsafe open(
                path, flags | O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
            let code = errno
            if descriptor >= 0 {
                _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
                return descriptor
            }
            guard code == ENXIO, isPipe(path), !Interruption.isRequested else {
                errno = code == ENXIO && Interruption.isRequested ? EINTR : code
                return nil
            }
            pause(milliseconds: 50)
        }
    }

    private static func isPipe(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
    }

    /// Whether an open file no longer has this name, since somebody moved or removed it; never of pipes and devices.
    static func wasMoved(_ descriptor: Int32, from path: String) -> Bool {
        var (held, named) = (stat(), stat())
        guard unsafe fstat(descriptor, &held) == 0, held.st_mode & S_IFMT == S_IFREG else { return false }
        guard unsafe stat(path, &named) == 0 else { return errno == ENOENT }
        return named.st_mode & S_IFMT == S_IFREG
            && (named.st_dev != held.st_dev || named.st_ino != held.st_ino)
    }

    /// Whether nobody will read any more what is written to a pipe.
    static func isAbandoned(_ descriptor: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: 0, revents: 0)
        return unsafe poll(&request, 1, 0) > 0 && request.revents & Int16(POLLERR) != 0
    }

    /// How many files the process may have open, after asking for as many as it may have, a thousand at most.
    static func raiseOpenFiles() -> Int {
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(files, &limit) == 0 else { return .max }
        if limit.rlim_cur < 1024 {
            limit.rlim_cur = min(limit.rlim_max, 1024)
            unsafe setrlimit(files, &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// The process's number.
    static var processNumber: Int { Int(getpid()) }

    /// The name of this machine.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "this machine" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the command runs as root.
    static var isRoot: Bool { geteuid() == 0 }

    /// Makes a folder and those above it; true when it is there then.
    ///
    /// - Parameter mode: who may read it: what was recorded is not everybody's.
    static func makeFolder(_ path: String, mode: mode_t = 0o750) -> Bool {
        var place = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            place += place.isEmpty && !path.hasPrefix("/") ? String(part) : "/" + part
            if !part.isEmpty, unsafe mkdir(place, mode) != 0, errno != EEXIST { return false }
        }
        // A file of that name is no folder, and the system says so.
        return realPath(path.isEmpty ? path : path + "/.") != nil
    }

    /// Does nothing for a while.
    static func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// Opens a file for writing that is not there yet; nil when it is, or when that fails.
    static func createNew(_ path: String) -> Int32? {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        return descriptor >= 0 ? descriptor : nil
    }

    /// Closes a file.
    static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    /// Removes a file, if there is one.
    static func remove(_ path: String) { unsafe _ = unlink(path) }

    /// Removes an empty folder, if there is one.
    static func removeFolder(_ path: String) { unsafe _ = rmdir(path) }

    /// Gives a file or folder another name; what has that name, if it is no folder with anything in it, is replaced.
    static func rename(_ path: String, to other: String) -> Bool { unsafe Glibc.rename(path, other) == 0 }

    /// The text of a file; nil when it cannot be read.
    static func text(of path: String) -> String? {
        bytes(of: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a file, a little more than `limit` at most; nil when it cannot be read.
    static func bytes(of path: String, atMost limit: Int = .max) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var (bytes, isBroken): ([UInt8], Bool) = ([], false)
        while true {
            let part = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                let got = unsafe read(descriptor, buffer.baseAddress, buffer.count)
                (count, isBroken) = (max(got, 0), got < 0)
            }
            if isBroken { return nil }
            if part.isEmpty || bytes.count > limit { return bytes }
            bytes += part
        }
    }

    /// The names in a folder without those that begin with a dot, ascending; nothing where no folder is.
    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

/// A file that one process at a time holds; it is free when the process ends, however it does.
final class FileLock {
    private let descriptor: Int32

    /// Why it cannot be had.
    enum Refusal: Error {
        /// Another process holds it.
        case isHeld
        /// The file cannot be made or locked.
        case failed(String)
    }

    /// Takes it at once, or says why not.
    init(path: String) throws(Refusal) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw .failed(Console.lastError) }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let reason = Console.lastError
            let isHeld = errno == EWOULDBLOCK
            close(descriptor)
            throw isHeld ? .isHeld : .failed(reason)
        }
    }

    deinit { close(descriptor) }
}
