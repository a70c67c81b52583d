import Imports
import Net
import Records
import Testing

/// Files made by hand to their documented formats.
@Suite struct FormatTests {
    @Test func zeekInBothForms() throws {
        let (table, account) = try Reading.sample("zeek-conn.log", as: .zeek)
        let (json, jsonAccount) = try Reading.sample("zeek-conn.json", as: .zeek)
        #expect(table.all == json.all)
        #expect(account.items == 7 && account.withoutPorts == 1 && account.unread == 0)
        #expect(jsonAccount.items == 7 && jsonAccount.unread == 0)
        #expect(
            table.sessions.map { "\($0.server) \($0.protocolName ?? "-") \($0.state.rawValue)" } == [
                "192.0.2.10:419 ftp established", "192.0.2.10:8443 tls established",
                "[2001:db8:1::53]:53 dns established", "192.0.2.10:23 - attempted",
                "192.0.2.10:25 - rejected",
                "203.0.113.9:443 quic established",
            ])
        let first = try #require(table.sessions.first)
        #expect(first.start.description == "2026-11-25T11:00:00.123456Z")
        #expect(first.end.description == "2026-11-25T11:01:30.623456Z")
        #expect(first.sent == SessionFact.Volume(packets: 9, bytes: 1203))
        #expect(first.received == SessionFact.Volume(packets: 8, bytes: 4100))
        #expect(table.sessions[1].then == ["http"])
    }

    @Test func zeeksOtherLogs() throws {
        let (services, _) = try Reading.sample("zeek-known-services.log", as: .zeek)
        #expect(
            services.services.map { "\($0.endpoint) \($0.protocolName ?? "-")" } == [
                "192.0.2.10:419 ftp", "192.0.2.10:8443 tls", "192.0.2.10:8443 http",
                "[2001:db8:1::53]:53 dns",
                "192.0.2.10:9999 -",
            ])
        let (notices, _) = try Reading.sample("zeek-notice.log", as: .zeek)
        #expect(notices.alerts.map(\.signature) == ["Scan::Port_Scan", "FTP::Bruteforcing"])
        #expect(notices.alerts[0].text == "198.51.100.9 scanned 15 ports\tof 192.0.2.10")
        #expect(notices.alerts[1].server == Endpoint("192.0.2.10:419"))
        let record = FactRecord(tool: "zeek", file: "notice.log")
        let told = notices.all.map { fact in
            var line = JSONLine()
            record.write(fact, to: &line)
            return String(decoding: line.bytes, as: UTF8.self)
        }
        let ofNoPort = #""client":{"ip":"198.51.100.9"},"server":{"ip":"192.0.2.10"},"#
        #expect(told[0].contains(ofNoPort), "\(told[0])")
        #expect(told[1].contains(#""server":{"ip":"192.0.2.10","port":419}"#), "\(told[1])")
    }

    @Test func suricata() throws {
        let (facts, account) = try Reading.sample("eve.json", as: .eve)
        #expect(account.items == 9 && account.others == 1 && account.withoutPorts == 1 && account.unread == 0)
        #expect(facts.alerts.map(\.signature) == ["1:9000001:3", "1:9000002:1"])
        #expect(facts.alerts[0].text == "LOCAL FTP login \"anonymous\" on odd port")
        #expect(facts.alerts.allSatisfy { $0.server == Endpoint("192.0.2.10:419") })
        #expect(facts.alerts[1].time.description == "2026-11-25T10:00:01.000000Z")
        #expect(facts.alerts.map(\.severity) == ["medium", "high"])
        #expect(
            facts.services.map { "\($0.endpoint.port) \($0.protocolName ?? "-")" } == [
                "2222 ssh", "8443 tls",
            ])
        #expect(facts.services[0].banner == "SSH-2.0-dropbear_2022.83")
        #expect(facts.sessions.map(\.state) == [.established, .attempted, .rejected])
        #expect(facts.sessions[0].vlan == 12 && facts.sessions[0].protocolName == "ftp")
    }

    private static func flow(
        _ sent: Int, _ received: Int, _ tcp: String, _ transport: String = "TCP"
    ) -> String {
        #"{"timestamp":"2026-11-25T11:00:00Z","event_type":"flow","src_ip":"198.51.100.7","src_port":50000,"#
            + #""dest_ip":"192.0.2.10","dest_port":22,"proto":"\#(transport)","#
            + #""flow":{"pkts_toserver":\#(sent),"pkts_toclient":\#(received)},"tcp":{\#(tcp)}}"#
    }

    private static func flags(_ client: String, _ server: String) -> String {
        let all = String((UInt8(client, radix: 16) ?? 0) | (UInt8(server, radix: 16) ?? 0), radix: 16)
        return #""tcp_flags":"\#(all)","tcp_flags_ts":"\#(client)","tcp_flags_tc":"\#(server)""#
            + #","syn":true,"rst":true,"ack":true"#
    }

    @Test(
        "how far a flow of Suricata's came, by who sent what",
        arguments: [
            (flow(5, 5, flags("1b", "1b")), .established),
            // A scan: the client resets what the server offers.
            (flow(2, 1, flags("06", "12")), .attempted), (flow(1, 3, flags("02", "12")), .attempted),
            (flow(1, 1, flags("02", "14")), .rejected), (flow(3, 2, flags("1e", "12")), .established),
            (flow(9, 9, flags("18", "18")), .midstream), (flow(1, 0, flags("02", "00")), .attempted),
            (flow(7, 0, flags("1b", "00")), .oneWay), (flow(0, 5, flags("00", "12")), .oneWay),
            (flow(0, 5, flags("00", "18")), .oneWay),
            // Without the flags of each end.
            (flow(0, 5, #""ack":true"#), .oneWay), (flow(3, 0, #""syn":true"#), .attempted),
            (flow(9, 0, #""syn":true,"ack":true"#), .oneWay),
            (flow(1, 1, #""syn":true,"rst":true,"ack":true"#), .rejected),
            (flow(0, 1, "", "UDP"), .oneWay), (flow(1, 0, "", "UDP"), .oneWay),
            (flow(1, 1, "", "UDP"), .established),
        ] as [(String, FlowRecord.State)])
    func statesOfSuricata(_ line: String, _ state: FlowRecord.State) throws {
        let (facts, account) = try Reading.read(line, as: .eve)
        #expect(account.unread == 0 && facts.sessions.map(\.state) == [state], "\(line)")
    }

    @Test func theInnermostTagIsTheVLAN() throws {
        let eve = Self.flow(1, 1, "").dropLast() + #","vlan":[12,3]}"#
        #expect(try Reading.read(String(eve), as: .eve).facts.sessions.map(\.vlan) == [3])
        let zeek =
            #"{"ts":1795604400.0,"id.orig_h":"198.51.100.7","id.orig_p":1,"id.resp_h":"192.0.2.10","#
            + #""id.resp_p":22,"proto":"tcp","duration":1.0,"conn_state":"SF","vlan":12"#
        #expect(try Reading.read(zeek + "}", as: .zeek).facts.sessions.map(\.vlan) == [12])
        let inner = try Reading.read(zeek + #","inner_vlan":3}"#, as: .zeek)
        #expect(inner.facts.sessions.map(\.vlan) == [3])
        let table = """
            #separator \\x09
            #path\tconn
            #fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\tvlan\tinner_vlan
            1795604400.0\t198.51.100.7\t1\t192.0.2.10\t22\ttcp\tSF\t12\t3
            1795604400.0\t198.51.100.7\t2\t192.0.2.10\t22\ttcp\tSF\t12\t-
            """
        #expect(try Reading.read(table, as: .zeek).facts.sessions.map(\.vlan) == [3, 12])
    }

    @Test func nessus() throws {
        let (facts, account) = try Reading.sample("scan.nessus", as: .nessus)
        #expect(account.unread == 0)
        #expect(facts.hosts.map { "\($0.address)" } == ["192.0.2.10", "192.0.2.11"])
        #expect(facts.hosts[0].names == ["files.example.org"])
        #expect(
            facts.services.map { "\($0.endpoint):\($0.transport) \($0.protocolName ?? "-") \($0.isGuess)" }
                == [
                    "192.0.2.10:22:tcp ssh false", "192.0.2.10:53:udp dns false",
                    "192.0.2.10:419:tcp ftp false",
                    "192.0.2.10:8080:tcp - true", "192.0.2.11:443:tcp http false",
                ])
        #expect(facts.services[2].banner == "220 Ariel & friends")
        #expect(facts.services[0].banner == "SSH-2.0-OpenSSH_9.6")
        let scan = try #require(facts.scans.last)
        #expect(scan.ports.map(\.description) == ["1-1024/tcp", "8000-9000/tcp", "53/udp"])
        #expect(scan.hosts == 2 && scan.start == Timestamp(seconds: 1_795_604_100))
    }

    @Test(arguments: [
        ("Sat Nov 14 08:00:00 2026", 1_794_643_200 as Int64?), ("Wed Nov  4 08:00:00 2026", 1_793_779_200),
        ("yesterday", nil), ("Sat Nov 31 08:00:00 2026", nil), ("Sat Nov 14 25:00:00 2026", nil),
    ]) func timesOfNessusThatAreText(text: String, seconds: Int64?) throws {
        let (facts, _) = try Reading.read(
            """
            <NessusClientData_v2><Report name="r"><ReportHost name="192.0.2.10"><HostProperties>
            <tag name="HOST_START">\(text)</tag><tag name="HOST_END">\(text)</tag>
            </HostProperties><ReportItem port="22" svc_name="ssh" protocol="tcp" pluginID="10267"/></ReportHost>
            </Report></NessusClientData_v2>
            """, as: .nessus)
        let time = seconds.map(Timestamp.init(seconds:))
        #expect(facts.services.first?.first == time && facts.hosts.first?.last == time)
        #expect(facts.scans.last?.start == time)
    }

    @Test func theNumberOfANessusTimeCountsAndNotItsText() throws {
        let (facts, _) = try Reading.read(
            """
            <NessusClientData_v2><Report name="r"><ReportHost name="192.0.2.10"><HostProperties>
            <tag name="HOST_START_TIMESTAMP">1795604100</tag><tag name="HOST_START">Sat Nov 14 08:00:00 2026</tag>
            </HostProperties></ReportHost></Report></NessusClientData_v2>
            """, as: .nessus)
        #expect(facts.hosts.first?.first == Timestamp(seconds: 1_795_604_100))
    }

    @Test func twoLinesOfAFirewallAreOneSession() throws {
        let (facts, _) = try Reading.read(
            """
            <166>Nov 25 2026 11:00:08 asa : %ASA-6-302013: Built outbound TCP connection 7 for outside:203.0.113.9/443 \
            (203.0.113.9/443) to inside:192.0.2.44/55000 (198.51.100.1/55000)
            <166>Nov 25 2026 11:01:38 asa : %ASA-6-302014: Teardown TCP connection 7 for outside:203.0.113.9/443 to \
            inside:192.0.2.44/55000 duration 0:01:30 bytes 5120 TCP FINs
            <166>Nov 25 11:01:39 asa : %ASA-6-302013: Built inbound TCP connection 8 for outside:198.51.100.7/1 \
            (198.51.100.7/1) to dmz:192.0.2.10/419 (192.0.2.10/419)

            """, as: .syslog)
        #expect(
            facts.sessions.map { "\($0.client) \($0.server)" } == [
                "192.0.2.44:55000 203.0.113.9:443", "198.51.100.7:1 192.0.2.10:419",
            ])
        #expect(facts.sessions[0].start.description == "2026-11-25T11:00:08.000000Z")
        #expect(facts.sessions[0].end.description == "2026-11-25T11:01:38.000000Z")
        #expect(facts.sessions[0].state == .established && !facts.sessions[0].isDirectionGuessed)
    }

    /// Lines without a host, and those that begin as Cisco's EMBLEM has it.
    @Test(arguments: ["<166>Nov 25 2026 11:0\u{0}: ", "<166>:Nov 25 11:0\u{0} UTC: ", "Nov 25 11:0\u{0}: "])
    func linesOfACiscoWithoutAHost(_ header: String) throws {
        func line(_ time: String, _ text: String) -> String {
            header.replacing("\u{0}", with: time) + text + "\n"
        }
        let (facts, account) = try Reading.read(
            line(
                "0:08",
                "%ASA-6-302013: Built outbound TCP connection 7 for outside:203.0.113.9/1443 "
                    + "(203.0.113.9/1443) to inside:192.0.2.44/500 (198.51.100.1/500)")
                + line(
                    "1:38",
                    "%ASA-6-302014: Teardown TCP connection 7 for outside:203.0.113.9/1443 to "
                        + "inside:192.0.2.44/500 duration 0:01:30 bytes 5120 TCP FINs"), as: .syslog)
        #expect(account.unread == 0)
        #expect(facts.sessions.map { "\($0.client) \($0.server)" } == ["192.0.2.44:500 203.0.113.9:1443"])
        #expect(facts.sessions.first?.state == .established)
    }

    @Test(arguments: [
        ("<134>1 2026-11-25T11:00:08.5+01:00 gate kernel - - - ", "2026-11-25T10:00:08.500000Z"),
        ("2026-11-25T11:00:08,250000+0000 gate kernel: ", "2026-11-25T11:00:08.250000Z"),
        ("<4>Nov  5 11:00:08 gate kernel: ", "2026-11-05T11:00:08.000000Z"),
        ("Dec 30 11:00:08 gate kernel: ", "2025-12-30T11:00:08.000000Z"),
        ("[Wed Nov 25 11:00:08 2026] ", "2026-11-25T11:00:08.000000Z"),
    ])
    func syslogsTimes(_ header: String, _ time: String) throws {
        // A pipe was never written to: the importer's own time says which year it is.
        let line =
            header + "DROP IN=eth0 OUT= SRC=198.51.100.7 DST=192.0.2.10 LEN=60 PROTO=TCP SPT=5 DPT=419 SYN"
        let (facts, account) = try Reading.readThroughPipe(line, as: .syslog)
        #expect(account.unread == 0)
        #expect(facts.sessions.map { $0.start.description } == [time])
    }

    /// What exporters' datagrams tell, with the protocols' homes.
    private func exported(_ datagrams: [[UInt8]]) throws -> (facts: Facts, account: ImportAccount) {
        var reader = FlowDatagrams(names: ProtocolNames(Reading.library), name: "FILE")
        var facts = Facts()
        for datagram in datagrams {
            datagram.withBytes { reader.take($0, from: IPAddress(v4: 0x0a00_0001), into: &facts) }
        }
        let account = reader.finish(into: &facts)
        return (facts, account)
    }

    /// The records of one client port and one server port, and the sessions that they are.
    static let exchanges: [(name: String, records: [Exports.Packet], sessions: [String])] = [
        ("an answer 12 ms later", [.question(0), .answer(12)], ["70 170 established"]),
        ("exported the other way round", [.answer(12), .question(0)], ["70 170 established"]),
        ("in the same millisecond", [.question(7), .answer(7)], ["70 170 established"]),
        ("as long as resolvers wait", [.question(0), .answer(5000)], ["70 170 established"]),
        ("too late", [.question(0), .answer(5001)], ["70 0 one-way", "0 170 one-way"]),
        (
            "two exchanges", [.question(0), .answer(12), .question(15_000), .answer(15_012)],
            ["70 170 established", "70 170 established"]
        ),
        (
            "two exchanges, the second right after the first",
            [.question(0), .answer(12), .question(1000), .answer(1012)],
            ["70 170 established", "70 170 established"]
        ),
        (
            "an answer without its question, then an exchange",
            [.answer(12), .question(1000), .answer(1012)],
            ["0 170 one-way", "70 170 established"]
        ),
        (
            "both questions first", [.question(0), .question(15_000), .answer(12), .answer(15_012)],
            ["70 0 one-way", "70 0 one-way", "0 170 one-way", "0 170 one-way"]
        ),
    ]

    @Test(arguments: [5, 9], exchanges.indices)
    func aQuestionAndItsAnswerOfOnePacketEach(version: Int, place: Int) throws {
        let (name, records, sessions) = Self.exchanges[place]
        let (facts, account) = try exported([version == 5 ? Exports.five(records) : Exports.nine(records)])
        #expect(account.items == records.count && account.unread == 0, "\(name)")
        #expect(
            facts.sessions.map { "\($0.sent.bytes) \($0.received.bytes) \($0.state.rawValue)" } == sessions,
            "\(name)")
        #expect(facts.sessions.allSatisfy { $0.server.port == 53 && $0.client.port == 40_000 }, "\(name)")
    }

    @Test func whoAskedBetweenPortsThatNobodyIsAtHomeOn() throws {
        var (question, answer) = (Exports.Packet.question(0), Exports.Packet.answer(12))
        (question.between, answer.between) = ((40_000, 50_001), (40_000, 50_001))
        let (facts, _) = try exported([Exports.five([question, answer])])
        #expect(facts.sessions.map { "\($0.client.port) \($0.server.port)" } == ["40000 50001"])
    }

    /// An exporter's clock of milliseconds wraps after 49.7 days.
    @Test(
        "times of an exporter that says when it started",
        arguments: [1, 40, 60, 120] as [UInt64], [3, 70_000] as [UInt64])
    func timesSinceTheStart(days: UInt64, secondsAgo: UInt64) throws {
        let sent: UInt64 = 1_795_604_400
        let started = (sent - days * 86_400) * 1000
        let uptime = (days * 86_400 - secondsAgo) * 1000 % (1 << 32)
        let fields: [(UInt64, UInt64)] = [
            (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (22, 4), (21, 4), (160, 8),
        ]
        let template =
            Exports.row([(256, 2), (8, 2)]) + fields.flatMap { Exports.row([($0.0, 2), ($0.1, 2)]) }
        let record =
            [198, 51, 100, 7, 192, 0, 2, 10]
            + Exports.row([(51_514, 2), (419, 2), (6, 1), (uptime, 4), ((uptime + 2000) % (1 << 32), 4)])
            + Exports.big(started, 8)
        let (facts, account) = try exported([
            Exports.ipfix(sets: [Exports.set(2, template), Exports.set(256, record)])
        ])
        let start = Timestamp(seconds: Int64(sent - secondsAgo))
        #expect(account.unread == 0 && facts.sessions.map(\.start) == [start])
        #expect(facts.sessions.map { $0.end.nanoseconds(since: start) } == [2_000_000_000])
    }

    /// The options of an exporter, as NetFlow 9 or IPFIX has them.
    private static func options(_ version: Int, _ fields: [(UInt64, UInt64)]) -> [UInt8] {
        let scope: UInt64 = version == 9 ? 1 : 149
        let columns = ([scope] + fields.map(\.0)).flatMap { Exports.big($0, 2) + Exports.big(4, 2) }
        let record = Exports.big(0, 4) + fields.flatMap { Exports.big($0.1, 4) }
        let count = UInt64(fields.count)
        if version == 9 {
            let head = Exports.big(256, 2) + Exports.big(4, 2) + Exports.big(4 * count, 2)
            return Exports.nine(sets: [Exports.set(1, head + columns), Exports.set(256, record)])
        }
        let head = Exports.big(256, 2) + Exports.big(count + 1, 2) + Exports.big(1, 2)
        return Exports.ipfix(sets: [Exports.set(3, head + columns), Exports.set(256, record)])
    }

    static let samplings: [(datagrams: [[UInt8]], note: String?)] = [
        ([Exports.five([.question(0)])], nil),
        ([Exports.five([.question(0)], sampling: 0x4001)], nil),
        ([Exports.five([.question(0)], sampling: 0x4064)], "one packet in 100"),
        ([Exports.five([.question(0)], sampling: 1000)], "one packet in 1000"),
        ([options(9, [(34, 100), (35, 1)])], "one packet in 100"),
        ([options(9, [(48, 1), (49, 2), (50, 512)])], "one packet in 512"),
        ([options(9, [(48, 1), (49, 2), (50, 1)])], nil),
        ([options(10, [(305, 64)])], "one packet in 64"),
        ([options(10, [(305, 1), (306, 99)])], "one packet in 100"),
        ([options(10, [(305, 10), (306, 0)])], nil),
        ([options(10, [(309, 2), (310, 200)])], "one packet in 100"),
        (
            [options(9, [(48, 2), (50, 1000)]), options(9, [(48, 1), (50, 100)])],
            "one packet in 100 or one packet in 1000"
        ),
    ]

    @Test(arguments: samplings.indices) func exportersThatSampleAreNamed(_ place: Int) throws {
        let (datagrams, note) = Self.samplings[place]
        let (_, account) = try exported(datagrams)
        let told = note.map { "10.0.0.1 counts \($0): packets and bytes are as sampled" }
        #expect(account.notes.filter { $0.contains("sampled") } == (told.map { [$0] } ?? []))
    }

    @Test func aLineOfNetfilterIsOnePacketWithTheLengthOfIP() throws {
        let head = "Nov 25 11:00:08 gate kernel: ACCEPT IN=eth0 OUT=eth1 SRC=198.51.100.7 DST=192.0.2.53 "
        let (facts, account) = try Reading.readThroughPipe(
            head + "LEN=76 TOS=0x00 PREC=0x00 TTL=63 ID=1 PROTO=UDP SPT=40100 DPT=53 LEN=56\n"
                + head + "LEN=88 TOS=0x00 PREC=0xC0 TTL=63 ID=7 PROTO=ICMP TYPE=3 CODE=1 [SRC=192.0.2.53 "
                + "DST=198.51.100.9 LEN=60 TOS=0x00 PREC=0x00 TTL=61 ID=4660 PROTO=TCP SPT=419 DPT=5 SYN ]\n",
            as: .syslog)
        #expect(facts.sessions.map(\.sent) == [SessionFact.Volume(packets: 1, bytes: 76)])
        #expect(account.withoutPorts == 1, "a message of ICMP is none of the packet that it quotes")
    }

    @Test func capturesOfACollectorAreKnownByTheirNames() {
        let name = DatagramRecording.name(7, begunAt: Timestamp(seconds: 1_795_604_400))
        #expect(name == "netflow-20261125T110000Z-0007.pcap")
        #expect(DatagramRecording.isName(name))
        #expect(DatagramRecording.isName(DatagramRecording.name(12_345, begunAt: Timestamp(seconds: 0))))
        for other in [
            "netflow-lab.pcap", "netflow-.pcap", "netflow-20261125T110000Z.pcap", name + ".gz", "old-" + name,
            "netflow-20261125T110000Z-0007-kept.pcap", "netflow-20261125T110000Z-007.pcap",
        ] { #expect(!DatagramRecording.isName(other)) }
    }

    @Test func collectedDatagramsAreACapture() throws {
        let socket = try DatagramSocket(try #require(Endpoint("127.0.0.1:0")))
        #expect(socket.port > 0)
        var bytes = DatagramRecording.header
        let template: [UInt8] = Exports.ipfix(sets: [Exports.template])
        let (source, target) = (Endpoint("10.0.0.1:4000")!, Endpoint("10.0.0.2:2055")!)
        let six = (Endpoint("[fd00::1]:4000")!, Endpoint("[fd00::2]:2055")!)
        let time = Timestamp(nanoseconds: 1_795_604_400_123_456_789)
        // The records come before their template, and wait for it.
        for (from, to) in [(source, target), six] {
            DatagramRecording.append(
                Exports.ipfix(sets: [Exports.record]), from: from, to: to, at: time, to: &bytes)
            DatagramRecording.append(template, from: from, to: to, at: time, to: &bytes)
        }
        let (facts, account) = try Reading.read(bytes, as: .netflow)
        #expect(account.unread == 0 && account.items == 2)
        #expect(
            facts.sessions.map { "\($0.client) \($0.server) \($0.sent.bytes)" }
                == Array(
                    repeating: "198.51.100.7:51514 192.0.2.10:419 1203", count: 2))
    }
}
