import ArgumentParser
import Authoring
import Flows
import Matching
import Net
import Plugins

/// Which flows are learned from.
struct FlowChoice: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A flow's number from a record (or four characters or more of its beginning), an endpoint or an address (repeatable).",
            valueName: "flow"))
    var flow: [String] = []

    @Option(help: ArgumentHelp("The unrecognised flows to servers on this port.", valueName: "n"))
    var port: UInt16?

    func validate() throws {
        if port != nil, !flow.isEmpty { throw ValidationError("--port and --flow exclude each other.") }
    }

    /// The flows that are meant: of those without a name the largest group, when nothing is said.
    func chosen(from observed: ObservedFlows) throws -> [ObservedFlows.Observed] {
        if !flow.isEmpty {
            let named = try observed.named(flow)
            let unknown = named.filter { $0.learned.known == nil }
            guard unknown.isEmpty else { return unknown }
            throw Self.recognised(named, "the flows that are named")
        }
        let groups = observed.unknown
        guard let port else {
            if let first = groups.first { return first.flows }
            throw Outcome.failed([
                "every flow that spoke was recognised (\(observed.flows.count)): there is nothing to learn from"
            ])
        }
        // One port, one transport: the one with more flows.
        if let group = groups.first(where: { $0.place.number == port }) { return group.flows }
        let known = observed.flows.filter { $0.place.number == port && $0.learned.known != nil }
        guard known.isEmpty else { throw Self.recognised(known, "the flows on port \(port)") }
        let seen = groups.prefix(5).map { "\($0.place)" }.joined(separator: ", ")
        throw Outcome.failed([
            "no flow on port \(port) spoke without being recognised"
                + (seen.isEmpty ? "" : "; unrecognised ones are on \(seen)")
        ])
    }

    private static func recognised(_ flows: [ObservedFlows.Observed], _ words: String) -> Outcome {
        let names = Set(flows.compactMap(\.learned.known)).sorted().joined(separator: ", ")
        return Outcome.failed(["\(words) are recognised already: \(names)"])
    }
}

/// A proposal made of chosen flows, and the words about it.
struct Lesson {
    let proposal: Proposal
    let chosen: [ObservedFlows.Observed]
    /// Flows that were named, and are recognised already.
    let leftOut: [ObservedFlows.Observed]
    let observed: ObservedFlows
    let origin: String

    /// Learns from the flows that are chosen, beside everything else that is loaded and was captured.
    init(name: String?, _ choice: FlowChoice, _ captures: CaptureOptions) throws {
        let library = try PluginLibrary(captures)
        observed = try ObservedFlows(captures, library)
        chosen = try choice.chosen(from: observed)
        leftOut = try observed.named(choice.flow).filter { $0.learned.known != nil }
        let inputs = captures.reading.captures
        origin = (inputs.first ?? "") + (inputs.count > 1 ? " and \(inputs.count - 1) more" : "")
        let name = name ?? "unknown-\(chosen.first?.place.number ?? 0)"
        try PluginFolder.check(name, in: library.library)
        let numbers = Set(chosen.map(\.flow.number))
        let others = observed.flows.filter { !numbers.contains($0.flow.number) }.map(\.learned)
        do {
            let workshop = try Workshop(library.library)
            let learner = Learner(workshop, name: name, flows: chosen.map(\.learned), others: others)
            guard let proposal = try learner?.proposal() else {
                throw Outcome.failed([
                    "the \(chosen.count) flows have nothing in common: name those of one protocol with --flow (offport explain shows what they say)"
                ])
            }
            self.proposal = proposal
        } catch let error as IndexError {
            throw Outcome.failed(["\(error)"])
        }
    }

    /// Those of the chosen flows that get the name: what its test may expect.
    var fitting: [ObservedFlows.Observed] {
        chosen.filter { proposal.fitting.contains($0.learned.said) }
    }

    /// The plugin.
    var text: String { PluginWriter(proposal, origin: origin).text() }

    /// What is known, how sure it is and why, for people.
    var report: String {
        let places = Set(chosen.map(\.place)).sorted().map(\.description)
        let (servers, clients) = (Set(chosen.map(\.server.address)), Set(chosen.map(\.client.address)))
        let shown = places.prefix(4).joined(separator: ", ") + (places.count > 4 ? ", ..." : "")
        func many(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
        var lines = [
            "learned  from \(many(chosen.count, "flow")) on \(shown): \(many(servers.count, "server")), "
                + many(clients.count, "client")
        ]
        if !leftOut.isEmpty {
            let names = Set(leftOut.compactMap(\.learned.known)).sorted().joined(separator: ", ")
            lines.append("left out \(many(leftOut.count, "flow")), recognised already: \(names)")
        }
        for (speaker, text) in proposal.reasons { lines.append("\(speaker)   \(text)") }
        lines.append(
            "fits     \(proposal.flows.fitting) of \(proposal.flows.all) flows"
                + (proposal.alsoFits > 0 ? ", and \(proposal.alsoFits) others without a name" : ""))
        if proposal.unseen.all > 0 {
            lines.append(
                "unseen   \(proposal.unseen.fitting * 100 / proposal.unseen.all) % of flows left out while learning were recognised"
            )
        }
        lines.append(
            "chance   about \(Self.rounded(proposal.perMillion)) of a million random conversations fit")
        let tried =
            "\(proposal.tried.examples) examples and \(many(proposal.tried.flows, "flow")) of others tried"
        lines.append(
            proposal.collisions.isEmpty
                ? "others   \(tried): none would get this name"
                : "others   \(tried): it would take \(proposal.collisions.joined(separator: ", "))")
        let (grade, why) = proposal.sureness
        lines.append("sure     \(grade.rawValue): \(why)")
        return lines.map { Console.paragraph(String($0.prefix(9)), String($0.dropFirst(9))) }
            .joined(separator: "\n")
    }

    private static func rounded(_ value: Double) -> String {
        value < 0.01 ? "0" : value < 10 ? "\((value * 100).rounded() / 100)" : "\(Int(value.rounded()))"
    }
}
