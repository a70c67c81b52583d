internal import Crypto
internal import Inventory
internal import NIOCore
internal import Net

/// An alert on its way to a receiver, and its form in a spool.
///
/// On disk: the length of the body (4 bytes), the first 8 bytes of its SHA-256, the body; numbers in network order.
struct SpoolEntry: Sendable {
    /// Its number in the spool, one more than that of the entry before; 0 while it is in memory only.
    var number: UInt64 = 0
    /// When it was submitted, by the clock.
    var submitted: Timestamp
    /// What it must not be told again by; nil when that does not matter.
    var key: AlertKey?
    var alert: Alert

    static let headSize = 12
    /// The longest body; a length above this is damage.
    static let largestBody = 1 << 20

    init(submitted: Timestamp, key: AlertKey?, alert: Alert) {
        self.submitted = submitted
        self.key = key
        self.alert = alert
    }

    /// The bytes for the disk.
    var encoded: [UInt8] {
        var body = ByteBuffer()
        body.writeInteger(number)
        body.writeInteger(submitted.nanoseconds)
        body.writeInteger(key.map { $0.isOfFlow ? UInt8(2) : 1 } ?? 0)
        body.writeInteger(key?.high ?? 0)
        body.writeInteger(key?.low ?? 0)
        body.writeInteger(alert.time.nanoseconds)
        body.writeInteger(alert.host?.high ?? 0)
        body.writeInteger(alert.host?.low ?? 0)
        body.writeInteger(alert.port ?? 0)
        body.writeInteger(alert.transport?.number ?? 0)
        // Which of these three are there.
        let present: [Bool] = [alert.host != nil, alert.port != nil, alert.transport != nil]
        body.writeInteger(UInt8(present.reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) }))
        for text in [
            alert.kind.rawValue, alert.severity.rawValue, alert.title, alert.rule, alert.protocolName,
            alert.instance,
        ] {
            body.write(text.map { Array($0.utf8) })
        }
        body.write(Array(alert.record))
        body.write((alert.direction?.rawValue).map { Array($0.utf8) })
        let bytes = Array(body.readableBytesView)
        var whole = ByteBuffer()
        whole.writeInteger(UInt32(bytes.count))
        whole.writeBytes(Self.check(bytes))
        whole.writeBytes(bytes)
        return Array(whole.readableBytesView)
    }

    /// The entry at the start of these bytes, and how many it takes; nil when there is none that is whole.
    static func decode(_ bytes: ArraySlice<UInt8>) -> (entry: SpoolEntry, size: Int)? {
        var head = ByteBuffer(bytes: bytes.prefix(headSize))
        guard let length = head.readInteger(as: UInt32.self), let check = head.readBytes(length: 8),
            length <= largestBody, bytes.count >= headSize + Int(length)
        else { return nil }
        let body = Array(bytes.dropFirst(headSize).prefix(Int(length)))
        guard Self.check(body) == check, let entry = SpoolEntry(body: body) else { return nil }
        return (entry, headSize + Int(length))
    }

    /// When the entry was submitted that begins with these bytes.
    static func submitted(inHead bytes: [UInt8]) -> Timestamp? {
        var head = ByteBuffer(bytes: bytes.dropFirst(headSize + 8))
        return head.readInteger(as: Int64.self).map { Timestamp(nanoseconds: $0) }
    }

    private static func check(_ body: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: body).prefix(8)) }

    private init?(body bytes: [UInt8]) {
        var body = ByteBuffer(bytes: bytes)
        guard let number = body.readInteger(as: UInt64.self),
            let submitted = body.readInteger(as: Int64.self),
            let keyed = body.readInteger(as: UInt8.self), let keyHigh = body.readInteger(as: UInt64.self),
            let keyLow = body.readInteger(as: UInt64.self), let time = body.readInteger(as: Int64.self),
            let high = body.readInteger(as: UInt64.self), let low = body.readInteger(as: UInt64.self),
            let port = body.readInteger(as: UInt16.self), let transport = body.readInteger(as: UInt8.self),
            let present = body.readInteger(as: UInt8.self)
        else { return nil }
        let texts = (0..<6).map { _ in body.readText() }
        guard let kind = texts[0].flatMap(Alert.Kind.init), let severity = texts[1].flatMap(Severity.init),
            let title = texts[2], let line = body.readValue()
        else { return nil }
        self.number = number
        self.submitted = Timestamp(nanoseconds: submitted)
        key = keyed == 0 ? nil : AlertKey(high: keyHigh, low: keyLow, isOfFlow: keyed == 2)
        alert = Alert(
            time: Timestamp(nanoseconds: time), kind: kind, severity: severity, title: title, line: line)
        if present & 1 != 0 { alert.host = IPAddress(high: high, low: low) }
        if present & 2 != 0 { alert.port = port }
        if present & 4 != 0 { alert.transport = TransportProtocol(number: transport) }
        alert.rule = texts[3]
        alert.protocolName = texts[4]
        alert.instance = texts[5]
        // Not in a spool of an earlier version.
        alert.direction = body.readText().flatMap(Direction.init)
    }
}

extension ByteBuffer {
    /// A value with its length in front; all ones for none.
    fileprivate mutating func write(_ value: [UInt8]?) {
        writeInteger(value.map { UInt32($0.count) } ?? .max)
        if let value { writeBytes(value) }
    }

    fileprivate mutating func readValue() -> [UInt8]? {
        guard let length = readInteger(as: UInt32.self), length != .max else { return nil }
        return readBytes(length: Int(length))
    }

    fileprivate mutating func readText() -> String? {
        readValue().map { String(decoding: $0, as: UTF8.self) }
    }
}
