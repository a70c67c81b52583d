import Capture
import Flows
import Imports
import Inventory
import Matching
import Net
import Records
import Stores

/// Puts the facts of files into a store: what scanners, sensors and firewalls know joins what Offport saw.
///
/// A protocol that a file names is judged like one that was recognised: off-port services of others are findings too.
final class ImportStore {
    private let feed: StoreFeed
    private let library: PluginLibrary
    private let extractor: FieldExtractor
    private let tool: String
    private let isDecided: Bool
    private var inventory: Inventory
    private var places: [String: Int] = [:]
    private let awaitsAnswers: [Bool]
    private var facts: [StoreFact] = []
    private var capture: StoredCapture?
    private let read: Timestamp

    /// - Parameter isDecided: whether a policy was named; without one, services that the store knows stand as they do.
    init(
        path: String, tool: String, library: PluginLibrary, isDecided: Bool = true, read: Timestamp
    ) throws {
        do {
            feed = StoreFeed(
                try StoreWriter(Store(writing: path), pace: .patient), library: library, isPassive: false)
        } catch {
            throw Outcome.failed(["\(error)"])
        }
        (self.library, self.tool, self.isDecided, self.read) = (library, tool, isDecided, read)
        extractor = FieldExtractor(index: library.index, scripts: library.scripts)
        inventory = Inventory(judge: library.judge)
        awaitsAnswers = library.awaitsAnswers
        for (place, definition) in library.index.protocols.enumerated() { places[definition.name] = place }
    }

    // MARK: Files

    /// What follows is of this file; one that was imported before is not stored again.
    func begin(_ path: String) {
        var capture = StoredCapture.imported(path, tool: tool, identity: identity(of: path))
        capture.isDecided = isDecided
        self.capture = capture
        // Of each file by itself, as what a place says is told once.
        inventory = Inventory(judge: library.judge)
        inventory.begin(capture: path)
        feed.adopt(library, inventory)
        feed.begin(capture)
    }

    /// A log that was packed meanwhile is the same log, so what is in the packing counts; nil for what is no file.
    private func identity(of path: String) -> String? {
        guard path != "-", CaptureFiles.isFile(path) else { return nil }
        let options = "import \(tool)"
        // A store may know it by the file as it lies there, and not by what is in it.
        if let known = CaptureIdentity.of(file: path, options: options),
            (try? feed.writer.store.reading(of: known)) != nil
        {
            return known
        }
        var identity = ContentsIdentity(options: options)
        do throws(CaptureError) {
            let stream = try ByteStream(path: path)
            while try stream.fill() {
                if Interruption.isRequested { return nil }
                stream.withBytes { identity.add($0) }
                stream.dropFirst(stream.count)
            }
            return identity.text(damage: stream.fault)
        } catch {
            // The reader will say why.
            return nil
        }
    }

    /// The file was read; one that was broken off is read anew another time.
    func end(isWhole: Bool) {
        flush()
        if isWhole { feed.end() }
        feed.flush()
    }

    /// Everything is stored, or it is told what is not.
    func finish() -> (notes: [String], problems: [String]) {
        feed.flush()
        feed.writer.finish()
        return (feed.notes + feed.listsSwitchedOff, feed.writer.takeProblems())
    }

    private func flush() {
        feed.note(facts)
        facts.removeAll(keepingCapacity: true)
    }

    private func append(_ fact: StoreFact) {
        facts.append(fact)
        if facts.count >= 1024 { flush() }
    }

    // MARK: Facts

    func take(_ fact: Fact) {
        switch fact {
        case .session(let session): take(session)
        case .service(let service): take(service)
        case .host(let host):
            var known = KnownHost(
                host.address, first: host.first ?? host.last ?? read, last: host.last ?? host.first ?? read)
            (known.names, known.hardware, known.system, known.scan) = (
                host.names, host.hardware, host.system, host.scan
            )
            append(.host(known))
        case .scan(let scan):
            var stored = StoredScan(number: scan.id, tool: scan.tool, request: scan.request)
            (stored.start, stored.end, stored.ports) = (scan.start, scan.end, scan.ports)
            (stored.portsClaim, stored.hosts) = (scan.portsClaim, scan.hosts)
            append(.scan(stored))
        case .alert(let alert):
            var stored = StoredAlert(time: alert.time, signature: alert.signature, text: alert.text)
            (stored.client, stored.server, stored.transport) = (alert.client, alert.server, alert.transport)
            (stored.category, stored.severity, stored.action) = (alert.category, alert.severity, alert.action)
            append(.alert(stored))
        }
    }

    func take(_ session: SessionFact) {
        let flow = Self.number(of: session)
        let place = session.protocolName.flatMap { places[$0] }
        var service: Int?
        if let place, isHeardOfBoth(session) {
            // Another sensor's word on the protocol, heard in a session of both ends.
            let recognition = Recognition(
                flow: flow, time: session.start, start: session.start, transport: session.transport,
                vlan: session.vlan, client: session.client, server: session.server, protocolIndex: place,
                confidence: .likely, serverSpoke: true, isOneWay: false, isChild: isChild(place),
                evidence: Self.noEvidence, fields: nil)
            let outcome = inventory.recognise(recognition)
            feed.note(recognition, outcome, inventory, isOfLog: true)
            service = inventory.ended(
                server: session.server, transport: session.transport, protocolIndex: place, at: session.end)
        }
        feed.add(
            SessionRow(
                flow: flow, start: session.start, end: max(session.start, session.end),
                client: session.client,
                server: session.server, clientBytes: session.sent.bytes, serverBytes: session.received.bytes,
                clientPackets: UInt32(clamping: session.sent.packets),
                serverPackets: UInt32(clamping: session.received.packets),
                protocolNumber: place.map { UInt16($0 + 1) } ?? 0, vlan: session.vlan,
                transport: session.transport,
                state: isVain(session, place)
                    ? .attempted
                    // The words of records are those of flows.
                    : SessionState(FlowState(rawValue: session.state.rawValue) ?? .midstream),
                isCertain: false, service: service.map { Int32($0) } ?? -1),
            then: session.then.compactMap { places[$0].map { Int32($0) } })
    }

    /// Whether both ends spoke, and it is known which of them serves: of a session that was joined midway the end with
    /// the higher port may have been taken for it.
    private func isHeardOfBoth(_ session: SessionFact) -> Bool {
        session.state == .established
            || session.state == .midstream && session.sent.packets > 0 && session.received.packets > 0
                && session.server.port < session.client.port
    }

    /// Whether it is a question over UDP that nobody answered, by a protocol that awaits answers, as flows are judged.
    private func isVain(_ session: SessionFact, _ place: Int?) -> Bool {
        guard let place, awaitsAnswers[place], capture?.isOfListener == true, session.transport == .udp,
            session.state == .oneWay
        else { return false }
        return session.received.packets == 0 && !session.server.address.isMulticastOrBroadcast
    }

    private func take(_ service: ServiceFact) {
        let first = service.first ?? service.last ?? read
        let last = max(first, service.last ?? first)
        var port = OpenPort(service.endpoint, service.transport, first: first, last: last)
        (port.protocolName, port.claim) = (service.protocolName, service.claim)
        port.isGuess = service.isGuess || !(service.claim.map(ProtocolNames.isName) ?? true)
        append(.port(port))
        guard let place = service.protocolName.flatMap({ places[$0] }) else { return }
        let words = [
            ("banner", service.banner), ("product", service.product), ("version", service.version),
            ("info", service.info),
        ]
        // In the plugin's words, what a server said is one banner, whoever heard it; what the file says beyond stands.
        var fields = service.banner.map { said($0, place) } ?? []
        for (name, value) in words {
            guard let value else { continue }
            if let known = fields.firstIndex(where: { $0.name == name }) {
                if name != "banner" { fields[known].value = value }
            } else {
                fields.append((name, value))
            }
        }
        let recognition = Recognition(
            flow: 0, time: last, start: first, transport: service.transport, vlan: 0,
            client: Endpoint(IPAddress(high: 0, low: 0), 0), server: service.endpoint, protocolIndex: place,
            confidence: .likely, serverSpoke: true, isOneWay: false, isChild: isChild(place),
            evidence: Self.noEvidence, fields: FlowFields(client: [], server: fields))
        feed.note(recognition, inventory.recognise(recognition), inventory)
    }

    /// What a protocol's plugin makes of a server's first line.
    private func said(_ banner: String, _ place: Int) -> [FieldExtractor.Field] {
        guard extractor.hasFields(place) else { return [] }
        let line = Array(banner.utf8.prefix(Self.maximumBanner)) + [0x0d, 0x0a]
        return line.withBytes { server in
            [UInt8]().withBytes { extractor.fields(of: place, client: $0, server: server).server }
        }
    }

    /// As much as is looked at of what a server says in traffic, in bytes.
    private static let maximumBanner = 2048

    /// What only other flows announce is no service of its own.
    private func isChild(_ place: Int) -> Bool {
        let definition = library.index.protocols[place]
        return definition.isDynamic && definition.signatures.isEmpty
    }

    private static let noEvidence = [UInt8]().withBytes {
        EvidenceSample(isServer: true, offset: 0, signature: nil, said: $0)
    }

    /// The same session has the same number in every file.
    private static func number(of session: SessionFact) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ word: UInt64) { hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15; hash ^= hash >> 29 }
        for end in [session.client, session.server] {
            mix(end.address.high)
            mix(end.address.low)
            mix(UInt64(end.port) << 8 | UInt64(session.transport.number))
        }
        mix(UInt64(bitPattern: session.start.nanoseconds))
        return hash
    }
}
