/// Who a pack is, and every file of it with its size and SHA-256: `MANIFEST`.
///
/// The signature is over these bytes. Lines: `offport pack 1`, `name acme/ics`, `version 1.2.0`, then for each file its
/// hash, its size and its path, in the order of the paths' bytes. There is one way to write it; any other is refused.
public struct PackList: Sendable, Equatable {
    /// A file.
    public struct Entry: Sendable, Equatable {
        /// Its place in the pack.
        public var path: String
        /// Its size.
        public var size: Int
        /// Its SHA-256, in lower-case hexadecimal digits.
        public var sha256: String
    }

    /// The list's name in the pack's folder.
    public static let fileName = "MANIFEST"
    /// The name of its signature.
    public static let signatureName = "MANIFEST.minisig"
    /// The files that the list does not list.
    static let sealNames = [fileName, signatureName]

    /// The pack's name, such as `acme/ics`.
    public let name: String
    /// Its version.
    public let version: Version
    /// Its files.
    public let entries: [Entry]

    /// Lists files.
    init(name: String, version: Version, files: [PackFile]) {
        (self.name, self.version) = (name, version)
        entries = files.filter { !Self.sealNames.contains($0.path) }.sorted {
            $0.path.utf8.lexicographicallyPrecedes($1.path.utf8)
        }.map { Entry(path: $0.path, size: $0.bytes.count, sha256: Hex.sha256($0.bytes)) }
    }

    /// Reads a list.
    init(_ bytes: [UInt8], from origin: String) throws(PackFailure) {
        func wrong(_ reason: String) -> PackFailure { PackFailure("\(origin): \(Self.fileName) \(reason)") }
        guard bytes.count <= PackLimits.listBytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw wrong("is no list of files")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines[0] == "offport pack 1", lines[1].hasPrefix("name "),
            lines[2].hasPrefix("version ")
        else { throw wrong("is no list of files: it begins otherwise than 'offport pack 1', name, version") }
        name = String(lines[1].dropFirst(5))
        guard PackName.isOwned(name), let version = Version(lines[2].dropFirst(8)) else {
            throw wrong("names no pack: line 2 or 3")
        }
        self.version = version
        var entries: [Entry] = []
        for (number, line) in lines.enumerated().dropFirst(3) where !line.isEmpty {
            let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, Hex.isDigits(parts[0], count: 64), let size = Int(parts[1]), size >= 0
            else {
                throw wrong("cannot be read in line \(number + 1)")
            }
            entries.append(Entry(path: String(parts[2]), size: size, sha256: String(parts[0])))
        }
        self.entries = entries
        guard self.bytes == bytes else { throw wrong("is not written as 'offport pack build' writes it") }
    }

    /// As it is written.
    public var bytes: [UInt8] {
        let head = "offport pack 1\nname \(name)\nversion \(version)\n"
        let lines = entries.map { "\($0.sha256) \($0.size) \($0.path)\n" }
        return Array((head + lines.joined()).utf8)
    }
}

/// Names of packs.
public enum PackName {
    /// Whether it is `owner/name`, as packs that travel are called.
    public static func isOwned(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy(isPart)
    }

    /// Whether an owner, or a pack of an owner, may be called so.
    public static func isPart(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64, text.last != "." else {
            return false
        }
        func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
        return isLetter(first) && text.utf8.allSatisfy { isLetter($0) || "-._+".utf8.contains($0) }
    }

    /// The owner in a pack's name.
    public static func owner(of name: String) -> String { String(name.prefix { $0 != "/" }) }

    /// A name for files: `acme/ics` as `acme-ics`.
    public static func fileName(_ name: String) -> String { name.replacing("/", with: "-") }
}
