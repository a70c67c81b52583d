internal import Inventory

/// A file of JSON lines, which is put aside as `NAME.1` when it has grown, `NAME.1` as `NAME.2`, and so on.
///
/// Opened for each batch, so that a file that somebody moves away is simply begun anew.
struct FileOutlet: Outlet {
    let file: Receiver.File
    var disk = Disk()

    let batchLimit = 256

    func hand(_ entries: [SpoolEntry]) async throws -> Int {
        var target = try DiskFile(file.path, on: disk)
        var size = try target.size()
        var lines: [UInt8] = []
        var count = 0
        for entry in entries {
            let line = entry.alert.record + [UInt8(ascii: "\n")]
            if let limit = file.rotateBytes, size + lines.count + line.count > limit {
                // What fits is written first; the rest is handed again.
                guard lines.isEmpty else { break }
                if size > 0 {
                    try rotate()
                    target = try DiskFile(file.path, on: disk)
                    size = try target.size()
                }
            }
            lines += line
            count += 1
        }
        do {
            try target.write(lines, at: size)
        } catch {
            // No half lines.
            try? target.truncate(to: size)
            throw error
        }
        return count
    }

    private func rotate() throws(DiskError) {
        guard file.keep > 0 else { return try SystemCalls.remove(file.path) }
        try SystemCalls.remove("\(file.path).\(file.keep)")
        for number in stride(from: file.keep - 1, through: 1, by: -1) {
            do { try SystemCalls.rename("\(file.path).\(number)", "\(file.path).\(number + 1)") } catch {
                guard error.isMissing else { throw error }
            }
        }
        try SystemCalls.rename(file.path, "\(file.path).1")
    }
}
