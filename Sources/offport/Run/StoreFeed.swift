import Flows
import Inventory
import Matching
import Net
import Pipeline
import Records
import Stores

/// Hands what the observation lane notices to a store, in batches.
///
/// A session costs the lane a plain value in an array; everything else is done by the writer's thread.
final class StoreFeed {
    let writer: StoreWriter
    private var library: PluginLibrary
    private var batch = StoreBatch()
    private var capture: StoredCapture?
    /// Whether what is read now is in the store already.
    private var isMuted = false
    /// Identities of captures that were begun in this run.
    private var begun: Set<String> = []
    /// What the store was told since it lacks something that the inventory knows; nil while it lacks nothing, which is
    /// almost always: a look at what was told would cost the lane more than everything else here.
    private var told: Told?
    /// What was not stored, and why; for people.
    private(set) var notes: [String] = []

    private static let batchSize = 8192
    /// Whether it is traffic that Offport saw: flows of a probe are its own, and neither it nor what another tool tells
    /// of has clients whose programs are known.
    private let isPassive: Bool

    init(_ writer: StoreWriter, library: PluginLibrary, isPassive: Bool = true) {
        self.writer = writer
        self.library = library
        self.isPassive = isPassive
        batch.append(.naming(library.storeNaming))
        if let lists = library.assetStep { batch.append(lists) }
    }

    // MARK: Captures

    /// What follows is of this capture; one that was read before is not stored again.
    func begin(_ capture: StoredCapture) {
        isMuted = false
        self.capture = capture
        if let identity = capture.identity {
            if begun.contains(identity) {
                isMuted = true
                notes.append("\(capture.name): the same capture twice: it is stored once")
            } else if let known = try? writer.store.reading(of: identity) {
                isMuted = true
                notes.append(
                    "\(capture.name): \(writer.store.path) has this capture already (\(known.name), read "
                        + "\(known.time.toTheSecond) UTC): it is not stored again")
            }
            begun.insert(identity)
        }
        // What is noticed now is known later, and was not told.
        if isMuted { told = Told() }
        guard !isMuted else { return }
        batch.append(.begin(capture))
    }

    /// The capture is over.
    func end() {
        guard let capture else { return }
        self.capture = nil
        guard !isMuted else { return }
        batch.append(.end(capture))
        flush()
    }

    /// The library was replaced; services have other standings now.
    func adopt(_ new: PluginLibrary, _ inventory: Inventory) {
        library = new
        batch.append(.naming(new.storeNaming))
        tellAgain(inventory)
        if let lists = new.assetStep { batch.append(lists) }
    }

    /// Tells again what the store had no room for, when it has room.
    func catchUp(_ inventory: Inventory) {
        guard let gap = writer.takeGap() else { return }
        tellAgain(inventory)
        guard let since = gap.findingsSince else { return }
        for id in inventory.findingOrder() {
            let finding = inventory.finding(id)
            if finding.time >= since { batch.append(.finding(finding)) }
        }
    }

    /// Every service at once; what servers and clients said, when they say it again.
    private func tellAgain(_ inventory: Inventory) {
        var told = Told()
        for place in inventory.serviceOrder() {
            _ = told.services.isNew(place)
            batch.append(.service(place: place, inventory.service(place)))
        }
        self.told = told
    }

    // MARK: What is noticed

    /// A recognition that the inventory has taken in.
    @inline(__always)
    func note(_ recognition: Recognition, _ outcome: Inventory.Outcome, _ inventory: Inventory) {
        guard !isMuted, outcome.service != nil || outcome.program != nil else { return }
        let lacks = told == nil ? Told.Lack() : takeLack(outcome)
        if let place = outcome.service, lacks.service || outcome.isNewService || outcome.hasNewStanding {
            batch.append(.service(place: place, inventory.service(place)))
        }
        if let place = outcome.banner, lacks.banner || outcome.isNewBanner {
            batch.append(.banner(place: place, inventory.banner(place)))
        }
        if isPassive, let place = outcome.program, lacks.program || outcome.isNewProgram {
            batch.append(.program(place: place, inventory.client(place)))
        }
        var sighting = Sighting(
            recognition, outcome,
            direction: library.judge.direction(
                client: recognition.client.address, server: recognition.server.address))
        if !isPassive { sighting.isNewClient = false }
        batch.sightings.append(sighting)
        for finding in outcome.findings { note(finding) }
        if batch.sightings.count >= Self.batchSize { flush() }
    }

    /// What the store was not told of; from now on it was.
    @inline(never)
    private func takeLack(_ outcome: Inventory.Outcome) -> Told.Lack {
        guard var told = told.take() else { return Told.Lack() }
        defer { self.told = told }
        return Told.Lack(
            service: outcome.service.map { told.services.isNew($0) } ?? false,
            banner: outcome.banner.map { told.banners.isNew($0) } ?? false,
            program: outcome.program.map { told.programs.isNew($0) } ?? false)
    }

    func note(_ finding: Finding) {
        if !isMuted { batch.append(.finding(finding)) }
    }

    /// A flow that has ended, and the place of its service.
    @inline(__always)
    func ended(_ flow: Flow, _ then: [Int32], service: Int?) {
        guard !isMuted, isPassive else { return }
        if batch.append(SessionRow(flow, service: service), then) >= Self.batchSize { flush() }
    }

    /// A session that somebody else recorded.
    @inline(__always)
    func add(_ session: SessionRow, then: [Int32] = []) {
        guard !isMuted else { return }
        if batch.append(session, then) >= Self.batchSize { flush() }
    }

    /// What a probe or another tool knows, of the capture that was begun.
    func note(_ facts: [StoreFact]) {
        if !isMuted, !facts.isEmpty { batch.append(.facts(facts)) }
        if facts.count >= 512 || batch.count >= 4 * Self.batchSize { flush() }
    }

    /// Something that is said between sightings.
    func append(_ step: StoreBatch.Step) { batch.append(step) }

    /// Hands over what there is.
    func flush() {
        guard !batch.isEmpty else { return }
        writer.submit(batch)
        batch = writer.takeSpare(capacity: Self.batchSize)
    }
}

/// What was told, by place.
private struct Told {
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
    init(_ flow: Flow, service: Int?) {
        let direction = flow.clientDirection
        let isLow = direction == 0
        self.init(
            flow: flow.number, parent: flow.parent, start: flow.first, end: flow.last,
            client: flow.key.sender(direction), server: flow.key.sender(1 - direction),
            clientBytes: isLow ? flow.bytes.0 : flow.bytes.1,
            serverBytes: isLow ? flow.bytes.1 : flow.bytes.0,
            clientPackets: isLow ? flow.packets.0 : flow.packets.1,
            serverPackets: isLow ? flow.packets.1 : flow.packets.0, protocolNumber: flow.protocolNumber,
            vlan: flow.vlan, transport: flow.key.transport, state: SessionState(flow.state),
            isCertain: flow.marks.contains(.certain), service: service.map { Int32($0) } ?? -1)
    }
}

extension SessionState {
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

extension PluginLibrary {
    /// What the store names things by.
    var storeNaming: StoreNaming {
        let naming = naming
        return StoreNaming(
            protocols: index.protocols.map(\.name),
            packVersions: index.protocols.indices.map { naming.packVersion($0) },
            signatures: index.signatureNames)
    }
}
