public import Inventory
public import Matching
internal import Net
public import Regexes
internal import Threads

/// Everything that plugins and policy files declare, checked.
public struct Library: Sendable {
    /// The protocols, in the order of the files and of the declarations in them.
    public private(set) var definitions: [ProtocolDefinition] = []
    /// By protocol: its examples and counterexamples.
    public private(set) var examples: [[Example]] = []
    /// What the site expects, allows and forbids.
    public private(set) var policy = Policy()
    /// The files; a ``CheckReference`` names them by place.
    public private(set) var sources: [PluginSource]
    /// What is to be found beyond standings, each after those it refers to.
    public private(set) var detections: [LoadedDetection] = []
    /// How lines of logs are read.
    public private(set) var logs: [LogDefinition] = []
    /// The lists of services that the site keeps.
    public private(set) var assetLists: [LoadedAssetList] = []
    /// The packs that were found.
    public private(set) var packs: [PackManifest] = []
    /// Every mistake that was found; what an error is about is left out.
    public private(set) var problems: [PluginProblem] = []
    /// Those of the problems that keep back a file or folder, each with the path that was given for it.
    public private(set) var unread: [(path: String, problem: PluginProblem)] = []

    /// What plugins add to the protocols of others, in the order in which it is added.
    public internal(set) var extensions: [ProtocolExtension] = []
    /// By file: how many examples and counterexamples its detections and logs have.
    ///
    /// They are tried when it is read.
    public private(set) var otherExamples: [String: (examples: Int, counterexamples: Int)] = [:]
    /// By name: the protocols that are extended, as they were declared.
    var extended: [String: ProtocolDefinition] = [:]

    /// The expressions of the plugins, compiled.
    public private(set) var regexes: [String: Regex] = [:]

    /// What the files declare, before anything of it is left out: what a site's choices may be about.
    private var declaredNames: [SiteChoices.Declared] = []
    private var declaredDetections: [SiteChoices.Declared] = []
    /// By the id of a pack's policy file that is read: how many allowances it has.
    private var offeredAllowances: [String: Int] = [:]

    /// What is known of files from earlier loads, and what this one adds; nil when nothing is to be kept.
    private var memory: LoadMemory?

    /// Whether something was left out.
    public var hasErrors: Bool { problems.contains { $0.severity == .error } }

    /// Loads plugin packs, folders and files, and the site's policy files.
    ///
    /// The allowances of a pack act only when one of the paths is that pack itself, not a folder above it: what a
    /// team shares is an offer until the site takes it up.
    ///
    /// A pack that says `optional` in its `pack.lua` is read only when it is used: when a policy file says so,
    /// `used` names it, or one of the paths is that pack.
    ///
    /// A pack that is one of the paths is read instead of others of its name that lie below paths or were found. A file
    /// to which several paths lead is read once, whatever links and dots they are written with.
    ///
    /// - Parameters:
    ///   - used: names of optional packs, such as `offport/audit`, or their last parts.
    ///   - states: where the files' Lua states are kept for a ``ScriptHost`` to go on with.
    ///   - found: those of the paths that nobody named: they were found where packs are kept.
    ///   - workedOn: those of the plugin paths that nobody named, and where somebody may work on a pack: one is read
    ///     as if it were named, but for its allowances.
    ///   - verifier: reads the packs that list their files; without it they are refused.
    ///   - known: what earlier loads found out about files; those are not run again. Without it every file is.
    public init(
        plugins: [String], policies: [String] = [], using used: [String] = [],
        limits: ScriptLimits = .standard, keeping states: LoadedStates? = nil,
        found unnamed: Set<String> = [], workedOn: Set<String> = [],
        verifying verifier: PackVerifier? = nil, knowing known: KnownFiles? = nil
    ) {
        var found = PluginSources(limits: limits, verifier: verifier)
        for path in plugins { found.add(path, as: .plugin) }
        for path in policies { found.add(path, as: .policy) }
        func manifests(_ paths: [String]) -> Set<String> {
            Set(
                paths.filter { !unnamed.contains($0) }.map {
                    ($0.hasSuffix("/") ? String($0.dropLast()) : $0) + "/pack.lua"
                })
        }
        func names(of manifests: Set<String>) -> Set<String> {
            Set(found.packs.filter { manifests.contains($0.path) }.map(\.name))
        }
        let namedPlugins = plugins.filter { !workedOn.contains($0) }
        let (named, ahead) = (manifests(namedPlugins + policies), manifests(plugins + policies))
        // Who names a pack says more than who stands in its folder.
        found.setAside(besides: named, forPlugins: manifests(namedPlugins))
        found.setAside(besides: ahead, forPlugins: manifests(plugins))
        let turnedOn = names(of: named)
        let choices = SiteChoices(
            found.files, using: used, namedPacks: turnedOn, readPacks: names(of: ahead), packs: found.packs,
            limits)
        found.report(choices)
        let files = PluginSources.once(found.files.filter { choices.reads($0, namedPacks: turnedOn) })
        self.init(
            sources: files, limits: limits, packs: found.packs,
            problems: found.problems, states: states, choices: choices, known: known)
        reportFiles(PluginSources.sharedNames(of: files), after: found.problems.count)
        let said = choices.unknown(
            among: found.files, packs: found.packs, names: declaredNames, detections: declaredDetections,
            allowances: offeredAllowances)
        problems += choices.problems + said
        unread = found.unread
        (declaredNames, declaredDetections) = ([], [])
    }

    /// Warns of files of one name, but for those of which one was left out for the other, with all that it declares: that is
    /// told, and is often what was wanted.
    private mutating func reportFiles(_ shared: [PluginProblem], after place: Int) {
        guard !shared.isEmpty else { return }
        func files(_ problem: PluginProblem) -> Set<String> {
            Set([problem.subject, problem.rival].compactMap { $0?.file })
        }
        let rivals = problems.filter { $0.severity == .error && $0.rival != nil }.map(files)
        let inUse = Set(
            (definitions.map(\.origin) + detections.map(\.detection.origin) + logs.map(\.origin)).map(\.file))
        problems.insert(
            contentsOf: shared.filter { !rivals.contains(files($0)) || files($0).isSubset(of: inUse) },
            at: place)
    }

    /// Loads files that were read before.
    public init(
        sources: [PluginSource], limits: ScriptLimits = .standard, knowing known: KnownFiles? = nil
    ) {
        self.init(
            sources: sources, limits: limits, packs: [], problems: [], states: nil, choices: SiteChoices(),
            known: known)
        (declaredNames, declaredDetections) = ([], [])
    }

    private init(
        sources: [PluginSource], limits: ScriptLimits, packs: [PackManifest], problems: [PluginProblem],
        states: LoadedStates?, choices: SiteChoices, known: KnownFiles?
    ) {
        self.sources = sources
        self.packs = packs
        self.problems = problems
        let keepsStates = states != nil
        var declared: [LoadedDetection] = []
        // Each file is a world of its own: they are read at the same time, and taken in in their order.
        let files = concurrentMap(sources.count) { number in
            PluginFile(
                Reading(sources[number], number: number, known: known), limits, keepsState: keepsStates)
        }
        for file in files {
            definitions += file.protocols.map(\.definition)
            examples += file.protocols.map(\.examples)
            extensions += file.extensions
            regexes.merge(file.reading.regexes) { first, _ in first }
            let number = file.reading.number
            if let state = file.reading.state { states?.bySource[number] = state }
            if let state = file.stateOfDetections { states?.ofDetections[number] = state }
            logs += file.logs
            if file.otherExamples != (0, 0) { otherExamples[file.reading.source.path] = file.otherExamples }
            declared += file.detections.map {
                LoadedDetection(detection: $0.detection, source: number, when: $0.when)
            }
            if file.reading.source.kind == .plugin { self.problems += file.reading.problems }
        }
        declaredNames = definitions.map { ($0.name, $0.plugin) }
        declaredDetections = declared.map { ($0.detection.name, $0.detection.plugin) }
        leaveOutSecondNames(choices)
        leaveOutTooMany(limits)
        extendProtocols()
        reportVainUpgrades()
        detections = Self.arranged(
            Self.chosen(declared, choices), of: sources, protocols: definitions.map(\.name), &self.problems,
            choices, packs)
        leaveOutSecondLogs()
        reportSharedNames()
        // What a policy says may be about any of them; where the first word decides, the site has it before packs.
        let policies = files.map(\.reading).filter { $0.source.kind == .policy }
        let own = policies.filter { $0.source.pack == nil }
        for reading in own + policies.filter({ $0.source.pack != nil }) {
            readPolicy(reading, limits, choices)
            self.problems += reading.problems
        }
        for said in choices.severities {
            policy.severities[said.name] = SiteSeverity(
                name: said.name, severity: said.severity, origin: said.location)
        }
        leaveOutUnknownProtocols()
        memory = known.map { LoadMemory($0, files.map { ($0.reading, $0.protocols.count, $0.logs.count) }) }
    }

    private mutating func readPolicy(_ reading: Reading, _ limits: ScriptLimits, _ choices: SiteChoices) {
        let rules = Finding.Rule.names + detections.map(\.detection.name)
        let reader = PolicyReader(reading: reading, rules: rules)
        var allowances = 0
        for node in reading.declarations(kind: .policy, limits: limits.loadingData) {
            if node.word == .allow {
                allowances += 1
                if !choices.acts(allowances, of: reading.source) { continue }
            }
            if node.word == .assets, reading.source.pack == nil {
                if let list = AssetReader(reading: reading).read(node) { assetLists.append(list) }
            } else {
                reader.read(node, into: &policy)
            }
        }
        guard reading.source.pack != nil else { return }
        offeredAllowances[reading.source.id] = max(allowances, offeredAllowances[reading.source.id] ?? 0)
    }

    private mutating func leaveOutSecondNames(_ choices: SiteChoices) {
        var first: [String: Int] = [:]
        for (place, definition) in definitions.enumerated() where !choices.disables(definition.name) {
            guard let other = first[definition.name] else {
                first[definition.name] = place
                continue
            }
            let plugins = (definitions[other].plugin, definition.plugin)
            if let takes = choices.takesSecond(definition.name, first: plugins.0, second: plugins.1) {
                if takes { first[definition.name] = place }
                continue
            }
            let places = "\(definitions[other].origin) and \(definition.origin)"
            let wayOut = SiteChoices.wayOut(
                definition.name, first: plugins.0, second: plugins.1, packs: packs)
            problems.append(
                PluginProblem(
                    nil, "two plugins name '\(definition.name)': \(places)\(wayOut)",
                    about: definition.origin, besides: definitions[other].origin))
        }
        keep(first.values.sorted())
    }

    private mutating func leaveOutTooMany(_ limits: ScriptLimits) {
        guard definitions.count > limits.protocols else { return }
        problems.append(
            PluginProblem(
                definitions[limits.protocols].origin,
                "a library has room for \(limits.protocols) protocols: this one and "
                    + "\(definitions.count - limits.protocols - 1) after it are not loaded"))
        keep(Array(0..<limits.protocols))
    }

    private mutating func leaveOutSecondLogs() {
        var first: [String: SourceLocation] = [:]
        logs.removeAll { log in
            guard let other = first.updateValue(log.origin, forKey: log.name) else { return false }
            problems.append(
                PluginProblem(
                    nil, "two plugins name the log '\(log.name)': \(other) and \(log.origin)",
                    about: log.origin, besides: other))
            return true
        }
    }

    /// What others call a protocol must lead to one.
    private mutating func reportSharedNames() {
        var owners = Dictionary(
            definitions.map { ($0.name, $0.name) }, uniquingKeysWith: { first, _ in first })
        for definition in definitions {
            for name in definition.also {
                if let other = owners[name], other != definition.name {
                    problems.append(
                        PluginProblem(
                            definition.origin, "also has '\(name)', which leads to '\(other)' already",
                            severity: .warning))
                } else {
                    owners[name] = definition.name
                }
            }
        }
    }

    private mutating func keep(_ places: [Int]) {
        guard places.count < definitions.count else { return }
        definitions = places.map { definitions[$0] }
        examples = places.map { examples[$0] }
    }

    private mutating func leaveOutUnknownProtocols() {
        let names = Set(definitions.map(\.name))
        let sorted = names.sorted()
        var found: [PluginProblem] = []
        for definition in definitions {
            var told: Set<[String]> = []
            for (word, name, origin) in definition.mentions
            where !names.contains(name) && told.insert([word, name, origin.file]).inserted {
                let hint = Suggestion.text(for: name, among: sorted)
                let message = "\(word) names '\(name)', which no plugin declares\(hint)"
                // Without a similar name, its plugin is merely not loaded.
                found.append(PluginProblem(origin, message, severity: hint.isEmpty ? .note : .warning))
            }
        }
        func isKnown(_ word: String, _ name: String, _ origin: SourceLocation) -> Bool {
            if names.contains(name) { return true }
            let hint = Suggestion.text(for: name, among: sorted)
            found.append(PluginProblem(origin, "\(word) names '\(name)', which no plugin declares\(hint)"))
            return false
        }
        policy.allowances.removeAll { !isKnown("allow", $0.protocolName, $0.origin) }
        policy.prohibitions.removeAll { !isKnown("forbid", $0.protocolName, $0.origin) }
        policy.expectations.removeAll { !isKnown("expected", $0.protocolName, $0.origin) }
        policy.serverLists.removeAll { !isKnown("servers", $0.protocolName, $0.origin) }
        policy.alerts.removeAll { alert in
            alert.event.protocolName.map { !isKnown("alert", $0, alert.origin) } ?? false
        }
        problems += found + policy.unspokenPorts(definitions) + policy.leaveOutUnknownReceivers()
        problems += Self.leaveOutUnknownLists(&assetLists, &policy)
    }

    /// Tries every example; a protocol with one that does not hold is reported and left out.
    ///
    /// An example that held in an earlier load, of a file that is still the same, is not tried again.
    public mutating func tryExamples(_ outcome: (ProtocolDefinition, Example) -> ExampleOutcome) {
        var kept: [Int] = []
        for (place, definition) in definitions.enumerated() {
            if memory?.knowsExamples(of: definition.origin.file) == true {
                kept.append(place)
                continue
            }
            // What others add to a protocol neither saves nor breaks it.
            let own = extended[definition.name] ?? definition
            let found = examples[place].compactMap { $0.problem(after: outcome(own, $0)) }
            problems += found
            if found.isEmpty {
                kept.append(place)
                memory?.examplesHold(of: definition.origin.file)
            }
        }
        keep(kept)
        tryExtensions(outcome)
    }

    /// What is known of files after this load; nil when that is what was known before.
    public var knownFiles: KnownFiles? { memory?.files }

    /// Puts a definition in the place of the one of its name.
    mutating func replace(with definition: ProtocolDefinition) {
        guard let place = definitions.firstIndex(where: { $0.name == definition.name }) else { return }
        definitions[place] = definition
    }

    /// Reports a mistake.
    public mutating func report(_ problem: PluginProblem) { problems.append(problem) }
}

/// What one plugin file declares; empty for a policy file, whose mistakes depend on the plugins.
private struct PluginFile {
    let reading: Reading
    private(set) var protocols: [(definition: ProtocolDefinition, examples: [Example])] = []
    private(set) var detections: [DetectionDeclaration] = []
    private(set) var extensions: [ProtocolExtension] = []
    private(set) var logs: [LogDefinition] = []
    /// How many the detections and logs have.
    private(set) var otherExamples = (examples: 0, counterexamples: 0)
    /// The state that knows the detections' conditions; another than that of the protocols' functions.
    private(set) var stateOfDetections: LuaState?

    init(_ reading: Reading, _ limits: ScriptLimits, keepsState: Bool) {
        self.reading = reading
        guard reading.source.kind == .plugin else { return }
        let reader = ProtocolReader(reading: reading)
        let nodes = reading.declarations(kind: .plugin, limits: limits.loading, keepsState: true)
        for node in nodes {
            switch node.word {
            case .detect: continue
            case .extend:
                if let (added, examples) = reader.extensions(node) {
                    extensions.append(ProtocolExtension(added: added, examples: examples))
                }
            case .log:
                if let log = LogReader(reading: reading).read(node) {
                    logs.append(log)
                    otherExamples.examples += log.examples
                    otherExamples.counterexamples += log.counterexamples
                }
            default:
                if let (definition, examples) = reader.read(node) { protocols.append((definition, examples)) }
            }
        }
        let reads = nodes.filter { $0.word == .detect }.compactMap {
            DetectionReader(reading: reading).read($0)
        }
        if let state = reading.state {
            detections = reads.filter { reading.holdsExamples($0, in: state, limits) }
            // A file seldom declares both; the state goes to those who call it most.
            if protocols.isEmpty, !detections.isEmpty { stateOfDetections = state }
        } else {
            detections = reads
        }
        for example in detections.flatMap(\.examples) {
            if example.isCounter {
                otherExamples.counterexamples += 1
            } else {
                otherExamples.examples += 1
            }
        }
        if !keepsState || stateOfDetections != nil { reading.dropState() }
        if !keepsState { stateOfDetections = nil }
    }
}

extension Reading {
    /// Whether a detection's examples hold; reports those that do not.
    fileprivate func holdsExamples(
        _ declared: DetectionDeclaration, in state: LuaState, _ limits: ScriptLimits
    ) -> Bool {
        let problems = declared.problems(in: state, self, limits.calling)
        for problem in problems { report(problem) }
        return problems.isEmpty
    }
}
