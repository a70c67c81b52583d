import GRDB
import Inventory
import Net
import Records
import Testing

@testable import Stores

@Suite("Findings of services that go on")
struct FindingTests {
    private static let offPort = Standing.offPort(.unassigned, owner: nil)

    /// A sensor that runs: what it notices between two transactions, one after the other.
    private final class Sensor {
        let store: Store
        private let scribe = Scribe(keepsUntilEnd: false)
        private var hasBegun = false

        init() throws { store = try Store() }

        func notice(_ fill: (inout StoreBatch) -> Void) throws {
            var batch = StoreBatch()
            if !hasBegun {
                hasBegun = true
                batch.append(.naming(naming))
                batch.append(.begin(StoredCapture(name: "eth0", sensor: "here", kind: .interfaces)))
            }
            fill(&batch)
            try store.database.write { database in
                try scribe.take(batch, database)
                try scribe.write(database)
            }
            _ = scribe.commit()
        }

        /// The one finding that there is.
        func kept(_ selection: Selection = Selection()) throws -> KeptFinding? {
            try store.holdings(selection, [.findings]).findings.first
        }
    }

    /// An FTP server, found at the second 1.
    private func sensor(_ standing: Standing = FindingTests.offPort) throws -> Sensor {
        let sensor = try Sensor()
        try sensor.notice { batch in
            batch.append(service("ftp", "10.0.0.5:2222", standing: standing, capture: "eth0"), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 0.9))
            batch.append(finding("ftp", "10.0.0.5:2222", at: 1))
        }
        return sensor
    }

    private func since(_ seconds: Double) -> Selection {
        var selection = Selection()
        selection.since = at(seconds)
        return selection
    }

    @Test("a finding lasts as long as its service is seen and stands so, and time filters know it")
    func lasts() throws {
        let sensor = try sensor()
        #expect(try sensor.kept()?.lastTime == at(1))
        try sensor.notice { batch in
            batch.sightings.append(sighting(0, "10.0.0.9:2", at: 50))
            batch.sessions.append(session("10.0.0.9:2", "10.0.0.5:2222", at: 50, lasting: 10, service: 0))
        }
        let kept = try #require(try sensor.kept(since(55)))
        #expect(kept.lastTime == at(60) && kept.finding.time == at(1) && kept.times == 1)
        #expect(try sensor.kept(since(61)) == nil)
        // From here on it is allowed.
        try sensor.notice { batch in
            let allowed = Standing.allowed(allowance: 0)
            batch.append(service("ftp", "10.0.0.5:2222", standing: allowed, capture: "eth0"), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:3", at: 90))
        }
        #expect(try sensor.kept()?.lastTime == at(60))
    }

    @Test(
        "captures may come in any order: a finding has the last sign of all",
        arguments: [[1, 9], [9, 1]])
    func captures(_ order: [Double]) throws {
        let store = try Store()
        for seconds in order {
            try store.write("\(seconds).pcap") { batch in
                batch.append(service("ftp", "10.0.0.5:2222", standing: Self.offPort, first: seconds), at: 0)
                batch.sightings.append(sighting(0, "10.0.0.9:1", at: seconds))
                batch.append(finding("ftp", "10.0.0.5:2222", at: seconds + 0.1))
                batch.sessions.append(
                    session("10.0.0.9:1", "10.0.0.5:2222", at: seconds, lasting: 5, service: 0))
            }
        }
        let kept = try #require(try store.holdings(Selection(), [.findings]).findings.first)
        #expect(kept.finding.time == at(1.1) && kept.lastTime == at(14) && kept.times == 2)
    }

    /// Off-port, as others know of it: nmap's file, a probe, another sensor's log of flows, traffic.
    private func told(by eye: String) -> Finding {
        let silence = Evidence(isServer: true, offset: 0, signature: nil, bytes: [])
        func told(_ seconds: Double, _ evidence: Evidence?, hasFlow: Bool) -> Finding {
            var found = finding("ftp", "10.0.0.5:2222", at: seconds)
            (found.capture, found.confidence) = (eye, .likely)
            if let evidence { found.evidence = evidence }
            return hasFlow ? found : found.withoutFlow
        }
        return switch eye {
        case "scan.xml": told(1, silence, hasFlow: false)
        case "probe": told(2, nil, hasFlow: false)
        case "eve.json": told(3, silence, hasFlow: true)
        case "b.pcap": told(9, nil, hasFlow: true)
        default: told(4, nil, hasFlow: true)
        }
    }

    @Test(
        "what traffic shows of a finding is before what others say of it, whoever came first",
        arguments: [
            ["scan.xml", "a.pcap"], ["a.pcap", "scan.xml"], ["eve.json", "a.pcap"], ["a.pcap", "eve.json"],
            ["probe", "a.pcap"], ["scan.xml", "probe", "eve.json", "a.pcap"],
            ["scan.xml", "eve.json", "b.pcap", "a.pcap"],
        ])
    func others(_ eyes: [String]) throws {
        let store = try Store()
        for eye in eyes {
            try store.write(eye) { $0.append(told(by: eye)) }
        }
        let kept = try #require(try store.holdings(Selection(), [.findings]).findings.first)
        #expect(kept.finding.capture == "a.pcap" && kept.finding.time == at(4) && kept.finding.hasFlow)
        #expect(kept.finding.client == endpoint("10.0.0.9:50000"))
        #expect(kept.finding.evidence.bytes == Array("220 ready\r\n".utf8))
        #expect(kept.times == eyes.count)
    }

    @Test(
        "what has no session grades nothing that has one, and the first session grades",
        arguments: [true, false])
    func gradesOfOthers(_ isTrafficFirst: Bool) throws {
        let store = try Store()
        var outside = told(by: "probe")
        (outside.direction, outside.severity) = (.inbound, .high)
        var inside = told(by: "a.pcap")
        inside.direction = .internal
        for found in isTrafficFirst ? [inside, outside] : [outside, inside] {
            try store.write(found.capture ?? "") { $0.append(found) }
        }
        let kept = try #require(try store.holdings(Selection(), [.findings]).findings.first?.finding)
        #expect(kept.capture == "a.pcap" && kept.direction == .internal && kept.severity == .medium)
    }

    @Test("without a policy, what the store knows stands as it does, and nothing is found of it")
    func undecided() throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:419", standing: .allowed(allowance: 0)), at: 0)
            batch.append(service("ssh", "10.0.0.5:2222", standing: Self.offPort), at: 1)
            var graded = finding("ssh", "10.0.0.5:2222", at: 1)
            graded.severity = .info
            batch.append(graded)
        }
        try store.write("conn.log", isDecided: false) { batch in
            for (place, name) in [("ftp", "10.0.0.5:419"), ("ssh", "10.0.0.5:2222"), ("ssh", "10.0.0.5:443")]
                .enumerated()
            {
                batch.append(service(name.0, name.1, standing: Self.offPort, first: 9), at: place)
                batch.sightings.append(sighting(place, "10.0.0.9:1", at: 9))
                batch.append(finding(name.0, name.1, at: 9))
            }
        }
        let holdings = try store.holdings(Selection(), [.services, .findings])
        let standings = holdings.services.map { "\($0.port.number) \($0.standing.name)" }.sorted()
        #expect(standings == ["2222 off-port", "419 allowed", "443 off-port"])
        #expect(holdings.services.first { $0.port.number == 419 }?.allowance == "Ariel")
        let found = holdings.findings.map { "\($0.finding.port.number) \($0.finding.severity.rawValue)" }
        #expect(found.sorted() == ["2222 info", "443 medium"])
        #expect(holdings.findings.first { $0.finding.port.number == 2222 }?.lastTime == at(9.1))
    }

    @Test(
        "without a policy, a session that its direction graded stays, and of others the earliest",
        arguments: [Direction.internal, nil])
    func undecidedSession(_ direction: Direction?) throws {
        let store = try Store()
        var later = told(by: "eve.json")
        (later.direction, later.severity) = (direction, .high)
        try store.write("eve.json") { $0.append(later) }
        var earlier = told(by: "eve.json")
        (earlier.time, earlier.client) = (at(1), endpoint("198.51.100.4:4009"))
        earlier.capture = "conn.log"
        try store.write("conn.log", isDecided: false) { $0.append(earlier) }
        let kept = try #require(try store.holdings(Selection(), [.findings]).findings.first)
        let right = direction == nil ? earlier : later
        #expect(kept.finding.client == right.client && kept.finding.time == right.time)
        #expect(kept.finding.capture == right.capture && kept.finding.direction == direction)
        #expect(kept.finding.severity == .high && kept.times == 2)
    }

    @Test(
        "what a policy graded stays so, whichever side of what none did it is stored on",
        arguments: ["eve.json", "probe"], [Direction.internal, .inbound])
    func gradedAndNot(_ eye: String, _ direction: Direction) throws {
        var graded = told(by: eye)
        (graded.direction, graded.severity) = (direction, .high)
        var other = told(by: "eve.json")
        (other.time, other.client, other.capture) = (at(1), endpoint("198.51.100.4:4009"), "conn.log")
        for isGradedFirst in [true, false] {
            let store = try Store()
            for isGraded in [isGradedFirst, !isGradedFirst] {
                let found = isGraded ? graded : other
                try store.write(found.capture ?? "", isDecided: isGraded) { $0.append(found) }
            }
            let kept = try #require(try store.holdings(Selection(), [.findings]).findings.first)
            #expect(kept.finding.capture == eye && kept.finding.time == graded.time)
            #expect(kept.finding.direction == direction && kept.finding.severity == .high)
            #expect(kept.finding.hasFlow == graded.hasFlow && kept.times == 2)
        }
    }

    @Test("a service that is forbidden lasts as one that is off-port does")
    func forbidden() throws {
        let sensor = try Sensor()
        try sensor.notice { batch in
            var telnet = service("ftp", "10.0.0.5:21", capture: "eth0")
            telnet.isForbidden = true
            batch.append(telnet, at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:1", at: 0.9))
            var found = finding("ftp", "10.0.0.5:21", at: 1)
            found.rule = .forbidden
            batch.append(found)
        }
        try sensor.notice { $0.sightings.append(sighting(0, "10.0.0.9:1", at: 4.9)) }
        #expect(try sensor.kept()?.lastTime == at(5))
    }

    @Test("a closed finding is open again when a running sensor sees its service used again")
    func usedAgain() throws {
        let sensor = try sensor()
        let number = try #require(try sensor.kept()?.number)
        try sensor.store.settle(finding: number, as: .closed, by: "ada", note: "moved", at: at(3))
        // The end of a session that was there before is no use after it.
        try sensor.notice {
            $0.sessions.append(session("10.0.0.9:1", "10.0.0.5:2222", at: 0, lasting: 4, service: 0))
        }
        let closed = try #require(try sensor.kept())
        #expect(closed.state == .closed && closed.note == "moved" && closed.lastTime == at(4))
        try sensor.notice { $0.sightings.append(sighting(0, "10.0.0.9:2", at: 9.9)) }
        let again = try #require(try sensor.kept())
        #expect(again.state == .open && again.stateBy == nil && again.stateTime == nil && again.note == nil)
        #expect(again.lastTime == at(10))
        let events = try sensor.store.timeline(of: address("10.0.0.5"), Selection(), per: nil)
        let said = events.map(\.text).filter { $0.hasPrefix("finding") }
        #expect(
            said == [
                "finding \(number) closed by ada: moved",
                "finding \(number) open: seen again at \(at(10).toTheSecond) UTC",
            ])
        // What somebody knows of stays as it is.
        try sensor.store.settle(finding: number, as: .acknowledged, by: "ada", note: nil, at: at(11))
        try sensor.notice { $0.sightings.append(sighting(0, "10.0.0.9:2", at: 20)) }
        #expect(try sensor.kept()?.state == .acknowledged)
    }

    @Test("a closed finding stays closed while its service is allowed")
    func allowed() throws {
        let sensor = try sensor()
        let number = try #require(try sensor.kept()?.number)
        try sensor.store.settle(finding: number, as: .closed, by: "ada", note: nil, at: at(3))
        try sensor.notice { batch in
            let allowed = Standing.allowed(allowance: 0)
            batch.append(service("ftp", "10.0.0.5:2222", standing: allowed, capture: "eth0"), at: 0)
            batch.sightings.append(sighting(0, "10.0.0.9:3", at: 90))
        }
        #expect(try sensor.kept()?.state == .closed)
    }

    @Test("a note is its author's: who says something later without words has none")
    func notes() throws {
        let sensor = try sensor()
        let number = try #require(try sensor.kept()?.number)
        try sensor.store.settle(finding: number, as: .acknowledged, by: "bob", note: "a scanner", at: at(3))
        try sensor.store.settle(finding: number, as: .closed, by: "carol", note: nil, at: at(4))
        let kept = try #require(try sensor.kept())
        #expect(kept.state == .closed && kept.stateBy == "carol" && kept.note == nil)
        let events = try sensor.store.timeline(of: address("10.0.0.5"), Selection(), per: nil).map(\.text)
        #expect(events.contains("finding \(number) acknowledged by bob: a scanner"))
        #expect(events.contains("finding \(number) closed by carol"))
    }

    @Test("asked for a client, findings are those of the services that it used")
    func clients() throws {
        let store = try Store()
        try store.write { batch in
            batch.append(service("ftp", "10.0.0.5:2222", standing: Self.offPort), at: 0)
            batch.append(service("ssh", "10.0.0.6:443", standing: Self.offPort), at: 1)
            batch.sightings += [
                sighting(0, "10.0.0.9:1", at: 1), sighting(0, "10.0.0.8:1", at: 2),
                sighting(1, "10.0.0.8:1", at: 3),
            ]
            batch.append(finding("ftp", "10.0.0.5:2222", at: 1))
            var other = finding("ssh", "10.0.0.6:443", at: 3)
            other.client = endpoint("10.0.0.8:1")
            batch.append(other)
            // Who guesses passwords is one client of many.
            let detection = Detection(
                name: "guessing", title: "Guesses passwords", severity: .medium, subject: .client,
                plugin: "acme/guessing", origin: SourceLocation(file: "", line: 0))
            var guessing = finding("ftp", "10.0.0.5:2222", at: 4)
            guessing.rule = .detected(Detected(detection, title: "Guesses passwords"))
            batch.append(guessing)
        }
        func found(_ client: String) throws -> [String] {
            var selection = Selection()
            selection.clients = [Subnet(client)].compactMap(\.self)
            return try store.holdings(selection, [.findings]).findings.map(\.finding.rule.name).sorted()
        }
        #expect(try found("10.0.0.9") == ["guessing", "off-port"])
        #expect(try found("10.0.0.8") == ["off-port", "off-port"])
        #expect(try found("10.0.0.7").isEmpty)
    }

    @Test("in a store of an older version, what is off-port still has the last sign of its service")
    func migration() throws {
        let scratch = try Scratch()
        let path = scratch.file("old.db")
        let old = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(old, upTo: "4")
        try old.write { database in
            try database.execute(
                sql: """
                    INSERT INTO protocols VALUES (1, 'ftp');
                    INSERT INTO hosts VALUES (1, x'00000000000000000000ffff0a000005', '10.0.0.5');
                    """)
            for (port, standing) in [(2222, "off-port"), (3333, "allowed")] {
                try database.execute(
                    sql: """
                        INSERT INTO services VALUES (:port, 1, 6, :port, 1, :standing, 'unassigned',
                            NULL, NULL, 'offport/core/ftp', NULL, 10, 90, 10, 2, 1, 1, 0, NULL, 7, x'00',
                            0, 'server', NULL);
                        INSERT INTO findings (id, rule, class, severity, host, transport, port, protocol,
                            subject, title, time, last_time, times, vlan, certain, expected, plugin,
                            evidence, evidence_offset, evidence_speaker)
                        VALUES (:port, 'off-port', 'unassigned', 'medium', 1, 6, :port, 1, '', '', 10, 10,
                            1, 0, 1, '[]', 'offport/core/ftp', x'00', 0, 'server')
                        """, arguments: ["port": port, "standing": standing])
            }
        }
        try old.close()
        let findings = try Store(reading: path).holdings(Selection(), [.findings]).findings
        let last = Dictionary(uniqueKeysWithValues: findings.map { ($0.number, $0.lastTime.nanoseconds) })
        #expect(last == [2222: 90, 3333: 10])
    }
}
