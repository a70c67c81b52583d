import Inventory
import Net
import Records
import Testing

@Suite("Questions")
struct QuestionTests {
    private func lines(_ question: Question, _ change: (inout Selection) -> Void = { _ in }) -> [String] {
        var selection = Selection()
        change(&selection)
        return question.table(of: Holdings.of(.campus(), selection)).text().split(separator: "\n").map(
            String.init)
    }

    @Test("A4: ports of a protocol, with standing and why")
    func ports() {
        #expect(
            lines(.ports) { $0.protocols = ["ftp"] } == [
                "PROTOCOL  PORT       SERVERS  SESSIONS                            STANDING",
                "ftp         21  tcp       12        12  ████████████████████████  expected",
                "ftp        419  tcp        1         1  ██                        allowed: Ariel",
                "ftp       2100  tcp        1         1  ██                        off-port: no protocol's port",
            ])
    }

    @Test("where servers on one port differ, each standing is named with its number")
    func mixedStandings() {
        var policy = Policy()
        var ariel = Allowance(
            protocolName: "ftp", ports: [PortRange("419/tcp")].compactMap(\.self), name: "Ariel",
            origin: nowhere)
        ariel.servers = [Subnet("10.20.0.0/24")].compactMap(\.self)
        policy.allowances = [ariel]
        var inventory = Inventory(policy)
        for host in ["10.20.0.1", "10.20.0.2", "10.20.1.1"] { inventory.see("ftp", "\(host):419") }
        let table = Question.ports.table(of: Holdings.of(inventory))
        #expect(
            table.csv()
                == "protocol,port,transport,servers,sessions,standing,why\r\n"
                + "ftp,419,tcp,3,3,off-port,\"1 off-port: no protocol's port, 2 allowed: Ariel\"\r\n")
    }

    @Test("services")
    func services() {
        #expect(
            lines(.services) { $0.protocols = ["ssh", "http"] } == [
                "PROTOCOL  SERVER                    STANDING                     PRODUCT           SESSIONS  "
                    + "CLIENTS  FIRST SEEN           LAST SEEN",
                "http      10.20.2.80       80  tcp  expected                     nginx 1.22.1             1  "
                    + "      1  2026-11-23 20:15:30  2026-11-23 20:15:30",
                "http      fd00:20::2:81  8000  tcp  off-port: an alternate port  HTTP/1.1 200 OK          1  "
                    + "      1  2026-11-23 20:15:31  2026-11-23 20:15:31",
                "ssh       10.20.1.22       22  tcp  expected                     OpenSSH 9.2p1            1  "
                    + "      1  2026-11-23 20:15:01  2026-11-23 20:15:01",
                "ssh       10.20.1.24     8080  tcp  off-port: a port of HTTP     Dropbear 2022.83         4  "
                    + "      2  2026-11-23 20:15:09  2026-11-23 20:15:12",
            ])
    }

    @Test("for spreadsheets, words are a banner and no product")
    func productsAndBanners() {
        var selection = Selection()
        selection.protocols = ["http"]
        let csv = Question.services.table(of: Holdings.of(.campus(), selection)).csv()
        #expect(csv.hasPrefix("protocol,host,port,transport,standing,why,product,banner,sessions,"))
        #expect(csv.contains(",an alternate port,,HTTP/1.1 200 OK,1,"))
        #expect(csv.contains(",expected,,nginx 1.22.1,HTTP/1.1 200 OK,1,"))
    }

    @Test("A11: exact banners by protocol and port, with hosts")
    func banners() {
        #expect(
            lines(.banners) { $0.protocols = ["ftp"] } == [
                "PROTOCOL  PORT       BANNER              SERVERS  SESSIONS  FIRST SEEN           "
                    + "LAST SEEN            HOSTS",
                "ftp         21  tcp  220 (vsFTPd 3.0.3)       12        12  2026-11-23 20:15:20  "
                    + "2026-11-23 20:15:20  10.20.0.10 10.20.0.11 10.20.0.12 +9",
                "ftp        419  tcp  220 Pure-FTPd             1         1  2026-11-23 20:15:21  "
                    + "2026-11-23 20:15:21  10.20.0.11",
                "ftp       2100  tcp  220 (vsFTPd 3.0.3)        1         1  2026-11-23 20:15:22  "
                    + "2026-11-23 20:15:22  10.20.0.12",
            ])
    }

    @Test("a version or a status alone is no banner; the words that a server was recognised by are")
    func bannersWithoutWords() {
        var inventory = Inventory()
        func see(
            _ name: String, _ server: String, _ said: [UInt8], _ fields: [(name: String, value: String)]
        ) {
            inventory.see(name, server, fields: fields, bytes: said)
        }
        see("http", "10.20.2.81:80", Array("HTTP/1.1 200 OK\r\n".utf8), [("protocol_version", "1.1")])
        see("dns", "10.20.5.55:53", [0x12, 0x34], [("protocol_version", "4")])
        see("ssh", "10.20.1.25:22", [0x16, 3, 3], [("cipher", "AES"), ("sni", "lab.example")])
        let csv = Question.banners.table(of: Holdings.of(inventory)).csv()
        #expect(csv.contains("http,80,tcp,HTTP/1.1 200 OK,"))
        #expect(csv.contains("ssh,22,tcp,AES lab.example,"))
        #expect(!csv.contains("dns,"), "\(csv)")
    }

    @Test("a host's programs are named once each")
    func programsOnce() {
        var inventory = Inventory()
        inventory.see("ssh", "10.20.1.22:22", "SSH-2.0-a", clientSays: "curl/8.5")
        inventory.see("http", "10.20.2.80:80", "HTTP/1.1 200 OK", clientSays: "curl/8.5")
        inventory.see("ftp", "10.20.0.10:21", "220 hi", clientSays: "lftp")
        let csv = Question.hosts.table(of: Holdings.of(inventory)).csv()
        #expect(csv.contains("10.20.100.5,0,0,,lftp | curl/8.5,"), "\(csv)")
    }

    @Test("for spreadsheets, a finding has what became of it, as its record does")
    func settledFindings() {
        var selection = Selection()
        selection.protocols = ["ssh"]
        var holdings = Holdings.of(.campus(), selection)
        (holdings.findings[0].state, holdings.findings[0].stateBy) = (.closed, "bob")
        holdings.findings[0].stateTime = Timestamp(seconds: start + 60)
        (holdings.findings[0].note, holdings.findings[0].times) = ("moved, gone", 3)
        holdings.findings[0].lastTime = Timestamp(seconds: start + 12)
        let lines = Question.findings.table(of: holdings).csv().split(separator: "\r\n")
        #expect(lines[0].hasSuffix(",evidence,by,since,note,last_time,times"))
        #expect(
            lines[1].hasSuffix(
                ",bob,2026-11-23T20:16:00.000000Z,\"moved, gone\",2026-11-23T20:15:12.000000Z,3"),
            "\(lines[1])")
    }

    @Test("clients and hosts")
    func clientsAndHosts() {
        #expect(
            lines(.clients) == [
                "PROTOCOL  CLIENT       SOFTWARE     SESSIONS  FIRST SEEN           LAST SEEN",
                "ssh       10.20.100.5  OpenSSH_9.6         1  2026-11-23 20:15:01  2026-11-23 20:15:01",
            ])
        #expect(
            lines(.hosts) { $0.hosts = [Subnet("10.20.0.11"), Subnet("10.20.100.0/24")].compactMap(\.self) }
                == [
                    "HOST         SERVICES  OFF PORT  SERVES                  USES         FIRST SEEN           LAST SEEN",
                    "10.20.0.11          2         0  ftp:21/tcp ftp:419/tcp               2026-11-23 20:15:20  "
                        + "2026-11-23 20:15:21",
                    "10.20.100.5         0         0                          OpenSSH_9.6  2026-11-23 20:15:01  "
                        + "2026-11-23 20:15:01",
                ])
    }

    struct Filter: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var services: Int
        var findings: Int
        var change: @Sendable (inout Selection) -> Void
    }

    static let filters: [Filter] = [
        Filter(testDescription: "everything", services: 20, findings: 4) { _ in },
        Filter(testDescription: "A19: FTP, not port 21", services: 2, findings: 1) {
            $0.protocols = ["ftp"]
            $0.excludedPorts = [PortSelector("21")].compactMap(\.self)
        },
        Filter(testDescription: "a product with its version, as tables print it", services: 1, findings: 4) {
            $0.products = ["openssh 9.2"]
        },
        Filter(testDescription: "not FTP", services: 6, findings: 3) { $0.excludedProtocols = ["ftp"] },
        Filter(testDescription: "a range of ports", services: 4, findings: 4) {
            $0.ports = [PortSelector("2000-9000")].compactMap(\.self)
        },
        Filter(testDescription: "a port of one transport", services: 1, findings: 1) {
            $0.ports = [PortSelector("2000-9000/udp")].compactMap(\.self)
        },
        Filter(testDescription: "servers", services: 2, findings: 1) {
            $0.hosts = [Subnet("10.20.1.0/24")].compactMap(\.self)
        },
        Filter(testDescription: "clients", services: 1, findings: 1) {
            $0.clients = [Subnet("203.0.113.0/24")].compactMap(\.self)
        },
        Filter(testDescription: "a client that was not the first", services: 1, findings: 1) {
            $0.clients = [Subnet("10.20.100.1")].compactMap(\.self)
        },
        Filter(testDescription: "off-port", services: 4, findings: 4) { $0.standings = ["off-port"] },
        Filter(testDescription: "allowed", services: 1, findings: 0) { $0.standings = ["allowed"] },
        Filter(testDescription: "since", services: 4, findings: 2) {
            $0.since = Timestamp(seconds: start + 30)
        },
        Filter(testDescription: "until", services: 2, findings: 1) {
            $0.until = Timestamp(seconds: start + 10)
        },
        Filter(testDescription: "still seen since", services: 19, findings: 3) {
            $0.since = Timestamp(seconds: start + 10)
        },
        Filter(testDescription: "new since", services: 18, findings: 3) {
            $0.newSince = Timestamp(seconds: start + 10)
        },
    ]

    @Test("filters", arguments: filters)
    func filter(_ filter: Filter) {
        var selection = Selection()
        filter.change(&selection)
        let inventory = Inventory.campus()
        let holdings = Holdings.of(inventory, selection)
        #expect(holdings.services.count == filter.services)
        #expect(holdings.findings.count == filter.findings)
    }

    @Test("JSON answers are the records of a run, or rows of their own kind", arguments: Question.allCases)
    func json(_ question: Question) {
        let bytes = question.jsonLines(of: Holdings.of(.campus()))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let kind = String(question.rawValue.dropLast())
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.hasPrefix("{\"kind\":\"\(kind)\",") && $0.hasSuffix("}") })
        #expect(lines.count == question.table(of: Holdings.of(.campus())).rows.count)
    }

    @Test(
        "port selectors",
        arguments: [("21", true), ("20-22", true), ("21/tcp", true), ("21/udp", false), ("22", false)])
    func portSelectors(text: String, expected: Bool) throws {
        let selector = try #require(PortSelector(text))
        #expect(selector.contains(ServicePort(21, .tcp)) == expected)
        #expect(selector.description == text)
    }

    @Test("what is no port selector", arguments: ["", "x", "21/", "21/tpc", "65536", "9-8", "21,22"])
    func noPortSelector(_ text: String) {
        #expect(PortSelector(text) == nil)
    }
}

@Suite("Tables")
struct TableTests {
    private func table(_ rows: [[Table.Cell]]) -> Table {
        var table = Table(
            kind: "row",
            columns: [
                .init("name", isElastic: true), .init("how_many"), .init("machine", audience: .programs),
                .init("grade", audience: .people),
            ])
        for row in rows { table.append(row) }
        return table
    }

    @Test("numbers stand right, words left, nothing trails")
    func alignment() {
        let text = table([
            [.text("a"), .count(1234), .number(5), .severity(.high)],
            [.text("longer"), .count(7), .none, .none],
        ]).text()
        #expect(text == "NAME    HOW MANY  GRADE\na          1,234  high\nlonger         7\n")
    }

    @Test("elastic columns give way", arguments: [40, 30, 20])
    func width(_ width: Int) {
        let text = table([[.text(String(repeating: "x", count: 60)), .count(1), .none, .severity(.low)]])
            .text(width: width)
        let longest = text.split(separator: "\n").map(\.count).max() ?? 0
        // Twelve columns of an elastic one are never taken.
        #expect(longest == max(width, 12 + 2 + 8 + 2 + 5) || longest == width - 2)
        #expect(text.contains("…"))
    }

    @Test("where nothing is cut, a long text leaves the other rows alone")
    func longText() {
        let long = String(repeating: "x", count: 200)
        let text = table([
            [.text(long), .count(1), .none, .none], [.text("a"), .count(2), .none, .none],
        ]).text()
        let lines = text.split(separator: "\n")
        #expect(lines[1].hasPrefix(long) && lines[2].count == 60 + 2 + 8)
    }

    @Test("strangers' words act on nothing")
    func hostileText() {
        let words = "=cmd()\u{1b}[2J\r\n\u{202e}\"x\",y"
        let hostile = table([[.text(words), .count(1), .none, .none]])
        #expect(hostile.text().split(separator: "\n").last == "=cmd().[2J...\"x\",y         1")
        #expect(hostile.csv() == "name,how_many,machine\r\n\"'=cmd().[2J...\"\"x\"\",y\",1,\r\n")
        #expect(
            String(decoding: hostile.jsonLines(), as: UTF8.self)
                == "{\"kind\":\"row\",\"name\":\"=cmd()\\u001b[2J\\r\\n\u{202e}\\\"x\\\",y\",\"how_many\":1}\n"
        )
    }

    @Test("colour only when asked for")
    func colour() {
        let coloured = table([[.text("a"), .count(1), .none, .severity(.high)]])
        #expect(coloured.text(isColoured: true).contains("\u{1b}[1;31mhigh\u{1b}[0m"))
        #expect(!coloured.text().contains("\u{1b}"))
    }

    @Test("wide characters take two columns")
    func wideCharacters() {
        let text = table([[.text("日本"), .count(1), .none, .none], [.text("abcd"), .count(2), .none, .none]])
            .text()
        #expect(text == "NAME  HOW MANY  GRADE\n日本         1\nabcd         2\n")
    }
}
