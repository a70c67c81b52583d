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

    @Test("a header of AMQP 1.0 and a frame tell no roles")
    func amqp() throws {
        let outcome: [UInt8] = [0, 0, 0, 17, 2, 1, 0, 0, 0, 0x53, 0x44, 0xC0, 4, 2, 0x50, 0, 0x40]
        let header = Array("AMQP".utf8) + [0, 1, 0, 0]
        #expect(verdict(outcome, header)?.name == "amqp")
        #expect(verdict(outcome, header)?.firstIsClient == true)
        #expect(verdict(header, outcome)?.firstIsClient == true)
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
}
