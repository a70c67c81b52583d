import ArgumentParser
import Net
import Probes

/// Whom a probe asks, how many at most, and how politely.
struct ProbeFlags: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Addresses, networks, ranges or host names: 10.0.0.5, 10.0.0.0/24, 10.0.0.5-10.0.0.20, ::1.",
            valueName: "target"))
    var targets: [String] = []

    @Option(
        name: [.customShort("p"), .customLong("ports")],
        help: ArgumentHelp(
            "Ports: 22,80,8000-8100,53/udp (repeatable). Default: those where the plugins' protocols are at home; with --confirm those of the findings.",
            valueName: "ports"))
    var ports: [String] = []

    @Option(
        help: ArgumentHelp(
            "Ask at most so many hosts: a larger range is refused until you say that you mean it.",
            valueName: "n"))
    var maxHosts = 256

    @Option(help: ArgumentHelp("Most connections and datagrams a second.", valueName: "n"))
    var rate = 2000

    @Option(help: ArgumentHelp("Most ports asked at a time, of all hosts.", valueName: "n"))
    var concurrency = 256

    @Option(help: ArgumentHelp("Most ports asked at a time, of one host.", valueName: "n"))
    var perHost = 16

    @Option(
        help: ArgumentHelp(
            "Seconds that a connection, a greeting and an answer may each take.", valueName: "seconds"))
    var wait = 2.0

    func validate() throws {
        for (name, value, range) in [
            ("--max-hosts", maxHosts, 1...16_777_216), ("--rate", rate, 1...100_000),
            ("--concurrency", concurrency, 1...2000), ("--per-host", perHost, 1...10_000),
        ] where !range.contains(value) {
            throw ValidationError("\(name) takes a number from \(range.lowerBound) to \(range.upperBound).")
        }
        guard wait >= 0.1, wait <= 60 else { throw ValidationError("--wait takes 0.1 to 60 seconds.") }
    }

    /// As the prober wants it.
    var options: ProbeOptions {
        var options = ProbeOptions()
        (options.rate, options.concurrency, options.perHost) = (rate, concurrency, perHost)
        options.connecting = .seconds(wait)
        options.greeting = .seconds(wait)
        options.answering = .seconds(wait)
        return options
    }

    /// The addresses that were named; a range that nobody confirmed is refused.
    func hosts() throws -> [IPAddress] {
        let list = try targetList()
        let what = list.largest.map { $0.count > 1 ? $0.text : "what you name" } ?? "what you name"
        try refuseTooMany(list.count, "\(what) makes")
        return list.addresses
    }

    /// What was named, however much that is.
    func targetList() throws -> TargetList {
        var list = TargetList()
        for text in targets {
            if looksLikeName(text) {
                let addresses = HostNames.addresses(of: text)
                guard !addresses.isEmpty else {
                    throw Outcome.failed(["\(text): there is no such host, or nobody knows its address"])
                }
                for address in addresses { list.add(address, named: text) }
                continue
            }
            do throws(TargetList.Mistake) { try list.add(text) } catch { throw Outcome.usage("\(error)") }
        }
        return list
    }

    /// Refuses more hosts than the user has said to mean.
    ///
    /// - Parameter what: what makes so many, with its verb.
    func refuseTooMany(_ count: Int, _ what: String) throws {
        guard count > maxHosts else { return }
        let many = count == .max ? "more addresses than can be asked" : "\(count) addresses"
        let hint =
            count <= 16_777_216
            ? "; if you mean all of them, say --max-hosts \(count)" : "; name a smaller range"
        throw Outcome.usage("\(what) \(many), and --max-hosts is \(maxHosts)\(hint)")
    }

    private func looksLikeName(_ text: String) -> Bool {
        let isAddress = text.contains(":") || text.contains("/")
        return !isAddress && text.utf8.contains { (97...122).contains($0 | 0x20) }
    }

    /// The ports that were named, or the usual ones.
    func ports(or usual: [ServicePort]) throws -> [ServicePort] {
        guard !ports.isEmpty else { return usual }
        var chosen: [ServicePort] = []
        var seen: Set<ServicePort> = []
        for part in ports.flatMap({ $0.split(separator: ",") }) {
            let text = part.contains("/") ? String(part) : "\(part)/tcp"
            guard let range = PortRange(text), range.transport != .sctp, range.numbers.upperBound > 0 else {
                throw Outcome.usage("-p '\(part)' is no port; write it like 22, 8000-8100 or 53/udp")
            }
            for number in range.numbers where number > 0 {
                let port = ServicePort(number, range.transport)
                if seen.insert(port).inserted { chosen.append(port) }
            }
        }
        return chosen
    }
}

extension [ServicePort] {
    /// As ranges, for records.
    var ranges: [PortRange] {
        var texts: [String] = []
        var (first, last): (ServicePort?, ServicePort?) = (nil, nil)
        func close() {
            guard let first, let last else { return }
            let numbers = first.number == last.number ? "\(first.number)" : "\(first.number)-\(last.number)"
            texts.append("\(numbers)/\(first.transport)")
        }
        for port in sorted(by: { ($0.transport, $0.number) < ($1.transport, $1.number) }) {
            if let end = last, end.transport == port.transport, UInt32(end.number) + 1 == UInt32(port.number)
            {
                last = port
                continue
            }
            close()
            (first, last) = (port, port)
        }
        close()
        return texts.compactMap(PortRange.init)
    }
}
