import Flows
import Inventory
import Net
import Pipeline
import Testing
import Wire

private let client = endpoint("10.0.0.1:4000")
private let server = endpoint("10.0.0.2:5353")
private let dnsFound = "dns 10.0.0.1:4000 > 10.0.0.2:5353 certain"
private let ssh = Talk.whole("10.0.0.1:4000", "10.0.0.2:22", sshTalk)
private let sshFound = "ssh 10.0.0.1:4000 > 10.0.0.2:22 certain"
private let sshFlow = "ssh 10.0.0.1:4000 > 10.0.0.2:22 established 5/4"

/// Every packet of a conversation inside another packet; the ends of the tunnel are 10.9.0.1 and 10.9.0.2.
private func tunnelled(
    _ talk: Talk, _ wrap: (_ inner: [UInt8], _ from: IPAddress, _ to: IPAddress) -> [UInt8]
) -> [Captured] {
    let (near, far) = (IPAddress(v4: 0x0a09_0001), IPAddress(v4: 0x0a09_0002))
    return talk.segments.enumerated().map { number, segment in
        let inner = talk.packet(segment)
        return Captured(
            1000 + Double(number) / 1000, segment.isClients ? wrap(inner, near, far) : wrap(inner, far, near))
    }
}

/// An IPv4 datagram in fragments of at most `size` bytes.
private func fragments(_ source: Endpoint, _ destination: Endpoint, _ payload: [UInt8], size: Int)
    -> [[UInt8]]
{
    let whole = udp(source.port, destination.port, payload)
    return stride(from: 0, to: whole.count, by: size).map { start in
        let end = min(start + size, whole.count)
        return ipv4(
            source.address, destination.address, .udp, Array(whole[start..<end]), identification: 7,
            fragment: start / 8 | (end < whole.count ? 0x2000 : 0))
    }
}

@Suite struct PacketTests {
    static let situations = [
        Situation(
            "question and answer",
            [
                Captured(1, datagram(client, server, dnsQuery)),
                Captured(2, datagram(server, client, dnsAnswer)),
            ], recognised: [dnsFound], flows: ["dns 10.0.0.1:4000 > 10.0.0.2:5353 established 1/1"]),
        Situation(
            "the answer comes first",
            [
                Captured(1, datagram(server, client, dnsAnswer)),
                Captured(2, datagram(client, server, dnsQuery)),
            ], recognised: [dnsFound], flows: ["dns 10.0.0.1:4000 > 10.0.0.2:5353 established 1/1"]),
        Situation(
            "an answer alone", [Captured(1, datagram(server, client, dnsAnswer))],
            recognised: ["dns 10.0.0.1:4000 > 10.0.0.2:5353 likely"],
            flows: ["dns 10.0.0.1:4000 > 10.0.0.2:5353 one-way 0/1"]),
        Situation(
            "a question alone", [Captured(1, datagram(client, server, dnsQuery))], recognised: [],
            flows: ["? 10.0.0.1:4000 > 10.0.0.2:5353 one-way 1/0"]),
        Situation(
            "something else came before",
            [
                Captured(1, datagram(client, server, [1, 2, 3])),
                Captured(2, datagram(server, client, [4, 5, 6])),
                Captured(3, datagram(client, server, dnsQuery)),
                Captured(4, datagram(server, client, dnsAnswer)),
            ], recognised: [dnsFound], flows: ["dns 10.0.0.1:4000 > 10.0.0.2:5353 established 2/2"]),
        Situation(
            "fragments",
            fragments(client, server, dnsQuery, size: 16).map { Captured(1, $0) }
                + [Captured(2, datagram(server, client, dnsAnswer))],
            recognised: [dnsFound], flows: ["dns 10.0.0.1:4000 > 10.0.0.2:5353 established 2/1"]),
        Situation(
            "fragments in reverse order",
            fragments(client, server, dnsQuery, size: 8).reversed().map { Captured(1, $0) }
                + [Captured(2, datagram(server, client, dnsAnswer))],
            recognised: [dnsFound], flows: ["dns 10.0.0.1:4000 > 10.0.0.2:5353 established 4/1"]),
        Situation(
            "IP in IP", tunnelled(ssh) { ip($1, $2, .ipip, $0) }, recognised: [sshFound],
            flows: ["? 10.9.0.1:0 > 10.9.0.2:0 established 5/4", sshFlow]),
        Situation(
            "GRE", tunnelled(ssh) { ip($1, $2, .gre, [0, 0, 8, 0] + $0) }, recognised: [sshFound],
            flows: ["? 10.9.0.1:0 > 10.9.0.2:0 established 5/4", sshFlow]),
        Situation(
            "VXLAN",
            tunnelled(ssh) { inner, from, to in
                let port = UInt16(truncatingIfNeeded: 5000 + from.low & 255)
                return datagram(
                    Endpoint(from, port), Endpoint(to, 4789), [8, 0, 0, 0, 0, 0, 42, 0] + ethernet(inner))
            },
            recognised: [
                "vxlan 10.9.0.1:5001 > 10.9.0.2:4789 likely", "vxlan 10.9.0.2:5002 > 10.9.0.1:4789 likely",
                sshFound,
            ],
            flows: [
                sshFlow, "vxlan 10.9.0.1:5001 > 10.9.0.2:4789 one-way 5/0",
                "vxlan 10.9.0.2:5002 > 10.9.0.1:4789 one-way 4/0",
            ]),
    ]

    @Test(arguments: situations)
    func datagramsTunnelsAndFragmentsAreFollowed(_ situation: Situation) {
        for chunk in [1, 1000] {
            let outcome = run(situation.frames, chunk: chunk)
            #expect(outcome.recognised == situation.recognised)
            #expect(outcome.flows == situation.flows)
        }
    }

    @Test func equalAddressesBehindDifferentTunnelsAreDifferentFlows() {
        let (one, other) = (IPAddress(v4: 0x0a09_0001), IPAddress(v4: 0x0a09_0002))
        let keyed: (UInt8) -> [Captured] = { key in
            tunnelled(ssh) { inner, _, _ in ip(one, other, .gre, [0x20, 0, 8, 0, 0, 0, 0, key] + inner) }
        }
        let outcome = run(zip(keyed(1), keyed(2)).flatMap { [$0, $1] })
        #expect(outcome.recognised == [sshFound, sshFound])
        #expect(outcome.ended.count == 3)
        #expect(Set(outcome.ended.map(\.number)).count == 3)
    }

    @Test func tunnelsInTunnelsAreFollowedToABound() {
        func nested(_ depth: Int) -> [Captured] {
            tunnelled(ssh) { inner, from, to in
                var packet = inner
                for level in 0..<depth {
                    packet = ip(
                        IPAddress(v4: UInt32(truncatingIfNeeded: from.low) + UInt32(level) << 8),
                        IPAddress(v4: UInt32(truncatingIfNeeded: to.low) + UInt32(level) << 8), .ipip, packet)
                }
                return packet
            }
        }
        #expect(run(nested(4)).recognised == [sshFound])
        let outcome = run(nested(5))
        #expect(outcome.recognised.isEmpty)
        #expect(outcome.counters.tunnelsTooDeep == 9)
    }

    // MARK: Announced flows

    @Test func aDatagramIsAsLongAsItsFragmentsWere() {
        let outcome = run(fragments(client, server, dnsQuery, size: 16).map { Captured(1, $0) })
        let lengths = outcome.ended.map { [$0.bytes.0, $0.bytes.1].max() }
        #expect(lengths == [UInt64(8 + dnsQuery.count + 2 * 20)])
    }

    /// A repeated SYN, and a repeated answer to it, complete no handshake.
    @Test(
        arguments: [
            ([], "attempted"), ([.rst], "attempted"), ([[.rst, .ack]], "attempted"), ([.ack], "established"),
            ([.ack, [.rst, .ack]], "established"),
        ] as [([TCPFlags], String)])
    func aHalfOpenFlowIsAnAttempt(_ next: [TCPFlags], _ state: String) {
        var talk = Talk("10.0.0.1:4000", "10.0.0.2:22")
        talk.handshake()
        let opening = Array(talk.segments.prefix(2))
        var flow = talk.rearranged { _ in opening + opening }
        for flags in next { flow.add(.client, flags, []) }
        #expect(run(flow.frames()).ended.map(\.state.rawValue) == [state])
    }

    /// RFC 7413: the bytes that come with the SYN are the stream's first.
    @Test func aSYNMayBringBytes() {
        var talk = Talk("10.0.0.1:4000", "10.0.0.2:80")
        talk.add(.client, .syn, Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        talk.add(.server, [.syn, .ack], [])
        talk.say(.server, "HTTP/1.1 200 OK\r\n\r\nhello")
        let outcome = run(talk.frames())
        #expect(outcome.recognised == ["http 10.0.0.1:4000 > 10.0.0.2:80 certain"])
        #expect(outcome.observations.first?.frame == 3, "with the answer, not at the end")
    }

    /// What is announced over TCP comes over TCP, by the way that the announcement came.
    @Test func anAnnouncementIsOfOneTransportAndTunnel() {
        var control = Talk("10.0.0.1:4000", "10.0.0.2:419")
        control.handshake()
        control.say(.server, "220 hi\r\n")
        control.say(.client, "USER a\r\n")
        control.say(.server, "227 (10,0,0,2,19,137)\r\n")
        let (from, to) = (endpoint("10.0.0.1:4001"), endpoint("10.0.0.2:5001"))
        let other = [
            Captured(1001, datagram(from, to, dnsQuery)), Captured(1001, datagram(to, from, dnsAnswer)),
        ]
        let outcome = run(control.frames() + other)
        #expect(outcome.counters.children == 0)
        #expect(outcome.recognised.last == "dns 10.0.0.1:4001 > 10.0.0.2:5001 certain")
        let inside = tunnelled(Talk.whole("10.0.0.1:4001", "10.0.0.2:5001", sshTalk)) { inner, _, _ in
            ip(IPAddress(v4: 0x0a09_0001), IPAddress(v4: 0x0a09_0002), .gre, [0, 0, 8, 0] + inner)
        }
        #expect(run(control.frames() + inside).counters.children == 0)
    }

    static let announcements: [(Talk.Side, String, String, String)] = [
        (.client, "PORT 10,0,0,1,19,137\r\n", "10.0.0.2:20", "10.0.0.1:5001"),
        (.client, "port 10,0,0,1,19,137\r\n", "10.0.0.2:20", "10.0.0.1:5001"),
        (.client, "EPRT |1|10.0.0.1|5001|\r\n", "10.0.0.2:20", "10.0.0.1:5001"),
        (.server, "227 Entering Passive Mode (10,0,0,2,19,137)\r\n", "10.0.0.1:4001", "10.0.0.2:5001"),
        (.server, "227 Entering Passive Mode (192,168,9,9,19,137)\r\n", "10.0.0.1:4001", "10.0.0.2:5001"),
        (.server, "229 Entering Extended Passive Mode (|||5001|)\r\n", "10.0.0.1:4001", "10.0.0.2:5001"),
    ]

    @Test(arguments: announcements)
    func aFlowThatFTPAnnouncedIsItsChild(_ side: Talk.Side, _ line: String, _ opener: String, _ other: String)
    {
        var control = Talk("10.0.0.1:4000", "10.0.0.2:419")
        control.handshake()
        for (side, text) in [(.server, "220 hi\r\n"), (.client, "USER a\r\n"), (side, line)]
            as [(Talk.Side, String)]
        {
            control.say(side, text)
        }
        let data = Talk.whole(opener, other, sshTalk)
        let unrelated = Talk.whole("10.0.0.1:4001", "10.0.0.2:5002", httpTalk)
        let outcome = run(control.frames() + data.frames(at: 1001) + unrelated.frames(at: 1002))
        #expect(
            outcome.recognised == [
                "ftp 10.0.0.1:4000 > 10.0.0.2:419 certain", "http 10.0.0.1:4001 > 10.0.0.2:5002 certain",
            ])
        #expect(outcome.flows.contains("ftp-data \(opener) > \(other) established 5/4 child"))
        #expect(outcome.counters.children == 1)
        let child = outcome.ended.first { $0.isChild }
        let parent = outcome.ended.first { $0.key.sender(1).port == 419 || $0.key.sender(0).port == 419 }
        #expect(child?.parent == parent?.number)
    }

    @Test func anAnnouncedFlowOfAHostWithItselfHasItsRoles() {
        var control = Talk("10.0.0.1:4000", "10.0.0.1:419")
        control.handshake()
        control.say(.server, "220 hi\r\n")
        control.say(.client, "USER a\r\n")
        control.say(.server, "229 Entering Extended Passive Mode (|||5001|)\r\n")
        let data = Talk.whole("10.0.0.1:58202", "10.0.0.1:5001", sshTalk)
        let flows = run(control.frames() + data.frames(at: 1001)).flows
        #expect(flows.contains("ftp-data 10.0.0.1:58202 > 10.0.0.1:5001 established 5/4 child"))
    }

    /// A conversation that turns into one that nobody reads, ended in its tenth second when asked.
    private func encrypted(endsEarly: Bool = false) -> [Captured] {
        var control = Talk("10.0.0.1:4000", "10.0.0.2:419")
        control.handshake()
        for (side, text) in [
            (.server, "220 hi\r\n"), (.client, "USER a\r\n"), (.client, "SSH-2.0-libssh2\r\n"),
            (.server, "SSH-2.0-OpenSSH_9.6\r\n"),
        ] as [(Talk.Side, String)] {
            control.say(side, text)
        }
        if endsEarly { control.close() }
        return control.frames()
    }

    /// A port that merely belongs to others is anybody's, above those of the system.
    @Test(arguments: [
        ("10.0.0.1:4001", "10.0.0.2:5001"), ("10.0.0.1:4001", "10.0.0.2:5900"),
        ("10.0.0.2:20", "10.0.0.1:5001"),
    ])
    func whatAnEncryptedConversationAnnouncesIsItsChild(_ opener: String, _ other: String) {
        let data = Talk.whole(opener, other, sshTalk)
        let outcome = run(encrypted() + data.frames(at: 1002))
        #expect(outcome.recognised == ["ftp 10.0.0.1:4000 > 10.0.0.2:419 certain"])
        #expect(outcome.flows.contains("ftp-data \(opener) > \(other) established 5/4 child"))
        #expect(outcome.counters.children == 1)
        #expect(outcome.ended.first { $0.isChild }?.parent == outcome.ended.first { !$0.isChild }?.number)
    }

    @Test(arguments: [
        ("to the protocol's own port", "10.0.0.1:4001", "10.0.0.2:22", sshTalk),
        ("to a port of the system", "10.0.0.1:4001", "10.0.0.2:80", sshTalk),
        ("with another host", "10.0.0.1:4001", "10.0.0.3:5001", sshTalk),
        (
            "that says what it carries", "10.0.0.1:4001", "10.0.0.2:5001",
            [(.server, "SSH-2.0-any,web\r\n"), (.client, "SSH-2.0-libssh2\r\n")]
        ),
        ("of another protocol", "10.0.0.1:4001", "10.0.0.2:5001", httpTalk),
    ])
    func otherFlowsBesideAnEncryptedConversationAreNot(
        _ what: String, _ opener: String, _ other: String, _ talk: [(Talk.Side, String)]
    ) {
        let outcome = run(encrypted() + Talk.whole(opener, other, talk).frames(at: 1002))
        #expect(outcome.recognised.count == 2, "\(what)")
        #expect(outcome.counters.children == 0, "\(what)")
    }

    /// An hour's window beside a job that runs every few minutes.
    @Test func anEncryptedConversationOutlastsManyShortOnes() {
        var frames = encrypted()
        for number in 0..<40 {
            var short = Talk("10.0.0.1:\(4100 + number)", "10.0.0.2:419")
            short.handshake()
            for (side, text) in [
                (.server, "220 hi\r\n"), (.client, "USER a\r\n"), (.client, "SSH-2.0-libssh2\r\n"),
            ] as [(Talk.Side, String)] {
                short.say(side, text)
            }
            short.close()
            frames += short.frames(at: 1001 + Double(number) / 10)
        }
        let data = Talk.whole("10.0.0.1:4001", "10.0.0.2:5001", sshTalk).frames(at: 1060)
        let ended = run(frames + data).ended
        let lasting = ended.first { $0.key.sender(0).port == 4000 }
        #expect(lasting != nil && ended.first { $0.isChild }?.parent == lasting?.number)
    }

    /// Whatever the order in which flows lie in the table.
    @Test(arguments: 1...8)
    func theEndOfACaptureEndsWhatAnnouncesLast(number: Int) {
        let data = Talk.whole("10.0.0.1:\(4000 + number)", "10.0.0.2:\(5000 + number)", sshTalk)
        // Only one has spoken: what it is shows when the capture ends.
        let outcome = run(encrypted() + data.frames(at: 1002).prefix(4))
        #expect(outcome.counters.children == 1)
    }

    @Test func ofManyEncryptedConversationsTheNewestAnnounces() {
        var frames: [Captured] = []
        for number in 0..<40 {
            var control = Talk("10.0.0.1:\(4100 + number)", "10.0.0.2:419")
            control.handshake()
            for (side, text) in [
                (.server, "220 hi\r\n"), (.client, "USER a\r\n"), (.client, "SSH-2.0-libssh2\r\n"),
            ] as [(Talk.Side, String)] {
                control.say(side, text)
            }
            frames += control.frames(at: 1000 + Double(number))
        }
        let data = Talk.whole("10.0.0.1:4001", "10.0.0.2:5001", sshTalk).frames(at: 1050)
        let ended = run(frames + data).ended
        let newest = ended.first { $0.key.sender(0).port == 4139 }
        #expect(newest != nil && ended.first { $0.isChild }?.parent == newest?.number)
    }

    @Test func anEncryptedConversationThatIsOverAnnouncesNothing() {
        let data = Talk.whole("10.0.0.1:4001", "10.0.0.2:5001", sshTalk).frames(at: 1030)
        #expect(run(encrypted() + data).counters.children == 1)
        #expect(run(encrypted(endsEarly: true) + data).counters.children == 0)
        let soon = Talk.whole("10.0.0.1:4001", "10.0.0.2:5001", sshTalk).frames(at: 1000.5)
        #expect(run(encrypted(endsEarly: true) + soon).counters.children == 0)
    }

    /// It began while the conversation lasted; what it speaks shows later.
    @Test(arguments: [1.0, 60])
    func whatAnEncryptedConversationAnnouncedOutlivesIt(seconds: Double) {
        let early = Talk.whole("10.0.0.1:4001", "10.0.0.2:5001", sshTalk).frames(at: 1000.002)
        let late = Talk.whole("10.0.0.1:4001", "10.0.0.2:5001", sshTalk).frames(at: 1000 + seconds)
        let begun = (encrypted(endsEarly: true) + early.prefix(3)).sorted { $0.time < $1.time }
        let outcome = run(begun + late.dropFirst(3))
        #expect(outcome.counters.children == 1)
        #expect(outcome.recognised == ["ftp 10.0.0.1:4000 > 10.0.0.2:419 certain"])
    }

    @Test func aFlowInFragmentsLastsFromTheFirstToTheLast() {
        let pieces = fragments(client, server, dnsQuery, size: 8).enumerated().map { number, bytes in
            Captured(Double(1 + number), bytes)
        }
        let flow = run(pieces).ended.first
        #expect(flow?.first == Timestamp(seconds: 1))
        #expect(flow?.last == Timestamp(seconds: 4))
        #expect(flow?.bytes.0 == UInt64(4 * 20 + 8 + dnsQuery.count))
    }

    @Test func anAnnouncementIsForgottenInTime() {
        var control = Talk("10.0.0.1:4000", "10.0.0.2:419")
        control.handshake()
        control.say(.server, "220 hi\r\n")
        control.say(.client, "USER a\r\n")
        control.say(.server, "227 (10,0,0,2,19,137)\r\n")
        let data = Talk.whole("10.0.0.1:4001", "10.0.0.2:5001", sshTalk)
        #expect(run(control.frames() + data.frames(at: 1119)).counters.children == 1)
        #expect(run(control.frames() + data.frames(at: 1121)).counters.children == 0)
    }

    /// The last bits of an address tell nothing by themselves, and frames that programs write are often everybody's.
    @Test(arguments: [
        ("10.0.0.255:69", true, true), ("10.0.0.255:69", false, false), ("10.0.0.2:69", true, false),
        ("10.0.0.63:69", true, true),
    ])
    func whatGoesToAllOfASubnetIsBroadcast(server: String, isForAll: Bool, isBroadcast: Bool) {
        let request: [UInt8] = [0, 1] + Array("file\u{0}octet\u{0}".utf8)
        var frame = Captured(1, datagram(client, endpoint(server), request))
        if isForAll { frame.bytes.replaceSubrange(0..<6, with: repeatElement(0xff, count: 6)) }
        let found = run([frame]).observations.compactMap { observation -> Bool? in
            if case .recognised(let recognition) = observation.event { recognition.isBroadcast } else { nil }
        }
        #expect(found == [isBroadcast])
    }

    @Test func theAnswerOfTFTPComesFromAnotherPort() {
        let answering = Endpoint(server.address, 40_000)
        let request: [UInt8] = [0, 1] + Array("file\u{0}octet\u{0}".utf8)
        let outcome = run([
            Captured(1, datagram(client, server, request)),
            Captured(2, datagram(answering, client, [0, 3, 0, 1, 9])),
            Captured(3, datagram(client, answering, [0, 4, 0, 1])),
        ])
        #expect(outcome.recognised == ["tftp 10.0.0.1:4000 > 10.0.0.2:5353 likely"])
        #expect(outcome.counters.children == 1)
        #expect(
            outcome.flows.contains {
                $0.hasPrefix("tftp-data 10.0.0.2:40000 > 10.0.0.1:4000 established 1/1")
            })
    }
}
