internal import Foundation
internal import Glibc

/// The system's calls that a store needs beside SQLite.
///
/// One of the files that may say `unsafe`: names of files go to the system as C strings.
enum StoreFiles {
    /// Opens a file to be locked, made where there is none; negative when that fails.
    static func open(_ path: String) -> Int32 { unsafe Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640) }

    /// Why the last call failed, in words that follow the store's name.
    static var lastError: (code: Int32, words: String) {
        let code = errno
        return switch code {
        case ENOENT: (code, "no such folder")
        case EROFS: (code, "its folder is read-only")
        case _ where isRefusal(code): (code, "no permission")
        default: unsafe (code, String(cString: strerror(code)))
        }
    }

    /// Whether an error number says that this user may not.
    static func isRefusal(_ code: Int32) -> Bool { [EACCES, EPERM].contains(code) }

    /// A path without links and dots, also of a file that will be made; as it is where none can be made.
    static func realPath(_ path: String) -> String {
        var place = path
        // As many links as the system follows.
        for _ in 0...40 {
            if let resolved = resolved(place) { return resolved }
            let slash = place.lastIndex(of: "/")
            guard let folder = resolved(slash.map { String(place[...$0]) } ?? ".") else { return path }
            // A link that leads nowhere yet: the file is made where it leads.
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: place) else {
                let name = slash.map { place[place.index(after: $0)...] } ?? place[...]
                return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            }
            place = target.hasPrefix("/") ? target : "\(folder)/\(target)"
        }
        return path
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// Why no store can be at a path, whatever is in it; nil where a file is, or nothing.
    static func objection(to path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            let (code, words) = lastError
            if code == ENOENT { return nil }
            return "\(path): the store cannot be opened: \(words); name another with --store"
        }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "\(path): is a folder, not a store; name a file in it: --store \(path)/offport.db"
        default: "\(path): is no file, so it is no store; name another with --store"
        }
    }

    /// Why SQLite could not open what it needs of a store.
    static func refusal(of path: String) -> String {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return lastError.words }
        close(descriptor)
        return "its folder cannot be written, or too many files are open"
    }

    /// Locks an open file for this process; false when another one has it.
    static func lock(_ descriptor: Int32) -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    /// The wall clock, in nanoseconds since 1970.
    static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Does nothing for a while.
    static func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// Lets this thread be run only after those with more to lose.
    static func yieldToOthers() { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5) }
}
