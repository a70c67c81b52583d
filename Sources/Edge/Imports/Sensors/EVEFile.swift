internal import Capture
internal import Net
internal import Records

/// Facts out of Suricata's EVE: flows, alerts, and the events of protocols (eve-json-format).
struct EVEFile {
    private enum Field: Int, CaseIterable {
        case time, event, source, sourcePort, destination, destinationPort, transport, protocolName
        case vlan
        case clientPackets, serverPackets, clientBytes, serverBytes, start, end, flowState
        case clientFlags, serverFlags, syn, ack, rst
        case action, generator, signature, revision, text, category, severity, direction
        case sshVersion, sshServer, tlsSubject, tlsName

        var path: String {
            switch self {
            case .time: "timestamp"
            case .event: "event_type"
            case .source: "src_ip"
            case .sourcePort: "src_port"
            case .destination: "dest_ip"
            case .destinationPort: "dest_port"
            case .transport: "proto"
            case .protocolName: "app_proto"
            case .vlan: "vlan"
            case .clientPackets: "flow/pkts_toserver"
            case .serverPackets: "flow/pkts_toclient"
            case .clientBytes: "flow/bytes_toserver"
            case .serverBytes: "flow/bytes_toclient"
            case .start: "flow/start"
            case .end: "flow/end"
            case .flowState: "flow/state"
            case .clientFlags: "tcp/tcp_flags_ts"
            case .serverFlags: "tcp/tcp_flags_tc"
            case .syn: "tcp/syn"
            case .ack: "tcp/ack"
            case .rst: "tcp/rst"
            case .action: "alert/action"
            case .generator: "alert/gid"
            case .signature: "alert/signature_id"
            case .revision: "alert/rev"
            case .text: "alert/signature"
            case .category: "alert/category"
            case .severity: "alert/severity"
            case .direction: "direction"
            case .sshVersion: "ssh/server/proto_version"
            case .sshServer: "ssh/server/software_version"
            case .tlsSubject: "tls/subject"
            case .tlsName: "tls/sni"
            }
        }
    }

    /// Events that are neither a flow, nor an alert, nor of a protocol.
    private static let others: Set<String> = [
        "stats", "fileinfo", "anomaly", "drop", "netflow", "packet", "frame", "engine", "metadata", "pktlog",
    ]

    private let names: ProtocolNames
    private let file: String
    private var account = ImportAccount()
    private var json = JSONFields(Field.allCases.map(\.path))

    private init(file: String, names: ProtocolNames) {
        self.file = file
        self.names = names
        account.unit = "events"
    }

    /// Reads all lines.
    static func read(
        _ stream: ByteStream, names: ProtocolNames, goesOn: () -> Bool, into sink: inout some FactSink
    ) throws(CaptureError) -> ImportAccount {
        var eve = EVEFile(file: stream.name, names: names)
        var lines = LineReader(stream)
        var bad: [(Int, String)] = []
        try lines.forEachLine(
            goesOn: goesOn, complain: { bad.append(($0, $1)) },
            { line, number in eve.take(line, number, &sink) })
        for (line, text) in bad { eve.account.complain(eve.file, "line \(line)", text) }
        if lines.number == 0 { eve.account.complain(eve.file, nil, "is empty") }
        return eve.account
    }

    private mutating func take(_ line: RawSpan, _ number: Int, _ sink: inout some FactSink) {
        guard line.byteCount > 0 else { return }
        account.items += 1
        do throws(JSONFields.Failure) { try json.read(line) } catch {
            return complain(number, "\(error.text) (byte \(error.offset + 1))")
        }
        guard let event = json.text(Field.event.rawValue, line) else {
            return complain(number, "has no event_type")
        }
        guard !Self.others.contains(event) else {
            account.others += 1
            return
        }
        guard let transport = transport(line) else { return complain(number, wrong(.transport, line)) }
        guard transport.hasPorts || event == "alert" else {
            account.withoutPorts += 1
            return
        }
        guard let client = endpoint(.source, .sourcePort, line) else {
            return complain(number, wrong(.source, line))
        }
        guard let server = endpoint(.destination, .destinationPort, line) else {
            return complain(number, wrong(.destination, line))
        }
        guard let time = time(.time, line) else { return complain(number, wrong(.time, line)) }
        switch event {
        case "flow": flow(transport, client, server, time, line, number, &sink)
        case "alert": alert(transport, client, server, time, line, &sink)
        default: seen(event, transport, server, time, line, &sink)
        }
    }

    // MARK: Events

    private mutating func flow(
        _ transport: TransportProtocol, _ client: Endpoint, _ server: Endpoint, _ time: Timestamp,
        _ line: RawSpan, _ number: Int, _ sink: inout some FactSink
    ) {
        guard let start = self.time(.start, line, otherwise: time) else {
            return complain(number, wrong(.start, line))
        }
        guard let end = self.time(.end, line, otherwise: start) else {
            return complain(number, wrong(.end, line))
        }
        var session = SessionFact(
            transport: transport, client: client, server: server, start: start, end: end,
            state: .established)
        session.sent = SessionFact.Volume(
            packets: self.number(.clientPackets, line) ?? 0, bytes: self.number(.clientBytes, line) ?? 0)
        session.received = SessionFact.Volume(
            packets: self.number(.serverPackets, line) ?? 0, bytes: self.number(.serverBytes, line) ?? 0)
        let flags = (self.flags(.clientFlags, line), self.flags(.serverFlags, line))
        if transport == .tcp, flags.0 == nil || flags.1 == nil {
            judge(&session, line)
        } else {
            session.judge(clientFlags: flags.0 ?? 0, serverFlags: flags.1 ?? 0)
        }
        session.vlan = vlan(line)
        if let claim = json.text(Field.protocolName.rawValue, line) {
            session.protocolName = names.name(claim, &account)
        }
        sink.take(session)
    }

    /// Tells how far a session over TCP came where the event does not say which end set which flags.
    private func judge(_ session: inout SessionFact, _ line: RawSpan) {
        if session.sent.packets == 0 || session.received.packets == 0 {
            let onlyAsks = isTrue(.syn, line) && !isTrue(.ack, line)
            session.state = session.received.packets == 0 && onlyAsks ? .attempted : .oneWay
        } else if json.text(Field.flowState.rawValue, line) == "new" || session.received.packets == 1 {
            // One packet came back, and it was a reset.
            if isTrue(.rst, line) { session.state = .rejected }
        } else if json[Field.syn.rawValue].kind != .absent, !isTrue(.syn, line) {
            session.state = .midstream
        }
    }

    private mutating func alert(
        _ transport: TransportProtocol, _ source: Endpoint, _ destination: Endpoint, _ time: Timestamp,
        _ line: RawSpan, _ sink: inout some FactSink
    ) {
        func word(_ field: Field) -> String { json.text(field.rawValue, line) ?? "0" }
        var alert = AlertFact(
            time: time, signature: "\(word(.generator)):\(word(.signature)):\(word(.revision))",
            text: json.text(Field.text.rawValue, line) ?? "")
        // The addresses are those of the packet.
        let isAnswer = json.text(Field.direction.rawValue, line) == "to_client"
        alert.client = isAnswer ? destination : source
        alert.server = isAnswer ? source : destination
        alert.transport = transport
        alert.category = json.text(Field.category.rawValue, line).flatMap { $0.isEmpty ? nil : $0 }
        alert.action = json.text(Field.action.rawValue, line)
        switch number(.severity, line, as: Int.self) {
        case 1: alert.severity = "high"
        case 2: alert.severity = "medium"
        case 3: alert.severity = "low"
        case nil: break
        default: alert.severity = "info"
        }
        sink.take(.alert(alert))
    }

    /// An event of a protocol: that one runs there.
    private mutating func seen(
        _ event: String, _ transport: TransportProtocol, _ server: Endpoint, _ time: Timestamp,
        _ line: RawSpan,
        _ sink: inout some FactSink
    ) {
        let claim =
            json.text(Field.protocolName.rawValue, line).flatMap { $0 == "failed" ? nil : $0 } ?? event
        var service = ServiceFact(endpoint: server, transport: transport)
        service.claim = claim
        service.protocolName = names.name(claim, &account)
        service.banner = json.text(Field.sshServer.rawValue, line).map { software in
            // As the server said it (RFC 4253 section 4.2).
            json.text(Field.sshVersion.rawValue, line).map { "SSH-\($0)-\(software)" } ?? software
        }
        service.info =
            json.text(Field.tlsName.rawValue, line) ?? json.text(Field.tlsSubject.rawValue, line)
        service.first = time
        service.last = time
        sink.take(.service(service))
    }

    // MARK: Values

    private mutating func complain(_ line: Int, _ text: String) {
        account.complain(file, "line \(line)", text)
    }

    private func time(_ field: Field, _ line: RawSpan) -> Timestamp? {
        json[field.rawValue].kind == .string ? line.isoTime(json[field.rawValue].range) : nil
    }

    /// A time, another one where the event has none; nil where it cannot be read.
    private func time(_ field: Field, _ line: RawSpan, otherwise other: Timestamp) -> Timestamp? {
        json.has(field.rawValue, line) ? time(field, line) : other
    }

    private func number<Number: FixedWidthInteger>(
        _ field: Field, _ line: RawSpan, as type: Number.Type = Number.self
    ) -> Number? { json.number(field.rawValue, line) }

    /// TCP flags, which are written in hexadecimal.
    private func flags(_ field: Field, _ line: RawSpan) -> UInt64? {
        json.text(field.rawValue, line).flatMap { UInt64($0, radix: 16) }
    }

    private func isTrue(_ field: Field, _ line: RawSpan) -> Bool {
        let value = json[field.rawValue]
        return value.kind == .word && line.u8(value.range.lowerBound) == UInt8(ascii: "t")
    }

    private func endpoint(_ address: Field, _ port: Field, _ line: RawSpan) -> Endpoint? {
        guard let address = json.address(address.rawValue, line) else { return nil }
        return Endpoint(address, number(port, line) ?? 0)
    }

    private func transport(_ line: RawSpan) -> TransportProtocol? {
        let value = json[Field.transport.rawValue]
        return value.kind == .absent ? nil : TransportProtocol(word: line, value.range)
    }

    /// A number, or a list of them, the outermost first.
    private func vlan(_ line: RawSpan) -> UInt16 {
        let value = json[Field.vlan.rawValue]
        guard value.kind != .absent else { return 0 }
        let digits = line.text(in: value.range).split { !$0.isNumber }
        return digits.last.flatMap { UInt16($0) } ?? 0
    }

    private func wrong(_ field: Field, _ line: RawSpan) -> String {
        let value = json[field.rawValue]
        guard value.kind != .absent else { return "has no \(field.path)" }
        let shown = line.text(
            in: value.range.lowerBound..<min(value.range.upperBound, value.range.lowerBound + 40))
        return "has a \(field.path) that cannot be read: '\(shown)'"
    }
}
