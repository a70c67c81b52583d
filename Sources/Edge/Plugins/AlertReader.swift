internal import Inventory
internal import Net

/// Turns `alert` into a route.
struct AlertReader {
    let reading: Reading
    /// The rules that findings have, detections among them.
    let rules: [String]

    /// The route; nil, and reported, when something is wrong with it.
    func route(_ node: LuaNode) -> AlertRoute? {
        let errorsBefore = reading.errorCount
        guard let section = reading.section(node) else { return nil }
        section.checkNoItems()
        section.checkKeys(Language.keys(of: .alert))
        let event = event(section)
        let receivers = section.strings("to")
        if section.list("to").isEmpty {
            reading.report(node.line, "alert needs whom it is for: to = \"soc\"")
        }
        let severity = section.choice("severity", Severity.allCases.map { ($0.rawValue, $0) })
        let throttle = throttle(section)
        guard let event, reading.errorCount == errorsBefore else { return nil }
        var route = AlertRoute(event: event, receivers: receivers, origin: reading.location(node.line))
        route.severity = severity ?? .info
        route.throttle = throttle
        return route
    }

    private func event(_ section: Section) -> AlertRoute.Event? {
        let words = "finding, service, client, host, flow, assets"
        switch section.table["on"] {
        case .node(let node) where node.word.isEvent: return event(node, section)
        case nil:
            reading.report(section.line, "alert needs what it is on: on = finding \"off-port\"")
        case .string:
            section.report("on", "on is one of \(words), without quotes: on = finding \"off-port\"")
        case .some(let value): section.report("on", "on is one of \(words), not \(value.kind)")
        }
        return nil
    }

    private func event(_ node: LuaNode, _ section: Section) -> AlertRoute.Event? {
        var name: String?
        if case .string(let bytes)? = node.arguments.first { name = String(decoding: bytes, as: UTF8.self) }
        switch node.word {
        case .finding:
            guard let name else { return .finding(rule: nil) }
            if rules.contains(name) { return .finding(rule: name) }
            let hint = Suggestion.text(for: name, among: rules)
            section.report(
                "on", "finding names '\(name)', which is no rule, and no detection that is loaded\(hint)")
        case .service: return .service(protocolName: name)
        case .client: return .client(protocolName: name)
        case .assets: return .assets(list: name)
        case .host where name == nil: return .host
        case .flow where name == nil: return .flow
        default: section.report("on", "\(node.word.text) takes no name: on = \(node.word.text)")
        }
        return nil
    }

    private func throttle(_ section: Section) -> AlertRoute.Throttle? {
        guard let value = section.table["throttle"] else { return nil }
        guard case .table(let table) = value, table.items.count == 1,
            case .integer(let count) = table.items[0],
            count >= 1, count <= 1_000_000, table["per"] != nil
        else {
            section.report("throttle", "throttle is a number and a while: throttle = { 100, per = \"1m\" }")
            return nil
        }
        let inner = Section(
            reading: reading, owner: "throttle", line: section.line(of: "throttle"), table: table)
        inner.checkKeys(["per"])
        return inner.duration("per").map { AlertRoute.Throttle(count: Int(count), period: $0) }
    }
}
