import ArgumentParser
import Net
import Records
import Stores

/// What scans and traffic know of each other.
struct CoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "Shows what traffic knows and scans do not, and what scans found and nobody uses.",
        discussion: """
            The gaps: a service on a port that no scan of its host tried, of a host that no scan looked at, or on a \
            port that was scanned and not found open; and a port found open that traffic never showed in use. Logs of \
            other sensors are traffic. Scans come into a store by 'offport probe --store' and 'offport import nmap \
            --store'.
            """)
    @OptionGroup var asked: AskedOptions
    @OptionGroup var options: QuestionOptions

    func validate() throws { try options.refuseSchema() }

    func run() throws {
        try asked.ask(options.selection) { store, selection in
            let coverage = try store.coverage(selection)
            guard options.format == .table else { return options.format.write(Table(coverage.gaps)) }
            guard !coverage.scans.isEmpty else {
                Console.print(
                    "No scan is in this store: add one with offport probe --store, or offport import nmap --store."
                )
                return
            }
            for scan in coverage.scans.suffix(10) { Console.print(Self.line(scan)) }
            if coverage.scans.count > 10 {
                Console.print("and " + counted(coverage.scans.count - 10, "earlier scan"))
            }
            Console.print("\(counted(coverage.agreed, "service")) known to both scans and traffic")
            Console.print("")
            options.format.write(
                Table(coverage.gaps),
                none: selection.words.isEmpty
                    ? "No gaps: every service seen was scanned, and every open port is in use."
                    : "No gaps among what was asked for.")
            if let first = coverage.gaps.first {
                Console.print(
                    lines: "\nmore of one: offport timeline \(first.endpoint.address)\(asked.again)")
            }
        }
    }

    private static func line(_ scan: StoredScan) -> String {
        let ports = scan.ports.reduce(0) { $0 + $1.numbers.count }
        var text = "\(scan.tool)   \(scan.start.map(\.toTheSecond) ?? "at an unknown time")   "
        text += counted(scan.hosts, "host") + ", "
        text += ports > 0 ? "\(counted(ports, "port")) each" : scan.portsClaim ?? "ports not told"
        return text
    }
}
