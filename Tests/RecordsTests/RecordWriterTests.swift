import Inventory
import Net
import Records
import Testing

@Suite("Records")
struct RecordWriterTests {
    @Test("a flow with everything")
    func flow() {
        var flow = FlowRecord(
            flow: 0x9f2c, start: Timestamp(seconds: start), end: Timestamp(seconds: start + 1),
            capture: "a.pcap",
            transport: .tcp, client: .init(endpoint("10.0.0.9:49152"), packets: 9, bytes: 1203),
            server: .init(endpoint("10.0.0.5:419"), packets: 8, bytes: 4100), state: .established)
        flow.vlan = 12
        flow.protocolName = "ftp"
        flow.then = ["tls"]
        flow.confidence = .certain
        flow.parent = 1
        flow.direction = .internal
        flow.tunnel = "vxlan 42"
        let id = CommunityID.text(.tcp, flow.client.endpoint, flow.server.endpoint)
        let expected =
            #"{"kind":"flow","start":"2026-11-23T20:15:00.000000Z","end":"2026-11-23T20:15:01.000000Z","#
            + #""capture":"a.pcap","flow":"0000000000009f2c","community_id":"\#(id)","transport":"tcp","vlan":12,"#
            + #""client":{"ip":"10.0.0.9","port":49152,"packets":9,"bytes":1203},"#
            + #""server":{"ip":"10.0.0.5","port":419,"packets":8,"bytes":4100},"state":"established","#
            + #""protocol":"ftp","then":["tls"],"confidence":"certain","parent":"0000000000000001","#
            + #""direction":"internal","tunnel":"vxlan 42"}"#
        #expect(RecordWriter.lines { $0.append(flow) } == [expected])
    }

    @Test("a flow without a verdict says null and leaves the rest out")
    func unrecognisedFlow() throws {
        let flow = FlowRecord(
            flow: 1, start: Timestamp(seconds: 0), end: Timestamp(seconds: 0), capture: nil, transport: .udp,
            client: .init(endpoint("[::1]:1"), packets: 1, bytes: 60),
            server: .init(endpoint("[::2]:2"), packets: 0, bytes: 0), state: .oneWay)
        let line = try #require(RecordWriter.lines { $0.append(flow) }.first)
        #expect(line.hasSuffix(#""state":"one-way","protocol":null}"#))
        #expect(!line.contains("vlan") && !line.contains("capture") && !line.contains("then"))
    }

    @Test("a service: fixed names first, then the fields, which never take a fixed name")
    func service() {
        var inventory = Inventory.campus()
        let hostile = FieldSet([
            ("banner", "220 hi"), ("host", "6.6.6.6"), ("standing", "expected"), ("os", "Linux"),
            ("os", "twice"),
        ])
        var recognition = Recognition(
            flow: 5, time: Timestamp(seconds: start), start: Timestamp(seconds: start), transport: .tcp,
            vlan: 0,
            client: endpoint("10.0.0.1:1"), server: endpoint("10.0.0.2:419"), protocolIndex: 2,
            confidence: .likely, serverSpoke: true, isOneWay: false, isChild: false,
            evidence: [0, 0, 0, 0x32, 0x20, 0xff, 0x0d, 0x0a].withBytes {
                EvidenceSample(isServer: true, offset: 3, signature: 21, said: $0)
            },
            fields: FlowFields(server: hostile))
        _ = inventory.recognise(recognition)
        let id = inventory.serviceCount - 1
        #expect(
            RecordWriter.lines { $0.append(inventory.service(id)) } == [
                #"{"kind":"service","host":"10.0.0.2","transport":"tcp","port":419,"protocol":"ftp","#
                    + #""standing":"allowed","by":"Ariel","first_seen":"2026-11-23T20:15:00.000000Z","#
                    + #""last_seen":"2026-11-23T20:15:00.000000Z","sessions":1,"clients":1,"banner":"220 hi","#
                    + #""os":"Linux","plugin":"offport/core/ftp","capture":"campus.pcap","confidence":"likely","#
                    + #""flow":"0000000000000005","evidence":{"speaker":"server","offset":3,"text":"2 .","#
                    + #""hex":"3220ff0d0a","signature":"offport/core/ftp#1","pack_version":"1.2.0"}}"#
            ])
        recognition.fields = FlowFields(server: FieldSet([("banner", "220 new")]))
        recognition.time = Timestamp(seconds: start + 5)
        _ = inventory.recognise(recognition)
        let line = RecordWriter.lines { $0.append(inventory.service(id)) }.joined()
        #expect(line.contains(#""clients":1,"banner":"220 new","plugin""#))
        #expect(
            line.contains(
                #""banners":[{"banner":"220 hi","host":"6.6.6.6","standing":"expected","os":"Linux","os":"twice","#
                    + #""first_seen":"2026-11-23T20:15:00.000000Z""#))
        // In the order of time, however they were kept.
        var turned = inventory.service(id)
        turned.banners.reverse()
        #expect(RecordWriter.lines { $0.append(turned) }.joined() == line)
    }

    @Test("an impersonation, as the contract has it")
    func finding() {
        var inventory = Inventory()
        inventory.begin(capture: "a.pcap")
        inventory.see("ssh", "10.0.0.7:8080", "SSH-2.0-OpenSSH_9.6", from: "10.0.0.9:49152", at: 9)
        let id = CommunityID.text(.tcp, endpoint("10.0.0.9:49152"), endpoint("10.0.0.7:8080"))
        #expect(
            RecordWriter.lines { $0.append(inventory.finding(0)) } == [
                #"{"kind":"finding","rule":"off-port","class":"impersonation","severity":"high","#
                    + #""host":"10.0.0.7","transport":"tcp","port":8080,"protocol":"ssh","owner":"http","#
                    + #""expected":["22/tcp"],"title":"SSH on 8080/tcp, a port of HTTP","#
                    + #""time":"2026-11-23T20:15:09.250000Z","flow":"9f2c000000000009","community_id":"\#(id)","#
                    + #""evidence":{"speaker":"server","offset":0,"text":"SSH-2.0-OpenSSH_9.6","#
                    + #""hex":"5353482d322e302d4f70656e5353485f392e360d0a","signature":"offport/core/ssh#1","#
                    + #""pack_version":"1.2.0"},"client":{"ip":"10.0.0.9","port":49152},"confidence":"certain","#
                    + #""plugin":"offport/core/ssh","capture":"a.pcap"}"#
            ])
    }

    @Test("what another tool tells has no flow, and no evidence")
    func withoutFlow() throws {
        var inventory = Inventory()
        inventory.begin(capture: "scan.xml")
        let time = Timestamp(seconds: start)
        _ = inventory.recognise(
            Recognition(
                flow: 0, time: time, start: time, transport: .tcp, vlan: 0,
                client: Endpoint(IPAddress(high: 0, low: 0), 0), server: endpoint("10.0.0.7:8080"),
                protocolIndex: 0, confidence: .likely, serverSpoke: true, isOneWay: false, isChild: false,
                evidence: [UInt8]().withBytes {
                    EvidenceSample(isServer: true, offset: 0, signature: nil, said: $0)
                }, fields: nil))
        let service = try #require(RecordWriter.lines { $0.append(inventory.service(0)) }.first)
        let finding = try #require(RecordWriter.lines { $0.append(inventory.finding(0)) }.first)
        for line in [service, finding] {
            #expect(!line.contains(#""flow""#) && !line.contains(#""evidence""#), "\(line)")
        }
        let kept = KeptFinding(inventory.finding(0), number: 1, standing: nil)
        let table = Question.findings.table(of: Holdings(findings: [kept], naming: naming))
        #expect(!table.csv().contains("0000000000000000"))
    }

    @Test("A12: a client has port 0")
    func client() {
        var inventory = Inventory()
        inventory.see("ssh", "10.0.0.7:22", "SSH-2.0-x", from: "10.0.0.9:49152", clientSays: "OpenSSH_9.6")
        #expect(
            RecordWriter.lines { $0.append(inventory.client(0)) } == [
                #"{"kind":"client","host":"10.0.0.9","port":0,"protocol":"ssh","software":"OpenSSH_9.6","#
                    + #""first_seen":"2026-11-23T20:15:00.250000Z","last_seen":"2026-11-23T20:15:00.250000Z","#
                    + #""sessions":1}"#
            ])
    }

    @Test("a new host is told as a host, not as the service that it was met with")
    func newHost() {
        var inventory = Inventory()
        inventory.see("ssh", "10.0.0.7:22", "SSH-2.0-x", from: "10.0.0.9:49152")
        #expect(
            RecordWriter.lines { $0.append(hostOf: inventory.service(0)) } == [
                #"{"kind":"host","host":"10.0.0.7","serves":["ssh:22/tcp"],"#
                    + #""first_seen":"2026-11-23T20:15:00.250000Z","last_seen":"2026-11-23T20:15:00.250000Z","#
                    + #""title":"New host: 10.0.0.7"}"#
            ])
    }

    @Test("a summary keeps its order")
    func summary() {
        let lines = RecordWriter.lines {
            $0.append(summary: [
                ("packets", .count(12)), ("seconds", .decimal(0.5)),
                ("malformed", .object([("ipv4", .count(2))])),
                ("plugins_disabled", .list(["acme/x"])), ("complete", .flag(true)),
                ("first", .time(Timestamp(seconds: 0))), ("version", .text("1.0")),
            ])
        }
        #expect(
            lines == [
                #"{"kind":"summary","packets":12,"seconds":0.5,"malformed":{"ipv4":2},"plugins_disabled":["acme/x"],"#
                    + #""complete":true,"first":"1970-01-01T00:00:00.000000Z","version":"1.0"}"#
            ])
    }

    @Test(
        "titles",
        arguments: [
            ("ssh", "10.0.0.1:8080", "SSH on 8080/tcp, a port of HTTP"),
            ("ftp", "10.0.0.1:2100", "FTP on 2100/tcp, expected on 21/tcp"),
            ("http", "10.0.0.1:8000", "HTTP on 8000/tcp, a customary alternate of 80/tcp"),
            ("telnet", "10.0.0.1:23", "Telnet on 23/tcp is forbidden: cleartext logins"),
            ("dns", "10.0.0.1:5353", "DNS on 5353/tcp, expected on 53/tcp, 53/udp"),
        ])
    func titles(name: String, server: String, expected: String) {
        var policy = Policy()
        policy.prohibitions = [
            Prohibition(protocolName: "telnet", reason: "cleartext logins", severity: .high, origin: nowhere)
        ]
        var inventory = Inventory(policy)
        #expect(inventory.see(name, server).map(\.title) == [expected])
    }

    @Test(
        "labels",
        arguments: [
            ("ssh", nil, "SSH"), ("mysql", "MySQL", "MySQL"), ("ftp-data", "FTP data", "FTP data"),
            ("s7comm", nil, "S7comm"), ("tftp", nil, "TFTP"), ("netconf", nil, "Netconf"),
            ("acme-protocol", nil, "ACME-Protocol"),
        ])
    func labels(name: String, spelling: String?, expected: String) {
        #expect(label(ofProtocol: name, spelling: spelling) == expected)
    }

    @Test("a title names protocols as the plugins' titles do, and stays what it was told as")
    func spellings() throws {
        var inventory = Inventory()
        var finding = try #require(inventory.see("ssh", "10.0.0.1:8080").first)
        finding.titles = ("sSh, secure", "The HtTp server", nil)
        #expect(finding.title == "sSh on 8080/tcp, a port of HtTp")
        finding.titleAsTold = "as told"
        #expect(finding.title == "as told")
    }
}
