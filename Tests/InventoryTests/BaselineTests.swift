import Inventory
import Net
import Testing

/// An inventory and a baseline, as a run has them.
struct Watch {
    static let day: Int64 = 86_400
    var inventory: Inventory
    var baseline: Baseline
    var lines: [String] = []

    static func policy(learn: Int64 = 7, quiet: Int64 = 30, isFrozen: Bool = false) -> Policy {
        var settings = BaselineSettings(origin: Policy.nowhere)
        settings.learn = .seconds(learn * day)
        settings.quiet = .seconds(quiet * day)
        settings.isFrozen = isFrozen
        var policy = Policy()
        policy.baseline = settings
        return policy
    }

    init(_ policy: Policy = policy(), resuming snapshot: Baseline.Snapshot? = nil, maximum: Int = 1000) {
        inventory = Inventory(policy)
        baseline = Baseline(
            resuming: snapshot ?? Baseline.Snapshot(), settings: policy.baseline, protocols: Library.facts,
            maximumServices: maximum)
    }

    /// Sees a service on a day and returns what is new, off-port findings left out.
    @discardableResult
    mutating func see(
        _ name: String, _ server: String, _ transport: TransportProtocol = .tcp, day: Double,
        product: String? = nil, version: String? = nil
    ) -> [String] {
        let fields = product.map { FieldSet([("product", $0)] + (version.map { [("version", $0)] } ?? [])) }
        let sighting = Sighting(
            name, server, transport, at: Int64(day * Double(Self.day)), says: fields)
        let outcome = inventory.recognise(sighting.recognition, against: &baseline)
        return outcome.findings.filter { !["off-port", "forbidden"].contains($0.rule.name) }.map(Self.line)
    }

    mutating func tick(day: Double) -> [String] {
        inventory.tick(at: Timestamp(seconds: Int64(day * Double(Self.day))), against: &baseline).map(
            Self.line)
    }

    static func line(_ finding: Finding) -> String {
        let what =
            "\(finding.rule.name) \(finding.severity) \(finding.protocolName) \(finding.host) \(finding.port)"
        return what + (finding.before.map { " was \($0)" } ?? "") + (finding.now.map { " is \($0)" } ?? "")
    }
}

@Suite("What is new")
struct BaselineTests {
    struct Situation: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Seen while learning.
        var known: [(String, String, String?)]
        /// Seen afterwards, one after the other.
        var then: [(String, String, String?)]
        var new: [String]
    }

    static let situations: [Situation] = [
        Situation(
            testDescription: "the same again", known: [("ssh", "10.0.0.1:22", nil)],
            then: [("ssh", "10.0.0.1:22", nil)], new: []),
        Situation(
            testDescription: "a host that was not there, and its second service",
            known: [("ssh", "10.0.0.1:22", nil)],
            then: [("ssh", "10.0.0.2:22", nil), ("ssh", "10.0.0.2:22", nil), ("http", "10.0.0.2:80", nil)],
            new: ["new-host low ssh 10.0.0.2 22/tcp", "new-service low http 10.0.0.2 80/tcp"]),
        Situation(
            testDescription: "another service of a known host", known: [("ssh", "10.0.0.1:22", nil)],
            then: [("http", "10.0.0.1:80", nil)], new: ["new-service low http 10.0.0.1 80/tcp"]),
        Situation(
            testDescription: "another port of a known protocol",
            known: [
                ("ssh", "10.0.0.1:22", nil), ("ssh", "10.0.0.1:2200", nil), ("http", "10.0.0.1:80", nil),
            ],
            then: [("ssh", "10.0.0.1:2222", nil)],
            new: ["new-port info ssh 10.0.0.1 2222/tcp was 22/tcp, 2200/tcp"]),
        Situation(
            testDescription: "another protocol on a known port",
            known: [("http", "10.0.0.1:80", nil), ("ssh", "10.0.0.1:22", nil)],
            then: [("ssh", "10.0.0.1:80", nil), ("ssh", "10.0.0.1:80", nil), ("http", "10.0.0.1:80", nil)],
            new: ["protocol-changed medium ssh 10.0.0.1 80/tcp was http"]),
        Situation(
            testDescription: "another program", known: [("ssh", "10.0.0.1:22", "OpenSSH 9.6")],
            then: [
                ("ssh", "10.0.0.1:22", "dropbear 2022.83"), ("ssh", "10.0.0.1:22", "OpenSSH 9.6"),
                ("ssh", "10.0.0.1:22", "dropbear 2022.83"),
            ],
            new: ["changed-product low ssh 10.0.0.1 22/tcp was OpenSSH 9.6 is dropbear 2022.83"]),
        Situation(
            testDescription: "another version of the program", known: [("ssh", "10.0.0.1:22", "OpenSSH 9.6")],
            then: [("ssh", "10.0.0.1:22", "OpenSSH 9.7")],
            new: ["changed-product info ssh 10.0.0.1 22/tcp was OpenSSH 9.6 is OpenSSH 9.7"]),
        Situation(
            testDescription: "a version that was not told before, and answers without one",
            known: [("http", "10.0.0.1:80", "nginx")],
            then: [("http", "10.0.0.1:80", "nginx 1.22"), ("http", "10.0.0.1:80", "nginx")], new: []),
        Situation(
            testDescription: "the first program that a known service names",
            known: [("http", "10.0.0.1:80", nil)],
            then: [("http", "10.0.0.1:80", "nginx 1.22"), ("http", "10.0.0.1:80", "Apache 2.4")],
            new: ["changed-product low http 10.0.0.1 80/tcp was nginx 1.22 is Apache 2.4"]),
        Situation(
            testDescription: "a new service with its program is one finding", known: [],
            then: [("ssh", "10.0.0.1:22", "OpenSSH 9.6")], new: ["new-host low ssh 10.0.0.1 22/tcp"]),
        Situation(
            testDescription: "a protocol without a home may change its ports",
            known: [("rtp", "10.0.0.1:5000", nil)],
            then: [("rtp", "10.0.0.1:5002", nil), ("rtp", "10.0.0.1:5004", nil)], new: []),
    ]

    @Test("each once, the most specific", arguments: situations)
    func findings(after situation: Situation) {
        var watch = Watch()
        // Something begins the learning.
        watch.see("dns", "192.0.2.1:53", .udp, day: 1)
        func see(_ seen: (String, String, String?), day: Double) -> [String] {
            let words = seen.2?.split(separator: " ").map(String.init)
            return watch.see(
                seen.0, seen.1, day: day, product: words?.first, version: words?.dropFirst().first)
        }
        for seen in situation.known { #expect(see(seen, day: 2).isEmpty) }
        let new = situation.then.enumerated().flatMap { see($1, day: 9 + Double($0) / 100) }
        #expect(new == situation.new)
        // All of it is known now.
        let again = situation.then.flatMap { see($0, day: 10) }
        #expect(again.isEmpty)
        #expect(watch.inventory.allFindings.filter { $0.rule.name != "off-port" }.count == new.count)
    }

    @Test("evidence, flow and client are those of the session that was new")
    func evidence() throws {
        var watch = Watch(Watch.policy(learn: 0))
        let sighting = Sighting("ssh", "10.0.0.1:22", from: "10.1.2.3:50000", at: 1234, vlan: 12)
        let outcome = watch.inventory.recognise(sighting.recognition, against: &watch.baseline)
        let finding = try #require(outcome.findings.first)
        #expect(finding.rule == .newHost)
        #expect(finding.time == Timestamp(seconds: 1234))
        #expect(finding.client == Endpoint("10.1.2.3:50000"))
        #expect(finding.vlan == 12)
        #expect(finding.flow == sighting.recognition.flow)
        #expect(finding.evidence.bytes == Array("ssh at 1234".utf8))
        #expect(finding.service == outcome.service)
    }

    @Test("what makes no service is nothing new")
    func noService() {
        var watch = Watch(Watch.policy(learn: 0))
        for sighting in [
            Sighting("http", "10.0.0.1:80", serverSpoke: false), Sighting("dns", "224.0.0.251:5353", .udp),
            Sighting("ftp-data", "10.0.0.1:2222", isChild: true),
        ] {
            #expect(
                watch.inventory.recognise(sighting.recognition, against: &watch.baseline).findings.isEmpty)
        }
        #expect(watch.baseline.count == 0)
    }

    @Test("learning ends once, whatever the clock does")
    func learning() {
        var watch = Watch()
        #expect(watch.see("ssh", "10.0.0.1:22", day: 100).isEmpty)
        #expect(watch.see("ssh", "10.0.0.2:22", day: 106.9).isEmpty)
        #expect(watch.baseline.isLearning)
        #expect(watch.see("ssh", "10.0.0.3:22", day: 107).count == 1)
        // The clock goes back behind the beginning.
        #expect(watch.see("ssh", "10.0.0.4:22", day: 50).count == 1)
        #expect(watch.see("ssh", "10.0.0.1:22", day: 50).isEmpty)
        #expect(!watch.baseline.isLearning)
        // And so it stays in the next run.
        var next = Watch(resuming: watch.baseline.snapshot)
        #expect(next.see("ssh", "10.0.0.5:22", day: 101).count == 1)
        #expect(next.see("ssh", "10.0.0.4:22", day: 101).isEmpty)
    }

    @Test("learning goes on in the next run")
    func learningResumes() {
        var watch = Watch()
        watch.see("ssh", "10.0.0.1:22", day: 1)
        var next = Watch(resuming: watch.baseline.snapshot)
        #expect(next.see("ssh", "10.0.0.2:22", day: 7).isEmpty)
        #expect(next.see("ssh", "10.0.0.3:22", day: 8).count == 1)
    }

    @Test("frozen: reported once a run, in every run, never learnt")
    func frozen() {
        let policy = Watch.policy(isFrozen: true)
        var watch = Watch(policy)
        watch.see("ssh", "10.0.0.1:22", day: 1, product: "OpenSSH", version: "9.6")
        var snapshot = watch.baseline.snapshot
        for run in 0..<3 {
            var next = Watch(policy, resuming: snapshot)
            let day = 10 + Double(run)
            #expect(next.see("ssh", "10.0.0.1:22", day: day, product: "OpenSSH", version: "9.6").isEmpty)
            for round in 0..<2 {
                let isFirst = round == 0
                let new = next.see("ssh", "10.0.0.2:22", day: day)
                #expect(new == (isFirst ? ["new-host low ssh 10.0.0.2 22/tcp"] : []))
                // Its host was reported in this run, so it is known in this run.
                let more = next.see("http", "10.0.0.2:80", day: day)
                #expect(more == (isFirst ? ["new-service low http 10.0.0.2 80/tcp"] : []))
                let changed = next.see("ssh", "10.0.0.1:22", day: day, product: "dropbear", version: "1")
                #expect(
                    changed
                        == (isFirst
                            ? ["changed-product low ssh 10.0.0.1 22/tcp was OpenSSH 9.6 is dropbear 1"] : [])
                )
            }
            snapshot = next.baseline.snapshot
            #expect(snapshot.entries.filter(\.isLearnt).map(\.host.description) == ["10.0.0.1"])
            #expect(snapshot.entries.allSatisfy { $0.firstSeen <= Timestamp(seconds: 10 * Watch.day) })
        }
        // Without the word it is reported once more and then known.
        var thawed = Watch(resuming: snapshot)
        #expect(thawed.see("ssh", "10.0.0.2:22", day: 20).count == 1)
        var later = Watch(resuming: thawed.baseline.snapshot)
        #expect(later.see("ssh", "10.0.0.2:22", day: 21).isEmpty)
    }

    @Test("gone quiet: once per silence, not while nobody watched")
    func quiet() {
        var watch = Watch()
        watch.see("ssh", "10.0.0.1:22", day: 1)
        watch.see("http", "10.0.0.1:80", day: 20)
        #expect(watch.tick(day: 30.9).isEmpty)
        #expect(watch.tick(day: 31) == ["gone-quiet info ssh 10.0.0.1 22/tcp"])
        #expect(watch.tick(day: 32).isEmpty)
        let finding = watch.inventory.allFindings.last
        #expect(finding?.lastSeen == Timestamp(seconds: Watch.day))
        #expect(finding?.evidence.bytes == Array("ssh at \(Watch.day)".utf8))
        #expect(finding?.hasFlow == false)
        // Back, and silent again.
        #expect(watch.see("ssh", "10.0.0.1:22", day: 33).isEmpty)
        #expect(watch.tick(day: 51) == ["gone-quiet info http 10.0.0.1 80/tcp"])
        #expect(watch.tick(day: 63) == ["gone-quiet info ssh 10.0.0.1 22/tcp"])
        // Stopped for a year: the silence goes on where it was, and what was reported stays reported.
        watch.see("ssh", "10.0.0.1:22", day: 70)
        var next = Watch(resuming: watch.baseline.snapshot)
        #expect(next.tick(day: 435).isEmpty)
        #expect(next.tick(day: 464.9).isEmpty)
        #expect(next.tick(day: 465) == ["gone-quiet info ssh 10.0.0.1 22/tcp"])
        #expect(next.inventory.allFindings.map(\.evidence.bytes) == [[]])
    }

    @Test("gone quiet: one silence is told once, when its last session ends late")
    func quietBeforeTheEnd() {
        var watch = Watch(Watch.policy(learn: 0, quiet: 5))
        watch.see("ssh", "10.0.0.1:22", day: 1)
        func end(_ day: Double) {
            var baseline = watch.baseline
            watch.inventory.ended(
                server: Endpoint(IPAddress(v4: 0x0a00_0001), 22), transport: .tcp,
                protocolIndex: Library.index("ssh"), at: Timestamp(seconds: Int64(day * Double(Watch.day))),
                against: &baseline)
            watch.baseline = baseline
        }
        #expect(watch.tick(day: 6).count == 1)
        // Its last packet came before anybody was told.
        end(1.5)
        #expect(watch.tick(day: 20).isEmpty)
        var next = Watch(Watch.policy(learn: 0, quiet: 5), resuming: watch.baseline.snapshot)
        #expect(next.tick(day: 40).isEmpty)
        // It still spoke after that.
        end(8)
        #expect(watch.tick(day: 21).count == 1)
    }

    @Test("gone quiet: a silence that ends before anybody looks is told when it ends")
    func quietBetweenTicks() {
        var watch = Watch()
        watch.see("ssh", "10.0.0.1:22", day: 1)
        #expect(watch.see("ssh", "10.0.0.1:22", day: 30).isEmpty)
        #expect(watch.see("ssh", "10.0.0.1:22", day: 70) == ["gone-quiet info ssh 10.0.0.1 22/tcp"])
        let finding = watch.inventory.allFindings.last
        #expect(finding?.lastSeen == Timestamp(seconds: 30 * Watch.day))
        #expect(finding?.time == Timestamp(seconds: 70 * Watch.day) && finding?.hasFlow == false)
        #expect(watch.see("ssh", "10.0.0.1:22", day: 70).isEmpty)
        #expect(watch.tick(day: 71).isEmpty)
        // The next one is another, and what a tick has told is not told again.
        #expect(watch.tick(day: 101).count == 1)
        #expect(watch.see("ssh", "10.0.0.1:22", day: 140).isEmpty)
        #expect(watch.see("ssh", "10.0.0.1:22", day: 171).count == 1)
        // While nobody watched, nothing was silent.
        var next = Watch(resuming: watch.baseline.snapshot)
        #expect(next.see("ssh", "10.0.0.1:22", day: 400).isEmpty)
    }

    @Test("what no run has seen before is told from what this run has not")
    func firstOfAnyRun() {
        func see(_ name: String, _ server: String, in watch: inout Watch) -> [Bool] {
            let sighting = Sighting(name, server)
            let outcome = watch.inventory.recognise(sighting.recognition, against: &watch.baseline)
            return [outcome.isNewService, outcome.isFirstOfService, outcome.isFirstOfHost]
        }
        var watch = Watch(Policy())
        #expect(see("ssh", "10.0.0.1:22", in: &watch) == [true, true, true])
        #expect(see("ssh", "10.0.0.1:22", in: &watch) == [false, false, false])
        #expect(see("http", "10.0.0.1:80", in: &watch) == [true, true, false])
        var next = Watch(Policy(), resuming: watch.baseline.snapshot)
        #expect(see("ssh", "10.0.0.1:22", in: &next) == [true, false, false])
        #expect(see("ftp", "10.0.0.1:21", in: &next) == [true, true, false])
        #expect(see("ssh", "10.0.0.2:22", in: &next) == [true, true, true])
    }

    @Test("a clock that goes back makes nobody quiet")
    func clockGoesBack() {
        var watch = Watch(Watch.policy(learn: 0))
        watch.see("ssh", "10.0.0.1:22", day: 100)
        watch.see("ssh", "10.0.0.1:22", day: 10)
        #expect(watch.tick(day: 5).isEmpty)
        #expect(watch.tick(day: 129).isEmpty)
        #expect(watch.tick(day: 130).count == 1)
    }

    @Test("a tick looks at a few and comes round to all")
    func ticks() {
        var watch = Watch(Watch.policy(learn: 0))
        for number in 1...100 { watch.see("ssh", "10.0.0.\(number):22", day: 1) }
        let counts = (0..<11).map { _ in
            watch.inventory.tick(
                at: Timestamp(seconds: 40 * Watch.day), against: &watch.baseline, limit: 10
            ).count
        }
        #expect(counts == Array(repeating: 10, count: 10) + [0])
    }

    @Test("without settings it reports nothing and remembers first sightings")
    func memory() {
        var watch = Watch(Policy())
        #expect(watch.see("ssh", "10.0.0.1:22", day: 1).isEmpty)
        #expect(watch.see("ssh", "10.0.0.2:22", day: 100).isEmpty)
        #expect(watch.tick(day: 500).isEmpty)
        var next = Watch(Policy(), resuming: watch.baseline.snapshot)
        next.see("ssh", "10.0.0.1:22", day: 200)
        #expect(next.inventory.allServices.map(\.firstSeen) == [Timestamp(seconds: Watch.day - 1)])
        #expect(next.inventory.allServices.map(\.sessions) == [1])
        // Asked for later, it has to learn first.
        var asked = Watch(resuming: next.baseline.snapshot)
        #expect(asked.see("ssh", "10.0.0.9:22", day: 300).isEmpty)
        #expect(asked.see("ssh", "10.0.0.8:22", day: 307).count == 1)
    }

    @Test("a forgotten service of the inventory keeps its first sighting and is nothing new")
    func forgottenByTheInventory() {
        var watch = Watch(Watch.policy(learn: 0))
        watch.inventory = Inventory(Watch.policy(learn: 0), maximumServices: 1)
        #expect(watch.see("ssh", "10.0.0.1:22", day: 1).count == 1)
        #expect(watch.see("ssh", "10.0.0.2:22", day: 2).count == 1)
        #expect(watch.see("ssh", "10.0.0.1:22", day: 3).isEmpty)
        #expect(watch.inventory.allServices.map(\.firstSeen) == [Timestamp(seconds: Watch.day - 1)])
    }

    @Test("bounded: what was never learnt goes first, then the silent")
    func bounded() {
        var watch = Watch(Watch.policy(learn: 1, isFrozen: true), maximum: 10)
        for number in 1...8 { watch.see("ssh", "10.0.0.\(number):22", day: 1) }
        for number in 1...200 { watch.see("ssh", "10.1.0.\(number):22", day: 10 + Double(number) / 100) }
        #expect(watch.baseline.count == 10)
        #expect(watch.baseline.servicesForgotten == 198)
        for number in 1...8 { #expect(watch.see("ssh", "10.0.0.\(number):22", day: 20).isEmpty) }
        var plain = Watch(Watch.policy(learn: 0), maximum: 10)
        for number in 1...100 { plain.see("ssh", "10.1.0.\(number):22", day: Double(number)) }
        let kept = plain.baseline.snapshot.entries.map(\.lastSeen)
        #expect(kept.count == 10)
        #expect(kept.allSatisfy { $0 >= Timestamp(seconds: 91 * Watch.day) })
    }

    @Test("another plugin library: names hold, numbers do not")
    func reload() {
        var watch = Watch(Watch.policy(learn: 0))
        watch.see("ssh", "10.0.0.1:22", day: 1)
        watch.see("http", "10.0.0.1:80", day: 1)
        // Without http, the rest the other way round.
        let facts = Array(Library.facts.reversed().filter { $0.name != "http" })
        var baseline = watch.baseline
        baseline.adopt(judge: Judge(protocols: facts, policy: Watch.policy(learn: 0)))
        var inventory = Inventory(judge: Judge(protocols: facts, policy: Policy()))
        var again = Sighting("ssh", "10.0.0.1:22", at: 2 * Watch.day).recognition
        again.protocolIndex = facts.firstIndex { $0.name == "ssh" } ?? 0
        #expect(inventory.recognise(again, against: &baseline).findings.isEmpty)
        // http cannot be recognised any more, so its silence says nothing.
        let quiet = inventory.tick(at: Timestamp(seconds: 90 * Watch.day), against: &baseline)
        #expect(quiet.map(\.protocolName) == ["ssh"])
        #expect(baseline.snapshot.entries.map(\.protocolName) == ["ssh", "http"])
    }

    @Test("against plain dictionaries, through restarts", arguments: 1...6 as ClosedRange<UInt64>)
    func model(_ seed: UInt64) {
        var generator = SplitMix(state: seed)
        let names = ["ssh", "http", "ftp", "dns"]
        let isFrozen = seed.isMultiple(of: 2)
        let policy = Watch.policy(learn: 2, isFrozen: isFrozen)
        var watch = Watch(policy)
        var learnt: [String: Set<String>] = [:]
        var noted: [String: Set<String>] = [:]
        for step in 0..<3000 {
            let day = 1 + Double(step) / 500
            if step % 700 == 699 {
                let snapshot = watch.baseline.snapshot
                watch = Watch(policy, resuming: snapshot)
                #expect(watch.baseline.snapshot == snapshot)
                noted = [:]
            }
            let name = names[Int.random(in: 0..<4, using: &generator)]
            let host = "10.0.0.\(Int.random(in: 1...60, using: &generator))"
            let port = Int.random(in: 1...4, using: &generator)
            let known = learnt[host, default: []].union(noted[host, default: []])
            let service = "\(name) \(port)"
            var expected: [String] = []
            if !known.contains(service) {
                let isOver = day >= 3
                let ports = known.filter { $0.hasPrefix("\(name) ") }
                if known.contains(where: { $0.hasSuffix(" \(port)") }) {
                    expected = ["protocol-changed"]
                } else if !ports.isEmpty {
                    expected = ["new-port"]
                } else {
                    expected = [known.isEmpty ? "new-host" : "new-service"]
                }
                if !isOver { expected = [] }
                if !isOver || !isFrozen { learnt[host, default: []].insert(service) }
                noted[host, default: []].insert(service)
            }
            let found = watch.see(name, "\(host):\(port)", day: day).map { String($0.prefix { $0 != " " }) }
            #expect(found == expected, "step \(step)")
        }
    }
}

@Suite("Reported findings")
struct ReportedFindingsTests {
    @Test("once, in this run and the next")
    func once() {
        var inventory = Inventory()
        let findings = inventory.see(
            Sighting("ssh", "10.0.0.1:2222", at: 5), Sighting("ftp", "10.0.0.1:2222"))
        var reported = ReportedFindings()
        do {
            let admitted = findings.map { reported.admit($0) }
            #expect(admitted == [true, true])
        }
        do {
            let admitted = findings.map { reported.admit($0) }
            #expect(admitted == [false, false])
        }
        var next = ReportedFindings(reported.entries)
        #expect(next.entries == reported.entries)
        do {
            let admitted = findings.map { next.admit($0) }
            #expect(admitted == [false, false])
        }
        #expect(next.firstReported(findings[0]) == Timestamp(seconds: 5))
        #expect(next.entries.map(\.rule) == ["off-port", "off-port"])
        #expect(next.entries.map(\.protocolName) == ["ftp", "ssh"])
        let other = inventory.see(Sighting("ssh", "10.0.0.1:2223"))
        #expect(other.map { next.firstReported($0) } == [nil])
    }

    @Test("again when it is found to be reached from outside, once")
    func fromOutside() {
        var policy = Policy()
        policy.site = Policy.campus
        func findings(_ clients: String...) -> [Finding] {
            var inventory = Inventory(policy)
            return clients.flatMap { inventory.see(Sighting("ssh", "10.0.0.1:2222", from: $0)) }
        }
        var reported = ReportedFindings()
        do {
            let admitted = findings("10.9.9.9:1").map { reported.admit($0) }
            #expect(admitted == [true])
        }
        // Another run hears the outsider first.
        var next = ReportedFindings(reported.entries)
        do {
            let admitted = findings("192.0.2.1:1").map { next.admit($0) }
            #expect(admitted == [true])
        }
        do {
            let admitted = findings("10.9.9.9:1", "192.0.2.1:1").map { next.admit($0) }
            #expect(admitted == [false, false])
        }
    }

    @Test("what is new is left to the baseline")
    func new() {
        var watch = Watch(Watch.policy(learn: 0))
        watch.see("ssh", "10.0.0.1:22", day: 1)
        var reported = ReportedFindings()
        let findings = watch.inventory.allFindings
        do {
            let admitted = findings.map { reported.admit($0) }
            #expect(admitted == [true])
        }
        do {
            let admitted = findings.map { reported.admit($0) }
            #expect(admitted == [true])
        }
        #expect(reported.count == 0)
    }

    @Test("bounded")
    func bounded() {
        var inventory = Inventory()
        var reported = ReportedFindings(maximumCount: 10)
        for number in 1...50 {
            for finding in inventory.see(Sighting("ssh", "10.0.0.\(number):2222", at: Int64(number))) {
                let isNew = reported.admit(finding)
                #expect(isNew)
            }
        }
        #expect(reported.count == 10)
        #expect(reported.forgotten == 40)
        #expect(reported.entries.map(\.host.description) == (41...50).map { "10.0.0.\($0)" })
    }
}
