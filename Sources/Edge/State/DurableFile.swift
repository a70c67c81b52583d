internal import Glibc

/// Files that are there whole or not at all, by the system's own calls.
///
/// One of the files that may say `unsafe`: it hands buffers to `read(2)` and `write(2)`.
enum DurableFile {
    /// Why something could not be done.
    struct Failure: Error {
        var reason: String
    }

    /// Writes the bytes beside the file, makes sure that they are on the disk, and puts them in its place.
    static func replace(_ path: String, by bytes: [UInt8], writingTo new: String) throws(Failure) {
        // What an earlier run left there was never finished.
        unsafe unlink(new)
        let file = unsafe open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw lastError() }
        do throws(Failure) {
            try write(bytes, to: file)
            guard fsync(file) == 0 else { throw lastError() }
        } catch {
            close(file)
            unsafe unlink(new)
            throw error
        }
        guard close(file) == 0, unsafe rename(new, path) == 0 else {
            let failure = lastError()
            unsafe unlink(new)
            throw failure
        }
        syncFolder(of: path)
    }

    /// The bytes of a file; nil when there is none.
    static func bytes(of path: String, limit: Int) throws(Failure) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw lastError()
        }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw lastError() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(reason: "it is not a file") }
        guard status.st_size <= limit else {
            throw Failure(reason: "it is larger than \(limit >> 20) MB")
        }
        var error: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let got = unsafe read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { error = errno }
                guard got > 0 else { break }
                count += got
            }
        }
        if error != 0 { throw failure(error) }
        return bytes
    }

    /// Gives a file another name; what has that name goes.
    static func move(_ path: String, to other: String) throws(Failure) {
        guard unsafe rename(path, other) == 0 else { throw lastError() }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) throws(Failure) {
        var start = 0
        while start < bytes.count {
            let written = unsafe bytes[start...].withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw lastError()
            }
            start += written
        }
    }

    /// The new name is on the disk only when the folder is; where a system cannot do that, it is on its way.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }

    private static func lastError() -> Failure { failure(errno) }

    private static func failure(_ number: Int32) -> Failure {
        guard let text = unsafe strerror(number) else { return Failure(reason: "error \(number)") }
        return unsafe Failure(reason: String(cString: text))
    }
}
