internal import Inventory
internal import Net

/// An alert in ArcSight's Common Event Format, version 0.
enum CEFMessage {
    static func text(_ alert: Alert, from sender: Sender) -> String {
        let header = [
            "Offport", "Offport", sender.version, alert.rule ?? alert.kind.rawValue, alert.title,
            "\(severity(alert.severity))",
        ]
        return "CEF:0|" + header.map(headerField).joined(separator: "|") + "|" + fields(alert)
    }

    /// From 0 to 10.
    private static func severity(_ severity: Severity) -> Int {
        switch severity {
        case .info: 1
        case .low: 3
        case .medium: 5
        case .high: 8
        case .critical: 10
        }
    }

    private static func fields(_ alert: Alert) -> String {
        var fields: [(name: String, value: String)] = [
            ("rt", "\(alert.time.milliseconds)"), ("cat", alert.kind.rawValue),
        ]
        if let host = alert.host {
            // `dst` is for IPv4; CEF keeps IPv6 addresses in its own custom fields.
            if host.isV4 {
                fields.append(("dst", "\(host)"))
            } else {
                fields += [("c6a3Label", "Destination IPv6 Address"), ("c6a3", "\(host)")]
            }
        }
        if let port = alert.port, port > 0 { fields.append(("dpt", "\(port)")) }
        if let transport = alert.transport { fields.append(("proto", "\(transport)")) }
        if let name = alert.protocolName { fields.append(("app", name)) }
        if let rule = alert.rule { fields += [("cs1Label", "rule"), ("cs1", rule)] }
        // CEF knows no other than these two.
        switch alert.direction {
        case .inbound: fields.append(("deviceDirection", "0"))
        case .outbound: fields.append(("deviceDirection", "1"))
        case .internal, nil: break
        }
        fields.append(("msg", alert.title))
        return fields.map { "\($0.name)=\(extensionField($0.value))" }.joined(separator: " ")
    }

    private static func headerField(_ text: String) -> String { escaped(text, [#"\"#, "|"]) }
    private static func extensionField(_ text: String) -> String { escaped(text, [#"\"#, "="]) }

    private static func escaped(_ text: String, _ special: Set<Unicode.Scalar>) -> String {
        var escaped = ""
        for scalar in VisibleText.escaped(text).unicodeScalars {
            if special.contains(scalar) { escaped += #"\"# }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }
}
