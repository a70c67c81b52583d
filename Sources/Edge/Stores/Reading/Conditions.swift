internal import Foundation
internal import GRDB
internal import Net
internal import Records

/// Conditions of SQL with their arguments, joined by AND.
///
/// They narrow what is looked at; what a selection means to the letter is for `Selection` to say.
struct Conditions {
    private var terms: [String] = []
    private(set) var arguments = StatementArguments()

    var sql: String { terms.isEmpty ? "1" : terms.joined(separator: " AND ") }

    mutating func add(_ term: String, _ more: StatementArguments) {
        terms.append(term)
        arguments += more
    }

    mutating func add(_ term: String, _ values: [(any DatabaseValueConvertible)?] = []) {
        terms.append(term)
        arguments += StatementArguments(values)
    }

    /// A column holds one of these texts; nothing is asked when there are none.
    mutating func add(_ column: String, isIn values: some Collection<String>, not: Bool = false) {
        guard !values.isEmpty else { return }
        let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
        add("\(column) \(not ? "NOT " : "")IN (\(marks))", values.sorted())
    }

    /// A column with an address lies in one of these networks; nothing is asked when there are none.
    mutating func add(_ column: String, isIn networks: [Subnet]) {
        guard !networks.isEmpty else { return }
        let ranges = networks.map(\.blobs)
        add(
            "(" + ranges.map { _ in "\(column) BETWEEN ? AND ?" }.joined(separator: " OR ") + ")",
            ranges.flatMap { [$0.first, $0.last] })
    }

    mutating func add(protocols selection: Selection, column: String) {
        add(column, isIn: selection.protocols)
        add(column, isIn: selection.excludedProtocols, not: true)
    }

    mutating func add(ports selection: Selection, column: String, transport: String) {
        func term(_ selector: PortSelector) -> String {
            let numbers = selector.numbers
            let range = "\(column) BETWEEN \(numbers.lowerBound) AND \(numbers.upperBound)"
            return selector.transport.map { "(\(range) AND \(transport) = \($0.number))" } ?? "(\(range))"
        }
        if !selection.ports.isEmpty {
            add("(" + selection.ports.map(term).joined(separator: " OR ") + ")")
        }
        for selector in selection.excludedPorts { add("NOT \(term(selector))") }
    }

    /// A column with the number of a service holds a member of one of the lists.
    mutating func add(assets selection: Selection, service column: String) {
        guard !selection.assets.isEmpty else { return }
        var lists = Conditions()
        lists.add("l.name", isIn: selection.assets)
        add(
            """
            \(column) IN (SELECT m.service FROM asset_members m JOIN asset_lists l ON l.id = m.list
                WHERE m.left_at IS NULL AND \(lists.sql))
            """, lists.arguments)
    }

    /// A column with the number of a service holds one that a client of the selection used.
    mutating func add(clients selection: Selection, service column: String) {
        guard !selection.clients.isEmpty else { return }
        var clients = Conditions()
        clients.add("address", isIn: selection.clients)
        add(
            """
            \(column) IN (SELECT service FROM service_clients WHERE client IN
                (SELECT id FROM hosts WHERE \(clients.sql)))
            """, clients.arguments)
    }

    mutating func add(times selection: Selection, first: String, last: String) {
        if let since = selection.since { add("\(last) >= ?", [since.nanoseconds]) }
        if let until = selection.until { add("\(first) < ?", [until.nanoseconds]) }
        if let since = selection.newSince { add("\(first) >= ?", [since.nanoseconds]) }
    }
}

extension Database {
    /// An asset list that is not there is a mistake, not an empty answer.
    func checkLists(_ names: Set<String>) throws {
        guard !names.isEmpty else { return }
        let known = try String.fetchAll(self, sql: "SELECT name FROM asset_lists ORDER BY name")
        guard let unknown = names.sorted().first(where: { !known.contains($0) }) else { return }
        throw StoreError(
            "there is no asset list '\(unknown)'; "
                + (known.isEmpty
                    ? "a policy declares them: assets \"ftp\" { where = function(s) ... end }"
                    : "there are: \(known.joined(separator: ", "))"))
    }
}

extension Subnet {
    /// The first and last address, as the store keeps them.
    fileprivate var blobs: (first: Data, last: Data) {
        let bits = base.isV4 ? prefixLength + 96 : prefixLength
        let high = bits >= 64 ? base.high : base.high | (UInt64.max >> UInt64(bits))
        let low =
            bits <= 64 ? UInt64.max : bits >= 128 ? base.low : base.low | (UInt64.max >> UInt64(bits - 64))
        return (base.blob, IPAddress(high: high, low: low).blob)
    }
}
