public import Inventory
public import Matching
internal import Net

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
    /// The packs that were found.
    public private(set) var packs: [PackManifest] = []
    /// Every mistake that was found; what an error is about is left out.
    public private(set) var problems: [PluginProblem] = []

    /// Whether something was left out.
    public var hasErrors: Bool { problems.contains { $0.severity == .error } }

    /// Loads plugin packs, folders and files, and the site's policy files.
    ///
    /// The allowances of a pack act only when one of the paths is that pack itself, not a folder above it: what a
    /// team shares is an offer until the site takes it up.
    public init(plugins: [String], policies: [String] = [], limits: ScriptLimits = .standard) {
        var found = PluginSources(limits: limits)
        for path in plugins { found.add(path, as: .plugin) }
        for path in policies { found.add(path, as: .policy) }
        let named = Set(
            (plugins + policies).map { ($0.hasSuffix("/") ? String($0.dropLast()) : $0) + "/pack.lua" })
        let turnedOn = Set(found.packs.filter { named.contains($0.path) }.map(\.name))
        var seen: Set<String> = []
        let files = found.files.filter { file in
            guard seen.insert(file.path).inserted else { return false }
            guard file.kind == .policy, let pack = file.pack else { return true }
            return turnedOn.contains(pack)
        }
        self.init(sources: files, limits: limits, packs: found.packs, problems: found.problems)
    }

    /// Loads files that were read before.
    public init(sources: [PluginSource], limits: ScriptLimits = .standard) {
        self.init(sources: sources, limits: limits, packs: [], problems: [])
    }

    private init(
        sources: [PluginSource], limits: ScriptLimits, packs: [PackManifest], problems: [PluginProblem]
    ) {
        self.sources = sources
        self.packs = packs
        self.problems = problems
        for (number, source) in sources.enumerated() {
            let reading = Reading(source, number: number)
            switch source.kind {
            case .plugin: readPlugin(reading, limits)
            case .policy: readPolicy(reading, limits)
            }
            self.problems += reading.problems
        }
        leaveOutSecondNames()
        leaveOutUnknownProtocols()
    }

    private mutating func readPlugin(_ reading: Reading, _ limits: ScriptLimits) {
        let reader = ProtocolReader(reading: reading)
        for node in reading.declarations(kind: .plugin, limits: limits.loading) {
            guard let (definition, examples) = reader.read(node) else { continue }
            definitions.append(definition)
            self.examples.append(examples)
        }
    }

    private mutating func readPolicy(_ reading: Reading, _ limits: ScriptLimits) {
        let reader = PolicyReader(reading: reading)
        for node in reading.declarations(kind: .policy, limits: limits.loadingData) {
            reader.read(node, into: &policy)
        }
    }

    private mutating func leaveOutSecondNames() {
        var first: [String: Int] = [:]
        var kept: [Int] = []
        for (place, definition) in definitions.enumerated() {
            if let other = first[definition.name] {
                let places = "\(definitions[other].origin) and \(definition.origin)"
                problems.append(PluginProblem(nil, "two plugins name '\(definition.name)': \(places)"))
            } else {
                first[definition.name] = place
                kept.append(place)
            }
        }
        keep(kept)
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
            for child in Set(definition.announcements.map(\.child)).subtracting(names).sorted() {
                let hint = Suggestion.text(for: child, among: sorted)
                let message = "expect_flow names '\(child)', which no plugin declares\(hint)"
                found.append(PluginProblem(definition.origin, message, severity: .warning))
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
        problems += found
    }

    /// Tries every example; a protocol with one that does not hold is reported and left out.
    public mutating func tryExamples(_ outcome: (ProtocolDefinition, Example) -> ExampleOutcome) {
        var kept: [Int] = []
        for (place, definition) in definitions.enumerated() {
            let found = examples[place].compactMap { $0.problem(after: outcome(definition, $0)) }
            problems += found
            if found.isEmpty { kept.append(place) }
        }
        keep(kept)
    }
}
