import ArgumentParser
import Net
import Plugins
import Records

/// What both `diff` commands take.
struct DifferenceOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, markdown
    }

    enum Failing: String, ExpressibleByArgument, CaseIterable {
        case newFindings = "new-findings"
        case anyChange = "any-change"
    }

    @Argument(help: ArgumentHelp("What is in force.", valueName: "old"), completion: .file())
    var old: String

    @Argument(help: ArgumentHelp("What is to come.", valueName: "new"), completion: .file())
    var new: String

    @OptionGroup var reading: ReadingOptions

    @Option(help: "How the differences look: text, json, or markdown for a comment on a pull request.")
    var format: Format = .text

    @Option(
        help: ArgumentHelp(
            "End with 3 if there are such differences: new-findings or any-change.", valueName: "what"))
    var failOn: Failing?

    /// Several paths in one argument; `none` for no path at all.
    private static func paths(_ argument: String) -> [String] {
        argument == "none" ? [] : argument.split(separator: ",").map(String.init)
    }

    /// Loads what a side names, and tells what is wrong but for what is shown anyway.
    typealias Loading = (
        _ paths: [String], _ isShown: (PluginProblem) -> Bool, _ tell: (String) -> Void
    ) throws -> PluginLibrary

    /// Reads the captures twice, by one library and by the other, and writes what is different.
    ///
    /// - Parameters:
    ///   - store: whose memory is asked instead of captures; it keeps no bytes for flows.
    ///   - library: loads what a side names.
    func compare(_ subject: String, flows: Bool, store: String? = nil, library: Loading) throws {
        let names = (old: Self.paths(old), new: Self.paths(new))
        guard !reading.captures.contains("-") else {
            throw Outcome.usage("the captures are read twice: standard input cannot be; name a file with -r")
        }
        guard store == nil || reading.captures.isEmpty else {
            throw Outcome.usage("compare over a store (--store) or over captures (-r), not over both at once")
        }
        if let store { _ = try AskedOptions.path(store) }
        Interruption.listen()
        var told: Set<String> = []
        func load(_ paths: [String]) throws -> PluginLibrary {
            // On a terminal, what keeps a side from being compared is shown in the place of the differences alone.
            try library(paths, { Console.outputIsTerminal && Self.isMistake($0, in: paths) }) { message in
                // Most of what the sides load is the same.
                if told.insert(message).inserted { Console.error(message) }
            }
        }
        // A mistake in either is told before the captures are read.
        let libraries = (old: try load(names.old), new: try load(names.new))
        let heading = Comparison.Heading(
            subject, before: names.old, after: names.new, captures: store.map { [$0] } ?? reading.captures)
        let mistakes =
            Self.mistakes(of: .old, in: libraries.old, names.old)
            + Self.mistakes(of: .new, in: libraries.new, names.new)
        guard mistakes.isEmpty else {
            write(mistakes, heading)
            throw Outcome.failed([])
        }
        let before = try side(libraries.old, flows: flows, store)
        let after = try side(libraries.new, flows: flows, store)
        let comparison = Comparison(before.side, after.side)
        switch format {
        case .text:
            let text = comparison.text(heading, width: Console.width, isColoured: Console.isColoured)
            Console.write(Array(text.utf8), to: 1)
        case .markdown: Console.write(Array(comparison.markdown(heading).utf8), to: 1)
        case .json: Console.write(comparison.jsonLines(heading), to: 1)
        }
        // Both sides read the same captures, so both have the same problems.
        try before.session?.throwProblems()
        try check(comparison)
    }

    /// What was left out of the files that a side names; what both sides have beside them says nothing of a change.
    private static func mistakes(
        of side: Comparison.Mistake.Side, in library: PluginLibrary, _ paths: [String]
    ) -> [Comparison.Mistake] {
        library.library.problems.compactMap { problem in
            guard isMistake(problem, in: paths), let place = problem.subject else { return nil }
            return Comparison.Mistake(side, place, problem.message)
        }
    }

    /// Whether something was left out of the files that a side names.
    private static func isMistake(_ problem: PluginProblem, in paths: [String]) -> Bool {
        guard problem.severity == .error, let file = problem.subject?.file else { return false }
        return paths.contains { path in
            let root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            return file == root || file.hasPrefix(root + "/")
        }
    }

    private func write(_ mistakes: [Comparison.Mistake], _ heading: Comparison.Heading) {
        switch format {
        case .text:
            let text = Comparison.text(
                mistakes, heading, width: Console.width, isColoured: Console.isColoured)
            Console.write(Array(text.utf8), to: 1)
        case .markdown: Console.write(Array(Comparison.markdown(mistakes, heading).utf8), to: 1)
        case .json: Console.write(Comparison.jsonLines(mistakes), to: 1)
        }
    }

    private func side(
        _ library: PluginLibrary, flows: Bool, _ store: String?
    ) throws -> (session: Session?, side: Comparison.Side) {
        if let store {
            return (
                nil,
                Comparison.Side(try History.inventory(ofStore: store, library), naming: library.naming)
            )
        }
        let seen = flows ? SeenFlows(library) : nil
        let session = try Session(reading, library: library, observer: seen)
        session.readAll(showsProgress: true)
        return (
            session,
            Comparison.Side(
                session.analysis.inventory, naming: library.naming, flows: seen?.flows ?? [])
        )
    }

    private func check(_ comparison: Comparison) throws {
        guard let failOn else { return }
        let isFound =
            switch failOn {
            case .newFindings: comparison.count(.finding, .appears) > 0
            case .anyChange: !comparison.changes.isEmpty
            }
        if isFound { throw Outcome.found("--fail-on \(failOn.rawValue): \(comparison.summary)") }
    }
}
