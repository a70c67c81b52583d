import ArgumentParser
import Packs
import Records

/// A pair of keys.
struct PackKeygen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract:
            "Makes a pair of keys for an owner, in minisign's format: a secret one and one to give away.",
        discussion:
            "The secret key goes into keys/ of the home (offport pack list --home), for its owner's eyes only."
    )

    @Argument(help: "The owner: the first part of the names of packs, such as acme.")
    var owner: String

    @Option(
        help: ArgumentHelp("The folder of the keys. Default: keys/ of the home.", valueName: "folder"),
        completion: .directory)
    var keys: String?

    @OptionGroup var password: PasswordOptions

    func run() throws {
        guard PackName.isPart(owner) else {
            throw Outcome.usage("'\(owner)' is no owner; it is the first part of a pack's name: acme")
        }
        try PackPlaces.told {
            let folder = try keys ?? PackPlaces.home().keys
            let key = SecretKey()
            let path = "\(folder)/\(owner).key"
            if Console.realPath(path) != nil {
                throw PackFailure("\(path): it is there already and stays as it is")
            }
            let file = try key.file(password: try password.new())
            try PackWorkshop.writeSecret(file, to: path)
            try PackWorkshop.write(Array(key.publicKey.file.utf8), to: "\(folder)/\(owner).pub")
            Console.print("wrote \(path) and \(folder)/\(owner).pub")
            Console.print("give to others: offport pack trust \(owner) \(key.publicKey.text)")
        }
        Console.error("next: offport pack sign FOLDER, with --tag for a release in git")
    }
}

/// The password of a secret key.
struct PasswordOptions: ParsableArguments {
    @Flag(help: "The secret key has no password: whoever can read its file can sign.")
    var noPassword = false

    @Option(
        help: ArgumentHelp("A file whose first line is the password. Default: asked for.", valueName: "file"),
        completion: .file())
    var passwordFile: String?

    /// A password for a new key; nil for none.
    func new() throws -> String? {
        if noPassword { return nil }
        if let given = try given() { return given }
        let first = try ask("Password for the new key (offport asks for it at each signature): ")
        guard try ask("Once more: ") == first else {
            throw Outcome.failed(["the two passwords are not the same"])
        }
        guard !first.isEmpty else { throw Outcome.failed(["a key without a password: say --no-password"]) }
        return first
    }

    /// The password of a key that there is.
    func existing(for path: String) throws -> String {
        if noPassword { return "" }
        return try given() ?? ask("Password of \(path): ")
    }

    private func given() throws -> String? {
        guard let passwordFile else { return nil }
        guard let text = Console.text(of: passwordFile) else {
            throw Outcome.failed(["\(passwordFile): cannot be read: \(Console.lastError)"])
        }
        return text.split(separator: "\n", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    }

    private func ask(_ question: String) throws -> String {
        guard let answer = RawTerminal.secret(question) else {
            throw Outcome.failed([
                "there is no terminal to ask for the password: say --password-file FILE, or --no-password"
            ])
        }
        return answer
    }
}

/// Vouches for a pack.
struct PackSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Lists a pack's files and signs the list: MANIFEST and MANIFEST.minisig.",
        discussion: """
            The examples must hold. With --tag the captures must too, and the folder's git repository gets a commit \
            and a tag vVERSION: what others install. minisign -Vm MANIFEST -P KEY verifies the same signature.
            """)

    @Argument(
        help: ArgumentHelp(
            "The pack's folder, or its archive. Default: the current folder.", valueName: "pack"),
        completion: .file(), transform: FileName.given)
    var path = "."

    @Option(
        help: ArgumentHelp("The secret key. Default: keys/OWNER.key of the home.", valueName: "file"),
        completion: .file())
    var key: String?

    @OptionGroup var password: PasswordOptions

    @Flag(help: "Sign the list itself, not its hash: minisign's older way.")
    var legacy = false

    @Option(help: ArgumentHelp("A line that the signature vouches for too.", valueName: "text"))
    var comment: String?

    @Flag(help: "Commit the folder and tag it with the version.")
    var tag = false

    func run() throws {
        let (draft, folder) = try PackDraft.open(path)
        if tag {
            try PackPlaces.told {
                try PackRepository.check(folder, version: draft.version, Console.environment)
            }
        }
        for remark in draft.remarks { Console.error("warning: \(remark)") }
        let trial = try PackTrial(draft, at: folder)
        let errors = trial.errors + PackDraft.unreadable(draft, path)
        guard errors.isEmpty else { throw Outcome.failed(errors + ["\(draft.title): not signed"]) }
        // A tag cannot be used again, and nobody could install what fails its own tests.
        if tag { _ = try trial.holdTests("not signed") }
        try PackPlaces.told {
            let owner = PackName.owner(of: draft.name)
            let keyPath = try key ?? PackPlaces.home().keys + "/\(owner).key"
            guard Console.realPath(keyPath) != nil else {
                throw PackFailure(
                    "\(keyPath): there is no such key: offport pack keygen \(owner), or say --key")
            }
            let text = try PackWorkshop.text(of: keyPath)
            let needs = SecretKey.needsPassword(file: text) ?? false
            let secret = try SecretKey(file: text, password: needs ? try password.existing(for: keyPath) : "")
            let (pack, written) = try PackWorkshop.sign(
                folder, by: secret, mode: legacy ? .whole : .prehashed, comment: comment)
            Console.print(
                "signed \(pack.title) with key \(secret.publicKey.id): \(written.joined(separator: ", "))")
            var place = path
            if tag {
                let name = try PackRepository.tag(folder, pack, Console.environment)
                place = "\(Console.realPath(folder) ?? folder)@\(name)"
                Console.print("tagged \(name)")
            }
            Console.error("next: others say offport pack trust \(owner) \(secret.publicKey.text)")
            Console.error("      and offport pack install \(AskedOptions.quoted(place))")
            if tag {
                Console.error(
                    "      after a change raise version in pack.lua, then offport pack sign "
                        + "\(AskedOptions.quoted(path)) --tag")
            }
        }
    }
}

/// Whether a pack is whole and whose it is.
struct PackVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Holds a pack against its list and its signature; without a name, every installed pack.",
        discussion: "Exit codes: 0 whole and by a trusted key (or as the source's policy allows), 1 not.")

    @Argument(
        help: ArgumentHelp(
            "A folder, an archive, a repository at a tag, or the name of an installed pack.",
            valueName: "pack"),
        completion: .file(), transform: FileName.given)
    var packs: [String] = []

    @Option(
        help: ArgumentHelp("A public key or its file, instead of those that are trusted.", valueName: "key"),
        completion: .file())
    var key: String?

    func run() throws {
        let home = try PackPlaces.home()
        var trust = try PackPlaces.trust()
        let names =
            packs.isEmpty ? try PackPlaces.told { try PackStore(home).lock().packs.map(\.name) } : packs
        if names.isEmpty { Console.print("no packs are installed") }
        var problems: [String] = []
        for name in names {
            do {
                let verified = try PackPlaces.withScratch { scratch in
                    let found = try PackPlaces.pack(
                        name, PackPlaces.fetcher(scratch: scratch, authorities: nil))
                    if let key {
                        trust = Trust()
                        trust.add(try PackTrust.publicKey(key), for: PackName.owner(of: found.pack.name))
                    }
                    let policy = key == nil ? trust.policy(for: found.source.location) : .require
                    return (found, try trust.judge(found.pack, under: policy))
                }
                let (found, judgement) = verified
                let whose =
                    key == nil ? "trusted for \(PackName.owner(of: found.pack.name))" : "the one given"
                let vouched =
                    judgement.key.map { "signed by key \($0.id), \(whose)" }
                    ?? "signed by nobody who is trusted"
                let comment =
                    judgement.key != nil
                    ? found.pack.signature.map { ": \(PackTrust.shown($0.comment))" } ?? "" : ""
                Console.print("\(found.pack.title)  whole: \(counted(found.pack.list.entries.count, "file"))")
                Console.print("  \(vouched)\(comment)")
            } catch let outcome as Outcome {
                problems += outcome.messages
            }
        }
        if !problems.isEmpty { throw Outcome.failed(problems) }
        let named = packs.map(AskedOptions.quoted).joined(separator: " ")
        if !named.isEmpty { Console.error("next: offport pack install \(named)") }
    }
}

/// Whose packs are taken.
struct PackTrust: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Trusts a key for an owner's packs, or says what a source must show; alone, lists both.",
        discussion: """
            A key for acme may sign acme/ics and nothing of anybody else. Without a rule every source must show a \
            signature by a trusted key; --source PLACE --policy warn|allow takes packs from there without one. \
            --remove takes a key or a rule back.
            """)

    @Argument(help: "The owner: the first part of the names of packs, such as acme.")
    var owner: String?

    @Argument(help: "The public key: its 56 characters, or its file.", completion: .file())
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Trust no more: a key's number, all keys of an owner, or a place that has a rule.",
            valueName: "key|owner|place"))
    var remove: String?

    @Option(
        help: ArgumentHelp(
            "A place that packs come from, or the beginning of such; * for all.", valueName: "place"),
        completion: .file())
    var source: String?

    @Option(help: "What that place must show: require, warn or allow.")
    var policy: Trust.Policy?

    func validate() throws {
        guard (owner == nil) == (key == nil) else {
            throw ValidationError("An owner and a key belong together: trust acme KEY.")
        }
        guard (source == nil) == (policy == nil) else {
            throw ValidationError("--source and --policy belong together.")
        }
    }

    func run() throws {
        let home = try PackPlaces.home()
        var trust = try PackPlaces.trust()
        let before = trust
        var done: [String] = []
        try PackPlaces.told {
            if let owner, let key {
                guard PackName.isPart(owner) else {
                    throw PackFailure("'\(owner)' is no owner; it is the first part of a pack's name: acme")
                }
                let key = try Self.publicKey(key)
                // The number of a key is chance: the same one twice is the same key, mistyped or forged.
                if let known = trust.keys.first(where: { $0.key.id == key.id && $0.key != key })?.key {
                    throw PackFailure(
                        "another key \(key.id) is trusted already, \(known.text): is this one mistyped? If not, first offport pack trust --remove \(key.id)"
                    )
                }
                trust.add(key, for: owner)
                done.append("key \(key.id) may sign packs of \(owner)")
            }
            if let source, let policy {
                let place = Self.place(source)
                trust.set(policy, for: place)
                done.append("packs from \(place): \(policy.rawValue)")
            }
            if let remove {
                let count = trust.remove(remove)
                let place = Self.place(remove)
                if count > 0 {
                    done.append(
                        "\(counted(count, "key")) less; their packs are refused from the next load on")
                } else if trust.removeRule(for: place) {
                    done.append(
                        "packs from \(place): \(trust.policy(for: place).rawValue), by no rule of their own")
                } else {
                    throw PackFailure(
                        "no key and no source is called '\(remove)': offport pack trust lists them")
                }
            }
            if trust != before { try trust.write(to: home.trust) }
        }
        for line in done { Console.print(line) }
        if done.isEmpty {
            list(trust)
        } else if owner != nil || source != nil {
            Console.error("next: offport pack install SOURCE")
        } else {
            Console.error("next: offport pack list")
        }
    }

    /// A place as rules name it: folders by their real paths.
    private static func place(_ source: String) -> String {
        source == "*" || source.contains("://") ? source : Console.realPath(source) ?? source
    }

    private func list(_ trust: Trust) {
        for key in trust.keys {
            Console.print("key \(key.key.id)  \(key.owners.joined(separator: ", "))  \(key.key.text)")
        }
        for rule in trust.rules { Console.print("source \(rule.source)  \(rule.policy.rawValue)") }
        if trust.keys.isEmpty { Console.print("no keys are trusted: offport pack trust OWNER KEY") }
    }

    /// A public key from its text or its file.
    static func publicKey(_ text: String) throws -> PublicKey {
        if let key = PublicKey(text) { return key }
        guard Console.realPath(text) != nil else {
            throw PackFailure("'\(text)' is no public key (56 characters) and no file")
        }
        guard let key = PublicKey(file: try PackWorkshop.text(of: text)) else {
            throw PackFailure("\(text): this is no public key of minisign's")
        }
        return key
    }

    /// Somebody else's text, harmless for a terminal.
    static func shown(_ text: String) -> String {
        printable(String(text.unicodeScalars.prefix(200)).replacing("\t", with: " "))
    }
}

extension Trust.Policy: ExpressibleByArgument {}
