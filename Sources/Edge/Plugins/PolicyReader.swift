internal import Inventory
internal import Net

/// Turns `allow`, `forbid`, `expected`, `servers`, `site`, `baseline`, `receiver` and `alert` into a policy.
struct PolicyReader {
    let reading: Reading
    /// The rules that findings have, detections among them.
    var rules = Finding.Rule.names

    /// Adds what a declaration says; reports what is wrong and then adds nothing of it.
    func read(_ node: LuaNode, into policy: inout Policy) {
        switch node.word {
        case .allow: if let allowance = allowance(node) { policy.allowances.append(allowance) }
        case .forbid: if let prohibition = prohibition(node) { policy.prohibitions.append(prohibition) }
        case .expected: if let expectation = expectation(node) { policy.expectations.append(expectation) }
        case .servers: if let list = serverList(node) { policy.serverLists.append(list) }
        case .site: readSite(node, into: &policy)
        // A receiver can be a program: what others wrote must not say which.
        case .receiver where reading.source.pack != nil, .alert where reading.source.pack != nil,
            .accept where reading.source.pack != nil, .disable where reading.source.pack != nil,
            .prefer where reading.source.pack != nil, .severity where reading.source.pack != nil,
            .assets where reading.source.pack != nil, .keep where reading.source.pack != nil:
            let message = "\(node.word.text) belongs in the site's own policy, not in a pack"
            reading.report(node.line, message)
        case .receiver:
            if let receiver = ReceiverReader(reading: reading).receiver(node) {
                policy.receivers.append(receiver)
            }
        case .alert:
            if let route = AlertReader(reading: reading, rules: rules).route(node) {
                policy.alerts.append(route)
            }
        case .baseline: readBaseline(node, into: &policy)
        case .keep: readKeeping(node, into: &policy)
        // What is read at all was decided before; what is wrong with these was told then.
        case .use, .accept, .disable, .prefer, .severity: break
        default: reading.report(node.line, "\(node.word.text) cannot stand in a policy file")
        }
    }

    private func allowance(_ node: LuaNode) -> Allowance? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        section.checkNoItems()
        section.checkKeys(Language.keys(of: .allow))
        section.checkNotEmpty(["to", "from", "vlan"])
        let ports = section.ports("on")
        if section.list("on").isEmpty {
            reading.report(node.line, "allow '\(name)' needs its ports: on = \"419/tcp\"")
        }
        let places = ports.map(\.description).joined(separator: ", ")
        let title = section.string("name")
        if title?.isEmpty == true {
            section.report("name", "name cannot be empty: it is shown wherever the allowance decides")
        }
        var allowance = Allowance(
            protocolName: name, ports: ports, name: title ?? "\(name) on \(places)",
            origin: reading.location(node.line))
        allowance.servers = section.subnets("to")
        allowance.clients = section.subnets("from")
        allowance.vlans = vlans(section)
        allowance.direction = section.choice("direction", Direction.allCases.map { ($0.rawValue, $0) })
        allowance.reason = section.string("reason")
        allowance.owner = section.string("owner")
        allowance.ticket = section.string("ticket")
        allowance.expires = expires(section)
        return reading.errorCount == errorsBefore ? allowance : nil
    }

    private func vlans(_ section: Section) -> [ClosedRange<UInt16>] {
        section.list("vlan").compactMap { value in
            switch value {
            case .integer(let number):
                if (1...4094).contains(number) { return UInt16(number)...UInt16(number) }
            case .string(let text):
                let ends = String(decoding: text, as: UTF8.self).split(
                    separator: "-", omittingEmptySubsequences: false)
                if ends.count <= 2, let low = ends.first.flatMap({ UInt16($0) }),
                    let high = ends.last.flatMap({ UInt16($0) }), low >= 1, low <= high, high <= 4094
                {
                    return low...high
                }
            default: break
            }
            section.report("vlan", "vlan takes numbers from 1 to 4094, or a range such as \"100-199\"")
            return nil
        }
    }

    /// An allowance holds through the whole day that is written.
    private func expires(_ section: Section) -> Timestamp? {
        guard let text = section.string("expires") else { return nil }
        guard let day = CivilDate.parse(text), (-100_000...100_000).contains(day) else {
            section.report("expires", "'\(text)' is not a date; write it like 2027-06-30")
            return nil
        }
        return Timestamp(seconds: (day + 1) * 86_400)
    }

    private func prohibition(_ node: LuaNode) -> Prohibition? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        section.checkNoItems()
        section.checkKeys(Language.keys(of: .forbid))
        let severity = section.choice("severity", Severity.allCases.map { ($0.rawValue, $0) })
        let prohibition = Prohibition(
            protocolName: name, reason: section.string("reason"), severity: severity ?? .high,
            origin: reading.location(node.line))
        return reading.errorCount == errorsBefore ? prohibition : nil
    }

    private func expectation(_ node: LuaNode) -> Expectation? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        section.checkKeys(Language.keys(of: .expected))
        var ports: [PortRange] = []
        let items = section.table.items
        guard reading.isBounded(ports: items.count, of: "expected '\(name)'", at: node.line) else {
            return nil
        }
        for item in items {
            guard case .string(let text) = item else {
                reading.report(node.line, "expected takes ports such as \"80/tcp\", not \(item.kind)")
                continue
            }
            if let port = reading.port(String(decoding: text, as: UTF8.self), from: node.line) {
                ports.append(port)
            }
        }
        if section.table.items.isEmpty {
            reading.report(node.line, "expected '\(name)' needs ports: expected \"\(name)\" { \"80/tcp\" }")
        }
        guard reading.errorCount == errorsBefore else { return nil }
        return Expectation(protocolName: name, ports: ports, origin: reading.location(node.line))
    }

    private func serverList(_ node: LuaNode) -> ServerList? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        section.checkKeys([])
        let servers = section.table.items.compactMap { item -> Subnet? in
            guard case .string(let text) = item else {
                reading.report(node.line, "servers takes addresses such as \"10.0.0.2\", not \(item.kind)")
                return nil
            }
            return reading.subnet(String(decoding: text, as: UTF8.self), from: node.line)
        }
        if section.table.items.isEmpty {
            reading.report(
                node.line, "servers '\(name)' needs addresses: servers \"\(name)\" { \"10.0.0.2\" }")
        }
        guard reading.errorCount == errorsBefore else { return nil }
        return ServerList(protocolName: name, servers: servers, origin: reading.location(node.line))
    }

    private func readSite(_ node: LuaNode, into policy: inout Policy) {
        let errorsBefore = reading.errorCount
        guard let section = reading.section(node) else { return }
        section.checkNoItems()
        section.checkKeys(Language.keys(of: .site))
        if let first = policy.site {
            reading.report(node.line, "the site is declared already: \(first.origin)")
        }
        let networks = section.subnets("networks")
        if section.list("networks").isEmpty {
            reading.report(node.line, "site needs its networks: networks = { \"10.0.0.0/8\" }")
        }
        let name = section.string("name") ?? ""
        guard reading.errorCount == errorsBefore else { return }
        policy.site = Site(name: name, networks: networks, origin: reading.location(node.line))
    }

    private func readBaseline(_ node: LuaNode, into policy: inout Policy) {
        let errorsBefore = reading.errorCount
        guard let section = reading.section(node) else { return }
        section.checkNoItems()
        section.checkKeys(Language.keys(of: .baseline))
        if let first = policy.baseline {
            reading.report(node.line, "the baseline is declared already: \(first.origin)")
        }
        var settings = BaselineSettings(origin: reading.location(node.line))
        if let learn = section.duration("learn", allowsZero: true) { settings.learn = learn }
        if let quiet = section.duration("quiet") { settings.quiet = quiet }
        if let isFrozen = section.flag("freeze") { settings.isFrozen = isFrozen }
        guard reading.errorCount == errorsBefore else { return }
        policy.baseline = settings
    }

    private func readKeeping(_ node: LuaNode, into policy: inout Policy) {
        let errorsBefore = reading.errorCount
        guard let section = reading.section(node) else { return }
        section.checkNoItems()
        section.checkKeys(Language.keys(of: .keep))
        if let first = policy.keeping {
            reading.report(node.line, "what the store keeps is said already: \(first.origin)")
        }
        func limit(_ key: String) -> KeepingSettings.Limit? {
            if case .string(let text)? = section.table[key], text.elementsEqual("never".utf8) {
                return .never
            }
            return section.duration(key).map { .after($0) }
        }
        var settings = KeepingSettings(origin: reading.location(node.line))
        settings.sessions = limit("sessions")
        settings.hours = limit("hours")
        settings.services = limit("services")
        settings.findings = limit("findings")
        settings.size = section.size("size")
        guard reading.errorCount == errorsBefore else { return }
        policy.keeping = settings
    }
}
