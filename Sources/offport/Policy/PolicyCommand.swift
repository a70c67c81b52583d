import ArgumentParser

/// What owners of policies ask.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Checks policies.",
        subcommands: [PolicyCheck.self])
}
