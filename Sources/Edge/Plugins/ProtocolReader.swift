internal import Matching
internal import Net
internal import Regexes

/// Turns `protocol "ssh" { ... }` into a definition and its examples.
struct ProtocolReader {
    let reading: Reading

    private static let tunnels = TunnelKind.allCases.map { (name: $0.rawValue, value: $0) }
    private static let transports = TransportProtocol.withPorts.map { (name: $0.description, value: $0) }

    /// Whether the text may name a protocol or a part of a pack's name.
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
            text.utf8.count <= 64
        else { return false }
        return text.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || "-._+".utf8.contains(byte)
        }
    }

    /// Whether others may call a protocol so; they use more than Offport's own names may hold.
    private static func isForeignName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x21...0x7e).contains($0) && !(65...90).contains($0) && $0 != UInt8(ascii: ",")
            }
    }

    /// The definition and its examples; nil after reporting what is wrong.
    func read(_ node: LuaNode) -> (definition: ProtocolDefinition, examples: [Example])? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        if !Self.isName(name) {
            let lower = name.lowercased()
            let hint = Self.isName(lower) ? "write it '\(lower)'" : "write it like 'ssh' or 'ftp-data'"
            reading.report(node.line, "'\(name)' is not a protocol's name; \(hint)")
        }
        let isSpelt = section.checkKeys(Language.keys(of: .protocol))
        var definition = ProtocolDefinition(
            name: name, title: section.string("title") ?? "", category: section.string("category") ?? "",
            reference: section.string("reference") ?? "", plugin: reading.source.id,
            origin: reading.location(node.line))
        if section.table["title"] == nil && isSpelt || section.isEmpty("title") {
            reading.report(node.line, "protocol '\(name)' needs a title: title = \"Secure Shell\"")
        }
        definition.ports = section.ports("ports")
        definition.shares = section.ports("shares")
        definition.alternates = section.ports("alternates")
        definition.also = section.strings("also")
        for name in definition.also where !Self.isForeignName(name) {
            section.report(
                "also",
                "'\(name)' cannot be what others call it; write it in lower case, like 'ms-wbt-server'")
        }
        definition.isDynamic = section.flag("dynamic") ?? false
        definition.tunnel = section.choice("tunnel", Self.tunnels)
        var examples: [Example] = []
        if case .table(let fields)? = section.table["fields"] {
            let inner = Section(
                reading: reading, owner: "fields", line: section.line(of: "fields"), table: fields)
            definition.fields += FieldsReader(reading: reading).fields(inner)
            definition.descriptions += FieldsReader(reading: reading).descriptions(inner)
        } else if section.table["fields"] != nil {
            section.report("fields", "fields is written fields { client = ..., server = ... }")
        }
        // What carries a probe depends on the signatures.
        let (others, probes) = (
            section.table.items.filter { !Self.isProbe($0) }, section.table.items.filter(Self.isProbe)
        )
        for item in others + probes { read(item, section, &definition, &examples) }
        FieldsReader(reading: reading).checkDescriptions(of: definition, from: node.line)
        warnOfVainWords(definition, section)
        for flow in definition.vainFlows {
            reading.report(
                flow.origin?.line ?? node.line,
                "expect_flow { after = \"\(flow.follower)\" } needs upgrade \"\(flow.follower)\" {} in the same protocol"
            )
        }
        // One that only other flows announce (ftp-data) says nothing of its own.
        let isAnnouncedOnly = definition.isDynamic && definition.signatures.isEmpty && examples.isEmpty
        // What was refused is not missing besides.
        if !isAnnouncedOnly, !examples.contains(where: { !$0.isCounter }), section.lacks([.example]) {
            reading.report(
                node.line,
                "protocol '\(name)' needs at least one example { client = \"...\", server = \"...\" }")
        }
        if !isAnnouncedOnly, definition.signatures.isEmpty, section.lacks([.tcp, .udp, .sctp]) {
            reading.report(
                node.line, "protocol '\(name)' needs a signature: tcp { ... }, udp { ... } or sctp { ... }")
        }
        return reading.errorCount == errorsBefore ? (definition, examples) : nil
    }

    /// What is declared and can have no effect.
    private func warnOfVainWords(_ definition: ProtocolDefinition, _ section: Section) {
        func warn(_ line: Int, _ message: String) { reading.report(line, message, severity: .warning) }
        for alternate in definition.alternates {
            let within = definition.ports.first {
                $0.transport == alternate.transport && $0.numbers.contains(alternate.numbers.lowerBound)
                    && $0.numbers.contains(alternate.numbers.upperBound)
            }
            guard let port = within else { continue }
            warn(
                section.line(of: "alternates"),
                "alternates has \(alternate), which is expected already: ports has \(port)")
        }
        let transports = Set(definition.signatures.map(\.transport))
        guard !transports.isEmpty else { return }
        for (key, ports) in [
            ("ports", definition.ports), ("shares", definition.shares), ("alternates", definition.alternates),
        ] where !definition.isDynamic && !ports.contains(where: { transports.contains($0.transport) }) {
            // Registries often have a port for a transport that nobody uses, beside the one that is used.
            guard let port = ports.first else { continue }
            warn(section.line(of: key), "\(key) has \(port), and no signature is of \(port.transport)")
        }
        if let tunnel = definition.tunnel, !transports.contains(.udp) {
            warn(
                section.line(of: "tunnel"),
                "tunnel = \"\(tunnel.rawValue)\" unwraps datagrams, and no signature is of udp")
        }
    }

    private static func isProbe(_ item: LuaValue) -> Bool {
        if case .node(let node) = item { node.word == .probe } else { false }
    }

    /// What `extend "ssh" { ... }` adds, as a definition of that name; nil after reporting what is wrong.
    func extensions(_ node: LuaNode) -> (definition: ProtocolDefinition, examples: [Example])? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        let isSpelt = section.checkKeys(Language.keys(of: .extend))
        var definition = ProtocolDefinition(
            name: name, title: "", category: "", reference: "", plugin: reading.source.id,
            origin: reading.location(node.line))
        var examples: [Example] = []
        for item in section.table.items { read(item, section, &definition, &examples) }
        if section.table.items.isEmpty, isSpelt {
            reading.report(
                node.line, "extend adds nothing; write tcp { ... }, fields { ... } or identify { ... } in it")
        }
        return reading.errorCount == errorsBefore ? (definition, examples) : nil
    }

    private func read(
        _ item: LuaValue, _ section: Section, _ definition: inout ProtocolDefinition,
        _ examples: inout [Example]
    ) {
        guard case .node(let node) = item, !node.word.isMatcher, !node.word.isStep else {
            reading.report(
                section.line,
                "\(section.owner) '\(definition.name)' has \(item.kind) without a name; write tcp { ... }, fields { ... } or example { ... }"
            )
            return
        }
        if node.word == .upgrade {
            if let upgrade = FieldsReader(reading: reading).upgrade(node) {
                definition.upgrades.append(upgrade)
            }
            return
        }
        guard let inner = reading.section(node) else { return }
        switch node.word {
        case .tcp, .udp, .sctp:
            if let signature = SignatureReader(reading: reading).read(inner) {
                definition.signatures.append(signature)
            }
        case .fields:
            definition.fields += FieldsReader(reading: reading).fields(inner)
            definition.descriptions += FieldsReader(reading: reading).descriptions(inner)
        case .identify:
            if let identification = IdentificationReader(reading: reading).read(inner) {
                definition.identifications.append(identification)
            }
        case .expectFlow: FieldsReader(reading: reading).expectFlow(inner, of: &definition)
        case .probe: read(probe: inner, &definition)
        case .example, .counterexample:
            if let example = example(inner, isCounter: node.word == .counterexample) {
                examples.append(example)
            }
        default:
            reading.report(node.line, "\(node.word.text) cannot stand in a protocol")
        }
    }

    /// `probe { send = "INFO\\r\\n" }`, `probe { silent = true }`.
    private func read(probe section: Section, _ definition: inout ProtocolDefinition) {
        section.checkKeys(Language.keys(of: .probe))
        section.checkNoItems()
        if section.flag("silent") ?? false {
            definition.isLeftAlone = true
            if section.table.keys.count > 1 {
                section.report(
                    "silent", "where nothing is said there is nothing else to say: leave the rest out")
            }
            return
        }
        guard let bytes = section.bytes("send"), !bytes.isEmpty, bytes.count <= 4096 else {
            reading.report(
                section.line, "probe needs what to say, at most 4,096 bytes: probe { send = \"INFO\\r\\n\" }")
            return
        }
        let transports = Set(definition.signatures.map(\.transport))
        let transport =
            section.choice("transport", Self.transports) ?? (transports == [.udp] ? .udp : .tcp)
        var hello = ProbeHello(transport: transport, bytes: bytes)
        if transport == .sctp {
            section.report("transport", "a probe is sent over tcp or udp")
        } else if !transports.isEmpty, !transports.contains(transport) {
            reading.report(
                section.line(of: "transport"),
                "this probe is sent over \(transport), and no signature is of \(transport): no answer can be recognised",
                severity: .warning)
        }
        if let after = section.string("after") {
            hello.moment = after == "server" ? .greeted : .recognised(after)
            if !ProtocolReader.isName(after) {
                section.report("after", "after is \"server\" or a protocol's name, not '\(after)'")
            }
            if transport == .udp { section.report("after", "over udp there is nothing to come after") }
        }
        if let answer = section.bytes("answer") {
            hello.answer = reading.expression(answer, from: section.line)?.pattern
        }
        hello.isForHomeOnly = section.flag("home") ?? false
        definition.hellos.append(hello)
    }

    private func example(_ section: Section, isCounter: Bool) -> Example? {
        section.checkKeys(Language.keys(of: .example))
        section.checkNoItems()
        let transport = section.choice("transport", Self.transports)
        let (client, server) = (section.bytes("client"), section.bytes("server"))
        if section.table["client"] == nil, section.table["server"] == nil {
            reading.report(section.line, "\(section.owner) needs what the client or the server says")
            return nil
        }
        return Example(
            client: client, server: server, isCounter: isCounter, transport: transport,
            origin: reading.location(section.line))
    }
}

/// Turns `tcp { ... }`, `udp { ... }` and `sctp { ... }` into a signature.
struct SignatureReader {
    let reading: Reading

    func read(_ section: Section) -> SignatureDefinition? {
        let errorsBefore = reading.errorCount
        let isSpelt = section.checkKeys(Language.keys(of: .tcp))
        section.checkNoItems()
        guard let transport = TransportProtocol(section.owner) else { return nil }
        let isFallback = section.flag("fallback") ?? false
        let matchers = MatcherReader(reading: reading)
        func matcher(_ key: String) -> Matcher? {
            section.table[key].flatMap { matchers.read($0, owner: key, line: section.line) }
        }
        let either = matcher("either")
        let (client, server) = (matcher("client"), matcher("server"))
        if section.table["either"] != nil, section.table["client"] != nil || section.table["server"] != nil {
            section.report("either", "either speaks for both: leave out client and server")
        }
        if isSpelt, ["either", "client", "server"].allSatisfy({ section.table[$0] == nil }) {
            reading.report(section.line, "\(section.owner) needs client, server or either")
        }
        let alone = alone(section, asksAll: isSpelt)
        let check = check(section)
        guard reading.errorCount == errorsBefore else { return nil }
        if !isFallback, ![either, client, server].contains(where: { $0?.isAnchored == true }) {
            let message =
                "this \(section.owner) is slow: neither side has a known beginning such as starts or line"
            reading.report(section.line, message, severity: .note)
        }
        var signature = SignatureDefinition(
            transport: transport, client: either ?? client, server: either ?? server,
            isSymmetric: either != nil,
            alone: alone, check: check, origin: reading.location(section.line))
        signature.isFallback = isFallback
        return signature
    }

    /// - Parameter asksAll: whether nothing else may have been meant to ask the speaker.
    private func alone(_ section: Section, asksAll: Bool) -> Set<Speaker> {
        var alone: Set<Speaker> = []
        for text in section.strings("alone") {
            switch text {
            case "client": alone.insert(.client)
            case "server": alone.insert(.server)
            case "either": alone = [.client, .server]
            default:
                section.report("alone", "alone is one of client, server, either, not '\(text)'")
            }
        }
        guard asksAll, section.table["either"] == nil else { return alone }
        for (speaker, key) in [(Speaker.client, "client"), (.server, "server")]
        where alone.contains(speaker) && section.table[key] == nil {
            section.report(
                "alone", "alone says that the \(key) is enough, but nothing is asked of the \(key)")
        }
        return alone
    }

    private func check(_ section: Section) -> CheckReference? {
        switch section.table["check"] {
        case nil: return nil
        case .function(let number, _): return CheckReference(source: reading.number, function: number)
        case .some(let value):
            section.report(
                "check", "check must be a function: check = function(m) ... end, not \(value.kind)")
            return nil
        }
    }
}
