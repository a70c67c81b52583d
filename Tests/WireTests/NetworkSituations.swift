extension Situation {
    private static let noOperations = hex("01010101")

    static let networks: [Situation] = [
        Situation(
            "ipv4 options", ethernet(0x0800, ipv4(6, tcp(1, 2, ascii("x")), options: noOperations)),
            "tcp 10.0.0.1:1 > 10.0.0.2:2 [x]"),
        Situation(
            "ipv4 total length 0", ethernet(0x0800, ipv4(6, tcp(1, 2, ascii("offload")), totalLength: 0)),
            "tcp 10.0.0.1:1 > 10.0.0.2:2 [offload]"),
        Situation(
            "ipv4 total length beyond the capture",
            ethernet(0x0800, ipv4(6, tcp(1, 2, ascii("cut")), totalLength: 1500)),
            "tcp 10.0.0.1:1 > 10.0.0.2:2 cut 1457 [cut]"),
        Situation(
            "ipv4 total length below the header", ethernet(0x0800, ipv4(6, tcp(1, 2), totalLength: 19)),
            "malformed: ipv4 total length"),
        Situation(
            "ipv4 header length 16", ethernet(0x0800, ipv4(6, tcp(1, 2), headerLength: 16)),
            "malformed: ipv4 header length"),
        Situation(
            "ipv4 header length beyond the packet",
            ethernet(0x0800, ipv4(6, [], totalLength: 60, headerLength: 60)),
            "malformed: ipv4 options cut off"),
        Situation(
            "ipv4 of version 6", ethernet(0x0800, ipv4(6, tcp(1, 2), version: 6)), "malformed: ipv4 version"),
        Situation(
            "ipv4 with authentication header",
            ethernet(
                0x0800, ipv4(51, hex("06 04 0000 00000001 00000001 0102030405060708090a0b0c") + tcp(1, 2))),
            "tcp 10.0.0.1:1 > 10.0.0.2:2 []"),
        Situation(
            "ipv6 hop-by-hop, destination, routing",
            ethernet(
                0x86dd,
                ipv6(
                    0,
                    ipv6Extension(
                        60,
                        ipv6Extension(
                            43, words: 2,
                            ipv6Extension(
                                6, words: 3,
                                tcp(1, 2, ascii("x"))))))), "tcp [2001:db8::1]:1 > [2001:db8::2]:2 [x]"),
        Situation(
            "ipv6 authentication header",
            ethernet(
                0x86dd, ipv6(51, hex("06 04 0000 00000001 00000001 0102030405060708090a0b0c") + tcp(1, 2))),
            "tcp [2001:db8::1]:1 > [2001:db8::2]:2 []"),
        Situation(
            "ipv6 atomic fragment",
            ethernet(0x86dd, ipv6(44, ipv6Fragment(17, offset: 0, more: false, udp(1, 2, ascii("x"))))),
            "udp [2001:db8::1]:1 > [2001:db8::2]:2 [x]"),
        Situation(
            "ipv6 extension header beyond the packet",
            ethernet(0x86dd, ipv6(60, hex("06 ff 000000000000") + tcp(1, 2))),
            "malformed: ipv6 extension header cut off"),
        Situation(
            "ipv6 too many extension headers",
            ethernet(0x86dd, ipv6(60, (0..<20).reduce(tcp(1, 2)) { inner, _ in ipv6Extension(60, inner) })),
            "malformed: too many ipv6 extension headers"),
        Situation(
            "ipv6 payload length 0, jumbogram",
            ethernet(0x86dd, ipv6(0, hex("06 00 c204 00010000") + tcp(1, 2, ascii("x")), payloadLength: 0)),
            "tcp [2001:db8::1]:1 > [2001:db8::2]:2 [x]"),
        Situation(
            "ipv6 padding", ethernet(0x86dd, ipv6(17, udp(1, 2, ascii("x"))) + hex("0000")),
            "udp [2001:db8::1]:1 > [2001:db8::2]:2 [x]"),
        Situation(
            "ipv6 of version 4", ethernet(0x86dd, ipv6(6, tcp(1, 2), version: 4)), "malformed: ipv6 version"),
        Situation("ipv6 no next header", ethernet(0x86dd, ipv6(59, [])), "passed: ipv6 no next header"),
    ]

    static let fragments: [Situation] = [
        Situation(
            "ipv4 first fragment", ethernet(0x0800, ipv4(17, udp(1, 2, length: 900), fragment: 0x2000)),
            "udp 10.0.0.1 > 10.0.0.2 fragment 4660 at 0 more"),
        Situation(
            "ipv4 last fragment", ethernet(0x0800, ipv4(17, ascii("rest"), fragment: 185)),
            "udp 10.0.0.1 > 10.0.0.2 fragment 4660 at 1480"),
        Situation(
            "ipv4 fragment cut off",
            ethernet(0x0800, ipv4(17, ascii("12345678"), totalLength: 20 + 1480, fragment: 0x2000)),
            "udp 10.0.0.1 > 10.0.0.2 fragment 4660 at 0 more cut 1472"),
        Situation(
            "ipv4 don't fragment is no fragment",
            ethernet(0x0800, ipv4(17, udp(1, 2, ascii("x")), fragment: 0x4000)),
            "udp 10.0.0.1:1 > 10.0.0.2:2 [x]"),
        Situation(
            "ipv4 fragment past 65,535", ethernet(0x0800, ipv4(17, ascii("12345678"), fragment: 0x1fff)),
            "malformed: fragment length"),
        Situation(
            "ipv4 fragment of odd length with more",
            ethernet(0x0800, ipv4(17, ascii("1234567"), fragment: 0x2000)), "malformed: fragment length"),
        Situation(
            "ipv4 fragment without bytes", ethernet(0x0800, ipv4(17, [], fragment: 0x2000)),
            "malformed: fragment length"),
        Situation(
            "ipv6 first fragment",
            ethernet(0x86dd, ipv6(44, ipv6Fragment(17, offset: 0, more: true, udp(1, 2, length: 900)))),
            "udp 2001:db8::1 > 2001:db8::2 fragment 2271560481 at 0 more"),
        Situation(
            "ipv6 last fragment behind hop-by-hop",
            ethernet(
                0x86dd, ipv6(0, ipv6Extension(44, ipv6Fragment(17, offset: 1448, more: false, ascii("rest"))))
            ),
            "udp 2001:db8::1 > 2001:db8::2 fragment 2271560481 at 1448"),
    ]

    private static func data(_ text: String) -> [UInt8] {
        sctpChunk(0, hex("00000001 0000 0000 00000000") + ascii(text))
    }

    static let transports: [Situation] = [
        Situation(
            "tcp options", ethernet(0x0800, ipv4(6, tcp(1, 2, ascii("x"), options: noOperations))),
            "tcp 10.0.0.1:1 > 10.0.0.2:2 [x]"),
        Situation(
            "tcp data offset 16", ethernet(0x0800, ipv4(6, tcp(1, 2, headerLength: 16))),
            "malformed: tcp data offset"),
        Situation(
            "tcp data offset beyond the packet", ethernet(0x0800, ipv4(6, tcp(1, 2, headerLength: 24))),
            "malformed: tcp data offset"),
        Situation(
            "tcp options cut off by the capture",
            ethernet(0x0800, ipv4(6, tcp(1, 2, headerLength: 32), totalLength: 20 + 32 + 5)),
            "tcp 10.0.0.1:1 > 10.0.0.2:2 cut 5 []"),
        Situation(
            "tcp header longer than the packet", ethernet(0x0800, ipv4(6, hex("0001 0002"))),
            "malformed: tcp header cut off"),
        Situation(
            "udp", ethernet(0x0800, ipv4(17, udp(53, 40_000, ascii("dns")))),
            "udp 10.0.0.1:53 > 10.0.0.2:40000 [dns]"),
        Situation(
            "udp length 0", ethernet(0x0800, ipv4(17, udp(1, 2, ascii("x"), length: 0))),
            "udp 10.0.0.1:1 > 10.0.0.2:2 [x]"),
        Situation(
            "udp length too large", ethernet(0x0800, ipv4(17, udp(1, 2, ascii("x"), length: 900))),
            "udp 10.0.0.1:1 > 10.0.0.2:2 [x]"),
        Situation(
            "udp length below the packet's", ethernet(0x0800, ipv4(17, udp(1, 2, ascii("xyz"), length: 9))),
            "udp 10.0.0.1:1 > 10.0.0.2:2 [x]"),
        Situation("udp length 7", ethernet(0x0800, ipv4(17, udp(1, 2, length: 7))), "malformed: udp length"),
        Situation(
            "udp header cut off", ethernet(0x0800, ipv4(17, hex("0001 0002"))),
            "malformed: udp header cut off"),
        Situation(
            "sctp data", ethernet(0x0800, ipv4(132, sctp(1, 2, data("diameter")))),
            "sctp 10.0.0.1:1 > 10.0.0.2:2 [diameter]"),
        Situation(
            "sctp acknowledgement, data, padding",
            ethernet(
                0x0800, ipv4(132, sctp(1, 2, sctpChunk(3, hex("00000001 00010000 0000 0000")) + data("abc")))),
            "sctp 10.0.0.1:1 > 10.0.0.2:2 [abc]"),
        Situation(
            "sctp interleaved data",
            ethernet(
                0x0800,
                ipv4(
                    132,
                    sctp(
                        1, 2,
                        sctpChunk(
                            64,
                            hex("00000001 0000 0000 00000000 00000000")
                                + ascii("i"))))), "sctp 10.0.0.1:1 > 10.0.0.2:2 [i]"),
        Situation(
            "sctp init", ethernet(0x0800, ipv4(132, sctp(1, 2, sctpChunk(1, hex("01020304 00010000"))))),
            "sctp 10.0.0.1:1 > 10.0.0.2:2 []"),
        Situation(
            "sctp chunk length 3", ethernet(0x0800, ipv4(132, sctp(1, 2, sctpChunk(1, [], length: 3)))),
            "malformed: sctp chunk length"),
        Situation(
            "sctp data length below its header",
            ethernet(0x0800, ipv4(132, sctp(1, 2, sctpChunk(0, hex("00000001"), length: 8)))),
            "malformed: sctp chunk length"),
        Situation(
            "sctp header cut off", ethernet(0x0800, ipv4(132, hex("0001 0002"))),
            "malformed: sctp header cut off"),
        Situation("icmp", ethernet(0x0800, ipv4(1, hex("0800 0000"))), "passed: icmp"),
        Situation("icmpv6", ethernet(0x86dd, ipv6(58, hex("8000 0000"))), "passed: icmpv6"),
        Situation(
            "igmp", ethernet(0x0800, ipv4(2, hex("1600 0000"), options: hex("94040000"))), "passed: igmp"),
        Situation("esp", ethernet(0x0800, ipv4(50, hex("00000001"))), "passed: esp"),
        Situation("ospf", ethernet(0x0800, ipv4(89, hex("0201"))), "passed: ospf"),
        Situation("pim", ethernet(0x0800, ipv4(103, hex("20"))), "passed: pim"),
        Situation("vrrp", ethernet(0x0800, ipv4(112, hex("21"))), "passed: vrrp"),
        Situation("eigrp", ethernet(0x0800, ipv4(88, hex("02"))), "passed: eigrp"),
        Situation("l2tp over ip", ethernet(0x0800, ipv4(115, hex("00000001"))), "passed: l2tp"),
        Situation("udp-lite", ethernet(0x0800, ipv4(136, udp(1, 2))), "passed: udp-lite"),
        Situation("an experiment", ethernet(0x0800, ipv4(253, hex("00"))), "passed: other transport"),
    ]
}
