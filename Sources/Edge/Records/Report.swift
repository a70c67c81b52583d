public import Inventory
public import Net

/// What a run tells the person who started it: a text of a screen or two, made from what was found.
public struct Report: Sendable {
    /// The captures that were read, as named on the command line.
    public var captures: [String] = []
    /// The first packet.
    public var first: Timestamp?
    /// The last packet.
    public var last: Timestamp?
    /// Packets read, without those that the filter left out.
    public var packets = 0
    /// Packets that the filter left out: those that it does not match, and those whose link type it is not for.
    public var packetsLeftOut = (filtered: 0, unfilterable: 0)
    /// Bytes of frames on the wire.
    public var bytes = 0
    /// Flows seen.
    public var flows = 0
    /// Flows recognised.
    public var recognised = 0
    /// Flows in which nothing was said.
    public var silent = 0
    /// What was not read or not used, in the order it is to be shown.
    public var notes: [Note] = []
    /// The columns to fill.
    public var width = 100
    /// Whether to use the colours of a terminal.
    public var isColoured = false
    /// The most findings that are shown in full.
    public var maximumFindings = 50
    /// What makes `offport findings` a question about the same, such as ` --store weeks.db`; nil where nobody can ask.
    public var again: String? = ""

    /// Something that was not read, or was switched off.
    public struct Note: Sendable {
        /// What: `malformed IPv4 header`, `plugin acme/modbus`.
        public var subject: String
        /// How often, nil where that means nothing.
        public var count: Int?
        /// What happened, or what it means; may be empty.
        public var detail: String

        /// A note.
        public init(_ subject: String, count: Int? = nil, detail: String = "") {
            self.subject = subject
            self.count = count
            self.detail = detail
        }
    }

    /// A report of nothing yet.
    public init() {}

    /// The report of what `inventory` holds.
    public func text(of inventory: Inventory, naming: Naming) -> String {
        var page = Page(width: max(width, 40), paint: Paint(isOn: isColoured))
        writeHead(to: &page)
        writeServices(of: inventory, to: &page)
        if inventory.serviceCount > 0 || inventory.findingCount > 0 {
            writeFindings(of: inventory, naming: naming, to: &page)
        }
        writeAllowances(of: inventory, to: &page)
        writeNotes(of: inventory, to: &page)
        return page.text
    }

    // MARK: Head

    private func writeHead(to page: inout Page) {
        var head: [String] = []
        switch captures.count {
        case 0: break
        case 1: head.append(page.paint(printable(captures[0]), .bold))
        case 2...3: head.append(page.paint(printable(captures.joined(separator: ", ")), .bold))
        default:
            head.append(
                page.paint(printable("\(captures[0]) and \(grouped(captures.count - 1)) more"), .bold))
        }
        if let first, let last { head.append(Self.span(first, last)) }
        if !head.isEmpty { page.line(head.joined(separator: "   ")) }
        var totals = [counted(packets, "packet"), byteSize(bytes), counted(flows, "flow")]
        if flows > 0 {
            totals.append("\(grouped(recognised)) recognised (\(percentage(recognised, of: flows)))")
        }
        page.line(totals.joined(separator: ", "))
    }

    static func span(_ first: Timestamp, _ last: Timestamp) -> String {
        let end = first.date == last.date ? last.timeOfDay : last.toTheSecond
        let length = duration(nanoseconds: max(0, last.nanoseconds - first.nanoseconds))
        return "\(first.toTheSecond) to \(end) UTC, \(length)"
    }

    // MARK: Services

    private func writeServices(of inventory: Inventory, to page: inout Page) {
        let services = inventory.summary()
        guard services.serviceCount > 0 else {
            page.heading("SERVICES", "none")
            page.paragraph(whyNone(inventory))
            return
        }
        var summary = "\(counted(services.serviceCount, "service")) on \(counted(services.hostCount, "host"))"
        for (rank, word) in [(2, "off-port"), (1, "allowed")] where services.count(rank: rank) > 0 {
            summary += ", \(grouped(services.count(rank: rank))) \(word)"
        }
        page.heading("SERVICES", summary)
        let names = services.protocols.map { columns($0.name) }.max() ?? 0
        let counts = services.protocols.map { grouped($0.hostCount).count }.max() ?? 0
        let nouns = services.protocols.contains { $0.hostCount > 1 } ? 7 : 6
        for used in services.protocols {
            let count = padded(grouped(used.hostCount), to: counts, atRight: true)
            let noun = padded(used.hostCount == 1 ? "server" : "servers", to: nouns)
            page.items(
                items(used.ports, page.paint),
                after: "  \(padded(used.name, to: names))  \(count) \(noun)   ",
                maximumLines: 4, more: "port")
        }
    }

    /// An item for those that read the same but for how many they are: allowances may have one name.
    private func items(_ ports: [ServiceSummary.OnPort], _ paint: Paint) -> [String] {
        struct Like: Hashable {
            var port: ServicePort
            var rank: Int
            var allowance: String?
        }
        var counts: [Like: Int] = [:]
        func like(_ used: ServiceSummary.OnPort) -> Like {
            Like(port: used.port, rank: used.standing.rank, allowance: used.allowance)
        }
        for used in ports { counts[like(used), default: 0] += used.serverCount }
        return ports.compactMap { used in
            counts.removeValue(forKey: like(used)).map { item(used, servers: $0, paint) }
        }
    }

    /// `8080 ×3 off-port`.
    private func item(_ used: ServiceSummary.OnPort, servers: Int, _ paint: Paint) -> String {
        let number = used.port.transport == .tcp ? "\(used.port.number)" : used.port.description
        let item = "\(number) ×\(grouped(servers))"
        switch used.standing {
        case .expected: return item
        case .allowed: return paint("\(item) allowed: \(printable(used.allowance ?? ""))", .green)
        case .offPort: return paint("\(item) off-port", .yellow)
        }
    }

    private func whyNone(_ inventory: Inventory) -> String {
        let leftOut = packetsLeftOut.filtered + packetsLeftOut.unfilterable
        if packets == 0, leftOut > 0 {
            let all = leftOut == 1 ? "the one packet" : "all \(grouped(leftOut)) packets"
            // A filter that looks right and matches nothing most often lacks the word.
            let why =
                packetsLeftOut.filtered > 0
                ? "Packets with a VLAN tag match only behind the word vlan: `port 22 or (vlan and port 22)`."
                : "It cannot be applied to frames of their kind."
            return "Nothing to read: the filter left out \(all). \(why)"
        }
        if packets == 0 { return "Nothing to read: there are no packets." }
        if flows == 0 { return "There are packets, but no conversation over TCP, UDP or SCTP among them." }
        if silent >= flows {
            let all = flows == 1 ? "the one flow" : "any of the \(grouped(flows)) flows"
            return "Nothing was said in \(all)."
        }
        if recognised == 0 {
            let none = flows == 1 ? "The flow was not" : "None of the \(grouped(flows)) flows was"
            let mute = silent > 0 ? ", and in \(grouped(silent)) nothing was said" : ""
            return
                "\(none) recognised\(mute). `offport explain -r FILE` shows every candidate and why it was dropped."
        }
        var reasons: [String] = []
        let counters = inventory.counters
        if counters.unanswered > 0 {
            reasons.append("in \(grouped(counters.unanswered)) the server never spoke")
        }
        if counters.groupAddressed > 0 {
            reasons.append("\(grouped(counters.groupAddressed)) went to a multicast or broadcast address")
        }
        if counters.children > 0 { reasons.append("\(grouped(counters.children)) belong to other flows") }
        let what =
            recognised == 1 ? "One flow was recognised" : "\(grouped(recognised)) flows were recognised"
        return what + ", but no server was heard"
            + (reasons.isEmpty ? "." : ": " + reasons.joined(separator: ", ") + ".")
    }

    // MARK: Allowances

    private func writeAllowances(of inventory: Inventory, to page: inout Page) {
        let policy = inventory.judge.policy
        guard !policy.allowances.isEmpty else { return }
        page.heading("ALLOWANCES", "")
        let all = zip(zip(policy.allowances, inventory.usage), Self.servicesAllowed(inventory)).map {
            (name: Self.label(of: $0.0), allowance: $0.0, usage: $0.1, services: $1)
        }
        let used = all.filter { $0.usage != AllowanceUsage() || $0.services > 0 }
        let names = min(24, used.map { columns($0.name) }.max() ?? 0)
        let places = min(32, used.map { columns(place(of: $0.allowance)) }.max() ?? 0)
        for (name, allowance, usage, services) in used {
            let start =
                padded(truncated(name, to: names), to: names) + "  "
                + padded(truncated(place(of: allowance), to: places), to: places)
            page.items(
                words(on: allowance, usage, services), after: "  \(start)   ", maximumLines: .max, more: "")
        }
        let unused = all.filter { $0.usage == AllowanceUsage() && $0.services == 0 }.map {
            "\($0.name) (\(place(of: $0.allowance)))"
        }
        if !unused.isEmpty {
            page.items(unused, after: "  unused: ", maximumLines: 3, more: "allowance", separator: ", ")
        }
    }

    /// Its name; where it has none of its own, the line it stands on, which no other one has.
    private static func label(of allowance: Allowance) -> String {
        guard !allowance.isNamed else { return printable(allowance.name) }
        let file = allowance.origin.file.split(separator: "/").last ?? ""
        return printable("\(file):\(allowance.origin.line)")
    }

    private func place(of allowance: Allowance) -> String {
        "\(allowance.protocolName) on \(allowance.ports.map(\.description).joined(separator: " "))"
    }

    /// By allowance, the services that it decides: one that came with a reload may do so before there is a session.
    private static func servicesAllowed(_ inventory: Inventory) -> [Int] {
        var counts = Array(repeating: 0, count: inventory.judge.policy.allowances.count)
        for used in inventory.summary().protocols {
            for port in used.ports {
                if case .allowed(let allowance) = port.standing { counts[allowance] += port.serverCount }
            }
        }
        return counts
    }

    private func words(on allowance: Allowance, _ usage: AllowanceUsage, _ services: Int) -> [String] {
        var words: [String] = []
        if usage == AllowanceUsage() { words.append("\(counted(services, "service")) allowed") }
        if usage.hits > 0 { words.append("\(counted(usage.hits, "session")) allowed") }
        if usage.expiredSessions > 0, let last = allowance.lastMoment {
            // The day it last held, as the policy says it.
            words.append("expired \(last.date)")
            words.append("\(counted(usage.expiredSessions, "session")) not covered")
        }
        if usage.shadowedSessions > 0 {
            words.append("\(counted(usage.shadowedSessions, "session")) left to an earlier allowance")
        }
        return words + [allowance.ticket, allowance.owner].compactMap { $0.map(printable) }
    }

    // MARK: Notes

    private func writeNotes(of inventory: Inventory, to page: inout Page) {
        let counters = inventory.counters
        var notes = notes
        func add(_ subject: String, _ count: Int, _ detail: String) {
            if count > 0 { notes.append(Note(subject, count: count, detail: detail)) }
        }
        let limit = "the table of \(grouped(inventory.maximumServices)) was full"
        add("services forgotten", counters.servicesForgotten, limit)
        add("client programs forgotten", counters.clientsForgotten, limit)
        add("banners forgotten", counters.bannersForgotten, "a service keeps 16 different ones")
        add("clients of services forgotten", counters.pairsForgotten, "some may be counted twice")
        add("findings forgotten", counters.findingsForgotten, "there were too many later ones")
        guard !notes.isEmpty else { return }
        page.heading("NOT READ OR SWITCHED OFF", "")
        let counts = notes.map { $0.count.map { grouped($0).count } ?? 0 }.max() ?? 0
        for note in notes {
            let count = padded(note.count.map(grouped) ?? "", to: counts, atRight: true)
            let detail = note.detail.isEmpty ? "" : ": " + printable(note.detail)
            page.paragraph(
                printable(note.subject) + detail, after: counts == 0 ? "  " : "  \(count)  ")
        }
    }
}
