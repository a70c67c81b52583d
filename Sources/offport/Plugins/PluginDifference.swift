import ArgumentParser

/// What a change of plugins does to the recognition of captures.
struct PluginDifference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows which flows, services and findings of captures other plugins change.",
        discussion:
            "OLD and NEW are plugin files, folders or packs, several joined by commas, or none. Those of --plugins are loaded beside both; of two that declare the same protocol, OLD and NEW come first."
    )

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack that both sides have (repeatable). Default: none.",
            valueName: "path"),
        completion: .file())
    var plugins: [String] = []

    @Option(
        help: ArgumentHelp("A policy that both sides have (repeatable).", valueName: "file"),
        completion: .file())
    var policy: [String] = []

    @OptionGroup var used: UsedPacks

    @OptionGroup var options: DifferenceOptions

    func run() throws {
        try options.compare("plugins", flows: true) { paths, isShown, tell in
            guard !(paths + plugins).isEmpty else {
                throw Outcome.usage("'none' needs plugins that both sides have: --plugins PATH")
            }
            return try PluginLibrary(
                plugins: paths + plugins, policy: policy, using: used.names, leaving: isShown, telling: tell)
        }
    }
}
