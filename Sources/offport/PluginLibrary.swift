import Inventory
import Logging
import Matching
import Net
import Packs
import Plugins
import Records
import Regexes
import Threads

/// The plugins and policy of a run, loaded, tried and compiled.
struct PluginLibrary {
    let library: Library
    let index: SignatureIndex
    let judge: Judge
    let naming: Naming
    /// Runs the plugins' functions; for one thread, the others need hosts of their own.
    let scripts: ScriptHost
    private let detectionStates: LoadedStates

    /// Asks the library's detections; nil when it has none.
    ///
    /// - Parameter earlier: the one that it replaces: what that one told of is known to this one.
    func makeDetector(after earlier: Detector? = nil) -> Detector? {
        Detector(
            library, judge: judge, states: detectionStates,
            seed: earlier?.seed ?? .random(in: .min ... .max))
    }

    /// Loads the packs and files that the options name, or those that are found without them.
    ///
    /// Problems go to standard error; with `strict` they end the command. A path that was named and cannot be read ends
    /// it always: without it the answer would be another one.
    init(_ options: CaptureOptions, runningAll: Bool = false, log: Logger? = nil) throws {
        try self.init(
            plugins: options.plugins, policy: options.policy, using: options.use, isStrict: options.strict,
            runningAll: runningAll, log: log)
    }

    /// The packs and files that are loaded when these are named: those that are found when none are.
    static func paths(_ named: [String]) -> [String] {
        named.isEmpty ? defaultPaths() + PackPlaces.verification().folders : named
    }

    /// What a change of makes another library: those paths, and what is said of the packs that are found.
    static func watched(_ named: [String]) -> [String] {
        let words = named.isEmpty ? PackPlaces.homes.flatMap { [$0.trust, $0.overlay] } : []
        return paths(named) + words
    }

    /// The packs that are found without being installed by `offport pack`; that of the current folder is none.
    static func packsBesides(_ verification: Verification) -> [PackManifest] {
        let paths = defaultPaths().filter { $0 != Verification.current }
        return Library(plugins: paths, verifying: verification.verifier).packs
    }

    /// - Parameter earlier: protocols of a library that this one replaces; those it lacks keep their names at its end,
    ///   without signatures.
    /// - Parameter runningAll: runs every file and tries every example, whatever earlier loads found out about them.
    /// - Parameter tell: takes what is wrong and does not end the command.
    /// - Parameter isShown: the mistakes that the command shows itself.
    /// - Parameter tellsOfPolicy: whether what is wrong with policy files goes to standard error too.
    /// - Parameter log: takes that instead, with how grave it is.
    /// - Parameter found: those of the plugins that act as if nobody had named them.
    init(
        plugins: [String], found: [String] = [], policy: [String] = [], using used: [String] = [],
        isStrict: Bool = false,
        after earlier: [ProtocolDefinition] = [], tellsOfPolicy: Bool = true,
        vouching packs: [String: SealedPack] = [:], runningAll: Bool = false,
        log: Logger? = nil, leaving isShown: (PluginProblem) -> Bool = { _ in false },
        telling tell: (String) -> Void = { Console.error($0) }
    ) throws {
        func note(_ text: String, _ severity: PluginProblem.Severity) {
            guard let log else { return tell(text) }
            log.log(level: severity == .error ? .error : .warning, "\(text)")
        }
        let verification = PackPlaces.verification()
        let defaults = plugins.isEmpty ? Self.defaultPaths() : []
        let paths = plugins.isEmpty ? defaults + verification.folders : plugins
        // The site's word about packs goes with what is loaded by itself; who names packs says it all.
        let overlays = plugins.isEmpty ? verification.overlays : []
        if plugins.isEmpty {
            if isStrict, !verification.problems.isEmpty { throw Outcome.failed(verification.problems) }
            for message in verification.problems { note(message, .error) }
            for message in verification.warnings {
                note(log == nil ? "warning: \(message)" : message, .warning)
            }
        }
        guard !paths.isEmpty else {
            throw Outcome.failed([
                "no plugins: there are no installed packs and no folder 'plugins' here; name some with --plugins"
            ])
        }
        let states = LoadedStates()
        let program = runningAll ? nil : Self.program
        let known = program.map(Self.knownFiles)
        var library = Library(
            plugins: paths, policies: overlays + policy, using: used, keeping: states,
            found: Set(verification.folders + found), workedOn: Set(defaults),
            verifying: verification.verifier(vouching: packs), knowing: known)
        library.checkNeeds()
        let named = Set(plugins + used + (tellsOfPolicy ? policy : []))
        let unread = library.unread.filter { named.contains($0.path) }
        guard unread.isEmpty else { throw Outcome.failed(unread.map(\.problem.description)) }
        let compiled = try Self.compile(library)
        let scripts = ScriptHost(sources: library.sources, states: states)
        // Examples need no index to find their signatures by.
        var (index, _) = alongside {
            SignatureIndex(filing: compiled)
        } here: {
            library.tryExamples(with: compiled, scripts)
        }
        scripts.startAnew()
        self.scripts = scripts
        if let known = library.knownFiles, let program {
            PackPlaces.homes.first?.knownFiles.replace(by: known.bytes(of: program))
        }
        let names = Set(library.definitions.map(\.name))
        let retired = earlier.filter { !names.contains($0.name) }.map(\.retired)
        if !library.isWhole(in: index) || !retired.isEmpty {
            index = SignatureIndex(filing: try Self.compile(library, retired))
        }
        try Self.report(library, isStrict: isStrict, note) { problem in
            !isShown(problem) && (tellsOfPolicy || !library.isAboutPolicy(problem, named: policy))
        }
        if tellsOfPolicy {
            let expired = library.policy.warnings(on: Timestamp(nanoseconds: Console.now))
            for warning in expired { note(warning.description, .warning) }
        }
        self.library = library
        self.index = index
        judge = Judge(protocols: index.protocols.map(Self.facts), policy: library.policy)
        naming = Self.naming(library, index)
        detectionStates = states
    }

    /// What runs files and tries their examples: this program, with the matcher of expressions that it found.
    private static var program: [UInt8]? { CacheFile.program.map { Array("\($0) \(Regex.library)".utf8) } }

    /// What earlier loads found out about files.
    private static func knownFiles(of program: [UInt8]) -> KnownFiles {
        let bytes = PackPlaces.homes.first?.knownFiles.bytes(limit: 2 * KnownFiles.byteLimit)
        return bytes.map { KnownFiles($0, of: program) } ?? KnownFiles()
    }

    /// Installed packs beside the command, the project's own beside a build, and `plugins` in the current folder: that
    /// folder itself where it is a pack.
    private static func defaultPaths() -> [String] {
        var found: [String] = []
        func add(_ path: String) {
            if let real = Console.realPath(path), !found.contains(where: { Console.realPath($0) == real }) {
                found.append(path)
            }
        }
        if Console.realPath("plugins") != nil {
            // Its plugins alone would stand beside an installed pack of its name, which as a whole it replaces.
            add(Console.realPath("pack.lua") == nil ? "plugins" : Verification.current)
        }
        // A checkout brings its own core pack; the installed one would only be a second of the same name.
        if Console.realPath("plugins/core/pack.lua") != nil { return found }
        guard let command = Console.realPath("/proc/self/exe") else { return found }
        var folder = parent(command)
        let installed = "\(parent(folder))/share/offport/packs"
        if Console.realPath(installed) != nil {
            add(installed)
            return found
        }
        for _ in 0..<5 where Console.realPath("\(folder)/plugins/core/pack.lua") == nil {
            folder = parent(folder)
        }
        if Console.realPath("\(folder)/plugins/core/pack.lua") != nil { add("\(folder)/plugins") }
        return found
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func compile(
        _ library: Library, _ retired: [ProtocolDefinition] = []
    ) throws -> SignatureIndex {
        do {
            return try SignatureIndex(compiling: library.definitions + retired, regexes: library.regexes)
        } catch {
            throw Outcome.failed(["\(error)"])
        }
    }

    private static func report(
        _ library: Library, isStrict: Bool, _ note: (String, PluginProblem.Severity) -> Void,
        where tells: (PluginProblem) -> Bool
    ) throws {
        let problems = library.problems.filter { $0.severity > .note && tells($0) }
        if isStrict, library.hasErrors { throw Outcome.failed(problems.map(\.description)) }
        for problem in problems { note(problem.description, problem.severity) }
        if library.definitions.isEmpty { throw Outcome.failed(["no plugin could be loaded"]) }
    }

    private static func facts(_ definition: ProtocolDefinition) -> ProtocolFacts {
        ProtocolFacts(
            name: definition.name, title: definition.title, category: definition.category,
            plugin: definition.plugin,
            ports: definition.ports, shares: definition.shares, alternates: definition.alternates,
            isDynamic: definition.isDynamic)
    }
}

extension Library {
    /// Reports the packs that need another Offport than this one.
    mutating func checkNeeds() {
        guard let version = PackPlaces.version else { return }
        for pack in packs where !PackPlan.fits(pack.needs, version) {
            let message =
                "needs \"\(pack.needs ?? "")\" does not hold for offport \(version), or cannot be read"
            report(PluginProblem(SourceLocation(file: pack.path, line: 1), message))
        }
    }

    /// Whether a mistake stands in a policy file, or is that one of the paths named cannot be read.
    func isAboutPolicy(_ problem: PluginProblem, named paths: [String]) -> Bool {
        guard let file = problem.location?.file else {
            return paths.contains { problem.message.contains("'\($0)") }
        }
        return sources.contains { $0.kind == .policy && $0.path == file }
    }

    /// The version of the pack that a plugin or signature belongs to by its name.
    func packVersion(of name: String) -> String? {
        packs.first { name.hasPrefix($0.name + "/") }?.version
    }
}

extension PluginLibrary {
    /// How records name signatures and pack versions.
    static func naming(_ library: Library, _ index: SignatureIndex) -> Naming {
        let versions = index.protocols.map { library.packVersion(of: $0.plugin) }
        let names = index.signatureNames
        let titles = Dictionary(
            index.protocols.map { ($0.name, $0.title) }, uniquingKeysWith: { first, _ in first })
        return Naming(
            signature: { names[$0] },
            // What extends a protocol of another pack is as old as its own.
            packVersion: { signature, place in
                signature.map { library.packVersion(of: names[$0]) } ?? versions[place]
            }, spelling: { name in titles[name].flatMap { ProtocolFacts.spelling(of: name, in: $0) } })
    }
}

extension PluginLibrary {
    /// Where what another library knew is in this one.
    struct Places {
        /// By protocol of the other library; every one of them is here, retired at least.
        var protocols: [Int32]
        /// By signature of the other library; -1 for those that are gone.
        var signatures: [Int32]
    }

    /// Every protocol, the retired ones at the end.
    var definitions: [ProtocolDefinition] { index.protocols }

    /// Where the protocols and signatures of the library are that this one replaces.
    func places(of earlier: PluginLibrary) -> Places {
        func places(_ names: [String], in all: [String]) -> [Int32] {
            var known: [String: Int32] = [:]
            for (place, name) in all.enumerated() { known[name] = known[name] ?? Int32(place) }
            return names.map { known[$0] ?? -1 }
        }
        return Places(
            protocols: places(earlier.definitions.map(\.name), in: definitions.map(\.name)),
            signatures: places(earlier.index.signatureNames, in: index.signatureNames))
    }
}

extension ProtocolDefinition {
    /// What remains of a protocol when its plugin is gone: enough to name and judge what was recognised before.
    fileprivate var retired: ProtocolDefinition {
        var rest = self
        rest.signatures = []
        rest.fields = []
        rest.descriptions = []
        rest.identifications = []
        rest.announcements = []
        rest.hiddenFlows = []
        rest.upgrades = []
        rest.tunnel = nil
        return rest
    }
}
