import Imports
import Net
import Records
import Testing

/// What real tools wrote, held against their own counts.
@Suite struct ToolTests {
    @Test(arguments: ["versions", "ipv6", "all-ports", "hosts"])
    func nmapCountsAreItsOwn(_ name: String) throws {
        let (facts, account) = try Reading.sample("nmap-\(name).xml", as: .nmap)
        #expect(account.complaints.isEmpty)
        #expect(try Reading.count("nmap-\(name) open") == facts.services.count)
        #expect(try Reading.count("nmap-\(name) hosts") == facts.hosts.count)
        #expect(Set(facts.scans.map(\.id)).count == 1)
        #expect(facts.services.allSatisfy { $0.scan == facts.scans[0].id && $0.first != nil })
    }

    @Test func whatNmapAskedHasOffportsNames() throws {
        let (facts, _) = try Reading.sample("nmap-versions.xml", as: .nmap)
        let found = facts.services.map { "\($0.endpoint.port) \($0.protocolName ?? "-") \($0.then)" }
        #expect(
            found == [
                "22 ssh []", "80 http []", "2222 ssh []", "8443 tls [\"http\"]", "16379 redis []",
                "31337 http []",
            ])
        #expect(facts.scans.last?.ports.map(\.description).contains("16379/tcp") == true)
        #expect(facts.services.first { $0.endpoint.port == 22 }?.product?.hasPrefix("Dropbear") == true)
    }

    @Test func aPortOnlyScanGuessesNothing() throws {
        let (facts, _) = try Reading.sample("nmap-all-ports.xml", as: .nmap)
        #expect(facts.services.allSatisfy { ($0.isGuess || $0.claim == nil) && $0.protocolName == nil })
        #expect(facts.scans.last?.ports.map(\.description) == ["1-65535/tcp"])
    }

    @Test(arguments: [5, 9, 10])
    func netFlowCountsAreThoseOfNfdump(_ version: Int) throws {
        let (facts, account) = try Reading.sample("netflow-\(version).pcap", as: .netflow)
        let ported = try #require(try Reading.count("netflow-\(version) ported"))
        #expect(try Reading.count("netflow-\(version) flows") == account.items)
        #expect(account.complaints.isEmpty)
        // Both directions were exported of what was answered.
        let records = facts.sessions.reduce(0) {
            $0 + ($1.received.packets > 0 && $1.sent.packets > 0 ? 2 : 1)
        }
        #expect(records == ported)
        #expect(account.items - account.withoutPorts == ported)
        let http = facts.sessions.filter { $0.server.port == 31_337 }
        #expect(http.count == (version == 5 ? 20 : 40))
        #expect(http.allSatisfy { $0.state == .established && $0.client.port != 31_337 })
        #expect(facts.sessions.count { $0.server.port == 23 && $0.state == .attempted } == 20)
        #expect(facts.sessions.count { $0.server.port == 9999 && $0.state == .rejected } == 20)
    }

    @Test func packetsAndBytesAreThoseOfNfdump() throws {
        for version in [5, 9, 10] {
            var facts = Facts()
            let (read, account) = try Reading.sample("netflow-\(version).pcap", as: .netflow)
            facts = read
            let packets = facts.sessions.reduce(0) { $0 + Int($1.sent.packets + $1.received.packets) }
            let bytes = facts.sessions.reduce(0) { $0 + Int($1.sent.bytes + $1.received.bytes) }
            let all = try #require(try Reading.count("netflow-\(version) packets"))
            let allBytes = try #require(try Reading.count("netflow-\(version) bytes"))
            // What has no ports is not among the sessions: pings, and the neighbours' messages of IPv6.
            #expect(packets < all && packets > all - 20 * account.withoutPorts)
            #expect(bytes < allBytes && bytes > allBytes - 2000 * account.withoutPorts)
        }
    }

    @Test func linesOfTheFirewallAreAsManyAsItCounted() throws {
        // Its lines name no year; a file's own time, from which it would be told, is that of the checkout.
        let lines = String(decoding: try Reading.bytes(of: "netfilter.log"), as: UTF8.self)
        let (facts, account) = try Reading.readThroughPipe(lines, as: .syslog)
        #expect(try Reading.count("netfilter lines") == facts.sessions.count + account.withoutPorts)
        #expect(try Reading.count("netfilter dropped") == facts.sessions.count { $0.action == .denied })
        #expect(account.unread == 0)
        #expect(facts.sessions.allSatisfy { $0.start.description.hasPrefix("2026-11-") })
        #expect(facts.sessions.contains { !$0.server.address.isV4 && $0.server.port == 31_337 })
    }
}
