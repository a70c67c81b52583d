import Foundation

/// A record of any kind, as far as tests look at it.
struct Record: Decodable {
    struct Side: Decodable {
        var ip: String
        var port: Int
        var packets: Int?
        var bytes: Int?
    }

    struct Evidence: Decodable {
        var speaker: String
        var offset: Int
        var text: String
        var hex: String
        var signature: String?
        var pack_version: String?
    }

    struct Banner: Decodable {
        var banner: String?
        var first_seen: String
        var last_seen: String
        var sessions: Int
    }

    /// A service and a flow have a client, a service record counts them.
    enum Clients: Decodable {
        case count(Int)
        case side(Side)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let count = try? container.decode(Int.self) {
                self = .count(count)
            } else {
                self = .side(try container.decode(Side.self))
            }
        }

        var count: Int {
            if case .count(let count) = self { count } else { 0 }
        }
    }

    /// A number in some records, a list in others.
    struct Counts: Decodable {
        var values: [String: Int]
        init(from decoder: any Decoder) throws {
            values = try decoder.singleValueContainer().decode([String: Int].self)
        }
    }

    var kind: String
    var capture: String?
    var transport: String?
    var `protocol`: String?
    var direction: String?
    var confidence: String?
    var vlan: Int?
    // A flow's
    var start: String?
    var end: String?
    var client: Side?
    var server: Side?
    var state: String?
    var parent: String?
    var tunnel: String?
    var flow: String?
    var community_id: String?
    // A service's and a finding's
    var host: String?
    var port: Int?
    var standing: String?
    var by: String?
    var `class`: String?
    var owner: String?
    var sessions: Int?
    var clients: Clients?
    var banner: String?
    var banners: [Banner]?
    var product: String?
    var version: String?
    var cpe: String?
    var plugin: String?
    var first_seen: String?
    var last_seen: String?
    var evidence: Evidence?
    var rule: String?
    var severity: String?
    var expected: [String]?
    var title: String?
    var reason: String?
    var time: String?
    var last_time: String?
    var times: Int?
    // A client's
    var software: String?
    // The summary's
    var packets: Int?
    var recognised: Int?
    var unrecognised: Int?
    var silent: Int?
    var services: Int?
    var findings: Int?
    var flows: Int?
    var problems: [String]?
    var malformed: Counts?
    var not_followed: Counts?
    var fragments: Counts?
    var lost: Counts?

    static func parse(_ lines: String) throws -> [Record] {
        try lines.split(separator: "\n").map { try JSONDecoder().decode(Record.self, from: Data($0.utf8)) }
    }

    /// `10.0.0.5 419/tcp`.
    var place: String { "\(host ?? "?") \(port ?? -1)/\(transport ?? "?")" }
}

extension [Record] {
    func of(_ kind: String) -> [Record] { filter { $0.kind == kind } }
    var services: [Record] { of("service") }
    var findings: [Record] { of("finding") }
    var flows: [Record] { of("flow") }

    /// Each record as one line that reads as a sentence, in an order that depends on their text alone.
    func lines() -> [String] {
        let parents = Dictionary(flows.compactMap { flow in flow.flow.map { ($0, flow) } }) { first, _ in
            first
        }
        let kinds = ["flow", "service", "client", "finding", "summary"]
        return kinds.flatMap { kind in
            of(kind).flatMap { $0.lines(parents) }.sorted { $0.isNaturallyBefore($1) }
        }
    }
}

extension Record {
    /// The record as a line, and its changed banners as one each.
    func lines(_ parents: [String: Record]) -> [String] {
        switch kind {
        case "flow": return [flowLine(parents)]
        case "service":
            let changed = (banners ?? []).map {
                Self.line(
                    "service", place, `protocol`, "said", $0.banner.map { "\"\($0)\"" }, "\($0.sessions)×")
            }
            return [serviceLine] + changed
        case "client":
            let place = Self.text(Side(ip: host ?? "?", port: port ?? -1))
            return [Self.line("client", place, `protocol`, software, "sessions \(sessions ?? 0)")]
        case "finding": return [findingLine]
        default: return [summaryLine]
        }
    }

    private static func line(_ words: String?...) -> String {
        let head = (words.first ?? nil) ?? ""
        return head.padding(toLength: 9, withPad: " ", startingAt: 0)
            + words.dropFirst().compactMap { $0 }.joined(separator: "  ")
    }

    private static func text(_ side: Side?) -> String {
        guard let side else { return "?" }
        return side.ip.contains(":") ? "[\(side.ip)]:\(side.port)" : "\(side.ip):\(side.port)"
    }

    private func flowLine(_ parents: [String: Record]) -> String {
        Self.line(
            "flow", "\(transport ?? "?") \(Self.text(client)) > \(Self.text(server))", state,
            `protocol` ?? "-", confidence,
            "packets \(client?.packets ?? 0)+\(server?.packets ?? 0)", vlan.map { "vlan \($0)" }, direction,
            parent.map {
                "announced by \(Self.text(parents[$0]?.client)) > \(Self.text(parents[$0]?.server))"
            })
    }

    private var serviceLine: String {
        var standing = standing ?? "?"
        if let by { standing += ": \(by)" }
        if let name = `class` { standing += " \(name)" }
        if let owner { standing += " of \(owner)" }
        return Self.line(
            "service", place, `protocol`, standing, "sessions \(sessions ?? 0)",
            "clients \(clients?.count ?? 0)",
            product.map { [$0, version].compactMap { $0 }.joined(separator: " ") },
            confidence == "likely" ? "likely" : nil, direction)
    }

    private var findingLine: String {
        Self.line(
            "finding", severity, [rule, `class`].compactMap { $0 }.joined(separator: " "), host, title,
            evidence.map { "\($0.speaker) said \"\($0.text.prefix(36))\"" },
            confidence == "likely" ? "likely" : nil, direction)
    }

    private var summaryLine: String {
        var words = [
            "\(packets ?? 0) packets", "\(flows ?? 0) flows", "\(recognised ?? 0) recognised",
            "\(unrecognised ?? 0) not", "\(silent ?? 0) silent",
        ]
        for (name, counts) in [
            ("malformed", malformed), ("not followed", not_followed), ("fragments", fragments),
            ("lost", lost),
        ] {
            for (reason, count) in (counts?.values ?? [:]).sorted(by: { $0.key < $1.key }) {
                words.append("\(name): \(count) \(reason)")
            }
        }
        return Self.line("run", words.joined(separator: ", "))
    }
}

extension String {
    /// Numbers in their order as numbers: `10.0.0.9` before `10.0.0.10`.
    fileprivate func isNaturallyBefore(_ other: String) -> Bool {
        let order = compare(other, options: [.numeric], locale: Locale(identifier: "en_US_POSIX"))
        return order == .orderedSame ? self < other : order == .orderedAscending
    }
}
