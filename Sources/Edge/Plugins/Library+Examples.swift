public import Matching
internal import Net

extension Library {
    /// Tries every example on the compiled library; a protocol with one that does not hold is reported and left out.
    public mutating func tryExamples(with index: SignatureIndex, _ scripts: ScriptHost) {
        let recogniser = Recogniser(index: index, scripts: scripts)
        var places: [String: Int] = [:]
        for (place, definition) in index.protocols.enumerated() { places[definition.name] = place }
        tryExamples { definition, example in
            guard let place = places[definition.name] else { return .notRecognised("it is not in the index") }
            // A protocol that others announce is recognised by them.
            if definition.signatures.isEmpty { return .recognised }
            let outcome = (example.client ?? []).withBytes { client in
                (example.server ?? []).withBytes { server in
                    recogniser.attempt(
                        protocolIndex: place, first: definition.signatures.count,
                        transport: example.transport,
                        client: client, server: server)
                }
            }
            if case .refused(.broken) = outcome,
                let failure = scripts.failures.values.first(where: {
                    $0.location?.file == definition.origin.file
                })
            {
                return .notRecognised("its check function failed: \(failure)")
            }
            return ExampleOutcome(outcome)
        }
    }
}

extension ExampleOutcome {
    /// What a trial of a protocol's signatures means for an example.
    init(_ outcome: TrialOutcome?) {
        switch outcome {
        case .holds: self = .recognised
        case .missed(let speaker, let matcher), .unfinished(let speaker, let matcher):
            self = .missed(speaker, matcher)
        case .refused: self = .notRecognised("the check said no")
        case .oneSided(let heard):
            self = .notRecognised("only the \(heard) speaks, and no signature says that is enough")
        case nil: self = .notRecognised("no signature is for its transport")
        }
    }
}
