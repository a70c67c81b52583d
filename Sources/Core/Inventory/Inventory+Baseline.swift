public import Net

// What is new, found where recognitions come in.

extension Inventory {
    /// Takes in one recognised flow as ``recognise(_:)`` does and compares it with what is known: what is new
    /// is among the findings, and a service that an earlier run saw keeps its first sighting.
    public mutating func recognise(_ recognition: Recognition, against baseline: inout Baseline) -> Outcome {
        var outcome = recognise(recognition)
        guard let service = outcome.service else { return outcome }
        let noted = baseline.note(
            recognition, isNewBanner: outcome.isNewBanner || outcome.isNewService)
        outcome.isFirstOfService = noted.isFirstOfService
        outcome.isFirstOfHost = noted.isFirstOfHost
        if outcome.isNewService {
            services.entries.update(service) { $0.firstSeen = min($0.firstSeen, noted.firstSeen) }
        }
        if let quietSince = noted.quietSince {
            let key = services.entries[service].key
            outcome.findings.append(addQuiet(key, since: quietSince, at: recognition.time))
        }
        guard let novelty = noted.novelty else { return outcome }
        let direction = judge.direction(
            client: recognition.client.address, server: recognition.server.address)
        let words = FindingWords(before: novelty.before, now: novelty.now)
        outcome.findings.append(
            add(novelty.rule, novelty.severity, recognition, service, direction, words))
        return outcome
    }

    /// A flow to a known service ended, as in ``ended(server:transport:protocolIndex:at:)``.
    @discardableResult
    public mutating func ended(
        server: Endpoint, transport: TransportProtocol, protocolIndex: Int, at time: Timestamp,
        against baseline: inout Baseline
    ) -> Int? {
        baseline.ended(server: server, transport: transport, protocolIndex: protocolIndex, at: time)
        return ended(server: server, transport: transport, protocolIndex: protocolIndex, at: time)
    }

    /// Time has passed: the findings about services that have gone quiet.
    ///
    /// Call it now and then, a second apart or more. Each call looks at `limit` services, so that it never takes
    /// long, and goes on where the last one stopped.
    public mutating func tick(
        at time: Timestamp, against baseline: inout Baseline, limit: Int = 4096
    ) -> [Finding] {
        baseline.quiet(at: time, limit: limit).compactMap { quiet in
            guard let index = baseline.protocolIndex(of: quiet.key) else { return nil }
            return addQuiet(quiet.key.with(protocolIndex: index), since: quiet.seen, at: time)
        }
    }

    /// Keeps the finding that a service was silent too long since its last sign, as noticed at `time`.
    private mutating func addQuiet(_ key: ServiceKey, since seen: Timestamp, at time: Timestamp) -> Finding {
        let service = services.find(key).map { services.entries[$0] }
        if let service { evidence.retain(service.evidence) }
        return add(
            FindingEntry(
                key: key, time: time, flow: 0, client: Endpoint(IPAddress(high: 0, low: 0), 0), vlan: 0,
                evidence: service?.evidence ?? .none, capture: 0, owner: -1, rule: .goneQuiet,
                severity: .info, direction: service?.directions.gravest,
                confidence: service?.isCertain == false ? .likely : .certain,
                words: FindingWords(lastSeen: seen)))
    }
}
