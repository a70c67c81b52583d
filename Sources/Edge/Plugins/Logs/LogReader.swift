internal import Net
internal import Regexes

/// Turns `log "name" { ... }` into a definition, and tries its examples.
struct LogReader {
    let reading: Reading

    /// The definition; nil after reporting what is wrong.
    func read(_ node: LuaNode) -> LogDefinition? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        if !ProtocolReader.isName(name) {
            reading.report(node.line, "'\(name)' is not a log's name; write it like 'cisco-asa'")
        }
        section.checkKeys(Language.keys(of: .log))
        if section.table["title"] == nil {
            reading.report(node.line, "log '\(name)' needs a title: title = \"...\"")
        }
        var log = LogDefinition(
            name: name, title: section.string("title") ?? "", reference: section.string("reference") ?? "",
            plugin: reading.source.id, origin: reading.location(node.line))
        log.contains = section.strings("contains").map { Array($0.utf8) }
        readPatterns(section, &log)
        readPairs(section, &log)
        readAlways(section, &log)
        readValues(section, &log)
        if log.patterns.isEmpty, log.pairs.isEmpty {
            reading.report(node.line, "log '\(name)' needs matches = [[...]] or pairs = { client = \"...\" }")
        }
        guard reading.errorCount == errorsBefore else { return nil }
        for case .node(let node) in section.table.items {
            if node.word == .example { log.examples += 1 }
            if node.word == .counterexample { log.counterexamples += 1 }
        }
        if !reading.knowsExamples { tryExamples(section, log) }
        return reading.errorCount == errorsBefore ? log : nil
    }

    private func readPatterns(_ section: Section, _ log: inout LogDefinition) {
        for text in section.strings("matches") {
            guard let regex = reading.expression(Array(text.utf8), from: section.line) else { continue }
            for name in regex.groupNames where LogField(rawValue: name) == nil {
                reading.report(
                    literal: Array(text.utf8), from: section.line,
                    "a log has no field '\(name)'\(Self.hint(name))")
            }
            if regex.groups.isEmpty {
                reading.report(
                    literal: Array(text.utf8), from: section.line,
                    "this pattern gives no field: it needs a named group such as (?<client>...)")
            }
            log.patterns.append(text)
        }
    }

    private func readPairs(_ section: Section, _ log: inout LogDefinition) {
        guard let pairs = inner("pairs", section, "{ client = \"SRC\" }") else { return }
        for (name, value) in pairs.keys {
            guard let field = field(name, "pairs", section) else { continue }
            guard case .string(let key) = value, !key.isEmpty else {
                section.report("pairs", "\(name) is the log's own key as a string, not \(value.kind)")
                continue
            }
            log.pairs.append((field, Array(key)))
        }
    }

    private func readAlways(_ section: Section, _ log: inout LogDefinition) {
        guard let always = inner("always", section, "{ client_packets = 1 }") else { return }
        for (name, value) in always.keys {
            guard let field = field(name, "always", section) else { continue }
            let bytes: [UInt8]
            switch value {
            case .string(let text): bytes = Array(text)
            case .integer(let number): bytes = Array("\(number)".utf8)
            default:
                section.report("always", "\(name) must be a string or a number, not \(value.kind)")
                continue
            }
            var event = LogEvent()
            let isSet = bytes.withBytes { event.set(field, $0, 0..<$0.byteCount) }
            guard isSet, event.text(of: field) != nil else {
                section.report("always", "\(name) cannot be '\(String(decoding: bytes, as: UTF8.self))'")
                continue
            }
            log.always.append((field, bytes))
        }
    }

    private func readValues(_ section: Section, _ log: inout LogDefinition) {
        guard let values = inner("values", section, "{ action = { drop = \"denied\" } }") else { return }
        for (name, value) in values.keys {
            guard let field = field(name, "values", section) else { continue }
            guard case .table(let words) = value else {
                section.report("values", "\(name) needs what its words mean: \(name) = { drop = \"denied\" }")
                continue
            }
            for (word, meaning) in words.keys {
                guard case .string(let bytes) = meaning else {
                    section.report("values", "'\(word)' must mean a string, not \(meaning.kind)")
                    continue
                }
                let text = String(decoding: bytes, as: UTF8.self)
                if field == .action, LogEvent.Action(rawValue: text) == nil {
                    let known = LogEvent.Action.allCases.map(\.rawValue)
                    section.report(
                        "values",
                        "action is one of \(known.joined(separator: ", ")), not '\(text)'\(Suggestion.text(for: text, among: known))"
                    )
                }
                log.values[field, default: [:]][word.lowercased()] = text
            }
        }
    }

    private func inner(_ key: String, _ section: Section, _ example: String) -> LuaTable? {
        switch section.table[key] {
        case nil: return nil
        case .table(let table) where table.items.isEmpty: return table
        case .some:
            section.report(key, "\(key) needs named values: \(key) = \(example)")
            return nil
        }
    }

    private func field(_ name: String, _ owner: String, _ section: Section) -> LogField? {
        if let field = LogField(rawValue: name) { return field }
        section.report(owner, "a log has no field '\(name)'\(Self.hint(name))")
        return nil
    }

    private static func hint(_ name: String) -> String {
        Suggestion.text(for: name, among: LogField.allCases.map(\.rawValue))
    }

    // MARK: Examples

    private func tryExamples(_ section: Section, _ log: LogDefinition) {
        var hasExample = false
        let parser = LogParser([log])
        for item in section.table.items {
            guard case .node(let node) = item, node.word == .example || node.word == .counterexample,
                let inner = reading.section(node)
            else {
                reading.report(
                    section.line,
                    "log '\(log.name)' has \(item.kind) without a name; write example { line = [[...]] }")
                continue
            }
            if node.word == .example { hasExample = true }
            tryExample(node, inner, parser)
        }
        if !hasExample {
            reading.report(
                section.line,
                "log '\(log.name)' needs at least one example { line = [[...]], client = \"...\" }")
        }
    }

    private func tryExample(_ node: LuaNode, _ inner: Section, _ parser: LogParser) {
        inner.checkNoItems()
        guard let line = inner.bytes("line") else {
            reading.report(node.line, "\(node.word.text) needs the line: line = [[...]]")
            return
        }
        let outcome = line.withBytes { parser.parse($0) }
        if node.word == .counterexample {
            inner.checkKeys(["line"])
            if outcome != .unknown {
                reading.report(node.line, "this counterexample does not hold: the line is read")
            }
            return
        }
        inner.checkKeys(["line"] + LogField.allCases.map(\.rawValue))
        switch outcome {
        case .unknown:
            reading.report(node.line, "this example does not hold: the line is not read, or lacks an end")
        case .unreadable(_, let field, let text):
            reading.report(node.line, "this example does not hold: \(field.rawValue) cannot be '\(text)'")
        case .event(_, let event):
            for (name, value) in inner.table.keys {
                guard let field = LogField(rawValue: name) else { continue }
                let wanted: String
                switch value {
                case .string(let bytes): wanted = String(decoding: bytes, as: UTF8.self)
                case .integer(let number): wanted = "\(number)"
                default:
                    inner.report(name, "\(name) must be a string or a number, not \(value.kind)")
                    continue
                }
                let found = event.text(of: field)
                if found != wanted {
                    inner.report(
                        name,
                        "this example does not hold: \(name) is \(found.map { "'\($0)'" } ?? "not told"), not '\(wanted)'"
                    )
                }
            }
        }
    }
}

extension Word {
    /// How logs are declared.
    var logGuide: Language.Guide {
        guide(
            .declaration,
            "log \"netfilter\" { title = \"...\", pairs = { client = \"SRC\", server = \"DST\" }, "
                + "example { line = \"SRC=192.0.2.1 DST=192.0.2.2\" } }",
            "How lines of a firewall's log are read.", ["name": "string"],
            keys: [
                key("title", "string", "The name for people; required."),
                key("reference", "string", "Where the log's form is described."),
                key("contains", "string|string[]", "Texts that its lines have, all of them."),
                key(
                    "matches", "string|string[]",
                    "Patterns with groups named as fields; the first that matches."),
                key(
                    "pairs", "table<string, string>", "Fields by the keys of key=value: { client = \"SRC\" }."
                ),
                key(
                    "always", "table<string, string|integer>",
                    "Fields that are the same for every line: { client_packets = 1 }."),
                key("values", "table<string, table<string, string>>", "What words of a field mean."),
            ])
    }
}
