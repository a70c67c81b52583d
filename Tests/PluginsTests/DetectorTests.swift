import Inventory
import Matching
import Net
import Plugins
import Testing

/// Detections of one file, and an inventory that they look at.
private struct Scene {
    var detector: Detector?
    var inventory: Inventory
    var state: DetectionState
    let library: Plugins.Library

    /// Protocols ssh (22), http (80) and telnet (23), and the detections of `text`.
    init(_ text: String, bounds: DetectionState.Bounds = .init(), policy: Policy = Policy()) {
        let ports = ["ssh": 22, "http": 80, "telnet": 23]
        let protocols = ["ssh", "http", "telnet"].map { name in
            "protocol \"\(name)\" { title = \"T\", category = \"c\", ports = \"\(ports[name] ?? 1)/tcp\", "
                + "tcp { client = starts \"a\" }, example { client = \"a\" } }\n"
        }
        library = Plugins.Library(sources: [
            PluginSource(path: "core.lua", text: Array(protocols.joined().utf8), kind: .plugin, id: "t/core"),
            PluginSource(path: "d.lua", text: Array(text.utf8), kind: .plugin, id: "t/d"),
        ])
        let judge = Judge(
            protocols: library.definitions.map {
                ProtocolFacts(
                    name: $0.name, title: $0.title, category: $0.category, plugin: $0.plugin, ports: $0.ports,
                    alternates: [], isDynamic: false)
            }, policy: policy)
        inventory = Inventory(judge: judge)
        state = DetectionState(bounds)
        detector = Detector(library, judge: judge)
    }

    /// What a session gives rise to: `rule: title` of every detection.
    @discardableResult
    mutating func see(
        _ name: String, _ server: String = "10.0.0.1:22", from client: String = "10.0.0.9:40000",
        at seconds: Int64 = 1000, says: [(String, String)]? = nil, clientSays: [(String, String)]? = nil,
        answered: Bool = true
    ) -> [String] {
        let unknown = Endpoint(IPAddress(v4: 0), 0)
        let recognition = Recognition(
            flow: UInt64(seconds), time: Timestamp(seconds: seconds), start: Timestamp(seconds: seconds),
            transport: .tcp, vlan: 0, client: Endpoint(client) ?? unknown,
            server: Endpoint(server) ?? unknown,
            protocolIndex: library.definitions.firstIndex { $0.name == name } ?? 0, confidence: .certain,
            serverSpoke: answered, isOneWay: false, isChild: false,
            evidence: [UInt8(65)].withBytes {
                EvidenceSample(isServer: true, offset: 0, signature: 0, said: $0)
            },
            fields: FlowFields(
                client: clientSays.map { FieldSet($0.map { (name: $0.0, value: $0.1) }) },
                server: says.map { FieldSet($0.map { (name: $0.0, value: $0.1) }) }))
        let own = inventory.recognise(recognition).findings
        let found = detector?.take(recognition, findings: own, &state, &inventory) ?? []
        return found.map { "\($0.rule.name): \($0.rule.detected?.title ?? "")" }
    }

    var calls: Int { detector?.calls ?? 0 }
}

private func detect(_ name: String, _ body: String, on: String = "service", example: String = "example {}")
    -> String
{
    "detect \"\(name)\" { title = \"\(name)!\", severity = \"low\", on = \(on), \(body) \(example) }\n"
}

private let old = detect(
    "old",
    #"when = function(s) return s.version == "1" end, says = "{host}:{port} runs {version}{nothing}","#,
    on: #"service "ssh""#, example: #"example { version = "1" }"#)

@Suite struct DetectorTests {
    @Test func theSitesListIsAFact() {
        var policy = Policy()
        policy.serverLists = [
            ServerList(
                protocolName: "ssh", servers: [Subnet("10.0.0.2")].compactMap { $0 },
                origin: .init(file: "s", line: 1))
        ]
        let text = detect(
            "strange", "when = function(s) return s.listed == false end,",
            example: "example { listed = false }")
        var scene = Scene(text, policy: policy)
        #expect(scene.see("ssh", "10.0.0.1:22") == ["strange: strange!"])
        #expect(scene.see("ssh", "10.0.0.2:22") == [])
        #expect(scene.see("http", "10.0.0.1:80") == [])
    }

    @Test func aServiceIsToldOfOnce() {
        var scene = Scene(old)
        #expect(scene.library.problems.filter { $0.severity > .note }.isEmpty)
        #expect(scene.see("ssh", says: [("version", "2")]) == [])
        #expect(scene.see("ssh", says: [("version", "1")]) == ["old: 10.0.0.1:22 runs 1?"])
        #expect(scene.see("ssh", says: [("version", "1")]) == [])
        #expect(scene.see("ssh", "10.0.0.1:23", says: [("version", "1")]) == ["old: 10.0.0.1:23 runs 1?"])
        #expect(scene.see("http", says: [("version", "1")]) == [], "of another protocol")
        #expect(scene.see("ssh", "10.0.0.2:22", says: [("version", "1")], answered: false) == [])
        #expect(scene.inventory.findingCount == 4, "two of detections, two off-port")
        let finding = scene.inventory.findingOrder().map { scene.inventory.finding($0) }
            .first { $0.rule.name == "old" }
        #expect(finding?.rule.detected?.plugin == "t/d" && finding?.severity == .low)
        #expect(finding?.evidence.bytes == [65])
    }

    @Test func anAddressBeforeAPortStandsInBrackets() {
        var scene = Scene(detect("b", "says = \"{host}:{port} has {version}:{host}\","))
        #expect(
            scene.see("ssh", "[fd00::1]:22", from: "[fd00::9]:40000", says: [("version", "1")]) == [
                "b: [fd00::1]:22 has 1:fd00::1"
            ])
        #expect(scene.see("ssh", says: [("version", "1")]) == ["b: 10.0.0.1:22 has 1:10.0.0.1"])
    }

    @Test func factsThatAreKnownAreNotAskedAboutAgain() {
        var scene = Scene(old)
        for number in 0..<100 {
            scene.see(
                "ssh", from: "10.0.1.\(number):40000", at: 1000 + Int64(number), says: [("version", "3")])
        }
        #expect(scene.calls == 1)
        scene.see("ssh", says: [("version", "4")])
        #expect(scene.calls == 2)
        scene.see("ssh", at: 1000 + 86_400, says: [("version", "4")])
        #expect(scene.calls == 3, "another day")
        scene.see("http", says: [("version", "4")])
        #expect(scene.calls == 3, "nothing is asked of it")
    }

    @Test func subjects() {
        var scene = Scene(
            detect("s", "says = \"{host}\",")
                + detect("c", "says = \"{host}:{port} {software}\",", on: "client \"ssh\"")
                + detect("f", "says = \"{client.ip} {client.software} {server.port}\",", on: "flow"))
        let all = scene.see("ssh", clientSays: [("software", "a")])
        #expect(all == ["s: 10.0.0.1", "c: 10.0.0.9:0 a", "f: 10.0.0.9 a 22"])
        #expect(scene.see("ssh", clientSays: [("software", "b")]) == [])
        #expect(scene.see("ssh", from: "10.0.0.8:1") == ["c: 10.0.0.8:0 ?", "f: 10.0.0.8 ? 22"])
        #expect(scene.see("http", from: "10.0.0.9:1") == ["s: 10.0.0.1", "f: 10.0.0.9 ? 22"])
    }

    @Test func aHostIsLookedAtAsAWhole() {
        var scene = Scene(
            detect(
                "h", "when = function(s) return s.serves.ssh and s.uses.http and s.servers >= 3 end,",
                on: "host",
                example: "example { serves = { ssh = true }, uses = { http = true }, servers = 3 }"))
        for number in 1...3 {
            #expect(scene.see("ssh") == [])
            #expect(scene.see("http", "10.0.2.\(number):80", from: "10.0.0.1:5") == [])
        }
        #expect(scene.see("ssh") == ["h: h!"])
        #expect(scene.see("ssh") == [])
    }

    @Test func chains() {
        var scene = Scene(
            detect("both", "requires = { \"a\", \"b\" },")
                + detect("only-a", "requires = \"a\", unless = \"b\",")
                + detect("off", "requires = \"off-port\",")
                + detect("a", "when = function(s) return s.a == 'y' end,", example: "example { a = 'y' }")
                + detect("b", "when = function(s) return s.b == 'y' end,", example: "example { b = 'y' }"))
        #expect(scene.see("ssh", says: [("a", "n")]) == [])
        #expect(scene.see("ssh", says: [("a", "y")]) == ["a: a!", "only-a: only-a!"])
        #expect(scene.see("ssh", says: [("b", "y")]) == ["b: b!", "both: both!"])
        #expect(
            scene.see("ssh", "10.0.0.1:2200", says: [("a", "y"), ("b", "y")]) == [
                "off: off!", "a: a!", "b: b!", "both: both!",
            ])
        #expect(scene.see("ssh", "10.0.0.2:22", says: []) == [], "of another service")
    }

    @Test func findingsGiveRiseToFindings() {
        var scene = Scene(
            detect("third", "", on: "finding \"second\"", example: "example {}")
                + detect("second", "says = \"{rule} {class} {client.ip}\",", on: "finding \"off-port\"")
                + detect("every", "", on: "finding"))
        #expect(
            scene.see("ssh", "10.0.0.1:2200") == [
                "second: off-port unassigned 10.0.0.9", "every: every!", "third: third!",
            ])
        #expect(scene.see("ssh", "10.0.0.1:2200") == [])
    }

    @Test func counting() {
        let text = detect(
            "many", "count { by = \"client\", atleast = 3, within = \"10s\" },", on: "flow \"ssh\"")
        var scene = Scene(text)
        #expect([0, 6, 12, 18].flatMap { scene.see("ssh", at: 1000 + $0) } == [])
        #expect(scene.see("ssh", "10.0.0.2:22", from: "10.0.0.8:1", at: 1018) == [], "another client")
        #expect(
            scene.see("ssh", "10.0.0.3:22", at: 1020) == ["many: many!"], "12, 18 and 20: whatever the server"
        )
        #expect([21, 22, 23].flatMap { scene.see("ssh", at: 1000 + $0) } == [], "once a client")
    }

    @Test func countsAreForgottenWhenThereAreTooMany() {
        var bounds = DetectionState.Bounds()
        bounds.windows = 2
        var scene = Scene(
            detect("many", "count { by = \"client\", atleast = 2, within = \"1h\" },", on: "flow"),
            bounds: bounds)
        for number in 1...3 { #expect(scene.see("ssh", from: "10.0.0.\(number):1") == []) }
        #expect(scene.state.windows.count == 2 && scene.state.windows.forgotten == 1)
        #expect(scene.see("ssh", from: "10.0.0.1:1") == [], "the oldest had to go")
        #expect(scene.see("ssh", from: "10.0.0.3:1") == ["many: many!"])
        #expect(scene.state.forgotten.contains { $0 == ("detection_counts_forgotten", 2) })
    }

    @Test func outcomesAreAskedAgainWhenThereAreTooMany() {
        var bounds = DetectionState.Bounds()
        (bounds.outcomes, bounds.fired) = (4, 8)
        var scene = Scene(old, bounds: bounds)
        var found = 0
        for round in 0..<2 {
            for number in 1...8 {
                found +=
                    scene.see("ssh", "10.0.0.\(number):22", at: 1000 + Int64(round), says: [("version", "1")])
                    .count
            }
        }
        #expect(found == 8 && scene.calls == 16)
        #expect(scene.state.outcomes.count == 4 && scene.state.fired.count == 8)
    }

    @Test func aDetectionThatKeepsFailingIsSwitchedOffAlone() throws {
        let bad = detect(
            "bad", "when = function(s) return s.version:sub(1, 1) == '1' end,",
            example: "example { version = '1' }")
        var scene = Scene(bad + old)
        for number in 1...4 { #expect(scene.see("ssh", "10.0.0.\(number):22") == []) }
        #expect(
            scene.see("ssh", "10.0.1.1:22", says: [("version", "1")]) == [
                "bad: bad!", "old: 10.0.1.1:22 runs 1?",
            ])
        #expect(scene.detector?.disabled.isEmpty == true)
        // It is told from the first failure on.
        #expect(
            scene.detector?.failing.map { "\($0.id): \($0.words)" } == [
                "bad: 4 calls failed; d.lua:1: attempt to index a nil value (field 'version')"
            ])
        #expect(scene.see("ssh", "10.0.0.5:22") == [])
        #expect(scene.detector?.failing.isEmpty == true)
        let disabled = try #require(scene.detector?.disabled)
        #expect(disabled.map(\.name) == ["bad"])
        #expect(
            disabled.first?.problem.description == "d.lua:1: attempt to index a nil value (field 'version')")
        #expect(scene.see("ssh", "10.0.1.2:22", says: [("version", "1")]) == ["old: 10.0.1.2:22 runs 1?"])
        #expect(scene.detector?.disabled.count == 1)
    }

    /// More than one word of 64 bits for one protocol.
    @Test func aHundredDetections() {
        let text = (0..<100).map {
            detect(
                "d\($0)", "when = function(s) return s.number == '\($0)' end,",
                example: "example { number = '\($0)' }")
        }.joined()
        var scene = Scene(text)
        for number in 0..<100 {
            #expect(scene.see("ssh", says: [("number", "\(number)")]) == ["d\(number): d\(number)!"])
        }
    }

    @Test func methods() {
        let conditions = [
            "s.t:sub(2, 3) == 'bC'", "s.t:lower() == 'abcd'", "s.t:upper() == 'ABCD'", "s.t:len() == 4",
            "#s.t == 4",
            "('x'):rep(3) == 'xxx'", "('%d'):format(s.port) == '22'", "s.t:byte(1) == 97",
            "s.t:matches('^ab')",
            "not s.t:matches('^b')", "s.t:matches('(?i)BCD')", "s.t:matches([[\\w{4}]])", "s.unknown == nil",
            "s.port == 22 and s.host == '10.0.0.1' and s.protocol == 'ssh' and s.transport == 'tcp'",
            "s.standing == 'expected' and s.category == 'c' and s.confidence == 'certain' and s.direction == nil",
            "s.date == '1970-01-01'",
        ]
        for condition in conditions {
            var scene = Scene(
                detect("m", "when = function(s) return s.host == nil or \(condition) end,"))
            #expect(scene.see("ssh", says: [("t", "abCd")]) == ["m: m!"], "\(condition)")
        }
    }
}
