public import Net

/// How one signature stands to what both speakers said: for a plugin's examples and for explanations.
public enum TrialOutcome: Sendable {
    /// It holds.
    case holds
    /// A speaker said nothing that its matcher accepts.
    case missed(Speaker, Matcher)
    /// A matcher needs more bytes than the speaker said.
    case unfinished(Speaker, Matcher)
    /// The `check` function said no, or broke.
    case refused(CheckOutcome)
    /// The other speaker was not heard, and the signature does not say that this one is enough.
    case oneSided(heard: Speaker)
}

extension Recogniser {
    /// How the signature with the given number stands to these bytes; an empty span is a speaker that was not heard.
    ///
    /// - Parameter assumesAnswer: a speaker of whom nothing is asked counts as heard.
    public func attempt(
        _ number: Int, client: borrowing RawSpan, server: borrowing RawSpan, assumesAnswer: Bool
    ) -> TrialOutcome {
        let (signature, definition) = (index.signatures[number], index.definitions[number])
        var place = 0
        for speaker in Speaker.allCases {
            guard let matcher = speaker == .client ? definition.client : definition.server else { continue }
            var lines = LineTable()
            let fit =
                speaker == .client
                ? fit(signature.client, client, true, &lines, &place)
                : fit(signature.server, server, true, &lines, &place)
            if fit == .no { return .missed(speaker, matcher) }
        }
        if client.byteCount == 0 || server.byteCount == 0 {
            let heard: Speaker = client.byteCount > 0 ? .client : .server
            let otherIsAsked = heard == .client ? signature.server >= 0 : signature.client >= 0
            let isEnough = heard == .client ? signature.aloneClient : signature.aloneServer
            guard isEnough || assumesAnswer && !otherIsAsked else { return .oneSided(heard: heard) }
        }
        if let check = signature.check {
            let outcome = scripts.check(check, client: client, server: server)
            guard case .holds = outcome else { return .refused(outcome) }
        }
        return .holds
    }

    /// The best that any of a protocol's signatures makes of these bytes: an example holds when one does.
    ///
    /// - Parameters:
    ///   - count: only so many of the first signatures: those of others stand behind a protocol's own.
    ///   - transport: only signatures of this transport; nil for all.
    ///   - file: whose signatures say why none holds, if it has any of the protocol: an author knows those.
    public func attempt(
        protocolIndex: Int, first count: Int = .max, transport: TransportProtocol?, of file: String? = nil,
        client: borrowing RawSpan, server: borrowing RawSpan
    ) -> TrialOutcome? {
        var best: (outcome: TrialOutcome, isOwn: Bool)?
        for number in index.signatureRanges[protocolIndex].prefix(count) {
            if let transport, index.definitions[number].transport != transport { continue }
            let outcome = attempt(number, client: client, server: server, assumesAnswer: true)
            if case .holds = outcome { return outcome }
            let isOwn = index.definitions[number].origin.file == file
            if best == nil || isOwn && best?.isOwn == false { best = (outcome, isOwn) }
        }
        return best?.outcome
    }
}

extension Recogniser {
    /// How a speaker's bytes stand to what the signature asks of it; nil when it asks nothing.
    public func fit(_ number: Int, speaker: Speaker, _ bytes: borrowing RawSpan) -> Fit? {
        let signature = index.signatures[number]
        let root = speaker == .client ? signature.client : signature.server
        guard root >= 0 else { return nil }
        var (lines, place) = (LineTable(), 0)
        return bytes.byteCount == 0 ? .no : fit(root, bytes, true, &lines, &place)
    }

    /// What the signature asks of a speaker.
    public func matcher(_ number: Int, speaker: Speaker) -> Matcher? {
        speaker == .client ? index.definitions[number].client : index.definitions[number].server
    }

    /// What carries the signature's flows.
    public func transport(_ number: Int) -> TransportProtocol { index.definitions[number].transport }
}
