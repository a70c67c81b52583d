internal import Matching
internal import Net
internal import Plugins
internal import Regexes

/// How much to ask of each speaker, and how to sort what they say.
struct Strategy: Hashable {
    /// Nil when nothing is asked of the speaker.
    var client: Samples.Demand?
    /// Nil when nothing is asked of the speaker.
    var server: Samples.Demand?
    var grouping: Samples.Grouping
    /// Whether numbers may not be much more than they were.
    var isTight = false

    var asksBoth: Bool { client != nil && server != nil }

    /// What asks for more is more likely to be about these flows only.
    var cost: Double { Double((client?.rawValue ?? 0) + (server?.rawValue ?? 0)) + (isTight ? 4 : 0) }

    /// All there are.
    static let all: [Strategy] = {
        let demands = Samples.Demand.allCases.map(Optional.some) + [nil]
        var all: [Strategy] = []
        for isTight in [false, true] {
            for grouping in Samples.Grouping.allCases {
                for client in demands {
                    for server in demands where client != nil || server != nil {
                        all.append(
                            Strategy(client: client, server: server, grouping: grouping, isTight: isTight))
                    }
                }
            }
        }
        return all
    }()
}

/// What was found in the texts of each speaker, so that it need not be found again for each strategy.
final class Lessons {
    private struct Question: Hashable {
        var speaker: Speaker
        var strategy: Strategy
        var members: [Int]
    }

    private let said: [Conversation]
    private let transport: TransportProtocol
    private var known: [Question: Samples.Finding?] = [:]

    init(_ said: [Conversation], over transport: TransportProtocol) {
        self.said = said
        self.transport = transport
    }

    func samples(_ speaker: Speaker, _ strategy: Strategy, _ members: [Int]) -> Samples {
        Samples(
            members.map { speaker == .client ? said[$0].client : said[$0].server }, over: transport,
            grouping: strategy.grouping, isTight: strategy.isTight)
    }

    /// What the texts of a speaker in some flows have in common, as far as the strategy asks for it.
    func finding(_ speaker: Speaker, _ strategy: Strategy, _ members: [Int]) -> Samples.Finding? {
        guard let demand = speaker == .client ? strategy.client : strategy.server else { return nil }
        // What the strategy asks of the other speaker makes no difference.
        var own = strategy
        if speaker == .client { own.server = nil } else { own.client = nil }
        let question = Question(speaker: speaker, strategy: own, members: members)
        if let answer = known[question] { return answer }
        let answer = samples(speaker, strategy, members).finding(demand)
        known[question] = .some(answer)
        return answer
    }

    /// Groups of flows to be left out in turn: mixed ones, and neighbours in the order of their bytes, which are of a
    /// kind that the others do not show.
    ///
    /// Flows that say the same are left out together.
    private(set) lazy var folds: [Set<Int>] = {
        let texts = said.map { Array($0.client.prefix(24)) + Array($0.server.prefix(24)) }
        let order = said.indices.sorted { texts[$0].lexicographicallyPrecedes(texts[$1]) }
        guard order.count >= 3 else { return [] }
        var kinds: [[Int]] = []
        for place in order {
            if let last = kinds.last?.last, texts[last] == texts[place] {
                kinds[kinds.count - 1].append(place)
            } else {
                kinds.append([place])
            }
        }
        let count = min(4, kinds.count)
        guard count > 1 else { return [] }
        let mixed = (0..<count).map { turn in
            Set(kinds.indices.filter { $0 % count == turn }.flatMap { kinds[$0] })
        }
        guard kinds.count >= 8 else { return mixed }
        let neighbours = (0..<count).map { turn in
            Set(kinds.indices.filter { $0 * count / kinds.count == turn }.flatMap { kinds[$0] })
        }
        return mixed + neighbours
    }()
}

extension Learner {
    /// How many flows are recognised by what the others teach, and how many were tried.
    func foreseen(
        by strategy: Strategy, _ lessons: Lessons
    ) throws(IndexError) -> (fitting: Int, all: Int) {
        var sum = (fitting: 0, all: 0)
        for fold in lessons.folds {
            sum.all += fold.count
            let others = flows.indices.filter { !fold.contains($0) }
            guard let sketch = sketch(strategy, others, lessons) else { continue }
            sum.fitting += try fitting(sketch, fold.map { flows[$0].said })
        }
        return sum
    }

    /// How many conversations a proposal recognises.
    private func fitting(_ proposal: Proposal, _ said: [Conversation]) throws(IndexError) -> Int {
        let origin = SourceLocation(file: name, line: 1)
        var definition = ProtocolDefinition(
            name: name, title: name, category: "unknown", reference: "", plugin: "local/\(name)",
            origin: origin)
        definition.signatures = [
            SignatureDefinition(
                transport: transport, client: proposal.client, server: proposal.server, isSymmetric: false,
                alone: proposal.alone, check: nil, origin: origin)
        ]
        let recogniser = Recogniser(
            index: try SignatureIndex([definition]), scripts: ScriptHost(sources: []))
        return said.count { said in
            let outcome = said.client.withBytes { client in
                said.server.withBytes { server in
                    recogniser.attempt(0, client: client, server: server, assumesAnswer: false)
                }
            }
            guard case .holds = outcome else { return false }
            return proposal.echo?.holds(for: said) ?? true
        }
    }
}

extension Proposal.Echo {
    /// Whether the server repeats what the client says; one that was not heard is not asked.
    func holds(for said: Conversation) -> Bool {
        guard !said.client.isEmpty, !said.server.isEmpty else { return true }
        let end = offset + count
        guard said.client.count >= end, said.server.count >= end else { return false }
        return said.client[offset..<end] == said.server[offset..<end]
    }
}

extension Matcher {
    /// Whether an expression is among its parts.
    var hasPattern: Bool {
        switch self {
        case .matches: true
        case .at(_, let inner): inner.hasPattern
        case .any(let parts), .all(let parts), .none(let parts): parts.contains(where: \.hasPattern)
        default: false
        }
    }
}
