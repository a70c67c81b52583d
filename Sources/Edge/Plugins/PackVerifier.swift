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
