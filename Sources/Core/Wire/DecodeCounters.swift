/// A header that contradicts itself or is cut off: the reason why a frame was given up.
public enum Malformed: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// Fewer bytes than the frame's link header needs.
    case linkShort
    /// More headers in each other than are followed.
    case linkNesting
    /// A VLAN tag without its four bytes.
    case vlanShort
    /// More VLAN tags than are followed.
    case vlanStack
    /// A label stack that does not reach its bottom.
    case mplsStack
    /// An LLC or SNAP header that is cut off.
    case llcShort
    /// A PPPoE header that is cut off, or not of version and type 1.
    case pppoeHeader
    /// A PPP protocol field that is cut off.
    case pppShort
    /// An 802.11 header that is cut off or not of version 0.
    case wifiHeader
    /// A radiotap or PPI header whose length does not fit the frame.
    case radioLength
    /// An NFLOG attribute whose length does not fit the frame, or no payload among them.
    case nflogAttributes
    /// A preamble without a start delimiter.
    case mpacketPreamble
    /// Raw IP whose first bits are neither 4 nor 6.
    case ipVersion
    /// Fewer bytes than an IPv4 header.
    case ipv4Short
    /// An IPv4 header of another version.
    case ipv4Version
    /// An IPv4 header length below 20.
    case ipv4HeaderLength
    /// An IPv4 total length below the header's.
    case ipv4TotalLength
    /// IPv4 options that are cut off.
    case ipv4Options
    /// Fewer bytes than an IPv6 header.
    case ipv6Short
    /// An IPv6 header of another version.
    case ipv6Version
    /// An extension header that is cut off.
    case ipv6Extension
    /// More extension headers than are followed.
    case ipv6ExtensionChain
    /// A fragment whose end exceeds 65,535 bytes, or is no multiple of eight though more follow.
    case fragmentLength
    /// A fragment inside of a reassembled datagram.
    case fragmentNested
    /// Fewer bytes than a TCP header.
    case tcpShort
    /// A TCP data offset below 20 bytes or past the packet.
    case tcpDataOffset
    /// Fewer bytes than a UDP header.
    case udpShort
    /// A UDP length below 8.
    case udpLength
    /// Fewer bytes than an SCTP header.
    case sctpShort
    /// An SCTP chunk length below its header's.
    case sctpChunk
    /// A GRE header that is cut off.
    case greShort
    /// A GRE version other than 0 and PPTP's 1, or a source route.
    case greVersion
    /// An ERSPAN header that is cut off.
    case erspanShort
    /// A VXLAN header that is cut off or has no network identifier.
    case vxlanHeader
    /// A Geneve header that is cut off or not of version 0.
    case geneveHeader
    /// A GTP header that is cut off or not of version 1.
    case gtpHeader
    /// A Teredo indication that is cut off, or no IPv6 packet behind it.
    case teredoHeader

    /// The words of the report.
    public var name: String {
        switch self {
        case .linkShort: "link header cut off"
        case .linkNesting: "link headers nested too deep"
        case .vlanShort: "vlan tag cut off"
        case .vlanStack: "too many vlan tags"
        case .mplsStack: "mpls label stack without bottom"
        case .llcShort: "llc header cut off"
        case .pppoeHeader: "pppoe header"
        case .pppShort: "ppp header cut off"
        case .wifiHeader: "802.11 header"
        case .radioLength: "radiotap or ppi header length"
        case .nflogAttributes: "nflog attributes"
        case .mpacketPreamble: "mpacket preamble"
        case .ipVersion: "ip version"
        case .ipv4Short: "ipv4 header cut off"
        case .ipv4Version: "ipv4 version"
        case .ipv4HeaderLength: "ipv4 header length"
        case .ipv4TotalLength: "ipv4 total length"
        case .ipv4Options: "ipv4 options cut off"
        case .ipv6Short: "ipv6 header cut off"
        case .ipv6Version: "ipv6 version"
        case .ipv6Extension: "ipv6 extension header cut off"
        case .ipv6ExtensionChain: "too many ipv6 extension headers"
        case .fragmentLength: "fragment length"
        case .fragmentNested: "fragment in a fragment"
        case .tcpShort: "tcp header cut off"
        case .tcpDataOffset: "tcp data offset"
        case .udpShort: "udp header cut off"
        case .udpLength: "udp length"
        case .sctpShort: "sctp header cut off"
        case .sctpChunk: "sctp chunk length"
        case .greShort: "gre header cut off"
        case .greVersion: "gre version"
        case .erspanShort: "erspan header cut off"
        case .vxlanHeader: "vxlan header"
        case .geneveHeader: "geneve header"
        case .gtpHeader: "gtp header"
        case .teredoHeader: "teredo header"
        }
    }
}

/// What is well-formed, as far as it was read, and carries nothing that flows are made of.
public enum Undecoded: UInt8, CaseIterable, BitwiseCopyable, Sendable {
    /// A link type that `LinkType.isSupported` denies.
    case linkType
    /// ARP and RARP.
    case arp
    /// An EtherType other than the ones followed.
    case etherType
    /// An LLC service other than IP: spanning tree, IS-IS, NetBEUI.
    case llc
    /// An address family other than IPv4 and IPv6.
    case addressFamily
    /// PPP negotiation and other protocols than IP.
    case pppProtocol
    /// PPP compressed or encrypted.
    case pppCompressed
    /// A label stack over something other than IP and Ethernet.
    case mplsPayload
    /// 802.11 management and control frames, and data frames without data.
    case wifiNoData
    /// 802.11 data that is encrypted.
    case wifiProtected
    /// 802.11 fragments after the first.
    case wifiFragment
    /// 802.11 frames that the receiver marked as damaged.
    case wifiDamaged
    /// Preempted Ethernet frames: all parts but the first, and the verification of the link.
    case mpacketContinuation
    /// ICMP, RFC 792.
    case icmp
    /// ICMPv6, RFC 4443.
    case icmpv6
    /// IGMP, RFC 3376.
    case igmp
    /// IPsec Encapsulating Security Payload, RFC 4303.
    case esp
    /// OSPF, RFC 2328.
    case ospf
    /// PIM, RFC 7761.
    case pim
    /// VRRP, RFC 9568.
    case vrrp
    /// EIGRP, RFC 7868.
    case eigrp
    /// L2TP version 3 directly over IP, RFC 3931.
    case l2tp
    /// UDP-Lite, RFC 3828.
    case udpLite
    /// An IPv6 packet that says to carry nothing, RFC 8200 section 4.7.
    case noNextHeader
    /// Any other IP protocol.
    case transport
    /// PPTP acknowledgements without a payload.
    case greAcknowledgement
    /// GTP-U signalling: echo, error indication, end marker.
    case gtpSignalling
    /// A tunnel over something other than IP and Ethernet.
    case tunnelPayload

    /// The words of the report.
    public var name: String {
        switch self {
        case .linkType: "unsupported link type"
        case .arp: "arp"
        case .etherType: "other ethertype"
        case .llc: "other llc service"
        case .addressFamily: "other address family"
        case .pppProtocol: "other ppp protocol"
        case .pppCompressed: "ppp compressed or encrypted"
        case .mplsPayload: "other mpls payload"
        case .wifiNoData: "802.11 without data"
        case .wifiProtected: "802.11 protected"
        case .wifiFragment: "802.11 later fragment"
        case .wifiDamaged: "802.11 damaged"
        case .mpacketContinuation: "mpacket continuation"
        case .icmp: "icmp"
        case .icmpv6: "icmpv6"
        case .igmp: "igmp"
        case .esp: "esp"
        case .ospf: "ospf"
        case .pim: "pim"
        case .vrrp: "vrrp"
        case .eigrp: "eigrp"
        case .l2tp: "l2tp"
        case .udpLite: "udp-lite"
        case .noNextHeader: "ipv6 no next header"
        case .transport: "other transport"
        case .greAcknowledgement: "pptp acknowledgement"
        case .gtpSignalling: "gtp signalling"
        case .tunnelPayload: "other tunnel payload"
        }
    }
}

/// How many frames and packets were given up, by reason; each is counted once.
public struct DecodeCounters: Sendable {
    // The capacities exceed the numbers of cases; a test keeps it so.
    @usableFromInline var malformedCounts = InlineArray<48, UInt64>(repeating: 0)
    @usableFromInline var undecodedCounts = InlineArray<32, UInt64>(repeating: 0)

    /// No frame given up yet.
    public init() {}

    /// How many were given up as malformed in this way.
    @inlinable
    public internal(set) subscript(reason: Malformed) -> UInt64 {
        get { malformedCounts[Int(reason.rawValue)] }
        set { malformedCounts[Int(reason.rawValue)] = newValue }
    }

    /// How many were passed over for this reason.
    @inlinable
    public internal(set) subscript(reason: Undecoded) -> UInt64 {
        get { undecodedCounts[Int(reason.rawValue)] }
        set { undecodedCounts[Int(reason.rawValue)] = newValue }
    }

    /// All that were malformed.
    public var malformed: UInt64 { Malformed.allCases.reduce(0) { $0 + self[$1] } }

    /// All that were well-formed and passed over.
    public var undecoded: UInt64 { Undecoded.allCases.reduce(0) { $0 + self[$1] } }

    /// Adds the counts of another decoder.
    public static func += (left: inout Self, right: Self) {
        for reason in Malformed.allCases { left[reason] += right[reason] }
        for reason in Undecoded.allCases { left[reason] += right[reason] }
    }
}
