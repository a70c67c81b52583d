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

    private static func git(
        _ words: [String], in folder: String, _ variable: (String) -> String?
    ) throws(PackFailure) -> String {
        var environment: [String: String] = [:]
        for name in variables { environment[name] = variable(name) }
        let scratch = "\(folder)/.offport-git"
        try Disk.makeFolder(scratch, mode: 0o700)
        defer { Disk.remove(scratch) }
        let output = try Programs.run(
            ["git", "-C", folder] + words, environment: environment, scratch: scratch)
        return String(decoding: output, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
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

    /// Commits everything in the folder and tags it.
    ///
    /// - Returns: the tag.
    public static func tag(
        _ folder: String, _ title: String, _ version: Version, _ variable: (String) -> String?
    ) throws(PackFailure) -> String {
        _ = try git(["add", "--all", "--", ".", ":!.offport-git"], in: folder, variable)
        _ = try git(["commit", "-q", "-m", title], in: folder, variable)
        _ = try git(["tag", "-a", "-m", title, "v\(version)"], in: folder, variable)
        return "v\(version)"
    }
}
