import Inventory
import Net
import Testing

@Suite("Allowances")
struct AllowanceTests {
    @Test("A5: Ariel keeps its service, has no finding and names the allowance")
    func ariel() throws {
        var inventory = Inventory(.ariel())
        let findings = inventory.see(
            Sighting("ftp", "10.20.0.11:419"), Sighting("ftp", "10.20.0.12:2100"),
            Sighting("ftp-data", "10.20.0.11:31200", isChild: true))
        #expect(findings.map(\.port.number) == [2100])
        let services = inventory.allServices
        #expect(services.map(\.port.number) == [419, 2100])
        #expect(services.map(\.allowance) == ["Ariel", nil])
        #expect(services.first?.standing == .allowed(allowance: 0))
        #expect(inventory.counters.children == 1)
        #expect(inventory.usage[0].hits == 1)
    }

    struct Limit: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var holds: Bool
        var allowance: @Sendable (inout Allowance) -> Void
        var server = "10.20.0.11:419"
        var client = "10.9.9.9:1000"
        var vlan: UInt16 = 0
        var seconds: Int64 = 1000
    }

    static let limits: [Limit] = [
        Limit(testDescription: "no limit", holds: true, allowance: { _ in }),
        Limit(
            testDescription: "to: inside", holds: true,
            allowance: { $0.servers = subnets("192.0.2.0/24", "10.20.0.0/16") }),
        Limit(
            testDescription: "to: outside", holds: false, allowance: { $0.servers = subnets("10.21.0.0/16") }),
        Limit(
            testDescription: "to: the other IP version", holds: false,
            allowance: { $0.servers = subnets("10.20.0.0/16") }, server: "[fd00:20::11]:419"),
        Limit(
            testDescription: "from: inside", holds: true, allowance: { $0.clients = subnets("10.9.0.0/16") }),
        Limit(
            testDescription: "from: outside", holds: false,
            allowance: { $0.clients = subnets("10.9.0.0/16") },
            client: "10.8.0.1:1"),
        Limit(testDescription: "vlan: inside", holds: true, allowance: { $0.vlans = [10...20] }, vlan: 20),
        Limit(testDescription: "vlan: outside", holds: false, allowance: { $0.vlans = [10...20] }, vlan: 21),
        Limit(testDescription: "vlan: untagged", holds: false, allowance: { $0.vlans = [10...20] }),
        Limit(testDescription: "direction: fits", holds: true, allowance: { $0.direction = .internal }),
        Limit(
            testDescription: "direction: other", holds: false, allowance: { $0.direction = .internal },
            client: "203.0.113.7:1"),
        // A session counts from its first packet, a second before it is recognised.
        Limit(
            testDescription: "expires: begun in the last moment", holds: true,
            allowance: { $0.expires = Timestamp(nanoseconds: 999_000_000_001) }),
        Limit(
            testDescription: "expires: begun in the first moment after", holds: false,
            allowance: { $0.expires = Timestamp(seconds: 999) }),
        Limit(
            testDescription: "port of a range", holds: true,
            allowance: { $0.ports = [PortRange("400-500/tcp")].compactMap(\.self) }),
        Limit(
            testDescription: "port of a range wider than the table lists", holds: true,
            allowance: { $0.ports = [PortRange("1/udp"), PortRange("2-60000/tcp")].compactMap(\.self) }),
        Limit(
            testDescription: "port of the other transport", holds: false,
            allowance: { $0.ports = [PortRange("419/udp")].compactMap(\.self) }),
        Limit(
            testDescription: "another protocol", holds: false, allowance: { $0.protocolName = "ssh" }),
        Limit(
            testDescription: "one of two conditions fails", holds: false,
            allowance: {
                $0.clients = subnets("10.9.0.0/16")
                $0.vlans = [5...5]
            }),
    ]

    @Test("every condition must hold", arguments: limits)
    func conditions(_ limit: Limit) {
        var policy = Policy.ariel(limit.allowance)
        policy.site = Policy.campus
        var inventory = Inventory(policy)
        let sighting = Sighting("ftp", limit.server, from: limit.client, at: limit.seconds, vlan: limit.vlan)
        let findings = inventory.see(sighting)
        #expect(findings.isEmpty == limit.holds)
        #expect(inventory.usage[0].hits == (limit.holds ? 1 : 0))
        #expect(inventory.allServices.map(\.standing.name) == [limit.holds ? "allowed" : "off-port"])
        // The judge alone says the same.
        let recognition = sighting.recognition
        let standing = inventory.judge.standing(
            of: recognition.protocolIndex, on: ServicePort(recognition.server.port, .tcp),
            server: recognition.server.address, client: recognition.client.address, vlan: recognition.vlan,
            at: recognition.start)
        #expect(standing == inventory.allServices.first?.standing)
    }

    @Test(
        "one uncovered session makes the service off-port, once, whatever the order",
        arguments: [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
    func uncoveredSession(_ order: [Int]) {
        let sightings = [
            Sighting("ftp", "10.20.0.11:419", from: "10.9.9.9:1"),
            Sighting("ftp", "10.20.0.11:419", from: "10.8.8.8:2"),
            Sighting("ftp", "10.20.0.11:419", from: "10.8.8.9:3"),
            Sighting("ftp", "10.20.0.11:419", from: "10.9.9.10:4"),
        ]
        var inventory = Inventory(.ariel { $0.clients = subnets("10.9.0.0/16") })
        let findings = inventory.see(order.map { sightings[$0] })
        #expect(findings.count == 1)
        #expect(findings.first.map { $0.client.address < IPAddress(v4: 0x0a09_0000) } == true)
        #expect(inventory.allServices.map(\.standing.name) == ["off-port"])
        #expect(inventory.allServices.map(\.allowance) == [nil])
        #expect(inventory.allServices.map(\.sessions) == [4])
        #expect(inventory.usage[0].hits == 2)
    }

    @Test("the evidence of a finding is that of the uncovered session")
    func evidenceOfUncoveredSession() {
        var inventory = Inventory(.ariel { $0.expires = Timestamp(seconds: 2000) })
        let findings = inventory.see(
            Sighting("ftp", "10.20.0.11:419", at: 1500), Sighting("ftp", "10.20.0.11:419", at: 2500))
        #expect(findings.map(\.time) == [Timestamp(seconds: 2500)])
        #expect(findings.map { String(decoding: $0.evidence.bytes, as: UTF8.self) } == ["ftp at 2500"])
        #expect(
            inventory.allServices.map { String(decoding: $0.evidence.bytes, as: UTF8.self) } == [
                "ftp at 1500"
            ])
    }

    @Test("usage: hits with their times, expired, shadowed and unused ones")
    func usage() {
        var policy = Policy()
        policy.allow("ftp", "419/tcp", "first") { $0.expires = Timestamp(seconds: 2000) }
        policy.allow("ftp", "419-422/tcp", "second")
        policy.allow("ftp", "1-65535/tcp", "third")
        policy.allow("ssh", "2222/tcp", "unused")
        var inventory = Inventory(policy)
        inventory.see(
            Sighting("ftp", "10.0.0.1:419", at: 1700), Sighting("ftp", "10.0.0.1:419", at: 1600),
            Sighting("ftp", "10.0.0.1:419", at: 2600), Sighting("ftp", "10.0.0.1:421", at: 2700),
            // Where the protocol is at home, no allowance is asked.
            Sighting("ftp", "10.0.0.1:21", at: 2800))
        #expect(inventory.usage.map(\.hits) == [2, 2, 0, 0])
        #expect(inventory.usage.map(\.expiredSessions) == [1, 0, 0, 0])
        #expect(inventory.usage.map(\.shadowedSessions) == [0, 2, 4, 0])
        #expect(inventory.usage[0].firstHit == Timestamp(seconds: 1600))
        #expect(inventory.usage[0].lastHit == Timestamp(seconds: 1700))
        #expect(inventory.usage[3] == AllowanceUsage())
        // Two allowances decided sessions of one service: the earlier one in the policy is named.
        #expect(inventory.allServices.map(\.allowance) == [nil, "first", "second"])
    }
}
