/// A pack and where it came from.
public struct AcquiredPack: Sendable {
    /// The pack, its files held against its list.
    public var pack: SealedPack
    /// Where it came from.
    public var source: PackSource
    /// The commit in the git repository.
    public var commit: String?

    /// A pack and where it came from.
    public init(pack: SealedPack, source: PackSource, commit: String? = nil) {
        (self.pack, self.source, self.commit) = (pack, source, commit)
    }
}

/// Gets packs from wherever they are.
public struct PackFetcher: Sendable {
    private let scratch: String
    private let download: PackCatalogue.Download
    private let variable: @Sendable (String) -> String?

    /// - Parameters:
    ///   - scratch: a folder for what is fetched on the way.
    ///   - download: fetches files behind HTTPS addresses.
    ///   - variable: the value of a variable of the environment.
    public init(
        scratch: String, download: @escaping PackCatalogue.Download,
        variable: @escaping @Sendable (String) -> String?
    ) {
        (self.scratch, self.download, self.variable) = (scratch, download, variable)
    }

    /// Opens an index.
    public func catalogue(_ location: String) throws(PackFailure) -> PackCatalogue {
        try PackCatalogue(location, download: download)
    }

    /// What a word of the command line means.
    public enum Target: Sendable {
        /// A place where one pack is.
        case source(PackSource)
        /// A name, looked up in an index.
        case name(String, VersionRange)
    }

    /// Understands `acme/ics`, `acme/ics@^1.2`, a folder, an archive, a bundle, or a repository with or without `@tag`.
    public static func target(_ text: String) throws(PackFailure) -> Target {
        if Disk.isFolder(text), !text.contains("://") {
            let path = Disk.realPath(text) ?? text
            let isRepository = !Disk.exists("\(path)/pack.lua") && Disk.exists("\(path)/HEAD")
            return .source(PackSource(isRepository ? .git : .folder, path))
        }
        if Disk.exists(text) {
            let path = Disk.realPath(text) ?? text
            return .source(PackSource(try kind(ofFile: path), path))
        }
        var (location, tag): (String, String?) = (text, nil)
        if let at = text.lastIndex(of: "@"), text[at...].dropFirst().first != nil {
            let rest = String(text[text.index(after: at)...])
            // In git@host:path the @ is no tag's.
            if !rest.contains(":") { (location, tag) = (String(text[..<at]), rest) }
        }
        if PackName.isOwned(location), !Disk.isFolder(location) {
            guard let range = tag.map({ VersionRange($0) }) ?? .any else {
                throw PackFailure(
                    "\(text): '\(tag ?? "")' is no range of versions; write it like acme/ics@^1.2")
            }
            return .name(location, range)
        }
        let isGit = location.contains("://") || location.contains(":") || Disk.isFolder(location)
        guard isGit else {
            throw PackFailure("\(text): there is no such file or folder, and it is no name such as acme/ics")
        }
        let path =
            location.hasPrefix("file://")
            ? location : Disk.realPath(location).map { "file://\($0)" } ?? location
        return .source(PackSource(.git, path, tag: tag))
    }

    private static func kind(ofFile path: String) throws(PackFailure) -> PackSource.Kind {
        let bytes = try Disk.bytes(of: path, limit: PackLimits.totalBytes) ?? []
        guard PackArchive.isArchive(bytes) else {
            throw PackFailure("\(path): this is no pack: 'offport pack build' writes archives")
        }
        var unpacker = try Unpacker(bytes, origin: path)
        // An index stands among the first names; archives of packs begin with their list or pack.lua.
        let head = try unpacker.bytes(512)
        let isBundle =
            PackArchive.name(head).hasPrefix("archives/") || PackArchive.name(head) == PackIndex.fileName
        return isBundle ? .bundle : .archive
    }

    /// Gets the pack at a place.
    public func pack(_ source: PackSource) throws(PackFailure) -> AcquiredPack {
        switch source.kind {
        case .folder:
            let files = try Disk.files(below: source.location, skipsHidden: true)
            let isListed = files.contains { $0.path == PackList.fileName }
            // A folder without a list is somebody's own: it is listed as it is.
            let pack =
                isListed
                ? try SealedPack(files, from: source.location)
                : try SealedPack(sealing: files, from: source.location)
            return AcquiredPack(pack: pack, source: source)
        case .archive:
            guard let bytes = try Disk.bytes(of: source.location, limit: PackLimits.totalBytes) else {
                throw PackFailure("\(source.location): there is no such file")
            }
            let files = try PackArchive.files(in: bytes, from: source.location)
            return AcquiredPack(pack: try SealedPack(files, from: source.location), source: source)
        case .git: return try tagged(source)
        case .bundle, .index:
            throw PackFailure(
                "\(source.location): name the pack that is meant: acme/ics --index \(source.location)")
        }
    }

    private func tagged(_ source: PackSource) throws(PackFailure) -> AcquiredPack {
        let repository = try GitRepository(source.location, scratch: scratch + "/git", variable)
        var tag = source.tag
        if tag == nil {
            tag = try repository.versions().first?.tag
            guard tag != nil else {
                throw PackFailure(
                    "\(source.location): no tag names a version; name one: \(source.location)@v1.0.0")
            }
        }
        let name = tag ?? ""
        let (files, commit) = try repository.files(at: name)
        let pack = try SealedPack(files, from: "\(source.location)@\(name)")
        if let version = GitRepository.version(name), version != pack.version {
            throw PackFailure("\(source.location): the tag \(name) holds version \(pack.version)")
        }
        return AcquiredPack(pack: pack, source: PackSource(.git, source.location, tag: name), commit: commit)
    }

    /// Gets a pack that a lock file names, from where it came from or from one of some indexes.
    public func pack(_ wanted: LockedPack, catalogues: [PackCatalogue]) throws(PackFailure) -> AcquiredPack {
        var places = catalogues
        switch wanted.source.kind {
        case .folder, .archive, .git: if places.isEmpty { return try pack(wanted.source) }
        case .bundle, .index: if places.isEmpty { places = [try catalogue(wanted.source.location)] }
        }
        for place in places {
            let entry = place.index.entries.first { $0.name == wanted.name && $0.version == wanted.version }
            if let entry {
                var found = try place.fetch(entry)
                // What counts is what the lock file says; the signature says whose it is.
                (found.source, found.commit) = (wanted.source, wanted.commit)
                return found
            }
        }
        throw PackFailure("\(wanted.title) is not in \(places.map(\.location).joined(separator: ", "))")
    }

    /// The source of the newest version where an installed pack came from; nil when that is in an index.
    public func newest(of pack: LockedPack) throws(PackFailure) -> PackSource? {
        switch pack.source.kind {
        case .folder, .archive: return pack.source
        case .git: return PackSource(.git, pack.source.location)
        case .bundle, .index: return nil
        }
    }
}
