import Foundation
import Testing

/// What an analyst must be able to do (A1 to A15, B5), on captures whose contents are known.
@Suite struct AcceptanceTests {
    private static func golden(_ name: String) -> String { "\(Command.goldens)/\(name)" }

    private static func ask(_ question: String, _ captures: [String], _ arguments: String...) throws
        -> [Record]
    {
        let result = try Command.run(
            [question, "--plugins", "plugins/core", "--format", "json"] + captures.flatMap { ["-r", $0] }
                + arguments)
        #expect(result.status == 0, "\(result.errors)")
        return try result.records
    }

    @Test func a1OffPortWithoutConfiguration() throws {
        let away = try Command.records([Self.golden("a1-off-port.pcap")])
        #expect(away.findings.map { $0.port ?? 0 }.sorted() == [2100, 2222, 8000, 8080])
        #expect(
            away.findings.allSatisfy {
                $0.rule == "off-port" && $0.class == "alternate" && $0.severity == "low"
            })
        let home = try Command.records([Self.golden("a1-at-home.pcap")])
        #expect(home.findings.isEmpty && home.services.count == 3)
    }

    @Test func a2AndA14EveryServerIsRecorded() throws {
        for name in ["a1-off-port.pcap", "a1-at-home.pcap"] {
            let records = try Command.records([Self.golden(name)])
            #expect(records.services.count == records.flows.count)
            #expect(
                records.services.allSatisfy {
                    $0.sessions == 1 && $0.plugin?.hasPrefix("offport/core/") == true
                })
        }
    }

    @Test func a3ManyServersOneFinding() throws {
        let records = try Command.records([Self.golden("100-ftp-servers.pcap.gz")])
        #expect(records.services.count == 100 && records.flows.count == 202)
        #expect(records.findings.map(\.place) == ["10.1.0.42 2100/tcp"])
        #expect(records.services.first { $0.host == "10.1.0.42" }?.sessions == 4)
    }

    @Test func a4PortsOfAProtocol() throws {
        let result = try Command.run([
            "ports", "--plugins", "plugins/core", "-r", "\(Command.lab)/ftp-on-21-419-2100.pcap", "--policy",
            "\(Command.lab)/ariel.lua", "--protocol", "ftp", "--format", "csv",
        ])
        #expect(
            result.output.split(whereSeparator: \.isNewline).map(String.init) == [
                "protocol,port,transport,servers,sessions,standing,why", "ftp,21,tcp,1,3,expected,",
                "ftp,419,tcp,1,2,allowed,Ariel", "ftp,2100,tcp,1,3,off-port,an alternate port",
            ])
    }

    @Test func a5TheAllowance() throws {
        let capture = Self.golden("ftp-on-419-allowed.pcap")
        let without = try Command.records([capture])
        #expect(without.findings.map(\.place).sorted() == ["10.0.0.5 419/tcp", "10.9.0.5 419/tcp"])
        let allowed = try Command.records([capture], ["--policy", Self.golden("ariel.lua")])
        #expect(allowed.findings.map(\.place) == ["10.9.0.5 419/tcp"])
        let service = try #require(allowed.services.first { $0.host == "10.0.0.5" })
        #expect(service.standing == "allowed" && service.by == "Ariel" && service.sessions == 2)
        // Neither passive nor active data connections are services, whoever opened them.
        let data = allowed.flows.filter { $0.protocol == "ftp-data" }
        let control = allowed.flows.first { $0.client?.port == 50000 }
        #expect(data.count == 3 && data.allSatisfy { $0.parent == control?.flow })
        #expect(data.contains { $0.client?.ip == "10.0.0.5" && $0.client?.port == 418 })
        #expect(allowed.services.count == 2)
    }

    @Test func a5ThePackOfAllowancesAlone() throws {
        let records = try Command.records(
            ["\(Command.lab)/ftp-on-21-419-2100.pcap"], ["--policy", "plugins/library"])
        #expect(records.services.map { $0.standing ?? "" } == ["expected", "allowed", "off-port"])
        #expect(records.findings.map(\.place) == ["10.20.0.12 2100/tcp"])
    }

    @Test func a6Evidence() throws {
        let records = try Command.records([Self.golden("http-on-22.pcap")])
        let finding = try #require(records.findings.first)
        let evidence = try #require(finding.evidence)
        #expect(finding.time == "2024-03-01T09:00:00.005000Z")
        #expect(
            finding.client?.ip == "10.0.0.9" && finding.client?.port == 49152
                && finding.place == "10.0.0.5 22/tcp")
        #expect(finding.expected == ["80/tcp"] && finding.owner == "ssh")
        #expect(
            evidence.signature?.hasPrefix("offport/core/http#") == true
                && evidence.pack_version?.isEmpty == false)
        #expect(
            evidence.speaker == "server" && evidence.offset == 0 && evidence.text.hasPrefix("HTTP/1.1 200 OK")
        )
        #expect(evidence.hex.hasPrefix("485454502f312e3120323030204f4b0d0a"))
        // The flow is the one that the flow record names; the community id is that of the published definition.
        let flow = try #require(records.flows.first)
        #expect(finding.flow == flow.flow && finding.community_id == flow.community_id)
        #expect(finding.community_id?.hasPrefix("1:") == true && finding.flow?.count == 16)
    }

    @Test func a7OffPortWebServersByPortAndHost() throws {
        let campus = ["\(Command.lab)/campus.pcap"]
        let ports = try Self.ask("ports", campus, "--protocol", "http", "--standing", "off-port")
        #expect(ports.map(\.port) == [8000, 31337])
        let hosts = try Self.ask("services", campus, "--protocol", "http", "--port", "31337")
        #expect(
            hosts.map(\.host) == ["10.20.2.82"] && hosts.first?.product == "nginx"
                && hosts.first?.version == "1.22.1")
    }

    @Test func a8SeveralProtocolsOnOnePort() throws {
        let capture = [Self.golden("two-protocols-on-one-port.pcap")]
        let services = try Self.ask("services", capture, "--port", "6346")
        #expect(
            services.map { "\($0.host ?? "") \($0.protocol ?? "") \($0.product ?? "-")" }.sorted() == [
                "10.0.0.5 gnutella -", "10.0.0.5 http nginx", "10.0.0.6 http Boa",
            ])
        let products = try Self.ask("products", capture, "--port", "6346")
        #expect(
            products.map { "\($0.product ?? "-") \($0.protocol ?? "") \($0.port ?? 0)" } == [
                "Boa http 6346", "nginx http 6346", "- gnutella 6346",
            ])
        let appliances = try Self.ask("services", capture, "--product", "boa")
        #expect(appliances.map(\.host) == ["10.0.0.6"])
    }

    @Test func a11BannersAndTheirChange() throws {
        let capture = [Self.golden("banner-changed.pcap")]
        let service = try #require(try Self.ask("services", capture).first)
        let banners = try #require(service.banners)
        #expect(
            banners.map(\.banner) == ["SSH-2.0-OpenSSH_9.6p1 Ubuntu-3", "SSH-2.0-OpenSSH_9.8p1 Ubuntu-3"])
        #expect(banners.map(\.sessions) == [2, 1])
        #expect(banners[0].last_seen < banners[1].first_seen && banners[0].first_seen < banners[0].last_seen)
        #expect(service.banner == banners[1].banner)
        let rows = try Self.ask("banners", capture, "--protocol", "ssh", "--port", "22")
        #expect(rows.map(\.banner) == banners.map(\.banner))
    }

    @Test func a12ClientsHavePortZero() throws {
        let records = try Command.records([Self.golden("client-on-port-0.pcap")])
        let clients = records.of("client")
        #expect(clients.map { $0.software ?? "" }.sorted() == ["OpenSSH_8.9", "Wget/1.21.4", "curl/8.5.0"])
        #expect(clients.allSatisfy { $0.port == 0 && $0.host == "10.0.0.9" })
        #expect(!records.services.contains { $0.host == "10.0.0.9" } && records.findings.isEmpty)
    }

    @Test func a13Impersonation() throws {
        let records = try Command.records([Self.golden("ssh-on-443.pcap")])
        #expect(records.findings.map { $0.port ?? 0 }.sorted() == [443, 8080])
        #expect(records.findings.allSatisfy { $0.class == "impersonation" && $0.severity == "high" })
        #expect(records.findings.map { $0.owner ?? "" }.sorted() == ["http", "tls"])
    }

    @Test func a15DirectionAndSeverity() throws {
        let records = try Command.records(
            [Self.golden("directions.pcap")], ["--policy", Self.golden("site.lua")])
        #expect(Set(records.flows.map(\.direction)) == ["internal", "inbound", "outbound", nil])
        // Reached from outside, an unassigned port weighs more.
        let scratch = try Scratch()
        let site = try scratch.write("site.lua", #"site { name = "server room", networks = { "10.0.0.5" } }"#)
        let outside = try Command.records([Self.golden("ssh-on-47111.pcap")], ["--policy", site])
        #expect(
            outside.findings.map(\.direction) == ["inbound"] && outside.findings.map(\.severity) == ["high"])
    }

    @Test(arguments: [
        (#"severity "off-port" { "info" }"#, "info", ""),
        (#"severity "off-port" { "info" } severity "unassigned" { "critical" }"#, "critical", ""),
        (#"severity "unasigned" { "info" }"#, "high", "did you mean 'unassigned'?"),
    ])
    func a15TheSiteSaysHowGrave(_ words: String, _ severity: String, _ told: String) throws {
        let scratch = try Scratch()
        let site = try scratch.write(
            "site.lua", #"site { name = "server room", networks = { "10.0.0.5" } } "# + words)
        let run = try Command.run(
            ["run", "--json", "-", "-r", Self.golden("ssh-on-47111.pcap"), "--policy", site])
        #expect(
            run.status == 0 && (told.isEmpty ? run.errors.isEmpty : run.errors.contains(told)),
            "\(run.errors)")
        #expect(try run.records.of("finding").map(\.severity) == [severity])
        let check = try Command.run([
            "policy", "check",
            try scratch.write(
                "alert.lua",
                """
                receiver "log" { file = "/tmp/alerts.jsonl" }
                alert { on = finding "off-port", to = "log", severity = "critical" }
                \(words)
                """),
        ])
        #expect(check.output.contains("never-holds") == (severity != "critical"), "\(check.output)")
    }

    @Test func a19AllFTPServersButThoseOn21() throws {
        let question = [
            "-r", "\(Command.lab)/campus.pcap", "--plugins", "plugins/core", "--protocol", "ftp",
            "--not-port", "21",
        ]
        let json = try Command.run(["services"] + question + ["--format", "json"]).records.map(\.place)
        #expect(
            json == [
                "10.20.0.11 419/tcp", "fd00:20::11 419/tcp", "10.20.0.12 2100/tcp", "fd00:20::12 2100/tcp",
            ])
        let table = try Command.run(["services"] + question).output.split(separator: "\n")
        #expect(table.count == 1 + json.count && table[0].hasPrefix("PROTOCOL"))
        let report = try Command.run(["report"] + question + ["--format", "json", "-o", "-"]).records
        #expect(report.services.map(\.place).sorted() == json.sorted())
        let page = try Command.run(["report"] + question + ["-o", "-"]).output
        #expect(page.contains("Only protocol ftp, not port 21"))
        for address in ["10.20.0.11", "fd00:20::11", "10.20.0.12", "fd00:20::12"] {
            #expect(page.contains(address), "\(address)")
        }
        #expect(!page.contains("10.20.0.10") && !page.contains("10.20.1.24"))
    }

    @Test func b5Explain() throws {
        func explain(_ capture: String, _ flow: String...) throws -> String {
            try Command.run(["explain", "--plugins", "plugins/core", "-r", Self.golden(capture)] + flow)
                .output
        }
        let named = try explain("http-get-to-ssh-server.pcap", "8022")
        #expect(named.hasPrefix("tcp 10.0.0.9:49152 > 10.0.0.5:8022   established   flow "))
        #expect(named.contains("verdict      ssh, by offport/core/ssh#3"))
        #expect(named.contains("client said") && named.contains("\"GET / HTTP/1.1..Host: www."))
        #expect(named.contains("server does not fit"))
        #expect(!named.contains("10.0.0.5:22 "))
        let nameless = try explain("midstream.pcap", "10.0.0.5:22")
        #expect(nameless.contains("verdict      none"))
        let other = try Command.run(["explain", "-r", Self.golden("midstream.pcap"), "192.0.2.1"])
        #expect(other.status == 1 && other.errors.contains("no flow that spoke is '192.0.2.1' (3 flows did)"))
        // By the number that a record carries.
        let flow = try #require(try Command.records([Self.golden("http-on-22.pcap")]).findings.first?.flow)
        #expect(try explain("http-on-22.pcap", flow).contains("verdict      http"))
    }
}
