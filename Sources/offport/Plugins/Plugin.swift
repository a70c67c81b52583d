import ArgumentParser
import Records

/// What authors of plugins ask.
struct Plugin: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin",
        abstract: "Makes, checks, tests and shows plugins.",
        subcommands: [
            PluginNew.self, PluginLearn.self, PluginCheck.self, PluginTest.self, PluginShow.self,
            PluginList.self, PluginDifference.self, PluginEditor.self,
        ])
}

/// The libraries that an author's command works with.
struct PluginPathOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"),
        completion: .file())
    var plugins: [String] = []

    /// The same for the next command, as it is typed.
    var words: String { plugins.map { " --plugins \(AskedOptions.quoted($0))" }.joined() }
}

/// Every protocol of the library, with what its plugin says of it.
struct PluginList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract:
            "Lists every protocol: its ports, its specification, its fields, its examples; or what each costs."
    )

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, csv, markdown
    }

    @OptionGroup var paths: PluginPathOptions

    @OptionGroup var used: UsedPacks

    @Option(help: "How the list looks.")
    var format: Format = .table

    @Flag(help: "What each plugin costs for the flows of the captures (-r), measured.")
    var cost = false

    @OptionGroup var reading: ReadingOptions

    func validate() throws {
        if cost, reading.captures.isEmpty { throw ValidationError("--cost needs a capture: -r FILE.") }
        if !cost, !reading.captures.isEmpty { throw ValidationError("-r goes with --cost.") }
    }

    func run() throws {
        let library = try PluginLibrary(plugins: paths.plugins, using: used.names)
        if cost {
            let costs = try PluginCosts(library, reading)
            write(costs.table)
            if format == .table { for line in [""] + costs.summary { Console.print(line) } }
        } else {
            // A document about a pack need not say so in every line.
            write(library.protocols(withPacks: format != .markdown))
        }
    }

    private func write(_ table: Table) {
        let text =
            switch format {
            case .table: table.page
            case .csv: table.csv()
            case .markdown: table.markdown()
            case .json: String(decoding: table.jsonLines(), as: UTF8.self)
            }
        Console.write(Array(text.utf8), to: 1)
    }
}
