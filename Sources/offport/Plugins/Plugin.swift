import ArgumentParser
import Records

/// What authors of plugins ask.
struct Plugin: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the protocols that plugins declare, and shows what a change of them would do.",
        subcommands: [PluginList.self, PluginDifference.self])
}

/// Every protocol of the library, with what its plugin says of it.
struct PluginList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists every protocol: its ports, its specification, its fields, its examples.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, csv, markdown
    }

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"))
    var plugins: [String] = []

    @Option(help: "How the list looks.")
    var format: Format = .table

    func run() throws {
        let table = try PluginLibrary(plugins: plugins).protocols()
        let text =
            switch format {
            case .table:
                table.text(
                    width: Console.outputIsTerminal ? Console.width : nil, isColoured: Console.isColoured)
            case .csv: table.csv()
            case .markdown: table.markdown()
            case .json: String(decoding: table.jsonLines(), as: UTF8.self)
            }
        Console.write(Array(text.utf8), to: 1)
    }
}
