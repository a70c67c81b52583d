import Foundation
import Inventory
import Net
import Testing

@testable import Records

/// Compares a text with the file of that name in `Golden/`; with OFFPORT_REWRITE_GOLDEN set, writes the file.
func expectGolden(_ text: String, _ name: String, sourceLocation: Testing.SourceLocation = #_sourceLocation)
    throws
{
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    let file = folder.appendingPathComponent(name + ".txt")
    if ProcessInfo.processInfo.environment["OFFPORT_REWRITE_GOLDEN"] != nil {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
        return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, "Golden/\(name).txt", sourceLocation: sourceLocation)
}

@Suite("Report")
struct ReportTests {
    private var totals: Report {
        var report = Report()
        report.captures = ["campus.pcap"]
        report.first = Timestamp(seconds: start)
        report.last = Timestamp(seconds: start + 72)
        report.packets = 4812
        report.bytes = 1_234_567
        report.flows = 311
        report.recognised = 298
        return report
    }

    @Test("a campus, at three widths", arguments: [100, 72, 40])
    func campus(_ width: Int) throws {
        var report = totals
        report.width = width
        report.notes = [
            .init("malformed IPv4 headers", count: 12), .init("frames of unknown link type", count: 1234),
            .init(
                "plugin acme/modbus",
                detail: "switched off after 10 errors: modbus.lua:7: attempt to index nil"),
            .init("damaged.pcap", detail: "ends in the middle of a packet; what came before was read"),
        ]
        let text = report.text(of: .campus(), naming: naming)
        try expectGolden(text, "campus-\(width)")
        let longest = text.split(separator: "\n").map { columns(String($0)) }.max() ?? 0
        // Words that cannot be broken, such as an owner's address behind an allowance, may stick out of a narrow
        // page.
        #expect(longest <= max(width, 60))
    }

    @Test("colours change nothing but the colours")
    func colours() {
        var report = totals
        let plain = report.text(of: .campus(), naming: naming)
        report.isColoured = true
        let coloured = report.text(of: .campus(), naming: naming)
        #expect(coloured.contains("\u{1b}[1;31mhigh"))
        var stripped = ""
        var isEscape = false
        for scalar in coloured.unicodeScalars {
            if scalar == "\u{1b}" { isEscape = true }
            if !isEscape { stripped.unicodeScalars.append(scalar) }
            if scalar == "m" { isEscape = false }
        }
        #expect(stripped == plain)
    }

    @Test("several captures: services add up, findings name their capture")
    func severalCaptures() throws {
        var inventory = Inventory()
        for (number, capture) in ["monday.pcap", "tuesday.pcap", "wednesday.pcap", "thursday.pcap"]
            .enumerated()
        {
            inventory.begin(capture: capture)
            inventory.see("ssh", "10.0.0.1:22", at: Int64(number) * 86_400)
            inventory.see("ssh", "10.0.0.\(number / 2):2222", "SSH-2.0-x", at: Int64(number) * 86_400 + 5)
        }
        var report = totals
        report.captures = inventory.captures
        report.last = Timestamp(seconds: start + 3 * 86_400 + 6)
        try expectGolden(report.text(of: inventory, naming: naming), "several-captures")
    }

    @Test("more findings than fit, and more ports than fit")
    func many() throws {
        var inventory = Inventory()
        for number in 0..<60 {
            inventory.see(
                "ssh", "10.0.0.\(number % 3):\(10_000 + number * 7)", "SSH-2.0-x", at: Int64(number))
            inventory.see("http", "10.0.1.\(number):8080", "HTTP/1.1 200 OK", at: Int64(number))
        }
        inventory.see("telnet", "10.0.0.1:22", bytes: [0xff, 0xfd, 0x18, 0xff, 0xfd, 0x20])
        var report = totals
        report.maximumFindings = 2
        try expectGolden(report.text(of: inventory, naming: naming), "many-findings")
        report.again = " --store a.db"
        #expect(
            report.text(of: inventory, naming: naming).contains(
                "`offport findings --store a.db` lists them all."))
        report.again = nil
        #expect(!report.text(of: inventory, naming: naming).contains("offport findings"))
    }

    @Test("an allowance that came with a reload is not unused when it decides a service")
    func allowedByReload() {
        var inventory = Inventory()
        inventory.see("ssh", "10.0.0.1:2222", "SSH-2.0-x")
        var policy = Policy()
        policy.allowances = [("B", "2222/tcp"), ("C", "2223/tcp")].map { name, port in
            Allowance(
                protocolName: "ssh", ports: [port].compactMap { PortRange($0) }, name: name, origin: nowhere)
        }
        inventory.adopt(
            judge: Judge(protocols: facts, policy: policy), protocols: Array(facts.indices))
        let text = totals.text(of: inventory, naming: naming)
        #expect(text.contains("2222 ×1 allowed: B"))
        #expect(text.contains("  B  ssh on 2222/tcp   1 service allowed\n"))
        #expect(text.contains("  unused: C (ssh on 2223/tcp)\n"))
    }

    @Test("allowances without a name are told apart by their lines, and are one item of the services")
    func namelessAllowances() {
        var policy = Policy()
        policy.allowances = ["10.0.0.1", "10.0.0.2", "10.0.0.3"].enumerated().map { number, server in
            var allowance = Allowance(
                protocolName: "ssh", ports: [PortRange("2222/tcp")].compactMap { $0 },
                name: "ssh on 2222/tcp",
                origin: SourceLocation(file: "a/site.lua", line: number + 3))
            allowance.servers = [Subnet(server)].compactMap { $0 }
            return allowance
        }
        let ports = (0..<9).compactMap { PortRange("\(3000 + 2 * $0)/tcp") }
        let places = ports.map(\.description).joined(separator: ", ")
        policy.allowances.append(
            Allowance(protocolName: "ssh", ports: ports, name: "ssh on \(places)", origin: nowhere))
        var inventory = Inventory(policy)
        for server in ["10.0.0.1:2222", "10.0.0.2:2222", "10.0.0.1:3000"] {
            inventory.see("ssh", server, "SSH-2.0-x")
        }
        let text = totals.text(of: inventory, naming: naming)
        #expect(text.contains("   2222 ×2 allowed: ssh on 2222/tcp\n"), "\(text)")
        #expect(text.contains("\n  site.lua:3  ssh on 2222/tcp                    1 session allowed\n"))
        #expect(text.contains("\n  site.lua:4  ssh on 2222/tcp                    1 session allowed\n"))
        #expect(text.contains("\n  site.lua:1  ssh on 3000/tcp 3002/tcp 3004/t…   1 session allowed\n"))
        #expect(text.contains("\n  unused: site.lua:5 (ssh on 2222/tcp)\n"))
    }

    @Test("a finding that has become graver says when it was found first")
    func graver() {
        var policy = Policy()
        policy.site = Site(
            name: "campus", networks: ["10.0.0.0/8"].compactMap { Subnet($0) }, origin: nowhere)
        var inventory = Inventory(policy)
        inventory.see("ssh", "10.0.0.1:2222", "SSH-2.0-x", at: 5)
        inventory.see("ssh", "10.0.0.1:2222", "SSH-2.0-x", from: "192.0.2.1:2", at: 7)
        let text = totals.text(of: inventory, naming: naming)
        #expect(text.contains(" first 2026-11-23 20:15:05, high since 2026-11-23 20:15:07, 2 sessions,"))
    }

    @Test("everything where it belongs")
    func allExpected() throws {
        var policy = Policy()
        policy.allowances = ["2222/tcp", "2223/tcp"].enumerated().map { number, port in
            Allowance(
                protocolName: "ssh", ports: [port].compactMap { PortRange($0) }, name: "spare \(number)",
                origin: nowhere)
        }
        var inventory = Inventory(policy)
        inventory.see("ssh", "10.0.0.1:22")
        try expectGolden(totals.text(of: inventory, naming: naming), "all-expected")
        inventory.see("ssh", "10.0.0.1:2223")
        try expectGolden(totals.text(of: inventory, naming: naming), "all-expected-or-allowed")
    }

    @Test("forbidden protocols")
    func forbidden() throws {
        var policy = Policy()
        policy.prohibitions = [
            Prohibition(
                protocolName: "telnet", reason: "cleartext logins", severity: .critical, origin: nowhere)
        ]
        var inventory = Inventory(policy)
        inventory.see("telnet", "10.0.0.1:23", bytes: [0xff, 0xfd, 0x18])
        inventory.see("telnet", "10.0.0.1:2323", "login: \u{1b}[2J")
        try expectGolden(totals.text(of: inventory, naming: naming), "forbidden")
    }

    @Test("nothing to show is explained")
    func nothing() throws {
        var report = Report()
        var text = report.text(of: Inventory(), naming: naming)
        report = totals
        report.flows = 0
        text += "\n----\n" + report.text(of: Inventory(), naming: naming)
        report.flows = 311
        report.recognised = 0
        text += "\n----\n" + report.text(of: Inventory(), naming: naming)
        var inventory = Inventory()
        inventory.see("dns", "224.0.0.251:5353", "", .udp)
        report.silent = 5
        text += "\n----\n" + report.text(of: Inventory(), naming: naming)
        report.silent = 311
        text += "\n----\n" + report.text(of: Inventory(), naming: naming)
        (report.silent, report.recognised) = (0, 1)
        text += "\n----\n" + report.text(of: inventory, naming: naming)
        report = Report()
        report.packetsLeftOut = (filtered: 20, unfilterable: 2)
        text += "\n----\n" + report.text(of: Inventory(), naming: naming)
        report.packetsLeftOut = (filtered: 0, unfilterable: 22)
        text += "\n----\n" + report.text(of: Inventory(), naming: naming)
        try expectGolden(text, "nothing")
    }
}

@Suite("Wording")
struct WordingTests {
    @Test(
        "numbers",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (12_345, "12,345")])
    func numbers(number: Int, expected: String) {
        #expect(grouped(number) == expected)
    }

    @Test(
        "sizes",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9949, "9.9 kB"), (9951, "10 kB"),
            (999_499, "999 kB"),
            (999_500, "1.0 MB"), (1_234_567, "1.2 MB"), (591_000_000, "591 MB"),
            (3_400_000_000_000, "3.4 TB"),
        ])
    func sizes(bytes: Int, expected: String) {
        #expect(byteSize(bytes) == expected)
    }

    @Test(
        "spans",
        arguments: [
            (0, "0.00 s"), (350_000_000, "0.35 s"), (12_000_000_000, "12 s"), (60_000_000_000, "1 m"),
            (72_000_000_000, "1 m 12 s"), (7_380_000_000_000, "2 h 3 m"), (86_400_000_000_000, "1 d"),
            (100_800_000_000_000, "1 d 4 h"),
        ] as [(Int64, String)])
    func spans(nanoseconds: Int64, expected: String) {
        #expect(duration(nanoseconds: nanoseconds) == expected)
    }

    @Test(
        "parts of a whole",
        arguments: [
            (0, 0, "0 %"), (0, 9, "0 %"), (9, 9, "100 %"), (298, 311, "96 %"), (1, 1000, "under 1 %"),
            (999, 1000, "over 99 %"), (1, 2, "50 %"),
        ])
    func parts(part: Int, whole: Int, expected: String) {
        #expect(percentage(part, of: whole) == expected)
    }

    @Test("cutting keeps to the width")
    func cutting() {
        #expect(truncated("abcdef", to: 6) == "abcdef")
        #expect(truncated("abcdefg", to: 6) == "abcde…")
        #expect(truncated("日本語", to: 5) == "日本…")
        #expect(truncated("日本語", to: 4) == "日…")
    }
}
