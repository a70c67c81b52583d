import Inventory
import Net
import Plugins
import Testing

@Suite struct PolicyTests {
    @Test func theLanguagePageLoads() throws {
        let text = """
            allow "ftp" {
              on = "419/tcp", name = "Ariel", to = { "10.20.0.0/16" }, from = "192.0.2.1", vlan = { 7, "100-199" },
              direction = "inbound", reason = "carries scans", owner = "it", ticket = "NET-1", expires = "2027-06-30",
            }
            forbid "ftp" { reason = "cleartext" }
            expected "http" { "80/tcp", "8000/tcp" }
            site { name = "campus", networks = { "10.0.0.0/8", "192.0.2.0/24" } }
            """
        let library = library(policy: text)
        #expect(messages(library) == [])
        let allowance = try #require(library.policy.allowances.first)
        #expect(allowance.protocolName == "ftp" && allowance.name == "Ariel" && allowance.origin.line == 1)
        #expect(allowance.ports.map(\.description) == ["419/tcp"] && allowance.vlans == [7...7, 100...199])
        #expect(allowance.servers.map(\.description) == ["10.20.0.0/16"])
        #expect(allowance.clients.map(\.description) == ["192.0.2.1/32"] && allowance.direction == .inbound)
        #expect(allowance.expires?.description == "2027-07-01T00:00:00.000000Z")
        #expect(library.policy.prohibitions.map(\.severity) == [.high])
        #expect(library.policy.expectations[0].ports.count == 2)
        #expect(library.policy.site?.networks.count == 2)
    }

    /// What is said of a transport over which a protocol is never recognised holds nowhere.
    @Test(arguments: [
        (#"allow "ftp" { on = { "419/tcp", "419/udp" } }"#, "allow 'ftp' has 419/udp"),
        (#"expected "ftp" { "419/sctp" }"#, "expected 'ftp' has 419/sctp"),
    ])
    func aTransportThatIsNeverSpoken(policy: String, wanted: String) throws {
        let library = library(policy: policy)
        let transport = try #require(wanted.split(separator: "/").last)
        let so = wanted.hasPrefix("allow") ? ": in traffic it never applies there" : ""
        #expect(
            messages(library) == ["site.lua:1: \(wanted), and no signature of ftp is of \(transport)\(so)"])
        #expect(!library.hasErrors)
    }

    @Test func aMistakeIsToldOnce() {
        let library = library(policy: #"allow "ftp" { on = "419/tcp", name = 5 }"#)
        #expect(messages(library) == ["site.lua:1: name must be a string, not a number"])
    }

    @Test func anExpiredAllowanceWarnsFromTheNextDay() throws {
        let library = library(policy: "\n\n\nallow \"ftp\" { on = \"419/tcp\", expires = \"2024-01-01\" }")
        let days = try ["2024-01-01", "2024-01-02"].map { try #require(CivilDate.parse($0)) }
        #expect(library.policy.warnings(on: Timestamp(seconds: days[0] * 86_400 + 86_399)).isEmpty)
        let warnings = library.policy.warnings(on: Timestamp(seconds: days[1] * 86_400))
        #expect(warnings.map(\.description) == ["site.lua:4: allow 'ftp' on 419/tcp expired on 2024-01-01"])
    }

    @Test(arguments: [
        (
            #"allow "ftpp" { on = "419/tcp" }"#,
            "1: allow names 'ftpp', which no plugin declares (did you mean 'ftp'?)"
        ),
        (#"forbid "telnet" { }"#, "1: forbid names 'telnet', which no plugin declares"),
        (
            #"expected "htp" { "80/tcp" }"#,
            "1: expected names 'htp', which no plugin declares (did you mean 'ftp'?)"
        ),
        (#"allow "ftp" { }"#, #"1: allow 'ftp' needs its ports: on = "419/tcp""#),
        (
            #"allow "ftp" { on = "419/tcp", name = "" }"#,
            "1: name cannot be empty: it is shown wherever the allowance decides"
        ),
        ("allow \"ftp\" {\n on = \"419/tpc\" }", "2: '419/tpc' is not a port; write it like 22/tcp"),
        (
            "allow \"ftp\" { on = \"419/tcp\",\n to = \"10.0.0.0/33\" }",
            "2: '10.0.0.0/33' is not a network; write it like 10.20.0.0/16"
        ),
        (
            #"allow "ftp" { on = "419/tcp", expires = "2024-02-30" }"#,
            "1: '2024-02-30' is not a date; write it like 2027-06-30"
        ),
        (
            #"allow "ftp" { on = "419/tcp", vlan = 5000 }"#,
            #"1: vlan takes numbers from 1 to 4094, or a range such as "100-199""#
        ),
        (
            #"allow "ftp" { on = "419/tcp", direction = "inbond" }"#,
            "1: direction is one of inbound, outbound, internal, not 'inbond' (did you mean 'inbound'?)"
        ),
        // To leave them out would mean everything.
        (
            #"allow "ftp" { on = "419/tcp", to = {} }"#,
            "1: to names nothing, so it would hold nowhere; leave it out if it is for any"
        ),
        (
            "allow \"ftp\" { on = \"419/tcp\",\n from = {} }",
            "2: from names nothing, so it would hold nowhere; leave it out if it is for any"
        ),
        (
            #"allow "ftp" { on = "419/tcp", vlan = {} }"#,
            "1: vlan names nothing, so it would hold nowhere; leave it out if it is for any"
        ),
        // Words of plugins are none here.
        (
            #"allow "ftp" { on = "419/tcp", ends = "2027-01-01" }"#,
            "1: allow has no field 'ends' (did you mean 'expires'?)"
        ),
        (
            "allow \"ftp\" {\n on = \"419/tcp\", until = \"2027-01-01\" }",
            "2: cannot be read as Lua: unexpected symbol near 'until', which is Lua's own word; the last day of an "
                + "allowance is its field 'expires'; nothing in this file is used"
        ),
        (#"allow "ftp" { on = "419/tcp", starts = "a" }"#, "1: allow has no field 'starts'"),
        (
            #"allow "ftp" { on = "419/tcp", onwer = "me" }"#,
            "1: allow has no field 'onwer' (did you mean 'owner'?)"
        ),
        (
            #"forbid "ftp" { severity = "hihg" }"#,
            "1: severity is one of info, low, medium, high, critical, not 'hihg' (did you mean 'high'?)"
        ),
        (
            #"allow "ftp" { on = function() end }"#,
            "1: a function cannot stand here: this is data; nothing in this file is used"
        ),
        (#"site { name = "a" }"#, #"1: site needs its networks: networks = { "10.0.0.0/8" }"#),
        (
            "site { networks = \"10.0.0.0/8\" }\nsite { networks = \"10.0.0.0/8\" }",
            "2: the site is declared already: site.lua:1"
        ),
        (
            #"baseline { learn = "7 days" }"#,
            #"1: '7 days' is not a duration; write it like "500ms", "10s", "5m", "1h" or "7d""#
        ),
        (#"baseline { lern = "7d" }"#, "1: baseline has no field 'lern' (did you mean 'learn'?)"),
        (
            #"baseline { quiet = "0d" }"#,
            #"1: '0d' is not a duration; write it like "500ms", "10s", "5m", "1h" or "7d""#
        ),
        (#"baseline { quiet = "9999d" }"#, "1: quiet can be ten years at most (3650d), not '9999d'"),
        ("baseline {\n  freeze = 1 }", "2: freeze must be true or false, not a number"),
        (#"baseline { "7d" }"#, "1: baseline takes named values only, not a string without a name"),
        ("baseline { }\nbaseline { }", "2: the baseline is declared already: site.lua:1"),
        (
            #"basline { learn = "7d" }"#,
            "1: unknown word 'basline' (did you mean 'baseline'?); it is left out"
        ),
        (#"protocol "a" { }"#, "1: 'protocol' belongs in a plugin file; it is left out"),
        (
            #"local s = string.rep("a", 9)"#,
            "1: unknown word 'string': Lua's 'string' is not part of this language; nothing in this file is used"
        ),
        (
            "while true do end",
            "1: ran longer than 1000000 instructions (an endless loop?); nothing in this file is used"
        ),
        (#"expected "http" { 80 }"#, #"1: expected takes ports such as "80/tcp", not a number"#),
    ])
    func mistakes(text: String, expected: String) {
        let library = library(policy: text)
        #expect(messages(library) == ["site.lua:\(expected)"])
        #expect(library.policy.allowances.isEmpty && library.policy.prohibitions.isEmpty)
        #expect(library.definitions.count == 2)
    }

    @Test func tooManyPortsAreRefused() {
        let ports = (1...1025).map { "\"\($0)/tcp\"" }.joined(separator: ", ")
        let excess = "lists 1025 ports and ranges, 1024 at most: write neighbours as one, like 6000-6063/tcp"
        let expected = library(policy: "expected \"http\" { \(ports) }")
        #expect(messages(expected) == ["site.lua:1: expected 'http' \(excess)"])
        let allowed = library(policy: "allow \"ftp\" { on = { \(ports) } }")
        #expect(messages(allowed) == ["site.lua:1: on \(excess)"])
    }

    @Test func aMistypedDeclarationLeavesOutItselfAlone() {
        let library = library(
            policy: """
                alow "x" {}
                forbd "ftp" { to = { "10.0.0.0/8" }, reason = "x" }

                alow {
                  on = service "ftp",
                  to = tehm "x",
                }
                disabel "t/core"
                allow "ftp" { on = "419/tcp" }
                """)
        #expect(
            messages(library) == [
                "site.lua:1: unknown word 'alow' (did you mean 'allow'?); it is left out",
                "site.lua:2: unknown word 'forbd' (did you mean 'forbid'?); it is left out",
                "site.lua:6: unknown word 'tehm'; it is left out",
                "site.lua:4: unknown word 'alow' (did you mean 'allow'?); it is left out",
                "site.lua:8: unknown word 'disabel' (did you mean 'disable'?); it is left out",
            ])
        #expect(library.policy.allowances.map(\.origin.line) == [9])
    }

    /// What stands for an unknown word can be called as a declaration is, and nothing else.
    @Test(arguments: [
        "if foo then end", "if not foo then end", "local x = foo", "local x = foo.bar", "foo.bar = 1",
        "foo[1]()", "local x = foo + 1", "local x = foo .. 'a'", "local x = #foo", "local x = foo == 1",
        "local x = foo < foo", "foo()", "foo(1)", "foo(nil)", "foo('a', 'b')", "foo(function() end)",
        "for k in foo do end", "local t = { foo }", "forbid \"ftp\" { reason = foo }",
    ])
    func otherUsesOfAnUnknownWordEndTheFile(use: String) {
        let library = library(policy: "\(use)\nallow \"ftp\" { on = \"419/tcp\" }")
        #expect(messages(library) == ["site.lua:1: unknown word 'foo'; nothing in this file is used"])
        #expect(library.policy.allowances.isEmpty && library.policy.prohibitions.isEmpty)
    }

    /// A value that is none is no value of a declaration either, and a loop of mistakes ends.
    @Test func unknownWordsAreBounded() {
        for text in [#"forbid "ftp" { reason = foo "x" }"#, "for i = 1, 100000 do foo { } end"] {
            let found = messages(library(policy: text))
            #expect(found == ["site.lua:1: unknown word 'foo'; nothing in this file is used"])
        }
    }

    @Test(
        "baseline",
        arguments: [
            ("baseline { }", 7 * 86_400, 30 * 86_400, false),
            (#"baseline { learn = "12h", quiet = "2w", freeze = true }"#, 43_200, 14 * 86_400, true),
            (#"baseline { learn = "0s", quiet = "90m" }"#, 0, 5400, false),
        ] as [(String, Int64, Int64, Bool)])
    func baseline(text: String, learn: Int64, quiet: Int64, isFrozen: Bool) {
        let library = library(policy: text)
        #expect(messages(library).isEmpty)
        #expect(library.policy.baseline?.learn == .seconds(learn))
        #expect(library.policy.baseline?.quiet == .seconds(quiet))
        #expect(library.policy.baseline?.isFrozen == isFrozen)
    }

    /// The first allowance that fits decides, and packs are read first.
    @Test func theSitesOwnWordGoesBeforeThatOfPacks() {
        func source(_ path: String, _ text: String, _ kind: PluginSource.Kind, pack: String? = nil)
            -> PluginSource
        {
            PluginSource(path: path, text: Array(text.utf8), kind: kind, id: "t/\(path)", pack: pack)
        }
        let ftp = #"protocol "ftp" { title = "T", tcp { client = starts "a" }, example { client = "a" } }"#
        let library = Library(sources: [
            source("ftp.lua", ftp, .plugin),
            source("pack.lua", #"allow "ftp" { on = "419/tcp", name = "Ariel" }"#, .policy, pack: "t/pack"),
            source("site.lua", #"allow "ftp" { on = "419/tcp", name = "Mine" }"#, .policy),
        ])
        #expect(messages(library).isEmpty)
        #expect(library.policy.allowances.map(\.name) == ["Mine", "Ariel"])
    }
}
