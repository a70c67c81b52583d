import Inventory
import Net
import Testing

@Suite("Another judge takes over")
struct ReloadTests {
    private static func judge(_ policy: Policy = Policy(), _ facts: [ProtocolFacts] = Library.facts) -> Judge
    {
        Judge(protocols: facts, policy: policy)
    }

    private static let same = Array(Library.facts.indices)

    struct Situation: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var before = Policy()
        var seen: [Sighting]
        var after = Policy()
        /// The standing right after the reload.
        var standing: String
        /// Whether the reload gives rise to a finding; the next session never does.
        var isFound: Bool
        var then: String
    }

    private static func policy(_ change: (inout Policy) -> Void) -> Policy {
        var policy = Policy()
        change(&policy)
        return policy
    }

    static let situations: [Situation] = [
        Situation(
            testDescription: "nothing changed: found already, not found again",
            seen: [Sighting("ftp", "10.0.0.1:419")], standing: "off-port", isFound: false, then: "off-port"),
        Situation(
            testDescription: "an allowance more: no longer off-port",
            seen: [Sighting("ftp", "10.0.0.1:419")], after: .ariel(), standing: "allowed", isFound: false,
            then: "allowed"),
        Situation(
            testDescription: "an allowance for a client that was never there: still off-port",
            seen: [Sighting("ftp", "10.0.0.1:419")], after: .ariel { $0.clients = subnets("192.0.2.0/24") },
            standing: "off-port", isFound: false, then: "off-port"),
        Situation(
            testDescription: "an allowance for the only client: allowed",
            seen: [Sighting("ftp", "10.0.0.1:419")], after: .ariel { $0.clients = subnets("10.9.9.9/32") },
            standing: "allowed", isFound: false, then: "allowed"),
        Situation(
            testDescription: "an allowance for one of two clients: still off-port, not found again",
            seen: [
                Sighting("ftp", "10.0.0.1:419"), Sighting("ftp", "10.0.0.1:419", from: "10.9.9.8:1"),
            ],
            after: .ariel { $0.clients = subnets("10.9.9.9/32") }, standing: "off-port", isFound: false,
            then: "off-port"),
        Situation(
            testDescription: "an allowance that has expired: still off-port",
            seen: [Sighting("ftp", "10.0.0.1:419")],
            after: .ariel { $0.expires = Timestamp(seconds: 500) }, standing: "off-port", isFound: false,
            then: "off-port"),
        Situation(
            testDescription: "an allowance less: off-port at once, and found", before: .ariel(),
            seen: [Sighting("ftp", "10.0.0.1:419")], standing: "off-port", isFound: true, then: "off-port"),
        Situation(
            testDescription: "another allowance, of a VLAN that nobody remembers: not found",
            before: .ariel(), seen: [Sighting("ftp", "10.0.0.1:419", vlan: 7)],
            after: .ariel {
                $0.name = "Ariel's VLAN"
                $0.servers = subnets("10.0.0.0/24")
                $0.vlans = [7...7]
            }, standing: "off-port", isFound: false, then: "allowed"),
        Situation(
            testDescription: "the same allowance further down: goes on deciding", before: .ariel(),
            seen: [Sighting("ftp", "10.0.0.1:419")],
            after: policy {
                $0.allow("ssh", "22/tcp", "other")
                $0.allow("ftp", "419/tcp", "Ariel")
            }, standing: "allowed", isFound: false, then: "allowed"),
        Situation(
            testDescription: "the site expects it there: no longer off-port",
            seen: [Sighting("http", "10.0.0.1:8000")], after: policy { $0.expect("http", "8000/tcp") },
            standing: "expected", isFound: false, then: "expected"),
        Situation(
            testDescription: "the site expects it elsewhere: off-port, and found",
            seen: [Sighting("http", "10.0.0.1:80")], after: policy { $0.expect("http", "8000/tcp") },
            standing: "off-port", isFound: true, then: "off-port"),
        Situation(
            testDescription: "forbidden now: found", seen: [Sighting("telnet", "10.0.0.1:23")],
            after: policy { $0.forbid("telnet", .high) }, standing: "expected", isFound: true,
            then: "expected"),
        Situation(
            testDescription: "forbidden still: not found again",
            before: policy { $0.forbid("telnet", .high) },
            seen: [Sighting("telnet", "10.0.0.1:23")], after: policy { $0.forbid("telnet", .low) },
            standing: "expected", isFound: false, then: "expected"),
    ]

    @Test("standing and findings", arguments: situations)
    func standing(_ situation: Situation) throws {
        var inventory = Inventory(situation.before)
        inventory.see(situation.seen)
        let before = inventory.findingCount
        let found = inventory.adopt(judge: Self.judge(situation.after), protocols: Self.same)
        #expect(inventory.allServices.map(\.standing.name) == [situation.standing])
        #expect(found.count == (situation.isFound ? 1 : 0))
        #expect(inventory.findingCount == before + found.count)
        var again = situation.seen[0]
        again.recognition.time = Timestamp(seconds: 2000)
        #expect(inventory.see([again]).isEmpty)
        #expect(inventory.allServices.map(\.standing.name) == [situation.then])
        #expect(inventory.see([again]).isEmpty)
        #expect(inventory.allServices.map(\.sessions) == [situation.seen.count + 2])
    }

    @Test("off-port, allowed, off-port again: each change is found")
    func thereAndBack() {
        var inventory = Inventory()
        #expect(inventory.see(Sighting("ftp", "10.0.0.1:419")).count == 1)
        inventory.adopt(judge: Self.judge(.ariel()), protocols: Self.same)
        #expect(inventory.see(Sighting("ftp", "10.0.0.1:419")).isEmpty)
        #expect(inventory.adopt(judge: Self.judge(), protocols: Self.same).count == 1)
        #expect(inventory.see(Sighting("ftp", "10.0.0.1:419")).isEmpty)
    }

    @Test("what a reload finds is of the last sign of the service, with its evidence and of no flow")
    func foundAtReload() throws {
        let before = Self.policy {
            $0.site = Policy.campus
            $0.allow("ssh", "443/tcp", "jump host")
        }
        var inventory = Inventory(before)
        inventory.begin(capture: "eth0")
        inventory.see(
            Sighting("ssh", "10.0.0.1:443", from: "10.0.0.9:1", at: 5),
            Sighting("ssh", "10.0.0.1:443", from: "203.0.113.5:1", at: 9))
        let after = Self.policy {
            $0.site = Policy.campus
            // Whoever comes from inside is allowed still.
            $0.allow("ssh", "443/tcp", "inside") { $0.clients = subnets("10.0.0.0/8") }
        }
        let found = try #require(inventory.adopt(judge: Self.judge(after), protocols: Self.same).first)
        #expect(found.rule == .offPort(.impersonation) && found.owner == "tls")
        #expect(found.time == Timestamp(seconds: 9))
        #expect(found.direction == .inbound && found.severity == .critical)
        #expect(!found.hasFlow && found.flow == 0 && found.vlan == 0 && found.service != nil)
        #expect(found.capture == "eth0" && found.evidence.bytes == Array("ssh at 5".utf8))
        #expect(inventory.allServices.map(\.standing.name) == ["off-port"])
        // From outside again: it is as grave as before.
        #expect(inventory.see(Sighting("ssh", "10.0.0.1:443", from: "203.0.113.5:1")).isEmpty)
    }

    @Test("protocols with other numbers, one retired, keep services, clients and findings")
    func renumbered() throws {
        var inventory = Inventory()
        let software = FieldSet([("software", "x")])
        inventory.see(
            Sighting("ssh", "10.0.0.1:443", clientSays: software), Sighting("http", "10.0.0.1:80"),
            Sighting("gnutella", "10.0.0.2:9999"))
        func lines(_ inventory: Inventory) -> [String] {
            inventory.allServices.map { "\($0.protocolName) \($0.host) \($0.port) \($0.standing.name)" }
                + inventory.allClients.map { "\($0.protocolName) \($0.software)" }
                + inventory.allFindings.map {
                    "\($0.protocolName) \($0.port) \($0.owner ?? "-") \($0.rule.name)"
                }
        }
        let before = lines(inventory)
        // Sorted anew, with one more in front; gnutella goes to the end.
        let order = Library.facts.indices.reversed().filter { Library.facts[$0].name != "gnutella" }
        var facts = [Library.protocolFacts("aaa", ["1/tcp"])] + order.map { Library.facts[$0] }
        facts.append(Library.facts[Library.index("gnutella")])
        let map = Library.facts.map { old in facts.firstIndex { $0.name == old.name } ?? 0 }
        inventory.adopt(judge: Self.judge(Policy(), facts), protocols: map, signatures: [nil])
        #expect(lines(inventory) == before)
        #expect(inventory.allServices.allSatisfy { $0.evidence.signature == nil })
        var again = Sighting("ssh", "10.0.0.1:443", clientSays: software)
        again.recognition.protocolIndex = map[Library.index("ssh")]
        #expect(inventory.see(again).isEmpty)
        #expect(inventory.serviceCount == 3)
        #expect(inventory.allClients.map(\.sessions) == [2])
    }

    @Test("signatures are named by their new places")
    func signatures() {
        var inventory = Inventory()
        inventory.see(Sighting("ssh", "10.0.0.1:2222"))
        inventory.adopt(
            judge: Self.judge(), protocols: Self.same, signatures: Array(repeating: nil, count: 7) + [3])
        #expect(inventory.allServices.map(\.evidence.signature) == [3])
        #expect(inventory.allFindings.map(\.evidence.signature) == [3])
    }

    @Test("two protocols that become one share their service")
    func merged() {
        var inventory = Inventory()
        inventory.see(
            Sighting("http", "10.0.0.1:8080", at: 5), Sighting("gnutella", "10.0.0.1:8080", at: 2),
            Sighting("gnutella", "10.0.0.1:8080", from: "10.1.1.1:1", at: 9),
            Sighting("gnutella", "10.0.0.2:1"))
        var map = Self.same
        map[Library.index("gnutella")] = Library.index("http")
        inventory.adopt(judge: Self.judge(), protocols: map)
        #expect(inventory.serviceCount == 2)
        let service = inventory.allServices.last { $0.port.number == 8080 }
        #expect(service?.sessions == 3)
        #expect(service?.firstSeen == Timestamp(seconds: 1))
        #expect(service?.lastSeen == Timestamp(seconds: 9))
        #expect(inventory.allFindings.allSatisfy { $0.service != nil && $0.protocolName == "http" })
    }

    @Test("an allowance goes on counting where it is the same one, else begins at nothing")
    func usage() {
        var inventory = Inventory(
            Self.policy {
                $0.allow("ftp", "419/tcp", "Ariel")
                $0.allow("ssh", "2222/tcp", "jump host") { $0.servers = subnets("10.0.0.0/24") }
                $0.allow("http", "8000/tcp", "old")
            })
        inventory.see(
            Sighting("ftp", "10.0.0.1:419"), Sighting("ftp", "10.0.0.1:419"),
            Sighting("ssh", "10.0.0.1:2222"),
            Sighting("http", "10.0.0.1:8000"))
        #expect(inventory.usage.map(\.hits) == [2, 1, 1])
        inventory.adopt(
            judge: Self.judge(
                Self.policy {
                    $0.allow("http", "8000/tcp", "renamed")
                    $0.allow("ssh", "2222/tcp", "jump host") { $0.servers = subnets("10.0.0.0/16") }
                    $0.allow("ftp", "419/tcp", "Ariel") { $0.reason = "said anew" }
                }), protocols: Self.same)
        #expect(inventory.usage.map(\.hits) == [0, 0, 2])
        #expect(inventory.allServices.map(\.allowance) == ["Ariel", "renamed", "jump host"])
    }

    @Test("another site: directions are worked out anew")
    func site() {
        var inventory = Inventory()
        inventory.see(Sighting("ssh", "10.0.0.1:22", from: "203.0.113.5:1"))
        inventory.adopt(judge: Self.judge(Self.policy { $0.site = Policy.campus }), protocols: Self.same)
        #expect(inventory.allServices.map(\.direction) == [.inbound])
    }
}
