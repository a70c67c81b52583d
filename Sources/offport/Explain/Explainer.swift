import Flows
import Inventory
import Matching
import Net
import Pipeline
import Plugins
import Records

/// Holds every signature against a flow's first bytes, as the packet lane did, and keeps why.
struct Explainer: ~Copyable {
    private let library: PluginLibrary
    private let scripts: ScriptHost
    private let recogniser: Recogniser
    private let examiner: Examiner
    private let extractor: FieldExtractor

    init(library: PluginLibrary) {
        self.library = library
        scripts = ScriptHost(sources: library.library.sources)
        recogniser = Recogniser(index: library.index, scripts: scripts)
        examiner = Examiner(regexes: library.library.regexes)
        extractor = FieldExtractor(index: library.index, scripts: scripts)
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
    func nothing(named word: String, among explained: [ExplainedFlow]) -> String {
        let spoken = explained.count { !$0.flow.isChild }
        let others = spoken == 1 ? "1 flow did" : "\(spoken) flows did"
        return
            "no flow that spoke is '\(word)' (\(others)); name one by its number in a record, or four characters or more of its beginning, or by an endpoint, an address or a port"
    }

    // MARK: One flow

    func explanation(of explained: ExplainedFlow) -> Explanation {
        if explained.flow.isChild {
            let name = library.index.protocols[Int(explained.flow.protocolNumber) - 1].name
            return Explanation(
                explained: explained, winner: (name, nil), fieldFailure: nil, victories: [], end: .announced,
                trials: [], others: 0, looksEncrypted: false)
        }
        let trials = trials(explained)
        let winner = trials.first(where: \.isWinner)
        let transport = explained.flow.key.transport
        let all = library.index.signatureNames.indices.filter { recogniser.transport($0) == transport }
        return Explanation(
            explained: explained,
            winner: explained.recognition.map { recognition in
                (
                    library.index.protocols[recognition.protocolIndex].name,
                    Self.signature(of: recognition).map { library.index.signatureNames[$0] }
                )
            },
            fieldFailure: fieldFailure(explained),
            victories: winner.map { winner in
                trials.filter { $0.claim != nil && !$0.isWinner }.map { Self.victory(winner, over: $0) }
            } ?? [],
            end: end(of: explained), trials: trials, others: all.count - Set(trials.map(\.label)).count,
            looksEncrypted: Self.looksEncrypted(explained))
    }

    /// How a function for the fields of what was recognised failed; nil when none did.
    private func fieldFailure(_ explained: ExplainedFlow) -> String? {
        guard let recognition = explained.recognition else { return nil }
        let (client, server) =
            explained.isSwapped
            ? (explained.server, explained.client) : (explained.client, explained.server)
        scripts.startAnew()
        client.withBytes { client in
            server.withBytes {
                _ = extractor.fields(of: recognition.protocolIndex, client: client, server: $0)
            }
        }
        return ScriptHost.failures(in: [scripts]).first?.first.description
    }

    private static func signature(of recognition: Recognition) -> Int? {
        recognition.evidence.signature < 0 ? nil : Int(recognition.evidence.signature)
    }

    private func trials(_ explained: ExplainedFlow) -> [Explanation.Trial] {
        let flow = explained.flow
        let found = explained.client.withBytes { client in
            explained.server.withBytes {
                recogniser.candidates(flow.key.transport, first: client, second: $0)
            }
        }
        var trials: [Explanation.Trial] = []
        for number in library.index.signatureNames.indices
        where recogniser.transport(number) == flow.key.transport {
            // Whoever is known keeps the role, and a symmetric signature says nothing of it.
            let isFixed = flow.marks.contains(.rolesKnown) || recogniser.isSymmetric(number)
            for isSwapped in isFixed ? [false] : [false, true] {
                let finders = found.filter { candidate in
                    candidate.signature == number
                        && (recogniser.isSymmetric(number)
                            || (candidate.speaker == .client) == (candidate.isFirst != isSwapped))
                }
                let foundBy = finders.map { $0.isFirst != isSwapped ? Speaker.client : .server }
                if let trial = trial(number, explained, isSwapped: isSwapped, foundBy: Set(foundBy)) {
                    trials.append(trial)
                }
            }
        }
        func rank(_ trial: Explanation.Trial) -> Int { trial.isWinner ? 0 : trial.claim != nil ? 1 : 2 }
        return trials.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
            .map(\.element)
    }

    /// Nil when the index did not find the signature and none of its sides fits.
    private func trial(
        _ number: Int, _ explained: ExplainedFlow, isSwapped: Bool, foundBy: Set<Speaker>
    ) -> Explanation.Trial? {
        let said: [Speaker: [UInt8]] =
            isSwapped
            ? [.client: explained.server, .server: explained.client]
            : [.client: explained.client, .server: explained.server]
        let isWinner =
            explained.recognition.flatMap(Self.signature) == number
            && (explained.isSwapped == isSwapped || recogniser.isSymmetric(number))
        return said[.client, default: []].withBytes { client in
            said[.server, default: []].withBytes { server in
                let fits = Speaker.allCases.contains { speaker in
                    recogniser.matcher(number, speaker: speaker)?.onlyExcludes == false
                        && (speaker == .client
                            ? recogniser.fit(number, speaker: speaker, client)
                            : recogniser.fit(number, speaker: speaker, server)) == .yes
                }
                guard fits || !foundBy.isEmpty || isWinner else { return nil }
                // What failed so far failed for other signatures, or flows.
                scripts.startAnew()
                let claim = recogniser.claim(number, client: client, server: server)
                let definition = library.index.signatureRanges.firstIndex { $0.contains(number) } ?? 0
                var trial = Explanation.Trial(
                    name: library.index.signatureNames[number],
                    protocolName: library.index.protocols[definition].name, isSwapped: isSwapped,
                    isWinner: isWinner, foundBy: Speaker.allCases.filter(foundBy.contains),
                    sides: Speaker.allCases.compactMap { speaker in
                        guard let matcher = recogniser.matcher(number, speaker: speaker) else { return nil }
                        return Explanation.Side(
                            speaker: speaker, isHeard: said[speaker]?.isEmpty == false,
                            examination: speaker == .client
                                ? examiner.examine(matcher, client, isWhole: true)
                                : examiner.examine(matcher, server, isWhole: true))
                    },
                    claim: claim,
                    outcome: recogniser.attempt(
                        number, client: client, server: server, assumesAnswer: false),
                    hasCheck: recogniser.hasCheck(number), specificity: recogniser.specificity(number))
                trial.failure = scripts.failures.values.first.map(\.description)
                return trial
            }
        }
    }

    // MARK: Why

    private static func victory(
        _ winner: Explanation.Trial, over loser: Explanation.Trial
    ) -> Explanation.Victory {
        func victory(_ reason: String) -> Explanation.Victory {
            Explanation.Victory(over: loser, reason: reason)
        }
        guard let own = winner.claim, let other = loser.claim else {
            return victory("on what was kept of the bytes only this one holds; the flow was decided before")
        }
        if own.rank.rawValue > other.rank.rawValue {
            return victory(
                other.rank == .unaskedServer
                    ? "it asks nothing of the server, which was heard"
                    : "it fits the server alone: the client's words are not its own")
        }
        if own.rank == other.rank {
            if own.specificity > other.specificity {
                return victory("it asks for \(other.specificity) bits, the winner for \(own.specificity)")
            }
            if own.specificity == other.specificity {
                return victory(
                    winner.label == loser.label
                        ? "it is the same signature with the speakers exchanged"
                        : "it asks for as many bits and was declared later")
            }
        }
        return victory("it fits better, but the flow was decided before all of this was said")
    }

    private func end(of explained: ExplainedFlow) -> Explanation.End {
        let flow = explained.flow
        if explained.recognition != nil { return .recognised }
        let isStream = flow.key.transport == .tcp
        if flow.looks >= LaneOptions.mostLooks(flow.key.transport) { return .looks }
        var recogniser = Recogniser(index: library.index, scripts: library.scripts)
        let roles: Roles = flow.marks.contains(.rolesKnown) ? .firstIsClient : .firstSpokeFirst
        let decision = explained.client.withBytes { client in
            explained.server.withBytes { server in
                recogniser.decide(
                    flow.key.transport, first: client, second: server, roles: roles, isFinal: false)
            }
        }
        if case .none = decision, isStream { return .hopeless }
        return .over
    }

    /// Everybody who said enough to tell said what looks random.
    private static func looksEncrypted(_ explained: ExplainedFlow) -> Bool {
        let long = [explained.client, explained.server].filter { $0.count >= RandomLook.leastBytes }
        return !long.isEmpty && long.allSatisfy { bytes in bytes.withBytes { RandomLook.holds($0) } }
    }
}
