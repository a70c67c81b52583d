import ArgumentParser
import Authoring
import Matching
import Mutations
import Net
import Packs
import Plugins
import Records
import Replays

/// Runs captures of tests through the engine, as they are and mutated.
struct TestRunner {
    private let library: PluginLibrary
    private let load: (_ policies: [String]) throws -> PluginLibrary
    private let replay: Replay
    private let rewrites: Bool
    private let mutates: Bool
    private let tell: (String) -> Void
    /// What writes expectations: that of packs reads one with a list of its files as its maker does.
    private let command: String

    /// - Parameter found: those of the plugins that act as if nobody had named them.
    init(
        _ authored: AuthoredFiles, plugins: [String], found: [String] = [], rewrites: Bool,
        mutates: Bool = true, vouching packs: [String: SealedPack] = [:],
        telling tell: @escaping (String) -> Void = { Console.error($0) }
    ) throws {
        (self.rewrites, self.mutates, self.tell) = (rewrites, mutates, tell)
        command = packs.isEmpty ? "plugin test" : "pack test"
        let paths = PluginLibrary.paths(plugins)
        let outside = authored.roots.filter { root in !paths.contains { AuthoredFiles.isInside(root, $0) } }
        let rest = paths.filter { path in !outside.contains { AuthoredFiles.isInside(path, $0) } }
        load = { policies in
            try PluginLibrary(
                plugins: outside + rest, found: found, policy: policies, using: authored.used,
                tellsOfPolicy: policies.isEmpty, vouching: packs, runningAll: true, telling: tell)
        }
        library = try load([])
        replay = Replay(ReplayLibrary(library.index, sources: library.library.sources))
    }

    /// Runs one test; one that cannot be run has failed, and says why.
    func run(_ folder: TestFolder, _ report: (TestResult) -> Void) {
        do { try attempt(folder, report) } catch {
            let reasons = (error as? Outcome)?.messages ?? ["\(error)"]
            report(TestResult(what: "\(folder.path)   cannot be run", holds: false, details: reasons))
        }
    }

    private func attempt(_ folder: TestFolder, _ report: (TestResult) -> Void) throws {
        guard let capture = folder.capture else {
            report(TestResult(what: folder.complaint ?? folder.path, holds: false))
            return
        }
        let library = folder.policies.isEmpty ? self.library : try load(folder.policies)
        let mistakes = library.library.problems.filter { problem in
            problem.severity > .note && problem.subject.map { folder.policies.contains($0.file) } ?? false
        }
        // What is left of a policy with an error gives what nobody means.
        guard !mistakes.contains(where: { $0.severity == .error }) else {
            let details = mistakes.map(\.description)
            report(TestResult(what: "\(folder.path)   its policy", holds: false, details: details))
            return
        }
        for mistake in mistakes { tell(mistake.description) }
        let records = try records(capture, library)
        if rewrites {
            let text = RecordExpectation.text(of: records)
            guard let file = Console.create(folder.expectation), Console.write(Array(text.utf8), to: file)
            else { throw Outcome.failed(["\(folder.expectation): cannot be written: \(Console.lastError)"]) }
            Console.close(file)
            report(TestResult(what: "\(folder.expectation)   written", holds: true))
        } else {
            report(expectation(folder, records))
        }
        if mutates { try mutations(folder, capture, report) }
    }

    // MARK: As it is

    private func records(_ capture: String, _ library: PluginLibrary) throws -> [JSON] {
        let options = try ReadingOptions.parse(["-r", capture])
        let output = RecordOutput(keeping: library.naming)
        let session = try Session(options, library: library, output: output, writesFlows: true)
        session.readAll(showsProgress: false)
        output.flush()
        try session.throwProblems()
        let text = String(decoding: output.kept, as: UTF8.self)
        do { return try text.split(separator: "\n").map { try JSON($0) } } catch {
            throw Outcome.failed(["\(capture): \(error)"])
        }
    }

    private func expectation(_ folder: TestFolder, _ records: [JSON]) -> TestResult {
        guard let text = Console.text(of: folder.expectation) else {
            return TestResult(
                what: "\(folder.path)   has no expect.jsonl", holds: false,
                details: ["offport \(command) --rewrite writes it; read what it says before you keep it"])
        }
        do throws(RecordExpectation.Failure) {
            let expectation = try RecordExpectation(text)
            let misses = expectation.misses(among: records)
            let details = misses.flatMap { miss -> [String] in
                let head = "\(folder.expectation):\(miss.line): no such record: \(miss.expected.text)"
                guard let nearest = miss.nearest else { return [head, "  there is no record of that kind"] }
                return [head, "  nearest: \(nearest)"] + miss.differences.prefix(6).map { "    \($0)" }
            }
            return TestResult(
                what:
                    "\(folder.path)   \(expectation.count - misses.count) of \(expectation.count) records as expected",
                holds: misses.isEmpty && expectation.count > 0,
                details: expectation.count == 0 ? ["expect.jsonl expects nothing"] : details)
        } catch {
            return TestResult(
                what: "\(folder.expectation):\(error.line)", holds: false, details: ["this line is no JSON"])
        }
    }

    // MARK: Mutated

    private func mutations(
        _ folder: TestFolder, _ path: String, _ report: (TestResult) -> Void
    ) throws {
        let capture: RecordedCapture
        do { capture = try RecordedCapture(path, replay) } catch {
            report(TestResult(what: "\(path)   cannot be mutated: \(error)", holds: true))
            return
        }
        let exclusions = try MayChange.read(folder.exclusions)
        var held = (mutations: 0, flows: 0, names: 0)
        let unwraps = library.library.definitions.contains { $0.tunnel == .vxlan }
        for mutation in MutationCase.all {
            if mutation.make(capture) is VXLANWrapping, !unwraps {
                let what =
                    "\(folder.path)   \(mutation.name): left out, no plugin that is loaded unwraps VXLAN"
                report(TestResult(what: what, holds: true))
                continue
            }
            let comparison = Comparison(capture, mutation, replay)
            let renamed = comparison.renamings.filter { renaming in
                !exclusions.contains { $0.covers(renaming) }
            }
            let misplaced = comparison.misplacements.filter { misplacement in
                !exclusions.contains { $0.covers(misplacement) }
            }
            var details = renamed.map { renaming in
                "\(renaming.flow): was \(Self.words(renaming.from)), became \(Self.words(renaming.to))"
            }
            details += misplaced.map {
                "\($0.isMissing ? "no \($0.kind)" : "a \($0.kind) too many"): \($0.place)"
            }
            let broken = comparison.newlyMalformed
            if broken > 0 { details.append("\(broken) headers cannot be read any more") }
            guard !details.isEmpty else {
                held.mutations += 1
                held.flows += comparison.flows.compared
                held.names += comparison.flows.held
                continue
            }
            if let line = MayChange.line(for: renamed, misplaced) {
                details.append("if that is right, say so in \(folder.exclusions): \(line)")
            }
            report(
                TestResult(what: "\(folder.path)   \(mutation.name)", holds: false, details: details))
        }
        guard held.mutations > 0 else { return }
        let words = "\(counted(held.mutations, "mutation")), \(counted(held.flows, "flow")) compared"
        report(
            TestResult(
                what: "\(folder.path)   \(words): \(held.names) had to keep their name, and did", holds: true)
        )
    }

    private static func words(_ names: [String]) -> String {
        names.isEmpty ? "unrecognised" : names.joined(separator: ", ")
    }
}

/// What a mutation may change after all, and why: a line of `may-change.jsonl`.
///
/// `{"mutation":"client only","from":"ssh","to":"http","reason":"..."}` or
/// `{"mutation":"handshake cut","service":"ssh","reason":"..."}`; the mutation's name may be cut short.
private struct MayChange {
    let mutation: String
    let from: String?
    let to: String?
    let service: String?

    static func read(_ path: String) throws -> [MayChange] {
        guard let text = Console.text(of: path) else { return [] }
        return try text.split(separator: "\n").enumerated().map { place, line in
            guard let record = try? JSON(line), let mutation = record["mutation"]?.string,
                record["reason"]?.string != nil, record["service"] != nil || record["from"] != nil
            else {
                throw Outcome.failed([
                    "\(path):\(place + 1): write {\"mutation\":\"client only\",\"from\":\"ssh\",\"to\":\"http\",\"reason\":\"...\"}, or \"service\":\"ssh\" instead of from and to"
                ])
            }
            guard !mutation.isEmpty, MutationCase.all.contains(where: { $0.name.hasPrefix(mutation) }) else {
                let known = MutationCase.all.map(\.name).joined(separator: "; ")
                throw Outcome.failed([
                    "\(path):\(place + 1): no mutation is '\(mutation)'; they are: \(known)"
                ])
            }
            return MayChange(
                mutation: mutation, from: record["from"]?.string, to: record["to"]?.string,
                service: record["service"]?.string)
        }
    }

    /// The line that would have covered the first of these; the reason is the author's.
    static func line(
        for renamings: [Replays.Comparison.Renaming], _ misplacements: [Replays.Comparison.Misplacement]
    ) -> String? {
        func line(_ mutation: String, _ members: [(String, String)]) -> String {
            let all = [("mutation", mutation)] + members + [("reason", "...")]
            return "{" + all.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",") + "}"
        }
        if let first = misplacements.first { return line(first.mutation, [("service", first.place.name)]) }
        let isCoverable = { (one: Replays.Comparison.Renaming) in one.from.count == 1 && one.to.count < 2 }
        guard let first = renamings.first(where: isCoverable) else { return nil }
        return line(
            first.mutation, [("from", first.from[0])] + (first.to.first.map { [("to", $0)] } ?? []))
    }

    func covers(_ renaming: Replays.Comparison.Renaming) -> Bool {
        guard let from else { return false }
        return renaming.mutation.hasPrefix(mutation) && renaming.from == [from]
            && renaming.to == (to.map { [$0] } ?? [])
    }

    func covers(_ misplacement: Replays.Comparison.Misplacement) -> Bool {
        misplacement.mutation.hasPrefix(mutation) && misplacement.place.name == service
    }
}
