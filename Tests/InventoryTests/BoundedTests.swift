import Glibc
import Inventory
import Net
import TestSupport
import Testing

enum Soak {
    /// How many recognitions the soak test takes; in a debug build millions take minutes.
    static var rounds: Int {
        let text = unsafe getenv("OFFPORT_SOAK").map { unsafe String(cString: $0) }
        return text.flatMap { Int($0) } ?? 200_000
    }
}

/// A recognition from plain numbers: cheap to make, so that millions can be made.
struct Sketch {
    private var recognition = Sighting("ssh", "10.0.0.1:22").recognition

    func callAsFunction(
        server: UInt32, port: UInt16 = 22, client: UInt32 = 0x0a09_0909, at seconds: Int64,
        says fields: FieldSet? = nil, clientSays clientFields: FieldSet? = nil
    ) -> Recognition {
        var made = recognition
        made.server = Endpoint(IPAddress(v4: server), port)
        made.client = Endpoint(IPAddress(v4: client), 40_000)
        made.start = Timestamp(seconds: seconds)
        made.time = Timestamp(seconds: seconds)
        made.flow = UInt64(seconds)
        made.fields = FlowFields(client: clientFields, server: fields)
        return made
    }
}

@Suite("Bounded tables")
struct BoundedTests {
    private let sketch = Sketch()

    @Test("the service silent longest makes room; its finding can still be read")
    func servicesMakeRoom() throws {
        var inventory = Inventory(maximumServices: 2)
        let findings = inventory.see(
            Sighting("ssh", "10.0.0.1:2222", at: 1), Sighting("ftp", "10.0.0.2:2100", at: 2),
            Sighting("ssh", "10.0.0.1:2222", at: 3), Sighting("http", "10.0.0.3:9000", at: 4))
        #expect(findings.map(\.host.description) == ["10.0.0.1", "10.0.0.2", "10.0.0.3"])
        #expect(inventory.serviceCount == 2)
        #expect(inventory.counters.servicesForgotten == 1)
        #expect(inventory.allServices.map(\.host.description) == ["10.0.0.3", "10.0.0.1"])
        // The place of 10.0.0.2 is now that of 10.0.0.3.
        let old = try #require(inventory.allFindings.first { $0.protocolName == "ftp" })
        #expect(old.service == nil)
        #expect(old.host == IPAddress("10.0.0.2"))
        #expect(old.port == ServicePort(2100, .tcp))
        #expect(old.evidence.bytes == Array("ftp at 2".utf8))
        #expect(old.expected.map(\.description) == ["21/tcp"])
        // It comes back: a service anew, and its earlier finding names it again.
        inventory.see(Sighting("ftp", "10.0.0.2:2100", at: 9))
        let place = try #require(inventory.allFindings.last { $0.protocolName == "ftp" }?.service)
        #expect(inventory.service(place).firstSeen == Timestamp(seconds: 8))
    }

    @Test("findings: the oldest goes")
    func findingsMakeRoom() {
        var inventory = Inventory(
            judge: Judge(protocols: Library.facts, policy: Policy()), maximumServices: 100, maximumFindings: 3
        )
        for number in 1...7 {
            inventory.see(Sighting("ssh", "10.0.0.\(number):2222", at: Int64(number)))
        }
        #expect(inventory.allFindings.map(\.host.description) == ["10.0.0.5", "10.0.0.6", "10.0.0.7"])
        #expect(
            inventory.allFindings.map { String(decoding: $0.evidence.bytes, as: UTF8.self) }
                == ["ssh at 5", "ssh at 6", "ssh at 7"])
        #expect(inventory.counters.findingsForgotten == 4)
        #expect(inventory.serviceCount == 7)
    }

    @Test("client programs: the one silent longest goes, its name with it")
    func clientsMakeRoom() {
        var inventory = Inventory(maximumServices: 3)
        for number in 1...5 {
            inventory.see(
                Sighting(
                    "ssh", "10.0.0.1:22", from: "10.9.0.\(number):1", at: Int64(number),
                    clientSays: FieldSet([("software", "client \(number)")])))
        }
        #expect(inventory.allClients.map(\.software) == ["client 3", "client 4", "client 5"])
        #expect(inventory.counters.clientsForgotten == 2)
    }

    @Test("clients of services: a forgotten one is counted again")
    func pairsMakeRoom() {
        var inventory = Inventory(maximumServices: 1)
        for number: UInt32 in 0..<5 {
            _ = inventory.recognise(sketch(server: 1 << 24, client: number, at: 1))
        }
        // The first client is kept with the service, two are paired with it.
        #expect(inventory.service(0).clients == 5)
        #expect(inventory.counters.pairsForgotten == 2)
        _ = inventory.recognise(sketch(server: 1 << 24, client: 4, at: 2))
        #expect(inventory.service(0).clients == 5)
        _ = inventory.recognise(sketch(server: 1 << 24, client: 1, at: 2))
        #expect(inventory.service(0).clients == 6)
    }

    @Test(
        "through many turns, what is kept agrees with a plain dictionary",
        arguments: 1...4 as ClosedRange<UInt64>)
    func model(_ seed: UInt64) {
        struct Known: Equatable {
            var first, last: Int64
            var sessions = 1
            var clients: Set<UInt32>
            var banners: Set<String> = []
        }
        var generator = SplitMix(state: seed)
        var inventory = Inventory(maximumServices: 50)
        // What the service would be, had it never been forgotten since it was last new.
        var known: [UInt32: Known] = [:]
        var forgotten = 0
        let banners = (0..<4).map { FieldSet([("banner", "SSH-2.0-\($0)")]) }
        for second in 1...8_000 as ClosedRange<Int64> {
            // Some come often, most seldom.
            let server =
                UInt32.random(in: 0..<10, using: &generator) > 0
                ? UInt32.random(in: 1...30, using: &generator)
                : UInt32.random(in: 31...400, using: &generator)
            let client = UInt32.random(in: 1...6, using: &generator)
            let banner = banners.randomElement(using: &generator)
            let before = inventory.counters.servicesForgotten
            let outcome = inventory.recognise(
                sketch(server: server, client: client, at: second, says: banner))
            if outcome.isNewService {
                known[server] = Known(first: second, last: second, clients: [client])
            } else {
                known[server]?.last = second
                known[server]?.sessions += 1
                known[server]?.clients.insert(client)
            }
            if let text = banner?["banner"] { known[server]?.banners.insert(text) }
            forgotten += inventory.counters.servicesForgotten - before
            // Who was forgotten is for the inventory to choose; it must be one that was there.
            if inventory.counters.servicesForgotten > before || second % 500 == 0 {
                let kept = Set(inventory.allServices.compactMap(\.host.v4))
                let gone = Set(known.keys).subtracting(kept)
                #expect(gone.count == inventory.counters.servicesForgotten - before)
                for server in gone { known[server] = nil }
                #expect(Set(known.keys) == kept)
            }
        }
        #expect(forgotten > 500)
        #expect(inventory.serviceCount == 50)
        for service in inventory.allServices {
            let model = service.host.v4.flatMap { known[$0] }
            #expect(service.sessions == model?.sessions)
            #expect(service.firstSeen == model.map { Timestamp(seconds: $0.first) })
            #expect(service.lastSeen == model.map { Timestamp(seconds: $0.last) })
            #expect(Set(service.banners.compactMap(\.text)) == model?.banners)
            if inventory.counters.pairsForgotten == 0 { #expect(service.clients == model?.clients.count) }
        }
        // The idle go, the busy stay.
        #expect(inventory.allServices.count { ($0.host.v4 ?? 0) <= 30 } >= 28)
    }

    @Test("pairs of services that come and go agree with sets", arguments: 1...3 as ClosedRange<UInt64>)
    func pairModel(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        var inventory = Inventory(maximumServices: 200)
        var clients: [UInt32: Set<UInt32>] = [:]
        for second in 1...10_000 as ClosedRange<Int64> {
            let server = UInt32.random(in: 1...260, using: &generator)
            let client = UInt32.random(in: 1...2, using: &generator)
            let outcome = inventory.recognise(sketch(server: server, client: client, at: second))
            if outcome.isNewService { clients[server] = [] }
            clients[server, default: []].insert(client)
        }
        #expect(inventory.counters.servicesForgotten > 100)
        #expect(inventory.counters.pairsForgotten == 0)
        for service in inventory.allServices {
            #expect(service.clients == service.host.v4.flatMap { clients[$0]?.count })
        }
        let all = inventory.services(withClientIn: subnets("0.0.0.1/32"))
        let expected = inventory.allServices.filter { clients[$0.host.v4 ?? 0]?.contains(1) == true }
        #expect(Set(all.map { inventory.service($0).host }) == Set(expected.map(\.host)))
    }

    /// `OFFPORT_SOAK=10000000` makes it long.
    @Test("ever new hosts take no more memory than the first ones")
    func soak() async {
        await #expect(processExitsWith: .success) {
            let rounds = Soak.rounds
            let sketch = Sketch()
            var inventory = Inventory(
                judge: Judge(protocols: Library.facts, policy: Policy()), maximumServices: 2000)
            var generator = SplitMix(state: 7)
            var inUse: [Int] = []
            inUse.reserveCapacity(16)
            for round in 1...rounds {
                let number = UInt32(truncatingIfNeeded: round / 4 + 1)
                let fields = FieldSet([("banner", "SSH-2.0-\(number)")])
                let program = FieldSet([("software", "client \(number)")])
                _ = inventory.recognise(
                    sketch(
                        server: number, port: round.isMultiple(of: 2) ? 22 : 2222,
                        client: UInt32.random(in: 1...9, using: &generator), at: Int64(round), says: fields,
                        clientSays: program))
                if round % (rounds / 10) == 0, let bytes = Allocator.bytesInUse() { inUse.append(bytes) }
            }
            #expect(inventory.serviceCount == 2000)
            #expect(inventory.counters.servicesForgotten == rounds / 2 + 1 - 2000)
            if let first = inUse.dropFirst(2).first, let most = inUse.dropFirst(2).max() {
                #expect(most < first + first / 20, "\(inUse)")
            }
            print("in use after each tenth: \(inUse)")
        }
    }

    @Test("a session of a known service allocates nothing")
    func knownServicesAllocateNothing() async {
        await #expect(processExitsWith: .success) {
            let sketch = Sketch()
            let fields = FieldSet([("banner", "SSH-2.0-a")])
            let program = FieldSet([("software", "client")])
            var inventory = Inventory(
                judge: Judge(protocols: Library.facts, policy: Policy()), maximumServices: 2000)
            var inUse: [Int] = []
            inUse.reserveCapacity(16)
            for round in 0..<8 {
                for number: UInt32 in 0..<5000 {
                    _ = inventory.recognise(
                        sketch(
                            server: number % 1000 + 1, port: number.isMultiple(of: 2) ? 22 : 2222,
                            client: number % 3, at: Int64(round), says: fields, clientSays: program))
                }
                inUse.append(try #require(Allocator.bytesInUse()))
            }
            #expect(inUse[7] == inUse[3], "\(inUse)")
            #expect(inventory.serviceCount == 1000)
        }
    }
}
