import ArgumentParser

/// What a change of policy does to the findings of captures.
struct PolicyDifference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows which findings and services of captures another policy changes.",
        discussion:
            "OLD and NEW are policy files, folders or packs, several joined by commas, or none for no policy."
    )

    @Argument(help: ArgumentHelp("The policy that is in force.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The policy that is to come.", valueName: "new"))
    var new: String

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"))
    var plugins: [String] = []

    @OptionGroup var options: DifferenceOptions

    func run() throws {
        let sides = try [old, new].map { argument in
            let paths = DifferenceOptions.paths(argument)
            return (names: paths, library: try PluginLibrary(plugins: plugins, policy: paths))
        }
        try options.compare("policy", sides[0], sides[1], flows: false)
    }
}
