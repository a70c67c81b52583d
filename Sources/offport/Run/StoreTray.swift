import Flows
import Inventory
import Net
import Pipeline
import Stores

/// Where what is noticed is put until there is enough of it for a batch.
struct StoreTray {
    private let writer: StoreWriter?
    /// Whether it is traffic that Offport saw itself.
    let isPassive: Bool
    var batch = StoreBatch()
    /// Whether what is read now is in the store already.
    var isMuted = false
    /// What the store was told since it lacks something that the inventory knows; nil while it lacks nothing, which is
    /// almost always: a look at what was told would cost the lane more than everything else here.
    var told: Told?
    /// By a protocol's place: whether a question over UDP that nobody answered has come to nothing.
    var awaitsAnswers: [Bool] = []

    /// A tray for a writer; one without takes nothing.
    init(_ writer: StoreWriter?, isPassive: Bool) {
        (self.writer, self.isPassive) = (writer, isPassive)
        isMuted = writer == nil
    }

    /// A recognition that the inventory has taken in.
    ///
    /// - Parameter isOfLog: whether it is of a session in a log of another tool, which has a client as traffic has.
    @inline(__always)
    mutating func note(
        _ recognition: borrowing Recognition, _ outcome: borrowing Inventory.Outcome,
        _ inventory: borrowing Inventory, isOfLog: Bool = false
    ) {
        guard !isMuted, outcome.service != nil || outcome.program != nil else { return }
        let lacks = told == nil ? Told.Lack() : takeLack(outcome)
        if let place = outcome.service,
            lacks.service || outcome.isNewService || outcome.hasNewStanding || outcome.hasNewEvidence
        {
            let service = inventory.outline(place)
            batch.append(service, at: place, capture: inventory.name(ofCapture: service.capture))
        }
        if let place = outcome.banner, lacks.banner || outcome.isNewBanner {
            batch.append(inventory.banner(place), at: place)
        }
        if isPassive, let place = outcome.program, lacks.program || outcome.isNewProgram {
            batch.append(inventory.client(place), at: place)
        }
        var sighting = Sighting(recognition, outcome)
        // Probes and scans use nothing.
        if !isPassive, !isOfLog { sighting.isNewClient = false }
        let count = batch.append(sighting)
        for finding in outcome.findings { note(finding) }
        if count >= StoreBatch.usualCount { flush() }
    }

    /// What the store was not told of; from now on it was.
    @inline(never)
    private mutating func takeLack(_ outcome: borrowing Inventory.Outcome) -> Told.Lack {
        guard var told = told.take() else { return Told.Lack() }
        defer { self.told = told }
        return Told.Lack(
            service: outcome.service.map { told.services.isNew($0) } ?? false,
            banner: outcome.banner.map { told.banners.isNew($0) } ?? false,
            program: outcome.program.map { told.programs.isNew($0) } ?? false)
    }

    mutating func note(_ finding: Finding) {
        if !isMuted { batch.append(finding) }
    }

    /// A flow that has ended, and the place of its service.
    @inline(__always)
    mutating func ended(_ flow: Flow, _ then: [Int32], service: Int?) {
        guard !isMuted, isPassive else { return }
        let isQuestion =
            flow.protocolNumber > 0 && Int(flow.protocolNumber) <= awaitsAnswers.count
            && awaitsAnswers[Int(flow.protocolNumber) - 1]
        let row = SessionRow(flow, service: service, isQuestion: isQuestion)
        if batch.append(row, then) >= StoreBatch.usualCount { flush() }
    }

    /// A session that somebody else recorded.
    @inline(__always)
    mutating func add(_ session: SessionRow, then: [Int32] = []) {
        guard !isMuted else { return }
        if batch.append(session, then) >= StoreBatch.usualCount { flush() }
    }

    /// What a probe or another tool knows, of the capture that was begun.
    mutating func note(_ facts: [StoreFact]) {
        if !isMuted, !facts.isEmpty { batch.append(.facts(facts)) }
        if facts.count >= 512 || batch.count >= 16 * StoreBatch.usualCount { flush() }
    }

    /// Hands over what there is.
    mutating func flush() {
        guard let writer, !batch.isEmpty else { return }
        writer.submit(batch)
        batch = writer.takeSpare()
    }
}

/// What was told, by place.
struct Told {
    var services = Places()
    var banners = Places()
    var programs = Places()

    /// Which of a recognition's parts it was not told of.
    struct Lack {
        var service = false
        var banner = false
        var program = false
    }

    struct Places {
        private var known: [Bool] = []

        /// Whether a place was not told of; from now on it was.
        @inline(__always)
        mutating func isNew(_ place: Int) -> Bool {
            if place >= known.count {
                known += Array(repeating: false, count: max(place + 1, 2 * known.count) - known.count)
            }
            guard !known[place] else { return false }
            known[place] = true
            return true
        }
    }
}

extension SessionRow {
    /// - Parameter isQuestion: whether the protocol awaits answers to its datagrams.
    init(_ flow: Flow, service: Int?, isQuestion: Bool) {
        let direction = flow.clientDirection
        let isLow = direction == 0
        self.init(
            flow: flow.number, parent: flow.parent, start: flow.first, end: flow.last,
            client: flow.key.sender(direction), server: flow.key.sender(1 - direction),
            clientBytes: isLow ? flow.bytes.0 : flow.bytes.1,
            serverBytes: isLow ? flow.bytes.1 : flow.bytes.0,
            clientPackets: isLow ? flow.packets.0 : flow.packets.1,
            serverPackets: isLow ? flow.packets.1 : flow.packets.0, protocolNumber: flow.protocolNumber,
            vlan: flow.vlan, transport: flow.key.transport, state: SessionState(flow, isQuestion: isQuestion),
            isCertain: flow.marks.contains(.certain), service: service.map { Int32($0) } ?? -1)
    }
}

extension SessionState {
    /// What a flow comes to as a session.
    ///
    /// Datagrams that nobody answered are an attempt when no protocol knows them, or one that awaits answers; others,
    /// such as log messages, may well need none. Who asks a group is answered from elsewhere, and what another flow
    /// announced was asked for there.
    init(_ flow: Flow, isQuestion: Bool) {
        let direction = flow.clientDirection
        let isUnanswered =
            isQuestion && (direction == 0 ? flow.packets.1 : flow.packets.0) == 0 && flow.parent == 0
            && !flow.key.sender(1 - direction).address.isMulticastOrBroadcast && !flow.isBroadcast
        let isAttempt =
            flow.state == .oneWay && flow.key.transport == .udp && (flow.protocolNumber == 0 || isUnanswered)
        self = isAttempt ? .attempted : SessionState(flow.state)
    }

    init(_ state: FlowState) {
        self =
            switch state {
            case .established: .established
            case .attempted: .attempted
            case .rejected: .rejected
            case .midstream: .midstream
            case .oneWay: .oneWay
            }
    }
}
