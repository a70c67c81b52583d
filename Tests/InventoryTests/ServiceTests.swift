import Inventory
import Net
import Testing

@Suite("Services and findings")
struct ServiceTests {
    @Test("A1, A14: three findings off their ports, none on them, a record for each")
    func threeProtocols() {
        var inventory = Inventory()
        let off = inventory.see(
            Sighting("ssh", "10.0.0.1:2222"), Sighting("http", "10.0.0.1:8000"),
            Sighting("ftp", "10.0.0.1:2100"))
        #expect(off.map(\.rule) == [.offPort(.unassigned), .offPort(.alternate), .offPort(.unassigned)])
        #expect(off.map(\.severity) == [.medium, .low, .medium])
        let on = inventory.see(
            Sighting("ssh", "10.0.0.2:22"), Sighting("http", "10.0.0.2:80"), Sighting("ftp", "10.0.0.2:21"))
        #expect(on.isEmpty)
        #expect(inventory.serviceCount == 6)
        #expect(inventory.findingCount == 3)
    }

    @Test("A3: a hundred FTP servers, one on 2100, many sessions: 100 services, 1 finding")
    func hundredServers() {
        var inventory = Inventory()
        var findings: [Finding] = []
        for session in 0..<50 {
            for server in 0..<100 {
                let port = server == 42 ? 2100 : 21
                findings += inventory.see(
                    Sighting(
                        "ftp", "10.0.1.\(server):\(port)", from: "10.9.0.\(session % 7):\(1000 + session)",
                        at: Int64(1000 + session)))
            }
        }
        #expect(inventory.serviceCount == 100)
        #expect(findings.count == 1)
        #expect(inventory.allFindings.map(\.host) == [IPAddress("10.0.1.42")])
        #expect(inventory.allServices.allSatisfy { $0.sessions == 50 && $0.clients == 7 })
    }

    @Test("A8: several protocols on one port are several services")
    func severalProtocolsOnOnePort() {
        var inventory = Inventory()
        inventory.see(
            Sighting("http", "10.0.0.1:8080"), Sighting("gnutella", "10.0.0.1:8080"),
            Sighting("http", "10.0.0.1:8080"))
        #expect(inventory.allServices.map(\.protocolName) == ["gnutella", "http"])
        #expect(inventory.allServices.map(\.sessions) == [1, 2])
        #expect(inventory.findingCount == 2)
    }

    @Test("A13: a port of another protocol is impersonation, graver, one finding, with its owner")
    func impersonation() {
        var inventory = Inventory()
        let findings = inventory.see(
            Sighting("ssh", "10.0.0.1:443"), Sighting("ssh", "10.0.0.1:443"), Sighting("ssh", "10.0.0.1:8000")
        )
        #expect(findings.map(\.owner) == ["tls", "http"])
        #expect(findings.map(\.severity) == [.high, .high])
        #expect(findings.map(\.expected.description) == ["[22/tcp]", "[22/tcp]"])
        #expect(inventory.allServices.map(\.owner) == ["tls", "http"])
    }

    struct Heard: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var makesService: Bool
        var sighting: Sighting
    }

    static let heard: [Heard] = [
        Heard(testDescription: "both spoke", makesService: true, sighting: Sighting("ssh", "10.0.0.1:2222")),
        Heard(
            testDescription: "the server never spoke", makesService: false,
            sighting: Sighting("http", "10.0.0.1:2222", serverSpoke: false)),
        Heard(
            testDescription: "one direction only", makesService: true,
            sighting: Sighting(
                "http", "10.0.0.1:2222", confidence: .likely, serverSpoke: false, isOneWay: true)),
        Heard(
            testDescription: "announced by another flow", makesService: false,
            sighting: Sighting("ftp-data", "10.0.0.1:2222", isChild: true)),
        Heard(
            testDescription: "to a group of hosts", makesService: false,
            sighting: Sighting("dns", "224.0.0.251:5353", .udp)),
        Heard(
            testDescription: "to a group of IPv6 hosts", makesService: false,
            sighting: Sighting("dns", "[ff02::fb]:5353", .udp)),
        Heard(
            testDescription: "broadcast", makesService: false,
            sighting: Sighting("dns", "255.255.255.255:5353", .udp)),
        Heard(
            testDescription: "broadcast in a subnet", makesService: false,
            sighting: Sighting("dns", "10.0.0.255:5353", .udp, isBroadcast: true)),
        Heard(
            testDescription: "unspecified", makesService: false,
            sighting: Sighting("dns", "0.0.0.0:5353", .udp)
        ),
    ]

    @Test("what makes a service", arguments: heard)
    func whatMakesAService(_ heard: Heard) {
        var inventory = Inventory()
        let findings = inventory.see(heard.sighting)
        #expect(inventory.serviceCount == (heard.makesService ? 1 : 0))
        #expect(findings.count == (heard.makesService ? 1 : 0))
        let counters = inventory.counters
        let dropped = counters.children + counters.unanswered + counters.groupAddressed
        #expect(dropped == (heard.makesService ? 0 : 1))
    }

    @Test("forbid: a finding of its own wherever it runs, once; the standing is judged as usual")
    func forbidden() {
        var policy = Policy()
        policy.forbid("telnet", .high, reason: "cleartext logins")
        policy.allow("telnet", "2323/tcp", "console server")
        var inventory = Inventory(policy)
        let findings = inventory.see(
            Sighting("telnet", "10.0.0.1:23", at: 1), Sighting("telnet", "10.0.0.1:23", at: 2),
            Sighting("telnet", "10.0.0.1:2323", at: 3), Sighting("telnet", "10.0.0.1:9023", at: 4),
            Sighting("ssh", "10.0.0.1:22", at: 5))
        #expect(findings.map(\.rule) == [.forbidden, .forbidden, .forbidden, .offPort(.unassigned)])
        #expect(findings.map(\.port.number) == [23, 2323, 9023, 9023])
        #expect(findings.map(\.reason) == ["cleartext logins", "cleartext logins", "cleartext logins", nil])
        #expect(findings.map(\.severity) == [.high, .high, .high, .medium])
        #expect(
            inventory.allServices.map(\.standing.name) == ["expected", "expected", "allowed", "off-port"])
    }

    @Test(
        "A15: direction of findings and services",
        arguments: [
            ("203.0.113.5:1", "10.0.0.1:2222", Direction.inbound, Severity.high),
            ("10.9.9.9:1", "10.0.0.1:2222", .internal, .medium),
            ("10.9.9.9:1", "203.0.113.5:2222", .outbound, .medium),
            ("198.51.100.1:1", "203.0.113.5:2222", nil, .medium),
        ] as [(String, String, Direction?, Severity)])
    func direction(client: String, server: String, expected: Direction?, severity: Severity) {
        var policy = Policy()
        policy.site = Policy.campus
        var inventory = Inventory(policy)
        let findings = inventory.see(Sighting("ssh", server, from: client))
        #expect(findings.map(\.direction) == [expected])
        #expect(findings.map(\.severity) == [severity])
        #expect(inventory.allServices.map(\.direction) == [expected])
    }

    @Test("a service that outsiders reach is inbound, whoever came first", arguments: [false, true])
    func gravestDirection(_ isReversed: Bool) {
        var policy = Policy()
        policy.site = Policy.campus
        var inventory = Inventory(policy)
        let sightings = [
            Sighting("ssh", "10.0.0.1:22", from: "10.9.9.9:1"),
            Sighting("ssh", "10.0.0.1:22", from: "192.0.2.1:1"),
        ]
        inventory.see(isReversed ? sightings.reversed() : sightings)
        #expect(inventory.allServices.map(\.direction) == [.inbound])
    }

    @Test("off-port is graver once outsiders come, whoever came first", arguments: [false, true])
    func graverFromOutside(_ isReversed: Bool) {
        var policy = Policy()
        policy.site = Policy.campus
        var inventory = Inventory(policy)
        let sightings = [
            Sighting("ssh", "10.0.0.1:2222", from: "10.9.9.9:1"),
            Sighting("ssh", "10.0.0.1:2222", from: "192.0.2.1:2"),
        ]
        let found = inventory.see(isReversed ? sightings.reversed() : sightings)
        #expect(found.map(\.severity) == (isReversed ? [.high] : [.medium, .high]))
        #expect(found.map(\.lesserSeverity) == (isReversed ? [nil] : [nil, .medium]))
        #expect(inventory.see(sightings).isEmpty)
        let kept = inventory.allFindings
        #expect(kept.map(\.severity) == [.high] && kept.map(\.direction) == [.inbound])
        #expect(kept.map(\.client.port) == [2])
    }

    @Test("who is told of without a session came from nowhere; the first session takes its place")
    func sessionAfterWord() {
        var policy = Policy()
        policy.site = Policy.campus
        var inventory = Inventory(policy)
        var word = Sighting("ssh", "10.0.0.1:2222", at: 20)
        (word.recognition.flow, word.recognition.client) = (0, Endpoint(IPAddress(high: 0, low: 0), 0))
        let told = inventory.see(word)
        #expect(told.map(\.severity) == [.medium] && told.map(\.direction) == [nil])
        let found = inventory.see(
            Sighting("ssh", "10.0.0.1:2222", from: "10.9.9.9:1", at: 10), word,
            Sighting("ssh", "10.0.0.1:2222", from: "10.9.9.9:2", at: 30))
        #expect(found.map(\.client.port) == [1] && found.map(\.isGraver) == [true])
        #expect(inventory.allFindings.map(\.time) == [Timestamp(seconds: 10)])
        #expect(inventory.allFindings.map(\.first) == [nil])
    }

    @Test(
        "when it was found first stays known, in whatever order captures are read", arguments: [false, true])
    func firstOfGraver(_ isReversed: Bool) {
        var policy = Policy()
        policy.site = Policy.campus
        var inventory = Inventory(policy)
        let sightings = [
            Sighting("ssh", "10.0.0.1:2222", from: "10.9.9.9:1", at: 10),
            Sighting("ssh", "10.0.0.1:2222", from: "192.0.2.1:2", at: 11),
        ]
        for sighting in isReversed ? sightings.reversed() : sightings {
            inventory.begin(capture: "\(sighting.recognition.time).pcap")
            inventory.see(sighting)
        }
        let kept = inventory.allFindings
        #expect(kept.map(\.time) == [Timestamp(seconds: 11)])
        #expect(kept.map(\.first) == [Timestamp(seconds: 10)])
    }

    @Test("what the site says of off-port is as grave from outside, and found once")
    func asGraveFromOutside() {
        var policy = Policy()
        policy.site = Policy.campus
        policy.severities["off-port"] = SiteSeverity(
            name: "off-port", severity: .low, origin: Policy.nowhere)
        var inventory = Inventory(policy)
        let found = inventory.see(
            Sighting("ssh", "10.0.0.1:2222"), Sighting("ssh", "10.0.0.1:2222", from: "192.0.2.1:2"))
        #expect(found.map(\.severity) == [.low])
    }

    @Test("A6: a finding carries time, both ends, ports, signature, bytes, flow and capture")
    func findingIsComplete() throws {
        var inventory = Inventory()
        inventory.begin(capture: "a.pcap")
        inventory.see(Sighting("ssh", "10.0.0.1:22"))
        inventory.begin(capture: "b.pcap")
        inventory.begin(capture: "a.pcap")
        inventory.begin(capture: "b.pcap")
        let sighting = Sighting("ssh", "10.0.0.1:2222", from: "10.1.2.3:50000", at: 1234, vlan: 12)
        let finding = try #require(inventory.see(sighting).first)
        #expect(finding.time == Timestamp(seconds: 1234))
        #expect(finding.host == IPAddress("10.0.0.1"))
        #expect(finding.port == ServicePort(2222, .tcp))
        #expect(finding.client == Endpoint("10.1.2.3:50000"))
        #expect(finding.vlan == 12)
        #expect(finding.plugin == "offport/core/ssh")
        #expect(finding.flow == sighting.recognition.flow)
        #expect(finding.evidence.signature == 7)
        #expect(finding.evidence.bytes == Array("ssh at 1234".utf8))
        #expect(finding.capture == "b.pcap")
        #expect(inventory.captures == ["a.pcap", "b.pcap"])
        #expect(inventory.allServices.map(\.capture) == ["a.pcap", "b.pcap"])
    }

    @Test("first and last seen, also when captures come in no order")
    func sightings() {
        var inventory = Inventory()
        inventory.see(
            Sighting("ssh", "10.0.0.1:22", at: 2000, confidence: .likely),
            Sighting("ssh", "10.0.0.1:22", at: 1000),
            Sighting("ssh", "10.0.0.1:22", at: 1500, confidence: .likely))
        let server = Endpoint(IPAddress(v4: 0x0a00_0001), 22)
        inventory.ended(
            server: server, transport: .tcp, protocolIndex: Library.index("ssh"), at: Timestamp(seconds: 2600)
        )
        inventory.ended(
            server: server, transport: .tcp, protocolIndex: Library.index("ssh"), at: Timestamp(seconds: 2500)
        )
        // Nothing is known of these.
        inventory.ended(
            server: server, transport: .udp, protocolIndex: Library.index("ssh"), at: Timestamp(seconds: 9000)
        )
        inventory.ended(
            server: server, transport: .tcp, protocolIndex: Library.index("ftp"), at: Timestamp(seconds: 9000)
        )
        let service = inventory.service(0)
        #expect(service.firstSeen == Timestamp(seconds: 999))
        #expect(service.lastSeen == Timestamp(seconds: 2600))
        #expect(service.confidence == .certain)
        #expect(service.sessions == 3)
    }

    @Test("a copy is a snapshot")
    func snapshot() {
        var inventory = Inventory()
        inventory.see(Sighting("ssh", "10.0.0.1:22"))
        let before = inventory
        inventory.see(Sighting("ssh", "10.0.0.1:22"), Sighting("ssh", "10.0.0.2:22"))
        #expect(before.serviceCount == 1)
        #expect(before.service(0).sessions == 1)
        #expect(inventory.service(0).sessions == 2)
    }
}
