public import Net

/// Looks through a policy for what is over, idle, contradictory or wider than it need be.
///
/// Today is a parameter: the core reads no clock.
public struct PolicyReview {
    private let judge: Judge
    private let today: Timestamp
    private let soonDays: Int64
    private let usage: [AllowanceUsage]?
    /// What captures show; nil without any.
    let seen: PolicySightings?
    /// What shows it, in words.
    let source: Source
    /// By detection, how grave its findings are.
    let severities: [String: Severity]

    /// More ports than this for any server and any client is much.
    static let manyPorts = 16
    /// More ports than this is much, whoever may use them.
    static let veryManyPorts = 1024

    /// Where it is known from what is used.
    public enum Source: Sendable {
        /// From captures, which may be a part of it.
        case captures
        /// From what a store has.
        case store

        /// `in these captures`.
        var place: String { self == .captures ? "in these captures" : "in this store" }
        /// `if the captures show`.
        var condition: String { self == .captures ? "if the captures show" : "if the store shows" }
    }

    /// A review of the judge's policy.
    ///
    /// - Parameters:
    ///   - days: an allowance whose last day is at most so many days from today ends soon.
    ///   - usage: what each allowance did in captures; nil without any.
    ///   - seen: what else captures show; nil without any.
    ///   - source: what `usage` and `seen` are from.
    ///   - severities: by detection, how grave its findings are.
    public init(
        _ judge: Judge, today: Timestamp, days: Int64, usage: [AllowanceUsage]? = nil,
        seen: PolicySightings? = nil, from source: Source = .captures,
        severities: [String: Severity] = [:]
    ) {
        self.judge = judge
        self.seen = seen
        self.source = source
        self.severities = severities
        self.today = today
        self.usage = usage
        soonDays = days
    }

    var policy: Policy { judge.policy }

    /// All remarks, by file and line.
    public func remarks() -> [PolicyRemark] {
        var found: [PolicyRemark] = []
        for (place, allowance) in policy.allowances.enumerated() {
            let vain =
                end(of: allowance, place) + contradictions(of: allowance) + border(of: allowance)
                + shadow(on: allowance, place)
            found += vain + width(of: allowance) + papers(of: allowance)
            // Why it decided nothing has been said already.
            if !vain.contains(where: { $0.rule != .expiresSoon }) { found += use(of: allowance, place) }
        }
        found += prohibitionRemarks() + expectationRemarks() + watchingRemarks()
        return found.enumerated().sorted { left, right in
            let (first, second) = (left.element.location, right.element.location)
            let order = (first?.file ?? "", first?.line ?? 0, left.offset)
            return order < (second?.file ?? "", second?.line ?? 0, right.offset)
        }.map(\.element)
    }

    // MARK: One allowance

    private func end(of allowance: Allowance, _ place: Int) -> [PolicyRemark] {
        guard let last = allowance.lastMoment, last.day - today.day <= soonDays else { return [] }
        let lastDay = last.date
        guard last < today else {
            let days = last.day - today.day
            let when = days == 0 ? "today" : "in \(days) \(days == 1 ? "day" : "days")"
            return [
                PolicyRemark(
                    .expiresSoon, allowance.origin,
                    "\(allowance.words) ends on \(lastDay), \(when)",
                    advice: "ask \(allowance.owner ?? "its owner") whether it is still needed, and renew it")
            ]
        }
        var message = "\(allowance.words) expired on \(lastDay)"
        if let sessions = usage?[place].expiredSessions, sessions > 0 {
            message += "; it would have covered \(sessions) \(sessions == 1 ? "session" : "sessions")"
        }
        return [
            PolicyRemark(
                .expired, allowance.origin, message, advice: "remove it, or write a later day in expires")
        ]
    }

    private func contradictions(of allowance: Allowance) -> [PolicyRemark] {
        var found: [PolicyRemark] = []
        if let other = policy.prohibitions.first(where: { $0.protocolName == allowance.protocolName }) {
            found.append(
                PolicyRemark(
                    .contradiction, allowance.origin,
                    "\(allowance.words), but forbid '\(other.protocolName)' (\(other.origin)) makes it a finding wherever it runs",
                    advice: "remove one of the two", related: other.origin))
        }
        if let direction = allowance.direction, policy.site == nil {
            found.append(
                PolicyRemark(
                    .neverHolds, allowance.origin,
                    "\(allowance.words) asks for direction \"\(direction.rawValue)\", and no site says what is inside",
                    advice: "declare the site: site { name = \"...\", networks = { \"10.0.0.0/8\" } }"))
        }
        return found
    }

    private func width(of allowance: Allowance) -> [PolicyRemark] {
        var reasons: [String] = []
        let count = allowance.ports.reduce(0) { $0 + $1.numbers.count }
        let isUnlimited =
            allowance.servers.isEmpty && allowance.clients.isEmpty && allowance.vlans.isEmpty
            && allowance.direction == nil
        if isUnlimited, count > Self.manyPorts {
            reasons.append("any server and any client on \(count) ports")
        } else if count > Self.veryManyPorts {
            reasons.append("\(count) ports")
        }
        for (word, subnets) in [("to", allowance.servers), ("from", allowance.clients)] {
            let wide = subnets.filter { $0.prefixLength <= ($0.base.isV4 ? 8 : 32) }
            if !wide.isEmpty {
                reasons.append("\(word) \(wide.map(\.description).joined(separator: ", "))")
            }
        }
        guard !reasons.isEmpty else { return [] }
        return [
            PolicyRemark(
                .tooWide, allowance.origin,
                "\(allowance.words) is very wide: \(reasons.joined(separator: "; "))",
                advice: "name the servers in to, and only the ports they use")
        ]
    }

    private func papers(of allowance: Allowance) -> [PolicyRemark] {
        var found: [PolicyRemark] = []
        func note(_ rule: PolicyRemark.Rule, _ what: String, _ advice: String) {
            found.append(
                PolicyRemark(rule, allowance.origin, "\(allowance.words) has no \(what)", advice: advice))
        }
        if allowance.expires == nil {
            note(.noExpiry, "last day", "write one: expires = \"2027-06-30\"")
        }
        switch (allowance.owner, allowance.reason) {
        case (nil, nil):
            note(.undocumented, "owner and no reason", "write who answers for it, and why it is needed")
        case (nil, _): note(.undocumented, "owner", "write who answers for it: owner = \"...\"")
        case (_, nil): note(.undocumented, "reason", "write why it is needed: reason = \"...\"")
        default: break
        }
        return found
    }

    private func use(of allowance: Allowance, _ place: Int) -> [PolicyRemark] {
        guard let use = usage?[place], use.hits == 0, use.expiredSessions == 0 else { return [] }
        let sessions =
            use.shadowedSessions == 1 ? "its only session" : "all of its \(use.shadowedSessions) sessions"
        let message =
            use.shadowedSessions > 0
            ? "\(allowance.words) decided nothing: earlier allowances decided \(sessions)"
            : "\(allowance.words) was not used \(source.place)"
        return [
            PolicyRemark(
                .unused, allowance.origin, message,
                advice: "remove it \(source.condition) what it is for")
        ]
    }

    // MARK: What is covered already

    private func shadow(on allowance: Allowance, _ place: Int) -> [PolicyRemark] {
        homes(of: allowance) ?? earlier(than: allowance, place)
    }

    /// Ports that need no allowance; nil when all of them do.
    private func homes(of allowance: Allowance) -> [PolicyRemark]? {
        let name = allowance.protocolName
        guard let index = judge.protocols.firstIndex(where: { $0.name == name }) else { return nil }
        let facts = judge.protocols[index]
        let expectations = policy.expectations.filter { $0.protocolName == name }
        if expectations.isEmpty, facts.isDynamic || facts.ports.isEmpty && facts.shares.isEmpty {
            return [
                PolicyRemark(
                    .shadowed, allowance.origin,
                    "\(allowance.words) is not needed: '\(name)' has no home, so no port is off-port for it",
                    advice: "remove it")
            ]
        }
        let expected = judge.expectedPorts(of: index)
        let needless = allowance.ports.filter { PortRange.cover($0, by: expected) }
        guard !needless.isEmpty else { return nil }
        let origin = expectations.first { expectation in
            expectation.ports.contains { home in needless.contains { PortRange.cover($0, by: [home]) } }
        }?.origin
        let ports = needless.map(\.description).joined(separator: ", ")
        let who = origin.map { "expected '\(name)' (\($0))" } ?? "its plugin"
        let isAll = needless.count == allowance.ports.count
        return [
            PolicyRemark(
                .shadowed, allowance.origin,
                isAll
                    ? "\(allowance.words) is pointless: \(who) expects '\(name)' there anyway"
                    : "\(allowance.words): \(who) expects '\(name)' on \(ports) anyway",
                advice: isAll ? "remove it" : "remove \(ports) from it", related: origin)
        ]
    }

    private func earlier(than allowance: Allowance, _ place: Int) -> [PolicyRemark] {
        let lasting = policy.allowances[..<place].filter { other in
            other.protocolName == allowance.protocolName && other.lasts(asLongAs: allowance)
                && (other.expires.map { $0 > today } ?? true)
        }
        let covering = allowance.covering(among: lasting)
        guard !covering.isEmpty else { return [] }
        let names = covering.map { "\($0.words) (\($0.origin))" }.joined(separator: " and ")
        return [
            PolicyRemark(
                .shadowed, allowance.origin, "\(allowance.words) is shadowed by \(names)",
                advice: "remove it, or move it before the wider one", related: covering.first?.origin)
        ]
    }

    // MARK: The other declarations

    private func prohibitionRemarks() -> [PolicyRemark] {
        var found: [PolicyRemark] = []
        for (place, prohibition) in policy.prohibitions.enumerated() {
            let words = "forbid '\(prohibition.protocolName)'"
            if prohibition.reason == nil {
                found.append(
                    PolicyRemark(
                        .undocumented, prohibition.origin, "\(words) has no reason",
                        advice: "write why: reason = \"...\""))
            }
            let index = judge.protocols.firstIndex { $0.name == prohibition.protocolName }
            guard let index, let speaking = judge.prohibition(of: index), speaking != place else { continue }
            let other = policy.prohibitions[speaking]
            found.append(
                PolicyRemark(
                    .shadowed, prohibition.origin,
                    "\(words) says nothing: the one at \(other.origin) is as grave or graver",
                    advice: "remove one of the two", related: other.origin))
        }
        return found
    }

    private func expectationRemarks() -> [PolicyRemark] {
        policy.expectations.flatMap { expectation -> [PolicyRemark] in
            var found: [PolicyRemark] = []
            let name = expectation.protocolName
            if let other = policy.prohibitions.first(where: { $0.protocolName == name }) {
                found.append(
                    PolicyRemark(
                        .contradiction, expectation.origin,
                        "expected '\(name)', but forbid '\(name)' (\(other.origin)) makes it a finding wherever it runs",
                        advice: "remove one of the two", related: other.origin))
            }
            if let facts = judge.protocols.first(where: { $0.name == name }), !facts.isDynamic,
                Set(expectation.ports) == Set(facts.ports + facts.shares)
            {
                found.append(
                    PolicyRemark(
                        .shadowed, expectation.origin,
                        "expected '\(name)' says what its plugin says already", advice: "remove it"))
            }
            return found.isEmpty ? use(of: expectation) : found
        }
    }
}

extension Allowance {
    /// Whether it has a name of its own, and not one made from what it is about.
    public var isNamed: Bool {
        name != "\(protocolName) on \(ports.map(\.description).joined(separator: ", "))"
    }

    /// `allow 'ftp' on 419/tcp`, with its name when it has one of its own.
    public var words: String {
        let places = ports.map(\.description).joined(separator: ", ")
        return "allow '\(protocolName)' on \(places)" + (isNamed ? " (\(name))" : "")
    }

    /// Whether it holds for every direction of the other, and for as long.
    fileprivate func lasts(asLongAs other: Allowance) -> Bool {
        (direction == nil || direction == other.direction)
            && (expires.map { own in other.expires.map { $0 <= own } ?? false } ?? true)
    }

    /// One of the others that covers all of this one; else those that do so together, each a part of its ports,
    /// servers, clients or VLANs and all of the rest; empty when there are none.
    fileprivate func covering(among others: [Allowance]) -> [Allowance] {
        if let one = others.first(where: { other in Part.allCases.allSatisfy { $0.of(self, isIn: [other]) } })
        {
            return [one]
        }
        for part in Part.allCases {
            let rest = Part.allCases.filter { $0 != part }
            let wide = others.filter { other in rest.allSatisfy { $0.of(self, isIn: [other]) } }
            if wide.count > 1, part.of(self, isIn: wide) {
                return wide.filter { part.of(self, overlaps: $0) }
            }
        }
        return []
    }

    /// What an allowance asks of a session, but for direction and time.
    private enum Part: CaseIterable {
        case ports, servers, clients, vlans

        /// Whether every value of an allowance is one of the others too.
        func of(_ allowance: Allowance, isIn others: [Allowance]) -> Bool {
            switch self {
            case .ports:
                !allowance.ports.isEmpty
                    && allowance.ports.allSatisfy { PortRange.cover($0, by: others.flatMap(\.ports)) }
            case .servers: Subnet.areCovered(allowance.servers, by: others.map(\.servers))
            case .clients: Subnet.areCovered(allowance.clients, by: others.map(\.clients))
            case .vlans:
                others.contains { $0.vlans.isEmpty }
                    || !allowance.vlans.isEmpty
                        && allowance.vlans.allSatisfy { $0.isCovered(by: others.flatMap(\.vlans)) }
            }
        }

        /// Whether an allowance has a value of another one; no servers, clients or VLANs stand for any.
        func of(_ allowance: Allowance, overlaps other: Allowance) -> Bool {
            switch self {
            case .ports:
                other.ports.contains { port in
                    allowance.ports.contains {
                        $0.transport == port.transport && $0.numbers.overlaps(port.numbers)
                    }
                }
            case .servers: Subnet.overlap(allowance.servers, other.servers)
            case .clients: Subnet.overlap(allowance.clients, other.clients)
            case .vlans:
                other.vlans.isEmpty
                    || other.vlans.contains { range in allowance.vlans.contains { $0.overlaps(range) } }
            }
        }
    }
}

extension Subnet {
    /// Whether all addresses of the inner blocks lie in the outer ones; no blocks stand for any address.
    fileprivate static func areCovered(_ inner: [Subnet], by outer: [[Subnet]]) -> Bool {
        if outer.contains(where: \.isEmpty) { return true }
        let blocks = outer.joined()
        return !inner.isEmpty
            && inner.allSatisfy { block in
                block.addresses.isCovered(
                    by: blocks.filter { $0.base.isV4 == block.base.isV4 }.map(\.addresses))
            }
    }

    fileprivate static func overlap(_ first: [Subnet], _ second: [Subnet]) -> Bool {
        first.isEmpty || second.isEmpty
            || first.contains { one in
                second.contains { $0.contains(one.base) || one.contains($0.base) }
            }
    }

    /// From the first to the last address, as numbers.
    private var addresses: ClosedRange<UInt128> {
        let first = UInt128(base.high) << 64 | UInt128(base.low)
        let bits = base.isV4 ? prefixLength + 96 : prefixLength
        return first...first | (bits == 128 ? 0 : UInt128.max >> UInt128(bits))
    }
}

extension PortRange {
    /// Whether every port of a range lies in one of the others.
    fileprivate static func cover(_ range: PortRange, by others: [PortRange]) -> Bool {
        range.numbers.isCovered(by: others.filter { $0.transport == range.transport }.map(\.numbers))
    }
}

extension ClosedRange where Bound: FixedWidthInteger {
    /// Whether every number of it lies in one of the others.
    fileprivate func isCovered(by others: [ClosedRange<Bound>]) -> Bool {
        var next = lowerBound
        for other in others.sorted(by: { $0.lowerBound < $1.lowerBound })
        where other.lowerBound <= next && other.upperBound >= next {
            guard other.upperBound < upperBound else { return true }
            next = other.upperBound + 1
        }
        return false
    }
}
