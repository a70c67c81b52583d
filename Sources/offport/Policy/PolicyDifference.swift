import ArgumentParser

/// What a change of policy does to the findings of captures.
struct PolicyDifference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows which findings and services of captures another policy changes.",
        discussion:
            "OLD and NEW are policy files, folders or packs, several joined by commas, or none for no policy."
    )

    @Option(
        help: ArgumentHelp(
            "A plugin file, folder or pack (repeatable). Default: installed packs and ./plugins.",
            valueName: "path"),
        completion: .file())
    var plugins: [String] = []

    @OptionGroup var used: UsedPacks

    @Option(
        help: ArgumentHelp("Compare over what a store remembers, not over captures.", valueName: "file"),
        completion: .file(), transform: FileName.file(store:))
    var store: String?

    @OptionGroup var options: DifferenceOptions

    func run() throws {
        try options.compare("policy", flows: false, store: store) { paths, isShown, tell in
            try PluginLibrary(
                plugins: plugins, policy: paths, using: used.names, leaving: isShown, telling: tell)
        }
    }
}
