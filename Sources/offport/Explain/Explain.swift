import ArgumentParser
import Records

/// Why a flow got its name, or none.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows why a flow got its name, or none: every candidate, each check, the bytes.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @OptionGroup var captures: CaptureOptions

    @Option(help: "How the explanation looks: text, or json with an object for each flow.")
    var format: Format = .text

    @Argument(
        help: ArgumentHelp(
            "A flow's number from a record (or four characters or more of its beginning), or an endpoint such as 10.0.0.5:8080, an address or a port. Default: all flows that spoke.",
            valueName: "flow"))
    var flow: String?

    func run() throws {
        Interruption.listen()
        let library = try PluginLibrary(captures)
        let spoken = SpokenFlows()
        let session = try Session(
            captures.reading, library: library, keepsFirstBytes: true, observer: spoken)
        session.readAll(showsProgress: true)
        let explainer = Explainer(library: library)
        let chosen = spoken.flows.filter { explainer.isAsked(for: $0, by: flow) }
        if chosen.isEmpty, let flow {
            throw Outcome.failed(
                [explainer.nothing(named: flow, among: spoken.flows)] + session.inputs.problems)
        }
        if chosen.isEmpty, format == .text { Console.print("No flow said anything.") }
        for explained in chosen {
            let explanation = explainer.explanation(of: explained)
            switch format {
            case .text:
                let paint = Paint(isOn: Console.isColoured)
                let text = explanation.text(width: Console.width, paint: paint)
                Console.write(Array((text + "\n").utf8), to: 1)
            case .json: Console.write(explanation.jsonLine, to: 1)
            }
        }
        try session.throwProblems()
    }
}
