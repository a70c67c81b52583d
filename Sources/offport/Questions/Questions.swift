import ArgumentParser
import Records

/// A question to captures: reads them, then answers instead of reporting.
protocol QuestionCommand: ParsableCommand {
    static var question: Question { get }
    var captures: CaptureOptions { get }
    var options: QuestionOptions { get }
}

extension QuestionCommand {
    func run() throws {
        Interruption.listen()
        let library = try PluginLibrary(captures)
        let session = try Session(captures.reading, library: library)
        session.readAll(showsProgress: true)
        let inventory = session.analysis.inventory
        switch options.format {
        case .json:
            let lines = Self.question.jsonLines(of: inventory, options.selection, naming: library.naming)
            Console.write(lines, to: 1)
        case .csv:
            Console.write(Array(Self.question.table(of: inventory, options.selection).csv().utf8), to: 1)
        case .table:
            let width = Console.outputIsTerminal ? Console.width : nil
            let text = Self.question.table(of: inventory, options.selection)
                .text(width: width, isColoured: Console.isColoured)
            Console.write(Array(text.utf8), to: 1)
        }
        try session.throwProblems()
    }
}

struct Services: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "services", abstract: "Lists every service with its standing.")
    static let question = Question.services
    @OptionGroup var captures: CaptureOptions
    @OptionGroup var options: QuestionOptions
}

struct Ports: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "ports",
        abstract: "Summarises each protocol's ports: servers, sessions, standing and why.")
    static let question = Question.ports
    @OptionGroup var captures: CaptureOptions
    @OptionGroup var options: QuestionOptions
}

struct Banners: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "banners",
        abstract: "Lists what servers say of themselves, per protocol and port.")
    static let question = Question.banners
    @OptionGroup var captures: CaptureOptions
    @OptionGroup var options: QuestionOptions
}

struct Clients: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "clients", abstract: "Lists the client programs of hosts.")
    static let question = Question.clients
    @OptionGroup var captures: CaptureOptions
    @OptionGroup var options: QuestionOptions
}

struct Hosts: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts", abstract: "Lists hosts with what they serve and use.")
    static let question = Question.hosts
    @OptionGroup var captures: CaptureOptions
    @OptionGroup var options: QuestionOptions
}

struct Findings: QuestionCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "Lists findings, the gravest first, with their evidence.")
    static let question = Question.findings
    @OptionGroup var captures: CaptureOptions
    @OptionGroup var options: QuestionOptions
}
