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
    /// Whether that is where the last report of the store ended, which nobody named.
    public var isSinceLastReport = false
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
        /// The services on the page that it allows now.
        public var services: Int
        /// Whether it ever allowed anything, on the page or not.
        public var isUsed: Bool

        /// A line.
        public init(_ allowance: Allowance, services: Int, isUsed: Bool) {
            self.allowance = allowance
            self.services = services
            self.isUsed = isUsed
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
    public var open: [KeptFinding] { holdings.findings.filter { $0.state != .closed } }

    /// The services that findings on their standing are about: those go back to when they were seen first.
    var firstSightings: [FoundAt: Service] {
        let places = Set(open.map { FoundAt($0.finding) })
        let found = holdings.services.map { (FoundAt($0), $0) }.filter { places.contains($0.0) }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }

    /// Where a service is that something was found about.
    struct FoundAt: Hashable {
        private var host: IPAddress
        private var port: ServicePort
        private var protocolName: String
        private var isOfStanding = true

        init(_ service: Service) {
            (host, port, protocolName) = (service.host, service.port, service.protocolName)
        }

        init(_ finding: Finding) {
            (host, port, protocolName) = (finding.host, finding.port, finding.protocolName)
            isOfStanding = finding.rule.offPortClass != nil || finding.rule == .forbidden
        }
    }

    /// `New since 2026-11-16 08:00 UTC`; nil when nothing counts as new.
    var newHeading: String? {
        newSince.map {
            "New since \($0.toTheSecond.dropLast(3)) UTC"
                + (isSinceLastReport ? ", the end of the last report of this store" : "")
        }
    }

    var newServices: [Service] {
        guard let newSince else { return [] }
        // The last report had what was seen in its last moment; what somebody names is where the new begins.
        return holdings.services.filter { service in
            isSinceLastReport ? service.firstSeen > newSince : service.firstSeen >= newSince
        }
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

    /// The most servers of one port, and of the whole page, that are named.
    static let (mostServersOfPort, mostServers) = (100, 2_000)

    /// The protocols in order of their names, each with its ports.
    var protocols: [(name: String, ports: [ListedPort])] {
        var rest = holdings.services[...]
        var ports = PortSummary.summaries(of: holdings.services).map { summary in
            defer { rest = rest.dropFirst(summary.servers) }
            return ListedPort(summary, rest.prefix(summary.servers))
        }
        // Where there is no room for all, what is off its port is named first, on whatever port.
        var (room, named) = (Self.mostServers, Array(repeating: 0, count: ports.count))
        for rank in [2, 1, 0] {
            for (place, port) in ports.enumerated() {
                let fitting = port.servers.count { $0.standing.rank == rank }
                let more = min(fitting, Self.mostServersOfPort - named[place], room)
                named[place] += more
                room -= more
            }
        }
        for place in ports.indices { ports[place].cut(to: named[place]) }
        var groups: [(name: String, ports: [ListedPort])] = []
        for port in ports {
            if groups.last?.name != port.summary.protocolName {
                groups.append((port.summary.protocolName, []))
            }
            groups[groups.count - 1].ports.append(port)
        }
        return groups
    }
}

/// A port of a protocol, and the servers that the page names.
struct ListedPort {
    let summary: PortSummary
    /// The worst standing first, then by address.
    private(set) var servers: [Service]

    init(_ summary: PortSummary, _ services: ArraySlice<Service>) {
        self.summary = summary
        servers = services.sorted { ($1.standing.rank, $0.host) < ($0.standing.rank, $1.host) }
    }

    /// The rank of the worst standing.
    var rank: Int { servers.first?.standing.rank ?? 0 }

    mutating func cut(to count: Int) { servers = Array(servers.prefix(count)) }

    /// How many servers are not named, and the command that names them all; nil where none is left out.
    var rest: (words: String, command: String)? {
        let left = summary.servers - servers.count
        guard left > 0 else { return nil }
        return (
            "\(grouped(left)) more",
            "offport services --protocol \(summary.protocolName) --port \(summary.port)"
        )
    }

    static let heads = ["Server", "Standing", "Product or banner", "Sessions", "First seen", "Last seen"]

    /// What is told of a server, as `heads` has it.
    static func cells(of service: Service) -> [String] {
        let banner = service.currentBanner
        return [
            "\(Endpoint(service.host, service.port.number))/\(service.port.transport)",
            service.standingWithReason, truncated(banner?.product ?? banner?.text ?? "", to: 80),
            grouped(service.sessions), service.firstSeen.toTheSecond, service.lastSeen.toTheSecond,
        ]
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
        if !isUsed { return ("allows nothing that was seen", false) }
        return nil
    }

    /// The last day on which it holds, as the policy has it.
    var lastDay: String? { allowance.lastMoment?.date }

    var ports: String { allowance.ports.map(\.description).joined(separator: ", ") }
}
