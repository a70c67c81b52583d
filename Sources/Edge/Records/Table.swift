public import Inventory
public import Net

/// The answer to a question as rows of cells, to be written for people, for spreadsheets or for programs.
public struct Table: Sendable {
    /// The kind of the rows as records, such as `port`.
    public let kind: StaticString
    /// The columns, from the left.
    public let columns: [Column]
    /// The rows, each with a cell for every column.
    public private(set) var rows: [[Cell]] = []

    /// What stands in one place.
    public enum Cell: Sendable {
        /// Nothing.
        case none
        /// Words; from strangers, perhaps.
        case text(String)
        /// A number that names something, such as a port: never grouped.
        case number(Int)
        /// How many: grouped in tables.
        case count(Int)
        /// A part of the whole, in thousandths: a percentage for people, a number from 0 to 1 for programs.
        case share(thousandths: Int)
        /// A moment.
        case time(Timestamp)
        /// An address.
        case address(IPAddress)
        /// Several words, none of which has a space.
        case list([String])
        /// Several texts that may have spaces: bars part them.
        case phrases([String])
        /// A grade of a finding.
        case severity(Severity)
        /// A standing with its reason.
        case standing(String)
        /// The beginning of an hour or a day.
        case period(Timestamp, isDay: Bool)
        /// Two counts as a bar, compared with the most that there is: for people only.
        case bar(Int, Int, of: Int)
    }

    /// What the cells of a column mean.
    public struct Column: Sendable {
        /// The name in records and spreadsheets.
        public let key: String
        /// The heading in tables.
        public let title: String
        /// Who reads it.
        public let audience: Audience
        /// Whether its cells may be cut to make the table fit.
        public let isElastic: Bool

        /// Who reads a column.
        public enum Audience: Sendable {
            /// People and programs.
            case everyone
            /// Only people: it says in words what other columns say for programs.
            case people
            /// Only programs.
            case programs
        }

        /// A column; the heading is the name in capitals unless given.
        public init(
            _ key: String, title: String? = nil, audience: Audience = .everyone, isElastic: Bool = false
        ) {
            self.key = key
            self.title = title ?? key.uppercased().split(separator: "_").joined(separator: " ")
            self.audience = audience
            self.isElastic = isElastic
        }
    }

    /// A table without rows.
    public init(kind: StaticString, columns: [Column]) {
        self.kind = kind
        self.columns = columns
    }

    /// Adds a row.
    public mutating func append(_ row: [Cell]) { rows.append(row) }
}

// MARK: For people

extension Table {
    /// Aligned columns under headings.
    ///
    /// - Parameters:
    ///   - width: the columns of the terminal; nil to cut nothing.
    ///   - isColoured: whether severities and standings stand out in colour.
    public func text(width: Int? = nil, isColoured: Bool = false) -> String {
        let shown = columns.indices.filter { columns[$0].audience != .programs }
        let cells = rows.map { row in shown.map { row[$0].shown } }
        var widths = shown.enumerated().map { place, column in
            // One long text must not push the others far to the right: it stands out of its own row alone.
            let room = width == nil && columns[column].isElastic ? Self.roomyWidth : .max
            return cells.reduce(Records.columns(columns[column].title)) {
                max($0, min(room, Records.columns($1[place])))
            }
        }
        if let width { shrink(&widths, of: shown, to: width) }
        let paint = Paint(isOn: isColoured)
        let isNumeric = shown.map { column in rows.contains { $0[column].isNumeric } }

        func line(_ texts: [String], _ colour: (Int) -> Paint.Colour?) -> String {
            var line = ""
            for (place, text) in texts.enumerated() {
                let cut = width == nil ? text : truncated(text, to: widths[place])
                let space = String(repeating: " ", count: max(0, widths[place] - Records.columns(cut)))
                let isLast = place == texts.count - 1
                let painted = paint(cut, colour(place))
                line += isNumeric[place] ? space + painted : painted + (isLast ? "" : space)
                if !isLast { line += "  " }
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        var text = line(shown.map { columns[$0].title }) { _ in .bold }
        for (row, texts) in zip(rows, cells) {
            text += line(texts) { row[shown[$0]].colour }
        }
        return text
    }

    /// An elastic column is no wider where nothing is cut.
    private static var roomyWidth: Int { 60 }

    /// Takes columns from the widest elastic one until the table fits; below 12 nothing more is taken.
    private func shrink(_ widths: inout [Int], of shown: [Int], to width: Int) {
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        while excess > 0 {
            let elastic = widths.indices.filter { columns[shown[$0]].isElastic && widths[$0] > 12 }
            guard let widest = elastic.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
            excess -= 1
        }
    }
}

extension Table.Cell {
    var isNumeric: Bool {
        switch self {
        case .number, .count, .share: true
        default: false
        }
    }

    var shown: String {
        switch self {
        case .none: ""
        case .text(let text): printable(text)
        case .number(let number): "\(number)"
        case .count(let count): grouped(count)
        case .share(let part): "\(part < 0 ? "-" : "")\(abs(part) / 10).\(abs(part) % 10) %"
        case .time(let time): time.toTheSecond
        case .address(let address): address.description
        case .list(let texts):
            printable(
                texts.prefix(3).joined(separator: " ")
                    + (texts.count > 3 ? " +\(grouped(texts.count - 3))" : ""))
        case .phrases(let texts):
            printable(
                texts.prefix(3).joined(separator: " | ")
                    + (texts.count > 3 ? " +\(grouped(texts.count - 3))" : ""))
        case .severity(let severity): severity.rawValue
        case .standing(let standing): printable(standing)
        case .period(let time, let isDay): isDay ? time.date : String(time.toTheSecond.dropLast(3))
        case .bar(let solid, let light, let most): Self.bar(solid, light, of: most)
        }
    }

    /// The columns of the longest bar.
    private static var barWidth: Int { 24 }

    private static func bar(_ solid: Int, _ light: Int, of most: Int) -> String {
        func length(_ count: Int) -> Int {
            count == 0 || most == 0 ? 0 : max(1, (count * barWidth + most / 2) / most)
        }
        return String(repeating: "█", count: length(solid)) + String(repeating: "░", count: length(light))
    }

    /// As shown, but with every word of a list.
    var whole: String {
        switch self {
        case .list(let texts): printable(texts.joined(separator: " "))
        case .phrases(let texts): printable(texts.joined(separator: " | "))
        default: shown
        }
    }

    var colour: Paint.Colour? {
        switch self {
        case .severity(let severity): Paint.colour(of: severity)
        case .standing(let standing) where standing.hasPrefix("off-port"): .yellow
        case .standing(let standing) where standing.hasPrefix("allowed"): .green
        default: nil
        }
    }
}

// MARK: For programs

extension Table {
    /// Comma-separated values with a heading line (RFC 4180).
    ///
    /// A text that a spreadsheet would take for a formula gets an apostrophe in front, and what would act on a terminal
    /// is a dot: banners are the words of strangers. JSON has them unchanged.
    public func csv() -> String {
        let shown = columns.indices.filter { columns[$0].audience != .people }
        var text = shown.map { columns[$0].key }.joined(separator: ",") + "\r\n"
        for row in rows {
            text += shown.map { row[$0].separated }.joined(separator: ",") + "\r\n"
        }
        return text
    }

    /// A table of Markdown, for documents.
    public func markdown() -> String {
        let shown = columns.indices.filter { columns[$0].audience != .programs }
        func line(_ texts: [String]) -> String {
            "| " + texts.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
        }
        var text = line(shown.map { columns[$0].title }) + line(shown.map { _ in "---" })
        for row in rows { text += line(shown.map { row[$0].whole }) }
        return text
    }

    /// A JSON object a line, with the table's kind.
    public func jsonLines() -> [UInt8] {
        var line = JSONLine()
        for row in rows {
            line.begin(kind)
            for (column, cell) in zip(columns, row) where column.audience != .people {
                switch cell {
                case .none: break
                case .text(let text), .standing(let text): line.field(column.key, text)
                case .number(let number), .count(let number): line.field(column.key, number)
                case .share(let part): line.field(column.key, decimal: Double(part) / 1000)
                case .time(let time), .period(let time, _): line.field(column.key, time)
                case .bar: break
                case .address(let address): line.field(column.key, address)
                case .list(let texts), .phrases(let texts): line.list(column.key, texts)
                case .severity(let severity): line.field(column.key, severity.rawValue)
                }
            }
            line.end()
        }
        return line.bytes
    }
}

extension Table.Cell {
    fileprivate var separated: String {
        switch self {
        case .none: ""
        case .text(let text), .standing(let text): Self.quoted(text)
        case .number(let number), .count(let number): "\(number)"
        case .share(let part): "\(Double(part) / 1000)"
        case .time(let time), .period(let time, _): time.description
        case .bar: ""
        case .address(let address): address.description
        case .list(let texts): Self.quoted(texts.joined(separator: " "))
        case .phrases(let texts): Self.quoted(texts.joined(separator: " | "))
        case .severity(let severity): severity.rawValue
        }
    }

    private static func quoted(_ text: String) -> String {
        var text = printable(text)
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) {
            text = "'" + text
        }
        let needsQuotes = text.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x2c }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
            + "\""
    }
}
