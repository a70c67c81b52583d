import Inventory
import Matching
import Net
import Plugins
import Testing

/// A detection `d` on SSH services, whose table holds `body` from line 2 on, after a protocol on line 1.
private func detection(
    _ body: String, on: String = #"on = service "ssh","#, example: String = "example {},"
) -> Library {
    let ssh =
        #"protocol "ssh" { title = "S", tcp { client = starts "a" }, example { client = "a" } } detect "d" {"#
    return library(
        plugin: "\(ssh)\n\(body)\ntitle = \"D\", severity = \"low\", \(on) \(example)\n}")
}

@Suite struct DetectionErrorTests {
    @Test(arguments: [
        (#"wen = 1,"#, "x.lua:2: detect has no field 'wen' (did you mean 'when'?)"),
        (#"when = true,"#, "x.lua:2: when must be a function: when = function(s) ... end, not true or false"),
        (
            #"says = "a {host",""#.dropLast().description,
            "x.lua:2: says has a lone '{'; write fields like {host}"
        ),
        (#"says = "a } b","#, "x.lua:2: says has a lone '}'; write fields like {host}"),
        (#"says = "{a b}","#, "x.lua:2: '{a b}' is not a field; write it like {host} or {client.ip}"),
        (#"says = "{a.b.c}","#, "x.lua:2: '{a.b.c}' is not a field; write it like {host} or {client.ip}"),
        (#"count { atleast = 3 },"#, "x.lua:2: count needs within how long: within = \"5m\""),
        (#"count { within = "5m" },"#, "x.lua:2: count needs how many: atleast = 20"),
        (#"count { atleast = 1, within = "5m" },"#, "x.lua:2: atleast is a whole number from 2 to 256"),
        (#"count { atleast = 9999, within = "5m" },"#, "x.lua:2: atleast is a whole number from 2 to 256"),
        (
            #"count { atleast = 3, within = "5 minutes" },"#,
            "x.lua:2: '5 minutes' is not a duration; write it like \"500ms\", \"10s\", \"5m\", \"1h\" or \"7d\""
        ),
        (
            #"count { by = "clinet", atleast = 3, within = "5m" },"#,
            "x.lua:2: by is one of client, host, service, flow, not 'clinet' (did you mean 'client'?)"
        ),
        (
            #"count { atleast = 3, within = "5m", atlast = 1 },"#,
            "x.lua:2: count has no field 'atlast' (did you mean 'atleast'?)"
        ),
        (
            #"requires = "of-port","#,
            "x.lua:2: requires names 'of-port', which no plugin detects (did you mean 'off-port'?)"
        ),
        (#"unless = "nothing","#, "x.lua:2: unless names 'nothing', which no plugin detects"),
        (#"unless = "d","#, "x.lua:1: detect 'd' refers to itself, by way of requires or unless"),
        (
            #"tcp { client = starts "a" },"#,
            "x.lua:1: detect 'd' has tcp without a name; write example { ... } or count { ... }"
        ),
        (
            "when = function(s) return true end, counterexample { port = 1 },",
            "x.lua:2: this counterexample does not hold: when says yes"
        ),
        ("when = function(s) return false end,", "x.lua:3: this example does not hold: when says no"),
        (
            "when = function(s) return s.banner:sub(1, 1) == 'a' end,",
            "x.lua:3: this example does not hold: x.lua:2: attempt to index a nil value (field 'banner')"
        ),
        (
            "when = function(s) return s.protocol:fnd('a') end,",
            "x.lua:3: this example does not hold: x.lua:2: a text has no 'fnd'; it has sub lower upper len rep format byte char find matches"
        ),
        (
            "when = function(s) return s.protocol:matches('(a') end,",
            "x.lua:3: this example does not hold: x.lua:2: not a pattern: missing closing parenthesis at byte 2"
        ),
        (
            "when = function(s) return (('a'):rep(40) .. '!b'):matches('^(a|aa)+b$') end,",
            "x.lua:3: this example does not hold: x.lua:2: this pattern takes more than 20000 steps"
        ),
        (
            "when = function(s) s.port = 1 end,",
            "x.lua:3: this example does not hold: x.lua:2: the record of what was seen cannot be changed"
        ),
        (
            "when = function(s) while true do end end,",
            "x.lua:3: this example does not hold: x.lua:2: ran longer than 100000 instructions (an endless loop?)"
        ),
        (
            "counterexample { port = 1 },",
            "x.lua:2: without when = function(s) ... end a counterexample cannot hold"
        ),
    ])
    func mistakes(body: String, message: String) {
        let library = detection(body)
        #expect(messages(library) == [message])
        #expect(library.detections.isEmpty)
        #expect(library.definitions.count == 1, "the rest of the file is in force")
    }

    @Test(arguments: [
        ("", "x.lua:1: detect 'd' needs on = service \"ssh\""),
        (
            #"on = "ssh","#,
            "x.lua:3: on is what it is about: service \"ssh\", client \"ssh\", flow \"ssh\", host or finding \"off-port\"; write service \"ssh\""
        ),
        (
            #"on = 5,"#,
            "x.lua:3: on must be service \"ssh\", client \"ssh\", flow \"ssh\", host or finding \"off-port\""
        ),
        (#"on = service(5),"#, "x.lua:3: service takes a name, or nothing: service \"...\""),
        (#"on = service {},"#, "x.lua:3: service takes names as strings: service { \"ssh\", \"telnet\" }"),
        (
            #"on = host "ssh","#,
            "x.lua:3: host takes no name: it is asked about every host that serves something"
        ),
        (#"on = servce "ssh","#, "x.lua:3: unknown word 'servce' (did you mean 'service'?)"),
    ])
    func subjects(on: String, message: String) {
        #expect(messages(detection("", on: on)).first == message)
    }

    @Test(arguments: [
        #"on = service,"#, #"on = service "ssh","#, #"on = service { "ssh", "ssh" },"#, "on = client,",
        "on = flow,", "on = host,",
        #"on = finding,"#, #"on = finding "off-port","#,
    ])
    func subjectsThatAreRight(on: String) {
        let library = detection("", on: on)
        #expect(messages(library) == [])
        #expect(library.detections.count == 1)
    }

    @Test(arguments: [
        (
            #"says = "{host}:{port}","#, "example {},",
            "x.lua:2: says has 'port', which no host has; it has host, serves, uses, servers"
        ),
        (
            "", #"example { host = "a", banner = "b" },"#,
            "x.lua:3: example has 'banner', which no host has; it has host, serves, uses, servers"
        ),
        (#"says = "{host} {servers} {serves.ssh}","#, "example { uses = { ssh = true } },", nil),
    ])
    func whatNoHostHas(body: String, example: String, wanted: String?) {
        let library = detection(body, on: "on = host,", example: example)
        #expect(messages(library) == (wanted.map { [$0] } ?? []))
        #expect(library.detections.count == 1)
    }

    @Test(arguments: ["", " "]) func anEmptyTitleIsNone(title: String) {
        let text = #"detect "d" { title = "\#(title)", severity = "low", on = host, example {} }"#
        #expect(messages(library(plugin: text)) == ["x.lua:1: detect 'd' needs title = \"...\""])
    }

    @Test func anExampleIsRequired() {
        #expect(
            messages(detection("", example: "")) == [
                "x.lua:1: detect 'd' needs at least one example { field = \"...\" }"
            ])
    }

    @Test func aProtocolThatIsNearlyRight() {
        let library = detection("", on: #"on = service "shh","#)
        #expect(
            messages(library) == [
                "x.lua:3: service names 'shh', which no plugin declares (did you mean 'ssh'?)"
            ])
        #expect(library.detections.count == 1, "its plugin may come later")
    }

    @Test(arguments: ["Big", "off-port", "any", "a b"]) func names(name: String) {
        let reason = name == "off-port" || name == "any" ? "is taken" : "is not a detection's name"
        let library = library(
            plugin: "detect \"\(name)\" { title = \"D\", severity = \"low\", on = service, example {} }")
        #expect(messages(library) == ["x.lua:1: '\(name)' \(reason); write it like 'ssh-protocol-1'"])
    }

    @Test func twoOfOneName() {
        let one = "detect \"d\" { title = \"D\", severity = \"low\", on = service, example {} }\n"
        let library = library(plugin: one + one)
        #expect(messages(library) == ["two plugins name the detection 'd': x.lua:1 and x.lua:2"])
        #expect(library.problems.first?.subject?.line == 2)
    }

    @Test func whatIsLeftOutTakesItsFollowersWithIt() {
        let text = """
            detect "a" { title = "A", severity = "low", on = service, when = 1, example {} }
            detect "b" { title = "B", severity = "low", on = service, requires = "a", example {} }
            detect "c" { title = "C", severity = "low", on = service, requires = "b", example {} }
            detect "e" { title = "E", severity = "low", on = service, unless = "off-port", example {} }
            """
        let library = library(plugin: text)
        #expect(library.detections.map(\.detection.name) == ["e"])
        #expect(messages(library).count == 3)
    }

    /// Any plugin may give any field: only what is nearly a record's own, and in no example, is a slip.
    @Test(arguments: [
        (
            "says = \"{hots}:{port}\",", "example {}",
            "says has '{hots}', which no record has (did you mean 'host'?)"
        ),
        ("says = \"{hots}\",", "example { hots = 1 }", nil),
        ("says = \"{host} {client.login} {product}\",", "example {}", nil),
    ])
    func aFieldThatNoRecordHasIsWarnedOf(says: String, example: String, expected: String?) {
        let text =
            "detect \"d\" { title = \"D\", severity = \"low\", on = service,\n  \(says) \(example) }"
        let library = library(plugin: text)
        #expect(messages(library) == [expected.map { "x.lua:2: \($0)" }].compactMap { $0 })
        #expect(library.detections.count == 1)
    }

    /// A check of packets finds no methods, whatever a detection of the same file was asked before.
    @Test func textsHaveMethodsInDetectionsOnly() {
        let text = """
            protocol "x" { title = "X",
              tcp { client = starts "a", check = function(m) return m.client:bytes(0, 1):lower() == "a" end },
              example { client = "a" } }
            detect "d" { title = "D", severity = "low", on = service,
              when = function(s) return s.protocol:upper() == "X" end, example { protocol = "x" } }
            """
        let host = ScriptHost(sources: [
            PluginSource(path: "x.lua", text: Array(text.utf8), kind: .plugin, id: "t/x")
        ])
        #expect(library(plugin: text).detections.count == 1)
        #expect(host.check(client: "a") == .broken)
    }
}
