import Net

// Other plugins and another policy take over while the inventory goes on.

extension Inventory {
    /// Goes on under another judge: the plugin library or the policy was replaced.
    ///
    /// Every service is judged anew. One that is expected now, or whose known clients are all covered by
    /// allowances, is off-port no more; one that has become off-port, or is forbidden now, gives rise to a finding: of
    /// the last sign of it, with its first evidence, and of no flow. A service that was found off-port and still is, is
    /// not found again. Findings stay as they were made. An allowance goes on counting where the new policy has one with
    /// the same protocol, ports, name and servers.
    ///
    /// Returns the findings that are due, in no order that means anything.
    ///
    /// - Parameters:
    ///   - judge: what decides from now on.
    ///   - map: the new place of each protocol of the old judge, all of them: a protocol that was retired stays
    ///     in the new list, without signatures. Where two become one, so do their services.
    ///   - signatures: the new place of each signature of the old library; what is beyond it or nil is named by
    ///     its plugin from now on.
    @discardableResult
    public mutating func adopt(judge new: Judge, protocols map: [Int], signatures: [Int?] = []) -> [Finding] {
        // The caller made the map from the two lists; one that does not fit them would mix up all services.
        precondition(map.count == judge.protocols.count && map.allSatisfy(new.protocols.indices.contains))
        let old = judge
        judge = new
        let allowances = carryOverUsage(from: old)
        let isSameSite = old.policy.site?.networks == new.policy.site?.networks
        for (kept, other) in services.rekey({ $0.with(protocolIndex: map[$0.protocolIndex]) }) {
            merge(other, into: kept)
        }
        clients.renumber { map[$0] }
        services.forgetCandidates()
        for place in 0..<services.entries.places where !services.entries.isVacant(place) {
            rejudge(place, isSameSite: isSameSite) { $0 < 0 ? -1 : allowances[Int($0)] }
            services.entries.update(place) { $0.evidence.renumber(signatures) }
        }
        for place in 0..<findings.count {
            findings.update(place) { finding in
                finding.key = finding.key.with(protocolIndex: map[finding.key.protocolIndex])
                if finding.owner >= 0 { finding.owner = Int32(map[Int(finding.owner)]) }
                finding.evidence.renumber(signatures)
            }
        }
        return Array(services.entries.keptPlaces).flatMap { findingsDue(ofService: $0) }
    }

    /// What a service is found to be as it stands now, and was not before.
    private mutating func findingsDue(ofService service: Int) -> [Finding] {
        let entry = services.entries[service]
        var due: [Finding] = []
        if entry.forbiddenFinding < 0, let prohibition = judge.prohibition(of: entry.key.protocolIndex) {
            let prohibition = judge.policy.prohibitions[prohibition]
            let words = prohibition.reason.map { FindingWords(reason: $0) }
            let place = keep(.forbidden, prohibition.severity, entry, entry.directions, words)
            services.entries.update(service) { $0.forbiddenFinding = Int32(clamping: place) }
            due.append(finding(place))
        }
        if let offPortClass = entry.offPortClass, entry.decidingAllowance == nil, !entry.isOffPortReported,
            let directions = directionsOfUncovered(entry)
        {
            let severity = Judge.severity(of: offPortClass, direction: directions.gravest)
            let place = keep(.offPort(offPortClass), severity, entry, directions, nil)
            services.entries.update(service) { entry in
                entry.isOffPort = true
                entry.offPortFinding = Int32(clamping: place)
            }
            due.append(finding(place))
        }
        return due
    }

    /// Keeps a finding about a service that no session gave rise to, and returns its place.
    private mutating func keep(
        _ rule: Finding.Rule, _ severity: Severity, _ entry: ServiceEntry, _ directions: DirectionSet,
        _ words: FindingWords?
    ) -> Int {
        var owner: Int32 = -1
        if case .offPort = rule,
            case .offPort(_, let place?) = judge.home(of: entry.key.protocolIndex, on: entry.key.port)
        {
            owner = Int32(place)
        }
        evidence.retain(entry.evidence)
        return keep(
            FindingEntry(
                key: entry.key, time: entry.lastSeen, flow: 0,
                client: Endpoint(IPAddress(high: 0, low: 0), 0), vlan: 0, evidence: entry.evidence,
                capture: entry.capture, owner: owner, rule: rule, severity: severity,
                direction: directions.gravest, confidence: entry.isCertain ? .certain : .likely, words: words)
        )
    }

    /// The directions of those known clients that no allowance covers, whatever their VLANs were; nil when there are
    /// none.
    private func directionsOfUncovered(_ entry: ServiceEntry) -> DirectionSet? {
        let candidates = services.candidates(of: entry)
        var directions: DirectionSet?
        forEachKnownClient(of: entry) { direction, client in
            let mayBeCovered = candidates.contains { place in
                let allowance = judge.policy.allowances[place]
                return allowance.holds(at: entry.lastSeen)
                    && allowance.covers(
                        client: client, vlan: allowance.vlans.first?.lowerBound ?? 0, direction: direction)
            }
            guard !mayBeCovered else { return }
            directions = directions ?? DirectionSet()
            directions?.insert(direction)
        }
        return directions
    }

    /// Takes over what allowances did that the new policy has too, and tells the new place of each old one, -1
    /// for none.
    private mutating func carryOverUsage(from old: Judge) -> [Int32] {
        var places: [AllowanceIdentity: [Int]] = [:]
        for (place, allowance) in judge.policy.allowances.enumerated().reversed() {
            places[AllowanceIdentity(allowance), default: []].append(place)
        }
        var carried = Array(repeating: AllowanceUsage(), count: judge.policy.allowances.count)
        let map = zip(old.policy.allowances, usage).map { allowance, usage in
            guard let place = places[AllowanceIdentity(allowance)]?.popLast() else { return Int32(-1) }
            carried[place] = usage
            return Int32(place)
        }
        usage = carried
        return map
    }

    private mutating func rejudge(_ place: Int, isSameSite: Bool, _ renumbered: (Int32) -> Int32) {
        var entry = services.entries[place]
        let home = judge.home(of: entry.key.protocolIndex, on: entry.key.port)
        if !isSameSite {
            entry.directions = DirectionSet()
            forEachKnownClient(of: entry) { entry.directions.insert($0) }
        }
        entry.offPortClass = home.offPortClass
        let decided = renumbered(entry.allowance)
        entry.allowance = -1
        entry.candidates = 0
        if judge.prohibition(of: entry.key.protocolIndex) == nil { entry.forbiddenFinding = -1 }
        if home == .expected {
            entry.isOffPort = false
            entry.offPortFinding = -1
        } else {
            let fitting = judge.allowances(
                for: entry.key.protocolIndex, on: entry.key.port, server: entry.key.host)
            entry.candidates = services.keep(candidates: fitting)
            if fitting.contains(Int(decided)) { entry.allowance = decided }
            if let cover = cover(of: entry, among: fitting) {
                entry.allow(by: cover)
                entry.isOffPort = false
                entry.offPortFinding = -1
            } else {
                // What nobody has found yet is due now, or at the next session that nothing covers.
                entry.isOffPort = entry.isOffPort && entry.isOffPortReported
            }
        }
        services.entries.update(place) { $0 = entry }
    }

    /// The earliest allowance that acts, when allowances cover every client that is known; nil when one is left.
    private func cover(of entry: ServiceEntry, among candidates: [Int]) -> Int? {
        guard !candidates.isEmpty else { return nil }
        var earliest: Int?
        var isCovered = true
        forEachKnownClient(of: entry) { direction, client in
            let covering = candidates.first { place in
                let allowance = judge.policy.allowances[place]
                // The VLANs of earlier sessions are not known.
                return allowance.vlans.isEmpty && allowance.holds(at: entry.lastSeen)
                    && allowance.covers(client: client, vlan: 0, direction: direction)
            }
            guard let covering else {
                isCovered = false
                return
            }
            earliest = min(earliest ?? covering, covering)
        }
        return isCovered ? earliest : nil
    }

    private func forEachKnownClient(of entry: ServiceEntry, _ body: (Direction?) -> Void) {
        forEachKnownClient(of: entry) { direction, _ in body(direction) }
    }

    private func forEachKnownClient(of entry: ServiceEntry, _ body: (Direction?, IPAddress) -> Void) {
        func visit(_ client: IPAddress) {
            body(judge.direction(client: client, server: entry.key.host), client)
        }
        visit(entry.firstClient)
        sessions.forEachClient(first: entry.firstPair, visit)
    }

    /// Two protocols have become one, and so have their services.
    private mutating func merge(_ other: Int, into kept: Int) {
        let entry = services.entries[other]
        services.entries.update(kept) { $0.absorb(entry) }
        // The index names the one that is kept already.
        sessions.forgetAll(first: entry.firstPair)
        evidence.release(entry.evidence)
        services.removeUnfiled(other)
    }
}

/// What makes an allowance of another policy the same one.
private struct AllowanceIdentity: Hashable {
    let protocolName: String
    let name: String
    let ports: [PortRange]
    let servers: [Subnet]

    init(_ allowance: Allowance) {
        protocolName = allowance.protocolName
        name = allowance.name
        ports = allowance.ports
        servers = allowance.servers
    }
}

extension KeptEvidence {
    /// Names the signature by its place in another library.
    mutating func renumber(_ map: [Int?]) {
        guard let old = signatureIndex else { return }
        signature = map.indices.contains(old) ? map[old].map { Int32(clamping: $0) } ?? -1 : -1
    }
}

extension ServiceEntry {
    /// Takes over what another entry knows of the same service; the clients are those of the busier one.
    fileprivate mutating func absorb(_ other: ServiceEntry) {
        firstSeen = min(firstSeen, other.firstSeen)
        lastSeen = max(lastSeen, other.lastSeen)
        sessions = UInt32(clamping: UInt64(sessions) + UInt64(other.sessions))
        clients = max(clients, other.clients)
        directions.formUnion(other.directions)
        isCertain = isCertain || other.isCertain
        isOffPort = isOffPort || other.isOffPort
        if !isOffPortReported { offPortFinding = other.offPortFinding }
        forbiddenFinding = max(forbiddenFinding, other.forbiddenFinding)
    }
}
