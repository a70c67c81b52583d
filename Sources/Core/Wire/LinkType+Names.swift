public import Net

extension LinkType {
    /// Ethernet, without preamble and check sequence.
    public static var ethernet: Self { Self(number: 1) }
    static var tokenRing: Self { Self(number: 6) }
    static var null: Self { Self(number: 0) }
    static var ppp: Self { Self(number: 9) }
    static var fddi: Self { Self(number: 10) }
    // The system's own numbers for raw IP, which files are not supposed to have but do.
    static var rawBSD: Self { Self(number: 12) }
    static var rawOpenBSD: Self { Self(number: 14) }
    static var pppSerial: Self { Self(number: 50) }
    static var pppEthernet: Self { Self(number: 51) }
    static var raw: Self { Self(number: 101) }
    static var ciscoHDLC: Self { Self(number: 104) }
    static var wifi: Self { Self(number: 105) }
    static var loop: Self { Self(number: 108) }
    static var linuxCooked: Self { Self(number: 113) }
    /// 802.11 with a radiotap header.
    public static var radiotap: Self { Self(number: 127) }
    static var ppi: Self { Self(number: 192) }
    static var ipv4: Self { Self(number: 228) }
    static var ipv6: Self { Self(number: 229) }
    static var nflog: Self { Self(number: 239) }
    static var mpacket: Self { Self(number: 274) }
    static var linuxCooked2: Self { Self(number: 276) }

    /// The link types that the decoder knows.
    public static let supported: [LinkType] = [
        .null, .ethernet, .tokenRing, .ppp, .fddi, .rawBSD, .rawOpenBSD, .pppSerial, .pppEthernet, .raw,
        .ciscoHDLC, .wifi, .loop, .linuxCooked, .radiotap, .ppi, .ipv4, .ipv6, .nflog, .mpacket,
        .linuxCooked2,
    ]

    /// Whether the decoder knows it.
    public var isSupported: Bool { Self.supported.contains(self) }

    /// The number and the registry's name for it: `LINKTYPE 147 (USER0)`; the number alone if it is a rare one.
    public var name: String {
        if (147...162).contains(number) { return "LINKTYPE \(number) (USER\(number - 147))" }
        guard let registered = Self.registered[number] else { return "LINKTYPE \(number)" }
        return "LINKTYPE \(number) (\(registered))"
    }

    /// Those that are supported, and those that people try.
    private static let registered: [UInt16: String] = [
        0: "NULL", 1: "ETHERNET", 3: "AX25", 6: "IEEE802_5", 7: "ARCNET_BSD", 8: "SLIP", 9: "PPP", 10: "FDDI",
        12: "RAW", 14: "RAW", 50: "PPP_HDLC", 51: "PPP_ETHER", 99: "SYMANTEC_FIREWALL", 100: "ATM_RFC1483",
        101: "RAW", 104: "C_HDLC", 105: "IEEE802_11", 107: "FRELAY", 108: "LOOP", 113: "LINUX_SLL",
        114: "LTALK", 117: "PFLOG", 119: "IEEE802_11_PRISM", 122: "IP_OVER_FC", 123: "SUNATM",
        127: "IEEE802_11_RADIOTAP",
        129: "ARCNET_LINUX", 138: "APPLE_IP_OVER_IEEE1394", 139: "MTP2_WITH_PHDR", 140: "MTP2", 141: "MTP3",
        142: "SCCP", 143: "DOCSIS", 144: "LINUX_IRDA", 163: "IEEE802_11_AVS", 166: "PPP_PPPD",
        177: "LINUX_LAPD", 187: "BLUETOOTH_HCI_H4", 189: "USB_LINUX", 192: "PPI", 195: "IEEE802_15_4_WITHFCS",
        201: "BLUETOOTH_HCI_H4_WITH_PHDR", 204: "PPP_WITH_DIR", 215: "IEEE802_15_4_NONASK_PHY",
        220: "USB_LINUX_MMAPPED", 224: "FC_2", 226: "IPNET", 227: "CAN_SOCKETCAN", 228: "IPV4", 229: "IPV6",
        230: "IEEE802_15_4_NOFCS", 231: "DBUS", 239: "NFLOG", 240: "NETANALYZER",
        241: "NETANALYZER_TRANSPARENT", 242: "IPOIB", 243: "MPEG_2_TS", 247: "INFINIBAND", 248: "SCTP",
        249: "USBPCAP", 251: "BLUETOOTH_LE_LL", 252: "WIRESHARK_UPPER_PDU", 253: "NETLINK",
        254: "BLUETOOTH_LINUX_MONITOR", 256: "BLUETOOTH_LE_LL_WITH_PHDR", 258: "PKTAP", 265: "NORDIC_BLE",
        272: "DSA_TAG_BRCM", 273: "DSA_TAG_BRCM_PREPEND", 274: "ETHERNET_MPACKET", 276: "LINUX_SLL2",
        283: "IEEE802_15_4_TAP", 284: "DSA_TAG_DSA", 285: "DSA_TAG_EDSA", 290: "ETW",
    ]
}
