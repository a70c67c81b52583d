import Inventory
import Net
import Testing

/// A generator that repeats itself, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}

@Suite("Order and model")
struct OrderTests {
    @Test("services by protocol, port, transport and host")
    func serviceOrder() {
        var inventory = Inventory()
        inventory.see(
            Sighting("ssh", "10.0.0.2:22"), Sighting("dns", "10.0.0.1:53", .udp),
            Sighting("ssh", "[fd00::1]:22"),
            Sighting("ssh", "10.0.0.1:2222"), Sighting("dns", "10.0.0.9:53", .tcp),
            Sighting("ssh", "9.0.0.3:22"))
        let lines = inventory.allServices.map { "\($0.protocolName) \($0.port) \($0.host)" }
        #expect(
            lines == [
                "dns 53/tcp 10.0.0.9", "dns 53/udp 10.0.0.1", "ssh 22/tcp 9.0.0.3", "ssh 22/tcp 10.0.0.2",
                "ssh 22/tcp fd00::1", "ssh 2222/tcp 10.0.0.1",
            ])
    }

    @Test("findings: the gravest first, then by time, host and port")
    func findingOrder() {
        var inventory = Inventory()
        inventory.see(
            Sighting("http", "10.0.0.1:8000", at: 1), Sighting("ssh", "10.0.0.5:2222", at: 5),
            Sighting("ssh", "10.0.0.4:2222", at: 5), Sighting("ssh", "10.0.0.4:2221", at: 5),
            Sighting("ssh", "10.0.0.9:2222", at: 2), Sighting("ssh", "10.0.0.1:443", at: 9))
        #expect(
            inventory.allFindings.map { "\($0.severity) \($0.host):\($0.port.number)" } == [
                "high 10.0.0.1:443", "medium 10.0.0.9:2222", "medium 10.0.0.4:2221", "medium 10.0.0.4:2222",
                "medium 10.0.0.5:2222", "low 10.0.0.1:8000",
            ])
    }

    @Test(
        "a shuffled replay gives the same services and as many findings",
        arguments: 1...5 as ClosedRange<UInt64>)
    func shuffled(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        let names = ["ssh", "http", "ftp", "dns"]
        let sightings = (0..<2000).map { number in
            Sighting(
                names[Int.random(in: 0..<4, using: &generator)],
                "10.0.0.\(Int.random(in: 1...20, using: &generator)):\([22, 21, 80, 419, 8080].randomElement(using: &generator) ?? 0)",
                from:
                    "10.9.\(Int.random(in: 0...3, using: &generator)).\(Int.random(in: 1...9, using: &generator)):\(number)",
                at: Int64(1000 + number))
        }
        let policy = Policy.ariel { $0.clients = subnets("10.9.0.0/17") }
        var (straight, mixed) = (Inventory(policy), Inventory(policy))
        straight.see(sightings)
        mixed.see(sightings.shuffled(using: &generator))
        func lines(_ inventory: Inventory) -> [String] {
            inventory.allServices.map {
                "\($0.protocolName) \($0.host) \($0.port) \($0.standing) \($0.allowance ?? "-") \($0.firstSeen) "
                    + "\($0.lastSeen) \($0.sessions) \($0.clients)"
            }
        }
        func findings(_ inventory: Inventory) -> Set<String> {
            Set(inventory.allFindings.map { "\($0.protocolName) \($0.host) \($0.port) \($0.rule)" })
        }
        #expect(lines(straight) == lines(mixed))
        #expect(findings(straight) == findings(mixed))
        #expect(straight.usage == mixed.usage)
        #expect(straight.findingCount == findings(straight).count)
    }

    @Test("a finding is of the earliest session of several captures, in whichever order they are read")
    func capturesOutOfOrder() {
        var policy = Policy()
        policy.forbid("telnet", .high, reason: "cleartext")
        var inventory = Inventory(policy)
        for day in [3, 1, 2] as [Int64] {
            inventory.begin(capture: "day\(day)")
            let found = inventory.see(
                Sighting("ssh", "10.0.0.5:2222", from: "10.0.0.\(day):1", at: day * 1000),
                Sighting("telnet", "10.0.0.6:23", from: "10.0.0.\(day):2", at: day * 1000 + 1))
            #expect(found.count == (day == 3 ? 2 : 0))
        }
        let lines = inventory.allFindings.map {
            "\($0.rule.name) \($0.time.milliseconds) \($0.client) \($0.capture ?? "")"
        }
        #expect(
            lines == ["forbidden 1001000 10.0.0.1:2 day1", "off-port 1000000 10.0.0.1:1 day1"])
        let said = inventory.allFindings.map { String(decoding: $0.evidence.bytes, as: UTF8.self) }
        #expect(said == ["telnet at 1001", "ssh at 1000"])
        #expect(inventory.allFindings.first?.reason == "cleartext")
    }

    @Test("the evidence of a service is of its earliest sighting, in whichever order captures are read")
    func evidenceOutOfOrder() {
        var inventory = Inventory()
        for day in [3, 1, 2] as [Int64] {
            inventory.begin(capture: "day\(day)")
            inventory.see(
                Sighting("ssh", "10.0.0.5:2222", from: "10.0.0.\(day):1", at: day * 1000),
                Sighting("ssh", "10.0.0.5:2222", from: "10.0.0.\(day):2", at: day * 1000 + 1))
        }
        let kept = inventory.allServices.map {
            "\($0.capture ?? "") \($0.flow == 1000 << 16 | 1) \(String(decoding: $0.evidence.bytes, as: UTF8.self))"
        }
        #expect(kept == ["day1 true ssh at 1000"])
    }

    @Test("only an earlier capture brings a service another evidence")
    func newEvidence() {
        var inventory = Inventory()
        func changes(_ capture: String, at seconds: Int64...) -> [Bool] {
            inventory.begin(capture: capture)
            return seconds.map {
                inventory.recognise(Sighting("ssh", "10.0.0.5:2222", at: $0).recognition).hasNewEvidence
            }
        }
        #expect(changes("b.pcap", at: 10, 9, 11) == [false, false, false])
        #expect(changes("c.pcap", at: 20, 10) == [false, false])
        #expect(changes("a.pcap", at: 5, 4, 6) == [true, false, false])
    }

    @Test("sessions and distinct clients agree with plain dictionaries, through many growths")
    func model() {
        var generator = SplitMix(state: 99)
        var inventory = Inventory()
        var sessions: [Endpoint: Int] = [:]
        var clients: [Endpoint: Set<IPAddress>] = [:]
        var addresses: Set<IPAddress> = []
        for number in 0..<60_000 {
            let server = Endpoint(
                IPAddress(v4: 0x0a00_0000 | UInt32.random(in: 0..<3000, using: &generator)),
                UInt16.random(in: 20...24, using: &generator))
            let client = IPAddress(
                high: 0x2001_0db8_0000_0000, low: UInt64.random(in: 1...400, using: &generator))
            var recognition = Sighting("ssh", "10.0.0.1:22", at: Int64(number)).recognition
            recognition.server = server
            recognition.client = Endpoint(client, 1)
            _ = inventory.recognise(recognition)
            sessions[server, default: 0] += 1
            clients[server, default: []].insert(client)
            addresses.insert(server.address)
        }
        #expect(inventory.serviceCount == sessions.count)
        for service in inventory.allServices {
            let key = Endpoint(service.host, service.port.number)
            #expect(service.sessions == sessions[key])
            #expect(service.clients == clients[key]?.count)
        }
        #expect(inventory.findingCount == sessions.keys.count { $0.port != 22 })
        #expect(inventory.hosts().map(\.address) == addresses.sorted())
        let some = subnets("2001:db8::/120")
        let expected = Set(clients.filter { $0.value.contains { some[0].contains($0) } }.keys)
        let found = inventory.services(withClientIn: some).map { inventory.service($0) }
        #expect(Set(found.map { Endpoint($0.host, $0.port.number) }) == expected)
    }
}
