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
    private var tray: StoreTray
    private var capture: StoredCapture?
    /// Identities of captures that were begun in this run.
    private var begun: Set<String> = []
    /// What was not stored, and why; for people.
    private(set) var notes: [String] = []

    /// - Parameter isPassive: whether it is traffic that Offport saw: flows of a probe are its own, and neither it nor what
    ///   another tool tells of has clients whose programs are known.
    init(_ writer: StoreWriter, library: PluginLibrary, isPassive: Bool = true) {
        self.writer = writer
        self.library = library
        tray = StoreTray(writer, isPassive: isPassive)
        tray.awaitsAnswers = library.awaitsAnswers
        tray.batch.append(.naming(library.storeNaming))
        if let lists = library.assetStep() { tray.batch.append(lists) }
    }

    // MARK: Captures

    /// What follows is of this capture; one that was read before is not stored again.
    func begin(_ capture: StoredCapture) {
        tray.isMuted = false
        self.capture = capture
        if let identity = capture.identity {
            if begun.contains(identity) {
                tray.isMuted = true
                notes.append("\(capture.name): the same \(capture.kind.noun) twice: it is stored once")
            } else if let known = try? writer.store.reading(of: identity) {
                tray.isMuted = true
                notes.append(
                    "\(capture.name): \(writer.store.path) has this \(capture.kind.noun) already (\(known.name), read "
                        + "\(known.time.toTheSecond) UTC): it is not stored again")
            }
            begun.insert(identity)
        }
        // What is noticed now is known later, and was not told.
        if tray.isMuted { tray.told = Told() }
        guard !tray.isMuted else { return }
        tray.batch.append(.begin(capture))
    }

    /// The capture is over.
    func end() {
        guard let capture else { return }
        self.capture = nil
        guard !tray.isMuted else { return }
        tray.batch.append(.end(capture))
        flush()
    }

    /// The library was replaced; services have other standings now.
    func adopt(_ new: PluginLibrary, _ inventory: Inventory) {
        library = new
        tray.awaitsAnswers = new.awaitsAnswers
        tray.batch.append(.naming(new.storeNaming))
        tellAgain(inventory)
        if let lists = new.assetStep() { tray.batch.append(lists) }
    }

    /// Tells again what the store had no room for, when it has room.
    func catchUp(_ inventory: Inventory) {
        guard let gap = writer.takeGap() else { return }
        tellAgain(inventory)
        guard let since = gap.findingsSince else { return }
        for id in inventory.findingOrder() {
            let finding = inventory.finding(id)
            if finding.time >= since { tray.batch.append(finding) }
        }
    }

    /// Every service at once; what servers and clients said, when they say it again.
    private func tellAgain(_ inventory: Inventory) {
        var told = Told()
        for place in inventory.serviceOrder() {
            _ = told.services.isNew(place)
            let service = inventory.outline(place)
            tray.batch.append(service, at: place, capture: inventory.name(ofCapture: service.capture))
        }
        tray.told = told
    }

    // MARK: What is noticed

    /// Lends the tray to whoever has many things for it: it must be given back.
    ///
    /// Whoever changes a class's property tells the runtime each time.
    func lend() -> StoreTray {
        defer { tray = StoreTray(writer, isPassive: tray.isPassive) }
        return tray
    }

    /// Takes the tray back.
    func giveBack(_ tray: consuming StoreTray) { self.tray = tray }

    /// A recognition that the inventory has taken in.
    func note(
        _ recognition: Recognition, _ outcome: Inventory.Outcome, _ inventory: Inventory,
        isOfLog: Bool = false
    ) {
        tray.note(recognition, outcome, inventory, isOfLog: isOfLog)
    }

    func note(_ finding: Finding) { tray.note(finding) }

    /// A flow that has ended, and the place of its service.
    func ended(_ flow: Flow, _ then: [Int32], service: Int?) { tray.ended(flow, then, service: service) }

    /// A session that somebody else recorded.
    func add(_ session: SessionRow, then: [Int32] = []) { tray.add(session, then: then) }

    /// What a probe or another tool knows, of the capture that was begun.
    func note(_ facts: [StoreFact]) { tray.note(facts) }

    /// Asset lists whose conditions failed, for people.
    var listsSwitchedOff: [String] { writer.listsSwitchedOffInWords }

    /// Something that is said between sightings.
    func append(_ step: consuming StoreBatch.Step) { tray.batch.append(step) }

    /// Hands over what there is.
    func flush() { tray.flush() }
}

extension PluginLibrary {
    /// By a protocol's place: whether a question over UDP that nobody answered has come to nothing.
    var awaitsAnswers: [Bool] {
        index.protocols.indices.map { index.awaitsAnswers(ofProtocol: $0) }
    }

    /// What the store names things by.
    var storeNaming: StoreNaming {
        let naming = naming
        let protocols = index.protocols.indices.map { place in
            StoreNaming.ProtocolNames(
                name: index.protocols[place].name, plugin: judge.protocols[place].plugin,
                packVersion: naming.packVersion(nil, place), title: index.protocols[place].title)
        }
        return StoreNaming(
            protocols: protocols, allowances: judge.policy.allowances.map(\.name),
            signatures: index.signatureNames,
            signatureVersions: index.signatureNames.map { library.packVersion(of: $0) })
    }
}

extension StoredCapture.Kind {
    /// What people call it.
    fileprivate var noun: String { self == .imported ? "file" : "capture" }
}
