internal import Inventory
internal import Net

/// Reads what `StateWriter` wrote, and nothing else: every line is checked before any is used.
enum StateReader {
    /// Why a file is not a state.
    struct Refusal: Error {
        var reason: String
    }

    static func state(from bytes: [UInt8]) throws(Refusal) -> SavedState {
        var lines = Lines(bytes)
        let start: JSONValue
        if let first = lines.next(), let value = JSONValue(bytes[first]),
            value["kind"]?.text == "offport-state"
        {
            start = value
        } else {
            throw Refusal(reason: bytes.isEmpty ? "it is empty" : "it is no state of Offport")
        }
        guard let version = start["version"]?.number else { throw Refusal(reason: "it names no version") }
        guard version == Int64(StateFile.version) else {
            throw Refusal(
                reason: "it has version \(version), and this Offport reads version \(StateFile.version)")
        }
        try checkEnd(of: bytes)
        var state = SavedState(baseline: Baseline.Snapshot(), reported: [])
        state.baseline.began = start.time("began")
        state.baseline.latest = start.time("latest")
        state.baseline.isLearning = start["learning"]?.flag ?? true
        var number = 1
        while let range = lines.next() {
            number += 1
            let value = JSONValue(bytes[range])
            switch value?["kind"]?.text {
            case "service":
                guard let entry = value.flatMap(service) else {
                    throw Refusal(reason: "line \(number) is no service")
                }
                state.baseline.entries.append(entry)
            case "reported":
                guard let entry = value.flatMap(report) else {
                    throw Refusal(reason: "line \(number) is no report")
                }
                state.reported.append(entry)
            case "end": return state
            default: throw Refusal(reason: "line \(number) is unknown")
            }
        }
        return state
    }

    /// The last line says how many there are before it, and their checksum.
    private static func checkEnd(of bytes: [UInt8]) throws(Refusal) {
        let torn = Refusal(reason: "its end is missing (\(bytes.count) bytes are there)")
        guard bytes.last == UInt8(ascii: "\n") else { throw torn }
        let start = bytes.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        guard let end = JSONValue(bytes[start..<(bytes.count - 1)]), end["kind"]?.text == "end" else {
            throw torn
        }
        var checksum = Checksum()
        checksum.add(bytes[..<start])
        guard end["checksum"]?.text == checksum.text,
            end["lines"]?.number == Int64(bytes[..<start].count { $0 == UInt8(ascii: "\n") })
        else { throw Refusal(reason: "its checksum does not fit: something changed it") }
    }

    private static func place(of value: JSONValue) -> (IPAddress, ServicePort, String)? {
        guard let host = value["host"]?.text.flatMap({ IPAddress($0) }),
            let transport = value["transport"]?.text.flatMap({ TransportProtocol($0) }),
            let port = value["port"]?.number.flatMap({ UInt16(exactly: $0) }),
            let name = value["protocol"]?.text
        else { return nil }
        return (host, ServicePort(port, transport), name)
    }

    private static func service(_ value: JSONValue) -> Baseline.Entry? {
        guard let (host, port, name) = place(of: value), let first = value.time("first_seen"),
            let last = value.time("last_seen"), let isLearnt = value["learnt"]?.flag
        else { return nil }
        var entry = Baseline.Entry(
            host: host, port: port, protocolName: name, firstSeen: first, lastSeen: last,
            silentSince: value.time("silent_since") ?? last, isLearnt: isLearnt)
        entry.isQuietReported = value["quiet_reported"]?.flag ?? false
        for product in value["products"]?.list ?? [] {
            guard let name = product["name"]?.text, let isLearnt = product["learnt"]?.flag else { return nil }
            entry.products.append(
                Baseline.Product(name: name, version: product["version"]?.text, isLearnt: isLearnt))
        }
        return entry
    }

    private static func report(_ value: JSONValue) -> ReportedFindings.Entry? {
        guard let (host, port, name) = place(of: value), let rule = value["rule"]?.text,
            let time = value.time("time")
        else { return nil }
        return ReportedFindings.Entry(rule: rule, host: host, port: port, protocolName: name, time: time)
    }

    /// The ranges of lines, each without its end.
    private struct Lines: IteratorProtocol {
        private let bytes: [UInt8]
        private var start = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func next() -> Range<Int>? {
            guard start < bytes.count else { return nil }
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            defer { start = end + 1 }
            return start..<end
        }
    }
}

extension JSONValue {
    fileprivate func time(_ key: String) -> Timestamp? {
        self[key]?.number.map { Timestamp(nanoseconds: $0) }
    }
}
