internal import Crypto
internal import Net

/// What makes an alert the same as one that was told already, as 16 bytes of a hash.
struct AlertKey: Hashable, Sendable {
    let high: UInt64
    let low: UInt64
    /// Whether it is a flow's: flows are many, and may not push out the keys of findings.
    let isOfFlow: Bool

    init(high: UInt64, low: UInt64, isOfFlow: Bool) {
        self.high = high
        self.low = low
        self.isOfFlow = isOfFlow
    }

    /// The key of an alert.
    init(_ alert: Alert) {
        // A unit separator stands in none of the fields' names and numbers; titles are no part of it.
        let fields = [
            alert.kind.rawValue, alert.rule ?? "", alert.host.map { "\($0.high).\($0.low)" } ?? "",
            alert.transport.map { "\($0.number)" } ?? "", alert.port.map { "\($0)" } ?? "",
            alert.protocolName ?? "", alert.instance ?? "",
        ]
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (place, byte) in SHA256.hash(data: Array(fields.joined(separator: "\u{1f}").utf8)).enumerated() {
            if place < 8 { high = high << 8 | UInt64(byte) }
            if (8..<16).contains(place) { low = low << 8 | UInt64(byte) }
        }
        self.init(high: high, low: low, isOfFlow: alert.kind == .flow)
    }
}
