public import Inventory
public import Net

/// What two looks at the same captures tell apart: by two policies, or by two sets of plugins.
public struct Comparison: Sendable {
    /// What is different, in order: findings, services, flows.
    public private(set) var changes: [Change] = []

    /// One thing that is different.
    public struct Change: Sendable {
        /// What it is about.
        public let subject: Subject
        /// What became of it.
        public let kind: Kind
        /// The server.
        public let host: IPAddress
        /// The server's port.
        public let port: ServicePort
        /// The flow, when it is about one.
        public let flow: FlowSighting?
        /// How it was, nil when it was not there.
        public let before: State?
        /// How it is, nil when it is there no more.
        public let after: State?
        /// What made the difference.
        public let why: String
    }

    /// What a difference is about.
    public enum Subject: String, Sendable, CaseIterable {
        /// Something an analyst should know.
        case finding
        /// A protocol that a host serves on a port.
        case service
        /// One conversation.
        case flow
    }

    /// What became of it.
    public enum Kind: String, Sendable, CaseIterable {
        /// It was not there before.
        case appears
        /// It is another one.
        case changes
        /// It is there no more.
        case vanishes
    }

    /// How something is, on one side.
    public struct State: Sendable, Equatable {
        /// In words: `ftp, allowed: Ariel`.
        public let words: String
        /// By name, for programs.
        public let fields: [Field]
        /// The protocol, or several that followed one another.
        let name: String
        /// What makes it so.
        let basis: Basis
        /// The signature that recognised it.
        let signature: String
        /// How grave it is; of findings.
        let severity: Severity?

        /// What a state rests on.
        struct Basis: Sendable {
            /// A declaration of the policy, or that there is none.
            var words: String
            var isDeclared = false
            /// What else a policy may decide of it.
            var choices: [Subject: Choice] = [:]

            /// What a choice is about.
            enum Subject: CaseIterable { case severity, home, owner, direction }

            /// A value, and the declarations that choose it; nil when it is nobody's choice.
            struct Choice: Sendable {
                var value: String
                var declaration: String?
            }
        }

        /// A name and a value.
        public struct Field: Sendable, Equatable {
            /// Such as `standing`.
            public let name: String
            /// Such as `off-port`.
            public let value: String
        }

        /// Whether programs see no difference.
        public static func == (left: State, right: State) -> Bool { left.fields == right.fields }
    }

    /// One side: what was found, and how signatures are called.
    public struct Side {
        let inventory: Inventory
        let naming: Naming
        let flows: [FlowSighting]

        /// A side; without flows, none are compared.
        public init(_ inventory: Inventory, naming: Naming, flows: [FlowSighting] = []) {
            self.inventory = inventory
            self.naming = naming
            self.flows = flows
        }
    }

    /// A flow and what it was taken for.
    public struct FlowSighting: Sendable {
        /// The flow's number.
        public let flow: UInt64
        /// Which of the captures it was in.
        public let capture: Int
        /// The one that asks.
        public let client: Endpoint
        /// The one that serves.
        public let server: Endpoint
        /// What carries it.
        public let transport: TransportProtocol
        /// What it was recognised as, and what followed; empty when it was not.
        public let protocols: [String]
        /// The signature that recognised it.
        public let signature: String?

        /// A sighting of a flow.
        public init(
            flow: UInt64, capture: Int, client: Endpoint, server: Endpoint, transport: TransportProtocol,
            protocols: [String], signature: String?
        ) {
            self.flow = flow
            self.capture = capture
            self.client = client
            self.server = server
            self.transport = transport
            self.protocols = protocols
            self.signature = signature
        }
    }

    /// Compares two sides.
    public init(_ before: Side, _ after: Side) {
        let (old, new) = (before.services, after.services)
        // A finding that comes or goes is explained by what became of its service.
        let (known, kept) = (Self.byPlace(old), Self.byPlace(new))
        changes += Self.compare(before.findings, after.findings, as: .finding).map { change in
            let place = Place(host: change.host, port: change.port)
            let name = (change.after ?? change.before)?.name
            func state(_ items: [Item]?) -> State? {
                (items?.first { $0.name == name } ?? items?.first)?.state
            }
            return Change(
                change,
                why: Self.why(
                    change.before ?? state(known[place]), change.after ?? state(kept[place])))
        }
        changes += Self.compare(old, new, as: .service)
        changes += Self.compareFlows(before.flows, after.flows)
    }

    /// How many differences there are of a subject and kind.
    public func count(_ subject: Subject, _ kind: Kind) -> Int {
        changes.count { $0.subject == subject && $0.kind == kind }
    }

    // MARK: Services and findings

    struct Item {
        var host: IPAddress
        var port: ServicePort
        /// The protocol, and for findings the rule.
        var name: String
        var rule = ""
        var state: State
    }

    private struct Place: Hashable {
        var host: IPAddress
        var port: ServicePort
    }

    private static func byPlace(_ items: [Item]) -> [Place: [Item]] {
        Dictionary(grouping: items) { Place(host: $0.host, port: $0.port) }
    }

    private struct Key: Hashable {
        var host: IPAddress
        var port: ServicePort
        var name: String
        var rule: String

        init(_ item: Item, anyName: Bool = false) {
            host = item.host
            port = item.port
            name = anyName ? "" : item.name
            rule = item.rule
        }
    }

    private static func compare(
        _ before: [Item], _ after: [Item], as subject: Subject
    ) -> [Change] {
        // Several findings of one rule may be at one place: those that are as they were are taken out first, and what
        // is left is paired. One of two that goes is gone, then, and none of two that stay has changed.
        var rest = Dictionary(grouping: before.indices) { Key(before[$0]) }
        let unequal = after.filter { item in
            let key = Key(item)
            let same = rest[key]?.firstIndex { before[$0].state == item.state }
            if let same { rest[key]?.remove(at: same) }
            return same == nil
        }
        var (pairs, appeared): ([(Item, Item)], [Item]) = ([], [])
        for item in unequal {
            let key = Key(item)
            guard let other = rest[key]?.first else {
                appeared.append(item)
                continue
            }
            rest[key]?.removeFirst()
            pairs.append((before[other], item))
        }
        var vanished = rest.values.joined().sorted().map { before[$0] }
        // The only one that goes and the only one that comes at a place are one whose name changes.
        func alone(_ items: [Item]) -> [Key: Item] {
            Dictionary(grouping: items) { Key($0, anyName: true) }
                .compactMapValues { $0.count == 1 ? $0[0] : nil }
        }
        let (leaving, coming) = (alone(vanished), alone(appeared))
        for item in appeared {
            let place = Key(item, anyName: true)
            if let other = leaving[place], coming[place] != nil { pairs.append((other, item)) }
        }
        vanished.removeAll { coming[Key($0, anyName: true)] != nil && leaving[Key($0, anyName: true)] != nil }
        appeared.removeAll { coming[Key($0, anyName: true)] != nil && leaving[Key($0, anyName: true)] != nil }

        func change(_ kind: Kind, _ item: Item, _ was: State?, _ now: State?) -> Change {
            Change(
                subject: subject, kind: kind, host: item.host, port: item.port, flow: nil, before: was,
                after: now, why: why(was, now))
        }
        return appeared.map { change(.appears, $0, nil, $0.state) }
            + pairs.map { change(.changes, $1, $0.state, $1.state) }
            + vanished.map { change(.vanishes, $0, $0.state, nil) }
    }

    /// What made the difference: another signature, or another declaration.
    private static func why(_ before: State?, _ after: State?) -> String {
        func step(_ before: String, _ after: String) -> String {
            before == after ? after : "\(before) -> \(after)"
        }
        switch (before, after) {
        case (let state?, nil), (nil, let state?): return state.signature
        case (let before?, let after?):
            guard before.name == after.name else { return step(before.signature, after.signature) }
            let (old, new) = (before.basis, after.basis)
            let choices = State.Basis.Subject.allCases.compactMap { subject -> String? in
                guard let was = old.choices[subject], let now = new.choices[subject], was.value != now.value,
                    // Who comes from outside shows in nothing but how grave a finding is.
                    subject != .direction || before.severity != after.severity,
                    let first = was.declaration ?? now.declaration
                else { return nil }
                return step(first, now.declaration ?? first)
            }
            // What allows or expects a service there tells more than what else its policies choose.
            let isNamed = old.words != new.words && (old.isDeclared || new.isDeclared)
            let areFindings = before.severity != nil && after.severity != nil
            return choices.isEmpty || isNamed && !areFindings
                ? step(old.words, new.words) : choices.joined(separator: "; ")
        case (nil, nil): return ""
        }
    }

    // MARK: Flows

    private struct FlowKey: Hashable {
        var capture: Int
        var flow: UInt64
        init(_ sighting: FlowSighting) { (capture, flow) = (sighting.capture, sighting.flow) }
    }

    private static func compareFlows(_ before: [FlowSighting], _ after: [FlowSighting]) -> [Change] {
        let old = Dictionary(before.map { (FlowKey($0), $0) }) { first, _ in first }
        let new = Dictionary(after.map { (FlowKey($0), $0) }) { first, _ in first }
        func change(_ kind: Kind, _ was: FlowSighting?, _ now: FlowSighting?) -> Change? {
            guard let flow = now ?? was else { return nil }
            let (before, after) = (was.map(state), now.map(state))
            return Change(
                subject: .flow, kind: kind, host: flow.server.address,
                port: ServicePort(flow.server.port, flow.transport), flow: flow, before: before, after: after,
                why: why(before, after))
        }
        let appeared = after.filter { old[FlowKey($0)] == nil && !$0.protocols.isEmpty }
        let changed = after.compactMap { now -> Change? in
            guard let was = old[FlowKey(now)], was.protocols != now.protocols else { return nil }
            return change(.changes, was, now)
        }
        let vanished = before.filter { new[FlowKey($0)] == nil && !$0.protocols.isEmpty }
        return appeared.compactMap { change(.appears, nil, $0) } + changed
            + vanished.compactMap { change(.vanishes, $0, nil) }
    }

    private static func state(of flow: FlowSighting) -> State {
        let name = flow.protocols.isEmpty ? "not recognised" : flow.protocols.joined(separator: " then ")
        var fields: [State.Field] = []
        if let first = flow.protocols.first { fields.append(.init(name: "protocol", value: first)) }
        if flow.protocols.count > 1 {
            fields.append(.init(name: "then", value: flow.protocols.dropFirst().joined(separator: " ")))
        }
        if let signature = flow.signature { fields.append(.init(name: "signature", value: signature)) }
        return State(
            words: name, fields: fields, name: name, basis: State.Basis(words: ""),
            signature: flow.signature
                ?? (flow.protocols.isEmpty ? "no signature" : "announced by another flow"),
            severity: nil)
    }
}

extension Comparison.Change {
    fileprivate init(_ other: Self, why: String) {
        self.init(
            subject: other.subject, kind: other.kind, host: other.host, port: other.port, flow: other.flow,
            before: other.before, after: other.after, why: why)
    }
}

// MARK: How things are on one side

extension Comparison.Side {
    var services: [Comparison.Item] {
        inventory.serviceOrder().map { id in
            let service = inventory.service(id)
            var words = "\(service.protocolName), \(service.standing.name)"
            var fields = [
                Comparison.State.Field(name: "protocol", value: service.protocolName),
                Comparison.State.Field(name: "standing", value: service.standing.name),
            ]
            switch service.standing {
            case .expected: break
            case .allowed:
                if let name = service.allowance {
                    words += ": \(name)"
                    fields.append(.init(name: "by", value: name))
                }
            case .offPort(let offPortClass, _):
                words += " (\(offPortClass.rawValue)" + (service.owner.map { " of \($0)" } ?? "") + ")"
                fields.append(.init(name: "class", value: offPortClass.rawValue))
                if let owner = service.owner { fields.append(.init(name: "owner", value: owner)) }
            }
            return Comparison.Item(
                host: service.host, port: service.port, name: service.protocolName,
                state: Comparison.State(
                    words: words, fields: fields, name: service.protocolName, basis: basis(of: service),
                    signature: name(of: service.evidence, service.plugin), severity: nil))
        }
    }

    private typealias Basis = Comparison.State.Basis

    /// What a service's standing rests on.
    private func basis(of service: Service) -> Basis {
        let policy = inventory.judge.policy
        var basis: Basis
        switch service.standing {
        case .allowed(let place):
            basis = Basis(
                words: "\(policy.allowances[place].words), \(policy.allowances[place].origin)",
                isDeclared: true)
        case .expected:
            let own = policy.expectations.first { expectation in
                expectation.protocolName == service.protocolName
                    && expectation.ports.contains { $0.contains(service.port) }
            }
            basis = Basis(
                words: own.map(Self.words) ?? "a port of \(service.plugin)", isDeclared: own != nil)
        case .offPort(let offPortClass, _):
            basis = Basis(words: Self.words(for: offPortClass, owner: service.owner))
        }
        basis.choices[.home] = home(of: service.protocolIndex)
        basis.choices[.owner] = owner(service.owner, of: service.port)
        return basis
    }

    /// What a finding rests on.
    private func basis(of finding: Finding) -> Basis {
        let judge = inventory.judge
        var basis = Basis(words: Self.words(for: finding.rule.offPortClass, owner: finding.owner))
        if finding.rule == .forbidden, let place = judge.prohibition(of: finding.protocolIndex) {
            basis = Basis(
                words: "forbid '\(finding.protocolName)', \(judge.policy.prohibitions[place].origin)",
                isDeclared: true)
        }
        if let detected = finding.rule.detected {
            basis = Basis(words: "detect '\(detected.name)' of \(detected.plugin)")
        }
        if finding.rule.offPortClass != nil {
            basis.choices[.home] = home(of: finding.protocolIndex)
            basis.choices[.owner] = owner(finding.owner, of: finding.port)
            basis.choices[.direction] = Basis.Choice(
                value: finding.direction == .inbound ? "inbound" : "",
                declaration: judge.policy.site.map { "\($0.words), \($0.origin)" })
        }
        basis.choices[.severity] = Basis.Choice(
            value: finding.severity.rawValue,
            declaration: judge.policy.said(of: finding.rule).map { "severity '\($0.name)', \($0.origin)" })
        return basis
    }

    /// Where a protocol is expected.
    private func home(of protocolIndex: Int) -> Basis.Choice {
        let judge = inventory.judge
        let chosen = judge.policy.expectations.filter {
            $0.protocolName == judge.protocols[protocolIndex].name
        }
        return Basis.Choice(
            value: judge.expectedPorts(of: protocolIndex).map(\.description).joined(separator: " "),
            declaration: chosen.isEmpty ? nil : chosen.map(Self.words).joined(separator: " and "))
    }

    /// Whose port it is: another protocol's, where the site may have its home.
    private func owner(_ name: String?, of port: ServicePort) -> Basis.Choice {
        let chosen = inventory.judge.policy.expectations.first { expectation in
            expectation.protocolName == name && expectation.ports.contains { $0.contains(port) }
        }
        return Basis.Choice(value: name ?? "", declaration: chosen.map(Self.words))
    }

    private static func words(_ expectation: Expectation) -> String {
        "expected '\(expectation.protocolName)', \(expectation.origin)"
    }

    private static func words(for offPortClass: OffPortClass?, owner: String?) -> String {
        switch offPortClass {
        case .impersonation: "nothing allows it on a port of \(owner ?? "another protocol")"
        case .alternate: "nothing allows it on an alternate port"
        case .unassigned, nil: "nothing allows it"
        }
    }

    private func name(of evidence: Evidence, _ plugin: String) -> String {
        evidence.signature.map(naming.signature) ?? plugin
    }

    var findings: [Comparison.Item] {
        inventory.findingOrder().map { id in
            let finding = inventory.finding(id)
            var fields = [
                Comparison.State.Field(name: "rule", value: finding.rule.name),
                Comparison.State.Field(name: "severity", value: finding.severity.rawValue),
            ]
            if let offPortClass = finding.rule.offPortClass {
                fields.append(.init(name: "class", value: offPortClass.rawValue))
            }
            fields.append(.init(name: "protocol", value: finding.protocolName))
            fields.append(.init(name: "title", value: finding.title))
            return Comparison.Item(
                host: finding.host, port: finding.port, name: finding.protocolName, rule: finding.rule.name,
                state: Comparison.State(
                    words: "\(finding.severity.rawValue): \(finding.title)", fields: fields,
                    name: finding.protocolName, basis: basis(of: finding),
                    signature: name(of: finding.evidence, finding.plugin), severity: finding.severity))
        }
    }
}
