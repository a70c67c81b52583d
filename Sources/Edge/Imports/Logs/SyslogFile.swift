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
    private var withoutTime = 0

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
        if lines > 0, byLog.isEmpty {
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
            account.complain(
                file, "line \(number)",
                "the \(field.rawValue) of a line of \(parser.definitions[log].name) cannot be '\(text)'")
        case .event(let log, let event):
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
            let reporter = line.text(in: header.host)
            connections.take(event, transport, time, claims(event), "\(log) \(reporter)", names) {
                sink.take($0)
            }
        }
    }

    private mutating func claims(_ event: LogEvent) -> String? {
        event.protocolClaim.flatMap { names.name($0, &account) }
    }
}

/// Joins the lines that tell of one connection's beginning and end; the table is bounded.
struct OpenConnections {
    private var open: [String: (session: SessionFact, turn: UInt64)] = [:]
    private var order: [(key: String, turn: UInt64)] = []
    private var first = 0
    private var turn: UInt64 = 0

    static let maximumOpen = 65_536

    /// Takes what a line told; gives the sessions that are complete.
    mutating func take(
        _ event: LogEvent, _ transport: TransportProtocol, _ time: Timestamp, _ protocolName: String?,
        _ reporter: String, _ names: ProtocolNames, _ give: (SessionFact) -> Void
    ) {
        var session = Self.session(event, transport, time, protocolName, names)
        guard let connection = event.connection, event.action == .opened || event.action == .closed else {
            return give(session)
        }
        let key = "\(reporter) \(connection)"
        if event.action == .closed {
            if let began = open.removeValue(forKey: key)?.session {
                // The line that tells of the beginning knows who asked.
                if began.client == session.server, began.server == session.client {
                    swap(&session.sent, &session.received)
                }
                (session.client, session.server) = (began.client, began.server)
                session.isDirectionGuessed = began.isDirectionGuessed
                session.start = began.start
                session.protocolName = session.protocolName ?? began.protocolName
            }
            return give(session)
        }
        turn += 1
        if let former = open.updateValue((session, turn), forKey: key) { give(former.session) }
        order.append((key, turn))
        while open.count > Self.maximumOpen, first < order.count {
            let oldest = order[first]
            first += 1
            if let found = open[oldest.key], found.turn == oldest.turn {
                open[oldest.key] = nil
                give(found.session)
            }
        }
        if order.count > 4 * Self.maximumOpen {
            order = order[first...].filter { open[$0.key]?.turn == $0.turn }
            first = 0
        }
    }

    /// No more lines come: gives those whose end was not told, in their order.
    mutating func finish(_ give: (SessionFact) -> Void) {
        for entry in order[first...] where open[entry.key]?.turn == entry.turn {
            if let found = open.removeValue(forKey: entry.key) { give(found.session) }
        }
        order = []
        first = 0
    }

    private static func session(
        _ event: LogEvent, _ transport: TransportProtocol, _ time: Timestamp, _ protocolName: String?,
        _ names: ProtocolNames
    ) -> SessionFact {
        var (client, server) = (event.client, event.server)
        if event.isOneOfTwo, names.serverIsFirst(client, server, transport) { swap(&client, &server) }
        // What is told at the end has its length, so that the beginning is known.
        let isOver = event.action != .opened && event.duration != nil
        let start = isOver ? Timestamp(nanoseconds: time.nanoseconds - (event.duration ?? 0)) : time
        var session = SessionFact(
            transport: transport, client: client, server: server, start: start, end: time, state: .oneWay)
        session.isDirectionGuessed = event.isOneOfTwo
        session.sent = SessionFact.Volume(
            packets: event.clientPackets ?? 0, bytes: event.clientBytes ?? event.bytes ?? 0)
        session.received = SessionFact.Volume(
            packets: event.serverPackets ?? 0, bytes: event.serverBytes ?? 0)
        session.vlan = event.vlan
        session.protocolName = protocolName
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
