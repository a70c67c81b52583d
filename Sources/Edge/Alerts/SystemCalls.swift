internal import Glibc
internal import Net

/// Files, the clock and the host's name, by the system's own calls.
///
/// One of the files that may say `unsafe`: the calls take pointers.
enum SystemCalls {
    /// The time of day.
    static func now() -> Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    static var processID: Int32 { getpid() }

    /// The host's own name; empty when it has none.
    static func hostName() -> String {
        var name = [UInt8](repeating: 0, count: 256)
        let failed = unsafe name.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return true }
            return unsafe gethostname(start.assumingMemoryBound(to: CChar.self), buffer.count - 1) != 0
        }
        return !failed ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : ""
    }

    static func lastError(_ path: String) -> DiskError {
        let code = errno
        let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return DiskError(path: path, code: code, text: text)
    }

    /// Opens a file for reading, or for reading and writing, made when it is missing.
    static func open(_ path: String, creates: Bool) throws(DiskError) -> Int32 {
        let flags = O_CLOEXEC | (creates ? O_RDWR | O_CREAT : O_RDONLY)
        let file = unsafe Glibc.open(path, flags, 0o640)
        guard file >= 0 else { throw lastError(path) }
        return file
    }

    static func close(_ file: Int32) { _ = Glibc.close(file) }

    /// How long the file is.
    static func size(_ file: Int32, _ path: String) throws(DiskError) -> Int {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw lastError(path) }
        return Int(status.st_size)
    }

    static func truncate(_ file: Int32, to size: Int, _ path: String) throws(DiskError) {
        guard ftruncate(file, off_t(size)) == 0 else { throw lastError(path) }
    }

    /// Writes all bytes at an offset.
    static func write(_ file: Int32, _ bytes: [UInt8], at offset: Int, _ path: String) throws(DiskError) {
        var done = 0
        while done < bytes.count {
            let got = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    file, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw lastError(path) }
            done += got
        }
    }

    /// Reads up to `count` bytes at an offset; fewer at the end of the file.
    static func read(
        _ file: Int32, _ count: Int, at offset: Int, _ path: String
    ) throws(DiskError) -> [UInt8] {
        var isBroken = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            while filled < buffer.count {
                let got = unsafe pread(
                    file, buffer.baseAddress?.advanced(by: filled), buffer.count - filled,
                    off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { isBroken = true }
                guard got > 0 else { break }
                filled += got
            }
        }
        if isBroken { throw lastError(path) }
        return bytes
    }

    /// Waits until a file, or the names in a folder, are on the disk.
    static func sync(_ path: String) throws(DiskError) {
        let file = try open(path, creates: false)
        defer { close(file) }
        guard fsync(file) == 0 else { throw lastError(path) }
    }

    /// Takes the file for this process alone; false when another has it.
    static func lock(_ file: Int32, _ path: String) throws(DiskError) -> Bool {
        if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw lastError(path) }
        return false
    }

    /// Gives it back at once: closing would wait for a child that is just being started and has a copy.
    static func unlock(_ file: Int32) { _ = flock(file, LOCK_UN) }

    /// A file in memory with these bytes, to be read from its start; `number` tells it from others of the process.
    static func memoryFile(_ bytes: [UInt8], number: Int) throws(DiskError) -> Int32 {
        let name = "/offport-\(processID)-\(number)"
        let file = unsafe shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 else { throw lastError(name) }
        // It has no name from here on, and is gone with its last descriptor.
        unsafe shm_unlink(name)
        do throws(DiskError) {
            try write(file, bytes, at: 0, name)
        } catch {
            close(file)
            throw error
        }
        return file
    }

    /// Makes a folder and those above it, for this user alone.
    static func makeFolder(_ path: String) throws(DiskError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? "\(part)" : "/\(part)"
            guard unsafe mkdir(made, 0o750) == 0 || errno == EEXIST else { throw lastError(made) }
        }
    }

    /// The names in a folder that do not begin with a dot, sorted.
    static func names(in folder: String) throws(DiskError) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw lastError(folder) }
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

    static func rename(_ old: String, _ new: String) throws(DiskError) {
        guard unsafe Glibc.rename(old, new) == 0 else { throw lastError(old) }
    }

    static func remove(_ path: String) throws(DiskError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw lastError(path) }
    }
}
