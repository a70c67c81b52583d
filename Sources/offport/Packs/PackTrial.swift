import ArgumentParser
import Authoring
import Inventory
import Matching
import Net
import Packs
import Plugins
import Records

/// A pack in the sandbox, beside everything else that is loaded, before anybody depends on it.
///
/// It stands in for the pack of its name that is installed or shipped: that one is set aside.
struct PackTrial {
    let pack: SealedPack
    /// How its files are called, and where the captures of its tests lie.
    let folder: String
    /// Everything, this pack first.
    private let workshop: Workshop
    /// Whoever was loaded before it.
    private let verification: Verification
    private let around: [String]
    private let vouched: [String: SealedPack]
    /// Packs whose folders are gone when the command ends.
    private let passing: [String: SealedPack]

    /// Loads a pack; its bytes are those in hand.
    ///
    /// - Parameters:
    ///   - others: packs that come in with it, by folder; these folders are gone when the command ends.
    ///   - replaced: folders of installed packs that go when it comes.
    init(
        _ pack: SealedPack, at folder: String, with others: [String: SealedPack] = [:],
        replacing replaced: [String] = []
    ) throws {
        (self.pack, self.folder, passing) = (pack, folder, others)
        verification = PackPlaces.verification()
        let real = Set(replaced.compactMap(Console.realPath) + [folder].compactMap(Console.realPath))
        // The pack that somebody works on in the current folder is nothing that others have to live beside.
        var around = PluginLibrary.paths([]).filter { path in
            path != Verification.current && (Console.realPath(path).map { !real.contains($0) } ?? true)
        }
        around += others.keys.filter { $0 != folder }.sorted()
        self.around = around
        vouched = others.merging([folder: pack]) { _, new in new }
        do { workshop = try Workshop(Self.library(around + [folder], verification, vouched)) } catch {
            throw Outcome.failed(["\(pack.title): \(error)"])
        }
    }

    private static func library(
        _ paths: [String], _ verification: Verification, _ vouched: [String: SealedPack]
    ) -> Library {
        Library(
            plugins: paths, policies: verification.overlays, found: Set(verification.folders),
            verifying: verification.verifier(vouching: vouched))
    }

    /// What keeps the pack from being loaded whole.
    var errors: [String] {
        workshop.library.problems.filter { $0.severity == .error && isIts($0) }.map {
            named(shown($0.description))
        }
    }

    /// Whether a mistake is in its files, or concerns one of them.
    private func isIts(_ problem: PluginProblem) -> Bool {
        problem.subject.map { isIts($0) } == true || named(problem.description) != problem.description
    }

    /// A message that cites its files by their place in the pack; a folder may be called as briefly as `.`.
    private func named(_ message: String) -> String {
        let path = folder + "/"
        let text =
            message.hasPrefix(path) ? "\(pack.name)/\(message.dropFirst(path.count))" : message
        return text.replacing(" " + path, with: " \(pack.name)/").replacing(
            "'" + path, with: "'\(pack.name)/")
    }

    /// A message that cites files of packs that come in by their place in the pack.
    private func shown(_ message: String) -> String {
        passing.reduce(message) { $0.replacing($1.key + "/", with: "\($1.value.title): ") }
    }

    private func shown(_ result: TestResult) -> TestResult {
        TestResult(what: shown(result.what), holds: result.holds, details: result.details.map(shown))
    }

    private func isIts(_ location: SourceLocation) -> Bool { location.file.hasPrefix(folder + "/") }

    // MARK: What it declares

    var protocols: [ProtocolDefinition] { workshop.library.definitions.filter { isIts($0.origin) } }
    var detections: [Detection] {
        workshop.library.detections.map(\.detection).filter { isIts($0.origin) }
    }

    /// Something that `allowances/` declares; all of it acts once a policy accepts the pack.
    struct Offer {
        /// What summaries call such declarations: `allowances`.
        let group: String
        /// What they call one: `allowance`.
        let word: String
        /// Its name, or the protocol that it is about.
        let name: String
        /// What it says of it.
        let says: String
        /// Whether the name is words of its author's.
        var isQuoted = false

        var text: String { "\(isQuoted ? "\"\(name)\"" : name) \(says)" }
    }

    /// What the site can accept, in the order of a policy's words.
    var offers: [Offer] {
        let policy = workshop.library.policy
        func ports(_ ranges: [PortRange]) -> String {
            "on " + ranges.map(\.description).joined(separator: " ")
        }
        func span(_ duration: Duration) -> String {
            let seconds = duration.components.seconds
            let unit = [("d", 86_400), ("h", 3600), ("min", 60)].first { seconds % $0.1 == 0 } ?? ("s", 1)
            return "\(seconds / unit.1) \(unit.0)"
        }
        func subnets(_ all: [Subnet]) -> String { all.map(\.description).joined(separator: " ") }
        var offers = policy.allowances.filter { isIts($0.origin) }.map {
            Offer(
                group: "allowances", word: "allowance", name: $0.name,
                says: "\($0.protocolName) \(ports($0.ports))", isQuoted: true)
        }
        offers += policy.expectations.filter { isIts($0.origin) }.map {
            Offer(group: "expected", word: "expected", name: $0.protocolName, says: ports($0.ports))
        }
        offers += policy.prohibitions.filter { isIts($0.origin) }.map {
            Offer(group: "forbids", word: "forbid", name: $0.protocolName, says: "(\($0.severity.rawValue))")
        }
        offers += policy.serverLists.filter { isIts($0.origin) }.map {
            Offer(group: "servers", word: "servers", name: $0.protocolName, says: subnets($0.servers))
        }
        if let site = policy.site, isIts(site.origin) {
            let name = site.name.isEmpty ? "without a name" : site.name
            offers.append(
                Offer(
                    group: "site", word: "site", name: name, says: subnets(site.networks),
                    isQuoted: !site.name.isEmpty))
        }
        if let baseline = policy.baseline, isIts(baseline.origin) {
            let says =
                "learns \(span(baseline.learn)), quiet \(span(baseline.quiet))\(baseline.isFrozen ? ", frozen" : "")"
            offers.append(Offer(group: "baseline", word: "baseline", name: "new services", says: says))
        }
        return offers
    }

    /// The lines of a summary: what a user should know before the pack is taken.
    func summary(_ more: [(String, String)] = []) -> [String] {
        var rows = more
        func add(_ word: String, _ items: [String]) {
            guard !items.isEmpty else { return }
            let shown = items.prefix(8).joined(separator: ", ")
            rows.append((word, "\(items.count): \(shown)\(items.count > 8 ? ", ..." : "")"))
        }
        add(
            "protocols",
            protocols.map { definition in
                let ports = (definition.ports + definition.shares).map(\.description)
                return ([definition.name] + (ports.isEmpty ? ["anywhere"] : ports.prefix(3))).joined(
                    separator: " ")
            })
        add("detections", detections.map { "\($0.name) (\($0.severity.rawValue))" })
        let offers = offers
        for group in ["allowances", "expected", "forbids", "servers", "site", "baseline"] {
            add(group, offers.filter { $0.group == group }.map(\.text))
        }
        if !offers.isEmpty {
            rows.append(("", "they rest until your policy says: accept \"\(pack.name)\""))
        }
        if pack.manifest.isOptional { rows.append(("rests", "until your policy says: use \"\(pack.name)\"")) }
        for (name, range) in pack.manifest.depends.sorted(by: { $0.key < $1.key }) {
            rows.append(("depends", "\(name) \(range)"))
        }
        rows.append(("cost", cost))
        rows.append(("files", "\(pack.list.entries.count), \(Self.size(pack.size))"))
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { word, text in
            let label = word.padding(to: width)
            return Self.wrapped("  \(label)  ", printable(text))
        }
    }

    static func size(_ bytes: Int) -> String { bytes < 10_240 ? "\(bytes) bytes" : "\(bytes >> 10) KB" }

    /// A text of several lines below its first.
    private static func wrapped(_ head: String, _ text: String) -> String {
        var lines = [head]
        var isFirst = true
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if !isFirst, last.count + 1 + word.count > 80 {
                lines.append(String(repeating: " ", count: head.count) + word)
            } else {
                lines[lines.count - 1] = last + (isFirst ? "" : " ") + word
            }
            isFirst = false
        }
        return lines.joined(separator: "\n")
    }

    /// What loading it and recognising a flow takes with the pack, and without.
    private var cost: String {
        let start = ContinuousClock.now
        let alone = Self.library([folder], verification, vouched)
        let time = start.duration(to: .now).components
        let loading = Double(time.attoseconds) / 1e15 + Double(time.seconds) * 1e3
        let signatures = alone.definitions.reduce(0) { $0 + $1.signatures.count }
        let base = try? Workshop(Self.library(around, verification, vouched))
        let before = base.map { ", \(Self.rounded(Self.timeOfFlow($0) / 1000, 2)) without it" } ?? ""
        let flow = "\(Self.rounded(Self.timeOfFlow(workshop) / 1000, 2)) us for a strange flow\(before)"
        let load = loading < 10 ? "\(Self.rounded(loading, 1)) ms" : "\(Int(loading)) ms"
        return "\(counted(signatures, "signature")), loaded in \(load); \(flow)"
    }

    private static func rounded(_ value: Double, _ digits: Int) -> String {
        let scale = digits == 1 ? 10 : 100
        let number = Int((value * Double(scale)).rounded())
        let rest = String(number % scale)
        return "\(number / scale).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }

    /// The nanoseconds that a conversation of chance takes, the best of some rounds.
    private static func timeOfFlow(_ workshop: Workshop) -> Double {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        func payload() -> [UInt8] {
            (0..<120).map { _ in
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return UInt8(truncatingIfNeeded: state >> 24)
            }
        }
        let conversations = (0..<500).map { _ in (payload(), payload()) }
        var recogniser = workshop.recogniser()
        var best = Double.infinity
        for _ in 0..<5 {
            let start = ContinuousClock.now
            for (client, server) in conversations {
                client.withBytes { client in
                    server.withBytes { server in
                        _ = recogniser.decide(
                            .tcp, first: client, second: server, roles: .firstIsClient, isFinal: true)
                    }
                }
            }
            let time = start.duration(to: .now).components
            best = min(best, Double(time.attoseconds) / 1e9 + Double(time.seconds) * 1e9)
        }
        return best / Double(conversations.count)
    }

    // MARK: Its tests

    /// The folders of its captures.
    var tests: [TestFolder] {
        TestFolder.all(of: AuthoredFiles(workshop, below: folder), isEverything: false)
    }

    /// The folders of the packs that it depends on, and of those that these depend on.
    private var dependencies: [String] {
        var names = pack.manifest.depends.keys.sorted()
        var folders: [String] = []
        var place = 0
        while place < names.count {
            let found = workshop.library.packs.first { $0.name == names[place] }
            place += 1
            guard let found, found.name != pack.name else { continue }
            folders.append(String(found.path.dropLast("/pack.lua".count)))
            names += found.depends.keys.sorted().filter { !names.contains($0) }
        }
        return folders
    }

    /// Examples were tried when it was loaded; this runs its captures: beside the packs that it depends on and no
    /// others, for what a capture gives may depend on whose ports others are, and these differ from place to place.
    ///
    /// - Parameter mutates: whether the captures are tried mutated too, which takes longer.
    /// - Returns: how many captures there are.
    func runTests(mutates: Bool, rewrites: Bool = false, _ report: (TestResult) -> Void) throws -> Int {
        let authored = AuthoredFiles(workshop, below: folder)
        for result in authored.examples { report(shown(result)) }
        let folders = tests
        guard !folders.isEmpty else { return 0 }
        let runner: TestRunner
        let dependencies = dependencies
        do {
            runner = try TestRunner(
                authored, plugins: dependencies + [folder], found: dependencies, rewrites: rewrites,
                mutates: mutates, vouching: vouched, telling: { Console.error(shown($0)) })
        } catch let outcome as Outcome {
            let advice = "its captures are read beside the packs only that 'depends' in pack.lua names"
            throw Outcome.failed(outcome.messages.map(shown) + ["\(pack.title): \(advice)"])
        }
        for folder in folders { runner.run(folder) { report(shown($0)) } }
        return folders.count
    }

    /// Runs its examples and captures as they are; shows those that fail, and throws.
    ///
    /// - Parameter consequence: what follows when they do not hold, such as `not signed`.
    /// - Returns: how many files with examples and how many captures held.
    func holdTests(_ consequence: String) throws -> (files: Int, captures: Int) {
        var (failures, held): ([TestResult], Int) = ([], 0)
        let captures = try runTests(mutates: false) { result in
            if result.holds { held += 1 } else { failures.append(result) }
        }
        guard failures.isEmpty else {
            for failure in failures { failure.print() }
            throw Outcome.failed([
                "\(pack.title): \(counted(failures.count, "test")) of its own failed; \(consequence)"
            ])
        }
        return (held - captures, captures)
    }

    /// What the linter says of its plugins.
    func remarks(conversations: Int) -> [Remark] {
        Linter(
            workshop, files: AuthoredFiles(workshop, below: folder).files,
            effort: Linter.Effort(conversations: conversations)
        ).remarks()
    }
}

extension String {
    /// With spaces behind it, so many characters in all.
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
