import ArgumentParser

/// What owners of policies ask.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Checks policies, and shows what a change of them would do.",
        subcommands: [PolicyCheck.self, PolicyDifference.self])
}
