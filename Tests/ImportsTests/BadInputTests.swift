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
                    reader.take($0, from: IPAddress(v4: 1), at: Timestamp(seconds: 1), into: &sink)
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
