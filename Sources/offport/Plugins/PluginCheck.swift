import ArgumentParser
import Authoring
import Inventory
import Matching
import Net
import Plugins
import Records

/// What is wrong with plugins, or could be better.
struct PluginCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Finds mistakes, weak signatures, overlaps with other plugins, slow patterns, missing examples.",
        discussion: "Exit codes: 0 no errors (with --strict no warnings either), 1 errors.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, sarif
    }

    @Argument(
        help: ArgumentHelp("A plugin file, folder or pack. Default: all that is loaded.", valueName: "path"),
        completion: .file(), transform: FileName.given)
    var checked: [String] = []

    @OptionGroup var paths: PluginPathOptions

    @Option(help: "How the remarks look.")
    var format: Format = .text

    @Flag(help: "Warnings are errors.")
    var strict = false

    @Option(help: ArgumentHelp("Random conversations to show to the library.", valueName: "n"))
    var random = 100_000

    func validate() throws {
        guard (0...100_000_000).contains(random) else {
            throw ValidationError("--random takes a number from 0 to 100000000.")
        }
    }

    func run() throws {
        let authored = try AuthoredFiles(checked, beside: paths.plugins)
        let linter = Linter(
            authored.workshop, files: authored.files, effort: Linter.Effort(conversations: random))
        let remarks = linter.remarks().map { remark in
            var remark = remark
            if strict, remark.severity == .warning { remark.severity = .error }
            return remark
        }
        let hasErrors = remarks.contains { $0.severity == .error }
        switch format {
        case .sarif:
            Console.write(RemarkText.sarif(remarks, version: Offport.version), to: 1)
        case .json:
            Console.write(Array(remarks.map(RemarkText.json).joined().utf8), to: 1)
        case .text:
            let text = RemarkText.forPeople(
                remarks,
                scope: ([counted(authored.files.count, "file")] + authored.declared).joined(separator: ", "),
                width: Console.width, isColoured: Console.isColoured)
            Console.write(Array(text.utf8), to: 1)
            let named = authored.roots.map(AskedOptions.quoted).joined(separator: " ")
            if !hasErrors { Console.error("next: offport plugin test \(named)\(paths.words)") }
        }
        if hasErrors { throw Outcome(messages: [], code: 1) }
    }
}

extension AuthoredFiles {
    /// What the files declare that could be loaded, such as `1 protocol`, `2 detections`.
    var declared: [String] {
        let library = workshop.library
        func count(_ origins: [SourceLocation]) -> Int { origins.count { files.contains($0.file) } }
        let counts = [
            (count(library.definitions.map(\.origin)), "protocol"),
            (count(library.extensions.map(\.added.origin)), "extension"),
            (count(library.detections.map(\.detection.origin)), "detection"),
            (count(library.logs.map(\.origin)), "log"),
        ]
        let some = counts.filter { $0.0 > 0 }
        return (some.isEmpty ? [counts[0]] : some).map { counted($0.0, $0.1) }
    }
}
