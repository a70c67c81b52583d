/// A file that is read and written at offsets.
final class DiskFile {
    let path: String
    private let disk: Disk
    private let file: Int32
    private var isLocked = false

    init(_ path: String, creates: Bool = true, on disk: Disk) throws(DiskError) {
        self.path = path
        self.disk = disk
        file = try SystemCalls.open(path, creates: creates)
    }

    deinit {
        if isLocked { SystemCalls.unlock(file) }
        SystemCalls.close(file)
    }

    func size() throws(DiskError) -> Int { try SystemCalls.size(file, path) }

    func write(_ bytes: [UInt8], at offset: Int) throws(DiskError) {
        try disk.mayWrite(path)
        try SystemCalls.write(file, bytes, at: offset, path)
    }

    func read(_ count: Int, at offset: Int) throws(DiskError) -> [UInt8] {
        try SystemCalls.read(file, count, at: offset, path)
    }

    func truncate(to size: Int) throws(DiskError) { try SystemCalls.truncate(file, to: size, path) }

    /// Takes the file for this process alone; false when another has it.
    func lock() throws(DiskError) -> Bool {
        isLocked = try SystemCalls.lock(file, path)
        return isLocked
    }
}
