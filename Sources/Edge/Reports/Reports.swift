// Reports: what a site should know, on one page that can be mailed, printed and read on a phone.
//
// Comes in: what a store holds (`Holdings`), sessions per hour or day, the policy's allowances, the asset lists.
// Goes out: one self-contained HTML file, Markdown, or JSON lines. May import: Net, Inventory, Records. Must never: open a
// file, ask a clock, load anything from elsewhere.

public import Inventory
public import Net
public import Records

/// A report's contents.
public struct SiteReport: Sendable {
    /// The site's name.
    public var site: String?
    /// When it was made.
    public var made: Timestamp
    /// What it was made from: a store, or captures.
    public var sources: [String] = []
    /// What was asked for, as `not port 21`; empty for everything.
    public var only: [String] = []
    /// The first and the last sign of anything.
    public var span: Holdings.Span?
    /// What was first seen from here on counts as new; nil when nothing was reported before.
    public var newSince: Timestamp?
    /// Services, client programs and findings.
    public var holdings: Holdings
    /// Sessions over time, in order.
    public var activity = Activity()
    /// The policy's exceptions.
    public var allowances: [AllowanceLine] = []
    /// The living lists of assets.
    public var assets: [AssetList] = []

    /// A report of what a store holds.
    public init(made: Timestamp, holdings: Holdings) {
        self.made = made
        self.holdings = holdings
    }

    /// Sessions over time.
    public struct Activity: Sendable, Equatable {
        /// How long a bar lasts, in seconds.
        public var bucketSeconds: Int64
        /// The bars that are not empty, in order.
        public var bars: [Bar]

        /// Nothing, or the given bars.
        public init(bucketSeconds: Int64 = 3600, bars: [Bar] = []) {
            self.bucketSeconds = bucketSeconds
            self.bars = bars
        }

        /// The sessions that began in one stretch of time.
        public struct Bar: Sendable, Equatable {
            /// The first moment.
            public var time: Timestamp
            /// Those that were answered.
            public var established: Int
            /// Those that were not: attempts.
            public var attempts: Int

            /// A bar.
            public init(time: Timestamp, established: Int, attempts: Int) {
                self.time = time
                self.established = established
                self.attempts = attempts
            }
        }
    }

    /// One exception and what it stands for.
    public struct AllowanceLine: Sendable {
        /// The exception.
        public var allowance: Allowance
        /// The services that it allows now.
        public var services: Int

        /// A line.
        public init(_ allowance: Allowance, services: Int) {
            self.allowance = allowance
            self.services = services
        }
    }

    /// A list of assets and who is on it.
    public struct AssetList: Sendable {
        /// The list's name.
        public var name: String
        /// Its members as `10.0.0.5:21/tcp ftp`, in order.
        public var members: [String]

        /// A list.
        public init(name: String, members: [String]) {
            self.name = name
            self.members = members
        }
    }
}

extension SiteReport {
    var heading: String { site.map { "Services at \($0)" } ?? "Services where they should not run" }

    var offPort: [Service] { holdings.services.filter { $0.standing.rank == 2 } }

    /// Findings that nobody has closed, the gravest first.
    var open: [KeptFinding] { holdings.findings.filter { $0.state != .closed } }

    var newServices: [Service] {
        guard let newSince else { return [] }
        return holdings.services.filter { $0.firstSeen >= newSince }
    }

    /// What the whole comes to, as numbers with their names.
    var totals: [(key: StaticString, number: Int, name: String)] {
        let hosts = Set(holdings.services.map(\.host)).count
        func some(_ number: Int, _ one: String, _ more: String) -> String { number == 1 ? one : more }
        let findings = open.count
        let services = holdings.services.count
        let allowed = holdings.services.count { $0.standing.rank == 1 }
        var totals: [(key: StaticString, number: Int, name: String)] = [
            ("services", services, some(services, "service", "services")),
            ("hosts", hosts, some(hosts, "server", "servers")),
            ("off_port", offPort.count, "off their port"),
            ("allowed", allowed, "allowed"),
            ("findings", findings, some(findings, "open finding", "open findings")),
        ]
        if newSince != nil { totals.append(("new", newServices.count, "new")) }
        return totals
    }

    /// `2026-11-01 08:00 to 2026-11-23 21:15 UTC`.
    var period: String? {
        span.map { "\($0.first.toTheSecond.dropLast(3)) to \($0.last.toTheSecond.dropLast(3)) UTC" }
    }

    /// The protocols in order of their names, each with a row per port.
    var protocols: [(name: String, ports: [PortSummary])] {
        var groups: [(name: String, ports: [PortSummary])] = []
        for summary in PortSummary.summaries(of: holdings.services) {
            if groups.last?.name != summary.protocolName { groups.append((summary.protocolName, [])) }
            groups[groups.count - 1].ports.append(summary)
        }
        return groups
    }
}

extension SiteReport.AllowanceLine {
    /// What should be known of it: that it is over, soon over, or of no use.
    func remark(at time: Timestamp) -> (text: String, isGrave: Bool)? {
        if let last = allowance.lastMoment {
            if last < time { return ("expired on \(last.date)", true) }
            let days = Int(last.day - time.day)
            let when = days == 0 ? "today" : "in \(counted(days, "day"))"
            if days <= 30 { return ("expires on \(last.date), \(when)", true) }
        }
        if services == 0 { return ("allows nothing that was seen", false) }
        return nil
    }

    /// The last day on which it holds, as the policy has it.
    var lastDay: String? { allowance.lastMoment?.date }

    var ports: String { allowance.ports.map(\.description).joined(separator: ", ") }
}
