import ArgumentParser
import Authoring
import Packs
import Plugins

/// A plugin to begin with.
struct PluginNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Writes a plugin to begin with: plugins/local/NAME.lua, which loads as it is.",
        discussion:
            "With --from, signature, ports, fields and examples come from real flows. Overwrites nothing.")

    @Argument(help: "The name of the protocol, such as tally or acme-control.")
    var name: String

    @Option(
        help: ArgumentHelp("A capture with flows of the protocol (repeatable).", valueName: "capture"),
        completion: .file())
    var from: [String] = []

    @OptionGroup var choice: FlowChoice
    @OptionGroup var paths: PluginPathOptions

    func validate() throws {
        if from.isEmpty, choice.port != nil || !choice.flow.isEmpty {
            throw ValidationError("--flow and --port need the capture that they are in: --from CAPTURE.")
        }
    }

    func run() throws {
        let folder = PluginFolder(name: name)
        if from.isEmpty {
            let verification = PackPlaces.verification()
            try PluginFolder.check(
                name,
                in: Library(
                    plugins: PluginLibrary.paths(paths.plugins), found: Set(verification.folders),
                    verifying: verification.verifier))
            try folder.write(Skeleton.text(name))
            Console.print("wrote \(folder.file)")
        } else {
            let captures = try CaptureOptions.parse(
                from.flatMap { ["-r", $0] } + paths.plugins.flatMap { ["--plugins", $0] })
            let lesson = try Lesson(name: name, choice, captures)
            try folder.write(lesson.text)
            let test = folder.writeTest(lesson, from)
            Console.error(lines: lesson.report)
            Console.print("wrote \(folder.file)\(test.map { " and \($0)" } ?? "")")
        }
        Console.error("next: offport plugin check \(AskedOptions.quoted(folder.file))")
    }
}
