import Capture
import Net
import Stores

/// What is read of folders with logs: all but hidden files and what the command itself writes there.
struct LogFolders: Sendable {
    /// The store and what lies beside it.
    private let storeFiles: [String]
    private let json: String?

    init(store: String?, json: String?) {
        storeFiles = store.map { [$0] + Store.filesBeside($0) } ?? []
        self.json = json
    }

    /// The logs of a folder and of those below; anything else as it is.
    func expanded(_ path: String) throws -> [String] {
        guard path != "-", Console.realPath(path + "/.") != nil else { return [path] }
        let found: [String]
        do throws(CaptureError) { found = try CaptureFiles.expand(path) { isLog($0, in: path) } } catch {
            throw Outcome.failed(["\(error)"])
        }
        guard !found.isEmpty else { throw Outcome.failed(["\(path): there are no files in this folder"]) }
        return found
    }

    /// Whether a file in a folder, or below, is one of its logs.
    func isLog(_ file: String, in folder: String) -> Bool {
        // The folder may have a slash at its end, and may be hidden itself.
        if "/\(file.dropFirst(folder.count))".contains("/.") { return false }
        if storeFiles.contains(where: { CaptureFiles.isOneFile(file, $0) }) { return false }
        // A log that is named for the records by mistake would be lost.
        return !(json.map { CaptureFiles.isOneFile(file, $0) && Self.isOurs(file) } ?? false)
    }

    /// Whether a file has nothing in it, or records of an import.
    private static func isOurs(_ file: String) -> Bool {
        do throws(CaptureError) {
            let stream = try ByteStream(path: file)
            guard try stream.fill() else { return true }
            return stream.withBytes { bytes in
                let start = bytes.text(in: 0..<min(bytes.byteCount, 64))
                return start.hasPrefix(#"{"kind":""#) && start.contains(#"","source":"import","#)
            }
        } catch {
            return false
        }
    }
}
