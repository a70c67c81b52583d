import ArgumentParser

/// Why a flow got its name, or none.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows why a flow got its name, or none: every candidate, each check, the bytes.")

    @OptionGroup var captures: CaptureOptions

    @Argument(
        help: ArgumentHelp(
            "A flow's number from a record (or its beginning), or an endpoint such as 10.0.0.5:8080, an address or a port. Default: all flows that spoke.",
            valueName: "flow"))
    var flow: String?

    func run() throws {
        Interruption.listen()
        let library = try PluginLibrary(captures)
        let session = try Session(captures, library: library, keepsFirstBytes: true)
        session.readAll(showsProgress: true)
        let explainer = Explainer(library: library, width: Console.width)
        let chosen = session.analysis.explained.filter { explainer.isAsked(for: $0, by: flow) }
        if chosen.isEmpty { Console.print(explainer.nothing(for: flow, among: session.analysis.explained)) }
        for explained in chosen { Console.print(explainer.text(of: explained)) }
        try session.throwProblems()
    }
}
