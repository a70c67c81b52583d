extension Situation {
    private static func gre(_ header: String, _ payload: [UInt8]) -> [UInt8] {
        ethernet(0x0800, ipv4(47, hex(header) + payload))
    }

    private static let outer = "gre 10.0.0.1 > 10.0.0.2 | "
    private static let frame = ethernet(0x0800, sshPacket)
    private static let sshInNetwork7 = "tcp 10.0.0.1:40000 > 10.0.0.2:22 network 7 [SSH-2.0-x]"
    private static let sshOnVLAN3 = "tcp 10.0.0.1:40000 > 10.0.0.2:22 vlan 3 [SSH-2.0-x]"

    static let greTunnels: [Situation] = [
        Situation("gre", gre("0000 0800", sshPacket), outer + ssh),
        Situation("gre, ipv6", gre("0000 86dd", sshPacket6), outer + ssh6),
        Situation(
            "gre, checksum, key, sequence", gre("b000 0800 12340000 00000007 00000001", sshPacket),
            outer + sshInNetwork7),
        Situation("gre, bridged", gre("0000 6558", frame), outer + ssh),
        Situation("gre, mpls", gre("0000 8847 00010140", sshPacket), outer + ssh),
        Situation(
            "gre, source route", gre("4000 0800 00000000", sshPacket), outer + "malformed: gre version"),
        Situation("gre version 2", gre("0002 0800", sshPacket), outer + "malformed: gre version"),
        Situation("gre, keep-alive", gre("0000 0000", []), outer + "passed: other tunnel payload"),
        Situation(
            "gre, cut off in its key", gre("2000 0800 0000", []), outer + "malformed: gre header cut off"),
        Situation(
            "gre over ipv6", ethernet(0x86dd, ipv6(47, hex("0000 0800") + sshPacket)),
            "gre 2001:db8::1 > 2001:db8::2 | " + ssh),
        Situation(
            "gre in gre", gre("0000 0800", ipv4(47, hex("0000 0800") + sshPacket)),
            outer + outer + ssh),
        Situation(
            "pptp", gre("3081 880b 0031 0001 00000001 00000001", hex("ff03 0021") + sshPacket),
            outer
                + "tcp 10.0.0.1:40000 > 10.0.0.2:22 cut 4 [SSH-2]"),
        Situation(
            "pptp without address field",
            gre("3001 880b 0041 0001 00000001", hex("21") + sshPacket), outer + ssh),
        Situation(
            "pptp acknowledgement", gre("2081 880b 0000 0001 00000001", []),
            outer + "passed: pptp acknowledgement"),
        Situation("erspan I", gre("0000 88be", frame), outer + ssh),
        Situation("erspan II", gre("1000 88be 00000001 1003 0001 00000000", frame), outer + sshOnVLAN3),
        Situation(
            "erspan II, tagged frame",
            gre("1000 88be 00000001 1000 0001 00000000", ethernet(0x8100, vlan(3, 0x0800, sshPacket))),
            outer + sshOnVLAN3),
        Situation(
            "erspan III", gre("1000 22eb 00000001 2003 0001 00000000 0000 0000", frame), outer + sshOnVLAN3),
        Situation(
            "erspan III with platform header",
            gre("1000 22eb 00000001 2000 0001 00000000 0000 0001 0000000000000000", frame), outer + ssh),
        Situation(
            "erspan III, ip", gre("1000 22eb 00000001 2000 0001 00000000 0000 0800", sshPacket), outer + ssh),
        Situation(
            "erspan III, fibre channel", gre("1000 22eb 00000001 2000 0001 00000000 0000 0400", sshPacket),
            outer + "passed: other tunnel payload"),
        Situation(
            "erspan II cut off", gre("1000 88be 00000001 1000", []),
            outer + "malformed: erspan header cut off"),
        Situation(
            "aruba", gre("0000 8210", hex("0801 0000 020000000001 020000000002 020000000003 1000") + llcSSH),
            outer + ssh),
        Situation("wccp 1", gre("0000 883e", sshPacket), outer + ssh),
        Situation("wccp 2", gre("0000 883e 00000000", sshPacket), outer + ssh),
    ]

    static let otherTunnels: [Situation] = [
        Situation("ip in ip", ethernet(0x0800, ipv4(4, sshPacket)), "ipip 10.0.0.1 > 10.0.0.2 | " + ssh),
        Situation("6in4", ethernet(0x0800, ipv4(41, sshPacket6)), "6in4 10.0.0.1 > 10.0.0.2 | " + ssh6),
        Situation("4in6", ethernet(0x86dd, ipv6(4, sshPacket)), "ipip 2001:db8::1 > 2001:db8::2 | " + ssh),
        Situation("6in6", ethernet(0x86dd, ipv6(41, sshPacket6)), "6in4 2001:db8::1 > 2001:db8::2 | " + ssh6),
        Situation(
            "ip in ip, padding of the outer", ethernet(0x0800, ipv4(4, sshPacket) + hex("0000")),
            "ipip 10.0.0.1 > 10.0.0.2 | " + ssh),
        Situation(
            "ip in ip, empty", ethernet(0x0800, ipv4(4, [])),
            "ipip 10.0.0.1 > 10.0.0.2 | malformed: ipv4 header cut off"),
    ]

    private static func over(_ port: Int, _ header: String, _ payload: [UInt8]) -> [UInt8] {
        ethernet(0x0800, ipv4(17, udp(1, port, hex(header) + payload)))
    }

    static let udpTunnels: [Situation] = [
        Situation(
            "vxlan", over(4789, "08000000 000007 00", frame),
            "udp 10.0.0.1:1 > 10.0.0.2:4789 | " + sshInNetwork7),
        Situation(
            "vxlan without identifier", over(4789, "00000000 000007 00", frame),
            "udp 10.0.0.1:1 > 10.0.0.2:4789 | malformed: vxlan header"),
        Situation(
            "vxlan-gpe, ipv4", over(4790, "0c000001 000007 00", sshPacket),
            "udp 10.0.0.1:1 > 10.0.0.2:4790 | " + sshInNetwork7),
        Situation(
            "vxlan-gpe, nsh", over(4790, "0c000004 000007 00", sshPacket),
            "udp 10.0.0.1:1 > 10.0.0.2:4790 | passed: other tunnel payload"),
        Situation(
            "vxlan, arp", over(4789, "08000000 000007 00", ethernet(0x0806, [])),
            "udp 10.0.0.1:1 > 10.0.0.2:4789 | passed: arp"),
        Situation(
            "geneve", over(6081, "00006558 000007 00", frame),
            "udp 10.0.0.1:1 > 10.0.0.2:6081 | " + sshInNetwork7),
        Situation(
            "geneve, options, ipv4", over(6081, "02000800 000007 00 0102800100000000", sshPacket),
            "udp 10.0.0.1:1 > 10.0.0.2:6081 | " + sshInNetwork7),
        Situation(
            "geneve version 1", over(6081, "40006558 000007 00", frame),
            "udp 10.0.0.1:1 > 10.0.0.2:6081 | malformed: geneve header"),
        Situation(
            "gtp", over(2152, "30ff 0035 00000001", sshPacket),
            "udp 10.0.0.1:1 > 10.0.0.2:2152 | "
                + "tcp 10.0.0.1:40000 > 10.0.0.2:22 [SSH-2.0-x]"),
        Situation(
            "gtp, sequence number", over(2152, "32ff 0038 00000001 00010000", sshPacket),
            "udp 10.0.0.1:1 > 10.0.0.2:2152 | " + "tcp 10.0.0.1:40000 > 10.0.0.2:22 [SSH-2.0-x]"),
        Situation(
            "gtp, session container", over(2152, "34ff 0040 00000001 00000085 01100100", sshPacket),
            "udp 10.0.0.1:1 > 10.0.0.2:2152 | " + ssh),
        Situation(
            "gtp, extension of length 0", over(2152, "34ff 0040 00000001 00000085 00100100", sshPacket),
            "udp 10.0.0.1:1 > 10.0.0.2:2152 | malformed: gtp header"),
        Situation(
            "gtp echo", over(2152, "3201 0004 00000000 00010000", []),
            "udp 10.0.0.1:1 > 10.0.0.2:2152 | passed: gtp signalling"),
        Situation(
            "gtp'", over(2152, "20ff 0004 00000000", sshPacket),
            "udp 10.0.0.1:1 > 10.0.0.2:2152 | malformed: gtp header"),
        Situation("teredo", over(3544, "", sshPacket6), "udp 10.0.0.1:1 > 10.0.0.2:3544 | " + ssh6),
        Situation(
            "teredo, origin", over(3544, "0000 f227 bffffdd2", sshPacket6),
            "udp 10.0.0.1:1 > 10.0.0.2:3544 | " + ssh6),
        Situation(
            "teredo, authentication and origin",
            over(3544, "0001 02 03 0102 010203 1122334455667788 00  0000 f227 bffffdd2", sshPacket6),
            "udp 10.0.0.1:1 > 10.0.0.2:3544 | " + ssh6),
        Situation(
            "teredo bubble", over(3544, "", ipv6(59, [])),
            "udp 10.0.0.1:1 > 10.0.0.2:3544 | passed: ipv6 no next header"),
        Situation(
            "teredo, something else", over(3544, "45000014", []),
            "udp 10.0.0.1:1 > 10.0.0.2:3544 | malformed: teredo header"),
    ]
}
