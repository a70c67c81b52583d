import ArgumentParser
import Net
import Records
import Stores

struct Findings: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "Lists findings, the gravest first, with their evidence; notes what became of them.",
        discussion: "Without a subcommand it lists; the options of that: offport help findings list",
        subcommands: [FindingsList.self, FindingsAcknowledge.self, FindingsClose.self, FindingsReopen.self],
        defaultSubcommand: FindingsList.self)
}

struct FindingsList: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists findings, the gravest first, with their evidence.")
    static let question = Question.findings
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions
    @Option(
        name: .customLong("state"),
        help: ArgumentHelp("Only open, acknowledged or closed (repeatable).", valueName: "state"))
    var states: [FindingState] = []

    var selection: Selection {
        var selection = options.selection
        selection.states = Set(states)
        return selection
    }
}

extension FindingState: ArgumentParser.ExpressibleByArgument {}

/// Notes something on findings of a store.
protocol SettlingCommand: ParsableCommand {
    static var state: FindingState { get }
    var settling: SettlingOptions { get }
}

extension SettlingCommand {
    func run() throws { try settling.settle(as: Self.state) }
}

struct SettlingOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The numbers of findings, as 'offport findings' lists them.", valueName: "id"))
    var numbers: [Int]
    @Option(help: ArgumentHelp("What there is to say about it.", valueName: "text"))
    var note: String?
    @Option(help: ArgumentHelp("Who says so. Default: you.", valueName: "name"))
    var by: String?
    @Option(
        help: ArgumentHelp(
            "The store. Default: \(AskedOptions.usualStoreInWords).", valueName: "file"),
        completion: .file(), transform: FileName.file(store:))
    var store: String?

    func settle(as state: FindingState) throws {
        let name = by ?? Console.environment("SUDO_USER") ?? Console.userName
        let path = try AskedOptions.path(store)
        do {
            let store = try Store(reading: path)
            for number in numbers {
                try store.settle(
                    finding: number, as: state, by: name, note: note,
                    at: Timestamp(nanoseconds: Console.now))
                Console.print(
                    "finding \(number): \(state.rawValue) by \(name) in \(path)"
                        + (note.map { ": \($0)" } ?? ""))
            }
        } catch {
            throw Outcome.failed([error.description])
        }
    }
}

struct FindingsAcknowledge: SettlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Notes that findings are known.")
    static let state = FindingState.acknowledged
    @OptionGroup var settling: SettlingOptions
}

struct FindingsClose: SettlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Notes that findings are settled; those that come again are open again.")
    static let state = FindingState.closed
    @OptionGroup var settling: SettlingOptions
}

struct FindingsReopen: SettlingCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Notes that findings are open after all.")
    static let state = FindingState.open
    @OptionGroup var settling: SettlingOptions
}
