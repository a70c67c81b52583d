public import Net
internal import Regexes

/// Decides what flows are, by their first bytes.
///
/// One per worker: it holds scratch memory, never shared.
public struct Recogniser: ~Copyable {
    /// The library it decides by.
    public let index: SignatureIndex
    let scripts: any ScriptRunner
    let regex = RegexMatcher()
    /// On whose behalf checks are asked; see `ScriptRunner`, which is told only when one is.
    public var domain = 0
    /// By protocol, how many candidates were evaluated.
    public private(set) var evaluated: [Int]
    /// The patterns that were given up because they reached their limit.
    public var givenUp: Set<String> { regex.givenUp }
    /// Whether a function of a plugin was asked since this was set to false.
    public var hasAsked = false
    /// Takes the time of candidates, when somebody wants to know.
    public var meter: CostMeter?
    private var candidates = CandidateList()
    /// Candidates that Lua has to be asked about.
    private var waiting = CandidateList()

    /// A recogniser for a library, with the Lua functions of its plugins.
    public init(index: SignatureIndex, scripts: any ScriptRunner) {
        self.index = index
        self.scripts = scripts
        evaluated = Array(repeating: 0, count: index.protocols.count)
    }

    /// What the two directions' first bytes say the flow is.
    ///
    /// An empty span is a direction that said nothing. A verdict on one direction alone is given only when
    /// `isFinal`.
    ///
    /// - Parameter isFinal: no more bytes will come: what is not decided now is `.none`.
    /// - Parameter isLate: an earlier look at fewer of these bytes said that only late matchers are open.
    public mutating func decide(
        _ transport: TransportProtocol, first: borrowing RawSpan, second: borrowing RawSpan, roles: Roles,
        isFinal: Bool,
        isLate: Bool = false
    ) -> Decision {
        let bothSpoke = first.byteCount > 0 && second.byteCount > 0
        guard bothSpoke || isFinal else { return .undecided(isLate: false) }
        let isWhole = isFinal || transport != .tcp
        var ballot = Ballot(
            roles: roles, isWhole: isWhole, bothSpoke: bothSpoke, isStream: transport == .tcp)
        let lane = index.lane(transport)
        if !isLate { scan(lane.anchored, first, second, &ballot) }
        let needsAnchors = ballot.needsMore
        if ballot.isOpen, lane.hasLateMatchers { scanLate(lane, first, second, &ballot) }
        if let best = ballot.best {
            return ballot.waits && !isWhole ? .undecided(isLate: false) : .verdict(best)
        }
        if !isFinal {
            // A later datagram may say more.
            if transport != .tcp { return .none }
            let canGrow = min(first.byteCount, second.byteCount) < Programs.lineLimit
            if ballot.needsMore || (canGrow && lane.hasLateMatchers) {
                return .undecided(isLate: !needsAnchors)
            }
        }
        return lane.hasFallback ? fallBack(lane, first, second, &ballot) : .none
    }

    /// What those say that are asked only when nothing else decides.
    @inline(never)
    private mutating func fallBack(
        _ lane: SignatureIndex.Lane, _ first: borrowing RawSpan, _ second: borrowing RawSpan,
        _ ballot: inout Ballot
    ) -> Decision {
        ballot.isWhole = true
        scan(lane.fallback, first, second, &ballot)
        if ballot.isOpen { scanFloating(lane.floatingFallback, first, second, &ballot) }
        return ballot.best.map { .verdict($0) } ?? .none
    }

    /// Whether a datagram, on its own, belongs to a protocol that cannot wait for an answer: a tunnel, or one that
    /// announces other flows.
    public mutating func decideEagerly(_ datagram: borrowing RawSpan, roles: Roles) -> Decision {
        guard !index.udp.eager.isEmpty else { return .none }
        var ballot = Ballot(roles: roles, isWhole: true, bothSpoke: false, isStream: false)
        let start = meter?.start() ?? 0
        candidates.removeAll()
        _ = index.udp.eager.scan(datagram, from: 0, into: &candidates)
        meter?.searched(since: start)
        vote(datagram, RawSpan(), foundInFirst: candidates.count, &ballot)
        return ballot.best.map { .verdict($0) } ?? .none
    }

    /// The protocol that what one speaker says in the middle of a conversation begins: its place in the library.
    ///
    /// Only signatures for which one speaker is enough, and only by first bytes.
    public mutating func decideFollower(
        _ transport: TransportProtocol, _ said: borrowing RawSpan, isClient: Bool
    ) -> Int32? {
        var ballot = Ballot(
            roles: isClient ? .firstIsClient : .secondIsClient, isWhole: transport != .tcp, bothSpoke: false,
            isStream: transport == .tcp)
        let start = meter?.start() ?? 0
        candidates.removeAll()
        _ = index.lane(transport).anchored.scan(said, from: 0, into: &candidates)
        meter?.searched(since: start)
        vote(said, RawSpan(), foundInFirst: candidates.count, &ballot)
        return ballot.best?.protocolIndex
    }

    /// Every line after the first, then the matchers with nothing to anchor on.
    private mutating func scanLate(
        _ lane: SignatureIndex.Lane, _ first: borrowing RawSpan, _ second: borrowing RawSpan,
        _ ballot: inout Ballot
    ) {
        if !lane.lines.isEmpty {
            scanLines(lane.lines, first, second, isFirst: true, &ballot)
            scanLines(lane.lines, first, second, isFirst: false, &ballot)
        }
        if ballot.isOpen { scanFloating(lane.floating, first, second, &ballot) }
    }

    private mutating func scanFloating(
        _ members: [UInt32], _ first: borrowing RawSpan, _ second: borrowing RawSpan, _ ballot: inout Ballot
    ) {
        guard !members.isEmpty else { return }
        for isFirst in [true, false] {
            candidates.removeAll()
            for member in members { candidates.append(member) }
            vote(first, second, foundInFirst: isFirst ? candidates.count : 0, &ballot)
        }
    }

    private mutating func scanLines(
        _ lines: WindowIndex, _ first: borrowing RawSpan, _ second: borrowing RawSpan, isFirst: Bool,
        _ ballot: inout Ballot
    ) {
        let began = meter?.start() ?? 0
        candidates.removeAll()
        let end = min(isFirst ? first.byteCount : second.byteCount, Programs.lineLimit)
        var start = 0
        while true {
            let found =
                isFirst
                ? first.firstOffset(of: 0x0a, from: start, before: end)
                : second.firstOffset(of: 0x0a, from: start, before: end)
            guard let newline = found, newline + 1 < end else { break }
            start = newline + 1
            let needsMore =
                isFirst
                ? lines.scan(first, from: start, into: &candidates)
                : lines.scan(second, from: start, into: &candidates)
            ballot.needsMore = ballot.needsMore || needsMore
            // A hostile text of newlines must not make the list long: its lines say little.
            if candidates.count > 256 { break }
        }
        meter?.searched(since: began)
        vote(first, second, foundInFirst: isFirst ? candidates.count : 0, &ballot)
    }

    private mutating func scan(
        _ window: WindowIndex, _ first: borrowing RawSpan, _ second: borrowing RawSpan, _ ballot: inout Ballot
    ) {
        let start = meter?.start() ?? 0
        candidates.removeAll()
        if window.scan(first, from: 0, into: &candidates) { ballot.needsMore = true }
        let count = candidates.count
        if window.scan(second, from: 0, into: &candidates) { ballot.needsMore = true }
        meter?.searched(since: start)
        vote(first, second, foundInFirst: count, &ballot)
    }

    /// Evaluates the candidates, the more specific first, and keeps the best; the first `foundInFirst` were found in the
    /// first bytes of the first direction, the others in those of the second.
    private mutating func vote(
        _ first: borrowing RawSpan, _ second: borrowing RawSpan, foundInFirst: Int, _ ballot: inout Ballot
    ) {
        candidates.mark(after: foundInFirst)
        waiting.removeAll()
        for place in 0..<candidates.count {
            let candidate = candidates[place]
            let side = index.sides[Int(candidate >> 1)]
            if ballot.isClosed(to: side) { break }
            if isRepeated(place, side, ballot) { continue }
            // Lua is asked last, and only what could still win.
            if side.asksLua {
                waiting.append(candidate)
            } else {
                vote(side, first, second, isFirst: candidate & 1 == 0, &ballot)
            }
        }
        for place in 0..<waiting.count {
            let candidate = waiting[place]
            let side = index.sides[Int(candidate >> 1)]
            if ballot.isClosed(to: side) { break }
            vote(side, first, second, isFirst: candidate & 1 == 0, &ballot)
        }
    }

    /// Whether the candidate at `place` is the same as the next one.
    ///
    /// Several anchors may have found it; or both speakers say what a symmetric signature asks for. Then it is asked
    /// once, as found by the server, who may be believed alone.
    private mutating func isRepeated(
        _ place: Int, _ side: SignatureIndex.Side, _ ballot: borrowing Ballot
    ) -> Bool {
        guard place &+ 1 < candidates.count else { return false }
        let (candidate, next) = (candidates[place], candidates[place &+ 1])
        if candidate == next { return true }
        guard side.isSymmetric, candidate >> 1 == next >> 1 else { return false }
        candidates[place &+ 1] = candidate & ~1 | (ballot.assumedFirstIsClient ? 1 : 0)
        return true
    }

    /// Evaluates a candidate, unless it could not win.
    private mutating func vote(
        _ side: SignatureIndex.Side, _ first: borrowing RawSpan, _ second: borrowing RawSpan, isFirst: Bool,
        _ ballot: inout Ballot
    ) {
        let signature = index.signatures[Int(side.signature)]
        // A symmetric signature says nothing about roles: they stay as they were.
        let firstIsClient =
            signature.isSymmetric ? ballot.assumedFirstIsClient : (side.speaker == .client) == isFirst
        guard firstIsClient == ballot.assumedFirstIsClient || !ballot.rolesAreKnown else { return }
        guard
            ballot.couldBeat(
                signature, number: side.signature, firstIsClient: firstIsClient,
                rank: ballot.rank(of: signature))
        else { return }
        evaluated[Int(signature.protocolIndex)] &+= 1
        let start = meter?.start() ?? 0
        defer { meter?.candidate(signature.protocolIndex, asked: signature.check != nil, since: start) }
        // A symmetric signature is filed once; whose bytes found it tells the speaker.
        let byServer = signature.isSymmetric ? isFirst != firstIsClient : side.speaker == .server
        if firstIsClient {
            evaluate(
                side.signature, signature, client: first, server: second, firstIsClient: true,
                isFoundByServer: byServer, &ballot)
        } else {
            evaluate(
                side.signature, signature, client: second, server: first, firstIsClient: false,
                isFoundByServer: byServer, &ballot)
        }
    }

    private mutating func evaluate(
        _ number: Int32, _ signature: SignatureIndex.Signature, client: borrowing RawSpan,
        server: borrowing RawSpan, firstIsClient: Bool, isFoundByServer: Bool, _ ballot: inout Ballot
    ) {
        let isCertain = client.byteCount > 0 && server.byteCount > 0
        if !isCertain {
            let isEnough = client.byteCount > 0 ? signature.aloneClient : signature.aloneServer
            guard isEnough else { return }
        }
        var (clientPlace, serverPlace) = (0, 0)
        var (clientFit, serverFit): (Fit, Fit)
        if firstIsClient {
            clientFit = fit(signature.client, client, ballot.isWhole, &ballot.firstLines, &clientPlace)
        } else {
            clientFit = fit(signature.client, client, ballot.isWhole, &ballot.secondLines, &clientPlace)
        }
        // A server says what it is, whatever it was asked; an answer of one datagram says too little for that.
        let contradicts = clientFit == .no
        if contradicts {
            guard isCertain, ballot.isStream, isFoundByServer, signature.aloneServer,
                ballot.couldBeat(signature, number: number, firstIsClient: firstIsClient, rank: .serverAlone)
            else { return }
        }
        if firstIsClient {
            serverFit = fit(signature.server, server, ballot.isWhole, &ballot.secondLines, &serverPlace)
        } else {
            serverFit = fit(signature.server, server, ballot.isWhole, &ballot.firstLines, &serverPlace)
        }
        if serverFit == .no { return }
        if clientFit == .more || serverFit == .more {
            ballot.needsMore = true
            if ballot.rank(of: signature) != .unaskedServer { ballot.answerWaits = true }
            if clientFit == .yes, signature.aloneClient, signature.asksForLine, ballot.clientsProtocol < 0 {
                ballot.clientsProtocol = signature.protocolIndex
            }
            return
        }
        if let check = signature.check {
            hasAsked = true
            scripts.domain = domain
            let outcome =
                contradicts
                ? scripts.check(check, client: RawSpan(), server: server)
                : scripts.check(check, client: client, server: server)
            switch outcome {
            case .holds: break
            case .more:
                ballot.needsMore = true
                return
            case .fails, .broken: return
            }
        }
        let byServer = signature.server >= 0 && server.byteCount > 0
        ballot.best = Verdict(
            signature: number, protocolIndex: signature.protocolIndex, firstIsClient: firstIsClient,
            isCertain: isCertain && !contradicts, evidenceIsServer: byServer,
            evidenceOffset: Int32(clamping: byServer ? serverPlace : clientPlace))
        ballot.bestSpecificity = signature.specificity
        ballot.bestAsksClient = signature.asksClient && !contradicts
        ballot.bestRank = contradicts ? .serverAlone : ballot.rank(of: signature)
    }

    /// A speaker of whom nothing is asked, or who was not heard, stands in nobody's way.
    @inline(__always)
    func fit(
        _ root: Programs.Root, _ bytes: borrowing RawSpan, _ isWhole: Bool, _ lines: inout LineTable,
        _ place: inout Int
    ) -> Fit {
        guard root >= 0, bytes.byteCount > 0 else { return .yes }
        return index.programs.evaluate(
            root, bytes, isWhole: isWhole, regex: regex, lines: &lines, place: &place)
    }
}

/// How a verdict stands to what the server said.
public enum Rank: Int, Sendable {
    /// The server was heard, and nothing was asked of it: it may be something else.
    case unaskedServer
    /// The server's words are enough; the client's are those of another protocol.
    case serverAlone
    /// All that was heard fits.
    case whole
}

/// The best verdict so far, and what it would take to beat it.
private struct Ballot {
    let rolesAreKnown: Bool
    let assumedFirstIsClient: Bool
    var isWhole: Bool
    var best: Verdict?
    var bestSpecificity: Int32 = 0
    var bestRank = Rank.unaskedServer
    let bothSpoke: Bool
    let isStream: Bool
    var needsMore = false
    /// Whether a signature that asks something of the server, and may yet hold, lacks bytes.
    var answerWaits = false
    /// The protocol of the first of them that knows the client's words, which would be enough for it alone, and wants a
    /// line of the server that others may precede; -1 for none.
    var clientsProtocol: Int32 = -1
    /// Whether the best verdict rests on words of the client, too.
    var bestAsksClient = false
    /// The lines of both directions.
    var firstLines = LineTable()
    var secondLines = LineTable()

    init(roles: Roles, isWhole: Bool, bothSpoke: Bool, isStream: Bool) {
        self.bothSpoke = bothSpoke
        self.isStream = isStream
        rolesAreKnown = roles == .firstIsClient || roles == .secondIsClient
        assumedFirstIsClient = roles == .firstIsClient || roles == .firstSpokeFirst
        self.isWhole = isWhole
    }

    /// Whether something that fits more of what was heard could still be found.
    var isOpen: Bool { best == nil || bestRank != .whole }

    /// Whether the best verdict must wait: the next bytes of a server of whom nothing was asked may tell what it really
    /// is, and so may those of one that greets in another protocol than the client speaks.
    var waits: Bool {
        if bestRank == .unaskedServer { return answerWaits }
        return isStream && bothSpoke && !bestAsksClient && clientsProtocol >= 0
            && clientsProtocol != best?.protocolIndex
    }

    /// Whether neither this side nor one that is filed behind it can win: they ask for less.
    @inline(__always)
    func isClosed(to side: SignatureIndex.Side) -> Bool {
        guard let best, bestRank == .whole else { return false }
        if side.specificity != bestSpecificity { return side.specificity < bestSpecificity }
        // The same signature may still win with the roles that were assumed.
        return side.signature > best.signature
    }

    func rank(of signature: SignatureIndex.Signature) -> Rank {
        bothSpoke && signature.server < 0 ? .unaskedServer : .whole
    }

    /// What fits more of what was heard wins, then the more specific signature, then the one declared first, then the
    /// roles that were assumed, so that the answer never depends on the order in which candidates are found.
    func couldBeat(
        _ signature: SignatureIndex.Signature, number: Int32, firstIsClient: Bool, rank: Rank
    ) -> Bool {
        guard let best else { return true }
        if rank != bestRank { return rank.rawValue > bestRank.rawValue }
        if signature.specificity != bestSpecificity { return signature.specificity > bestSpecificity }
        if number != best.signature { return number < best.signature }
        return firstIsClient == assumedFirstIsClient && best.firstIsClient != assumedFirstIsClient
    }
}
