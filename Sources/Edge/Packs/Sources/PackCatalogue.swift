/// An index together with its archives, wherever they are.
public struct PackCatalogue: Sendable {
    /// Where it is: a folder, a bundle or an HTTPS address.
    public let location: String
    let index: PackIndex
    private let read: @Sendable (String, Int) throws(PackFailure) -> [UInt8]
    private let kind: PackSource.Kind

    /// Fetches a file behind an HTTPS address, up to so many bytes.
    public typealias Download = @Sendable (_ url: String, _ limit: Int) throws(PackFailure) -> [UInt8]

    /// Opens an index.
    ///
    /// - Parameters:
    ///   - location: a folder with `packs.index`, that file, a bundle, or an `https://` address of one.
    ///   - download: fetches files.
    public init(_ location: String, download: @escaping Download) throws(PackFailure) {
        if location.contains("://") {
            guard location.hasPrefix("https://") else {
                throw PackFailure(
                    "\(location): an index is read from a folder, a bundle or an https:// address")
            }
            let base = Self.base(location)
            self.location = base
            index = try PackIndex(
                try download("\(base)/\(PackIndex.fileName)", PackLimits.listBytes), from: location)
            read = { (name, limit) throws(PackFailure) in try download("\(base)/\(name)", limit) }
            kind = .index
        } else if Disk.isFolder(location) || location.hasSuffix("/\(PackIndex.fileName)") {
            let folder = Disk.realPath(Self.base(location)) ?? location
            guard let bytes = try Disk.bytes(of: "\(folder)/\(PackIndex.fileName)") else {
                throw PackFailure("\(location): no \(PackIndex.fileName): 'offport pack index' writes one")
            }
            self.location = folder
            index = try PackIndex(bytes, from: "\(folder)/\(PackIndex.fileName)")
            read = { (name, limit) throws(PackFailure) in
                guard let bytes = try Disk.bytes(of: "\(folder)/\(name)", limit: limit) else {
                    throw PackFailure("\(folder)/\(name): it is in the index and missing")
                }
                return bytes
            }
            kind = .index
        } else {
            let location = Disk.realPath(location) ?? location
            self.location = location
            kind = .bundle
            (index, read) = try Self.bundle(location)
        }
    }

    /// Opens a bundle.
    private static func bundle(
        _ location: String
    ) throws(PackFailure) -> (PackIndex, @Sendable (String, Int) throws(PackFailure) -> [UInt8]) {
        guard let bytes = try Disk.bytes(of: location, limit: PackLimits.totalBytes) else {
            throw PackFailure("\(location): there is no such file")
        }
        let files = try PackArchive.files(in: bytes, from: location)
        guard let list = files.first(where: { $0.path == PackIndex.fileName }) else {
            throw PackFailure("\(location): this is no bundle: no \(PackIndex.fileName) in it")
        }
        let index = try PackIndex(list.bytes, from: "\(location)/\(PackIndex.fileName)")
        let known = Set(index.entries.map(\.archive) + [PackIndex.fileName])
        if let extra = files.first(where: { !known.contains($0.path) }) {
            throw PackFailure("\(location): \(extra.path) is in no line of its \(PackIndex.fileName)")
        }
        let read: @Sendable (String, Int) throws(PackFailure) -> [UInt8] = { (name, _) throws(PackFailure) in
            guard let file = files.first(where: { $0.path == name }) else {
                throw PackFailure("\(location): \(name) is in its index and missing")
            }
            return file.bytes
        }
        return (index, read)
    }

    private static func base(_ location: String) -> String {
        var base = location
        if base.hasSuffix("/\(PackIndex.fileName)") { base.removeLast(PackIndex.fileName.count + 1) }
        while base.count > 1, base.hasSuffix("/") { base.removeLast() }
        return base
    }

    /// The names and versions of its packs, the newest first.
    public var packs: [(name: String, version: Version)] { index.entries.map { ($0.name, $0.version) } }

    /// Gets a pack, held against the index and its own list.
    func fetch(_ entry: PackIndex.Entry) throws(PackFailure) -> AcquiredPack {
        let bytes = try read(entry.archive, entry.size)
        guard bytes.count == entry.size, Hex.sha256(bytes) == entry.sha256 else {
            throw PackFailure(
                "\(location): \(entry.archive) is not the archive that the index lists: it was changed")
        }
        let pack = try SealedPack(try PackArchive.files(in: bytes, from: entry.archive), from: entry.archive)
        guard pack.name == entry.name, pack.version == entry.version else {
            throw PackFailure(
                "\(location): \(entry.archive) holds \(pack.title), not \(entry.name) \(entry.version)")
        }
        return AcquiredPack(pack: pack, source: PackSource(kind, location))
    }
}
