internal import Matching
internal import Mutations
internal import Net

/// Random bytes that meet what a matcher asks of certain places: they show what the rest of it is worth.
struct Forgery {
    private(set) var bytes: [UInt8]

    init(_ demands: Demands, _ generator: inout SeededGenerator) {
        bytes = RandomTraffic.payload(&generator, lengths: demands.length ?? Odds.lengths)
        let reach = (demands.fixed.keys.max() ?? -1) + 1
        while bytes.count < reach { bytes.append(UInt8.random(in: .min ... .max, using: &generator)) }
        for (offset, byteClass) in demands.fixed {
            if let value = byteClass.values.randomElement(using: &generator) { bytes[offset] = value }
        }
    }

    /// The part of all random conversations that a signature takes for its own, told from those that are forged to
    /// have its bytes at certain places: what patterns, lengths and functions are worth beyond these.
    ///
    /// - Parameter count: how many are forged.
    static func odds(
        of number: Int, _ kind: RandomTraffic.Kind, count: Int, _ recogniser: borrowing Recogniser,
        seed: UInt64 = 1
    ) -> Double {
        var generator = SeededGenerator(seed: seed)
        let asked = Draft.all(of: recogniser.matcher(number, speaker: .client), atMost: count, &generator)
        let answered = Draft.all(of: recogniser.matcher(number, speaker: .server), atMost: count, &generator)
        var sum = 0.0
        for trial in 0..<count {
            let (question, answer) = (asked[trial % asked.count], answered[trial % answered.count])
            let client = kind == .serverOnly ? [] : Forgery(question.demands, &generator).bytes
            let server = kind == .clientOnly ? [] : Forgery(answer.demands, &generator).bytes
            let outcome = client.withBytes { client in
                server.withBytes { server in
                    recogniser.attempt(number, client: client, server: server, assumesAnswer: false)
                }
            }
            guard case .holds = outcome else { continue }
            sum += (kind == .serverOnly ? 1 : question.odds) * (kind == .clientOnly ? 1 : answer.odds)
        }
        return sum / Double(max(count, 1))
    }

    /// One of the ways in which a matcher may be fitted.
    private struct Draft {
        var demands: Demands
        /// How often chance takes this way, times the number of ways.
        var odds: Double

        /// Several that are drawn, each as likely as any other; one where there is no choice.
        static func all(of matcher: Matcher?, atMost count: Int, _ generator: inout SeededGenerator)
            -> [Draft]
        {
            guard let matcher else { return [Draft(demands: Demands(.all([])), odds: 1)] }
            var drafts: [Draft] = []
            repeat {
                let (drawn, ways) = matcher.drawn(&generator)
                let demands = Demands(drawn)
                drafts.append(Draft(demands: demands, odds: ways * demands.fixedOdds))
                if drawn == matcher { break }
            } while drafts.count < min(count, Self.most)
            return drafts
        }

        private static let most = 500
    }
}

extension Matcher {
    /// With one part of each `any`, and what is asked of some line asked of the first: then more of it stands
    /// at certain places.
    ///
    /// The second value says how many such ways there are.
    fileprivate func drawn(_ generator: inout SeededGenerator) -> (matcher: Matcher, ways: Double) {
        func first(_ classes: [ByteClass], _ ways: Int = 1) -> (Matcher, Double) {
            (.classes(classes, offset: 0), Demands.lines * Double(ways))
        }
        switch self {
        case .any(let parts):
            guard let part = parts.randomElement(using: &generator) else { return (self, 1) }
            let (inner, ways) = part.drawn(&generator)
            return (inner, ways * Double(parts.count))
        case .all(let parts):
            var all = 1.0
            var inner: [Matcher] = []
            for part in parts {
                let (one, ways) = part.drawn(&generator)
                inner.append(one)
                all *= ways
            }
            return (.all(inner), all)
        case .at(let offset, let inner):
            let (inner, ways) = inner.drawn(&generator)
            return (.at(offset, inner), ways)
        case .line(let classes): return first(classes)
        case .command(let words):
            guard let word = words.randomElement(using: &generator) else { return (self, 1) }
            return first(
                word.map { ByteClass(ignoringCase: $0) } + [ByteClass { [10, 13, 32].contains($0) }],
                words.count)
        case .reply(let codes):
            guard let code = codes.randomElement(using: &generator) else { return (self, 1) }
            return first(
                "\(code)".utf8.map { ByteClass($0) } + [ByteClass { [10, 13, 32, 45].contains($0) }],
                codes.count)
        default: return (self, 1)
        }
    }
}
