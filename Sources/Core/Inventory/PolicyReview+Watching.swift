internal import Net

/// What captures show of the hosts and services that a policy is about.
public struct PolicySightings: Sendable {
    /// By protocol's name, the ports it was served on.
    var ports: [String: Set<ServicePort>] = [:]
    /// By protocol's name, who served it.
    var servers: [String: Set<IPAddress>] = [:]
    /// Every server and every client whose program is known.
    var hosts: Set<IPAddress> = []

    /// What an inventory has.
    public init(_ inventory: borrowing Inventory) {
        for host in inventory.hosts() {
            hosts.insert(host.address)
            for place in host.services {
                let service = inventory.service(place)
                ports[service.protocolName, default: []].insert(service.port)
                servers[service.protocolName, default: []].insert(service.host)
            }
        }
    }
}

/// Receivers and alerts, the site's networks, the time of learning.
extension PolicyReview {
    func watchingRemarks() -> [PolicyRemark] {
        receiverRemarks() + policy.alerts.enumerated().flatMap { alertRemarks($1, $0) } + siteRemarks()
            + listRemarks() + baselineRemarks()
    }

    // MARK: Receivers

    private func receiverRemarks() -> [PolicyRemark] {
        var found: [PolicyRemark] = []
        for (place, receiver) in policy.receivers.enumerated() {
            if !policy.alerts.contains(where: { $0.receivers.contains(receiver.name) }) {
                found.append(
                    PolicyRemark(
                        .unused, receiver.origin,
                        "receiver '\(receiver.name)' is told nothing: no alert is for it",
                        advice: "write one: alert { on = finding, to = \"\(receiver.name)\" }, or remove it"))
            }
            guard let other = policy.receivers[..<place].first(where: { $0.means == receiver.means }) else {
                continue
            }
            found.append(
                PolicyRemark(
                    .shadowed, receiver.origin,
                    "receiver '\(receiver.name)' is the same as '\(other.name)' (\(other.origin)): what goes to both comes twice",
                    advice: "remove one of the two", related: other.origin))
        }
        return found
    }

    // MARK: Alerts

    private func alertRemarks(_ alert: AlertRoute, _ place: Int) -> [PolicyRemark] {
        if let why = whyNever(alert) {
            return [
                PolicyRemark(.neverHolds, alert.origin, "\(alert.words) \(why.message)", advice: why.advice)
            ]
        }
        var found: [PolicyRemark] = []
        if alert.event == .flow, alert.throttle == nil {
            found.append(
                PolicyRemark(
                    .tooWide, alert.origin, "\(alert.words) tells of every flow",
                    advice: "limit it: throttle = { 100, per = \"1m\" }"))
        }
        let earlier = policy.alerts[..<place].first { other in
            other.event.covers(alert.event) && other.severity <= alert.severity && other.throttle == nil
                && Set(alert.receivers).isSubset(of: other.receivers)
        }
        if let earlier {
            found.append(
                PolicyRemark(
                    .shadowed, alert.origin,
                    "\(alert.words) adds nothing: \(earlier.words) (\(earlier.origin)) tells the same receivers",
                    advice: "remove it, or make the other one narrower", related: earlier.origin))
        }
        return found
    }

    /// Why nothing can ever come of an alert; nil when something can.
    private func whyNever(_ alert: AlertRoute) -> (message: String, advice: String)? {
        guard case .finding(let rule?) = alert.event else {
            if case .finding = alert.event { return nil }
            // Records other than findings have no severity of their own.
            guard alert.severity > .info else { return nil }
            return (
                "asks for severity \"\(alert.severity.rawValue)\", and only findings have more than \"info\"",
                "leave severity out"
            )
        }
        if rule == "forbidden", policy.prohibitions.isEmpty {
            return (
                "is of what is forbidden, and nothing is",
                "write what is: forbid \"telnet\" { reason = \"...\" }"
            )
        }
        if Self.baselineRules.contains(rule), policy.baseline == nil {
            return (
                "is of what is new or changed, and there is no baseline to compare with",
                "declare one: baseline { learn = \"7d\" }"
            )
        }
        guard let gravest = gravest(rule), alert.severity > gravest else { return nil }
        return (
            "asks for severity \"\(alert.severity.rawValue)\", and '\(rule)' is \"\(gravest.rawValue)\" at most",
            "ask for less: severity = \"\(gravest.rawValue)\", or leave it out"
        )
    }

    /// What only a baseline finds.
    private static let baselineRules: Set = [
        "protocol-changed", "changed-product", "new-host", "new-service", "new-port", "gone-quiet",
    ]

    /// The gravest that a finding of the rule can be; nil when that is not known.
    private func gravest(_ rule: String) -> Severity? {
        if rule == "off-port" { return OffPortClass.allCases.map(gravest).max() }
        if let said = policy.severities[rule] { return said.severity }
        return switch rule {
        case "forbidden": policy.prohibitions.map(\.severity).max()
        case "protocol-changed": .medium
        case "new-host", "new-service", "changed-product": .low
        case "new-port", "gone-quiet": .info
        default: severities[rule]
        }
    }

    private func gravest(_ offPortClass: OffPortClass) -> Severity {
        if let said = policy.severity(of: .offPort(offPortClass)) { return said }
        // Only a site has an outside from which a client can come.
        return Judge.severity(of: offPortClass, direction: policy.site == nil ? nil : .inbound)
    }

    // MARK: The site

    private func siteRemarks() -> [PolicyRemark] {
        guard let site = policy.site else { return [] }
        var found: [PolicyRemark] = []
        for (place, network) in site.networks.enumerated() {
            let others = site.networks[..<place] + site.networks[(place + 1)...].filter { $0 != network }
            if network.prefixLength == 0 {
                found.append(
                    PolicyRemark(
                        .tooWide, site.origin,
                        "\(site.words) has all addresses inside (\(network)): nothing comes from outside",
                        advice: "name the site's own networks"))
            } else if let wider = others.first(where: {
                $0.contains(network.base) && $0.prefixLength <= network.prefixLength
            }) {
                found.append(
                    PolicyRemark(
                        .shadowed, site.origin,
                        "\(site.words) names \(network), which lies in \(wider) of its own",
                        advice: "remove \(network) from it"))
            } else if let seen, !seen.hosts.contains(where: network.contains) {
                found.append(
                    PolicyRemark(
                        .unused, site.origin,
                        "\(site.words) names \(network), and no host \(source.place) lies in it",
                        advice: "remove it \(source.condition) the whole site"))
            }
        }
        return found
    }

    /// Servers or clients that cannot be on that side of the site's border.
    func border(of allowance: Allowance) -> [PolicyRemark] {
        guard let site = policy.site, let direction = allowance.direction else { return [] }
        func isInside(_ block: Subnet) -> Bool {
            site.networks.contains { $0.contains(block.base) && $0.prefixLength <= block.prefixLength }
        }
        func isOutside(_ block: Subnet) -> Bool {
            !site.networks.contains { $0.contains(block.base) || block.contains($0.base) }
        }
        let servers = direction == .outbound ? isInside : isOutside
        let clients = direction == .inbound ? isInside : isOutside
        let wrong: (word: String, side: String)? =
            if !allowance.servers.isEmpty, allowance.servers.allSatisfy(servers) {
                ("to", direction == .outbound ? "inside" : "outside")
            } else if !allowance.clients.isEmpty, allowance.clients.allSatisfy(clients) {
                ("from", direction == .inbound ? "inside" : "outside")
            } else {
                nil
            }
        guard let wrong else { return [] }
        return [
            PolicyRemark(
                .neverHolds, allowance.origin,
                "\(allowance.words) is for direction \"\(direction.rawValue)\", and all of its '\(wrong.word)' lies \(wrong.side) the site (\(site.origin))",
                advice: "correct direction, \(wrong.word), or the site's networks", related: site.origin)
        ]
    }

    private func listRemarks() -> [PolicyRemark] {
        var found: [PolicyRemark] = []
        for list in policy.serverLists {
            for block in list.servers {
                if block.prefixLength == 0 {
                    found.append(
                        PolicyRemark(
                            .tooWide, list.origin,
                            "servers '\(list.protocolName)' lists every address (\(block))",
                            advice: "name the servers, or remove the list"))
                } else if let seen,
                    !seen.servers[list.protocolName, default: []].contains(where: block.contains)
                {
                    found.append(
                        PolicyRemark(
                            .unused, list.origin,
                            "servers '\(list.protocolName)' lists \(block), which serves none \(source.place)",
                            advice: "remove it \(source.condition) what it is for"))
                }
            }
        }
        return found
    }

    // MARK: What is new

    private func baselineRemarks() -> [PolicyRemark] {
        guard let baseline = policy.baseline else { return [] }
        var found: [PolicyRemark] = []
        if baseline.learn == .zero, baseline.isFrozen {
            found.append(
                PolicyRemark(
                    .tooWide, baseline.origin,
                    "the baseline learns nothing and is frozen: every service is new, for ever",
                    advice: "give it time to learn: learn = \"7d\""))
        }
        if baseline.quiet < baseline.learn {
            found.append(
                PolicyRemark(
                    .neverHolds, baseline.origin,
                    "the baseline calls a service quiet after less time than it learns: what falls silent meanwhile is not told",
                    advice: "make quiet longer than learn"))
        }
        return found
    }

    /// Whether anything was seen where the site expects a protocol.
    func use(of expectation: Expectation) -> [PolicyRemark] {
        guard let seen else { return [] }
        let served = seen.ports[expectation.protocolName] ?? []
        let isUsed = served.contains { port in
            expectation.ports.contains {
                $0.transport == port.transport && $0.numbers.contains(port.number)
            }
        }
        guard !isUsed else { return [] }
        let places = expectation.ports.map(\.description).joined(separator: ", ")
        return [
            PolicyRemark(
                .unused, expectation.origin,
                "expected '\(expectation.protocolName)' on \(places): no such service \(source.place)",
                advice: "remove it \(source.condition) what it is for")
        ]
    }
}

extension AlertRoute {
    /// `alert on finding "off-port"`.
    fileprivate var words: String {
        let event =
            switch event {
            case .finding(let name): "finding" + (name.map { " \"\($0)\"" } ?? "")
            case .service(let name): "service" + (name.map { " \"\($0)\"" } ?? "")
            case .client(let name): "client" + (name.map { " \"\($0)\"" } ?? "")
            case .host: "host"
            case .flow: "flow"
            case .assets(let name): "assets" + (name.map { " \"\($0)\"" } ?? "")
            }
        return "alert on \(event)"
    }
}

extension AlertRoute.Event {
    /// Whether everything of the other event is of this one.
    fileprivate func covers(_ other: AlertRoute.Event) -> Bool {
        switch (self, other) {
        case (.finding(nil), .finding), (.service(nil), .service), (.client(nil), .client),
            (.assets(nil), .assets):
            true
        default: self == other
        }
    }
}
