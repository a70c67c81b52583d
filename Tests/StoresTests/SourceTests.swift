import Foundation
import GRDB
import Inventory
import Net
import Records
import Testing

@testable import Stores

/// Facts of other eyes than the packet lane's.
@Suite("Sources of a store")
struct SourceTests {
    private let openSSH = FieldSet([
        ("banner", "SSH-2.0-OpenSSH_9.6"), ("product", "OpenSSH"), ("version", "9.6"),
    ])

    private func write(
        _ store: Store, _ kind: StoredCapture.Kind, _ sensor: String, _ name: String,
        _ fill: (inout StoreBatch) -> Void
    ) throws {
        let writer = try StoreWriter(store, pace: .patient)
        var batch = StoreBatch()
        let capture = StoredCapture(name: name, sensor: sensor, kind: kind)
        batch.append(.naming(naming))
        batch.append(.begin(capture))
        fill(&batch)
        batch.append(.end(capture))
        writer.submit(batch)
        writer.finish()
        try #require(writer.takeProblems() == [])
    }

    private func seen(
        _ batch: inout StoreBatch, _ name: String, _ place: String, _ banner: FieldSet, at seconds: Double
    ) {
        batch.append(service(name, place, first: seconds), at: 0)
        batch.append(banner, at: 0)
        batch.sightings.append(sighting(0, "10.0.0.9:1", at: seconds, banner: 0))
    }

    private func scan(ports: [String], host: String, at seconds: Double) -> [StoreFact] {
        var scan = StoredScan(number: 77, tool: "nmap", request: "nmap -sV")
        scan.start = at(seconds)
        scan.end = at(seconds + 60)
        scan.ports = ports.compactMap(PortRange.init)
        scan.hosts = 1
        var known = KnownHost(address(host), first: at(seconds), last: at(seconds + 50))
        known.scan = 77
        known.names = ["files.example.org"]
        known.system = "Linux 5.15"
        return [.scan(scan), .host(known)]
    }

    private func open(
        _ place: String, _ name: String?, claim: String? = nil, isGuess: Bool = false, at seconds: Double
    ) -> StoreFact {
        var port = OpenPort(endpoint(place), .tcp, first: at(seconds), last: at(seconds))
        (port.protocolName, port.claim, port.isGuess) = (name, claim, isGuess)
        return .port(port)
    }

    private func witness(_ store: Store, _ name: String) throws -> ServiceWitness? {
        let holdings = try store.holdings(Selection(), [.services])
        return holdings.services.first { $0.protocolName == name }.flatMap { holdings.witnesses[$0.id] }
    }

    @Test(
        "one record, with the first and last time of each who knows of it; a probe is no session and no client"
    )
    func merge() throws {
        let store = try Store()
        try write(store, .imported, "import nmap", "scan.xml") {
            seen(&$0, "ssh", "10.0.0.5:2222", openSSH, at: 10)
        }
        try write(store, .files, "files", "a.pcap") { seen(&$0, "ssh", "10.0.0.5:2222", openSSH, at: 100) }
        try write(store, .active, "active probe", "probe") {
            seen(&$0, "ssh", "10.0.0.5:2222", openSSH, at: 200)
        }
        let holdings = try store.holdings(Selection(), [.services])
        let service = try #require(holdings.services.first)
        #expect(holdings.services.count == 1)
        #expect(service.firstSeen == at(10) && service.lastSeen == at(200.1))
        #expect(service.sessions == 1 && service.clients == 1)
        #expect(service.banners.map(\.sessions) == [1])
        #expect(service.capture == "a.pcap")
        let witness = try #require(holdings.witnesses[service.id])
        #expect(witness.sources.map(\.kind) == [.imported, .passive, .active])
        #expect(witness.sources.map(\.first) == [at(10), at(100), at(200)])
        #expect(witness.sources.map(\.last) == [at(10.1), at(100.1), at(200.1)])
        #expect(witness.sources.allSatisfy { $0.product == "OpenSSH" && $0.version == "9.6" })
        #expect(witness.conflicts == [])
        // What was recognised is told of traffic alone.
        let firsts = try store.firstUse(of: try #require(Place("10.0.0.5:2222")))
        #expect(firsts.filter { $0.event == .recognition }.map(\.time) == [at(100.1)])
    }

    @Test(
        "flow and capture of a service are those of whoever knows most, and of those the earliest",
        arguments: [
            (["conn.log", "scan.xml"], "conn.log"), (["scan.xml", "conn.log"], "conn.log"),
            (["conn.log", "probe"], "conn.log"), (["probe", "conn.log"], "conn.log"),
            (["probe", "scan.xml"], "probe"), (["scan.xml", "probe"], "probe"),
            (["late.log", "conn.log"], "conn.log"), (["scan.xml", "late.log", "conn.log"], "conn.log"),
            (["conn.log", "b.pcap", "scan.xml", "a.pcap"], "a.pcap"),
            (["scan.xml", "a.pcap", "conn.log", "b.pcap"], "a.pcap"),
        ])
    func knowsMost(_ eyes: [String], _ best: String) throws {
        let silence = Evidence(isServer: true, offset: 0, signature: nil, bytes: [])
        let all: [String: (kind: StoredCapture.Kind, sensor: String, seconds: Double, flow: UInt64)] = [
            "scan.xml": (.imported, "import nmap", 1, 0), "probe": (.active, "active probe", 2, 2),
            "conn.log": (.imported, "import zeek", 3, 3), "late.log": (.imported, "import zeek", 4, 4),
            "a.pcap": (.files, "files", 8, 8), "b.pcap": (.files, "files", 9, 9),
        ]
        let store = try Store()
        for name in eyes {
            let eye = try #require(all[name])
            try write(store, eye.kind, eye.sensor, name) { batch in
                var known = service("ssh", "10.0.0.5:2222", first: eye.seconds)
                known.flow = eye.flow
                if eye.kind == .imported { known.evidence = silence }
                batch.append(known, at: 0, capture: name)
                batch.sightings.append(sighting(0, "10.0.0.9:1", at: eye.seconds))
            }
        }
        let kept = try #require(try store.holdings(Selection(), [.services]).services.first)
        #expect(kept.capture == best && kept.flow == all[best]?.flow)
        #expect(kept.evidence.bytes.isEmpty == best.hasSuffix(".log"))
    }

    @Test("what is told a second time adds nothing", arguments: [1, 2, 5])
    func again(times: Int) throws {
        let store = try Store()
        for _ in 0..<times {
            try write(store, .imported, "import nmap", "scan.xml") { batch in
                batch.append(.facts(scan(ports: ["1-1000/tcp"], host: "10.0.0.5", at: 0)))
                batch.append(.facts([open("10.0.0.5:22", "ssh", at: 1), open("10.0.0.5:23", nil, at: 1)]))
                seen(&batch, "ssh", "10.0.0.5:22", openSSH, at: 1)
                var alert = StoredAlert(time: at(2), signature: "1:2:3", text: "knock")
                alert.server = endpoint("10.0.0.5:22")
                batch.append(.facts([.alert(alert)]))
            }
        }
        let counts = try store.read { database in
            try [
                "services", "service_facts", "open_ports", "scans", "scan_hosts", "host_facts", "ids_alerts",
                "sensors",
            ]
            .map { try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") ?? -1 }
        }
        #expect(counts == [1, 1, 2, 1, 1, 1, 1, 1])
        #expect(try store.holdings(Selection(), [.services]).services.first?.sessions == 0)
    }

    @Test("sources that disagree on the protocol, the product or the version are told of")
    func conflicts() throws {
        let store = try Store()
        try write(store, .files, "files", "a.pcap") { seen(&$0, "ssh", "10.0.0.5:80", openSSH, at: 100) }
        try write(store, .imported, "import nmap", "scan.xml") {
            seen(&$0, "http", "10.0.0.5:80", FieldSet([("product", "nginx")]), at: 50)
        }
        #expect(try witness(store, "ssh")?.conflicts == ["nmap (scan.xml) says http"])
        #expect(try witness(store, "http")?.conflicts == ["passive says ssh"])
        try write(store, .active, "active probe", "probe") {
            seen(
                &$0, "ssh", "10.0.0.5:80", FieldSet([("product", "OpenSSH"), ("version", "9.9p1")]), at: 300)
        }
        #expect(
            try witness(store, "ssh")?.conflicts
                == ["nmap (scan.xml) says http", "active says OpenSSH 9.9p1, passive OpenSSH 9.6"])
        try write(store, .active, "active probe", "probe") {
            seen(
                &$0, "ssh", "10.0.0.5:80", FieldSet([("product", "openssh"), ("version", "9.6p1")]), at: 400)
        }
        #expect(try witness(store, "ssh")?.conflicts == ["nmap (scan.xml) says http"])
    }

    @Test("another spelling of the same product is nothing new, no change and no second product")
    func spellings() throws {
        let store = try Store()
        func ftp(_ product: String, _ version: String, _ banner: String? = nil) -> FieldSet {
            FieldSet(
                [("banner", banner), ("product", product), ("version", version)].compactMap {
                    name, value -> (name: String, value: String)? in
                    value.map { (name: name, value: $0) }
                })
        }
        try write(store, .files, "files", "a.pcap") {
            seen(&$0, "ftp", "10.0.0.5:21", ftp("vsFTPd", "3.0.3", "220 (vsFTPd 3.0.3)"), at: 100)
        }
        try write(store, .imported, "import nmap", "scan.xml") {
            seen(&$0, "ftp", "10.0.0.5:21", ftp("vsftpd", "3.0.3"), at: day)
        }
        func changes(to days: Double) throws -> [InventoryChange.Kind] {
            try store.changes(
                from: at(1000), to: at(days * day), window: Int64(30 * day * 1e9), Selection()
            ).map(\.kind)
        }
        func products() throws -> [String] {
            try Question.products.table(of: store.holdings(for: .products, Selection())).csv()
                .split(separator: "\r\n").dropFirst().map { String($0.prefix { $0 != "," }) }
        }
        #expect(try witness(store, "ftp")?.conflicts == [])
        #expect(try changes(to: 2) == [] && products() == ["vsFTPd"])
        #expect(try store.novelties(since: at(hour), Selection()).isEmpty)
        try write(store, .imported, "import nmap", "scan2.xml") {
            seen(&$0, "ftp", "10.0.0.5:21", ftp("vsftpd", "3.0.30"), at: 3 * day)
        }
        #expect(try changes(to: 4) == [.changed] && products() == ["vsFTPd"])
        #expect(try store.novelties(since: at(hour), Selection()).count == 1)
    }

    @Test("who knows both protocols of a port contradicts nobody")
    func severalProtocols() throws {
        let store = try Store()
        try write(store, .files, "files", "a.pcap") { batch in
            batch.append(service("http", "10.0.0.5:80"), at: 0)
            batch.append(service("tls", "10.0.0.5:80"), at: 1)
            batch.sightings += [sighting(0, "10.0.0.9:1", at: 1), sighting(1, "10.0.0.9:2", at: 2)]
        }
        #expect(try witness(store, "http")?.conflicts == [])
    }

    @Test("what scans cover and traffic shows is held against each other")
    func coverage() throws {
        let store = try Store()
        try write(store, .files, "files", "a.pcap") { batch in
            for (place, port) in ["10.0.0.5:22", "10.0.0.5:49152", "10.0.0.5:443", "10.0.0.6:22"].enumerated()
            {
                batch.append(service("ssh", port), at: place)
                batch.sightings.append(sighting(place, "10.0.0.9:1", at: 5))
            }
            // Use that nobody recognised is use.
            batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:8080", at: 9))
            batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:23", at: 9, state: .attempted))
        }
        #expect(try store.coverage(Selection()).scans.isEmpty)
        try write(store, .imported, "import nmap", "scan.xml") { batch in
            batch.append(.facts(scan(ports: ["1-1000/tcp", "8080/tcp"], host: "10.0.0.5", at: 20)))
            batch.append(
                .facts(["22", "23", "8080"].map { open("10.0.0.5:\($0)", $0 == "22" ? "ssh" : nil, at: 30) }))
        }
        let coverage = try store.coverage(Selection())
        #expect(coverage.agreed == 1)
        #expect(
            coverage.gaps.map { "\($0.kind.rawValue) \($0.endpoint)" } == [
                "port not scanned 10.0.0.5:49152", "host not scanned 10.0.0.6:22",
                "not found open 10.0.0.5:443",
                "never in use 10.0.0.5:23",
            ])
        var selection = Selection()
        selection.hosts = [try #require(Subnet("10.0.0.6"))]
        let ofHost = try store.coverage(selection)
        #expect(ofHost.gaps.map(\.kind) == [.hostNotScanned] && ofHost.agreed == 0)
        // A scan that came before a service cannot have found it.
        #expect(Records.Table(coverage.gaps).text().contains("FIRST SEEN"))
        #expect(!Records.Table(ofHost.gaps).text().contains("FIRST SEEN"))
        #expect(
            try store.holdings(Selection(), [.services, .spans]).hostFacts[address("10.0.0.5")]?.names == [
                "files.example.org"
            ])
    }

    @Test("a gap names what a scanner recognised, and no guess")
    func guesses() throws {
        let store = try Store()
        try write(store, .imported, "import nmap", "scan.xml") { batch in
            batch.append(.facts(scan(ports: ["1-1000/tcp"], host: "10.0.0.5", at: 20)))
            batch.append(
                .facts([
                    open("10.0.0.5:22", "ssh", claim: "ssh", at: 30),
                    open("10.0.0.5:80", nil, claim: "tcpwrapped", isGuess: true, at: 30),
                    open("10.0.0.5:445", nil, claim: "microsoft-ds", isGuess: true, at: 30),
                    open("10.0.0.5:900", nil, claim: "omginitialrefs", at: 30),
                ]))
        }
        #expect(
            try store.coverage(Selection()).gaps.map { "\($0.endpoint.port) \($0.protocolName ?? "-")" } == [
                "22 ssh", "80 -", "445 -", "900 omginitialrefs",
            ])
    }

    @Test("hosts name who knows of them")
    func hostsAreKnownBy() throws {
        let store = try Store()
        func table() throws -> Records.Table {
            Question.hosts.table(of: try store.holdings(for: .hosts, Selection()))
        }
        try write(store, .files, "files", "a.pcap") { seen(&$0, "ssh", "10.0.0.5:22", openSSH, at: 1) }
        #expect(!(try table().text().contains("KNOWN BY")), "there is one eye only")
        try write(store, .imported, "import zeek", "known_services.log") {
            seen(&$0, "ssh", "10.0.0.5:22", openSSH, at: 2)
        }
        try write(store, .imported, "import zeek", "known_services.2.log") {
            seen(&$0, "ssh", "10.0.0.6:22", openSSH, at: 3)
        }
        try write(store, .active, "active probe", "probe") { batch in
            var known = KnownHost(address("10.0.0.5"), first: at(4), last: at(4))
            known.open = 1
            batch.append(.facts([.host(known)]))
        }
        try write(store, .imported, "import nmap", "scan.xml") {
            $0.append(.facts(scan(ports: ["1-1000/tcp"], host: "10.0.0.5", at: 20)))
        }
        let lines = try table().text().split(separator: "\n").map(String.init)
        #expect(lines[0].hasSuffix("KNOWN BY"))
        #expect(lines[1].hasSuffix("passive zeek nmap +1"), "\(lines[1])")
        #expect(lines[2].hasSuffix("zeek"), "\(lines[2])")
        let records = String(decoding: try table().jsonLines(), as: UTF8.self)
        #expect(records.contains(#""known_by":["passive","zeek","nmap","active"]"#), "\(records)")
    }

    @Test("logs of other sensors are traffic and no scans", arguments: ["import eve", "import zeek"])
    func logs(sensor: String) throws {
        let store = try Store()
        try write(store, .imported, sensor, "log") { batch in
            batch.append(.facts([open("10.0.0.5:22", "ssh", at: 5), open("10.0.0.5:8080", nil, at: 6)]))
            seen(&batch, "ssh", "10.0.0.5:22", openSSH, at: 5)
        }
        let alone = try store.coverage(Selection())
        #expect(alone.scans.isEmpty && alone.gaps.allSatisfy { $0.kind == .hostNotScanned && $0.scan == nil })
        let events = try store.timeline(of: address("10.0.0.5"), Selection(), per: nil)
        #expect(!events.contains { $0.kind == .scanned })
        let tool = sensor.dropFirst("import ".count)
        #expect(events.contains { $0.kind == .service && $0.text == "\(tool) saw 8080/tcp in use" })
        let first = try store.firstUse(of: try #require(Place("10.0.0.5:8080")))
        #expect(first.map(\.event) == [.reported])
        try write(store, .imported, "import nmap", "scan.xml") { batch in
            batch.append(.facts(scan(ports: ["1-100/tcp", "8080/tcp"], host: "10.0.0.5", at: 20)))
            batch.append(.facts(["22", "23"].map { open("10.0.0.5:\($0)", nil, at: 30) }))
        }
        let coverage = try store.coverage(Selection())
        #expect(coverage.agreed == 1)
        #expect(
            coverage.gaps.map { "\($0.kind.rawValue) \($0.endpoint)" } == [
                "not found open 10.0.0.5:8080", "never in use 10.0.0.5:23",
            ])
    }

    @Test("alerts stand in the timeline; those before the first use of a port are pointed out")
    func alerts() throws {
        let store = try Store()
        try write(store, .files, "files", "a.pcap") { batch in
            batch.append(service("ssh", "10.0.0.5:49152", first: 3600), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 3600))
            batch.sessions.append(session("10.0.0.9:1", "10.0.0.5:49152", at: 3600, service: 0))
        }
        try write(store, .imported, "import eve", "eve.json") { batch in
            for (seconds, text) in [(600.0, "exploit attempt"), (7200, "late")] {
                var alert = StoredAlert(time: at(seconds), signature: "1:1:1", text: text)
                alert.client = endpoint("203.0.113.9:4444")
                alert.server = endpoint("10.0.0.5:80")
                alert.severity = "high"
                batch.append(.facts([.alert(alert)]))
            }
        }
        let firsts = try store.firstUse(of: try #require(Place("10.0.0.5:49152")))
        #expect(firsts.first?.event == .alert)
        #expect(firsts.first?.text?.contains("exploit attempt") == true)
        #expect(firsts.first?.text?.hasSuffix("50 min before") == true)
        #expect(firsts.count { $0.event == .alert } == 1)
        let events = try store.timeline(of: address("10.0.0.5"), Selection(), per: nil)
        let told = events.filter { $0.kind == .alert }.map(\.text)
        #expect(told.count == 2)
        #expect(told[0].hasSuffix("50 min before the first use of 49152/tcp"))
        #expect(!told[1].contains("before the first use"))
        try write(store, .imported, "import zeek", "notice.log") { batch in
            var alert = StoredAlert(time: at(100), signature: "Scan::Port_Scan", text: "many ports")
            alert.client = endpoint("203.0.113.8:0")
            alert.server = endpoint("10.0.0.5:0")
            batch.append(.facts([.alert(alert)]))
        }
        let ofNoPort = try store.timeline(of: address("203.0.113.8"), Selection(), per: nil)
        #expect(ofNoPort.map(\.text) == ["zeek: many ports, 203.0.113.8 to 10.0.0.5"])
        // The other end of an alert has it in its timeline too.
        #expect(
            try store.timeline(of: address("203.0.113.9"), Selection(), per: nil).map(\.kind) == [
                .alert, .alert,
            ])
    }

    @Test(
        "a timeline for a client has what it used, what was found of that or of it, and its alerts; no scans",
        arguments: [
            ("10.0.0.8", ["service 22", "finding 22", "served 22", "banner 22"]),
            (
                "10.0.0.9",
                ["service 49152", "finding 49152", "served 49152", "banner 49152", "finding 22", "alert 22"]
            ),
            // The host itself: what it does as a client.
            ("10.0.0.5", ["program -", "alert 22"]), ("10.0.0.7", []),
        ])
    func timelineOfClients(client: String, expected: [String]) throws {
        let store = try Store()
        try write(store, .files, "files", "a.pcap") { batch in
            for (place, (name, server)) in [("ftp", "10.0.0.5:49152"), ("ssh", "10.0.0.5:22")].enumerated() {
                batch.append(service(name, server), at: place)
                batch.append(FieldSet([("banner", name)]), at: place)
                let (user, time) = (place == 0 ? "10.0.0.9:1" : "10.0.0.8:1", Double(place + 1))
                batch.sightings.append(sighting(place, user, at: time, banner: place))
                batch.sessions.append(
                    session(
                        user, server, at: time, protocolNumber: UInt16(place + 1), service: Int32(place)))
                // The findings of the tests are of a flow of 10.0.0.9.
                batch.append(finding(name, server, at: time))
            }
            batch.append(program("ssh", "10.0.0.5", "PuTTY"), at: 0)
            batch.sightings.append(sighting(-1, "10.0.0.5:1", at: 3, program: 0))
        }
        try write(store, .imported, "import nmap", "scan.xml") { batch in
            batch.append(.facts(scan(ports: ["1-1000/tcp"], host: "10.0.0.5", at: 20)))
            batch.append(.facts([open("10.0.0.5:22", "ssh", at: 30)]))
        }
        try write(store, .imported, "import eve", "eve.json") { batch in
            var alert = StoredAlert(time: at(40), signature: "1:1:1", text: "exploit attempt")
            (alert.client, alert.server) = (endpoint("10.0.0.9:1"), endpoint("10.0.0.5:22"))
            batch.append(.facts([.alert(alert)]))
        }
        var selection = Selection()
        selection.clients = [try #require(Subnet(client))]
        let events = try store.timeline(of: address("10.0.0.5"), selection, per: nil)
        #expect(events.map { "\($0.kind.rawValue) \($0.port.map { "\($0)" } ?? "-")" } == expected)
    }

    @Test(
        "a product without a banner is told with version and port, and by whom where traffic does not show it"
    )
    func productsOfScans() throws {
        let store = try Store()
        let product = FieldSet([("product", "vsftpd"), ("version", "3.0.5")])
        func told() throws -> [String] {
            try store.timeline(of: address("10.0.0.5"), Selection(), per: nil).filter { $0.kind == .banner }
                .map(\.text)
        }
        try write(store, .imported, "import nmap", "scan.xml") {
            seen(&$0, "ftp", "10.0.0.5:21", product, at: 1)
        }
        #expect(try told() == ["runs vsftpd 3.0.5 on 21/tcp, says nmap"])
        // Whoever tells of another version is no longer known to have told of the first.
        let later = FieldSet([("product", "vsftpd"), ("version", "3.0.6")])
        try write(store, .imported, "import nmap", "later.xml") {
            seen(&$0, "ftp", "10.0.0.5:21", later, at: 3)
        }
        #expect(
            try told() == [
                "runs vsftpd 3.0.5 on 21/tcp, not seen in traffic", "runs vsftpd 3.0.6 on 21/tcp, says nmap",
            ])
        try write(store, .files, "files", "a.pcap") { seen(&$0, "ftp", "10.0.0.5:21", product, at: 2) }
        #expect(try told() == ["runs vsftpd 3.0.5 on 21/tcp", "runs vsftpd 3.0.6 on 21/tcp, says nmap"])
    }

    @Test("a banner that traffic does not show is told with who heard it")
    func bannersOfOthers() throws {
        let store = try Store()
        func told() throws -> [String] {
            try store.timeline(of: address("10.0.0.5"), Selection(), per: nil).filter { $0.kind == .banner }
                .map(\.text)
        }
        let old = FieldSet([("banner", "SSH-2.0-old")])
        try write(store, .files, "files", "a.pcap") { seen(&$0, "ssh", "10.0.0.5:22", old, at: 1) }
        try write(store, .imported, "import eve", "eve.json") {
            seen(&$0, "ssh", "10.0.0.5:22", FieldSet([("banner", "SSH-2.0-new")]), at: 2)
        }
        try write(store, .active, "active probe", "probe") {
            seen(&$0, "ssh", "10.0.0.5:22", openSSH, at: 3)
        }
        #expect(
            try told() == [
                "says SSH-2.0-old", "says SSH-2.0-new, heard by eve",
                "says SSH-2.0-OpenSSH_9.6, heard by probe",
            ])
        try write(store, .files, "files", "b.pcap") { seen(&$0, "ssh", "10.0.0.5:22", openSSH, at: 4) }
        #expect(try told().last == "says SSH-2.0-OpenSSH_9.6")
    }

    @Test("clients that a log tells of are asked for as others are, and count when traffic shows them")
    func clientsOfLogs() throws {
        let store = try Store()
        func see(
            _ kind: StoredCapture.Kind, _ sensor: String, _ clients: [String], at seconds: Double
        ) throws {
            try write(store, kind, sensor, "\(sensor) \(seconds)") { batch in
                batch.append(service("ssh", "10.0.0.5:2222", first: seconds), at: 0)
                batch.sightings += clients.map { sighting(0, $0, at: seconds) }
            }
        }
        func counted(for client: String) throws -> [Int] {
            var selection = Selection()
            selection.clients = [try #require(Subnet(client))]
            return try store.holdings(selection, [.services]).services.map(\.clients)
        }
        try see(.imported, "import zeek", ["10.0.0.8:1", "10.0.0.9:1"], at: 1)
        #expect(try counted(for: "10.0.0.8") == [0] && counted(for: "10.0.0.7") == [])
        for seconds in [2.0, 3] { try see(.files, "files", ["10.0.0.9:1"], at: seconds) }
        try see(.imported, "import eve", ["10.0.0.9:1"], at: 4)
        #expect(try counted(for: "10.0.0.9") == [1])
        try see(.files, "files", ["10.0.0.8:1", "10.0.0.9:1"], at: 5)
        #expect(try counted(for: "10.0.0.8") == [2])
    }

    @Test("first use has what other sensors recognised, in the order of time, and no guess as a protocol")
    func firstUseOfOthers() throws {
        let store = try Store()
        try write(store, .imported, "import zeek", "conn.log") {
            seen(&$0, "ssh", "10.0.0.5:2222", openSSH, at: 200)
        }
        try write(store, .imported, "import nmap", "scan.xml") { batch in
            var port = OpenPort(endpoint("10.0.0.5:2222"), .tcp, first: at(100), last: at(100))
            port.claim = "EtherNetIP-1"
            port.isGuess = true
            batch.append(.facts([.port(port)]))
        }
        let place = try #require(Place("10.0.0.5:2222"))
        let firsts = try store.firstUse(of: place)
        #expect(firsts.map(\.event) == [.found, .recognition])
        #expect(firsts.map(\.time) == [at(100), at(200)])
        #expect(firsts.map(\.protocolName) == [nil, "ssh"])
        #expect(firsts.map(\.text) == ["nmap, guesses EtherNetIP-1 by the port", "zeek"])
        #expect(Table(firsts, of: place).text().contains("PROTOCOL  SOURCE"))
    }

    @Test(
        "what a log only let pass is an attempt in every answer, and what shows the server's words a session",
        arguments: [StoredCapture.Kind.imported, .files], [false, true])
    func letPass(kind: StoredCapture.Kind, rollsUp: Bool) throws {
        let store = try Store()
        try write(store, kind, kind == .imported ? "import syslog" : "files", "log") { batch in
            for second in 0..<3 {
                var row = session("10.0.0.9:1", "10.0.0.5:22", at: Double(second), state: .oneWay)
                if second < 2 { (row.serverBytes, row.serverPackets) = (0, 0) }
                batch.sessions.append(row)
            }
        }
        if rollsUp { try Retention(sessions: -1).apply(to: store, clock: at(2 * day).nanoseconds) }
        let (place, sessions) = (Place(endpoint("10.0.0.5:22")), kind == .imported ? 1 : 3)
        let usage = try store.usage(of: place, Selection(), per: nil).whole
        #expect(usage.established == sessions && usage.attempts == 3 - sessions)
        let clients = try store.clients(of: place, Selection())
        #expect(clients.map(\.usage.established) == [sessions])
        let activity = try store.activity(every: 3600)
        #expect(activity.map(\.established) == [sessions] && activity.map(\.attempts) == [3 - sessions])
        let events = try store.timeline(of: address("10.0.0.5"), Selection(), per: nil)
        #expect(events.compactMap(\.usage?.established).reduce(0, +) == sessions)
        let first = try store.firstUse(of: place).first { $0.event == .session }
        // Of hours, the first session is known to the hour's first alone.
        #expect(first?.time == at(kind == .imported && !rollsUp ? 2 : 0))
    }

    @Test(
        "datagrams whose protocol another one heard are a session, as one's own are; what a firewall names is not",
        arguments: [("import zeek", 1), ("import eve", 1), ("import syslog", 0), ("files", 2)])
    func heardOneWay(_ sensor: String, _ sessions: Int) throws {
        let store = try Store()
        try write(store, sensor == "files" ? .files : .imported, sensor, "log") { batch in
            for (second, number) in [UInt16(1), 0].enumerated() {
                var row = session(
                    "10.0.0.8:1", "10.0.0.9:514", at: Double(second), protocolNumber: number, state: .oneWay,
                    transport: .udp)
                (row.serverBytes, row.serverPackets) = (0, 0)
                batch.sessions.append(row)
            }
        }
        let place = Place(endpoint("10.0.0.9:514"), .udp)
        let usage = try store.usage(of: place, Selection(), per: nil).whole
        #expect(usage.established == sessions && usage.attempts == 2 - sessions)
    }

    @Test("a byte-order mark at the beginning of a text stays", arguments: ["\u{feff}220 vs", "2\u{feff}20"])
    func mark(_ banner: String) throws {
        let store = try Store()
        try write(store, .files, "files", "a.pcap") {
            seen(&$0, "ftp", "10.0.0.5:21", FieldSet([("banner", banner)]), at: 1)
        }
        let service = try #require(store.holdings(Selection(), [.services]).services.first)
        #expect(service.currentBanner?.fields["banner"].map { Array($0.utf8) } == Array(banner.utf8))
    }

    @Test("a store of the first version is brought up to date: what it knows is passive")
    func migration() throws {
        let scratch = try Scratch()
        let path = scratch.file("old.db")
        let old = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(old, upTo: "1")
        try old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO sensors VALUES (1, 'eth0', 'interfaces');
                    INSERT INTO captures (id, sensor, name, started, first_session, state)
                        VALUES (1, 1, 'eth0', 0, 1, 'complete');
                    INSERT INTO protocols VALUES (1, 'ssh');
                    INSERT INTO hosts VALUES (1, x'00000000000000000000ffff0a000005', '10.0.0.5');
                    INSERT INTO services VALUES (1, 1, 6, 22, 1, 'expected', NULL, NULL, NULL, 'offport/core/ssh', NULL,
                        10, 20, 10, 2, 1, 1, 0, 1, 7, x'00', 0, 'server', NULL);
                    INSERT INTO sightings VALUES (1, 1, '[]', 'SSH-2.0-a', 'a', '1', 10, 20, 2)
                    """)
        }
        try old.close()
        let store = try Store(reading: path)
        let holdings = try store.holdings(Selection(), [.services])
        let witness = try #require(holdings.services.first.flatMap { holdings.witnesses[$0.id] })
        #expect(witness.sources.count == 1)
        let source = try #require(witness.sources.first)
        #expect(source.kind == .passive && source.name == "eth0" && source.banner == "SSH-2.0-a")
        #expect(source.first == Timestamp(nanoseconds: 10) && source.last == Timestamp(nanoseconds: 20))
    }
}
