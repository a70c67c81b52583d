public import Net

/// Puts every frame into a VXLAN tunnel between two ends (RFC 7348).
public struct VXLANWrapping: Mutation {
    /// The ends of the tunnel, of a network for benchmarks (RFC 2544): captures of examples have those for documentation.
    public static let ends = (IPAddress(v4: 0xc612_7101), IPAddress(v4: 0xc612_7102))
    private let network: UInt32

    /// Wraps frames as of a virtual network, a number of 24 bits.
    public init(network: UInt32) { self.network = network }

    /// Makes the mutated capture.
    public func apply(to frames: [CapturedFrame]) -> [CapturedFrame] {
        zip(frames, Conversations(frames).parts).map { frame, part in
            let isForward = part.map { $0.sender == $0.key.low } ?? true
            // RFC 7348 section 5: the source port spreads conversations over ways.
            let sourcePort = 49152 | (part.map { ($0.key.low.port ^ $0.key.high.port) & 0x3fff } ?? 0)
            var wrapped = frame
            let header = self.header(
                around: frame.originalLength, sourcePort: sourcePort, isForward: isForward)
            wrapped.replace(0..<0, with: header)
            return wrapped
        }
    }

    private func header(around length: Int, sourcePort: UInt16, isForward: Bool) -> [UInt8] {
        let (first, second) = (Self.address(Self.ends.0), Self.address(Self.ends.1))
        let (source, destination) = isForward ? (first, second) : (second, first)
        func size(_ more: Int) -> [UInt8] { UInt16(clamping: length + more).networkBytes }
        let ethernet: [UInt8] = [2, 0] + destination + [2, 0] + source + [0x08, 0x00]
        let ip: [UInt8] =
            [0x45, 0] + size(20 + 8 + 8) + [0, 0, 0x40, 0, 64, 17, 0, 0] + source + destination
        let udp: [UInt8] = sourcePort.networkBytes + UInt16(4789).networkBytes + size(8 + 8) + [0, 0]
        let identifier = UInt64(network & 0xff_ffff) << 8
        return ethernet + ip + udp + (0x0800_0000_0000_0000 | identifier).networkBytes
    }

    private static func address(_ address: IPAddress) -> [UInt8] {
        Array(address.low.networkBytes.suffix(4))
    }
}
