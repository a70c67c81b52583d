internal import Net

/// A table of named values that a word was given, such as `tcp { client = ..., server = ... }`.
struct Section {
    let reading: Reading
    /// What messages call it.
    let owner: String
    /// The line of its word.
    let line: Int
    let table: LuaTable

    /// Reports every key that is not among `known`; whether there was none: what was misspelt is not missing besides.
    @discardableResult
    func checkKeys(_ known: [String], severity: PluginProblem.Severity = .error) -> Bool {
        var isSpelt = true
        for (name, _) in table.keys where !known.contains(name) {
            isSpelt = false
            let place = line(of: name)
            // No table of a policy has words in it.
            let takesWords = reading.source.kind == .plugin
            if takesWords, Word.allCases.contains(where: { $0.text == name && !$0.isEvent }) {
                reading.report(place, "\(owner) has no field '\(name)'; write \(name) { ... } without =")
                continue
            }
            let meant = Self.otherNames[name].flatMap { known.contains($0) ? $0 : nil }
            let hint = Suggestion.text(for: meant ?? name, among: known)
            reading.report(place, "\(owner) has no field '\(name)'\(hint)", severity: severity)
        }
        return isSpelt
    }

    /// What a field is called instead, too far from its name to be a typing error.
    private static let otherNames = ["ends": "expires", "until": "expires"]

    /// Reports lists with nothing in them: left out, they would mean everything.
    func checkNotEmpty(_ keys: [String]) {
        for key in keys {
            guard case .table(let list)? = table[key], list.items.isEmpty, list.keys.isEmpty else { continue }
            report(key, "\(key) names nothing, so it would hold nowhere; leave it out if it is for any")
        }
    }

    /// Whether none of these words stands in it, not even one that was refused.
    func lacks(_ words: Set<Word>) -> Bool {
        words.allSatisfy { table[$0.text] == nil }
            && table.items.allSatisfy { item in
                if case .node(let node) = item { !words.contains(node.word) } else { true }
            }
    }

    /// Reports what stands in it without a name, where only named values belong.
    func checkNoItems() {
        guard let item = table.items.first else { return }
        reading.report(line, "\(owner) takes named values only, not \(item.kind) without a name")
    }

    func line(of key: String) -> Int { reading.source.line(ofKey: key, from: line) }

    func report(_ key: String, _ message: String) { reading.report(line(of: key), message) }

    private func wrong(_ key: String, _ wanted: String, _ value: LuaValue) {
        report(key, "\(key) must be \(wanted), not \(value.kind)")
    }

    func bytes(_ key: String) -> [UInt8]? {
        switch table[key] {
        case nil: return nil
        case .string(let bytes): return Array(bytes)
        case .some(let value):
            wrong(key, "a string", value)
            return nil
        }
    }

    func string(_ key: String) -> String? { bytes(key).map { String(decoding: $0, as: UTF8.self) } }

    /// Whether it is a string with nothing to read in it.
    func isEmpty(_ key: String) -> Bool {
        guard case .string(let bytes)? = table[key] else { return false }
        return bytes.allSatisfy { $0 == UInt8(ascii: " ") }
    }

    func flag(_ key: String) -> Bool? {
        switch table[key] {
        case nil: return nil
        case .bool(let flag): return flag
        case .some(let value):
            wrong(key, "true or false", value)
            return nil
        }
    }

    /// One value or a list of them; empty when there is none.
    func list(_ key: String) -> [LuaValue] {
        switch table[key] {
        case nil: return []
        case .table(let list):
            if !list.keys.isEmpty { report(key, "\(key) must be a list, without names") }
            return Array(list.items)
        case .some(let value): return [value]
        }
    }

    /// One string or a list of strings.
    func strings(_ key: String, wanted: String = "a string or a list of strings") -> [String] {
        list(key).compactMap { value in
            guard case .string(let bytes) = value else {
                wrong(key, wanted, value)
                return nil
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    func ports(_ key: String) -> [PortRange] {
        let texts = strings(key, wanted: "a port like \"22/tcp\" or a list of them")
        guard reading.isBounded(ports: texts.count, of: key, at: line(of: key)) else { return [] }
        return texts.compactMap { reading.port($0, from: line) }
    }

    func subnets(_ key: String) -> [Subnet] {
        strings(key).compactMap { reading.subnet($0, from: line) }
    }

    /// A word of a closed set.
    func choice<Choice>(_ key: String, _ choices: [(name: String, value: Choice)]) -> Choice? {
        guard let text = string(key) else { return nil }
        if let choice = choices.first(where: { $0.name == text }) { return choice.value }
        let names = choices.map(\.name)
        let hint = Suggestion.text(for: text, among: names)
        report(key, "\(key) is one of \(names.joined(separator: ", ")), not '\(text)'\(hint)")
        return nil
    }
}

extension Reading {
    func subnet(_ text: String, from line: Int) -> Subnet? {
        if let subnet = Subnet(text) { return subnet }
        report(
            literal: Array(text.utf8), from: line, "'\(text)' is not a network; write it like 10.20.0.0/16")
        return nil
    }

    /// Whether a list has no more port ranges than are looked through for each service; reports it otherwise.
    func isBounded(ports count: Int, of owner: String, at line: @autoclosure () -> Int) -> Bool {
        let most = 1024
        if count <= most { return true }
        report(
            line(),
            "\(owner) lists \(count) ports and ranges, \(most) at most: "
                + "write neighbours as one, like 6000-6063/tcp")
        return false
    }

    func port(_ text: String, from line: Int) -> PortRange? {
        let port = PortRange(text)
        if let port, port.numbers.upperBound > 0 { return port }
        let wayOut = port != nil ? "ports begin with 1" : "write it \(Self.turned(text) ?? "like 22/tcp")"
        report(literal: Array(text.utf8), from: line, "'\(text)' is not a port; \(wayOut)")
        return nil
    }

    /// A range that was written from its end, the right way round; nil for anything else.
    private static func turned(_ text: String) -> String? {
        let parts = text.split(separator: "/", maxSplits: 1)
        let ends = parts.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
        guard parts.count == 2, ends.count == 2 else { return nil }
        return PortRange("\(ends[1])-\(ends[0])/\(parts[1])").map { "from low to high: \($0)" }
    }

    /// The section of a word that takes one table.
    func section(_ node: LuaNode) -> Section? {
        guard node.arguments.count == 1, case .table(let table) = node.arguments[0] else {
            report(node.line, "\(node.word.text) needs a table: \(node.word.text) { ... }")
            return nil
        }
        return Section(reading: self, owner: node.word.text, line: node.line, table: table)
    }

    /// The name and section of `protocol "ssh" { ... }` and its like.
    func named(_ node: LuaNode) -> (name: String, section: Section)? {
        guard node.arguments.count == 2, case .string(let name) = node.arguments[0],
            case .table(let table) = node.arguments[1]
        else {
            report(node.line, "\(node.word.text) needs a name and a table: \(node.word.text) \"...\" { ... }")
            return nil
        }
        let section = Section(reading: self, owner: node.word.text, line: node.line, table: table)
        return (String(decoding: name, as: UTF8.self), section)
    }
}
