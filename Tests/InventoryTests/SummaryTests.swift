import Inventory
import Net
import Testing

@Suite("Services counted without records")
struct SummaryTests {
    @Test("A3: a hundred FTP servers, one of them on 2100, one allowed on 419")
    func hundredServers() throws {
        var inventory = Inventory(.ariel())
        for server in 0..<100 {
            let port = server == 42 ? 2100 : server == 43 ? 419 : 21
            inventory.see(Sighting("ftp", "10.0.1.\(server):\(port)"), Sighting("ssh", "10.0.1.\(server):22"))
        }
        let summary = inventory.summary()
        #expect(summary.serviceCount == 200)
        #expect(summary.hostCount == 100)
        #expect([0, 1, 2].map(summary.count(rank:)) == [198, 1, 1])
        #expect(summary.protocols.map(\.name) == ["ftp", "ssh"])
        #expect(summary.protocols.map(\.hostCount) == [100, 100])
        let ftp = try #require(summary.protocols.first)
        #expect(ftp.ports.map(\.port.number) == [21, 419, 2100])
        #expect(ftp.ports.map(\.serverCount) == [98, 1, 1])
        #expect(ftp.ports.map(\.allowance) == [nil, "Ariel", nil])
    }

    @Test("nothing was seen")
    func empty() {
        let summary = Inventory().summary()
        #expect(summary.serviceCount == 0 && summary.hostCount == 0 && summary.protocols.isEmpty)
    }

    @Test("it says what the records say, whatever was seen", arguments: 1...20 as ClosedRange<UInt64>)
    func agreesWithRecords(seed: UInt64) {
        var random = seed &* 0x9e37_79b9_7f4a_7c15
        func next(_ count: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % count
        }
        var policy = Policy.ariel { $0.servers = subnets("10.0.0.0/30") }
        policy.allow("ftp", "419/tcp", "scanners") { $0.servers = subnets("10.0.0.4/30") }
        var inventory = Inventory(policy)
        let (names, ports) = (["ssh", "http", "ftp", "dns"], [21, 22, 53, 80, 419, 8080])
        for _ in 0..<300 {
            let (name, port) = (names[next(names.count)], ports[next(ports.count)])
            let transport: TransportProtocol = name == "dns" && next(2) == 0 ? .udp : .tcp
            inventory.see(Sighting(name, "10.0.0.\(next(12)):\(port)", transport))
        }
        let (summary, services) = (inventory.summary(), inventory.allServices)
        #expect(summary.serviceCount == services.count)
        #expect(summary.hostCount == Set(services.map(\.host)).count)
        #expect(summary.protocols.map(\.name) == Set(services.map(\.protocolName)).sorted())
        for used in summary.protocols {
            let own = services.filter { $0.protocolName == used.name }
            #expect(used.hostCount == Set(own.map(\.host)).count)
            #expect(used.ports.map(\.standing.rank) == used.ports.map(\.standing.rank).sorted())
            for port in used.ports {
                let alike = own.filter { $0.port == port.port && $0.standing == port.standing }
                #expect(port.serverCount == alike.count)
                #expect(alike.allSatisfy { $0.allowance == port.allowance })
            }
            #expect(used.ports.reduce(0) { $0 + $1.serverCount } == own.count)
        }
    }
}
