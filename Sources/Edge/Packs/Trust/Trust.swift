/// Whose packs are taken, and what sources must show: the file `trust` of a home.
///
/// A key is trusted for owners: one for `acme` vouches for `acme/ics` and for nothing of anybody else.
public struct Trust: Sendable, Equatable {
    /// A key and the owners it may sign for.
    public struct Key: Sendable, Equatable {
        /// The key.
        public var key: PublicKey
        /// The first parts of the names of packs that it may sign.
        public var owners: [String]
    }

    /// What a source must show.
    public enum Policy: String, Sendable, CaseIterable {
        /// A signature by a trusted key; everything else is refused.
        case require
        /// Without one, a pack is taken with a warning, at every load.
        case warn
        /// Without one, a pack is taken.
        case allow
    }

    /// What sources that begin so must show.
    public struct Rule: Sendable, Equatable {
        /// The beginning of a source, up to a slash; `*` for all.
        public var source: String
        /// What they must show.
        public var policy: Policy
    }

    /// The trusted keys.
    public private(set) var keys: [Key] = []
    /// The rules for sources; without one a signature is required.
    public private(set) var rules: [Rule] = []

    /// Nobody is trusted.
    public init() {}

    // MARK: The file

    /// Reads a trust file; without one nobody is trusted.
    public init(path: String) throws(PackFailure) {
        guard let bytes = try Disk.bytes(of: path) else { return }
        for stanza in try Stanza.read(bytes, path: path) {
            let place = "\(path):\(stanza.line)"
            switch stanza.word {
            case "key":
                guard let key = PublicKey(stanza.value) else {
                    throw PackFailure("\(place): '\(stanza.value)' is no public key; it has 56 characters")
                }
                for owner in stanza.all("owner") {
                    guard PackName.isPart(owner) else {
                        throw PackFailure("\(place): '\(owner)' is no owner")
                    }
                    add(key, for: owner)
                }
            case "source":
                guard let policy = stanza["policy"].flatMap(Policy.init) else {
                    throw PackFailure("\(place): a source needs a policy: require, warn or allow")
                }
                set(policy, for: stanza.value)
            default:
                throw PackFailure("\(place): unknown word '\(stanza.word)'; here stand key and source")
            }
        }
    }

    /// Writes the trust file.
    public func write(to path: String) throws(PackFailure) {
        var stanzas = keys.map { key in
            Stanza(word: "key", value: key.key.text, items: key.owners.map { .init(key: "owner", value: $0) })
        }
        stanzas += rules.map {
            Stanza(word: "source", value: $0.source, items: [.init(key: "policy", value: $0.policy.rawValue)])
        }
        try Disk.makeFolder(Disk.parent(path))
        let text = Stanza.text(stanzas, comment: "Whose packs are taken: offport pack trust")
        try Disk.replace(path, by: Array(text.utf8))
    }

    // MARK: Changes

    /// Trusts a key for an owner's packs.
    public mutating func add(_ key: PublicKey, for owner: String) {
        guard let place = keys.firstIndex(where: { $0.key == key }) else {
            keys.append(Key(key: key, owners: [owner]))
            return
        }
        if !keys[place].owners.contains(owner) {
            keys[place].owners = (keys[place].owners + [owner]).sorted()
        }
    }

    /// Trusts keys no more: that with the number or text, or all of an owner; says how many went.
    public mutating func remove(_ name: String) -> Int {
        let before = keys.reduce(0) { $0 + $1.owners.count }
        keys.removeAll { $0.key.id == name.uppercased() || $0.key.text == name }
        for place in keys.indices { keys[place].owners.removeAll { $0 == name } }
        keys.removeAll { $0.owners.isEmpty }
        return before - keys.reduce(0) { $0 + $1.owners.count }
    }

    /// Says nothing of a source any more; false when it had no rule.
    public mutating func removeRule(for source: String) -> Bool {
        let before = rules.count
        rules.removeAll { $0.source == Self.plain(source) }
        return rules.count < before
    }

    /// Says what sources that begin so must show.
    public mutating func set(_ policy: Policy, for source: String) {
        let source = Self.plain(source)
        rules.removeAll { $0.source == source }
        rules.append(Rule(source: source, policy: policy))
    }

    // MARK: Judging

    /// What a source must show: the longest rule that fits decides.
    public func policy(for source: String) -> Policy {
        let source = Self.plain(source)
        let fitting = rules.filter {
            $0.source == "*" || source == $0.source || source.hasPrefix($0.source + "/")
        }
        let longest = fitting.max {
            ($0.source == "*" ? 0 : $0.source.count) < ($1.source == "*" ? 0 : $1.source.count)
        }
        return longest?.policy ?? .require
    }

    /// A repository in a folder is called by its address; a rule for the folder is for it too.
    private static func plain(_ source: String) -> String {
        let path = source.hasPrefix("file:///") ? String(source.dropFirst("file://".count)) : source
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Who vouches for a pack, or why it is taken without.
    public struct Judgement: Sendable {
        /// The key that signed it.
        public var key: PublicKey?
        /// What to tell the user.
        public var warning: String?
    }

    /// Whether a pack may be taken.
    ///
    /// A signature that does not fit, and one by a key for other owners, is refused whatever the policy says.
    public func judge(_ pack: SealedPack, under policy: Policy) throws(PackFailure) -> Judgement {
        let owner = PackName.owner(of: pack.name)
        guard let signature = pack.signature else {
            return try unsigned(pack, "is not signed", "ask its maker to: offport pack sign", policy)
        }
        let known = keys.filter { $0.key.number == signature.number }
        guard !known.isEmpty else {
            return try unsigned(
                pack, "is signed by key \(signature.keyID), which is not trusted",
                "if you know whose it is: offport pack trust \(owner) KEY", policy)
        }
        guard let key = known.first(where: { signature.verifies(pack.list.bytes, by: $0.key) }) else {
            throw PackFailure(
                "\(pack.title): its signature is not that of key \(signature.keyID): list or signature was changed"
            )
        }
        guard key.owners.contains(owner) else {
            throw PackFailure(
                "\(pack.title) is signed by key \(signature.keyID), which may sign for \(key.owners.joined(separator: ", ")) and not for \(owner)"
            )
        }
        return Judgement(key: key.key)
    }

    private func unsigned(
        _ pack: SealedPack, _ what: String, _ advice: String, _ policy: Policy
    ) throws(PackFailure) -> Judgement {
        switch policy {
        case .require: throw PackFailure("\(pack.title) \(what); \(advice)")
        case .warn: return Judgement(warning: "\(pack.title) \(what)")
        case .allow: return Judgement()
        }
    }
}
