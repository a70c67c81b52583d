import Inventory
import Net
import Testing

@Suite("The review of a policy")
struct PolicyReviewTests {
    private static let today = Timestamp(rfc3339: "2026-11-25") ?? Timestamp(seconds: 0)

    /// Complete in every respect, so that only what a test changes is remarked on.
    private static func allowance(
        _ name: String = "ftp", _ ports: [String] = ["419/tcp"], line: Int = 1,
        _ change: (inout Allowance) -> Void = { _ in }
    ) -> Allowance {
        var allowance = Allowance(
            protocolName: name, ports: ports.compactMap { PortRange($0) }, name: "A\(line)",
            origin: SourceLocation(file: "site.lua", line: line))
        allowance.servers = subnets("10.20.0.0/16")
        allowance.reason = "why"
        allowance.owner = "who"
        allowance.expires = Timestamp(rfc3339: "2028-01-01")
        change(&allowance)
        return allowance
    }

    private static func review(
        _ allowances: [Allowance], usage: [AllowanceUsage]? = nil, _ change: (inout Policy) -> Void = { _ in }
    ) -> [PolicyRemark] {
        var policy = Policy()
        policy.allowances = allowances
        change(&policy)
        let judge = Judge(protocols: Library.facts, policy: policy)
        return PolicyReview(judge, today: today, days: 30, usage: usage).remarks()
    }

    private static func words(_ remarks: [PolicyRemark]) -> [String] {
        remarks.map { "\($0.location?.line ?? 0) \($0.rule.rawValue)" }
    }

    @Test func aCompleteAllowanceIsFine() { #expect(Self.review([Self.allowance()]).isEmpty) }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var rules: [String]
        var change: @Sendable (inout Allowance) -> Void
    }

    static let cases: [Case] = [
        Case(testDescription: "expired", rules: ["expired"]) {
            $0.expires = Timestamp(rfc3339: "2026-11-25")
        },
        Case(testDescription: "its last day is today", rules: ["expires-soon"]) {
            $0.expires = Timestamp(rfc3339: "2026-11-26")
        },
        Case(testDescription: "in 30 days", rules: ["expires-soon"]) {
            $0.expires = Timestamp(rfc3339: "2026-12-26")
        },
        Case(testDescription: "in 31 days", rules: []) { $0.expires = Timestamp(rfc3339: "2026-12-27") },
        Case(testDescription: "without an end", rules: ["no-expiry"]) { $0.expires = nil },
        Case(testDescription: "nobody's", rules: ["undocumented"]) { $0.owner = nil },
        Case(testDescription: "without a reason", rules: ["undocumented"]) { $0.reason = nil },
        Case(testDescription: "for everybody on many ports", rules: ["too-wide"]) {
            $0.servers = []
            $0.ports = [PortRange("5000-5016/tcp")].compactMap { $0 }
        },
        Case(testDescription: "for everybody on one port", rules: []) { $0.servers = [] },
        Case(testDescription: "some servers on very many ports", rules: ["too-wide"]) {
            $0.ports = [PortRange("5000-6999/tcp")].compactMap { $0 }
        },
        Case(testDescription: "a whole /8", rules: ["too-wide"]) { $0.servers = subnets("10.0.0.0/8") },
        Case(testDescription: "a /9", rules: []) { $0.servers = subnets("10.0.0.0/9") },
        Case(testDescription: "half of IPv6", rules: ["too-wide"]) { $0.clients = subnets("fd00::/8") },
        Case(testDescription: "a direction without a site", rules: ["never-holds"]) {
            $0.direction = .inbound
        },
        Case(testDescription: "its own port", rules: ["shadowed"]) {
            $0.ports = [PortRange("21/tcp")].compactMap { $0 }
        },
        Case(testDescription: "its own port among others", rules: ["shadowed"]) {
            $0.ports = ["21/tcp", "419/tcp"].compactMap { PortRange($0) }
        },
        Case(testDescription: "a protocol without a home", rules: ["shadowed"]) { $0.protocolName = "rtp" },
        Case(testDescription: "another transport's port", rules: []) {
            $0.ports = [PortRange("21/udp")].compactMap { $0 }
        },
    ]

    @Test(arguments: cases)
    func one(_ situation: Case) {
        let remarks = Self.review([Self.allowance(situation.change)])
        #expect(remarks.map(\.rule.rawValue) == situation.rules)
        #expect(remarks.allSatisfy { !$0.message.isEmpty && !$0.advice.isEmpty })
    }

    private static func allowance(_ change: (inout Allowance) -> Void) -> Allowance {
        allowance("ftp", ["419/tcp"], line: 1, change)
    }

    // MARK: Shadows

    static let shadows: [Case] = [
        Case(testDescription: "the same", rules: ["2 shadowed"]) { _ in },
        Case(testDescription: "fewer servers", rules: ["2 shadowed"]) {
            $0.servers = subnets("10.20.3.0/24")
        },
        Case(testDescription: "other servers", rules: []) { $0.servers = subnets("10.21.3.0/24") },
        Case(testDescription: "any server", rules: []) { $0.servers = [] },
        Case(testDescription: "fewer clients", rules: ["2 shadowed"]) { $0.clients = subnets("10.9.0.0/16") },
        Case(testDescription: "one VLAN", rules: ["2 shadowed"]) { $0.vlans = [7...7] },
        Case(testDescription: "an earlier end", rules: ["2 shadowed"]) {
            $0.expires = Timestamp(rfc3339: "2027-06-30")
        },
        Case(testDescription: "a later end", rules: []) { $0.expires = Timestamp(rfc3339: "2029-06-30") },
        Case(testDescription: "no end", rules: ["2 no-expiry"]) { $0.expires = nil },
        Case(testDescription: "another port", rules: []) {
            $0.ports = [PortRange("420/tcp")].compactMap { $0 }
        },
        Case(testDescription: "another protocol", rules: []) { $0.protocolName = "ssh" },
    ]

    @Test(arguments: shadows)
    func shadowed(_ situation: Case) {
        let later = Self.allowance(line: 2, situation.change)
        let remarks = Self.review([Self.allowance(), later])
        #expect(Self.words(remarks) == situation.rules)
        for remark in remarks where remark.rule == .shadowed {
            #expect(remark.related == SourceLocation(file: "site.lua", line: 1))
            #expect(remark.message.contains("(A1) (site.lua:1)"))
        }
    }

    @Test func severalTogetherCastAShadow() {
        let remarks = Self.review([
            Self.allowance("ftp", ["400-410/tcp"], line: 1), Self.allowance("ftp", ["411-420/tcp"], line: 2),
            Self.allowance("ftp", ["405-415/tcp"], line: 3), Self.allowance("ftp", ["415-421/tcp"], line: 4),
        ])
        #expect(Self.words(remarks) == ["3 shadowed"])
        #expect(remarks.first?.message.contains("site.lua:1") == true)
        #expect(remarks.first?.message.contains("site.lua:2") == true)
    }

    struct Together: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var isShadowed = true
        var earlier: [@Sendable (inout Allowance) -> Void]
        var later: @Sendable (inout Allowance) -> Void
    }

    static let together: [Together] = [
        Together(
            testDescription: "two halves of a network",
            earlier: [
                { $0.servers = subnets("10.20.0.0/25") }, { $0.servers = subnets("10.20.0.128/25") },
            ]
        ) { $0.servers = subnets("10.20.0.0/24") },
        Together(
            testDescription: "a network with a gap", isShadowed: false,
            earlier: [
                { $0.servers = subnets("10.20.0.0/25") }, { $0.servers = subnets("10.20.0.192/26") },
            ]
        ) { $0.servers = subnets("10.20.0.0/24") },
        Together(
            testDescription: "two halves of all addresses",
            earlier: [{ $0.clients = subnets("::/1") }, { $0.clients = subnets("8000::/1") }]
        ) { $0.clients = subnets("::/0") },
        Together(
            testDescription: "all of IPv6 is no IPv4", isShadowed: false,
            earlier: [{ $0.clients = subnets("::/1") }, { $0.clients = subnets("8000::/1") }]
        ) { $0.clients = subnets("10.0.0.0/24") },
        Together(
            testDescription: "VLANs", earlier: [{ $0.vlans = [1...10] }, { $0.vlans = [11...20] }]
        ) { $0.vlans = [5...15] },
        Together(
            testDescription: "any VLAN", isShadowed: false,
            earlier: [{ $0.vlans = [1...2000] }, { $0.vlans = [2001...4094] }]
        ) { $0.vlans = [] },
        Together(
            testDescription: "each lacks another part", isShadowed: false,
            earlier: [
                { $0.servers = subnets("10.20.0.0/25") },
                {
                    $0.servers = subnets("10.20.0.128/25")
                    $0.vlans = [1...10]
                },
            ]
        ) { $0.servers = subnets("10.20.0.0/24") },
    ]

    @Test(arguments: together)
    func severalTogether(_ situation: Together) {
        let earlier = situation.earlier.enumerated().map { Self.allowance(line: $0 + 1, $1) }
        let remarks = Self.review(earlier + [Self.allowance(line: 3, situation.later)])
        let shadowed = remarks.filter { $0.rule == .shadowed }
        #expect(shadowed.map { $0.location?.line } == (situation.isShadowed ? [3] : []))
        let both = "(A1) (site.lua:1) and allow 'ftp' on 419/tcp (A2) (site.lua:2)"
        #expect(shadowed.allSatisfy { $0.message.hasSuffix(both) })
    }

    @Test func aListOfNeighboursIsOneNetwork() {
        let list = Self.allowance { $0.servers = subnets("10.20.1.0/24", "10.20.0.0/24") }
        let remarks = Self.review([
            list, Self.allowance(line: 2) { $0.servers = subnets("10.20.0.0/23") },
        ])
        #expect(Self.words(remarks) == ["2 shadowed"])
    }

    @Test func whatIsExpiredShadowsNothing() {
        let old = Self.allowance { $0.expires = Timestamp(rfc3339: "2026-01-01") }
        let remarks = Self.review([
            old, Self.allowance(line: 2) { $0.expires = Timestamp(rfc3339: "2027-06-01") },
        ])
        #expect(Self.words(remarks) == ["1 expired"])
    }

    // MARK: Several declarations

    @Test func contradictions() {
        let remarks = Self.review([Self.allowance()]) { policy in
            policy.prohibitions = [
                Prohibition(
                    protocolName: "ftp", reason: "why", severity: .high,
                    origin: SourceLocation(file: "b.lua", line: 3)),
                Prohibition(
                    protocolName: "ftp", reason: nil, severity: .low,
                    origin: SourceLocation(file: "b.lua", line: 4)),
            ]
            policy.expectations = [
                Expectation(
                    protocolName: "ftp", ports: [PortRange("419/tcp")].compactMap { $0 },
                    origin: SourceLocation(file: "b.lua", line: 5))
            ]
        }
        #expect(
            remarks.map { "\($0.location?.description ?? "") \($0.rule.rawValue)" } == [
                "b.lua:4 undocumented", "b.lua:4 shadowed", "b.lua:5 contradiction",
                "site.lua:1 contradiction", "site.lua:1 shadowed",
            ])
        #expect(remarks.last?.related == SourceLocation(file: "b.lua", line: 5))
        #expect(remarks.count { $0.rule.isError } == 2)
    }

    @Test func anExpectationThatSaysNothingNew() {
        func review(_ ports: [String]) -> [String] {
            Self.words(
                Self.review([]) { policy in
                    policy.expectations = [
                        Expectation(
                            protocolName: "dns", ports: ports.compactMap { PortRange($0) },
                            origin: SourceLocation(file: "b.lua", line: 5))
                    ]
                })
        }
        #expect(review(["53/udp", "53/tcp"]) == ["5 shadowed"])
        #expect(review(["53/udp"]).isEmpty)
    }

    @Test func unusedOverCaptures() {
        var inventory = Inventory(.ariel())
        #expect(inventory.usage[0].hits == 0)
        let allowances = [Self.allowance()]
        #expect(Self.words(Self.review(allowances, usage: inventory.usage)) == ["1 unused"])
        _ = inventory.see(Sighting("ftp", "10.20.0.11:419"))
        #expect(Self.review(allowances, usage: inventory.usage).isEmpty)
    }
}
