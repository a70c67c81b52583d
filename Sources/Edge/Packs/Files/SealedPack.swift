public import Plugins

/// A pack whose files are exactly those of its list.
public struct SealedPack: Sendable {
    /// All files, the list and its signature among them.
    public let files: [PackFile]
    /// The list.
    public let list: PackList
    /// What `pack.lua` says.
    public let manifest: PackManifest
    /// What is odd in `pack.lua` and hinders nothing, such as an unknown key.
    public let remarks: [PluginProblem]
    /// The signature over the list; nil when nobody signed it.
    public let signature: Signature?
    /// The SHA-256 of the list: it stands for the whole content.
    public let hash: String

    /// The name, such as `acme/ics`.
    public var name: String { list.name }
    /// The version.
    public var version: Version { list.version }
    /// How messages call it.
    public var title: String { "\(name) \(version)" }
    /// The bytes of all files.
    public var size: Int { files.reduce(0) { $0 + $1.bytes.count } }

    /// Holds files against the list among them; throws what does not fit.
    ///
    /// - Parameter origin: how messages call where the files are from.
    init(_ raw: [PackFile], from origin: String) throws(PackFailure) {
        let checked = try PackFiles(raw, from: origin)
        guard let listed = checked[PackList.fileName] else {
            throw PackFailure(
                "\(origin): no \(PackList.fileName): 'offport pack build' or 'offport pack sign' writes it")
        }
        let list = try PackList(listed, from: origin)
        files = checked.files
        (self.list, hash) = (list, Hex.sha256(listed))
        try Self.compare(checked.files, list, origin)
        if let bytes = checked[PackList.signatureName] {
            guard let signature = Signature(String(decoding: bytes, as: UTF8.self)) else {
                throw PackFailure(
                    "\(origin): \(PackList.signatureName) is no signature that minisign could read")
            }
            self.signature = signature
        } else {
            signature = nil
        }
        (manifest, remarks) = try Self.manifest(checked.files, origin)
        guard manifest.name == list.name, Version(manifest.version) == list.version else {
            throw PackFailure(
                "\(origin): \(PackList.fileName) is of \(list.name) \(list.version), pack.lua of \(manifest.name) \(manifest.version)"
            )
        }
    }

    /// Lists files and seals them; what they had for a list and a signature is replaced.
    init(sealing raw: [PackFile], from origin: String) throws(PackFailure) {
        let rest = raw.filter { !PackList.sealNames.contains($0.path) }
        let (manifest, _) = try Self.manifest(rest, origin)
        guard PackName.isOwned(manifest.name) else {
            throw PackFailure(
                "\(origin)/pack.lua: a pack that travels has an owner in its name: name = \"acme/\(manifest.name)\""
            )
        }
        guard let version = Version(manifest.version) else {
            throw PackFailure(
                "\(origin)/pack.lua: '\(manifest.version)' is no version; write it like version = \"1.2.0\"")
        }
        let list = PackList(name: manifest.name, version: version, files: rest)
        try self.init(rest + [PackFile(path: PackList.fileName, bytes: list.bytes)], from: origin)
    }

    /// Files that have the name of another, and what to do, for who makes the pack: who has it can change nothing.
    ///
    /// - Parameter origin: how messages call where the files are from.
    public func sharedNames(from origin: String) -> [String] {
        PackManifest.sharedNames(of: files.map(\.path)).map { path, other in
            "\(origin)/\(path): has the name of \(other), and who disables or accepts it means both "
                + "(folders are no part of names): rename one of them"
        }
    }

    /// Throws what must have another name before it is given to others.
    func refuseSharedNames(from origin: String) throws(PackFailure) {
        let shared = sharedNames(from: origin)
        guard shared.isEmpty else { throw PackFailure(shared.joined(separator: "\n")) }
    }

    /// The same pack with a signature.
    func signed(by key: SecretKey, mode: Signature.Mode, comment: String?) throws(PackFailure) -> SealedPack {
        let text = comment ?? "pack:\(name)\tversion:\(version)"
        let signature = try Signature(list.bytes, by: key, mode: mode, comment: text)
        let rest = files.filter { $0.path != PackList.signatureName }
        return try SealedPack(
            rest + [PackFile(path: PackList.signatureName, bytes: Array(signature.file.utf8))], from: title)
    }

    private static func manifest(
        _ files: [PackFile], _ origin: String
    ) throws(PackFailure) -> (PackManifest, remarks: [PluginProblem]) {
        guard let text = files.first(where: { $0.path == "pack.lua" })?.bytes else {
            throw PackFailure(
                "\(origin): no pack.lua, which says what a pack is: 'offport pack new' writes one")
        }
        let (manifest, problems) = PackManifest.read(text, path: "\(origin)/pack.lua")
        guard let manifest else {
            // One line for each problem, whatever the pack's words are.
            let lines = problems.map { $0.description.replacing("\n", with: ".") }
            throw PackFailure(lines.joined(separator: "\n"))
        }
        return (manifest, problems)
    }

    private static func compare(_ files: [PackFile], _ list: PackList, _ origin: String) throws(PackFailure) {
        let listed = Dictionary(list.entries.map { ($0.path, $0) }) { first, _ in first }
        var missing = Set(listed.keys)
        for file in files where !PackList.sealNames.contains(file.path) {
            guard let entry = listed[file.path] else {
                throw PackFailure("\(origin): \(file.path) is not in \(PackList.fileName): it came later")
            }
            guard entry.size == file.bytes.count, entry.sha256 == Hex.sha256(file.bytes) else {
                throw PackFailure(
                    "\(origin): \(file.path) is not what \(PackList.fileName) lists: it was changed")
            }
            missing.remove(file.path)
        }
        if let path = missing.min() {
            throw PackFailure("\(origin): \(path) is in \(PackList.fileName) and missing")
        }
    }
}
