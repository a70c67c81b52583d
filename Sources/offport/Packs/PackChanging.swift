import ArgumentParser
import Packs
import Plugins
import Records

/// Takes packs.
struct PackInstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Installs packs: verified, tried in the sandbox, then loaded by every run.",
        discussion: """
            SOURCE is a folder, an archive, a bundle (all its packs), a git repository with or without @tag, or a \
            name such as acme/ics@^1.2 that --index has. Nothing of a pack runs but sandboxed Lua; either all packs \
            of one command come in, or none.
            """)

    @Argument(
        help: ArgumentHelp("Where a pack is, or its name.", valueName: "source"), completion: .file(),
        transform: FileName.given)
    var sources: [String] = []

    @OptionGroup var indexes: IndexOptions

    @Option(
        help: ArgumentHelp("Install exactly what a lock file says (offport pack lock).", valueName: "file"),
        completion: .file())
    var lock: String?

    @Flag(help: "Take an older version than one that was here already.")
    var allowOlder = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    func validate() throws {
        guard sources.isEmpty != (lock == nil) else {
            throw ValidationError("Name a source, or --lock FILE.")
        }
    }

    func run() throws {
        let change = try PackChange(indexes, allowsOlder: allowOlder, asks: !yes)
        if let lock {
            try change.makeLocked(lock)
        } else {
            try change.make(try PackPlaces.told { try change.wishes(sources) }, verb: "installed")
        }
    }
}

/// Takes newer versions.
struct PackUpdate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Updates installed packs from where they came from; without a name, all of them.",
        discussion: "The overlay of the site (overlay.lua in the home) is never touched.")

    @Argument(help: ArgumentHelp("Names of installed packs.", valueName: "pack"))
    var names: [String] = []

    @Option(
        help: ArgumentHelp("Where the newer version is, when it is elsewhere.", valueName: "source"),
        completion: .file())
    var from: String?

    @OptionGroup var indexes: IndexOptions

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    func run() throws {
        let change = try PackChange(indexes, allowsOlder: false, asks: !yes)
        try change.make(try PackPlaces.told { try change.updates(names, from: from) }, verb: "updated")
    }
}

/// Gives packs up.
struct PackRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Removes installed packs; 'offport pack rollback' brings them back.")

    @Argument(help: ArgumentHelp("Names of installed packs.", valueName: "pack"))
    var names: [String]

    func run() throws {
        try PackPlaces.told {
            let change = try PackStore(try PackPlaces.home()).change()
            let known = change.before.packs.map(\.name)
            for name in names where !known.contains(name) {
                throw PackFailure(
                    "\(name) is not installed\(known.isEmpty ? "" : "; there is \(known.joined(separator: ", "))")"
                )
            }
            let rest = change.before.packs.filter { !names.contains($0.name) }
            for pack in rest {
                if let needed = pack.depends.keys.sorted().first(where: names.contains) {
                    throw PackFailure("\(pack.title) depends on \(needed): remove both, or neither")
                }
            }
            try change.commit(rest)
            for name in names { Console.print("removed \(name)") }
            let idle = rest.filter { one in !one.isRequested && !rest.contains { $0.depends[one.name] != nil }
            }
            if !idle.isEmpty {
                Console.error(
                    "no longer needed: offport pack remove \(idle.map(\.name).joined(separator: " "))")
            }
        }
        Console.error("next: offport pack rollback, if it is not what you want")
    }
}

/// Takes a change back.
struct PackRollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Takes the last install, update or remove back; with a name, that pack's alone.",
        discussion: "Repeated, it takes back what came before that, up to ten changes.")

    @Argument(help: ArgumentHelp("The name of a pack.", valueName: "pack"))
    var name: String?

    func run() throws {
        try PackPlaces.told {
            let change = try PackStore(try PackPlaces.home()).change()
            let after = try change.rollBack(name)
            for pack in after.packs where change.before.pack(pack.name) != pack {
                let was = change.before.pack(pack.name).map { ", it was \($0.version)" } ?? ""
                Console.print("back to \(pack.title)\(was)")
            }
            for pack in change.before.packs where after.pack(pack.name) == nil {
                Console.print("back to no \(pack.name), it was \(pack.version)")
            }
        }
        Console.error("next: offport pack list")
    }
}

/// A change of what is installed, from what is wanted to what is there.
final class PackChange {
    private let home: PackHome
    private let trust: Trust
    private let change: StoreChange
    private let fetcher: PackFetcher
    private let indexes: IndexOptions
    private let allowsOlder: Bool
    private let asks: Bool

    init(_ indexes: IndexOptions, allowsOlder: Bool, asks: Bool) throws {
        home = try PackPlaces.home()
        trust = try PackPlaces.trust()
        let home = home
        change = try PackPlaces.told { try PackStore(home).change() }
        fetcher = PackPlaces.fetcher(scratch: change.scratch, authorities: indexes.ca)
        (self.indexes, self.allowsOlder, self.asks) = (indexes, allowsOlder, asks)
    }

    private var catalogues: [PackCatalogue] = []

    // MARK: What is wanted

    /// What the words of `install` mean.
    func wishes(_ texts: [String]) throws -> [PackPlan.Wish] {
        catalogues = try indexes.index.map { try fetcher.catalogue($0) }
        return try texts.flatMap { text -> [PackPlan.Wish] in
            switch try PackFetcher.target(text) {
            case .name(let name, let range):
                if catalogues.isEmpty {
                    throw PackFailure(
                        "\(name): say where it is looked up: --index FOLDER, BUNDLE or https://...")
                }
                return [PackPlan.Wish(name, range)]
            case .source(let source) where source.kind == .bundle:
                let bundle = try fetcher.catalogue(source.location)
                catalogues.append(bundle)
                return Set(bundle.packs.map(\.name)).sorted().map { PackPlan.Wish(bundled: $0) }
            case .source(let source): return [PackPlan.Wish(try fetcher.pack(source))]
            }
        }
    }

    /// What `update` looks for.
    func updates(_ names: [String], from place: String?) throws -> [PackPlan.Wish] {
        let installed = change.before.packs
        if installed.isEmpty { throw PackFailure("no packs are installed: offport pack install SOURCE") }
        for name in names where !installed.contains(where: { $0.name == name }) {
            throw PackFailure(
                "\(name) is not installed; there is \(installed.map(\.name).joined(separator: ", "))")
        }
        if let place {
            let wishes = try wishes([place])
            for wish in wishes where change.before.pack(wish.name) == nil {
                throw PackFailure(
                    "\(place) is \(wish.name), which is not installed: "
                        + "offport pack install \(AskedOptions.quoted(place))")
            }
            return wishes
        }
        let chosen = installed.filter { names.isEmpty || names.contains($0.name) }
        let places =
            indexes.index
            + Set(
                chosen.filter { $0.source.kind == .index || $0.source.kind == .bundle }
                    .map(\.source.location)
            ).sorted()
        catalogues = try places.map { try fetcher.catalogue($0) }
        return try chosen.map { pack in
            guard let source = try fetcher.newest(of: pack) else { return PackPlan.Wish(pack.name, .any) }
            let found = try fetcher.pack(source)
            guard found.pack.name == pack.name else {
                throw PackFailure("\(source.text) is \(found.pack.name) now, not \(pack.name)")
            }
            // A newer one than the newest tag may have come from elsewhere; it stays.
            return found.pack.version < pack.version ? PackPlan.Wish(pack.name, .any) : PackPlan.Wish(found)
        }
    }

    // MARK: What is done

    /// Gets what is wanted, shows it, tries it, and makes it what is installed.
    func make(_ wishes: [PackPlan.Wish], verb: String) throws {
        let plan = try PackPlaces.told {
            try PackPlan(
                wishes, before: change.before, builtIn: Self.builtIn(), catalogues: catalogues, trust: trust,
                offport: try Self.version(), allowsOlder: allowsOlder)
        }
        for name in plan.held.keys.sorted() { Console.print("\(name): \(plan.held[name] ?? "")") }
        let arrivals = try PackPlaces.told { try plan.arrivals + repairs(wishes, plan) }
        guard !arrivals.isEmpty else {
            let names = wishes.map(\.name).filter { plan.held[$0] == nil }.joined(separator: ", ")
            if !names.isEmpty { Console.print("\(names): nothing newer than what is installed") }
            if plan.packs.map(\.isRequested)
                != change.before.packs.sorted(by: { $0.name < $1.name }).map(\.isRequested)
            {
                try PackPlaces.told { try change.commit(plan.packs) }
            }
            Console.error("next: offport pack list")
            return
        }
        try take(arrivals, plan.packs, verb: verb)
    }

    /// What is wanted, stays, and does not lie here whole: the same once more, from where it came from.
    private func repairs(_ wishes: [PackPlan.Wish], _ plan: PackPlan) throws -> [PackPlan.Arrival] {
        let coming = plan.arrivals.map(\.acquired.pack.name)
        let wanted = Set(wishes.map(\.name)).subtracting(coming)
        let store = PackStore(home)
        return try plan.packs.filter { wanted.contains($0.name) && !store.isWhole($0) }.map { pack in
            let having = catalogues.filter { $0.packs.contains { $0 == (pack.name, pack.version) } }
            return try PackPlan.Arrival(
                try fetcher.pack(pack, catalogues: having), like: pack, trust: trust, replaces: pack)
        }
    }

    /// Installs what a lock file says, to the last byte.
    func makeLocked(_ path: String) throws {
        let lock = try PackPlaces.told {
            try PackLock(Array(try PackWorkshop.text(of: path).utf8), path: path)
        }
        let arrivals = try PackPlaces.told {
            catalogues = try indexes.index.map { try fetcher.catalogue($0) }
            return try lock.packs.compactMap { wanted -> PackPlan.Arrival? in
                let isHere = change.before.pack(wanted.name) == wanted
                if isHere, PackStore(home).isWhole(wanted) { return nil }
                let found = try fetcher.pack(wanted, catalogues: catalogues)
                return try PackPlan.Arrival(
                    found, like: wanted, trust: trust, replaces: change.before.pack(wanted.name))
            }
        }
        let others = change.before.packs.filter { one in !lock.packs.contains { $0.name == one.name } }
        guard !arrivals.isEmpty else {
            Console.print("everything that \(path) says is installed")
            return
        }
        try take(arrivals, others + lock.packs, verb: "installed")
    }

    private func take(_ arrivals: [PackPlan.Arrival], _ packs: [LockedPack], verb: String) throws {
        var folders: [String: SealedPack] = [:]
        var staged: [(PackPlan.Arrival, String)] = []
        try PackPlaces.told {
            for arrival in arrivals {
                let folder = try change.stage(arrival.acquired.pack)
                folders[folder] = arrival.acquired.pack
                staged.append((arrival, folder))
            }
        }
        let store = PackStore(home)
        let replaced = arrivals.compactMap { $0.replaces.map(store.folder(of:)) }
        for (arrival, folder) in staged {
            let pack = arrival.acquired.pack
            let trial = try PackTrial(pack, at: folder, with: folders, replacing: replaced)
            show(arrival, trial)
            guard trial.errors.isEmpty else {
                let hint =
                    trial.errors.contains { $0.contains("prefer ") } ? ["write it into \(home.overlay)"] : []
                throw Outcome.failed(
                    trial.errors + hint + ["\(pack.title): not \(verb); nothing was changed"])
            }
            try test(trial)
        }
        if asks, Console.outputIsTerminal, Console.inputIsTerminal {
            guard Console.agrees("Take \(counted(arrivals.count, "pack"))? [y/N] ") else {
                throw Outcome.failed(["not \(verb); nothing was changed"])
            }
        }
        try PackPlaces.told { try change.commit(packs) }
        for arrival in arrivals {
            let pack = arrival.acquired.pack
            let was = arrival.replaces.map { old in
                old.hash == pack.hash ? " again" : ", it was \(old.version)"
            }
            Console.print("\(verb) \(pack.title)\(was ?? "")")
        }
        if verb == "updated" {
            Console.error("next: offport pack rollback, if it is not what you want")
        } else {
            Console.error("next: \(Self.use(of: arrivals.map(\.acquired.pack))); later offport pack update")
        }
    }

    /// How packs that were installed are used.
    private static func use(of packs: [SealedPack]) -> String {
        let resting = packs.filter(\.manifest.isOptional)
        guard let first = resting.first else { return "offport run as ever, it is loaded now" }
        if resting.count < packs.count { return "offport run as ever, what does not rest is loaded now" }
        return "offport run --use \(first.name), or use \"\(first.name)\" in a policy"
    }

    private func show(_ arrival: PackPlan.Arrival, _ trial: PackTrial) {
        let pack = arrival.acquired.pack
        let title = Paint(isOn: Console.isColoured)(PackTrust.shown(pack.title), .bold)
        Console.write(Array((title + "\n").utf8), to: 1)
        var rows: [(String, String)] = []
        if let replaced = arrival.replaces { rows.append(("replaces", "\(replaced.version)")) }
        let commit = arrival.acquired.commit.map { ", commit \($0.prefix(12))" } ?? ""
        rows.append(("from", arrival.acquired.source.text + commit))
        if let key = arrival.judgement.key {
            rows.append(("signed", "by key \(key.id), trusted for \(PackName.owner(of: pack.name))"))
        } else {
            rows.append(("signed", "by nobody who is trusted; the policy for this source lets it in"))
        }
        for line in trial.summary(rows) { Console.print(lines: line) }
        if let warning = arrival.judgement.warning { Console.error("warning: \(warning)") }
        for remark in pack.remarks { Console.error("warning: \(remark)") }
    }

    private func test(_ trial: PackTrial) throws {
        let held = try trial.holdTests("nothing was changed")
        Console.print(
            "  its tests hold: \(counted(held.files, "file")) with examples, \(counted(held.captures, "capture"))"
        )
    }

    private static func version() throws -> Version {
        guard let version = PackPlaces.version else {
            throw PackFailure("offport's own version cannot be read")
        }
        return version
    }

    /// The packs that are found without being installed here, such as offport/core.
    static func builtIn() -> [String: Version] {
        var found: [String: Version] = [:]
        for manifest in PluginLibrary.packsBesides(PackPlaces.verification()) {
            if let version = Version(manifest.version) { found[manifest.name] = version }
        }
        return found
    }
}
