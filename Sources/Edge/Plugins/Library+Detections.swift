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
}

extension Library {
    /// What of `loaded` can be in force, those that others refer to before those others; reports the rest.
    static func arranged(
        _ loaded: [LoadedDetection], protocols: [String], _ problems: inout [PluginProblem]
    ) -> [LoadedDetection] {
        var byName: [String: LoadedDetection] = [:]
        var order: [LoadedDetection] = []
        for one in loaded {
            if let other = byName[one.detection.name] {
                let places = "\(other.detection.origin) and \(one.detection.origin)"
                problems.append(
                    PluginProblem(nil, "two plugins name the detection '\(one.detection.name)': \(places)"))
            } else {
                byName[one.detection.name] = one
                order.append(one)
            }
        }
        order = withKnownNames(order, protocols: protocols, &problems)
        return sorted(order, &problems)
    }

    private static func withKnownNames(
        _ all: [LoadedDetection], protocols: [String], _ problems: inout [PluginProblem]
    ) -> [LoadedDetection] {
        var kept = all
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
                            detection.origin, "\(word) names '\(name)', which no plugin detects\(hint)"))
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
                        one.detection.origin, message, severity: hint.isEmpty ? .note : .warning))
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
