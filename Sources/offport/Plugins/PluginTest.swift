import ArgumentParser
import Authoring
import Matching
import Net
import Plugins
import Records

/// Whether plugins do what they say: their examples, their captures, and these captures mutated.
struct PluginTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the examples of plugins, and the captures in the tests folders beside them.",
        discussion: """
            A test is a folder tests/NAME with input.pcap and expect.jsonl: each line is a part of a record that the \
            capture must give. The capture is then tried again mutated: services moved to other ports, handshakes cut, \
            segments split, packets lost, repeated, reordered, one direction only, in a VLAN, in VXLAN, over IPv6. What a mutation may \
            change after all stands in may-change.jsonl. Exit codes: 0 everything holds, 1 something does not.
            """)

    @Argument(
        help: ArgumentHelp("A plugin file, folder or pack. Default: all that is loaded.", valueName: "path"),
        completion: .file(), transform: FileName.given)
    var tested: [String] = []

    @OptionGroup var paths: PluginPathOptions

    @Flag(help: "Write what the captures give now into expect.jsonl.")
    var rewrite = false

    func run() throws {
        let authored = try AuthoredFiles(tested, beside: paths.plugins)
        var failures = 0
        func report(_ result: TestResult) {
            result.print()
            if !result.holds { failures += 1 }
        }
        for result in authored.examples { report(result) }
        let folders = TestFolder.all(of: authored, isEverything: tested.isEmpty)
        if !folders.isEmpty {
            let runner = try TestRunner(authored, plugins: paths.plugins, rewrites: rewrite)
            for folder in folders { runner.run(folder, report) }
        }
        guard failures == 0 else {
            throw Outcome(messages: ["\(failures) test\(failures == 1 ? "" : "s") failed"], code: 1)
        }
        let capture = folders.first.flatMap(\.capture) ?? "CAPTURE"
        Console.error("next: offport run -r \(AskedOptions.quoted(capture))\(paths.words)")
    }
}

/// What became of one test.
struct TestResult {
    var what: String
    var holds: Bool
    var details: [String] = []

    /// For people, on several lines.
    func print() {
        let mark = Paint(isOn: Console.isColoured)(holds ? "ok    " : "FAILED", holds ? .green : .red)
        Console.write(Array("\(mark)  \(printable(what))\n".utf8), to: 1)
        for detail in details { Console.print("          \(detail)") }
    }
}

extension AuthoredFiles {
    /// What became of the examples, a line for each file.
    var examples: [TestResult] {
        let library = workshop.library
        return files.sorted().compactMap { file in
            let errors = library.problems.filter { $0.severity == .error && $0.subject?.file == file }
            let own = library.definitions.indices.filter { library.definitions[$0].origin.file == file }
                .flatMap { library.examples[$0] }
            let added = library.extensions.filter { $0.added.origin.file == file }.flatMap(\.examples)
            let others = library.otherExamples[file] ?? (0, 0)
            let counters = (own + added).count(where: \.isCounter) + others.counterexamples
            let examples = (own + added).count { !$0.isCounter } + others.examples
            if errors.isEmpty, examples + counters == 0 { return nil }
            return TestResult(
                what: "\(file)   \(counted(examples, "example")), \(counted(counters, "counterexample"))",
                holds: errors.isEmpty, details: errors.map(\.description))
        }
    }
}
