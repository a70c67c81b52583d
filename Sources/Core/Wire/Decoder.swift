public import Net

/// Finds the headers in frames, and counts what it gives up.
///
/// Holds nothing but counters: frames may be decoded in any order and by several decoders, whose counters are
/// then added. Every call either gives a result or adds one to exactly one counter.
public struct Decoder: ~Copyable, Sendable {
    /// What was given up so far.
    public internal(set) var counters = DecodeCounters()

    /// Link headers that enclose each other are followed this deep.
    static let nestingLimit = 8

    /// A decoder that has seen nothing, or goes on counting where another stopped.
    public init(counters: DecodeCounters = DecodeCounters()) { self.counters = counters }

    /// Passes over the headers before the IP header of a frame; nil, and counted, if there is none.
    @inlinable @inline(__always)
    public mutating func link(_ frame: RawSpan, type: LinkType) -> LinkHeader? {
        if type.number == 1, frame.byteCount >= 14 {
            let etherType = frame.u16(12)
            let isBroadcast = Self.isBroadcast(frame.u32(0))
            if etherType == 0x0800 {
                return LinkHeader(
                    networkOffset: 14, networkEnd: frame.byteCount, network: .ipv4, isBroadcast: isBroadcast)
            }
            if etherType == 0x86dd {
                return LinkHeader(
                    networkOffset: 14, networkEnd: frame.byteCount, network: .ipv6, isBroadcast: isBroadcast)
            }
        }
        return otherLink(frame, type: type)
    }

    /// Whether an Ethernet address that begins with these four bytes is that of all hosts (IEEE 802 section 8.2.2).
    ///
    /// Those of groups do not count: clusters answer to one with the address of a host.
    @inlinable @inline(__always)
    static func isBroadcast(_ beginning: UInt32) -> Bool { beginning == .max }

    /// Decodes the network and transport headers at `header`, and writes every field of `packet` unless the
    /// packet is dropped.
    public mutating func packet(
        _ bytes: RawSpan, _ header: LinkHeader, into packet: inout Packet
    ) -> Decoded {
        let end = min(header.networkEnd, bytes.byteCount)
        packet.vlan = header.vlan
        packet.networkOffset = header.networkOffset
        packet.isBroadcast = header.isBroadcast
        switch header.network {
        case .ipv4: return ipv4(bytes, header.networkOffset, end, &packet)
        case .ipv6: return ipv6(bytes, header.networkOffset, end, &packet)
        }
    }

    /// Decodes the transport header at the start of `bytes`, the payload of a reassembled datagram.
    ///
    /// Sets ports, flags, numbers and the payload range, which counts from the start of `bytes`; the addresses
    /// and what the packet had of its frame stay.
    public mutating func transport(
        _ bytes: RawSpan, protocol number: UInt8, into packet: inout Packet
    ) -> Decoded {
        let range = TransportRange(start: 0, end: bytes.byteCount, wireEnd: bytes.byteCount)
        let decoded = transport(bytes, number, range, &packet)
        if case .fragment = decoded { return drop(.fragmentNested) }
        return decoded
    }

    /// Finds the IP header of what a packet encloses, in the same bytes; nil, and counted, if there is none.
    ///
    /// The packet is what `packet` gave for the bytes, with its payload range. That a UDP payload is a tunnel's
    /// is for the caller to know: it is not verified here beyond what the header must hold.
    public mutating func enclosed(_ bytes: RawSpan, _ packet: Packet, kind: Enclosure) -> LinkHeader? {
        let start = packet.payloadOffset
        let layer = Layer(start, min(start + packet.payloadLength, bytes.byteCount))
        switch kind {
        case .gre: return gre(bytes, layer)
        case .ipInIP: return layer.header(.ipv4)
        case .ipv6InIP: return layer.header(.ipv6)
        case .vxlan: return vxlan(bytes, layer)
        case .geneve: return geneve(bytes, layer)
        case .gtp: return gtp(bytes, layer)
        case .teredo: return teredo(bytes, layer)
        }
    }

    /// The addresses of the IP header at `header`, source first, for distributing frames before they are
    /// decoded; nil when it is cut off.
    @inlinable @inline(__always)
    public static func addressPair(_ bytes: RawSpan, _ header: LinkHeader) -> (IPAddress, IPAddress)? {
        let start = header.networkOffset
        let length = min(header.networkEnd, bytes.byteCount) - start
        switch header.network {
        case .ipv4:
            guard length >= 20 else { return nil }
            let pair = bytes.u64(start + 12)
            return (
                IPAddress(v4: UInt32(truncatingIfNeeded: pair >> 32)),
                IPAddress(v4: UInt32(truncatingIfNeeded: pair))
            )
        case .ipv6:
            guard length >= 40 else { return nil }
            return (
                IPAddress(high: bytes.u64(start + 8), low: bytes.u64(start + 16)),
                IPAddress(high: bytes.u64(start + 24), low: bytes.u64(start + 32))
            )
        }
    }
}

extension Decoder {
    /// Every link type and EtherType but plain IP over Ethernet.
    @usableFromInline @inline(never)
    mutating func otherLink(_ frame: RawSpan, type: LinkType) -> LinkHeader? {
        link(frame, type, Layer(0, frame.byteCount))
    }

    mutating func link(_ bytes: RawSpan, _ type: LinkType, _ layer: Layer) -> LinkHeader? {
        switch type {
        case .ethernet: return ethernet(bytes, layer)
        case .null, .loop: return loopback(bytes, layer)
        case .raw, .rawBSD, .rawOpenBSD, .ipv4, .ipv6: return rawIP(bytes, layer)
        case .linuxCooked: return linuxCooked(bytes, layer)
        case .linuxCooked2: return linuxCooked2(bytes, layer)
        case .ppp, .pppSerial: return pppSerial(bytes, layer)
        case .pppEthernet: return pppoe(bytes, layer)
        case .ciscoHDLC: return ciscoHDLC(bytes, layer)
        case .wifi: return wifi(bytes, layer)
        case .radiotap: return radiotap(bytes, layer)
        case .ppi: return ppi(bytes, layer)
        case .nflog: return nflog(bytes, layer)
        case .fddi: return fddi(bytes, layer)
        case .tokenRing: return tokenRing(bytes, layer)
        case .mpacket: return mpacket(bytes, layer)
        default: return pass(.linkType)
        }
    }

    mutating func fail(_ reason: Malformed) -> LinkHeader? {
        counters[reason] += 1
        return nil
    }

    mutating func pass(_ reason: Undecoded) -> LinkHeader? {
        counters[reason] += 1
        return nil
    }

    mutating func drop(_ reason: Malformed) -> Decoded {
        counters[reason] += 1
        return .dropped
    }

    mutating func drop(_ reason: Undecoded) -> Decoded {
        counters[reason] += 1
        return .dropped
    }
}
