internal import Inventory
internal import Net

/// What a site's own policy files say of packs: what is used, accepted, disabled, preferred, how grave it is.
///
/// It decides which files are read, so it is taken from the policy files before they are read whole.
struct SiteChoices {
    /// A name, and where it is said.
    struct Choice {
        var name: String
        var location: SourceLocation?

        /// Whether it is a pack's name, or the last part of it.
        func uses(_ pack: String) -> Bool { name == pack || pack.hasSuffix("/" + name) }
    }

    /// What a file declares: its name, and the plugin that it is a part of.
    typealias Declared = (name: String, plugin: String)

    /// A name with what is said of it.
    struct Assignment {
        var name: String
        var value: String
        var location: SourceLocation
    }

    /// Optional packs that are read too.
    private(set) var used: [Choice] = []
    /// The names of the optional packs that nobody uses: nothing of them counts.
    private(set) var resting: Set<String> = []
    /// Packs' allowances that act here.
    private(set) var accepted: [Choice] = []
    /// What is left out.
    private(set) var disabled: [Choice] = []
    /// By the name of a protocol or detection: the pack whose counts.
    private(set) var preferred: [Assignment] = []
    /// By the name of a detection, a rule or a class of off-port: its severity here.
    private(set) var severities: [(name: String, severity: Severity, location: SourceLocation)] = []
    /// What `severity` can name besides detections, which are as grave as it says when they are loaded.
    static let rules = Finding.Rule.names + OffPortClass.allCases.map(\.rawValue)
    /// What was said wrongly.
    private(set) var problems: [PluginProblem] = []

    init() {}

    /// - Parameters:
    ///   - named: packs that somebody named as such: their policy files count as if the site had accepted them.
    ///   - read: packs that are read though they are optional and not used: those that are named, and others.
    init(
        _ files: [PluginSource], using names: [String], namedPacks named: Set<String>,
        readPacks read: Set<String>, packs: [PackManifest], _ limits: ScriptLimits
    ) {
        used = names.map { Choice(name: $0, location: nil) }
        let policies = files.filter { $0.kind == .policy }
        for file in policies where file.pack == nil { add(file, limits) { _ in true } }
        resting = Set(packs.lazy.filter(\.isOptional).map(\.name)).subtracting(read)
        wakeUsed()
        guard packs.contains(where: \.isOptional) else { return }
        // What a pack's file uses counts once the site has taken that file up, which it has said now. The pack that it
        // uses may have such files, too.
        var waiting = policies.filter { file in
            guard let pack = file.pack else { return false }
            return named.contains(pack) || accepts(file)
        }
        while let place = waiting.firstIndex(where: { reads($0, namedPacks: named) }) {
            add(waiting.remove(at: place), limits) { $0.word == .use }
            wakeUsed()
        }
    }

    private mutating func wakeUsed() {
        resting = resting.filter { pack in !used.contains { $0.uses(pack) } }
    }

    /// Adds what a file says, whose other mistakes are reported when it is read whole.
    private mutating func add(
        _ file: PluginSource, _ limits: ScriptLimits, where counts: (LuaNode) -> Bool
    ) {
        let reading = Reading(file, number: 0)
        for node in reading.declarations(kind: .policy, limits: limits.loadingData) where counts(node) {
            add(node, reading)
        }
    }

    private mutating func add(_ node: LuaNode, _ reading: Reading) {
        guard case .string(let bytes)? = node.arguments.first else { return }
        let name = String(decoding: bytes, as: UTF8.self)
        let location = reading.location(node.line)
        let choice = Choice(name: name, location: location)
        switch node.word {
        case .use: used.append(choice)
        case .accept: accepted.append(choice)
        case .disable: disabled.append(choice)
        case .prefer:
            guard let pack = Self.value(node) else {
                let message = "prefer '\(name)' needs one pack: prefer \"\(name)\" { \"acme/ics\" }"
                problems.append(PluginProblem(location, message))
                return
            }
            preferred.append(Assignment(name: name, value: pack, location: location))
        case .severity:
            let names = Severity.allCases.map(\.rawValue)
            guard let text = Self.value(node), let severity = Severity(rawValue: text) else {
                let hint = Self.value(node).map { Suggestion.text(for: $0, among: names) } ?? ""
                let message =
                    "severity '\(name)' needs one of \(names.joined(separator: ", ")): severity \"\(name)\" { \"low\" }\(hint)"
                problems.append(PluginProblem(location, message))
                return
            }
            severities.append((name, severity, location))
        default: break
        }
    }

    /// The one string in the table behind a name.
    private static func value(_ node: LuaNode) -> String? {
        guard node.arguments.count == 2, case .table(let table) = node.arguments[1], table.items.count == 1,
            table.keys.isEmpty, case .string(let text) = table.items[0]
        else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: Questions

    /// Whether a file of a pack that does not rest is read: protocols and detections unless disabled, allowances when
    /// they act.
    func reads(_ file: PluginSource, namedPacks: Set<String>) -> Bool {
        guard let pack = file.pack else { return true }
        if resting.contains(pack) { return false }
        if disabled.contains(where: { $0.name == pack || $0.name == file.id }) { return false }
        guard file.kind == .policy else { return true }
        return namedPacks.contains(pack)
            || accepts(file) || accepted.contains { $0.name.hasPrefix(file.id + "#") }
    }

    /// Whether a pack's file is accepted whole.
    private func accepts(_ file: PluginSource) -> Bool {
        accepted.contains { Self.covers($0.name, file) }
    }

    /// Whether the `number`th allowance, from 1, of a file acts.
    func acts(_ number: Int, of file: PluginSource) -> Bool {
        guard file.pack != nil else { return true }
        let id = "\(file.id)#\(number)"
        if disabled.contains(where: { $0.name == id }) { return false }
        // The file is read because its pack was named, or because of what was accepted.
        let about = accepted.filter { Self.covers($0.name, file) || $0.name.hasPrefix(file.id + "#") }
        return about.isEmpty || about.contains { Self.covers($0.name, file) || $0.name == id }
    }

    private static func covers(_ name: String, _ file: PluginSource) -> Bool {
        name == file.pack || name == file.id
    }

    /// Whether a protocol or detection is left out by its name.
    func disables(_ name: String) -> Bool { disabled.contains { $0.name == name } }

    /// The pack whose protocol or detection of that name counts.
    func preferredPack(for name: String) -> String? { preferred.last { $0.name == name }?.value }

    /// Reports what is said of things that are not there, or that are two.
    ///
    /// - Parameter allowances: by the id of a pack's policy file that was read: how many allowances it has.
    func unknown(
        among files: [PluginSource], packs: [PackManifest], names protocols: [Declared],
        detections declared: [Declared], allowances: [String: Int]
    ) -> [PluginProblem] {
        let (names, detections) = (protocols.map(\.name), declared.map(\.name))
        let offers = files.filter { $0.kind == .policy && $0.pack != nil }.map(\.id)
        let offered = offers + packs.map(\.name)
        let ids = files.map(\.id) + packs.map(\.name)
        /// The file whose allowance a name such as `acme/ics/plant#2` means, and which; nil where it means none.
        func part(_ name: String) -> (file: String, number: String)? {
            guard let mark = name.lastIndex(of: "#") else { return nil }
            let file = String(name[..<mark])
            return offers.contains(file) ? (file, String(name[name.index(after: mark)...])) : nil
        }
        var found: [PluginProblem] = []
        /// Whether a name means an allowance of a file; reports one that the file does not have.
        func isPart(_ word: String, _ choice: Choice) -> Bool {
            guard let (file, text) = part(choice.name) else { return false }
            // The allowances of a file that is not read are not counted.
            let count = allowances[file]
            let isThere = Int(text).map { $0 > 0 && $0 <= count ?? .max && String($0) == text } ?? false
            if !isThere {
                let last = count.map { $0 > 0 ? "its last one is '\(file)#\($0)'" : "it has none" }
                let message =
                    "\(word) names '\(choice.name)', which is no allowance of that file: "
                    + (last ?? "they are numbered from 1")
                found.append(PluginProblem(choice.location, message, severity: .warning))
            }
            return true
        }
        func report(
            _ word: String, _ name: String, _ what: String, _ location: SourceLocation?, _ known: [String]
        ) {
            let hint = Suggestion.text(for: name, among: known)
            found.append(
                PluginProblem(
                    location, "\(word) names '\(name)', which is no \(what) here\(hint)", severity: .warning))
        }
        for choice in accepted where !offered.contains(choice.name) && !isPart("accept", choice) {
            report("accept", choice.name, "pack and no allowance of a pack", choice.location, offered)
        }
        for choice in accepted {
            guard let pack = restingPack(of: choice.name, files) else { continue }
            let message =
                "accept '\(choice.name)' takes up nothing: \(pack) is optional and rests; write use \"\(pack)\", too"
            found.append(PluginProblem(choice.location, message, severity: .warning))
        }
        let disabling = disabled.filter { !ids.contains($0.name) && !isPart("disable", $0) }
        for choice in disabling where !(names + detections).contains(choice.name) {
            let what = "pack, plugin, protocol or detection"
            report("disable", choice.name, what, choice.location, ids + names + detections)
        }
        found += Self.ambiguous(disabling, files, protocols, declared)
        let loose = preferred.isEmpty ? [] : files.filter { $0.pack == nil && $0.kind == .plugin }
        let homes = packs.map(\.name) + loose.map { Self.home(of: $0.id, packs) }
        for choice in preferred where !homes.contains(choice.value) {
            let what = "pack and no folder of plugins"
            report("prefer '\(choice.name)'", choice.value, what, choice.location, homes)
        }
        let rules = detections + Self.rules
        for choice in severities where !rules.contains(choice.name) {
            report("severity", choice.name, "detection, rule or class of off-port", choice.location, rules)
        }
        return found
    }

    /// The pack that rests and that a name stands for, or for a part of it; nil when there is none.
    private func restingPack(of name: String, _ files: [PluginSource]) -> String? {
        if resting.contains(name) { return name }
        return files.first { file in
            file.kind == .policy && file.pack.map(resting.contains) == true
                && (name == file.id || name.hasPrefix(file.id + "#"))
        }?.pack
    }

    /// Reports names that leave out a protocol and a detection, where perhaps one of the two is meant.
    private static func ambiguous(
        _ disabled: [Choice], _ files: [PluginSource], _ protocols: [Declared], _ detections: [Declared]
    ) -> [PluginProblem] {
        disabled.compactMap { choice in
            func plugin(_ declared: [Declared]) -> String? {
                declared.first { $0.name == choice.name }?.plugin
            }
            guard let spoken = plugin(protocols), let found = plugin(detections) else { return nil }
            // Files that are in no pack have no name that can be disabled.
            let ways = [spoken, found].filter { id in files.contains { $0.id == id && $0.pack != nil } }
            let wayOut = ways.map { "disable \"\($0)\"" }.joined(separator: " or ")
            return PluginProblem(
                choice.location,
                "disable '\(choice.name)' leaves out a protocol (\(spoken)) and a detection (\(found))"
                    + (ways.isEmpty ? "" : "; for one of them, write \(wayOut)"),
                severity: .warning)
        }
    }

    /// Which of two packs' declarations of one name counts, and what to say when nobody decided.
    ///
    /// - Returns: whether the second one replaces the first; nil when nobody decided.
    func takesSecond(_ name: String, first: String, second: String) -> Bool? {
        guard let pack = preferredPack(for: name) else { return nil }
        if second.hasPrefix(pack + "/") { return true }
        return first.hasPrefix(pack + "/") ? false : nil
    }

    /// The way out of two packs with one name; nothing when they are no two packs.
    static func wayOut(_ name: String, first: String, second: String, packs: [PackManifest]) -> String {
        let home = home(of: second, packs)
        guard home != Self.home(of: first, packs) else { return "" }
        return "; say in a policy which counts: prefer \"\(name)\" { \"\(home)\" }"
    }

    /// The pack that a plugin belongs to by its name, or the folder that takes the pack's place.
    private static func home(of plugin: String, _ packs: [PackManifest]) -> String {
        packs.first { plugin.hasPrefix($0.name + "/") }?.name
            ?? plugin.lastIndex(of: "/").map { String(plugin[..<$0]) } ?? plugin
    }
}
