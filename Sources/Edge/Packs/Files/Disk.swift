internal import Glibc

/// Files and folders by the system's own calls: no link is followed below what was named, nothing is half written.
///
/// One of the files that may say `unsafe`: it hands buffers and names to system calls.
enum Disk {
    /// The bytes of one file that is no link; nil when there is none.
    static func bytes(of path: String, limit: Int = PackLimits.listBytes) throws(PackFailure) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            if errno == ELOOP { throw PackFailure("\(path): it is a link; a file is needed") }
            throw failure(path)
        }
        defer { close(file) }
        return try bytes(of: file, called: path, limit: limit)
    }

    /// All files below a folder with their places in it.
    ///
    /// - Parameter skipsHidden: whether names that begin with a dot are passed over instead of refused.
    static func files(below folder: String, skipsHidden: Bool) throws(PackFailure) -> [PackFile] {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder) }
        var gate = PackGate(folder)
        var files: [PackFile] = []
        try walk(descriptor, folder, "", skipsHidden, &gate, &files)
        return files
    }

    /// Closes the folder that it walks.
    private static func walk(
        _ folder: Int32, _ root: String, _ place: String, _ skipsHidden: Bool, _ gate: inout PackGate,
        _ files: inout [PackFile]
    ) throws(PackFailure) {
        let shown = place.isEmpty ? root : "\(root)/\(place)"
        guard let stream = unsafe fdopendir(folder) else {
            let error = failure(shown)
            close(folder)
            throw error
        }
        defer { unsafe closedir(stream) }
        guard place.split(separator: "/").count <= 12 else {
            throw PackFailure("\(shown): folders lie deeper than 12 in each other")
        }
        for name in unsafe names(stream) {
            if skipsHidden, name.hasPrefix(".") { continue }
            let path = place.isEmpty ? name : "\(place)/\(name)"
            var status = stat()
            guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                throw failure("\(root)/\(path)")
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                if name.hasPrefix(".") { try gate.admit(path, size: 0) }
                let inner = unsafe openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
                guard inner >= 0 else { throw failure("\(root)/\(path)") }
                try walk(inner, root, path, skipsHidden, &gate, &files)
            case S_IFREG:
                try gate.admit(path, size: Int(status.st_size))
                let file = unsafe openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
                guard file >= 0 else { throw failure("\(root)/\(path)") }
                defer { close(file) }
                let bytes = try bytes(of: file, called: "\(root)/\(path)", limit: PackLimits.fileBytes)
                files.append(PackFile(path: path, bytes: bytes))
            case S_IFLNK: throw PackFailure("\(root)/\(path): it is a link; a pack holds files only")
            default: throw PackFailure("\(root)/\(path): it is neither a file nor a folder")
            }
        }
    }

    private static func names(_ stream: OpaquePointer) -> [String] {
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func bytes(of file: Int32, called path: String, limit: Int) throws(PackFailure) -> [UInt8]
    {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw PackFailure("\(path): it is not a file") }
        guard status.st_size <= limit else { throw PackFailure("\(path): larger than \(limit.bytesText)") }
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
        guard error == 0 else { throw failure(path, error) }
        return bytes
    }

    // MARK: Writing

    /// Writes a file that is not there yet and makes sure that it is on the disk, unless it can be made again.
    ///
    /// - Parameter shown: what a failure names; by default the file.
    static func write(
        _ bytes: [UInt8], to path: String, called shown: String? = nil, mode: mode_t = 0o644,
        isLasting: Bool = true
    ) throws(PackFailure) {
        let shown = shown ?? path
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw failure(shown) }
        var start = 0
        while start < bytes.count {
            let written = unsafe bytes[start...].withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            if written < 0 {
                if errno == EINTR { continue }
                let error = failure(shown)
                close(file)
                unsafe unlink(path)
                throw error
            }
            start += written
        }
        let unsaved = isLasting && fsync(file) != 0 ? failure(shown) : nil
        guard close(file) == 0, unsaved == nil else {
            let error = unsaved ?? failure(shown)
            unsafe unlink(path)
            throw error
        }
    }

    /// Replaces a file whole: readers see the old bytes or the new ones.
    static func replace(
        _ path: String, by bytes: [UInt8], mode: mode_t = 0o644, isLasting: Bool = true
    ) throws(PackFailure) {
        let new = path + ".new"
        unsafe unlink(new)
        try write(bytes, to: new, called: path, mode: mode, isLasting: isLasting)
        guard unsafe rename(new, path) == 0 else {
            let error = failure(path)
            unsafe unlink(new)
            throw error
        }
        if isLasting { syncFolder(parent(path)) }
    }

    /// Writes a pack's files into a new folder, and makes sure that they are on the disk.
    static func write(_ files: [PackFile], into folder: String) throws(PackFailure) {
        var folders: Set<String> = [folder]
        try makeFolder(folder)
        for file in files {
            let path = "\(folder)/\(file.path)"
            if folders.insert(parent(path)).inserted { try makeFolder(parent(path)) }
            try write(file.bytes, to: path)
        }
        for made in folders { syncFolder(made) }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(PackFailure) {
        var place = ""
        for part in path.split(separator: "/") {
            place += place.isEmpty && !path.hasPrefix("/") ? String(part) : "/" + part
            if unsafe mkdir(place, mode) != 0, errno != EEXIST { throw failure(place) }
        }
    }

    /// Gives a file or folder another name and makes sure of it.
    static func move(_ path: String, to other: String) throws(PackFailure) {
        guard unsafe rename(path, other) == 0 else { throw failure(other) }
        syncFolder(parent(other))
    }

    /// Removes a file or folder with everything in it, following no link; what cannot be removed stays.
    static func remove(_ path: String) {
        if unsafe unlink(path) == 0 { return }
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard folder >= 0 else { return }
        guard let stream = unsafe fdopendir(folder) else {
            close(folder)
            return
        }
        let inner = unsafe names(stream)
        unsafe closedir(stream)
        for name in inner { remove("\(path)/\(name)") }
        unsafe rmdir(path)
    }

    /// What a folder holds; nothing where none is.
    static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        return unsafe names(stream)
    }

    /// Whether there is a folder.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether there is something of that name, be it a link.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// Whether it is this user's or root's, no link, and nobody else may write it.
    static func isOwn(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && (status.st_uid == geteuid() || status.st_uid == 0)
            && status.st_mode & (S_IWGRP | S_IWOTH) == 0
    }

    /// What tells a file from any other and from what it was before; empty where nothing is.
    static func stamp(of path: String) -> String {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return "" }
        let times = [status.st_mtim, status.st_ctim].map { "\($0.tv_sec).\($0.tv_nsec)" }
        return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(times[0]) \(times[1])"
    }

    /// A path without links and dots; nil when there is nothing.
    static func realPath(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// New names are on the disk only when their folder is; where a system cannot do that, they are on their way.
    private static func syncFolder(_ folder: String) {
        let file = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }

    static func failure(_ path: String, _ number: Int32 = errno) -> PackFailure {
        let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return PackFailure("\(path): \(reason)")
    }
}

/// A file that one process at a time holds; it is free when the process ends, however it does.
final class StoreLock {
    private let descriptor: Int32

    /// Waits a while for another process.
    init(_ path: String) throws(PackFailure) {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Disk.failure(path) }
        for _ in 0..<100 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            usleep(100_000)
        }
        close(descriptor)
        throw PackFailure("\(path): another 'offport pack' is changing the packs; try again when it is done")
    }

    deinit { close(descriptor) }
}
