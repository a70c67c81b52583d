public import Matching
internal import Net
internal import Regexes

/// What a plugin adds to a protocol that it does not declare: `extend "ssh" { ... }`.
public struct ProtocolExtension: Sendable {
    /// The parts that are added, under the name of the protocol.
    public internal(set) var added: ProtocolDefinition
    /// Conversations that must, or must not, be recognised with them.
    public internal(set) var examples: [Example]
}

extension Library {
    /// The names of the plugins that have a pattern: of one that extends a protocol, its own.
    public func plugins(withPattern pattern: String) -> [String] {
        let own = definitions.map { extended[$0.name] ?? $0 } + extensions.map(\.added)
        return Set(own.filter { $0.patterns.contains(pattern) }.map(\.plugin)).sorted()
    }

    /// Adds what plugins say of the protocols of others, in the order of the files.
    mutating func extendProtocols() {
        var places: [String: Int] = [:]
        for (place, definition) in definitions.enumerated() { places[definition.name] = place }
        let names = places.keys.sorted()
        var kept: [ProtocolExtension] = []
        var grown: [String: ProtocolDefinition] = [:]
        for addition in extensions {
            let name = addition.added.name
            guard let place = places[name] else {
                let hint = Suggestion.text(for: name, among: names)
                report(
                    PluginProblem(
                        addition.added.origin, "extend names '\(name)', which no plugin declares\(hint)",
                        severity: .warning))
                continue
            }
            kept.append(addition)
            if extended[name] == nil { extended[name] = definitions[place] }
            grown[name] = (grown[name] ?? definitions[place]).extended(by: addition.added)
        }
        extensions = kept
        for name in grown.keys.sorted() {
            guard let definition = grown[name] else { continue }
            replace(with: definition)
            // Those of the protocol itself were refused with it.
            for flow in definition.vainFlows {
                report(
                    PluginProblem(
                        flow.origin,
                        "expect_flow { after = \"\(flow.follower)\" } needs upgrade \"\(flow.follower)\" {} in "
                            + "'\(name)', or in what extends it",
                        severity: .warning))
            }
        }
    }

    /// Reports upgrades that depend on a field that the server never has.
    mutating func reportVainUpgrades() {
        for definition in definitions where definition.upgrades.contains(where: { $0.field != nil }) {
            guard let given = definition.fieldNames(of: .server, regexes) else { continue }
            for upgrade in definition.upgrades {
                guard let name = upgrade.field?.name, !given.contains(name) else { continue }
                let isClients = definition.fieldNames(of: .client, regexes)?.contains(name) == true
                let hint =
                    isClients
                    ? "; what the client says does not count"
                    : Suggestion.text(for: name, among: given.sorted())
                report(
                    PluginProblem(
                        upgrade.origin ?? definition.origin,
                        "upgrade asks for the server's field '\(name)', which nothing gives\(hint)",
                        severity: .warning))
            }
        }
    }

    /// Tries the examples of extensions; one with an example that does not hold is left out, its protocol stays.
    mutating func tryExtensions(_ outcome: (ProtocolDefinition, Example) -> ExampleOutcome) {
        var broken: Set<String> = []
        var kept: [ProtocolExtension] = []
        for addition in extensions {
            guard !addition.examples.isEmpty,
                let whole = definitions.first(where: { $0.name == addition.added.name })
            else {
                kept.append(addition)
                continue
            }
            let found = addition.examples.compactMap { $0.problem(after: outcome(whole, $0)) }
            for problem in found { report(problem) }
            if found.isEmpty { kept.append(addition) } else { broken.insert(addition.added.name) }
        }
        extensions = kept
        for name in broken.sorted() {
            guard let own = extended[name] else { continue }
            let rest = kept.filter { $0.added.name == name }
            replace(with: rest.reduce(own) { $0.extended(by: $1.added) })
        }
    }

    /// Whether nothing was left out since the index was made of the library.
    public func isWhole(in index: SignatureIndex) -> Bool {
        definitions.count == index.protocols.count
            && zip(definitions, index.protocols).allSatisfy { now, then in
                now.signatures.count == then.signatures.count && now.fields.count == then.fields.count
                    && now.identifications.count == then.identifications.count
            }
    }
}

extension ProtocolDefinition {
    /// The flows that it expects after an upgrade that it does not have.
    var vainFlows: [HiddenFlow] {
        hiddenFlows.filter { flow in
            !upgrades.contains { $0.target == .any || $0.target == .named(flow.follower) }
        }
    }

    /// The names of the fields that a speaker may have; nil where a function or a handshake gives some.
    fileprivate func fieldNames(of speaker: Speaker, _ regexes: [String: Regex]) -> Set<String>? {
        guard descriptions.isEmpty else { return nil }
        var names = Set(identifications.filter { $0.speaker == speaker }.flatMap { $0.gives.map(\.name) })
        for source in fields where source.speaker == speaker {
            guard case .pattern(let pattern) = source.extractor else { return nil }
            names.formUnion(regexes[pattern]?.groups.map(\.name) ?? [])
        }
        return names
    }

    /// The other protocols that it names, with the word and the place that do so.
    var mentions: [(word: String, name: String, origin: SourceLocation)] {
        announcements.map { ("expect_flow", $0.child, $0.origin ?? origin) }
            + hiddenFlows.map { ("expect_flow", $0.child, $0.origin ?? origin) }
            + upgrades.compactMap { upgrade in
                guard case .named(let name) = upgrade.target else { return nil }
                return ("upgrade", name, upgrade.origin ?? origin)
            }
            + hellos.compactMap { hello in
                guard case .recognised(let name) = hello.moment else { return nil }
                return ("probe", name, origin)
            }
    }

    /// The protocol with the parts of another definition.
    fileprivate func extended(by added: ProtocolDefinition) -> ProtocolDefinition {
        var whole = self
        whole.signatures += added.signatures.map { signature in
            var signature = signature
            signature.plugin = added.plugin
            return signature
        }
        whole.fields += added.fields
        whole.descriptions += added.descriptions
        whole.identifications += added.identifications
        whole.announcements += added.announcements
        whole.hiddenFlows += added.hiddenFlows
        whole.upgrades += added.upgrades
        return whole
    }
}
