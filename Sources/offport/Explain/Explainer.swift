import Flows
import Inventory
import Matching
import Net
import Plugins
import Records

/// Tells in words how each signature stands to a flow's first bytes.
struct Explainer: ~Copyable {
    private let library: PluginLibrary
    private let recogniser: Recogniser
    private let width: Int

    init(library: PluginLibrary, width: Int) {
        self.library = library
        self.width = width
        recogniser = Recogniser(index: library.index, scripts: ScriptHost(sources: library.library.sources))
    }

    // MARK: Which flows

    /// Whether the user's word names this flow.
    func isAsked(for explained: ExplainedFlow, by word: String?) -> Bool {
        guard let word else { return true }
        let flow = explained.flow
        let ends = [flow.key.sender(0), flow.key.sender(1)]
        if let port = UInt16(word) { return ends.contains { $0.port == port } }
        if let address = IPAddress(word) { return ends.contains { $0.address == address } }
        if let endpoint = Endpoint(word) { return ends.contains(endpoint) }
        return word.count >= 4 && flowName(flow.number).hasPrefix(word.lowercased())
    }

    /// What to say when no flow is meant.
    func nothing(for word: String?, among explained: [ExplainedFlow]) -> String {
        guard let word else { return "No flow said anything." }
        return
            "No flow that spoke is '\(word)'. A flow is named by its number in a record, or by an endpoint, an address or a port; \(explained.count) flows spoke."
    }

    // MARK: One flow

    func text(of explained: ExplainedFlow) -> String {
        let flow = explained.flow
        let (client, server) = (
            flow.key.sender(flow.clientDirection), flow.key.sender(1 - flow.clientDirection)
        )
        var lines = [
            "\(flow.key.transport) \(client) > \(server)   \(flow.state.rawValue)   flow \(flowName(flow.number))",
            "  client said  \(said(explained.client))",
            "  server said  \(said(explained.server))",
        ]
        let trials = trials(explained)
        lines.append("  verdict      \(verdict(trials))")
        if !trials.contains(where: \.isChosen), Self.looksEncrypted(explained) {
            lines.append("  encrypted    likely: the bytes are as good as random")
        }
        for trial in trials {
            lines.append(
                "  \(trial.isChosen ? ">" : " ") \(trial.name)\(trial.isSwapped ? " (speakers swapped)" : "")"
            )
            lines += trial.reasons.map { "      \($0)" }
        }
        let rest =
            library.index.signatureNames.indices.filter { recogniser.transport($0) == flow.key.transport }
            .count
            - Set(trials.map(\.number)).count
        lines.append("    \(rest) other \(flow.key.transport) signatures: neither speaker's first bytes fit")
        return lines.joined(separator: "\n") + "\n"
    }

    private struct Trial {
        var number: Int
        var name: String
        var isSwapped: Bool
        var holds: Bool
        var isChosen = false
        var reasons: [String]
    }

    /// Signatures of which at least one speaker's part fits, in the order of the library.
    private func trials(_ explained: ExplainedFlow) -> [Trial] {
        let rolesAreKnown = explained.flow.marks.contains(.rolesKnown)
        let chosen = chosen(explained)
        var trials: [Trial] = []
        for number in library.index.signatureNames.indices
        where recogniser.transport(number) == explained.flow.key.transport {
            for isSwapped in rolesAreKnown ? [false] : [false, true] {
                let (client, server) =
                    isSwapped ? (explained.server, explained.client) : (explained.client, explained.server)
                guard var trial = trial(number, client, server, isSwapped: isSwapped) else { continue }
                trial.isChosen = chosen?.number == number && chosen?.isSwapped == isSwapped
                trials.append(trial)
            }
        }
        return trials
    }

    private func trial(_ number: Int, _ client: [UInt8], _ server: [UInt8], isSwapped: Bool) -> Trial? {
        client.withBytes { clientBytes in
            server.withBytes { serverBytes in
                let fits = Speaker.allCases.map { speaker in
                    speaker == .client
                        ? recogniser.fit(number, speaker: speaker, clientBytes)
                        : recogniser.fit(number, speaker: speaker, serverBytes)
                }
                let isCandidate = zip(Speaker.allCases, fits).contains { speaker, fit in
                    fit == .yes && recogniser.matcher(number, speaker: speaker)?.onlyExcludes == false
                }
                guard isCandidate else { return nil }
                var reasons: [String] = []
                for (speaker, fit) in zip(Speaker.allCases, fits) {
                    guard let fit, let matcher = recogniser.matcher(number, speaker: speaker) else {
                        continue
                    }
                    let isSilent = speaker == .client ? client.isEmpty : server.isEmpty
                    let words = fit == .yes ? "fits" : isSilent ? "was not heard, asked for" : "does not fit"
                    reasons.append("\(speaker) \(words) \(matcher.pluginText)")
                }
                let outcome = recogniser.attempt(
                    number, client: clientBytes, server: serverBytes, assumesAnswer: false)
                reasons += Self.words(outcome)
                var holds = false
                if case .holds = outcome { holds = true }
                return Trial(
                    number: number, name: library.index.signatureNames[number], isSwapped: isSwapped,
                    holds: holds,
                    reasons: reasons)
            }
        }
    }

    private static func words(_ outcome: TrialOutcome) -> [String] {
        switch outcome {
        case .holds: ["holds"]
        case .refused(.broken): ["its check function failed"]
        case .refused: ["its check function says no"]
        case .oneSided(let heard): ["only the \(heard) was heard, and it does not say that this is enough"]
        case .missed, .unfinished: []
        }
    }

    private func chosen(_ explained: ExplainedFlow) -> (number: Int, isSwapped: Bool)? {
        var recogniser = Recogniser(
            index: library.index, scripts: ScriptHost(sources: library.library.sources))
        let flow = explained.flow
        let roles: Roles = flow.marks.contains(.rolesKnown) ? .firstIsClient : .firstSpokeFirst
        let decision = explained.client.withBytes { client in
            explained.server.withBytes { server in
                recogniser.decide(
                    flow.key.transport, first: client, second: server, roles: roles, isFinal: true)
            }
        }
        guard case .verdict(let verdict) = decision else { return nil }
        return (Int(verdict.signature), !verdict.firstIsClient)
    }

    private func verdict(_ trials: [Trial]) -> String {
        guard let chosen = trials.first(where: \.isChosen) else {
            return trials.isEmpty
                ? "none: no signature fits either speaker" : "none: no signature fits as a whole"
        }
        let name = library.index.protocols[protocolIndex(of: chosen.number)].name
        let others = trials.filter { $0.holds && !$0.isChosen }.map(\.name)
        let rivals = others.isEmpty ? "" : ", more specific than \(others.joined(separator: ", "))"
        return "\(name), by \(chosen.name)\(rivals)"
    }

    /// Everybody who said enough to tell said what looks random.
    private static func looksEncrypted(_ explained: ExplainedFlow) -> Bool {
        let long = [explained.client, explained.server].filter { $0.count >= RandomLook.leastBytes }
        return !long.isEmpty && long.allSatisfy { bytes in bytes.withBytes { RandomLook.holds($0) } }
    }

    private func protocolIndex(of signature: Int) -> Int {
        library.index.signatureRanges.firstIndex { $0.contains(signature) } ?? 0
    }

    /// The first bytes as text where they are, with the rest as hexadecimal.
    private func said(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "nothing" }
        let shown = bytes.prefix(32)
        let text = String(
            decoding: shown.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
        let hex = shown.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        return "\(bytes.count) bytes  \"\(text)\"\n               \(hex)"
    }
}
