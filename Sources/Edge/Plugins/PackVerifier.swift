/// Says of every folder and file that is named, before anything in it is read, whether it must be what somebody signed.
///
/// A pack with a list of its files is loaded from the bytes that were compared with that list, and from no others:
/// what is run was read once. Without a verifier such a pack is refused.
public struct PackVerifier: Sendable {
    /// A file of a pack, as it was verified.
    public struct File: Sendable {
        /// Its place in the pack, such as `plugins/modbus.lua`.
        public var path: String
        /// Its bytes.
        public var bytes: [UInt8]

        /// A file.
        public init(path: String, bytes: [UInt8]) { (self.path, self.bytes) = (path, bytes) }
    }

    /// What is said of a place.
    public enum Answer: Sendable {
        /// Nothing vouches for it; it is read as it is.
        case unsealed
        /// A pack: all its files.
        case files([File])
        /// It must not be loaded, and why.
        case refused(String)
    }

    /// The name of the list of a pack's files, in its folder.
    public static let listName = "MANIFEST"

    let answer: @Sendable (String) -> Answer

    /// A verifier that answers so for the path of a folder or file.
    public init(_ answer: @escaping @Sendable (String) -> Answer) { self.answer = answer }
}

extension PackManifest {
    /// What a file of a pack is called below the pack's name, and whether it holds allowances; nil when it declares
    /// nothing.
    ///
    /// - Parameter path: its place in the pack.
    static func declaring(_ path: String) -> (stem: String, isAllowance: Bool)? {
        let parts = path.split(separator: "/")
        guard path.hasSuffix(".lua"), path != "pack.lua", let file = parts.last else { return nil }
        let folders = parts.dropLast()
        guard !folders.contains("tests"), !folders.contains("lib") else { return nil }
        return (String(file.dropLast(4)), folders.contains("allowances"))
    }

    /// Files of a pack that have the name of another, each with that: folders are no part of names.
    ///
    /// - Parameter paths: the places of all files in the pack.
    public static func sharedNames(of paths: [String]) -> [(path: String, other: String)] {
        var first: [String: String] = [:]
        return paths.sorted().compactMap { path in
            guard let (stem, isAllowance) = declaring(path) else { return nil }
            let name = "\(isAllowance)/\(stem)"
            guard let other = first[name] else {
                first[name] = path
                return nil
            }
            return (path, other)
        }
    }

    /// Reads a `pack.lua`; what is wrong with it comes back too.
    ///
    /// - Parameter path: how messages call the file.
    public static func read(
        _ text: [UInt8], path: String, limits: ScriptLimits = .standard
    ) -> (manifest: PackManifest?, problems: [PluginProblem]) {
        let reading = Reading(PluginSource(path: path, text: text, kind: .policy, id: path), number: 0)
        return (PackReader.read(reading, limits: limits), reading.problems)
    }
}
