import Net
import Pipeline
import Wire

/// One frame of any link type, decoded to its last tunnel.
///
/// Input: the place of the link type in `LinkType.supported` (1 byte), the frame.
final class FramesTarget: FuzzTarget {
    private static let depthLimit = 4

    func run(_ input: UnsafeRawBufferPointer) {
        guard let choice = input.first else { return }
        let types = LinkType.supported
        let type = types[Int(choice) % types.count]
        let frame = UnsafeRawBufferPointer(rebasing: input.dropFirst()).bytes
        decode(frame, type)
        // Fragments end here as well: any bytes may be the payload of a reassembled datagram.
        var decoder = Decoder()
        var packet = Packet()
        _ = decoder.transport(frame, protocol: choice, into: &packet)
        check(packet, frame)
    }

    /// Looks into everything in every way, as a caller might that takes all UDP for tunnels.
    private func decode(_ frame: borrowing RawSpan, _ type: LinkType) {
        var decoder = Decoder()
        var misses: UInt64 = 0
        let first = decoder.link(frame, type: type)
        precondition((shard(frame, type) == Router.noShard) == (first == nil))
        var headers = [first]
        var depth = 0
        while let header = headers.popLast() {
            guard let header else {
                misses += 1
                continue
            }
            _ = Decoder.addressPair(frame, header)
            var packet = Packet()
            let decoded = decoder.packet(frame, header, into: &packet)
            if decoded == .dropped {
                misses += 1
                continue
            }
            check(packet, frame)
            depth += 1
            guard depth <= Self.depthLimit else { continue }
            if case .tunnel(let kind) = decoded {
                headers.append(decoder.enclosed(frame, packet, kind: kind))
            } else if packet.transport == .udp {
                for kind in Enclosure.allCases { headers.append(decoder.enclosed(frame, packet, kind: kind)) }
            }
        }
        precondition(
            decoder.counters.malformed + decoder.counters.undecoded == misses,
            "every call gives a result or adds one to exactly one counter")
    }

    private func shard(_ frame: borrowing RawSpan, _ type: LinkType) -> UInt8 {
        let whole = Frame(
            offset: 0, capturedLength: frame.byteCount, originalLength: frame.byteCount,
            time: Timestamp(nanoseconds: 0), linkType: type)
        var router = Router()
        var routes: [Route] = []
        router.route(frame, [whole].span, into: &routes)
        return routes[0].shard
    }

    private func check(_ packet: Packet, _ frame: borrowing RawSpan) {
        precondition(packet.payloadOffset >= 0 && packet.payloadLength >= 0)
        precondition(
            packet.payloadOffset + packet.payloadLength <= frame.byteCount, "the payload is in the frame")
        precondition(packet.wirePayloadLength >= packet.payloadLength)
    }
}
