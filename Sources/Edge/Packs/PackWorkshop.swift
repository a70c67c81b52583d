/// What makers of packs do with folders and archives.
public enum PackWorkshop {
    /// Reads a pack's folder as its maker has it; the list and the signature that it may have do not count.
    public static func draft(_ folder: String) throws(PackFailure) -> SealedPack {
        try SealedPack(sealing: try Disk.files(below: folder, skipsHidden: true), from: folder)
    }

    /// A folder as it stands: with its list and signature when they fit, else listed anew.
    public static func built(_ folder: String) throws(PackFailure) -> SealedPack {
        let files = try Disk.files(below: folder, skipsHidden: true)
        let pack: SealedPack
        if let sealed = try? SealedPack(files, from: folder) {
            pack = sealed
        } else {
            pack = try SealedPack(sealing: files, from: folder)
        }
        try pack.refuseSharedNames(from: folder)
        return pack
    }

    /// The archive of a pack; the same pack gives the same bytes.
    public static func archive(_ pack: SealedPack) throws(PackFailure) -> [UInt8] {
        try PackArchive.bytes(of: pack.files)
    }

    /// How a pack's archive is called.
    public static func archiveName(_ pack: SealedPack) -> String {
        "\(PackName.fileName(pack.name))-\(pack.version).tar.gz"
    }

    /// Signs a folder or an archive; the list is written anew for a folder.
    ///
    /// - Returns: the pack, and what was written.
    public static func sign(
        _ path: String, by key: SecretKey, mode: Signature.Mode, comment: String?
    ) throws(PackFailure) -> (pack: SealedPack, written: [String]) {
        if Disk.isFolder(path) {
            let draft = try draft(path)
            try draft.refuseSharedNames(from: path)
            let pack = try draft.signed(by: key, mode: mode, comment: comment)
            let names = [PackList.fileName, PackList.signatureName]
            // Between the two the old signature must not stand beside a new list.
            Disk.remove("\(path)/\(PackList.signatureName)")
            for name in names {
                guard let file = pack.files.first(where: { $0.path == name }) else { continue }
                try Disk.replace("\(path)/\(name)", by: file.bytes)
            }
            return (pack, names.map { "\(path)/\($0)" })
        }
        guard let bytes = try Disk.bytes(of: path, limit: PackLimits.totalBytes) else {
            throw PackFailure("\(path): there is no such file or folder")
        }
        let sealed = try SealedPack(try PackArchive.files(in: bytes, from: path), from: path)
        try sealed.refuseSharedNames(from: path)
        let pack = try sealed.signed(by: key, mode: mode, comment: comment)
        try Disk.replace(path, by: try archive(pack))
        return (pack, [path])
    }

    /// Writes `packs.index` for the archives in a folder.
    ///
    /// - Returns: the packs in it, and which archives are left out and why.
    public static func index(
        _ folder: String
    ) throws(PackFailure) -> (packs: [SealedPack], leftOut: [PackFailure]) {
        var (packs, entries): ([SealedPack], [PackIndex.Entry]) = ([], [])
        var leftOut: [PackFailure] = []
        for name in Disk.names(in: folder) where name.hasSuffix(".tar.gz") {
            let path = "\(folder)/\(name)"
            do throws(PackFailure) {
                guard let bytes = try Disk.bytes(of: path, limit: PackLimits.totalBytes) else { continue }
                let pack = try SealedPack(try PackArchive.files(in: bytes, from: path), from: path)
                if packs.contains(where: { $0.name == pack.name && $0.version == pack.version }) {
                    throw PackFailure("\(path): \(pack.title) is in another archive here too")
                }
                packs.append(pack)
                entries.append(PackIndex.Entry(pack, archive: name, bytes: bytes))
            } catch { leftOut.append(error) }
        }
        guard !packs.isEmpty else {
            let said = leftOut.map(\.description) + ["\(folder): no archives of packs (*.tar.gz)"]
            throw PackFailure(said.joined(separator: "\n"))
        }
        try Disk.replace("\(folder)/\(PackIndex.fileName)", by: PackIndex(entries).bytes)
        return (packs, leftOut)
    }

    /// One file with several packs, for machines without a network.
    public static func bundle(_ packs: [SealedPack]) throws(PackFailure) -> [UInt8] {
        var (files, entries): ([PackFile], [PackIndex.Entry]) = ([], [])
        for pack in packs {
            let file = PackFile(path: "archives/\(archiveName(pack))", bytes: try archive(pack))
            files.append(file)
            entries.append(PackIndex.Entry(pack, archive: file.path, bytes: file.bytes))
        }
        return try PackArchive.bytes(
            of: files + [PackFile(path: PackIndex.fileName, bytes: PackIndex(entries).bytes)])
    }

    /// Writes an archive or bundle; a file that is there stays, unless it is one too.
    public static func write(archive bytes: [UInt8], to path: String) throws(PackFailure) {
        try write(bytes, to: path, over: "archive of packs") { there in
            let files = (try? PackArchive.files(in: there, from: path)) ?? []
            return files.contains { $0.path == "pack.lua" || $0.path == PackIndex.fileName }
        }
    }

    /// Writes a lock for others; a file that is there stays, unless it is one too, and not that of a store.
    public static func write(lock bytes: [UInt8], to path: String) throws(PackFailure) {
        try write(bytes, to: path, over: "lock for others") { there in
            (try? PackLock(there, path: path))?.generation == 0
        }
    }

    private static func write(
        _ bytes: [UInt8], to path: String, over kind: String, _ isOne: ([UInt8]) -> Bool
    ) throws(PackFailure) {
        let there = try Disk.bytes(of: path, limit: PackLimits.totalBytes) ?? []
        guard there.isEmpty || isOne(there) else {
            throw PackFailure("\(path): is no \(kind) and stays as it is: write to another file")
        }
        try Disk.replace(path, by: bytes)
    }

    /// Writes bytes to a file, whole or not at all.
    public static func write(_ bytes: [UInt8], to path: String) throws(PackFailure) {
        try Disk.replace(path, by: bytes)
    }

    /// Writes a new file that only its owner can read; what is there stays.
    public static func writeSecret(_ text: String, to path: String) throws(PackFailure) {
        // The folder above is for everybody who loads packs; only the keys' own is closed.
        try Disk.makeFolder(Disk.parent(Disk.parent(path)))
        try Disk.makeFolder(Disk.parent(path), mode: 0o700)
        if Disk.exists(path) { throw PackFailure("\(path): it is there already and stays as it is") }
        try Disk.write(Array(text.utf8), to: path, mode: 0o600)
    }

    /// The text of a small file.
    public static func text(of path: String) throws(PackFailure) -> String {
        guard let bytes = try Disk.bytes(of: path) else {
            throw PackFailure("\(path): there is no such file")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a new folder with files; what is there stays.
    public static func write(_ files: [PackFile], intoNew folder: String) throws(PackFailure) {
        if Disk.exists(folder) { throw PackFailure("\(folder): it is there already and stays as it is") }
        try Disk.write(files, into: folder)
    }

    /// Removes what a command has written on its way.
    public static func remove(_ path: String) { Disk.remove(path) }
}
