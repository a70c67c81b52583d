internal import Net

/// Facts out of nmap's XML (nmap.dtd): hosts, open ports with what was recognised, and the ports that were tried.
final class NmapTaker: ScanTaker {
    let names: ProtocolNames
    var account = ImportAccount()
    var facts: [Fact] = []
    private(set) var isRecognised = false

    private var scan = ScanFact(id: 0, tool: "nmap", request: "")
    private var isScanTold = false
    private var host: (addresses: [IPAddress], fact: HostFact, isUp: Bool)?
    private var services: [ServiceFact] = []
    private var port: (service: ServiceFact, isOpen: Bool, isTunnelled: Bool)?
    private let file: String

    init(file: String, names: ProtocolNames) {
        self.file = file
        self.names = names
        account.unit = "hosts"
    }

    private static let elements: Set<String> = [
        "nmaprun", "scaninfo", "host", "status", "address", "hostname", "port", "state", "service", "script",
        "osmatch", "finished", "hosts",
    ]

    func wants(_ element: String) -> Bool { Self.elements.contains(element) }

    func begin(_ element: String, _ values: [String: String], line: Int) {
        switch element {
        case "nmaprun": begin(scan: values, line)
        case "scaninfo": ports(values, line)
        case "host": beginHost(values, line)
        case "status": host?.isUp = values["state"] == "up"
        case "address": address(values, line)
        case "hostname":
            if let name = values["name"], (host?.fact.names.count ?? 16) < 16 {
                host?.fact.names.append(name)
            }
        case "osmatch": if host?.fact.system == nil { host?.fact.system = values["name"] }
        case "port": beginPort(values, line)
        case "state": port?.isOpen = values["state"] == "open"
        case "service": service(values)
        case "script" where values["id"] == "banner": port?.service.banner = values["output"]
        case "finished": scan.end = time("time", values, line)
        case "hosts": if let up = values["up"].flatMap({ Int($0) }) { scan.hosts = up }
        default: break
        }
    }

    func end(_ element: String) {
        switch element {
        case "port":
            if let port, port.isOpen, services.count < 200_000 { services.append(port.service) }
            port = nil
        case "host": endHost()
        case "nmaprun": tellScan()
        default: break
        }
    }

    func text(_ text: String) {}

    /// The file is over, however it ended.
    func finish() {
        if host != nil { endHost() }
        if isScanTold { facts.append(.scan(scan)) }
    }

    private func tellScan() {
        guard !isScanTold else { return }
        isScanTold = true
        facts.append(.scan(scan))
    }

    /// A time, told of where it cannot be read.
    private func time(_ name: String, _ values: [String: String], _ line: Int) -> Timestamp? {
        guard let text = values[name] else { return nil }
        let time = Timestamp(epoch: text)
        if time == nil {
            account.complain(
                file, "line \(line)", "has a \(name) that cannot be read: '\(text.prefix(40))'")
        }
        return time
    }

    private func begin(scan values: [String: String], _ line: Int) {
        isRecognised = true
        scan.request = values["args"] ?? ""
        scan.start = time("start", values, line)
        scan.id = FactIdentity.of("nmap", scan.request, values["start"] ?? "")
    }

    private func ports(_ values: [String: String], _ line: Int) {
        let transport = values["protocol"] ?? ""
        guard let services = values["services"], TransportProtocol(transport) != nil else {
            if transport != "ip" {
                account.complain(file, "line \(line)", "scaninfo names no ports of tcp, udp or sctp")
            }
            return
        }
        for part in services.split(separator: ",") {
            guard let range = PortRange("\(part)/\(transport)") else {
                account.complain(file, "line \(line)", "'\(part.prefix(40))' is no port")
                continue
            }
            if scan.ports.count < 65_536 { scan.ports.append(range) }
        }
    }

    // MARK: A host

    private func beginHost(_ values: [String: String], _ line: Int) {
        var fact = HostFact(address: IPAddress(high: 0, low: 0))
        fact.first = time("starttime", values, line) ?? scan.start
        fact.last = time("endtime", values, line) ?? fact.first
        fact.scan = scan.id
        // A list without a scan (-sL, and the greppable forms) has no status.
        host = ([], fact, false)
        services = []
    }

    private func address(_ values: [String: String], _ line: Int) {
        guard let text = values["addr"], host != nil else { return }
        if values["addrtype"] == "mac" {
            host?.fact.hardware = text
        } else if let address = IPAddress(text) {
            host?.addresses.append(address)
        } else {
            account.complain(file, "line \(line)", "'\(text.prefix(60))' is no address")
        }
    }

    private func endHost() {
        defer {
            host = nil
            services = []
            port = nil
        }
        guard let host, let address = host.addresses.first else { return }
        account.items += 1
        guard host.isUp || !services.isEmpty else {
            account.others += 1
            return
        }
        tellScan()
        // Until the file's own sum, which stands at its end.
        if scan.end == nil { scan.hosts += 1 }
        var fact = host.fact
        fact.address = address
        facts.append(.host(fact))
        for var service in services {
            service.endpoint = Endpoint(address, service.endpoint.port)
            service.first = fact.first
            service.last = fact.last
            facts.append(.service(service))
        }
    }

    // MARK: A port

    private func beginPort(_ values: [String: String], _ line: Int) {
        guard let number = values["portid"].flatMap({ UInt16($0) }), host != nil else {
            account.complain(file, "line \(line)", "a port without a number")
            return
        }
        guard let transport = values["protocol"].flatMap({ TransportProtocol($0) }) else {
            account.withoutPorts += 1
            return
        }
        var service = ServiceFact(
            endpoint: Endpoint(IPAddress(high: 0, low: 0), number), transport: transport)
        service.scan = scan.id
        port = (service, false, false)
    }

    private func service(_ values: [String: String]) {
        guard var service = port?.service else { return }
        let claim = values["name"]
        service.claim = claim
        // "table" is what usually runs on that port; nobody asked the service.
        service.isGuess = values["method"] != "probed"
        if !service.isGuess, let claim {
            let inner = names.name(claim, &account)
            if values["tunnel"] == "ssl" {
                let outer = names.name("ssl", &account)
                service.protocolName = outer ?? inner
                if let inner, outer != nil, inner != outer { service.then = [inner] }
            } else {
                service.protocolName = inner
            }
            service.product = values["product"]
            service.version = values["version"]
            service.info = values["extrainfo"]
        }
        port?.service = service
    }
}
