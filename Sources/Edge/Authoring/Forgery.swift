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

    /// The part of forged conversations that a signature takes for its own: what patterns, lengths and functions are worth
    /// beyond the bytes at certain places.
    static func success(
        of number: Int, _ kind: RandomTraffic.Kind, count: Int, _ recogniser: borrowing Recogniser,
        seed: UInt64 = 1
    ) -> Double {
        var generator = SeededGenerator(seed: seed)
        let (client, server) = (
            recogniser.matcher(number, speaker: .client), recogniser.matcher(number, speaker: .server)
        )
        func demands(_ matcher: Matcher?) -> Demands { matcher.map(Demands.init) ?? Demands(.all([])) }
        let (clientDemands, serverDemands) = (demands(client), demands(server))
        var hits = 0
        for _ in 0..<count {
            let asked = kind == .serverOnly ? [] : Forgery(clientDemands, &generator).bytes
            let answered = kind == .clientOnly ? [] : Forgery(serverDemands, &generator).bytes
            let outcome = asked.withBytes { client in
                answered.withBytes { server in
                    recogniser.attempt(number, client: client, server: server, assumesAnswer: false)
                }
            }
            if case .holds = outcome { hits += 1 }
        }
        return Double(hits) / Double(max(count, 1))
    }
}
