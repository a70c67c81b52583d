internal import Capture
internal import Net
internal import Plugins
internal import Records

/// Facts out of the logs of firewalls, by what plugins declare of their lines.
struct SyslogFile {
    private let names: ProtocolNames
    private let parser: LogParser
    private let file: String
    private let written: Timestamp
    private let zone: Int64
    private var account = ImportAccount()
    private var connections = OpenConnections()
    private var byLog: [Int: Int] = [:]
    /// Whether there was a line of a declared log, readable or not.
    private var isOfALog = false

    private init(file: String, names: ProtocolNames, logs: [LogDefinition], written: Timestamp, zone: Int64) {
        self.file = file
        self.names = names
        self.written = written
        self.zone = zone
        parser = LogParser(logs)
    }

    /// Reads all lines.
    static func read(
        _ stream: ByteStream, names: ProtocolNames, logs: [LogDefinition], written: Timestamp, zone: Int64,
        goesOn: () -> Bool, into sink: inout some FactSink
    ) throws(CaptureError) -> ImportAccount {
        var syslog = SyslogFile(file: stream.name, names: names, logs: logs, written: written, zone: zone)
        var lines = LineReader(stream)
        var bad: [(Int, String)] = []
        try lines.forEachLine(
            goesOn: goesOn, complain: { bad.append(($0, $1)) },
            { line, number in syslog.take(line, number, &sink) })
        for (line, text) in bad { syslog.account.complain(syslog.file, "line \(line)", text) }
        syslog.finish(lines.number, &sink)
        return syslog.account
    }

    private mutating func finish(_ lines: Int, _ sink: inout some FactSink) {
        connections.finish { sink.take($0) }
        if lines == 0 { account.complain(file, nil, "is empty") }
        let kinds = byLog.sorted { $0.value > $1.value }.map {
            "\($0.value) of \(parser.definitions[$0.key].name)"
        }
        if !kinds.isEmpty { account.note("\(file): \(kinds.joined(separator: ", "))") }
        if lines > 0, !isOfALog {
            let known = parser.definitions.map(\.name).joined(separator: ", ")
            account.complain(
                file, nil,
                "no line is of a log that a plugin declares (\(known.isEmpty ? "none does" : known))")
        }
    }

    private mutating func take(_ line: RawSpan, _ number: Int, _ sink: inout some FactSink) {
        guard line.byteCount > 0 else { return }
        account.items += 1
        let header = SyslogHeader(line, written: written, zone: zone)
        let message = line.extracting(header.message..<line.byteCount)
        switch parser.parse(message) {
        case .unknown: account.others += 1
        case .unreadable(let log, let field, let text):
            isOfALog = true
            account.complain(
                file, "line \(number)",
                "the \(field.rawValue) of a line of \(parser.definitions[log].name) cannot be '\(text)'")
        case .event(let log, let event):
            isOfALog = true
            byLog[log, default: 0] += 1
            guard let transport = event.transport, transport.hasPorts else {
                account.withoutPorts += 1
                return
            }
            guard let time = event.time ?? header.time else {
                account.complain(
                    file, "line \(number)", "does not say when: neither syslog's time nor one of its own")
                return
            }
            // What is told at the end has its length, so that the beginning is known.
            let duration = event.action == .opened ? 0 : event.duration ?? 0
            guard let start = Timestamp(possible: time.nanoseconds, and: -duration) else {
                account.complain(
                    file, "line \(number)",
                    "tells of a connection that lasted \(duration / 1_000_000_000) seconds")
                return
            }
            let session = session(event, transport, start, time)
            connections.take(session, event, "\(log) \(line.text(in: header.host))") { sink.take($0) }
        }
    }

    private mutating func session(
        _ event: LogEvent, _ transport: TransportProtocol, _ start: Timestamp, _ end: Timestamp
    ) -> SessionFact {
        var (client, server) = (event.client, event.server)
        if event.isOneOfTwo, names.serverIsFirst(client, server, transport) { swap(&client, &server) }
        var session = SessionFact(
            transport: transport, client: client, server: server, start: start, end: end, state: .oneWay)
        session.isDirectionGuessed = event.isOneOfTwo
        session.sent = SessionFact.Volume(
            packets: event.clientPackets ?? 0, bytes: event.clientBytes ?? event.bytes ?? 0)
        session.received = SessionFact.Volume(
            packets: event.serverPackets ?? 0, bytes: event.serverBytes ?? 0)
        session.vlan = event.vlan
        session.protocolName = event.protocolClaim.flatMap { names.name($0, &account) }
        switch event.action {
        case .denied:
            session.action = .denied
            session.state = .rejected
            return session
        case .allowed, .opened, .closed: session.action = .allowed
        case nil: break
        }
        if let sent = event.clientBytes, let received = event.serverBytes {
            if received > 0 { session.state = .established }
            if received == 0, sent > 0, transport == .tcp { session.state = .attempted }
        } else if event.action == .closed, let bytes = event.bytes {
            session.state = bytes > 0 ? .established : .attempted
        }
        return session
    }
}

/// Joins the lines that tell of one connection's beginning and end.
struct OpenConnections {
    private var open = Unpaired<String, SessionFact>()

    /// Takes what a line told; gives the sessions that are complete.
    mutating func take(
        _ session: SessionFact, _ event: LogEvent, _ reporter: String, _ give: (SessionFact) -> Void
    ) {
        guard let connection = event.connection, event.action == .opened || event.action == .closed else {
            return give(session)
        }
        let key = "\(reporter) \(connection)"
        guard event.action == .closed else { return open.wait(session, under: key, give) }
        var session = session
        if let began = open.take(key) {
            // The line that tells of the beginning knows who asked.
            if began.client == session.server, began.server == session.client {
                swap(&session.sent, &session.received)
            }
            (session.client, session.server) = (began.client, began.server)
            session.isDirectionGuessed = began.isDirectionGuessed
            session.start = began.start
            session.protocolName = session.protocolName ?? began.protocolName
        }
        give(session)
    }

    /// No more lines come: gives those whose end was not told, in their order.
    mutating func finish(_ give: (SessionFact) -> Void) { open.finish(give) }
}
