import ArgumentParser

/// What a change of plugins does to the recognition of captures.
struct PluginDifference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows which flows, services and findings of captures other plugins change.",
        discussion:
            "OLD and NEW are plugin files, folders or packs, several joined by commas, or none. Those of --plugins are loaded beside both; of two that declare the same protocol, OLD and NEW come first."
    )

    @Argument(help: ArgumentHelp("The plugins that are in use.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("The plugins that are to come.", valueName: "new"))
    var new: String

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack that both sides have (repeatable). Default: none.",
            valueName: "path"))
    var plugins: [String] = []

    @Option(
        help: ArgumentHelp("A policy that both sides have (repeatable).", valueName: "file"))
    var policy: [String] = []

    @OptionGroup var options: DifferenceOptions

    func run() throws {
        let sides = try [old, new].map { argument in
            let paths = DifferenceOptions.paths(argument)
            guard !(paths + plugins).isEmpty else {
                throw Outcome.usage("'none' needs plugins that both sides have: --plugins PATH")
            }
            return (names: paths, library: try PluginLibrary(plugins: paths + plugins, policy: policy))
        }
        try options.compare("plugins", sides[0], sides[1], flows: true)
    }
}
