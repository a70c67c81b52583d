internal import Plugins

/// Where a pack came from.
public struct PackSource: Sendable, Equatable {
    /// What kind of place it is.
    public enum Kind: String, Sendable { case folder, archive, bundle, git, index }

    /// What kind of place it is.
    public var kind: Kind
    /// The path or URL.
    public var location: String
    /// The tag in a git repository.
    public var tag: String?

    /// A source.
    public init(_ kind: Kind, _ location: String, tag: String? = nil) {
        (self.kind, self.location, self.tag) = (kind, location, tag)
    }

    /// For people: `file:///srv/acme-ics@v1.2.0`.
    public var text: String { tag.map { "\(location)@\($0)" } ?? location }
}

/// A pack that is installed: which it is, to the last byte, and who vouches for it.
public struct LockedPack: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its version.
    public var version: Version
    /// The SHA-256 of its list of files.
    public var hash: String
    /// Where it came from.
    public var source: PackSource
    /// The commit that the tag was.
    public var commit: String?
    /// The public key that signed it; nil when the source's policy let it in without.
    public var key: String?
    /// The packs it depends on.
    public var depends: [String: String]
    /// Whether somebody asked for it by name; the others came with those.
    public var isRequested: Bool

    init(_ acquired: AcquiredPack, key: PublicKey?, isRequested: Bool) {
        let pack = acquired.pack
        (name, version, hash) = (pack.name, pack.version, pack.hash)
        (source, commit) = (acquired.source, acquired.commit)
        self.key = key?.text
        depends = pack.manifest.depends
        self.isRequested = isRequested
    }

    /// How messages call it.
    public var title: String { "\(name) \(version)" }

    init(_ stanza: Stanza, path: String) throws(PackFailure) {
        let parts = stanza.value.split(separator: " ")
        guard parts.count == 2, PackName.isOwned(String(parts[0])), let version = Version(parts[1]),
            let hash = stanza["hash"], Hex.isDigits(hash, count: 64),
            let kind = stanza["source"].flatMap(PackSource.Kind.init), let location = stanza["from"]
        else { throw PackFailure("\(path):\(stanza.line): this is no installed pack") }
        (name, self.version, self.hash) = (String(parts[0]), version, hash)
        source = PackSource(kind, location, tag: stanza["tag"])
        (commit, key) = (stanza["commit"], stanza["key"])
        isRequested = stanza["requested"] != "no"
        depends = [:]
        for text in stanza.all("depends") {
            let parts = text.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else {
                throw PackFailure("\(path):\(stanza.line): depends needs versions")
            }
            depends[String(parts[0])] = String(parts[1])
        }
    }

    var stanza: Stanza {
        var items: [(String, String?)] = [
            ("hash", hash), ("source", source.kind.rawValue), ("from", source.location), ("tag", source.tag),
            ("commit", commit), ("key", key),
        ]
        items += depends.sorted { $0.key < $1.key }.map { ("depends", "\($0.key) \($0.value)") }
        if !isRequested { items.append(("requested", "no")) }
        return Stanza(
            word: "pack", value: "\(name) \(version)",
            items: items.compactMap { key, value in value.map { Stanza.Item(key: key, value: $0) } })
    }
}

/// The packs that belong together, each to the last byte: `packs.lock`.
///
/// A team keeps it with its policies; a store has one of its own, which also knows what was there before.
public struct PackLock: Sendable, Equatable {
    /// The packs, by name.
    public var packs: [LockedPack] = []
    /// Counts the changes of a store; 0 in a lock that is passed on.
    var generation = 0
    /// The change that this one goes back to.
    var previous: Int?
    /// By pack: the newest version that was ever here, and its hash; nothing older comes in again unasked.
    var seen: [String: Seen] = [:]

    struct Seen: Sendable, Equatable {
        var version: Version
        var hash: String
    }

    init() {}

    /// Reads a lock file.
    public init(_ bytes: [UInt8], path: String) throws(PackFailure) {
        let stanzas = try Stanza.read(bytes, path: path)
        // An empty file is no lock without packs: what was installed, and how new, would be forgotten.
        guard stanzas.first?.word == "format" else {
            throw PackFailure("\(path): this is no lock of packs: it does not begin with 'format 1'")
        }
        for stanza in stanzas {
            func wrong() -> PackFailure { PackFailure("\(path):\(stanza.line): this is no lock of packs") }
            switch stanza.word {
            case "format":
                guard stanza.value == "1" else {
                    throw PackFailure("\(path): written by a newer offport (format \(stanza.value))")
                }
            case "generation":
                guard let number = Int(stanza.value), number >= 0 else { throw wrong() }
                generation = number
                previous = stanza["previous"].flatMap { Int($0) }
            case "pack": packs.append(try LockedPack(stanza, path: path))
            case "seen":
                let parts = stanza.value.split(separator: " ")
                guard parts.count == 3, let version = Version(parts[1]), Hex.isDigits(parts[2], count: 64)
                else { throw wrong() }
                seen[String(parts[0])] = Seen(version: version, hash: String(parts[2]))
            default: throw wrong()
            }
        }
        guard Set(packs.map(\.name)).count == packs.count else {
            throw PackFailure("\(path): a pack stands in it twice")
        }
    }

    /// As it is written; without what concerns only this store when it is passed on.
    public func text(forOthers: Bool) -> String {
        var stanzas = [Stanza(word: "format", value: "1")]
        if !forOthers {
            stanzas.append(
                Stanza(
                    word: "generation", value: "\(generation)",
                    items: previous.map { [.init(key: "previous", value: "\($0)")] } ?? []))
        }
        stanzas += packs.sorted { $0.name < $1.name }.map(\.stanza)
        if !forOthers {
            stanzas += seen.sorted { $0.key < $1.key }.map {
                Stanza(word: "seen", value: "\($0.key) \($0.value.version) \($0.value.hash)")
            }
        }
        let comment =
            forOthers
            ? "Packs that belong together: offport pack install --lock FILE"
            : "What is installed; written by offport pack"
        return Stanza.text(stanzas, comment: comment)
    }

    /// The pack of that name.
    public func pack(_ name: String) -> LockedPack? { packs.first { $0.name == name } }
}
