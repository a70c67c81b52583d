internal import Inventory
internal import Net

/// An alert as a syslog message (RFC 5424).
struct SyslogMessage: Sendable {
    let format: Receiver.Syslog.Format
    let facility: SyslogFacility
    let sender: Sender

    /// The longest datagram; what is longer is cut.
    ///
    /// IPv4 and IPv6 carry 65,507 and 65,527 bytes in a UDP datagram.
    static let largestDatagram = 65_000

    /// The message, without anything that ends it.
    func bytes(_ alert: Alert) -> [UInt8] {
        let priority = Int(facility.rawValue) * 8 + severity(alert.severity)
        let header = [
            "<\(priority)>1", "\(alert.time)", name(sender.host, 255), "offport", "\(sender.process)",
            name(alert.kind.rawValue, 32),
        ].joined(separator: " ")
        switch format {
        case .rfc5424:
            return Array("\(header) \(structured(alert)) \(VisibleText.escaped(alert.title))".utf8)
        case .cef: return Array("\(header) - \(CEFMessage.text(alert, from: sender))".utf8)
        // The record is one line without control characters already.
        case .json: return Array("\(header) - ".utf8) + alert.record
        }
    }

    /// Section 6.2.1; syslog counts the other way round.
    private func severity(_ severity: Severity) -> Int {
        switch severity {
        case .critical: 2
        case .high: 3
        case .medium: 4
        case .low: 5
        case .info: 6
        }
    }

    /// A field of the header: printable ASCII without spaces, or a hyphen for none.
    private func name(_ text: String, _ most: Int) -> String {
        let kept = text.utf8.filter { (33...126).contains($0) }.prefix(most)
        return kept.isEmpty ? "-" : String(decoding: kept, as: UTF8.self)
    }

    /// Section 6.3.
    ///
    /// The number is the one that RFC 5612 keeps for examples: Offport has none of its own.
    private func structured(_ alert: Alert) -> String {
        let fields: [(name: String, value: String?)] = [
            ("kind", alert.kind.rawValue), ("rule", alert.rule), ("severity", alert.severity.rawValue),
            ("host", alert.host.map { "\($0)" }), ("port", alert.port.map { "\($0)" }),
            ("transport", alert.transport.map { "\($0)" }), ("protocol", alert.protocolName),
            ("direction", alert.direction?.rawValue),
        ]
        let written = fields.compactMap { field in
            field.value.map { " \(field.name)=\"\(parameter($0))\"" }
        }
        return "[offport@32473\(written.joined())]"
    }

    /// Section 6.3.3.
    private func parameter(_ text: String) -> String {
        var escaped = ""
        for scalar in VisibleText.escaped(text).unicodeScalars {
            if scalar == "\"" || scalar == "\\" || scalar == "]" { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }
}
