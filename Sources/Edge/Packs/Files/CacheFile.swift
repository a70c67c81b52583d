/// A file that only saves time: what cannot be read or written is as if nobody had kept anything.
public struct CacheFile: Sendable {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Its bytes; nil when there are none, or others than this user and root could have written them.
    public func bytes(limit: Int) -> [UInt8]? {
        guard Disk.isOwn(Disk.parent(path)), Disk.isOwn(path) else { return nil }
        return (try? Disk.bytes(of: path, limit: limit)) ?? nil
    }

    /// Replaces it whole, and makes its folder first.
    public func replace(by bytes: [UInt8]) {
        do throws(PackFailure) {
            try Disk.makeFolder(Disk.parent(path))
            guard Disk.isOwn(Disk.parent(path)) else { return }
            // What is lost with the power is made again; it must not be waited for.
            try Disk.replace(path, by: bytes, isLasting: false)
        } catch {
            // The next one will try again.
        }
    }

    /// What tells the program that runs from any other, later builds of it among them; nil where nothing tells.
    public static var program: String? {
        let stamp = Disk.stamp(of: "/proc/self/exe")
        return stamp.isEmpty ? nil : stamp
    }
}
