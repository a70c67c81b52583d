import ArgumentParser
import Records
import Stores

struct Assets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assets",
        abstract: "Shows the living lists of assets that the policy declares.",
        subcommands: [AssetsList.self, AssetsShow.self, AssetsHistory.self],
        defaultSubcommand: AssetsList.self)
}

struct AssetsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the lists: members, former members, last change.")
    @OptionGroup var asked: AskedOptions
    @Option(help: "How the answer looks: table, json or csv.")
    var format: AnswerFormat = .table

    func run() throws {
        try asked.ask { format.write(Table(try $0.assetLists())) }
    }
}

struct AssetsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Lists the members of a list.")
    @Argument(help: ArgumentHelp("The list.", valueName: "list"))
    var list: String
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func run() throws {
        try asked.ask { store in
            options.format.write(
                Table(try store.members(of: list, formerOnes: false, options.selection)))
        }
    }
}

struct AssetsHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Lists who ever joined a list, and when who left it.")
    @Argument(help: ArgumentHelp("The list.", valueName: "list"))
    var list: String
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func run() throws {
        try asked.ask { store in
            options.format.write(
                Table(try store.members(of: list, formerOnes: true, options.selection)))
        }
    }
}
