import Net

/// Cuts the first segments that say something in two, as senders do that write a head line by line, and networks whose
/// packets are small.
///
/// That of each direction of each TCP connection; segments in tunnels, and those that were not captured whole, stay as
/// they are.
public struct SegmentSplit: Mutation {
    private let count: Int

    /// Leaves so many bytes in the first part, at least one.
    public init(after count: Int) { self.count = max(1, count) }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        var spoke: Set<Direction> = []
        return frames.flatMap { frame -> [CapturedFrame] in
            guard let layout = FrameLayout(frame), layout.network.carries == .tcp, let ports = layout.ports
            else { return [frame] }
            let direction = Direction(
                sender: Endpoint(layout.network.source, ports.source),
                receiver: Endpoint(layout.network.destination, ports.destination))
            // A connection that reuses the ends begins with a handshake too.
            if layout.flags & 2 != 0 { spoke.remove(direction) }
            // What a SYN brings along is cut in two by nobody.
            guard layout.hasPayload, layout.flags & 2 == 0, spoke.insert(direction).inserted else {
                return [frame]
            }
            return Self.split(frame, layout, after: count) ?? [frame]
        }
    }

    private struct Direction: Hashable {
        var sender: Endpoint
        var receiver: Endpoint
    }

    /// Both parts; nil for what cannot be cut.
    ///
    /// RFC 9293 section 3.1: the sequence number lies at 4, the length of the header in words at 12, the flags at 13.
    private static func split(
        _ frame: CapturedFrame, _ layout: FrameLayout, after count: Int
    ) -> [CapturedFrame]? {
        let (network, segment) = (layout.network, layout.network.payload)
        guard !layout.isEnclosed, network.fragment == nil, network.end <= frame.bytes.count,
            let lengthAt = layout.lengthAt
        else { return nil }
        let payload = segment + Int(frame.bytes[segment + 12] >> 4) * 4
        guard payload > segment, payload + count < network.end else { return nil }
        var (first, second) = (frame, frame)
        first.replace(payload + count..<network.end, with: [])
        second.replace(payload..<payload + count, with: [])
        let length = frame.bytes.withBytes { $0.u16(lengthAt) }
        // A card that cuts packets itself is given them with length 0.
        if length != 0 {
            first.put(length - UInt16(network.end - payload - count), at: lengthAt)
            second.put(length - UInt16(count), at: lengthAt)
        }
        let sequence = frame.bytes.withBytes { $0.u32(segment + 4) } &+ UInt32(count)
        second.put(UInt16(truncatingIfNeeded: sequence >> 16), at: segment + 4)
        second.put(UInt16(truncatingIfNeeded: sequence), at: segment + 6)
        // Only the last part pushes, ends or resets.
        first.bytes[segment + 13] &= ~0x0d
        return [first, second]
    }
}
