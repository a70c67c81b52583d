import Capture
import Engine
import Inventory
import Matching
import Net
import Pipeline
import Plugins
import Probes
import Records
import Stores

/// What a probe hears goes through the packet lane as packets, into an inventory and a store: it comes out as what a
/// sensor would have seen.
final class ProbeSession {
    let library: PluginLibrary
    private(set) var unrecognised: [ProbeResult] = []
    private(set) var outcomes: [ProbeTarget: ProbeResult] = [:]
    let started: Timestamp
    private(set) var ended: Timestamp?
    private(set) var problems: [String] = []
    private let prober: Prober
    private let engine: PacketEngine
    private let analysis: Analysis
    private let source = MemorySource(linkType: LinkType(number: 101))
    private let feed: StoreFeed?
    private let keepsOutcomes: Bool
    private var perHost: [IPAddress: Tally] = [:]
    private let name: String

    private struct Tally {
        var first, last: Timestamp
        var open = 0, closed = 0, silent = 0
    }

    /// - Parameter isDecided: whether a policy was named; without one, services that the store knows stand as they do.
    init(
        library: PluginLibrary, options: ProbeOptions, plan: ProbePlan, output: RecordOutput?,
        writer: StoreWriter?, isDecided: Bool, keepsOutcomes: Bool = false
    ) throws {
        self.library = library
        self.keepsOutcomes = keepsOutcomes
        started = Timestamp(nanoseconds: Console.now)
        name = "probe \(started.toTheSecond)"
        feed = writer.map { StoreFeed($0, library: library, isPassive: false) }
        analysis = Analysis(
            library, maximumServices: 1_000_000, output: output, writesFlows: false, isOneCapture: true,
            feed: feed, isPassive: false)
        let hosts = ScriptHosts()
        var lane = LaneOptions()
        lane.maximumFlows = 65_536
        lane.seed = .random(in: .min ... .max)
        engine = try PacketEngine(index: library.index, options: lane, workers: 1, sink: analysis) {
            hosts.make(for: library)
        }
        prober = Prober(
            index: library.index, scripts: ScriptHost(sources: library.library.sources), plan: plan,
            options: options
        ) { Timestamp(nanoseconds: Console.now) }
        analysis.begin(capture: name)
        var capture = StoredCapture(name: name, sensor: "active probe", kind: .active)
        capture.isDecided = isDecided
        feed?.begin(capture)
    }

    var inventory: Inventory { analysis.inventory }
    var counters: ProbeCounters { prober.counters }

    /// Asks every port of every host; `progress` says whether to go on.
    func run(hosts: [IPAddress], ports: [ServicePort], request: String, progress: (ProbeCounters) -> Bool) {
        var scan = StoredScan(number: number, tool: "offport probe", request: request)
        scan.start = started
        feed?.note([.scan(scan)])
        var isWhole = true
        prober.run(hosts: hosts, ports: ports) { result in
            isWhole = take(result) && progress(prober.counters)
            return isWhole
        }
        scan.end = Timestamp(nanoseconds: Console.now)
        // One that was broken off does not know what it has tried.
        if isWhole { scan.ports = ports.ranges } else { scan.portsClaim = "broken off" }
        scan.hosts = hostsThere
        feed?.note([.scan(scan)])
        finish(scan: number)
    }

    /// Asks these ports again: that is no scan of their hosts.
    func run(_ targets: [ProbeTarget], progress: (ProbeCounters) -> Bool) {
        prober.run(targets) { take($0) && progress(prober.counters) }
        finish(scan: nil)
    }

    private var number: UInt64 { UInt64(bitPattern: started.nanoseconds) }

    private func take(_ result: ProbeResult) -> Bool {
        let host = result.target.endpoint.address
        var tally = perHost[host] ?? Tally(first: result.time, last: result.time)
        tally.last = max(tally.last, result.time)
        switch result.state {
        case .open: tally.open += 1
        case .closed: tally.closed += 1
        case .silent, .unreachable: tally.silent += 1
        }
        perHost[host] = tally
        if keepsOutcomes { outcomes[result.target] = result }
        guard result.state == .open else { return true }
        if let conversation = result.conversation, result.protocolIndex != nil {
            for (time, bytes) in conversation.packets() { source.append(bytes, at: time) }
            do throws(CaptureError) {
                _ = try engine.pump(source, isBusy: { false }, time: { _ in nil })
            } catch { problems.append("\(error)") }
        } else {
            unrecognised.append(result)
        }
        var port = OpenPort(
            result.target.endpoint, result.target.transport, first: result.time, last: result.time)
        port.protocolName = result.protocolIndex.map { library.index.protocols[$0].name }
        feed?.note([.port(port)])
        return true
    }

    private func finish(scan: UInt64?) {
        engine.finishCapture()
        engine.close()
        ended = Timestamp(nanoseconds: Console.now)
        // That a host was asked and said nothing is worth knowing too, of networks that are not vast.
        let told = perHost.filter { perHost.count <= 4096 || $0.value.open + $0.value.closed > 0 }
        let facts = told.map { host, tally -> StoreFact in
            var known = KnownHost(host, first: tally.first, last: tally.last)
            known.scan = scan
            (known.open, known.closed, known.silent) = (tally.open, tally.closed, tally.silent)
            return .host(known)
        }
        feed?.note(facts)
        guard let feed else { return }
        feed.end()
        feed.flush()
        feed.writer.finish()
        problems += feed.writer.takeProblems()
    }

    /// Hosts that answered in some way.
    var hostsThere: Int { perHost.values.count { $0.open + $0.closed > 0 } }

    /// What was found, with its source.
    var holdings: Holdings {
        let inventory = analysis.inventory
        let findings = inventory.findingOrder().enumerated().map { place, id in
            KeptFinding(inventory.finding(id).withoutFlow, number: place + 1, standing: nil)
        }
        // A probe is no session and no client.
        let services = inventory.serviceOrder().map(inventory.service).map { service in
            var service = service
            (service.sessions, service.clients) = (0, 0)
            for place in service.banners.indices { service.banners[place].sessions = 0 }
            return service
        }
        var holdings = Holdings(
            services: services, findings: findings,
            naming: library.naming)
        for service in holdings.services {
            var source = ServiceSource(
                kind: .active, name: "active probe", capture: name, first: service.firstSeen,
                last: service.lastSeen)
            let fields = service.currentBanner?.fields
            source.product = fields?["product"] ?? fields?["software"]
            source.version = fields?["version"]
            source.banner = fields?["banner"]
            holdings.witnesses[service.id] = ServiceWitness(sources: [source])
        }
        return holdings
    }
}
