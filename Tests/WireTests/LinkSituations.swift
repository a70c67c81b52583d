extension Situation {
    static let links: [Situation] = [
        Situation("ethernet", ethernet(0x0800, sshPacket), ssh),
        Situation("ethernet, ipv6", ethernet(0x86dd, sshPacket6), ssh6),
        Situation(
            "ethernet, broadcast", hex("ffffffffffff 020000000001 0800") + sshPacket,
            "tcp 10.0.0.1:40000 > 10.0.0.2:22 to all [SSH-2.0-x]"),
        Situation(
            "ethernet, broadcast and tagged",
            hex("ffffffffffff 020000000001 8100") + vlan(7, 0x0800, sshPacket),
            "tcp 10.0.0.1:40000 > 10.0.0.2:22 to all vlan 7 [SSH-2.0-x]"),
        Situation("ethernet, to a cluster", hex("01005e7f0002 020000000001 0800") + sshPacket, ssh),
        Situation(
            "ethernet, padded to 60 bytes", ethernet(0x0800, ipv4(6, tcp(1, 2)) + hex("0000 0000 0000")),
            "tcp 10.0.0.1:1 > 10.0.0.2:2 []"),
        Situation("ethernet, arp", ethernet(0x0806, hex("0001 0800 06 04 0001")), "passed: arp"),
        Situation("ethernet, lldp", ethernet(0x88cc, hex("0207")), "passed: other ethertype"),
        Situation("ethernet, empty", [], "malformed: link header cut off"),
        Situation("802.3 with snap", ethernet(8 + sshPacket.count, snap + hex("0800") + sshPacket), ssh),
        Situation(
            "802.3 with snap, bytes after the length are no packet",
            ethernet(8 + 29, snap + hex("0800") + ipv4(6, tcp(1, 2), totalLength: 0) + hex("deadbeef")),
            "malformed: tcp header cut off"),
        Situation("802.3 with llc service ip", ethernet(3 + sshPacket.count, hex("060603") + sshPacket), ssh),
        Situation(
            "802.3, spanning tree", ethernet(38, hex("424203 0000000000") + [UInt8](repeating: 0, count: 30)),
            "passed: other llc service"),
        Situation(
            "802.3, length below llc", ethernet(2, hex("aaaa03 000000 0800")), "malformed: llc header cut off"
        ),
        Situation(
            "802.3 with snap of cisco", ethernet(12, hex("aaaa03 00000c 2000 0102 0304")),
            "passed: other llc service"),

        Situation("null, little-endian", link: 0, hex("02000000") + sshPacket, ssh),
        Situation("null, big-endian", link: 0, hex("00000002") + sshPacket, ssh),
        Situation("null, linux", link: 0, hex("0a000000") + sshPacket6, ssh6),
        Situation("null, windows", link: 0, hex("17000000") + sshPacket6, ssh6),
        Situation("null, openbsd", link: 0, hex("18000000") + sshPacket6, ssh6),
        Situation("null, freebsd", link: 0, hex("1c000000") + sshPacket6, ssh6),
        Situation("null, darwin", link: 0, hex("1e000000") + sshPacket6, ssh6),
        Situation("loop", link: 108, hex("00000018") + sshPacket6, ssh6),
        Situation("null, appletalk", link: 0, hex("10000000 0102"), "passed: other address family"),

        Situation("raw", link: 101, sshPacket, ssh),
        Situation("raw, ipv6", link: 101, sshPacket6, ssh6),
        Situation("raw, bsd", link: 12, sshPacket, ssh),
        Situation("raw, openbsd", link: 14, sshPacket6, ssh6),
        Situation("raw, neither version", link: 101, hex("50000000"), "malformed: ip version"),
        Situation("ipv4", link: 228, sshPacket, ssh),
        Situation("ipv6", link: 229, sshPacket6, ssh6),

        Situation("linux cooked", link: 113, hex("0000 0001 0006 020000000001 0000 0800") + sshPacket, ssh),
        Situation(
            "linux cooked, broadcast", link: 113, hex("0001 0001 0006 020000000001 0000 0800") + sshPacket,
            "tcp 10.0.0.1:40000 > 10.0.0.2:22 to all [SSH-2.0-x]"),
        Situation(
            "linux cooked, sent from here", link: 113,
            hex("0004 0001 0006 020000000001 0000 0800") + sshPacket,
            ssh),
        Situation(
            "linux cooked 2, broadcast", link: 276,
            hex("0800 0000 00000002 0001 01 06 020000000001 0000") + sshPacket,
            "tcp 10.0.0.1:40000 > 10.0.0.2:22 to all [SSH-2.0-x]"),
        Situation(
            "linux cooked 2, multicast", link: 276,
            hex("0800 0000 00000002 0001 02 06 020000000001 0000") + sshPacket, ssh),
        Situation(
            "linux cooked, vlan", link: 113,
            hex("0000 0001 0006 020000000001 0000 8100") + vlan(7, 0x86dd, sshPacket6),
            "tcp [2001:db8::1]:40000 > [2001:db8::2]:22 vlan 7 [SSH-2.0-x]"),
        Situation(
            "linux cooked, llc", link: 113,
            hex("0000 0001 0006 020000000001 0000 0004") + snap + hex("0800") + sshPacket, ssh),
        Situation(
            "linux cooked, novell", link: 113, hex("0000 0001 0006 020000000001 0000 0001 ffff"),
            "passed: other llc service"),
        Situation(
            "linux cooked, netlink", link: 113, hex("0000 0338 0000 000000000000 0000 0800"),
            "passed: other ethertype"),
        Situation(
            "linux cooked 2", link: 276,
            hex("86dd 0000 00000002 0001 00 06 020000000001 0000") + sshPacket6, ssh6),

        Situation("ppp", link: 9, hex("0021") + sshPacket, ssh),
        Situation("ppp, compressed protocol", link: 9, hex("57") + sshPacket6, ssh6),
        Situation("ppp, framed", link: 9, hex("ff03 0057") + sshPacket6, ssh6),
        Situation("ppp serial", link: 50, hex("ff03 0021") + sshPacket, ssh),
        Situation("ppp serial, cisco", link: 50, hex("0f00 0800") + sshPacket, ssh),
        Situation("ppp, link control", link: 50, hex("ff03 c021 0101 0004"), "passed: other ppp protocol"),
        Situation(
            "ppp, encrypted", link: 50, hex("ff03 00fd 9000 1234"), "passed: ppp compressed or encrypted"),
        Situation("ppp, mpls", link: 50, hex("ff03 0281 00010140") + sshPacket, ssh),
        Situation(
            "ppp over ethernet alone", link: 51,
            hex("1100 0001") + be16(2 + sshPacket.count) + hex("0021")
                + sshPacket, ssh),
        Situation("cisco hdlc", link: 104, hex("0f00 0800") + sshPacket, ssh),
        Situation("cisco hdlc, multicast ipv6", link: 104, hex("8f00 86dd") + sshPacket6, ssh6),
        Situation("cisco hdlc, keep-alive", link: 104, hex("8f00 8035 00000002"), "passed: other ethertype"),

        Situation(
            "nflog, little-endian", link: 239,
            hex("02 00 0000  0800 0100 0800 0300  0500 0a00 00000000")
                + [UInt8(4 + sshPacket.count), 0] + hex("0900") + sshPacket, ssh),
        Situation(
            "nflog, big-endian", link: 239,
            hex("0a 00 0000  0008 0001 0800 0300") + be16(4 + sshPacket6.count) + hex("0009") + sshPacket6,
            ssh6),
        Situation(
            "nflog, without payload", link: 239, hex("02 00 0000  0800 0100 0800 0300"),
            "malformed: nflog attributes"),
        Situation(
            "nflog, attribute of no length", link: 239, hex("02 00 0000  0000 0100 0800 0300"),
            "malformed: nflog attributes"),

        Situation(
            "fddi", link: 10, hex("50 020000000002 020000000001") + snap + hex("0800") + sshPacket, ssh),
        Situation(
            "fddi, station management", link: 10, hex("41 020000000002 020000000001 0000"),
            "passed: other llc service"),
        Situation(
            "token ring", link: 6,
            hex("10 40 020000000002 020000000001") + snap + hex("0800") + sshPacket, ssh),
        Situation(
            "token ring, source routed", link: 6,
            hex("10 40 020000000002 820000000001 0640 0011 0022") + snap + hex("0800") + sshPacket, ssh),
        Situation(
            "mpacket", link: 274,
            hex("55555555555555 d5") + ethernet(0x0800, sshPacket) + hex("deadbeef"), ssh),
        Situation(
            "mpacket, first part", link: 274,
            hex("55555555555555 e6") + ethernet(0x0800, sshPacket).dropLast(4) + hex("deadbeef"),
            "tcp 10.0.0.1:40000 > 10.0.0.2:22 cut 4 [SSH-2]"),
        Situation(
            "mpacket, later part", link: 274, hex("555555555555 61 e6 01020304 deadbeef"),
            "passed: mpacket continuation"),
        Situation(
            "mpacket, no delimiter", link: 274, hex("5555555555555555 01020304 deadbeef"),
            "malformed: mpacket preamble"),
        Situation("unknown", link: 147, hex("00"), "passed: unsupported link type"),
    ]

    /// Frame control, duration, three addresses, sequence control.
    private static func wifi(_ control: String, _ rest: [UInt8], sequence: String = "1000") -> [UInt8] {
        hex(control) + hex("0000 020000000001 020000000002 020000000003") + hex(sequence) + rest
    }

    static let llcSSH = snap + hex("0800") + sshPacket

    static let wifiLinks: [Situation] = [
        Situation("802.11 data", link: 105, wifi("0801", llcSSH), ssh),
        Situation("802.11 qos", link: 105, wifi("8802", hex("0000") + llcSSH), ssh),
        Situation(
            "802.11 between distribution systems", link: 105, wifi("0803", hex("020000000004") + llcSSH), ssh),
        Situation("802.11 qos with ht control", link: 105, wifi("8881", hex("0000 00000000") + llcSSH), ssh),
        Situation(
            "802.11 aggregate", link: 105,
            wifi("8801", hex("8000 020000000001 020000000002") + be16(llcSSH.count) + llcSSH + hex("0000")),
            ssh),
        Situation(
            "802.11 protected", link: 105, wifi("0841", hex("0000002000000000")), "passed: 802.11 protected"),
        Situation("802.11 beacon", link: 105, wifi("8000", hex("00")), "passed: 802.11 without data"),
        Situation(
            "802.11 acknowledgement", link: 105, hex("d400 0000 020000000001"), "passed: 802.11 without data"),
        Situation("802.11 null data", link: 105, wifi("4801", []), "passed: 802.11 without data"),
        Situation(
            "802.11 later fragment", link: 105, wifi("0801", hex("0102"), sequence: "1100"),
            "passed: 802.11 later fragment"),
        Situation("802.11 of another version", link: 105, hex("0901 0000"), "malformed: 802.11 header"),
        Situation("radiotap", link: 127, hex("00 00 0800 00000000") + wifi("0801", llcSSH), ssh),
        Situation(
            "radiotap, time and check sequence", link: 127,
            hex("00 00 1100 03000000 0102030405060708 10") + wifi("0801", llcSSH) + hex("deadbeef"), ssh),
        Situation(
            "radiotap, several present words and padding", link: 127,
            hex("00 00 1900 03000080 00000080 00000000 0102030405060708 20")
                + wifi("8801", hex("0000 0000") + llcSSH),
            ssh),
        Situation(
            "radiotap, damaged", link: 127, hex("00 00 0900 02000000 40") + wifi("0801", llcSSH),
            "passed: 802.11 damaged"),
        Situation(
            "radiotap, longer than the frame", link: 127, hex("00 00 ff00 00000000"),
            "malformed: radiotap or ppi header length"),
        Situation("ppi, 802.11", link: 192, hex("00 00 0c00 69000000 00000000") + wifi("0801", llcSSH), ssh),
        Situation("ppi, ethernet", link: 192, hex("00 00 0800 01000000") + ethernet(0x0800, sshPacket), ssh),
        Situation(
            "ppi in ppi", link: 192, hex("00 00 0800 c0000000 00 00 0800 c0000000"),
            "passed: unsupported link type"),
    ]

    private static let sshOnVLAN5 = "tcp 10.0.0.1:40000 > 10.0.0.2:22 vlan 5 [SSH-2.0-x]"

    static let tags: [Situation] = [
        Situation("backbone bridge", ethernet(0x88e7, hex("00 000007") + ethernet(0x0800, sshPacket)), ssh),
        Situation("fabricpath", ethernet(0x8903, hex("0060") + ethernet(0x0800, sshPacket)), ssh),
        Situation("port extender", ethernet(0x893f, hex("e000 0001 0000 0800") + sshPacket), ssh),
        Situation(
            "port extender, cut off", ethernet(0x893f, hex("e000 0001")), "malformed: vlan tag cut off"),
        Situation("vlan", ethernet(0x8100, vlan(5, 0x0800, sshPacket)), sshOnVLAN5),
        Situation("vlan 0 is a priority", ethernet(0x8100, vlan(0, 0x0800, sshPacket)), ssh),
        Situation("802.1ad", ethernet(0x88a8, vlan(9, 0x8100, vlan(5, 0x0800, sshPacket))), sshOnVLAN5),
        Situation("qinq 0x9100", ethernet(0x9100, vlan(9, 0x8100, vlan(5, 0x0800, sshPacket))), sshOnVLAN5),
        Situation("vlan with 802.3 length", ethernet(0x8100, vlan(5, llcSSH.count, llcSSH)), sshOnVLAN5),
        Situation(
            "eight vlans",
            ethernet(
                0x8100,
                (0..<7).reduce(vlan(5, 0x0800, sshPacket)) { inner, _ in
                    vlan(9, 0x8100, inner)
                }), sshOnVLAN5),
        Situation(
            "nine vlans",
            ethernet(
                0x8100,
                (0..<8).reduce(vlan(5, 0x0800, sshPacket)) { inner, _ in
                    vlan(9, 0x8100, inner)
                }), "malformed: too many vlan tags"),
        Situation("mpls", ethernet(0x8847, hex("00010140") + sshPacket), ssh),
        Situation("mpls, two labels, ipv6", ethernet(0x8848, hex("00010040 00020140") + sshPacket6), ssh6),
        Situation(
            "mpls pseudowire with control word",
            ethernet(0x8847, hex("00010140 00000001") + ethernet(0x0800, sshPacket)), ssh),
        Situation(
            "mpls pseudowire without control word",
            ethernet(0x8847, hex("00010140") + ethernet(0x8100, vlan(5, 0x0800, sshPacket))), sshOnVLAN5),
        Situation(
            "mpls associated channel", ethernet(0x8847, hex("00010140 10000021")),
            "passed: other mpls payload"),
        Situation(
            "mpls, bottom missing",
            ethernet(0x8847, (0..<20).flatMap { _ in hex("00010040") } + sshPacket),
            "malformed: mpls label stack without bottom"),
        Situation(
            "mpls in itself",
            ethernet(
                0x8847,
                (0..<9).reduce(sshPacket) { inner, _ in
                    hex("00010140 00000000") + ethernet(0x8847, inner)
                }), "malformed: link headers nested too deep"),
        Situation(
            "pppoe", ethernet(0x8864, hex("1100 0001") + be16(2 + sshPacket.count) + hex("0021") + sshPacket),
            ssh),
        Situation(
            "pppoe, ipv6",
            ethernet(
                0x8864,
                hex("1100 0001") + be16(2 + sshPacket6.count) + hex("0057")
                    + sshPacket6), ssh6),
        Situation(
            "pppoe, link control", ethernet(0x8864, hex("1100 0001 0006 c021 0901 0004")),
            "passed: other ppp protocol"),
        Situation("pppoe, discovery", ethernet(0x8863, hex("1109 0000 0000")), "passed: other ethertype"),
        Situation(
            "pppoe of another version", ethernet(0x8864, hex("2100 0001 0002 0021")),
            "malformed: pppoe header"),
    ]
}
