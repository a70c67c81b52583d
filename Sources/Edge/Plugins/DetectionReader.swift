internal import Inventory
internal import Net

/// A detection as a file declares it, with the condition that its file's state knows by number.
struct DetectionDeclaration {
    var detection: Detection
    /// The condition; nil when it always holds.
    var when: Int?
    var examples: [DetectionExample]
}

/// Facts of which a detection says that it holds, or does not.
struct DetectionExample {
    var facts: LuaTable
    var isCounter: Bool
    var line: Int
}

/// Turns `detect "name" { ... }` into a detection.
struct DetectionReader {
    let reading: Reading

    static let keys = [
        "title", "severity", "on", "when", "says", "requires", "unless", "reference", "category",
    ]
    private static let severities = Severity.allCases.map { (name: $0.rawValue, value: $0) }

    /// The declaration; nil after reporting what is wrong.
    func read(_ node: LuaNode) -> DetectionDeclaration? {
        let errorsBefore = reading.errorCount
        guard let (name, section) = reading.named(node) else { return nil }
        if !ProtocolReader.isName(name) || Finding.Rule.names.contains(name) || name == "any" {
            let reason = ProtocolReader.isName(name) ? "is taken" : "is not a detection's name"
            reading.report(node.line, "'\(name)' \(reason); write it like 'ssh-protocol-1'")
        }
        section.checkKeys(Self.keys)
        for key in ["title", "severity", "on"]
        where section.table[key] == nil || key == "title" && section.isEmpty(key) {
            let example = ["title": "\"...\"", "severity": "\"high\"", "on": "service \"ssh\""][key] ?? ""
            reading.report(node.line, "detect '\(name)' needs \(key) = \(example)")
        }
        let (subject, names) = subject(section) ?? (.service, [])
        var detection = Detection(
            name: name, title: section.string("title") ?? "",
            severity: section.choice("severity", Self.severities) ?? .medium, subject: subject,
            plugin: reading.source.id, origin: reading.location(node.line))
        detection.names = names
        detection.requires = section.strings("requires")
        detection.unless = section.strings("unless")
        detection.reference = section.string("reference")
        detection.category = section.string("category")
        detection.says = section.string("says").map { pieces(of: $0, section) } ?? []
        let when = condition(section)
        var examples: [DetectionExample] = []
        for item in section.table.items { read(item, section, &detection, &examples) }
        if !examples.contains(where: { !$0.isCounter }) {
            reading.report(node.line, "detect '\(name)' needs at least one example { field = \"...\" }")
        }
        warnOfUnknownFields(of: detection, examples, section)
        if when == nil, let counter = examples.first(where: \.isCounter) {
            reading.report(counter.line, "without when = function(s) ... end a counterexample cannot hold")
        }
        guard reading.errorCount == errorsBefore else { return nil }
        return DetectionDeclaration(detection: detection, when: when, examples: examples)
    }

    private func read(
        _ item: LuaValue, _ section: Section, _ detection: inout Detection,
        _ examples: inout [DetectionExample]
    ) {
        guard case .node(let node) = item, [.count, .example, .counterexample].contains(node.word) else {
            reading.report(
                section.line,
                "detect '\(detection.name)' has \(item.kind) without a name; write example { ... } or count { ... }"
            )
            return
        }
        guard let inner = reading.section(node) else { return }
        guard node.word == .count else {
            inner.checkNoItems()
            examples.append(
                DetectionExample(
                    facts: inner.table, isCounter: node.word == .counterexample, line: node.line))
            return
        }
        if detection.count != nil { reading.report(node.line, "count stands once in a detection") }
        detection.count = count(inner, detection.subject)
    }

    private func condition(_ section: Section) -> Int? {
        switch section.table["when"] {
        case nil: return nil
        case .function(let number, _): return number
        case .some(let value):
            section.report(
                "when", "when must be a function: when = function(s) ... end, not \(value.kind)")
            return nil
        }
    }

    // MARK: What it is about

    private func subject(_ section: Section) -> (Detection.Subject, [String])? {
        let wanted = "service \"ssh\", client \"ssh\", flow \"ssh\", host or finding \"off-port\""
        switch section.table["on"] {
        case nil: return nil
        case .node(let node) where node.word.isEvent:
            guard let subject = Detection.Subject(rawValue: node.word.text), node.arguments.count <= 1 else {
                break
            }
            guard let argument = node.arguments.first else { return (subject, []) }
            let list: [LuaValue]
            switch argument {
            case .string: list = [argument]
            case .table(let table) where table.keys.isEmpty: list = Array(table.items)
            default:
                section.report("on", "\(subject) takes a name or a list of names, not \(argument.kind)")
                return nil
            }
            if subject == .host {
                section.report("on", "host takes no name: it is asked about every host that serves something")
                return nil
            }
            var names: [String] = []
            for case .string(let bytes) in list { names.append(String(decoding: bytes, as: UTF8.self)) }
            guard names.count == list.count, !names.isEmpty else {
                section.report("on", "\(subject) takes names as strings: \(subject) { \"ssh\", \"telnet\" }")
                return nil
            }
            return (subject, names)
        case .string(let text):
            let name = String(decoding: text, as: UTF8.self)
            section.report("on", "on is what it is about: \(wanted); write service \"\(name)\"")
            return nil
        case .some: break
        }
        section.report("on", "on must be \(wanted)")
        return nil
    }

    // MARK: Words for people

    private func pieces(of text: String, _ section: Section) -> [Detection.Piece] {
        var pieces: [Detection.Piece] = []
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            let inside = rest[open...].dropFirst()
            guard rest[open] == "{", let close = inside.firstIndex(of: "}") else {
                section.report("says", "says has a lone '\(rest[open])'; write fields like {host}")
                return []
            }
            let path = inside[..<close].split(separator: ".", omittingEmptySubsequences: false)
            guard path.count <= 2, path.allSatisfy(Self.isField) else {
                section.report(
                    "says", "'{\(inside[..<close])}' is not a field; write it like {host} or {client.ip}")
                return []
            }
            pieces.append(.field(path.map(String.init)))
            rest = inside[close...].dropFirst()
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    /// Any plugin may give a field of any name; one that is nearly that of what every record has is a slip, unless an
    /// example has it.
    private func warnOfUnknownFields(
        of detection: Detection, _ examples: [DetectionExample], _ section: Section
    ) {
        if detection.subject == .host {
            warnOfFieldsOfOthers(in: detection, examples, section)
            return
        }
        let known = Language.recordFields.map(\.name)
        for case .field(let path) in detection.says {
            guard let name = path.first, !known.contains(name),
                !examples.contains(where: { $0.facts[name] != nil })
            else { continue }
            let hint = Suggestion.text(for: name, among: known)
            guard !hint.isEmpty else { continue }
            reading.report(
                section.line(of: "says"), "says has '{\(name)}', which no record has\(hint)",
                severity: .warning)
        }
    }

    /// No plugin gives a host fields: what it has is known.
    private func warnOfFieldsOfOthers(
        in detection: Detection, _ examples: [DetectionExample], _ section: Section
    ) {
        func check(_ name: String, _ word: String, _ line: @autoclosure () -> Int) {
            guard !Language.hostFields.contains(name) else { return }
            let all = Language.hostFields.joined(separator: ", ")
            reading.report(
                line(), "\(word) has '\(name)', which no host has; it has \(all)", severity: .warning)
        }
        for case .field(let path) in detection.says {
            check(path.first ?? "", "says", section.line(of: "says"))
        }
        for example in examples {
            let word = example.isCounter ? "counterexample" : "example"
            for (name, _) in example.facts.keys {
                check(name, word, reading.source.line(ofKey: name, from: example.line))
            }
        }
    }

    private static func isField(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (97...122).contains($0 | 0x20) || (48...57).contains($0) || $0 == UInt8(ascii: "_")
            }
    }

    // MARK: count

    /// So that what is remembered of all that is counted stays below 70 MB.
    private static let maximumCount: Int64 = 256

    private func count(_ section: Section, _ subject: Detection.Subject) -> Detection.Count? {
        section.checkKeys(Language.keys(of: .count))
        section.checkNoItems()
        let keys = Detection.CountKey.allCases.map { (name: $0.rawValue, value: $0) }
        let key = section.choice("by", keys) ?? Detection.CountKey(rawValue: subject.rawValue) ?? .service
        var atLeast = 0
        switch section.table["atleast"] {
        case .integer(let number)? where (2...Self.maximumCount).contains(number): atLeast = Int(number)
        case nil: reading.report(section.line, "count needs how many: atleast = 20")
        case .some:
            section.report("atleast", "atleast is a whole number from 2 to \(Self.maximumCount)")
        }
        if section.table["within"] == nil {
            reading.report(section.line, "count needs within how long: within = \"5m\"")
        }
        guard let within = section.duration("within") else { return nil }
        guard atLeast > 0 else { return nil }
        return Detection.Count(key: key, atLeast: atLeast, within: Self.nanoseconds(within))
    }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

extension DetectionDeclaration {
    /// The facts that every record of its subject has, for examples that do not name them.
    func record(of example: DetectionExample) -> DetectionRecord {
        var record = DetectionRecord()
        if detection.subject != .finding, detection.names.count == 1 {
            record.add("protocol", .text(detection.names[0]))
        }
        if detection.subject == .finding, detection.names.count == 1 {
            record.add("rule", .text(detection.names[0]))
        }
        if detection.subject == .flow || detection.subject == .finding {
            record.add("client", .record(DetectionRecord()))
        }
        if detection.subject == .host {
            record.add("serves", .record(DetectionRecord()))
            record.add("uses", .record(DetectionRecord()))
            record.add("servers", .integer(0))
        }
        record.add(example.facts)
        return record
    }

    /// What is wrong with its examples when its condition is asked of them; a problem each.
    func problems(in state: LuaState, _ reading: Reading, _ limits: LuaState.Limits) -> [PluginProblem] {
        guard let when else { return [] }
        return examples.compactMap { example in
            let origin = reading.location(example.line)
            do throws(LuaState.Failure) {
                let holds = try state.detect(when, record(of: example).encoded, limits: limits)
                if holds != example.isCounter { return nil }
                return PluginProblem(
                    origin,
                    example.isCounter
                        ? "this counterexample does not hold: when says yes"
                        : "this example does not hold: when says no")
            } catch {
                let place = reading.source.location(of: error)
                let reason = error.message(in: .plugin, reading.source)
                return PluginProblem(origin, "this example does not hold: \(place): \(reason)")
            }
        }
    }
}
