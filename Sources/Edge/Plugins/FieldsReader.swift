internal import Handshakes
internal import Inventory
internal import Matching
internal import Regexes

/// Turns `fields { ... }` into field sources and `expect_flow { ... }` into the flows to come.
struct FieldsReader {
    let reading: Reading

    private static let notations = Announcement.Notation.allCases.map { (name: $0.rawValue, value: $0) }

    /// Several patterns of a speaker are tried in order, and the first value of a name wins.
    func fields(_ section: Section) -> [FieldSource] {
        section.checkKeys(Language.keys(of: .fields))
        section.checkNoItems()
        var sources: [FieldSource] = []
        for (key, speaker) in [("client", Speaker.client), ("server", .server)] {
            for value in section.list(key) {
                if let extractor = extractor(value, key, section) {
                    sources.append(FieldSource(speaker: speaker, extractor: extractor))
                }
            }
        }
        for value in section.list("either") {
            guard case .function(let number, _) = value else {
                section.report(
                    "either", "either must be a function: either = function(m) ... end, not \(value.kind)")
                continue
            }
            sources.append(
                FieldSource(
                    speaker: .server,
                    extractor: .function(CheckReference(source: reading.number, function: number)),
                    readsEither: true))
        }
        return sources
    }

    /// `describe = { banner = function(text) ... end }`.
    func descriptions(_ section: Section) -> [FieldDescription] {
        switch section.table["describe"] {
        case nil: return []
        case .table(let table) where table.items.isEmpty:
            return table.keys.compactMap { name, value in
                if case .function(let number, _) = value {
                    return FieldDescription(
                        field: name, function: CheckReference(source: reading.number, function: number))
                }
                section.report("describe", "describe needs a function for \(name), not \(value.kind)")
                return nil
            }
        case .some(let value):
            section.report(
                "describe",
                "describe is written describe = { banner = function(text) ... end }, not with \(value.kind)")
            return []
        }
    }

    /// Reports functions for fields that nothing gives; what a function or a handshake gives is not known.
    func checkDescriptions(of definition: ProtocolDefinition, from line: Int) {
        var given: Set<String> = []
        for source in definition.fields {
            guard case .pattern(let pattern) = source.extractor else { return }
            given.formUnion(reading.regexes[pattern]?.groups.map(\.name) ?? [])
        }
        for name in definition.descriptions.map(\.field) where !given.contains(name) {
            let hint = Suggestion.text(for: name, among: given.sorted())
            // Another of the functions may give it.
            guard definition.descriptions.count == 1 || !hint.isEmpty else { continue }
            reading.report(
                reading.source.line(ofKey: name, from: line),
                "describe has '\(name)', which no pattern gives\(hint)")
        }
    }

    private func extractor(_ value: LuaValue, _ key: String, _ section: Section) -> FieldSource.Extractor? {
        switch value {
        case .node(let node) where node.word == .handshake:
            guard node.arguments.count == 1, case .string(let text) = node.arguments[0],
                let kind = HandshakeKind(rawValue: String(decoding: text, as: UTF8.self))
            else {
                let kinds = HandshakeKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                reading.report(node.line, "handshake reads one of \(kinds)")
                return nil
            }
            return .handshake(kind)
        case .function(let number, _):
            return .function(CheckReference(source: reading.number, function: number))
        case .string(let text):
            guard let regex = reading.expression(text, from: section.line) else { return nil }
            guard !regex.groups.isEmpty else {
                reading.report(
                    literal: text, from: section.line,
                    "this pattern gives no field: it needs a named group such as (?<version>...)")
                return nil
            }
            for group in regex.groups where key == "server" {
                guard let clash = Reading.clash(ofField: group.name) else { continue }
                reading.report(literal: text, from: section.line, clash)
            }
            return .pattern(regex.pattern)
        default:
            section.report(key, "\(key) must be a pattern [[...]] or a function, not \(value.kind)")
            return nil
        }
    }

    /// `upgrade "tls" {}`, `upgrade "http2" { alpn = "h2" }`.
    func upgrade(_ node: LuaNode) -> Upgrade? {
        guard let (name, section) = reading.named(node) else { return nil }
        section.checkNoItems()
        guard name == "any" || ProtocolReader.isName(name) else {
            reading.report(
                node.line, "upgrade needs the protocol that follows: upgrade \"tls\" {}, or \"any\"")
            return nil
        }
        guard section.table.keys.count <= 1 else {
            reading.report(node.line, "upgrade takes one field at most: upgrade \"http2\" { alpn = \"h2\" }")
            return nil
        }
        let field = section.table.keys.first.map { ($0.name, section.strings($0.name)) }
        return Upgrade(
            to: name == "any" ? .any : .named(name), field: field, origin: reading.location(node.line))
    }

    /// `expect_flow { client = "PORT ", notation = "ftp", as = "ftp-data" }`, or `{ after = "tls", as = "ftp-data" }`.
    func expectFlow(_ section: Section, of definition: inout ProtocolDefinition) {
        section.checkKeys(Language.keys(of: .expectFlow))
        section.checkNoItems()
        if section.table["after"] != nil {
            if let flow = hiddenFlow(section) { definition.hiddenFlows.append(flow) }
        } else if let announcement = announcement(section) {
            definition.announcements.append(announcement)
        }
    }

    private func hiddenFlow(_ section: Section) -> HiddenFlow? {
        for key in ["client", "server", "notation"] where section.table[key] != nil {
            section.report(key, "expect_flow takes no \(key) with after: the lines cannot be read then")
            return nil
        }
        guard let follower = section.string("after"), let child = child(section) else { return nil }
        guard ProtocolReader.isName(follower) else {
            section.report("after", "after needs the protocol of an upgrade: after = \"tls\"")
            return nil
        }
        return HiddenFlow(after: follower, child: child, origin: reading.location(section.line))
    }

    /// The protocol of the coming flow.
    private func child(_ section: Section) -> String? {
        let child = section.string("as")
        guard let child, ProtocolReader.isName(child) else {
            reading.report(section.line, "expect_flow needs the protocol to come: as = \"ftp-data\"")
            return nil
        }
        return child
    }

    private func announcement(_ section: Section) -> Announcement? {
        let notation = section.choice("notation", Self.notations)
        let (client, server) = (section.bytes("client"), section.bytes("server"))
        guard (client == nil) != (server == nil), let prefix = client ?? server, !prefix.isEmpty else {
            reading.report(
                section.line,
                "expect_flow needs how the line begins: either client = \"...\" or server = \"...\"")
            return nil
        }
        if section.table["notation"] == nil {
            reading.report(section.line, "expect_flow needs a notation: \"ftp\", \"extended\" or \"sender\"")
        }
        guard let child = child(section), let notation else { return nil }
        return Announcement(
            speaker: client == nil ? .server : .client, prefix: prefix, notation: notation, child: child,
            origin: reading.location(section.line))
    }
}

extension Reading {
    /// What is wrong with the name of a field that describes a service; nil when nothing is.
    static func clash(ofField name: String) -> String? {
        Service.ownNames.contains(name)
            ? "no field of a server can be called '\(name)': the record of a service has that already" : nil
    }
}
