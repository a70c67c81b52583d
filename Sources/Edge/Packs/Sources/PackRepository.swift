/// A maker's own git repository with a pack at its root: begun with it, and tagged with its versions.
///
/// This is the user's repository and the user's git, with all settings and hooks: nothing of others runs here.
public enum PackRepository {
    private static let variables = [
        "HOME", "PATH", "USER", "LOGNAME", "LANG", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
        "GIT_COMMITTER_DATE", "EMAIL", "GPG_TTY", "SSH_AUTH_SOCK",
    ]

    private static func output(
        _ words: [String], input: [UInt8] = [], in folder: String, _ variable: (String) -> String?
    ) throws(PackFailure) -> [UInt8] {
        var environment: [String: String] = [:]
        for name in variables { environment[name] = variable(name) }
        let scratch = "\(folder)/.offport-git"
        try Disk.makeFolder(scratch, mode: 0o700)
        defer { Disk.remove(scratch) }
        return try Programs.run(
            ["git", "-C", folder] + words, environment: environment, input: input, scratch: scratch)
    }

    /// The first line of what git says.
    private static func git(
        _ words: [String], in folder: String, _ variable: (String) -> String?
    ) throws(PackFailure) -> String {
        String(decoding: try output(words, in: folder, variable).prefix { $0 != 10 }, as: UTF8.self)
    }

    /// Makes a repository of a folder that lies in none; false where that is not possible.
    public static func start(_ folder: String, _ variable: (String) -> String?) -> Bool {
        if (try? git(["rev-parse", "--git-dir"], in: folder, variable)) != nil { return false }
        return (try? git(["init", "-q"], in: folder, variable)) != nil
    }

    /// Throws why a folder cannot be tagged with a version.
    public static func check(
        _ folder: String, version: Version, _ variable: (String) -> String?
    ) throws(PackFailure) {
        let top: String
        do throws(PackFailure) {
            top = try git(["rev-parse", "--show-toplevel"], in: folder, variable)
        } catch {
            throw PackFailure("\(folder): it is no git repository: git init, or sign without --tag")
        }
        guard Disk.realPath(top) == Disk.realPath(folder) else {
            throw PackFailure(
                "\(folder): its repository begins at \(top); a tag stands for a whole repository, so the pack must be at its root"
            )
        }
        guard try git(["tag", "--list", "v\(version)"], in: folder, variable).isEmpty else {
            throw PackFailure(
                "\(folder): the tag v\(version) is there already; a version is released once: raise it in pack.lua"
            )
        }
    }

    /// Commits everything in the folder and tags it; throws before that where the tag would not hold the pack.
    ///
    /// - Parameter pack: the folder, as it was signed.
    /// - Returns: the tag.
    public static func tag(
        _ folder: String, _ pack: SealedPack, _ variable: (String) -> String?
    ) throws(PackFailure) -> String {
        let everything = ["--", ".", ":!.offport-git"]
        _ = try git(["add", "--all"] + everything, in: folder, variable)
        // What git keeps of a file depends on settings that may have changed since it was added.
        _ = try git(["add", "--renormalize"] + everything, in: folder, variable)
        let tree = try git(["write-tree"], in: folder, variable)
        let files = try GitTree(origin: folder).files(of: tree) { (words, input) throws(PackFailure) in
            try output(words, input: input, in: folder, variable)
        }
        try compare(files, pack, folder)
        func committed() -> String? { try? git(["rev-parse", "HEAD^{tree}"], in: folder, variable) }
        if committed() != tree { _ = try git(["commit", "-q", "-m", pack.title], in: folder, variable) }
        guard committed() == tree else {
            throw PackFailure(
                "\(folder): a hook of its repository changed what was committed; nothing was tagged: sign it again"
            )
        }
        _ = try git(["tag", "-a", "-m", pack.title, "v\(pack.version)"], in: folder, variable)
        return "v\(pack.version)"
    }

    /// Throws which files git would give to others otherwise than they were signed.
    private static func compare(
        _ files: [PackFile], _ pack: SealedPack, _ folder: String
    ) throws(PackFailure) {
        let kept = Dictionary(files.map { ($0.path, $0.bytes) }) { first, _ in first }
        for file in pack.files {
            guard let bytes = kept[file.path] else {
                throw PackFailure(
                    "\(folder): git ignores \(file.path), which is in \(PackList.fileName); nothing was tagged: move it out of the folder, or take it out of .gitignore"
                )
            }
            guard bytes == file.bytes else {
                throw PackFailure(
                    "\(folder): git changes \(file.path) as it takes it in (its line ends?), and others would refuse it; nothing was tagged: save it with LF line ends, or write '* -text' into .gitattributes"
                )
            }
        }
        // What only git has.
        _ = try SealedPack(files, from: folder)
    }
}
