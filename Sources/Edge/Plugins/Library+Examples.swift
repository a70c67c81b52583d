public import Matching
internal import Net

extension Library {
    /// Tries every example on the compiled library, and the functions for fields on those that are recognised; a
    /// protocol with one that does not hold is reported and left out.
    public mutating func tryExamples(with index: SignatureIndex, _ scripts: ScriptHost) {
        let recogniser = Recogniser(index: index, scripts: scripts)
        let extractor = FieldExtractor(index: index, scripts: scripts)
        let (files, grown) = (sources.map(\.path), Set(extended.keys))
        var places: [String: Int] = [:]
        for (place, definition) in index.protocols.enumerated() { places[definition.name] = place }
        tryExamples { definition, example in
            guard let place = places[definition.name] else { return .notRecognised("it is not in the index") }
            // A protocol that others announce is recognised by them.
            if definition.signatures.isEmpty { return .recognised }
            // What failed before failed on another example.
            scripts.startAnew()
            // Functions of others, which extend the protocol or are extended, are tried on their own examples.
            func failure() -> PluginProblem? {
                files.firstIndex(of: example.origin.file).flatMap { scripts.failures[$0] }
            }
            let outcome = (example.client ?? []).withBytes { client in
                (example.server ?? []).withBytes { server in
                    recogniser.attempt(
                        protocolIndex: place, first: definition.signatures.count,
                        transport: example.transport, of: example.origin.file,
                        client: client, server: server)
                }
            }
            if case .refused(.broken) = outcome, let failure = failure() {
                return .notRecognised("its check function failed: \(failure)")
            }
            guard case .holds = outcome, !example.isCounter, definition.asksForFields else {
                return ExampleOutcome(outcome)
            }
            scripts.startAnew()
            let fields = (example.client ?? []).withBytes { client in
                (example.server ?? []).withBytes { server in
                    extractor.fields(of: place, client: client, server: server).server
                }
            }
            if let failure = failure() {
                return .notRecognised("a function for its fields failed: \(failure)")
            }
            // Of several files it is not known whose field it is.
            if !grown.contains(definition.name),
                let clash = fields.compactMap({ Reading.clash(ofField: $0.name) }).first
            {
                return .notRecognised(clash)
            }
            return .recognised
        }
    }
}

extension ProtocolDefinition {
    /// Whether functions have a part in its fields.
    fileprivate var asksForFields: Bool {
        !descriptions.isEmpty || fields.contains { if case .function = $0.extractor { true } else { false } }
    }
}

extension ExampleOutcome {
    /// What a trial of a protocol's signatures means for an example.
    init(_ outcome: TrialOutcome?) {
        switch outcome {
        case .holds: self = .recognised
        case .missed(let speaker, let matcher), .unfinished(let speaker, let matcher):
            self = .missed(speaker, matcher)
        case .refused(.more): self = .notRecognised("the check asks for more than is said")
        case .refused: self = .notRecognised("the check said no")
        case .oneSided(let heard):
            self = .notRecognised("only the \(heard) speaks, and no signature says that is enough")
        case nil: self = .notRecognised("no signature is for its transport")
        }
    }
}
