import Inventory
public import Net

// A comparison for people, for a pull request, and for programs.

extension Comparison {
    /// What was compared: for the heads of what is written.
    public struct Heading: Sendable {
        let subject: String
        let before: String
        let after: String
        let captures: [String]

        /// A heading such as `policy old.lua -> new.lua over campus.pcap`.
        public init(_ subject: String, before: [String], after: [String], captures: [String]) {
            self.subject = subject
            self.before = before.isEmpty ? "nothing" : before.joined(separator: ", ")
            self.after = after.isEmpty ? "nothing" : after.joined(separator: ", ")
            self.captures = captures
        }

        fileprivate var capturesInWords: String {
            captures.prefix(3).joined(separator: ", ")
                + (captures.count > 3 ? " and \(grouped(captures.count - 3)) more" : "")
        }
    }

    /// A mistake in what was to be compared: without what it is about, a comparison would say the wrong thing.
    public struct Mistake: Sendable {
        /// Which side it is on.
        public enum Side: String, Sendable { case old, new }

        let side: Side
        let location: SourceLocation
        let message: String

        /// A mistake at a place of a side.
        public init(_ side: Side, _ location: SourceLocation, _ message: String) {
            (self.side, self.location, self.message) = (side, location, message)
        }
    }

    /// Changes that read the same but for the place.
    struct Group {
        var first: Change
        var changes: [Change]

        /// `ftp, off-port (unassigned) -> ftp, allowed: Ariel`.
        func words(_ arrow: String) -> String {
            [first.before?.words, first.after?.words].compactMap { $0 }.joined(separator: " \(arrow) ")
        }
    }

    private struct GroupKey: Hashable {
        var subject: Subject
        var kind: Kind
        var before: String?
        var after: String?
        var why: String
    }

    /// The changes of a subject, the gravest and most frequent first; new ones before others.
    func groups(_ subject: Subject) -> [Group] {
        var places: [GroupKey: Int] = [:]
        var groups: [Group] = []
        for change in changes where change.subject == subject {
            let key = GroupKey(
                subject: subject, kind: change.kind, before: change.before?.words,
                after: change.after?.words, why: change.why)
            if let place = places[key] {
                groups[place].changes.append(change)
            } else {
                places[key] = groups.count
                groups.append(Group(first: change, changes: [change]))
            }
        }
        func rank(_ group: Group) -> (Int, Int, Int) {
            let kind = Kind.allCases.firstIndex(of: group.first.kind) ?? 0
            let severity = group.first.after?.severity ?? group.first.before?.severity
            let grade = severity.flatMap { Severity.allCases.firstIndex(of: $0) } ?? 0
            return (kind, -grade, -group.changes.count)
        }
        return groups.enumerated().sorted { left, right in
            let (first, second) = (rank(left.element), rank(right.element))
            return first == second ? left.offset < right.offset : first < second
        }.map(\.element)
    }

    /// `1 new finding, 2 gone`; empty when nothing is different.
    public var summary: String {
        let words: [Subject: (noun: String, kinds: [Kind: String])] = [
            .finding: ("finding", [.appears: "new", .changes: "changed", .vanishes: "gone"]),
            .service: ("service", [.appears: "new", .changes: "changed", .vanishes: "gone"]),
            .flow: ("flow", [.appears: "new", .changes: "changed", .vanishes: "gone"]),
        ]
        return Subject.allCases.compactMap { subject in
            let total = changes.count { $0.subject == subject }
            guard total > 0, let (noun, kinds) = words[subject] else { return nil }
            let parts = Kind.allCases.compactMap { kind in
                let count = count(subject, kind)
                return count > 0 ? "\(grouped(count)) \(kinds[kind] ?? "")" : nil
            }
            return "\(noun)s: \(parts.joined(separator: ", "))"
        }.joined(separator: "; ")
    }

    // MARK: For people

    /// The differences as text.
    public func text(_ heading: Heading, width: Int, isColoured: Bool) -> String {
        var page = Page(width: width, paint: Paint(isOn: isColoured))
        Self.writeHead(heading, to: &page)
        guard !changes.isEmpty else {
            page.line("")
            page.line("No difference.")
            return page.text
        }
        for subject in Subject.allCases {
            let groups = groups(subject)
            guard !groups.isEmpty else { continue }
            let counts = Kind.allCases.compactMap { kind in
                let count = count(subject, kind)
                return count > 0 ? "\(grouped(count)) \(Self.adjective(kind))" : nil
            }
            page.heading("\(subject.rawValue.uppercased())S", counts.joined(separator: ", "))
            for group in groups { Self.write(group, to: &page) }
        }
        return page.text
    }

    /// What keeps two sides from being compared, as text.
    public static func text(
        _ mistakes: [Mistake], _ heading: Heading, width: Int, isColoured: Bool
    ) -> String {
        var page = Page(width: width, paint: Paint(isOn: isColoured))
        writeHead(heading, to: &page)
        page.line("")
        page.line("Not compared: what is wrong here was not read.")
        for mistake in mistakes {
            page.paragraph(printable("\(mistake.location): \(mistake.message)"), after: "  \(mistake.side)  ")
        }
        return page.text
    }

    private static func writeHead(_ heading: Heading, to page: inout Page) {
        page.paragraph(
            "\(heading.before) -> \(heading.after)", after: "\(page.paint(heading.subject, .bold))  ")
        page.paragraph(heading.capturesInWords, after: "over    ")
    }

    private static func adjective(_ kind: Kind) -> String {
        switch kind {
        case .appears: "new"
        case .changes: "changed"
        case .vanishes: "gone"
        }
    }

    private static func write(_ group: Group, to page: inout Page) {
        let kind = group.first.kind
        let colour: Paint.Colour =
            kind == .vanishes ? .green : kind == .appears && group.first.subject == .finding ? .red : .yellow
        let start = "  \(page.paint(padded(adjective(kind), to: 7), colour))  "
        page.paragraph(printable(group.words("->")), after: start)
        page.items(
            group.changes.map(\.place), after: "           ", maximumLines: 4,
            more: group.first.subject == .flow ? "flow" : "server")
        if !group.first.why.isEmpty {
            page.paragraph(printable(group.first.why), after: "           why  ", colour: .dim)
        }
    }

    // MARK: For a pull request

    /// The differences as Markdown.
    public func markdown(_ heading: Heading) -> String {
        var text = Self.markdownHead(heading)
        text += "Over \(Self.escaped(heading.capturesInWords)): "
        text += changes.isEmpty ? "no difference.\n" : "\(summary).\n"
        for subject in Subject.allCases {
            let groups = groups(subject)
            guard !groups.isEmpty else { continue }
            text += "\n| | \(subject.rawValue.capitalizedFirst)s | Where | Why |\n|---|---|---|---|\n"
            for group in groups {
                let most = 10
                var places = group.changes.prefix(most).map { "`\($0.place)`" }.joined(separator: " ")
                if group.changes.count > most { places += " and \(grouped(group.changes.count - most)) more" }
                let count = group.changes.count > 1 ? " ×\(grouped(group.changes.count))" : ""
                text +=
                    "| \(Self.adjective(group.first.kind))\(count) | \(Self.escaped(group.words("→"))) | \(places) | \(Self.escaped(group.first.why)) |\n"
            }
        }
        return text
    }

    private static func markdownHead(_ heading: Heading) -> String {
        "### \(escaped(heading.subject.capitalizedFirst)): `\(heading.before)` → `\(heading.after)`\n\n"
    }

    /// What keeps two sides from being compared, as Markdown.
    public static func markdown(_ mistakes: [Mistake], _ heading: Heading) -> String {
        var text = markdownHead(heading) + "Not compared: what is wrong here was not read.\n\n"
        for mistake in mistakes {
            text += "- \(mistake.side): `\(printable("\(mistake.location)"))`: \(escaped(mistake.message))\n"
        }
        return text
    }

    /// Words of policies and plugins, so that they stay in their cell and mean nothing in Markdown.
    private static func escaped(_ text: String) -> String {
        var safe = ""
        for character in printable(text) {
            if "|`*_<>[]\\#".contains(character) { safe.append("\\") }
            safe.append(character)
        }
        return safe.replacing("->", with: "→").replacing("-\\>", with: "→")
    }

    // MARK: For programs

    /// A line for each mistake that keeps two sides from being compared.
    public static func jsonLines(_ mistakes: [Mistake]) -> [UInt8] {
        var line = JSONLine()
        for mistake in mistakes {
            line.begin("difference-problem")
            line.field("side", mistake.side.rawValue)
            line.field("file", mistake.location.file)
            line.field("line", mistake.location.line)
            line.field("message", mistake.message)
            line.end()
        }
        return line.bytes
    }

    /// A line for each difference, and one for the whole.
    public func jsonLines(_ heading: Heading) -> [UInt8] {
        var line = JSONLine()
        for change in changes {
            line.begin("difference")
            line.field("subject", change.subject.rawValue)
            line.field("change", change.kind.rawValue)
            line.field("host", change.host)
            line.field("transport", change.port.transport.description)
            line.field("port", change.port.number)
            if let flow = change.flow {
                line.field("flow", flow: flow.flow)
                line.object("client") { line in
                    line.field("ip", flow.client.address)
                    line.field("port", flow.client.port)
                }
            }
            for (name, state) in [("before", change.before), ("after", change.after)] {
                guard let state else { continue }
                line.object(name) { line in
                    for field in state.fields { line.field(field.name, field.value) }
                }
            }
            line.field("why", change.why)
            line.end()
        }
        line.begin("difference-summary")
        line.field("before", heading.before)
        line.field("after", heading.after)
        line.list("captures", heading.captures)
        for subject in Subject.allCases {
            line.object("\(subject.rawValue)s") { line in
                for kind in Kind.allCases { line.field(kind.rawValue, count(subject, kind)) }
            }
        }
        line.end()
        return line.bytes
    }
}

extension Comparison.Change {
    /// `10.20.0.12:419`, for other transports than TCP `10.20.0.12:53/udp`; a flow's with its client.
    var place: String {
        let server =
            Endpoint(host, port.number).description
            + (port.transport == .tcp ? "" : "/\(port.transport)")
        return flow.map { "\($0.client) > \(server) \(flowName($0.flow))" } ?? server
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
