import Imports
import Records

/// What an import read, for people.
struct ImportReport {
    private let kind: ImportKind
    private var rows: [(path: String, account: ImportAccount, tally: ImportOutput.Tally)] = []
    private var whole = ImportAccount()

    init(kind: ImportKind) { self.kind = kind }

    mutating func add(_ path: String, _ account: ImportAccount, _ tally: ImportOutput.Tally) {
        rows.append((path, account, tally))
        whole.add(account)
    }

    /// How much could not be read.
    var unread: Int { whole.unread }

    /// What could not be read, for standard error.
    var complaints: [String] {
        var lines = whole.complaints.map(\.description)
        if whole.unread > lines.count {
            lines.append("and \(grouped(whole.unread - lines.count)) more like these")
        }
        return lines
    }

    /// The table and what to know of it; to standard output unless that has the facts.
    func tell(asResult: Bool) {
        guard !rows.isEmpty else { return }
        // A scanner's file is counted by hosts, of which some may not be up.
        let read = whole.unit == "hosts" ? "HOSTS READ" : whole.unit.uppercased()
        var table = Table(
            kind: "import",
            columns: [
                .init("file", isElastic: true), .init("read", title: read),
                .init("sessions"), .init("services"), .init("recognised"), .init("hosts"), .init("scans"),
                .init("alerts"), .init("not_read"),
            ])
        for (path, account, tally) in rows {
            table.append(
                [.text(path == "-" ? "standard input" : path)]
                    + [
                        account.items, tally.sessions, tally.services, tally.recognised, tally.hosts,
                        tally.scans,
                        tally.alerts, account.unread,
                    ].map { .count($0) })
        }
        var text = table.text(width: Console.tableWidth, isColoured: asResult && Console.isColoured)
        let notes = notes
        // They quote what is imported.
        if !notes.isEmpty { text += "\n" + notes.map { printable($0) + "\n" }.joined() }
        Console.write(Array(text.utf8), to: asResult ? 1 : 2)
    }

    private var notes: [String] {
        var notes = whole.notes
        if whole.withoutPorts > 0 {
            notes.append("\(whole.withoutPorts) of a transport without ports, such as ICMP: no sessions")
        }
        if whole.others > 0 { notes.append("\(whole.others) with nothing for an inventory") }
        let names = whole.unknownNames.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if !names.isEmpty {
            let shown = names.prefix(8).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
            notes.append(
                "names that no plugin has: \(shown)\(names.count > 8 ? " and \(names.count - 8) more" : "");"
                    + " a protocol takes them with also = { \"...\" }")
        }
        return notes
    }
}
