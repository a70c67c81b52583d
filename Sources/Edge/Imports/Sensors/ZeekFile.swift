internal import Capture
internal import Net
internal import Records

/// Facts out of Zeek's `conn.log`, `known_services.log` and `notice.log`, as tab-separated values or JSON.
struct ZeekFile {
    /// The members that are looked at, by slot.
    enum Field: Int, CaseIterable {
        case time, client, clientPort, server, port, transport, service, duration, state
        case clientBytes, serverBytes, clientPackets, serverPackets, clientPayload, serverPayload
        case vlan, innerVLAN
        case host, servicePort, serviceTransport
        case note, message, source, destination, noticePort

        /// Its name in the logs.
        var name: String {
            switch self {
            case .time: "ts"
            case .client: "id.orig_h"
            case .clientPort: "id.orig_p"
            case .server: "id.resp_h"
            case .port: "id.resp_p"
            case .transport: "proto"
            case .service: "service"
            case .duration: "duration"
            case .state: "conn_state"
            case .clientBytes: "orig_ip_bytes"
            case .serverBytes: "resp_ip_bytes"
            case .clientPackets: "orig_pkts"
            case .serverPackets: "resp_pkts"
            case .clientPayload: "orig_bytes"
            case .serverPayload: "resp_bytes"
            case .vlan: "vlan"
            case .innerVLAN: "inner_vlan"
            case .host: "host"
            case .servicePort: "port_num"
            case .serviceTransport: "port_proto"
            case .note: "note"
            case .message: "msg"
            case .source: "src"
            case .destination: "dst"
            case .noticePort: "p"
            }
        }
    }

    private let names: ProtocolNames
    private let file: String
    private var account = ImportAccount()
    private var json = JSONFields(Field.allCases.map(\.name))
    private var table = SeparatedFields(names: Field.allCases.map(\.name))
    private var isOfOtherKind = false
    /// Whether the record that was read last is JSON.
    private var isJSON = false

    init(file: String, names: ProtocolNames) {
        self.file = file
        self.names = names
    }

    /// Reads all lines.
    static func read(
        _ stream: ByteStream, names: ProtocolNames, goesOn: () -> Bool, into sink: inout some FactSink
    ) throws(CaptureError) -> ImportAccount {
        var zeek = ZeekFile(file: stream.name, names: names)
        var lines = LineReader(stream)
        var bad: [(Int, String)] = []
        try lines.forEachLine(
            goesOn: goesOn, complain: { bad.append(($0, $1)) },
            { line, number in zeek.take(line, number, &sink) })
        for (line, text) in bad { zeek.account.complain(zeek.file, "line \(line)", text) }
        if lines.number == 0 { zeek.account.complain(zeek.file, nil, "is empty") }
        return zeek.account
    }

    private mutating func take(_ line: RawSpan, _ number: Int, _ sink: inout some FactSink) {
        guard line.byteCount > 0 else { return }
        let first = line.u8(0)
        if first == UInt8(ascii: "#") {
            header(line, number)
            return
        }
        // An array is none of Zeek's logs; that of JSON says so.
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") && !table.hasHeader {
            account.items += 1
            do throws(JSONFields.Failure) { try json.read(line) } catch {
                return complain(number, "\(error.text) (byte \(error.offset + 1))")
            }
            isJSON = true
            return takeRecord(line, number, &sink)
        }
        guard !isOfOtherKind else {
            account.items += 1
            account.others += 1
            return
        }
        account.items += 1
        guard table.hasHeader else {
            return complain(number, "stands before a #fields line, so its columns have no names")
        }
        guard table.read(line) else {
            return complain(number, "has \(table.found) columns where #fields names \(table.columns)")
        }
        isJSON = false
        takeRecord(line, number, &sink)
    }

    private mutating func complain(_ line: Int, _ text: String) {
        account.complain(file, "line \(line)", text)
    }

    private mutating func header(_ line: RawSpan, _ number: Int) {
        let text = line.text(in: 0..<min(line.byteCount, 65_536))
        if text.hasPrefix("#separator ") {
            let word = text.dropFirst(11)
            if word.hasPrefix("\\x"), let byte = UInt8(word.dropFirst(2).prefix(2), radix: 16) {
                table.separator = byte
            }
        } else if text.hasPrefix("#fields") {
            table.begin(header: line, from: 8)
        } else if text.hasPrefix("#path"), let path = text.split(separator: "\t").last {
            let kinds = ["conn", "known_services", "notice"]
            isOfOtherKind = !kinds.contains {
                path == $0 || path.hasPrefix("\($0)_") || path.hasPrefix("\($0).")
            }
            if isOfOtherKind {
                account.note(
                    "\(file):\(number): Zeek's \(path).log holds nothing that is imported (\(kinds.joined(separator: ", ")) do)"
                )
            }
        }
    }

    private mutating func takeRecord(_ line: RawSpan, _ number: Int, _ sink: inout some FactSink) {
        if has(.state) || (has(.duration) && has(.clientPackets)) {
            connection(line, number, &sink)
        } else if has(.note) {
            notice(line, number, &sink)
        } else if has(.servicePort) {
            knownService(line, number, &sink)
        } else {
            account.others += 1
        }
    }

    // MARK: conn.log

    private mutating func connection(_ line: RawSpan, _ number: Int, _ sink: inout some FactSink) {
        guard let transport = transport(.transport, line) else {
            return complain(number, wrong(.transport, line))
        }
        guard transport.hasPorts else {
            account.withoutPorts += 1
            return
        }
        guard let start = time(.time, line) else { return complain(number, wrong(.time, line)) }
        guard let client = address(.client, line) else { return complain(number, wrong(.client, line)) }
        guard let server = address(.server, line) else { return complain(number, wrong(.server, line)) }
        guard let clientPort = integer(.clientPort, line, as: UInt16.self) else {
            return complain(number, wrong(.clientPort, line))
        }
        guard let port = integer(.port, line, as: UInt16.self) else {
            return complain(number, wrong(.port, line))
        }
        guard let end = end(after: start, line) else { return complain(number, wrong(.duration, line)) }
        var session = SessionFact(
            transport: transport, client: Endpoint(client, clientPort), server: Endpoint(server, port),
            start: start, end: end, state: .established)
        session.sent = SessionFact.Volume(
            packets: integer(.clientPackets, line) ?? 0,
            bytes: integer(.clientBytes, line) ?? integer(.clientPayload, line) ?? 0)
        session.received = SessionFact.Volume(
            packets: integer(.serverPackets, line) ?? 0,
            bytes: integer(.serverBytes, line) ?? integer(.serverPayload, line) ?? 0)
        switch text(.state, line) {
        case "S0": session.state = .attempted
        case "REJ": session.state = .rejected
        case "OTH": session.state = .midstream
        case "SH", "RSTOS0": session.state = .attempted
        case "SHR", "RSTRH": session.state = .oneWay
        default: break
        }
        if let services = text(.service, line) {
            // Several: `ssl,http`.
            for word in services.split(separator: ",") {
                guard let name = names.name(String(word), &account) else { continue }
                if session.protocolName == nil {
                    session.protocolName = name
                } else {
                    session.then.append(name)
                }
            }
        }
        // A known protocol, such as that of log messages, may well need no answer.
        if transport != .tcp, session.state == .attempted, session.protocolName != nil {
            session.state = .oneWay
        }
        session.vlan = integer(.innerVLAN, line) ?? integer(.vlan, line) ?? 0
        sink.take(session)
    }

    // MARK: known_services.log

    private mutating func knownService(_ line: RawSpan, _ number: Int, _ sink: inout some FactSink) {
        guard let transport = transport(.serviceTransport, line) else {
            return complain(number, wrong(.serviceTransport, line))
        }
        guard transport.hasPorts else {
            account.withoutPorts += 1
            return
        }
        guard let time = time(.time, line) else { return complain(number, wrong(.time, line)) }
        guard let host = address(.host, line) else { return complain(number, wrong(.host, line)) }
        guard let port = integer(.servicePort, line, as: UInt16.self) else {
            return complain(number, wrong(.servicePort, line))
        }
        var claims = texts(.service, line)
        if claims.isEmpty { claims = [""] }
        for claim in claims {
            var service = ServiceFact(endpoint: Endpoint(host, port), transport: transport)
            service.claim = claim.isEmpty ? nil : claim
            service.protocolName = names.name(claim, &account)
            service.first = time
            service.last = time
            sink.take(.service(service))
        }
    }

    // MARK: notice.log

    private mutating func notice(_ line: RawSpan, _ number: Int, _ sink: inout some FactSink) {
        guard let time = time(.time, line) else { return complain(number, wrong(.time, line)) }
        var alert = AlertFact(
            time: time, signature: text(.note, line) ?? "",
            text: text(.message, line) ?? text(.note, line) ?? "")
        alert.transport = transport(.transport, line)
        let client = address(.client, line) ?? address(.source, line)
        let server = address(.server, line) ?? address(.destination, line)
        let port: UInt16 = integer(.port, line) ?? integer(.noticePort, line) ?? 0
        alert.client = client.map { Endpoint($0, integer(.clientPort, line) ?? 0) }
        alert.server = server.map { Endpoint($0, port) }
        sink.take(.alert(alert))
    }
}

/// The values of the record that was read last, in either of its forms.
extension ZeekFile {
    private func range(_ field: Field) -> Range<Int>? {
        let value = isJSON ? json[field.rawValue] : table[field.rawValue]
        // JSON may say of what is unset that it is null.
        return value.kind == .absent || value.kind == .word ? nil : value.range
    }

    private func has(_ field: Field) -> Bool { range(field) != nil }

    private func text(_ field: Field, _ line: RawSpan) -> String? {
        if isJSON { return json.text(field.rawValue, line) }
        return range(field).map { SeparatedFields.unescaped(line, $0) }
    }

    private func texts(_ field: Field, _ line: RawSpan) -> [String] {
        if isJSON { return json.texts(field.rawValue, line) }
        return text(field, line)?.split(separator: ",").map(String.init) ?? []
    }

    private func integer<Number: FixedWidthInteger>(
        _ field: Field, _ line: RawSpan, as type: Number.Type = Number.self
    ) -> Number? {
        range(field).flatMap { line.number($0, as: type) }
    }

    private func address(_ field: Field, _ line: RawSpan) -> IPAddress? {
        range(field).flatMap { line.address($0) }
    }

    private func transport(_ field: Field, _ line: RawSpan) -> TransportProtocol? {
        range(field).flatMap { range in
            if range.count == 3 {
                if line.u8(range.lowerBound) == UInt8(ascii: "t") { return .tcp }
                if line.u8(range.lowerBound) == UInt8(ascii: "u"),
                    line.u8(range.lowerBound + 1) == UInt8(ascii: "d")
                {
                    return .udp
                }
            }
            // What Zeek knows nothing of.
            if line.text(in: range) == "unknown_transport" { return TransportProtocol(number: 0) }
            return TransportProtocol(word: line, range)
        }
    }

    /// Seconds since 1970, or ISO 8601, which `LogAscii::json_timestamps` may ask for.
    private func time(_ field: Field, _ line: RawSpan) -> Timestamp? {
        range(field).flatMap { line.epoch($0) ?? line.isoTime($0) }
    }

    /// When a connection ended, which may not be known to have lasted; nil where its duration cannot be.
    private func end(after start: Timestamp, _ line: RawSpan) -> Timestamp? {
        guard let range = range(.duration) else { return start }
        return line.billionths(range).flatMap { Timestamp(possible: start.nanoseconds, and: $0) }
    }

    /// What is wrong with a field, for a complaint.
    private func wrong(_ field: Field, _ line: RawSpan) -> String {
        guard let range = range(field) else { return "has no \(field.name)" }
        let shown = line.text(in: range.lowerBound..<min(range.upperBound, range.lowerBound + 40))
        return "has a \(field.name) that cannot be read: '\(shown)'"
    }
}
