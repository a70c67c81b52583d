import Inventory
import Net
import Testing

@testable import Plugins

@Suite("Asset lists in policies")
struct AssetPolicyTests {
    private static let rogue = """
        assets "rogue-ftp" {
          title = "FTP away from home",
          where = function(s) return s.protocol == "ftp" and s.port ~= 21 end,
        }
        assets "old" { where = function(s) return s.product and s.product:matches("^vs") or false end }
        alert { on = assets "rogue-ftp", to = "file" }
        alert { on = assets, to = "file" }
        receiver "file" { file = "/tmp/alerts" }
        """

    private func service(_ name: String, _ port: UInt16, product: String? = nil) -> Service {
        let time = Timestamp(nanoseconds: 0)
        let banner = product.map {
            Service.Banner(fields: FieldSet([("product", $0)]), firstSeen: time, lastSeen: time, sessions: 1)
        }
        return Service(
            id: 0, host: IPAddress(high: 0, low: 1), port: ServicePort(port, .tcp), protocolName: name,
            protocolIndex: 0, plugin: "t/core", standing: .expected, allowance: nil, owner: nil,
            firstSeen: time, lastSeen: time, sessions: 1, clients: 1, banners: banner.map { [$0] } ?? [],
            evidence: Evidence(isServer: true, offset: 0, signature: nil, bytes: []), flow: 1,
            confidence: .certain, direction: nil, capture: nil)
    }

    @Test("a list is declared with a function, and alerts are about it or about any")
    func declared() {
        let library = library(policy: Self.rogue)
        #expect(messages(library) == [])
        #expect(library.assetLists.map(\.name) == ["rogue-ftp", "old"])
        #expect(library.assetLists[0].title == "FTP away from home")
        #expect(
            library.policy.alerts.map(\.event) == [.assets(list: "rogue-ftp"), .assets(list: nil)])
    }

    @Test("its condition sees what is known of a service")
    func sorted() {
        let sorter = AssetSorter(library(policy: Self.rogue))
        #expect(sorter.lists(of: service("ftp", 21)) == [])
        #expect(sorter.lists(of: service("ftp", 2100)) == ["rogue-ftp"])
        #expect(sorter.lists(of: service("ftp", 2100, product: "vsFTPd")) == ["rogue-ftp", "old"])
        #expect(sorter.lists(of: service("http", 80, product: "vsftpd")) == ["old"])
        #expect(sorter.disabled.isEmpty)
    }

    @Test("a condition that fails is asked no more, and the others are")
    func failing() {
        let sorter = AssetSorter(
            library(
                policy: """
                    assets "bad" { where = function(s) return s.product.x.y end }
                    assets "loop" { where = function(s) while true do end end }
                    assets "all" { where = function(s) return true end }
                    """))
        for _ in 0..<2 { #expect(sorter.lists(of: service("ftp", 21)) == ["all"]) }
        #expect(sorter.disabled.map(\.name) == ["bad", "loop"])
        #expect(sorter.disabled.first?.problem.description.hasPrefix("site.lua:1: ") == true)
    }

    @Test(
        "mistakes are told with their place",
        arguments: [
            (#"assets "a" {}"#, "1: assets 'a' needs where = function(s) return s.protocol == \"ftp\" end"),
            (
                #"assets "a" { where = "ftp" }"#,
                "1: where must be a function: where = function(s) ... end, not a string"
            ),
            (#"assets "a" 5"#, "1: "),
            (
                #"assets "a" { where = function(s) return true end, titel = "x" }"#,
                "1: assets has no field 'titel' (did you mean 'title'?)"
            ),
            (
                "assets \"a\" { where = function(s) return true end }\nassets \"a\" { where = function(s) end }",
                "2: the list 'a' is declared already: site.lua:1"
            ),
            (
                """
                receiver "r" { file = "/tmp/x" }
                assets "rogue" { where = function(s) return true end }
                alert { on = assets "rouge", to = "r" }
                """, "3: assets names 'rouge', which no policy declares (did you mean 'rogue'?)"
            ),
            (#"allow "ftp" { on = function() end }"#, "1: a function cannot stand here: this is data"),
            (#"allow { on = assets "x" { where = function() end } }"#, "1: "),
        ])
    func mistakes(_ text: String, _ message: String) {
        let found = messages(library(policy: text))
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
    }

    @Test("a pack may not bring any")
    func inAPack() {
        let source = PluginSource(
            path: "allowances/a.lua",
            text: Array(#"assets "a" { where = function(s) return true end }"#.utf8),
            kind: .policy, id: "acme/x/a", pack: "acme/x")
        let library = Library(sources: [source])
        #expect(library.assetLists.isEmpty)
        #expect(messages(library).contains { $0.contains("belongs in the site's own policy, not in a pack") })
    }
}

@Suite("How long the store keeps what, by a policy")
struct KeepingPolicyTests {
    @Test("each table by itself")
    func each() throws {
        let library = library(
            policy: #"keep { sessions = "30d", hours = "52w", findings = "never", size = "2GB" }"#)
        #expect(messages(library) == [])
        let keeping = try #require(library.policy.keeping)
        #expect(keeping.sessions == .after(.seconds(30 * 86_400)))
        #expect(keeping.hours == .after(.seconds(364 * 86_400)))
        #expect(keeping.services == nil && keeping.findings == .never && keeping.size == 2 << 30)
    }

    @Test(
        "mistakes are told with their place",
        arguments: [
            (
                #"keep { sessions = "90" }"#,
                "1: '90' is not a duration; write it like \"500ms\", \"10s\", \"5m\", \"1h\" or \"7d\""
            ),
            (#"keep { size = "never" }"#, "1: 'never' is not a size"),
            (#"keep { session = "90d" }"#, "1: keep has no field 'session' (did you mean 'sessions'?)"),
            (
                "keep { sessions = \"1d\" }\nkeep { hours = \"1d\" }",
                "2: what the store keeps is said already: site.lua:1"
            ),
        ])
    func mistakes(_ text: String, _ message: String) {
        let found = messages(library(policy: text))
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
    }
}
