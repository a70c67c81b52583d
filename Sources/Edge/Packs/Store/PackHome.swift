/// Where packs and what belongs to them are kept.
public struct PackHome: Sendable, Equatable {
    /// What people write and back up: `trust`, `overlay.lua`, `keys/`.
    public let config: String
    /// What commands write: `packs.lock`, `content/`, `history/`.
    public let data: String
    /// What can be thrown away at any time.
    public let cache: String

    init(config: String, data: String, cache: String) {
        (self.config, self.data, self.cache) = (config, data, cache)
    }

    /// Where it is kept what plugin files declare, so that they need not be run at every start.
    public var knownFiles: CacheFile { CacheFile(cache + "/known-files") }

    /// The file that says whose packs are taken.
    public var trust: String { config + "/trust" }
    /// The site's own policy about packs; no command writes it.
    public var overlay: String { config + "/overlay.lua" }
    /// The folder of secret keys.
    public var keys: String { config + "/keys" }

    var lock: String { data + "/packs.lock" }
    var gate: String { data + "/changing" }
    var content: String { data + "/content" }
    var history: String { data + "/history" }
    var work: String { data + "/work" }

    /// Where a pack lies once it is installed.
    func folder(of pack: LockedPack) -> String {
        "\(content)/\(Self.place(pack.name, pack.version, pack.hash))"
    }

    static func place(_ name: String, _ version: Version, _ hash: String) -> String {
        "\(name)/\(version)-\(hash.prefix(16))"
    }

    /// The homes whose packs are loaded; changes are made in the first.
    ///
    /// `OFFPORT_HOME` stands for everything. Root's is the machine's; others have their own (XDG base directories) and see
    /// the machine's. The machine's packs are not below `/var/lib/offport`, which belongs to the sensor's user: what a
    /// sensor runs, it must not be able to change.
    ///
    /// - Parameter variable: the value of a variable of the environment.
    public static func all(isRoot: Bool, _ variable: (String) -> String?) -> [PackHome] {
        func value(_ name: String) -> String? {
            variable(name).flatMap {
                $0.hasPrefix("/") ? ($0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0) : nil
            }
        }
        if let home = value("OFFPORT_HOME") {
            return [PackHome(config: home, data: home + "/packs", cache: home + "/cache")]
        }
        let machine = PackHome(
            config: "/etc/offport", data: "/var/lib/offport-packs",
            cache: (isRoot ? value("XDG_CACHE_HOME") : nil).map { $0 + "/offport" } ?? "/var/cache/offport")
        if isRoot { return [machine] }
        guard let user = value("HOME") else { return [machine] }
        let config = value("XDG_CONFIG_HOME") ?? user + "/.config"
        let data = value("XDG_DATA_HOME") ?? user + "/.local/share"
        let cache = value("XDG_CACHE_HOME") ?? user + "/.cache"
        return [
            PackHome(
                config: config + "/offport", data: data + "/offport/packs", cache: cache + "/offport"),
            machine,
        ]
    }
}
