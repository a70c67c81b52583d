public import Net

/// How the lines of one kind of log are read, as a plugin declares it: `log "netfilter" { ... }`.
public struct LogDefinition: Sendable {
    /// The name.
    public var name: String
    /// The name for people.
    public var title: String
    /// The specification it was written from.
    public var reference: String
    /// The plugin that declares it.
    public var plugin: String
    /// The file and line of the declaration.
    public var origin: SourceLocation
    /// Texts that a line must have, all of them; found quickly, so that other lines cost little.
    public var contains: [[UInt8]] = []
    /// Patterns whose named groups are fields; the first that matches gives them.
    public var patterns: [String] = []
    /// Fields by the keys of `key=value`.
    public var pairs: [(field: LogField, key: [UInt8])] = []
    /// Fields that are the same for every line.
    public var always: [(field: LogField, value: [UInt8])] = []
    /// What words mean that stand in a field, in lower case.
    public var values: [LogField: [String: String]] = [:]
    /// How many lines it says are read.
    var examples = 0
    /// How many lines it says are not.
    var counterexamples = 0

    /// A log without a way to read it yet.
    init(name: String, title: String, reference: String, plugin: String, origin: SourceLocation) {
        self.name = name
        self.title = title
        self.reference = reference
        self.plugin = plugin
        self.origin = origin
    }
}

/// What a line of a log may tell.
public enum LogField: String, Sendable, CaseIterable {
    /// The address of the one that asked.
    case client
    /// Its port.
    case clientPort = "client_port"
    /// The address of the one that serves.
    case server
    /// Its port.
    case serverPort = "server_port"
    /// The address of one end, where the line does not say who asked.
    case one
    /// Its port.
    case onePort = "one_port"
    /// The address of the other end.
    case other
    /// Its port.
    case otherPort = "other_port"
    /// `tcp`, `udp`, `sctp`, or the number.
    case transport
    /// `allowed`, `denied`, `opened` or `closed`.
    case action
    /// When: RFC 3339, or seconds, milliseconds, microseconds or nanoseconds since 1970.
    case time
    /// The day, where it stands apart: `2026-11-25`.
    case date
    /// The time of day, where it stands apart: `11:00:08`.
    case clock
    /// The offset from UTC, where it stands apart: `+0200`.
    case zone
    /// How long it lasted, in seconds or as `0:01:30`.
    case duration
    /// Bytes that the client sent.
    case clientBytes = "client_bytes"
    /// Bytes that the server sent.
    case serverBytes = "server_bytes"
    /// Packets that the client sent.
    case clientPackets = "client_packets"
    /// Packets that the server sent.
    case serverPackets = "server_packets"
    /// Bytes of both, where they are not told apart.
    case bytes
    /// The number that joins the lines of one connection.
    case connection
    /// What the log calls the protocol, where it looked into it.
    case `protocol`
    /// The VLAN.
    case vlan
}

/// What a line of a log told.
public struct LogEvent: Sendable, Equatable {
    /// What happened to a connection.
    public enum Action: String, Sendable, CaseIterable {
        /// It was let through.
        case allowed
        /// It was not.
        case denied
        /// It began.
        case opened
        /// It ended.
        case closed
    }

    /// The one that asked, or one end where `isOneOfTwo`.
    public var client = Endpoint(IPAddress(high: 0, low: 0), 0)
    /// The one that serves, or the other end.
    public var server = Endpoint(IPAddress(high: 0, low: 0), 0)
    /// Whether the line does not say who asked.
    public var isOneOfTwo = false
    /// What carries it.
    public var transport: TransportProtocol?
    /// What happened.
    public var action: Action?
    /// When, as the line itself says; nil where only what stands before it does.
    public var time: Timestamp?
    /// How long it lasted, in nanoseconds.
    public var duration: Int64?
    /// Bytes that the client sent.
    public var clientBytes: UInt64?
    /// Bytes that the server sent.
    public var serverBytes: UInt64?
    /// Packets that the client sent.
    public var clientPackets: UInt64?
    /// Packets that the server sent.
    public var serverPackets: UInt64?
    /// Bytes of both.
    public var bytes: UInt64?
    /// The number that joins the lines of one connection.
    public var connection: String?
    /// What the log calls the protocol.
    public var protocolClaim: String?
    /// The VLAN.
    public var vlan: UInt16 = 0
    fileprivate var days: Int64?
    fileprivate var secondsOfDay: Int64?
    fileprivate var zone: Int64?
    fileprivate var has = (false, false)

    /// Nothing yet.
    init() {}

    /// Compares what a line told.
    public static func == (left: Self, right: Self) -> Bool {
        LogField.allCases.allSatisfy { left.text(of: $0) == right.text(of: $0) }
    }
}

extension LogEvent {
    /// Takes a field's value; false when it cannot be read.
    mutating func set(_ field: LogField, _ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
            bytes.number(range, as: Number.self)
        }
        switch field {
        case .client, .one:
            guard let address = bytes.address(range) else { return false }
            client.address = address
            has.0 = true
            isOneOfTwo = field == .one
        case .server, .other:
            guard let address = bytes.address(range) else { return false }
            server.address = address
            has.1 = true
        case .clientPort, .onePort:
            guard let port = number(UInt16.self) else { return false }
            client.port = port
        case .serverPort, .otherPort:
            guard let port = number(UInt16.self) else { return false }
            server.port = port
        case .transport:
            transport = TransportProtocol(word: bytes, range)
            return transport != nil
        case .action:
            // Other words are of no concern to a session.
            action = Action(rawValue: bytes.text(in: range).lowercased())
        case .time:
            time = Self.time(bytes, range)
            return time != nil
        case .date:
            days = CivilDate.parse(bytes.text(in: range).replacing("/", with: "-"))
            return days.flatMap { Timestamp(possible: $0, of: 86_400_000_000_000) } != nil
        case .clock:
            secondsOfDay = bytes.clock(range)
            return secondsOfDay != nil
        case .zone:
            zone = bytes.zone(range)
            return zone != nil
        case .duration:
            duration = bytes.billionths(range) ?? Self.duration(bytes.text(in: range))
            return duration != nil
        case .clientBytes: clientBytes = number()
        case .serverBytes: serverBytes = number()
        case .clientPackets: clientPackets = number()
        case .serverPackets: serverPackets = number()
        case .bytes: self.bytes = number()
        case .connection: connection = bytes.text(in: range)
        case .protocol: protocolClaim = bytes.text(in: range)
        case .vlan: vlan = number() ?? 0
        }
        return true
    }

    /// Joins what stands apart; the field that is missing, or nil when both ends are there.
    mutating func finish() -> LogField? {
        if time == nil, let days, let secondsOfDay {
            time = Timestamp(possible: days * 86_400 + secondsOfDay - (zone ?? 0), of: 1_000_000_000)
        }
        if !has.0 { return .client }
        return has.1 ? nil : .server
    }

    private static func time(_ bytes: RawSpan, _ range: Range<Int>) -> Timestamp? {
        if let number = bytes.unsigned(range) {
            // By the number of digits: seconds have 10 from 2001 to 2286.
            switch range.count {
            case 13: return Timestamp(possible: Int64(number), of: 1_000_000)
            case 16: return Timestamp(possible: Int64(number), of: 1000)
            case 19: return Int64(exactly: number).flatMap { Timestamp(possible: $0) }
            default: break
            }
        }
        return bytes.epoch(range) ?? bytes.isoTime(range)
    }

    /// `0:01:30` or `1d2h`'s first form only: hours, minutes, seconds.
    private static func duration(_ text: String) -> Int64? {
        let parts = text.split(separator: ":").map { Int64($0) }
        guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2],
            (0...1_000_000).contains(hours), (0...59).contains(minutes), (0...59).contains(seconds)
        else { return nil }
        return (hours * 3600 + minutes * 60 + seconds) * 1_000_000_000
    }

    /// What a field says, as an example writes it; nil when the line did not tell.
    func text(of field: LogField) -> String? {
        func number(_ value: UInt64?) -> String? { value.map { "\($0)" } }
        switch field {
        case .client: return isOneOfTwo ? nil : "\(client.address)"
        case .one: return isOneOfTwo ? "\(client.address)" : nil
        case .clientPort: return isOneOfTwo ? nil : "\(client.port)"
        case .onePort: return isOneOfTwo ? "\(client.port)" : nil
        case .server: return isOneOfTwo ? nil : "\(server.address)"
        case .other: return isOneOfTwo ? "\(server.address)" : nil
        case .serverPort: return isOneOfTwo ? nil : "\(server.port)"
        case .otherPort: return isOneOfTwo ? "\(server.port)" : nil
        case .transport: return transport.map { "\($0)" }
        case .action: return action?.rawValue
        case .time: return time?.description.replacing(".000000Z", with: "Z")
        case .date, .clock, .zone: return nil
        case .duration: return duration.map { "\($0 / 1_000_000_000)" }
        case .clientBytes: return number(clientBytes)
        case .serverBytes: return number(serverBytes)
        case .clientPackets: return number(clientPackets)
        case .serverPackets: return number(serverPackets)
        case .bytes: return number(bytes)
        case .connection: return connection
        case .protocol: return protocolClaim
        case .vlan: return vlan == 0 ? nil : "\(vlan)"
        }
    }
}
