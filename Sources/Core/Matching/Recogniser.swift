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
    private var candidates: [UInt32] = []

    /// A recogniser for a library, with the Lua functions of its plugins.
    public init(index: SignatureIndex, scripts: any ScriptRunner) {
        self.index = index
        self.scripts = scripts
        candidates.reserveCapacity(64)
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
        var ballot = Ballot(roles: roles, isWhole: isWhole)
        let lane = index.lane(transport)
        if !isLate { scan(lane.anchored, first, second, &ballot) }
        let needsAnchors = ballot.needsMore
        if ballot.best == nil, lane.hasLateMatchers { scanLate(lane, first, second, &ballot) }
        if let best = ballot.best { return .verdict(best) }
        if isFinal { return .none }
        if transport != .tcp { return .none }
        let canGrow = min(first.byteCount, second.byteCount) < Programs.lineLimit
        if ballot.needsMore || (canGrow && lane.hasLateMatchers) { return .undecided(isLate: !needsAnchors) }
        return .none
    }

    /// Whether a datagram, on its own, belongs to a protocol that cannot wait for an answer: a tunnel, or one that
    /// announces other flows.
    public mutating func decideEagerly(_ datagram: borrowing RawSpan, roles: Roles) -> Decision {
        guard !index.udp.eager.isEmpty else { return .none }
        var ballot = Ballot(roles: roles, isWhole: true)
        candidates.removeAll(keepingCapacity: true)
        _ = index.udp.eager.scan(datagram, from: 0, into: &candidates)
        vote(datagram, RawSpan(), isFirst: true, &ballot)
        return ballot.best.map { .verdict($0) } ?? .none
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
        guard ballot.best == nil, !lane.floating.isEmpty else { return }
        for isFirst in [true, false] {
            candidates.removeAll(keepingCapacity: true)
            candidates += lane.floating
            vote(first, second, isFirst: isFirst, &ballot)
        }
    }

    private mutating func scanLines(
        _ lines: WindowIndex, _ first: borrowing RawSpan, _ second: borrowing RawSpan, isFirst: Bool,
        _ ballot: inout Ballot
    ) {
        candidates.removeAll(keepingCapacity: true)
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
        vote(first, second, isFirst: isFirst, &ballot)
    }

    private mutating func scan(
        _ window: WindowIndex, _ first: borrowing RawSpan, _ second: borrowing RawSpan, _ ballot: inout Ballot
    ) {
        candidates.removeAll(keepingCapacity: true)
        if window.scan(first, from: 0, into: &candidates) { ballot.needsMore = true }
        vote(first, second, isFirst: true, &ballot)
        candidates.removeAll(keepingCapacity: true)
        if window.scan(second, from: 0, into: &candidates) { ballot.needsMore = true }
        vote(first, second, isFirst: false, &ballot)
    }

    /// Evaluates the candidates found in one direction's bytes and keeps the best.
    private func vote(
        _ first: borrowing RawSpan, _ second: borrowing RawSpan, isFirst: Bool, _ ballot: inout Ballot
    ) {
        var waitsForCheck = false
        for candidate in candidates {
            waitsForCheck =
                vote(candidate, first, second, isFirst: isFirst, asksChecks: false, &ballot) || waitsForCheck
        }
        // Lua is asked last, and only what could still win.
        guard waitsForCheck else { return }
        for candidate in candidates {
            _ = vote(candidate, first, second, isFirst: isFirst, asksChecks: true, &ballot)
        }
    }

    /// Evaluates a candidate; true when it was left for later because it has a `check` function.
    @inline(__always)
    private func vote(
        _ candidate: UInt32, _ first: borrowing RawSpan, _ second: borrowing RawSpan, isFirst: Bool,
        asksChecks: Bool,
        _ ballot: inout Ballot
    ) -> Bool {
        let side = index.sides[Int(candidate)]
        let signature = index.signatures[Int(side.signature)]
        if (signature.checkSource >= 0) != asksChecks { return !asksChecks }
        // A symmetric signature says nothing about roles: they stay as they were.
        let firstIsClient =
            signature.isSymmetric ? ballot.assumedFirstIsClient : (side.speaker == .client) == isFirst
        guard firstIsClient == ballot.assumedFirstIsClient || !ballot.rolesAreKnown else { return false }
        guard ballot.couldBeat(signature, number: side.signature, firstIsClient: firstIsClient) else {
            return false
        }
        if firstIsClient {
            evaluate(side.signature, signature, client: first, server: second, firstIsClient: true, &ballot)
        } else {
            evaluate(side.signature, signature, client: second, server: first, firstIsClient: false, &ballot)
        }
        return false
    }

    private func evaluate(
        _ number: Int32, _ signature: SignatureIndex.Signature, client: borrowing RawSpan,
        server: borrowing RawSpan, firstIsClient: Bool, _ ballot: inout Ballot
    ) {
        let isCertain = client.byteCount > 0 && server.byteCount > 0
        if !isCertain {
            let isEnough = client.byteCount > 0 ? signature.aloneClient : signature.aloneServer
            guard isEnough else { return }
        }
        var (clientPlace, serverPlace) = (0, 0)
        let clientFit = fit(signature.client, client, ballot.isWhole, &clientPlace)
        if clientFit == .no { return }
        let serverFit = fit(signature.server, server, ballot.isWhole, &serverPlace)
        if serverFit == .no { return }
        if clientFit == .more || serverFit == .more {
            ballot.needsMore = true
            return
        }
        if let check = signature.check {
            switch scripts.check(check, client: client, server: server) {
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
            isCertain: isCertain, evidenceIsServer: byServer,
            evidenceOffset: Int32(clamping: byServer ? serverPlace : clientPlace))
        ballot.bestSpecificity = signature.specificity
    }

    /// A speaker of whom nothing is asked, or who was not heard, stands in nobody's way.
    @inline(__always)
    func fit(_ root: Programs.Root, _ bytes: borrowing RawSpan, _ isWhole: Bool, _ place: inout Int) -> Fit {
        guard root >= 0, bytes.byteCount > 0 else { return .yes }
        return index.programs.evaluate(root, bytes, isWhole: isWhole, regex: regex, place: &place)
    }
}

/// The best verdict so far, and what it would take to beat it.
private struct Ballot {
    let rolesAreKnown: Bool
    let assumedFirstIsClient: Bool
    let isWhole: Bool
    var best: Verdict?
    var bestSpecificity: Int32 = 0
    var needsMore = false

    init(roles: Roles, isWhole: Bool) {
        rolesAreKnown = roles == .firstIsClient || roles == .secondIsClient
        assumedFirstIsClient = roles == .firstIsClient || roles == .firstSpokeFirst
        self.isWhole = isWhole
    }

    /// The more specific signature wins, then the one declared first, then the roles that were assumed, so that the
    /// answer never depends on the order in which candidates are found.
    func couldBeat(_ signature: SignatureIndex.Signature, number: Int32, firstIsClient: Bool) -> Bool {
        guard let best else { return true }
        if signature.specificity != bestSpecificity { return signature.specificity > bestSpecificity }
        if number != best.signature { return number < best.signature }
        return firstIsClient == assumedFirstIsClient && best.firstIsClient != assumedFirstIsClient
    }
}
