/// A pack at a tag of a git repository, by the system's git.
///
/// Nothing of the repository runs or is checked out: one commit is fetched into a bare repository without hooks and without
/// anybody's configuration, and its files are read as objects. Links and submodules are refused.
struct GitRepository {
    let url: String
    /// A folder that is the fetch's own.
    private let scratch: String
    private let environment: [String: String]

    /// The protocols that git may speak.
    private static let protocols = ["https", "ssh", "file"]

    /// - Parameters:
    ///   - location: `https://`, `ssh://`, `file://`, `user@host:path`, or a path.
    ///   - variable: the value of a variable of the environment.
    init(_ location: String, scratch: String, _ variable: (String) -> String?) throws(PackFailure) {
        if location.hasPrefix("-") { throw PackFailure("'\(location)' is no repository") }
        if let scheme = location.firstRange(of: "://") {
            let name = String(location[..<scheme.lowerBound])
            guard Self.protocols.contains(name) else {
                throw PackFailure(
                    "\(location): packs come by \(Self.protocols.joined(separator: ", ")), not by \(name)")
            }
            url = location
        } else if location.hasPrefix("/") || Disk.isFolder(location) {
            guard let path = Disk.realPath(location) else {
                throw PackFailure("\(location): there is no such folder")
            }
            url = "file://\(path)"
        } else if location.contains("::") {
            throw PackFailure("\(location): packs come by \(Self.protocols.joined(separator: ", "))")
        } else {
            url = location
        }
        self.scratch = scratch
        try Disk.makeFolder(scratch, mode: 0o700)
        // In place of everybody's own settings. The owner of a repository that is read does not matter: nothing of it runs.
        let settings = "\(scratch)/gitconfig"
        Disk.remove(settings)
        try Disk.write(Array("[safe]\n\tdirectory = *\n".utf8), to: settings)
        var environment = [
            "PATH": variable("PATH") ?? "/usr/bin:/bin", "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": settings, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0",
            "GIT_ALLOW_PROTOCOL": Self.protocols.joined(separator: ":"), "GIT_ASKPASS": "/bin/false",
            "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        ]
        for name in ["HOME", "SSH_AUTH_SOCK", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"] {
            environment[name] = variable(name)
        }
        self.environment = environment
    }

    private func git(_ words: [String], input: [UInt8] = []) throws(PackFailure) -> [UInt8] {
        var all = ["git"]
        for setting in [
            "core.hooksPath=/dev/null", "core.symlinks=false", "core.fsmonitor=false", "gc.auto=0",
            "maintenance.auto=false", "protocol.allow=never", "fetch.recurseSubmodules=false",
            "transfer.fsckObjects=true", "credential.helper=", "http.followRedirects=initial",
        ] + Self.protocols.map({ "protocol.\($0).allow=always" }) { all += ["-c", setting] }
        do throws(PackFailure) {
            return try Programs.run(all + words, environment: environment, input: input, scratch: scratch)
        } catch {
            throw PackFailure("\(url): \(error)")
        }
    }

    /// The tags that are versions, the newest first.
    func versions() throws(PackFailure) -> [(tag: String, version: Version)] {
        let lines = String(decoding: try git(["ls-remote", "--tags", "--refs", "--", url]), as: UTF8.self)
        let tags = lines.split(separator: "\n").compactMap { line -> (tag: String, version: Version)? in
            guard let start = line.firstRange(of: "refs/tags/")?.upperBound else { return nil }
            let tag = String(line[start...])
            guard Self.isTag(tag), let version = Self.version(tag) else { return nil }
            return (tag, version)
        }
        return tags.sorted { $0.version > $1.version }
    }

    /// The version that a tag names: `1.2.0` or `v1.2.0`.
    static func version(_ tag: String) -> Version? {
        Version(tag.hasPrefix("v") ? String(tag.dropFirst()) : tag)
    }

    static func isTag(_ tag: String) -> Bool {
        !tag.isEmpty && tag.utf8.count <= 200 && !tag.hasPrefix("-") && !tag.hasPrefix("/")
            && !tag.contains("..")
            && tag.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || "._/+-".utf8.contains($0)
            }
    }

    /// The files at a tag, and the commit that it is.
    func files(at tag: String) throws(PackFailure) -> (files: [PackFile], commit: String) {
        guard Self.isTag(tag) else { throw PackFailure("\(url): '\(tag)' is no tag") }
        let folder = "\(scratch)/repository.git"
        Disk.remove(folder)
        defer { Disk.remove(folder) }
        _ = try git(["init", "-q", "--bare", "--template=", "--", folder])
        let here = ["--git-dir=\(folder)"]
        let reference = "refs/tags/\(tag)"
        _ = try git(here + ["fetch", "-q", "--depth=1", "--no-tags", "--", url, "\(reference):\(reference)"])
        let commit = String(
            decoding: try git(here + ["rev-parse", "--verify", "\(reference)^{commit}"]).prefix { $0 != 10 },
            as: UTF8.self)
        let files = try GitTree(origin: url).files(of: commit) { (words, input) throws(PackFailure) in
            try git(here + words, input: input)
        }
        return (files, commit)
    }
}
