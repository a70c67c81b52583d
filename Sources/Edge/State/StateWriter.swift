internal import Inventory
internal import Net
internal import Records

/// Writes a state as JSON lines.
enum StateWriter {
    static func bytes(of state: SavedState) -> [UInt8] {
        var line = JSONLine()
        line.begin("offport-state")
        line.field("version", StateFile.version)
        line.field("began", nanoseconds: state.baseline.began)
        line.field("learning", state.baseline.isLearning)
        line.field("latest", nanoseconds: state.baseline.latest)
        line.end()
        for entry in state.baseline.entries { line.append(entry) }
        for entry in state.reported { line.append(entry) }
        var checksum = Checksum()
        checksum.add(line.bytes)
        line.begin("end")
        line.field("lines", 1 + state.baseline.entries.count + state.reported.count)
        line.field("checksum", checksum.text)
        line.end()
        return line.bytes
    }
}

extension JSONLine {
    /// The whole time, which RFC 3339 with microseconds is not.
    fileprivate mutating func field(_ name: String, nanoseconds time: Timestamp?) {
        field(name, time?.nanoseconds)
    }

    private mutating func append(_ host: IPAddress, _ port: ServicePort, _ protocolName: String) {
        field("host", host)
        field("transport", port.transport.description)
        field("port", port.number)
        field("protocol", protocolName)
    }

    fileprivate mutating func append(_ entry: Baseline.Entry) {
        begin("service")
        append(entry.host, entry.port, entry.protocolName)
        field("first_seen", nanoseconds: entry.firstSeen)
        field("last_seen", nanoseconds: entry.lastSeen)
        if entry.silentSince != entry.lastSeen { field("silent_since", nanoseconds: entry.silentSince) }
        field("learnt", entry.isLearnt)
        if entry.isQuietReported { field("quiet_reported", true) }
        if !entry.products.isEmpty {
            list("products", entry.products) { line, product in
                line.element { line in
                    line.field("name", product.name)
                    line.field("version", product.version)
                    line.field("learnt", product.isLearnt)
                }
            }
        }
        end()
    }

    fileprivate mutating func append(_ entry: ReportedFindings.Entry) {
        begin("reported")
        field("rule", entry.rule)
        append(entry.host, entry.port, entry.protocolName)
        field("time", nanoseconds: entry.time)
        end()
    }
}
