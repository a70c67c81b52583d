import Matching
import Net
import Testing

/// Conversations of which the beginning was not heard.
@Suite("joined midway")
struct MidwayTests {
    /// The protocol of what two speakers are heard to say, and whether the first of them is its client.
    private func verdict(
        _ first: [UInt8], _ second: [UInt8], over transport: TransportProtocol = .tcp
    ) -> (name: String, firstIsClient: Bool)? {
        var recogniser = CoreLibrary.recogniser()
        return first.withBytes { first in
            second.withBytes { second in
                let decision = recogniser.decide(
                    transport, first: first, second: second, roles: .firstSpokeFirst, isFinal: true)
                guard case .verdict(let verdict) = decision else { return nil }
                return (CoreLibrary.index.protocols[Int(verdict.protocolIndex)].name, verdict.firstIsClient)
            }
        }
    }

    @Test("VNC's server goes on where its greeting is expected, whoever is heard first")
    func vnc() {
        let (viewer, server) = (Array("RFB 003.008\n".utf8) + [1], [3, 19, 1, 2, 0, 0, 0, 0] as [UInt8])
        #expect(verdict(viewer, server)?.name == "vnc")
        #expect(verdict(viewer, server)?.firstIsClient == true)
        #expect(verdict(server, viewer)?.name == "vnc")
        #expect(verdict(server, viewer)?.firstIsClient == false)
    }

    @Test("what a VNC viewer chooses and answers is no server's list")
    func viewersChoice() {
        let server = Array("RFB 003.008\n".utf8)
        let viewer: [UInt8] = [2, 5, 142, 17, 196, 48, 122, 150, 226, 91, 15, 216, 67, 33, 183, 108, 154]
        #expect(verdict(viewer, server)?.firstIsClient == true)
        #expect(verdict(server, viewer)?.firstIsClient == false)
    }

    @Test("SASL tells AMQP's client from its server; a header of version 1.0 and a frame tell no roles")
    func amqp() {
        func frame(_ layer: UInt8, _ kind: UInt8) -> [UInt8] {
            [0, 0, 0, 17, 2, layer, 0, 0, 0, 0x53, kind, 0xC0, 4, 2, 0x50, 0, 0x40]
        }
        let header = Array("AMQP".utf8) + [0, 1, 0, 0]
        let (initial, outcome, open) = (frame(1, 0x41), frame(1, 0x44), frame(0, 0x10))
        #expect(verdict(outcome, header)?.name == "amqp")
        #expect(verdict(outcome, header)?.firstIsClient == false)
        #expect(verdict(header, outcome)?.firstIsClient == true)
        #expect(verdict(header, initial)?.firstIsClient == false)
        #expect(verdict(open, header)?.firstIsClient == true)
        #expect(verdict(header, open)?.firstIsClient == true)
    }

    @Test("the header of AMQP 0-9-1 is the client's, or the answer to something else")
    func amqpHeader() {
        let header = Array("AMQP".utf8) + [0, 0, 9, 1]
        #expect(verdict(header, [])?.firstIsClient == true)
        #expect(verdict([], header)?.firstIsClient == false)
        #expect(verdict(header, Array("GET / HTTP/1.0\r\n\r\n".utf8))?.firstIsClient == false)
    }

    @Test("a greeting of SSH and an offer of keys tell no roles")
    func ssh() throws {
        let offer = try #require(
            CoreLibrary.conversations.first { $0.name == "ssh" && $0.client.first == 0 }?.client)
        let greeting = Array("SSH-2.0-OpenSSH_9.6\r\n".utf8)
        #expect(verdict(offer, greeting)?.name == "ssh")
        #expect(verdict(offer, greeting)?.firstIsClient == true)
        #expect(verdict(greeting, offer)?.firstIsClient == true)
    }

    @Test("a request that some other server answers makes no service of what was asked")
    func askedInVain() {
        let ticket: [UInt8] = [
            0, 0, 0, 14, 0x6A, 12, 0x30, 10, 0xA1, 3, 2, 1, 5, 0xA2, 3, 2, 1, 10,
        ]
        let refusal = Array("E\0\0\0\u{20}SFATAL\0C08P01\0Mno\0\0".utf8)
        #expect(verdict(ticket, [])?.name == "kerberos")
        #expect(verdict(ticket, refusal)?.name != "kerberos")
        let noise = (0..<64).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 89) }
        #expect(verdict(ticket, noise)?.name != "kerberos")
        let call: [UInt8] =
            [0x80, 0, 0, 40, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xA3, 0, 0, 0, 3, 0, 0, 0, 0]
            + Array(repeating: 0, count: 16)
        let reply: [UInt8] = [0x80, 0, 0, 24, 1, 2, 3, 4, 0, 0, 0, 1] + Array(repeating: 0, count: 12)
        #expect(verdict(call, reply + [0, 0, 0, 0])?.name == "nfs")
        #expect(verdict(call, reply + [0, 0, 0, 1])?.name != "nfs")
        #expect(verdict(call, Array("anything else".utf8))?.name != "nfs")
    }

    /// What nobody asks an answer of would be named even where the server was silent.
    @Test(
        "who asks without an answer that fits finds no service",
        arguments: [
            "bacula", "cvs", "distcc", "hadoop-rpc", "hazelcast", "hbase", "ica", "mssql", "msnp",
            "nbd",
            "openvpn", "rethinkdb", "stratum", "svn", "telegram", "unbound-control", "whatsapp",
        ])
    func otherAnswer(name: String) {
        let greeting = Array("220 ftp.example.org ready\r\n".utf8)
        let asked = CoreLibrary.conversations.filter {
            $0.name == name && $0.transport == .tcp && !$0.client.isEmpty && $0.server.isEmpty
        }
        #expect(!asked.isEmpty)
        for talk in asked {
            #expect(verdict(talk.client, [])?.name == name)
            #expect(verdict(talk.client, greeting)?.name != name)
        }
    }

    @Test("ZooKeeper's requests are none of Kafka's")
    func zooKeeper() {
        let create: [UInt8] =
            [0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 6] + Array("/shelf".utf8)
            + [0, 0, 0, 2, 97, 98, 0, 0, 0, 0, 0, 0, 0, 0]
        let created: [UInt8] =
            [0, 0, 0, 26, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 6]
            + Array("/shelf".utf8)
        #expect(verdict(create, created)?.name == "zookeeper")
        #expect(verdict(created, create)?.name == "zookeeper")
        #expect(verdict(created, create)?.firstIsClient == false)
    }

    @Test(
        "datagrams tell who asks, whoever is heard first",
        arguments: ["ike", "l2tp", "bacnet", "stun", "dtls", "snmp"])
    func askersOverUDP(name: String) {
        let told = CoreLibrary.conversations.filter { talk in
            talk.name == name && talk.transport == .udp && !talk.client.isEmpty && !talk.server.isEmpty
                && verdict(talk.client, talk.server, over: .udp)?.firstIsClient == true
                && verdict(talk.server, talk.client, over: .udp)?.firstIsClient == false
        }
        #expect(!told.isEmpty)
    }

    @Test("a hidden trap of SNMP makes nobody a server")
    func hiddenTrap() throws {
        let trap = try #require(
            CoreLibrary.conversations.first { talk in
                talk.name == "snmp" && talk.transport == .udp && talk.server.isEmpty
            }?.client)
        #expect(verdict(trap, [], over: .udp)?.name == "snmp")
        #expect(verdict(trap, [], over: .udp)?.firstIsClient == true)
    }

    @Test("a notification of BACnet and its acknowledgement tell no roles")
    func notification() {
        let notification: [UInt8] = [0x81, 0x0A, 0, 11, 1, 4, 0, 5, 1, 1, 9]
        let acknowledgement: [UInt8] = [0x81, 0x0A, 0, 9, 1, 0, 0x20, 1, 1]
        #expect(verdict(notification, acknowledgement, over: .udp)?.name == "bacnet")
        #expect(verdict(notification, acknowledgement, over: .udp)?.firstIsClient == true)
        #expect(verdict(acknowledgement, notification, over: .udp)?.firstIsClient == true)
    }
}
