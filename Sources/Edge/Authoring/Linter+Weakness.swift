internal import Matching
internal import Net
internal import Plugins

/// How many random conversations would be recognised.
extension Linter {
    func weaknesses() -> [Remark] {
        let recogniser = workshop.recogniser()
        var traffic: [TransportProtocol: RandomTraffic] = [:]
        let transports = Set(
            parts.flatMap { $0.definition.signatures.map(\.transport) })
        for transport in transports {
            traffic[transport] = RandomTraffic(effort.conversations, over: transport, to: workshop)
        }
        var remarks: [Remark] = []
        for part in parts {
            for (number, signature) in zip(part.numbers, part.definition.signatures) {
                guard let worst = worst(number, signature, traffic[signature.transport], recogniser) else {
                    continue
                }
                remarks.append(
                    Remark(
                        .weakSignature, .warning, signature.origin, "\(label(number)) is weak: \(worst)",
                        advice: advice(signature)))
            }
        }
        return remarks
    }

    /// What is said of the kind of conversation that fits most easily; nil when none does so too easily.
    private func worst(
        _ number: Int, _ signature: SignatureDefinition, _ traffic: RandomTraffic?,
        _ recogniser: borrowing Recogniser
    ) -> String? {
        var worst: (perMillion: Double, text: String)?
        for kind in signature.kinds {
            let bytes = signature.odds(kind)
            let seen = traffic?.recognised[number]?[kind] ?? 0
            // Unless what stands at certain places is weak, nothing else needs to be tried.
            guard bytes * 1_000_000 >= Self.weakFromPerMillion || seen > 1 else { continue }
            // What a pattern, a sequence or a function asks for shows only when it is tried.
            let whole =
                signature.isComputed(kind)
                ? bytes : Forgery.odds(of: number, kind, count: effort.forgeries, recogniser)
            let shown = traffic?.shown[kind] ?? 0
            var perMillion = min(whole, bytes) * 1_000_000
            // What chance did twice is not rare, whatever a few hundred trials say.
            if perMillion < Self.weakFromPerMillion, seen > 1 {
                perMillion = Double(seen) / Double(max(shown, 1)) * 1_000_000
            }
            guard perMillion >= Self.weakFromPerMillion, perMillion > worst?.perMillion ?? -1 else {
                continue
            }
            worst = (
                perMillion,
                "about \(Self.rounded(perMillion)) of a million random \(kind.words) fit; "
                    + "\(seen) of \(shown) tried got this name"
            )
        }
        return worst?.text
    }

    /// Two digits are as much as an estimate is worth.
    static func rounded(_ value: Double) -> String {
        if value < 10 { return "\((value * 10).rounded() / 10)" }
        var (number, unit) = (Int(value.rounded()), 1)
        while number / unit >= 100 { unit *= 10 }
        number = (number + unit / 2) / unit * unit
        return "\(number)"
    }

    private func advice(_ signature: SignatureDefinition) -> String {
        signature.alone.isEmpty
            ? "ask for more bytes, for lengths that agree (sized, counted), or of the other speaker too"
            : "ask for more bytes of the speaker that is enough alone, or leave out alone"
    }
}

extension RandomTraffic.Kind {
    /// What the conversations are.
    fileprivate var words: String {
        switch self {
        case .both: "conversations"
        case .clientOnly: "requests without an answer"
        case .serverOnly: "answers without a request"
        }
    }
}

extension SignatureDefinition {
    /// The kinds of conversation that it may hold for.
    var kinds: [RandomTraffic.Kind] {
        [.both] + (alone.contains(.client) ? [.clientOnly] : [])
            + (alone.contains(.server) ? [.serverOnly] : [])
    }

    /// The odds that random bytes fit, by all that can be computed.
    func odds(_ kind: RandomTraffic.Kind) -> Double {
        asked(kind).reduce(1) { $0 * Odds.of($1) }
    }

    /// Whether that is all it asks for.
    func isComputed(_ kind: RandomTraffic.Kind) -> Bool {
        check == nil && asked(kind).allSatisfy { Demands($0).areComputed }
    }

    /// What it asks of those who are heard.
    private func asked(_ kind: RandomTraffic.Kind) -> [Matcher] {
        switch kind {
        case .both: [client, server].compactMap { $0 }
        case .clientOnly: [client].compactMap { $0 }
        case .serverOnly: [server].compactMap { $0 }
        }
    }
}
