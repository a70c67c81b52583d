import Alerts
import Engine
import Inventory
import Matching
import Net
import Operation
import Pipeline
import Plugins
import Reassembly
import Records
import Wire

/// What a sensor says of itself to those who ask: filled once a second, read by the server.
final class Bulletin {
    let board = SnapshotBoard()
    private let started = Timestamp(nanoseconds: Console.now)
    private var rates = RateMeter()
    private var findings = Newest<SensorSnapshot.NewFinding>()
    private var services = Newest<SensorSnapshot.NewService>()
    private var counts: [Count: Int] = [:]
    /// How many of a severity have become graver, and are counted there.
    private var grown: [Count: Int] = [:]
    /// Flows that were recognised by what they said.
    private var recognised = 0
    /// By protocol's name, the flows that got it; those that another flow announced once they have ended.
    private(set) var matches: [String: Int] = [:]
    var reloads = SensorSnapshot.Reloads()

    private struct Count: Hashable {
        var rule: String
        var severity: Severity
    }

    func note(_ finding: Finding) {
        if let severity = finding.lesserSeverity {
            let lesser = Count(rule: finding.rule.name, severity: severity)
            // Since it was counted, the policy may have come to call it otherwise.
            if let count = counts[lesser], count > 0 {
                counts[lesser] = count - 1
                grown[lesser, default: 0] += 1
            }
        }
        counts[Count(rule: finding.rule.name, severity: finding.severity), default: 0] += 1
        findings.append(
            SensorSnapshot.NewFinding(
                time: finding.time, severity: finding.severity.rawValue, title: finding.title,
                host: "\(finding.host)", port: Int(finding.port.number),
                client: finding.hasFlow ? "\(finding.client)" : nil))
    }

    func note(_ service: Service) {
        services.append(
            SensorSnapshot.NewService(
                time: service.firstSeen, protocolName: service.protocolName, host: "\(service.host)",
                port: Int(service.port.number), standing: service.standing.name,
                product: service.currentBanner?.product))
    }

    func note(recognised name: String) {
        recognised += 1
        matches[name, default: 0] += 1
    }

    /// A flow has ended that another one announced; the engine counts those itself.
    func note(announced name: String) { matches[name, default: 0] += 1 }

    /// Puts up the numbers as they are now; nothing may be under way in the engine.
    func post(
        _ accounts: Accounts, _ watched: Watched, capacity: Int, alerting: Alerting?, isEnding: Bool = false
    ) {
        let now = Timestamp(nanoseconds: Console.now)
        var snapshot = SensorSnapshot(
            version: Offport.version, pid: Console.processNumber, started: started, now: now)
        snapshot.state = isEnding ? .stopping : .running
        snapshot.interfaces = watched.interfaces
        let (engine, inventory) = (accounts.engine, accounts.inventory)
        snapshot.packets = accounts.packets
        snapshot.bytes = engine.wireBytes
        snapshot.rates = rates.update(
            nanoseconds: Console.uptime, packets: accounts.packets, bytes: engine.wireBytes)
        snapshot.flows.seen = engine.counters.flows
        snapshot.flows.tracked = engine.trackedFlows
        snapshot.flows.capacity = capacity
        snapshot.flows.evicted = engine.counters.evicted
        // Lanes count a flow as recognised when it ends, but one that another announced when it begins.
        snapshot.flows.recognised = recognised + engine.counters.children
        snapshot.services = inventory.standings().map { name, expected, allowed, offPort in
            SensorSnapshot.ProtocolServices(
                name: name, expected: expected, allowed: allowed, offPort: offPort)
        }.sorted { ($1.total, $0.name) < ($0.total, $1.name) }
        snapshot.clients = inventory.clientCount
        snapshot.findings = counts.map { key, count in
            var shown = SensorSnapshot.FindingCount(
                rule: key.rule, severity: key.severity.rawValue, count: count)
            shown.grown = grown[key]
            return shown
        }.sorted { ($0.rule, $0.severity) < ($1.rule, $1.severity) }
        snapshot.newestFindings = findings.elements
        snapshot.newestServices = services.elements
        fill(&snapshot, alerting, now)
        snapshot.plugins = plugins(accounts)
        snapshot.reloads = reloads
        for reason in Malformed.allCases where engine.decodeCounters[reason] > 0 {
            snapshot.malformed[reason.name] = Int(engine.decodeCounters[reason])
        }
        for loss in FragmentLoss.allCases where engine.fragmentCounters[loss] > 0 {
            snapshot.fragments[loss.name] = Int(engine.fragmentCounters[loss])
        }
        snapshot.residentBytes = ProcessMemory.residentBytes
        board.post(snapshot)
    }

    private func fill(_ snapshot: inout SensorSnapshot, _ alerting: Alerting?, _ now: Timestamp) {
        guard let alerting else { return }
        for receiver in alerting.center.snapshot.receivers {
            var shown = SensorSnapshot.Receiver(name: receiver.name)
            shown.queued = receiver.queued
            shown.delivered = receiver.delivered
            shown.failed = receiver.failedAttempts
            shown.dropped = receiver.dropped
            shown.heldBack = receiver.heldBack
            if let oldest = receiver.oldestWaiting {
                shown.oldestWaitingSeconds = Double(now.nanoseconds - oldest.nanoseconds) / 1e9
            }
            snapshot.receivers.append(shown)
            let bounds = LatencyHistogram.bounds.map {
                Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18
            }
            for (bound, count) in zip(bounds + [bounds[bounds.count - 1] * 2], receiver.sinceRecord.counts)
            where count > 0 {
                snapshot.alertLatency.record(seconds: bound, times: count)
            }
        }
    }

    private func plugins(_ accounts: Accounts) -> SensorSnapshot.Plugins {
        var plugins = SensorSnapshot.Plugins()
        plugins.count = accounts.library.library.definitions.count
        plugins.disabled = accounts.disabledNow.map { text in
            let parts = text.split(separator: ":", maxSplits: 1)
            return SensorSnapshot.Plugins.Disabled(
                name: String(parts.first ?? ""), reason: String(parts.dropFirst().first ?? "").trimmed,
                isAssetList: accounts.listsSwitchedOff.contains(text) ? true : nil)
        }
        let costs = accounts.hosts.costs(of: accounts.library)
        for (definition, candidates) in zip(accounts.library.definitions, accounts.engine.candidates) {
            let cost = costs[definition.plugin]
            let matched = matches[definition.name] ?? 0
            guard cost != nil || matched > 0 || candidates > 0 else { continue }
            let time = cost?.time.components
            plugins.profiles.append(
                SensorSnapshot.Plugins.Profile(
                    name: definition.plugin, candidates: candidates, matches: matched,
                    seconds: time.map { Double($0.seconds) + Double($0.attoseconds) / 1e18 } ?? 0,
                    errors: cost?.errors ?? 0))
        }
        return plugins
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
