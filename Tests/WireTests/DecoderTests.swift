import Net
import Testing
import Wire

@Suite struct DecoderTests {
    @Test(arguments: Situation.all)
    func decodes(_ situation: Situation) {
        var describer = Describer()
        let text = describer.describe(situation.frame, situation.linkType)
        #expect(text == situation.expected)
    }

    /// A capture may cut a frame anywhere: nothing traps, every call counts (the describer checks), and what is
    /// found is the frame's start.
    @Test(arguments: Situation.all)
    func survivesTruncation(_ situation: Situation) {
        for length in 0..<situation.frame.count {
            var describer = Describer()
            let frame = Array(situation.frame[..<length])
            let text = describer.describe(frame, situation.linkType)
            #expect(text != "not counted")
        }
    }

    /// What a decoder makes of a frame that is one packet.
    private func decode(_ frame: [UInt8], into packet: inout Packet) -> (LinkHeader?, Decoded) {
        frame.withBytes { bytes in
            var decoder = Decoder()
            guard let header = decoder.link(bytes, type: .ethernet) else { return (nil, .dropped) }
            return (header, decoder.packet(bytes, header, into: &packet))
        }
    }

    @Test func setsEveryField() {
        let frame = ethernet(0x8100, vlan(5, 0x0800, ipv4(6, tcp(40_000, 22, ascii("abc"), flags: 0x12))))
        var packet = Packet()
        let (header, decoded) = decode(frame, into: &packet)
        #expect(header == LinkHeader(networkOffset: 18, networkEnd: 61, network: .ipv4, vlan: 5))
        #expect(decoded == .packet)
        #expect(packet.flags == [.syn, .ack])
        #expect((packet.sequence, packet.acknowledgement) == (0x0102_0304, 0x0506_0708))
        #expect((packet.payloadOffset, packet.payloadLength, packet.wirePayloadLength) == (58, 3, 3))
        #expect((packet.wireLength, packet.networkOffset, packet.vlan) == (43, 18, 5))
    }

    @Test func keepsNothingOfThePacketBefore() {
        var packet = Packet()
        packet.flags = .syn
        (packet.sequence, packet.acknowledgement, packet.vlan) = (1, 2, 3)
        #expect(decode(ethernet(0x0800, ipv4(17, udp(1, 2))), into: &packet).1 == .packet)
        #expect(packet.flags == [] && packet.sequence == 0 && packet.acknowledgement == 0 && packet.vlan == 0)
    }

    @Test(
        arguments: [
            (17, udp(1, 2, ascii("x")), "1 > 2 [x]"),
            (6, tcp(3, 4, ascii("y")), "3 > 4 [y]"),
            (60, ipv6Extension(17, udp(1, 2, ascii("z"))), "1 > 2 [z]"),
            (44, ipv6Fragment(17, offset: 8, more: false, ascii("z")), "fragment in a fragment"),
            (17, hex("0001"), "udp header cut off"),
        ] as [(UInt8, [UInt8], String)])
    func decodesReassembledPayload(_ number: UInt8, _ payload: [UInt8], _ expected: String) {
        var packet = Packet()
        packet.source = IPAddress(v4: 1)
        let text: String = payload.withBytes { bytes in
            var decoder = Decoder()
            guard decoder.transport(bytes, protocol: number, into: &packet) == .packet else {
                let counters = decoder.counters
                return Malformed.allCases.first { counters[$0] == 1 }.map(\.name) ?? ""
            }
            let range = packet.payloadOffset..<packet.payloadOffset + packet.payloadLength
            return
                "\(packet.sourcePort) > \(packet.destinationPort) [\(String(decoding: payload[range], as: UTF8.self))]"
        }
        #expect(text == expected)
        #expect(packet.source == IPAddress(v4: 1))
    }

    @Test(arguments: [(ethernet(0x0800, sshPacket), 34), (ethernet(0x86dd, sshPacket6), 54)])
    func peeksAtAddresses(_ frame: [UInt8], _ length: Int) {
        var packet = Packet()
        guard let header = decode(frame, into: &packet).0 else {
            Issue.record("no link header")
            return
        }
        let pair = frame.withBytes { Decoder.addressPair($0, header) }
        #expect(pair?.0 == packet.source && pair?.1 == packet.destination)
        #expect(Array(frame[..<(length - 1)]).withBytes { Decoder.addressPair($0, header) == nil })
    }
}
