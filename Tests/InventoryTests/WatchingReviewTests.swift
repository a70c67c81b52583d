import Inventory
import Net
import Testing

@Suite("The review of what is watched")
struct WatchingReviewTests {
    private static func at(_ line: Int) -> Net.SourceLocation { SourceLocation(file: "site.lua", line: line) }

    private static func receiver(_ name: String, _ path: String, line: Int) -> Receiver {
        Receiver(name: name, means: .file(Receiver.File(path: path)), origin: at(line))
    }

    private static func alert(
        _ event: AlertRoute.Event, to receivers: [String] = ["soc"], _ severity: Severity = .info,
        line: Int = 2
    ) -> AlertRoute {
        var alert = AlertRoute(event: event, receivers: receivers, origin: at(line))
        alert.severity = severity
        return alert
    }

    private static func review(
        seen: PolicySightings? = nil, _ change: (inout Policy) -> Void
    ) -> [PolicyRemark] {
        var policy = Policy()
        policy.receivers = [receiver("soc", "/a", line: 1)]
        policy.alerts = [alert(.finding(rule: "off-port"), line: 90)]
        change(&policy)
        return PolicyReview(
            Judge(protocols: Library.facts, policy: policy), today: Timestamp(seconds: 0), days: 30,
            seen: seen,
            severities: ["ssh-protocol-1": .high]
        ).remarks()
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var remarks: [String]
        var change: @Sendable (inout Policy) -> Void
    }

    static let cases: [Case] = [
        Case(testDescription: "all in use", remarks: []) { _ in },
        Case(testDescription: "nobody's receiver", remarks: ["3 unused"]) {
            $0.receivers.append(receiver("hook", "/b", line: 3))
        },
        Case(testDescription: "one place, two receivers", remarks: ["3 shadowed"]) {
            $0.receivers.append(receiver("hook", "/a", line: 3))
            $0.alerts.append(alert(.host, to: ["hook"]))
        },
        Case(testDescription: "forbidden, but nothing is", remarks: ["2 never-holds"]) {
            $0.alerts.append(alert(.finding(rule: "forbidden")))
        },
        Case(testDescription: "forbidden", remarks: []) {
            $0.prohibitions = [Prohibition(protocolName: "ftp", reason: "why", severity: .low, origin: at(4))]
            $0.alerts.append(alert(.finding(rule: "forbidden")))
        },
        Case(testDescription: "forbidden, but not so grave", remarks: ["2 never-holds"]) {
            $0.prohibitions = [Prohibition(protocolName: "ftp", reason: "why", severity: .low, origin: at(4))]
            $0.alerts.append(alert(.finding(rule: "forbidden"), .medium))
        },
        Case(testDescription: "new, without a baseline", remarks: ["2 never-holds"]) {
            $0.alerts.append(alert(.finding(rule: "new-host")))
        },
        Case(testDescription: "new, with a baseline", remarks: []) {
            $0.alerts.append(alert(.finding(rule: "new-host")))
            $0.baseline = BaselineSettings(origin: at(5))
        },
        Case(testDescription: "a grave new port", remarks: ["2 never-holds"]) {
            $0.alerts.append(alert(.finding(rule: "new-port"), .low))
            $0.baseline = BaselineSettings(origin: at(5))
        },
        Case(testDescription: "critical without an outside", remarks: ["2 never-holds"]) {
            $0.alerts.append(alert(.finding(rule: "off-port"), .critical))
            $0.alerts.removeFirst()
        },
        Case(testDescription: "critical with an outside", remarks: []) {
            $0.alerts = [alert(.finding(rule: "off-port"), .critical)]
            $0.site = Site(name: "campus", networks: subnets("10.0.0.0/8"), origin: at(6))
        },
        Case(testDescription: "a detection's severity", remarks: ["3 never-holds"]) {
            $0.alerts.append(alert(.finding(rule: "ssh-protocol-1"), .high))
            $0.alerts.append(alert(.finding(rule: "ssh-protocol-1"), .critical, line: 3))
        },
        Case(testDescription: "a grave service", remarks: ["2 never-holds"]) {
            $0.alerts.append(alert(.service(protocolName: nil), .low))
        },
        Case(testDescription: "every flow", remarks: ["2 too-wide"]) { $0.alerts.append(alert(.flow)) },
        Case(testDescription: "every flow, but few", remarks: []) {
            var few = alert(.flow)
            few.throttle = AlertRoute.Throttle(count: 9, period: .seconds(60))
            $0.alerts.append(few)
        },
        Case(testDescription: "a rule of all rules", remarks: ["91 shadowed"]) {
            $0.alerts = [
                alert(.finding(rule: nil), line: 90), alert(.finding(rule: "off-port"), .low, line: 91),
            ]
        },
        Case(testDescription: "all rules after one", remarks: []) {
            $0.alerts.append(alert(.finding(rule: nil), line: 91))
        },
        Case(testDescription: "others are told too", remarks: []) {
            $0.receivers.append(receiver("hook", "/b", line: 3))
            $0.alerts.append(alert(.finding(rule: "off-port"), to: ["soc", "hook"], line: 91))
        },
        Case(testDescription: "a network in a network", remarks: ["6 shadowed"]) {
            $0.site = Site(name: "campus", networks: subnets("10.0.0.0/8", "10.2.0.0/16"), origin: at(6))
        },
        Case(testDescription: "the whole world", remarks: ["6 too-wide"]) {
            $0.site = Site(name: "campus", networks: subnets("0.0.0.0/0"), origin: at(6))
        },
        Case(testDescription: "nothing is learnt", remarks: ["5 too-wide"]) {
            var baseline = BaselineSettings(origin: at(5))
            (baseline.learn, baseline.isFrozen) = (.zero, true)
            $0.baseline = baseline
        },
        Case(testDescription: "quiet before it is known", remarks: ["5 never-holds"]) {
            var baseline = BaselineSettings(origin: at(5))
            baseline.quiet = .seconds(3600)
            $0.baseline = baseline
        },
        Case(testDescription: "from outside to outside", remarks: ["7 never-holds"]) {
            $0.site = Site(name: "campus", networks: subnets("10.0.0.0/8"), origin: at(6))
            $0.allowances = [allowance(.inbound, to: "192.0.2.0/24")]
        },
        Case(testDescription: "from inside, inbound", remarks: ["7 never-holds"]) {
            $0.site = Site(name: "campus", networks: subnets("10.0.0.0/8"), origin: at(6))
            $0.allowances = [allowance(.inbound, to: "10.1.0.0/16", from: "10.2.0.0/16")]
        },
        Case(testDescription: "from outside, inbound", remarks: []) {
            $0.site = Site(name: "campus", networks: subnets("10.0.0.0/8"), origin: at(6))
            $0.allowances = [allowance(.inbound, to: "10.1.0.0/16", from: "192.0.2.0/24")]
        },
    ]

    private static func allowance(_ direction: Direction, to: String, from: String? = nil) -> Allowance {
        var allowance = Allowance(
            protocolName: "ftp", ports: [PortRange("419/tcp")].compactMap { $0 }, name: "A", origin: at(7))
        allowance.direction = direction
        allowance.servers = subnets(to)
        allowance.clients = from.map { subnets($0) } ?? []
        (allowance.reason, allowance.owner) = ("why", "who")
        allowance.expires = Timestamp(rfc3339: "2028-01-01")
        return allowance
    }

    @Test(arguments: cases) func one(_ situation: Case) {
        let remarks = Self.review(situation.change)
        #expect(
            remarks.map { "\($0.location?.line ?? 0) \($0.rule.rawValue)" } == situation.remarks,
            "\(remarks.map(\.message))")
        #expect(remarks.allSatisfy { !$0.message.isEmpty && !$0.advice.isEmpty })
    }

    @Test func whatCapturesDoNotShow() {
        var inventory = Inventory(.ariel())
        _ = inventory.see(Sighting("ftp", "10.20.0.11:419"))
        let remarks = Self.review(seen: PolicySightings(inventory)) { policy in
            policy.site = Site(
                name: "campus", networks: subnets("10.0.0.0/8", "192.0.2.0/24"), origin: Self.at(6))
            policy.expectations = ["419/tcp", "2100/tcp"].enumerated().map { place, port in
                Expectation(
                    protocolName: "ftp", ports: [PortRange(port)].compactMap { $0 },
                    origin: Self.at(7 + place))
            }
        }
        #expect(remarks.map { "\($0.location?.line ?? 0) \($0.rule.rawValue)" } == ["6 unused", "8 unused"])
        #expect(remarks.first?.message.contains("192.0.2.0/24") == true)
    }
}
