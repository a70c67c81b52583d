internal import Net

/// Facts out of a `.nessus` file, version 2 (Tenable's "Nessus v2 File Format").
final class NessusTaker: ScanTaker {
    let names: ProtocolNames
    var account = ImportAccount()
    var facts: [Fact] = []
    private(set) var isRecognised = false

    private let file: String
    /// Seconds east of UTC of times that are text.
    private let zone: Int64
    private var scan = ScanFact(id: 0, tool: "nessus", request: "")
    private var isScanTold = false
    private var preference: String?
    private var tag: String?
    private var gathered = GatheredText()
    private var host: HostFact?
    /// The host's times as they are written, by their tags.
    private var times: [String: String] = [:]
    private var services: [ServicePort: ServiceFact] = [:]
    private var item: (port: ServicePort, plugin: String)?

    /// What stands before a banner in the output of those plugins that tell of one.
    private static let banners: [String: String] = [
        "10092": "The remote FTP banner is :", "10107": "The remote web server type is :",
        "10263": "Remote SMTP server banner :", "10267": "SSH version :",
    ]

    init(file: String, names: ProtocolNames, zone: Int64) {
        (self.file, self.names, self.zone) = (file, names, zone)
        account.unit = "hosts"
    }

    private static let elements: Set<String> = [
        "NessusClientData_v2", "Policy", "policyName", "preference", "name", "value", "Report", "ReportHost",
        "tag",
        "ReportItem", "plugin_output",
    ]

    func wants(_ element: String) -> Bool { Self.elements.contains(element) }

    func begin(_ element: String, _ values: [String: String], line: Int) {
        gathered.clear()
        switch element {
        case "NessusClientData_v2": isRecognised = true
        case "Report": scan.request = values["name"] ?? ""
        case "ReportHost":
            services = [:]
            times = [:]
            host = HostFact(address: IPAddress(high: 0, low: 0))
            if let name = values["name"] {
                if let address = IPAddress(name) { host?.address = address } else { host?.names = [name] }
            }
        case "tag": tag = values["name"]
        case "ReportItem": beginItem(values, line)
        default: break
        }
    }

    func text(_ text: String) { gathered.add(text) }

    func end(_ element: String) {
        let text = gathered.text.trimmed
        switch element {
        case "name" where host == nil: preference = text
        case "value" where host == nil && preference == "port_range": ports(text)
        case "tag": property(text)
        case "plugin_output": output(text)
        case "ReportItem": item = nil
        case "ReportHost": endHost()
        default: break
        }
        gathered.clear()
    }

    func finish() {
        if host != nil { endHost() }
        if isScanTold { facts.append(.scan(scan)) }
    }

    private func ports(_ text: String) {
        if text == "all" {
            scan.ports = ["1-65535/tcp", "1-65535/udp"].compactMap { PortRange($0) }
            return
        }
        let ranges = text.split(separator: ",").flatMap { part -> [PortRange?] in
            let word = part.drop { $0 == " " }
            if word.hasPrefix("T:") { return [PortRange("\(word.dropFirst(2))/tcp")] }
            if word.hasPrefix("U:") { return [PortRange("\(word.dropFirst(2))/udp")] }
            return [PortRange("\(word)/tcp")]
        }
        // "default" is the scanner's own list, which the file does not hold.
        if ranges.isEmpty || ranges.contains(nil) {
            scan.portsClaim = text
        } else {
            scan.ports = ranges.compactMap { $0 }
        }
    }

    private func property(_ text: String) {
        guard host != nil, let tag else { return }
        switch tag {
        case "host-ip": if let address = IPAddress(text) { host?.address = address }
        case "HOST_START", "HOST_END", "HOST_START_TIMESTAMP", "HOST_END_TIMESTAMP": times[tag] = text
        case "host-fqdn", "netbios-name", "hostname":
            if let host, host.names.count < 16, !host.names.contains(text) { self.host?.names.append(text) }
        case "mac-address": host?.hardware = text.split(separator: "\n").first.map(String.init)
        case "operating-system": host?.system = text.split(separator: "\n").first.map(String.init)
        default: break
        }
    }

    private func beginItem(_ values: [String: String], _ line: Int) {
        guard host != nil else { return }
        guard let number = values["port"].flatMap({ UInt16($0) }) else {
            account.complain(file, "line \(line)", "a ReportItem without a port")
            return
        }
        guard number > 0, let transport = values["protocol"].flatMap({ TransportProtocol($0) }) else {
            return
        }
        let port = ServicePort(number, transport)
        item = (port, values["pluginID"] ?? "")
        var service =
            services[port]
            ?? ServiceFact(endpoint: Endpoint(IPAddress(high: 0, low: 0), number), transport: transport)
        defer { services[port] = service }
        guard let name = values["svc_name"], service.claim == nil || service.isGuess else { return }
        // With a question mark it is what usually runs there.
        let isGuess = name.hasSuffix("?")
        guard !isGuess || service.claim == nil else { return }
        service.claim = name
        service.isGuess = isGuess
        if !isGuess { service.protocolName = names.name(name, &account) }
    }

    private func output(_ text: String) {
        guard let item, let mark = Self.banners[item.plugin], let found = text.range(ofText: mark) else {
            return
        }
        let line = text[found...].drop { $0 == "\n" || $0 == " " || $0 == "\r\n" }.prefix {
            $0 != "\n" && $0 != "\r\n"
        }
        services[item.port]?.banner = String(line)
    }

    /// A host's time, told of where it cannot be read.
    private func time(_ tag: String) -> Timestamp? {
        // Files of older scanners have the text alone.
        let (number, text) = (times["\(tag)_TIMESTAMP"], times[tag])
        let time =
            number.flatMap { Timestamp(epoch: $0) } ?? text.flatMap { Timestamp(asctime: $0, zone: zone) }
        if time == nil, let written = number ?? text {
            account.complain(file, nil, "has a \(tag) that cannot be read: '\(written.prefix(40))'")
        }
        return time
    }

    private func endHost() {
        defer {
            host = nil
            services = [:]
            item = nil
        }
        guard var host else { return }
        (host.first, host.last) = (time("HOST_START"), time("HOST_END"))
        guard !host.address.isUnspecified else {
            account.complain(file, nil, "the host '\(host.names.first ?? "")' has no address (host-ip)")
            return
        }
        account.items += 1
        if !isScanTold {
            isScanTold = true
            let began = host.first.map { "\($0.nanoseconds)" } ?? ""
            scan.id = FactIdentity.of("nessus", scan.request, began)
            scan.start = host.first
            facts.append(.scan(scan))
        }
        scan.hosts += 1
        if let first = host.first { scan.start = min(scan.start ?? first, first) }
        if let last = host.last { scan.end = max(scan.end ?? last, last) }
        host.scan = scan.id
        facts.append(.host(host))
        for (_, found) in services.sorted(by: { $0.key < $1.key }) {
            var service = found
            service.endpoint = Endpoint(host.address, found.endpoint.port)
            service.first = host.first
            service.last = host.last ?? host.first
            service.scan = scan.id
            facts.append(.service(service))
        }
    }
}

extension Timestamp {
    /// `Sat Nov 14 08:00:00 2026`, as asctime(3) writes it, of clocks so many seconds east of UTC.
    fileprivate init?(asctime text: String, zone: Int64) {
        let words = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 5, words[4].utf8.count == 4, let month = months.firstIndex(of: String(words[1]))
        else { return nil }
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        guard let day = Int(words[2]), (1...31).contains(day) else { return nil }
        let local = Timestamp(rfc3339: "\(words[4])-\(padded(month + 1))-\(padded(day))T\(words[3])Z")
        guard let local else { return nil }
        self.init(possible: local.nanoseconds, and: -zone * 1_000_000_000)
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        let head = drop { $0.isWhitespace }
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }

    /// Where a text ends in this one.
    func range(ofText other: String) -> String.Index? {
        let (bytes, wanted) = (utf8, Array(other.utf8))
        var place = bytes.startIndex
        while place < bytes.endIndex {
            if bytes[place...].starts(with: wanted) { return bytes.index(place, offsetBy: wanted.count) }
            place = bytes.index(after: place)
        }
        return nil
    }
}
