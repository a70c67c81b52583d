import Inventory
import Net
import Testing

@Suite("Judge")
struct JudgeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var port: String
        var expected: Standing
        var testDescription: String { "\(name) on \(port)" }
        init(_ name: String, _ port: String, _ expected: Standing) {
            (self.name, self.port, self.expected) = (name, port, expected)
        }
    }

    static func owned(_ owner: String) -> Standing {
        .offPort(.impersonation, owner: Library.index(owner))
    }
    static let alternate = Standing.offPort(.alternate, owner: nil)
    static let unassigned = Standing.offPort(.unassigned, owner: nil)

    static let byPort: [Case] = [
        Case("ssh", "22/tcp", .expected),
        Case("http", "80/tcp", .expected),
        Case("ftp", "21/tcp", .expected),
        Case("ssh", "2222/tcp", unassigned),
        Case("http", "8000/tcp", alternate),
        Case("http", "8080/tcp", alternate),
        Case("ftp", "2100/tcp", unassigned),
        // Not chat's, which comes first by name but only shares it.
        Case("ssh", "443/tcp", owned("tls")),
        Case("chat", "443/tcp", .expected),
        Case("chat", "8088/tcp", alternate),
        Case("chat", "22/tcp", owned("ssh")),
        // Two protocols have 8080 as an alternate: by name, gnutella comes first.
        Case("ssh", "8080/tcp", owned("gnutella")),
        Case("ssh", "8000/tcp", owned("http")),
        // An alternate of its own before another's: gnutella on 8080.
        Case("gnutella", "8080/tcp", alternate),
        Case("gnutella", "6347/tcp", .expected),
        Case("gnutella", "6348/tcp", unassigned),
        // The same number over another transport is another port.
        Case("ssh", "22/udp", unassigned),
        Case("dns", "53/udp", .expected),
        Case("dns", "53/tcp", .expected),
        // Protocols without a home.
        Case("rtp", "22/udp", .expected),
        Case("bittorrent", "51413/tcp", .expected),
        Case("bittorrent", "22/tcp", .expected),
        Case("ftp-data", "20/tcp", .expected),
        Case("ssh", "6881/tcp", owned("bittorrent")),
    ]

    @Test("standing by port alone", arguments: byPort)
    func standingByPort(_ example: Case) throws {
        let judge = Judge(protocols: Library.facts, policy: Policy())
        #expect(try standing(example, judge) == example.expected)
    }

    @Test("ports before alternates, then by name, whatever the order of the library")
    func ownerIsDeterministic() throws {
        let facts = [
            Library.protocolFacts("zeta", ["9000/tcp"]),
            Library.protocolFacts("alpha", ["1/tcp"], alternates: ["9000/tcp"]),
            Library.protocolFacts("beta", ["9000/tcp"]),
            Library.protocolFacts("ssh", ["22/tcp"]),
        ]
        for order in [facts, facts.reversed()] {
            let judge = Judge(protocols: order, policy: Policy())
            let ssh = try #require(order.firstIndex { $0.name == "ssh" })
            let beta = order.firstIndex { $0.name == "beta" }
            #expect(
                judge.home(of: ssh, on: ServicePort(9000, .tcp)) == .offPort(.impersonation, owner: beta))
        }
    }

    /// Many that are at home on every port cost no more than one.
    @Test(.timeLimit(.minutes(1))) func wideHomesAreQuick() throws {
        let wide = ["1-65535/tcp", "1-65535/udp"]
        let facts = (0..<400).map { Library.protocolFacts("p\($0)", wide, alternates: wide) }
        let judge = Judge(
            protocols: facts + [Library.protocolFacts("ssh", ["22/sctp"])], policy: Policy())
        let owners = [0, 400].map { judge.home(of: $0, on: ServicePort(22, .tcp)) }
        #expect(owners == [.expected, .offPort(.impersonation, owner: 0)])
    }

    static let withSitePorts: [Case] = [
        Case("http", "8000/tcp", .expected),
        // The plugin's own port is now one like any other, and never another's.
        Case("http", "80/tcp", unassigned),
        Case("http", "8080/tcp", alternate),
        // The site's port belongs to the protocol, and so does the port of the plugin.
        Case("ssh", "9999/tcp", owned("http")),
        Case("ssh", "80/tcp", owned("http")),
        // Expectations of one protocol add up.
        Case("http", "9999/tcp", .expected),
        // The site gives a homeless protocol a home.
        Case("rtp", "5004/udp", .expected),
        Case("rtp", "5006/udp", unassigned),
        // Nowhere is a home too.
        Case("telnet", "23/tcp", unassigned),
    ]

    @Test("the site's own ports replace the plugin's", arguments: withSitePorts)
    func sitePorts(_ example: Case) throws {
        var policy = Policy()
        policy.expect("http", "8000/tcp")
        policy.expect("http", "9999/tcp")
        policy.expect("rtp", "5004/udp")
        policy.expect("telnet")
        policy.expect("no-such-protocol", "1/tcp")
        let judge = Judge(protocols: Library.facts, policy: policy)
        #expect(try standing(example, judge) == example.expected)
    }

    @Test(
        "severity by class and direction",
        arguments: [
            (OffPortClass.impersonation, Direction?.none, Severity.high),
            (.unassigned, nil, .medium),
            (.alternate, nil, .low),
            (.impersonation, .inbound, .critical),
            (.unassigned, .inbound, .high),
            (.alternate, .inbound, .medium),
            (.alternate, .internal, .low),
            (.unassigned, .outbound, .medium),
        ])
    func severity(offPortClass: OffPortClass, direction: Direction?, expected: Severity) {
        #expect(Judge.severity(of: offPortClass, direction: direction) == expected)
    }

    @Test("of several prohibitions the gravest speaks")
    func gravestProhibition() {
        var policy = Policy()
        policy.forbid("telnet", .low)
        policy.forbid("telnet", .critical)
        policy.forbid("telnet", .high)
        let judge = Judge(protocols: Library.facts, policy: policy)
        #expect(judge.prohibition(of: Library.index("telnet")) == 1)
        #expect(judge.prohibition(of: Library.index("ssh")) == nil)
    }

    private func standing(_ example: Case, _ judge: Judge) throws -> Standing {
        let range = try #require(PortRange(example.port))
        return judge.standing(
            of: Library.index(example.name), on: ServicePort(range.numbers.lowerBound, range.transport),
            server: IPAddress(v4: 0x0a00_0001), client: IPAddress(v4: 0x0a00_0002), vlan: 0,
            at: Timestamp(seconds: 0))
    }
}
