import ArgumentParser
import Authoring
import Net

/// From flows of an unknown protocol to a plugin that recognises them.
struct PluginLearn: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Proposes a plugin for flows that nothing recognises, and says how sure it is.",
        discussion: """
            Without --flow or --port it learns from the port with the most unrecognised flows, and names the others. \
            The plugin goes to standard output, what is known about it to standard error. With --write NAME it \
            becomes plugins/local/NAME.lua, and the flows become its test. What is learned is a beginning: read it.
            """)

    @OptionGroup var captures: CaptureOptions
    @OptionGroup var choice: FlowChoice

    @Option(help: ArgumentHelp("Write plugins/local/NAME.lua and its test.", valueName: "name"))
    var write: String?

    func run() throws {
        Interruption.listen()
        let lesson = try Lesson(name: write, choice, captures)
        if choice.port == nil, choice.flow.isEmpty {
            let groups = lesson.observed.unknown.prefix(8).map { group in
                "  \(group.place)   \(group.flows.count) flow\(group.flows.count == 1 ? "" : "s")"
            }
            for line in ["unrecognised, by port of the server:"] + groups { Console.error(line) }
        }
        Console.error(lines: lesson.report)
        if let write {
            let folder = PluginFolder(name: write)
            try folder.write(lesson.text)
            let test = folder.writeTest(lesson, captures.reading.captures)
            Console.error("wrote    \(folder.file)\(test.map { " and \($0)" } ?? "")")
            Console.error("next: offport plugin check \(AskedOptions.quoted(folder.file))")
        } else {
            Console.write(Array(lesson.text.utf8), to: 1)
            let port = lesson.chosen.first?.place.number ?? 0
            let flows = choice.flow.map { " --flow \($0)" }.joined()
            let inputs = captures.reading.captures.map { " -r \($0)" }.joined()
            Console.error(
                "next: offport plugin learn\(inputs)\(flows.isEmpty ? " --port \(port)" : flows) --write NAME"
            )
        }
        if !lesson.observed.problems.isEmpty { throw Outcome.failed(lesson.observed.problems) }
    }
}
