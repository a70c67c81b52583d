import Inventory
import Net
import Testing

@testable import Records

@Suite struct ComparisonTests {
    private static func place(_ line: Int) -> Net.SourceLocation {
        Net.SourceLocation(file: "site.lua", line: line)
    }

    /// FTP on 419 of one server and on 420 of two, Telnet on 23.
    private static func side(
        flows: [Comparison.FlowSighting] = [], _ change: (inout Policy) -> Void = { _ in }
    ) -> Comparison.Side {
        var policy = Policy()
        change(&policy)
        var inventory = Inventory(policy)
        inventory.see("ftp", "10.0.0.1:419", "220 a", at: 1)
        inventory.see("ftp", "10.0.0.2:420", "220 b", at: 2)
        inventory.see("ftp", "10.0.0.3:420", "220 c", at: 3)
        inventory.see("telnet", "10.0.0.4:23", "login:", at: 4)
        return Comparison.Side(inventory, naming: naming, flows: flows)
    }

    private static func ariel(_ policy: inout Policy) {
        let ports = [PortRange("419/tcp")].compactMap { $0 }
        policy.allowances = [
            Allowance(protocolName: "ftp", ports: ports, name: "Ariel", origin: place(4))
        ]
    }

    private static func lines(_ comparison: Comparison) -> [String] {
        comparison.changes.map { change in
            let states = [change.before?.words, change.after?.words].map { $0 ?? "-" }
            return
                "\(change.subject) \(change.kind) \(change.place) \(states.joined(separator: " > ")) (\(change.why))"
        }
    }

    private static let heading = Comparison.Heading(
        "policy", before: [], after: ["site.lua"], captures: ["a.pcap"])

    @Test func theSameIsNoDifference() {
        let comparison = Comparison(Self.side(), Self.side())
        #expect(comparison.changes.isEmpty && comparison.summary == "")
        #expect(comparison.text(Self.heading, width: 80, isColoured: false).hasSuffix("\nNo difference.\n"))
        #expect(comparison.markdown(Self.heading).hasSuffix("a.pcap: no difference.\n"))
    }

    @Test func anAllowanceTakesAFindingAway() {
        let comparison = Comparison(Self.side(), Self.side(Self.ariel))
        let why = "nothing allows it -> allow 'ftp' on 419/tcp (Ariel), site.lua:4"
        #expect(
            Self.lines(comparison) == [
                "finding vanishes 10.0.0.1:419 medium: FTP on 419/tcp, expected on 21/tcp > - (\(why))",
                "service changes 10.0.0.1:419 ftp, off-port (unassigned) > ftp, allowed: Ariel (\(why))",
            ])
        #expect(comparison.summary == "findings: 1 gone; services: 1 changed")
        #expect(comparison.count(.finding, .appears) == 0)
    }

    @Test func theOtherWayRoundItIsNew() {
        let comparison = Comparison(Self.side(Self.ariel), Self.side())
        #expect(comparison.count(.finding, .appears) == 1 && comparison.count(.service, .changes) == 1)
        #expect(comparison.changes.first?.why.hasSuffix("site.lua:4 -> nothing allows it") == true)
    }

    @Test func aHomeAndAProhibition() {
        let comparison = Comparison(
            Self.side(),
            Self.side { policy in
                policy.prohibitions = [
                    Prohibition(
                        protocolName: "telnet", reason: nil, severity: .critical, origin: Self.place(1))
                ]
                policy.expectations = [
                    Expectation(
                        protocolName: "ftp", ports: [PortRange("420/tcp")].compactMap { $0 },
                        origin: Self.place(2))
                ]
            })
        #expect(
            Self.lines(comparison) == [
                "finding appears 10.0.0.4:23 - > critical: Telnet on 23/tcp is forbidden (a port of offport/core/telnet -> forbid 'telnet', site.lua:1)",
                "finding changes 10.0.0.1:419 medium: FTP on 419/tcp, expected on 21/tcp > medium: FTP on 419/tcp, expected on 420/tcp (expected 'ftp', site.lua:2)",
                "finding vanishes 10.0.0.2:420 medium: FTP on 420/tcp, expected on 21/tcp > - (nothing allows it -> expected 'ftp', site.lua:2)",
                "finding vanishes 10.0.0.3:420 medium: FTP on 420/tcp, expected on 21/tcp > - (nothing allows it -> expected 'ftp', site.lua:2)",
                "service changes 10.0.0.2:420 ftp, off-port (unassigned) > ftp, expected (nothing allows it -> expected 'ftp', site.lua:2)",
                "service changes 10.0.0.3:420 ftp, off-port (unassigned) > ftp, expected (nothing allows it -> expected 'ftp', site.lua:2)",
            ])
        #expect(comparison.groups(.finding).map(\.changes.count) == [1, 1, 2])
        #expect(comparison.groups(.service).map(\.changes.count) == [2])
    }

    /// A detection may find several things at one place: what stays has not changed, and one of two that goes is gone.
    @Test(arguments: [
        (["a", "b"], ["a", "b"], []), (["a", "b"], ["b", "a"], []), (["a", "b"], ["b"], ["vanishes a > -"]),
        (["a"], ["a", "a"], ["appears - > a"]), (["a", "b"], ["b", "c"], ["changes a > c"]),
    ])
    func severalFindingsOfOneRule(_ before: [String], _ after: [String], _ changes: [String]) {
        func side(_ titles: [String]) -> Comparison.Side {
            var inventory = Inventory()
            inventory.see("ftp", "10.0.0.1:21", "220 a")
            for title in titles { inventory.detect(title, at: "10.0.0.1:21") }
            return Comparison.Side(inventory, naming: naming)
        }
        let comparison = Comparison(side(before), side(after))
        func words(_ state: Comparison.State?) -> String { state?.words.replacing("low: ", with: "") ?? "-" }
        #expect(comparison.changes.map { "\($0.kind) \(words($0.before)) > \(words($0.after))" } == changes)
        // What a detection finds does not rest on what is allowed there.
        for change in comparison.changes where change.kind == .changes {
            #expect(change.why == "detect 'writes' of acme/writes")
        }
    }

    /// What a policy chooses beside allowances is named where it makes the difference.
    @Test func choicesAreNamed() {
        func severity(_ line: Int, _ severity: Severity) -> (inout Policy) -> Void {
            { policy in
                policy.severities["unassigned"] = SiteSeverity(
                    name: "unassigned", severity: severity, origin: Self.place(line))
            }
        }
        func home(_ name: String, _ port: String) -> (inout Policy) -> Void {
            { policy in
                policy.expectations = [
                    Expectation(
                        protocolName: name, ports: [PortRange(port)].compactMap { $0 }, origin: Self.place(2))
                ]
            }
        }
        func whys(
            from before: (inout Policy) -> Void = { _ in }, to after: (inout Policy) -> Void
        ) -> [String] {
            Comparison(Self.side(before), Self.side(after)).changes.map(\.why)
        }
        #expect(
            whys(to: severity(1, .info)) == Array(repeating: "severity 'unassigned', site.lua:1", count: 3))
        #expect(
            whys(from: severity(1, .info), to: severity(4, .high)).first
                == "severity 'unassigned', site.lua:1 -> severity 'unassigned', site.lua:4")
        #expect(whys(to: home("ftp", "2121/tcp")) == Array(repeating: "expected 'ftp', site.lua:2", count: 3))
        // The finding that appears, and its service.
        #expect(
            whys(to: home("telnet", "2323/tcp"))
                == Array(repeating: "expected 'telnet', site.lua:2", count: 2))
        let site = whys(to: { policy in
            policy.site = Site(
                name: "lab", networks: [Subnet("10.0.0.0/24")].compactMap { $0 }, origin: Self.place(3))
        })
        #expect(site == Array(repeating: "site 'lab', site.lua:3", count: 3))
    }

    /// Whose port it is may be the site's choice too; that it has networks makes no difference then.
    @Test func aHomeOfAnotherProtocolIsNamed() {
        for hasSite in [false, true] {
            let comparison = Comparison(
                Self.side(),
                Self.side { policy in
                    policy.expectations = [
                        Expectation(
                            protocolName: "ssh", ports: [PortRange("419/tcp")].compactMap { $0 },
                            origin: Self.place(2))
                    ]
                    guard hasSite else { return }
                    policy.site = Site(
                        name: "", networks: [Subnet("10.0.0.0/8")].compactMap { $0 }, origin: Self.place(1))
                })
            #expect(
                comparison.changes.map(\.why) == ["expected 'ssh', site.lua:2", "expected 'ssh', site.lua:2"])
        }
        #expect(Site(name: "", networks: [], origin: Self.place(1)).words == "site")
    }

    @Test func whatIsWrongOnASideIsTold() {
        let mistakes = [Comparison.Mistake(.new, Self.place(5), "'a|b' is not a port")]
        let text = Comparison.text(mistakes, Self.heading, width: 80, isColoured: false)
        #expect(
            text == """
                policy  nothing -> site.lua
                over    a.pcap

                Not compared: what is wrong here was not read.
                  new  site.lua:5: 'a|b' is not a port

                """)
        let markdown = Comparison.markdown(mistakes, Self.heading)
        #expect(markdown.hasSuffix("was not read.\n\n- new: `site.lua:5`: 'a\\|b' is not a port\n"))
        #expect(
            String(decoding: Comparison.jsonLines(mistakes), as: UTF8.self)
                == #"{"kind":"difference-problem","side":"new","file":"site.lua","line":5,"message":"'a|b' is not a port"}"#
                + "\n")
    }

    /// Other plugins: a service under another name, one more, one less, and the flows.
    @Test func otherNames() {
        func side(_ name: String, more: String, flow: [String]) -> Comparison.Side {
            var inventory = Inventory()
            inventory.see(name, "10.0.0.1:8080", "x", at: 1)
            inventory.see("ssh", more, "y", at: 2)
            let sighting = Comparison.FlowSighting(
                flow: 0xabcd, capture: 1, client: endpoint("10.0.0.9:1000"),
                server: endpoint("10.0.0.1:8080"), transport: .tcp, protocols: flow,
                signature: flow.first.map { "acme/\($0)#1" })
            return Comparison.Side(inventory, naming: naming, flows: [sighting])
        }
        let comparison = Comparison(
            side("http", more: "10.0.0.2:22", flow: ["http", "websocket"]),
            side("ftp", more: "10.0.0.3:22", flow: ["ftp"]))
        let services = Self.lines(comparison).filter { $0.hasPrefix("service") }
        #expect(
            services == [
                "service appears 10.0.0.3:22 - > ssh, expected (offport/core/ssh#1)",
                "service changes 10.0.0.1:8080 http, off-port (alternate) > ftp, off-port (impersonation of http) (offport/core/http#1 -> offport/core/ftp#1)",
                "service vanishes 10.0.0.2:22 ssh, expected > - (offport/core/ssh#1)",
            ])
        #expect(comparison.count(.finding, .changes) == 1)
        #expect(
            Self.lines(comparison).last
                == "flow changes 10.0.0.9:1000 > 10.0.0.1:8080 000000000000abcd http then websocket > ftp (acme/http#1 -> acme/ftp#1)"
        )
    }

    // MARK: Output

    @Test(arguments: [60, 80, 120])
    func noLineIsTooWide(_ width: Int) {
        let comparison = Comparison(Self.side(), Self.side(Self.ariel))
        let text = comparison.text(Self.heading, width: width, isColoured: false)
        #expect(text.split(separator: "\n").allSatisfy { columns(String($0)) <= width }, "\(text)")
        #expect(!text.contains("\u{1b}"))
        #expect(comparison.text(Self.heading, width: width, isColoured: true).contains("\u{1b}["))
    }

    @Test func markdownIsATable() {
        let comparison = Comparison(
            Self.side(),
            Self.side { policy in
                Self.ariel(&policy)
                policy.allowances[0].name = "A|b"
            })
        let text = comparison.markdown(Self.heading)
        #expect(text.hasPrefix("### Policy: `nothing` → `site.lua`\n\nOver a.pcap: findings: 1 gone;"))
        #expect(text.contains("| gone | medium: FTP on 419/tcp, expected on 21/tcp | `10.0.0.1:419` |"))
        #expect(text.contains("ftp, allowed: A\\|b"))
    }

    @Test func jsonSaysBeforeAndAfter() {
        let comparison = Comparison(Self.side(), Self.side(Self.ariel))
        let lines = String(decoding: comparison.jsonLines(Self.heading), as: UTF8.self).split(separator: "\n")
        #expect(
            lines.dropFirst().first
                == #"{"kind":"difference","subject":"service","change":"changes","host":"10.0.0.1","transport":"tcp","port":419,"before":{"protocol":"ftp","standing":"off-port","class":"unassigned"},"after":{"protocol":"ftp","standing":"allowed","by":"Ariel"},"why":"nothing allows it -> allow 'ftp' on 419/tcp (Ariel), site.lua:4"}"#
        )
        #expect(
            lines.last
                == #"{"kind":"difference-summary","before":"nothing","after":"site.lua","captures":["a.pcap"],"findings":{"appears":0,"changes":0,"vanishes":1},"services":{"appears":0,"changes":1,"vanishes":0},"flows":{"appears":0,"changes":0,"vanishes":0}}"#
        )
    }
}
