public import Inventory
internal import Net

/// A detection that is in force, and where its condition is.
public struct LoadedDetection: Sendable {
    /// What is to be found.
    public let detection: Detection
    /// The file's place in the library.
    let source: Int
    /// The condition; nil when it always holds.
    let when: Int?

    /// Its condition by itself.
    var condition: Condition {
        Condition(name: detection.name, origin: detection.origin, source: source, when: when)
    }
}

extension Library {
    /// The detections as the site wants them: without those that are disabled, as grave as it says.
    static func chosen(_ loaded: [LoadedDetection], _ choices: SiteChoices) -> [LoadedDetection] {
        loaded.compactMap { one in
            var detection = one.detection
            // What is switched off is not found, so that what needs it is not found either.
            guard !choices.disables(detection.name), !detection.requires.contains(where: choices.disables)
            else { return nil }
            detection.unless.removeAll(where: choices.disables)
            if let said = choices.severities.last(where: { $0.name == detection.name }) {
                detection.severity = said.severity
            }
            return LoadedDetection(detection: detection, source: one.source, when: one.when)
        }
    }
}

extension Library {
    /// What of `loaded` can be in force, those that others refer to before those others; reports the rest.
    static func arranged(
        _ loaded: [LoadedDetection], of sources: [PluginSource], protocols: [String],
        _ problems: inout [PluginProblem], _ choices: SiteChoices, _ packs: [PackManifest]
    ) -> [LoadedDetection] {
        var first: [String: Int] = [:]
        for (place, one) in loaded.enumerated() {
            let name = one.detection.name
            guard let other = first[name] else {
                first[name] = place
                continue
            }
            let plugins = (loaded[other].detection.plugin, one.detection.plugin)
            if let takes = choices.takesSecond(name, first: plugins.0, second: plugins.1) {
                if takes { first[name] = place }
                continue
            }
            let places = "\(loaded[other].detection.origin) and \(one.detection.origin)"
            let wayOut = SiteChoices.wayOut(name, first: plugins.0, second: plugins.1, packs: packs)
            problems.append(
                PluginProblem(
                    nil, "two plugins name the detection '\(name)': \(places)\(wayOut)",
                    about: one.detection.origin, besides: loaded[other].detection.origin))
        }
        var order = first.values.sorted().map { loaded[$0] }
        order = withKnownNames(order, of: sources, protocols: protocols, &problems)
        return sorted(order, &problems)
    }

    private static func withKnownNames(
        _ all: [LoadedDetection], of sources: [PluginSource], protocols: [String],
        _ problems: inout [PluginProblem]
    ) -> [LoadedDetection] {
        var kept = all
        func place(_ name: String, in one: LoadedDetection) -> SourceLocation {
            let origin = one.detection.origin
            let line = sources[one.source].line(ofLiteral: name.utf8, from: origin.line)
            return SourceLocation(file: origin.file, line: line)
        }
        // What is left out may be what another one refers to.
        while true {
            let rules = Finding.Rule.names + kept.map(\.detection.name)
            let fitting = kept.filter { one in
                let detection = one.detection
                for (word, name) in detection.requires.map({ ("requires", $0) })
                    + detection.unless.map({ ("unless", $0) }) where !rules.contains(name)
                {
                    let hint = Suggestion.text(for: name, among: rules)
                    problems.append(
                        PluginProblem(
                            place(name, in: one),
                            "\(word) names '\(name)', which no plugin detects\(hint)"))
                    return false
                }
                return true
            }
            if fitting.count == kept.count { break }
            kept = fitting
        }
        let rules = Finding.Rule.names + kept.map(\.detection.name)
        for one in kept {
            let isFinding = one.detection.subject == .finding
            let known = isFinding ? rules : protocols
            for name in one.detection.names where !known.contains(name) {
                let hint = Suggestion.text(for: name, among: known)
                let what = isFinding ? "detects" : "declares"
                let message = "\(one.detection.subject) names '\(name)', which no plugin \(what)\(hint)"
                // Without a similar name, its plugin is merely not loaded.
                problems.append(
                    PluginProblem(
                        place(name, in: one), message, severity: hint.isEmpty ? .note : .warning))
            }
        }
        return kept
    }

    /// Each after those it refers to; a circle is left out.
    private static func sorted(
        _ all: [LoadedDetection], _ problems: inout [PluginProblem]
    ) -> [LoadedDetection] {
        var waiting = all
        var done = Set(Finding.Rule.names)
        var order: [LoadedDetection] = []
        while !waiting.isEmpty {
            let ready = waiting.filter { one in
                (one.detection.requires + one.detection.unless).allSatisfy(done.contains)
            }
            guard !ready.isEmpty else { break }
            order += ready
            done.formUnion(ready.map(\.detection.name))
            waiting.removeAll { done.contains($0.detection.name) }
        }
        for one in waiting {
            problems.append(
                PluginProblem(
                    one.detection.origin,
                    "detect '\(one.detection.name)' refers to itself, by way of requires or unless"))
        }
        return order
    }
}
