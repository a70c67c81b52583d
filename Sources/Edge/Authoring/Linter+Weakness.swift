internal import Matching
internal import Net
internal import Plugins

/// How many random conversations would be recognised.
extension Linter {
    func weaknesses() -> [Remark] {
        let recogniser = workshop.recogniser()
        var traffic: [TransportProtocol: RandomTraffic] = [:]
        let transports = Set(
            places.flatMap { workshop.library.definitions[$0].signatures.map(\.transport) })
        for transport in transports {
            traffic[transport] = RandomTraffic(effort.conversations, over: transport, to: workshop)
        }
        var remarks: [Remark] = []
        for place in places {
            let definition = workshop.library.definitions[place]
            for (number, signature) in zip(workshop.index.signatureRanges[place], definition.signatures) {
                let name =
                    "\(signature.transport) #\(number - workshop.index.signatureRanges[place].lowerBound + 1)"
                guard let worst = worst(number, signature, traffic[signature.transport], recogniser) else {
                    continue
                }
                remarks.append(
                    Remark(
                        .weakSignature, .warning, signature.origin, "\(name) is weak: \(worst)",
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
            let whole =
                signature.fixedOdds(kind)
                * Forgery.success(of: number, kind, count: effort.forgeries, recogniser)
            let perMillion = min(whole, bytes) * 1_000_000
            guard perMillion >= Self.weakFromPerMillion || seen > 1 else { continue }
            guard perMillion > worst?.perMillion ?? -1 else { continue }
            let shown = traffic?.shown[kind] ?? 0
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
    func odds(_ kind: RandomTraffic.Kind) -> Double { odds(kind) { Odds.of($0) } }

    /// The odds by bytes at certain places only, which ``Forgery`` sets.
    func fixedOdds(_ kind: RandomTraffic.Kind) -> Double {
        odds(kind) { matcher in matcher.map { Demands($0).fixedOdds } ?? 1 }
    }

    private func odds(_ kind: RandomTraffic.Kind, _ odds: (Matcher?) -> Double) -> Double {
        switch kind {
        case .both: odds(client) * odds(server)
        case .clientOnly: odds(client)
        case .serverOnly: odds(server)
        }
    }
}
