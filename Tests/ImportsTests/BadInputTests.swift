import Imports
import Net
import Testing

/// What is cut off, hostile, of another kind or of no kind: a complaint with its place, and the rest is kept.
@Suite struct BadInputTests {
    private static let samples: [(ImportKind, String)] = [
        (.nmap, "nmap-versions.xml"), (.nessus, "scan.nessus"), (.zeek, "zeek-conn.log"),
        (.zeek, "zeek-conn.json"),
        (.eve, "eve.json"), (.netflow, "netflow-9.pcap"), (.syslog, "netfilter.log"),
    ]

    @Test func xmlThatIsCutOffKeepsWhatWasWhole() throws {
        let whole = try Reading.bytes(of: "scan.nessus")
        let all = try Reading.sample("scan.nessus", as: .nessus).facts
        var kept: Set<Int> = []
        for length in stride(from: 1, to: whole.count - 22, by: 7) {
            let (facts, account) = try Reading.read(Array(whole.prefix(length)), as: .nessus)
            #expect(account.unread >= 1)
            #expect(account.complaints.last?.place != nil, "\(account.complaints)")
            #expect(
                facts.services.allSatisfy { service in
                    all.services.contains { $0.endpoint == service.endpoint }
                })
            kept.insert(facts.hosts.count)
        }
        #expect(kept == [0, 1, 2])
    }

    @Test func laughsAreNotExpanded() throws {
        var text = "<?xml version=\"1.0\"?>\n<!DOCTYPE nmaprun [\n<!ENTITY l0 \"ha\">\n"
        for level in 1...30 {
            text += "<!ENTITY l\(level) \"\(String(repeating: "&l\(level - 1);", count: 10))\">\n"
        }
        text += "]>\n<nmaprun args=\"&l30;\"><host><address addr=\"&l30;\"/></host></nmaprun>"
        let (facts, account) = try Reading.read(text, as: .nmap)
        #expect(facts.all.isEmpty)
        #expect(
            account.complaints.map(\.description) == [
                "FILE:3: declares entities, which no scanner does and which are not read: is this file what it seems?"
            ])
    }

    @Test func depthAndTagsHaveBounds() throws {
        let deep = try Reading.read(
            "<nmaprun>" + String(repeating: "<a>", count: 100_000), as: .nmap)
        #expect(deep.account.complaints.map(\.text) == ["has more than 64 elements inside each other"])
        let long = try Reading.read(
            Array("<nmaprun><!-- ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 20 << 20), as: .nmap)
        #expect(long.account.complaints.map(\.text) == ["has a tag or comment that is longer than 8 MB"])
    }

    @Test func anotherKindOfFileIsTold() throws {
        let html = try Reading.read("<html><body>no scan</body></html>", as: .nmap)
        #expect(
            html.account.complaints.map(\.text) == ["has no element <nmaprun>: it is another kind of file"])
        let text = try Reading.read("hello\n", as: .nessus)
        #expect(text.account.complaints.count == 1 && text.account.complaints[0].place == "line 1")
        let zeek = try Reading.read("1\t2\t3\n", as: .zeek)
        #expect(
            zeek.account.complaints.map(\.description) == [
                "FILE:1: stands before a #fields line, so its columns have no names"
            ])
        let log = try Reading.read("Nov 25 11:00:08 host sshd[1]: hello\n", as: .syslog)
        #expect(log.account.unread == 1 && log.account.others == 1)
    }

    @Test func anArrayOfJSONIsTold() throws {
        for kind in [ImportKind.zeek, .eve] {
            let (facts, account) = try Reading.read(#"[{"ts":1795604400.0},{"ts":1795604401.0}]"#, as: kind)
            #expect(facts.all.isEmpty && account.items == 1)
            #expect(
                account.complaints.map(\.description) == [
                    "FILE:1: is a JSON array and not one object a line (jq -c '.[]' makes that of it) "
                        + "(byte 1)"
                ])
        }
    }

    @Test func utf16IsTold() throws {
        let bytes: [UInt8] = [0xff, 0xfe] + "{}\n".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        for kind in [ImportKind.zeek, .eve, .syslog] {
            let (_, account) = try Reading.read(bytes, as: kind)
            #expect(account.complaints.first?.text.contains("UTF-16") == true)
        }
    }

    @Test func badLinesAreNumberedAndTheOthersKept() throws {
        let lines = try String(decoding: Reading.bytes(of: "zeek-conn.log"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        var damaged = lines
        damaged.insert("too\tfew", at: 9)
        damaged.insert(lines[8].replacing("198.51.100.7", with: "198.51.100.777"), at: 10)
        damaged.insert(lines[8].replacing("1795604400.123456", with: "yesterday"), at: 11)
        let (facts, account) = try Reading.read(damaged.joined(separator: "\n"), as: .zeek)
        #expect(facts.all == (try Reading.sample("zeek-conn.log", as: .zeek)).facts.all)
        #expect(
            account.complaints.map(\.description) == [
                "FILE:10: has 2 columns where #fields names 21",
                "FILE:11: has a id.orig_h that cannot be read: '198.51.100.777'",
                "FILE:12: has a ts that cannot be read: 'yesterday'",
            ])
    }

    @Test func aLongLineIsPassedOver() throws {
        let line = #"{"event_type":"stats","x":""# + String(repeating: "y", count: 5 << 20) + "\"}\n"
        let good = try String(decoding: Reading.bytes(of: "eve.json"), as: UTF8.self)
        let (facts, account) = try Reading.read(good + line + good, as: .eve)
        let one = try Reading.sample("eve.json", as: .eve).facts.all
        #expect(facts.all == one + one)
        #expect(account.complaints.map(\.description) == ["FILE:10: is longer than 1 MB and is passed over"])
    }

    // MARK: Times and numbers that cannot be

    private static func eve(start: String, end: String) -> String {
        #"{"timestamp":"2026-11-25T11:02:00Z","event_type":"flow","src_ip":"198.51.100.7","src_port":1,"#
            + #""dest_ip":"192.0.2.10","dest_port":22,"proto":"TCP","flow":{"start":"\#(start)","end":"\#(end)"}}"#
    }

    private static func zeek(_ time: String, _ duration: String) -> String {
        #"{"ts":\#(time),"id.orig_h":"198.51.100.7","id.orig_p":1,"id.resp_h":"192.0.2.10","id.resp_p":22,"#
            + #""proto":"tcp","duration":\#(duration),"conn_state":"SF"}"#
    }

    private static func fortigate(_ times: String) -> String {
        #"type="traffic" srcip=198.51.100.7 srcport=1 dstip=192.0.2.10 dstport=22 proto=6 action="accept" "#
            + times
    }

    private static let good = "2026-11-25T11:00:00Z"

    @Test(
        arguments: [
            (.eve, eve(start: "1700-01-01T00:00:00Z", end: good), "has a flow/start that cannot be read"),
            (.eve, eve(start: good, end: "2260-01-01T00:00:00Z"), "has a flow/end that cannot be read"),
            (.zeek, zeek("8000000000.0", "1.0"), "has a ts that cannot be read: '8000000000.0'"),
            (
                .zeek, zeek("1795604400.0", "8000000000.0"),
                "has a duration that cannot be read: '8000000000.0'"
            ),
            (.syslog, fortigate("eventtime=9999999999999"), "the time of a line of fortigate cannot be"),
            (.syslog, fortigate("eventtime=9999999999999999"), "the time of a line of fortigate cannot be"),
            (
                .syslog, fortigate("date=9999-12-31 time=00:00:00"),
                "the date of a line of fortigate cannot be"
            ),
            (.syslog, fortigate("eventtime=1795604400 duration=8000000000"), "lasted 8000000000 seconds"),
            (.syslog, "Nov 25 2190 11:00:08 gate : " + fortigate(""), "does not say when"),
            (.nmap, #"<nmaprun args="nmap" start="8000000000"/>"#, "has a start that cannot be read"),
            (
                .nessus,
                #"<NessusClientData_v2><Report name="r"><ReportHost name="192.0.2.10"><HostProperties>"#
                    + #"<tag name="HOST_END_TIMESTAMP">8000000000</tag></HostProperties></ReportHost></Report>"#
                    + "</NessusClientData_v2>", "has a HOST_END that cannot be read: '8000000000'"
            ),
        ] as [(ImportKind, String, String)])
    func impossibleTimesAreNotRead(_ kind: ImportKind, _ text: String, _ complaint: String) throws {
        let (facts, account) = try Reading.read(text, as: kind)
        #expect(account.complaints.first?.text.contains(complaint) == true, "\(account.complaints)")
        #expect(facts.sessions.isEmpty && facts.hosts.allSatisfy { $0.last == nil })
    }

    /// JSON may tell of what is unset.
    @Test func durationsThatAreNotKnown() throws {
        let (facts, account) = try Reading.read(Self.zeek("1795604400.0", "null"), as: .zeek)
        #expect(account.unread == 0 && facts.sessions.map(\.end) == [Timestamp(seconds: 1_795_604_400)])
    }

    @Test func impossibleRecordsOfExporters() throws {
        func record(end: UInt64, bytes: UInt64) -> [UInt8] {
            [198, 51, 100, 7, 192, 0, 2, 10] + Exports.big(1, 2) + Exports.big(22, 2) + [6]
                + Exports.big(bytes, 8) + Exports.big(end, 8)
        }
        let fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (1, 8), (153, 8)]
        let template =
            Exports.big(256, 2) + Exports.big(UInt64(fields.count), 2)
            + fields.flatMap { Exports.big(UInt64($0.0), 2) + Exports.big(UInt64($0.1), 2) }
        let records =
            record(end: 1_795_604_400_000, bytes: .max) + record(end: 8_000_000_000_000, bytes: 1)
        var reader = FlowDatagrams(names: ProtocolNames(), name: "FILE")
        var facts = Facts()
        Exports.ipfix(sets: [Exports.set(2, template), Exports.set(256, records)]).withBytes {
            reader.take($0, from: IPAddress(v4: 1), into: &facts)
        }
        let account = reader.finish(into: &facts)
        #expect(account.items == 2 && account.unread == 1)
        #expect(
            account.complaints.map(\.description) == [
                "FILE: datagram 1: has a record of a time that cannot be"
            ])
        // No session has so many bytes; those that are taken can be added up.
        #expect(facts.sessions.map { max($0.sent.bytes, $0.received.bytes) } == [1 << 53])
    }

    // MARK: Bounds of NetFlow

    @Test func setsThatWaitAreBounded() throws {
        var reader = FlowDatagrams(names: ProtocolNames(), name: "test")
        var sink = Count()
        func take(_ sets: [[UInt8]]) {
            Exports.ipfix(sets: sets).withBytes { reader.take($0, from: IPAddress(v4: 1), into: &sink) }
        }
        // Empty ones of a template that never comes, and those of one byte, of which each takes a place.
        for _ in 0..<8 {
            take(Array(repeating: Exports.set(300, []), count: 10_000))
            take(Array(repeating: Exports.set(256, [1]), count: 10_000))
        }
        take([Exports.set(2, [256, 1, 4, 1].flatMap { Exports.big($0, 2) })])
        let account = reader.finish(into: &sink)
        #expect(account.items == (4 << 20) / 65)
        #expect(account.complaints.count == 1 && account.complaints[0].text.contains("no template 256,"))
    }

    @Test func theOldestOfTooManyRecordsGoesAlone() throws {
        var reader = FlowDatagrams(names: ProtocolNames(), name: "test")
        var facts = Facts()
        // Of the source's address and the transport alone.
        let template = [256, 2, 8, 4, 4, 1].flatMap { Exports.big($0, 2) }
        for first in stride(from: 0, to: 66_000, by: 11_000) {
            let records = (first..<first + 11_000).flatMap { Exports.big(UInt64($0), 4) + Exports.big(6, 1) }
            Exports.ipfix(sets: [Exports.set(2, template), Exports.set(256, records)]).withBytes {
                reader.take($0, from: IPAddress(v4: 1), into: &facts)
            }
        }
        #expect(facts.sessions.count == 66_000 - 65_536)
        #expect(facts.sessions.first?.client.address == IPAddress(v4: 0))
        #expect(reader.finish(into: &facts).items == 66_000 && facts.all.count == 66_000)
    }

    @Test func missingTemplatesAreNamed() throws {
        var bytes = DatagramRecording.header
        let (source, target) = (Endpoint("10.0.0.1:4000")!, Endpoint("10.0.0.2:2055")!)
        for _ in 0..<3 {
            DatagramRecording.append(
                Exports.ipfix(sets: [Exports.record], domain: 7), from: source, to: target,
                at: Timestamp(seconds: 1_795_604_400), to: &bytes)
        }
        let (facts, account) = try Reading.read(bytes, as: .netflow)
        #expect(facts.all.isEmpty)
        #expect(
            account.complaints.map(\.text) == [
                "10.0.0.1 (domain 7): 3 sets of records have no template 256, so they are not read"
            ])
    }

    @Test func templatesAreBounded() throws {
        var reader = FlowDatagrams(names: ProtocolNames(), name: "test")
        var sink = Count()
        for exporter in 0..<3000 {
            for number in 0..<3 {
                let fields = (0..<200).flatMap { _ in Exports.big(8, 2) + Exports.big(4, 2) }
                let template = Exports.set(
                    2, Exports.big(UInt64(256 + number), 2) + Exports.big(200, 2) + fields)
                Exports.ipfix(sets: [template, Exports.record], domain: exporter).withBytes {
                    reader.take($0, from: IPAddress(v4: 1), into: &sink)
                }
            }
        }
        #expect(reader.finish(into: &sink).items <= 3000 * 3 * 2)
    }

    /// Each sample with bytes changed, cut and repeated: never a trap, and what is counted adds up.
    @Test(arguments: samples.indices) func damagedSamples(_ place: Int) throws {
        let (kind, name) = Self.samples[place]
        let whole = Array(try Reading.bytes(of: name).prefix(20_000))
        var random = SplitMix(state: UInt64(place) + 1)
        for _ in 0..<60 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + 50))
                case 2: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 50)], at: at)
                default: bytes.insert(contentsOf: Array(repeating: 0xff, count: 9), at: at)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            if let (facts, account) = try? Reading.read(bytes, as: kind) {
                #expect(facts.sessions.allSatisfy { $0.start <= $0.end || $0.end.nanoseconds >= 0 })
                #expect(account.complaints.count <= ImportAccount.complaintLimit)
            }
        }
    }

    @Test(arguments: ImportKind.allCases) func randomBytes(_ kind: ImportKind) throws {
        var random = SplitMix(state: 7)
        for length in [0, 1, 2, 3, 20, 4000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            if let (facts, account) = try? Reading.read(bytes, as: kind) {
                #expect(facts.all.isEmpty)
                #expect(account.unread > 0 || length == 0)
            }
        }
    }
}

/// Numbers that are the same every time (SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
