internal import Glibc
public import Matching
public import Net

/// Asks ports what they are: one thread, many sockets, no more of anything than its options allow.
public final class Prober {
    private let plan: ProbePlan
    private let options: ProbeOptions
    private let now: () -> Timestamp
    private var judge: TalkJudge
    private var poller = SocketPoller()
    private var active: [CInt: PortProbe] = [:]
    /// Those that wait for their turn to send.
    private var ready: [PortProbe] = []
    private var perHost: [IPAddress: Int] = [:]
    private var ownAddresses = OwnAddresses()
    private var results: [ProbeResult] = []
    private var rate: SendingRate
    private let mostAtATime: Int
    /// What was counted so far.
    public private(set) var counters = ProbeCounters()

    /// A prober that decides by these signatures; `now` tells the time for what is recorded.
    public init(
        index: SignatureIndex, scripts: any ScriptRunner, plan: ProbePlan,
        options: ProbeOptions = ProbeOptions(),
        now: @escaping () -> Timestamp
    ) {
        (self.plan, self.options, self.now) = (plan, options, now)
        judge = TalkJudge(index: index, scripts: scripts, plan: plan)
        rate = SendingRate(perSecond: options.rate)
        mostAtATime = max(1, min(options.concurrency, mostSockets() - 32))
    }

    /// Asks every port of every host; `take` gets what became of each, and says whether to go on.
    ///
    /// Hosts are asked in turn, so that none of them is asked all at once.
    public func run(
        hosts: [IPAddress], ports: [ServicePort], take: (ProbeResult) -> Bool
    ) {
        var next = 0
        run(
            next: {
                guard next < hosts.count * ports.count else { return nil }
                defer { next += 1 }
                let port = ports[next / hosts.count]
                return ProbeTarget(Endpoint(hosts[next % hosts.count], port.number), port.transport)
            }, take: take)
    }

    /// Asks these ports.
    public func run(_ targets: [ProbeTarget], take: (ProbeResult) -> Bool) {
        var rest = targets[...]
        run(next: { rest.popFirst() }, take: take)
    }

    private func run(next: () -> ProbeTarget?, take: (ProbeResult) -> Bool) {
        /// Those whose host is asked as much as it may be.
        var waiting: [ProbeTarget] = []
        var isOver = false
        var goesOn = true
        while goesOn {
            rate.refill()
            var deferred: [ProbeTarget] = []
            for target in waiting where !begin(target) { deferred.append(target) }
            waiting = deferred
            while !isOver, waiting.count < 4096, ready.count + active.count < mostAtATime, rate.isFree {
                guard let target = next() else {
                    isOver = true
                    break
                }
                if !begin(target) { waiting.append(target) }
            }
            let held = ready
            ready = []
            for probe in held where probe.isQueued {
                probe.isQueued = false
                resume(probe)
            }
            goesOn = deliver(take)
            if isOver, waiting.isEmpty, active.isEmpty, ready.isEmpty { break }
            let isFull = active.count + ready.count >= mostAtATime || (isOver && waiting.isEmpty)
            poller.removeAll()
            for (descriptor, probe) in active { poller.watch(descriptor, writable: probe.wantsWrite) }
            for event in poller.wait(milliseconds: ready.isEmpty && isFull ? 20 : 2) {
                if let probe = active[event.descriptor] { handle(probe, event) }
            }
            expire()
            goesOn = deliver(take) && goesOn
        }
        active = [:]
        ready = []
        perHost = [:]
    }

    private func deliver(_ take: (ProbeResult) -> Bool) -> Bool {
        let done = results
        results = []
        return done.reduce(true) { take($1) && $0 }
    }

    private func pay() -> Bool {
        guard rate.pay() else { return false }
        counters.sent += 1
        return true
    }

    // MARK: One port

    private func begin(_ target: ProbeTarget) -> Bool {
        let host = target.endpoint.address
        guard perHost[host, default: 0] < options.perHost, active.count + ready.count < mostAtATime else {
            return false
        }
        perHost[host, default: 0] += 1
        let probe = PortProbe(target)
        if target.transport == .udp {
            probe.steps = plan.opening(on: target.port)[...]
            probe.step = probe.steps.popFirst()
            guard probe.step != nil else {
                finish(probe, .silent)
                return true
            }
        }
        resume(probe)
        return true
    }

    /// Begins the next talk with a port, now or when it may be sent.
    private func resume(_ probe: PortProbe) {
        guard pay() else {
            if !probe.isQueued { ready.append(probe) }
            probe.isQueued = true
            // Meanwhile no time is over.
            probe.deadline = .now + .seconds(3600)
            return
        }
        probe.isQueued = false
        if probe.target.transport == .udp { sendDatagram(probe) } else { connect(probe) }
    }

    private func connect(_ probe: PortProbe) {
        probe.drop()
        guard let socket = ProbeSocket(.tcp, for: probe.target.endpoint.address) else {
            finish(probe, probe.isOpen ? .open : .unreachable(systemText(errno)))
            return
        }
        probe.socket = socket
        probe.phase = .connecting
        probe.deadline = .now + options.connecting
        switch socket.connect(to: probe.target.endpoint) {
        case .done: isConnected(probe)
        case .wouldBlock: watch(probe, writable: true)
        case .failed(let code): hasFailed(probe, code)
        case .closed: hasFailed(probe, ECONNREFUSED)
        }
    }

    private func watch(_ probe: PortProbe, writable: Bool) {
        guard let socket = probe.socket else { return }
        probe.wantsWrite = writable
        active[socket.descriptor] = probe
    }

    private func unwatch(_ probe: PortProbe) {
        if let socket = probe.socket { active[socket.descriptor] = nil }
    }

    private func isConnected(_ probe: PortProbe) {
        guard let socket = probe.socket else { return }
        // A port that connects to itself is no server: the system took it for this end (RFC 9293 section 3.5).
        guard socket.local != probe.target.endpoint else {
            hasFailed(probe, ECONNREFUSED)
            return
        }
        probe.isOpen = true
        probe.conversation = ProbeConversation(
            transport: .tcp, client: socket.local, server: probe.target.endpoint, start: now())
        if let step = probe.step, step.hello.moment == .first || !probe.greets {
            say(step, probe)
        } else {
            probe.phase = .listening
            // Where a client is known to speak first there is less to wait for.
            let isShort = !probe.greets && plan.speaksFirst(on: probe.target.port)
            probe.listen(for: isShort ? options.greeting / 4 : options.greeting, speaking: options.speaking)
            watch(probe, writable: false)
        }
    }

    private func say(_ step: ProbePlan.Step, _ probe: PortProbe) {
        guard let socket = probe.socket else { return }
        probe.step = step
        probe.hellos += 1
        probe.answer = []
        probe.conversation?.say(socket.local, step.hello.bytes, at: now())
        probe.unsent = step.hello.bytes[...]
        probe.phase = .answering
        probe.listen(for: options.answering, speaking: options.speaking)
        sendRest(probe)
    }

    private func sendRest(_ probe: PortProbe) {
        guard let socket = probe.socket else { return }
        while !probe.unsent.isEmpty {
            switch socket.send(probe.unsent) {
            case .done(let count): probe.unsent = probe.unsent.dropFirst(count)
            case .wouldBlock:
                watch(probe, writable: true)
                return
            case .closed, .failed:
                over(probe)
                return
            }
        }
        watch(probe, writable: false)
    }

    private func sendDatagram(_ probe: PortProbe) {
        guard let step = probe.step else {
            finish(probe, .silent)
            return
        }
        let host = probe.target.endpoint.address
        if probe.socket == nil {
            guard let socket = ProbeSocket(.udp, for: host), ownAddresses.towards(host) != nil else {
                finish(probe, .unreachable(systemText(errno)))
                return
            }
            probe.socket = socket
        }
        guard let socket = probe.socket else { return }
        if probe.tries == 0 { probe.hellos += 1 }
        probe.tries += 1
        switch socket.send(step.hello.bytes, to: probe.target.endpoint) {
        case .done, .wouldBlock: break
        case .closed, .failed:
            hasFailed(probe, errno)
            return
        }
        if probe.conversation == nil, let own = ownAddresses.towards(host) {
            let client = Endpoint(own, socket.local.port)
            probe.conversation = ProbeConversation(
                transport: .udp, client: client, server: probe.target.endpoint, start: now())
            probe.conversation?.say(client, step.hello.bytes, at: now())
        }
        probe.phase = .answering
        // A datagram may be lost: it is sent twice.
        probe.listen(for: options.answering / 2, speaking: options.speaking)
        watch(probe, writable: false)
    }

    // MARK: What happens

    private func handle(_ probe: PortProbe, _ event: SocketPoller.Event) {
        guard let socket = probe.socket else { return }
        if probe.phase == .connecting {
            let code = socket.takeError()
            if code != 0 { return hasFailed(probe, code) }
            if event.isWritable { isConnected(probe) }
            return
        }
        if probe.target.transport == .udp { return handleDatagram(probe, socket, event) }
        if event.isWritable, !probe.unsent.isEmpty { sendRest(probe) }
        guard event.isReadable || event.hasFailed else { return }
        while probe.hears {
            var bytes: [UInt8] = []
            switch socket.receive(into: &bytes, atMost: 4096) {
            case .done: hear(bytes, probe)
            case .wouldBlock: return
            case .closed, .failed:
                probe.hasEnded = true
                return over(probe)
            }
        }
        over(probe)
    }

    private func hear(_ bytes: [UInt8], _ probe: PortProbe) {
        probe.conversation?.say(probe.target.endpoint, bytes, at: now())
        probe.heard += bytes
        probe.answer += bytes
        probe.phase = probe.phase == .listening || probe.phase == .hearing ? .hearing : .settling
        probe.settle(after: options.settling)
    }

    private func handleDatagram(_ probe: PortProbe, _ socket: ProbeSocket, _ event: SocketPoller.Event) {
        if event.hasFailed, !event.isReadable {
            return hasFailed(probe, socket.takeError())
        }
        // No more at a time: whoever sends without end must not keep the others waiting.
        for _ in 0..<PortProbe.mostDatagrams {
            guard let (bytes, from) = socket.receiveDatagram() else { return }
            // Only the host that was asked may answer.
            guard from.address == probe.target.endpoint.address, probe.hears else { continue }
            probe.conversation?.say(from, bytes, at: now())
            probe.heard += bytes
            probe.answer += bytes
            probe.isOpen = true
            probe.phase = .settling
            probe.datagrams += 1
            probe.settle(after: .milliseconds(50))
        }
    }

    private func hasFailed(_ probe: PortProbe, _ code: CInt) {
        if probe.isOpen { return decide(probe) }
        switch code {
        case ECONNREFUSED: finish(probe, .closed)
        case ETIMEDOUT: finish(probe, .silent)
        default: finish(probe, .unreachable(systemText(code)))
        }
    }

    /// Those whose time is over.
    private func expire() {
        let time = ContinuousClock.now
        for probe in active.values where probe.deadline <= time {
            probe.wasInterrupted = probe.deadline == probe.end || probe.datagrams == PortProbe.mostDatagrams
            over(probe)
        }
    }

    /// Nothing more comes in this talk.
    private func over(_ probe: PortProbe) {
        if probe.target.transport == .udp, probe.answer.isEmpty, probe.tries < 2, !probe.wasInterrupted {
            resume(probe)
            return
        }
        switch probe.phase {
        case .connecting: probe.isOpen ? decide(probe) : finish(probe, .silent)
        case .listening: isMute(probe)
        case .hearing: hasGreeted(probe)
        case .answering, .settling: decide(probe)
        }
    }

    /// Nobody greets: the client speaks first.
    private func isMute(_ probe: PortProbe) {
        if probe.greets { return decide(probe) }
        probe.steps = plan.opening(on: probe.target.port)[...]
        guard let step = probe.steps.popFirst() else { return finish(probe, .open) }
        if !probe.hasEnded {
            say(step, probe)
        } else {
            probe.step = step
            unwatch(probe)
            resume(probe)
        }
    }

    private func hasGreeted(_ probe: PortProbe) {
        if let step = probe.step { return say(step, probe) }
        probe.greets = true
        let replies = judge.replies(toGreetingOf: probe)
        probe.steps = probe.wasInterrupted ? [] : replies[...]
        guard let step = probe.steps.popFirst() else { return decide(probe) }
        if !probe.hasEnded { return say(step, probe) }
        unwatch(probe)
        probe.step = step
        resume(probe)
    }

    /// The talk is over: it shows what is there, or the next hello is due.
    private func decide(_ probe: PortProbe) {
        unwatch(probe)
        if let conversation = probe.conversation, !probe.answer.isEmpty || probe.step == nil {
            judge.take(conversation, probe)
        }
        let hasFound = probe.found != nil
        if hasFound, !probe.isRefining, probe.target.transport == .tcp, let found = probe.found,
            probe.step == nil || probe.step?.protocolIndex == found.protocolIndex || !probe.greets
        {
            probe.isRefining = true
            probe.steps = judge.refinements(of: found.protocolIndex, probe)[...]
        } else if hasFound, !probe.isRefining, probe.target.transport == .udp {
            return finish(probe, .open)
        }
        // Who had to be interrupted is asked no more: that could go on for as long as there are hellos.
        guard !probe.wasInterrupted, let step = probe.steps.popFirst() else {
            return finish(probe, probe.isOpen ? .open : .silent)
        }
        probe.drop()
        probe.step = step
        probe.tries = 0
        resume(probe)
    }

    private func finish(_ probe: PortProbe, _ state: ProbeResult.State) {
        unwatch(probe)
        probe.drop()
        let host = probe.target.endpoint.address
        let left = perHost[host, default: 1] - 1
        perHost[host] = left > 0 ? left : nil
        probe.isQueued = false
        switch state {
        case .open: counters.open += 1
        case .closed: counters.closed += 1
        case .silent: counters.silent += 1
        case .unreachable: counters.unreachable += 1
        }
        if probe.found != nil { counters.recognised += 1 }
        let talk = probe.found?.conversation ?? probe.unknown
        if state == .open, talk == nil { counters.mute += 1 }
        results.append(
            ProbeResult(
                target: probe.target, state: state, conversation: talk,
                protocolIndex: probe.found?.protocolIndex, time: now(), hellos: probe.hellos))
    }
}
